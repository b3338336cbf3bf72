//! Paths: how somebody can become something.

use std::{collections::BTreeSet, sync::Arc};

use pim_core::{
    directory::AppPermission,
    id::{GroupId, PolicyId, PrincipalId, ScheduleId},
    policy::StrongAuthentication,
    privilege::{GroupAccess, Privilege},
    time::{Period, Timestamp},
};
use serde::Serialize;

use super::{Power, links::Held};

/// One way in which somebody can become something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Path {
    /// Who: a person, an application, or what the directory does not know.
    pub principal: PrincipalId,
    /// What they can become.
    pub privilege: Privilege,
    /// How, first step first.
    pub steps: Vec<Step>,
    /// How much it takes.
    pub effort: Effort,
    /// Whether they are it already.
    pub standing: Standing,
}

/// How much a path takes. Compared member by member: a path without taking is less than any with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Effort {
    /// How often an owner or administrator takes what was not granted.
    pub takes: u32,
    /// How often somebody else must approve. A step whose policy was not read counts as needing nobody.
    pub approvals: u32,
    /// How often something is activated.
    pub activations: u32,
    /// How many steps there are.
    pub steps: u32,
}

/// Whether a path is access already.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Standing {
    /// Held without end.
    Permanent,
    /// Held until then.
    Until(Timestamp),
    /// Held by an activation, until then where it ends.
    Activated(Option<Timestamp>),
    /// Not held: it takes activations, and the approvals they demand.
    CanActivate,
    /// Not granted: it takes an owner's or administrator's act.
    CanTake,
}

/// One step of a path, with the ids that prove it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Holds it.
    Hold {
        /// To whom it is made out: somebody, or a group.
        holder: PrincipalId,
        /// What.
        privilege: Privilege,
        /// The assignment's schedule.
        grant: ScheduleId,
        /// When it ends.
        until: Option<Timestamp>,
        /// True where it was activated and does not stand.
        activated: bool,
        /// True where an Azure condition narrows it.
        conditional: bool,
    },
    /// May activate it.
    Activate {
        /// Who activates.
        actor: PrincipalId,
        /// To whom the eligibility is made out: the actor, or a group.
        holder: PrincipalId,
        /// What.
        privilege: Privilege,
        /// The eligibility's schedule.
        grant: ScheduleId,
        /// When the eligibility ends.
        until: Option<Timestamp>,
        /// True where an Azure condition narrows it.
        conditional: bool,
        /// What the activation demands; `None` where the policy was not read.
        demands: Option<Arc<Demands>>,
    },
    /// Belongs to a group, by the directory's word. PIM lists no grant for it.
    Belong {
        /// Who: somebody, or another group.
        member: PrincipalId,
        /// To which group.
        group: GroupId,
        /// As member or owner.
        access: GroupAccess,
    },
    /// Owns a group, and makes themselves a member.
    Join {
        /// Which.
        group: GroupId,
    },
    /// Owns an application, gives it a credential, and signs in as it.
    Impersonate {
        /// Who owns it.
        owner: PrincipalId,
        /// The application.
        application: PrincipalId,
    },
    /// Uses a role at a scope below the one where it is held.
    Cover {
        /// What is held.
        wider: Privilege,
        /// Where it applies too.
        narrower: Privilege,
    },
    /// Has a permission of its own.
    Permission {
        /// The application.
        application: PrincipalId,
        /// The permission.
        permission: AppPermission,
    },
    /// Uses power over others.
    Wield {
        /// Which power.
        power: Power,
        /// On what.
        target: Target,
    },
}

/// What power is used on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Target {
    /// Gives this to themselves.
    Privilege(Privilege),
    /// Signs in as this person or application.
    Principal(PrincipalId),
    /// Gives this power to themselves.
    Power(Power),
}

/// What an activation demands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Demands {
    /// The policy that says so.
    pub policy: PolicyId,
    /// The longest activation.
    pub max: Period,
    /// The stronger sign-in demanded.
    pub strong_authentication: StrongAuthentication,
    /// Whether a justification is demanded.
    pub justification: bool,
    /// Whether a ticket is demanded.
    pub ticket: bool,
    /// Whose approval is demanded: for each stage the enabled people who could give it. Nobody approves their
    /// own request.
    pub approval: Option<Vec<BTreeSet<PrincipalId>>>,
}

impl Path {
    /// The activation on the way that nobody but its requestor could approve, so that it can't succeed until
    /// the policy names others.
    pub fn unapprovable(&self) -> Option<&Step> {
        self.steps.iter().find(|step| match step {
            Step::Activate { actor, demands: Some(demands), .. } => {
                let alone = |stage: &BTreeSet<PrincipalId>| stage.iter().all(|approver| approver == actor);
                demands.approval.iter().flatten().any(alone)
            }
            _ => false,
        })
    }

    pub(super) fn new(principal: PrincipalId, privilege: Privilege, steps: Vec<Step>) -> Self {
        let effort = steps.iter().map(Step::effort).fold(Effort::default(), Effort::plus);
        let held = steps.iter().fold(Held::FOR_EVER, |held, step| match step {
            Step::Hold { until, activated, .. } => held.with(*until, *activated),
            _ => held,
        });
        let standing = Standing::new(&effort, held);
        Self { principal, privilege, steps, effort, standing }
    }
}

impl Step {
    fn effort(&self) -> Effort {
        let one = Effort { steps: 1, ..Effort::default() };
        match self {
            Self::Activate { demands, .. } => Effort {
                activations: 1,
                approvals: u32::from(demands.as_ref().is_some_and(|demands| demands.approval.is_some())),
                ..one
            },
            Self::Join { .. } | Self::Impersonate { .. } | Self::Wield { .. } => Effort { takes: 1, ..one },
            Self::Hold { .. } | Self::Belong { .. } | Self::Cover { .. } | Self::Permission { .. } => one,
        }
    }
}

impl Effort {
    const fn plus(self, other: Self) -> Self {
        Self {
            takes: self.takes + other.takes,
            approvals: self.approvals + other.approvals,
            activations: self.activations + other.activations,
            steps: self.steps + other.steps,
        }
    }
}

impl Standing {
    /// True where it is access now.
    pub const fn is_now(&self) -> bool {
        matches!(self, Self::Permanent | Self::Until(_) | Self::Activated(_))
    }

    pub(super) const fn new(effort: &Effort, held: Held) -> Self {
        match (effort, held) {
            (Effort { takes: 1.., .. }, _) => Self::CanTake,
            (Effort { activations: 1.., .. }, _) => Self::CanActivate,
            (_, Held { activated: true, until }) => Self::Activated(until),
            (_, Held { until: Some(end), .. }) => Self::Until(end),
            (_, Held { until: None, .. }) => Self::Permanent,
        }
    }
}
