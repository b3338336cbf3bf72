//! What a tenant consists of, section by section.

use pim_core::{
    audit::{AuditRecord, SignIn},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, ServicePrincipal, Sku, Source, User},
    id::{GroupId, PrincipalId, ScheduleId, TenantId},
    package::{AccessPackage, PackageAssignment},
    policy::Rule,
    privilege::{Privilege, RoleDefinition},
    review::NewReview,
    schedule::Condition,
    time::{Timestamp, Window},
};
use serde::{Deserialize, Serialize};

use super::guid_of;
use crate::switches::Switches;

/// The sections of a seed. A [`Seed`](super::Seed) is made from it with `try_from`, which checks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Records {
    /// The version of the format.
    pub version: Version,
    /// The tenant itself.
    pub tenant: SeedTenant,
    /// Where a virtual clock starts; absent for a tenant that lives in the present.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Timestamp>,
    /// How the service behaves where no evidence tells.
    pub switches: Switches,
    /// Whether the built-in Entra roles of the [catalogue](crate::catalogue) are there.
    pub built_in_roles: bool,
    /// Further roles: custom ones, and those of Azure.
    pub roles: Vec<RoleDefinition>,
    /// Licences.
    pub skus: Vec<Sku>,
    /// People.
    pub users: Vec<User>,
    /// Groups, with their members and owners.
    pub groups: Vec<SeedGroup>,
    /// Applications.
    pub service_principals: Vec<ServicePrincipal>,
    /// Administrative units.
    pub units: Vec<AdministrativeUnit>,
    /// Authentication contexts.
    pub contexts: Vec<AuthenticationContext>,
    /// Named locations.
    pub locations: Vec<NamedLocation>,
    /// Conditional Access policies.
    pub conditional_access: Vec<ConditionalAccessPolicy>,
    /// Access packages.
    pub packages: Vec<AccessPackage>,
    /// Who has an access package.
    pub package_assignments: Vec<PackageAssignment>,
    /// Role settings that differ from the service's defaults.
    pub policies: Vec<SeedPolicy>,
    /// Who may activate what.
    pub eligibilities: Vec<SeedGrant>,
    /// Who holds what.
    pub assignments: Vec<SeedGrant>,
    /// Reviews to be made at the start.
    pub reviews: Vec<NewReview>,
    /// What happened before.
    pub audit: Vec<AuditRecord>,
    /// Sign-ins before.
    pub sign_ins: Vec<SignIn>,
}

/// The version of the seed format; the file says its number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
#[non_exhaustive]
pub enum Version {
    /// 1.
    #[default]
    V1,
}

/// The tenant itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct SeedTenant {
    /// Its id.
    pub id: TenantId,
    /// Its display name.
    pub name: String,
}

/// A group with its members and owners. In a file it is one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "GroupFields", into = "GroupFields")]
#[allow(clippy::exhaustive_structs)] // complete by definition: a group and who is in it
pub struct SeedGroup {
    /// The group.
    pub group: Group,
    /// Its members: people, groups, applications.
    pub members: Vec<PrincipalId>,
    /// Its owners.
    pub owners: Vec<PrincipalId>,
}

/// Rules that replace the defaults of their kind in one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct SeedPolicy {
    /// Whose policy: directory roles have one each, at tenant scope.
    pub subject: Privilege,
    /// The rules that differ.
    pub rules: Vec<Rule>,
}

/// An eligibility or an assignment that exists at the start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SeedGrant {
    /// The schedule's id; the service makes one where it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ScheduleId>,
    /// Who.
    pub principal: PrincipalId,
    /// What.
    pub privilege: Privilege,
    /// From when to when; always, where it is absent.
    #[serde(default, skip_serializing_if = "is_always")]
    pub window: Window,
    /// A condition that narrows it (Azure).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Condition>,
    /// Whether it was made outside PIM; assignments only.
    #[serde(default, skip_serializing_if = "is_no")]
    pub outside_pim: bool,
    /// When it was last activated; eligibilities only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_activated: Option<Timestamp>,
}

impl Default for Records {
    /// An empty tenant with the built-in roles.
    fn default() -> Self {
        Self {
            version: Version::default(),
            tenant: SeedTenant::default(),
            now: None,
            switches: Switches::default(),
            built_in_roles: true,
            roles: Vec::new(),
            skus: Vec::new(),
            users: Vec::new(),
            groups: Vec::new(),
            service_principals: Vec::new(),
            units: Vec::new(),
            contexts: Vec::new(),
            locations: Vec::new(),
            conditional_access: Vec::new(),
            packages: Vec::new(),
            package_assignments: Vec::new(),
            policies: Vec::new(),
            eligibilities: Vec::new(),
            assignments: Vec::new(),
            reviews: Vec::new(),
            audit: Vec::new(),
            sign_ins: Vec::new(),
        }
    }
}

impl SeedGrant {
    /// A grant without end, made through PIM.
    pub const fn new(principal: PrincipalId, privilege: Privilege) -> Self {
        Self {
            id: None,
            principal,
            privilege,
            window: Window::ALWAYS,
            condition: None,
            outside_pim: false,
            last_activated: None,
        }
    }
}

impl Default for SeedTenant {
    fn default() -> Self {
        Self { id: TenantId::from_guid(guid_of("tenant")), name: "Contoso".to_owned() }
    }
}

impl TryFrom<u64> for Version {
    type Error = &'static str;

    fn try_from(number: u64) -> Result<Self, &'static str> {
        if number == 1 { Ok(Self::V1) } else { Err("this version of the SDK reads seeds of version 1") }
    }
}

impl From<Version> for u64 {
    fn from(version: Version) -> Self {
        match version {
            Version::V1 => 1,
        }
    }
}

/// A group as a file shows it: one object.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupFields {
    id: GroupId,
    name: String,
    #[serde(default)]
    role_assignable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    membership_rule: Option<String>,
    #[serde(default = "cloud")]
    source: Source,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    under_pim: Option<bool>,
    #[serde(default)]
    members: Vec<PrincipalId>,
    #[serde(default)]
    owners: Vec<PrincipalId>,
}

impl From<GroupFields> for SeedGroup {
    fn from(fields: GroupFields) -> Self {
        let GroupFields { id, name, role_assignable, membership_rule, source, under_pim, members, owners } =
            fields;
        let mut group = Group::new(id, name);
        group.role_assignable = role_assignable;
        group.membership_rule = membership_rule;
        group.source = source;
        group.under_pim = under_pim;
        Self { group, members, owners }
    }
}

impl From<SeedGroup> for GroupFields {
    fn from(SeedGroup { group, members, owners }: SeedGroup) -> Self {
        Self {
            id: group.id,
            name: group.name,
            role_assignable: group.role_assignable,
            membership_rule: group.membership_rule,
            source: group.source,
            under_pim: group.under_pim,
            members,
            owners,
        }
    }
}

const fn cloud() -> Source {
    Source::Cloud
}

fn is_always(window: &Window) -> bool {
    *window == Window::ALWAYS
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's signature
const fn is_no(value: &bool) -> bool {
    !*value
}
