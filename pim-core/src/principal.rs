//! Who can hold a privilege.

use serde::{Deserialize, Serialize};

use crate::{id::PrincipalId, open_enum::open_enum, sensitive::Sensitive};

open_enum! {
    /// What a principal is.
    pub enum PrincipalKind {
        /// A person's account, a guest's included.
        User = "user",
        /// A group: its members hold what it holds.
        Group = "group",
        /// An application's identity in the tenant, a managed identity included.
        ServicePrincipal = "service_principal",
    }
}

/// A holder of privileges, as lists show it. Who it is in full: [`directory`](crate::directory).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Principal {
    /// Object id.
    pub id: PrincipalId,
    /// User, group or service principal.
    pub kind: PrincipalKind,
    /// Display name. Personal data for a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sensitive<String>>,
    /// Sign-in name of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_in_name: Option<Sensitive<String>>,
}

impl Principal {
    /// A principal of which only id and kind are known.
    pub const fn new(id: PrincipalId, kind: PrincipalKind) -> Self {
        Self { id, kind, name: None, sign_in_name: None }
    }
}
