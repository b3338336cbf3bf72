//! Units, licences, roles, Conditional Access, packages of the sample tenant.

use pim_core::{
    conditional_access::{
        AuthenticationContext, ConditionalAccessPolicy, ConditionalAccessState, GrantControl, NamedLocation,
        Whom,
    },
    directory::{AdministrativeUnit, AppPermission, DelegatedGrant, Sku},
    id::{
        AppId, CatalogId, ConditionalAccessId, ContextId, LocationId, PackageAssignmentId, PackageId, RoleId,
        SkuId, UnitId,
    },
    package::{AccessPackage, Carried, PackageAssignment, PackageState},
    privilege::{Permission, Privilege, RoleDefinition, RoleOrigin, Surface},
    schedule::Level,
    time::{Period, Window},
};

use super::{BREAK_GLASS, NOW, Records, access::GraphPermission, days_ago, people, role};
use crate::seed::{group_of, guid_of, id_of};

/// Administrative units: key and name.
pub(super) const UNITS: &[(&str, &str)] =
    &[("emea", "Europe, Middle East, Africa"), ("americas", "Americas"), ("apac", "Asia-Pacific")];

/// Azure roles: name, id, actions, actions taken out again.
#[rustfmt::skip]
const AZURE_ROLES: &[(&str, &str, &[&str], &[&str])] = &[
    ("Owner",       "8e3af657-a8ff-443c-a75c-2fe8c4bcb635", &["*"], &[]),
    ("Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c", &["*"], &["Microsoft.Authorization/*/Delete", "Microsoft.Authorization/*/Write", "Microsoft.Authorization/elevateAccess/Action"]),
    ("Reader",      "acdd72a7-3385-48ef-bd42-f606fba81ae7", &["*/read"], &[]),
    ("User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", &["*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"], &[]),
];

/// The roles that the first Conditional Access policy is for.
const GUARDED_ROLES: [&str; 5] = [
    "Global Administrator",
    "Privileged Role Administrator",
    "Security Administrator",
    "Exchange Administrator",
    "User Administrator",
];

pub(super) fn add(records: &mut Records) {
    records.units = UNITS.iter().map(|(key, name)| unit(key, name)).collect();
    records.roles = AZURE_ROLES.iter().filter_map(azure_definition).chain([support_role()]).collect();
    let held = |id: &SkuId| records.users.iter().filter(|user| user.licences.contains(id)).count();
    let sku = |id: SkuId, name: &str, plans: &[&str], bought| Sku {
        consumed: u32::try_from(held(&id)).unwrap_or(u32::MAX),
        id,
        part_number: name.to_owned(),
        service_plans: plans.iter().map(|plan| (*plan).to_owned()).collect(),
        bought,
    };
    records.skus = vec![
        sku(p2(), "AAD_PREMIUM_P2", &["AAD_PREMIUM_P2"], 60),
        sku(e3(), "SPE_E3", &["AAD_PREMIUM", "EXCHANGE_S_ENTERPRISE", "INTUNE_A"], 75),
    ];
    records.contexts = vec![
        AuthenticationContext { id: context(1), name: "Privileged work".to_owned(), published: true },
        AuthenticationContext { id: context(2), name: "Finance approvals".to_owned(), published: false },
    ];
    records.locations = vec![NamedLocation {
        id: office(),
        name: "Fernhill offices".to_owned(),
        trusted: true,
        ranges: vec!["203.0.113.0/24".to_owned(), "2001:db8:f3::/48".to_owned()],
        countries: Vec::new(),
    }];
    records.conditional_access = conditional_access();
    packages(records);
}

/// Entra ID P2.
pub(super) const fn p2() -> SkuId {
    SkuId::from_guid(0x84a6_61c4_e949_4bd2_a560_ed77_66fc_af2b_u128.to_be_bytes())
}

/// Microsoft 365 E3; it holds no Entra ID P2.
pub(super) const fn e3() -> SkuId {
    SkuId::from_guid(0x05e9_a617_0261_4cee_bb44_138d_3ef5_d965_u128.to_be_bytes())
}

/// The client id of Microsoft Graph.
const fn graph() -> AppId {
    AppId::from_guid(0x0000_0003_0000_0000_c000_0000_0000_0000_u128.to_be_bytes())
}

pub(super) fn azure_role(name: &str) -> Option<RoleId> {
    AZURE_ROLES.iter().find(|row| row.0 == name).and_then(|row| row.1.parse().ok())
}

pub(super) fn graph_permissions(rows: &[GraphPermission]) -> Vec<AppPermission> {
    let permission = |&(name, id): &GraphPermission| {
        Some(AppPermission { resource: graph(), role: id.parse().ok()?, name: Some(name.to_owned()) })
    };
    rows.iter().filter_map(permission).collect()
}

/// Two applications may act for people.
pub(super) fn delegated(key: &str) -> Vec<DelegatedGrant> {
    let grant = |scopes: &[&str], principal: Option<&str>| DelegatedGrant {
        resource: graph(),
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        principal: principal.map(id_of),
    };
    match key {
        "ticketing" => vec![grant(&["User.Read", "offline_access"], None)],
        "reporting" => {
            vec![grant(
                &["Directory.AccessAsUser.All", "RoleManagement.Read.Directory"],
                Some("victor.lindqvist"),
            )]
        }
        _ => Vec::new(),
    }
}

fn unit(key: &str, name: &str) -> AdministrativeUnit {
    let mut unit = AdministrativeUnit::new(UnitId::from_guid(guid_of(key)), name.to_owned());
    unit.members =
        people::all().filter(|person| person.unit == key).map(|person| id_of(person.key)).collect();
    unit
}

fn azure_definition(
    (name, id, actions, excluded): &(&str, &str, &[&str], &[&str]),
) -> Option<RoleDefinition> {
    let mut role =
        RoleDefinition::new(id.parse().ok()?, Surface::AzureRoles, (*name).to_owned(), RoleOrigin::BuiltIn);
    role.permissions.push(Permission {
        actions: actions.iter().map(|action| (*action).into()).collect(),
        excluded: excluded.iter().map(|action| (*action).into()).collect(),
        ..Permission::default()
    });
    Some(role)
}

/// A custom Entra role that nobody holds any more.
fn support_role() -> RoleDefinition {
    let id = RoleId::from_guid(guid_of("application-support-role"));
    let name = "Application Support".to_owned();
    let mut role = RoleDefinition::new(id, Surface::DirectoryRoles, name, RoleOrigin::Custom);
    role.permissions.push(Permission {
        actions: vec![
            "microsoft.directory/applications/basic/update".into(),
            "microsoft.directory/applications/credentials/update".into(),
        ],
        ..Permission::default()
    });
    role
}

fn context(number: u8) -> ContextId {
    format!("c{number}").parse().unwrap_or_else(|_| ContextId::from_guid(guid_of("context")))
}

const fn office() -> LocationId {
    LocationId::from_guid(guid_of("fernhill-offices"))
}

fn conditional_access() -> Vec<ConditionalAccessPolicy> {
    let policy = |name: &str, state| {
        let id = ConditionalAccessId::from_guid(guid_of(name));
        let mut policy = ConditionalAccessPolicy::new(id, name.to_owned(), state);
        policy.exclude.users = BREAK_GLASS.map(id_of).to_vec();
        policy
    };
    let everyone = Whom { everyone: true, ..Whom::default() };

    let mut admins = policy("Administrators sign in with MFA", ConditionalAccessState::Enabled);
    admins.include.roles = GUARDED_ROLES.iter().filter_map(|name| role(name)).collect();
    admins.all_applications = true;
    admins.controls = vec![GrantControl::Mfa];

    let mut privileged =
        policy("Privileged work needs a phishing-resistant key", ConditionalAccessState::Enabled);
    privileged.include = everyone.clone();
    privileged.contexts = vec![context(1)];
    privileged.controls = vec![GrantControl::AuthenticationStrength];
    privileged.strength = Some("Phishing-resistant MFA".to_owned());
    privileged.sign_in_frequency_hours = Some(0);

    let mut staff = policy("Staff outside the offices sign in with MFA", ConditionalAccessState::Enabled);
    staff.include = everyone.clone();
    staff.all_applications = true;
    staff.excluded_locations = vec![office()];
    staff.controls = vec![GrantControl::Mfa];

    let mut devices = policy("Administrators use managed devices", ConditionalAccessState::ReportOnly);
    devices.include = everyone;
    devices.all_applications = true;
    devices.controls = vec![GrantControl::CompliantDevice];
    vec![admins, privileged, staff, devices]
}

fn packages(records: &mut Records) {
    let package = PackageId::from_guid(guid_of("platform-on-call"));
    records.packages.push(AccessPackage {
        id: package.clone(),
        name: "Platform on call".to_owned(),
        catalog: CatalogId::from_guid(guid_of("operations-catalog")),
        carries: vec![Carried {
            privilege: Privilege::member(group_of("azure-operations")),
            level: Level::Eligibility,
        }],
    });
    let window = Window::new(Some(days_ago(40)), Some(NOW + Period::days(140))).unwrap_or_default();
    records.package_assignments.push(PackageAssignment {
        id: PackageAssignmentId::from_guid(guid_of("platform-on-call/tom.ashby")),
        package,
        principal: id_of("tom.ashby"),
        state: PackageState::Delivered,
        window,
    });
}
