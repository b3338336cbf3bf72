//! How one thing leads to another, and the rows that say so.

use std::{collections::BTreeSet, sync::Arc};

use pim_core::{
    directory::{AdministrativeUnit, Group, Membership, Source, User},
    guard,
    id::{GroupId, PrincipalId, UnitId},
    policy::Policy,
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    schedule::Eligibility,
    time::Timestamp,
};

use super::{
    administrators::approval_facts,
    path::{Demands, Effort, Step, Target},
    power::Power,
    search::State,
};
use crate::{
    fast::{FastMap, FastSet},
    snapshot::Snapshot,
};

/// How one node of the graph leads to the next. Numbers are positions in the snapshot's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Principal to privilege, by an assignment.
    Assigned(u32),
    /// Principal to privilege, by an eligibility.
    Eligible(u32),
    /// Principal to access to a group, by a membership that PIM does not list.
    Belongs(u32),
    /// Membership of a group to what the group has.
    Within,
    /// Ownership of a group to membership.
    Join,
    /// Owner to application.
    Owns,
    /// A privilege to the same at a narrower scope.
    Cover,
    /// A role to the power it gives, a wider scope's power to a narrower one's.
    Gives,
    /// An application to the power that one of its permissions gives: application, permission.
    Permits(u32, u16),
    /// A power to what it is used on.
    Wield(Power),
}

/// As what one acts: applications don't activate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Acting {
    Person,
    Application,
}

impl Acting {
    pub(super) const BOTH: [Self; 2] = [Self::Person, Self::Application];
}

impl Link {
    /// As what one acts after the link; `None` where it can't be taken.
    pub(super) const fn then(self, acting: Acting) -> Option<Acting> {
        match (self, acting) {
            (Self::Eligible(_), Acting::Application) => None,
            (Self::Owns | Self::Wield(Power::GiveCredentials), _) => Some(Acting::Application),
            (Self::Wield(Power::ResetSignIns), _) => Some(Acting::Person),
            (_, acting) => Some(acting),
        }
    }
}

/// The order of [`Effort`](super::Effort), in a form that adds up fast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Cost(u128);

impl Cost {
    pub(super) const ZERO: Self = Self(0);
    const STEP: u128 = 1;
    const ACTIVATION: u128 = 1 << 32;
    const APPROVAL: u128 = 1 << 64;
    const TAKE: u128 = 1 << 96;

    pub(super) const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    pub(super) const fn effort(self) -> Effort {
        const fn part(cost: u128, unit: u128) -> u32 {
            (cost / unit % (1 << 32)) as u32
        }
        Effort {
            takes: part(self.0, Self::TAKE),
            approvals: part(self.0, Self::APPROVAL),
            activations: part(self.0, Self::ACTIVATION),
            steps: part(self.0, Self::STEP),
        }
    }
}

/// What is held along a path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// When the first of it ends.
    pub(super) until: Option<Timestamp>,
    /// Whether any of it was activated.
    pub(super) activated: bool,
}

impl Held {
    pub(super) const FOR_EVER: Self = Self { until: None, activated: false };

    pub(super) fn after(self, rows: &Rows<'_>, link: Link) -> Self {
        let Link::Assigned(at) = link else { return self };
        let row = &rows.snapshot.assignments[at as usize];
        self.with(row.window.end(), row.origin.is_activated())
    }

    pub(super) fn with(self, until: Option<Timestamp>, activated: bool) -> Self {
        let until = [self.until, until].into_iter().flatten().min();
        Self { until, activated: self.activated || activated }
    }
}

/// A snapshot's rows, as the graph needs them.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    pub(super) snapshot: &'a Snapshot,
    users: FastMap<&'a PrincipalId, &'a User>,
    applications: FastMap<&'a PrincipalId, u32>,
    groups: FastMap<&'a GroupId, &'a Group>,
    /// Holders of which nothing but the kind is known, from grants and memberships.
    kinds: FastMap<&'a PrincipalId, &'a PrincipalKind>,
    /// Members of restricted units: administrators of the whole tenant are kept out there.
    shielded: FastSet<&'a PrincipalId>,
    units: FastMap<&'a UnitId, &'a AdministrativeUnit>,
    units_of: FastMap<&'a PrincipalId, Vec<&'a UnitId>>,
    demands: FastMap<&'a Privilege, Arc<Demands>>,
    /// Whether each eligibility takes an approval.
    approved: Vec<bool>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let demands = demands(snapshot);
        let approved = |row: &Eligibility| {
            demands.get(&subject_of(&row.privilege)).is_some_and(|demands| demands.approval.is_some())
        };
        let mut kinds = FastMap::default();
        for membership in &snapshot.memberships {
            kinds.insert(&membership.principal, &membership.kind);
        }
        for holder in &snapshot.holders {
            kinds.insert(&holder.id, &holder.kind);
        }
        let mut units_of: FastMap<_, Vec<_>> = FastMap::default();
        for unit in &snapshot.units {
            for member in &unit.members {
                units_of.entry(member).or_default().push(&unit.id);
            }
        }
        let restricted = snapshot.units.iter().filter(|unit| unit.restricted);
        Self {
            snapshot,
            users: snapshot.users.iter().map(|user| (&user.id, user)).collect(),
            applications: (0..).zip(&snapshot.service_principals).map(|(at, app)| (&app.id, at)).collect(),
            groups: snapshot.groups.iter().map(|group| (&group.id, group)).collect(),
            kinds,
            shielded: restricted.flat_map(|unit| &unit.members).collect(),
            units: snapshot.units.iter().map(|unit| (&unit.id, unit)).collect(),
            units_of,
            approved: snapshot.eligibilities.iter().map(approved).collect(),
            demands,
        }
    }

    pub(super) fn group(&self, id: &GroupId) -> Option<&'a Group> {
        self.groups.get(id).copied()
    }

    pub(super) fn is_shielded(&self, id: &PrincipalId) -> bool {
        self.shielded.contains(id)
    }

    /// True for a unit that keeps administrators of the whole tenant out. One that could not be read might.
    pub(super) fn is_restricted(&self, unit: &UnitId) -> bool {
        self.units.get(unit).is_some_and(|unit| unit.restricted)
    }

    /// The units that somebody or something is in.
    pub(super) fn units_of(&self, id: &PrincipalId) -> impl Iterator<Item = &'a UnitId> {
        self.units_of.get(id).into_iter().flatten().copied()
    }

    pub(super) fn members_of_unit(&self, unit: &UnitId) -> impl Iterator<Item = &'a PrincipalId> {
        self.units.get(unit).into_iter().flat_map(|unit| &unit.members)
    }

    pub(super) fn is_group(&self, id: &PrincipalId) -> bool {
        self.kinds.get(id).is_some_and(|kind| **kind == PrincipalKind::Group)
            || self.groups.contains_key(&id.as_group())
    }

    /// True for a person whose sign-in, once reset, works.
    pub(super) fn can_be_reset(&self, id: &PrincipalId) -> bool {
        self.users.get(id).is_some_and(|user| user.enabled)
    }

    /// True for an application that a credential lets one sign in as: not for a disabled one, and not for a
    /// managed identity, which has no credential of its own.
    pub(super) fn can_be_impersonated(&self, id: &PrincipalId) -> bool {
        self.applications.get(id).is_some_and(|at| {
            let application = &self.snapshot.service_principals[*at as usize];
            application.enabled && !application.managed_identity
        })
    }

    /// True for a group that an owner or administrator fills by hand.
    pub(super) fn is_filled_by_hand(&self, id: &GroupId) -> bool {
        self.group(id).is_some_and(|group| group.membership_rule.is_none() && group.source == Source::Cloud)
    }

    /// As what somebody begins.
    pub(super) fn acts_as(&self, id: &PrincipalId) -> Acting {
        let application = self.applications.contains_key(id)
            || self.kinds.get(id).is_some_and(|kind| **kind == PrincipalKind::ServicePrincipal);
        if application { Acting::Application } else { Acting::Person }
    }

    pub(super) fn starts_as(&self, id: &PrincipalId, (_, acting): State) -> bool {
        self.acts_as(id) == acting
    }

    pub(super) fn demands(&self, privilege: &Privilege) -> Option<Arc<Demands>> {
        self.demands.get(&subject_of(privilege)).cloned()
    }

    pub(super) fn cost(&self, link: Link) -> Cost {
        Cost(match link {
            Link::Assigned(_) | Link::Belongs(_) | Link::Cover | Link::Permits(..) => Cost::STEP,
            Link::Within | Link::Gives => 0,
            Link::Join | Link::Owns | Link::Wield(_) => Cost::STEP + Cost::TAKE,
            Link::Eligible(at) => {
                let approval = if self.approved[at as usize] { Cost::APPROVAL } else { 0 };
                Cost::STEP + Cost::ACTIVATION + approval
            }
        })
    }

    /// The link as a step; `None` for one that is no step of its own. `actor` is as whom one acts by now.
    pub(super) fn step(&self, link: Link, actor: &PrincipalId, from: &End<'_>, to: &End<'_>) -> Option<Step> {
        Some(match link {
            Link::Assigned(at) => {
                let row = &self.snapshot.assignments[at as usize];
                Step::Hold {
                    holder: row.principal.clone(),
                    privilege: row.privilege.clone(),
                    grant: row.id.clone(),
                    until: row.window.end(),
                    activated: row.origin.is_activated(),
                    conditional: row.condition.is_some(),
                }
            }
            Link::Eligible(at) => {
                let row = &self.snapshot.eligibilities[at as usize];
                Step::Activate {
                    actor: actor.clone(),
                    holder: row.principal.clone(),
                    privilege: row.privilege.clone(),
                    grant: row.id.clone(),
                    until: row.window.end(),
                    conditional: row.condition.is_some(),
                    demands: self.demands(&row.privilege),
                }
            }
            Link::Belongs(at) => {
                let Membership { group, principal, access, .. } = &self.snapshot.memberships[at as usize];
                Step::Belong { member: principal.clone(), group: group.clone(), access: access.clone() }
            }
            Link::Join => Step::Join { group: to.privilege()?.group_id()?.clone() },
            Link::Owns => {
                Step::Impersonate { owner: from.principal()?.clone(), application: to.principal()?.clone() }
            }
            Link::Cover => {
                Step::Cover { wider: from.privilege()?.clone(), narrower: to.privilege()?.clone() }
            }
            Link::Permits(at, permission) => {
                let application = &self.snapshot.service_principals[at as usize];
                Step::Permission {
                    application: application.id.clone(),
                    permission: application.permissions.get(usize::from(permission))?.clone(),
                }
            }
            Link::Wield(power) => {
                let target = match to {
                    End::Privilege(privilege) => Target::Privilege((*privilege).clone()),
                    End::Principal(principal) => Target::Principal((*principal).clone()),
                    End::Power(power) => Target::Power(*power),
                };
                Step::Wield { power, target }
            }
            Link::Within | Link::Gives => return None,
        })
    }
}

/// What stands at an end of a link.
pub(super) enum End<'a> {
    Principal(&'a PrincipalId),
    Privilege(&'a Privilege),
    Power(Power),
}

impl<'a> End<'a> {
    pub(super) const fn principal(&self) -> Option<&'a PrincipalId> {
        match self {
            Self::Principal(id) => Some(id),
            _ => None,
        }
    }

    const fn privilege(&self) -> Option<&'a Privilege> {
        match self {
            Self::Privilege(privilege) => Some(privilege),
            _ => None,
        }
    }
}

/// What the policy of a privilege is filed under: an Entra role has one, whatever the scope.
fn subject_of(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        other => other.clone(),
    }
}

/// What the activation of everything that somebody is eligible for demands.
fn demands(snapshot: &Snapshot) -> FastMap<&Privilege, Arc<Demands>> {
    let eligible: FastSet<Privilege> =
        snapshot.eligibilities.iter().map(|row| subject_of(&row.privilege)).collect();
    let policies: Vec<&Policy> =
        snapshot.policies.iter().filter(|policy| eligible.contains(&policy.subject)).collect();
    let approvals = policies.iter().filter_map(|policy| policy.activation().approval);
    let facts = approval_facts(snapshot, approvals);
    // Where a tenant names the same approvers everywhere, their groups are opened once.
    let mut opened = FastMap::default();
    let mut all = FastMap::default();
    for policy in policies {
        all.entry(&policy.subject).or_insert_with(|| {
            let activation = policy.activation();
            let approval = activation.approval.map(|setting| {
                let named: Vec<_> = setting.stages.iter().map(|stage| stage.approvers.clone()).collect();
                let key = (policy.subject.surface(), named);
                opened.entry(key).or_insert_with(|| stages(&policy.subject, &setting, &facts)).clone()
            });
            Arc::new(Demands {
                policy: policy.id.clone(),
                max: activation.max,
                strong_authentication: activation.strong_authentication,
                justification: activation.justification,
                ticket: activation.ticket,
                approval,
            })
        });
    }
    all
}

fn stages(
    subject: &Privilege,
    setting: &pim_core::policy::ApprovalSetting,
    facts: &guard::Approval,
) -> Vec<BTreeSet<PrincipalId>> {
    let stages = facts.candidates(subject, setting);
    stages.into_iter().map(|people| people.intersection(&facts.enabled).cloned().collect()).collect()
}

/// Who PIM lists as holding a group now: their membership is told by PIM's row, with its end and origin.
pub(super) fn listed(snapshot: &Snapshot) -> FastSet<(&PrincipalId, &GroupId, &GroupAccess)> {
    let in_force = snapshot.assignments.iter().filter(|row| row.is_in_force(snapshot.taken_at));
    in_force
        .filter_map(|row| match &row.privilege {
            Privilege::Group { group, access } => Some((&row.principal, group, access)),
            _ => None,
        })
        .collect()
}
