//! Lists of roles, grants and requests.

use std::borrow::Cow;

use pim_core::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, RequestQuery, RoleQuery, View, When},
    error::{Error, ErrorKind, Result},
    id::GroupId,
    privilege::{RoleDefinition, Surface},
    request::{Request, RequestStatus},
    schedule::{Assignment, Eligibility},
};

use super::{connection::Connection, held::Held, list::Source, reading::Reading};
use crate::{
    convert::{self, Listed, Sharing},
    endpoints::{
        self, Query, directory, roles,
        schedules::{Area, Family, Grant, Record},
    },
    wire,
};

pub(super) fn roles(connection: &Connection, query: &RoleQuery) -> Result<Vec<Source<RoleDefinition>>> {
    let wanted = query.surface.as_ref().map(Area::try_from).transpose()?;
    if wanted == Some(Area::Groups) {
        return Ok(Vec::new());
    }
    let first = roles::definitions_with_privilege().read(connection.root(), &Query::default())?;
    Ok(vec![Source::paged("roles", first, |page| {
        convert::rows(page, |read: wire::RoleDefinition| convert::role::definition(&read))
    })])
}

pub(super) fn eligibilities(
    connection: &Connection,
    query: &EligibilityQuery,
) -> Result<Vec<Source<Eligibility>>> {
    let list = List { connection, view: &query.view, filter: &query.filter };
    let mut sources = Vec::new();
    for area in areas(&query.filter)? {
        let family = Family { area, grant: Grant::Eligibility, record: record(query.when) };
        let source = list.held(family)?;
        let filter = query.filter.clone();
        sources.push(source.only(move |row: &Eligibility| filter.admits(&row.principal, &row.privilege)));
    }
    Ok(sources)
}

pub(super) fn assignments(
    connection: &Connection,
    query: &AssignmentQuery,
) -> Result<Vec<Source<Assignment>>> {
    let list = List { connection, view: &query.view, filter: &query.filter };
    let mut sources = Vec::new();
    for area in areas(&query.filter)? {
        let family = Family { area, grant: Grant::Assignment, record: record(query.when) };
        let source = list.held(family)?;
        let filter = query.filter.clone();
        sources.push(source.only(move |row: &Assignment| filter.admits(&row.principal, &row.privilege)));
    }
    Ok(sources)
}

pub(super) fn requests(connection: &Connection, query: &RequestQuery) -> Result<Vec<Source<Request>>> {
    let list = List { connection, view: &query.view, filter: &query.filter };
    let grants = match &query.level {
        Some(level) => &[Grant::try_from(level)?][..],
        None => &[Grant::Assignment, Grant::Eligibility],
    };
    let mut sources = Vec::new();
    for area in areas(&query.filter)? {
        for grant in grants {
            let family = Family { area, grant: *grant, record: Record::Request };
            let source = list.source(family, move |page| request_rows(family, page))?;
            let query = query.clone();
            sources.push(source.only(move |row| admits(&query, row)));
        }
    }
    Ok(sources)
}

/// One request of a family, as its own answer.
pub(super) fn request(family: Family, body: &[u8]) -> Result<Request> {
    macro_rules! read {
        ($type:ident, $convert:ident) => {
            convert::request::$convert(&wire::read_entity::<wire::$type>(body)?.into_inner())
        };
    }
    match (family.area, family.grant) {
        (Area::Roles, Grant::Assignment) => read!(RoleAssignmentRequest, role_assignment),
        (Area::Roles, Grant::Eligibility) => read!(RoleEligibilityRequest, role_eligibility),
        (Area::Groups, Grant::Assignment) => read!(GroupAssignmentRequest, group_assignment),
        (Area::Groups, Grant::Eligibility) => read!(GroupEligibilityRequest, group_eligibility),
    }
}

/// The groups that can be under PIM: neither synchronised nor of dynamic membership. No stable list tells which of
/// them are, so lists over groups ask for each.
///
/// Source: [PIM for Groups](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/concept-pim-for-groups).
pub(super) fn manageable_groups(connection: &Connection, name: &str) -> Result<Source<GroupId>> {
    let query = Query {
        select: ["id", "membershipRule", "onPremisesSyncEnabled"].map(Into::into).into(),
        top: Some(PAGE_OF_GROUPS),
        ..Query::default()
    };
    let first = directory::groups().read(connection.root(), &query)?;
    let groups = Source::paged(name, first, |page| {
        convert::rows(page, |read: wire::DirectoryObject| convert::directory::group(&read))
    });
    let manageable = groups.only(|group| {
        group.membership_rule.is_none() && group.source != pim_core::directory::Source::OnPremises
    });
    Ok(manageable.with(|_, page| {
        Box::pin(async move {
            let items = page.items.into_iter().map(|group| group.id).collect();
            Ok(pim_http::odata::Page { items, rejected: page.rejected, next: page.next })
        })
    }))
}

/// Few enough that a batch of a list does not take long, and five batches of calls.
const PAGE_OF_GROUPS: u32 = 100;

/// What lists of grants and requests have in common.
struct List<'a> {
    connection: &'a Connection,
    view: &'a View,
    filter: &'a Filter,
}

impl List<'_> {
    fn held<T: Held>(&self, family: Family) -> Result<Source<T>> {
        if family.area == Area::Roles && *self.view == View::Everyone {
            let reading = Reading::new(family, self.of_roles(), self.connection.reading.clone());
            return Ok(reading.source(name(family)));
        }
        let mut sharing = Sharing::default();
        self.source(family, move |page| T::read(family, page, &mut sharing))
    }

    fn source<T: Send + 'static>(
        &self,
        family: Family,
        mut read: impl FnMut(&[u8]) -> Result<Listed<T>> + Send + 'static,
    ) -> Result<Source<T>> {
        let name = name(family);
        let mut query = Query { expand: related(family), ..Query::default() };
        if *self.view != View::Everyone {
            let place = family.by_current_user(self.view).ok_or_else(|| {
                Error::new(ErrorKind::InvalidInput, "only requests can be listed by who asked or decides")
            })?;
            return Ok(Source::paged(name, place.read(self.connection.root(), &query)?, read));
        }
        let narrow = match family.area {
            Area::Roles => self.of_roles(),
            Area::Groups => self.of_groups(),
        };
        if narrow.is_none() && family.area == Area::Groups {
            // Rows of many groups share no place in a page, so what they share is remembered behind a lock.
            let read = std::sync::Mutex::new(read);
            let groups = manageable_groups(self.connection, &name)?;
            return Ok(groups.each(
                move |connection, group| {
                    let query =
                        Query { filter: Some(endpoints::Filter::eq("groupId", group)), ..query.clone() };
                    Ok(vec![family.list().read(connection.root(), &query)?])
                },
                move |_, _, page| {
                    let mut read = read.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                    read(page)
                },
                ToString::to_string,
            ));
        }
        query.filter = narrow;
        let first = family.list().read(self.connection.root(), &query)?;
        Ok(Source::paged(name, first, move |page| read(page)))
    }

    /// Scopes are compared here: the service's own comparison of them is not documented.
    fn of_roles(&self) -> Option<endpoints::Filter> {
        let role = self.filter.role.as_ref().or_else(|| self.filter.privilege.as_ref()?.role_id());
        let principal = self.filter.principal.as_ref().map(|p| endpoints::Filter::eq("principalId", p));
        let role = role.map(|role| endpoints::Filter::eq("roleDefinitionId", role));
        endpoints::Filter::all(principal.into_iter().chain(role))
    }

    /// Pages show one member of the two, never both.
    fn of_groups(&self) -> Option<endpoints::Filter> {
        let group = self.filter.group.as_ref().or_else(|| self.filter.privilege.as_ref()?.group_id());
        match (group, &self.filter.principal) {
            (Some(group), _) => Some(endpoints::Filter::eq("groupId", group)),
            (None, Some(principal)) => Some(endpoints::Filter::eq("principalId", principal)),
            (None, None) => None,
        }
    }
}

/// How continuations call a collection.
fn name(family: Family) -> String {
    format!("{:?} {:?} {:?}", family.area, family.grant, family.record).to_lowercase()
}

/// What comes along with each row. Only the relation tells which eligibility an activation used.
fn related(family: Family) -> Vec<Cow<'static, str>> {
    let mut relations = Vec::new();
    if family.record != Record::Request {
        relations.push("principal".into());
        if family.area == Area::Roles {
            relations.push("roleDefinition".into());
        }
        if family.grant == Grant::Assignment {
            relations.push("activatedUsing".into());
        }
    }
    relations
}

const fn record(when: When) -> Record {
    match when {
        When::Now => Record::Instance,
        When::NowOrLater => Record::Schedule,
    }
}

/// Where entries can be that the filter admits.
fn areas(filter: &Filter) -> Result<Vec<Area>> {
    let mut wanted: Vec<Surface> = Vec::new();
    wanted.extend(filter.surface.clone());
    wanted.extend(filter.privilege.as_ref().map(|privilege| privilege.surface()));
    wanted.extend(filter.role.as_ref().map(|_| Surface::DirectoryRoles));
    wanted.extend(filter.group.as_ref().map(|_| Surface::Groups));
    let wanted = wanted.iter().map(Area::try_from).collect::<Result<Vec<_>>>()?;
    let all = [Area::Roles, Area::Groups];
    Ok(all.into_iter().filter(|area| wanted.iter().all(|w| w == area)).collect())
}

fn admits(query: &RequestQuery, row: &Request) -> bool {
    // The service lists for approvers what was decided, too; and what starts later waits in a state of its own.
    let waits =
        matches!(row.status, RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning);
    query.filter.admits(&row.asked.principal, &row.asked.privilege)
        && (query.status.is_empty() || query.status.contains(&row.status))
        && (query.view != View::ForMyDecision || waits)
}

fn request_rows(family: Family, page: &[u8]) -> Result<Listed<Request>> {
    match (family.area, family.grant) {
        (Area::Roles, Grant::Assignment) => {
            convert::rows(page, |r: wire::RoleAssignmentRequest| convert::request::role_assignment(&r))
        }
        (Area::Roles, Grant::Eligibility) => {
            convert::rows(page, |r: wire::RoleEligibilityRequest| convert::request::role_eligibility(&r))
        }
        (Area::Groups, Grant::Assignment) => {
            convert::rows(page, |r: wire::GroupAssignmentRequest| convert::request::group_assignment(&r))
        }
        (Area::Groups, Grant::Eligibility) => {
            convert::rows(page, |r: wire::GroupEligibilityRequest| convert::request::group_eligibility(&r))
        }
    }
}
