//! People, groups, applications, administrative units, licences.

use std::{collections::HashMap, sync::Arc};

use futures::lock::Mutex;
use pim_core::{
    backend::{Directory, MembershipQuery, UserQuery},
    directory::{
        AdministrativeUnit, AuthenticationMethod, DelegatedGrant, Group, Membership, ServicePrincipal, Sku,
        User,
    },
    error::{ErrorKind, Result},
    id::{GroupId, PrincipalId},
    page::{Batches, Continuation, Rejected},
    privilege::GroupAccess,
};
use pim_http::odata::Page;

use super::{
    GraphBackend,
    connection::Connection,
    list::{Source, chain, own},
};
use crate::{
    convert,
    endpoints::{Call, Filter, Place, Query, directory},
    wire,
};

impl Directory for GraphBackend {
    fn list_users(&self, query: &UserQuery, from: Option<Continuation>) -> Batches<User> {
        chain(&self.connection, self.users(query), from)
    }

    fn list_groups(&self, from: Option<Continuation>) -> Batches<Group> {
        let options = Query { top: Some(999), ..select(GROUP) };
        self.list("groups", &directory::groups(), &options, convert::directory::group, from)
    }

    fn list_memberships(&self, query: &MembershipQuery, from: Option<Continuation>) -> Batches<Membership> {
        chain(&self.connection, self.memberships(query), from)
    }

    fn list_service_principals(&self, from: Option<Continuation>) -> Batches<ServicePrincipal> {
        let apps = Arc::new(Apps::default());
        let options = Query { top: Some(100), ..select(APPLICATION) };
        let place = directory::service_principals();
        let source = self.rows("applications", &place, &options, convert::directory::service_principal);
        let complete = move |connection: Connection, page| {
            let apps = Arc::clone(&apps);
            Box::pin(async move { apps.complete(&connection, page).await }) as futures::future::BoxFuture<_>
        };
        chain(&self.connection, source.map(|source| vec![source.with(complete)]), from)
    }

    fn list_units(&self, from: Option<Continuation>) -> Batches<AdministrativeUnit> {
        let options = select(&["id", "displayName", "isMemberManagementRestricted"]);
        let source = self.rows("units", &directory::units(), &options, convert::directory::unit);
        // Relations brought along are cut at twenty, so members are asked for.
        let complete = |connection: Connection, page| {
            Box::pin(async move { with_members(&connection, page).await }) as futures::future::BoxFuture<_>
        };
        chain(&self.connection, source.map(|source| vec![source.with(complete)]), from)
    }

    fn list_skus(&self, from: Option<Continuation>) -> Batches<Sku> {
        self.list("licences", &directory::skus(), &Query::default(), convert::directory::sku, from)
    }
}

const USER: &[&str] = &[
    "id",
    "displayName",
    "userPrincipalName",
    "accountEnabled",
    "userType",
    "onPremisesSyncEnabled",
    "mail",
    "department",
    "createdDateTime",
    "lastPasswordChangeDateTime",
    "assignedLicenses",
    "signInActivity",
];
const GROUP: &[&str] =
    &["id", "displayName", "isAssignableToRole", "membershipRule", "onPremisesSyncEnabled"];
const APPLICATION: &[&str] = &["id", "appId", "displayName", "accountEnabled", "servicePrincipalType"];

/// More ids a filter on directory objects does not take.
const MOST_IDS: usize = 15;

impl GraphBackend {
    fn users(&self, query: &UserQuery) -> Result<Vec<Source<User>>> {
        let read = convert::directory::user;
        let mut options = Query { expand: vec!["manager($select=id)".into()], ..select(USER) };
        if query.ids.is_empty() {
            options.top = Some(500);
            let methods = Arc::new(Mutex::new(None));
            let source = self.rows("users", &directory::users(), &options, read)?;
            return Ok(vec![source.with(move |connection, page| {
                let methods = Arc::clone(&methods);
                Box::pin(async move {
                    let mut methods = methods.lock().await;
                    let known = match &mut *methods {
                        Some(known) => known,
                        unread => unread.insert(all_methods(&connection).await?),
                    };
                    Ok(with_methods(page, known))
                })
            })]);
        }
        let mut sources = Vec::new();
        for (at, ids) in query.ids.chunks(MOST_IDS).enumerate() {
            options.filter = Some(Filter::one_of("id", ids));
            let source = self.rows(&format!("users {at}"), &directory::users(), &options, read)?;
            sources.push(source.with(|connection, page| {
                Box::pin(async move {
                    let known = methods_of(&connection, &page.items).await?;
                    Ok(with_methods(page, &known))
                })
            }));
        }
        Ok(sources)
    }

    fn memberships(&self, query: &MembershipQuery) -> Result<Vec<Source<Membership>>> {
        if let Some(group) = &query.group {
            let mut sources = Vec::new();
            for (name, (place, access)) in ["members", "owners"].into_iter().zip(belonging(group)) {
                let (first, group) = (place.read(self.connection.root(), &select(&["id"]))?, group.clone());
                sources.push(Source::paged(name, first, move |page| {
                    convert::rows(page, |row: wire::DirectoryObject| {
                        convert::directory::membership(&group, access.clone(), &row)
                    })
                }));
            }
            return Ok(sources);
        }
        let options = Query { top: Some(100), ..select(&["id"]) };
        let groups = self.rows("memberships", &directory::groups(), &options, convert::directory::group)?;
        Ok(vec![groups.each(
            |connection, group| {
                belonging(&group.id).into_iter().map(|(place, _)| list_of(connection, &place)).collect()
            },
            |group, which, page| {
                let [(_, members), (_, owners)] = belonging(&group.id);
                let access = if which == 0 { members } else { owners };
                convert::rows(page, |row: wire::DirectoryObject| {
                    convert::directory::membership(&group.id, access.clone(), &row)
                })
            },
            |group| group.id.to_string(),
        )])
    }
}

fn belonging(group: &GroupId) -> [(Place, GroupAccess); 2] {
    [(directory::members(group), GroupAccess::Member), (directory::owners(group), GroupAccess::Owner)]
}

fn select(members: &[&'static str]) -> Query {
    Query { select: members.iter().copied().map(Into::into).collect(), ..Query::default() }
}

fn list_of(connection: &Connection, place: &Place) -> Result<Call> {
    place.read(connection.root(), &select(&["id"]))
}

/// The whole of one list.
async fn whole(connection: &Connection, place: &Place) -> Result<Vec<bytes::Bytes>> {
    let mut lists = connection.lists(vec![place.read(connection.root(), &Query::default())?]).await?;
    lists.pop().unwrap_or_else(|| Ok(Vec::new()))
}

type Methods = HashMap<PrincipalId, Vec<AuthenticationMethod>>;

/// Everybody's means of stronger sign-in; `None` where the caller may not read them, or the tenant has no licence.
async fn all_methods(connection: &Connection) -> Result<Option<Methods>> {
    let pages = match whole(connection, &directory::registrations()).await {
        Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => {
            return Ok(None);
        }
        pages => pages?,
    };
    let mut methods = Methods::new();
    for page in pages {
        let rows = convert::rows(&page, |r: wire::RegistrationDetails| convert::directory::methods(&r))?;
        methods.extend(rows.items);
    }
    Ok(Some(methods))
}

async fn methods_of(connection: &Connection, users: &[User]) -> Result<Option<Methods>> {
    let mut methods = Methods::new();
    for user in users {
        let place = directory::registration(&user.id);
        match connection.read::<wire::RegistrationDetails>(&place, &Query::default()).await {
            Ok(read) => methods.extend([convert::directory::methods(&read)?]),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::Unsupported) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Some(methods))
}

fn with_methods(mut page: Page<User>, known: &Option<Methods>) -> Page<User> {
    if let Some(known) = known {
        for user in &mut page.items {
            user.methods = known.get(&user.id).cloned();
        }
    }
    page
}

async fn with_members(
    connection: &Connection,
    mut page: Page<AdministrativeUnit>,
) -> Result<Page<AdministrativeUnit>> {
    let calls = page.items.iter().map(|unit| list_of(connection, &directory::unit_members(&unit.id)));
    let lists = connection.lists(calls.collect::<Result<_>>()?).await?;
    for (unit, list) in page.items.iter_mut().zip(lists) {
        for members in own(list, || unit.id.to_string(), &mut page.rejected)? {
            let rows = convert::rows(&members, |r: wire::DirectoryObject| convert::directory::object_id(&r))?;
            unit.members.extend(rows.items);
            page.rejected.extend(rows.rejected);
        }
    }
    Ok(page)
}

/// What applications of one list share: the APIs whose permissions they hold, and delegated permissions, which Graph
/// lists for all of them together.
#[derive(Default)]
struct Apps(Mutex<Known>);

#[derive(Default)]
struct Known {
    apis: HashMap<String, wire::DirectoryObject>,
    delegated: Option<HashMap<PrincipalId, Vec<DelegatedGrant>>>,
}

impl Apps {
    async fn complete(
        &self,
        connection: &Connection,
        mut page: Page<ServicePrincipal>,
    ) -> Result<Page<ServicePrincipal>> {
        let mut known = self.0.lock().await;
        let root = connection.root();
        let mut calls = Vec::new();
        for app in &page.items {
            calls.push(list_of(connection, &directory::service_principal_owners(&app.id))?);
            calls.push(directory::app_roles_of(&app.id).read(root, &Query::default())?);
        }
        let mut lists = connection.lists(calls).await?.into_iter();
        let mut held: Vec<Vec<wire::AppRoleAssignment>> = Vec::new();
        for app in &mut page.items {
            let name = app.id.to_string();
            for owners in own_next(&mut lists, &name, &mut page.rejected)? {
                let rows =
                    convert::rows(&owners, |r: wire::DirectoryObject| convert::directory::object_id(&r))?;
                app.owners.extend(rows.items);
                page.rejected.extend(rows.rejected);
            }
            let mut roles = Vec::new();
            for listed in own_next(&mut lists, &name, &mut page.rejected)? {
                let rows = convert::rows(&listed, Ok::<wire::AppRoleAssignment, _>)?;
                roles.extend(rows.items);
                page.rejected.extend(rows.rejected);
            }
            held.push(roles);
        }
        known.learn_delegated(connection, &mut page.rejected).await?;
        known.learn(connection, held.iter().flatten().filter_map(|role| role.resource_id.text())).await?;
        for (app, roles) in page.items.iter_mut().zip(&held) {
            for role in roles {
                let api = role.resource_id.text().and_then(|id| known.apis.get(id));
                match convert::directory::app_permission(role, api) {
                    Ok(permission) => app.permissions.push(permission),
                    Err(error) => page.rejected.push(Rejected {
                        id: Some(app.id.to_string().into()),
                        reason: error.to_string().into(),
                    }),
                }
            }
            app.delegated =
                known.delegated.as_ref().and_then(|all| all.get(&app.id)).cloned().unwrap_or_default();
        }
        Ok(page)
    }
}

impl Known {
    async fn learn_delegated(&mut self, connection: &Connection, rejected: &mut Vec<Rejected>) -> Result<()> {
        if self.delegated.is_some() {
            return Ok(());
        }
        let mut read = Vec::new();
        for page in whole(connection, &directory::permission_grants()).await? {
            let rows = convert::rows(&page, Ok::<wire::PermissionGrant, _>)?;
            read.extend(rows.items);
            rejected.extend(rows.rejected);
        }
        self.learn(connection, read.iter().filter_map(|grant| grant.resource_id.text())).await?;
        let mut delegated: HashMap<_, Vec<_>> = HashMap::new();
        for grant in &read {
            let api = grant.resource_id.text().and_then(|id| self.apis.get(id));
            let (app, grant) = convert::directory::delegated(grant, api)?;
            delegated.entry(app).or_default().push(grant);
        }
        self.delegated = Some(delegated);
        Ok(())
    }

    /// Learns of APIs by the object ids of their identities.
    async fn learn<'a>(&mut self, connection: &Connection, ids: impl Iterator<Item = &'a str>) -> Result<()> {
        let wanted: std::collections::BTreeSet<_> =
            ids.filter(|id| !self.apis.contains_key(*id)).map(ToOwned::to_owned).collect();
        for id in wanted {
            let Ok(principal) = id.parse::<PrincipalId>() else { continue };
            let place = directory::service_principal(&principal);
            match connection.read(&place, &select(&["id", "appId", "appRoles"])).await {
                Ok(api) => drop(self.apis.insert(id, api)),
                // What it granted may outlive an application; its permissions then have no names.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

fn own_next(
    lists: &mut impl Iterator<Item = Result<Vec<bytes::Bytes>>>,
    id: &str,
    rejected: &mut Vec<Rejected>,
) -> Result<Vec<bytes::Bytes>> {
    own(lists.next().unwrap_or_else(|| Ok(Vec::new())), || id.to_owned(), rejected)
}
