//! Settings, changes and paths in words.

use pim_core::{
    policy::{ApprovalSetting, NotificationLevel, Requirement, RuleKind, Setting},
    time::Expiry,
};

use super::{
    text::{instant, list, period},
    view::View,
};

/// What a rule is about.
pub(super) fn rule(kind: &RuleKind) -> String {
    let words = match kind {
        RuleKind::ExpirationAdminEligibility => "longest eligibility",
        RuleKind::EnablementAdminEligibility => "asked of who makes eligible",
        RuleKind::ExpirationAdminAssignment => "longest assignment",
        RuleKind::EnablementAdminAssignment => "asked of who assigns",
        RuleKind::ExpirationEndUserAssignment => "longest activation",
        RuleKind::EnablementEndUserAssignment => "asked of who activates",
        RuleKind::ApprovalEndUserAssignment => "approval of activations",
        RuleKind::AuthenticationContextEndUserAssignment => "sign-in demanded of who activates",
        RuleKind::NotificationAdminAdminEligibility => "mail to administrators: made eligible",
        RuleKind::NotificationRequestorAdminEligibility => "mail to the holder: made eligible",
        RuleKind::NotificationApproverAdminEligibility => "mail to approvers: eligibility renewed",
        RuleKind::NotificationAdminAdminAssignment => "mail to administrators: assigned",
        RuleKind::NotificationRequestorAdminAssignment => "mail to the holder: assigned",
        RuleKind::NotificationApproverAdminAssignment => "mail to approvers: assignment renewed",
        RuleKind::NotificationAdminEndUserAssignment => "mail to administrators: activated",
        RuleKind::NotificationRequestorEndUserAssignment => "mail to the holder: activated",
        RuleKind::NotificationApproverEndUserAssignment => "mail to approvers: activation waits",
        other => other.as_str(),
    };
    words.to_owned()
}

/// What a rule says.
pub(super) fn setting(view: &View<'_>, setting: &Setting) -> String {
    match setting {
        Setting::Expiration { required: false, .. } => "no end needed".to_owned(),
        Setting::Expiration { max: Some(max), .. } => format!("at most {}", period(*max)),
        Setting::Expiration { max: None, .. } => "must end".to_owned(),
        Setting::Enablement { required } if required.is_empty() => "nothing".to_owned(),
        Setting::Enablement { required } => {
            list(&required.iter().map(|one| requirement(one).to_owned()).collect::<Vec<_>>())
        }
        Setting::Approval(approval) => approvers(view, approval),
        Setting::AuthenticationContext { enabled: true, context: Some(context) } => {
            format!("authentication context {context}")
        }
        Setting::AuthenticationContext { enabled: true, context: None } => {
            "an authentication context that is not named".to_owned()
        }
        Setting::AuthenticationContext { enabled: false, .. } => "the usual".to_owned(),
        Setting::Notification(mail) => {
            let level = match &mail.level {
                NotificationLevel::None => "none",
                NotificationLevel::Critical => "only those that ask for an act",
                NotificationLevel::All => "all",
                other => other.as_str(),
            };
            let usual = if mail.default_recipients { "" } else { ", not to the usual recipients" };
            match mail.recipients.len() {
                0 => format!("{level}{usual}"),
                n => format!("{level}{usual}, also to {n} more"),
            }
        }
        Setting::Unknown { type_name, .. } => format!("a rule of the type {type_name}"),
        _ => "a rule that this version can't describe".to_owned(),
    }
}

/// Until when a grant is to last.
pub(super) fn expiry(expiry: Option<&Expiry>) -> String {
    match expiry {
        None | Some(Expiry::Never) => "without end".to_owned(),
        Some(Expiry::At(end)) => format!("until {}", instant(*end)),
        Some(Expiry::After(length)) => format!("for {}", period(*length)),
    }
}

fn requirement(one: &Requirement) -> &str {
    match one {
        Requirement::Mfa => "multi-factor sign-in",
        Requirement::Justification => "a justification",
        Requirement::Ticketing => "a ticket",
        other => other.as_str(),
    }
}

fn approvers(view: &View<'_>, approval: &ApprovalSetting) -> String {
    if !approval.required {
        return "none".to_owned();
    }
    let names: Vec<_> = approval.approvers().map(|approver| view.principal(&approver.id)).collect();
    if names.is_empty() { "by whoever the service names".to_owned() } else { format!("by {}", list(&names)) }
}
