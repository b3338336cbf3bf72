//! Accepting connections, and ending them without an answer where a fault says so.

use std::{convert::Infallible, io, sync::Arc};

use axum::{Router, body::Body, extract::State, response::Response};
use bytes::Bytes;
use http::Request;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::watch,
};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;

use crate::{serve, world::World};

/// Mark on an answer that is never to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reset;

/// Graph's own port.
pub(crate) fn graph(world: Arc<World>) -> Router {
    async fn answer(State(world): State<Arc<World>>, request: Request<Body>) -> Response {
        serve::answer(&world, request).await
    }
    Router::new().fallback(answer).layer(CompressionLayer::new()).with_state(world)
}

/// Serves until it is stopped; with `tls`, https and nothing else.
pub(crate) async fn run(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    stopped: watch::Receiver<bool>,
) {
    loop {
        // A connection that failed before it was accepted is the caller's loss alone.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Small answers must not wait for each other; without this they are only slower.
        let _ = stream.set_nodelay(true);
        let (router, tls, mut stopped) = (router.clone(), tls.clone(), stopped.clone());
        let connection = async move {
            match tls {
                None => converse(stream, router).await,
                // Who does not trust the certificate, or speaks plain http, is told so by their own side.
                Some(tls) => {
                    if let Ok(stream) = tls.accept(stream).await {
                        converse(stream, router).await;
                    }
                }
            }
        };
        tokio::spawn(async move {
            tokio::select! {
                () = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
}

/// Answers one connection's requests.
async fn converse(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, router: Router) {
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = answered(router.oneshot(request.map(Body::new)).await);
            match response.extensions().get::<Reset>() {
                None => Ok(response),
                Some(Reset) => Err(io::Error::new(io::ErrorKind::ConnectionReset, "a fault was asked for")),
            }
        }
    });
    let builder = Builder::new(TokioExecutor::new());
    // How a connection ended is of no interest: callers go away as they like.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

/// Names the error that a router does not have.
const fn answered(response: Result<Response, Infallible>) -> Result<Response, Infallible> {
    response
}

/// A body that ends before it is complete.
pub(crate) fn cut(whole: &Bytes) -> Body {
    let half = whole.slice(..whole.len() / 2);
    let pieces: [Result<Bytes, io::Error>; 2] =
        [Ok(half), Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a fault was asked for"))];
    Body::from_stream(futures::stream::iter(pieces))
}
