//! Tokens from a credential in JavaScript.

use std::sync::Arc;

use napi::{Status, bindgen_prelude::Promise, threadsafe_function::ThreadsafeFunction};
use pim_bridge::ForeignTokens;
use pim_core::{
    error::{Error, ErrorKind, Result},
    time::Timestamp,
};
use pim_http::auth::{Access, AccessToken, TokenRequest};
use serde_json::Value;

/// A function of JavaScript's that promises a token. It does not keep the process alive.
pub(crate) type AskJavaScript = ThreadsafeFunction<String, Promise<String>, String, Status, false, true>;

/// Tokens from `ask`, which never rejects: a failure is told in what it promises.
pub(crate) fn tokens(ask: AskJavaScript, access: Option<Access>) -> Arc<ForeignTokens> {
    let ask = Arc::new(ask);
    Arc::new(ForeignTokens::new(access, move |request| {
        let ask = Arc::clone(&ask);
        Box::pin(async move { token(&ask, &request).await })
    }))
}

async fn token(ask: &AskJavaScript, request: &TokenRequest) -> Result<AccessToken> {
    let question = serde_json::json!({ "scopes": request.scopes, "claims": request.claims }).to_string();
    let broke_off = |_| no_token("it broke off");
    let answer = ask.call_async(question).await.map_err(broke_off)?.await.map_err(broke_off)?;
    let answer: Value =
        serde_json::from_str(&answer).map_err(|_| no_token("it gave something that is no token"))?;
    if let Some(error) = answer["error"].as_str() {
        return Err(no_token(error));
    }
    let secret = answer["token"].as_str().ok_or_else(|| no_token("it gave something that is no token"))?;
    let ends = answer["ends"].as_i64().map(Timestamp::from_unix_seconds);
    Ok(AccessToken::new(secret, ends))
}

fn no_token(why: &str) -> Error {
    Error::new(ErrorKind::Unauthenticated, format!("the credential gave no token: {why}"))
}
