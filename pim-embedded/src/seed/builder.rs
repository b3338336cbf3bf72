//! A small tenant, put together in code.

use pim_core::{
    directory::{AdministrativeUnit, AuthenticationMethod, Group, ServicePrincipal, User},
    id::{AppId, UnitId},
    policy::Rule,
    privilege::Privilege,
    time::{Timestamp, Window},
};

use super::{Records, Seed, SeedError, SeedGrant, SeedGroup, SeedPolicy, group_of, guid_of, id_of};
use crate::switches::Switches;

/// Builds a [`Seed`] by names. Every name is the id [`id_of`] gives it, so grants can come before people.
///
/// Made by [`Seed::builder`].
#[derive(Clone, Debug, Default)]
pub struct SeedBuilder {
    records: Records,
}

impl SeedBuilder {
    /// Where a virtual clock starts.
    #[must_use]
    pub fn now(self, now: Timestamp) -> Self {
        self.edit(|records| records.now = Some(now))
    }

    /// How the service behaves where no evidence tells.
    #[must_use]
    pub fn switches(self, switches: Switches) -> Self {
        self.edit(|records| records.switches = switches)
    }

    /// A person with a second factor, signing in as `{name}@contoso.example`.
    #[must_use]
    pub fn user(self, name: &str) -> Self {
        self.user_with(name, |_| {})
    }

    /// A person as [`user`](Self::user) makes one, changed.
    #[must_use]
    pub fn user_with(self, name: &str, change: impl FnOnce(&mut User)) -> Self {
        let mut user = User::new(id_of(name), name.into(), format!("{name}@contoso.example").into());
        user.methods = Some(vec![AuthenticationMethod::Fido2]);
        change(&mut user);
        self.edit(|records| records.users.push(user))
    }

    /// Several people.
    #[must_use]
    pub fn users<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().fold(self, Self::user)
    }

    /// A role-assignable group under PIM, with these people, groups or applications as members.
    #[must_use]
    pub fn group<'a>(self, name: &str, members: impl IntoIterator<Item = &'a str>) -> Self {
        self.group_with(name, members, |_| {})
    }

    /// A group as [`group`](Self::group) makes one, changed.
    #[must_use]
    pub fn group_with<'a>(
        self,
        name: &str,
        members: impl IntoIterator<Item = &'a str>,
        change: impl FnOnce(&mut SeedGroup),
    ) -> Self {
        let mut group = Group::new(group_of(name), name.to_owned());
        group.role_assignable = true;
        group.under_pim = Some(true);
        let members = members.into_iter().map(id_of).collect();
        let mut group = SeedGroup { group, members, owners: Vec::new() };
        change(&mut group);
        self.edit(|records| records.groups.push(group))
    }

    /// An application. Its client id is the GUID of `{name}/app`.
    #[must_use]
    pub fn application(self, name: &str) -> Self {
        let app = AppId::from_guid(guid_of(&format!("{name}/app")));
        let principal = ServicePrincipal::new(id_of(name), app, name.to_owned());
        self.edit(|records| records.service_principals.push(principal))
    }

    /// An administrative unit with these members.
    #[must_use]
    pub fn unit<'a>(self, name: &str, members: impl IntoIterator<Item = &'a str>) -> Self {
        let mut unit = AdministrativeUnit::new(UnitId::from_guid(guid_of(name)), name.to_owned());
        unit.members = members.into_iter().map(id_of).collect();
        self.edit(|records| records.units.push(unit))
    }

    /// Someone may activate something, for ever.
    #[must_use]
    pub fn eligible(self, name: &str, privilege: Privilege) -> Self {
        self.eligible_in(name, privilege, Window::ALWAYS)
    }

    /// Someone may activate something for some time.
    #[must_use]
    pub fn eligible_in(self, name: &str, privilege: Privilege, window: Window) -> Self {
        self.edit(|records| records.eligibilities.push(grant(name, privilege, window)))
    }

    /// Someone holds something, for ever.
    #[must_use]
    pub fn standing(self, name: &str, privilege: Privilege) -> Self {
        self.standing_in(name, privilege, Window::ALWAYS)
    }

    /// Someone holds something for some time.
    #[must_use]
    pub fn standing_in(self, name: &str, privilege: Privilege, window: Window) -> Self {
        self.edit(|records| records.assignments.push(grant(name, privilege, window)))
    }

    /// Rules that replace the defaults of their kind.
    #[must_use]
    pub fn policy(self, subject: Privilege, rules: impl IntoIterator<Item = Rule>) -> Self {
        let rules = rules.into_iter().collect();
        self.edit(|records| records.policies.push(SeedPolicy { subject, rules }))
    }

    /// Any other change.
    #[must_use]
    pub fn edit(mut self, change: impl FnOnce(&mut Records)) -> Self {
        change(&mut self.records);
        self
    }

    /// The finished seed.
    ///
    /// # Errors
    /// Everything that does not fit together, such as a grant to someone who is not there.
    pub fn build(self) -> Result<Seed, SeedError> {
        self.records.try_into()
    }
}

fn grant(name: &str, privilege: Privilege, window: Window) -> SeedGrant {
    SeedGrant { window, ..SeedGrant::new(id_of(name), privilege) }
}
