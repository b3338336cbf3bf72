//! Access packages, to be read.

use http::Method;
use serde_json::{Value, json};

use super::{Context, directory::values};
use crate::{
    call::Answer,
    refusal::Refusal,
    render::package::{self, ASSIGNMENT, CATALOG, PACKAGE},
    scopes,
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    if context.call.method != Method::GET {
        return Err(context.not_emulated());
    }
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    let records = context.tenant.records();
    let query = &context.call.query;
    let (entity, rows): (_, Vec<Value>) = match *segment {
        "accessPackages" => {
            let rows = records.packages.iter().map(|one| {
                let mut object = package::package(one);
                add(&mut object, "catalog", query.expansion("catalog").is_some(), || {
                    package::catalog(&one.catalog.to_string())
                });
                add(
                    &mut object,
                    "resourceRoleScopes",
                    query.expansion("resourceRoleScopes").is_some(),
                    || one.carries.iter().filter_map(|carried| package::role_scope(one, carried)).collect(),
                );
                object
            });
            (&PACKAGE, rows.collect())
        }
        "assignments" => {
            let rows = records.package_assignments.iter().map(|one| {
                let mut object = package::assignment(one);
                add(
                    &mut object,
                    "target",
                    query.expansion("target").is_some(),
                    || json!({ "id": one.principal, "objectId": one.principal }),
                );
                add(&mut object, "accessPackage", query.expansion("accessPackage").is_some(), || {
                    let known = records.packages.iter().find(|package| package.id == one.package);
                    known.map_or(Value::Null, package::package)
                });
                object
            });
            (&ASSIGNMENT, rows.collect())
        }
        "catalogs" => {
            let mut ids: Vec<String> = records.packages.iter().map(|one| one.catalog.to_string()).collect();
            ids.sort_unstable();
            ids.dedup();
            (&CATALOG, ids.iter().map(|id| package::catalog(id)).collect())
        }
        _ => return Err(context.not_emulated()),
    };
    scopes::PACKAGES_READ.check(context.call)?;
    let place = format!("identityGovernance/entitlementManagement/{segment}");
    match rest {
        [] => values(context, &place, entity, &rows).await,
        [id] => {
            let row = rows
                .into_iter()
                .find(|row| row["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)));
            context.call.object(&place, entity, row.ok_or_else(|| Refusal::no_object(id))?)
        }
        _ => Err(context.not_emulated()),
    }
}

fn add(object: &mut Value, name: &str, wanted: bool, value: impl FnOnce() -> Value) {
    if let (true, Some(members)) = (wanted, object.as_object_mut()) {
        members.insert(name.to_owned(), value());
    }
}
