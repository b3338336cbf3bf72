//! Who did only what a lesser role allows.

mod need;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    id::{PrincipalId, RoleId},
    privilege::Privilege,
};

pub use self::need::{Need, Unclear, need};
use super::{Code, Evidence, Finding, Severity};
use crate::{
    reference::{LimitedOn, Reference, Suggestion, Tier},
    resolve::{Reach, ResolveOptions, Resolver},
    snapshot::{Operation, Snapshot, SourceKind},
};

/// Whose Entra roles a lesser one could replace, by what they did as the audit log tells.
///
/// Every role that somebody has (active or eligible, directly or through groups) is held against all that they did
/// and that the role allows, even where another role of theirs does too: nobody is offered less than they use. Where it
/// can't be told ([`Unclear`]), and where a role was not used at all, there is no finding. Nor is there any where
/// [operations](SourceKind::Operations) were not wholly read: see [`Unjudged`](super::Unjudged).
pub fn over_privileged(snapshot: &Snapshot, reference: &Reference) -> Vec<Finding> {
    if !snapshot.is_complete(SourceKind::Operations) {
        return Vec::new();
    }
    let options = ResolveOptions { reach: Reach::Granted, ..ResolveOptions::default() };
    let resolver = Resolver::with(snapshot, options);
    let mut by_holder: BTreeMap<&PrincipalId, Vec<&Operation>> = BTreeMap::new();
    for operation in &snapshot.operations {
        by_holder.entry(&operation.principal).or_default().push(operation);
    }
    // Nearly everybody is in the log, most of them with what takes no role: looking up their ways costs more.
    by_holder.retain(|_, operations| {
        let mut facts = operations.iter().map(|operation| reference.activity(&operation.activity));
        let takes_actions = facts.clone().any(|facts| facts.is_some_and(|facts| !facts.actions.is_empty()));
        takes_actions && facts.all(|facts| facts.is_some())
    });
    let mut findings = Vec::new();
    for (holder, operations) in by_holder {
        let paths = resolver.paths_of(holder);
        let roles: BTreeSet<(&RoleId, &Privilege)> = paths
            .iter()
            .filter_map(|path| match &path.privilege {
                Privilege::DirectoryRole { role, .. } => Some((role, &path.privilege)),
                _ => None,
            })
            .collect();
        let held: BTreeSet<&RoleId> = roles.iter().map(|(role, _)| *role).collect();
        for (role, privilege) in &roles {
            let activities = operations.iter().map(|operation| &*operation.activity);
            if let Need::Lesser { roles, used, limits } = need(reference, role, activities) {
                let used = operations.iter().filter(|operation| used.contains(&operation.activity));
                let lesser = Lesser { roles: &roles, limits: &limits, held: &held };
                let found = finding(reference, role, &lesser);
                findings
                    .push(found.about(holder).on(privilege).by(used.map(|operation| evidence(operation))));
            }
        }
    }
    findings
}

/// What could replace a role, for one holder of it.
struct Lesser<'a> {
    roles: &'a [Suggestion],
    limits: &'a BTreeSet<LimitedOn>,
    held: &'a BTreeSet<&'a RoleId>,
}

fn finding(reference: &Reference, role: &RoleId, lesser: &Lesser<'_>) -> Finding {
    let facts = reference.role(role);
    let name = facts.map_or_else(|| role.to_string(), |facts| facts.name.clone());
    let severity = match facts.and_then(|facts| facts.tier) {
        _ if *role == RoleId::GLOBAL_ADMINISTRATOR => Severity::High,
        Some(Tier::Control) => Severity::Medium,
        _ => Severity::Low,
    };
    let has =
        |suggestion: &&Suggestion| suggestion.role.as_ref().is_some_and(|role| lesser.held.contains(role));
    let mut remedy = match (lesser.roles.iter().find(has), lesser.roles.first()) {
        (Some(has), _) => format!("Take {name} away: {} is there already and allows all of it.", has.name),
        (None, Some(least)) => format!("Give {} instead of {name}.", least.name),
        (None, None) => String::new(),
    };
    remedy.push_str(" First make sure of what the log does not tell: reading");
    if *role == RoleId::GLOBAL_ADMINISTRATOR {
        remedy.push_str(", what was done in other services, which have administrators of their own");
    }
    if lesser.limits.contains(&LimitedOn::People) {
        remedy.push_str(", whether it was done to administrators");
    }
    if lesser.limits.contains(&LimitedOn::Groups) {
        remedy.push_str(", whether it was done to groups that can hold roles");
    }
    remedy.push('.');
    let message =
        format!("What was done with {name}, as far as the audit log goes back, takes a lesser role.");
    Finding::new(Code::OverPrivileged, severity, message, remedy)
}

fn evidence(operation: &Operation) -> Evidence {
    let times = if operation.times == 1 { "once".to_owned() } else { format!("{} times", operation.times) };
    let fact = format!("{}: {times}, last then", operation.activity);
    Evidence::new(SourceKind::Operations, &operation.principal, fact).at(operation.at)
}
