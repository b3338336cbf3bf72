//! What is publicly known of roles, permissions and tasks, and which role suffices for what.
//!
//! The facts are data in files of this project, see `pim-governance/data/README.md`. An organisation that sees
//! them otherwise gives a [file of its own](Reference::read), which is laid over them or takes their place.
//!
//! ```
//! use pim_core::{id::RoleId, privilege::Privilege};
//! use pim_governance::{reference::{Reference, Tier}, snapshot::Snapshot};
//!
//! let reference = Reference::builtin();
//! let role = reference.role(&RoleId::GLOBAL_ADMINISTRATOR).ok_or("no such role")?;
//! assert_eq!(role.tier, Some(Tier::Control));
//!
//! // Which role is enough?
//! let suggestions = reference.least_role_for("reset password of non-admins");
//! assert_eq!(suggestions[0].name, "Password Administrator");
//! # Ok::<(), &str>(())
//! ```

mod action;
mod facts;
mod file;
mod suggest;
mod tier;
mod tiers;

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::LazyLock,
};

use pim_core::{
    error::Result,
    id::{AppId, RoleId},
    privilege::Privilege,
};

pub use self::{
    action::covers,
    facts::{
        ActivityFacts, AzureRoleFacts, LimitedOn, PathToGlobalAdministrator, PermissionFacts, PermissionKind,
        RoleFacts, Sufficient, TaskFacts,
    },
    suggest::{Basis, Rank, Suggestion},
    tier::{InvalidTier, Tier},
    tiers::Tiers,
};
use crate::snapshot::Snapshot;

/// Facts on roles, permissions and tasks.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    roles: BTreeMap<RoleId, RoleFacts>,
    azure_roles: BTreeMap<RoleId, AzureRoleFacts>,
    actions: HashMap<Box<str>, Tier>,
    permissions: BTreeMap<(AppId, PermissionKind, RoleId), PermissionFacts>,
    by_value: HashMap<(AppId, PermissionKind, Box<str>), RoleId>,
    activities: BTreeMap<Box<str>, ActivityFacts>,
    tasks: Vec<TaskFacts>,
}

static BUILTIN: LazyLock<Reference> = LazyLock::new(|| {
    // The files are part of the program, and a test reads each: this can't fail.
    file::FILES
        .iter()
        .fold(Reference::default(), |known, text| known.clone().with_json(text).unwrap_or(known))
});

impl Reference {
    /// What this program knows by itself.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads a file of one's own, in the form of [`from_json`](Self::from_json).
    ///
    /// # Errors
    /// `NotFound` where there is no such file; `InvalidInput` for one that can't be read, with line, column and
    /// field.
    pub fn read(path: impl AsRef<Path>) -> Result<Self> {
        file::read(path.as_ref())
    }

    /// Facts of one's own, as JSON: an object with any of the lists `roles`, `actions`, `activities`,
    /// `azure_roles`, `permissions` and `tasks`, whose rows are those of `pim-governance/data/*.json`.
    ///
    /// They are laid over what is [built in](Self::builtin): a row needs its ids and what it changes, such as
    /// `{"roles": [{"id": "fe930be7-5e62-47db-91af-98c3a49a38b1", "tier": 1}]}`; tasks are added. With
    /// `"base": "none"`, nothing but the file counts.
    ///
    /// # Errors
    /// `InvalidInput` with line, column and field.
    pub fn from_json(text: &str) -> Result<Self> {
        file::from_json(text)
    }

    /// An Entra role, by its template id.
    pub fn role(&self, id: &RoleId) -> Option<&RoleFacts> {
        self.roles.get(id)
    }

    /// Every Entra role, by id.
    pub fn roles(&self) -> impl Iterator<Item = &RoleFacts> {
        self.roles.values()
    }

    /// A built-in Azure role, by the trailing GUID of its definition.
    pub fn azure_role(&self, id: &RoleId) -> Option<&AzureRoleFacts> {
        self.azure_roles.get(id)
    }

    /// How far an action reaches, such as `microsoft.directory/users/password/update`.
    pub fn tier_of_action(&self, action: &str) -> Option<Tier> {
        self.actions.get(action).copied()
    }

    /// How far a privilege reaches; `None` where that is not known, which does not say that it is harmless.
    ///
    /// A role that the tenant made counts by its actions, a group by the furthest of what it holds or may
    /// activate, itself or through other groups. For many privileges of one snapshot use
    /// [`tiers`](Self::tiers), which looks through it once.
    pub fn tier_of(&self, privilege: &Privilege, snapshot: &Snapshot) -> Option<Tier> {
        self.tiers(snapshot).of(privilege)
    }

    /// The tiers of the privileges of a snapshot.
    pub fn tiers<'a>(&'a self, snapshot: &'a Snapshot) -> Tiers<'a> {
        Tiers::new(self, snapshot)
    }

    /// An application permission of an API, by the permission's id or its name
    /// (`RoleManagement.ReadWrite.Directory`).
    pub fn permission(&self, resource: &AppId, permission: &str) -> Option<&PermissionFacts> {
        self.permission_of(resource, PermissionKind::Application, permission)
    }

    /// A delegated permission of an API, by its id or its name. Only those of the control plane are known.
    pub fn delegated(&self, resource: &AppId, permission: &str) -> Option<&PermissionFacts> {
        self.permission_of(resource, PermissionKind::Delegated, permission)
    }

    /// Every permission that is known.
    pub fn permissions(&self) -> impl Iterator<Item = &PermissionFacts> {
        self.permissions.values()
    }

    /// Tasks, and which role suffices for each.
    ///
    /// Source: [least privileged roles by task](https://learn.microsoft.com/entra/identity/role-based-access-control/delegate-by-task).
    pub fn tasks(&self) -> &[TaskFacts] {
        &self.tasks
    }

    /// What an activity of the audit log takes, such as `Reset user password`, without regard to case.
    pub fn activity(&self, name: &str) -> Option<&ActivityFacts> {
        self.activities.get(&*name.trim().to_lowercase())
    }

    /// Every activity of which it is known what it takes.
    pub fn activities(&self) -> impl Iterator<Item = &ActivityFacts> {
        self.activities.values()
    }

    /// The roles that the SCuBA baseline of CISA calls highly privileged, by id.
    pub fn highly_privileged(&self) -> impl Iterator<Item = &RoleFacts> {
        self.roles.values().filter(|role| role.highly_privileged)
    }

    /// Which roles suffice for a task (`reset password of non-admins`) or an action
    /// (`microsoft.directory/users/password/update`). Empty where none is known to.
    ///
    /// For a task: the role that Microsoft names as least privileged, then its alternatives; where the words fit
    /// several tasks, task by task, closest first. For an action: the roles whose actions cover it, the lowest
    /// first. What an action may be used on differs between roles (whose password Helpdesk Administrators may
    /// reset, for one): actions do not tell that.
    pub fn least_role_for(&self, what: &str) -> Vec<Suggestion> {
        suggest::least_role_for(self, what)
    }

    /// Every action of a role, those of roles that it contains included; none for a role that is not known.
    pub fn actions_of(&self, role: &RoleId) -> impl Iterator<Item = &str> {
        let own = self.roles.get(role);
        // Roles contain one other at most, Directory Readers, which contains none.
        let inherited = own.into_iter().flat_map(|role| &role.inherits).filter_map(|id| self.roles.get(id));
        own.into_iter().chain(inherited).flat_map(|role| &role.actions).map(AsRef::as_ref)
    }

    fn permission_of(&self, resource: &AppId, kind: PermissionKind, text: &str) -> Option<&PermissionFacts> {
        let value =
            || self.by_value.get(&(resource.clone(), kind, text.to_ascii_lowercase().into())).cloned();
        let by_id = text.parse::<RoleId>().ok().filter(|id| id.guid().is_some());
        self.permissions.get(&(resource.clone(), kind, by_id.or_else(value)?))
    }
}

/// How much a role lets one do, as far as its actions tell: the lowest tier first, those not classified last.
pub(crate) fn weight<'a>(
    reference: &Reference,
    role: &'a RoleFacts,
) -> (Reverse<Option<Tier>>, bool, usize, &'a str) {
    (Reverse(role.tier), role.privileged, reference.actions_of(&role.id).count(), &role.name)
}
