//! The export of a test tenant that the makers of the published assessment put beside it.

use pim_core::{
    directory::{ServicePrincipal, Sku, User},
    id::{AppId, PrincipalId, RoleId, ScheduleId, SkuId},
    policy::{ApprovalSetting, NotificationSetting, Policy, Requirement, Rule, Setting},
    privilege::{DirectoryScope, Privilege},
    schedule::{Assignment, Eligibility},
    time::{Period, Timestamp, Window},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// The export holds what its check reads and no more: no Conditional Access.
fn read(text: &str) -> Snapshot {
    let export: Export = serde_json::from_str(text).unwrap();
    let ids: BTreeMap<&str, &RoleId> = export
        .privileged_roles
        .iter()
        .map(|role| (role.display_name.as_str(), &role.role_template_id))
        .collect();
    let users = export.privileged_users.iter().map(|(id, row)| {
        let mut user = User::new(id.clone(), row.display_name.as_str().into(), "".into());
        if row.on_premises_immutable_id.is_some() {
            user.source = Source::OnPremises;
        }
        user
    });
    // The export does not tell how people have their roles: active or eligible, directly or through a group. For
    // counting, which is what it is made for, that is all the same.
    let has = export.privileged_users.iter().flat_map(|(id, row)| {
        let roles: BTreeSet<&String> = row.roles.iter().collect();
        roles.into_iter().map(|name| eligible(id.clone(), Privilege::role(ids[name.as_str()].clone())))
    });
    let has: Vec<Eligibility> = has.collect();
    let applications = export.privileged_service_principals.values().map(|row| {
        ServicePrincipal::new(row.service_principal_id.clone(), row.app_id.clone(), row.display_name.clone())
    });
    let assignments = export.privileged_roles.iter().flat_map(|role| &role.assignments).map(|row| {
        let scope = DirectoryScope::from(row.directory_scope_id.as_str());
        let privilege = Privilege::DirectoryRole { role: row.role_definition_id.clone(), scope };
        let mut grant =
            Assignment::new(row.role_assignment_schedule_id.clone(), row.principal_id.clone(), privilege);
        grant.window = Window::new(row.start_date_time, row.end_date_time).unwrap();
        grant
    });
    let skus = export.licence_information.iter().map(|row| Sku {
        id: row.sku_id.clone(),
        part_number: row.sku_part_number.clone(),
        service_plans: Vec::new(),
        bought: 0,
        consumed: row.consumed_units,
    });
    // Groups are told of by their policies alone. The published check expands them before it counts, so that
    // whoever is not among the people is none.
    Snapshot::builder(export.exported)
        .users(users)
        .eligibilities(has)
        .service_principals(applications)
        .assignments(assignments)
        .policies(export.privileged_roles.iter().flat_map(policies))
        .skus(skus)
        .coverage(SourceKind::ConditionalAccess, Coverage::NotAsked)
        .build()
}

/// The policy of a role, and that of a group which holds it where there is one.
fn policies(role: &Role) -> Vec<Policy> {
    let mut by_source: BTreeMap<(&str, &str), Vec<Rule>> = BTreeMap::new();
    for row in &role.rules {
        let source = (row.rule_source_type.as_str(), row.rule_source.as_str());
        by_source
            .entry(source)
            .or_default()
            .push(Rule { kind: row.id.as_str().into(), setting: row.setting() });
    }
    let policy = |((kind, name), rules): ((&str, &str), Vec<Rule>)| {
        let subject = match kind {
            "Directory Role" => Privilege::role(role.role_template_id.clone()),
            // By its name: the export has no id for it.
            _ => Privilege::member(name.parse().unwrap()),
        };
        Policy::new(format!("{kind} {name}").parse().unwrap(), subject, rules)
    };
    by_source.into_iter().map(policy).collect()
}

impl RuleRow {
    fn setting(&self) -> Setting {
        let kind = self.r#type.rsplit('.').next().unwrap();
        match kind {
            "unifiedRoleManagementPolicyExpirationRule" => Setting::Expiration {
                required: self.is_expiration_required.unwrap(),
                max: self.maximum_duration,
            },
            "unifiedRoleManagementPolicyEnablementRule" => Setting::Enablement {
                required: self.enabled_rules.iter().map(|text| Requirement::from(text.as_str())).collect(),
            },
            "unifiedRoleManagementPolicyApprovalRule" => {
                let required = self.setting["IsApprovalRequired"].as_bool().unwrap();
                Setting::Approval(ApprovalSetting { required, ..ApprovalSetting::none() })
            }
            "unifiedRoleManagementPolicyAuthenticationContextRule" => {
                Setting::AuthenticationContext { enabled: self.is_enabled.unwrap(), context: None }
            }
            "unifiedRoleManagementPolicyNotificationRule" => Setting::Notification(NotificationSetting {
                recipients: self.notification_recipients.iter().map(|text| text.as_str().into()).collect(),
                ..NotificationSetting::default()
            }),
            other => panic!("{other}"),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Export {
    exported: Timestamp,
    privileged_users: BTreeMap<PrincipalId, Person>,
    privileged_service_principals: BTreeMap<PrincipalId, Application>,
    licence_information: Vec<Licence>,
    privileged_roles: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Person {
    display_name: String,
    #[serde(rename = "roles")]
    roles: Vec<String>,
    on_premises_immutable_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Application {
    app_id: AppId,
    service_principal_id: PrincipalId,
    display_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Licence {
    sku_part_number: String,
    sku_id: SkuId,
    consumed_units: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Role {
    display_name: String,
    role_template_id: RoleId,
    assignments: Vec<AssignmentRow>,
    rules: Vec<RuleRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AssignmentRow {
    start_date_time: Option<Timestamp>,
    end_date_time: Option<Timestamp>,
    directory_scope_id: String,
    role_assignment_schedule_id: ScheduleId,
    principal_id: PrincipalId,
    role_definition_id: RoleId,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RuleRow {
    id: String,
    #[serde(rename = "@odata.type")]
    r#type: String,
    rule_source: String,
    rule_source_type: String,
    maximum_duration: Option<Period>,
    is_expiration_required: Option<bool>,
    is_enabled: Option<bool>,
    #[serde(default)]
    enabled_rules: Vec<String>,
    #[serde(default)]
    notification_recipients: Vec<String>,
    #[serde(default)]
    setting: Value,
}

#[test]
fn the_test_tenant_is_judged_as_its_data_say() {
    let Some(directory) = std::env::var_os("PIM_REFERENCE_DATA") else {
        println!("skipped: corpus not present");
        return;
    };
    let path = std::path::Path::new(&directory).join("sample-tenant-pim.json");
    let snapshot = read(&std::fs::read_to_string(path).unwrap());
    let compliance = assess(&snapshot, Reference::builtin());
    let verdict = |check| compliance.of(check).verdict.clone();
    let offenders = |check| compliance.of(check).offenders.len();

    // Conditional Access is not in the export.
    assert!(matches!(verdict(Check::PhishingResistantMfa), Verdict::CannotTell { .. }));
    // Two of the three people have Global Administrator. The ids in the lists of assignments were replaced
    // separately and are nobody's.
    assert_eq!(verdict(Check::GlobalAdministratorCount), Verdict::Pass);
    // One other against those two.
    assert_eq!(verdict(Check::FinerRoles), Verdict::Fail);
    // None of the three has an id from on premises.
    assert_eq!(verdict(Check::CloudOnly), Verdict::Pass);
    // Without end: 5 Global, 4 User, 5 Exchange, 6 SharePoint, 1 Application, 2 Cloud Application Administrators.
    assert_eq!((verdict(Check::NoStandingAccess), offenders(Check::NoStandingAccess)), (Verdict::Fail, 23));
    // Without beginning: 5 Global, 4 User, 1 SharePoint Administrator.
    assert_eq!((verdict(Check::OnlyThroughPim), offenders(Check::OnlyThroughPim)), (Verdict::Fail, 10));
    // The policy of Global Administrator asks for no approval. That of the group asks for none either, but the
    // group holds Cloud Application Administrator.
    assert_eq!(verdict(Check::GlobalAdministratorApproval), Verdict::Fail);
    assert_eq!(offenders(Check::GlobalAdministratorApproval), 1);
    // Recipients are named by User and Application Administrator and by the group, not by the six other roles.
    assert_eq!((verdict(Check::AssignmentAlert), offenders(Check::AssignmentAlert)), (Verdict::Fail, 6));
    // Global Administrator names one; of the seven others, User and Application Administrator do.
    assert_eq!(verdict(Check::GlobalAdministratorActivationAlert), Verdict::Pass);
    assert_eq!((verdict(Check::ActivationAlert), offenders(Check::ActivationAlert)), (Verdict::Fail, 5));
}
