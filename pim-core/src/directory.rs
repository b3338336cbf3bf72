//! What surrounds privileges in a directory: people, groups, applications, administrative units, licences.
//!
//! Plain records, read for discovery; the model has no rules for them.

use serde::{Deserialize, Serialize};

use crate::{
    id::{AppId, GroupId, PrincipalId, RoleId, SkuId, UnitId},
    open_enum::open_enum,
    principal::PrincipalKind,
    privilege::GroupAccess,
    sensitive::Sensitive,
    time::Timestamp,
};

open_enum! {
    /// Whether an account belongs to the organisation.
    pub enum UserType {
        /// It does.
        Member = "member",
        /// It was invited.
        Guest = "guest",
    }
}

open_enum! {
    /// Where an object is mastered.
    pub enum Source {
        /// In the cloud.
        Cloud = "cloud",
        /// Synchronised from an on-premises directory.
        OnPremises = "on_premises",
    }
}

open_enum! {
    /// A registered means of stronger sign-in.
    pub enum AuthenticationMethod {
        /// FIDO2 passkey or security key. Resists phishing.
        Fido2 = "fido2",
        /// Windows Hello for Business. Resists phishing.
        WindowsHello = "windows_hello_for_business",
        /// Certificate. Resists phishing.
        Certificate = "certificate",
        /// Microsoft Authenticator, push.
        AuthenticatorPush = "microsoft_authenticator_push",
        /// Microsoft Authenticator, without password.
        AuthenticatorPasswordless = "microsoft_authenticator_passwordless",
        /// One-time code of an app or token.
        OneTimeCode = "one_time_code",
        /// Text message or call.
        Phone = "phone",
        /// Mail; for password reset only, no second factor.
        Email = "email",
    }
}

impl AuthenticationMethod {
    /// True where a false sign-in page cannot relay it.
    pub const fn resists_phishing(&self) -> bool {
        matches!(self, Self::Fido2 | Self::WindowsHello | Self::Certificate)
    }

    /// True where it counts as a second factor.
    pub const fn is_second_factor(&self) -> bool {
        !matches!(self, Self::Email | Self::Unknown(_))
    }
}

/// A person's account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// Object id.
    pub id: PrincipalId,
    /// Display name.
    pub name: Sensitive<String>,
    /// User principal name.
    pub sign_in_name: Sensitive<String>,
    /// Whether it may sign in.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Member or guest.
    #[serde(default = "member")]
    pub user_type: UserType,
    /// Cloud or on premises.
    #[serde(default = "cloud")]
    pub source: Source,
    /// Mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<Sensitive<String>>,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<PrincipalId>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When it last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Timestamp>,
    /// When its password was last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed: Option<Timestamp>,
    /// Registered means of stronger sign-in; `None` where they could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<AuthenticationMethod>>,
    /// Licences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub licences: Vec<SkuId>,
}

const fn yes() -> bool {
    true
}

const fn member() -> UserType {
    UserType::Member
}

const fn cloud() -> Source {
    Source::Cloud
}

impl User {
    /// An enabled member, mastered in the cloud, of whom no more is known.
    pub const fn new(id: PrincipalId, name: Sensitive<String>, sign_in_name: Sensitive<String>) -> Self {
        Self {
            id,
            name,
            sign_in_name,
            enabled: true,
            user_type: UserType::Member,
            source: Source::Cloud,
            mail: None,
            department: None,
            manager: None,
            created: None,
            last_sign_in: None,
            password_changed: None,
            methods: None,
            licences: Vec::new(),
        }
    }

    /// Whether a second factor is registered; `None` where that could not be read.
    pub fn has_second_factor(&self) -> Option<bool> {
        self.methods.as_ref().map(|m| m.iter().any(AuthenticationMethod::is_second_factor))
    }
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Group {
    /// Object id.
    pub id: GroupId,
    /// Display name.
    pub name: String,
    /// Whether it may hold directory roles. Set at creation, for good.
    #[serde(default)]
    pub role_assignable: bool,
    /// The rule that fills it, if a rule does; such a group can't come under PIM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership_rule: Option<String>,
    /// Cloud or on premises; the latter can't come under PIM.
    #[serde(default = "cloud")]
    pub source: Source,
    /// Whether PIM manages it; `None` where that could not be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_pim: Option<bool>,
}

impl Group {
    /// A plain group.
    pub const fn new(id: GroupId, name: String) -> Self {
        Self {
            id,
            name,
            role_assignable: false,
            membership_rule: None,
            source: Source::Cloud,
            under_pim: None,
        }
    }
}

/// Who belongs to a group now, standing or activated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a relation
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// Who.
    pub principal: PrincipalId,
    /// What that is.
    pub kind: PrincipalKind,
    /// As member or owner.
    pub access: GroupAccess,
}

/// An application's identity in the tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ServicePrincipal {
    /// Object id.
    pub id: PrincipalId,
    /// Client id.
    pub app: AppId,
    /// Display name.
    pub name: String,
    /// Whether it may sign in.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Whether Azure manages its credential.
    #[serde(default)]
    pub managed_identity: bool,
    /// Its owners: each can add a credential and so act as it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<PrincipalId>,
    /// Permissions it holds by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub permissions: Vec<AppPermission>,
    /// Permissions it may use for people.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegated: Vec<DelegatedGrant>,
    /// When it last signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_sign_in: Option<Timestamp>,
}

impl ServicePrincipal {
    /// An enabled application without permissions.
    pub const fn new(id: PrincipalId, app: AppId, name: String) -> Self {
        Self {
            id,
            app,
            name,
            enabled: true,
            managed_identity: false,
            owners: Vec::new(),
            permissions: Vec::new(),
            delegated: Vec::new(),
            last_sign_in: None,
        }
    }
}

/// An application permission that was granted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a relation
pub struct AppPermission {
    /// The API that it is for, by client id; Microsoft Graph is `00000003-0000-0000-c000-000000000000`.
    pub resource: AppId,
    /// The permission's id at that API.
    pub role: RoleId,
    /// Its name, such as `RoleManagement.ReadWrite.Directory`, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// Delegated permissions that were granted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a relation
pub struct DelegatedGrant {
    /// The API that they are for, by client id.
    pub resource: AppId,
    /// The permissions' names.
    pub scopes: Vec<String>,
    /// For whom; `None` for everybody (admin consent).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
}

/// A container that narrows a role's reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AdministrativeUnit {
    /// Object id.
    pub id: UnitId,
    /// Display name.
    pub name: String,
    /// Whether tenant-wide administrators are kept out.
    #[serde(default)]
    pub restricted: bool,
    /// Who is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<PrincipalId>,
}

impl AdministrativeUnit {
    /// An empty unit.
    pub const fn new(id: UnitId, name: String) -> Self {
        Self { id, name, restricted: false, members: Vec::new() }
    }
}

/// A licence that the tenant bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // a record users write in seeds
pub struct Sku {
    /// The licence's id.
    pub id: SkuId,
    /// Its short name, such as `AAD_PREMIUM_P2`.
    pub part_number: String,
    /// The plans that it contains, by short name.
    #[serde(default)]
    pub service_plans: Vec<String>,
    /// How many were bought.
    #[serde(default)]
    pub bought: u32,
    /// How many are given out.
    #[serde(default)]
    pub consumed: u32,
}

impl Sku {
    /// True when PIM may be used with it: Entra ID P2 or Entra ID Governance.
    pub fn covers_pim(&self) -> bool {
        let covers = |plan: &str| matches!(plan, "AAD_PREMIUM_P2" | "Entra_Identity_Governance");
        covers(&self.part_number) || self.service_plans.iter().any(|plan| covers(plan))
    }
}
