//! The 17 rules of a policy, and room for those to come.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    id::{ContextId, PrincipalId},
    open_enum::open_enum,
    schedule::Level,
    sensitive::Sensitive,
    time::Period,
};

open_enum! {
    /// Which rule. Named `{kind}_{caller}_{level}`, notifications `notification_{recipient}_{caller}_{level}`;
    /// reading accepts the service's own ids, such as `Expiration_EndUser_Assignment`.
    pub enum RuleKind {
        /// Longest eligibility.
        ExpirationAdminEligibility = "expiration_admin_eligibility",
        /// What an administrator must give to make someone eligible.
        EnablementAdminEligibility = "enablement_admin_eligibility",
        /// Longest active assignment.
        ExpirationAdminAssignment = "expiration_admin_assignment",
        /// What an administrator must give to assign.
        EnablementAdminAssignment = "enablement_admin_assignment",
        /// Longest activation.
        ExpirationEndUserAssignment = "expiration_end_user_assignment",
        /// What an activation must come with.
        EnablementEndUserAssignment = "enablement_end_user_assignment",
        /// Whose approval an activation needs.
        ApprovalEndUserAssignment = "approval_end_user_assignment",
        /// Which authentication context an activation needs.
        AuthenticationContextEndUserAssignment = "authentication_context_end_user_assignment",
        /// Mail to administrators: someone became eligible.
        NotificationAdminAdminEligibility = "notification_admin_admin_eligibility",
        /// Mail to the holder: you became eligible.
        NotificationRequestorAdminEligibility = "notification_requestor_admin_eligibility",
        /// Mail to approvers: an eligibility is to be renewed or extended.
        NotificationApproverAdminEligibility = "notification_approver_admin_eligibility",
        /// Mail to administrators: someone was assigned.
        NotificationAdminAdminAssignment = "notification_admin_admin_assignment",
        /// Mail to the holder: you were assigned.
        NotificationRequestorAdminAssignment = "notification_requestor_admin_assignment",
        /// Mail to approvers: an assignment is to be renewed or extended.
        NotificationApproverAdminAssignment = "notification_approver_admin_assignment",
        /// Mail to administrators: someone activated.
        NotificationAdminEndUserAssignment = "notification_admin_end_user_assignment",
        /// Mail to the holder: your activation.
        NotificationRequestorEndUserAssignment = "notification_requestor_end_user_assignment",
        /// Mail to approvers: an activation waits.
        NotificationApproverEndUserAssignment = "notification_approver_end_user_assignment",
    }
}

open_enum! {
    /// Whose act a rule governs.
    pub enum RuleCaller {
        /// An administrator's.
        Admin = "admin",
        /// The holder's.
        EndUser = "end_user",
    }
}

/// What a rule governs: whose act, on which family of grants.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // complete by definition
pub struct RuleTarget {
    /// Whose act.
    pub caller: RuleCaller,
    /// Which family.
    pub level: Level,
}

impl RuleKind {
    /// What the rule governs, read off its name; `None` for an unknown one whose name does not tell.
    pub fn target(&self) -> Option<RuleTarget> {
        let name = self.as_str().to_ascii_lowercase().replace('_', "");
        let (rest, level) = match (name.strip_suffix("eligibility"), name.strip_suffix("assignment")) {
            (Some(rest), _) => (rest, Level::Eligibility),
            (_, Some(rest)) => (rest, Level::Assignment),
            _ => return None,
        };
        let caller = if rest.ends_with("enduser") {
            RuleCaller::EndUser
        } else if rest.ends_with("admin") {
            RuleCaller::Admin
        } else {
            return None;
        };
        Some(RuleTarget { caller, level })
    }
}

/// One rule: which, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Rule {
    /// Which rule.
    pub kind: RuleKind,
    /// What it says.
    pub setting: Setting,
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Setting {
    /// How long at most.
    Expiration {
        /// Whether there must be an end at all.
        required: bool,
        /// The longest time; `None` where the service gives none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Period>,
    },
    /// What must be given.
    Enablement {
        /// All that must be given.
        required: BTreeSet<Requirement>,
    },
    /// Whose approval is needed.
    Approval(ApprovalSetting),
    /// Which authentication context is needed.
    AuthenticationContext {
        /// Whether the rule is on.
        enabled: bool,
        /// Which context; kept by the service while the rule is off.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        context: Option<ContextId>,
    },
    /// Who gets mail.
    Notification(NotificationSetting),
    /// A rule of a type this version does not know, verbatim.
    Unknown {
        /// The service's name of the type.
        type_name: Box<str>,
        /// The rest of the rule as it came: all but its type and the name of its kind.
        raw: serde_json::Value,
    },
}

open_enum! {
    /// Something that must be given with a request.
    pub enum Requirement {
        /// A multi-factor sign-in.
        Mfa = "multi_factor_authentication",
        /// A reason.
        Justification = "justification",
        /// A ticket; on activation only.
        Ticketing = "ticketing",
    }
}

open_enum! {
    /// How several stages of approval go together.
    pub enum ApprovalMode {
        /// No approval.
        NoApproval = "no_approval",
        /// One stage: what PIM offers.
        SingleStage = "single_stage",
        /// Stages one after the other.
        Serial = "serial",
        /// Stages at once.
        Parallel = "parallel",
    }
}

/// Whether and how approval is needed.
///
/// Source: [approvalSettings](https://learn.microsoft.com/graph/api/resources/approvalsettings).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ApprovalSetting {
    /// Whether activation needs approval.
    pub required: bool,
    /// Whether extension needs it.
    #[serde(default)]
    pub required_for_extension: bool,
    /// Whether the requestor must say why.
    #[serde(default = "yes")]
    pub requestor_justification: bool,
    /// How stages go together.
    #[serde(default = "single_stage")]
    pub mode: ApprovalMode,
    /// The stages. The service keeps one even while approval is off.
    pub stages: Vec<ApprovalStageSetting>,
}

/// One stage of an approval setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ApprovalStageSetting {
    /// After how many days it expires. The service holds to one day, whatever is written.
    #[serde(default = "one_day")]
    pub timeout_days: u32,
    /// Whether approvers must say why.
    #[serde(default = "yes")]
    pub approver_justification: bool,
    /// Who may approve. Empty: Global and Privileged Role Administrators for directory roles, nobody for
    /// groups and Azure roles.
    pub approvers: Vec<Approver>,
    /// After how many minutes the next approvers are asked; the field exists, PIM does not act on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation_minutes: Option<u32>,
    /// Who would be asked then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation_approvers: Vec<Approver>,
}

const fn yes() -> bool {
    true
}

const fn one_day() -> u32 {
    1
}

const fn single_stage() -> ApprovalMode {
    ApprovalMode::SingleStage
}

open_enum! {
    /// What an approver is.
    pub enum ApproverKind {
        /// A person.
        User = "user",
        /// Every member of a group.
        Group = "group",
        /// The requestor's manager.
        Manager = "manager",
    }
}

/// An approver. Two are the same when kind and id are; the service fills descriptions by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Approver {
    /// A person or a group.
    pub kind: ApproverKind,
    /// Which.
    pub id: PrincipalId,
}

impl Approver {
    /// A person.
    pub const fn user(id: PrincipalId) -> Self {
        Self { kind: ApproverKind::User, id }
    }

    /// Every member of a group.
    pub const fn group(id: PrincipalId) -> Self {
        Self { kind: ApproverKind::Group, id }
    }
}

impl ApprovalSetting {
    /// Approval by these, in one stage.
    pub fn by(approvers: impl IntoIterator<Item = Approver>) -> Self {
        Self {
            required: true,
            required_for_extension: false,
            requestor_justification: true,
            mode: ApprovalMode::SingleStage,
            stages: vec![ApprovalStageSetting {
                timeout_days: 1,
                approver_justification: true,
                approvers: approvers.into_iter().collect(),
                escalation_minutes: None,
                escalation_approvers: Vec::new(),
            }],
        }
    }

    /// No approval.
    pub fn none() -> Self {
        Self { required: false, ..Self::by([]) }
    }

    /// The approvers of every stage.
    pub fn approvers(&self) -> impl Iterator<Item = &Approver> {
        self.stages.iter().flat_map(|stage| &stage.approvers)
    }
}

open_enum! {
    /// Which mails are sent.
    pub enum NotificationLevel {
        /// None.
        None = "none",
        /// Those that ask for an act.
        Critical = "critical",
        /// All.
        All = "all",
    }
}

/// Who gets mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NotificationSetting {
    /// Which mails.
    pub level: NotificationLevel,
    /// Whether the usual recipients get them.
    pub default_recipients: bool,
    /// Further addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipients: Vec<Sensitive<String>>,
}

impl Default for NotificationSetting {
    fn default() -> Self {
        Self { level: NotificationLevel::All, default_recipients: true, recipients: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_known_rule_tells_its_target() {
        let count = |caller: RuleCaller, level: Level| {
            let target = Some(RuleTarget { caller, level });
            RuleKind::KNOWN.iter().filter(|kind| kind.target() == target).count()
        };
        assert_eq!(RuleKind::KNOWN.len(), 17);
        assert_eq!(count(RuleCaller::Admin, Level::Eligibility), 5);
        assert_eq!(count(RuleCaller::Admin, Level::Assignment), 5);
        assert_eq!(count(RuleCaller::EndUser, Level::Assignment), 7);
        assert_eq!(RuleKind::from("Expiration_EndUser_Assignment"), RuleKind::ExpirationEndUserAssignment);
        let new = RuleKind::from("CustomExtension_PreApproval_EndUser_Assignment");
        assert_eq!(new.target().map(|t| t.caller), Some(RuleCaller::EndUser));
        assert_eq!(RuleKind::from("Telepathy").target(), None);
    }
}
