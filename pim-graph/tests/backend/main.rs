//! The backend over a scripted transport: what it sends, and what it makes of what it gets.

#![allow(clippy::unwrap_used)] // a test: a panic is its report

mod lists;
mod long;
mod parts;
mod writes;

use std::sync::Arc;

use pim_core::{
    backend::BackendInfo,
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::{Answer, ScriptedTransport},
};

pub(crate) const ROWS: &str = r#"{"value":[]}"#;

pub(crate) fn scripted(answers: impl IntoIterator<Item = Answer>) -> (GraphBackend, ScriptedTransport) {
    over(ScriptedTransport::new(answers), TokenKind::Delegated)
}

pub(crate) fn over(transport: ScriptedTransport, token: TokenKind) -> (GraphBackend, ScriptedTransport) {
    let service = service(&transport, token);
    let backend = GraphBackend::known(service, BackendInfo::new("graph"), token).unwrap();
    (backend, transport)
}

pub(crate) fn service(transport: &ScriptedTransport, token: TokenKind) -> Service {
    let access = match token {
        TokenKind::Delegated => Access::Delegated,
        TokenKind::Application => Access::Application,
    };
    Service::new(
        "https://graph.microsoft.com".parse().unwrap(),
        Arc::new(transport.clone()),
        Arc::new(StaticToken::new("token", None, access)),
        vec!["scope".into()],
        ServiceOptions::default(),
    )
}

/// Every request so far: method, path with query, body.
pub(crate) fn asked(transport: &ScriptedTransport) -> Vec<String> {
    let line = |seen: pim_http::transport::Seen| {
        let request = seen.request;
        let address =
            request.uri().path_and_query().unwrap().as_str().replace("%20", " ").replace("%27", "'");
        let body = String::from_utf8_lossy(request.body()).into_owned();
        format!("{} {address} {body}", request.method()).trim_end().to_owned()
    };
    transport.seen().into_iter().map(line).collect()
}

pub(crate) fn alice() -> PrincipalId {
    PrincipalId::from_guid([7; 16])
}

pub(crate) fn team() -> GroupId {
    GroupId::from_guid([9; 16])
}

pub(crate) fn duty() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}
