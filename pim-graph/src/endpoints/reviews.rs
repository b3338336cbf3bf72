//! Access reviews.
//! Source: [accessReviewSet](https://learn.microsoft.com/graph/api/resources/accessreviewset).

use pim_core::{
    id::{ReviewId, ReviewItemId},
    review::RoundKey,
};

use super::{Place, Version};

const ROOT: &str = "/identityGovernance/accessReviews";

/// The reviews. Takes `$select $filter $orderby $skip $top`; a page holds 100 unless told.
pub fn definitions() -> Place {
    Place::at(Version::V1, ROOT).then("definitions")
}

/// Those the caller reviews.
pub fn my_definitions() -> Place {
    definitions().by_current_user("reviewer")
}

/// One review. Replacing it needs the whole object and counts for later rounds only.
pub fn definition(id: &ReviewId) -> Place {
    definitions().id(id)
}

/// The rounds of a review.
pub fn instances(review: &ReviewId) -> Place {
    definition(review).then("instances")
}

/// The rounds of a review in which the caller reviews.
pub fn my_instances(review: &ReviewId) -> Place {
    instances(review).by_current_user("reviewer")
}

/// One round.
pub fn instance(key: &RoundKey) -> Place {
    instances(&key.review).id(&key.round)
}

/// Who got mail in a round.
pub fn contacted_reviewers(key: &RoundKey) -> Place {
    instance(key).then("contactedReviewers")
}

/// The stages of a round.
pub fn stages(key: &RoundKey) -> Place {
    instance(key).then("stages")
}

/// One stage of a round.
pub fn stage(key: &RoundKey, stage: &str) -> Place {
    stages(key).id(stage)
}

/// The decisions of one stage.
pub fn stage_decisions(key: &RoundKey, stage: &str) -> Place {
    self::stage(key, stage).then("decisions")
}

/// Closes a stage.
pub fn stop_stage(key: &RoundKey, stage: &str) -> Place {
    self::stage(key, stage).then("stop")
}

/// The decisions of a round.
pub fn decisions(key: &RoundKey) -> Place {
    instance(key).then("decisions")
}

/// The decisions of a round that the caller is to take.
pub fn my_decisions(key: &RoundKey) -> Place {
    decisions(key).by_current_user("reviewer")
}

/// The decisions of all rounds that the caller is to take. Beta only.
pub fn all_my_decisions() -> Place {
    Place::at(Version::Beta, ROOT).then("decisions").by_current_user("reviewer")
}

/// One decision.
pub fn decision(key: &RoundKey, item: &ReviewItemId) -> Place {
    decisions(key).id(item)
}

/// What can be done with a round as a whole. All answer 204.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RoundAct {
    /// Closes it.
    Stop,
    /// Carries out the decisions of a completed round.
    Apply,
    /// Takes all decisions back.
    Reset,
    /// Mails those who have not decided.
    Remind,
    /// Decides what the caller has not decided as the service recommends. Delegated only.
    AcceptRecommendations,
    /// Decides several items at once; this one has a body.
    RecordDecisions,
}

/// Where that is done.
pub fn act(key: &RoundKey, act: RoundAct) -> Place {
    instance(key).then(match act {
        RoundAct::Stop => "stop",
        RoundAct::Apply => "applyDecisions",
        RoundAct::Reset => "resetDecisions",
        RoundAct::Remind => "sendReminder",
        RoundAct::AcceptRecommendations => "acceptRecommendations",
        RoundAct::RecordDecisions => "batchRecordDecisions",
    })
}

/// Reports on reviews of the past. Gone after 30 days.
pub fn histories() -> Place {
    Place::at(Version::V1, ROOT).then("historyDefinitions")
}

/// One of them.
pub fn history(id: &str) -> Place {
    histories().id(id)
}

/// Its reports.
pub fn history_instances(id: &str) -> Place {
    history(id).then("instances")
}

/// Makes the link to one report, which must be done; it lives 24 hours.
pub fn history_download(id: &str, instance: &str) -> Place {
    history_instances(id).id(instance).then("generateDownloadUri")
}
