//! What people call things: names for ids, as far as a snapshot tells. For what people read; never for errors
//! or logs.

use std::{borrow::Cow, collections::HashMap};

use pim_core::{
    id::{GroupId, PrincipalId, RoleId, UnitId},
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
};

use crate::snapshot::Snapshot;

/// Names for the ids of one snapshot.
#[derive(Clone, Debug, Default)]
pub struct Names {
    principals: HashMap<PrincipalId, Named>,
    roles: HashMap<(Surface, RoleId), String>,
    units: HashMap<UnitId, String>,
}

#[derive(Clone, Default)]
struct Named(String);

impl std::fmt::Debug for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Names {
    /// The names that a snapshot tells.
    pub fn of(snapshot: &Snapshot) -> Self {
        let mut principals = HashMap::new();
        for holder in &snapshot.holders {
            if let Some(name) = &holder.name {
                principals.insert(holder.id.clone(), Named(name.expose().clone()));
            }
        }
        principals
            .extend(snapshot.users.iter().map(|user| (user.id.clone(), Named(user.name.expose().clone()))));
        principals
            .extend(snapshot.groups.iter().map(|group| (group.id.as_principal(), Named(group.name.clone()))));
        let applications = snapshot.service_principals.iter();
        principals.extend(applications.map(|app| (app.id.clone(), Named(app.name.clone()))));
        let roles = snapshot.roles.iter();
        let roles = roles.map(|role| ((role.surface.clone(), role.id.clone()), role.name.clone())).collect();
        let units = snapshot.units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect();
        Self { principals, roles, units }
    }

    /// The name of a person, group or application; the id where none is known.
    pub fn principal<'a>(&'a self, id: &'a PrincipalId) -> Cow<'a, str> {
        match self.principals.get(id) {
            Some(Named(name)) if !name.trim().is_empty() => Cow::Borrowed(name),
            _ => Cow::Owned(id.to_string()),
        }
    }

    /// The name of a group; the id where none is known.
    pub fn group(&self, id: &GroupId) -> String {
        self.principal(&id.as_principal()).into_owned()
    }

    /// The name of a role; the id where none is known.
    pub fn role(&self, surface: &Surface, id: &RoleId) -> String {
        self.roles.get(&(surface.clone(), id.clone())).cloned().unwrap_or_else(|| id.to_string())
    }

    /// The name of an administrative unit; the id where none is known.
    pub fn unit(&self, id: &UnitId) -> String {
        self.units.get(id).cloned().unwrap_or_else(|| id.to_string())
    }

    /// A privilege in words: the role, and where it counts unless that is the whole tenant.
    pub fn privilege(&self, privilege: &Privilege) -> String {
        match privilege {
            Privilege::DirectoryRole { role, scope } => {
                let role = self.role(&Surface::DirectoryRoles, role);
                match scope {
                    DirectoryScope::Tenant => role,
                    DirectoryScope::AdministrativeUnit(unit) => format!("{role} in {}", self.unit(unit)),
                    other => format!("{role} at {other}"),
                }
            }
            Privilege::Group { group, access } => match access {
                GroupAccess::Owner => format!("owner of {}", self.group(group)),
                GroupAccess::Member => format!("member of {}", self.group(group)),
                other => format!("{other} of {}", self.group(group)),
            },
            Privilege::AzureRole { role, scope } => {
                format!("{} at {scope}", self.role(&Surface::AzureRoles, role))
            }
            other => other.to_string(),
        }
    }
}
