use std::time::Duration;

use futures::future::join_all;
use http::Method;
use pim_core::{
    error::{ErrorKind, Retry},
    time::Period,
};
use tokio::time::Instant;

use super::*;
use crate::{
    auth::{Access, StaticToken},
    transport::{Answer, ScriptedTransport},
};

const OWN_503: &str = r#"{"error":{"code":"ServiceUnavailable","message":"busy"}}"#;

fn service(answers: impl IntoIterator<Item = Answer>) -> (ScriptedTransport, Service) {
    let transport = ScriptedTransport::new(answers);
    let token = StaticToken::new("s3cret", None, Access::Application);
    (transport.clone(), Service::paused(transport, token, ServiceOptions::default()))
}

fn ok() -> Answer {
    Answer::json(200, r#"{"value":[]}"#)
}

fn post() -> Call {
    Call::write(Method::POST, "/v1.0/requests", r#"{"a":1}"#)
}

#[tokio::test(start_paused = true)]
async fn a_request_carries_id_token_and_type_and_keeps_its_id_over_tries() {
    let (transport, service) = service([Answer::refused(), ok()]);
    let call = post().header(http::header::AUTHORIZATION, http::HeaderValue::from_static("Bearer mine"));
    service.call(call).await.unwrap();
    let seen = transport.seen();
    let header = |i: usize, name: &str| seen[i].request.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header(0, "authorization"), "Bearer s3cret", "the provider's, never the caller's own");
    assert_eq!(header(0, "content-type"), "application/json");
    assert_eq!(header(0, "client-request-id"), header(1, "client-request-id"));
    assert_eq!(header(0, "client-request-id").len(), 36);
    assert_eq!(seen[1].request.uri(), "https://graph.example/v1.0/requests");
}

#[tokio::test(start_paused = true)]
async fn a_read_survives_whatever_passes() {
    for trouble in [
        Answer::refused(),
        Answer::reset(),
        Answer::status(500),
        Answer::status(502),
        Answer::status(503),
        Answer::status(504),
        Answer::status(408),
        Answer::status(429),
        Answer::json(200, r#"{"value":[1,"#).cut(),
        Answer::json(200, r#"{"value":[1,"#),
        Answer::json(503, OWN_503).cut(),
    ] {
        let (transport, service) = service([trouble.clone(), trouble, ok()]);
        let reply = service.call(Call::get("/v1.0/x")).await.unwrap();
        assert_eq!((reply.status.as_u16(), transport.seen().len()), (200, 3));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_tells_whether_an_earlier_try_may_have_been_carried_out() {
    for (trouble, repeated) in [
        (Answer::refused(), false),
        (Answer::status(429), false),
        (Answer::reset(), true),
        (Answer::status(502), true),
        (Answer::json(200, r#"{"value":[1,"#).cut(), true),
    ] {
        let (_, service) = service([trouble, Answer::status(404)]);
        let call = Call::write(Method::DELETE, "/v1.0/x", "").idempotent();
        assert_eq!(service.call(call).await.unwrap().repeated, repeated);
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_been_stored_is_never_sent_again() {
    for trouble in [
        Answer::reset(),
        Answer::status(500),
        Answer::status(502),
        Answer::status(503),
        Answer::status(503).header("retry-after", "1"),
        Answer::json(503, OWN_503),
        Answer::status(504).header("retry-after", "1"),
        Answer::status(408),
        Answer::json(201, r#"{"id":"#).cut(),
        Answer::json(201, r#"{"id":"#),
        Answer::json(504, "x").cut(),
    ] {
        let (transport, service) = service([trouble, ok()]);
        let error = service.call(post()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(transport.seen().len(), 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_was_refused_is_sent_again() {
    for trouble in [
        Answer::refused(),
        Answer::status(429),
        Answer::status(429).header("retry-after", "2.5"),
        Answer::json(503, OWN_503).header("retry-after", "1"),
    ] {
        let (transport, service) = service([trouble.clone(), trouble, Answer::json(201, r#"{"id":"r"}"#)]);
        assert_eq!(service.call(post()).await.unwrap().status.as_u16(), 201);
        assert_eq!(transport.seen().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn tries_end() {
    let (transport, service_down) = service((0..50).map(|_| Answer::status(502)));
    let error = service_down.call(Call::get("/x")).await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Unavailable, Retry::Exhausted));
    assert_eq!(transport.seen().len(), 5);

    let (transport, service_busy) = service((0..50).map(|_| Answer::status(429)));
    let error = service_busy.call(post()).await.unwrap_err();
    assert_eq!((error.kind(), error.retry()), (ErrorKind::Throttled, Retry::Exhausted));
    assert_eq!(transport.seen().len(), 13);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_beyond_patience_is_told_at_once_and_to_everybody() {
    let (transport, service) = service([Answer::status(429).header("retry-after", "3600"), ok()]);
    let start = Instant::now();
    let first = service.call(Call::get("/x")).await.unwrap_err();
    assert_eq!((first.kind(), first.retry()), (ErrorKind::Throttled, Retry::After(Period::hours(1))));
    let second = service.call(Call::get("/x")).await.unwrap_err();
    assert!(matches!(second.retry(), Retry::After(left) if left > Period::minutes(59)));
    assert_eq!(
        (start.elapsed().as_secs(), transport.seen().len()),
        (0, 1),
        "nothing is sent into a closed window"
    );
}

#[tokio::test(start_paused = true)]
async fn one_retry_after_holds_all_callers_and_nothing_is_sent_into_the_window() {
    let start = Instant::now();
    let transport = ScriptedTransport::by(move |_| {
        let window =
            start.elapsed() > Duration::from_millis(100) && start.elapsed() < Duration::from_secs(10);
        let answer = if window { Answer::status(429).header("retry-after", "10") } else { ok() };
        answer.after(Duration::from_millis(20))
    });
    let token = StaticToken::new("t", None, Access::Application);
    let service = Service::paused(transport.clone(), token, ServiceOptions::default());
    let all = join_all((0..32).map(|_| async {
        for _ in 0..10 {
            service.call(post()).await.unwrap();
        }
    }));
    all.await;
    let refused = |seen: &&crate::transport::Seen| {
        let at = seen.at - start;
        at > Duration::from_millis(100) && at < Duration::from_secs(10)
    };
    let seen = transport.seen();
    assert!(seen.iter().filter(refused).count() <= 32, "no more than were in flight");
    let back = seen.iter().filter(|seen| (seen.at - start).as_millis() / 20 == 10_120 / 20).count();
    assert!(back <= 16, "{back} came back at once");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_in_every_form() {
    let date = "Fri, 15 Jan 2027 08:00:07 GMT";
    for (value, least, most) in [("3", 3.0, 3.1), ("2.128", 2.128, 2.2), (date, 6.9, 7.1)] {
        let (transport, service) = service([Answer::status(429).header("retry-after", value), ok()]);
        service.call(post()).await.unwrap();
        let seen = transport.seen();
        let waited = (seen[1].at - seen[0].at).as_secs_f64();
        assert!((least..most).contains(&waited), "{value}: {waited}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_tells_what_is_known() {
    let slow = || ok().after(Duration::from_secs(60));
    let (_, service_slow) = service([slow(), slow()]);
    let read = service_slow.call(Call::get("/x").within(Period::seconds(5))).await.unwrap_err();
    assert_eq!(read.kind(), ErrorKind::Timeout);
    let write = service_slow.call(post().within(Period::seconds(5))).await.unwrap_err();
    assert_eq!(write.kind(), ErrorKind::OutcomeUnknown);

    let (transport, service_busy) = service([Answer::status(429).header("retry-after", "60"), ok()]);
    let start = Instant::now();
    let write = service_busy.call(post().within(Period::seconds(5))).await.unwrap_err();
    assert_eq!(write.kind(), ErrorKind::Timeout, "it was refused, so nothing was stored");
    assert_eq!((start.elapsed().as_secs(), transport.seen().len()), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_holds_nothing() {
    let (transport, service) = service([ok().after(Duration::from_secs(600)), ok()]);
    let narrow = Service(Arc::new(Inner {
        endpoint: service.0.endpoint.clone(),
        transport: Arc::new(transport.clone()),
        tokens: None,
        limiter: Limiter::new(1),
        options: ServiceOptions::default(),
        clock: Arc::clone(&service.0.clock),
    }));
    let dropped = tokio::time::timeout(Duration::from_secs(1), narrow.call(Call::get("/x"))).await;
    assert!(dropped.is_err());
    narrow.call(Call::get("/x").within(Period::seconds(1))).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn nothing_leaves_for_a_foreign_address_and_redirects_end_the_call() {
    let (transport, service) = service([Answer::status(302).header("location", "https://evil.example/")]);
    for address in ["https://evil.example/v1.0/x", "http://graph.example/v1.0/x", "//evil.example/x"] {
        let error = service.call(Call::get(address)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(!format!("{error:?}").contains("evil"));
    }
    assert!(transport.seen().is_empty());
    let error = service.call(Call::get("/x")).await.unwrap_err();
    assert_eq!((error.kind(), transport.seen().len()), (ErrorKind::Malformed, 1));
}

#[tokio::test(start_paused = true)]
async fn what_the_service_refuses_is_left_to_the_backend() {
    let body = r#"{"error":{"code":"RoleAssignmentExists","message":"The Role assignment already exists."}}"#;
    for status in [400, 403, 404, 409, 410, 501] {
        let (transport, service) = service([Answer::json(status, body).header("request-id", "r1")]);
        let reply = service.call(post()).await.unwrap();
        let error = reply.error().unwrap();
        assert_eq!(error.code.as_deref(), Some("RoleAssignmentExists"));
        assert_eq!((error.request_id.as_deref(), transport.seen().len()), (Some("r1"), 1));
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_end_takes_bounded_memory_and_is_not_asked_for_again() {
    let options = || ServiceOptions { longest_answer: 1000, ..ServiceOptions::default() };
    let endless = |status| {
        let pieces = std::iter::once(r#"{"value":[1"#.to_owned()).chain((0..10_000).map(|_| ",1".repeat(50)));
        Answer::json(status, "").in_pieces(pieces, Duration::ZERO)
    };
    for (status, call, kind) in [
        (200, Call::get("/x"), ErrorKind::Malformed),
        (201, post(), ErrorKind::OutcomeUnknown),
        (201, post().idempotent(), ErrorKind::Malformed),
    ] {
        let transport = ScriptedTransport::new([endless(status), ok()]);
        let token = StaticToken::new("t", None, Access::Application);
        let service = Service::paused(transport.clone(), token, options());
        assert_eq!(service.call(call).await.unwrap_err().kind(), kind);
        assert_eq!(transport.seen().len(), 1);
    }
    let (transport, service) = service([endless(403)]);
    let reply = service.call(post()).await.unwrap();
    assert_eq!((reply.status.as_u16(), transport.seen().len()), (403, 1), "the status alone tells");

    let exact = Answer::json(200, "").in_pieces(["x".repeat(500), "y".repeat(500)], Duration::ZERO);
    let transport = ScriptedTransport::new([exact]);
    let service = Service::paused(transport, StaticToken::new("t", None, Access::Application), options());
    assert_eq!(service.call(Call::get("/x")).await.unwrap().body.len(), 1000);
}

#[tokio::test(start_paused = true)]
async fn codes_and_ids_are_words_or_left_out() {
    let body =
        r#"{"error":{"code":"Adele Vance may not","message":"","innerError":{"request-id":"of Adele"}}}"#;
    let (_, service) = service([Answer::json(403, body).header("request-id", "Adele Vance")]);
    let reply = service.call(Call::get("/x")).await.unwrap();
    let error = reply.error().unwrap();
    assert_eq!((error.code, error.request_id, reply.request_id()), (None, None, None));
}
