//! The state as a whole, for whoever holds the engine itself: no caller, and so no rights to look at.

use pim_core::{
    approval::Approval,
    audit::AuditRecord,
    id::RequestId,
    policy::Policy,
    privilege::Privilege,
    request::Request,
    schedule::{Assignment, Eligibility},
};

use super::{
    Engine,
    event::{Guid, Rank},
    requests::render,
};

impl Engine {
    /// Every request that is still remembered, oldest first.
    pub fn requests(&self) -> impl Iterator<Item = Request> {
        self.state.requests.from(0).map(|(_, record)| render(&self.state, record))
    }

    /// Every eligibility, in force or to come; those in force with their instance.
    pub fn eligibilities(&self) -> impl Iterator<Item = Eligibility> {
        let grants = self.state.grants.from(0).map(|(_, grant)| grant);
        grants.filter(|grant| grant.rank == Rank::Eligibility).map(|grant| self.state.eligibility(grant))
    }

    /// Every assignment, in force or to come; those in force with their instance. Memberships of groups that
    /// are not under PIM are among them.
    pub fn assignments(&self) -> impl Iterator<Item = Assignment> {
        let grants = self.state.grants.from(0).map(|(_, grant)| grant);
        grants.filter(|grant| grant.rank == Rank::Assignment).map(|grant| self.state.assignment(grant))
    }

    /// The policy that governs a privilege.
    pub fn policy(&self, privilege: &Privilege) -> Policy {
        self.state.policies.shown(privilege)
    }

    /// The approval that a request needs or needed.
    pub fn approval(&self, request: &RequestId) -> Option<Approval> {
        Some(self.state.requests.get(Guid::of(request)?)?.approval()?.0.clone())
    }

    /// Every audit record that was not dropped, oldest first.
    pub fn audit(&self) -> impl Iterator<Item = AuditRecord> {
        (0..self.state.audit.len()).filter_map(|at| self.state.audit.record(at, &self.state))
    }

    /// Drops the audit records and mails told so far, for a host that has passed them on. Those to come keep
    /// the positions that they would have had; playing the journal again brings all of them back.
    pub fn forget_told(&mut self) {
        self.state.audit.forget();
        self.state.outbox.forget();
    }
}
