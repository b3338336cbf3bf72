//! Mail that callers send.

#![allow(clippy::unwrap_used)] // helpers of tests panic too

mod common;

use common::{World, id, seed};
use pim_emulator::{NewToken, Options};
use reqwest::Method;
use serde_json::{Value, json};

/// The example of https://learn.microsoft.com/graph/api/user-sendmail, but for the copies.
fn mail() -> Value {
    json!({
        "message": {
            "subject": "Meet for lunch?",
            "body": { "contentType": "Text", "content": "The new cafeteria is open." },
            "toRecipients": [{ "emailAddress": { "address": "frannis@contoso.com" } }],
        },
        "saveToSentItems": "false",
    })
}

async fn world() -> World {
    let seed = seed()
        .user_with("sender", |user| user.mail = Some("sender@contoso.example".into()))
        .application("robot")
        .build()
        .unwrap();
    World::with(seed, Options::default()).await
}

#[tokio::test]
async fn a_mail_is_taken_and_kept_in_the_log() {
    let world = world().await;
    let path = format!("/v1.0/users/{}/sendMail", id("sender"));
    let sent = world.post("sender", &path, mail()).await;
    assert_eq!((sent.status.as_u16(), &sent.body), (202, &json!("")));
    let log = world.control(Method::GET, "/requests", None).await;
    let logged = log.body.as_array().unwrap().last().unwrap();
    assert_eq!(logged["body"], mail());
    assert_eq!(logged["took_effect"], true);
}

#[tokio::test]
async fn what_the_service_would_not_send_is_refused() {
    let world = world().await;
    let path = |name: &str| format!("/v1.0/users/{}/sendMail", id(name));
    let refused = world.post("alice", &path("sender"), mail()).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "ErrorAccessDenied"));
    let refused = world.post("alice", &path("alice"), mail()).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (404, "MailboxNotEnabledForRESTAPI"));
    let app = |roles: &[&str]| NewToken {
        app: Some(id("robot")),
        roles: Some(roles.iter().map(|role| (*role).to_owned()).collect()),
        ..NewToken::default()
    };
    let robot = world.emulator.token(app(&["User.Read.All"])).unwrap();
    let refused = world.send(Method::POST, &robot, &path("sender"), Some(mail())).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (403, "Authorization_RequestDenied"));
    let robot = world.emulator.token(app(&["Mail.Send"])).unwrap();
    assert_eq!(world.send(Method::POST, &robot, &path("sender"), Some(mail())).await.status, 202);
    for (pointer, wrong) in [
        ("/message/toRecipients", json!([])),
        ("/message/toRecipients/0/emailAddress", json!({ "adress": "a@b" })),
        ("/message/toRecipients/0", json!("a@b")),
        ("/message/body/contentType", json!("markdown")),
        ("/message/body", json!({ "type": "Text" })),
        ("/message", json!("text")),
    ] {
        let mut body = mail();
        *body.pointer_mut(pointer).unwrap() = wrong;
        let refused = world.post("sender", &path("sender"), body).await;
        assert_eq!(refused.status, 400, "{pointer}: {refused:?}");
    }
}
