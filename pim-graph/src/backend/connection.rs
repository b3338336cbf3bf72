//! Between the pure builders and the sender: calls go out, refusals become errors.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use pim_core::error::{Error, ErrorKind, Result};
use pim_http::{
    odata::{BatchOptions, send_batch},
    pipeline::{self, Reply, Service},
    retry::Idempotency,
};
use serde::{Serialize, de::DeserializeOwned};

use super::options::ReadOptions;
use crate::{
    capability::TokenKind,
    endpoints::{Call, Place, Query, Repeat, Root},
    error, wire,
};

/// A service and the address under which its calls are built.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    service: Service,
    root: Root,
    token: TokenKind,
    /// How long lists are read.
    pub(super) reading: ReadOptions,
    /// Set once looking up objects of the directory was refused; clones share it.
    refused: Arc<AtomicBool>,
}

impl Connection {
    pub(super) fn new(service: Service, token: TokenKind) -> Result<Self> {
        let root = Root::new(service.endpoint().as_str())?;
        Ok(Self { service, root, token, reading: ReadOptions::default(), refused: Arc::default() })
    }

    /// Whether looking up objects of the directory was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Remembers that looking up objects of the directory was refused.
    pub(super) fn remember_refusal(&self) {
        self.refused.store(true, Ordering::Relaxed);
    }

    /// On whose behalf calls go out.
    pub(super) const fn token(&self) -> TokenKind {
        self.token
    }

    pub(super) const fn service(&self) -> &Service {
        &self.service
    }

    pub(super) const fn root(&self) -> &Root {
        &self.root
    }

    /// Sends; an answer that is no success is an error.
    pub(super) async fn send(&self, call: Call) -> Result<Reply> {
        self.succeeded(self.service.call(sendable(call)).await?)
    }

    /// Sends a write whose answer does not count.
    pub(super) async fn act(&self, call: Result<Call>) -> Result<()> {
        self.send(call?).await.map(drop)
    }

    /// Removes an object. One that is gone after an answer was lost was removed by that try.
    pub(super) async fn remove(&self, call: Result<Call>) -> Result<()> {
        let reply = self.service.call(sendable(call?)).await?;
        if reply.repeated && reply.status == StatusCode::NOT_FOUND {
            return Ok(());
        }
        self.succeeded(reply).map(drop)
    }

    /// Reads one object.
    pub(super) async fn read<W: DeserializeOwned>(&self, place: &Place, query: &Query) -> Result<W> {
        let reply = self.send(place.read(&self.root, query)?).await?;
        object(&reply)
    }

    /// Creates an object and reads what the service made of it. Where it did but what it says cannot be read, the
    /// outcome has to be looked for.
    pub(super) async fn create<T>(
        &self,
        place: &Place,
        body: &(impl Serialize + Sync),
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<T> {
        created(&self.send(place.create(&self.root, body)?).await?, read)
    }

    /// Creates many objects, several in one round trip and several of those under way at once. The calls are of v1.0,
    /// and each has its own outcome, in their order; one that could not be built is not sent.
    pub(super) async fn create_all<K: Copy, T>(
        &self,
        calls: Vec<Result<(K, Call)>>,
        in_flight: usize,
        read: impl Fn(K, &[u8]) -> Result<T>,
    ) -> Vec<Result<T>> {
        let mut parts = Vec::with_capacity(calls.len());
        let mut kinds = Vec::with_capacity(calls.len());
        for call in calls {
            kinds.push(call.and_then(|(kind, call)| {
                parts.push(part(call)?);
                Ok(kind)
            }));
        }
        let options = BatchOptions { in_flight, ..BatchOptions::default() };
        let mut replies = send_batch(&self.service, "/v1.0/$batch", parts, options).await.into_iter();
        let outcome = |kind: Result<K>| {
            let kind = kind?;
            let reply = replies.next().unwrap_or_else(|| {
                Err(Error::new(ErrorKind::OutcomeUnknown, "the outcome got lost; report this as a defect"))
            });
            created(&self.succeeded(reply?)?, |answer| read(kind, answer))
        };
        kinds.into_iter().map(outcome).collect()
    }

    /// The whole of several lists, in few round trips. The calls are of v1.0, and each has its own outcome.
    pub(super) async fn lists(&self, calls: Vec<Call>) -> Result<Vec<Result<Vec<Bytes>>>> {
        let parts = calls.into_iter().map(part).collect::<Result<Vec<_>>>()?;
        let replies = send_batch(&self.service, "/v1.0/$batch", parts, BatchOptions::default()).await;
        let mut lists = Vec::with_capacity(replies.len());
        for reply in replies {
            lists.push(match reply.and_then(|reply| self.succeeded(reply)) {
                Ok(reply) => self.rest(reply.body).await,
                Err(error) => Err(error),
            });
        }
        Ok(lists)
    }

    fn succeeded(&self, reply: Reply) -> Result<Reply> {
        if reply.status.is_success() { Ok(reply) } else { Err(refused(&reply, self.token)) }
    }

    /// The pages behind a first one.
    async fn rest(&self, first: Bytes) -> Result<Vec<Bytes>> {
        let mut pages = vec![first];
        let mut followed = std::collections::HashSet::new();
        loop {
            let page: wire::Page<serde::de::IgnoredAny> = wire::read(&pages[pages.len() - 1])?;
            let Some(link) = page.next.text() else { return Ok(pages) };
            if !followed.insert(link.to_owned()) {
                return Err(Error::new(ErrorKind::Malformed, "the list leads back to a page that was read"));
            }
            pages.push(self.succeeded(self.service.call(pipeline::Call::get(link)).await?)?.body);
        }
    }
}

/// The same call for the sender.
pub(super) fn sendable(call: Call) -> pipeline::Call {
    let idempotency = match call.repeat {
        Repeat::Safe => Idempotency::Idempotent,
        Repeat::Never => Idempotency::Once,
    };
    pipeline::Call::new(call.request, idempotency)
}

/// What a refusal means to whom the token speaks for.
pub(super) fn refused(reply: &Reply, token: TokenKind) -> Error {
    let status = reply.status.as_u16();
    let error = match reply.error() {
        Some(told) => {
            error::error(status, told.code.as_deref().unwrap_or_default(), told.message.expose(), token)
        }
        None => Error::new(ErrorKind::Unexpected, "the service answered in a way this version does not know"),
    };
    traced(error.with_context("HTTP status", status), reply)
}

/// One object from an answer.
pub(super) fn object<W: DeserializeOwned>(reply: &Reply) -> Result<W> {
    wire::read_entity::<W>(&reply.body).map(wire::Entity::into_inner).map_err(|error| traced(error, reply))
}

/// What a write made.
fn created<T>(reply: &Reply, read: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
    read(&reply.body).map_err(|unreadable| {
        let error = Error::new(
            ErrorKind::OutcomeUnknown,
            "the service accepted the request, but its answer can't be read: look for the outcome",
        );
        traced(error.with_source(unreadable), reply)
    })
}

fn traced(error: Error, reply: &Reply) -> Error {
    match reply.request_id() {
        Some(id) => error.with_request_id(id),
        None => error,
    }
}

/// Within a batch, addresses begin behind the version.
fn part(call: Call) -> Result<pipeline::Call> {
    let (mut head, body) = call.request.into_parts();
    let path = head.uri.path_and_query().map(|path| path.as_str()).and_then(|p| p.strip_prefix("/v1.0"));
    head.uri = path.and_then(|path| path.parse::<Uri>().ok()).ok_or_else(|| {
        Error::new(ErrorKind::Unexpected, "only calls of v1.0 go into a batch; report this as a defect")
    })?;
    Ok(sendable(Call { request: Request::from_parts(head, body), repeat: call.repeat }))
}
