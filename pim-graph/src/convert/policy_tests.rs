use super::*;
use pim_core::time::Period;
use proptest::prelude::*;
use serde_json::{Value, json};

fn back(rule: &Rule) -> Rule {
    super::rule(&rule_body(rule).unwrap()).unwrap()
}

#[test]
fn the_ids_of_the_seventeen_rules_are_graphs() {
    let ids: Vec<_> = RuleKind::KNOWN.iter().map(rule_id).collect();
    for id in [
        "Expiration_EndUser_Assignment",
        "AuthenticationContext_EndUser_Assignment",
        "Notification_Approver_Admin_Eligibility",
        "Enablement_Admin_Assignment",
    ] {
        assert!(ids.iter().any(|own| own == id), "{id}");
    }
    for (kind, id) in RuleKind::KNOWN.iter().zip(&ids) {
        assert_eq!(RuleKind::from(&**id), *kind);
    }
    assert_eq!(rule_id(&RuleKind::from("New_Rule_x")), "New_Rule_x");
}

#[test]
fn a_rule_is_written_with_type_and_target() {
    let rule = Rule {
        kind: RuleKind::NotificationApproverEndUserAssignment,
        setting: Setting::Notification(NotificationSetting {
            level: NotificationLevel::Critical,
            default_recipients: false,
            recipients: vec!["soc@example.org".into()],
        }),
    };
    assert_eq!(
        serde_json::to_value(rule_body(&rule).unwrap()).unwrap(),
        json!({
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyNotificationRule",
            "id": "Notification_Approver_EndUser_Assignment",
            "notificationType": "Email",
            "recipientType": "Approver",
            "notificationLevel": "Critical",
            "isDefaultRecipientsEnabled": false,
            "notificationRecipients": ["soc@example.org"],
            "target": {"caller": "EndUser", "level": "Assignment", "operations": ["All"],
                "inheritableSettings": [], "enforcedSettings": []},
        })
    );
}

#[test]
fn a_rule_of_an_unknown_type_is_kept_and_written_back_whole() {
    let text = json!({
        "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyTelepathyRule",
        "id": "Telepathy_EndUser_Assignment", "strength": {"of": [1, null]}, "isEnabled": null,
    });
    let rule = super::rule(&serde_json::from_value(text.clone()).unwrap()).unwrap();
    assert!(
        matches!(&rule.setting, Setting::Unknown { type_name, .. } if type_name.ends_with("TelepathyRule"))
    );
    assert_eq!(serde_json::to_value(rule_body(&rule).unwrap()).unwrap(), text);
    let broken = Rule { setting: Setting::Unknown { type_name: "x".into(), raw: Value::from(7) }, ..rule };
    assert_eq!(rule_body(&broken).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn approvers_are_read_under_either_name_of_their_id() {
    for approver in [
        json!({"@odata.type": "#microsoft.graph.singleUser", "userId": "u", "description": null}),
        json!({"@odata.type": "#microsoft.graph.singleUser", "id": "u", "isBackup": false}),
    ] {
        let rule: wire::PolicyRule = serde_json::from_value(json!({
            "@odata.type": "#microsoft.graph.unifiedRoleManagementPolicyApprovalRule",
            "id": "Approval_EndUser_Assignment",
            "setting": {"isApprovalRequired": true, "approvalMode": "SingleStage",
                "approvalStages": [{"primaryApprovers": [approver]}]},
        }))
        .unwrap();
        let Setting::Approval(setting) = super::rule(&rule).unwrap().setting else { panic!("an approval") };
        assert_eq!(setting.stages[0].approvers, [Approver::user("u".parse().unwrap())]);
    }
}

#[test]
fn a_policy_tells_what_it_governs() {
    let read = |scope: &str, kind: &str, role: &str| {
        let text = json!({"id": "p_r", "policyId": "p", "scopeId": scope, "scopeType": kind, "roleDefinitionId": role,
            "policy": {"id": "p", "lastModifiedDateTime": null, "rules": []}});
        assigned(&serde_json::from_value(text).unwrap()).unwrap().subject
    };
    assert_eq!(read("/", "DirectoryRole", "r"), Privilege::role("r".parse().unwrap()));
    assert_eq!(read("g", "Group", "owner"), Privilege::owner("g".parse().unwrap()));
    let bare: wire::PolicyAssignment =
        serde_json::from_value(json!({"scopeId": "/", "roleDefinitionId": "r"})).unwrap();
    assert_eq!(assigned(&bare).unwrap_err().kind(), ErrorKind::Malformed);
}

fn settings() -> impl Strategy<Value = Setting> {
    let approver = (any::<[u8; 16]>(), 0..2).prop_map(|(id, group)| {
        let id = PrincipalId::from_guid(id);
        if group == 1 { Approver::group(id) } else { Approver::user(id) }
    });
    let approvers = prop::collection::vec(approver, 0..3);
    prop_oneof![
        (any::<bool>(), prop::option::of(1u32..400))
            .prop_map(|(required, days)| { Setting::Expiration { required, max: days.map(Period::days) } }),
        prop::collection::btree_set(prop::sample::select(Requirement::KNOWN), 0..3)
            .prop_map(|required| Setting::Enablement { required }),
        (any::<bool>(), prop::option::of(1u8..99)).prop_map(|(enabled, context)| {
            Setting::AuthenticationContext {
                enabled,
                context: context.map(|n| format!("c{n}").parse().unwrap()),
            }
        }),
        (any::<[bool; 4]>(), approvers.clone(), approvers, prop::option::of(1u32..99)).prop_map(
            |(
                [required, required_for_extension, requestor_justification, approver_justification],
                a,
                b,
                minutes,
            )| {
                Setting::Approval(ApprovalSetting {
                    required,
                    required_for_extension,
                    requestor_justification,
                    mode: ApprovalMode::SingleStage,
                    stages: vec![ApprovalStageSetting {
                        timeout_days: 1,
                        approver_justification,
                        approvers: a,
                        escalation_minutes: minutes,
                        escalation_approvers: b,
                    }],
                })
            }
        ),
        (
            prop::sample::select(NotificationLevel::KNOWN),
            any::<bool>(),
            prop::collection::vec("[a-z]{1,5}@x", 0..3)
        )
            .prop_map(|(level, default_recipients, mails)| {
                let recipients = mails.into_iter().map(Into::into).collect();
                Setting::Notification(NotificationSetting { level, default_recipients, recipients })
            }),
    ]
}

proptest! {
    #[test]
    fn a_rule_survives_the_way_there_and_back(
        kind in prop::sample::select(RuleKind::KNOWN),
        setting in settings(),
    ) {
        let rule = Rule { kind, setting };
        prop_assert_eq!(back(&rule), rule);
    }
}
