use super::{
    Move, NeedsApproval, Reply,
    Start::{self, Later, Now},
    Trigger,
};
use crate::request::{
    Action,
    RequestStatus::{self, *},
};

/// How a service answers each action.
///
/// Not settled by any documentation or recorded reply: `SelfExtend` and `SelfRenew` (`docs/open-questions.md`,
/// Q3), and that an extension or renewal with a future start is answered as an assignment is.
pub const REPLIES: &[Reply] = &[
    answer(Action::AdminAssign, None, Some(Now), Provisioned),
    answer(Action::AdminAssign, None, Some(Later), Granted),
    answer(Action::AdminUpdate, None, Some(Now), Provisioned),
    answer(Action::AdminUpdate, None, Some(Later), Granted),
    answer(Action::AdminExtend, None, Some(Now), Provisioned),
    answer(Action::AdminExtend, None, Some(Later), Granted),
    answer(Action::AdminRenew, None, Some(Now), Provisioned),
    answer(Action::AdminRenew, None, Some(Later), Granted),
    answer(Action::AdminRemove, None, None, Revoked),
    answer(Action::SelfActivate, Some(NeedsApproval::No), Some(Now), Provisioned),
    answer(Action::SelfActivate, Some(NeedsApproval::No), Some(Later), Granted),
    answer(Action::SelfActivate, Some(NeedsApproval::Yes), Some(Now), PendingApproval),
    answer(Action::SelfActivate, Some(NeedsApproval::Yes), Some(Later), PendingApprovalProvisioning),
    answer(Action::SelfDeactivate, None, None, Revoked),
    answer(Action::SelfExtend, None, None, PendingAdminDecision),
    answer(Action::SelfRenew, None, None, PendingAdminDecision),
];

/// Every move between two statuses. Nothing leaves `Provisioned`: a grant ends through its schedule or through
/// another request.
///
/// `PendingApprovalProvisioning` approved after its start begins at once: see `docs/open-questions.md`, Q13.
pub const MOVES: &[Move] = &[
    submitted(PendingEvaluation),
    submitted(PendingApproval),
    submitted(PendingApprovalProvisioning),
    submitted(PendingAdminDecision),
    submitted(Granted),
    submitted(PendingProvisioning),
    submitted(Provisioned),
    submitted(Revoked),
    submitted(Failed),
    step(PendingApproval, Trigger::Approved, Some(Later), Granted),
    step(PendingApproval, Trigger::Approved, Some(Now), Provisioned),
    step(PendingApproval, Trigger::ProvisioningQueued, None, PendingProvisioning),
    step(PendingApproval, Trigger::Denied, None, Denied),
    step(PendingApproval, Trigger::TimedOut, None, TimedOut),
    step(PendingApproval, Trigger::Canceled, None, Canceled),
    step(PendingApproval, Trigger::Failed, None, Failed),
    step(PendingApprovalProvisioning, Trigger::Approved, Some(Later), Granted),
    step(PendingApprovalProvisioning, Trigger::Approved, Some(Now), Provisioned),
    step(PendingApprovalProvisioning, Trigger::Denied, None, Denied),
    step(PendingApprovalProvisioning, Trigger::TimedOut, None, TimedOut),
    step(PendingApprovalProvisioning, Trigger::Canceled, None, Canceled),
    step(PendingAdminDecision, Trigger::AdminApproved, Some(Later), AdminApproved),
    step(PendingAdminDecision, Trigger::AdminApproved, Some(Now), Provisioned),
    step(PendingAdminDecision, Trigger::AdminDenied, None, AdminDenied),
    step(PendingAdminDecision, Trigger::TimedOut, None, TimedOut),
    step(PendingAdminDecision, Trigger::Canceled, None, Canceled),
    step(Granted, Trigger::ProvisioningQueued, None, PendingProvisioning),
    step(Granted, Trigger::ScheduleQueued, None, PendingScheduleCreation),
    step(Granted, Trigger::ScheduleWritten, None, ScheduleCreated),
    step(Granted, Trigger::ProvisioningBegan, None, ProvisioningStarted),
    step(Granted, Trigger::StartReached, Some(Now), Provisioned),
    step(Granted, Trigger::Failed, None, Failed),
    step(Granted, Trigger::Canceled, None, Canceled),
];

const fn answer(
    action: Action,
    approval: Option<NeedsApproval>,
    start: Option<Start>,
    status: RequestStatus,
) -> Reply {
    Reply { action, approval, start, status }
}

const fn submitted(to: RequestStatus) -> Move {
    Move { from: None, trigger: Trigger::Submitted, start: None, to }
}

const fn step(from: RequestStatus, trigger: Trigger, start: Option<Start>, to: RequestStatus) -> Move {
    Move { from: Some(from), trigger, start, to }
}
