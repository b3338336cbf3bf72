//! What is asked of lists.

use serde::{Deserialize, Serialize};

use crate::{
    audit::AuditService,
    id::{GroupId, PrincipalId, RoleId},
    privilege::{Privilege, Surface},
    request::RequestStatus,
    schedule::Level,
    time::Timestamp,
};

/// Whose entries a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum View {
    /// Everybody's: needs a reading role.
    #[default]
    Everyone,
    /// The caller's own: needs none.
    Mine,
    /// Those the caller asked for, for whomever. Requests only.
    AskedByMe,
    /// Those that wait for the caller's decision, whatever their start. Requests only.
    ForMyDecision,
}

/// From which part of a service's records a list is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete: instances or schedules
pub enum When {
    /// What is in force now (instances): the proof of access.
    #[default]
    Now,
    /// What is or will be (schedules).
    NowOrLater,
}

/// Narrows a list of grants or requests; every member set must match.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Filter {
    /// One surface; `None` for all that the backend has.
    pub surface: Option<Surface>,
    /// One holder.
    pub principal: Option<PrincipalId>,
    /// One role, at any scope.
    pub role: Option<RoleId>,
    /// One group, in any way of holding it.
    pub group: Option<GroupId>,
    /// Exactly this privilege, scope included.
    pub privilege: Option<Privilege>,
}

impl Filter {
    /// True when a grant of this holder and privilege is asked for.
    pub fn admits(&self, principal: &PrincipalId, privilege: &Privilege) -> bool {
        self.surface.as_ref().is_none_or(|s| *s == privilege.surface())
            && self.principal.as_ref().is_none_or(|p| p == principal)
            && self.role.as_ref().is_none_or(|r| privilege.role_id() == Some(r))
            && self.group.as_ref().is_none_or(|g| privilege.group_id() == Some(g))
            && self.privilege.as_ref().is_none_or(|p| p == privilege)
    }
}

/// Which roles.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct RoleQuery {
    /// One surface; `None` for all that the backend has.
    pub surface: Option<Surface>,
}

/// Which eligibilities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct EligibilityQuery {
    /// Everybody's or the caller's.
    pub view: View,
    /// In force now, or later too.
    pub when: When,
    /// Narrows it.
    pub filter: Filter,
}

/// Which assignments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AssignmentQuery {
    /// Everybody's or the caller's.
    pub view: View,
    /// In force now, or later too.
    pub when: When,
    /// Narrows it.
    pub filter: Filter,
}

/// Which requests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct RequestQuery {
    /// Whose, or waiting for whom.
    pub view: View,
    /// Narrows it.
    pub filter: Filter,
    /// Only for this family of grants. Services keep one list for each and want a permission for each.
    pub level: Option<Level>,
    /// In one of these states; empty for any.
    pub status: Vec<RequestStatus>,
}

/// Which policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct PolicyQuery {
    /// One surface; `None` for all that the backend has.
    pub surface: Option<Surface>,
}

/// Which audit records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct AuditQuery {
    /// Written at or after this.
    pub from: Option<Timestamp>,
    /// Written before this.
    pub until: Option<Timestamp>,
    /// By one service.
    pub service: Option<AuditService>,
    /// Of one activity, word for word.
    pub activity: Option<String>,
    /// By one actor.
    pub actor: Option<PrincipalId>,
}

/// Which sign-ins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct SignInQuery {
    /// At or after this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
    /// Of one account.
    pub principal: Option<PrincipalId>,
}

/// Which people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct UserQuery {
    /// These, as far as they exist; empty for all.
    pub ids: Vec<PrincipalId>,
}

/// Which groups, for their members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct MembershipQuery {
    /// One group; `None` for all.
    pub group: Option<GroupId>,
}
