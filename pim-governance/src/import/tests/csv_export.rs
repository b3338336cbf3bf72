//! Policies in CSV.

use super::*;
use crate::desired::{Access, Context, FaultKind, Length, Longest, Mail, MailLevel, Who};

const HEADERS: &str = "RoleName,roleID,PolicyID,ActivationDuration,EnablementRules,ActiveAssignmentRequirement,\
AuthenticationContext_Enabled,AuthenticationContext_Value,ApprovalRequired,Approvers,AllowPermanentEligibleAssignment,\
MaximumEligibleAssignmentDuration,AllowPermanentActiveAssignment,MaximumActiveAssignmentDuration,\
Notification_Eligibility_Alert_isDefaultRecipientEnabled,Notification_Eligibility_Alert_NotificationLevel,\
Notification_Eligibility_Alert_Recipients,Notification_Activation_Approver_NotificationLevel";

fn rows(text: &str) -> Result<Imported, DesignErrors> {
    easypim_csv(
        text,
        &CsvOf::EntraRoles,
        &ImportOptions { file: Some("policies.csv".into()), ..ImportOptions::default() },
    )
}

#[test]
fn an_export_is_read_row_by_row() {
    let approvers = concat!(
        r#"@{""id""=""a621fbf5-d750-4e68-b898-2e2b41cd45c6"";""description""=""A; = } team"";""userType""=""group""},"#,
        r#"@{""id""=""8b22297b-d2b8-40b5-b387-74aa7368ec7d"";""description""="""";""userType""=""user""},"#
    );
    let text = format!(
        "\u{feff}#TYPE System.Management.Automation.PSCustomObject\r\n{HEADERS}\r\n\
         \"Security Reader\",5d6b6bb7-de71-4623-b4af-96380a352509,DirectoryRole_x,PT4H,\"Justification,MultiFactorAuthentication\",,\
         false,,true,\"{approvers}\",false,P90D,true,P30D,true,All,\"a@example.com,b@example.com\",Critical\r\n\
         Reports Reader,,,PT8H,,Justification,true,c2,false,,true,P365D,false,P15D,false,None,,All\r\n"
    );
    let imported = rows(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let [security, reports] = &imported.design.roles[..] else { panic!() };
    let activation = &security.settings.activation;
    assert_eq!((security.role.as_deref(), activation.max), (Some("Security Reader"), Some(Length::hours(4))));
    assert_eq!(
        (activation.mfa, activation.justification, activation.ticket),
        (Some(true), Some(true), Some(false))
    );
    assert_eq!(activation.context, Some(Context::None));
    let named: Vec<_> = activation.approvers.iter().flatten().map(Who::as_str).collect();
    assert_eq!(named, ["a621fbf5-d750-4e68-b898-2e2b41cd45c6", "8b22297b-d2b8-40b5-b387-74aa7368ec7d"]);
    assert_eq!(security.settings.eligible.longest, Some(Longest::Length(Length::days(90))));
    assert_eq!(security.settings.active.longest, Some(Longest::Unlimited));
    assert_eq!(
        (security.settings.active.mfa, security.settings.active.justification),
        (Some(false), Some(false))
    );
    assert_eq!(
        security.settings.notifications.eligible.administrators,
        Some(Mail {
            level: Some(MailLevel::All),
            default_recipients: Some(true),
            to: Some(vec!["a@example.com".into(), "b@example.com".into()]),
        })
    );
    let activation = &reports.settings.activation;
    assert_eq!(
        (activation.mfa, activation.approval, &activation.approvers),
        (Some(false), Some(false), &None)
    );
    assert_eq!(activation.context, Some(Context::Named("c2".to_owned())));
    let mail = reports.settings.notifications.eligible.administrators.clone().unwrap();
    assert_eq!((mail.level, mail.to), (Some(MailLevel::None), Some(vec![])));
    // Nothing odd but that a longest stands beside no end.
    assert_eq!(kinds(&imported), [NoticeKind::WithoutEffect, NoticeKind::WithoutEffect]);
    let place = imported.design.places.find("roles[1].settings.activation.max").unwrap();
    assert_eq!((place.line, place.column), (4, 18));
}

#[test]
fn semicolons_groups_and_azure() {
    let options = ImportOptions::default();
    let group =
        easypim_csv("RoleName;ActivationDuration\nMember;PT1H\n", &CsvOf::Group("Desk".into()), &options)
            .unwrap();
    assert_eq!(group.design.roles[0].access, Some(Access::Member));
    let scope = "/subscriptions/11111111-2222-3333-4444-555555555555";
    let azure =
        easypim_csv("RoleName,ActivationDuration\nReader,PT1H\n", &CsvOf::AzureRoles(scope.into()), &options);
    assert_eq!(azure.unwrap().design.roles[0].azure.as_deref(), Some(scope));
    let nowhere = easypim_csv("RoleName\nReader\n", &CsvOf::AzureRoles("here".into()), &options);
    assert_eq!(nowhere.unwrap_err().faults[0].path, "scope");
}

#[test]
fn faults_name_line_column_and_header() {
    let text = |row: &str| format!("{HEADERS}\n{row}\n");
    for (text, line, column, path, kind) in [
        (String::new(), 1, 1, "", FaultKind::Syntax),
        ("Role,ActivationDuration\n".to_owned(), 1, 1, "", FaultKind::MissingKey),
        ("RoleName,rolename\nA,B\n".to_owned(), 1, 1, "rolename", FaultKind::DuplicateKey),
        (text("Reader,,,8h"), 2, 10, "ActivationDuration", FaultKind::Value),
        (text("\"Re,ad\n\"\"er\",,,PT1H,Tickets"), 3, 14, "EnablementRules[0]", FaultKind::Value),
        (text(",,,PT1H"), 2, 1, "", FaultKind::MissingKey),
        (text("Reader,,,PT1H,,,,,maybe"), 2, 19, "ApprovalRequired", FaultKind::Value),
        (text("Reader,,,PT1H,,,,,true,@{id=x"), 2, 24, "Approvers", FaultKind::Value),
        (text("Reader,,,PT1H,,,true"), 2, 17, "AuthenticationContext_Enabled", FaultKind::MissingKey),
        (text("Reader\nreader"), 3, 1, "", FaultKind::Contradiction),
        (text(&",".repeat(40)), 2, 1, "", FaultKind::Syntax),
    ] {
        let errors = rows(&text).map(|imported| imported.design.to_json()).unwrap_err();
        let fault = &errors.faults[0];
        let place = fault.place.clone().unwrap();
        assert_eq!(
            (place.line, place.column, fault.path.as_str(), fault.kind),
            (line, column, path, kind),
            "{fault}"
        );
    }
}
