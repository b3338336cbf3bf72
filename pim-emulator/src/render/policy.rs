//! Role management policies, their rules and assignments.

use pim_core::{
    policy::{ApprovalSetting, Approver, ApproverKind, Policy, Rule, RuleCaller, RuleKind, Setting},
    privilege::{GroupAccess, Privilege},
};
use serde_json::{Map, Value, json};

use super::{
    grant::put,
    words::{millis, pascal, text},
};
use crate::entity::entities;

entities! {
    POLICY = "unifiedRoleManagementPolicy", [
        "id", "displayName", "description", "isOrganizationDefault", "scopeId", "scopeType",
        "lastModifiedDateTime", "lastModifiedBy"
    ], ["rules", "effectiveRules"];
    POLICY_ASSIGNMENT = "unifiedRoleManagementPolicyAssignment", [
        "id", "policyId", "scopeId", "scopeType", "roleDefinitionId"
    ], ["policy"];
    RULE = "unifiedRoleManagementPolicyRule", [
        "id", "target", "isExpirationRequired", "maximumDuration", "enabledRules", "isEnabled", "claimValue",
        "setting", "notificationType", "recipientType", "notificationLevel", "isDefaultRecipientsEnabled",
        "notificationRecipients"
    ], [];
}

/// A policy as it is asked for: directory roles are called `Directory` or `DirectoryRole`, as the filter or
/// the id said.
pub(crate) fn policy(policy: &Policy, scope_type: &str) -> Value {
    json!({
        "id": policy_id(policy, scope_type),
        "displayName": scope_type,
        "description": scope_type,
        "isOrganizationDefault": false,
        "scopeId": scope_id(&policy.subject),
        "scopeType": scope_type,
        "lastModifiedDateTime": millis(policy.modified),
        "lastModifiedBy": { "displayName": null, "id": null },
    })
}

/// The link between a policy and what it governs.
pub(crate) fn assignment(policy: &Policy, scope_type: &str) -> Value {
    let policy_id = policy_id(policy, scope_type);
    let role = subject_id(&policy.subject);
    json!({
        "id": format!("{policy_id}_{role}"),
        "policyId": policy_id,
        "scopeId": scope_id(&policy.subject),
        "scopeType": scope_type,
        "roleDefinitionId": role,
    })
}

/// What a policy governs inside its scope: a role, or `member` or `owner`.
pub(crate) fn subject_id(subject: &Privilege) -> String {
    match subject {
        Privilege::Group { access: GroupAccess::Owner, .. } => "owner".to_owned(),
        Privilege::Group { .. } => "member".to_owned(),
        other => other.role_id().map(ToString::to_string).unwrap_or_default(),
    }
}

/// Every rule of a policy.
pub(crate) fn rules(policy: &Policy) -> Vec<Value> {
    let of_group = matches!(policy.subject, Privilege::Group { .. });
    policy.rules.iter().map(|one| rule(one, of_group)).collect()
}

/// The id that a rule has on the wire, such as `Expiration_EndUser_Assignment`.
pub(crate) fn rule_id(kind: &RuleKind) -> String {
    if let RuleKind::Unknown(text) = kind {
        return text.to_string();
    }
    let joined = kind
        .as_str()
        .replace("end_user", "endUser")
        .replace("authentication_context", "authenticationContext");
    joined.split('_').map(pascal).collect::<Vec<_>>().join("_")
}

fn policy_id(policy: &Policy, scope_type: &str) -> String {
    let id = policy.id.to_string();
    match id.split_once('_') {
        Some(("DirectoryRole", rest)) => format!("{scope_type}_{rest}"),
        _ => id,
    }
}

fn scope_id(subject: &Privilege) -> String {
    subject.group_id().map_or_else(|| "/".to_owned(), ToString::to_string)
}

fn rule(rule: &Rule, of_group: bool) -> Value {
    let mut object = Map::new();
    let id = rule_id(&rule.kind);
    let type_name = match &rule.setting {
        Setting::Expiration { required, max } => {
            put(&mut object, "isExpirationRequired", *required);
            put(&mut object, "maximumDuration", text(*max));
            "Expiration"
        }
        Setting::Enablement { required } => {
            let required: Vec<String> = required.iter().map(|one| pascal(one.as_str())).collect();
            put(&mut object, "enabledRules", required);
            "Enablement"
        }
        Setting::Approval(setting) => {
            put(&mut object, "setting", approval(setting));
            "Approval"
        }
        Setting::AuthenticationContext { enabled, context } => {
            put(&mut object, "isEnabled", *enabled);
            // Directory roles show null where groups show an empty text.
            let none = if of_group { Value::from("") } else { Value::Null };
            put(
                &mut object,
                "claimValue",
                context.as_ref().map_or(none, |context| context.to_string().into()),
            );
            "AuthenticationContext"
        }
        Setting::Notification(setting) => {
            put(&mut object, "notificationType", "Email");
            put(&mut object, "recipientType", id.split('_').nth(1).unwrap_or_default());
            put(&mut object, "notificationLevel", pascal(setting.level.as_str()));
            put(&mut object, "isDefaultRecipientsEnabled", setting.default_recipients);
            let addresses: Vec<&str> = setting.recipients.iter().map(|a| a.expose().as_str()).collect();
            put(&mut object, "notificationRecipients", addresses);
            "Notification"
        }
        Setting::Unknown { type_name, raw } => {
            let mut object = raw.as_object().cloned().unwrap_or_default();
            let namespace = if type_name.contains('.') { "" } else { "microsoft.graph." };
            put(&mut object, "@odata.type", format!("#{namespace}{type_name}"));
            put(&mut object, "id", id);
            return Value::Object(object);
        }
        _ => return Value::Null,
    };
    put(&mut object, "@odata.type", format!("#microsoft.graph.unifiedRoleManagementPolicy{type_name}Rule"));
    put(&mut object, "id", id);
    put(&mut object, "target", target(&rule.kind, of_group));
    Value::Object(object)
}

/// Directory roles write `all`, groups `All`.
fn target(kind: &RuleKind, of_group: bool) -> Value {
    let target = kind.target();
    let caller = match target.as_ref().map(|target| &target.caller) {
        Some(RuleCaller::EndUser) => "EndUser",
        _ => "Admin",
    };
    let level = target.map_or_else(|| "Assignment".to_owned(), |target| pascal(target.level.as_str()));
    json!({
        "caller": caller,
        "operations": [if of_group { "All" } else { "all" }],
        "level": level,
        "inheritableSettings": [],
        "enforcedSettings": [],
    })
}

fn approval(setting: &ApprovalSetting) -> Value {
    let stages: Vec<Value> = setting
        .stages
        .iter()
        .map(|stage| {
            json!({
                "approvalStageTimeOutInDays": stage.timeout_days,
                "isApproverJustificationRequired": stage.approver_justification,
                "escalationTimeInMinutes": stage.escalation_minutes.unwrap_or(0),
                "isEscalationEnabled": stage.escalation_minutes.is_some_and(|minutes| minutes > 0),
                "primaryApprovers": stage.approvers.iter().map(approver).collect::<Vec<_>>(),
                "escalationApprovers": stage.escalation_approvers.iter().map(approver).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "isApprovalRequired": setting.required,
        "isApprovalRequiredForExtension": setting.required_for_extension,
        "isRequestorJustificationRequired": setting.requestor_justification,
        "approvalMode": pascal(setting.mode.as_str()),
        "approvalStages": stages,
    })
}

fn approver(approver: &Approver) -> Value {
    let (kind, member) = match approver.kind {
        ApproverKind::Group => ("groupMembers", "groupId"),
        ApproverKind::Manager => {
            return json!({ "@odata.type": "#microsoft.graph.requestorManager", "managerLevel": 1 });
        }
        _ => ("singleUser", "userId"),
    };
    json!({
        "@odata.type": format!("#microsoft.graph.{kind}"),
        "isBackup": false,
        member: approver.id,
        "description": null,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_ids_are_the_services() {
        let ids: Vec<String> = RuleKind::KNOWN.iter().map(rule_id).collect();
        assert_eq!(ids.len(), 17);
        for id in [
            "Expiration_EndUser_Assignment",
            "AuthenticationContext_EndUser_Assignment",
            "Notification_Approver_Admin_Eligibility",
            "Enablement_Admin_Assignment",
        ] {
            assert!(ids.iter().any(|own| own == id), "{id} is missing among {ids:?}");
        }
        for (id, kind) in ids.iter().zip(RuleKind::KNOWN) {
            assert_eq!(RuleKind::from(id.as_str()), *kind);
        }
    }
}
