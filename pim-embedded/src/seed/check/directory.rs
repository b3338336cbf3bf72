//! People, groups, applications, units, Conditional Access, packages, history.

use std::{collections::HashSet, hash::Hash};

use pim_core::{
    conditional_access::Whom,
    directory::Source,
    id::PrincipalId,
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
};

use super::{Found, Records, index::Index};
use crate::seed::error::ProblemKind;

/// What Conditional Access writes for places that are no named location.
const EVERYWHERE: [&str; 2] = ["All", "AllTrusted"];

pub(super) fn check(records: &Records, index: &Index<'_>, found: &mut Found) {
    users(records, index, found);
    groups(records, index, found);
    cycles(records, index, found);
    applications(records, index, found);
    for (i, unit) in records.units.iter().enumerate() {
        members(&unit.members, &format!("units[{i}].members"), index, found);
    }
    conditional_access(records, index, found);
    packages(records, index, found);
    history(records, index, found);
}

fn users(records: &Records, index: &Index<'_>, found: &mut Found) {
    let mut names = HashSet::new();
    for (i, user) in records.users.iter().enumerate() {
        if let Some(manager) = &user.manager {
            index.check_user(manager, || format!("users[{i}].manager"), found);
            if *manager == user.id {
                found.add(ProblemKind::Cycle, format!("users[{i}].manager"), "nobody is their own manager");
            }
        }
        for (j, sku) in user.licences.iter().enumerate() {
            index.skus.check(sku, || format!("users[{i}].licences[{j}]"), found);
        }
        if !names.insert(user.sign_in_name.expose().to_lowercase()) {
            let path = format!("users[{i}].sign_in_name");
            found.add(ProblemKind::Duplicate, path, "another user has this sign-in name");
        }
    }
}

fn groups(records: &Records, index: &Index<'_>, found: &mut Found) {
    for (i, seed) in records.groups.iter().enumerate() {
        let group = &seed.group;
        members(&seed.members, &format!("groups[{i}].members"), index, found);
        members(&seed.owners, &format!("groups[{i}].owners"), index, found);
        for (j, owner) in seed.owners.iter().enumerate() {
            let owner_is_group = index.principals.get(owner) == Some(&PrincipalKind::Group);
            let path = || format!("groups[{i}].owners[{j}]");
            found.expect(!owner_is_group, path, "a group can't own a group; list people or applications");
        }
        if group.role_assignable {
            found.expect(
                group.membership_rule.is_none(),
                || format!("groups[{i}].membership_rule"),
                "a role-assignable group has no membership rule; take one of the two out",
            );
            for (j, member) in seed.members.iter().enumerate() {
                let nested = index.principals.get(member) == Some(&PrincipalKind::Group);
                let path = || format!("groups[{i}].members[{j}]");
                found.expect(!nested, path, "a role-assignable group can't contain a group");
            }
        }
        let manageable = group.membership_rule.is_none() && group.source != Source::OnPremises;
        found.expect(
            manageable || group.under_pim != Some(true),
            || format!("groups[{i}].under_pim"),
            "a group that a rule fills, or that comes from on premises, can't come under PIM",
        );
    }
}

/// Groups that contain themselves, through `members` and through standing assignments. Each is reported
/// where a walk first closes the circle.
fn cycles(records: &Records, index: &Index<'_>, found: &mut Found) {
    let mut edges: Vec<Vec<(usize, String)>> = vec![Vec::new(); records.groups.len()];
    let position = |id: &PrincipalId| index.groups.get(&id.as_group()).copied();
    for (i, seed) in records.groups.iter().enumerate() {
        for (j, member) in seed.members.iter().enumerate() {
            edges[i].extend(position(member).map(|to| (to, format!("groups[{i}].members[{j}]"))));
        }
    }
    for (i, grant) in records.assignments.iter().enumerate() {
        if let Privilege::Group { group, access: GroupAccess::Member } = &grant.privilege
            && let (Some(from), Some(to)) = (index.groups.get(group), position(&grant.principal))
        {
            edges[*from].push((to, format!("assignments[{i}].principal")));
        }
    }
    let mut state = vec![Visit::New; edges.len()];
    for start in 0..edges.len() {
        // A stack of our own: nesting may be deeper than the thread's.
        let mut way = vec![(start, 0)];
        if state[start] != Visit::New {
            continue;
        }
        state[start] = Visit::Open;
        while let Some((node, next)) = way.last_mut() {
            let Some((to, path)) = edges[*node].get(*next) else {
                state[*node] = Visit::Done;
                way.pop();
                continue;
            };
            *next += 1;
            match state[*to] {
                Visit::New => {
                    state[*to] = Visit::Open;
                    way.push((*to, 0));
                }
                Visit::Open => found.add(
                    ProblemKind::Cycle,
                    path,
                    "with this a group contains itself, directly or through others; take it out",
                ),
                Visit::Done => {}
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    New,
    Open,
    Done,
}

fn applications(records: &Records, index: &Index<'_>, found: &mut Found) {
    unique(records.service_principals.iter().map(|app| &app.app), "service_principals", "app", found);
    for (i, app) in records.service_principals.iter().enumerate() {
        members(&app.owners, &format!("service_principals[{i}].owners"), index, found);
        for (j, grant) in app.delegated.iter().enumerate() {
            if let Some(principal) = &grant.principal {
                index.check_user(
                    principal,
                    || format!("service_principals[{i}].delegated[{j}].principal"),
                    found,
                );
            }
        }
    }
}

fn conditional_access(records: &Records, index: &Index<'_>, found: &mut Found) {
    for (i, context) in records.contexts.iter().enumerate() {
        let id = context.id.to_string();
        let number = id.strip_prefix('c').and_then(|number| number.parse::<u8>().ok());
        let sound = number.is_some_and(|number| (1..=99).contains(&number) && id == format!("c{number}"));
        found.expect(sound, || format!("contexts[{i}].id"), "expected c1 to c99");
    }
    unique(records.conditional_access.iter().map(|policy| &policy.id), "conditional_access", "id", found);
    for (i, policy) in records.conditional_access.iter().enumerate() {
        let path = format!("conditional_access[{i}]");
        whom(&policy.include, &format!("{path}.include"), index, found);
        whom(&policy.exclude, &format!("{path}.exclude"), index, found);
        for (j, context) in policy.contexts.iter().enumerate() {
            index.contexts.check(context, || format!("{path}.contexts[{j}]"), found);
        }
        let places = [("locations", &policy.locations), ("excluded_locations", &policy.excluded_locations)];
        for (field, locations) in places {
            for (j, location) in locations.iter().enumerate() {
                if !EVERYWHERE.iter().any(|word| *location == **word) {
                    index.locations.check(location, || format!("{path}.{field}[{j}]"), found);
                }
            }
        }
    }
}

fn whom(whom: &Whom, path: &str, index: &Index<'_>, found: &mut Found) {
    for (j, user) in whom.users.iter().enumerate() {
        index.check_user(user, || format!("{path}.users[{j}]"), found);
    }
    for (j, group) in whom.groups.iter().enumerate() {
        index.groups.check(group, || format!("{path}.groups[{j}]"), found);
    }
    for (j, role) in whom.roles.iter().enumerate() {
        index.roles.check(role, || format!("{path}.roles[{j}]"), found);
    }
}

fn packages(records: &Records, index: &Index<'_>, found: &mut Found) {
    for (i, package) in records.packages.iter().enumerate() {
        for (j, carried) in package.carries.iter().enumerate() {
            let path = format!("packages[{i}].carries[{j}].privilege");
            index.check_privilege(&carried.privilege, &path, found);
        }
    }
    unique(records.package_assignments.iter().map(|held| &held.id), "package_assignments", "id", found);
    for (i, held) in records.package_assignments.iter().enumerate() {
        index.packages.check(&held.package, || format!("package_assignments[{i}].package"), found);
        index.principals.check(&held.principal, || format!("package_assignments[{i}].principal"), found);
    }
}

/// Audit records may speak of what is long gone, so what they name is not looked up.
fn history(records: &Records, index: &Index<'_>, found: &mut Found) {
    const FUTURE: &str = "lies after the seed's own `now`; history can't";
    unique(records.audit.iter().map(|record| &record.id), "audit", "id", found);
    unique(records.sign_ins.iter().map(|record| &record.id), "sign_ins", "id", found);
    let past = |at| records.now.is_none_or(|now| at <= now);
    for (i, record) in records.audit.iter().enumerate() {
        found.expect(past(record.at), || format!("audit[{i}].at"), FUTURE);
    }
    for (i, record) in records.sign_ins.iter().enumerate() {
        found.expect(past(record.at), || format!("sign_ins[{i}].at"), FUTURE);
        index.principals.check(&record.principal, || format!("sign_ins[{i}].principal"), found);
    }
    for (i, user) in records.users.iter().enumerate() {
        let fields = [
            ("created", user.created),
            ("last_sign_in", user.last_sign_in),
            ("password_changed", user.password_changed),
        ];
        for (field, at) in fields {
            found.expect(at.is_none_or(past), || format!("users[{i}].{field}"), FUTURE);
        }
    }
}

/// That a list of principals holds each once, and that they are there.
fn members(list: &[PrincipalId], path: &str, index: &Index<'_>, found: &mut Found) {
    let mut seen = HashSet::new();
    for (j, id) in list.iter().enumerate() {
        index.principals.check(id, || format!("{path}[{j}]"), found);
        if !seen.insert(id) {
            found.add(ProblemKind::Duplicate, format!("{path}[{j}]"), "is in this list already");
        }
    }
}

fn unique<'a, K: Eq + Hash + 'a>(
    ids: impl Iterator<Item = &'a K>,
    section: &str,
    field: &str,
    found: &mut Found,
) {
    let mut seen = HashSet::new();
    for (i, id) in ids.enumerate() {
        if !seen.insert(id) {
            let path = format!("{section}[{i}].{field}");
            found.add(ProblemKind::Duplicate, path, "another element of this section has the same one");
        }
    }
}
