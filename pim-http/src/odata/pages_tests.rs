use std::time::Duration;

use http::{HeaderName, HeaderValue};
use serde::Deserialize;
use tokio::time::Instant;

use super::*;
use crate::{
    auth::{Access, StaticToken},
    odata::decode,
    pipeline::ServiceOptions,
    transport::{Answer, ScriptedTransport},
};

#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    value: Vec<u32>,
}

fn read(json: &[u8]) -> Result<Page<u32>> {
    let wire: Wire = decode(json)?;
    Ok(Page { items: wire.value, rejected: Vec::new(), next: wire.next })
}

fn list(transport: &ScriptedTransport) -> BoxStream<'static, Result<Page<u32>>> {
    let token = StaticToken::new("t", None, Access::Application);
    let service = Service::paused(transport.clone(), token, ServiceOptions::default());
    let level = HeaderName::from_static("consistencylevel");
    let first = Call::get("/v1.0/rows").header(level, HeaderValue::from_static("eventual"));
    let refused = |reply: Reply| reply.read_error().into_error(ErrorKind::PermissionDenied, "no");
    pages(service, first, PageOptions::default(), refused, read)
}

fn head_first(items: &str, next: Option<u32>) -> String {
    let link =
        next.map(|n| format!(r#""@odata.nextLink":"https://graph.example/v1.0/rows?$skiptoken={n}","#));
    format!(r#"{{"@odata.context":"c",{}"value":[{items}]}}"#, link.unwrap_or_default())
}

fn items_first(items: &str, next: Option<u32>) -> String {
    let link =
        next.map(|n| format!(r#","@odata.nextLink":"https://graph.example/v1.0/rows?$skiptoken={n}""#));
    format!(r#"{{"value":[{items}]{}}}"#, link.unwrap_or_default())
}

async fn items(transport: &ScriptedTransport) -> Result<Vec<u32>> {
    let mut list = list(transport);
    let mut all = Vec::new();
    while let Some(page) = list.next().await {
        all.extend(page?.items);
    }
    Ok(all)
}

#[tokio::test(start_paused = true)]
async fn all_pages_come_in_order_wherever_the_link_is_and_empty_ones_do_not_end_it() {
    for page in [head_first, items_first] {
        let transport = ScriptedTransport::new([
            Answer::json(200, page("1,2", Some(1))),
            Answer::json(200, page("", Some(2))),
            Answer::json(200, page("", Some(3))),
            Answer::json(200, page("3", None)),
        ]);
        assert_eq!(items(&transport).await.unwrap(), [1, 2, 3]);
        let seen = transport.seen();
        assert_eq!(seen[3].request.uri(), "https://graph.example/v1.0/rows?$skiptoken=3");
        assert!(seen.iter().all(|seen| seen.request.headers()["consistencylevel"] == "eventual"));
    }
}

#[tokio::test(start_paused = true)]
async fn the_next_page_is_asked_for_while_this_one_arrives() {
    let slow = |items: &str, next| {
        let text = head_first(items, next);
        let (head, rest) = text.split_at(text.find("\"value\"").unwrap());
        let answer = Answer::json(200, "");
        answer.in_pieces([head.to_owned(), rest.to_owned()], Duration::from_secs(1))
    };
    let transport = ScriptedTransport::new([slow("1", Some(1)), slow("2", Some(2)), slow("3", None)]);
    let start = Instant::now();
    assert_eq!(items(&transport).await.unwrap(), [1, 2, 3]);
    let asked: Vec<_> = transport.seen().iter().map(|seen| (seen.at - start).as_secs()).collect();
    assert_eq!(asked, [0, 1, 2], "each as soon as the head before it is in, not its body");
}

#[tokio::test(start_paused = true)]
async fn memory_is_bounded_and_dropping_stops_everything() {
    let transport = ScriptedTransport::by(|request| {
        let n: u32 = request.uri().query().and_then(|q| q.split('=').nth(1)?.parse().ok()).unwrap_or(0);
        Answer::json(200, head_first(&n.to_string(), Some(n + 1)))
    });
    let mut list = list(&transport);
    assert!(transport.seen().is_empty(), "nothing before the first poll");
    assert_eq!(list.next().await.unwrap().unwrap().items, [0]);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let ahead = transport.seen().len();
    assert!(ahead <= 10, "{ahead} pages asked for while one was taken");
    drop(list);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(transport.seen().len(), ahead);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_breaks_off_is_read_again() {
    let whole = head_first("1", Some(1));
    for cut in [
        Answer::json(200, whole[..whole.len() - 2].to_owned()).cut(),
        Answer::json(200, whole[..whole.len() - 2].to_owned()),
        Answer::json(200, whole[..10].to_owned()).cut(),
    ] {
        let transport = ScriptedTransport::by(move |request| match request.uri().query() {
            None => cut.clone(),
            Some(_) => Answer::json(200, head_first("2", None)),
        });
        // Whatever comes first, the list is either whole or an error; here it stays cut for ever.
        assert!(items(&transport).await.is_err());
    }
    let cut = whole[..whole.len() - 2].to_owned();
    let second = Answer::json(200, head_first("2", None));
    let transport = ScriptedTransport::new([Answer::json(200, cut).cut(), second, Answer::json(200, whole)]);
    assert_eq!(items(&transport).await.unwrap(), [1, 2]);

    // Nothing of the body came, so its reader alone could not tell that something is missing.
    let (whole, second) = (head_first("1", Some(1)), Answer::json(200, head_first("2", None)));
    let transport = ScriptedTransport::new([Answer::status(200).cut(), Answer::json(200, whole), second]);
    assert_eq!(items(&transport).await.unwrap(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn a_list_that_does_not_end_well_ends_with_an_error() {
    let refused = Answer::json(403, r#"{"error":{"code":"Forbidden","message":"no"}}"#);
    let foreign = r#"{"@odata.nextLink":"https://evil.example/rows","value":[2]}"#;
    let back = r#"{"@odata.nextLink":"https://graph.example/v1.0/rows?$skiptoken=1","value":[2]}"#;
    for (second, kind) in [
        (refused, ErrorKind::PermissionDenied),
        (Answer::json(200, foreign), ErrorKind::Malformed),
        (Answer::json(200, back), ErrorKind::Malformed),
        (Answer::json(200, r#"{"value":["x"]}"#), ErrorKind::Malformed),
        (Answer::json(200, "<html>"), ErrorKind::Malformed),
        (Answer::json(200, ""), ErrorKind::Malformed),
    ] {
        let transport = ScriptedTransport::new([Answer::json(200, head_first("1", Some(1))), second]);
        assert_eq!(items(&transport).await.unwrap_err().kind(), kind);
        assert!(transport.seen().iter().all(|seen| seen.request.uri().host() == Some("graph.example")));
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_dies_does_not_make_the_list_look_complete() {
    let transport = ScriptedTransport::new([Answer::json(200, head_first("1", Some(1)))]);
    let token = StaticToken::new("t", None, Access::Application);
    let service = Service::paused(transport, token, ServiceOptions::default());
    let refused = |_: Reply| Error::new(ErrorKind::Unexpected, "no");
    let decode = |_: &[u8]| -> Result<Page<u32>> { panic!("a defect of the decoder") };
    let mut list = pages(service, Call::get("/x"), PageOptions::default(), refused, decode);
    assert_eq!(list.next().await.unwrap().unwrap_err().kind(), ErrorKind::Unexpected);
    assert!(list.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_page_without_end_and_one_that_comes_too_slowly_end_the_list() {
    let token = || StaticToken::new("t", None, Access::Application);
    let read_all = async |transport: &ScriptedTransport, options| {
        let service = Service::paused(transport.clone(), token(), options);
        let refused = |_: Reply| Error::new(ErrorKind::Unexpected, "no");
        let mut list = pages(service, Call::get("/x"), PageOptions::default(), refused, read);
        list.next().await.unwrap().unwrap_err().kind()
    };
    for start in [r#"{"value":[1"#, r#"{"@odata.nextLink":"https://graph.example/2","value":[1"#] {
        let pieces = || std::iter::once(start.to_owned()).chain((0..100).map(|_| ",1".repeat(50)));
        let endless = Answer::json(200, "").in_pieces(pieces(), Duration::ZERO);
        let transport = ScriptedTransport::new([endless]);
        let options = ServiceOptions { longest_answer: 5000, ..ServiceOptions::default() };
        assert_eq!(read_all(&transport, options).await, ErrorKind::Malformed);

        let dripping = Answer::json(200, "").in_pieces(pieces(), Duration::from_secs(50));
        let transport = ScriptedTransport::new([dripping]);
        let deadline = Some(pim_core::time::Period::minutes(2));
        let options = ServiceOptions { deadline, ..ServiceOptions::default() };
        let start = Instant::now();
        assert_eq!(read_all(&transport, options).await, ErrorKind::Timeout);
        assert_eq!(start.elapsed().as_secs(), 120);
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_back_to_the_first_page_does_not_bring_its_rows_twice() {
    let back = r#"{"@odata.nextLink":"https://GRAPH.example:443/v1.0/rows","value":[1]}"#;
    let transport =
        ScriptedTransport::new([Answer::json(200, back), Answer::json(200, head_first("1", None))]);
    assert_eq!(items(&transport).await.unwrap_err().kind(), ErrorKind::Malformed);
    assert_eq!(transport.seen().len(), 1);
}
