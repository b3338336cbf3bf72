//! Highly privileged ones are not to be played with.

use std::collections::HashMap;

use futures::TryStreamExt;
use pim_core::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, RoleQuery},
    client::Client,
    error::{Error, ErrorKind, Result},
    id::{GroupId, RoleId},
    privilege::{Privilege, RoleDefinition, Surface},
};

use super::VerifyOptions;

/// Refuses what is highly privileged, or may be, and was not named.
pub(super) async fn check(reader: &Client, options: &VerifyOptions) -> Result<()> {
    let mut roles = Roles { reader, known: HashMap::new() };
    for privilege in options.privileges() {
        if options.highly_privileged.contains(privilege) {
            continue;
        }
        let reason = match roles.reason(privilege).await {
            Ok(None) => continue,
            Ok(Some(reason)) => reason.to_owned(),
            Err(error) => format!("whether it is can't be told: {error}"),
        };
        let message = "it is, or may be, highly privileged: verify with a lesser one, or name it in \
                       highly_privileged";
        let error = Error::new(ErrorKind::InvalidInput, message);
        return Err(error.with_context("privilege", privilege).with_context("because", reason));
    }
    Ok(())
}

struct Roles<'a> {
    reader: &'a Client,
    known: HashMap<Surface, HashMap<RoleId, RoleDefinition>>,
}

impl Roles<'_> {
    /// Why it is highly privileged; `None` where it is not.
    async fn reason(&mut self, privilege: &Privilege) -> Result<Option<&'static str>> {
        let Privilege::Group { group, .. } = privilege else { return self.reason_of_role(privilege).await };
        let mut groups = self.reader.groups(None);
        while let Some(found) = groups.try_next().await? {
            if found.id == *group && found.role_assignable {
                return Ok(Some("the group can be given Entra roles"));
            }
        }
        for held in self.held_by(group).await? {
            if matches!(held, Privilege::Group { .. }) || self.reason_of_role(&held).await?.is_some() {
                return Ok(Some("the group holds, or may activate, what is highly privileged"));
            }
        }
        Ok(None)
    }

    async fn reason_of_role(&mut self, privilege: &Privilege) -> Result<Option<&'static str>> {
        let Some(id) = privilege.role_id() else { return Ok(Some("it is of a kind that is not known")) };
        let surface = privilege.surface();
        if !self.known.contains_key(&surface) {
            let query = RoleQuery { surface: Some(surface.clone()) };
            let listed = self.reader.roles(&query, None).collect_all().await?;
            let by_id = listed.into_iter().map(|role| (role.id.clone(), role)).collect();
            self.known.insert(surface.clone(), by_id);
        }
        let Some(role) = self.known.get(&surface).and_then(|roles| roles.get(id)) else {
            return Ok(Some("the role is not listed"));
        };
        if surface == Surface::AzureRoles {
            let mighty = role.actions().any(|action| MIGHTY.iter().any(|m| action.eq_ignore_ascii_case(m)));
            return Ok(mighty.then_some("the role can do everything, or grant access"));
        }
        Ok(match role.privileged {
            Some(false) => None,
            Some(true) => Some("the directory marks the role as privileged"),
            None => Some("the directory does not say whether the role is privileged"),
        })
    }

    async fn held_by(&self, group: &GroupId) -> Result<Vec<Privilege>> {
        let filter = Filter { principal: Some(group.as_principal()), ..Filter::default() };
        let query = AssignmentQuery { filter: filter.clone(), ..AssignmentQuery::default() };
        let held = self.reader.assignments(&query, None).collect_all().await?;
        let query = EligibilityQuery { filter, ..EligibilityQuery::default() };
        let may = self.reader.eligibilities(&query, None).collect_all().await?;
        let may = may.into_iter().map(|row| row.privilege);
        Ok(held.into_iter().map(|row| row.privilege).chain(may).collect())
    }
}

/// Actions of Azure roles that are as good as all.
///
/// Source: [Azure built-in roles](https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged).
const MIGHTY: [&str; 5] = [
    "*",
    "*/write",
    "Microsoft.Authorization/*",
    "Microsoft.Authorization/roleAssignments/*",
    "Microsoft.Authorization/roleAssignments/write",
];
