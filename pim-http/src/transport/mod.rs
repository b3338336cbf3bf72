//! Sending one request: the seam between this crate and the network.

#[cfg(feature = "reqwest")]
mod reqwest;
mod script;

use std::fmt;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream, stream::BoxStream};
use http::{Request, Response};

#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestTransport;
pub use self::script::{Answer, ScriptedTransport, Seen};

/// Sends a request once and gives the answer as it comes. It neither retries nor follows redirects.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends; completes once the answer's head is in.
    ///
    /// # Errors
    /// [`TransportError`], which says whether the request may have reached the service. Getting that wrong
    /// makes a write happen twice: when in doubt, it may.
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError>;
}

/// How far a request got before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Progress {
    /// Certainly not sent: no connection came about.
    NotSent,
    /// The service may have received it, and acted on it.
    MaybeSent,
}

/// Why no answer came, or only part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TransportError {
    /// How far it got.
    pub progress: Progress,
    /// What happened, without the address, which may hold personal data.
    pub message: Box<str>,
}

impl TransportError {
    /// Nothing was sent.
    pub fn not_sent(message: impl Into<Box<str>>) -> Self {
        Self { progress: Progress::NotSent, message: message.into() }
    }

    /// The request may have been received.
    pub fn maybe_sent(message: impl Into<Box<str>>) -> Self {
        Self { progress: Progress::MaybeSent, message: message.into() }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TransportError {}

/// An answer's body as it arrives. Dropping it gives up the rest.
pub struct Body {
    chunks: BoxStream<'static, Result<Bytes, TransportError>>,
    length: Option<usize>,
}

impl Body {
    /// A body from its pieces; `length` where it is known beforehand.
    pub fn new(chunks: BoxStream<'static, Result<Bytes, TransportError>>, length: Option<usize>) -> Self {
        Self { chunks, length }
    }

    /// A body that is all there.
    pub fn full(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        let length = Some(bytes.len());
        Self::new(stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed(), length)
    }

    /// The length, where it is known beforehand.
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// The connection broke, or the body ended too early.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        self.chunks.next().await.transpose()
    }

    /// All that is left, unless it is longer than so many bytes: then `None`, and the rest is given up.
    ///
    /// # Errors
    /// As [`Body::chunk`].
    pub async fn collect(mut self, most: usize) -> Result<Option<Bytes>, TransportError> {
        if self.length.is_some_and(|length| length > most) {
            return Ok(None);
        }
        let Some(first) = self.chunk().await? else { return Ok(Some(Bytes::new())) };
        if first.len() > most {
            return Ok(None);
        }
        let Some(second) = self.chunk().await? else { return Ok(Some(first)) };
        let mut all = BytesMut::from(first);
        let mut next = Some(second);
        while let Some(more) = next {
            if more.len() > most - all.len() {
                return Ok(None);
            }
            all.extend_from_slice(&more);
            next = self.chunk().await?;
        }
        Ok(Some(all.freeze()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("length", &self.length).finish_non_exhaustive()
    }
}
