//! Access reviews: is this access still needed?
//!
//! A review is a definition; each recurrence is a round with a population fixed at its start, one item per
//! holder. Source: [accessReviewScheduleDefinition](https://learn.microsoft.com/graph/api/resources/accessreviewscheduledefinition).

mod recurrence;
mod round;
mod scope;
mod summary;
mod verdict;

#[cfg(test)]
mod samples;

use serde::{Deserialize, Serialize};

use crate::{
    id::{PrincipalId, ReviewId, ReviewInstanceId, ReviewItemId},
    open_enum::open_enum,
    privilege::Privilege,
    schedule::Level,
    sensitive::Sensitive,
    time::{Period, Timestamp, Window},
};

pub use self::{
    round::{RoundMove, RoundTrigger, open_stage, reminder_at, stage_window},
    summary::ReviewSummary,
    verdict::{Outcome, StageAnswer, may_review, recommend},
};

open_enum! {
    /// Where a review or one of its rounds stands.
    pub enum ReviewStatus {
        /// Being made.
        Initializing = "initializing",
        /// Its start lies in the future.
        NotStarted = "not_started",
        /// The population is being read.
        Starting = "starting",
        /// Reviewers decide.
        InProgress = "in_progress",
        /// Being closed.
        Completing = "completing",
        /// Closed; decisions stand.
        Completed = "completed",
        /// Default decisions are being filled in.
        AutoReviewing = "auto_reviewing",
        /// Default decisions were filled in.
        AutoReviewed = "auto_reviewed",
        /// Decisions are being carried out.
        Applying = "applying",
        /// Decisions were carried out.
        Applied = "applied",
    }
}

open_enum! {
    /// A reviewer's answer on one item.
    pub enum Verdict {
        /// Still needed: keep.
        Approve = "approve",
        /// No longer needed: remove.
        Deny = "deny",
        /// The reviewer can't tell: kept.
        DontKnow = "dont_know",
        /// No answer yet.
        NotReviewed = "not_reviewed",
    }
}

open_enum! {
    /// What is decided for items nobody answered.
    pub enum DefaultDecision {
        /// Nothing: access stays.
        None = "none",
        /// Keep.
        Approve = "approve",
        /// Remove.
        Deny = "deny",
        /// What the service recommends.
        Recommendation = "recommendation",
    }
}

open_enum! {
    /// What the service recommends.
    pub enum Recommendation {
        /// Signed in of late: keep.
        Approve = "approve",
        /// Not signed in within the look-back time: remove.
        Deny = "deny",
        /// Nothing is known.
        NoInfoAvailable = "no_info_available",
    }
}

open_enum! {
    /// What became of a decision when the round was applied.
    pub enum ApplyResult {
        /// Not applied yet.
        New = "new",
        /// Done.
        AppliedSuccessfully = "applied_successfully",
        /// Failed.
        AppliedWithUnknownFailure = "applied_with_unknown_failure",
        /// The access or its holder was gone already.
        AppliedSuccessfullyButObjectNotFound = "applied_successfully_but_object_not_found",
        /// The access can't be removed by a review: a nested or synchronised group's member.
        ApplyNotSupported = "apply_not_supported",
    }
}

open_enum! {
    /// What is done with denied access.
    pub enum ApplyAction {
        /// Take the access away.
        RemoveAccess = "remove_access",
        /// Also block a guest's account, and delete it later.
        DisableAndDeleteUser = "disable_and_delete_user",
    }
}

open_enum! {
    /// Which holders a review asks about.
    pub enum Population {
        /// Those who may activate.
        Eligible = "eligible",
        /// Those who hold it standing; activations are left out.
        Active = "active",
        /// Both.
        EligibleAndActive = "eligible_and_active",
    }
}

open_enum! {
    /// Which kind of holder a review asks about.
    pub enum Reviewed {
        /// People; a role-assignable group that holds the role is one item.
        UsersAndGroups = "users_and_groups",
        /// Applications.
        ServicePrincipals = "service_principals",
    }
}

/// What a review asks about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ReviewScope {
    /// The privilege; a directory role at tenant scope stands for the role at every scope.
    pub privilege: Privilege,
    /// Which holders.
    #[serde(default = "eligible")]
    pub population: Population,
    /// Which kind of holder.
    #[serde(default = "users")]
    pub reviewed: Reviewed,
    /// Only those who have not signed in for so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inactive_for: Option<Period>,
}

const fn eligible() -> Population {
    Population::Eligible
}

const fn users() -> Reviewed {
    Reviewed::UsersAndGroups
}

open_enum! {
    /// The unit of a recurrence. The service knows no other.
    pub enum Frequency {
        /// Weeks.
        Weekly = "weekly",
        /// Months, on the day of the month of the first round.
        Monthly = "monthly",
    }
}

/// How often a review returns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Recurrence {
    /// Weeks or months.
    pub every: Frequency,
    /// How many of them lie between two rounds; 3 months make a quarter.
    pub interval: u32,
    /// When it ends.
    #[serde(default)]
    pub until: RecurrenceEnd,
}

impl Recurrence {
    /// Every three months, without end.
    pub const QUARTERLY: Self = Self { every: Frequency::Monthly, interval: 3, until: RecurrenceEnd::Never };
}

/// When a recurrence ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete: the service's range is a closed enumeration
pub enum RecurrenceEnd {
    /// It does not.
    #[default]
    Never,
    /// No round starts at or after this instant.
    At(Timestamp),
    /// After so many rounds.
    Rounds(u32),
}

/// Who reviews.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reviewer {
    /// A person.
    User(PrincipalId),
    /// Every member of a group.
    Group(PrincipalId),
    /// The holder's manager.
    Manager,
    /// The holder.
    Holder,
}

/// How a review runs. The defaults are the service's, but for the duration, which the portal proposes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ReviewSettings {
    /// How many days reviewers have; 1 to 180.
    pub duration_days: u32,
    /// How often it returns; `None` for once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<Recurrence>,
    /// What is decided for items nobody answered.
    pub default_decision: DefaultDecision,
    /// Whether decisions are carried out by themselves at the end. Together with a default decision of
    /// `deny` this takes access from everybody whom silent reviewers forgot.
    pub auto_apply: bool,
    /// Whether an approval needs a justification.
    pub justification_required: bool,
    /// Whether reviewers get mail at the start.
    pub mail: bool,
    /// Whether silent reviewers get a reminder half-way.
    pub reminders: bool,
    /// Whether the service recommends, and over how long it looks back for sign-ins.
    pub recommendations: Option<Period>,
    /// What is done with denied access.
    pub apply_action: ApplyAction,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        Self {
            duration_days: 14,
            recurrence: None,
            default_decision: DefaultDecision::None,
            auto_apply: false,
            justification_required: false,
            mail: true,
            reminders: true,
            recommendations: Some(Period::days(30)),
            apply_action: ApplyAction::RemoveAccess,
        }
    }
}

/// One stage of a review with several. Each later stage opens when the one before closes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ReviewStage {
    /// Who reviews in this stage; empty means every holder for themselves.
    pub reviewers: Vec<Reviewer>,
    /// Who reviews in this stage where there is no manager; counts instead of the review's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback_reviewers: Vec<Reviewer>,
    /// How many days it lasts; counts instead of the settings' duration.
    pub duration_days: u32,
    /// The verdicts with which an item goes on to the next stage; empty means all.
    #[serde(default)]
    pub goes_on_with: Vec<Verdict>,
}

/// A review to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NewReview {
    /// What it is called.
    pub name: String,
    /// What it asks about.
    pub scope: ReviewScope,
    /// Who reviews; empty means every holder for themselves. Ignored where there are stages.
    #[serde(default)]
    pub reviewers: Vec<Reviewer>,
    /// Who reviews where there is no manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback_reviewers: Vec<Reviewer>,
    /// When the first round starts; absent means now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// How it runs.
    #[serde(default)]
    pub settings: ReviewSettings,
    /// The stages, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<ReviewStage>,
}

/// A review as the service keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccessReview {
    /// The service's id.
    pub id: ReviewId,
    /// Where it stands.
    pub status: ReviewStatus,
    /// What was asked for.
    pub definition: NewReview,
    /// Who made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<PrincipalId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
}

impl AccessReview {
    /// A review of which only this is known.
    pub const fn new(id: ReviewId, status: ReviewStatus, definition: NewReview) -> Self {
        Self { id, status, definition, created_by: None, created: None }
    }
}

/// How to find a round again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a key
pub struct RoundKey {
    /// The review.
    pub review: ReviewId,
    /// The round.
    pub round: ReviewInstanceId,
}

/// One round of a review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewRound {
    /// Its review and id.
    pub key: RoundKey,
    /// Where it stands.
    pub status: ReviewStatus,
    /// From when to when reviewers may answer.
    pub window: Window,
    /// The stage that is open, counted from 0; 0 where there are no stages.
    #[serde(default)]
    pub stage: u32,
}

impl ReviewRound {
    /// A round in its first stage.
    pub const fn new(key: RoundKey, status: ReviewStatus, window: Window) -> Self {
        Self { key, status, window, stage: 0 }
    }
}

/// One question of a round: does this holder still need this?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReviewItem {
    /// The item's id.
    pub id: ReviewItemId,
    /// The round it belongs to.
    pub round: RoundKey,
    /// Who holds it.
    pub principal: PrincipalId,
    /// What is held.
    pub privilege: Privilege,
    /// As eligibility or as assignment.
    pub level: Level,
    /// The answer so far.
    pub verdict: Verdict,
    /// Who answered; `None` for nobody yet and for default decisions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<PrincipalId>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<Timestamp>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
    /// What the service recommends.
    pub recommendation: Recommendation,
    /// When the holder last activated it; `None` for never, or where the service does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activated: Option<Timestamp>,
    /// What became of the decision.
    pub applied: ApplyResult,
    /// Who carried it out, where not the service by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_by: Option<PrincipalId>,
    /// How earlier stages ended, one entry for each; the fields above belong to the stage that the item has
    /// reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<StageAnswer>,
}

impl ReviewItem {
    /// An unanswered item.
    pub const fn new(
        id: ReviewItemId,
        round: RoundKey,
        principal: PrincipalId,
        privilege: Privilege,
        level: Level,
    ) -> Self {
        Self {
            id,
            round,
            principal,
            privilege,
            level,
            verdict: Verdict::NotReviewed,
            decided_by: None,
            decided_at: None,
            justification: None,
            recommendation: Recommendation::NoInfoAvailable,
            last_activated: None,
            applied: ApplyResult::New,
            applied_by: None,
            earlier: Vec::new(),
        }
    }
}

/// An answer to give.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NewVerdict {
    /// On which item.
    pub item: ReviewItemId,
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub justification: Option<Sensitive<String>>,
}
