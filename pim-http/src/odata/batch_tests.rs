use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::{
    auth::{Access, AccessToken, CallbackToken, StaticToken},
    pipeline::ServiceOptions,
    transport::{Answer, ScriptedTransport},
};

type Counts = Arc<Mutex<HashMap<String, u32>>>;

/// Answers each part by its address and how often it came, last first.
fn server(part: impl Fn(&str, u32) -> Option<Value> + Send + Sync + 'static) -> (ScriptedTransport, Counts) {
    let counts = Counts::default();
    let transport = ScriptedTransport::by({
        let counts = Arc::clone(&counts);
        move |request| {
            let asked: Value = serde_json::from_slice(request.body()).unwrap();
            let asked = asked["requests"].as_array().unwrap();
            assert!(asked.len() <= 20);
            let mut responses = Vec::new();
            for one in asked.iter().rev() {
                let url = one["url"].as_str().unwrap();
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(url.to_owned()).or_default();
                *count += 1;
                if let Some(mut answer) = part(url, *count) {
                    answer["id"] = one["id"].clone();
                    responses.push(answer);
                }
            }
            Answer::json(200, json!({ "responses": responses }).to_string())
        }
    });
    (transport, counts)
}

fn service(transport: &ScriptedTransport) -> Service {
    let token = StaticToken::new("t", None, Access::Application);
    Service::paused(transport.clone(), token, ServiceOptions::default())
}

fn writes(n: usize) -> Vec<Call> {
    (0..n).map(|i| Call::write(Method::POST, format!("/w/{i}"), r#"{"a":1}"#)).collect()
}

async fn send(service: &Service, parts: Vec<Call>) -> Vec<Result<Reply>> {
    send_batch(service, "/v1.0/$batch", parts, BatchOptions::default()).await
}

fn created(url: &str) -> Option<Value> {
    Some(json!({ "status": 201, "body": { "url": url } }))
}

#[tokio::test(start_paused = true)]
async fn each_part_gets_its_own_answer_in_whatever_order_they_come() {
    let (transport, _) = server(|url, _| created(url));
    let outcomes = send(&service(&transport), writes(45)).await;
    for (i, outcome) in outcomes.iter().enumerate() {
        let body: Value = outcome.as_ref().unwrap().json().unwrap();
        assert_eq!(body["url"], format!("/w/{i}"));
    }
    let seen = transport.seen();
    assert_eq!(seen.len(), 3);
    let first: Value = serde_json::from_slice(seen[0].request.body()).unwrap();
    assert_eq!(first["requests"][0]["headers"]["content-type"], "application/json");
    assert_eq!(first["requests"][0]["body"], json!({ "a": 1 }));
}

#[tokio::test(start_paused = true)]
async fn only_refused_parts_are_sent_again_and_nobody_sends_into_the_window() {
    let (transport, counts) = server(|url, count| {
        if count == 1 && url.ends_with('7') {
            let headers = json!({ "Retry-After": "10", "request-id": "part" });
            return Some(
                json!({ "status": 429, "headers": headers, "body": { "error": { "code": "TooManyRequests" } } }),
            );
        }
        created(url)
    });
    let start = Instant::now();
    let outcomes = send(&service(&transport), writes(100)).await;
    assert!(outcomes.iter().all(|outcome| outcome.as_ref().unwrap().status == StatusCode::CREATED));
    for (url, count) in counts.lock().unwrap().iter() {
        assert_eq!(*count, if url.ends_with('7') { 2 } else { 1 }, "{url}");
    }
    let late = transport.seen().iter().filter(|seen| (seen.at - start).as_secs() < 10).count();
    assert!(late <= 5, "{late}");
}

/// One `Retry-After` inside a batch holds the other callers of the service, too.
#[tokio::test(start_paused = true)]
async fn a_refused_part_holds_everybody() {
    let start = Instant::now();
    let transport = ScriptedTransport::by(|request| {
        let single = request.uri().path() != "/v1.0/$batch";
        let part = json!({ "id": "0", "status": 429, "headers": { "Retry-After": "10" } });
        match (single, String::from_utf8_lossy(request.body()).contains("/w/1")) {
            (true, _) => Answer::json(201, "{}"),
            (false, true) => {
                Answer::json(200, json!({ "responses": [part, { "id": "1", "status": 201 }] }).to_string())
            }
            (false, false) => Answer::json(200, r#"{"responses":[{"id":"0","status":201}]}"#),
        }
    });
    let service = service(&transport);
    let single = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        service.call(Call::write(Method::POST, "/v1.0/single", "{}")).await
    };
    let (outcomes, single) = tokio::join!(send(&service, writes(2)), single);
    assert!(outcomes.iter().all(Result::is_ok) && single.is_ok());
    let late: Vec<_> = transport.seen().iter().map(|seen| (seen.at - start).as_secs()).collect();
    assert_eq!(late, [0, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn writes_of_unknown_outcome_are_never_repeated_and_reads_are() {
    let failing = |url: &str, count: u32| match (url, count) {
        ("/w/0", _) => Some(json!({ "status": 504 })),
        ("/w/1", _) => None,
        ("/w/2", _) => Some(json!({ "status": 424, "body": { "error": { "code": "FailedDependency" } } })),
        (_, 1) => Some(json!({ "status": 504 })),
        (_, 2) => None,
        _ => created(url),
    };
    let (transport, counts) = server(failing);
    let mut parts = writes(3);
    parts.push(Call::get("/r/0"));
    let outcomes = send(&service(&transport), parts).await;
    assert_eq!(outcomes[0].as_ref().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(outcomes[2].as_ref().unwrap().status, StatusCode::FAILED_DEPENDENCY);
    assert_eq!(outcomes[3].as_ref().unwrap().status, StatusCode::CREATED);
    let counts = counts.lock().unwrap();
    assert_eq!((counts["/w/0"], counts["/w/1"], counts["/r/0"]), (1, 1, 3));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_lost_as_a_whole_leaves_its_writes_unknown() {
    for lost in [
        Answer::reset(),
        Answer::status(504),
        Answer::json(200, r#"{"responses":[{"id":"#),
        Answer::json(200, "[]"),
    ] {
        let transport = ScriptedTransport::new([lost, Answer::json(200, r#"{"responses":[]}"#)]);
        let outcomes = send(&service(&transport), writes(3)).await;
        assert!(outcomes.iter().all(|o| o.as_ref().unwrap_err().kind() == ErrorKind::OutcomeUnknown));
        assert_eq!(transport.seen().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn hostile_ids_change_nothing() {
    let body = r#"{"responses":[{"id":"0","status":201},{"id":"0","status":500},{"id":"9","status":201},{"id":"x","status":201},{"id":"1","status":7}]}"#;
    let transport = ScriptedTransport::new([Answer::json(200, body)]);
    let outcomes = send(&service(&transport), writes(2)).await;
    assert_eq!(outcomes[0].as_ref().unwrap().status, StatusCode::CREATED);
    assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), ErrorKind::OutcomeUnknown);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_is_challenged_is_sent_again_with_a_better_token() {
    let (transport, counts) = server(|url, count| {
        let message = r#"claims={"access_token":{"acrs":{"essential":true,"value":"c1"}}}"#;
        let error =
            json!({ "error": { "code": "RoleAssignmentRequestAcrsValidationFailed", "message": message } });
        if url == "/w/0" && count == 1 { Some(json!({ "status": 400, "body": error })) } else { created(url) }
    });
    let provider = CallbackToken::new(Access::Delegated, |request| {
        let text = if request.claims.is_some() { "strong" } else { "weak" };
        Box::pin(async move { Ok(AccessToken::new(text, None)) })
    });
    let service = Service::paused(transport.clone(), provider.stepping_up(), ServiceOptions::default());
    assert!(send(&service, writes(2)).await.iter().all(Result::is_ok));
    assert_eq!(counts.lock().unwrap()["/w/1"], 1);
    assert_eq!(transport.seen()[1].request.headers()["authorization"], "Bearer strong");
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_is_not_there_does_not_look_like_parts_that_are_not() {
    let transport = ScriptedTransport::by(|_| Answer::json(404, r#"{"error":{"code":"NotFound"}}"#));
    let parts = (0..3).map(|i| Call::get(format!("/r/{i}"))).chain(writes(1)).collect();
    for outcome in send(&service(&transport), parts).await {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Unsupported);
    }
}
