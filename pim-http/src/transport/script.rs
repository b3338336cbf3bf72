//! A transport for tests: answers from a script, and remembers what it was asked.

use std::{
    collections::VecDeque,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use tokio::time::Instant;

use super::{Body, Transport, TransportError};

/// Answers requests without a network. Waits are tokio's, so a test with paused time takes none.
#[derive(Clone)]
pub struct ScriptedTransport(Arc<Inner>);

type Script = dyn Fn(&Request<Bytes>) -> Option<Answer> + Send + Sync;

struct Inner {
    answer: Box<Script>,
    seen: Mutex<Vec<Seen>>,
}

/// A request that a [`ScriptedTransport`] was given.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// The request. Its headers hold the token in the clear.
    pub request: Request<Bytes>,
    /// When it came.
    pub at: Instant,
}

/// What a [`ScriptedTransport`] does with a request.
#[derive(Clone, Debug)]
#[must_use]
pub struct Answer {
    delay: Duration,
    outcome: Result<(StatusCode, HeaderMap), TransportError>,
    chunks: Vec<Result<Bytes, TransportError>>,
    between: Duration,
}

impl ScriptedTransport {
    /// Answers in this order, whatever is asked; once used up, requests fail unsent.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let answers = Mutex::new(answers.into_iter().collect::<VecDeque<_>>());
        Self::build(move |_| answers.lock().unwrap_or_else(PoisonError::into_inner).pop_front())
    }

    /// Answers by what is asked.
    pub fn by(answer: impl Fn(&Request<Bytes>) -> Answer + Send + Sync + 'static) -> Self {
        Self::build(move |request| Some(answer(request)))
    }

    /// Everything asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn build(answer: impl Fn(&Request<Bytes>) -> Option<Answer> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner { answer: Box::new(answer), seen: Mutex::default() }))
    }
}

impl Answer {
    /// A status with a JSON body.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        let headers = HeaderMap::from_iter([(
            http::header::CONTENT_TYPE,
            HeaderValue::from_static("application/json; charset=utf-8"),
        )]);
        Self::with(Ok((status, headers)), vec![Ok(body.into())])
    }

    /// A status without a body.
    pub fn status(status: u16) -> Self {
        Self::json(status, "")
    }

    /// No connection.
    pub fn refused() -> Self {
        Self::with(Err(TransportError::not_sent("connection refused")), Vec::new())
    }

    /// The connection breaks after the request has left.
    pub fn reset() -> Self {
        Self::with(Err(TransportError::maybe_sent("connection reset")), Vec::new())
    }

    /// With a header.
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok((_, headers)), Ok(value)) = (&mut self.outcome, HeaderValue::from_str(value)) {
            headers.append(HeaderName::from_static(name), value);
        }
        self
    }

    /// After a while.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The body in pieces, each after a while.
    pub fn in_pieces(
        mut self,
        pieces: impl IntoIterator<Item = impl Into<Bytes>>,
        between: Duration,
    ) -> Self {
        self.chunks = pieces.into_iter().map(|piece| Ok(piece.into())).collect();
        self.between = between;
        self
    }

    /// The connection breaks behind the body given so far.
    pub fn cut(mut self) -> Self {
        self.chunks.push(Err(TransportError::maybe_sent("the body ended too early")));
        self
    }

    fn with(
        outcome: Result<(StatusCode, HeaderMap), TransportError>,
        chunks: Vec<Result<Bytes, TransportError>>,
    ) -> Self {
        Self { delay: Duration::ZERO, outcome, chunks, between: Duration::ZERO }
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let answer = (self.0.answer)(&request);
        let seen = Seen { request, at: Instant::now() };
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).push(seen);
        let Some(answer) = answer else { return Err(TransportError::not_sent("the script is used up")) };
        if !answer.delay.is_zero() {
            tokio::time::sleep(answer.delay).await;
        }
        let (status, headers) = answer.outcome?;
        let between = answer.between;
        let chunks = stream::iter(answer.chunks).then(move |chunk| async move {
            if !between.is_zero() {
                tokio::time::sleep(between).await;
            }
            chunk
        });
        let chunks =
            chunks.filter(|chunk| std::future::ready(chunk.as_ref().map_or(true, |c| !c.is_empty())));
        let mut response = Response::new(Body::new(chunks.boxed(), None));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedTransport").finish_non_exhaustive()
    }
}
