//! Hostile variants, and the words for them.

use proptest::prelude::*;

use super::{
    forms::{A, B},
    *,
};
use crate::desired::FaultKind;

#[test]
fn what_is_no_json_is_told_with_its_place() {
    for (text, line, column, words) in [
        ("", 1, 1, "empty"),
        (" \n\t", 1, 1, "empty"),
        ("[]", 1, 1, "expected an object"),
        ("\"text\"", 1, 1, "expected an object"),
        ("{", 1, 1, "never closed"),
        ("{\n  /* and so on\n}", 2, 3, "comment is never closed"),
        ("{\n \"A\": [1, 2\n", 2, 7, "never closed"),
        ("{\"A\": 1 \"B\": 2}", 1, 8, "comma"),
        ("{\"A\": }", 1, 7, "not JSON"),
        ("{} {}", 1, 4, "not JSON"),
        ("{'A': 1}", 1, 2, "not JSON"),
        ("{\"A\": 0x10}", 1, 7, "not JSON"),
        ("{\"A\": \"open", 1, 7, "not JSON"),
    ] {
        let fault = fault(text);
        let place = fault.place.clone().unwrap();
        assert!(fault.message.contains(words), "{text:?}: {fault}");
        assert_eq!((place.line, place.column), (line, column), "{text:?}: {fault}");
        assert!(fault.to_string().starts_with("easy.json:"), "{fault}");
    }
}

#[test]
fn depth_and_size_break_nothing() {
    for depth in [40, 600, 100_000] {
        let lists = format!("{{\"Assignments\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(fault(&lists).message.contains("nested deeper"), "{depth}");
        let objects = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        assert!(fault(&objects).message.contains("nested deeper"), "{depth}");
    }
    let many: Vec<_> = (0..5_000).map(|n| format!("{{\"RoleName\": {n}}}")).collect();
    let errors = read(&format!("{{\"EntraRolePolicies\": [{}]}}", many.join(","))).unwrap_err();
    assert_eq!(errors.faults.len(), 100);
    let huge =
        format!("{{\"EntraRolePolicies\": {{\"R\": {{\"ApprovalRequired\": 1{}}}}}}}", "0".repeat(400));
    assert!(fault(&huge).message.contains("expected true or false"));
    let long = format!(
        "{{\"EntraRolePolicies\": {{\"R\": {{\"ActivationDuration\": \"PT{}H\"}}}}}}",
        "9".repeat(400)
    );
    assert!(fault(&long).message.contains("expected a length of time"));
}

#[test]
fn each_wrong_value_is_told_with_path_and_legal_words() {
    let policy = |fields: &str| format!("{{\"EntraRolePolicies\": {{\"R\": {{{fields}}}}}}}");
    let policy_path = |key: &str| format!("EntraRolePolicies.R{key}");
    for (fields, key, words) in [
        (r#""ActivationDuration": 8"#, ".ActivationDuration", "expected text"),
        (r#""ActivationDuration": """#, ".ActivationDuration", "is empty"),
        (r#""ActivationDuration": "8 hours""#, ".ActivationDuration", "such as PT30M"),
        (r#""MaximumEligibilityDuration": "P1M""#, ".MaximumEligibilityDuration", "1 months or 1 minutes"),
        (r#""ActivationRequirement": "Justfication""#, ".ActivationRequirement", "`Justification`?"),
        (r#""ActivationRequirement": {"a": 1}"#, ".ActivationRequirement", "a list of texts"),
        (r#""ActivationRequirement": ["Justification", 3]"#, ".ActivationRequirement[1]", "expected text"),
        (
            r#""ActiveAssignmentRequirement": "Ticketing""#,
            ".ActiveAssignmentRequirement",
            "one of None, Multi",
        ),
        (r#""ApprovalRequired": "perhaps""#, ".ApprovalRequired", "true or false"),
        (r#""ApprovalRequired": 2"#, ".ApprovalRequired", "true or false"),
        (r#""Approvers": "x""#, ".Approvers", "expected a list"),
        (r#""Approvers": [{}]"#, ".Approvers[0]", "`id` is missing"),
        (r#""Approvers": [{"id": "a", "userType": "grup"}]"#, ".Approvers[0].userType", "`group`?"),
        (
            r#""AuthenticationContext_Enabled": true"#,
            ".AuthenticationContext_Enabled",
            "`AuthenticationContext_Value` is missing",
        ),
        (
            r#""AuthenticationContext_Enabled": true, "AuthenticationContext_Value": "c100""#,
            ".AuthenticationContext_Value",
            "c1 to c99",
        ),
        (
            r#""AuthenticationContext_Enabled": true, "AuthenticationContext_Value": "c0""#,
            ".AuthenticationContext_Value",
            "c1 to c99",
        ),
        (r#""Notification_Activation_Alert": []"#, ".Notification_Activation_Alert", "expected an object"),
        (
            r#""Notifications": {"Active": {"Alert": {"NotificationLevel": "Sometimes"}}}"#,
            ".Notifications.Active.Alert.NotificationLevel",
            "one of All, Critical, None",
        ),
        (
            r#""Notifications": {"Active": {"Alert": {"Recipients": ["nobody"]}}}"#,
            ".Notifications.Active.Alert.Recipients[0]",
            "a mail address",
        ),
    ] {
        let fault = fault(&policy(fields));
        assert_eq!(fault.path, policy_path(key), "{fault}");
        assert!(fault.message.contains(words), "{fault}");
        assert!(fault.place.is_some());
    }
}

#[test]
fn what_contradicts_itself_is_refused() {
    let scope = "/subscriptions/11111111-2222-3333-4444-555555555555";
    for (text, kind, path) in [
        (
            r#"{"EntraRoles": {"Policies": {}}, "EntraRolePolicies": {}}"#.to_owned(),
            FaultKind::Contradiction,
            "EntraRolePolicies",
        ),
        (
            r#"{"Groups": {"Policies": {}}, "GroupRoles": {"Policies": []}}"#.to_owned(),
            FaultKind::Contradiction,
            "GroupRoles.Policies",
        ),
        (r#"{"A": 1, "B": 2, "a": 3}"#.to_owned(), FaultKind::DuplicateKey, "a"),
        (
            r#"{"EntraRolePolicies": {"R": {"Template": "Standard"}}}"#.to_owned(),
            FaultKind::UnknownName,
            "EntraRolePolicies.R.Template",
        ),
        (
            r#"{"PolicyTemplates": {"Standard": {}}, "EntraRolePolicies": {"R": {"Template": "Standrd"}}}"#.to_owned(),
            FaultKind::Value,
            "EntraRolePolicies.R.Template",
        ),
        (
            r#"{"PolicyTemplates": {"One": {"Template": "Two"}}}"#.to_owned(),
            FaultKind::Cycle,
            "PolicyTemplates.One.Template",
        ),
        (
            r#"{"EntraRolePolicies": [{"RoleName": "R"}]}"#.to_owned(),
            FaultKind::MissingKey,
            "EntraRolePolicies[0]",
        ),
        (
            r#"{"EntraRolePolicies": [{"RoleName": "R", "PolicySource": "template"}]}"#.to_owned(),
            FaultKind::MissingKey,
            "EntraRolePolicies[0]",
        ),
        (
            r#"{"EntraRolePolicies": [{"RoleName": "R", "PolicySource": "file"}]}"#.to_owned(),
            FaultKind::Impossible,
            "EntraRolePolicies[0].PolicySource",
        ),
        (r#"{"EntraRolePolicies": [{"Policy": {}}]}"#.to_owned(), FaultKind::MissingKey, "EntraRolePolicies[0]"),
        (r#"{"AzureRolePolicies": {"Reader": {}}}"#.to_owned(), FaultKind::MissingKey, "AzureRolePolicies.Reader"),
        (
            r#"{"AzureRolePolicies": {"Reader": {"Scope": "nowhere"}}}"#.to_owned(),
            FaultKind::Value,
            "AzureRolePolicies.Reader.Scope",
        ),
        (
            format!(
                r#"{{"AzureRolePolicies": [{{"RoleName": "Reader", "Scope": "{scope}", "Policy": {{}}}}, {{"RoleName": "reader", "Scope": "{scope}/", "Policy": {{}}}}]}}"#
            ),
            FaultKind::Contradiction,
            "AzureRolePolicies[1]",
        ),
        (r#"{"GroupPolicies": [{"RoleName": "Member", "Policy": {}}]}"#.to_owned(), FaultKind::MissingKey, "GroupPolicies[0]"),
        (
            r#"{"GroupPolicies": [{"GroupName": "G", "RoleName": "Membr", "Policy": {}}]}"#.to_owned(),
            FaultKind::Value,
            "GroupPolicies[0].RoleName",
        ),
        (r#"{"TenantId": "x", "Policies": []}"#.to_owned(), FaultKind::Impossible, ""),
        (
            format!(r#"{{"Assignments": {{"EntraRoles": [{{"roleName": "R", "scope": "/x", "assignments": [{{"principalId": "{A}"}}]}}]}}}}"#),
            FaultKind::Impossible,
            "Assignments.EntraRoles[0].scope",
        ),
        (
            format!(r#"{{"Assignments": {{"EntraRoles": [{{"roleName": "R", "assignments": [{{"principalId": "{A}", "assignmentType": "Standing"}}]}}]}}}}"#),
            FaultKind::Value,
            "Assignments.EntraRoles[0].assignments[0].assignmentType",
        ),
        (
            r#"{"Assignments": {"EntraRoles": [{"roleName": "R", "assignments": [{"assignmentType": "Active", "duration": "P1D"}]}]}}"#.to_owned(),
            FaultKind::MissingKey,
            "Assignments.EntraRoles[0].assignments[0]",
        ),
        (r#"{"Assignments": []}"#.to_owned(), FaultKind::Value, "Assignments"),
        (r#"{"EntraRoles": []}"#.to_owned(), FaultKind::Value, "EntraRoles"),
        (r#"{"ProtectedUsers": [7]}"#.to_owned(), FaultKind::Value, "ProtectedUsers[0]"),
    ] {
        let fault = fault(&text);
        assert_eq!((fault.kind, fault.path.as_str()), (kind, path), "{text}: {fault}");
    }
    let near = fault(
        r#"{"PolicyTemplates": {"Standard": {}}, "EntraRolePolicies": {"R": {"Template": "Standrd"}}}"#,
    );
    assert_eq!(near.candidates, ["Standard"]);
}

#[test]
fn every_fault_is_told_at_once() {
    let errors = read(
        r#"{"EntraRolePolicies": {"R": {"ActivationDuration": 1, "ApprovalRequired": "x"}},
            "Assignments": {"Groups": [{"groupId": "g", "roleName": "Guest", "assignments": []}]}}"#,
    );
    assert_eq!(errors.unwrap_err().faults.len(), 3);
}

#[test]
fn unknown_keys_are_told_and_names_of_people_are_not() {
    let text = format!(
        r#"{{"_comment": "", "EntraRolePolicys": {{}},
            "EntraRolePolicies": {{"R": {{"ActivationDurtion": "PT1H", "Duration": "PT2H"}}}},
            "Assignments": {{"EntraRoles": [{{"roleName": "R", "assignments": [
              {{"principalName": "Joan Doe", "assignmentType": "Eligable", "duration": "P1D", "justification": "Joan asked"}},
              {{"principalId": "{B}", "assignmentType": "Active", "condition": "x", "permanent": true, "duration": "P1D"}}]}}]}}}}"#
    );
    let imported = imported(&text);
    use NoticeKind::{Assumed, LooseWord, NotKept, UnknownKey, WithoutEffect};
    assert_eq!(
        kinds(&imported),
        [UnknownKey, UnknownKey, UnknownKey, Assumed, LooseWord, NotKept, WithoutEffect, WithoutEffect]
    );
    let told: Vec<_> = imported.notices.iter().map(ToString::to_string).collect();
    assert!(
        told[0].contains("`EntraRolePolicies`?") && told[1].contains("`ActivationDuration`?"),
        "{told:?}"
    );
    assert!(!format!("{told:?}").contains("Joan"));
    assert_eq!(imported.design.roles[0].settings.activation.max, None);
}

/// A configuration, to be bent.
const SOUND: &str = r#"{ "PolicyTemplates": {"S": {"ActivationDuration": "PT8H", "Approvers": []}}, // remark
  "EntraRolePolicies": [{"RoleName": "R", "Template": "S", "ApprovalRequired": true}],
  "GroupPolicies": {"G": {"Member": {"Duration": "PT1H", "Notifications": {"Active": {"Alert": {"Recipients": "a@b"}}}}}},
  "Assignments": {"AzureRoles": [{"roleName": "Reader", "scope": "subscriptions/x", "assignments":
     [{"principalId": "p", "assignmentType": "Active", "duration": "P8H", "condition": "c", "conditionVersion": "2.0"}]}]},
  "EntraIDRoles": [{"PrincipalIds": ["a", "b"], "Rolename": "R"}], "ProtectedUsers": ["x"] }"#;

proptest! {
    #[test]
    fn no_text_breaks_it(text in ".{0,200}") {
        let _ = read(&text);
        let _ = easypim_csv(&text, &CsvOf::EntraRoles, &ImportOptions::default());
    }

    #[test]
    fn no_change_to_a_configuration_breaks_it(at in 0..SOUND.len(), length in 0_usize..20, put in "[\\PC\n]{0,6}") {
        prop_assert!(read(SOUND).is_ok());
        let end = (at + length).min(SOUND.len());
        let text = format!("{}{put}{}", &SOUND[..at], &SOUND[end..]);
        match read(&text) {
            // What was imported can be kept.
            Ok(imported) => {
                let written = imported.design.to_json();
                prop_assert_eq!(crate::desired::Design::from_json(&written).map_err(|e| e.to_string()), Ok(imported.design));
            }
            Err(errors) => prop_assert!(!errors.faults.is_empty() && errors.faults.iter().all(|fault| fault.place.is_some())),
        }
    }
}
