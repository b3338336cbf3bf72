//! Plain role assignments: what the directory holds, whoever put it there, and writing past PIM.

use std::collections::BTreeSet;

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{AssignmentQuery, Backend, Filter, View, When},
    id::PrincipalId,
    privilege::{DirectoryScope, Privilege, Surface},
    schedule::Assignment,
};
use pim_embedded::engine::Command;
use serde_json::Value;

use super::{Context, expand, members};
use crate::{
    call::{Answer, Reply, with_context},
    query,
    refusal::Refusal,
    render::grant::{Grant, ROLE_ASSIGNMENT},
    scopes,
};

const PLACE: &str = "roleManagement/directory/roleAssignments";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    match (path, &context.call.method) {
        ([], &Method::POST) => create(context).await,
        ([], _) => {
            context.expect(&Method::GET, &scopes::ROLE_READ)?;
            list(context, PLACE, None).await
        }
        ([id], &Method::DELETE) => {
            scopes::ROLE_WRITE.check(context.call)?;
            let held = find(context, id).await?;
            let command = Command::RemoveOutsidePim(held.principal, held.privilege);
            context.tenant.service.execute(&context.call.bearer.caller, &command).await?;
            Ok(Reply::done())
        }
        ([id], _) => {
            context.expect(&Method::GET, &scopes::ROLE_READ)?;
            let mut object = Grant::from(&find(context, id).await?).assignment();
            expand::shallow(context, &context.call.query, &mut object);
            context.call.object(PLACE, &ROLE_ASSIGNMENT, object)
        }
        _ => Err(context.not_emulated()),
    }
}

/// What a principal holds by itself and through groups. The service demands the marks of an advanced query.
pub(super) async fn transitive(context: &Context<'_>, path: &[&str]) -> Answer {
    context.expect(&Method::GET, &scopes::ROLE_READ)?;
    if !path.is_empty() {
        return Err(context.not_emulated());
    }
    let call = context.call;
    let principal = call.query.filter.as_ref().and_then(|filter| filter.demanded("principalId"));
    let Some(principal) = principal.filter(|_| call.query.count && call.is_eventual()) else {
        return Err(Refusal::unsupported_query(
            "transitiveRoleAssignments needs $filter on principalId, $count=true and the header ConsistencyLevel: \
             eventual.",
        ));
    };
    let principal: PrincipalId = principal.parse()?;
    let mut holders: BTreeSet<String> =
        members::groups_of(context, &principal).await?.iter().map(ToString::to_string).collect();
    holders.insert(principal.to_string());
    list(context, "roleManagement/directory/transitiveRoleAssignments", Some(&holders)).await
}

/// Assignments; of these holders only, where they are given, and then without regard to `principalId` in the
/// filter, which named the first of them.
async fn list(context: &Context<'_>, place: &str, holders: Option<&BTreeSet<String>>) -> Answer {
    let call = context.call;
    call.query.check(&ROLE_ASSIGNMENT)?;
    let mut filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    if let Some(asked) = &call.query.filter {
        filter.role = asked.demanded("roleDefinitionId").map(str::parse).transpose()?;
        if holders.is_none() {
            filter.principal = asked.demanded("principalId").map(str::parse).transpose()?;
        }
    }
    let asked = AssignmentQuery { view: View::Everyone, when: When::Now, filter };
    let first = call.query.filter.as_ref().and_then(|filter| filter.demanded("principalId"));
    let show = |held: &Assignment| {
        let mut object = Grant::from(held).assignment();
        if let (Some(holders), Some(first)) = (holders, first) {
            if !holders.contains(&held.principal.to_string()) {
                return None;
            }
            // The filter is asked of the principal that was named, whichever group holds the role.
            let as_if = {
                let mut copy = object.clone();
                if let Some(members) = copy.as_object_mut() {
                    members.insert("principalId".to_owned(), first.into());
                }
                copy
            };
            if !call.query.filter.as_ref().is_none_or(|filter| filter.admits(&as_if)) {
                return None;
            }
        }
        expand::shallow(context, &call.query, &mut object);
        Some(object)
    };
    let mut unfiltered = call.query.clone();
    if holders.is_some() {
        unfiltered.filter = None;
    }
    let open = |from| context.backend.list_assignments(&asked, from);
    let page = query::list(&unfiltered, context.page_size(), open, show).await?;
    call.page(place, &ROLE_ASSIGNMENT, page)
}

async fn create(context: &Context<'_>) -> Answer {
    scopes::ROLE_WRITE.check(context.call)?;
    let body = context.call.json()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let needed = |name: &str| {
        text(name).ok_or_else(|| Refusal::bad_request(format!("The required property '{name}' is missing.")))
    };
    let principal: PrincipalId = needed("principalId")?.parse()?;
    let scope = match (text("directoryScopeId"), text("appScopeId")) {
        (Some(directory), None) => DirectoryScope::from(directory),
        (None, Some(app)) => DirectoryScope::Provider(app.into()),
        _ => return Err(Refusal::bad_request("One of directoryScopeId and appScopeId is needed.")),
    };
    let privilege = Privilege::DirectoryRole { role: needed("roleDefinitionId")?.parse()?, scope };
    let command = Command::AssignOutsidePim(principal.clone(), privilege.clone());
    context.tenant.service.execute(&context.call.bearer.caller, &command).await?;
    let filter = Filter { principal: Some(principal), privilege: Some(privilege), ..Filter::default() };
    let made = first(context, filter, |_| true)
        .await?
        .ok_or_else(|| Refusal::not_found("The assignment is gone."))?;
    let whole = format!("{}#{PLACE}/$entity", context.call.metadata());
    Ok(Reply::new(StatusCode::CREATED, Some(with_context(Grant::from(&made).assignment(), whole))))
}

async fn find(context: &Context<'_>, id: &str) -> Result<Assignment, Refusal> {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..Filter::default() };
    let is_it = |held: &Assignment| held.instance.as_ref().is_some_and(|instance| *instance == *id);
    first(context, filter, is_it).await?.ok_or_else(|| Refusal::no_object(id))
}

async fn first(
    context: &Context<'_>,
    filter: Filter,
    is_it: impl Fn(&Assignment) -> bool,
) -> Result<Option<Assignment>, Refusal> {
    let asked = AssignmentQuery { view: View::Everyone, when: When::Now, filter };
    let mut batches = context.backend.list_assignments(&asked, None);
    while let Some(batch) = batches.next().await {
        if let Some(found) = batch?.items.into_iter().find(&is_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
