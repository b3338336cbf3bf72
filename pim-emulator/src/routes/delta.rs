//! What has changed: a list of everything first, and behind the link at its end what came after.
//!
//! People, groups and applications stay as the seed made them, so that only memberships change.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{Context, members};
use crate::{
    body,
    book::Shelf,
    call::Answer,
    entity::Entity,
    query::{self, of_positions},
    refusal::Refusal,
    render::{
        directory::{self as shown, DIRECTORY_OBJECT, GROUP, SERVICE_PRINCIPAL, UNIT, USER},
        grants_of_apps::{self, OAUTH2_GRANT},
    },
    scopes::{self, Scopes},
    world::Object,
};

/// Members of groups by group.
type Members = BTreeMap<String, Vec<String>>;

pub(super) async fn serve(context: &Context<'_>, collection: &str) -> Answer {
    let (entity, scopes): (&Entity, &Scopes) = match collection {
        "users" => (&USER, &scopes::USERS_READ),
        "groups" => (&GROUP, &scopes::GROUPS_READ),
        "servicePrincipals" => (&SERVICE_PRINCIPAL, &scopes::APPS_READ),
        "oauth2PermissionGrants" => (&OAUTH2_GRANT, &scopes::GRANTS_READ),
        "administrativeUnits" => (&UNIT, &scopes::UNITS_READ),
        _ => (&DIRECTORY_OBJECT, &scopes::OBJECTS_READ),
    };
    context.expect(&Method::GET, scopes)?;
    let call = context.call;
    call.query.check(entity)?;
    let now = current(context).await?;
    let rows = match call.query.delta.as_deref() {
        Some("latest") => Vec::new(),
        Some(token) => changes(context, collection, &before(context, token)?, &now),
        None => everything(context, collection, &now),
    };
    let open = |from| of_positions(rows.len(), from);
    let page =
        query::list(&call.query, context.page_size(), open, |at: &usize| rows.get(*at).cloned()).await?;
    let is_last = page.next.is_none();
    let mut reply = call.page(collection, entity, page)?;
    if let (true, Some(answer)) = (is_last, reply.body.as_mut()) {
        let token = context.tenant.book.fresh();
        context.tenant.book.put(Shelf::Deltas, json!({ "id": token, "members": now }));
        body::set(answer, "@odata.deltaLink", link(context, &token));
    }
    Ok(reply)
}

/// Where to ask for what comes after this: the same address, with what was asked for.
fn link(context: &Context<'_>, token: &str) -> String {
    let call = context.call;
    let kept = call.query_text.split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default().to_ascii_lowercase();
        let name = name.replace("%24", "$");
        !pair.is_empty() && !matches!(name.trim_start_matches('$'), "skiptoken" | "deltatoken" | "skip")
    });
    let mut pairs: Vec<String> = kept.map(str::to_owned).collect();
    pairs.push(format!("$deltatoken={token}"));
    format!("{}{}?{}", call.origin, call.path_text, pairs.join("&"))
}

/// Who was in which group when the token was given out. One that is not known has run out.
fn before(context: &Context<'_>, token: &str) -> Result<Members, Refusal> {
    let state = context.tenant.book.get(Shelf::Deltas, token);
    let members = state.and_then(|mut state| serde_json::from_value(state["members"].take()).ok());
    members.ok_or_else(|| {
        Refusal::new(
            StatusCode::GONE,
            "syncStateNotFound",
            "The sync state is not found: begin again without a token.",
        )
    })
}

async fn current(context: &Context<'_>) -> Result<Members, Refusal> {
    let mut found = Members::new();
    for one in members::of_all_groups(context).await? {
        found.entry(one.group.to_string()).or_default().push(one.principal.to_string());
    }
    found.values_mut().for_each(|members| members.sort_unstable());
    Ok(found)
}

fn everything(context: &Context<'_>, collection: &str, members: &Members) -> Vec<Value> {
    let (tenant, records) = (&context.tenant, context.tenant.records());
    let groups = || {
        records.groups.iter().map(|group| {
            let mut object = shown::typed(tenant, Object::Group(&group.group));
            let own = members.get(&group.group.id.to_string()).into_iter().flatten();
            body::set(&mut object, "members@delta", own.map(|id| member(context, id)).collect::<Vec<_>>());
            object
        })
    };
    let users = || records.users.iter().map(|user| shown::typed(tenant, Object::User(user)));
    let apps = || records.service_principals.iter().map(|app| shown::typed(tenant, Object::Application(app)));
    let units = || records.units.iter().map(|unit| shown::typed(tenant, Object::Unit(unit)));
    let mut rows: Vec<Value> = match collection {
        "users" => records.users.iter().map(shown::whole_user).collect(),
        "groups" => groups().collect(),
        "servicePrincipals" => apps().collect(),
        "administrativeUnits" => units().collect(),
        "oauth2PermissionGrants" => grants_of_apps::delegated(tenant),
        _ => users().chain(groups()).chain(apps()).chain(units()).collect(),
    };
    if collection != "directoryObjects" {
        // Of one kind only: the type goes without saying.
        rows.iter_mut().filter_map(Value::as_object_mut).for_each(|row: &mut Map<_, _>| {
            row.remove("@odata.type");
        });
    }
    rows
}

/// Groups whose members are others now, with those who came and those who went.
fn changes(context: &Context<'_>, collection: &str, before: &Members, now: &Members) -> Vec<Value> {
    if !matches!(collection, "groups" | "directoryObjects") {
        return Vec::new();
    }
    let none = Vec::new();
    let groups = context.tenant.records().groups.iter().map(|group| group.group.id.to_string());
    let changed = groups.filter_map(|group| {
        let (old, new) = (before.get(&group).unwrap_or(&none), now.get(&group).unwrap_or(&none));
        let came = new.iter().filter(|id| !old.contains(id)).map(|id| member(context, id));
        let went = old.iter().filter(|id| !new.contains(id)).map(|id| {
            let mut object = member(context, id);
            body::set(&mut object, "@removed", json!({ "reason": "deleted" }));
            object
        });
        let all: Vec<Value> = came.chain(went).collect();
        (!all.is_empty()).then(|| {
            let mut object = json!({ "id": group, "members@delta": all });
            if collection == "directoryObjects" {
                body::set(&mut object, "@odata.type", "#microsoft.graph.group");
            }
            object
        })
    });
    changed.collect()
}

fn member(context: &Context<'_>, id: &str) -> Value {
    let kind = id.parse().map_or("user", |id| shown::type_of(&context.tenant.kind_of(&id)));
    json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "id": id })
}
