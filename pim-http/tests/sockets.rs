//! The reqwest transport on real sockets of this machine: what it says about how far a request got.
#![cfg(feature = "reqwest")]
#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use http::Method;
use pim_core::error::ErrorKind;
use pim_core::time::Period;
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Call, Service, ServiceOptions},
    retry::RetryOptions,
    transport::ReqwestTransport,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Answers every connection with the same bytes, then closes it. Counts requests.
async fn server(answer: &'static [u8]) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = Vec::new();
            while !request.windows(4).any(|four| four == b"\r\n\r\n") {
                let mut piece = [0; 4096];
                match socket.read(&mut piece).await {
                    Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
                    _ => break,
                }
            }
            counted.fetch_add(1, SeqCst);
            let _ = socket.write_all(answer).await;
            let _ = socket.shutdown().await;
        }
    });
    (port, count)
}

fn service(port: u16) -> Service {
    let wait = Period::from_std(Duration::from_millis(1));
    let retry = RetryOptions { failures: 2, first_wait: wait, longest_wait: wait, ..RetryOptions::default() };
    Service::new(
        format!("http://127.0.0.1:{port}").parse().unwrap(),
        Arc::new(ReqwestTransport::new().unwrap()),
        Arc::new(StaticToken::new("s3cret", None, Access::Application)),
        Vec::new(),
        ServiceOptions { retry, ..ServiceOptions::default() },
    )
}

fn write() -> Call {
    Call::write(Method::POST, "/v1.0/x?secret=s3cret", "{}")
}

#[tokio::test]
async fn nobody_there_means_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = service(port).call(write()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let told = format!("{error:?}");
    assert!(told.contains("refused") && !told.contains("s3cret"), "says why, without the address: {told}");
}

#[tokio::test]
async fn a_connection_closed_without_an_answer_leaves_a_write_unknown_and_a_read_repeated() {
    let (port, count) = server(b"").await;
    let error = service(port).call(write()).await.unwrap_err();
    assert_eq!((error.kind(), count.swap(0, SeqCst)), (ErrorKind::OutcomeUnknown, 1));
    let error = service(port).call(Call::get("/x")).await.unwrap_err();
    assert_eq!((error.kind(), count.load(SeqCst)), (ErrorKind::Unavailable, 3));
}

#[tokio::test]
async fn a_cut_reply_leaves_a_write_unknown() {
    let cut =
        b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{\"id\":";
    let (port, count) = server(cut).await;
    let error = service(port).call(write()).await.unwrap_err();
    assert_eq!((error.kind(), count.load(SeqCst)), (ErrorKind::OutcomeUnknown, 1));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (elsewhere, followed) = server(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let answer =
        format!("HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:{elsewhere}/\r\ncontent-length: 0\r\n\r\n");
    let (port, _) = server(answer.leak().as_bytes()).await;
    assert_eq!(service(port).call(Call::get("/x")).await.unwrap_err().kind(), ErrorKind::Malformed);
    assert_eq!(followed.load(SeqCst), 0);
}

#[tokio::test]
async fn a_whole_answer_is_read() {
    let answer =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 12\r\n\r\n{\"value\":[]}";
    let (port, _) = server(answer).await;
    let reply = service(port).call(Call::get("/x")).await.unwrap();
    assert_eq!(&reply.body[..], br#"{"value":[]}"#);
}
