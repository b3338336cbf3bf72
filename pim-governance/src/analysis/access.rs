//! Who has what: grants in force, and what they come to through groups.

use std::{cmp::Reverse, collections::BTreeMap};

use pim_core::{
    id::{GroupId, PrincipalId, ScheduleId},
    privilege::{Privilege, Surface},
    schedule::Via,
    time::{Timestamp, Window},
};

use super::{
    Evidence,
    context::{Context, Who},
    severity::{Scale, Weight},
};
use crate::{
    fast::FastMap,
    resolve::Standing,
    snapshot::{Snapshot, SourceKind},
};

/// A grant in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant<'a> {
    pub(super) kind: Kind,
    pub(super) id: &'a ScheduleId,
    pub(super) principal: &'a PrincipalId,
    pub(super) privilege: &'a Privilege,
    pub(super) window: &'a Window,
    /// Made out to its holder, not seen from a scope below or through a group.
    pub(super) direct: bool,
    /// Narrowed by a condition (Azure).
    pub(super) conditional: bool,
    pub(super) weight: Weight,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Held, not by activation.
    Held,
    /// Held by activation.
    Activated,
    /// May be activated.
    Eligible,
}

/// What somebody has by a grant.
#[derive(Clone, Debug)]
pub(super) struct Access {
    /// Position among the grants.
    pub(super) grant: u32,
    /// The group that the grant is made out to, where it is one.
    pub(super) through: Option<GroupId>,
    pub(super) standing: Standing,
}

impl Grant<'_> {
    /// How it stands by itself.
    pub(super) fn standing(&self) -> Standing {
        match (self.kind, self.window.end()) {
            (Kind::Held, None) => Standing::Permanent,
            (Kind::Held, Some(end)) => Standing::Until(end),
            (Kind::Activated, end) => Standing::Activated(end),
            (Kind::Eligible, _) => Standing::CanActivate,
        }
    }

    pub(super) fn is_entra(&self) -> bool {
        self.privilege.surface() == Surface::DirectoryRoles
    }

    pub(super) fn is_azure(&self) -> bool {
        self.privilege.surface() == Surface::AzureRoles
    }

    /// True for what makes its holder an administrator: any Entra role, and an Azure role that is tier 0.
    pub(super) fn is_administrative(&self) -> bool {
        self.is_entra() || self.is_azure() && self.weight >= Weight::Control
    }

    fn source(&self) -> Option<SourceKind> {
        match self.kind {
            Kind::Eligible => SourceKind::eligibilities(&self.privilege.surface()),
            Kind::Held | Kind::Activated => SourceKind::assignments(&self.privilege.surface()),
        }
    }

    /// That the grant is there.
    pub(super) fn evidence(&self, label: &str) -> Evidence {
        let source = self.source().unwrap_or(SourceKind::DirectoryAssignments);
        let fact = format!("{label}, {}", words(&self.standing()));
        Evidence { at: self.window.start(), ..Evidence::new(source, self.id, fact) }
    }
}

pub(super) fn grants<'a>(snapshot: &'a Snapshot, scale: &Scale<'_>) -> Vec<Grant<'a>> {
    let now = snapshot.taken_at;
    let mut weights: FastMap<&Privilege, Weight> = FastMap::default();
    let mut weigh =
        |privilege: &'a Privilege| *weights.entry(privilege).or_insert_with(|| scale.weigh(privilege));
    let held = snapshot.assignments.iter().filter(|row| row.is_in_force(now)).map(|row| Grant {
        kind: if row.origin.is_activated() { Kind::Activated } else { Kind::Held },
        id: &row.id,
        principal: &row.principal,
        privilege: &row.privilege,
        window: &row.window,
        direct: matches!(row.via, Via::Direct),
        conditional: row.condition.is_some(),
        weight: Weight::User,
    });
    let eligible = snapshot.eligibilities.iter().filter(|row| row.is_in_force(now)).map(|row| Grant {
        kind: Kind::Eligible,
        id: &row.id,
        principal: &row.principal,
        privilege: &row.privilege,
        window: &row.window,
        direct: matches!(row.via, Via::Direct),
        conditional: row.condition.is_some(),
        weight: Weight::User,
    });
    held.chain(eligible).map(|grant| Grant { weight: weigh(grant.privilege), ..grant }).collect()
}

/// What everybody has or may activate. Through a group, of Azure roles only the weightiest is told: members of a
/// group that has thousands are told of one.
pub(super) fn of_everybody(context: &Context<'_>) -> BTreeMap<PrincipalId, Vec<Access>> {
    let mut by_holder: FastMap<&PrincipalId, Vec<u32>> = FastMap::default();
    for (at, grant) in (0..).zip(&context.grants) {
        by_holder.entry(grant.principal).or_default().push(at);
    }
    let mut all: FastMap<&PrincipalId, Vec<Access>> = FastMap::default();
    for (holder, grants) in by_holder {
        if !matches!(context.who(holder), Who::Group) {
            let direct = grants.iter().map(|at| {
                let standing = context.grants[*at as usize].standing();
                Access { grant: *at, through: None, standing }
            });
            all.entry(holder).or_default().extend(direct);
            continue;
        }
        let group = holder.as_group();
        let telling = telling(context, &grants);
        for (member, standing) in context.members(&group).iter().filter(|(_, s)| **s != Standing::CanTake) {
            let reached = telling.iter().map(|at| Access {
                grant: *at,
                through: Some(group.clone()),
                standing: weaker(standing, &context.grants[*at as usize].standing()),
            });
            all.entry(member).or_default().extend(reached);
        }
    }
    let sorted = |mut access: Vec<Access>| {
        access.sort_unstable_by(|a, b| (a.grant, &a.through).cmp(&(b.grant, &b.through)));
        access
    };
    all.into_iter().map(|(id, access)| (id.clone(), sorted(access))).collect()
}

/// Of a group's grants, those that count for its members one by one.
fn telling(context: &Context<'_>, grants: &[u32]) -> Vec<u32> {
    let grant = |at: &u32| &context.grants[*at as usize];
    let azure = grants.iter().copied().filter(|at| grant(at).is_azure());
    let weightiest = azure.min_by_key(|at| {
        let grant = grant(at);
        (Reverse(grant.weight), grant.kind, grant.privilege, grant.id)
    });
    // Membership of another group is the resolver's matter.
    let entra = grants.iter().copied().filter(|at| grant(at).is_entra());
    entra.chain(weightiest).collect()
}

/// What is left of two that both must hold.
fn weaker(a: &Standing, b: &Standing) -> Standing {
    use Standing::{Activated, CanActivate, CanTake, Permanent, Until};
    let first = |x: Option<Timestamp>, y: Option<Timestamp>| [x, y].into_iter().flatten().min();
    let end = |standing: &Standing| match standing {
        Until(end) => Some(*end),
        Activated(end) => *end,
        Permanent | CanActivate | CanTake => None,
    };
    match (a, b) {
        (CanTake, _) | (_, CanTake) => CanTake,
        (CanActivate, _) | (_, CanActivate) => CanActivate,
        (Activated(_), _) | (_, Activated(_)) => Activated(first(end(a), end(b))),
        _ => first(end(a), end(b)).map_or(Permanent, Until),
    }
}

/// How something stands, in words.
pub(super) fn words(standing: &Standing) -> String {
    match standing {
        Standing::Permanent => "without end".to_owned(),
        Standing::Until(end) => format!("until {end}"),
        Standing::Activated(_) => "by activation".to_owned(),
        Standing::CanActivate => "to be activated".to_owned(),
        Standing::CanTake => "not granted".to_owned(),
    }
}

impl Context<'_> {
    /// What proves an access: the grant and, through a group, the membership.
    pub(super) fn evidence(&self, access: &Access) -> Vec<Evidence> {
        let grant = self.grant(access);
        let mut evidence = vec![grant.evidence(&self.label(grant.privilege))];
        if let Some(group) = &access.through {
            let source = match access.standing {
                Standing::CanActivate if grant.kind != Kind::Eligible => SourceKind::GroupEligibilities,
                _ => SourceKind::Memberships,
            };
            evidence.push(Evidence::new(source, group, "comes with membership of this group"));
        }
        evidence
    }

    /// The access that weighs most, held before to be activated.
    pub(super) fn weightiest<'s>(&self, access: impl Iterator<Item = &'s Access>) -> Option<&'s Access> {
        access.min_by_key(|access| {
            let grant = self.grant(access);
            let how = (!access.standing.is_now(), &access.standing, &access.through);
            (Reverse(grant.weight), how, grant.privilege, grant.id)
        })
    }

    /// The access to Entra roles, and to Azure roles of tier 0.
    pub(super) fn administrative<'s>(&self, access: &'s [Access]) -> Vec<&'s Access> {
        access.iter().filter(|access| self.grant(access).is_administrative()).collect()
    }
}
