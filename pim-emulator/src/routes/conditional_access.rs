//! Conditional Access, to be read.

use http::Method;
use serde_json::Value;

use super::{Context, directory::values};
use crate::{
    call::Answer,
    entity::Entity,
    refusal::Refusal,
    render::conditional_access::{CONTEXT, LOCATION, POLICY, context as auth_context, location, policy},
    scopes::{self, Scopes},
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    if context.call.method != Method::GET {
        return Err(context.not_emulated());
    }
    let records = context.tenant.records();
    let (scopes, entity, rows): (&Scopes, &Entity, Vec<Value>) = match *segment {
        "policies" => {
            let rows = records.conditional_access.iter().map(policy).collect();
            (&scopes::CONDITIONAL_ACCESS_READ, &POLICY, rows)
        }
        "authenticationContextClassReferences" => {
            (&scopes::CONTEXTS_READ, &CONTEXT, records.contexts.iter().map(auth_context).collect())
        }
        "namedLocations" => {
            (&scopes::CONDITIONAL_ACCESS_READ, &LOCATION, records.locations.iter().map(location).collect())
        }
        _ => return Err(context.not_emulated()),
    };
    scopes.check(context.call)?;
    let place = format!("identity/conditionalAccess/{segment}");
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
