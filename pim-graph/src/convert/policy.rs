//! Policies and their rules, both ways.

use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    policy::{
        ApprovalMode, ApprovalSetting, ApprovalStageSetting, Approver, ApproverKind, NotificationLevel,
        NotificationSetting, Policy, Requirement, Rule, RuleKind, Setting,
    },
    privilege::{GroupAccess, Privilege},
};
use serde_json::Number;

use super::{
    field::{id, malformed, maybe_id, parse, period, time},
    word::{self, type_name},
};
use crate::wire::{self, Member, Text};

const TYPE: &str = "#microsoft.graph.unifiedRoleManagementPolicy";

/// The policy of a policy assignment that was read with `$expand=policy($expand=rules)`, and what it governs.
///
/// # Errors
/// `Malformed` where the policy was not brought along, or does not tell what it governs.
pub fn assigned(read: &wire::PolicyAssignment) -> Result<Policy> {
    let subject = subject(read)?;
    policy(subject, read.policy.get().ok_or_else(|| malformed("policy"))?)
}

/// What a policy assignment is about.
///
/// # Errors
/// `Malformed` where scope or role are missing.
pub fn subject(read: &wire::PolicyAssignment) -> Result<Privilege> {
    let role = read.role_definition_id.text().ok_or_else(|| malformed("roleDefinitionId"))?;
    let is_group = read.scope_type.text().is_some_and(|kind| kind.eq_ignore_ascii_case("group"));
    Ok(if is_group {
        Privilege::Group { group: id(&read.scope_id, "scopeId")?, access: GroupAccess::from(role) }
    } else {
        Privilege::role(parse(role, "roleDefinitionId")?)
    })
}

/// A policy with its rules.
///
/// # Errors
/// `Malformed` where the policy or a rule cannot be read.
pub fn policy(subject: Privilege, read: &wire::Policy) -> Result<Policy> {
    let rules = read.rules.items().iter().map(rule).collect::<Result<_>>()?;
    let mut policy = Policy::new(id(&read.id, "id")?, subject, rules);
    policy.modified = time(&read.last_modified_date_time, "lastModifiedDateTime")?;
    Ok(policy)
}

/// One rule. A type that is not known is kept whole.
///
/// # Errors
/// `Malformed` where the rule has no id, or what its type is about is missing.
pub fn rule(read: &wire::PolicyRule) -> Result<Rule> {
    let kind = RuleKind::from(read.id.text().ok_or_else(|| malformed("rules.id"))?);
    let type_of = type_name(read.odata_type.text().unwrap_or_default());
    let suffix = type_of.strip_prefix("unifiedRoleManagementPolicy").unwrap_or_default();
    let setting = match suffix {
        "ExpirationRule" => Setting::Expiration {
            required: read.is_expiration_required.is_true(),
            max: period(&read.maximum_duration, "rules.maximumDuration")?,
        },
        "EnablementRule" => Setting::Enablement {
            required: read.enabled_rules.items().iter().map(|word| Requirement::from(&**word)).collect(),
        },
        "AuthenticationContextRule" => Setting::AuthenticationContext {
            enabled: read.is_enabled.is_true(),
            context: maybe_id(&read.claim_value, "rules.claimValue")?,
        },
        "NotificationRule" => Setting::Notification(NotificationSetting {
            level: NotificationLevel::from(read.notification_level.text().unwrap_or_default()),
            default_recipients: read.is_default_recipients_enabled.is_true(),
            recipients: read.notification_recipients.items().iter().map(|mail| (&**mail).into()).collect(),
        }),
        "ApprovalRule" => {
            Setting::Approval(approval(read.setting.get().ok_or_else(|| malformed("rules.setting"))?)?)
        }
        _ => unknown(read)?,
    };
    Ok(Rule { kind, setting })
}

/// A rule of another type as it stands, without the id and the type that stand beside it.
fn unknown(read: &wire::PolicyRule) -> Result<Setting> {
    let full = read.odata_type.text().unwrap_or_default().trim_start_matches('#');
    let short = full.strip_prefix("microsoft.graph.").filter(|rest| !rest.contains('.'));
    let mut rest = read.clone();
    rest.id = Member::Absent;
    rest.odata_type = Member::Absent;
    let raw = serde_json::to_value(&rest).map_err(|_| malformed("rules"))?;
    Ok(Setting::Unknown { type_name: short.unwrap_or(full).into(), raw })
}

/// The body that changes one rule. Graph wants its type, and gets id and target too, as its own pages do.
///
/// # Errors
/// `InvalidInput` for an unknown rule that does not hold one.
pub fn rule_body(rule: &Rule) -> Result<wire::PolicyRule> {
    let mut body = wire::PolicyRule {
        id: rule_id(&rule.kind).into(),
        target: rule
            .kind
            .target()
            .map(|target| {
                Box::new(wire::RuleTarget {
                    caller: word::upper(target.caller.as_str()).into(),
                    level: word::upper(target.level.as_str()).into(),
                    operations: Member::Value(vec!["All".into()]),
                    inheritable_settings: Member::Value(Vec::new()),
                    enforced_settings: Member::Value(Vec::new()),
                    ..wire::RuleTarget::default()
                })
            })
            .into(),
        ..wire::PolicyRule::default()
    };
    let suffix = match &rule.setting {
        Setting::Expiration { required, max } => {
            body.is_expiration_required = Member::Value(*required);
            body.maximum_duration = max.map(|max| Text::from(max.to_string())).into();
            "ExpirationRule"
        }
        Setting::Enablement { required } => {
            let words = required.iter().map(|word| word::upper(word.as_str()).into());
            body.enabled_rules = Member::Value(words.collect());
            "EnablementRule"
        }
        Setting::AuthenticationContext { enabled, context } => {
            body.is_enabled = Member::Value(*enabled);
            body.claim_value = context.as_ref().map_or_else(String::new, ToString::to_string).into();
            "AuthenticationContextRule"
        }
        Setting::Notification(setting) => {
            body.notification_type = "Email".into();
            body.recipient_type = recipient(&rule.kind).map(Text::from).into();
            body.notification_level = word::upper(setting.level.as_str()).into();
            body.is_default_recipients_enabled = Member::Value(setting.default_recipients);
            let mails = setting.recipients.iter().map(|mail| mail.expose().as_str().into());
            body.notification_recipients = Member::Value(mails.collect());
            "NotificationRule"
        }
        Setting::Approval(setting) => {
            body.setting = Member::Value(Box::new(approval_body(setting)));
            "ApprovalRule"
        }
        Setting::Unknown { type_name, raw } => {
            let mut body: wire::PolicyRule = serde_json::from_value(raw.clone()).map_err(|_| {
                Error::new(
                    ErrorKind::InvalidInput,
                    "a rule of an unknown type must be as the service wrote it",
                )
                .with_context("rule", &rule.kind)
            })?;
            body.id = rule_id(&rule.kind).into();
            let namespace = if type_name.contains('.') { "" } else { "microsoft.graph." };
            body.odata_type = format!("#{namespace}{type_name}").into();
            return Ok(body);
        }
        _ => {
            return Err(Error::new(ErrorKind::Unsupported, "this rule cannot be written to Microsoft Graph")
                .with_context("rule", &rule.kind));
        }
    };
    body.odata_type = format!("{TYPE}{suffix}").into();
    Ok(body)
}

/// The body that changes several rules of a policy at once.
///
/// # Errors
/// As [`rule_body`].
pub fn policy_body(rules: &[Rule]) -> Result<wire::Policy> {
    let rules = rules.iter().map(rule_body).collect::<Result<_>>()?;
    Ok(wire::Policy { rules: Member::Value(rules), ..wire::Policy::default() })
}

/// Graph's id of a rule: `Expiration_EndUser_Assignment`.
pub fn rule_id(kind: &RuleKind) -> String {
    if let RuleKind::Unknown(text) = kind {
        return text.to_string();
    }
    let words = kind
        .as_str()
        .replace("end_user", "endUser")
        .replace("authentication_context", "authenticationContext");
    words.split('_').map(word::upper).collect::<Vec<_>>().join("_")
}

/// Who gets the mail, which a notification's id tells.
fn recipient(kind: &RuleKind) -> Option<String> {
    rule_id(kind).split('_').nth(1).map(str::to_owned)
}

fn approval(read: &wire::ApprovalSettings) -> Result<ApprovalSetting> {
    Ok(ApprovalSetting {
        required: read.is_approval_required.is_true(),
        required_for_extension: read.is_approval_required_for_extension.is_true(),
        requestor_justification: read.is_requestor_justification_required.is_true(),
        mode: ApprovalMode::from(read.approval_mode.text().unwrap_or_default()),
        stages: read.approval_stages.items().iter().map(stage).collect::<Result<_>>()?,
    })
}

fn stage(read: &wire::UnifiedApprovalStage) -> Result<ApprovalStageSetting> {
    let approvers = |list: &Member<Vec<wire::SubjectSet>>| -> Result<Vec<Approver>> {
        list.items().iter().map(approver).collect()
    };
    Ok(ApprovalStageSetting {
        timeout_days: read.approval_stage_time_out_in_days.count().unwrap_or(1),
        approver_justification: read.is_approver_justification_required.is_true(),
        approvers: approvers(&read.primary_approvers)?,
        escalation_minutes: read
            .escalation_time_in_minutes
            .count()
            .filter(|_| read.is_escalation_enabled.is_true()),
        escalation_approvers: approvers(&read.escalation_approvers)?,
    })
}

/// Pages differ in the member that holds the id. A manager is a relation and has none: the empty GUID stands in.
fn approver(read: &wire::SubjectSet) -> Result<Approver> {
    let type_of = type_name(read.odata_type.text().unwrap_or_default());
    let (kind, own) = match type_of {
        "singleUser" => (ApproverKind::User, &read.user_id),
        "groupMembers" => (ApproverKind::Group, &read.group_id),
        "requestorManager" => {
            return Ok(Approver { kind: ApproverKind::Manager, id: PrincipalId::from_guid([0; 16]) });
        }
        other => (ApproverKind::from(other), &read.id),
    };
    let text = own.text().or(read.id.text()).ok_or_else(|| malformed("primaryApprovers"))?;
    Ok(Approver { kind, id: parse(text, "primaryApprovers")? })
}

fn approval_body(setting: &ApprovalSetting) -> wire::ApprovalSettings {
    let stage = |stage: &ApprovalStageSetting| wire::UnifiedApprovalStage {
        approval_stage_time_out_in_days: Member::Value(Number::from(stage.timeout_days)),
        is_approver_justification_required: Member::Value(stage.approver_justification),
        escalation_time_in_minutes: Member::Value(Number::from(stage.escalation_minutes.unwrap_or(0))),
        is_escalation_enabled: Member::Value(stage.escalation_minutes.is_some()),
        primary_approvers: Member::Value(stage.approvers.iter().map(approver_body).collect()),
        escalation_approvers: Member::Value(stage.escalation_approvers.iter().map(approver_body).collect()),
        ..wire::UnifiedApprovalStage::default()
    };
    wire::ApprovalSettings {
        is_approval_required: Member::Value(setting.required),
        is_approval_required_for_extension: Member::Value(setting.required_for_extension),
        is_requestor_justification_required: Member::Value(setting.requestor_justification),
        approval_mode: word::upper(setting.mode.as_str()).into(),
        approval_stages: Member::Value(setting.stages.iter().map(stage).collect()),
        ..wire::ApprovalSettings::default()
    }
}

fn approver_body(approver: &Approver) -> wire::SubjectSet {
    let id = || Member::from(approver.id.to_string());
    let mut body = wire::SubjectSet::default();
    let type_of = match &approver.kind {
        ApproverKind::User => {
            body.user_id = id();
            "singleUser"
        }
        ApproverKind::Group => {
            body.group_id = id();
            "groupMembers"
        }
        ApproverKind::Manager => {
            body.manager_level = Member::Value(Number::from(1));
            "requestorManager"
        }
        other => {
            body.id = id();
            other.as_str()
        }
    };
    body.odata_type = format!("#microsoft.graph.{type_of}").into();
    body
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
