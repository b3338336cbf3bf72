//! Who may do what: the directory roles, ownerships and permissions that the service asks for.

use pim_core::{
    backend::Filter,
    error::Result,
    id::RoleId,
    policy::SessionKind,
    privilege::{AzureScope, Privilege},
    schedule::Level,
};

use super::{command::Caller, refuse, state::State};

macro_rules! roles {
    ($($name:ident = $bytes:literal;)+) => {
        $(const $name: RoleId = RoleId::from_guid(u128::to_be_bytes($bytes));)+
    };
}

// Entra role template ids, and two Azure role definitions.
roles! {
    GLOBAL_READER = 0xf2ef992c_3afb_46b9_b7cf_a126ee74c451;
    SECURITY_ADMINISTRATOR = 0x194ae4cb_b126_40b2_bd5b_6091b380977d;
    SECURITY_READER = 0x5d6b6bb7_de71_4623_b4af_96380a352509;
    SECURITY_OPERATOR = 0x5f2222b1_57c3_48ba_8ad5_d4759f1fde6f;
    REPORTS_READER = 0x4a5d8f65_41da_4de4_8968_e035b65339cf;
    COMPLIANCE_ADMINISTRATOR = 0x17315797_102d_40b4_93e0_432062caca18;
    GROUPS_ADMINISTRATOR = 0xfdd7a751_b60b_444a_984c_02652fe8fa1c;
    IDENTITY_GOVERNANCE_ADMINISTRATOR = 0x45d8d3c5_c802_45c6_b32a_1d70b5e1e86e;
    USER_ADMINISTRATOR = 0xfe930be7_5e62_47db_91af_98c3a49a38b1;
    DIRECTORY_WRITERS = 0x9360feb5_f418_4baa_8175_e2a00bac4301;
    AZURE_OWNER = 0x8e3af657_a8ff_443c_a75c_2fe8c4bcb635;
    AZURE_USER_ACCESS_ADMINISTRATOR = 0x18d7d88d_d35e_4fb5_a5c3_7773c20a72d9;
}

const GLOBAL: [RoleId; 2] = [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR];

/// Asks the state on a caller's behalf.
#[derive(Clone, Debug)]
pub(crate) struct Access<'a> {
    state: &'a State,
    caller: &'a Caller,
}

impl<'a> Access<'a> {
    pub(crate) const fn of(state: &'a State, caller: &'a Caller) -> Self {
        Self { state, caller }
    }

    /// Refuses anyone who did not sign in as a person.
    pub(crate) fn in_person(&self) -> Result<()> {
        let person = self.caller.session.kind == SessionKind::Person && self.caller.session.delegated;
        if person { Ok(()) } else { Err(refuse::delegated_only()) }
    }

    /// Refuses whoever may not administer grants of this privilege.
    pub(crate) fn to_administer(&self, privilege: &Privilege, level: &Level) -> Result<()> {
        let permissions: &[&str] = match (privilege, level) {
            (Privilege::DirectoryRole { .. }, Level::Eligibility) => {
                &["RoleManagement.ReadWrite.Directory", "RoleEligibilitySchedule.ReadWrite.Directory"]
            }
            (Privilege::DirectoryRole { .. }, _) => {
                &["RoleManagement.ReadWrite.Directory", "RoleAssignmentSchedule.ReadWrite.Directory"]
            }
            (Privilege::Group { .. }, Level::Eligibility) => &[
                "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
                "PrivilegedAccess.ReadWrite.AzureADGroup",
            ],
            (Privilege::Group { .. }, _) => &[
                "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
                "PrivilegedAccess.ReadWrite.AzureADGroup",
            ],
            _ => &[],
        };
        self.allow(self.is_permitted(permissions) || self.may_manage(privilege))
    }

    /// Refuses whoever may not change the policy of this privilege.
    pub(crate) fn to_change_policy(&self, privilege: &Privilege) -> Result<()> {
        let permission = match privilege {
            Privilege::Group { .. } => "RoleManagementPolicy.ReadWrite.AzureADGroup",
            _ => "RoleManagementPolicy.ReadWrite.Directory",
        };
        self.allow(self.is_permitted(&[permission]) || self.may_manage(privilege))
    }

    /// Refuses whoever may not read everybody's grants, requests, policies and alerts.
    pub(crate) fn to_read(&self) -> Result<()> {
        let permissions = [
            "Directory.Read.All",
            "PrivilegedAssignmentSchedule.Read.AzureADGroup",
            "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
            "PrivilegedEligibilitySchedule.Read.AzureADGroup",
            "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
            "RoleAssignmentSchedule.Read.Directory",
            "RoleAssignmentSchedule.ReadWrite.Directory",
            "RoleEligibilitySchedule.Read.Directory",
            "RoleEligibilitySchedule.ReadWrite.Directory",
            "RoleManagement.Read.All",
            "RoleManagement.Read.Directory",
            "RoleManagement.ReadWrite.Directory",
        ];
        let readers = [GLOBAL_READER, SECURITY_READER, SECURITY_OPERATOR, SECURITY_ADMINISTRATOR];
        self.allow(self.is_permitted(&permissions) || self.has_role(&GLOBAL) || self.has_role(&readers))
    }

    /// The same, where a list of one group's grants and requests may be read by whoever manages the group.
    ///
    /// Source: [Bring groups into PIM](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/groups-discover-groups).
    pub(crate) fn to_read_those(&self, filter: &Filter) -> Result<()> {
        let group = filter.group.as_ref().or_else(|| filter.privilege.as_ref()?.group_id());
        let manages = group.is_some_and(|group| self.may_manage(&Privilege::member(group.clone())));
        self.allow(manages).or_else(|_| self.to_read())
    }

    /// Refuses whoever may not read audit records and sign-ins.
    pub(crate) fn to_read_logs(&self) -> Result<()> {
        let readers = [
            RoleId::GLOBAL_ADMINISTRATOR,
            GLOBAL_READER,
            REPORTS_READER,
            SECURITY_READER,
            SECURITY_ADMINISTRATOR,
            SECURITY_OPERATOR,
            COMPLIANCE_ADMINISTRATOR,
        ];
        let allowed = self.is_permitted(&["AuditLog.Read.All"]) || self.has_role(&readers);
        if allowed { Ok(()) } else { Err(refuse::no_reporting_role()) }
    }

    /// Refuses whoever may not read everybody's reviews.
    pub(crate) fn to_read_reviews(&self) -> Result<()> {
        let allowed = self.is_permitted(&["AccessReview.Read.All", "AccessReview.ReadWrite.All"])
            || self.has_role(&[IDENTITY_GOVERNANCE_ADMINISTRATOR]);
        self.allow(allowed).or_else(|_| self.to_read())
    }

    /// Refuses whoever may not create and manage reviews.
    pub(crate) fn to_manage_reviews(&self, privilege: &Privilege) -> Result<()> {
        let allowed = self.is_permitted(&["AccessReview.ReadWrite.All"])
            || self.has_role(&[IDENTITY_GOVERNANCE_ADMINISTRATOR])
            || self.may_manage(privilege);
        self.allow(allowed)
    }

    /// Refuses whoever may not create, change and delete custom directory roles.
    pub(crate) fn to_define_roles(&self) -> Result<()> {
        self.allow(self.is_permitted(&["RoleManagement.ReadWrite.Directory"]) || self.has_role(&GLOBAL))
    }

    /// Refuses whoever may not change alerts.
    pub(crate) fn to_change_alerts(&self) -> Result<()> {
        self.allow(self.is_permitted(&["RoleManagementAlert.ReadWrite.Directory"]) || self.has_role(&GLOBAL))
    }

    fn may_manage(&self, privilege: &Privilege) -> bool {
        match privilege {
            Privilege::DirectoryRole { .. } => self.has_role(&GLOBAL),
            Privilege::Group { group, .. } => {
                let assignable = self.state.directory.group(group).is_some_and(|group| group.role_assignable);
                let others = [
                    GROUPS_ADMINISTRATOR,
                    IDENTITY_GOVERNANCE_ADMINISTRATOR,
                    USER_ADMINISTRATOR,
                    DIRECTORY_WRITERS,
                ];
                self.has_role(&GLOBAL)
                    || (!assignable && self.has_role(&others))
                    || self.holds(&Privilege::owner(group.clone()))
            }
            Privilege::AzureRole { scope, .. } => self.manages_azure(scope),
            _ => false,
        }
    }

    /// Owner or User Access Administrator at the scope or above it.
    fn manages_azure(&self, at: &AzureScope) -> bool {
        let Some(me) = self.number() else { return false };
        let mut holders = self.state.groups_of(me);
        holders.push(me);
        holders.iter().flat_map(|holder| self.state.grants.of_holder(*holder)).any(|(_, grant)| {
            let privilege = self.state.privileges.value(grant.privilege);
            let Privilege::AzureRole { role, scope } = privilege else { return false };
            let manages = *role == AZURE_OWNER || *role == AZURE_USER_ACCESS_ADMINISTRATOR;
            manages && scope.covers(at) && self.state.is_active(grant.principal, grant.privilege)
        })
    }

    /// An application acts by its permissions alone; the service asks no more of it.
    fn is_permitted(&self, permissions: &[&str]) -> bool {
        self.caller.session.kind == SessionKind::Application
            && self.state.directory.is_permitted(&self.caller.principal, permissions)
    }

    fn has_role(&self, roles: &[RoleId]) -> bool {
        self.caller.session.kind == SessionKind::Person
            && roles.iter().any(|role| self.holds(&Privilege::role(role.clone())))
    }

    fn holds(&self, privilege: &Privilege) -> bool {
        self.number().is_some_and(|me| self.state.holds(me, privilege))
    }

    fn number(&self) -> Option<u32> {
        self.state.principals.find(&self.caller.principal)
    }

    fn allow(&self, allowed: bool) -> Result<()> {
        let enabled = self.state.directory.is_enabled(&self.caller.principal);
        if allowed && enabled { Ok(()) } else { Err(refuse::not_allowed()) }
    }
}
