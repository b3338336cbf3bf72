use pim_core::{
    error::{Error, ErrorKind, Violation},
    id::{PrincipalId, RoleId},
    privilege::Privilege,
    time::{Period, Timestamp},
};
use serde::Serialize;

/// What `--json` prints: the figures of the story.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Figures {
    /// Role definitions in the tenant, held or not.
    pub roles: usize,
    /// People, groups and applications.
    pub principals: usize,
    /// Assignments of Entra and Azure roles that stand without end, at the beginning.
    pub standing_before: usize,
    /// The same at the end.
    pub standing_after: usize,
    /// The break-glass accounts that are Global Administrator without end at the end, as they were.
    pub break_glass_kept: Vec<PrincipalId>,
    /// Standing assignments that became eligibilities.
    pub converted: usize,
    /// Standing assignments that stayed, by reason; refused ones are in `refused`.
    pub stayed: Stayed,
    /// Roles whose settings were written.
    pub settings_written: usize,
    /// Everything that was asked for and refused.
    pub refused: Vec<Refusal>,
    /// The activations that were asked for and not refused at once.
    pub activations: Vec<ActivationFigure>,
    /// Activations that ended by themselves.
    pub expired: usize,
    /// Activations that nobody decided on.
    pub timed_out: usize,
    /// Activations that an approver denied.
    pub denied: usize,
    /// Of the activations that needed approval and came to an end, the part that was approved; none where
    /// there was none.
    pub approval_rate: Option<f64>,
    /// What the review came to; nothing where there was none.
    pub review: ReviewFigures,
    /// Audit records written during the story.
    pub audit_events: usize,
}

/// Standing assignments that were not to be converted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stayed {
    /// Held by groups.
    pub groups: usize,
    /// Held by applications.
    pub applications: usize,
    /// Of Azure roles, whose administrators are others.
    pub azure: usize,
    /// The one from which the administrator works who does all this.
    pub own: usize,
}

/// Something that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Refusal {
    /// Whose request, or whose grant.
    pub principal: PrincipalId,
    /// What it was about.
    pub privilege: String,
    /// What sort of refusal.
    pub kind: ErrorKind,
    /// The code, of the service or of a guard.
    pub code: Option<String>,
    /// In words.
    pub message: String,
    /// Every demand of the policy that was not met; empty where not the policy refused.
    pub violations: Vec<ViolationFigure>,
    /// The stronger sign-in that is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_up: Option<String>,
}

/// A demand that was not met.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ViolationFigure {
    /// Which.
    pub rule: String,
    /// In words.
    pub message: String,
    /// The longest time allowed, where that was exceeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Period>,
}

/// One activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ActivationFigure {
    /// Who.
    pub principal: PrincipalId,
    /// Which role.
    pub role: RoleId,
    /// The request's last status, in the service's words; it stays `provisioned` after the activation ended.
    pub status: String,
    /// How it ended: `expired`, `deactivated`, `denied` or `timed_out`.
    pub ended: String,
    /// When access began; none where it never did.
    pub starts: Option<Timestamp>,
    /// When access ended.
    pub ends: Option<Timestamp>,
    /// Who approved, where that was needed and done.
    pub approved_by: Option<PrincipalId>,
}

/// What a review came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ReviewFigures {
    /// How many were asked about.
    pub items: u64,
    /// Approved by a reviewer.
    pub approved: u64,
    /// Denied by a reviewer.
    pub denied: u64,
    /// Left without answer.
    pub no_response: u64,
    /// Eligibilities that are gone.
    pub removed: u64,
}

impl Refusal {
    pub(super) fn new(principal: &PrincipalId, privilege: &Privilege, error: &Error) -> Self {
        let violation = |violation: &Violation| ViolationFigure {
            rule: violation.rule.to_string(),
            message: violation.message.to_string(),
            limit: violation.limit,
        };
        Self {
            principal: principal.clone(),
            privilege: privilege.to_string(),
            kind: error.kind(),
            code: error.code().map(str::to_owned),
            message: error.message().to_owned(),
            violations: error.violations().iter().map(violation).collect(),
            step_up: error.step_up().map(super::ways::sign_in),
        }
    }
}
