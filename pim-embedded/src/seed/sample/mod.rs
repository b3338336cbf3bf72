//! The sample tenant: Fernhill Instruments, a company that does not exist, with the faults of one that does.

mod access;
mod history;
mod people;
mod surroundings;

use pim_core::{
    directory::{AuthenticationMethod, Group, ServicePrincipal, Source, User, UserType},
    id::{AppId, ApplicationId, RoleId, TenantId, UnitId},
    privilege::{DirectoryScope, Privilege},
    time::{Expiry, Period, Timestamp, Window},
};

use self::people::Person;
use super::{Records, Seed, SeedGrant, SeedGroup, SeedTenant, group_of, guid_of, id_of};
use crate::catalogue;

/// The clock's start: 2026-09-01T08:00:00Z.
pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

/// The keys of the two break-glass accounts.
pub const BREAK_GLASS: [&str; 2] = ["breakglass-1", "breakglass-2"];

/// A mid-size company's tenant before it has taken its privileges in hand. Always the same.
///
/// Ids come from keys ([`id_of`]): a person's is the local part of the sign-in name, so `id_of("emma.clarke")`
/// is Emma Clarke; groups (`service-desk`), applications (`ci-pipeline`) and units (`emea`) have keys as well.
///
/// | | |
/// |---|---|
/// | people | 60, of these 2 break-glass accounts and 2 guests |
/// | groups | 10: 4 role-assignable, 4 under PIM, 1 filled by a rule, 1 from on premises, 1 inside another |
/// | applications, administrative units | 8, 3 |
/// | standing assignments | 154: 148 of Entra roles, 8 of these at a unit and 2 at an application, 6 of Azure roles |
/// | eligibilities | 11 |
/// | permanent Global Administrators | 9, and the 2 break-glass accounts |
/// | role holders without a second factor | 5 |
/// | role holders with phishable methods only | 36 |
/// | role holders that did not sign in for 90 days | 5, of these 1 never and 1 disabled |
/// | people with 5 or more different Entra roles of their own | 2: one has 9, one 5 |
/// | redundant | 18 held directly and through a group, 3 at a unit below the tenant, 2 standing and eligible |
/// | role holders from outside, from on premises | 2, 2 |
/// | role holders without an Entra ID P2 licence | 1 |
/// | applications that could make themselves Global Administrator | 2 |
/// | applications with Entra roles | 7, of these 1 disabled and 1 idle for 203 days |
pub fn tenant() -> Seed {
    let mut records = Records {
        tenant: SeedTenant {
            id: TenantId::from_guid(guid_of("fernhill.example")),
            name: "Fernhill Instruments".to_owned(),
        },
        now: Some(NOW),
        users: people::all().map(user).collect(),
        groups: access::GROUPS.iter().map(group).collect(),
        service_principals: access::APPS.iter().map(application).collect(),
        eligibilities: eligibilities(),
        assignments: assignments(),
        ..Records::default()
    };
    surroundings::add(&mut records);
    history::add(&mut records);
    Seed(records)
}

/// A test proves that every name is in the catalogue; one that is not would yield no grant.
fn role(name: &str) -> Option<RoleId> {
    catalogue::role_named(name).map(|role| role.id.clone())
}

fn days_ago(days: i64) -> Timestamp {
    NOW - Period::days(u32::try_from(days).unwrap_or(0))
}

fn user(person: Person) -> User {
    let has = |letter| person.traits.contains(letter);
    let domain = if has('b') { "fernhill.onmicrosoft.com" } else { "fernhill.example" };
    let sign_in_name = if has('g') {
        format!("{}_partner.example#EXT#@fernhill.onmicrosoft.com", person.key)
    } else {
        format!("{}@{domain}", person.key)
    };
    let mut user = User::new(id_of(person.key), person.name.into(), sign_in_name.into());
    // Spread over some years, always alike.
    let spread = u32::from(guid_of(person.key)[0]);
    user.enabled = !has('d');
    user.user_type = if has('g') { UserType::Guest } else { UserType::Member };
    user.source = if has('s') { Source::OnPremises } else { Source::Cloud };
    user.department = Some(person.department.to_owned()).filter(|text| !text.is_empty());
    user.manager = Some(person.manager).filter(|key| !key.is_empty()).map(id_of);
    user.created = Some(NOW - Period::days(400 + 7 * spread));
    user.password_changed = Some(NOW - Period::days(30 + spread));
    if person.idle_days >= 0 {
        let hour = Period::minutes(37 * (spread % 3));
        user.last_sign_in = Some(days_ago(person.idle_days.into()) - hour);
    }
    user.methods = Some(person.methods.chars().filter_map(method).collect());
    if !has('b') && !has('g') {
        user.mail = Some(format!("{}@fernhill.example", person.key).into());
        user.licences.push(surroundings::e3());
    }
    if !has('n') {
        user.licences.push(surroundings::p2());
    }
    user
}

const fn method(letter: char) -> Option<AuthenticationMethod> {
    Some(match letter {
        'f' => AuthenticationMethod::Fido2,
        'w' => AuthenticationMethod::WindowsHello,
        'c' => AuthenticationMethod::Certificate,
        'l' => AuthenticationMethod::AuthenticatorPasswordless,
        'p' => AuthenticationMethod::AuthenticatorPush,
        'o' => AuthenticationMethod::OneTimeCode,
        't' => AuthenticationMethod::Phone,
        'm' => AuthenticationMethod::Email,
        _ => return None,
    })
}

fn group((key, name, traits, members, owners): &access::GroupRow) -> SeedGroup {
    let mut group = Group::new(group_of(key), (*name).to_owned());
    group.role_assignable = traits.contains('r');
    group.under_pim = Some(traits.contains('p'));
    if traits.contains('d') {
        group.membership_rule = Some("user.department -eq \"Sales\"".to_owned());
    }
    if traits.contains('s') {
        group.source = Source::OnPremises;
    }
    let ids = |keys: &[&str]| keys.iter().map(|key| id_of(key)).collect();
    SeedGroup { group, members: ids(members), owners: ids(owners) }
}

fn application((key, name, traits, idle, owners, permissions): &access::AppRow) -> ServicePrincipal {
    let app = AppId::from_guid(guid_of(&format!("{key}/app")));
    let mut principal = ServicePrincipal::new(id_of(key), app, (*name).to_owned());
    principal.managed_identity = traits.contains('m');
    principal.enabled = !traits.contains('d');
    principal.owners = owners.iter().map(|owner| id_of(owner)).collect();
    principal.last_sign_in = Some(days_ago(*idle) - Period::minutes(12));
    principal.permissions = surroundings::graph_permissions(permissions);
    principal.delegated = surroundings::delegated(key);
    principal
}

fn assignments() -> Vec<SeedGrant> {
    let directory = access::STANDING.iter().flat_map(|(name, scope, holders)| {
        let privilege =
            role(name).map(|role| Privilege::DirectoryRole { role, scope: directory_scope(scope) });
        standing(privilege, holders)
    });
    let azure = access::AZURE_STANDING.iter().flat_map(|(name, scope, holders)| {
        let role = surroundings::azure_role(name);
        let privilege =
            role.zip(scope.parse().ok()).map(|(role, scope)| Privilege::AzureRole { role, scope });
        standing(privilege, holders)
    });
    directory.chain(azure).collect()
}

/// Made over the years, one by one, without PIM.
fn standing(privilege: Option<Privilege>, holders: &[&str]) -> Vec<SeedGrant> {
    let grant = |privilege: &Privilege, key: &str| SeedGrant {
        outside_pim: true,
        ..SeedGrant::new(id_of(key), privilege.clone())
    };
    privilege.iter().flat_map(|privilege| holders.iter().map(move |key| grant(privilege, key))).collect()
}

fn directory_scope(key: &str) -> DirectoryScope {
    if key.is_empty() {
        DirectoryScope::Tenant
    } else if surroundings::UNITS.iter().any(|(unit, _)| *unit == key) {
        DirectoryScope::AdministrativeUnit(UnitId::from_guid(guid_of(key)))
    } else {
        DirectoryScope::Application(ApplicationId::from_guid(guid_of(key)))
    }
}

fn eligibilities() -> Vec<SeedGrant> {
    let rows = access::ELIGIBLE.iter().filter_map(|&(name, holder, days, activated)| {
        let mut grant = SeedGrant::new(id_of(holder), Privilege::role(role(name)?));
        let start = days_ago(155);
        let expiry = if days == 0 { Expiry::Never } else { Expiry::At(NOW + Period::days(days)) };
        grant.window = Window::starting(start, expiry)?;
        grant.last_activated = (activated >= 0).then(|| days_ago(activated) - Period::hours(1));
        Some(grant)
    });
    rows.collect()
}

#[cfg(test)]
mod tests;
