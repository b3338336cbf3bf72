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
use tokio::{net::TcpListener, sync::watch};
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

/// Serves until it is stopped.
pub(crate) async fn run(listener: TcpListener, router: Router, stopped: watch::Receiver<bool>) {
    loop {
        // A connection that failed before it was accepted is the caller's loss alone.
        let Ok((stream, _)) = listener.accept().await else { continue };
        // Small answers must not wait for each other; without this they are only slower.
        let _ = stream.set_nodelay(true);
        let (router, mut stopped) = (router.clone(), stopped.clone());
        tokio::spawn(async move {
            let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                let router = router.clone();
                async move {
                    let Ok(response) = answered(router.oneshot(request.map(Body::new)).await);
                    match response.extensions().get::<Reset>() {
                        None => Ok(response),
                        Some(Reset) => {
                            Err(io::Error::new(io::ErrorKind::ConnectionReset, "a fault was asked for"))
                        }
                    }
                }
            });
            let builder = Builder::new(TokioExecutor::new());
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                // How a connection ended is of no interest: callers go away as they like.
                _ = connection => {}
                _ = stopped.changed() => {}
            }
        });
    }
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
