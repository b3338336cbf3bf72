//! Answers.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use pim_core::error::Result;
use serde::Deserialize;
use tokio::time::Instant;

use crate::{
    odata::{ServiceError, decode, request_id},
    transport::Body,
};

/// An answer, all of it. Its status may be a refusal: see [`Reply::error`].
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Whether the same request was sent before, and the answer to it was lost: it may have been carried out then, so
    /// that what it was to remove is gone.
    pub repeated: bool,
}

/// A successful answer whose body is still to come.
#[derive(Debug)]
#[non_exhaustive]
pub struct Opened {
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// When the call's time runs out, reading included.
    pub(crate) deadline: Option<Instant>,
}

impl Reply {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self { status, headers, body, repeated: false }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// `Malformed` with the JSON path.
    pub fn json<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        decode(&self.body).map_err(|error| match self.request_id() {
            Some(id) => error.with_request_id(id),
            None => error,
        })
    }

    /// What the service says went wrong; `None` for a success.
    pub fn error(&self) -> Option<ServiceError> {
        (!self.status.is_success()).then(|| self.read_error())
    }

    /// The id under which the service's support finds the request.
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.headers)
    }

    pub(crate) fn read_error(&self) -> ServiceError {
        ServiceError::read(self.status, &self.headers, &self.body)
    }
}

impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reply({}, {} bytes)", self.status, self.body.len())
    }
}
