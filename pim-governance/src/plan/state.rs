//! The tenant as it is after some of the steps: what the guards judge by, changed step by step.

use std::borrow::Cow;

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, ApproverKind, Policy},
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    schedule::Level,
    time::Timestamp,
};

use super::web::{BOUNDED, Circles, Hold, Map, PERMANENT, Set, Ties, Undo, Web, holders, retied};
use crate::snapshot::{Coverage, Snapshot, SourceKind};

/// Those who administer the tenant whatever happens to PIM.
pub(super) const ADMINISTRATORS: usize = 0;
/// Those who approve for a directory role that names nobody.
pub(super) const DEFAULT_APPROVERS: usize = 1;
/// Those who are Global or Privileged Role Administrator now, and not by activation.
pub(super) const IN_CHARGE: usize = 2;
/// Those who are, or can become, one of the two.
pub(super) const MAY_TAKE_CHARGE: usize = 3;

/// How a grant stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// It is not there.
    Gone,
    /// It begins later.
    Later,
    /// It is in force, and ends.
    Bounded,
    /// It is in force without end.
    Permanent,
}

impl Stand {
    pub(super) const fn is_in_force(self) -> bool {
        matches!(self, Self::Bounded | Self::Permanent)
    }

    const fn ties(self) -> Option<Ties> {
        match self {
            Self::Gone | Self::Later => None,
            Self::Bounded => Some(BOUNDED),
            Self::Permanent => Some(PERMANENT),
        }
    }
}

/// What a step does to a grant.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    pub(super) level: Level,
    pub(super) principal: PrincipalId,
    pub(super) privilege: Privilege,
    pub(super) from: Stand,
    pub(super) to: Stand,
}

impl Effect {
    fn reversed(&self) -> Self {
        Self { from: self.to, to: self.from, ..self.clone() }
    }

    /// True when somebody may have more by it.
    pub(super) fn gives(&self) -> bool {
        rank(self.to) > rank(self.from)
    }
}

const fn rank(stand: Stand) -> u8 {
    match stand {
        Stand::Gone => 0,
        Stand::Later => 1,
        Stand::Bounded => 2,
        Stand::Permanent => 3,
    }
}

/// A tenant between two steps.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) circles: Circles,
    policies: Map<Privilege, Cow<'a, Policy>>,
    /// By what demands approval: the circle of each stage.
    stages: Map<Privilege, Vec<usize>>,
    /// By circle: what demands its approval.
    demanding: Map<usize, Set<Privilege>>,
    /// Circles of the same named approvers.
    named: Map<Vec<PrincipalId>, usize>,
    /// Who may activate what demands approval, now or after the plan.
    eligible: Map<Privilege, Map<PrincipalId, u32>>,
    /// Where it was not wholly read who may activate.
    unknown_eligible: Vec<Surface>,
}

/// Whose requests can be approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Approvable {
    /// Nobody's.
    Nobodys,
    /// Not those of the only one who approves, and who may ask too.
    Others,
    /// Everybody's.
    Everybodys,
}

/// What a step did, so that it can be taken back.
#[derive(Debug)]
pub(super) struct Done {
    effect: Effect,
    undo: Vec<Undo>,
}

impl Done {
    /// The circles that may have changed.
    pub(super) fn circles(&self) -> impl Iterator<Item = usize> {
        self.undo.iter().flat_map(Undo::circles)
    }
}

impl<'a> State<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, groups: impl IntoIterator<Item = Privilege>) -> Self {
        let now = snapshot.taken_at;
        let mut web = Web::of(snapshot);
        for group in groups.into_iter().filter_map(|privilege| privilege.group_id().cloned()) {
            web.know(&group);
        }
        let mut circles = Circles::new(web);
        let [global, privileged] = charges();
        let standing = |role| holders(snapshot, role, now, |row| row.is_standing());
        let assigned = |role| holders(snapshot, role, now, |row| !row.origin.is_activated());
        let all = |role| holders(snapshot, role, now, |_| true);
        let may =
            snapshot.eligibilities.iter().filter(|row| row.is_in_force(now) && in_charge(&row.privilege));
        let may = may.map(|row| row.principal.clone());
        circles.draw(Hold::Standing, standing(&global));
        circles.draw(Hold::Assigned, standing(&global).chain(standing(&privileged)));
        circles.draw(Hold::Assigned, assigned(&global).chain(assigned(&privileged)));
        circles.draw(Hold::Can, all(&global).chain(all(&privileged)).chain(may));
        let mut policies: Map<Privilege, Cow<'a, Policy>> = Map::default();
        for policy in &snapshot.policies {
            policies.entry(subject_of(&policy.subject)).or_insert(Cow::Borrowed(policy));
        }
        let unknown = |surface: &&Surface| {
            let source = SourceKind::eligibilities(surface);
            source.is_some_and(|source| {
                !matches!(snapshot.reading(source).coverage, Coverage::Read | Coverage::Unsupported(_))
            })
        };
        let mut state = Self {
            circles,
            policies,
            stages: Map::default(),
            demanding: Map::default(),
            named: Map::default(),
            eligible: Map::default(),
            unknown_eligible: Surface::KNOWN.iter().filter(unknown).cloned().collect(),
        };
        for row in &snapshot.eligibilities {
            if row.window.end().is_none_or(|end| end > now) {
                state.count_eligible(&row.privilege, &row.principal, true);
            }
        }
        let mut subjects: Vec<_> = state.policies.keys().cloned().collect();
        subjects.sort_unstable();
        for subject in subjects {
            state.stage(&subject);
        }
        state
    }

    /// The policy that governs a privilege, where it is known.
    pub(super) fn policy(&self, privilege: &Privilege) -> Option<&Policy> {
        match privilege {
            Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. } => self.policies.get(privilege),
            other => self.policies.get(&subject_of(other)),
        }
        .map(AsRef::as_ref)
    }

    /// Puts a policy in the place of the one that governs what it governs, and tells the former.
    pub(super) fn set_policy(&mut self, policy: Policy) -> Option<Cow<'a, Policy>> {
        let subject = subject_of(&policy.subject);
        let before = self.policies.insert(subject.clone(), Cow::Owned(policy));
        self.stage(&subject);
        before
    }

    /// Puts a former policy back.
    pub(super) fn put_back(&mut self, subject: &Privilege, before: Option<Cow<'a, Policy>>) {
        match before {
            Some(policy) => self.policies.insert(subject.clone(), policy),
            None => self.policies.remove(subject),
        };
        self.stage(subject);
    }

    pub(super) fn apply(&mut self, effect: &Effect) -> Done {
        let mut undo = Vec::new();
        let Effect { level, principal, privilege, from, to } = effect;
        if *level == Level::Eligibility {
            match (*from, *to) {
                (Stand::Gone, Stand::Gone) => {}
                (Stand::Gone, _) => self.count_eligible(privilege, principal, true),
                (_, Stand::Gone) => self.count_eligible(privilege, principal, false),
                _ => {}
            }
            if in_charge(privilege) {
                self.root(&mut undo, MAY_TAKE_CHARGE, principal, from.is_in_force(), to.is_in_force());
            }
        } else if in_charge(privilege) {
            let permanent = (*from == Stand::Permanent, *to == Stand::Permanent);
            if *privilege == Privilege::role(RoleId::GLOBAL_ADMINISTRATOR) {
                self.root(&mut undo, ADMINISTRATORS, principal, permanent.0, permanent.1);
            }
            self.root(&mut undo, DEFAULT_APPROVERS, principal, permanent.0, permanent.1);
            for circle in [IN_CHARGE, MAY_TAKE_CHARGE] {
                self.root(&mut undo, circle, principal, from.is_in_force(), to.is_in_force());
            }
        }
        if let Privilege::Group { group, access: GroupAccess::Member } = privilege {
            let before = self.circles.web.ties(group, principal);
            let after = retied(before, level, from.is_in_force(), to.ties());
            undo.push(self.circles.set_ties(group, principal, after));
        }
        Done { effect: effect.clone(), undo }
    }

    pub(super) fn take_back(&mut self, done: Done) {
        for undo in done.undo.into_iter().rev() {
            self.circles.undo(undo);
        }
        if done.effect.level == Level::Eligibility {
            let Effect { principal, privilege, from, to, .. } = done.effect.reversed();
            match (from, to) {
                (Stand::Gone, Stand::Gone) => {}
                (Stand::Gone, _) => self.count_eligible(&privilege, &principal, true),
                (_, Stand::Gone) => self.count_eligible(&privilege, &principal, false),
                _ => {}
            }
        }
    }

    /// Whose requests can be approved. What demands no approval is like what everybody can get.
    pub(super) fn approval(&self, subject: &Privilege) -> Approvable {
        let stages = self.stages.get(subject).into_iter().flatten();
        let stages = stages.copied().map(|stage| match self.circles.get(stage).working() {
            0 => Approvable::Nobodys,
            1 if self.circles.people(stage).any(|alone| self.may_ask(alone, subject)) => Approvable::Others,
            _ => Approvable::Everybodys,
        });
        stages.min().unwrap_or(Approvable::Everybodys)
    }

    /// The circles of those who approve for a subject.
    pub(super) fn approvers(&self, subject: &Privilege) -> &[usize] {
        self.stages.get(subject).map_or(&[], Vec::as_slice)
    }

    /// What not everybody can get approved, if anything, after what a change has touched.
    pub(super) fn unapproved(&self, done: &Done) -> Vec<(Privilege, Approvable)> {
        let mut suspects: Vec<&Privilege> = Vec::new();
        for circle in done.circles().filter(|circle| self.circles.get(*circle).working() <= 1) {
            suspects.extend(self.demanding.get(&circle).into_iter().flatten());
        }
        let Effect { level, principal, privilege, .. } = &done.effect;
        let subject = subject_of(privilege);
        if *level == Level::Eligibility
            && let Some((subject, _)) = self.stages.get_key_value(&subject)
        {
            suspects.push(subject);
        }
        // Who comes into a group may come by what it may ask for.
        if done.effect.gives() && matches!(privilege, Privilege::Group { access: GroupAccess::Member, .. }) {
            let inside = self.circles.web.down(principal, Hold::Can);
            for (circle, subjects) in &self.demanding {
                let alone = self.circles.get(*circle).working() == 1;
                if alone && self.circles.people(*circle).any(|id| inside.contains(id)) {
                    suspects.extend(subjects);
                }
            }
        }
        suspects.sort_unstable();
        suspects.dedup();
        let judged = suspects.into_iter().map(|subject| (subject.clone(), self.approval(subject)));
        judged.filter(|(_, approval)| *approval < Approvable::Everybodys).collect()
    }

    /// True where nobody knows, too.
    fn may_ask(&self, person: &PrincipalId, subject: &Privilege) -> bool {
        let unknown = |surface: &Surface| self.unknown_eligible.contains(surface);
        if unknown(&subject.surface()) || unknown(&Surface::Groups) {
            return true;
        }
        self.eligible.get(subject).is_some_and(|eligible| {
            self.circles.web.up(person, Hold::Can).iter().any(|holder| eligible.contains_key(holder))
        })
    }

    fn root(&mut self, undo: &mut Vec<Undo>, circle: usize, id: &PrincipalId, before: bool, after: bool) {
        match (before, after) {
            (false, true) => undo.push(self.circles.gain_root(circle, id)),
            (true, false) => undo.push(self.circles.lose_root(circle, id)),
            _ => {}
        }
    }

    fn count_eligible(&mut self, privilege: &Privilege, principal: &PrincipalId, more: bool) {
        let holders = self.eligible.entry(subject_of(privilege)).or_default();
        let count = holders.entry(principal.clone()).or_default();
        *count = if more { *count + 1 } else { count.saturating_sub(1) };
        if *count == 0 {
            holders.remove(principal);
        }
    }

    /// Draws the circles of those who approve for a subject, as its policy says now.
    fn stage(&mut self, subject: &Privilege) {
        for circle in self.stages.remove(subject).unwrap_or_default() {
            if let Some(subjects) = self.demanding.get_mut(&circle) {
                subjects.remove(subject);
            }
        }
        let setting = self.policies.get(subject).and_then(|policy| policy.activation().approval);
        let Some(setting) = setting else { return };
        let stages: Vec<_> = named(subject, &setting)
            .into_iter()
            .map(|approvers| match approvers {
                None => DEFAULT_APPROVERS,
                Some(approvers) => self.circle_of(approvers),
            })
            .collect();
        for circle in &stages {
            self.demanding.entry(*circle).or_default().insert(subject.clone());
        }
        self.stages.insert(subject.clone(), stages);
    }

    fn circle_of(&mut self, approvers: Vec<PrincipalId>) -> usize {
        if let Some(circle) = self.named.get(&approvers) {
            return *circle;
        }
        let circle = self.circles.draw(Hold::Assigned, approvers.iter().cloned());
        self.named.insert(approvers, circle);
        circle
    }
}

/// What a policy is filed under: an Entra role has one, whatever the scope.
pub(super) fn subject_of(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        other => other.clone(),
    }
}

/// How a grant of this window stands.
pub(super) fn stand(window: &pim_core::time::Window, now: Timestamp) -> Stand {
    match (window.start(), window.end()) {
        (_, Some(end)) if end <= now => Stand::Gone,
        (Some(start), _) if start > now => Stand::Later,
        (_, Some(_)) => Stand::Bounded,
        (_, None) => Stand::Permanent,
    }
}

/// The two roles by which Entra roles are given and taken.
pub(super) const fn charges() -> [Privilege; 2] {
    [Privilege::role(RoleId::GLOBAL_ADMINISTRATOR), Privilege::role(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR)]
}

pub(super) fn in_charge(privilege: &Privilege) -> bool {
    charges().contains(privilege)
}

/// The approvers of each stage, in order; `None` for those who stand in where nobody is named.
fn named(subject: &Privilege, setting: &ApprovalSetting) -> Vec<Option<Vec<PrincipalId>>> {
    let stands_in = subject.surface() == Surface::DirectoryRoles;
    let mut stages: Vec<_> = setting
        .stages
        .iter()
        .map(|stage| {
            if stage.approvers.is_empty() && stands_in {
                return None;
            }
            let people = stage.approvers.iter();
            let people =
                people.filter(|approver| matches!(approver.kind, ApproverKind::User | ApproverKind::Group));
            let mut people: Vec<_> = people.map(|approver| approver.id.clone()).collect();
            people.sort_unstable();
            people.dedup();
            Some(people)
        })
        .collect();
    if stages.is_empty() {
        stages.push((!stands_in).then(Vec::new));
    }
    stages
}
