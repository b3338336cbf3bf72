//! People, groups, applications, administrative units, licences.

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{AssignmentQuery, Backend, Filter, View, When},
    directory::User,
    id::{GroupId, PrincipalId},
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
};
use serde_json::{Value, json};

use super::{Context, delta, expand, members};
use crate::{
    call::{Answer, Reply},
    entity::Entity,
    query::{self, of_positions},
    refusal::Refusal,
    render::{
        directory::{
            self as shown, DIRECTORY_OBJECT, GROUP, REGISTRATION, SCOPED_MEMBER, SERVICE_PRINCIPAL, SKU,
            UNIT, USER,
        },
        grants_of_apps,
    },
    scopes::{self, Scopes},
    world::Object,
};

/// How many ids `getByIds` takes.
const MOST_IDS: usize = 1000;

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let records = context.tenant.records();
    match path {
        ["me"] => {
            context.expect(&Method::GET, &scopes::ME_READ)?;
            let me = context.tenant.user(context.call.bearer.principal());
            let me = me.ok_or_else(|| {
                Refusal::bad_request("/me request is only valid with delegated authentication flow.")
            })?;
            context.call.object("users", &USER, person(context, me))
        }
        ["me", rest @ ("transitiveMemberOf" | "memberOf")] => {
            let me = context.call.bearer.principal().clone();
            groups_of(context, &scopes::ME_READ, &me, rest).await
        }
        ["users"] => {
            all(context, &scopes::USERS_READ, &USER, records.users.len(), |at| {
                records.users.get(at).map(|user| person(context, user))
            })
            .await
        }
        ["users", "$count"] => count(context, &scopes::USERS_READ, records.users.len()),
        [
            collection @ ("users"
            | "groups"
            | "servicePrincipals"
            | "directoryObjects"
            | "oauth2PermissionGrants"),
            "delta",
        ] => delta::serve(context, collection).await,
        ["directory", "administrativeUnits", "delta"] => delta::serve(context, "administrativeUnits").await,
        ["users", id] => {
            context.expect(&Method::GET, &scopes::USERS_READ)?;
            let named = records.users.iter().find(|user| user.sign_in_name.expose().eq_ignore_ascii_case(id));
            let user = named.or_else(|| id.parse().ok().and_then(|id| context.tenant.user(&id)));
            let user = user.ok_or_else(|| Refusal::no_object(id))?;
            context.call.object("users", &USER, person(context, user))
        }
        ["users" | "servicePrincipals" | "groups", id, rest @ ("transitiveMemberOf" | "memberOf")] => {
            groups_of(context, &scopes::MEMBERS_READ, &id.parse()?, rest).await
        }
        ["groups"] => {
            all(context, &scopes::GROUPS_READ, &GROUP, records.groups.len(), |at| {
                records.groups.get(at).map(|group| shown::group(&group.group))
            })
            .await
        }
        ["groups", "$count"] => count(context, &scopes::GROUPS_READ, records.groups.len()),
        ["groups", id] => {
            context.expect(&Method::GET, &scopes::GROUPS_READ)?;
            match context.tenant.object(&id.parse()?) {
                Some(Object::Group(group)) => context.call.object("groups", &GROUP, shown::group(group)),
                _ => Err(Refusal::no_object(id)),
            }
        }
        ["groups", id, rest @ ("members" | "transitiveMembers" | "owners"), cast @ ..] => {
            group_members(context, id, rest, cast).await
        }
        ["servicePrincipals"] => {
            let apps = &records.service_principals;
            all(context, &scopes::APPS_READ, &SERVICE_PRINCIPAL, apps.len(), |at| {
                apps.get(at).map(shown::service_principal)
            })
            .await
        }
        ["servicePrincipals", "$count"] => {
            count(context, &scopes::APPS_READ, records.service_principals.len())
        }
        ["servicePrincipals", id] => {
            context.expect(&Method::GET, &scopes::APPS_READ)?;
            let api = grants_of_apps::api(&context.tenant, &id.parse()?);
            let api = api.ok_or_else(|| Refusal::no_object(id))?;
            context.call.object("servicePrincipals", &SERVICE_PRINCIPAL, api)
        }
        ["servicePrincipals", id, "owners"] => {
            context.expect(&Method::GET, &scopes::APPS_READ)?;
            match context.tenant.object(&id.parse()?) {
                Some(Object::Application(app)) => objects(context, &app.owners).await,
                _ => Err(Refusal::no_object(id)),
            }
        }
        [
            "servicePrincipals" | "users",
            id,
            which @ ("appRoleAssignments" | "appRoleAssignedTo"),
            rest @ ..,
        ] => {
            context.expect(&Method::GET, &scopes::APPS_READ)?;
            let grants =
                grants_of_apps::permissions(&context.tenant, &id.parse()?, *which == "appRoleAssignedTo");
            all_or_one(context, "appRoleAssignments", &grants_of_apps::APP_ROLE_ASSIGNMENT, grants, rest)
                .await
        }
        ["oauth2PermissionGrants", rest @ ..] => {
            context.expect(&Method::GET, &scopes::GRANTS_READ)?;
            let grants = grants_of_apps::delegated(&context.tenant);
            all_or_one(context, "oauth2PermissionGrants", &grants_of_apps::OAUTH2_GRANT, grants, rest).await
        }
        ["directoryObjects", "getByIds"] => by_ids(context),
        ["directoryObjects", id] => {
            context.expect(&Method::GET, &scopes::OBJECTS_READ)?;
            let object = context.tenant.object(&id.parse()?).ok_or_else(|| Refusal::no_object(id))?;
            context.call.object("directoryObjects", &DIRECTORY_OBJECT, shown::typed(&context.tenant, object))
        }
        ["directory", "administrativeUnits", rest @ ..] => units(context, rest).await,
        ["subscribedSkus", rest @ ..] => {
            context.expect(&Method::GET, &scopes::LICENCES_READ)?;
            let rows = records.skus.iter().map(|sku| shown::sku(&context.tenant, sku)).collect();
            all_or_one(context, "subscribedSkus", &SKU, rows, rest).await
        }
        ["organization"] => {
            context.expect(&Method::GET, &scopes::LICENCES_READ)?;
            let tenant = json!({ "id": records.tenant.id, "displayName": records.tenant.name });
            values(context, "organization", &DIRECTORY_OBJECT, &[tenant]).await
        }
        ["reports", "authenticationMethods", "userRegistrationDetails", rest @ ..] => {
            registrations(context, rest).await
        }
        _ => Err(context.not_emulated()),
    }
}

/// A collection of the seed, one object for each position.
async fn all(
    context: &Context<'_>,
    scopes: &Scopes,
    entity: &Entity,
    length: usize,
    show: impl Fn(usize) -> Option<Value>,
) -> Answer {
    context.expect(&Method::GET, scopes)?;
    context.call.query.check(entity)?;
    let open = |from| of_positions(length, from);
    let page = query::list(&context.call.query, context.page_size(), open, |at: &usize| show(*at)).await?;
    context.call.page(&context.call.path.join("/"), entity, page)
}

/// A person, with the manager where that was asked. Who has none shows no member of that name.
fn person(context: &Context<'_>, user: &User) -> Value {
    let query = &context.call.query;
    let mut object = if query.is_plain() { shown::user(user) } else { shown::whole_user(user) };
    if let (Some(expand), Some(manager), Some(members)) =
        (query.expansion("manager"), &user.manager, object.as_object_mut())
    {
        let manager = expand::directory_object(context, &manager.to_string());
        members.insert("manager".to_owned(), expand.project(manager));
    }
    object
}

/// A collection that was put together for this answer.
pub(super) async fn values(context: &Context<'_>, place: &str, entity: &Entity, values: &[Value]) -> Answer {
    context.call.query.check(entity)?;
    let open = |from| of_positions(values.len(), from);
    let show = |at: &usize| values.get(*at).cloned();
    let page = query::list(&context.call.query, context.page_size(), open, show).await?;
    context.call.page(place, entity, page)
}

/// Such a collection, or the one of it whose id is behind it.
async fn all_or_one(
    context: &Context<'_>,
    place: &str,
    entity: &Entity,
    rows: Vec<Value>,
    path: &[&str],
) -> Answer {
    match path {
        [] => values(context, place, entity, &rows).await,
        [id] => {
            let same = |row: &Value| row["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id));
            let row = rows.into_iter().find(same).ok_or_else(|| Refusal::no_object(id))?;
            context.call.object(place, entity, row)
        }
        _ => Err(context.not_emulated()),
    }
}

/// How many there are, as plain text; an advanced query.
fn count(context: &Context<'_>, scopes: &Scopes, length: usize) -> Answer {
    context.expect(&Method::GET, scopes)?;
    if !context.call.is_eventual() {
        return Err(Refusal::unsupported_query("$count needs the header ConsistencyLevel: eventual."));
    }
    Ok(Reply::new(StatusCode::OK, Some(Value::String(length.to_string()))))
}

/// Objects by their ids, in that order.
async fn objects(context: &Context<'_>, ids: &[PrincipalId]) -> Answer {
    let found = ids.iter().filter_map(|id| context.tenant.object(id));
    let found: Vec<Value> = found.map(|object| shown::typed(&context.tenant, object)).collect();
    values(context, "directoryObjects", &DIRECTORY_OBJECT, &found).await
}

/// No more than where each object is.
async fn references(context: &Context<'_>, ids: &[PrincipalId]) -> Answer {
    let root = format!("{}/{}/directoryObjects", context.call.origin, context.call.version.as_str());
    let rows: Vec<Value> = ids.iter().map(|id| json!({ "@odata.id": format!("{root}/{id}") })).collect();
    values(context, "Collection($ref)", &DIRECTORY_OBJECT, &rows).await
}

/// Who holds a role in an administrative unit, in the older form.
async fn scoped_members(context: &Context<'_>, unit: &str) -> Answer {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let asked = AssignmentQuery { view: View::Everyone, when: When::Now, filter };
    let mut batches = context.backend.list_assignments(&asked, None);
    let mut rows = Vec::new();
    while let Some(batch) = batches.next().await {
        for held in batch?.items {
            let Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(of), .. } =
                &held.privilege
            else {
                continue;
            };
            if *of != *unit {
                continue;
            }
            let object = context.tenant.object(&held.principal);
            let object = object.map_or(Value::Null, |object| shown::typed(&context.tenant, object));
            rows.push(json!({
                "id": held.instance.as_ref().map(ToString::to_string),
                "roleId": held.privilege.role_id(),
                "administrativeUnitId": unit,
                "roleMemberInfo": {
                    "id": held.principal,
                    "displayName": object.get("displayName"),
                    "userPrincipalName": object.get("userPrincipalName"),
                },
            }));
        }
    }
    values(context, "scopedRoleMemberships", &SCOPED_MEMBER, &rows).await
}

async fn group_members(context: &Context<'_>, id: &str, which: &str, cast: &[&str]) -> Answer {
    context.expect(&Method::GET, &scopes::MEMBERS_READ)?;
    let group: GroupId = id.parse()?;
    if !context.tenant.is_group(&group.as_principal()) {
        return Err(Refusal::no_object(id));
    }
    let access = if which == "owners" { GroupAccess::Owner } else { GroupAccess::Member };
    let mut found = members::of_group(context, &group, &access, which == "transitiveMembers").await?;
    if cast == ["$ref"] {
        return references(context, &found).await;
    }
    if let [cast] = cast {
        if !context.call.is_eventual() {
            return Err(Refusal::unsupported_query(
                "A type cast needs the header ConsistencyLevel: eventual.",
            ));
        }
        let wanted = cast.trim_start_matches("microsoft.graph.");
        found.retain(|id| shown::type_of(&context.tenant.kind_of(id)).eq_ignore_ascii_case(wanted));
    } else if !cast.is_empty() {
        return Err(context.not_emulated());
    }
    objects(context, &found).await
}

async fn groups_of(context: &Context<'_>, scopes: &Scopes, principal: &PrincipalId, which: &str) -> Answer {
    context.expect(&Method::GET, scopes)?;
    let mut found = if which == "memberOf" {
        members::own_groups(context, principal).await?
    } else {
        members::groups_of(context, principal).await?
    };
    let units = context.tenant.records().units.iter();
    let units = units.filter(|unit| unit.members.contains(principal));
    found.extend(units.filter_map(|unit| unit.id.to_string().parse().ok()));
    objects(context, &found).await
}

/// What is not there is left out, as the service does.
fn by_ids(context: &Context<'_>) -> Answer {
    context.expect(&Method::POST, &scopes::OBJECTS_READ)?;
    let body = context.call.json()?;
    let ids = body.get("ids").and_then(Value::as_array);
    let ids = ids.ok_or_else(|| Refusal::bad_request("The property 'ids' is needed."))?;
    if ids.len() > MOST_IDS {
        return Err(Refusal::bad_request(format!("At most {MOST_IDS} ids may be given.")));
    }
    let types = body.get("types").and_then(Value::as_array);
    let mut found = Vec::new();
    for id in ids.iter().filter_map(Value::as_str) {
        let Some(object) = context.tenant.object(&id.parse()?) else { continue };
        let object = shown::typed(&context.tenant, object);
        let kind = object["@odata.type"].as_str().unwrap_or_default().trim_start_matches("#microsoft.graph.");
        let wanted = types.is_none_or(|types| {
            types
                .iter()
                .filter_map(Value::as_str)
                .any(|t| t == "directoryObject" || t.eq_ignore_ascii_case(kind))
        });
        if wanted {
            found.push(context.call.query.project(object, &DIRECTORY_OBJECT));
        }
    }
    let place = format!("{}#directoryObjects", context.call.metadata());
    Ok(Reply::new(StatusCode::OK, Some(json!({ "@odata.context": place, "value": found }))))
}

async fn units(context: &Context<'_>, path: &[&str]) -> Answer {
    let units = &context.tenant.records().units;
    let scopes = &scopes::UNITS_READ;
    let Some((id, rest)) = path.split_first() else {
        return all(context, scopes, &UNIT, units.len(), |at| units.get(at).map(shown::unit)).await;
    };
    context.expect(&Method::GET, if rest == ["scopedRoleMembers"] { &scopes::ROLE_READ } else { scopes })?;
    let unit = units.iter().find(|unit| unit.id == **id).ok_or_else(|| Refusal::no_object(id))?;
    match rest {
        [] => context.call.object("directory/administrativeUnits", &UNIT, shown::unit(unit)),
        ["members"] => objects(context, &unit.members).await,
        ["members", "$ref"] => references(context, &unit.members).await,
        ["scopedRoleMembers"] => scoped_members(context, &unit.id.to_string()).await,
        _ => Err(context.not_emulated()),
    }
}

async fn registrations(context: &Context<'_>, path: &[&str]) -> Answer {
    const PLACE: &str = "reports/authenticationMethods/userRegistrationDetails";
    context.expect(&Method::GET, &scopes::LOGS_READ)?;
    let admins = administrators(context).await?;
    let rows: Vec<Value> = context
        .tenant
        .records()
        .users
        .iter()
        .filter_map(|user| shown::registration(user, admins.contains(&user.id), &context.tenant))
        .collect();
    match path {
        [] => values(context, PLACE, &REGISTRATION, &rows).await,
        [id] => {
            let row = rows
                .into_iter()
                .find(|row| row["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)));
            context.call.object(PLACE, &REGISTRATION, row.ok_or_else(|| Refusal::no_object(id))?)
        }
        _ => Err(context.not_emulated()),
    }
}

/// Everybody who holds a directory role directly now.
async fn administrators(context: &Context<'_>) -> Result<Vec<PrincipalId>, Refusal> {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let asked = AssignmentQuery { view: View::Everyone, when: When::Now, filter };
    let mut batches = context.backend.list_assignments(&asked, None);
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch?.items.into_iter().map(|held| held.principal));
    }
    Ok(found)
}
