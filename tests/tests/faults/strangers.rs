//! Nobody but the configured service is ever spoken to.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use pim_core::{backend::Operation, error::ErrorKind};
use pim_tests::acts::{Ready, act, row};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    scene::{backend, fast, reqwest, runtime},
    told,
};

/// Answers each request with the same bytes. Counts connections.
async fn server(answer: String) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            counted.fetch_add(1, SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = Vec::new();
                let mut piece = [0; 16 * 1024];
                while !request.windows(4).any(|four| four == b"\r\n\r\n") {
                    match socket.read(&mut piece).await {
                        Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
                        _ => return,
                    }
                }
                let _ = socket.write_all(answer.as_bytes()).await;
                let _ = socket.shutdown().await;
            });
        }
    });
    (address, count)
}

#[test]
fn no_redirect_is_followed_by_any_operation() {
    runtime().block_on(async {
        let (stranger, spoken_to) = server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".into()).await;
        let ready = Ready::nowhere();
        for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
            let answer = format!(
                "HTTP/1.1 {status}\r\nlocation: http://{stranger}/v1.0/me?who=Nomen\r\ncontent-length: 0\r\n\
                 connection: close\r\n\r\n"
            );
            let (service, asked) = server(answer).await;
            let token = "emulated.of-the-redirect".to_owned();
            for &operation in Operation::ALL {
                let (_, name) = row(operation).expect("a row");
                let address = format!("http://{service}");
                let by = backend(&address, Arc::new(reqwest()), token.clone(), name, fast());
                let error = act(operation, &by, &ready).await.unwrap_err();
                told::error(&error);
                assert_eq!(error.kind(), ErrorKind::Malformed, "{operation} × {status}: {error:?}");
            }
            assert!(asked.load(SeqCst) >= Operation::ALL.len());
        }
        assert_eq!(spoken_to.load(SeqCst), 0, "a stranger was spoken to");
    });
    told::assert_nothing_was_told();
}
