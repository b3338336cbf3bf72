//! The records that surround privileges: fixed by the seed, looked up by the rules.

use std::sync::Arc;

use pim_core::{
    directory::{Group, User},
    id::{AppId, GroupId, PrincipalId, RoleId},
    principal::{Principal, PrincipalKind},
    privilege::{Privilege, RoleDefinition, Surface},
    time::Timestamp,
};

use super::hash::HashMap;
use crate::{catalogue, seed::Records};

/// Microsoft Graph's client id, to which the permissions that matter here belong.
const GRAPH: AppId = graph();

const fn graph() -> AppId {
    AppId::from_guid([0, 0, 0, 3, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0])
}

/// The directory.
#[derive(Clone, Debug)]
pub(crate) struct Directory {
    /// Everything that is only read.
    pub(crate) records: Arc<Records>,
    pub(crate) roles: Arc<Vec<Arc<RoleDefinition>>>,
    role_index: Arc<HashMap<RoleId, usize>>,
    principals: Arc<HashMap<PrincipalId, Known>>,
    groups: Arc<HashMap<GroupId, usize>>,
}

#[derive(Clone, Debug)]
struct Known {
    shown: Arc<Principal>,
    place: Place,
}

/// Where a principal's record is.
#[derive(Clone, Copy, Debug)]
enum Place {
    User(usize),
    Group,
    Application(usize),
}

impl Directory {
    pub(crate) fn new(records: Records) -> Self {
        let mut roles: Vec<Arc<RoleDefinition>> = Vec::new();
        if records.built_in_roles {
            roles.extend(catalogue::entra_roles().iter().cloned().map(Arc::new));
        }
        roles.extend(records.roles.iter().cloned().map(Arc::new));
        let role_index = roles.iter().enumerate().map(|(i, role)| (role.id.clone(), i)).collect();
        let mut principals = HashMap::default();
        for (i, user) in records.users.iter().enumerate() {
            let mut shown = Principal::new(user.id.clone(), PrincipalKind::User);
            shown.name = Some(user.name.clone());
            shown.sign_in_name = Some(user.sign_in_name.clone());
            principals.insert(user.id.clone(), Known { shown: Arc::new(shown), place: Place::User(i) });
        }
        for (i, app) in records.service_principals.iter().enumerate() {
            let mut shown = Principal::new(app.id.clone(), PrincipalKind::ServicePrincipal);
            shown.name = Some(app.name.as_str().into());
            principals.insert(app.id.clone(), Known { shown: Arc::new(shown), place: Place::Application(i) });
        }
        let mut groups = HashMap::default();
        for (i, group) in records.groups.iter().enumerate() {
            let id = group.group.id.as_principal();
            let mut shown = Principal::new(id.clone(), PrincipalKind::Group);
            shown.name = Some(group.group.name.as_str().into());
            principals.insert(id, Known { shown: Arc::new(shown), place: Place::Group });
            groups.insert(group.group.id.clone(), i);
        }
        Self {
            records: Arc::new(records),
            roles: Arc::new(roles),
            role_index: Arc::new(role_index),
            principals: Arc::new(principals),
            groups: Arc::new(groups),
        }
    }

    /// Takes a role in, in place of the one with its id.
    pub(crate) fn define(&mut self, role: RoleDefinition) {
        let (id, role) = (role.id.clone(), Arc::new(role));
        let roles = Arc::make_mut(&mut self.roles);
        match self.role_index.get(&id) {
            Some(at) => roles[*at] = role,
            None => {
                Arc::make_mut(&mut self.role_index).insert(id, roles.len());
                roles.push(role);
            }
        }
    }

    pub(crate) fn remove(&mut self, id: &RoleId) {
        let roles = Arc::make_mut(&mut self.roles);
        roles.retain(|role| role.id != *id);
        self.role_index =
            Arc::new(roles.iter().enumerate().map(|(at, role)| (role.id.clone(), at)).collect());
    }

    pub(crate) fn role(&self, id: &RoleId) -> Option<&Arc<RoleDefinition>> {
        self.role_index.get(id).map(|i| &self.roles[*i])
    }

    /// The role behind a privilege, if it exists on that surface.
    pub(crate) fn role_of(&self, privilege: &Privilege) -> Option<&Arc<RoleDefinition>> {
        self.role(privilege.role_id()?).filter(|role| role.surface == privilege.surface())
    }

    pub(crate) fn principal(&self, id: &PrincipalId) -> Option<&Arc<Principal>> {
        self.principals.get(id).map(|known| &known.shown)
    }

    pub(crate) fn user(&self, id: &PrincipalId) -> Option<&User> {
        match self.principals.get(id)?.place {
            Place::User(i) => Some(&self.records.users[i]),
            _ => None,
        }
    }

    /// When an account last signed in before the service began, as far as its record tells.
    pub(crate) fn last_sign_in(&self, id: &PrincipalId) -> Option<Timestamp> {
        match self.principals.get(id)?.place {
            Place::User(i) => self.records.users[i].last_sign_in,
            Place::Application(i) => self.records.service_principals[i].last_sign_in,
            Place::Group => None,
        }
    }

    /// A group, with those whom the seed put into it.
    pub(crate) fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.get(id).map(|i| &self.records.groups[*i].group)
    }

    /// True for an application that holds one of these permissions of Microsoft Graph.
    pub(crate) fn is_permitted(&self, id: &PrincipalId, permissions: &[&str]) -> bool {
        let Some(Place::Application(i)) = self.principals.get(id).map(|known| known.place) else {
            return false;
        };
        let app = &self.records.service_principals[i];
        let named = |name: &str| permissions.contains(&name);
        app.enabled
            && app.permissions.iter().any(|p| p.resource == GRAPH && p.name.as_deref().is_some_and(named))
    }

    /// True unless the tenant lists its licences and none covers PIM.
    pub(crate) fn is_licensed(&self) -> bool {
        let skus = &self.records.skus;
        skus.is_empty() || skus.iter().any(|sku| sku.bought > 0 && sku.covers_pim())
    }

    /// True for an account that may sign in.
    pub(crate) fn is_enabled(&self, id: &PrincipalId) -> bool {
        match self.principals.get(id).map(|known| known.place) {
            Some(Place::User(i)) => self.records.users[i].enabled,
            Some(Place::Application(i)) => self.records.service_principals[i].enabled,
            Some(Place::Group) | None => false,
        }
    }

    /// Roles of one surface, or of all.
    pub(crate) fn roles_on(&self, surface: Option<&Surface>) -> impl Iterator<Item = &Arc<RoleDefinition>> {
        self.roles.iter().filter(move |role| surface.is_none_or(|s| *s == role.surface))
    }
}
