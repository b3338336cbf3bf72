//! Lists over several collections: one after the other, each page by page, and a place to go on from in each.

use std::{future::ready, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, future::BoxFuture, stream, stream::BoxStream};
use pim_core::{
    error::{Error, ErrorKind, Result},
    page::{Batch, Batches, Continuation, Rejected},
};
use pim_http::{
    odata::{self, Page, PageOptions},
    pipeline,
};
use serde::{Deserialize, Serialize};

use super::connection::{Connection, refused, sendable};
use crate::{convert::Listed, endpoints::Call};

pub(super) type Pages<T> = BoxStream<'static, Result<Page<T>>>;
type Open<T> = dyn FnOnce(Connection, Option<String>) -> Pages<T> + Send;

/// One collection of a list.
pub(super) struct Source<T> {
    name: String,
    open: Box<Open<T>>,
}

impl<T: Send + 'static> Source<T> {
    /// A collection that is read from its beginning, or from the `next` of one of its pages. Its name stands in
    /// continuations: it has to say which it is.
    pub(super) fn new(
        name: impl Into<String>,
        open: impl FnOnce(Connection, Option<String>) -> Pages<T> + Send + 'static,
    ) -> Self {
        Self { name: name.into(), open: Box::new(open) }
    }

    /// Its pages.
    pub(super) fn pages(self, connection: Connection, next: Option<String>) -> Pages<T> {
        (self.open)(connection, next)
    }

    /// A collection that is read page by page.
    pub(super) fn paged(
        name: impl Into<String>,
        first: Call,
        mut decode: impl FnMut(&[u8]) -> Result<Listed<T>> + Send + 'static,
    ) -> Self {
        let open = move |connection: Connection, next: Option<String>| {
            let first = sendable_at(first, next);
            let decode = move |page: &[u8]| decode(page).map(Into::into);
            let (service, token) = (connection.service().clone(), connection.token());
            odata::pages(service, first, PageOptions::default(), move |reply| refused(&reply, token), decode)
        };
        Self::new(name, open)
    }

    /// A collection whose every page needs further calls to make items of it.
    pub(super) fn with<U: Send + 'static>(
        self,
        complete: impl Fn(Connection, Page<T>) -> BoxFuture<'static, Result<Page<U>>> + Send + Sync + 'static,
    ) -> Source<U> {
        let complete = Arc::new(complete);
        let open = move |connection: Connection, next: Option<String>| {
            let pages = (self.open)(connection.clone(), next);
            let completed = pages.then(move |page| {
                let (complete, connection) = (Arc::clone(&complete), connection.clone());
                async move { complete(connection, page?).await }
            });
            completed.boxed()
        };
        Source { name: self.name, open: Box::new(open) }
    }

    /// A collection of which every object has lists of its own, which are the items. Those of an object that is gone
    /// by then are empty; those that the caller may not read are a rejected row with the object's id.
    pub(super) fn each<U: Send + 'static>(
        self,
        calls: impl Fn(&Connection, &T) -> Result<Vec<Call>> + Send + Sync + 'static,
        read: impl Fn(&T, usize, &[u8]) -> Result<Listed<U>> + Send + Sync + 'static,
        id: impl Fn(&T) -> String + Send + Sync + 'static,
    ) -> Source<U>
    where
        T: Sync,
    {
        let tools = Arc::new((calls, read, id));
        self.with(move |connection, page| {
            let tools = Arc::clone(&tools);
            Box::pin(async move {
                let (calls, read, id) = &*tools;
                let (mut asked, mut whose) = (Vec::new(), Vec::new());
                for (at, object) in page.items.iter().enumerate() {
                    for (which, call) in calls(&connection, object)?.into_iter().enumerate() {
                        asked.push(call);
                        whose.push((at, which));
                    }
                }
                let mut all = Page { items: Vec::new(), rejected: page.rejected, next: page.next };
                for (list, (at, which)) in connection.lists(asked).await?.into_iter().zip(whose) {
                    let object = &page.items[at];
                    for page in own(list, || id(object), &mut all.rejected)? {
                        let listed = read(object, which, &page)?;
                        all.items.extend(listed.items);
                        all.rejected.extend(listed.rejected);
                    }
                }
                Ok(all)
            })
        })
    }

    /// Only the items that this admits.
    pub(super) fn only(self, admits: impl Fn(&T) -> bool + Send + 'static) -> Self {
        let open = move |connection: Connection, next: Option<String>| {
            let pages = (self.open)(connection, next).map(move |page| {
                page.map(|mut page| {
                    page.items.retain(&admits);
                    page
                })
            });
            pages.boxed()
        };
        Self { name: self.name, open: Box::new(open) }
    }
}

impl<T> From<Listed<T>> for Page<T> {
    fn from(listed: Listed<T>) -> Self {
        Self { items: listed.items, rejected: listed.rejected, next: listed.next.map(Into::into) }
    }
}

/// The lists of one object, or why they are left out.
pub(super) fn own(
    list: Result<Vec<Bytes>>,
    id: impl Fn() -> String,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<Bytes>> {
    match list {
        Ok(pages) => Ok(pages),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            rejected.push(Rejected { id: Some(id().into()), reason: error.to_string().into() });
            Ok(Vec::new())
        }
        Err(error) => Err(error),
    }
}

/// The items of these collections, one after the other. An error ends the list.
pub(super) fn chain<T: Send + 'static>(
    connection: &Connection,
    sources: Result<Vec<Source<T>>>,
    from: Option<Continuation>,
) -> Batches<T> {
    let begun = sources.and_then(|sources| {
        let here = Cursor::read(from)?;
        let start = match &here.at {
            None => 0,
            Some(name) => sources.iter().position(|s| s.name == *name).ok_or_else(Cursor::foreign)?,
        };
        Ok((sources, start, here.next))
    });
    let (sources, start, mut next) = match begun {
        Ok(begun) => begun,
        Err(error) => return stream::once(ready(Err(error))).boxed(),
    };
    if sources.is_empty() {
        return stream::once(ready(Ok(Batch::last(Vec::new())))).boxed();
    }
    let following: Vec<_> = sources.iter().skip(start + 1).map(|s| Some(s.name.clone())).collect();
    let following = following.into_iter().chain([None]);
    let connection = connection.clone();
    let batches =
        stream::iter(sources.into_iter().skip(start).zip(following)).flat_map(move |(source, following)| {
            let name = source.name;
            (source.open)(connection.clone(), next.take()).map(move |page| {
                let page = page?;
                let resume = match page.next {
                    Some(link) => Some(Cursor { at: Some(name.clone()), next: Some(link) }),
                    None => following.clone().map(|name| Cursor { at: Some(name), next: None }),
                };
                let resume = resume.map(|cursor| cursor.write()).transpose()?;
                Ok(Batch { items: page.items, rejected: page.rejected, resume })
            })
        });
    // What comes behind an error would look like the rest of the list, so nothing more is asked for.
    let until_error = stream::unfold(Some(batches.boxed()), |open| async {
        let mut batches = open?;
        let batch = batches.next().await?;
        let open = batch.is_ok().then_some(batches);
        Some((batch, open))
    });
    until_error.boxed()
}

/// Where a list goes on: in which collection, and with which link, whole. The sender follows no link elsewhere.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Cursor {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl Cursor {
    fn read(from: Option<Continuation>) -> Result<Self> {
        match from {
            Some(place) if !place.as_str().is_empty() => {
                serde_json::from_str(place.as_str()).map_err(|_| Self::foreign())
            }
            _ => Ok(Self::default()),
        }
    }

    fn write(&self) -> Result<Continuation> {
        serde_json::to_string(self).map(Continuation::new).map_err(|_| {
            Error::new(ErrorKind::Unexpected, "a continuation cannot be written; report this as a defect")
        })
    }

    fn foreign() -> Error {
        Error::new(ErrorKind::InvalidInput, "the continuation is of another list: begin the list anew")
    }
}

/// The first call, or the same for a later page.
pub(super) fn sendable_at(first: Call, next: Option<String>) -> pipeline::Call {
    let Some(link) = next else { return sendable(first) };
    let headers = first.request.headers().clone();
    let call = pipeline::Call::get(link);
    headers.iter().fold(call, |call, (name, value)| call.header(name.clone(), value.clone()))
}
