//! Reading rules that are written.

use std::collections::BTreeSet;

use pim_core::policy::{
    ApprovalMode, ApprovalSetting, ApprovalStageSetting, Approver, NotificationLevel, NotificationSetting,
    Requirement, Rule, RuleKind, Setting,
};
use serde_json::{Map, Value};

use crate::refusal::Refusal;

const TYPE: &str = "#microsoft.graph.unifiedRoleManagementPolicy";

/// The rules of a whole policy.
pub(super) fn rules(body: &Map<String, Value>) -> Result<Vec<Rule>, Refusal> {
    let rules = body.get("rules").and_then(Value::as_array);
    let rules = rules.ok_or_else(|| Refusal::bad_request("The property 'rules' is needed."))?;
    rules
        .iter()
        .map(|one| match one {
            Value::Object(members) => rule(members, None),
            _ => Err(Refusal::bad_request("A rule is an object.")),
        })
        .collect()
}

/// One rule, whose id may stand in the address instead.
pub(super) fn rule(body: &Map<String, Value>, id: Option<&str>) -> Result<Rule, Refusal> {
    let type_name = body.get("@odata.type").and_then(Value::as_str).ok_or_else(|| {
        Refusal::bad_request("A type named by '@odata.type' is needed: the rule's type is abstract.")
    })?;
    let is_single = id.is_some();
    let id = body.get("id").and_then(Value::as_str).or(id);
    let kind = RuleKind::from(id.ok_or_else(|| Refusal::bad_request("The property 'id' is needed."))?);
    let plain = type_name.trim_start_matches('#');
    let short = plain.strip_prefix(TYPE.trim_start_matches('#'));
    if let RuleKind::Unknown(text) = &kind {
        if is_single || short.is_some() {
            return Err(Refusal::not_found(format!("The policy has no rule '{text}'.")));
        }
        return Ok(unknown(kind, plain, body));
    }
    let short = short.unwrap_or(plain);
    Ok(Rule { kind, setting: setting(short, body)? })
}

/// A rule of a newer kind, kept as it came: a whole policy is written back with all that was read of it.
fn unknown(kind: RuleKind, type_name: &str, body: &Map<String, Value>) -> Rule {
    let mut raw = body.clone();
    for member in ["@odata.type", "id"] {
        raw.remove(member);
    }
    let short = type_name.strip_prefix("microsoft.graph.").filter(|rest| !rest.contains('.'));
    let type_name = short.unwrap_or(type_name);
    Rule { kind, setting: Setting::Unknown { type_name: type_name.into(), raw: Value::Object(raw) } }
}

fn setting(type_name: &str, body: &Map<String, Value>) -> Result<Setting, Refusal> {
    let flag = |name: &str| body.get(name).and_then(Value::as_bool);
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match type_name {
        "ExpirationRule" => Ok(Setting::Expiration {
            required: flag("isExpirationRequired").unwrap_or(false),
            max: text("maximumDuration").map(str::parse).transpose()?,
        }),
        "EnablementRule" => {
            let required = body.get("enabledRules").and_then(Value::as_array).into_iter().flatten();
            let required: BTreeSet<Requirement> =
                required.filter_map(Value::as_str).map(Requirement::from).collect();
            Ok(Setting::Enablement { required })
        }
        "AuthenticationContextRule" => Ok(Setting::AuthenticationContext {
            enabled: flag("isEnabled").unwrap_or(false),
            context: text("claimValue").filter(|value| !value.is_empty()).map(str::parse).transpose()?,
        }),
        "NotificationRule" => {
            let recipients =
                body.get("notificationRecipients").and_then(Value::as_array).into_iter().flatten();
            Ok(Setting::Notification(NotificationSetting {
                level: NotificationLevel::from(text("notificationLevel").unwrap_or("All")),
                default_recipients: flag("isDefaultRecipientsEnabled").unwrap_or(true),
                recipients: recipients.filter_map(Value::as_str).map(Into::into).collect(),
            }))
        }
        "ApprovalRule" => match body.get("setting") {
            Some(Value::Object(setting)) => Ok(Setting::Approval(approval(setting)?)),
            _ => Err(Refusal::bad_request("The property 'setting' is needed.")),
        },
        other => Err(Refusal::bad_request(format!("A type named '{other}' is not known as a rule."))),
    }
}

fn approval(setting: &Map<String, Value>) -> Result<ApprovalSetting, Refusal> {
    let flag = |name: &str| setting.get(name).and_then(Value::as_bool);
    let stages = setting.get("approvalStages").and_then(Value::as_array).into_iter().flatten();
    Ok(ApprovalSetting {
        required: flag("isApprovalRequired").unwrap_or(false),
        required_for_extension: flag("isApprovalRequiredForExtension").unwrap_or(false),
        requestor_justification: flag("isRequestorJustificationRequired").unwrap_or(true),
        mode: ApprovalMode::from(
            setting.get("approvalMode").and_then(Value::as_str).unwrap_or("SingleStage"),
        ),
        stages: stages.map(stage).collect::<Result<_, _>>()?,
    })
}

fn stage(stage: &Value) -> Result<ApprovalStageSetting, Refusal> {
    let number = |name: &str| stage.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    Ok(ApprovalStageSetting {
        timeout_days: number("approvalStageTimeOutInDays").unwrap_or(1),
        approver_justification: stage
            .get("isApproverJustificationRequired")
            .and_then(Value::as_bool)
            .unwrap_or(true),
        approvers: approvers(stage.get("primaryApprovers"))?,
        escalation_minutes: number("escalationTimeInMinutes").filter(|minutes| *minutes > 0),
        escalation_approvers: approvers(stage.get("escalationApprovers"))?,
    })
}

/// The pages write `userId` or `groupId`, and `id` for either.
fn approvers(list: Option<&Value>) -> Result<Vec<Approver>, Refusal> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.map(|one| {
        let text = |name: &str| one.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let kind = text("@odata.type").unwrap_or_default().trim_start_matches('#');
        let id = text("userId").or_else(|| text("groupId")).or_else(|| text("id"));
        let id = id.ok_or_else(|| Refusal::bad_request("The policy is invalid: an approver has no id."))?;
        match kind {
            "microsoft.graph.singleUser" => Ok(Approver::user(id.parse()?)),
            "microsoft.graph.groupMembers" => Ok(Approver::group(id.parse()?)),
            other => Err(Refusal::not_emulated(&format!("approvers of the type '{other}'"))),
        }
    })
    .collect()
}
