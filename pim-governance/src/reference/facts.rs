//! What is known of a role, a permission, a task.

use pim_core::id::{AppId, RoleId};

use super::Tier;

/// What is known of an Entra role.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoleFacts {
    /// Its template id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// How far it reaches; `None` where nobody classified it.
    pub tier: Option<Tier>,
    /// Whether the directory itself calls it privileged.
    pub privileged: bool,
    /// Whether the SCuBA baseline of CISA calls it highly privileged.
    pub highly_privileged: bool,
    /// It can do more, or less, than its actions show: never conclude from them that it is the lesser one.
    pub power_not_in_actions: bool,
    /// Nobody is to be given it: the service's own, or withdrawn.
    pub reserved: bool,
    /// What it allows without condition. Those of the roles it contains come on top: see
    /// [`Reference::actions_of`](super::Reference::actions_of).
    pub actions: Vec<Box<str>>,
    /// The roles that it contains.
    pub inherits: Vec<RoleId>,
}

impl RoleFacts {
    /// A role of which no more is known than its id; its name is the id.
    pub fn new(id: RoleId) -> Self {
        Self {
            name: id.to_string(),
            id,
            tier: None,
            privileged: false,
            highly_privileged: false,
            power_not_in_actions: false,
            reserved: false,
            actions: Vec::new(),
            inherits: Vec::new(),
        }
    }
}

/// What is known of a built-in Azure role.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AzureRoleFacts {
    /// The trailing GUID of its definition.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// How far its actions reach, exclusions and conditions left aside.
    pub tier: Option<Tier>,
    /// A condition narrows it, so that it may reach less far than its tier says.
    pub narrowed: bool,
}

impl AzureRoleFacts {
    /// A role of which no more is known than its id; its name is the id.
    pub fn new(id: RoleId) -> Self {
        Self { name: id.to_string(), id, tier: None, narrowed: false }
    }
}

/// For whom a permission counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum PermissionKind {
    /// For the application itself.
    Application,
    /// For the application while somebody uses it, as far as that person's own rights go.
    Delegated,
}

/// How a permission leads to Global Administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum PathToGlobalAdministrator {
    /// Whoever has it makes itself one.
    Direct,
    /// Whoever has it gets there in a few steps.
    Indirect,
}

/// What is known of a permission of an API.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PermissionFacts {
    /// The API, by client id; Microsoft Graph is `00000003-0000-0000-c000-000000000000`.
    pub resource: AppId,
    /// Its id at that API.
    pub id: RoleId,
    /// For whom it counts.
    pub kind: PermissionKind,
    /// Its name, such as `RoleManagement.ReadWrite.Directory`.
    pub value: String,
    /// How far it reaches; `None` where nobody classified it.
    pub tier: Option<Tier>,
    /// Whether it leads to Global Administrator, and how.
    pub path: Option<PathToGlobalAdministrator>,
    /// How privileged Microsoft says that it is: 2 (little) to 4 (much); `None` where it does not say.
    pub level: Option<u8>,
}

impl PermissionFacts {
    /// A permission of which no more is known than its id; its name is the id.
    pub fn new(resource: AppId, id: RoleId, kind: PermissionKind) -> Self {
        Self { value: id.to_string(), resource, id, kind, tier: None, path: None, level: None }
    }
}

/// What suffices for a task.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sufficient {
    /// An Entra role.
    Role(RoleId),
    /// Something that is none: owning the thing, a role in Azure, being a user at all.
    Other(String),
}

/// A task, and what suffices for it. Known by key words, in the singular and in alphabetical order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskFacts {
    /// What it belongs to: `access`, `conditional`, `security`.
    pub area: Vec<String>,
    /// What it is: `create`, `location`, `named`.
    pub words: Vec<String>,
    /// What suffices.
    pub least: Sufficient,
    /// What does too, and allows more.
    pub others: Vec<Sufficient>,
}

impl TaskFacts {
    /// A task for which one thing suffices.
    pub const fn new(area: Vec<String>, words: Vec<String>, least: Sufficient) -> Self {
        Self { area, words, least, others: Vec::new() }
    }
}

/// On what else it depends whether a role may do something: actions do not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum LimitedOn {
    /// On people: fewer roles may do it to administrators.
    People,
    /// On groups: fewer roles may do it to groups that can hold roles.
    Groups,
}

/// What doing something takes, by the name under which the audit log tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActivityFacts {
    /// The name of the activity: `Reset user password`.
    pub activity: Box<str>,
    /// The actions that it takes, all of them. Where the name covers several acts, those of the widest; none
    /// where everybody may do it.
    pub actions: Vec<Box<str>>,
    /// Whether it also depends on whom or what it is done to.
    pub limited_on: Option<LimitedOn>,
}

impl ActivityFacts {
    /// An activity that everybody may do.
    pub const fn new(activity: Box<str>) -> Self {
        Self { activity, actions: Vec::new(), limited_on: None }
    }
}
