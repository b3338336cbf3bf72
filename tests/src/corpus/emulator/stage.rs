//! The world in which one request is tried: a tenant with what the request names, in an emulator of its own.

use std::collections::BTreeSet;

use bytes::Bytes;
use pim_core::{
    conditional_access::AuthenticationContext,
    directory::{
        AdministrativeUnit, AppPermission, AuthenticationMethod, DelegatedGrant, Group, ServicePrincipal,
        Sku, User,
    },
    id::{AppId, PrincipalId, RoleId},
    package::{AccessPackage, PackageAssignment, PackageState},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::{Privilege, RoleDefinition, RoleOrigin, Surface},
    time::{Period, Timestamp, Window},
};
use pim_embedded::{
    catalogue,
    seed::{Records, Seed, SeedGrant, SeedGroup, SeedPolicy, guid_of, id_of, sample},
};
use pim_emulator::{Emulator, NewToken, Options};
use pim_http::transport::{ReqwestTransport, Transport};
use serde_json::{Value, json};

use super::{
    call::{Call, Caller},
    needs::Needs,
};

/// A role of which nothing is said, and another.
pub(super) const ROLES: [&str; 2] =
    ["729827e3-9c14-49f7-bb1b-9608f156bbb8", "fe930be7-5e62-47db-91af-98c3a49a38b1"];

/// How many people hold the highest role, so that there are too many.
const ADMINISTRATORS: usize = 7;

/// An emulator and who asks it.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) emulator: Emulator,
    transport: ReqwestTransport,
}

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Value,
}

/// What the tenant is to be like beyond what the request names.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub(super) now: Option<Timestamp>,
    /// Whether activations of what the request names wait for the administrator.
    pub(super) approval: bool,
}

/// The id of the administrator.
pub(super) fn root() -> String {
    id_of("root").to_string()
}

/// The id of a person who asks for things.
pub(super) fn asker() -> String {
    id_of("asker").to_string()
}

/// The id of a group under PIM of which nothing is said.
pub(super) fn group() -> String {
    id_of("crew").to_string()
}

impl Stage {
    /// Builds the tenant and starts an emulator over it.
    ///
    /// # Errors
    /// In words, where the tenant does not fit together.
    pub(super) async fn build(needs: &Needs, wish: &Wish) -> Result<Self, String> {
        let seed = Seed::try_from(records(needs, wish)?).map_err(|error| format!("the seed: {error}"))?;
        let emulator = Emulator::start(seed, Options::default()).await.map_err(|error| error.to_string())?;
        let transport = ReqwestTransport::new().map_err(|error| error.to_string())?;
        Ok(Self { emulator, transport })
    }

    /// Moves the service's time on.
    pub(super) fn advance(&self, length: Period) {
        self.emulator.clock().advance(length);
    }

    /// The service's time.
    pub(super) fn now(&self) -> Timestamp {
        use pim_core::clock::Clock as _;
        self.emulator.clock().now()
    }

    /// Sends a request.
    pub(super) async fn send(&self, call: &Call) -> Result<Reply, String> {
        let principal = match &call.caller {
            Caller::Root => id_of("root"),
            Caller::Person(id) => id.parse().map_err(|_| format!("{id} is no id of a person"))?,
        };
        let token = NewToken {
            principal: Some(principal),
            mfa: true,
            contexts: (1..100).filter_map(|n| format!("c{n}").parse().ok()).collect(),
            ..NewToken::default()
        };
        let token = self.emulator.token(token).map_err(|error| error.to_string())?;
        let mut request = http::Request::builder()
            .method(call.method.as_str())
            .uri(format!("{}{}", self.emulator.graph(), call.address()))
            .header("authorization", format!("Bearer {token}"));
        for (name, value) in &call.headers {
            if !name.eq_ignore_ascii_case("authorization") && !name.eq_ignore_ascii_case("content-type") {
                request = request.header(name, value);
            }
        }
        let body = if call.body.is_null() { Bytes::new() } else { Bytes::from(call.body.to_string()) };
        if !call.body.is_null() {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(body).map_err(|error| error.to_string())?;
        let answer = self.transport.send(request).await.map_err(|error| error.to_string())?;
        let status = answer.status().as_u16();
        let location =
            answer.headers().get("location").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let text =
            answer.into_body().collect(1 << 24).await.map_err(|error| error.to_string())?.unwrap_or_default();
        let body = serde_json::from_slice(&text).unwrap_or(Value::Null);
        Ok(Reply { status, location, body })
    }

    /// Sends what must have happened before, as somebody; it must succeed.
    pub(super) async fn first(
        &self,
        method: &str,
        version: &str,
        path: &str,
        body: Value,
        caller: Caller,
    ) -> Result<Value, String> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let call = Call {
            method: method.to_owned(),
            version: version.to_owned(),
            path: path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect(),
            options: crate::corpus::options(query),
            headers: [("consistencylevel".to_owned(), "eventual".to_owned())].into(),
            body,
            caller,
        };
        let reply = self.send(&call).await?;
        if (200..300).contains(&reply.status) {
            return Ok(reply.body);
        }
        Err(format!(
            "what must come before, {method} {path}, is answered with {}: {}",
            reply.status, reply.body
        ))
    }

    /// The rows of a list, as the administrator sees them.
    pub(super) async fn rows(&self, version: &str, path: &str) -> Result<Vec<Value>, String> {
        let body = self.first("GET", version, path, Value::Null, Caller::Root).await?;
        Ok(body["value"].as_array().cloned().unwrap_or_default())
    }
}

fn records(needs: &Needs, wish: &Wish) -> Result<Records, String> {
    let mut records = sample::tenant().into_records();
    let told = |id: &str, kind: &str| format!("{id} is no id of a {kind}");
    let now = wish.now.unwrap_or(sample::NOW);
    // What the sample tenant knows of a time to come, it can't know yet.
    records.now = Some(now);
    records.audit.retain(|record| record.at <= now);
    records.sign_ins.retain(|sign_in| sign_in.at <= now);
    for user in &mut records.users {
        for time in [&mut user.created, &mut user.last_sign_in, &mut user.password_changed] {
            *time = time.filter(|time| *time <= now);
        }
    }
    for app in &mut records.service_principals {
        app.last_sign_in = app.last_sign_in.filter(|time| *time <= now);
    }
    records.eligibilities.clear();
    records.assignments.clear();
    records.policies.clear();
    records.reviews.clear();
    if let Some(tenant) = needs.tenants.iter().next() {
        records.tenant.id = tenant.parse().map_err(|_| told(tenant, "tenant"))?;
    }
    for id in &needs.skus {
        records.skus.push(Sku {
            id: id.parse().map_err(|_| told(id, "licence"))?,
            part_number: "WANTED".to_owned(),
            service_plans: vec!["WANTED_PLAN".to_owned()],
            bought: 9,
            consumed: 1,
        });
    }
    let mut people: Vec<PrincipalId> = vec![id_of("root"), id_of("asker"), id_of("keeper")];
    for id in &needs.users {
        people.push(id.parse().map_err(|_| told(id, "person"))?);
    }
    for (at, id) in people.iter().enumerate() {
        if records.users.iter().all(|known| known.id != *id) {
            records.users.push(person(id.clone(), at, needs, &records.skus));
        }
    }
    records.users.push(described(needs));
    // Whoever belongs to groups and units is none of those who get something on the way.
    for name in ["crew-1", "crew-2"] {
        records.users.push(person(id_of(name), 70 + name.len(), needs, &records.skus));
        let last = records.users.len() - 1;
        records.users[last].sign_in_name = format!("{name}@contoso.example").into();
    }
    let members = vec![id_of("crew-1"), id_of("crew-2")];
    let mut groups: BTreeSet<String> = needs.groups.clone();
    groups.insert(group());
    for id in &groups {
        let mut own = Group::new(id.parse().map_err(|_| told(id, "group"))?, named(needs, "crew"));
        own.role_assignable = true;
        own.under_pim = Some(true);
        let group = SeedGroup { group: own, members: members.clone(), owners: vec![id_of("crew-2")] };
        records.groups.push(group);
    }
    applications(&mut records, needs)?;
    for id in &needs.units {
        let mut unit = AdministrativeUnit::new(id.parse().map_err(|_| told(id, "unit"))?, "north".to_owned());
        unit.members = members.clone();
        records.units.push(unit);
    }
    for id in &needs.roles {
        let id: RoleId = id.parse().map_err(|_| told(id, "role"))?;
        if catalogue::role(&id).is_none() {
            let name = named(needs, "custom role");
            let mut role = RoleDefinition::new(id, Surface::DirectoryRoles, name, RoleOrigin::Custom);
            role.permissions = catalogue::entra_roles()[0].permissions.clone();
            records.roles.push(role);
        }
    }
    for id in &needs.contexts {
        if let (Ok(id), true) = (id.parse(), records.contexts.iter().all(|known| known.id != *id.as_str())) {
            records.contexts.push(AuthenticationContext { id, name: "strict".to_owned(), published: true });
        }
    }
    packages(&mut records, needs)?;
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    for id in [id_of("root"), id_of("keeper")] {
        records.assignments.push(SeedGrant::new(id, global.clone()));
    }
    let others: Vec<PrincipalId> =
        records.users.iter().take(ADMINISTRATORS).map(|user| user.id.clone()).collect();
    for id in others {
        records.assignments.push(SeedGrant::new(id, global.clone()));
    }
    policies(&mut records, needs, wish, &groups)?;
    Ok(records)
}

fn person(id: PrincipalId, at: usize, needs: &Needs, skus: &[Sku]) -> User {
    let mut user =
        User::new(id, format!("Person {at}").into(), format!("person.{at}@contoso.example").into());
    user.mail = Some(format!("person.{at}@contoso.example").into());
    user.methods = Some(vec![AuthenticationMethod::AuthenticatorPush, AuthenticationMethod::OneTimeCode]);
    user.licences = needs.skus.iter().filter_map(|sku| sku.parse().ok()).collect();
    user.licences.extend(skus.iter().take(1).map(|sku| sku.id.clone()));
    user.licences.dedup();
    user
}

/// Somebody of whom everything holds that filters and searches ask for.
fn described(needs: &Needs) -> User {
    let text = |member: &str| needs.people.get(member).cloned();
    let mut user = person(id_of("described"), 99, needs, &[]);
    user.name = named(needs, "Described").into();
    if let Some(name) = text("userPrincipalName").or_else(|| text("issuerAssignedId")) {
        user.sign_in_name = name.into();
    }
    user.mail = text("mail").map(Into::into).or(user.mail);
    user.department = text("department");
    user
}

fn named(needs: &Needs, otherwise: &str) -> String {
    needs.people.get("displayName").cloned().unwrap_or_else(|| otherwise.to_owned())
}

fn applications(records: &mut Records, needs: &Needs) -> Result<(), String> {
    let graph = AppId::from_guid(guid_of("an interface"));
    let mut interface =
        ServicePrincipal::new(id_of("an interface"), graph.clone(), named(needs, "Interface"));
    interface.owners.push(id_of("root"));
    records.service_principals.push(interface);
    for id in needs.apps.iter().chain([&id_of("a client").to_string()]) {
        let id: PrincipalId = id.parse().map_err(|_| format!("{id} is no id of an application"))?;
        let app = AppId::from_guid(guid_of(&format!("{id} client")));
        let mut own = ServicePrincipal::new(id, app, named(needs, "Client"));
        let role = RoleId::from_guid(guid_of("a permission"));
        own.permissions.push(AppPermission { resource: graph.clone(), role, name: Some("Keys.Read".into()) });
        for principal in [Some(id_of("asker")), None] {
            let scopes = vec!["User.Read".to_owned()];
            own.delegated.push(DelegatedGrant { resource: graph.clone(), scopes, principal });
        }
        own.owners.push(id_of("root"));
        records.service_principals.push(own);
    }
    Ok(())
}

fn packages(records: &mut Records, needs: &Needs) -> Result<(), String> {
    let told = |id: &str, kind: &str| format!("{id} is no id of a {kind}");
    let some = |of: &str| pim_core::id::RequestId::from_guid(guid_of(of)).to_string();
    let mut catalogs: Vec<String> = needs.catalogs.iter().cloned().collect();
    catalogs.push(some("a catalog"));
    let mut wanted: Vec<(String, String)> =
        catalogs.iter().map(|catalog| (some(&format!("package of {catalog}")), catalog.clone())).collect();
    wanted.extend(needs.packages.iter().map(|id| (id.clone(), catalogs[0].clone())));
    for (id, catalog) in wanted {
        records.packages.push(AccessPackage {
            id: id.parse().map_err(|_| told(&id, "package"))?,
            name: "package".to_owned(),
            catalog: catalog.parse().map_err(|_| told(&catalog, "catalog"))?,
            carries: Vec::new(),
        });
    }
    let package = records.packages.last().map(|package| package.id.clone());
    for id in needs.package_assignments.iter().chain([&some("package assignment")]) {
        if let Some(package) = &package {
            records.package_assignments.push(PackageAssignment {
                id: id.parse().map_err(|_| told(id, "assignment"))?,
                package: package.clone(),
                principal: id_of("asker"),
                state: PackageState::Delivered,
                window: Window::ALWAYS,
            });
        }
    }
    Ok(())
}

/// Settings that refuse nothing which a page could ask for, unless approval is wished for.
fn policies(
    records: &mut Records,
    needs: &Needs,
    wish: &Wish,
    groups: &BTreeSet<String>,
) -> Result<(), String> {
    let mut subjects: Vec<Privilege> = Vec::new();
    for id in groups {
        let id: pim_core::id::GroupId = id.parse().map_err(|_| format!("{id} is no id of a group"))?;
        subjects.extend([Privilege::member(id.clone()), Privilege::owner(id)]);
    }
    let roles: BTreeSet<&str> = ROLES.into_iter().chain(needs.roles.iter().map(String::as_str)).collect();
    for id in roles {
        subjects.push(Privilege::role(id.parse().map_err(|_| format!("{id} is no id of a role"))?));
    }
    for subject in subjects {
        let approval = if wish.approval {
            ApprovalSetting::by([Approver::user(id_of("root")), Approver::user(id_of("keeper"))])
        } else {
            ApprovalSetting::none()
        };
        let rule = |kind, setting| Rule { kind, setting };
        let unbound = || Setting::Expiration { required: false, max: None };
        let nothing = || Setting::Enablement { required: BTreeSet::new() };
        let day = Setting::Expiration { required: true, max: Some(Period::hours(24)) };
        let rules = vec![
            rule(RuleKind::ExpirationAdminEligibility, unbound()),
            rule(RuleKind::ExpirationAdminAssignment, unbound()),
            rule(RuleKind::ExpirationEndUserAssignment, day),
            rule(RuleKind::EnablementAdminEligibility, nothing()),
            rule(RuleKind::EnablementAdminAssignment, nothing()),
            rule(RuleKind::EnablementEndUserAssignment, nothing()),
            rule(RuleKind::ApprovalEndUserAssignment, Setting::Approval(approval)),
        ];
        records.policies.push(SeedPolicy { subject, rules });
    }
    Ok(())
}

/// A span of time as a request asks for it.
pub(super) fn lasting(length: Option<&str>) -> Value {
    match length {
        None => json!({ "expiration": { "type": "noExpiration" } }),
        Some(length) => json!({ "expiration": { "type": "afterDuration", "duration": length } }),
    }
}
