//! What a plan does, told person by person instead of step by step.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use pim_core::{
    id::PrincipalId,
    policy::{ActivationPolicy, ApprovalSetting, Policy, RuleChange, RuleKind, Setting},
    principal::PrincipalKind,
    privilege::Privilege,
    time::Expiry,
};
use serde::{Deserialize, Serialize};

use super::state::{Held, Holding, State, approvers, kinds, subject_of};
use crate::{
    plan::{Change, Fingerprint, Plan},
    snapshot::{Snapshot, SourceKind},
};

/// What a plan does to somebody's hold on one privilege, all its steps and all ways to it taken together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// On what.
    pub privilege: Privilege,
    /// How it is held now.
    pub before: Held,
    /// How it will be held.
    pub after: Held,
    /// Until when it will be; `None` where it will not.
    pub ends: Option<Expiry>,
    /// The groups by which it is held afterwards, or was.
    pub through: Vec<PrincipalId>,
    /// For membership of a group: what comes with it afterwards.
    pub gives: Vec<Privilege>,
    /// What an activation will demand; `None` where nothing is to be activated, and where the settings could not
    /// be read.
    pub demands: Option<ActivationPolicy>,
    /// The rules of activation that the plan changes.
    pub changed: Vec<RuleKind>,
    /// In which wave of the plan: the last in which something of it is done.
    pub wave: usize,
    /// The steps that do it.
    pub steps: Vec<Fingerprint>,
}

/// What a plan does to somebody's part in approving activations of a role or group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Duty {
    /// Of what.
    pub privilege: Privilege,
    /// Whether it begins or ends.
    pub change: DutyChange,
    /// Who else approves. One of them is enough, and nobody decides on their own request.
    pub others: Vec<PrincipalId>,
    /// Whether the approver must say why.
    pub justification: bool,
    /// In which wave of the plan.
    pub wave: usize,
}

/// Whether a duty begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum DutyChange {
    /// They did not approve it before.
    Begins,
    /// They did, and more people will ask, or the settings change.
    Stays,
    /// They will not any more.
    Ends,
}

/// Somebody whom a plan concerns and who can't be told by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unknown {
    /// Who, or which group.
    pub principal: PrincipalId,
    /// Why nobody is told.
    pub why: WhyUnknown,
    /// What changes for them.
    pub privileges: Vec<Privilege>,
}

/// Why nobody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WhyUnknown {
    /// A group whose members were not wholly read: those that are known are told, there may be more.
    Members,
    /// An application: it reads no mail. Tell its owners.
    Application,
    /// The snapshot does not tell what it is; it may have been deleted.
    Kind,
}

/// Everything that a plan does to people.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) effects: BTreeMap<PrincipalId, Vec<Effect>>,
    pub(super) duties: BTreeMap<PrincipalId, Vec<Duty>>,
    pub(super) unknown: Vec<Unknown>,
}

/// What the steps touch for one person and privilege.
#[derive(Debug, Default)]
struct Touch {
    steps: BTreeSet<Fingerprint>,
    granted: Option<usize>,
    set: Option<usize>,
}

type Touched = BTreeMap<PrincipalId, BTreeMap<Privilege, Touch>>;

/// Looks through a plan for whom it concerns.
pub(super) fn effects(plan: &Plan, snapshot: &Snapshot) -> Effects {
    let before = State::of(snapshot);
    let after = before.after(plan);
    let world = World {
        plan,
        snapshot,
        kinds: kinds(snapshot),
        policies: policies(plan, snapshot),
        changed: changed(plan),
        before,
        after,
    };
    let mut unknown = BTreeMap::new();
    let touched = world.touched(&mut unknown);
    let mut effects = Effects { duties: world.duties(&mut unknown), ..Effects::default() };
    let given = world.after.given_to();
    for (person, touches) in touched {
        let (now, then) = (world.before.acts_as(&person), world.after.acts_as(&person));
        let of_person = touches.into_iter().map(|(privilege, touch)| {
            let before = world.before.holding(&now, &privilege);
            let after = world.after.holding(&then, &privilege);
            world.effect(&person, privilege, touch, before, after, &given)
        });
        effects.effects.insert(person.clone(), of_person.collect());
    }
    effects.unknown = unknown
        .into_iter()
        .map(|((principal, why), privileges)| Unknown {
            principal,
            why,
            privileges: privileges.into_iter().collect(),
        })
        .collect();
    effects
}

type Unknowns = BTreeMap<(PrincipalId, WhyUnknown), BTreeSet<Privilege>>;

struct World<'a> {
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    kinds: HashMap<PrincipalId, PrincipalKind>,
    /// The policies that matter, as they will be, by their subject.
    policies: HashMap<Privilege, Policy>,
    /// Which rules of activation change.
    changed: HashMap<Privilege, Vec<RuleKind>>,
    before: State,
    after: State,
}

impl World<'_> {
    /// Whom each step touches.
    fn touched(&self, unknown: &mut Unknowns) -> Touched {
        let mut touched = Touched::new();
        for step in &self.plan.steps {
            match &step.change {
                Change::Grant(ask) => {
                    for person in self.people(&ask.principal, &ask.privilege, unknown) {
                        let touch = touched.entry(person).or_default();
                        let touch = touch.entry(ask.privilege.clone()).or_default();
                        touch.steps.insert(step.id);
                        touch.granted = touch.granted.max(Some(step.wave));
                    }
                }
                Change::Policy { privilege, rules } if rules.iter().any(governs_activation) => {
                    let holders = self.after.holders(privilege, Held::Eligible);
                    for (holder, privilege) in holders {
                        for person in self.people(holder, privilege, unknown) {
                            let touch = touched.entry(person).or_default();
                            let touch = touch.entry(privilege.clone()).or_default();
                            touch.steps.insert(step.id);
                            touch.set = touch.set.max(Some(step.wave));
                        }
                    }
                }
                _ => {}
            }
        }
        touched
    }

    fn effect(
        &self,
        person: &PrincipalId,
        privilege: Privilege,
        touch: Touch,
        before: Holding,
        after: Holding,
        given: &HashMap<&PrincipalId, BTreeSet<&Privilege>>,
    ) -> Effect {
        let subject = subject_of(&privilege);
        let to_activate = after.held == Held::Eligible;
        let policy = self.policies.get(&subject).filter(|_| to_activate);
        let through = if after.held == Held::Not { before.through } else { after.through };
        let comes_with = match &privilege {
            Privilege::Group { group, .. } if after.held != Held::Not => given.get(&group.as_principal()),
            _ => None,
        };
        Effect {
            before: before.held,
            after: after.held,
            ends: after.ends,
            through: through.into_iter().filter(|id| id != person).collect(),
            gives: comes_with.into_iter().flatten().map(|privilege| (*privilege).clone()).collect(),
            demands: policy.map(Policy::activation),
            changed: self.changed.get(&subject).filter(|_| to_activate).cloned().unwrap_or_default(),
            wave: touch.granted.or(touch.set).unwrap_or_default(),
            steps: touch.steps.into_iter().collect(),
            privilege,
        }
    }

    /// Who approves what, where the plan makes a difference to that.
    fn duties(&self, unknown: &mut Unknowns) -> BTreeMap<PrincipalId, Vec<Duty>> {
        let mut duties: BTreeMap<PrincipalId, Vec<Duty>> = BTreeMap::new();
        for (subject, (wave, from)) in self.approvals() {
            let to = self.policies.get(&subject).and_then(|policy| policy.activation().approval);
            let from = from.map_or_else(BTreeSet::new, |from| {
                self.approvers(&subject, &from, &self.before, &mut Unknowns::new())
            });
            let now =
                to.as_ref().map(|to| self.approvers(&subject, to, &self.after, unknown)).unwrap_or_default();
            let justification =
                to.is_some_and(|to| to.stages.iter().any(|stage| stage.approver_justification));
            for person in from.union(&now) {
                let change = match (from.contains(person), now.contains(person)) {
                    (false, _) => DutyChange::Begins,
                    (true, true) => DutyChange::Stays,
                    (true, false) => DutyChange::Ends,
                };
                let others = now.iter().filter(|other| *other != person).cloned().collect();
                let privilege = subject.clone();
                duties.entry(person.clone()).or_default().push(Duty {
                    privilege,
                    change,
                    others,
                    justification,
                    wave,
                });
            }
        }
        duties
    }

    /// Whose approval the plan touches: by the settings, or by people who will have to ask. With the wave, and
    /// the approval that is asked for now.
    fn approvals(&self) -> BTreeMap<Privilege, (usize, Option<ApprovalSetting>)> {
        let mut found = BTreeMap::new();
        for step in &self.plan.steps {
            let subject = match &step.change {
                Change::Policy { privilege, rules } if rules.iter().any(is_approval) => privilege.clone(),
                Change::Grant(ask)
                    if ask.level == pim_core::schedule::Level::Eligibility && !ask.action.is_removal() =>
                {
                    subject_of(&ask.privilege)
                }
                _ => continue,
            };
            found.entry(subject).or_insert((step.wave, None));
        }
        for policy in &self.snapshot.policies {
            if let Some((_, from)) = found.get_mut(&policy.subject) {
                *from = policy.activation().approval;
            }
        }
        found
    }

    /// The people who approve, as far as members of groups are known.
    fn approvers(
        &self,
        subject: &Privilege,
        setting: &ApprovalSetting,
        state: &State,
        unknown: &mut Unknowns,
    ) -> BTreeSet<PrincipalId> {
        let ids = approvers(subject, setting, state);
        ids.iter().flat_map(|id| self.people(id, subject, unknown)).collect()
    }

    /// The people whom a holder stands for, but for break-glass accounts. Who can't be told is noted.
    fn people(
        &self,
        holder: &PrincipalId,
        privilege: &Privilege,
        unknown: &mut Unknowns,
    ) -> BTreeSet<PrincipalId> {
        let mut reached = self.before.reached(holder);
        reached.extend(self.after.reached(holder));
        reached.retain(|id| !self.plan.guarded.break_glass.contains(id));
        let members_known = self.snapshot.is_complete(SourceKind::Memberships);
        let mut people = BTreeSet::new();
        for id in reached {
            let why = match self.kinds.get(&id) {
                Some(PrincipalKind::User) => {
                    people.insert(id);
                    continue;
                }
                Some(PrincipalKind::Group) if members_known => continue,
                Some(PrincipalKind::Group) => WhyUnknown::Members,
                Some(PrincipalKind::ServicePrincipal) => WhyUnknown::Application,
                _ => WhyUnknown::Kind,
            };
            unknown.entry((id, why)).or_default().insert(privilege.clone());
        }
        people
    }
}

/// The policies of all that the plan touches, as they will be.
fn policies(plan: &Plan, snapshot: &Snapshot) -> HashMap<Privilege, Policy> {
    let subjects: HashSet<_> =
        plan.steps.iter().filter_map(|step| step.change.privilege()).map(subject_of).collect();
    let read = snapshot.policies.iter().filter(|policy| subjects.contains(&policy.subject));
    let mut policies: HashMap<_, _> = read.map(|policy| (policy.subject.clone(), policy.clone())).collect();
    for step in &plan.steps {
        if let Change::Policy { privilege, rules } = &step.change
            && let Some(policy) = policies.get_mut(privilege)
        {
            *policy = policy.apply(&rules.iter().map(RuleChange::rule).collect::<Vec<_>>());
        }
    }
    policies
}

fn changed(plan: &Plan) -> HashMap<Privilege, Vec<RuleKind>> {
    let mut changed: HashMap<_, Vec<_>> = HashMap::new();
    for step in &plan.steps {
        if let Change::Policy { privilege, rules } = &step.change {
            let rules = rules.iter().filter(|rule| governs_activation(rule));
            changed.entry(privilege.clone()).or_default().extend(rules.map(|rule| rule.kind.clone()));
        }
    }
    changed
}

fn governs_activation(change: &RuleChange) -> bool {
    matches!(
        change.kind,
        RuleKind::ExpirationEndUserAssignment
            | RuleKind::EnablementEndUserAssignment
            | RuleKind::ApprovalEndUserAssignment
            | RuleKind::AuthenticationContextEndUserAssignment
    )
}

fn is_approval(change: &RuleChange) -> bool {
    matches!(change.to, Setting::Approval(_))
}
