//! Lists: the next page is asked for while this one is still arriving, and read beside both.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use futures::{StreamExt, stream, stream::BoxStream};
use pim_core::{
    error::{Error, ErrorKind, Result},
    page::Rejected,
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::Instant,
};

use super::{
    head::{Head, head},
    is_cut,
};
use crate::{
    pipeline::{Call, Opened, Reply, Service, out_of_time, timely, too_long},
    transport::Body,
};

/// A page as its decoder reads it.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // made by every decoder
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Rows that could not be read.
    pub rejected: Vec<Rejected>,
    /// The link to the next page, whole; `None` on the last.
    pub next: Option<String>,
}

/// How a list is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // options: written as a literal
pub struct PageOptions {
    /// How many pages may wait to be read, and how many more to be taken. It bounds memory. Default 2.
    pub ahead: usize,
}

impl Default for PageOptions {
    fn default() -> Self {
        Self { ahead: 2 }
    }
}

/// Reads a list page by page, until one without a next link. An error ends it; so a list that ends without one is
/// complete. Nothing is sent before the first poll, and dropping the stream stops all of it.
///
/// `refused` makes the error of an answer that is no success; `decode` reads a page, on a task of its own, and may
/// keep what pages share. The first request's headers are sent again with every page, because a link does not carry
/// them. Needs a tokio runtime.
pub fn pages<T, D, R>(
    service: Service,
    first: Call,
    options: PageOptions,
    refused: R,
    decode: D,
) -> BoxStream<'static, Result<Page<T>>>
where
    T: Send + 'static,
    D: FnMut(&[u8]) -> Result<Page<T>> + Send + 'static,
    R: Fn(Reply) -> Error + Send + Sync + 'static,
{
    let start = async move {
        let ahead = options.ahead.max(1);
        let (to_reader, fetched) = mpsc::channel(ahead);
        let (to_caller, pages) = mpsc::channel(ahead);
        let fetch = Fetch { service, first, refused: Arc::new(refused), pool: Pool::default() };
        let reader = fetch.clone();
        let tasks = [
            Task(tokio::spawn(fetch.run(to_reader))),
            Task(tokio::spawn(reader.read(fetched, to_caller, decode))),
        ];
        stream::unfold(State::Open(pages, tasks), |state| async {
            let State::Open(mut pages, tasks) = state else { return None };
            match pages.recv().await {
                Some(Ok(page)) if page.next.is_some() => Some((Ok(page), State::Open(pages, tasks))),
                Some(last_or_error) => Some((last_or_error, State::Ended)),
                // A task died. Without this the list would look complete.
                None => Some((Err(interrupted()), State::Ended)),
            }
        })
    };
    stream::once(start).flatten().boxed()
}

enum State<T> {
    Open(mpsc::Receiver<Result<Page<T>>>, [Task<()>; 2]),
    Ended,
}

/// A task that ends with its owner.
struct Task<T>(JoinHandle<T>);

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Buffers for pages, used again and again.
#[derive(Clone, Default)]
struct Pool(Arc<Mutex<Vec<Vec<u8>>>>);

impl Pool {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    fn give(&self, mut buffer: Vec<u8>) {
        buffer.clear();
        let mut pool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < 8 {
            pool.push(buffer);
        }
    }
}

/// A page under way.
struct Fetched {
    call: Call,
    bytes: Task<Result<Vec<u8>>>,
    follow: Follow,
}

/// How a body ended.
#[derive(PartialEq)]
enum End {
    Whole,
    Cut,
}

enum Follow {
    /// The link came in the head and is being followed.
    Link(String),
    /// The fetcher waits for the link that the reader finds.
    Tell(oneshot::Sender<String>),
}

struct Fetch<R> {
    service: Service,
    first: Call,
    refused: Arc<R>,
    pool: Pool,
}

impl<R> Clone for Fetch<R> {
    fn clone(&self) -> Self {
        Self {
            service: self.service.clone(),
            first: self.first.clone(),
            refused: Arc::clone(&self.refused),
            pool: self.pool.clone(),
        }
    }
}

impl<R: Fn(Reply) -> Error + Send + Sync + 'static> Fetch<R> {
    async fn run(self, to_reader: mpsc::Sender<Result<Fetched>>) {
        let mut call = self.first.clone();
        // The first page counts too: a link back to it would bring its rows twice.
        let mut seen: HashSet<u64> = self.place(&call.address).into_iter().collect();
        loop {
            let (bytes, link) = match self.begin(&call).await {
                Ok(begun) => begun,
                Err(error) => return drop(to_reader.send(Err(error)).await),
            };
            let (follow, later) = match link {
                Some(link) => (Follow::Link(link.clone()), Err(link)),
                None => {
                    let (tell, told) = oneshot::channel();
                    (Follow::Tell(tell), Ok(told))
                }
            };
            let fetched = Fetched { call: call.clone(), bytes, follow };
            if to_reader.send(Ok(fetched)).await.is_err() {
                return;
            }
            let link = match later {
                Err(link) => link,
                Ok(told) => match told.await {
                    Ok(link) => link,
                    // The reader saw the last page, or stopped.
                    Err(_) => return,
                },
            };
            // A link elsewhere is refused when it is followed.
            if self.place(&link).is_some_and(|place| !seen.insert(place)) {
                let words = "the list leads back to a page that was read; nothing more was asked for";
                return drop(to_reader.send(Err(Error::new(ErrorKind::Malformed, words))).await);
            }
            call = call.at(&link);
        }
    }

    /// A short form of an address, however it is written.
    fn place(&self, address: &str) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        self.service.endpoint().resolve(address).ok()?.to_string().hash(&mut hasher);
        Some(hasher.finish())
    }

    /// Opens a page and reads until its head tells the next link, or that it comes later.
    async fn begin(&self, call: &Call) -> Result<(Task<Result<Vec<u8>>>, Option<String>)> {
        let Opened { mut body, deadline, .. } = match self.service.open(call.clone()).await? {
            Ok(opened) => opened,
            Err(reply) => return Err((self.refused)(reply)),
        };
        let mut page = self.pool.take();
        page.reserve(body.length().unwrap_or_default().min(MOST_RESERVED));
        let most = self.service.longest_answer();
        let mut link = None;
        let mut end;
        loop {
            end = more(&mut page, &mut body, most, deadline).await?;
            if end.is_some() {
                break;
            }
            match head(&page) {
                Head::Link(found) => {
                    link = Some(found);
                    break;
                }
                Head::More if page.len() < LONGEST_HEAD => {}
                Head::More | Head::Behind => break,
            }
        }
        let (this, call) = (self.clone(), call.clone());
        let rest = async move {
            while end.is_none() {
                end = more(&mut page, &mut body, most, deadline).await?;
            }
            if end == Some(End::Cut) { this.again(&call).await } else { Ok(page) }
        };
        Ok((Task(tokio::spawn(rest)), link))
    }

    /// The whole page once more, after it broke off.
    async fn again(&self, call: &Call) -> Result<Vec<u8>> {
        let reply = self.service.call(call.clone()).await?;
        if reply.status.is_success() { Ok(reply.body.into()) } else { Err((self.refused)(reply)) }
    }

    async fn read<T, D>(
        self,
        mut fetched: mpsc::Receiver<Result<Fetched>>,
        to_caller: mpsc::Sender<Result<Page<T>>>,
        mut decode: D,
    ) where
        T: Send + 'static,
        D: FnMut(&[u8]) -> Result<Page<T>> + Send + 'static,
    {
        while let Some(next) = fetched.recv().await {
            let page = match next {
                Ok(next) => self.page(next, &mut decode).await,
                Err(error) => Err(error),
            };
            let end = page.as_ref().map_or(true, |page| page.next.is_none());
            if to_caller.send(page).await.is_err() || end {
                return;
            }
        }
    }

    async fn page<T, D>(&self, fetched: Fetched, decode: &mut D) -> Result<Page<T>>
    where
        D: FnMut(&[u8]) -> Result<Page<T>>,
    {
        let Fetched { call, mut bytes, follow } = fetched;
        let bytes = (&mut bytes.0).await.map_err(|_| interrupted())??;
        let mut page = match decode(&bytes) {
            Err(_) if is_cut(&bytes) => decode(&self.again(&call).await?)?,
            page => page?,
        };
        self.pool.give(bytes);
        match (follow, &page.next) {
            (Follow::Link(link), _) => page.next = Some(link),
            (Follow::Tell(fetcher), Some(link)) => drop(fetcher.send(link.clone())),
            (Follow::Tell(_), None) => {}
        }
        Ok(page)
    }
}

/// Reads the next piece of a page; tells when it was the last.
async fn more(
    page: &mut Vec<u8>,
    body: &mut Body,
    most: usize,
    deadline: Option<Instant>,
) -> Result<Option<End>> {
    match timely(deadline, body.chunk()).await.ok_or_else(out_of_time)? {
        Ok(Some(chunk)) if chunk.len() > most.saturating_sub(page.len()) => Err(too_long()),
        Ok(Some(chunk)) => {
            page.extend_from_slice(&chunk);
            Ok(None)
        }
        Ok(None) => Ok(Some(End::Whole)),
        Err(_) => Ok(Some(End::Cut)),
    }
}

/// A service's word is no reason to take that much memory at once.
const MOST_RESERVED: usize = 16 * 1024 * 1024;
/// Where the link has not come by then, it comes behind the items.
const LONGEST_HEAD: usize = 64 * 1024;

fn interrupted() -> Error {
    Error::new(ErrorKind::Unexpected, "reading the list was interrupted; what was read is not all of it")
}

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;
