//! Scopes and reviewers, which Graph writes as queries.
//! Sources: [scopes](https://learn.microsoft.com/graph/accessreviews-scope-concept),
//! [reviewers](https://learn.microsoft.com/graph/accessreviews-reviewers-concept).

use pim_core::{
    error::{Error, ErrorKind, Result},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    review::{Population, ReviewScope, Reviewed, Reviewer},
};

use super::{malformed, parse, period, unsupported};
use crate::wire::{self, Member, Text};

const ROLES: &str = "/roleManagement/directory/roleDefinitions/";
const ELIGIBLE: &str = "/roleManagement/directory/roleEligibilityScheduleInstances";
const HELD: &str = "/roleManagement/directory/roleAssignmentScheduleInstances";

pub(super) fn read(scope: &wire::ReviewScope) -> Result<ReviewScope> {
    let resources = scope.resource_scopes.items();
    let principals = scope.principal_scopes.items();
    let (about, holders) = if resources.is_empty() { (scope, scope) } else { (&resources[0], scope) };
    if resources.len() > 1 {
        return Err(unsupported("the review asks about several things at once: read it in the portal"));
    }
    if principals.iter().any(|p| p.query.text().is_some_and(|query| query.contains("$filter"))) {
        // Without its condition, such as guests alone, the review would be shown as one of everybody.
        return Err(unsupported("the review asks about some of the holders only: read it in the portal"));
    }
    let query = about.query.text().ok_or_else(|| malformed("scope.query"))?;
    let asks_for_apps = |q: &str| q.contains("servicePrincipal");
    let mut reviewed = Reviewed::UsersAndGroups;
    if asks_for_apps(query) || principals.iter().any(|p| p.query.text().is_some_and(asks_for_apps)) {
        reviewed = Reviewed::ServicePrincipals;
    }
    let (privilege, population) = subject(query)?;
    let inactive = [holders, about].into_iter().chain(principals);
    let inactive =
        inactive.filter_map(|s| period(&s.inactive_duration, "scope.inactiveDuration").transpose()).next();
    Ok(ReviewScope { privilege, population, reviewed, inactive_for: inactive.transpose()? })
}

/// What a query is about. Answers put a version before the path, and one page repeats the path.
fn subject(query: &str) -> Result<(Privilege, Population)> {
    let (path, options) = query.split_once('?').unwrap_or((query, ""));
    let role = |id: &str| -> Result<Privilege> { Ok(Privilege::role(parse(id, "scope.query")?)) };
    if let Some((_, id)) = path.rsplit_once(ROLES) {
        return Ok((role(id)?, Population::EligibleAndActive));
    }
    let in_filter = || {
        let (_, rest) = options.split_once("roleDefinitionId eq '")?;
        rest.split('\'').next()
    };
    if path.ends_with(ELIGIBLE) || path.ends_with(HELD) {
        let population = if path.ends_with(ELIGIBLE) { Population::Eligible } else { Population::Active };
        return Ok((role(in_filter().ok_or_else(|| malformed("scope.query"))?)?, population));
    }
    let group = segment_after(path, "groups").filter(|id| !id.is_empty());
    match group {
        // A further condition would be lost, and the review be shown as one of everybody.
        Some(id) if !options.contains("$filter") => {
            Ok((Privilege::member(parse(id, "scope.query")?), Population::Active))
        }
        _ => Err(unsupported("the review asks about something else than one role or one group")),
    }
}

fn segment_after<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = path.split('/');
    segments.find(|segment| *segment == name)?;
    segments.next()
}

pub(super) fn body(scope: &ReviewScope) -> Result<wire::ReviewScope> {
    match &scope.privilege {
        Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } => {
            let kind = match scope.reviewed {
                Reviewed::ServicePrincipals => "servicePrincipal",
                _ => "user",
            };
            let holders =
                format!("isof(principal,'microsoft.graph.{kind}') and roleDefinitionId eq '{role}'");
            match scope.population {
                Population::Eligible => {
                    Ok(asking(scope, format!("{ELIGIBLE}?$expand=principal&$filter=({holders})")))
                }
                Population::Active => Ok(asking(
                    scope,
                    format!("{HELD}?$expand=principal&$filter=(assignmentType eq 'Assigned' and {holders})"),
                )),
                Population::EligibleAndActive => Ok(of_role(scope, format!("{ROLES}{role}"))),
                _ => Err(unsupported("reviews know the eligible, the active, or both")),
            }
        }
        Privilege::Group { group, access: GroupAccess::Member } if scope.population == Population::Active => {
            Ok(asking(scope, format!("/groups/{group}/transitiveMembers")))
        }
        Privilege::Group { .. } => Err(unsupported(
            "Graph reviews the members that a group has now: ask for the active members, not for owners or the eligible",
        )),
        _ => Err(unsupported("Graph reviews a role for the whole tenant, or a group: leave the scope out")),
    }
}

/// Both families of a role, which takes the long form.
fn of_role(scope: &ReviewScope, role: String) -> wire::ReviewScope {
    let holders: &[&str] = match scope.reviewed {
        Reviewed::ServicePrincipals => &["/servicePrincipals"],
        _ => &["/users", "/groups"],
    };
    let plain = ReviewScope { inactive_for: None, ..scope.clone() };
    let principals = holders.iter().map(|path| {
        // Only people sign in.
        asking(if *path == "/users" { scope } else { &plain }, (*path).to_owned())
    });
    wire::ReviewScope {
        odata_type: "#microsoft.graph.principalResourceMembershipsScope".into(),
        principal_scopes: Member::Value(principals.collect()),
        resource_scopes: Member::Value(vec![asking(&plain, role)]),
        ..wire::ReviewScope::default()
    }
}

fn asking(scope: &ReviewScope, query: String) -> wire::ReviewScope {
    let kind = if scope.inactive_for.is_some() {
        "accessReviewInactiveUsersQueryScope"
    } else {
        "accessReviewQueryScope"
    };
    wire::ReviewScope {
        odata_type: format!("#microsoft.graph.{kind}").into(),
        query: query.into(),
        query_type: "MicrosoftGraph".into(),
        inactive_duration: scope.inactive_for.map(|time| Text::from(time.to_string())).into(),
        ..wire::ReviewScope::default()
    }
}

pub(super) fn reviewers(list: &Member<Vec<wire::ReviewerScope>>) -> Result<Vec<Reviewer>> {
    list.items().iter().map(|read| reviewer(read.query.text().unwrap_or_default())).collect()
}

fn reviewer(query: &str) -> Result<Reviewer> {
    let id = |name| segment_after(query, name).filter(|_| !query.contains('?'));
    if query == "./manager" {
        return Ok(Reviewer::Manager);
    }
    if let Some(user) = id("users") {
        return Ok(Reviewer::User(parse(user, "reviewers.query")?));
    }
    match id("groups") {
        Some(group) if !query.contains("/owners") => Ok(Reviewer::Group(parse(group, "reviewers.query")?)),
        _ => Err(unsupported("the review has reviewers named by another relation, such as owners")),
    }
}

/// Without reviewers every holder answers for themselves.
pub(super) fn reviewers_body(list: &[Reviewer]) -> Result<Vec<wire::ReviewerScope>> {
    if list == [Reviewer::Holder] {
        return Ok(Vec::new());
    }
    list.iter().map(reviewer_body).collect()
}

fn reviewer_body(reviewer: &Reviewer) -> Result<wire::ReviewerScope> {
    let (query, root) = match reviewer {
        Reviewer::User(id) => (format!("/users/{id}"), None),
        Reviewer::Group(id) => (format!("/groups/{id}/transitiveMembers"), None),
        Reviewer::Manager => ("./manager".to_owned(), Some("decisions")),
        _ => {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "holders review themselves alone or not at all: give no other reviewer beside them",
            ));
        }
    };
    Ok(wire::ReviewerScope {
        query: query.into(),
        query_type: "MicrosoftGraph".into(),
        query_root: root.map(Text::from).into(),
        ..wire::ReviewerScope::default()
    })
}
