//! A request and what may be done with it.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};
use pim_core::time::Period;

use crate::retry::Idempotency;

/// A request to a [`Service`](super::Service).
#[derive(Clone)]
#[must_use]
pub struct Call {
    pub(crate) method: Method,
    pub(crate) address: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) idempotency: Idempotency,
    pub(crate) deadline: Option<Period>,
}

impl Call {
    /// A request; its address is a path, or a whole address at the service.
    pub fn new(request: Request<Bytes>, idempotency: Idempotency) -> Self {
        let (head, body) = request.into_parts();
        Self {
            method: head.method,
            address: head.uri.to_string(),
            headers: head.headers,
            body,
            idempotency,
            deadline: None,
        }
    }

    /// A read of a path, or of a link that the service gave.
    pub fn get(address: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            address: address.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            idempotency: Idempotency::Idempotent,
            deadline: None,
        }
    }

    /// A write that must not happen twice, with a JSON body or none.
    pub fn write(method: Method, address: impl Into<String>, json: impl Into<Bytes>) -> Self {
        let idempotency = Idempotency::Once;
        Self { method, body: json.into(), idempotency, ..Self::get(address) }
    }

    /// The same with a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Says that sending it twice does the same as once.
    pub fn idempotent(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Limits how long it may take, waits and repetitions included. A write whose time runs out after it was sent
    /// ends as `OutcomeUnknown`.
    pub fn within(mut self, deadline: Period) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same request of another address: a further page, with the headers that its link does not carry.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self { address: address.into(), ..self.clone() }
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("idempotency", &self.idempotency)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
