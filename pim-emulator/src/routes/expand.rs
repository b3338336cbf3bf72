//! `$expand` on requests, schedules, instances and assignments.

use pim_core::{id::ScheduleId, privilege::DirectoryScope, request::Request, schedule::Level};
use serde_json::Value;

use super::{
    Context,
    schedules::{self, Family, Noun},
};
use crate::{
    query::Query,
    refusal::Refusal,
    render::{directory, grant::Grant, role_definition},
};

/// Puts related objects in that the directory knows.
pub(super) fn shallow(context: &Context<'_>, query: &Query, object: &mut Value) {
    for (link, member) in [
        ("principal", "principalId"),
        ("group", "groupId"),
        ("roleDefinition", "roleDefinitionId"),
        ("directoryScope", "directoryScopeId"),
    ] {
        let Some(expand) = query.expansion(link) else { continue };
        let Some(id) = object.get(member).and_then(Value::as_str).map(str::to_owned) else { continue };
        let related = match link {
            "roleDefinition" => role(context, &id),
            "directoryScope" => match DirectoryScope::from(id.as_str()) {
                DirectoryScope::AdministrativeUnit(unit) => directory_object(context, &unit.to_string()),
                DirectoryScope::Application(app) => directory_object(context, &app.to_string()),
                _ => Value::Null,
            },
            _ => directory_object(context, &id),
        };
        put(object, link, expand.project(related));
    }
    if query.expansion("appScope").is_some() && object.get("roleDefinitionId").is_some() {
        put(object, "appScope", Value::Null);
    }
}

/// Leaves a mark of what an activation rests on, for [`deep`] to look up.
pub(super) fn marked(object: Value, query: &Query, grant: &Grant) -> Value {
    marked_with(object, query, &grant.level, grant.activated.clone().flatten())
}

/// The same for what is asked for.
pub(super) fn marked_request(object: Value, query: &Query, request: &Request) -> Value {
    marked_with(object, query, &request.asked.level, request.asked.using.clone())
}

fn marked_with(mut object: Value, query: &Query, level: &Level, id: Option<ScheduleId>) -> Value {
    if query.expansion("activatedUsing").is_some() && *level == Level::Assignment {
        put(&mut object, "activatedUsing", id.map_or(Value::Null, |id| id.to_string().into()));
    }
    object
}

/// Puts related schedules in; what an activation rests on is of the same kind as the activation itself.
pub(super) async fn deep(
    context: &Context<'_>,
    family: &Family,
    noun: Noun,
    query: &Query,
    object: &mut Value,
) -> Result<(), Refusal> {
    let now = context.tenant.now();
    if let Some(expand) = query.expansion("activatedUsing")
        && let Some(id) = object.get("activatedUsing").and_then(Value::as_str).map(str::to_owned)
    {
        let eligibilities = family.eligibilities();
        let kind = if noun == Noun::Instances { Noun::Instances } else { Noun::Schedules };
        let found = schedules::of_schedule(context, eligibilities, kind, &id).await?;
        let shown = |grant: Grant| {
            if kind == Noun::Instances { grant.instance() } else { grant.schedule(now) }
        };
        put(object, "activatedUsing", found.map_or(Value::Null, |grant| expand.project(shown(grant))));
    }
    if let Some(expand) = query.expansion("targetSchedule")
        && let Some(id) = object.get("targetScheduleId").and_then(Value::as_str).map(str::to_owned)
    {
        let found = schedules::find(context, family, Noun::Schedules, &id).await?;
        put(object, "targetSchedule", found.map_or(Value::Null, |grant| expand.project(grant.schedule(now))));
    }
    Ok(())
}

/// An object of the directory with its type.
pub(super) fn directory_object(context: &Context<'_>, id: &str) -> Value {
    let object = id.parse().ok().and_then(|id| context.tenant.object(&id));
    object.map_or(Value::Null, |object| directory::typed(&context.tenant, object))
}

fn role(context: &Context<'_>, id: &str) -> Value {
    let Ok(id) = id.parse() else { return Value::Null };
    let (tenant, version) = (context.tenant.as_ref(), context.call.version);
    tenant.role(&id).map_or(Value::Null, |role| role_definition::of(tenant, &role, version))
}

fn put(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
