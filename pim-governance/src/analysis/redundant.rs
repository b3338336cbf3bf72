//! Grants that another grant of the same role makes superfluous.

use std::{collections::HashMap, hash::Hash};

use foldhash::fast::RandomState;
use pim_core::{
    id::{GroupId, PrincipalId},
    privilege::{DirectoryScope, Privilege},
};

use super::{
    Code, Finding, Judged,
    access::{Grant, Kind},
    context::{Context, Who},
    severity::severity,
};
use crate::{resolve::Standing, snapshot::SourceKind};

/// Each grant that its holder has anyway: by a standing grant beside an eligibility, at a wider scope, through a
/// group. Activations are left out, they end by themselves.
pub(super) fn check(context: &Context<'_>) -> Judged {
    let index = Index::new(context);
    let candidates = (0..).zip(&context.grants).filter(|(_, grant)| grant.direct && lasts(grant));
    let found = candidates.filter_map(|(at, grant)| index.cover(at, grant).map(|other| (grant, other)));
    found.map(|(grant, other)| finding(context, grant, other)).collect::<Vec<_>>().into()
}

fn lasts(grant: &Grant<'_>) -> bool {
    grant.kind != Kind::Activated
}

fn finding(context: &Context<'_>, grant: &Grant<'_>, other: &Grant<'_>) -> Finding {
    let label = context.label(grant.privilege);
    let why = if other.principal != grant.principal {
        "through a group"
    } else if other.privilege != grant.privilege {
        "at a wider scope"
    } else if other.kind != grant.kind {
        "as a standing grant"
    } else {
        "by another grant of the same"
    };
    Finding::new(
        Code::RedundantGrant,
        severity(Code::RedundantGrant, grant.weight),
        format!("{label} is granted to somebody who has it {why} too."),
        "Remove the one that is not meant to be: as long as both are there, removing one changes nothing.",
    )
    .about(grant.principal)
    .on(grant.privilege)
    .by([grant.evidence(&label), other.evidence(&context.label(other.privilege))])
}

/// Positions of principals and privileges, so that what is looked up a million times is a few numbers.
struct Index<'c, 'a> {
    context: &'c Context<'a>,
    principals: Numbers<PrincipalId>,
    privileges: Numbers<Privilege>,
    grants: HashMap<(u32, u32), Vec<u32>, RandomState>,
    /// The groups in which somebody stands without end.
    groups: HashMap<u32, Vec<u32>, RandomState>,
}

struct Numbers<T>(HashMap<T, u32, RandomState>);

impl<T: Eq + Hash + Clone> Numbers<T> {
    fn number(&mut self, of: &T) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(of.clone()).or_insert(next)
    }
}

impl<'c, 'a> Index<'c, 'a> {
    fn new(context: &'c Context<'a>) -> Self {
        let mut index = Self {
            context,
            principals: Numbers(HashMap::default()),
            privileges: Numbers(HashMap::default()),
            grants: HashMap::default(),
            groups: HashMap::default(),
        };
        for (at, grant) in (0..).zip(&context.grants).filter(|(_, grant)| lasts(grant)) {
            let key = (index.principals.number(grant.principal), index.privileges.number(grant.privilege));
            let known = index.grants.entry(key).or_default();
            if known.is_empty() && matches!(context.who(grant.principal), Who::Group) {
                index.open(&grant.principal.as_group(), key.0);
            }
            index.grants.entry(key).or_default().push(at);
        }
        for groups in index.groups.values_mut() {
            groups.sort_unstable();
            groups.dedup();
        }
        index
    }

    fn open(&mut self, group: &GroupId, number: u32) {
        for (member, standing) in self.context.members(group) {
            if *standing == Standing::Permanent {
                let member = self.principals.number(member);
                self.groups.entry(member).or_default().push(number);
            }
        }
    }

    /// A grant by which the holder of this one has all of it anyway.
    fn cover(&self, at: u32, grant: &Grant<'a>) -> Option<&Grant<'a>> {
        let holder = *self.principals.0.get(grant.principal)?;
        let groups = self.groups.get(&holder).map_or(&[][..], Vec::as_slice);
        let mut found: Option<&Grant<'a>> = None;
        for privilege in wider(self.context, grant.privilege) {
            let Some(privilege) = self.privileges.0.get(&privilege) else { continue };
            for by in std::iter::once(&holder).chain(groups) {
                let grants = self.grants.get(&(*by, *privilege)).map_or(&[][..], Vec::as_slice);
                let covering = grants.iter().filter(|other| **other != at && self.covers(**other, at));
                let covering = covering.map(|other| &self.context.grants[*other as usize]);
                // Whichever, but the same in whatever order the rows are.
                found = found.into_iter().chain(covering).min_by_key(|grant| (grant.kind, grant.id));
            }
        }
        found
    }

    fn covers(&self, other: u32, at: u32) -> bool {
        let (a, b) = (&self.context.grants[other as usize], &self.context.grants[at as usize]);
        let strong = a.kind == Kind::Held || b.kind == Kind::Eligible;
        let long = match (a.window.end(), b.window.end()) {
            (None, _) => true,
            (Some(a), Some(b)) => a >= b,
            (Some(_), None) => false,
        };
        // Of two that cover each other, one stays.
        let same = a.kind == b.kind && a.principal == b.principal && a.privilege == b.privilege;
        let first = !same || !long_too(a, b) || a.id < b.id;
        strong && long && first && !a.conditional
    }
}

/// True where the second lasts as long as the first.
fn long_too(a: &Grant<'_>, b: &Grant<'_>) -> bool {
    match (b.window.end(), a.window.end()) {
        (None, _) => !b.conditional,
        (Some(b_end), Some(a_end)) => b_end >= a_end && !b.conditional,
        (Some(_), None) => false,
    }
}

/// The same role at this scope and wider ones.
fn wider(context: &Context<'_>, privilege: &Privilege) -> Vec<Privilege> {
    let mut found = vec![privilege.clone()];
    match privilege {
        Privilege::DirectoryRole { role, scope } => {
            let below = match scope {
                // Administrators of the tenant are kept out of restricted units; which those are must be known.
                DirectoryScope::AdministrativeUnit(unit) => {
                    context.read(&[SourceKind::Units])
                        && !context.snapshot.units.iter().any(|u| u.id == *unit && u.restricted)
                }
                DirectoryScope::Application(_) => true,
                _ => false,
            };
            if below {
                found.push(Privilege::role(role.clone()));
            }
        }
        Privilege::AzureRole { role, scope } => {
            let mut rest = scope.as_str().trim_end_matches('/');
            while let Some(end) = rest.rfind('/') {
                rest = &rest[..end];
                let above = if rest.is_empty() { "/" } else { rest };
                if let Ok(scope) = above.parse() {
                    found.push(Privilege::AzureRole { role: role.clone(), scope });
                }
            }
        }
        _ => {}
    }
    found
}
