use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, MembershipQuery, RoleQuery, UserQuery},
    client::Client,
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, User},
    error::Result,
    id::{GroupId, PrincipalId, RoleId},
    privilege::{DirectoryScope, GroupAccess, Privilege, RoleDefinition, Surface},
    schedule::{Assignment, Eligibility},
};

/// What was read of a tenant, once. Everything that is found out is found out from this.
#[derive(Clone, Debug)]
pub(super) struct Tenant {
    pub(super) users: Vec<User>,
    pub(super) groups: Vec<Group>,
    pub(super) applications: Vec<ServicePrincipal>,
    pub(super) units: Vec<AdministrativeUnit>,
    pub(super) memberships: BTreeSet<(GroupId, PrincipalId)>,
    pub(super) roles: BTreeMap<RoleId, RoleDefinition>,
    /// Assignments of Entra and Azure roles in force, of whatever length.
    pub(super) assignments: Vec<Assignment>,
    /// Eligibilities of Entra roles.
    pub(super) eligibilities: Vec<Eligibility>,
    pub(super) conditional_access: Vec<ConditionalAccessPolicy>,
    pub(super) contexts: Vec<AuthenticationContext>,
    pub(super) break_glass: BTreeSet<PrincipalId>,
}

/// What holds a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Person,
    Group,
    Application,
}

impl Tenant {
    pub(super) async fn read(client: &Client) -> Result<Self> {
        let roles = client.roles(&RoleQuery::default(), None).collect_all().await?;
        let memberships = client.memberships(&MembershipQuery::default(), None).collect_all().await?;
        let members = memberships.into_iter().filter(|m| m.access == GroupAccess::Member);
        Ok(Self {
            users: client.users(&UserQuery::default(), None).collect_all().await?,
            groups: client.groups(None).collect_all().await?,
            applications: client.service_principals(None).collect_all().await?,
            units: client.units(None).collect_all().await?,
            memberships: members.map(|Membership { group, principal, .. }| (group, principal)).collect(),
            roles: roles.into_iter().map(|role| (role.id.clone(), role)).collect(),
            assignments: role_assignments(client).await?,
            eligibilities: eligibilities(client, Filter::default()).await?,
            conditional_access: client.conditional_access(None).collect_all().await?,
            contexts: client.contexts(None).collect_all().await?,
            break_glass: BTreeSet::new(),
        })
    }

    pub(super) fn standing(&self) -> impl Iterator<Item = &Assignment> {
        self.assignments.iter().filter(|assignment| assignment.is_standing())
    }

    pub(super) fn user(&self, id: &PrincipalId) -> Option<&User> {
        self.users.iter().find(|user| user.id == *id)
    }

    pub(super) fn holder(&self, id: &PrincipalId) -> Holder {
        if self.groups.iter().any(|group| group.id.as_principal() == *id) {
            Holder::Group
        } else if self.applications.iter().any(|application| application.id == *id) {
            Holder::Application
        } else {
            Holder::Person
        }
    }

    /// A display name. For the story only: messages and logs hold ids.
    pub(super) fn name(&self, id: &PrincipalId) -> String {
        let user = || self.user(id).map(|user| user.name.expose().clone());
        let group = || self.groups.iter().find(|g| g.id.as_principal() == *id).map(|g| g.name.clone());
        let application = || self.applications.iter().find(|a| a.id == *id).map(|a| a.name.clone());
        user().or_else(group).or_else(application).unwrap_or_else(|| id.to_string())
    }

    pub(super) fn names<'a>(&self, ids: impl IntoIterator<Item = &'a PrincipalId>) -> String {
        super::ways::list(&ids.into_iter().map(|id| self.name(id)).collect::<Vec<_>>())
    }

    pub(super) fn role_name(&self, id: &RoleId) -> String {
        self.roles.get(id).map_or_else(|| id.to_string(), |role| role.name.clone())
    }

    pub(super) fn is_privileged(&self, id: &RoleId) -> bool {
        self.roles.get(id).is_some_and(|role| role.privileged == Some(true))
    }

    /// A role, with its scope where that is not the whole tenant.
    pub(super) fn privilege_name(&self, privilege: &Privilege) -> String {
        let role = privilege.role_id().map(|role| self.role_name(role));
        match (privilege, role) {
            (Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. }, Some(role)) => role,
            (Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(id), .. }, Some(role)) => {
                let unit = self.units.iter().find(|unit| unit.id == *id);
                format!("{role} ({})", unit.map_or_else(|| id.to_string(), |unit| unit.name.clone()))
            }
            (_, Some(role)) => format!("{role} (narrowed)"),
            (other, None) => other.to_string(),
        }
    }
}

/// Assignments of Entra and Azure roles that are in force.
pub(super) async fn role_assignments(client: &Client) -> Result<Vec<Assignment>> {
    let mut all = client.assignments(&AssignmentQuery::default(), None).collect_all().await?;
    all.retain(|assignment| assignment.privilege.role_id().is_some());
    Ok(all)
}

/// Eligibilities of Entra roles that are in force.
pub(super) async fn eligibilities(client: &Client, filter: Filter) -> Result<Vec<Eligibility>> {
    let filter = Filter { surface: Some(Surface::DirectoryRoles), ..filter };
    let query = EligibilityQuery { filter, ..EligibilityQuery::default() };
    client.eligibilities(&query, None).collect_all().await
}
