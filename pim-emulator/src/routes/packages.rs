//! Entitlement management: catalogs, their resources, packages, what packages give, and their policies.
//!
//! Records only: a package that is assigned gives nobody a role or a membership here.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{Context, package_approvals, package_requests};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, with_context},
    entity::Entity,
    query::{self, Expand, of_positions},
    refusal::Refusal,
    render::{
        package::{self as shown, CATALOG, PACKAGE, POLICY, RESOURCE, RESOURCE_REQUEST, ROLE_SCOPE},
        words::exact,
    },
    scopes,
};

pub(super) const ROOT: &str = "identityGovernance/entitlementManagement";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let call = context.call;
    match path {
        ["assignments" | "assignmentRequests", ..] => return package_requests::serve(context, path).await,
        ["accessPackageAssignmentApprovals", rest @ ..] => {
            return package_approvals::serve(context, rest).await;
        }
        _ => {}
    }
    if call.method == Method::GET { &scopes::PACKAGES_READ } else { &scopes::PACKAGES_WRITE }.check(call)?;
    match path {
        ["catalogs", rest @ ..] => collection(context, Shelf::Catalogs, rest).await,
        ["accessPackages", id, "resourceRoleScopes", rest @ ..] => role_scopes(context, id, rest).await,
        ["accessPackages", rest @ ..] => collection(context, Shelf::Packages, rest).await,
        ["assignmentPolicies", rest @ ..] => collection(context, Shelf::PackagePolicies, rest).await,
        ["resourceRequests", rest @ ..] => collection(context, Shelf::ResourceRequests, rest).await,
        _ => Err(context.not_emulated()),
    }
}

/// Where a kind of record is served, and what it is.
fn kind(shelf: Shelf) -> (&'static str, &'static Entity) {
    match shelf {
        Shelf::Catalogs => ("catalogs", &CATALOG),
        Shelf::Packages => ("accessPackages", &PACKAGE),
        Shelf::ResourceRequests => ("resourceRequests", &RESOURCE_REQUEST),
        Shelf::RoleScopes => ("resourceRoleScopes", &ROLE_SCOPE),
        Shelf::Resources => ("resources", &RESOURCE),
        Shelf::PackageAssignments => ("assignments", &shown::ASSIGNMENT),
        Shelf::PackageRequests => ("assignmentRequests", &shown::REQUEST),
        _ => ("assignmentPolicies", &POLICY),
    }
}

async fn collection(context: &Context<'_>, shelf: Shelf, path: &[&str]) -> Answer {
    let (book, call) = (&context.tenant.book, context.call);
    let (segment, entity) = kind(shelf);
    let is_request = shelf == Shelf::ResourceRequests;
    match (path, &call.method) {
        ([], &Method::GET) => list(context, shelf, |_| true).await,
        ([], &Method::POST) => {
            let asked = call.json()?;
            body::known(&asked, entity)?;
            let record = match shelf {
                Shelf::Catalogs => catalog(&asked)?,
                Shelf::Packages => package(context, &asked)?,
                Shelf::ResourceRequests => resource_request(context, &asked)?,
                _ => policy(context, &asked)?,
            };
            Ok(created(context, shelf, record))
        }
        ([id], &Method::GET) => one(context, shelf, id),
        ([id], &Method::PATCH) if matches!(shelf, Shelf::Catalogs | Shelf::Packages) => {
            let (asked, mut record) = (call.json()?, find(context, shelf, id)?);
            body::known(&asked, entity)?;
            body::merge(&mut record, &asked);
            change(context, shelf, record, id);
            Ok(Reply::done())
        }
        ([id], &Method::PUT) if shelf == Shelf::PackagePolicies => {
            let (asked, old) = (call.json()?, find(context, shelf, id)?);
            body::known(&asked, entity)?;
            let mut record = policy(context, &asked)?;
            body::set(&mut record, "createdDateTime", old["createdDateTime"].clone());
            let record = change(context, shelf, record, id);
            let place = format!("{}#{ROOT}/{segment}/$entity", call.metadata());
            let object = plain(context, entity, record, &[]);
            Ok(Reply::new(StatusCode::OK, Some(with_context(object, place))))
        }
        ([id], &Method::DELETE) if !is_request => {
            find(context, shelf, id)?;
            let of_package =
                format!("/{}/id", if shelf == Shelf::Catalogs { "catalog" } else { "accessPackage" });
            let users: &[Shelf] = match shelf {
                Shelf::Catalogs => &[Shelf::Packages],
                Shelf::Packages => &[Shelf::PackageAssignments],
                _ => &[],
            };
            let uses = |record: &Value| {
                body::text(record, &of_package) == Some(*id) && record["state"].as_str() != Some("expired")
            };
            if users.iter().any(|users| book.all(*users).iter().any(uses)) {
                return Err(Refusal::bad_request("The object is still in use and cannot be deleted."));
            }
            book.remove(shelf, id);
            Ok(Reply::done())
        }
        ([id, link], &Method::GET) => {
            find(context, shelf, id)?;
            let Some((target, Some(back))) = link_of(entity.name, link) else {
                return Err(context.not_emulated());
            };
            list(context, target, |record| body::text(record, back) == Some(*id)).await
        }
        _ => Err(context.not_emulated()),
    }
}

/// A list of records, with what was asked for beside them.
pub(super) async fn list(context: &Context<'_>, shelf: Shelf, wanted: impl Fn(&Value) -> bool) -> Answer {
    let (segment, entity) = kind(shelf);
    let call = context.call;
    call.query.check(entity)?;
    let admitted = |record: &Value| call.query.filter.as_ref().is_none_or(|filter| filter.admits(record));
    let records = context.tenant.book.all(shelf).into_iter();
    let records = records.filter(|record| wanted(record) && admitted(record));
    let rows: Vec<Value> = records.map(|record| plain(context, entity, record, &call.query.expand)).collect();
    let mut query = call.query.clone();
    query.filter = None;
    let open = |from| of_positions(rows.len(), from);
    let page = query::list(&query, context.page_size(), open, |at: &usize| rows.get(*at).cloned()).await?;
    call.page(&format!("{ROOT}/{segment}"), entity, page)
}

/// One record.
pub(super) fn one(context: &Context<'_>, shelf: Shelf, id: &str) -> Answer {
    let (segment, entity) = kind(shelf);
    let record = plain(context, entity, find(context, shelf, id)?, &context.call.query.expand);
    context.call.object(&format!("{ROOT}/{segment}"), entity, record)
}

pub(super) fn find(context: &Context<'_>, shelf: Shelf, id: &str) -> Result<Value, Refusal> {
    context.tenant.book.get(shelf, id).ok_or_else(|| Refusal::no_object(id))
}

/// Keeps a new record and answers with it.
pub(super) fn created(context: &Context<'_>, shelf: Shelf, mut record: Value) -> Reply {
    let (segment, entity) = kind(shelf);
    let book = &context.tenant.book;
    let id = record.get("id").and_then(Value::as_str).map_or_else(|| book.fresh(), str::to_owned);
    body::set(&mut record, "id", id.clone());
    body::set(&mut record, "createdDateTime", exact(Some(context.tenant.now())));
    book.put(shelf, record.clone());
    let place = format!("{}#{ROOT}/{segment}/$entity", context.call.metadata());
    let object = plain(context, entity, record, &[]);
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(object, place)));
    reply.made = Some(id);
    reply
}

fn change(context: &Context<'_>, shelf: Shelf, mut record: Value, id: &str) -> Value {
    body::set(&mut record, "id", id);
    body::set(&mut record, "modifiedDateTime", exact(Some(context.tenant.now())));
    context.tenant.book.put(shelf, record.clone());
    record
}

/// A record without its links, but for those that were asked for.
pub(super) fn plain(context: &Context<'_>, entity: &Entity, mut record: Value, expand: &[Expand]) -> Value {
    let Some(members) = record.as_object_mut() else { return record };
    for link in entity.links {
        let own = members.remove(*link);
        let Some(wanted) = expand.iter().find(|one| one.name == "*" || one.name.eq_ignore_ascii_case(link))
        else {
            continue;
        };
        let related = match link_of(entity.name, link) {
            None => own.unwrap_or(Value::Null),
            Some((shelf, None)) => {
                let id = own.as_ref().and_then(|own| body::text(own, "/id"));
                let found = id.and_then(|id| context.tenant.book.get(shelf, id));
                found.map_or(Value::Null, |one| plain(context, kind(shelf).1, one, &wanted.expand))
            }
            Some((shelf, Some(back))) => {
                let id = members.get("id").and_then(Value::as_str).unwrap_or_default();
                let all = context.tenant.book.all(shelf).into_iter();
                let mine = all.filter(|one| body::text(one, back) == Some(id));
                mine.map(|one| wanted.project(plain(context, kind(shelf).1, one, &wanted.expand))).collect()
            }
        };
        members
            .insert((*link).to_owned(), if related.is_array() { related } else { wanted.project(related) });
    }
    // What a record only keeps to be found by is no member of what it shows.
    members
        .retain(|name, _| name.starts_with('@') || entity.has(name) || entity.links.contains(&name.as_str()));
    record
}

/// To which records a link leads; a path where they name this one, and none where this one names them.
fn link_of(entity: &str, link: &str) -> Option<(Shelf, Option<&'static str>)> {
    match (entity, link) {
        ("accessPackageCatalog", "accessPackages") => Some((Shelf::Packages, Some("/catalog/id"))),
        ("accessPackageCatalog", "resources") => Some((Shelf::Resources, Some("/catalog/id"))),
        ("accessPackage", "resourceRoleScopes") => Some((Shelf::RoleScopes, Some("/accessPackage/id"))),
        ("accessPackage", "assignmentPolicies") => Some((Shelf::PackagePolicies, Some("/accessPackage/id"))),
        (_, "catalog") => Some((Shelf::Catalogs, None)),
        (_, "accessPackage") => Some((Shelf::Packages, None)),
        (_, "assignmentPolicy") => Some((Shelf::PackagePolicies, None)),
        ("accessPackageAssignmentRequest", "assignment") => Some((Shelf::PackageAssignments, None)),
        ("accessPackageResourceRequest", "resource") => Some((Shelf::Resources, None)),
        _ => None,
    }
}

fn catalog(asked: &Map<String, Value>) -> Result<Value, Refusal> {
    body::needed(asked, "displayName")?;
    let mut record = json!({
        "description": null, "catalogType": "userManaged", "state": "published", "isExternallyVisible": false,
        "createdDateTime": null, "modifiedDateTime": null,
    });
    body::merge(&mut record, asked);
    Ok(record)
}

fn package(context: &Context<'_>, asked: &Map<String, Value>) -> Result<Value, Refusal> {
    body::needed(asked, "displayName")?;
    named(context, asked, "catalog", Shelf::Catalogs)?;
    let mut record = json!({
        "description": null, "isHidden": false, "createdDateTime": null, "modifiedDateTime": null,
    });
    body::merge(&mut record, asked);
    Ok(record)
}

fn policy(context: &Context<'_>, asked: &Map<String, Value>) -> Result<Value, Refusal> {
    body::needed(asked, "displayName")?;
    let package = named(context, asked, "accessPackage", Shelf::Packages)?;
    let mut record = shown::blank_policy();
    body::merge(&mut record, asked);
    body::set(&mut record, "catalog", package["catalog"].clone());
    Ok(record)
}

/// The record that a body names under a member, which must be there.
pub(super) fn named(
    context: &Context<'_>,
    asked: &Map<String, Value>,
    member: &str,
    shelf: Shelf,
) -> Result<Value, Refusal> {
    let id = asked.get(member).and_then(|one| body::text(one, "/id"));
    let id = id.ok_or_else(|| Refusal::bad_request(format!("The property '{member}/id' is needed.")))?;
    find(context, shelf, id)
}

/// Brings a group, an application or a site into a catalog, or takes it out.
fn resource_request(context: &Context<'_>, asked: &Map<String, Value>) -> Result<Value, Refusal> {
    let book = &context.tenant.book;
    let action = body::needed(asked, "requestType")?;
    let empty = Value::Null;
    let resource = asked.get("resource").unwrap_or(&empty);
    let kept = match action.to_ascii_lowercase().as_str() {
        "adminadd" => {
            let catalog = named(context, asked, "catalog", Shelf::Catalogs)?;
            if body::text(resource, "/originId").is_none() || body::text(resource, "/originSystem").is_none()
            {
                return Err(Refusal::bad_request("The resource needs originId and originSystem."));
            }
            let mut record = json!({
                "displayName": null, "description": null, "attributes": [],
                "createdDateTime": exact(Some(context.tenant.now())), "modifiedDateTime": null,
            });
            resource.as_object().into_iter().for_each(|members| body::merge(&mut record, members));
            body::set(&mut record, "id", book.fresh());
            body::set(&mut record, "catalog", json!({ "id": catalog["id"] }));
            book.put(Shelf::Resources, record.clone());
            record
        }
        "adminremove" => {
            let known = named(context, asked, "resource", Shelf::Resources)?;
            book.remove(Shelf::Resources, known["id"].as_str().unwrap_or_default());
            known
        }
        other => return Err(Refusal::not_emulated(&format!("resource requests of the type '{other}'"))),
    };
    Ok(json!({
        "requestType": action,
        "state": "delivered",
        "catalog": kept["catalog"],
        "resource": { "id": kept["id"] },
    }))
}

async fn role_scopes(context: &Context<'_>, package: &str, path: &[&str]) -> Answer {
    find(context, Shelf::Packages, package)?;
    let mine = |record: &Value| body::text(record, "/accessPackage/id") == Some(package);
    match (path, &context.call.method) {
        ([], &Method::GET) => list(context, Shelf::RoleScopes, mine).await,
        ([], &Method::POST) => {
            let asked = context.call.json()?;
            body::known(&asked, &ROLE_SCOPE)?;
            let book = &context.tenant.book;
            let mut record = Value::Object(asked);
            let mut id_of = |part: &str| -> Result<String, Refusal> {
                let known = body::text(&record, &format!("/{part}/id")).map(str::to_owned);
                if known.is_none() && body::text(&record, &format!("/{part}/originId")).is_none() {
                    return Err(Refusal::bad_request(format!("The property '{part}' is needed.")));
                }
                let id = known.unwrap_or_else(|| book.fresh());
                record.get_mut(part).into_iter().for_each(|part| body::set(part, "id", id.clone()));
                Ok(id)
            };
            let id = format!("{}_{}", id_of("role")?, id_of("scope")?);
            body::set(&mut record, "id", id);
            body::set(&mut record, "accessPackage", json!({ "id": package }));
            Ok(created(context, Shelf::RoleScopes, record))
        }
        ([id], &Method::GET) => one(context, Shelf::RoleScopes, id),
        ([id], &Method::DELETE) => {
            find(context, Shelf::RoleScopes, id)?;
            context.tenant.book.remove(Shelf::RoleScopes, id);
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}
