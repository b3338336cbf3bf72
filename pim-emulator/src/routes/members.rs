//! Who belongs to which group, directly and through others.

use std::collections::BTreeSet;

use futures::StreamExt;
use pim_core::{
    backend::{Backend, MembershipQuery},
    directory::Membership,
    id::{GroupId, PrincipalId},
    privilege::GroupAccess,
};

use super::Context;
use crate::refusal::Refusal;

/// Everybody in a group now: members or owners, and with `nested` the members of groups among them too. In the
/// order in which they were found.
pub(super) async fn of_group(
    context: &Context<'_>,
    group: &GroupId,
    access: &GroupAccess,
    nested: bool,
) -> Result<Vec<PrincipalId>, Refusal> {
    let mut open = vec![group.clone()];
    let (mut seen, mut found) = (BTreeSet::from([group.clone()]), Vec::new());
    while let Some(next) = open.pop() {
        for membership in read(context, Some(next)).await? {
            if membership.access != *access || found.contains(&membership.principal) {
                continue;
            }
            let inner = membership.principal.as_group();
            if nested && context.tenant.is_group(&membership.principal) && seen.insert(inner.clone()) {
                open.push(inner);
            }
            found.push(membership.principal);
        }
    }
    Ok(found)
}

/// The groups that a principal is a member of itself.
pub(super) async fn own_groups(
    context: &Context<'_>,
    principal: &PrincipalId,
) -> Result<Vec<PrincipalId>, Refusal> {
    let all = read(context, None).await?.into_iter();
    let own = all.filter(|one| one.principal == *principal && one.access == GroupAccess::Member);
    Ok(own.map(|one| one.group.as_principal()).collect())
}

/// Who is in each group now.
pub(super) async fn of_all_groups(context: &Context<'_>) -> Result<Vec<Membership>, Refusal> {
    let mut all = read(context, None).await?;
    all.retain(|one| one.access == GroupAccess::Member);
    Ok(all)
}

/// The groups that a principal belongs to now, through others too.
pub(super) async fn groups_of(
    context: &Context<'_>,
    principal: &PrincipalId,
) -> Result<Vec<PrincipalId>, Refusal> {
    let all = read(context, None).await?;
    let (mut open, mut found) = (vec![principal.clone()], Vec::new());
    while let Some(next) = open.pop() {
        for membership in all.iter().filter(|one| one.principal == next && one.access == GroupAccess::Member)
        {
            let group = membership.group.as_principal();
            if !found.contains(&group) {
                found.push(group.clone());
                open.push(group);
            }
        }
    }
    Ok(found)
}

async fn read(context: &Context<'_>, group: Option<GroupId>) -> Result<Vec<Membership>, Refusal> {
    let directory = context.backend.directory().ok_or_else(Refusal::insufficient)?;
    let mut batches = directory.list_memberships(&MembershipQuery { group }, None);
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch?.items);
    }
    Ok(found)
}
