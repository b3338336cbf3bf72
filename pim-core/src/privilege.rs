//! What can be held: a directory role at a scope, access to a group, an Azure role at a scope.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    id::{ApplicationId, GroupId, RoleId, UnitId},
    open_enum::open_enum,
};

open_enum! {
    /// The three places in which PIM manages privileges. Each has endpoints, policies and habits of its own.
    pub enum Surface {
        /// Microsoft Entra roles.
        DirectoryRoles = "directory_roles",
        /// PIM for Groups.
        Groups = "groups",
        /// Azure resource roles.
        AzureRoles = "azure_roles",
    }
}

open_enum! {
    /// In what way a group is held.
    pub enum GroupAccess {
        /// Member of the group.
        Member = "member",
        /// Owner of the group.
        Owner = "owner",
    }
}

/// Where a directory role applies.
///
/// Prints as the directory writes it: `/`, `/administrativeUnits/{id}` or `/{object id}`; a scope that only
/// one application understands (`appScopeId`) prints behind `app:`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DirectoryScope {
    /// The whole tenant.
    Tenant,
    /// The members of an administrative unit.
    AdministrativeUnit(UnitId),
    /// One application registration or enterprise application, by object id.
    Application(ApplicationId),
    /// A scope defined by the application that owns the role, as that application writes it.
    Provider(Arc<str>),
    /// A scope of a form this version does not know, as the service wrote it.
    Other(Arc<str>),
}

/// Where an Azure role applies: an ARM scope such as `/subscriptions/{id}/resourceGroups/{name}`.
///
/// Compared without regard to case, because ARM answers in other case than it was asked in; the spelling
/// is kept. Management groups are `/providers/Microsoft.Management/managementGroups/{name}`.
#[derive(Clone, Debug)]
pub struct AzureScope(Arc<str>);

/// One thing that can be held, and so activated, approved and reviewed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", try_from = "Fields")]
#[non_exhaustive]
pub enum Privilege {
    /// A Microsoft Entra role.
    DirectoryRole {
        /// Which role.
        role: RoleId,
        /// Where it applies.
        scope: DirectoryScope,
    },
    /// Membership or ownership of a group under PIM.
    Group {
        /// Which group.
        group: GroupId,
        /// As member or owner.
        access: GroupAccess,
    },
    /// A role on Azure resources.
    AzureRole {
        /// Which role: the trailing GUID of its definition, whatever the scope before it.
        role: RoleId,
        /// Where it applies.
        scope: AzureScope,
    },
}

/// A privilege as it is read: field by field, in any order. A tagged enumeration would be kept aside whole until
/// its tag is found, which a journal of a million privileges feels.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    r#type: Kind,
    role: Option<RoleId>,
    scope: Option<Box<str>>,
    group: Option<GroupId>,
    access: Option<GroupAccess>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    DirectoryRole,
    Group,
    AzureRole,
}

impl TryFrom<Fields> for Privilege {
    type Error = String;

    fn try_from(fields: Fields) -> Result<Self, String> {
        let Fields { r#type, role, scope, group, access } = fields;
        match (r#type, role, scope, group, access) {
            (Kind::DirectoryRole, Some(role), Some(scope), None, None) => {
                Ok(Self::DirectoryRole { role, scope: DirectoryScope::from(&*scope) })
            }
            (Kind::Group, None, None, Some(group), Some(access)) => Ok(Self::Group { group, access }),
            (Kind::AzureRole, Some(role), Some(scope), None, None) => {
                let scope = scope.parse().map_err(|error: InvalidScope| error.to_string())?;
                Ok(Self::AzureRole { role, scope })
            }
            (Kind::Group, ..) => Err("a `group` privilege has `group` and `access`, and nothing else".into()),
            (Kind::DirectoryRole, ..) => {
                Err("a `directory_role` privilege has `role` and `scope`, and nothing else".into())
            }
            (Kind::AzureRole, ..) => {
                Err("an `azure_role` privilege has `role` and `scope`, and nothing else".into())
            }
        }
    }
}

impl Privilege {
    /// A directory role for the whole tenant.
    pub const fn role(role: RoleId) -> Self {
        Self::DirectoryRole { role, scope: DirectoryScope::Tenant }
    }

    /// Membership of a group.
    pub const fn member(group: GroupId) -> Self {
        Self::Group { group, access: GroupAccess::Member }
    }

    /// Ownership of a group.
    pub const fn owner(group: GroupId) -> Self {
        Self::Group { group, access: GroupAccess::Owner }
    }

    /// Which surface manages it.
    pub const fn surface(&self) -> Surface {
        match self {
            Self::DirectoryRole { .. } => Surface::DirectoryRoles,
            Self::Group { .. } => Surface::Groups,
            Self::AzureRole { .. } => Surface::AzureRoles,
        }
    }

    /// The role, unless it is access to a group.
    pub const fn role_id(&self) -> Option<&RoleId> {
        match self {
            Self::DirectoryRole { role, .. } | Self::AzureRole { role, .. } => Some(role),
            Self::Group { .. } => None,
        }
    }

    /// The group, if it is access to one.
    pub const fn group_id(&self) -> Option<&GroupId> {
        match self {
            Self::Group { group, .. } => Some(group),
            _ => None,
        }
    }
}

/// Names the privilege by its ids; safe to log.
impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DirectoryRole { role, scope } => write!(f, "directory role {role} at {scope}"),
            Self::Group { group, access } => write!(f, "{access} of group {group}"),
            Self::AzureRole { role, scope } => write!(f, "Azure role {role} at {scope}"),
        }
    }
}

impl fmt::Display for DirectoryScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tenant => f.write_str("/"),
            Self::AdministrativeUnit(unit) => write!(f, "/administrativeUnits/{unit}"),
            Self::Application(id) => write!(f, "/{id}"),
            Self::Provider(text) => write!(f, "app:{text}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// Total: what has no known form becomes [`DirectoryScope::Other`] and prints as it came.
impl From<&str> for DirectoryScope {
    fn from(text: &str) -> Self {
        const UNITS: &str = "/administrativeUnits/";
        if text == "/" {
            return Self::Tenant;
        }
        if let Some(app) = text.strip_prefix("app:") {
            return Self::Provider(app.into());
        }
        let unit = text.get(..UNITS.len()).filter(|head| head.eq_ignore_ascii_case(UNITS));
        if let Some(unit) = unit.and_then(|head| text[head.len()..].parse().ok()) {
            return Self::AdministrativeUnit(unit);
        }
        match text.strip_prefix('/').map(str::parse::<ApplicationId>) {
            Some(Ok(id)) if id.guid().is_some() => Self::Application(id),
            _ => Self::Other(text.into()),
        }
    }
}

impl Serialize for DirectoryScope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DirectoryScope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::open_enum::read(deserializer)
    }
}

/// A text that is no ARM scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an Azure scope begins with `/`, such as /subscriptions/{{id}}, and has no blank ends or control characters"
)]
pub struct InvalidScope;

impl AzureScope {
    /// The scope as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when `other` is this scope or lies below it, so that a role here applies there.
    pub fn covers(&self, other: &Self) -> bool {
        let (own, other) = (self.0.trim_end_matches('/'), other.0.trim_end_matches('/'));
        other.get(..own.len()).is_some_and(|head| head.eq_ignore_ascii_case(own))
            && (other.len() == own.len() || other.as_bytes()[own.len()] == b'/')
    }

    fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for AzureScope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        let sound = text.starts_with('/')
            && text.len() <= 2048
            && text.trim_end() == text
            && !text.chars().any(char::is_control);
        if sound { Ok(Self(text.into())) } else { Err(InvalidScope) }
    }
}

impl fmt::Display for AzureScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq for AzureScope {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for AzureScope {}

impl std::hash::Hash for AzureScope {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl PartialOrd for AzureScope {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AzureScope {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

impl Serialize for AzureScope {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AzureScope {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

open_enum! {
    /// Who made a role definition.
    pub enum RoleOrigin {
        /// Comes with the service.
        BuiltIn = "built_in",
        /// Made in this tenant.
        Custom = "custom",
    }
}

/// What a role is and what it allows.
///
/// Source: [unifiedRoleDefinition](https://learn.microsoft.com/graph/api/resources/unifiedroledefinition).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RoleDefinition {
    /// The id that assignments name; for built-in Entra roles the template id, equal in all tenants.
    pub id: RoleId,
    /// Which surface it belongs to.
    pub surface: Surface,
    /// Display name. Differs between portal, API and documentation: match by id.
    pub name: String,
    /// Built in or custom.
    pub origin: RoleOrigin,
    /// The directory's own flag for high-risk roles; `None` where the source does not tell (Graph v1.0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// What it allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<Permission>,
}

impl RoleDefinition {
    /// A role of which nothing is known but id, surface, name and origin.
    pub const fn new(id: RoleId, surface: Surface, name: String, origin: RoleOrigin) -> Self {
        Self { id, surface, name, origin, privileged: None, permissions: Vec::new() }
    }

    /// Every allowed action, conditional ones included.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.permissions.iter().flat_map(|p| &p.actions).map(AsRef::as_ref)
    }
}

/// One block of a role's permissions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // a literal in callers' files and tests
pub struct Permission {
    /// Allowed actions, such as `microsoft.directory/users/password/update`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actions: Vec<Arc<str>>,
    /// Actions taken out again (Azure `notActions`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<Arc<str>>,
    /// Allowed data actions (Azure).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_actions: Vec<Arc<str>>,
    /// Data actions taken out again (Azure `notDataActions`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded_data: Vec<Arc<str>>,
    /// The condition under which the block applies, such as `$ResourceIsSelf`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Arc<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn directory_scopes_are_told_apart() {
        let guid = "62e90394-69f5-4237-9190-012177145e10";
        assert_eq!(DirectoryScope::from("/"), DirectoryScope::Tenant);
        let unit = format!("/administrativeUnits/{guid}");
        assert_eq!(DirectoryScope::from(&*unit), DirectoryScope::AdministrativeUnit(guid.parse().unwrap()));
        assert_eq!(DirectoryScope::from(&*unit.to_lowercase()).to_string(), unit);
        assert_eq!(
            DirectoryScope::from(&*format!("/{guid}")),
            DirectoryScope::Application(guid.parse().unwrap())
        );
        // The documented trap: applications have no path segment of their own.
        let trap = format!("/applications/{guid}");
        assert_eq!(DirectoryScope::from(&*trap), DirectoryScope::Other(trap.as_str().into()));
    }

    #[test]
    fn azure_scopes_ignore_case_and_cover_what_is_below() {
        let scope = |s: &str| s.parse::<AzureScope>().unwrap();
        assert_eq!(scope("/subscriptions/A"), scope("/SUBSCRIPTIONS/a"));
        assert!(scope("/subscriptions/a").covers(&scope("/subscriptions/A/resourceGroups/rg")));
        assert!(!scope("/subscriptions/a").covers(&scope("/subscriptions/ab")));
        assert!(scope("/").covers(&scope("/subscriptions/a")));
        assert!("subscriptions/a".parse::<AzureScope>().is_err());
    }

    proptest! {
        #[test]
        fn a_directory_scope_prints_what_was_read(text in "/?(administrativeUnits/|app:|applications/)?[a-z0-9:/]{0,20}") {
            prop_assert_eq!(DirectoryScope::from(&*text).to_string(), text);
        }

        #[test]
        fn a_privilege_round_trips(role: [u8; 16], unit: [u8; 16], which in 0..5) {
            let role = RoleId::from_guid(role);
            let privilege = match which {
                0 => Privilege::role(role),
                1 => Privilege::DirectoryRole { role, scope: DirectoryScope::AdministrativeUnit(UnitId::from_guid(unit)) },
                2 => Privilege::member(GroupId::from_guid(unit)),
                3 => Privilege::owner(GroupId::from_guid(unit)),
                _ => Privilege::AzureRole { role, scope: "/subscriptions/x".parse().unwrap() },
            };
            let json = serde_json::to_string(&privilege).unwrap();
            prop_assert_eq!(serde_json::from_str::<Privilege>(&json).unwrap(), privilege);
        }
    }
}
