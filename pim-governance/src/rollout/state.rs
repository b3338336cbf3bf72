//! Who holds what, through which groups: as it is, and as it will be after a plan.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::ApprovalSetting,
    principal::PrincipalKind,
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    request::{Action, NewRequest},
    schedule::{Level, Via},
    time::{Expiry, Window},
};
use serde::{Deserialize, Serialize};

use crate::{
    plan::{Change, Plan},
    snapshot::Snapshot,
};

/// How somebody holds something. More is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum Held {
    /// Not at all.
    #[default]
    Not,
    /// May activate it.
    Eligible,
    /// Has it all the time.
    Active,
}

/// Grants and memberships. Activations are left out: they end by themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    /// By what they are of, at whatever scope: a wider one covers a narrower.
    grants: HashMap<Privilege, Vec<Grant>>,
    /// The groups that somebody is in.
    up: HashMap<PrincipalId, BTreeMap<PrincipalId, Held>>,
    /// Who is in a group.
    down: HashMap<PrincipalId, BTreeSet<PrincipalId>>,
}

#[derive(Clone, Debug)]
struct Grant {
    holder: PrincipalId,
    privilege: Privilege,
    held: Held,
    ends: Expiry,
}

/// How somebody holds something, and how that comes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Holding {
    pub(super) held: Held,
    pub(super) ends: Option<Expiry>,
    /// The groups that give it.
    pub(super) through: BTreeSet<PrincipalId>,
}

impl State {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut state = Self::default();
        for row in snapshot.eligibilities.iter().filter(|row| row.via == Via::Direct) {
            if !row.window.has_ended(snapshot.taken_at) {
                state.add(&row.principal, &row.privilege, Held::Eligible, ends(&row.window));
            }
        }
        let (mut passing, mut standing) = (HashSet::new(), HashSet::new());
        for row in snapshot.assignments.iter().filter(|row| row.via == Via::Direct) {
            let of = row.privilege.group_id().map(|group| (&row.principal, group.as_principal()));
            if row.window.has_ended(snapshot.taken_at) {
                continue;
            }
            if row.origin.is_activated() {
                passing.extend(of);
            } else {
                standing.extend(of);
                state.add(&row.principal, &row.privilege, Held::Active, ends(&row.window));
            }
        }
        for row in snapshot.memberships.iter().filter(|row| row.access == GroupAccess::Member) {
            let key = (&row.principal, row.group.as_principal());
            if standing.contains(&key) || !passing.contains(&key) {
                state.join(&row.principal, &key.1, Held::Active);
            }
        }
        state
    }

    /// What is left of it, and what is new, when all steps are done.
    pub(super) fn after(&self, plan: &Plan) -> Self {
        let mut state = self.clone();
        for step in &plan.steps {
            if let Change::Grant(ask) = &step.change {
                state.apply(ask);
            }
        }
        state
    }

    fn apply(&mut self, ask: &NewRequest) {
        let held = match ask.level {
            Level::Eligibility => Held::Eligible,
            _ => Held::Active,
        };
        let ends = ask.expiry.unwrap_or(Expiry::Never);
        match ask.action {
            Action::AdminAssign => self.add(&ask.principal, &ask.privilege, held, ends),
            Action::AdminUpdate | Action::AdminExtend | Action::AdminRenew => {
                self.remove(&ask.principal, &ask.privilege, held);
                self.add(&ask.principal, &ask.privilege, held, ends);
            }
            Action::AdminRemove => self.remove(&ask.principal, &ask.privilege, held),
            _ => {}
        }
    }

    fn add(&mut self, holder: &PrincipalId, privilege: &Privilege, held: Held, ends: Expiry) {
        let grant = Grant { holder: holder.clone(), privilege: privilege.clone(), held, ends };
        self.grants.entry(widest(privilege)).or_default().push(grant);
        if let Privilege::Group { group, access: GroupAccess::Member } = privilege {
            self.join(holder, &group.as_principal(), held);
        }
    }

    fn remove(&mut self, holder: &PrincipalId, privilege: &Privilege, held: Held) {
        let grants = self.grants.entry(widest(privilege)).or_default();
        grants.retain(|grant| grant.holder != *holder || grant.privilege != *privilege || grant.held != held);
        let left = grants.iter().filter(|grant| grant.holder == *holder && grant.privilege == *privilege);
        let left = left.map(|grant| grant.held).max().unwrap_or_default();
        if let Privilege::Group { group, access: GroupAccess::Member } = privilege {
            let group = group.as_principal();
            let groups = self.up.entry(holder.clone()).or_default();
            if left == Held::Not {
                groups.remove(&group);
                self.down.entry(group).or_default().remove(holder);
            } else {
                groups.insert(group, left);
            }
        }
    }

    fn join(&mut self, member: &PrincipalId, group: &PrincipalId, held: Held) {
        let known = self.up.entry(member.clone()).or_default().entry(group.clone()).or_default();
        *known = held.max(*known);
        self.down.entry(group.clone()).or_default().insert(member.clone());
    }

    /// Everybody in a group at any depth, and the groups among them; the group itself too. Who may activate
    /// membership is in it.
    pub(super) fn reached(&self, group: &PrincipalId) -> BTreeSet<PrincipalId> {
        let (mut seen, mut open) = (BTreeSet::from([group.clone()]), vec![group]);
        while let Some(id) = open.pop() {
            for member in self.down.get(id).into_iter().flatten() {
                if seen.insert(member.clone()) {
                    open.push(member);
                }
            }
        }
        seen
    }

    /// Somebody and the groups that they are in at any depth: as what they act, always or by activating.
    pub(super) fn acts_as(&self, who: &PrincipalId) -> BTreeMap<PrincipalId, Held> {
        let mut reached = BTreeMap::from([(who.clone(), Held::Active)]);
        let mut open = vec![(who.clone(), Held::Active)];
        while let Some((id, by)) = open.pop() {
            for (group, held) in self.up.get(&id).into_iter().flatten() {
                let held = by.min(*held);
                let known = reached.entry(group.clone()).or_default();
                if *known < held {
                    *known = held;
                    open.push((group.clone(), held));
                }
            }
        }
        reached
    }

    /// How one who acts as these holds a privilege, at its scope or a wider one.
    pub(super) fn holding(&self, acting: &BTreeMap<PrincipalId, Held>, privilege: &Privilege) -> Holding {
        let mut holding = Holding::default();
        for grant in self.grants.get(&widest(privilege)).into_iter().flatten() {
            let Some(by) = acting.get(&grant.holder).filter(|_| covers(&grant.privilege, privilege)) else {
                continue;
            };
            let held = grant.held.min(*by);
            if held > holding.held {
                holding = Holding { held, ..Holding::default() };
            }
            if held == holding.held {
                holding.ends = Some(holding.ends.map_or(grant.ends, |ends| later(ends, grant.ends)));
                holding.through.insert(grant.holder.clone());
            }
        }
        holding
    }

    /// Everything that is made out to a holder.
    pub(super) fn given_to(&self) -> HashMap<&PrincipalId, BTreeSet<&Privilege>> {
        let mut given: HashMap<_, BTreeSet<_>> = HashMap::new();
        for grant in self.grants.values().flatten() {
            given.entry(&grant.holder).or_default().insert(&grant.privilege);
        }
        given
    }

    /// To whom a role or group is made out at whatever scope, as something to activate or to have.
    pub(super) fn holders(
        &self,
        subject: &Privilege,
        held: Held,
    ) -> impl Iterator<Item = (&PrincipalId, &Privilege)> {
        let grants = self.grants.get(&widest(subject)).into_iter().flatten();
        let of = move |grant: &&Grant| grant.held == held;
        let subject = subject.clone();
        grants
            .filter(of)
            .filter(move |grant| subject_of(&grant.privilege) == subject)
            .map(|grant| (&grant.holder, &grant.privilege))
    }
}

/// Who approves: people and groups. Without names, Entra asks those who administer roles; groups and Azure roles have
/// [no such default](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-approval-workflow).
pub(super) fn approvers(
    subject: &Privilege,
    setting: &ApprovalSetting,
    state: &State,
) -> BTreeSet<PrincipalId> {
    let mut ids: BTreeSet<_> = setting.approvers().map(|approver| approver.id.clone()).collect();
    if ids.is_empty() && subject.surface() == Surface::DirectoryRoles {
        for role in [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR] {
            let role = Privilege::role(role);
            let holders = state.holders(&role, Held::Active).filter(|(_, privilege)| **privilege == role);
            ids.extend(holders.map(|(holder, _)| holder.clone()));
        }
    }
    ids
}

/// Whose policy governs a privilege: Entra has one for each role, whatever the scope.
pub(super) fn subject_of(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        other => other.clone(),
    }
}

/// What a principal is, as far as the snapshot tells.
pub(super) fn kinds(snapshot: &Snapshot) -> HashMap<PrincipalId, PrincipalKind> {
    let members = snapshot.memberships.iter().map(|row| (row.principal.clone(), row.kind.clone()));
    let holders = snapshot.holders.iter().map(|holder| (holder.id.clone(), holder.kind.clone()));
    let filled = snapshot.memberships.iter().map(|row| (row.group.as_principal(), PrincipalKind::Group));
    let groups = snapshot.groups.iter().map(|group| (group.id.as_principal(), PrincipalKind::Group));
    let users = snapshot.users.iter().map(|user| (user.id.clone(), PrincipalKind::User));
    let apps = snapshot.service_principals.iter();
    let apps = apps.map(|app| (app.id.clone(), PrincipalKind::ServicePrincipal));
    members.chain(holders).chain(filled).chain(groups).chain(users).chain(apps).collect()
}

const fn ends(window: &Window) -> Expiry {
    match window.end() {
        Some(end) => Expiry::At(end),
        None => Expiry::Never,
    }
}

/// The end that matters to who has both.
fn later(one: Expiry, other: Expiry) -> Expiry {
    match (one, other) {
        (Expiry::Never, _) | (_, Expiry::Never) => Expiry::Never,
        (Expiry::At(one), Expiry::At(other)) => Expiry::At(one.max(other)),
        (Expiry::After(one), Expiry::After(other)) => Expiry::After(one.max(other)),
        (Expiry::After(length), _) | (_, Expiry::After(length)) => Expiry::After(length),
    }
}

/// One key for a role at all its scopes.
fn widest(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        Privilege::AzureRole { role, .. } => match "/".parse() {
            Ok(scope) => Privilege::AzureRole { role: role.clone(), scope },
            Err(_) => privilege.clone(),
        },
        other => other.clone(),
    }
}

fn covers(wide: &Privilege, narrow: &Privilege) -> bool {
    match (wide, narrow) {
        (
            Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant },
            Privilege::DirectoryRole { role: other, .. },
        ) => role == other,
        (Privilege::AzureRole { role, scope }, Privilege::AzureRole { role: other, scope: narrower }) => {
            role == other && scope.covers(narrower)
        }
        _ => wide == narrow,
    }
}
