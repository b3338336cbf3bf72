//! Conditional Access: policies, authentication contexts and named locations, to be read and written.
//!
//! Records only: a policy that is written here asks nobody for anything.

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::{Context, directory::values};
use crate::{
    body,
    book::Shelf,
    call::{Answer, Reply, with_context},
    entity::Entity,
    refusal::Refusal,
    render::{
        conditional_access::{CONTEXT, LOCATION, POLICY, blank},
        words::exact,
    },
    scopes::{self, Scopes},
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let (segment, rest) = path.split_first().ok_or_else(|| context.not_emulated())?;
    let (shelf, entity, read, write): (Shelf, &Entity, &Scopes, &Scopes) = match *segment {
        "policies" => (
            Shelf::ConditionalAccess,
            &POLICY,
            &scopes::CONDITIONAL_ACCESS_READ,
            &scopes::CONDITIONAL_ACCESS_WRITE,
        ),
        "authenticationContextClassReferences" => {
            (Shelf::Contexts, &CONTEXT, &scopes::CONTEXTS_READ, &scopes::CONTEXTS_WRITE)
        }
        "namedLocations" => {
            (Shelf::Locations, &LOCATION, &scopes::CONDITIONAL_ACCESS_READ, &scopes::CONDITIONAL_ACCESS_WRITE)
        }
        _ => return Err(context.not_emulated()),
    };
    let (call, book) = (context.call, &context.tenant.book);
    if call.method == Method::GET { read } else { write }.check(call)?;
    let place = format!("identity/conditionalAccess/{segment}");
    let find = |id: &str| book.get(shelf, id).ok_or_else(|| Refusal::no_object(id));
    match (rest, &call.method) {
        ([], &Method::GET) => values(context, &place, entity, &book.all(shelf)).await,
        ([], &Method::POST) => {
            let asked = call.json()?;
            check(&asked, shelf, entity)?;
            let mut record = blank(shelf, &asked);
            body::merge(&mut record, &asked);
            let id = body::text(&record, "/id").map_or_else(|| book.fresh(), str::to_owned);
            body::set(&mut record, "id", id.clone());
            if shelf != Shelf::Contexts {
                body::set(&mut record, "createdDateTime", exact(Some(context.tenant.now())));
            }
            book.put(shelf, record.clone());
            let place = format!("{}#{}/$entity", call.metadata(), place.trim_start_matches("identity/"));
            let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(record, place)));
            reply.made = Some(id);
            Ok(reply)
        }
        ([id], &Method::GET) => call.object(&place, entity, find(id)?),
        ([id], &Method::PATCH) => {
            let (asked, mut record) = (call.json()?, find(id)?);
            body::known(&asked, entity)?;
            body::merge(&mut record, &asked);
            body::set(&mut record, "id", *id);
            if shelf != Shelf::Contexts {
                body::set(&mut record, "modifiedDateTime", exact(Some(context.tenant.now())));
            }
            book.put(shelf, record);
            Ok(Reply::done())
        }
        ([id], &Method::DELETE) => {
            find(id)?;
            book.remove(shelf, id);
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

/// What a new record must have. Without applications and people a policy is for nobody, and refused.
fn check(asked: &Map<String, Value>, shelf: Shelf, entity: &Entity) -> Result<(), Refusal> {
    body::known(asked, entity)?;
    body::needed(asked, "displayName")?;
    if shelf == Shelf::ConditionalAccess {
        body::needed(asked, "state")?;
        let conditions = asked.get("conditions");
        let has = |part: &str| conditions.and_then(|all| all.get(part)).is_some_and(Value::is_object);
        if !has("applications") || !(has("users") || has("clientApplications")) {
            return Err(Refusal::bad_request("The policy needs conditions on applications and on users."));
        }
        let controls = |name: &str| asked.get(name).is_some_and(Value::is_object);
        if !controls("grantControls") && !controls("sessionControls") {
            return Err(Refusal::bad_request("The policy needs grant controls or session controls."));
        }
    }
    if shelf == Shelf::Locations {
        body::needed(asked, "@odata.type")?;
    }
    Ok(())
}
