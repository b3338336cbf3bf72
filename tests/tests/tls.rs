//! https: the emulator's certificate, and the transport that programs use on it.
#![allow(clippy::unwrap_used)]

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures::StreamExt;
use http::{Method, Request, Version, header::AUTHORIZATION};
use pim_core::{
    backend::{Backend, BackendInfo, EligibilityQuery},
    error::{Error, ErrorKind, Result},
    id::RoleId,
    principal::PrincipalKind,
    privilege::Privilege,
    time::Period,
};
use pim_embedded::seed::{Seed, id_of};
use pim_emulator::{Emulator, Fault, FaultKind, NewToken, Options};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Call, Service, ServiceOptions},
    retry::RetryOptions,
    transport::{ReqwestTransport, Transport},
};
use reqwest::{Certificate, ClientBuilder};
use serde_json::{Value, json};

const REQUESTS: &str = "/v1.0/roleManagement/directory/roleEligibilityScheduleRequests";
const ELIGIBILITIES: &str = "/v1.0/roleManagement/directory/roleEligibilitySchedules?$top=10";
const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";

/// An emulator over https with an administrator and 25 people eligible.
async fn start() -> Emulator {
    let helpdesk = Privilege::role(HELPDESK.parse().unwrap());
    let names: Vec<String> = (0..25).map(|number| format!("person{number}")).collect();
    let seed = Seed::builder()
        .now(pim_tests::NOW)
        .users(["root", "new"])
        .users(names.iter().map(String::as_str))
        .standing("root", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
    let seed = names.iter().fold(seed, |seed, name| seed.eligible(name, helpdesk.clone()));
    let options = Options { tls: true, page: 10, ..Options::default() };
    Emulator::start(seed.build().unwrap(), options).await.unwrap()
}

fn token(emulator: &Emulator) -> String {
    emulator.token(NewToken { principal: Some(id_of("root")), mfa: true, ..NewToken::default() }).unwrap()
}

/// A client that trusts the emulator's authority and no other.
fn trusting(emulator: &Emulator) -> ClientBuilder {
    let pem = std::fs::read(emulator.ca().unwrap()).unwrap();
    reqwest::Client::builder().no_proxy().tls_certs_only([Certificate::from_pem(&pem).unwrap()])
}

fn service(emulator: &Emulator, transport: ReqwestTransport) -> Service {
    let wait = Period::from_std(Duration::from_millis(1));
    let retry = RetryOptions { failures: 1, first_wait: wait, longest_wait: wait, ..RetryOptions::default() };
    Service::new(
        emulator.graph().parse().unwrap(),
        Arc::new(transport),
        Arc::new(StaticToken::new(token(emulator), None, Access::Delegated)),
        vec!["graph".into()],
        ServiceOptions { retry, ..ServiceOptions::default() },
    )
}

fn graph(emulator: &Emulator) -> GraphBackend {
    let mut info = BackendInfo::new("graph");
    (info.caller, info.caller_kind) = (Some(id_of("root")), Some(PrincipalKind::User));
    let transport = ReqwestTransport::from_builder(trusting(emulator)).unwrap();
    GraphBackend::known(service(emulator, transport), info, TokenKind::Delegated).unwrap()
}

/// How many eligibilities a list gives before it ends, and how it ends.
async fn count(backend: &GraphBackend) -> (usize, Option<Error>) {
    let query = EligibilityQuery::default();
    let batches: Vec<Result<_>> = backend.list_eligibilities(&query, None).collect().await;
    let read = batches.iter().flatten().map(|batch| batch.items.len()).sum();
    (read, batches.into_iter().find_map(Result::err))
}

fn assignment() -> Value {
    json!({
        "action": "adminAssign", "principalId": id_of("new"), "roleDefinitionId": HELPDESK,
        "directoryScopeId": "/", "justification": "new here",
        "scheduleInfo": { "expiration": { "type": "noExpiration" } },
    })
}

#[tokio::test]
async fn who_trusts_the_file_reads_over_either_protocol_and_links_stay_https() {
    let emulator = start().await;
    let ready: Value = serde_json::from_str(&emulator.ready_line()).unwrap();
    assert_eq!(ready["ca"], emulator.ca().unwrap().to_str().unwrap());
    assert!(ready["graph"].as_str().unwrap().starts_with("https://127.0.0.1:"), "{ready}");
    assert!(ready["control"].as_str().unwrap().starts_with("http://"), "{ready}");
    let port = emulator.graph().rsplit(':').next().unwrap();
    for (builder, version) in
        [(trusting(&emulator), Version::HTTP_2), (trusting(&emulator).http1_only(), Version::HTTP_11)]
    {
        let client = builder.build().unwrap();
        for host in [emulator.graph().to_owned(), format!("https://localhost:{port}")] {
            let mut link = Some(format!("{host}{ELIGIBILITIES}"));
            let mut rows = 0;
            while let Some(url) = link {
                assert!(url.starts_with(&host), "{url}");
                let answer = client.get(url).bearer_auth(token(&emulator)).send().await.unwrap();
                assert_eq!((answer.status().as_u16(), answer.version()), (200, version));
                let page: Value = answer.json().await.unwrap();
                rows += page["value"].as_array().unwrap().len();
                link = page["@odata.nextLink"].as_str().map(str::to_owned);
            }
            assert_eq!(rows, 25);
        }
    }
    let file = emulator.ca().unwrap().to_owned();
    drop(emulator);
    assert!(!file.exists(), "the file goes with the emulator");
}

#[tokio::test]
async fn the_transport_speaks_http_2_and_the_backend_lists_and_writes_over_it() {
    let emulator = start().await;
    let transport = ReqwestTransport::from_builder(trusting(&emulator)).unwrap();
    let request = Request::get(format!("{}{ELIGIBILITIES}", emulator.graph()))
        .header(AUTHORIZATION, format!("Bearer {}", token(&emulator)));
    let answer = transport.send(request.body(Bytes::new()).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));

    let (read, failed) = count(&graph(&emulator)).await;
    assert!(failed.is_none(), "{failed:?}");
    assert_eq!(read, 25);
    let call = Call::write(Method::POST, REQUESTS, assignment().to_string());
    let made = service(&emulator, transport).call(call).await.unwrap();
    assert_eq!(made.status, 201);
}

#[tokio::test]
async fn an_unknown_authority_is_refused_before_anything_is_sent() {
    let emulator = start().await;
    let builder = reqwest::Client::builder().no_proxy();
    let transport = ReqwestTransport::from_builder(builder).unwrap();
    let error = service(&emulator, transport).call(Call::get(ELIGIBILITIES)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let told = error.to_string();
    assert!(told.contains("invalid peer certificate"), "says why: {told}");
    assert!(told.contains("certificates that are trusted"), "says what to do: {told}");
    assert!(!told.contains("127.0.0.1") && !told.contains("emulated."), "neither address nor token: {told}");
    assert!(emulator.requests().is_empty(), "the token was not sent");

    // A write that never left is no unknown outcome.
    let builder = reqwest::Client::builder().no_proxy();
    let transport = ReqwestTransport::from_builder(builder).unwrap();
    let call = Call::write(Method::POST, REQUESTS, assignment().to_string());
    let error = service(&emulator, transport).call(call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn a_next_link_that_leads_back_to_plain_http_is_not_followed() {
    let emulator = start().await;
    let plain = emulator.graph().replacen("https", "http", 1);
    let kind = FaultKind::ForeignNextLink { origin: plain };
    emulator.fault(Fault { kind, method: None, path: None, times: None, every: None });
    let (read, failed) = count(&graph(&emulator)).await;
    assert_eq!(failed.unwrap().kind(), ErrorKind::Malformed);
    assert!(read <= 10, "no more than the page that came: {read}");
    assert_eq!(emulator.requests().len(), 1, "the token went nowhere else");
}

#[tokio::test]
async fn a_stream_that_ends_without_an_answer_leaves_a_write_unknown() {
    let emulator = start().await;
    let fault = |kind| Fault { kind, method: Some("POST".into()), path: None, times: Some(1), every: None };
    for (kind, effects) in [(FaultKind::ResetBefore, 0), (FaultKind::ResetAfter, 1)] {
        emulator.fault(fault(kind));
        let transport = ReqwestTransport::from_builder(trusting(&emulator)).unwrap();
        let call = Call::write(Method::POST, REQUESTS, assignment().to_string());
        let error = service(&emulator, transport).call(call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error:?}");
        let effective = emulator.requests().iter().filter(|request| request.took_effect).count();
        assert_eq!(effective, effects);
    }
    assert_eq!(emulator.requests().len(), 2, "neither was sent again");
}
