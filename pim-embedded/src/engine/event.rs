//! What happened: the facts that a journal keeps and from which the state can be built again.

use std::sync::Arc;

use pim_core::{
    alert::{AlertKind, AlertThresholds},
    approval::Decision,
    audit::SignIn,
    id::{GroupId, PrincipalId, RequestId, ReviewId, ReviewInstanceId, ReviewItemId, RoleId},
    policy::{Approver, Rule},
    privilege::{Privilege, RoleDefinition},
    request::{Action, RequestStatus, Ticket},
    review::{ApplyResult, NewReview, ReviewStatus, Reviewer, Verdict},
    schedule::{Condition, Level},
    time::{Expiry, Timestamp, Window},
};
use serde::{Deserialize, Serialize};

/// A GUID of the engine's own making: a request's id, and that of the grant it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Guid(pub [u8; 16]);

impl Guid {
    /// As a request's id.
    pub const fn request(self) -> RequestId {
        RequestId::from_guid(self.0)
    }

    /// The GUID of a request's id; `None` for an id that is none of ours.
    pub fn of(id: &RequestId) -> Option<Self> {
        id.guid().map(Self)
    }
}

impl Serialize for Guid {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.request().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = RequestId::deserialize(deserializer)?;
        Self::of(&id).ok_or_else(|| serde::de::Error::custom("not a GUID"))
    }
}

/// Which family of grants; the index of the pair in which the store keeps both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Rank {
    /// May activate.
    Eligibility = 0,
    /// Holds it.
    Assignment = 1,
}

impl Rank {
    /// The rank of a level; `None` for a level this engine does not know.
    pub const fn of(level: &Level) -> Option<Self> {
        match level {
            Level::Eligibility => Some(Self::Eligibility),
            Level::Assignment => Some(Self::Assignment),
            _ => None,
        }
    }

    /// The level of this rank.
    pub const fn level(self) -> Level {
        match self {
            Self::Eligibility => Level::Eligibility,
            Self::Assignment => Level::Assignment,
        }
    }
}

/// How a grant came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum GrantOrigin {
    /// Through PIM, by an administrator.
    Assigned,
    /// Through PIM, by activation.
    Activated,
    /// Written to the directory behind PIM's back.
    OutsidePim,
}

/// Why a grant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum EndCause {
    /// Its time was up.
    Expired,
    /// An administrator took it away.
    Removed,
    /// Its holder ended it.
    Deactivated,
    /// A review denied it.
    ReviewDenied,
    /// The request behind it was withdrawn before it began.
    Canceled,
    /// The eligibility behind it was taken away, and the service was told to end what runs.
    EligibilityRemoved,
    /// Taken out of the directory behind PIM's back.
    OutsidePim,
    /// The licence for PIM ran out.
    LicenceLapsed,
}

/// A request was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a journal entry
pub struct RequestMade {
    /// Its id, and that of the grant that it makes.
    pub id: Guid,
    /// Who made it.
    pub by: PrincipalId,
    /// Whether that caller's session was multi-factor.
    pub mfa: bool,
    /// What was asked.
    pub action: Action,
    /// Of which family.
    pub rank: Rank,
    /// For whom.
    pub principal: PrincipalId,
    /// Which privilege.
    pub privilege: Privilege,
    /// How it was answered.
    pub status: RequestStatus,
    /// The start, where one is fixed.
    pub start: Option<Timestamp>,
    /// The end, as asked.
    pub expiry: Option<Expiry>,
    /// Why.
    pub justification: Option<Arc<str>>,
    /// Where it is tracked.
    pub ticket: Option<Box<Ticket>>,
    /// The eligibility to be activated.
    pub using: Option<Guid>,
    /// A condition that narrows it.
    pub condition: Option<Arc<Condition>>,
    /// Who may approve it, where that is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvers: Vec<Approver>,
}

/// A grant was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a journal entry
pub struct GrantMade {
    /// Its id; that of the request that made it.
    pub id: Guid,
    /// Whose.
    pub principal: PrincipalId,
    /// Which privilege.
    pub privilege: Privilege,
    /// Of which family.
    pub rank: Rank,
    /// How it came about.
    pub origin: GrantOrigin,
    /// From when to when.
    pub window: Window,
    /// The eligibility that was activated.
    pub using: Option<Guid>,
    /// A condition that narrows it.
    pub condition: Option<Arc<Condition>>,
    /// Whether it is in force at once.
    pub started: bool,
}

/// One fact, and when it became one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a journal entry
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub fact: Fact,
}

/// What a fact can be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// A request was made.
    RequestMade(Box<RequestMade>),
    /// A request changed its status.
    RequestMoved {
        /// Which.
        id: Guid,
        /// To what.
        to: RequestStatus,
        /// The start, where it was fixed by this.
        start: Option<Timestamp>,
        /// Who did it; `None` for the service itself.
        by: Option<PrincipalId>,
        /// Why.
        justification: Option<Arc<str>>,
    },
    /// An approver decided.
    Decided {
        /// On which request.
        id: Guid,
        /// Who.
        by: PrincipalId,
        /// What.
        decision: Decision,
        /// Why.
        justification: Option<Arc<str>>,
    },
    /// A removal was refused; the one refusal of which the service keeps a record.
    RemovalRefused {
        /// Whose grant.
        principal: PrincipalId,
        /// Which privilege.
        privilege: Privilege,
        /// Who asked.
        by: PrincipalId,
        /// The service's code.
        code: Box<str>,
    },
    /// An activation was refused; recorded only where the switch says so.
    ActivationRefused {
        /// Which privilege.
        privilege: Privilege,
        /// Who asked.
        by: PrincipalId,
        /// The service's code.
        code: Box<str>,
    },
    /// A grant was made.
    GrantMade(Box<GrantMade>),
    /// A grant's start has come.
    GrantStarted {
        /// Which.
        id: Guid,
    },
    /// A grant goes on under a new window, and under the id of the request that changed it.
    GrantChanged {
        /// Which.
        id: Guid,
        /// Its id from now on.
        new_id: Guid,
        /// Its window from now on.
        window: Window,
        /// Its condition from now on.
        condition: Option<Arc<Condition>>,
        /// Whether it is in force.
        started: bool,
    },
    /// A grant ends soon; its holder is told.
    GrantEndsSoon {
        /// Which.
        id: Guid,
    },
    /// A grant's end was put off, because nobody else was left to administer.
    GrantKept {
        /// Which.
        id: Guid,
        /// Until when; `None` for good.
        until: Option<Timestamp>,
    },
    /// A grant ended.
    GrantEnded {
        /// Which.
        id: Guid,
        /// Why.
        cause: EndCause,
        /// Who did it; `None` for the service itself.
        by: Option<PrincipalId>,
    },
    /// An ended grant can no longer be renewed.
    RenewalLapsed {
        /// Whose.
        principal: PrincipalId,
        /// Which privilege.
        privilege: Privilege,
        /// Of which family.
        rank: Rank,
    },
    /// A request was forgotten.
    RequestPurged {
        /// Which.
        id: Guid,
    },
    /// A group came under PIM; its policy ids change.
    GroupOnboarded {
        /// Which.
        group: GroupId,
        /// Who caused it.
        by: PrincipalId,
    },
    /// Rules of a policy were replaced.
    PolicyChanged {
        /// Which policy.
        subject: Privilege,
        /// The new rules.
        rules: Vec<Rule>,
        /// Who did it.
        by: PrincipalId,
    },
    /// A custom role was created or changed.
    RoleDefined {
        /// The role from now on.
        role: Box<RoleDefinition>,
        /// Who did it.
        by: PrincipalId,
    },
    /// A custom role was deleted.
    RoleRemoved {
        /// Which.
        id: RoleId,
        /// Who did it.
        by: PrincipalId,
    },
    /// A review was created.
    ReviewCreated {
        /// Its id.
        id: ReviewId,
        /// What was asked for.
        review: Box<NewReview>,
        /// When its first round starts.
        start: Timestamp,
        /// Who did it; `None` where it stands in the seed.
        by: Option<PrincipalId>,
    },
    /// A review was changed, for the rounds to come.
    ReviewChanged {
        /// Which.
        id: ReviewId,
        /// What is asked for from now on.
        review: Box<NewReview>,
        /// Who did it.
        by: PrincipalId,
    },
    /// A review was deleted with its rounds.
    ReviewDeleted {
        /// Which.
        id: ReviewId,
        /// Who did it.
        by: PrincipalId,
    },
    /// A round started: its population is fixed.
    RoundOpened {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// From when to when.
        window: Window,
        /// Who and what is reviewed.
        items: Vec<Item>,
    },
    /// Others were put in charge of a round.
    ReviewersChanged {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Who reviews from now on.
        reviewers: Vec<Reviewer>,
        /// Who does where there is no manager.
        fallback: Vec<Reviewer>,
        /// Who did it.
        by: PrincipalId,
    },
    /// A round changed its status.
    RoundMoved {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// To what.
        to: ReviewStatus,
        /// Who did it; `None` for the service itself.
        by: Option<PrincipalId>,
    },
    /// The next stage of a round opened.
    StageOpened {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Which stage, counted from 0.
        stage: u32,
    },
    /// An item was answered, by a reviewer or by default.
    VerdictGiven {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Which item.
        item: ReviewItemId,
        /// The answer.
        verdict: Verdict,
        /// Why.
        justification: Option<Arc<str>>,
        /// Who; `None` for the service's default.
        by: Option<PrincipalId>,
    },
    /// All answers of a round were taken back.
    RoundReset {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Who did it.
        by: PrincipalId,
    },
    /// A decision was carried out.
    ItemApplied {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Which item.
        item: ReviewItemId,
        /// What became of it.
        result: ApplyResult,
        /// Who did it; `None` for the service itself.
        by: Option<PrincipalId>,
    },
    /// Reviewers were reminded.
    RoundReminded {
        /// Of which review.
        review: ReviewId,
        /// The round.
        round: ReviewInstanceId,
        /// Who did it; `None` for the service itself.
        by: Option<PrincipalId>,
    },
    /// An alert looked and found this.
    AlertScanned {
        /// Which.
        kind: AlertKind,
        /// What it found, in order.
        found: Vec<Found>,
        /// Who asked it to look; `None` for its daily round.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<PrincipalId>,
    },
    /// An alert was put away until it finds something new.
    AlertDismissed {
        /// Which.
        kind: AlertKind,
        /// Who did it.
        by: PrincipalId,
    },
    /// What makes an alert fire was set.
    AlertConfigured {
        /// Which.
        kind: AlertKind,
        /// To what.
        thresholds: AlertThresholds,
        /// Who did it.
        by: PrincipalId,
    },
    /// The licence for PIM ran out: settings are gone, and PIM refuses all requests.
    LicenceLapsed,
    /// Somebody signed in, or tried.
    SignedIn(Box<SignIn>),
}

/// One question of a review round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a journal entry
pub struct Item {
    /// Its id.
    pub id: ReviewItemId,
    /// Who holds it.
    pub principal: PrincipalId,
    /// What is held.
    pub privilege: Privilege,
    /// Of which family.
    pub rank: Rank,
}

/// One finding of an alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a journal entry
pub struct Found {
    /// Whom it concerns.
    pub principal: Option<PrincipalId>,
    /// Which privilege it concerns.
    pub privilege: Option<Privilege>,
    /// The last time of what the alert watches.
    pub last: Option<Timestamp>,
}
