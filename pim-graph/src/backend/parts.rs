//! A list in parts: one chain for each role, some of them at once, and what no listed role names.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures::{
    StreamExt,
    future::AbortHandle,
    stream::{self, BoxStream, SelectAll, abortable},
};
use pim_core::{
    error::{Error, ErrorKind, Result},
    id::RoleId,
};
use pim_http::odata::Page;
use serde::{Deserialize, Serialize};

use super::{
    connection::Connection,
    held::Held,
    list::Pages,
    reading::{Along, Reading, Skip, failed},
};
use crate::endpoints::{Filter, Query};

/// The largest page that directory endpoints give.
const LARGEST_PAGE: u32 = 999;

/// How far the parts were read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    /// Roles that were read to the end.
    done: BTreeSet<RoleId>,
    /// Roles of which some pages were read, and the link to the next.
    open: BTreeMap<RoleId, String>,
    /// Whether it is certain that there is nothing more of other roles.
    rest: bool,
    /// The link to more of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rest_at: Option<String>,
}

/// One of the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Role(RoleId),
    /// What the service says is of none of the roles.
    Rest,
    /// The whole list, only to see of which roles it is: for services that can't tell the rest.
    Whole(Size),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Largest,
    Usual,
}

/// A page of a part, or its end.
type Came<T> = (Part, Option<Result<Page<T>>>);

/// The parts of a list, read together.
pub(super) struct Parts<T> {
    reading: Arc<Reading>,
    connection: Connection,
    along: Along,
    /// All roles that are or will be read.
    roles: BTreeSet<RoleId>,
    waiting: Vec<RoleId>,
    open: SelectAll<BoxStream<'static, Came<T>>>,
    /// How many roles are being read. What makes sure that none is missing goes on beside them.
    reads: usize,
    /// Stops reading the rest.
    stop_rest: Option<AbortHandle>,
    begun: Begun,
    skip: Skip,
}

impl<T: Held> Parts<T> {
    pub(super) fn new(
        reading: Arc<Reading>,
        connection: Connection,
        along: Along,
        roles: Vec<RoleId>,
        begun: Begun,
        skip: Skip,
    ) -> Self {
        let roles: BTreeSet<_> = roles.into_iter().chain(begun.open.keys().cloned()).collect();
        let mut waiting: Vec<_> = roles.difference(&begun.done).cloned().collect();
        // Those that were begun come first, so that continuations stay short.
        waiting.sort_by_key(|role| begun.open.contains_key(role));
        let roles = roles.into_iter().chain(begun.done.iter().cloned()).collect();
        let open = SelectAll::new();
        Self { reading, connection, along, roles, waiting, open, reads: 0, stop_rest: None, begun, skip }
    }

    /// Their pages, in the order in which they come. `state` writes how far that is.
    pub(super) fn pages(mut self, state: impl Fn(&Begun) -> Result<String> + Send + 'static) -> Pages<T> {
        if !self.begun.rest {
            self.read(Part::Rest);
        }
        let pages = stream::unfold(Some((self, state)), |open| async {
            let (mut this, state) = open?;
            let page = match this.next().await {
                Err(error) => return Some((Err(error), None)),
                Ok(page) => page,
            };
            if this.is_over() {
                return Some((Ok(Page { next: None, ..page }), None));
            }
            match state(&this.begun) {
                Ok(place) => Some((Ok(Page { next: Some(place), ..page }), Some((this, state)))),
                Err(error) => Some((Err(error), None)),
            }
        });
        pages.boxed()
    }

    fn is_over(&self) -> bool {
        self.begun.rest && self.waiting.is_empty() && self.begun.done.is_superset(&self.roles)
    }

    /// The next page of any part; an empty one at the end, where the last part had no more.
    async fn next(&mut self) -> Result<Page<T>> {
        loop {
            while self.reads < self.reading.options.chains.max(1)
                && let Some(role) = self.waiting.pop()
            {
                self.read(Part::Role(role));
            }
            let Some((part, page)) = self.open.next().await else {
                let nothing = Page { items: Vec::new(), rejected: Vec::new(), next: None };
                return if self.is_over() { Ok(nothing) } else { Err(interrupted()) };
            };
            let Some(page) = page else {
                self.reads -= usize::from(matches!(part, Part::Role(_)));
                continue;
            };
            if let Some(mut page) = self.take(part, page)? {
                self.skip.cut(&mut page);
                return Ok(page);
            }
        }
    }

    fn read(&mut self, part: Part) {
        let mut pages = self.of(&part).unwrap_or_else(failed);
        if part == Part::Rest {
            let (stoppable, stop) = abortable(pages);
            (pages, self.stop_rest) = (stoppable.boxed(), Some(stop));
        }
        self.reads += usize::from(matches!(part, Part::Role(_)));
        let (named, ended) = (part.clone(), part);
        let pages = pages.map(move |page| (named.clone(), Some(page)));
        self.open.push(pages.chain(stream::once(async { (ended, None) })).boxed());
    }

    fn of(&self, part: &Part) -> Result<Pages<T>> {
        let role = |role| Filter::eq("roleDefinitionId", role);
        match part {
            Part::Role(id) => {
                let link = self.begun.open.get(id).cloned();
                self.reading.pages(&self.connection, Some(role(id)), self.along, link)
            }
            Part::Rest => {
                let none = self.roles.iter().map(|id| Filter::ne("roleDefinitionId", id));
                let link = self.begun.rest_at.clone();
                self.reading.pages(&self.connection, Filter::all(none), self.along, link)
            }
            Part::Whole(size) => {
                let query = Query {
                    select: ["id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"]
                        .map(Into::into)
                        .into(),
                    top: (*size == Size::Largest).then_some(LARGEST_PAGE),
                    ..Query::default()
                };
                self.reading.asked(&self.connection, &query, None)
            }
        }
    }

    /// What of a page is to be given out; `None` for nothing, not even a change of the place.
    fn take(&mut self, part: Part, page: Result<Page<T>>) -> Result<Option<Page<T>>> {
        let mut page = match (page, &part) {
            (Ok(page), _) => page,
            (Err(error), Part::Rest) if is_refusal(&error) => {
                self.read(Part::Whole(Size::Largest));
                return Ok(None);
            }
            (Err(error), Part::Whole(Size::Largest)) if is_refusal(&error) => {
                self.read(Part::Whole(Size::Usual));
                return Ok(None);
            }
            (Err(error), _) => return Err(error),
        };
        match part {
            Part::Role(role) => {
                // Should the service show others too, they come with their own role.
                page.items.retain(|row| row.role_id() == Some(&role));
                match &page.next {
                    Some(link) => drop(self.begun.open.insert(role, link.clone())),
                    None => {
                        self.begun.open.remove(&role);
                        self.begun.done.insert(role);
                    }
                }
            }
            Part::Rest => {
                let all = page.items.len();
                page.items.retain(|row| row.role_id().is_none_or(|role| !self.roles.contains(role)));
                if page.items.len() < all {
                    // The service passed over the filter, which its first page shows.
                    self.stop_rest.take().iter().for_each(AbortHandle::abort);
                    self.read(Part::Whole(Size::Largest));
                    return Ok(None);
                }
                self.begun.rest = page.next.is_none();
                self.begun.rest_at.clone_from(&page.next);
            }
            Part::Whole(_) => {
                for role in page.items.drain(..).filter_map(|row| row.role_id().cloned()) {
                    if self.roles.insert(role.clone()) {
                        self.waiting.push(role);
                    }
                }
                self.begun.rest = page.next.is_none();
            }
        }
        Ok(Some(page))
    }
}

fn interrupted() -> Error {
    Error::new(ErrorKind::Unexpected, "reading the list was interrupted; what was read is not all of it")
}

/// The service does not do what was asked, rather than that it can't now.
fn is_refusal(error: &Error) -> bool {
    use ErrorKind::{InvalidInput, Malformed, NotFound, Unexpected, Unsupported};
    matches!(error.kind(), InvalidInput | Malformed | NotFound | Unexpected | Unsupported)
}
