//! Lists of grants over directory roles: in one chain, or in parts once they are long.

use std::{
    collections::{BTreeSet, HashSet},
    future::ready,
    sync::Arc,
};

use futures::{StreamExt, TryStreamExt, stream};
use pim_core::{
    error::{Error, ErrorKind, Result},
    id::RoleId,
};
use pim_http::odata::{self, Page, PageOptions};
use serde::{Deserialize, Serialize};

use super::{
    connection::{Connection, refused},
    held::{Held, Key},
    join::{WithRows, joined},
    list::{Pages, Source, sendable_at},
    options::{Details, ReadOptions, Split, UsedEligibility},
    parts::{Begun, Parts},
};
use crate::{
    convert::{self, Sharing},
    endpoints::{
        Filter, Query,
        roles::{self, Provider},
        schedules::{Family, Grant, Record},
    },
    wire,
};

/// Before so many pages nobody asks how many roles there are.
const ASK_FOR_ROLES_AT: usize = 16;

/// One list: what is asked for, and how.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) family: Family,
    pub(super) filter: Option<Filter>,
    pub(super) options: ReadOptions,
    sharing: Sharing,
    /// How far each chain reads ahead.
    pages: PageOptions,
}

/// How far a list was read, where a link alone does not tell.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Progress {
    /// One chain, details to be looked up.
    Joined { link: String },
    /// In parts.
    Parts { joined: bool, begun: Begun },
}

impl Reading {
    pub(super) fn new(family: Family, filter: Option<Filter>, options: ReadOptions) -> Self {
        Self { family, filter, options, sharing: Sharing::default(), pages: PageOptions::default() }
    }

    pub(super) fn source<T: Held>(self, name: String) -> Source<T> {
        Source::new(name, move |connection, next| match self.begin(connection, next) {
            Ok(pages) => pages,
            Err(error) => stream::once(ready(Err(error))).boxed(),
        })
    }

    fn begin<T: Held>(self, connection: Connection, next: Option<String>) -> Result<Pages<T>> {
        let splits = self.filter.is_none() && self.options.chains > 1;
        let progress = match next {
            Some(text) if text.starts_with('{') => text,
            Some(link) => return self.chain(&connection, Some(link)),
            None if splits && self.options.split == Split::Always => {
                return Ok(stream::once(self.split(connection)).flatten().boxed());
            }
            None if splits && self.options.split == Split::WhenLong => return self.chain_first(connection),
            None if self.looks_up(&connection) => return Ok(self.joined_chain(connection, None)),
            None => return self.chain(&connection, None),
        };
        match serde_json::from_str(&progress) {
            Ok(Progress::Joined { link }) => Ok(self.joined_chain(connection, Some(link))),
            Ok(Progress::Parts { joined, begun }) => {
                let resume = async move {
                    match self.roles(&connection).await {
                        Ok(roles) => self.parts(connection, roles, Some((begun, joined)), Skip::default()),
                        Err(error) => stream::once(ready(Err(error))).boxed(),
                    }
                };
                Ok(stream::once(resume).flatten().boxed())
            }
            Err(_) => Err(Error::new(
                ErrorKind::InvalidInput,
                "the continuation is of another list: begin the list anew",
            )),
        }
    }

    /// One page after the other, details with each row.
    fn chain<T: Held>(&self, connection: &Connection, link: Option<String>) -> Result<Pages<T>> {
        self.pages(connection, self.filter.clone(), Along::Details, link)
    }

    fn joined_chain<T: Held>(self, connection: Connection, link: Option<String>) -> Pages<T> {
        let with_rows: Option<WithRows<T>> = link.is_none().then(|| {
            let (this, connection) = (self.clone(), connection.clone());
            Box::new(move || this.chain(&connection, None).unwrap_or_else(failed)) as WithRows<T>
        });
        let begin = async move {
            if let Err(error) = self.roles(&connection).await {
                return match with_rows {
                    Some(with_rows) if error.kind() == ErrorKind::PermissionDenied => with_rows(),
                    _ => failed(error),
                };
            }
            let plain = match self.pages(&connection, self.filter.clone(), Along::Nothing, link) {
                Ok(pages) => pages.map(|page| {
                    let mut page: Page<T> = page?;
                    page.next = page.next.map(|link| Progress::Joined { link }.write()).transpose()?;
                    Ok(page)
                }),
                Err(error) => return failed(error),
            };
            joined(connection, self.sharing, plain.boxed(), with_rows)
        };
        stream::once(begin).flatten().boxed()
    }

    /// In parts from the beginning; in one chain where the roles are not to be had.
    async fn split<T: Held>(self, connection: Connection) -> Pages<T> {
        match self.roles(&connection).await {
            Ok(roles) => self.parts(connection, roles, None, Skip::default()),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                self.chain(&connection, None).unwrap_or_else(failed)
            }
            Err(error) => failed(error),
        }
    }

    /// In one chain until it has more pages than there are roles, then in parts, without the rows that were given
    /// out by then.
    fn chain_first<T: Held>(self, connection: Connection) -> Result<Pages<T>> {
        enum Phase<T> {
            Chain { pages: Pages<T>, seen: usize, roles: Option<Vec<RoleId>>, skip: Skip },
            Last(Pages<T>),
        }
        let pages = match self.looks_up(&connection) {
            true => self.clone().joined_chain(connection.clone(), None),
            false => self.chain(&connection, None)?,
        };
        let phase = Phase::Chain { pages, seen: 0, roles: None, skip: Skip::default() };
        let this = Arc::new(self);
        let batches = stream::unfold(phase, move |phase| {
            let (this, connection) = (Arc::clone(&this), connection.clone());
            async move {
                let (mut pages, mut seen, mut roles, mut skip) = match phase {
                    Phase::Chain { pages, seen, roles, skip } => (pages, seen, roles, skip),
                    Phase::Last(mut pages) => return Some((pages.next().await?, Phase::Last(pages))),
                };
                let page = match pages.next().await? {
                    Ok(page) => page,
                    error => return Some((error, Phase::Last(pages))),
                };
                seen += 1;
                skip.note(&page);
                if page.next.is_some() && seen >= ASK_FOR_ROLES_AT {
                    let known = match roles.take() {
                        Some(roles) => Ok(roles),
                        None => this.roles(&connection).await,
                    };
                    // Without roles there are no parts, and the chain is as complete.
                    let Ok(known) = known else { return Some((Ok(page), Phase::Last(pages))) };
                    if seen > known.len() {
                        drop(pages);
                        let parts = (*this).clone().parts(connection, known, None, skip);
                        return Some((Ok(page), Phase::Last(parts)));
                    }
                    roles = Some(known);
                }
                Some((Ok(page), Phase::Chain { pages, seen, roles, skip }))
            }
        });
        Ok(batches.boxed())
    }

    fn parts<T: Held>(
        mut self,
        connection: Connection,
        roles: Vec<RoleId>,
        resumed: Option<(Begun, bool)>,
        skip: Skip,
    ) -> Pages<T> {
        let look_up = match (&resumed, self.options.details) {
            (Some((_, joined)), _) => *joined,
            (None, Details::WithRows) => false,
            (None, _) => !connection.is_refused(),
        };
        let fresh = resumed.is_none();
        let begun = resumed.map(|(begun, _)| begun).unwrap_or_default();
        let sharing = self.sharing.clone();
        // Many chains ask ahead of each other.
        self.pages = PageOptions { ahead: 1 };
        let this = Arc::new(self);
        let open = {
            let connection = connection.clone();
            move |along, begun, skip| {
                let state = move |begun: &Begun| {
                    let joined = along == Along::Nothing;
                    Progress::Parts { joined, begun: begun.clone() }.write()
                };
                Parts::new(Arc::clone(&this), connection.clone(), along, roles.clone(), begun, skip)
                    .pages(state)
            }
        };
        if !look_up {
            return open(Along::Details, begun, skip);
        }
        let plain = open(Along::Nothing, begun, skip.clone());
        let with_rows =
            fresh.then(|| Box::new(move || open(Along::Details, Begun::default(), skip)) as WithRows<T>);
        joined(connection, sharing, plain, with_rows)
    }

    /// Pages of the list with this filter in place of its own.
    pub(super) fn pages<T: Held>(
        &self,
        connection: &Connection,
        filter: Option<Filter>,
        along: Along,
        link: Option<String>,
    ) -> Result<Pages<T>> {
        let query = Query {
            filter,
            select: fields(self.family).map(Into::into).collect(),
            expand: self.relations(along),
            top: self.options.page_size,
            ..Query::default()
        };
        self.asked(connection, &query, link)
    }

    pub(super) fn asked<T: Held>(
        &self,
        connection: &Connection,
        query: &Query,
        link: Option<String>,
    ) -> Result<Pages<T>> {
        let first = sendable_at(self.family.list().read(connection.root(), query)?, link);
        let (family, mut sharing) = (self.family, self.sharing.clone());
        let decode = move |page: &[u8]| Ok(T::read(family, page, &mut sharing)?.into());
        let (service, token) = (connection.service().clone(), connection.token());
        let refuse = move |reply| refused(&reply, token);
        Ok(odata::pages(service, first, self.pages.clone(), refuse, decode))
    }

    /// The roles that the service lists; what is known of them is shared with the rows.
    async fn roles(&self, connection: &Connection) -> Result<Vec<RoleId>> {
        let first = roles::definitions(Provider::Directory).read(connection.root(), &Query::default())?;
        let source = Source::paged("roles", first, |page| {
            convert::rows(page, |read: wire::RoleDefinition| convert::role::definition(&read))
        });
        let pages: Vec<_> = source.pages(connection.clone(), None).try_collect().await?;
        let ids: BTreeSet<_> = pages
            .into_iter()
            .flat_map(|page| page.items)
            .map(|role| self.sharing.learn(role).id.clone())
            .collect();
        Ok(ids.into_iter().collect())
    }

    fn relations(&self, along: Along) -> Vec<std::borrow::Cow<'static, str>> {
        let mut relations = Vec::new();
        if along == Along::Details {
            relations.extend(["principal".into(), "roleDefinition".into()]);
        }
        if self.family.grant == Grant::Assignment && self.options.used == UsedEligibility::Told {
            relations.push("activatedUsing".into());
        }
        relations
    }

    fn looks_up(&self, connection: &Connection) -> bool {
        self.options.details == Details::LookedUp && !connection.is_refused()
    }
}

/// What comes along with each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Along {
    /// Details of holder and role.
    Details,
    /// Neither.
    Nothing,
}

/// What was given out already.
#[derive(Clone, Debug, Default)]
pub(super) struct Skip {
    rows: HashSet<Key>,
    rejected: HashSet<Box<str>>,
}

impl Skip {
    fn note<T: Held>(&mut self, page: &Page<T>) {
        self.rows.extend(page.items.iter().map(Held::key));
        self.rejected.extend(page.rejected.iter().filter_map(|row| row.id.clone()));
    }

    /// Takes out of a page what was given out already. What can't be read is told once.
    pub(super) fn cut<T: Held>(&mut self, page: &mut Page<T>) {
        if !self.rows.is_empty() {
            page.items.retain(|row| !self.rows.contains(&row.key()));
        }
        let told = &mut self.rejected;
        page.rejected.retain(|row| row.id.as_ref().is_none_or(|id| told.insert(id.clone())));
    }
}

impl Progress {
    fn write(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|_| {
            Error::new(ErrorKind::Unexpected, "a continuation cannot be written; report this as a defect")
        })
    }
}

pub(super) fn failed<T: Send + 'static>(error: Error) -> Pages<T> {
    stream::once(ready(Err(error))).boxed()
}

/// The members that are read; the others would only make pages longer.
fn fields(family: Family) -> impl Iterator<Item = &'static str> {
    let schedule = match family.grant {
        Grant::Assignment => "roleAssignmentScheduleId",
        Grant::Eligibility => "roleEligibilityScheduleId",
    };
    let times: &[&str] = match family.record {
        Record::Instance => &["startDateTime", "endDateTime"],
        Record::Schedule | Record::Request => &["scheduleInfo"],
    };
    ["id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"]
        .into_iter()
        .chain(times.iter().copied())
        .chain(["memberType"])
        .chain((family.grant == Grant::Assignment).then_some("assignmentType"))
        .chain((family.record == Record::Instance).then_some(schedule))
}
