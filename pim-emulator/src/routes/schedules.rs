//! Requests, schedules and instances: six collections for directory roles, six for groups, served alike.

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{AssignmentQuery, Backend, EligibilityQuery, Filter, RequestQuery, View, When},
    error::ErrorKind,
    id::RoleId,
    page::Batches,
    privilege::{Privilege, Surface},
    request::{Action, RequestKey},
    schedule::Level,
};
use serde_json::Value;

use super::{Context, expand, schedule_body};
use crate::{
    call::{Answer, Reply, with_context},
    entity::Entity,
    query,
    refusal::Refusal,
    render::{
        grant::{self, Grant},
        request as requests,
        words::{exact, millis},
    },
    scopes::{self, Scopes},
};

/// One of the three collections of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Noun {
    Requests,
    Schedules,
    Instances,
}

/// One family on one surface.
#[derive(Clone, Debug)]
pub(super) struct Family {
    pub(super) surface: Surface,
    pub(super) level: Level,
    /// The path before the collection.
    root: &'static str,
    entities: [&'static Entity; 3],
    read: Scopes,
    read_requests: Scopes,
    write: Scopes,
    remove: Scopes,
}

pub(super) static ROLE_ASSIGNMENTS: Family = Family {
    surface: Surface::DirectoryRoles,
    level: Level::Assignment,
    root: "roleManagement/directory",
    entities: [
        &requests::ROLE_ASSIGNMENT_REQUEST,
        &grant::ROLE_ASSIGNMENT_SCHEDULE,
        &grant::ROLE_ASSIGNMENT_INSTANCE,
    ],
    read: scopes::ROLE_ASSIGNMENTS_READ,
    read_requests: scopes::ROLE_ASSIGNMENT_REQUESTS_READ,
    write: scopes::ROLE_ASSIGNMENTS_WRITE,
    remove: scopes::ROLE_ASSIGNMENTS_REMOVE,
};

pub(super) static ROLE_ELIGIBILITIES: Family = Family {
    surface: Surface::DirectoryRoles,
    level: Level::Eligibility,
    root: "roleManagement/directory",
    entities: [
        &requests::ROLE_ELIGIBILITY_REQUEST,
        &grant::ROLE_ELIGIBILITY_SCHEDULE,
        &grant::ROLE_ELIGIBILITY_INSTANCE,
    ],
    read: scopes::ROLE_ELIGIBILITIES_READ,
    read_requests: scopes::ROLE_ELIGIBILITY_REQUESTS_READ,
    write: scopes::ROLE_ELIGIBILITIES_WRITE,
    remove: scopes::ROLE_ELIGIBILITIES_REMOVE,
};

pub(super) static GROUP_ASSIGNMENTS: Family = Family {
    surface: Surface::Groups,
    level: Level::Assignment,
    root: "identityGovernance/privilegedAccess/group",
    entities: [
        &requests::GROUP_ASSIGNMENT_REQUEST,
        &grant::GROUP_ASSIGNMENT_SCHEDULE,
        &grant::GROUP_ASSIGNMENT_INSTANCE,
    ],
    read: scopes::GROUP_ASSIGNMENTS_READ,
    read_requests: scopes::GROUP_ASSIGNMENTS_READ,
    write: scopes::GROUP_ASSIGNMENTS_WRITE,
    remove: scopes::GROUP_ASSIGNMENTS_REMOVE,
};

pub(super) static GROUP_ELIGIBILITIES: Family = Family {
    surface: Surface::Groups,
    level: Level::Eligibility,
    root: "identityGovernance/privilegedAccess/group",
    entities: [
        &requests::GROUP_ELIGIBILITY_REQUEST,
        &grant::GROUP_ELIGIBILITY_SCHEDULE,
        &grant::GROUP_ELIGIBILITY_INSTANCE,
    ],
    read: scopes::GROUP_ELIGIBILITIES_READ,
    read_requests: scopes::GROUP_ELIGIBILITIES_READ,
    write: scopes::GROUP_ELIGIBILITIES_WRITE,
    remove: scopes::GROUP_ELIGIBILITIES_REMOVE,
};

/// Serves a collection and what is below it.
pub(super) async fn serve(
    context: &Context<'_>,
    family: &Family,
    noun: Noun,
    segment: &str,
    rest: &[&str],
) -> Answer {
    let scopes = if noun == Noun::Requests { &family.read_requests } else { &family.read };
    let place = format!("{}/{segment}", family.root);
    match (rest, &context.call.method) {
        ([], &Method::POST) if noun == Noun::Requests => submit(context, family, &place).await,
        ([], _) => {
            context.expect(&Method::GET, scopes)?;
            let view = everyone(context, family, noun)?;
            list(context, family, noun, &view, &place).await
        }
        (["filterByCurrentUser"], _) => {
            context.expect(&Method::GET, scopes)?;
            let view = match (context.call.on.as_deref().map(str::to_ascii_lowercase).as_deref(), noun) {
                (Some("principal"), _) => View::Mine,
                (Some("createdby"), Noun::Requests) => View::AskedByMe,
                (Some("approver"), Noun::Requests) => View::ForMyDecision,
                _ => {
                    return Err(Refusal::bad_request(
                        "The value of the parameter 'on' is not supported here.",
                    ));
                }
            };
            list(context, family, noun, &view, &place).await
        }
        ([id], _) => {
            context.expect(&Method::GET, scopes)?;
            let object = get(context, family, noun, id).await?;
            context.call.object(&place, family.entity(noun), object)
        }
        ([id, "cancel"], _) if noun == Noun::Requests => {
            context.expect(&Method::POST, &family.write)?;
            context.backend.cancel(&family.key(id)?).await?;
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

impl Family {
    /// The eligibilities of the same surface.
    pub(super) const fn eligibilities(&self) -> &'static Self {
        match self.surface {
            Surface::Groups => &GROUP_ELIGIBILITIES,
            _ => &ROLE_ELIGIBILITIES,
        }
    }

    pub(super) const fn entity(&self, noun: Noun) -> &'static Entity {
        self.entities[noun as usize]
    }

    /// The key of a request: the engine looks at id, family and surface only.
    fn key(&self, id: &str) -> Result<RequestKey, Refusal> {
        let privilege = match self.surface {
            Surface::Groups => Privilege::member(pim_core::id::GroupId::from_guid([0; 16])),
            _ => Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        };
        Ok(RequestKey { id: id.parse()?, level: self.level.clone(), privilege })
    }
}

/// Groups must be named, or the principal; requests of eligibilities may leave it out and then show one's own.
fn everyone(context: &Context<'_>, family: &Family, noun: Noun) -> Result<View, Refusal> {
    let filter = context.call.query.filter.as_ref();
    let named = filter.is_some_and(|filter| {
        filter.demanded("principalId").is_some() || filter.demanded("groupId").is_some()
    });
    if family.surface != Surface::Groups || named {
        return Ok(View::Everyone);
    }
    let own =
        noun == Noun::Requests && family.level == Level::Eligibility && context.call.bearer.is_delegated();
    if own {
        return Ok(View::Mine);
    }
    Err(Refusal::new(
        StatusCode::BAD_REQUEST,
        "MissingParameters",
        "The required parameters GroupId or PrincipalId is missing.",
    ))
}

async fn list(context: &Context<'_>, family: &Family, noun: Noun, view: &View, place: &str) -> Answer {
    let entity = family.entity(noun);
    let call = context.call;
    call.query.check(entity)?;
    let filter = narrowed(context, family)?;
    let typed =
        *view != View::Everyone && !(noun == Noun::Requests && family.surface == Surface::DirectoryRoles);
    let hidden = context.world.faults.hidden();
    let finish = |mut object: Value| {
        if hidden.hides(&object) {
            return None;
        }
        if let (true, Some(members)) = (typed, object.as_object_mut()) {
            members.insert("@odata.type".to_owned(), format!("#microsoft.graph.{}", entity.name).into());
        }
        expand::shallow(context, &call.query, &mut object);
        Some(object)
    };
    let (size, now) = (context.page_size(), context.tenant.now());
    let of_grant = |grant: &Grant| {
        let object = if noun == Noun::Schedules { grant.schedule(now) } else { grant.instance() };
        finish(expand::marked(object, &call.query, grant))
    };
    let when = if noun == Noun::Schedules { When::NowOrLater } else { When::Now };
    let mut page = match (noun, &family.level) {
        (Noun::Requests, level) => {
            let asked = RequestQuery { view: view.clone(), filter, ..RequestQuery::default() };
            let open = |from| context.backend.list_requests(&asked, from);
            query::list(&call.query, size, open, |request| {
                let own = request.asked.level == *level;
                let object = || requests::request(&context.tenant, request, millis);
                own.then(|| finish(expand::marked_request(object(), &call.query, request))).flatten()
            })
            .await?
        }
        (_, Level::Assignment) => {
            let asked = AssignmentQuery { view: view.clone(), when, filter };
            let open = |from| context.backend.list_assignments(&asked, from);
            query::list(&call.query, size, open, |held| of_grant(&Grant::from(held))).await?
        }
        _ => {
            let asked = EligibilityQuery { view: view.clone(), when, filter };
            let open = |from| context.backend.list_eligibilities(&asked, from);
            query::list(&call.query, size, open, |held| of_grant(&Grant::from(held))).await?
        }
    };
    for object in &mut page.items {
        expand::deep(context, family, noun, &call.query, object).await?;
    }
    call.page(place, entity, page)
}

/// What of the filter the engine can use to look at less.
fn narrowed(context: &Context<'_>, family: &Family) -> Result<Filter, Refusal> {
    let mut filter = Filter { surface: Some(family.surface.clone()), ..Filter::default() };
    if let Some(asked) = &context.call.query.filter {
        filter.principal = asked.demanded("principalId").map(str::parse).transpose()?;
        if family.surface == Surface::Groups {
            filter.group = asked.demanded("groupId").map(str::parse).transpose()?;
        } else {
            filter.role = asked.demanded("roleDefinitionId").map(str::parse).transpose()?;
        }
    }
    Ok(filter)
}

async fn get(context: &Context<'_>, family: &Family, noun: Noun, id: &str) -> Result<Value, Refusal> {
    let mut object = if noun == Noun::Requests {
        let request = context.backend.get_request(&family.key(id)?).await?;
        let object = requests::request(&context.tenant, &request, millis);
        expand::marked_request(object, &context.call.query, &request)
    } else {
        let grant = find(context, family, noun, id).await?.ok_or_else(|| Refusal::no_object(id))?;
        let now = context.tenant.now();
        let object = if noun == Noun::Schedules { grant.schedule(now) } else { grant.instance() };
        expand::marked(object, &context.call.query, &grant)
    };
    if context.world.faults.hidden().hides(&object) {
        return Err(Refusal::no_object(id));
    }
    expand::shallow(context, &context.call.query, &mut object);
    expand::deep(context, family, noun, &context.call.query, &mut object).await?;
    Ok(object)
}

/// A schedule or an instance by its id, among everybody's, or the caller's own where no more may be read.
pub(super) async fn find(
    context: &Context<'_>,
    family: &Family,
    noun: Noun,
    id: &str,
) -> Result<Option<Grant>, Refusal> {
    let is_it = |grant: &Grant| match noun {
        Noun::Schedules => grant.id == *id,
        _ => grant.instance.as_deref() == Some(id),
    };
    search(context, family, noun, id, is_it).await
}

/// The schedule of that id, or the instance that comes of it.
pub(super) async fn of_schedule(
    context: &Context<'_>,
    family: &Family,
    noun: Noun,
    id: &str,
) -> Result<Option<Grant>, Refusal> {
    search(context, family, noun, id, |grant| grant.id == *id).await
}

async fn search(
    context: &Context<'_>,
    family: &Family,
    noun: Noun,
    id: &str,
    is_it: impl Fn(&Grant) -> bool,
) -> Result<Option<Grant>, Refusal> {
    let when = if noun == Noun::Schedules { When::NowOrLater } else { When::Now };
    let mut filter = Filter { surface: Some(family.surface.clone()), ..Filter::default() };
    if let (Surface::Groups, Some((group, _))) = (&family.surface, id.split_once('_')) {
        filter.group = Some(group.parse()?);
    }
    for view in [View::Everyone, View::Mine] {
        let found = match family.level {
            Level::Assignment => {
                let asked = AssignmentQuery { view: view.clone(), when, filter: filter.clone() };
                first(context.backend.list_assignments(&asked, None), |held| Grant::from(held), &is_it).await
            }
            _ => {
                let asked = EligibilityQuery { view: view.clone(), when, filter: filter.clone() };
                first(context.backend.list_eligibilities(&asked, None), |held| Grant::from(held), &is_it)
                    .await
            }
        };
        match found {
            Err(error) if error.kind() == ErrorKind::PermissionDenied && view == View::Everyone => {}
            other => return Ok(other?),
        }
    }
    Ok(None)
}

async fn first<T>(
    mut batches: Batches<T>,
    grant: impl Fn(&T) -> Grant,
    is_it: impl Fn(&Grant) -> bool,
) -> pim_core::error::Result<Option<Grant>> {
    while let Some(batch) = batches.next().await {
        if let Some(found) = batch?.items.iter().map(&grant).find(&is_it) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

async fn submit(context: &Context<'_>, family: &Family, place: &str) -> Answer {
    let new = schedule_body::read(context.call.json()?, family)?;
    let removal = matches!(new.action, Action::AdminRemove | Action::SelfDeactivate);
    context.expect(&Method::POST, if removal { &family.remove } else { &family.write })?;
    let request = context.backend.submit(&new).await?;
    let object = requests::request(&context.tenant, &request, exact);
    let whole = format!("{}#{place}/$entity", context.call.metadata());
    let mut reply = Reply::new(StatusCode::CREATED, Some(with_context(object, whole)));
    reply.made = Some(request.id.to_string());
    Ok(reply)
}
