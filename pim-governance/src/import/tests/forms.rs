//! Every form that a configuration may have.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;
use crate::desired::{Access, AssignmentType, Context, Length, Longest, Mail, MailLevel, Until, Who};

const SUBSCRIPTION: &str = "/subscriptions/11111111-2222-3333-4444-555555555555";

#[test]
fn policies_by_name_in_a_list_and_under_either_key_are_the_same() {
    let entry = r#""ActivationDuration": "PT2H""#;
    let forms = [
        format!(r#"{{"EntraRoles": {{"Policies": {{"Reports Reader": {{{entry}}}}}}}}}"#),
        format!(r#"{{"EntraRolePolicies": {{"Reports Reader": {{{entry}}}}}}}"#),
        format!(r#"{{"EntraRolePolicies": [{{"RoleName": "Reports Reader", "Policy": {{{entry}}}}}]}}"#),
        format!(
            r#"{{"entraroles": {{"POLICIES": [{{"rolename": "Reports Reader", "policysource": "Inline", {entry}}}]}}}}"#
        ),
        format!(
            r#"{{"PolicyTemplates": {{"Two": {{{entry}}}}}, "EntraRolePolicies": [{{"RoleName": "Reports Reader", "Template": "two"}}]}}"#
        ),
    ];
    for (n, form) in forms.iter().enumerate() {
        let design = imported(form).design;
        let row = &design.roles[0];
        assert_eq!(row.role.as_deref(), Some("Reports Reader"));
        let below = row.template.as_ref().map(|name| &design.templates[name].settings);
        let settings = below.map_or_else(|| row.settings.clone(), |below| row.settings.over(below));
        assert_eq!(settings.activation.max, Some(Length::hours(2)), "form {n}");
        assert_eq!(row.template.as_deref(), (n == 4).then_some("Two"));
        // What is not said stays as it is.
        assert_eq!((settings.activation.approval, settings.eligible.longest), (None, None));
    }
}

#[test]
fn azure_and_groups_in_both_forms() {
    let scope = &SUBSCRIPTION[1..];
    for text in [
        format!(
            r#"{{"AzureRoles": {{"Policies": {{"Reader": {{"Scope": "{scope}", "ActivationDuration": "PT1H"}}}}}}}}"#
        ),
        format!(
            r#"{{"AzureRolePolicies": [{{"RoleName": "Reader", "Scope": "{SUBSCRIPTION}/", "Policy": {{"ActivationDuration": "PT1H"}}}}]}}"#
        ),
    ] {
        let row = row(&text);
        assert_eq!((row.role.as_deref(), row.azure.as_deref()), (Some("Reader"), Some(SUBSCRIPTION)));
    }
    let id = "95b0527c-51af-43b7-884d-2a4fefb67447";
    for (text, group, notices) in [
        (format!(r#"{{"Groups": {{"Policies": {{"{id}": {{"Owner": {{"Duration": "PT1H"}}}}}}}}}}"#), id, 0),
        (r#"{"GroupRoles": {"Policies": {"Desk": {"Owner": {"Duration": "PT1H"}}}}}"#.to_owned(), "Desk", 1),
        (
            format!(r#"{{"GroupPolicies": [{{"GroupId": "{id}", "RoleName": "owner", "Policy": {{"Duration": "PT1H"}}}}]}}"#),
            id,
            0,
        ),
        (
            r#"{"GroupPolicies": [{"GroupName": "Desk", "RoleName": "Owner", "PolicySource": "inline", "Duration": "PT1H"}]}"#
                .to_owned(),
            "Desk",
            0,
        ),
    ] {
        let imported = imported(&text);
        let row = &imported.design.roles[0];
        assert_eq!((row.group.as_deref(), row.access), (Some(group), Some(Access::Owner)), "{text}");
        assert_eq!(row.settings.activation.max, Some(Length::hours(1)));
        assert_eq!(imported.notices.len(), notices, "{:?}", imported.notices);
    }
}

#[test]
fn one_key_holds_policies_as_an_object_and_old_assignments_as_a_list() {
    let legacy = format!(
        r#"{{"AzureRoles": [{{"PrincipalIds": ["{A}", "{B}"], "Role": "Reader", "Scope": "{SUBSCRIPTION}", "Duration": "P30D"}}],
            "EntraIDRolesActive": [{{"PrincipalId": "{A}", "Rolename": "Guest Inviter", "Permanent": true}}],
            "GroupRoles": [{{"PrincipalId": "{A}", "RoleName": "Member", "GroupId": "{B}"}}]}}"#
    );
    let imported = imported(&legacy);
    // Entra's come first, whatever their order in the file.
    let [inviter, reader, group] = &imported.design.roles[..] else { panic!("{:?}", imported.design.roles) };
    assert_eq!(inviter.active, [holder(A, Some(Until::Never))]);
    assert_eq!(inviter.assignment, AssignmentType::Static);
    let thirty = Some(Until::After(Length::days(30)));
    assert_eq!(reader.eligible, [holder(A, thirty), holder(B, thirty)]);
    assert_eq!((group.access, &group.eligible), (Some(Access::Member), &vec![holder(A, None)]));
    assert_eq!(kinds(&imported).iter().filter(|kind| **kind == NoticeKind::Legacy).count(), 3);
    assert!(imported.design.roles.iter().all(|row| !row.exclusive));
    let options = ImportOptions { exclusive: true, ..ImportOptions::default() };
    assert!(easypim(&legacy, &options).unwrap().design.roles.iter().all(|row| row.exclusive));
}

#[test]
fn assignments_take_the_longest_that_their_own_policy_allows() {
    let text = format!(
        r#"{{"EntraRolePolicies": {{"Reports Reader": {{
              "AllowPermanentEligibility": true, "MaximumEligibilityDuration": "P90D", "MaximumActiveAssignmentDuration": "P10D"}}}},
            "Assignments": {{"EntraRoles": [{{"roleName": "reports reader", "assignments": [
              {{"principalId": "{A}", "principalType": "User", "assignmentType": "Eligible"}},
              {{"principalId": "{B}", "assignmentType": "Active"}},
              {{"principalId": "{A}", "assignmentType": "eligible", "duration": "P8H"}}]}}]}}}}"#
    );
    let imported = imported(&text);
    let [row] = &imported.design.roles[..] else { panic!() };
    assert_eq!(row.role.as_deref(), Some("Reports Reader"));
    assert_eq!(row.eligible, [holder(A, Some(Until::After(Length::days(90))))]);
    assert_eq!(row.active, [holder(B, Some(Until::After(Length::days(10))))]);
    assert_eq!(row.settings.eligible.longest, Some(Longest::Unlimited));
    assert_eq!(row.settings.active.longest, Some(Longest::Length(Length::days(10))));
    use NoticeKind::{Duplicate, LooseLength, WithoutEffect};
    assert_eq!(kinds(&imported), [WithoutEffect, Duplicate, LooseLength]);
}

#[test]
fn a_template_keeps_its_name_unless_the_entry_takes_something_out_of_it() {
    let text = |entry: &str| {
        format!(
            r#"{{"PolicyTemplates": {{"Standard": {{"ActivationDuration": "PT8H", "ActivationRequirement": "Justification",
                  "Notification_Activation_Alert": {{"isDefaultRecipientEnabled": false, "Recipients": ["a@example.com"]}}}}}},
                "EntraRolePolicies": [{{"RoleName": "Reports Reader", "Template": "STANDARD"{entry}}}]}}"#
        )
    };
    let plain = row(&text(""));
    assert_eq!((plain.template.as_deref(), plain.settings.is_empty()), (Some("Standard"), true));
    let shorter = imported(&text(r#", "ActivationDuration": "PT2H", "Notifications": {}"#));
    let row = &shorter.design.roles[0];
    assert_eq!(row.template.as_deref(), Some("Standard"));
    assert_eq!(row.settings.activation.max, Some(Length::hours(2)));
    assert_eq!(row.settings.activation.justification, None);
    // The whole mail is replaced, so its recipients are nobody's any more: a template can't be made to say less.
    let replaced = imported(&text(r#", "Notification_Activation_Alert": {"notificationLevel": "Critical"}"#));
    let row = &replaced.design.roles[0];
    assert_eq!(row.template, None);
    assert_eq!(row.settings.activation.max, Some(Length::hours(8)));
    let mail = row.settings.notifications.activation.administrators.clone();
    assert_eq!(mail, Some(Mail { level: Some(MailLevel::Critical), ..Mail::default() }));
    assert_eq!(kinds(&replaced), [NoticeKind::SpelledOut]);
}

#[test]
fn requirements_as_text_list_or_nothing() {
    for (written, mfa, justification, ticket) in [
        (r#""MultiFactorAuthentication,Justification""#, true, true, false),
        (r#"["MultiFactorAuthentication", "Ticketing"]"#, true, false, true),
        (r#""None""#, false, false, false),
        (r#""""#, false, false, false),
        ("[]", false, false, false),
    ] {
        let (settings, notices) = entra(&format!(r#""ActivationRequirement": {written}"#));
        let found = settings.activation;
        assert_eq!(
            (found.mfa, found.justification, found.ticket),
            (Some(mfa), Some(justification), Some(ticket)),
            "{written}"
        );
        assert_eq!(notices, []);
    }
    let (settings, notices) = entra(
        r#""EnablementRules": ["MFA", "justification"], "ActiveAssignmentRequirement": "Justification""#,
    );
    assert_eq!((settings.activation.mfa, settings.activation.justification), (Some(true), Some(true)));
    assert_eq!((settings.active.mfa, settings.active.justification), (Some(false), Some(true)));
    assert_eq!(notices, [NoticeKind::OldName, NoticeKind::LooseWord, NoticeKind::LooseWord]);
    assert_eq!(entra("").0.activation.mfa, None);
}

#[test]
fn approval_and_its_approvers() {
    let approvers = |text: &str| {
        let (settings, notices) = entra(text);
        let who = |who: Vec<Who>| who.iter().map(|who| who.as_str().to_owned()).collect::<Vec<_>>();
        (settings.activation.approval, settings.activation.approvers.map(who), notices)
    };
    let listed = format!(r#"[{{"id": "{A}", "description": "Team", "userType": "GROUP"}}, "{B}"]"#);
    let both = Some(vec![A.to_owned(), B.to_owned()]);
    use NoticeKind::{Assumed, NoApprovers, WithoutEffect};
    assert_eq!(
        approvers(&format!(r#""ApprovalRequired": true, "Approvers": {listed}"#)),
        (Some(true), both.clone(), vec![])
    );
    assert_eq!(approvers(&format!(r#""Approvers": {listed}"#)), (None, both, vec![Assumed]));
    assert_eq!(approvers(&format!(r#""ApprovalRequired": "no", "Approvers": {listed}"#)).0, Some(false));
    let (_, none, notices) = approvers(&format!(r#""ApprovalRequired": false, "Approvers": {listed}"#));
    assert_eq!((none, notices), (None, vec![WithoutEffect]));
    assert_eq!(
        approvers(r#""ApprovalRequired": true, "Approvers": []"#),
        (Some(true), Some(vec![]), vec![NoApprovers])
    );
    assert_eq!(approvers(r#""ApprovalRequired": true"#), (Some(true), None, vec![NoApprovers]));
    let by_name = Some(vec!["boss@example.com".to_owned()]);
    assert_eq!(
        approvers(r#""ApprovalRequired": 1, "Approvers": ["boss@example.com"]"#),
        (Some(true), by_name, vec![Assumed])
    );
}

#[test]
fn an_authentication_context_takes_the_place_of_a_second_factor() {
    let (settings, notices) = entra(
        r#""ActivationRequirement": "MultiFactorAuthentication", "AuthenticationContext_Enabled": true, "AuthenticationContext_Value": "C3:Key""#,
    );
    assert_eq!(settings.activation.context, Some(Context::Named("c3".to_owned())));
    assert_eq!(settings.activation.mfa, Some(false));
    assert_eq!(notices, [NoticeKind::WithoutEffect, NoticeKind::NotKept]);
    let (nested, _) = entra(r#""AuthenticationContext": {"Enabled": true, "Value": "c7"}"#);
    assert_eq!(nested.activation.context, Some(Context::Named("c7".to_owned())));
    let (off, _) = entra(r#""AuthenticationContext_Enabled": false, "AuthenticationContext_Value": "c7""#);
    assert_eq!(off.activation.context, Some(Context::None));
    assert_eq!(entra(r#""AuthenticationContext_Value": "c7""#).1, [NoticeKind::WithoutEffect]);
    let group = format!(
        r#"{{"GroupPolicies": {{"{A}": {{"Member": {{"AuthenticationContext_Enabled": true, "AuthenticationContext_Value": "c1"}}}}}}}}"#
    );
    assert_eq!(row(&group).settings.activation.context, None);
}

#[test]
fn mail_flat_and_nested() {
    let (settings, notices) = entra(
        r#""Notification_EligibleAssignment_Alert": {"isDefaultRecipientEnabled": "false", "notificationLevel": "all", "Recipients": "a@example.com, b@example.com"},
           "Notification_Activation_Approver": {"isDefaultRecipientsEnabled": true},
           "Notifications": {"Eligibility": {"Approvers": {"NotificationLevel": "None", "Recipients": []}},
                             "Activation": {"Approvers": {"notificationLevel": "Critical"}}}"#,
    );
    let eligible = &settings.notifications.eligible;
    assert_eq!(
        eligible.administrators,
        Some(Mail {
            level: Some(MailLevel::All),
            default_recipients: Some(false),
            to: Some(vec!["a@example.com".into(), "b@example.com".into()]),
        })
    );
    assert_eq!(
        eligible.approvers,
        Some(Mail { level: Some(MailLevel::None), to: Some(vec![]), ..Mail::default() })
    );
    let critical = Mail { level: Some(MailLevel::Critical), ..Mail::default() };
    assert_eq!(settings.notifications.activation.approvers, Some(critical), "the nested one counts");
    assert_eq!(
        (&eligible.holder, &settings.notifications.active),
        (&None, &crate::desired::Mails::default())
    );
    assert_eq!(notices, [NoticeKind::TextBoolean]);
}

#[test]
fn how_long_grants_may_last() {
    let days = |n| Some(Longest::Length(Length::days(n)));
    for (fields, wanted, notice) in [
        (r#""AllowPermanentEligibility": false, "MaximumEligibilityDuration": "P30D""#, days(30), None),
        (r#""MaximumEligibilityDuration": "P1Y""#, days(365), Some(NoticeKind::LooseLength)),
        (r#""AllowPermanentEligibility": true"#, Some(Longest::Unlimited), None),
        (r#""AllowPermanentEligibility": false"#, days(365), Some(NoticeKind::Assumed)),
        (r#""MaximumEligibilityDuration": "PT0S""#, None, Some(NoticeKind::WithoutEffect)),
        (r#""MaximumEligibleAssignmentDuration": "P9D""#, days(9), Some(NoticeKind::OldName)),
        (
            r#""MaximumEligibilityDuration": "P8D", "MaximumEligibleAssignmentDuration": "P9D""#,
            days(8),
            Some(NoticeKind::WithoutEffect),
        ),
        ("", None, None),
    ] {
        let (settings, notices) = entra(fields);
        assert_eq!(settings.eligible.longest, wanted, "{fields}");
        assert_eq!(notices, notice.into_iter().collect::<Vec<_>>(), "{fields}");
    }
    assert_eq!(entra(r#""AllowPermanentActiveAssignment": false"#).0.active.longest, days(180));
}

#[test]
fn comments_marks_and_base64_are_seen_through() {
    let text = r#"{
        // a remark with "quotes" and /* no block
        "EntraRolePolicies": { /* a block "in" it */
            "Reports Reader": { "ActivationDuration": "PT1H", }
        },
        "Assignments": {"AzureRoles": [{"roleName": "Reader", "scope": "/subscriptions/https://x/*y", "assignments": [
            {"principalId": "a621fbf5-d750-4e68-b898-2e2b41cd45c6", "assignmentType": "Eligible", "duration": "P1D",
             "condition": "(@Resource[a/*b] StringLike '*/') // no remark"}]}]}
    }"#;
    let plain = imported(text);
    let reader = &plain.design.roles[1];
    assert_eq!(reader.azure.as_deref(), Some("/subscriptions/https://x/*y"));
    assert_eq!(
        reader.eligible[0].condition.as_deref(),
        Some("(@Resource[a/*b] StringLike '*/') // no remark")
    );
    assert_eq!(kinds(&plain), [NoticeKind::TrailingComma]);
    assert_eq!(plain.notices[0].place.line, 4);

    let marked = format!("\u{feff}{text}");
    assert_eq!(imported(&marked), plain);
    let wrapped = STANDARD.encode(&marked);
    let lines: Vec<_> =
        wrapped.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let unwrapped = imported(&lines.join("\r\n"));
    assert_eq!(unwrapped.design, plain.design);
    assert_eq!(kinds(&unwrapped), [NoticeKind::Encoded, NoticeKind::TrailingComma]);

    let wide: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(source::decode(wide).unwrap(), text);
    let wide: Vec<u8> =
        [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    assert_eq!(source::decode(wide).unwrap(), text);
    assert!(source::decode(vec![0xff, 0xfe, 0]).unwrap_err().contains("UTF-16"));
    assert!(source::decode(vec![b'{', b'\n', 0xc3]).unwrap_err().contains("line 2"));
}

#[test]
fn what_is_protected_and_what_easypim_spares() {
    let text = format!(
        r#"{{"ProtectedUsers": ["{A}", "{A}"],
            "EntraRolePolicies": {{"global administrator": {{"ActivationDuration": "PT1H"}}}},
            "AzureRolePolicies": {{"Owner": {{"Scope": "{SUBSCRIPTION}", "ActivationDuration": "PT1H"}}}}}}"#
    );
    let imported = imported(&text);
    assert_eq!(imported.design.protected, [Who::from(A)]);
    assert_eq!(
        kinds(&imported),
        [NoticeKind::Duplicate, NoticeKind::ProtectedRole, NoticeKind::ProtectedRole]
    );
}

#[test]
fn places_lead_back_to_the_file() {
    let text = "{\n  \"EntraRolePolicies\": {\n    \"Reports Reader\": {\n      \"ActivationDuration\": \"PT1H\"\n    }\n  }\n}";
    let places = imported(text).design.places;
    let place = places.find("roles[0].settings.activation.max").unwrap();
    assert_eq!((place.file.as_deref(), place.line, place.column), (Some("easy.json"), 4, 29));
    assert_eq!(places.find("roles[0].settings.eligible").map(|place| place.line), Some(3));
}

pub(super) const A: &str = "a621fbf5-d750-4e68-b898-2e2b41cd45c6";
pub(super) const B: &str = "8b22297b-d2b8-40b5-b387-74aa7368ec7d";

fn holder(who: &str, until: Option<Until>) -> crate::desired::Holder {
    crate::desired::Holder { until, ..who.into() }
}
