//! Tokens from a credential in Python.

use std::sync::Arc;

use futures::FutureExt;
use pim_bridge::ForeignTokens;
use pim_core::{
    error::{Error, ErrorKind, Result},
    time::Timestamp,
};
use pim_http::auth::{Access, AccessToken, TokenRequest};
use pyo3::prelude::*;

/// Tokens from `source(scopes, claims)`, which may take its time: it is asked on a thread of its own.
pub(crate) fn tokens(source: Py<PyAny>, access: Option<Access>) -> Arc<ForeignTokens> {
    let source = Arc::new(source);
    Arc::new(ForeignTokens::new(access, move |request| {
        let source = Arc::clone(&source);
        async move {
            let asked = tokio::task::spawn_blocking(move || Python::attach(|py| ask(py, &source, &request)));
            asked.await.unwrap_or_else(|_| Err(no_token("it broke off")))
        }
        .boxed()
    }))
}

fn ask(py: Python<'_>, source: &Py<PyAny>, request: &TokenRequest) -> Result<AccessToken> {
    let answer = source.call1(py, (request.scopes.clone(), request.claims.as_deref()));
    // What a credential says may name people or hold what it was given; the package keeps it as the error's cause.
    let answer = answer.map_err(|error| {
        let kind = error.get_type(py).name().map_or_else(|_| "an error".to_owned(), |name| name.to_string());
        no_token(&format!("it raised {kind}"))
    })?;
    let (token, ends) = answer
        .extract::<(String, Option<i64>)>(py)
        .map_err(|_| no_token("it gave something that is no token"))?;
    Ok(AccessToken::new(token, ends.map(Timestamp::from_unix_seconds)))
}

fn no_token(why: &str) -> Error {
    Error::new(ErrorKind::Unauthenticated, format!("the credential gave no token: {why}"))
}
