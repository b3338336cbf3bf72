//! The same over Graph's wire.
#![allow(clippy::unwrap_used)] // a test: a panic is its report

use pim_bridge::{ForeignTokens, Session, Stage, access};
use pim_core::{error::ErrorKind, time::Period};
use pim_http::auth::AccessToken;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_credential_signs_in_and_the_emulator_answers() {
    let stage = Stage::start(r#"{"seed": "sample", "page": 7}"#).await.unwrap();
    let token = stage.token(r#"{"user": "emma.clarke"}"#).unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let tokens = ForeignTokens::new(access(Some("delegated")).unwrap(), move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        let token = AccessToken::new(token.clone(), None);
        Box::pin(async { Ok(token) })
    });
    let setup = json!({ "base": stage.graph() }).to_string();
    let session = Session::graph(&setup, Arc::new(tokens)).await.unwrap();
    let info: Value = serde_json::from_str(&session.call("info", "").await.unwrap()).unwrap();
    assert_eq!(info["name"], "graph");
    let mut cursor = session.list("users", "{}").unwrap();
    let mut pages = 0;
    while let Some(page) = cursor.next_page().await.unwrap() {
        pages += usize::from(!page.rows.is_empty());
    }
    assert!(pages > 0 && asked.load(Ordering::Relaxed) > 0);
    assert!(session.preflight().await.unwrap().contains("\"checks\""));

    let before = stage.now();
    assert_eq!(stage.advance(Period::hours(1)), before + Period::hours(1));
    stage.fault(r#"{"kind": "throttle", "retry_after": "0.01", "times": 1}"#).unwrap();
    session.call("administrators", "{}").await.unwrap();
    assert!(stage.requests().contains("429"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_is_refused() {
    let none = |setup: &'static str| async move {
        let tokens = ForeignTokens::new(None, |_| Box::pin(async { Ok(AccessToken::new("x", None)) }));
        Session::graph(setup, Arc::new(tokens)).await.unwrap_err().kind()
    };
    assert_eq!(none(r#"{"cloud": "mars"}"#).await, ErrorKind::InvalidInput);
    assert_eq!(none(r#"{"base": "http://example.com"}"#).await, ErrorKind::InvalidInput);
    assert_eq!(
        none(r#"{"base": "http://127.0.0.1:1"}"#).await,
        ErrorKind::InvalidInput,
        "nobody tells who signed in"
    );
    assert!(access(Some("somebody")).is_err() && access(None).unwrap().is_none());
    let stage = Stage::start(r#"{"seed": "sample"}"#).await.unwrap();
    assert_eq!(stage.token("{}").unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(stage.fault(r#"{"kind": "gremlins"}"#).unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(Stage::start("{}").await.unwrap_err().kind(), ErrorKind::InvalidInput);
}
