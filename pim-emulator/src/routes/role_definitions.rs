//! Role definitions: built-in ones to be read, custom ones to be written too.

use http::{Method, StatusCode};
use pim_core::{
    id::RoleId,
    privilege::{Permission, RoleDefinition, RoleOrigin, Surface},
};
use pim_embedded::engine::Command;
use serde_json::{Map, Value, json};

use super::{Context, directory::values};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, with_context},
    refusal::Refusal,
    render::role_definition::{self as shown, ROLE_DEFINITION},
    scopes,
};

const PLACE: &str = "roleManagement/directory/roleDefinitions";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let method = &context.call.method;
    match (path, method) {
        ([], &Method::POST) => create(context).await,
        ([id], &Method::PATCH) => update(context, id).await,
        ([id], &Method::DELETE) => delete(context, id).await,
        ([], _) => {
            context.expect(&Method::GET, &scopes::ROLE_READ)?;
            let roles = context.tenant.roles();
            let of_directory = roles.iter().filter(|role| role.surface == Surface::DirectoryRoles);
            let rows: Vec<Value> = of_directory.map(|role| whole(context, role)).collect();
            values(context, PLACE, &ROLE_DEFINITION, &rows).await
        }
        ([id], _) => {
            context.expect(&Method::GET, &scopes::ROLE_READ)?;
            let role = known(context, id)?;
            context.call.object(PLACE, &ROLE_DEFINITION, whole(context, &role))
        }
        _ => Err(context.not_emulated()),
    }
}

/// The roles of entitlement management, which are the same in every tenant.
pub(super) async fn of_packages(context: &Context<'_>, path: &[&str]) -> Answer {
    const PLACE: &str = "roleManagement/entitlementManagement/roleDefinitions";
    context.expect(&Method::GET, &scopes::ROLE_READ)?;
    let rows = shown::of_packages();
    match path {
        [] => values(context, PLACE, &ROLE_DEFINITION, &rows).await,
        [id] => {
            let row = rows.into_iter().find(|row| body::text(row, "/id") == Some(*id));
            context.call.object(PLACE, &ROLE_DEFINITION, row.ok_or_else(|| Refusal::no_object(id))?)
        }
        _ => Err(context.not_emulated()),
    }
}

/// A role, with the role that it inherits from where that is asked for.
pub(super) fn whole(context: &Context<'_>, role: &RoleDefinition) -> Value {
    let mut object = shown::of(context.tenant.as_ref(), role, context.call.version);
    if let Some(expand) = context.call.query.expansion("inheritsPermissionsFrom") {
        let parents = object.get("inheritsPermissionsFrom").and_then(Value::as_array).cloned();
        let parents = parents.unwrap_or_default().into_iter().filter_map(|parent| {
            let id = body::text(&parent, "/id")?.parse().ok()?;
            let parent = context.tenant.role(&id)?;
            Some(expand.project(shown::of(context.tenant.as_ref(), &parent, context.call.version)))
        });
        body::set(&mut object, "inheritsPermissionsFrom", parents.collect::<Vec<_>>());
    }
    object
}

fn known(context: &Context<'_>, id: &str) -> Result<RoleDefinition, Refusal> {
    let role = id.parse().ok().and_then(|id| context.tenant.role(&id));
    role.map(std::borrow::Cow::into_owned).ok_or_else(|| Refusal::no_object(id))
}

async fn create(context: &Context<'_>) -> Answer {
    scopes::ROLE_WRITE.check(context.call)?;
    let asked = context.call.json()?;
    body::known(&asked, &ROLE_DEFINITION)?;
    body::needed(&asked, "displayName")?;
    if !asked.get("rolePermissions").is_some_and(Value::is_array) {
        return Err(Refusal::bad_request("The property 'rolePermissions' is needed."));
    }
    let id = asked.get("templateId").and_then(Value::as_str).map(str::to_owned);
    let id: RoleId = id.unwrap_or_else(|| context.tenant.book.fresh()).parse()?;
    if context.tenant.role(&id).is_some() {
        return Err(Refusal::new(StatusCode::CONFLICT, "Request_MultipleObjectsWithSameKeyValue", TWICE));
    }
    let mut record = json!({
        "id": id, "description": null, "isEnabled": true, "version": null, "templateId": id,
        "resourceScopes": ["/"],
    });
    body::merge(&mut record, &asked);
    let object = keep(context, id.clone(), record).await?;
    let place = format!("{}#{PLACE}/$entity", context.call.metadata());
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(object, place)));
    reply.made = Some(id.to_string());
    Ok(reply)
}

const TWICE: &str = "Another object with the same value for property templateId already exists.";

async fn update(context: &Context<'_>, id: &str) -> Answer {
    scopes::ROLE_WRITE.check(context.call)?;
    let asked = context.call.json()?;
    body::known(&asked, &ROLE_DEFINITION)?;
    let role = known(context, id)?;
    let mut record = shown::of(context.tenant.as_ref(), &role, context.call.version);
    body::merge(&mut record, &asked);
    body::set(&mut record, "id", role.id.to_string());
    keep(context, role.id, record).await?;
    Ok(Reply::done())
}

async fn delete(context: &Context<'_>, id: &str) -> Answer {
    scopes::ROLE_WRITE.check(context.call)?;
    let id = known(context, id)?.id;
    context.tenant.service.execute(&context.call.bearer.caller, &Command::RemoveRole(id.clone())).await?;
    context.tenant.book.remove(Shelf::Roles, &id.to_string());
    context.tenant.note_role(id, None);
    Ok(Reply::done())
}

/// Tells the engine of a role and keeps what it has no place for.
async fn keep(context: &Context<'_>, id: RoleId, mut record: Value) -> Result<Value, Refusal> {
    let name = body::text(&record, "/displayName").unwrap_or_default().to_owned();
    let origin = context.tenant.role(&id).map_or(RoleOrigin::Custom, |known| known.origin.clone());
    let mut role = RoleDefinition::new(id.clone(), Surface::DirectoryRoles, name, origin);
    role.permissions = permissions(record.get("rolePermissions"));
    let command = Command::DefineRole(role.clone());
    context.tenant.service.execute(&context.call.bearer.caller, &command).await?;
    for member in ["isBuiltIn", "rolePermissions", "inheritsPermissionsFrom", "@odata.context"] {
        record.as_object_mut().and_then(|members| members.remove(member));
    }
    context.tenant.book.put(Shelf::Roles, record);
    context.tenant.note_role(id, Some(role.clone()));
    Ok(shown::of(context.tenant.as_ref(), &role, context.call.version))
}

fn permissions(list: Option<&Value>) -> Vec<Permission> {
    let blocks = list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object);
    let texts = |block: &Map<String, Value>, name: &str| {
        let list = block.get(name).and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).map(Into::into).collect()
    };
    blocks
        .map(|block| Permission {
            actions: texts(block, "allowedResourceActions"),
            excluded: texts(block, "excludedResourceActions"),
            condition: block.get("condition").and_then(Value::as_str).map(Into::into),
            ..Permission::default()
        })
        .collect()
}
