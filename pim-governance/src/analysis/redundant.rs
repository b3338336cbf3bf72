//! Grants that another grant of the same role makes superfluous.

use pim_core::{
    id::{PrincipalId, RoleId, UnitId},
    privilege::{DirectoryScope, Privilege},
};

use super::{
    Code, Finding, Judged,
    access::{Grant, Kind},
    context::{Context, Who},
    severity::severity,
};
use crate::fast::{FastMap, FastSet};
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

/// A role or access to a group, wherever it counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum What<'a> {
    Entra(&'a RoleId),
    Azure(&'a RoleId),
    Other(&'a Privilege),
}

impl<'a> What<'a> {
    const fn of(privilege: &'a Privilege) -> Self {
        match privilege {
            Privilege::DirectoryRole { role, .. } => Self::Entra(role),
            Privilege::AzureRole { role, .. } => Self::Azure(role),
            other => Self::Other(other),
        }
    }
}

/// What one holder has of one role.
#[derive(Default)]
struct Grants {
    all: Vec<u32>,
    /// By scope, where there are too many to look at each.
    by_scope: FastMap<String, Vec<u32>>,
}

/// From this number of grants of one role on, they are looked up by scope.
const MANY: usize = 32;

struct Index<'c, 'a> {
    context: &'c Context<'a>,
    grants: FastMap<(&'c PrincipalId, What<'a>), Grants>,
    /// The groups in which somebody stands without end.
    groups: FastMap<&'c PrincipalId, Vec<&'c PrincipalId>>,
    restricted: FastSet<&'a UnitId>,
}

impl<'c, 'a> Index<'c, 'a> {
    fn new(context: &'c Context<'a>) -> Self {
        let mut grants: FastMap<_, Grants> = FastMap::default();
        for (at, grant) in (0..).zip(&context.grants).filter(|(_, grant)| lasts(grant)) {
            grants.entry((grant.principal, What::of(grant.privilege))).or_default().all.push(at);
        }
        for grants in grants.values_mut().filter(|grants| grants.all.len() >= MANY) {
            for at in &grants.all {
                let scope = scope_of(context.grants[*at as usize].privilege);
                grants.by_scope.entry(scope).or_default().push(*at);
            }
        }
        let holders: FastSet<_> = grants.keys().map(|(holder, _)| *holder).collect();
        let mut groups: FastMap<_, Vec<_>> = FastMap::default();
        for group in holders.into_iter().filter(|id| matches!(context.who(id), Who::Group)) {
            let members = context.members(&group.as_group()).iter();
            for (member, _) in members.filter(|(_, standing)| **standing == Standing::Permanent) {
                groups.entry(member).or_default().push(group);
            }
        }
        let units = context.snapshot.units.iter();
        let restricted = units.filter(|unit| unit.restricted).map(|unit| &unit.id).collect();
        Self { context, grants, groups, restricted }
    }

    /// A grant by which the holder of this one has all of it anyway: whichever, but the same in whatever order the
    /// rows are.
    fn cover(&self, at: u32, grant: &Grant<'a>) -> Option<&Grant<'a>> {
        let what = What::of(grant.privilege);
        let groups = self.groups.get(grant.principal).map_or(&[][..], Vec::as_slice);
        let holders = std::iter::once(grant.principal).chain(groups.iter().copied());
        let candidates = holders.filter_map(|holder| self.grants.get(&(holder, what)));
        let candidates = candidates.flat_map(|grants| self.candidates(grants, grant));
        let covering = candidates.filter(|other| *other != at && self.covers(*other, at));
        let covering = covering.map(|other| &self.context.grants[other as usize]);
        covering.min_by_key(|grant| (grant.kind, grant.id, grant.privilege))
    }

    fn candidates<'s>(&'s self, grants: &'s Grants, grant: &Grant<'a>) -> Box<dyn Iterator<Item = u32> + 's> {
        if grants.by_scope.is_empty() {
            return Box::new(grants.all.iter().copied());
        }
        let scopes = ancestors(&scope_of(grant.privilege));
        Box::new(scopes.into_iter().filter_map(|scope| grants.by_scope.get(&scope)).flatten().copied())
    }

    fn covers(&self, other: u32, at: u32) -> bool {
        let (a, b) = (&self.context.grants[other as usize], &self.context.grants[at as usize]);
        let strong = a.kind == Kind::Held || b.kind == Kind::Eligible;
        if !strong || a.conditional || !lasts_as_long(a, b) || !self.reaches(a.privilege, b.privilege) {
            return false;
        }
        // Of two that cover each other, one stays.
        let same = a.kind == b.kind && a.principal == b.principal && a.privilege == b.privilege;
        let mutual = same && !b.conditional && lasts_as_long(b, a);
        !mutual || a.id < b.id
    }

    /// True where what is held as the one is held as the other too. Administrators of the tenant are kept out of
    /// restricted units; which those are must be known.
    fn reaches(&self, wider: &Privilege, narrower: &Privilege) -> bool {
        match (wider, narrower) {
            _ if wider == narrower => true,
            (
                Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. },
                Privilege::DirectoryRole { scope, .. },
            ) => match scope {
                DirectoryScope::AdministrativeUnit(unit) => {
                    self.context.read(&[SourceKind::Units]) && !self.restricted.contains(unit)
                }
                DirectoryScope::Application(_) => true,
                _ => false,
            },
            (Privilege::AzureRole { scope: wide, .. }, Privilege::AzureRole { scope, .. }) => {
                wide.covers(scope)
            }
            _ => false,
        }
    }
}

/// True where the first lasts as long as the second.
fn lasts_as_long(a: &Grant<'_>, b: &Grant<'_>) -> bool {
    match (a.window.end(), b.window.end()) {
        (None, _) => true,
        (Some(a), Some(b)) => a >= b,
        (Some(_), None) => false,
    }
}

/// Where a role counts, as text that compares.
fn scope_of(privilege: &Privilege) -> String {
    match privilege {
        Privilege::DirectoryRole { scope, .. } => scope.to_string(),
        Privilege::AzureRole { scope, .. } => scope.as_str().trim_end_matches('/').to_ascii_lowercase(),
        _ => String::new(),
    }
}

/// A scope and those above it; the tenant's is above all of the directory.
fn ancestors(scope: &str) -> Vec<String> {
    let mut found = vec![scope.to_owned(), "/".to_owned(), String::new()];
    let mut rest = scope;
    while let Some(end) = rest.rfind('/').filter(|end| *end > 0) {
        rest = &rest[..end];
        found.push(rest.to_owned());
    }
    found.sort_unstable();
    found.dedup();
    found
}
