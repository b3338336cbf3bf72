use std::sync::Mutex;

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::FutureExt;
use http::Method;
use pim_core::{
    error::{Error, ErrorKind, StepUp},
    time::{Period, Timestamp},
};

use super::*;
use crate::{
    auth::{Access, AccessToken, CallbackToken, StaticToken, TokenRequest},
    transport::{Answer, ScriptedTransport},
};

const CLAIMS: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
const REVOKED: &str = r#"{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}"#;

fn challenge(claims: &str) -> Answer {
    let value = format!(r#"Bearer error="insufficient_claims", claims="{}""#, STANDARD.encode(claims));
    Answer::status(401).header("www-authenticate", &value)
}

fn acrs() -> Answer {
    let code = "RoleAssignmentRequestAcrsValidationFailed";
    let message = "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22c1%22%7D%7D%7D";
    Answer::json(400, serde_json::json!({ "error": { "code": code, "message": message } }).to_string())
}

/// Numbers its tokens and notes what was demanded.
fn numbering(asked: &Arc<Mutex<Vec<Option<String>>>>) -> CallbackToken {
    let asked = Arc::clone(asked);
    CallbackToken::new(Access::Delegated, move |request: TokenRequest| {
        let mut asked = asked.lock().unwrap();
        asked.push(request.claims.map(Into::into));
        let end = Timestamp::from_unix_seconds(1_900_000_000) + Period::hours(1);
        let token = AccessToken::new(format!("t{}", asked.len()), Some(end));
        async move { Ok(token) }.boxed()
    })
}

async fn post(service: &Service) -> Result<Reply> {
    service.call(Call::write(Method::POST, "/v1.0/requests", "{}")).await
}

fn tokens(transport: &ScriptedTransport) -> Vec<String> {
    let header =
        |seen: &crate::transport::Seen| seen.request.headers()["authorization"].to_str().unwrap().to_owned();
    transport.seen().iter().map(header).collect()
}

#[tokio::test(start_paused = true)]
async fn a_challenge_is_answered_once_by_a_provider_able_to() {
    for first in [challenge(CLAIMS), acrs()] {
        let asked = Arc::default();
        let transport = ScriptedTransport::new([first, Answer::json(201, "{}"), Answer::json(201, "{}")]);
        let provider = numbering(&asked).stepping_up();
        let service = Service::paused(transport.clone(), provider, ServiceOptions::default());
        post(&service).await.unwrap();
        post(&service).await.unwrap();
        assert_eq!(tokens(&transport), ["Bearer t1", "Bearer t2", "Bearer t2"], "the better token stays");
        let asked = asked.lock().unwrap();
        assert_eq!(asked[0], None);
        let claims: serde_json::Value = serde_json::from_str(asked[1].as_deref().unwrap()).unwrap();
        assert_eq!(claims["access_token"]["acrs"]["value"], "c1");
    }
}

#[tokio::test(start_paused = true)]
async fn a_challenge_repeated_or_beyond_the_provider_is_the_callers() {
    let again = ScriptedTransport::new([challenge(CLAIMS), acrs(), Answer::json(201, "{}")]);
    let able = numbering(&Arc::default()).stepping_up();
    let unable = numbering(&Arc::default());
    let once = ScriptedTransport::new([acrs(), Answer::json(201, "{}")]);
    for (transport, provider, sent) in [(again, able, 2), (once, unable, 1)] {
        let service = Service::paused(transport.clone(), provider, ServiceOptions::default());
        let error = post(&service).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StepUpRequired);
        assert_eq!(error.step_up(), Some(&StepUp::Context("c1".parse().unwrap())));
        assert_eq!(error.code(), Some("RoleAssignmentRequestAcrsValidationFailed"));
        assert_eq!(transport.seen().len(), sent);
    }
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_to_step_up_says_why() {
    let provider = CallbackToken::new(Access::Delegated, |request: TokenRequest| {
        let declined = Error::new(ErrorKind::Cancelled, "the person declined");
        let token = if request.claims.is_some() { Err(declined) } else { Ok(AccessToken::new("t", None)) };
        async move { token }.boxed()
    });
    let transport = ScriptedTransport::new([acrs()]);
    let service = Service::paused(transport, provider.stepping_up(), ServiceOptions::default());
    assert_eq!(post(&service).await.unwrap_err().kind(), ErrorKind::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_token_is_replaced_once_even_without_stepping_up() {
    for first in [challenge(REVOKED), Answer::status(401)] {
        let transport = ScriptedTransport::new([first, Answer::json(201, "{}")]);
        let service =
            Service::paused(transport.clone(), numbering(&Arc::default()), ServiceOptions::default());
        post(&service).await.unwrap();
        assert_eq!(tokens(&transport), ["Bearer t1", "Bearer t2"]);
    }
    let transport = ScriptedTransport::new((0..9).map(|_| Answer::status(401)));
    let service = Service::paused(transport.clone(), numbering(&Arc::default()), ServiceOptions::default());
    assert_eq!(post(&service).await.unwrap_err().kind(), ErrorKind::Unauthenticated);
    assert_eq!(transport.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_same_token_is_not_tried_twice() {
    let rows =
        [(Answer::status(401), ErrorKind::Unauthenticated), (challenge(REVOKED), ErrorKind::StepUpRequired)];
    for (answer, kind) in rows {
        let transport = ScriptedTransport::new([answer, Answer::json(201, "{}")]);
        let token = StaticToken::new("t", None, Access::Application);
        let service = Service::paused(transport.clone(), token, ServiceOptions::default());
        assert_eq!(post(&service).await.unwrap_err().kind(), kind);
        assert_eq!(transport.seen().len(), 1);
    }
}
