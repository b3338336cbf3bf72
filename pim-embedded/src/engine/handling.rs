//! One command being handled: what it reads, and the events it leads to.

use std::sync::Arc;

use pim_core::{
    error::Result,
    id::{PrincipalId, RoleId},
    policy::Approver,
    privilege::{DirectoryScope, GroupAccess, Privilege},
    request::{NewRequest, RequestStatus},
    sensitive::Sensitive,
    time::{Timestamp, Window},
};

use super::{
    access::Access,
    command::Caller,
    event::{EndCause, Event, Fact, GrantMade, GrantOrigin, Guid, Rank, RequestMade},
    grants::Grant,
    refuse,
    state::State,
};

/// The command's view of the world.
#[derive(Debug)]
pub(crate) struct Handling<'a> {
    pub(crate) state: &'a State,
    pub(crate) caller: &'a Caller,
    pub(crate) now: Timestamp,
    pub(crate) events: Vec<Event>,
    given: u32,
}

impl<'a> Handling<'a> {
    pub(crate) const fn new(state: &'a State, caller: &'a Caller, now: Timestamp) -> Self {
        Self { state, caller, now, events: Vec::new(), given: 0 }
    }

    pub(crate) const fn access(&self) -> Access<'a> {
        Access::of(self.state, self.caller)
    }

    pub(crate) fn fresh(&mut self) -> Guid {
        self.given += 1;
        self.state.fresh(self.given - 1)
    }

    pub(crate) fn push(&mut self, fact: Fact) {
        self.events.push(Event { at: self.now, fact });
    }

    /// The request that is made of what was asked.
    pub(crate) fn request(&mut self, ask: &NewRequest, rank: Rank, status: RequestStatus) -> RequestMade {
        RequestMade {
            id: self.fresh(),
            by: self.caller.principal.clone(),
            mfa: self.caller.session.mfa,
            action: ask.action.clone(),
            rank,
            principal: ask.principal.clone(),
            privilege: ask.privilege.clone(),
            status,
            start: None,
            expiry: ask.expiry,
            justification: text(ask.justification.as_ref()),
            ticket: ask.ticket.clone().filter(|ticket| !ticket.is_empty()).map(Box::new),
            using: None,
            condition: ask.condition.as_deref().cloned().map(Arc::new),
            approvers: Vec::<Approver>::new(),
        }
    }

    /// The grant that a request makes.
    pub(crate) fn grant_of(&mut self, made: &RequestMade, origin: GrantOrigin, window: Window) {
        let grant = GrantMade {
            id: made.id,
            principal: made.principal.clone(),
            privilege: made.privilege.clone(),
            rank: made.rank,
            origin,
            window,
            using: made.using,
            condition: made.condition.clone(),
            started: window.contains(self.now),
        };
        self.push(Fact::GrantMade(Box::new(grant)));
    }

    pub(crate) fn end(&mut self, grant: &Grant, cause: EndCause) {
        let by = Some(self.caller.principal.clone());
        self.push(Fact::GrantEnded { id: grant.guid, cause, by });
    }

    /// Brings a group under PIM, which its first request or policy change does.
    pub(crate) fn onboard(&mut self, privilege: &Privilege) {
        if let Some(group) = privilege.group_id().filter(|group| !self.state.policies.is_onboarded(group)) {
            self.push(Fact::GroupOnboarded { group: group.clone(), by: self.caller.principal.clone() });
        }
    }

    pub(crate) fn find(
        &self,
        principal: &PrincipalId,
        privilege: &Privilege,
        rank: Rank,
    ) -> Option<&'a Grant> {
        let principal = self.state.principals.find(principal)?;
        let privilege = self.state.privileges.find(privilege)?;
        self.state.grants.find(principal, privilege, rank).map(|(_, grant)| grant)
    }

    /// Refuses to take away a grant without which nobody could administer: the last active Global or
    /// Privileged Role Administrator, the last way to become Global Administrator, the last owner of a group.
    ///
    /// Source: [Assign roles](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-add-role-to-user).
    pub(crate) fn keeps_last(&self, privilege: &Privilege, grant: &Grant) -> Result<()> {
        if is_last(self.state, privilege, grant) {
            return Err(refuse::last_administrator(&self.state.switches.last_administrator_code.0));
        }
        Ok(())
    }
}

/// True for a grant without which nobody could administer.
pub(crate) fn is_last(state: &State, privilege: &Privilege, grant: &Grant) -> bool {
    let active = state.grants.active(grant.privilege);
    let last_active = grant.rank == Rank::Assignment && grant.started && active == 1;
    match privilege {
        Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } => {
            let global = *role == RoleId::GLOBAL_ADMINISTRATOR;
            let no_way_back = global && grant.rank == Rank::Eligibility && active == 0;
            (last_active && (global || *role == RoleId::PRIVILEGED_ROLE_ADMINISTRATOR)) || no_way_back
        }
        Privilege::Group { access: GroupAccess::Owner, .. } => last_active,
        _ => false,
    }
}

pub(crate) fn text(value: Option<&Sensitive<String>>) -> Option<Arc<str>> {
    value.map(|text| text.expose().trim()).filter(|text| !text.is_empty()).map(Into::into)
}
