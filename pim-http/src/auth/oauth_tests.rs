use std::sync::Arc;

use super::*;
use crate::{
    auth::{ClientAuth, OnBehalfOf},
    transport::{Answer, ScriptedTransport, Seen},
};

const TOKEN: &str =
    r#"{"token_type":"Bearer","access_token":"s3cret","expires_in":3600,"refresh_token":"r3fresh"}"#;
const DEVICE: &str = r#"{"device_code":"d3vice","user_code":"ABCD","verification_uri":"https://login.example/device",
    "expires_in":60,"interval":5,"message":"go"}"#;

fn request(claims: Option<&str>) -> TokenRequest {
    TokenRequest::new(vec!["https://graph.example/.default".into()], claims.map(Into::into))
}

fn form(seen: &Seen) -> std::collections::HashMap<String, String> {
    url::form_urlencoded::parse(seen.request.body()).into_owned().collect()
}

fn refusal(error: &str) -> Answer {
    Answer::json(
        400,
        format!(
            r#"{{"error":"{error}","error_description":"AADSTS1: Adele Vance","error_codes":[50076],
        "correlation_id":"k1","claims":"{{\"access_token\":{{}}}}"}}"#
        ),
    )
}

#[tokio::test(start_paused = true)]
async fn on_behalf_of_exchanges_the_callers_token_and_declares_the_capability() {
    let transport = ScriptedTransport::new([Answer::status(503), Answer::json(200, TOKEN)]);
    let client = OAuthClient::paused(transport.clone(), ClientAuth::Secret("p4ss".into()));
    let provider = OnBehalfOf::new(client, "incoming");
    let token = provider.get_token(&request(None)).await.unwrap();
    assert_eq!(token.secret.expose(), "s3cret");
    let seen = transport.seen();
    assert_eq!(seen[1].request.uri(), "https://login.example/t1/oauth2/v2.0/token");
    assert!(!seen[1].request.headers().contains_key("authorization"));
    let form = form(&seen[1]);
    assert_eq!((&*form["assertion"], &*form["requested_token_use"]), ("incoming", "on_behalf_of"));
    assert_eq!((&*form["client_id"], &*form["client_secret"]), ("c1", "p4ss"));
    assert!(form["claims"].contains("cp1"));
    assert!(!format!("{provider:?}").contains("p4ss") && !format!("{provider:?}").contains("incoming"));
}

#[tokio::test(start_paused = true)]
async fn refusals_have_their_kinds_and_name_nobody() {
    for (error, kind) in [
        ("interaction_required", ErrorKind::StepUpRequired),
        ("invalid_grant", ErrorKind::Unauthenticated),
        ("invalid_client", ErrorKind::Unauthenticated),
        ("invalid_scope", ErrorKind::InvalidInput),
        ("something_new", ErrorKind::Unauthenticated),
    ] {
        let transport = ScriptedTransport::new([refusal(error)]);
        let signed = ClientAuth::Assertion(Arc::new(|| Ok("signed".to_owned().into())));
        let provider = OnBehalfOf::new(OAuthClient::paused(transport.clone(), signed), "incoming");
        let told = provider.get_token(&request(None)).await.unwrap_err();
        assert_eq!((told.kind(), told.code(), told.request_id()), (kind, Some("AADSTS50076"), Some("k1")));
        assert!(!format!("{told:?}").contains("Vance"));
        assert_eq!(told.step_up().is_some(), kind == ErrorKind::StepUpRequired);
        assert_eq!(form(&transport.seen()[0])["client_assertion"], "signed");
    }
}

#[tokio::test(start_paused = true)]
async fn a_device_code_is_polled_as_told_and_asked_for_once() {
    let transport = ScriptedTransport::new([
        Answer::json(200, DEVICE),
        refusal("authorization_pending"),
        refusal("slow_down"),
        Answer::json(200, TOKEN),
        Answer::json(200, TOKEN),
        Answer::json(200, DEVICE),
        Answer::json(200, TOKEN),
    ]);
    let shown = Arc::new(Mutex::new(Vec::new()));
    let provider = DeviceCode::new(OAuthClient::paused(transport.clone(), ClientAuth::Public), {
        let shown = Arc::clone(&shown);
        move |prompt| shown.lock().unwrap().push(prompt.code)
    });
    provider.get_token(&request(None)).await.unwrap();
    let seen = transport.seen();
    let waits: Vec<_> = seen.windows(2).map(|two| (two[1].at - two[0].at).as_secs()).collect();
    assert_eq!(waits, [5, 5, 10]);
    assert_eq!(form(&seen[3])["device_code"], "d3vice");

    provider.get_token(&request(None)).await.unwrap();
    assert_eq!(form(&transport.seen()[4])["refresh_token"], "r3fresh");
    assert_eq!(shown.lock().unwrap().len(), 1, "nobody is asked again");

    provider.get_token(&request(Some(r#"{"access_token":{"acrs":{"value":"c1"}}}"#))).await.unwrap();
    assert_eq!(shown.lock().unwrap().len(), 2, "a stronger sign-in asks");
    assert!(form(&transport.seen()[5])["claims"].contains("acrs"));
}

#[tokio::test(start_paused = true)]
async fn a_code_nobody_enters_ends() {
    let transport = ScriptedTransport::by(|request| {
        if request.uri().path().ends_with("devicecode") {
            Answer::json(200, DEVICE)
        } else {
            refusal("authorization_pending")
        }
    });
    let provider = DeviceCode::new(OAuthClient::paused(transport.clone(), ClientAuth::Public), drop);
    let error = provider.get_token(&request(None)).await.unwrap_err();
    assert_eq!((error.kind(), transport.seen().len()), (ErrorKind::Unauthenticated, 13));
}
