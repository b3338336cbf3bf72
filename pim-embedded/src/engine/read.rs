//! Reading the state on a caller's behalf, a page at a time.
//!
//! A page begins at a position in the store and ends where the next begins. Positions stay good while the
//! state changes: what is there at the beginning and still there at the end is seen exactly once.

use pim_core::{
    approval::{Approval, ApprovalKey},
    audit::{AuditRecord, SignIn},
    backend::{
        AssignmentQuery, AuditQuery, EligibilityQuery, Filter, MembershipQuery, PolicyQuery, RequestQuery,
        SignInQuery, UserQuery, View, When,
    },
    directory::{Group, Membership, User},
    error::Result,
    policy::Policy,
    principal::PrincipalKind,
    privilege::{Privilege, RoleDefinition, Surface},
    request::{Request, RequestKey, RequestStatus},
    schedule::{Assignment, Eligibility, Via},
    time::Timestamp,
};

use super::{
    access::Access,
    command::Caller,
    decide::{is_approver, of_approval, of_key},
    event::Rank,
    grants::Grant,
    policies::subject_of,
    requests::{self, Record},
    state::State,
};

/// Items, and where the next page begins; `None` after the last.
pub(crate) type Page<T> = (Vec<T>, Option<u64>);

/// Reads for one caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) state: &'a State,
    pub(crate) caller: &'a Caller,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(state: &'a State, caller: &'a Caller) -> Self {
        Self { state, caller }
    }

    pub(crate) const fn access(&self) -> Access<'a> {
        Access::of(self.state, self.caller)
    }

    pub(crate) fn eligibilities(
        &self,
        query: &EligibilityQuery,
        from: u64,
        limit: usize,
    ) -> Result<Page<Eligibility>> {
        let holders = self.holders(&query.view, &query.filter)?;
        let wanted =
            |grant: &Grant| self.wants(grant, Rank::Eligibility, query.when, &query.filter, holders.as_ref());
        Ok(self.grants(&query.filter, holders.as_ref(), from, limit, wanted, |grant| {
            let mut shown = self.state.eligibility(grant);
            shown.via = self.via(grant, holders.as_ref());
            if query.when == When::NowOrLater {
                shown.instance = None;
            }
            shown
        }))
    }

    pub(crate) fn assignments(
        &self,
        query: &AssignmentQuery,
        from: u64,
        limit: usize,
    ) -> Result<Page<Assignment>> {
        let holders = self.holders(&query.view, &query.filter)?;
        let wanted =
            |grant: &Grant| self.wants(grant, Rank::Assignment, query.when, &query.filter, holders.as_ref());
        Ok(self.grants(&query.filter, holders.as_ref(), from, limit, wanted, |grant| {
            let mut shown = self.state.assignment(grant);
            shown.via = self.via(grant, holders.as_ref());
            if query.when == When::NowOrLater {
                shown.instance = None;
            }
            shown
        }))
    }

    /// Whose grants a view shows: `None` for everybody's, which takes a right to read.
    fn holders(&self, view: &View, filter: &Filter) -> Result<Option<Vec<u32>>> {
        if *view == View::Everyone {
            return self.access().to_read_those(filter).map(|()| None);
        }
        let me = self.state.principals.find(&self.caller.principal);
        let groups = me.map(|me| self.state.groups_of(me)).unwrap_or_default();
        Ok(Some(me.into_iter().chain(groups).collect()))
    }

    fn wants(
        &self,
        grant: &Grant,
        rank: Rank,
        when: When,
        filter: &Filter,
        holders: Option<&Vec<u32>>,
    ) -> bool {
        let privilege = self.state.privileges.value(grant.privilege);
        grant.rank == rank
            && (when == When::NowOrLater || grant.started)
            && holders.is_none_or(|holders| holders.contains(&grant.principal))
            && self.state.is_managed(privilege)
            && filter.admits(self.state.principals.value(grant.principal), privilege)
    }

    fn via(&self, grant: &Grant, holders: Option<&Vec<u32>>) -> Via {
        let own = holders.is_none_or(|holders| holders.first() == Some(&grant.principal));
        if own { Via::Direct } else { Via::Group }
    }

    /// Grants in the order of the store. Where the query names holders, only theirs are looked at.
    fn grants<T>(
        &self,
        filter: &Filter,
        holders: Option<&Vec<u32>>,
        from: u64,
        limit: usize,
        wanted: impl Fn(&Grant) -> bool,
        show: impl Fn(&Grant) -> T,
    ) -> Page<T> {
        let named = filter.principal.as_ref().map(|id| self.state.principals.find(id).into_iter().collect());
        let few: Option<Vec<u32>> = named.or_else(|| holders.cloned());
        let first = u32::try_from(from).unwrap_or(u32::MAX);
        match few {
            Some(few) => {
                let of_holder = |holder: u32| self.state.grants.of_holder(holder);
                let mut found: Vec<_> =
                    few.into_iter().flat_map(of_holder).filter(|(slot, _)| *slot >= first).collect();
                found.sort_unstable_by_key(|(slot, _)| *slot);
                page(
                    found.into_iter().filter(|(_, g)| wanted(g)).map(|(slot, g)| (u64::from(slot), g)),
                    limit,
                    show,
                )
            }
            None => {
                let found = self.state.grants.from(first).filter(|(_, grant)| wanted(grant));
                page(found.map(|(slot, grant)| (u64::from(slot), grant)), limit, show)
            }
        }
    }

    pub(crate) fn requests(&self, query: &RequestQuery, from: u64, limit: usize) -> Result<Page<Request>> {
        if query.view == View::Everyone {
            self.access().to_read_those(&query.filter)?;
        }
        let me = self.state.principals.find(&self.caller.principal);
        let shown = |record: &Record| match query.view {
            View::Everyone => true,
            View::Mine => Some(record.principal) == me,
            View::AskedByMe => Some(record.requestor) == me,
            _ => self.waits_for_me(record),
        };
        let wanted = |record: &Record| {
            shown(record)
                && query.level.as_ref().is_none_or(|level| *level == record.rank.level())
                && (query.status.is_empty() || query.status.contains(&record.status))
                && query.filter.admits(
                    self.state.principals.value(record.principal),
                    self.state.privileges.value(record.privilege),
                )
        };
        let first = u32::try_from(from).unwrap_or(u32::MAX);
        let found = self.state.requests.from(first).filter(|(_, record)| wanted(record));
        Ok(page(found.map(|(slot, r)| (u64::from(slot), r)), limit, |record| {
            requests::render(self.state, record)
        }))
    }

    /// True when the caller may decide on it and nobody has.
    fn waits_for_me(&self, record: &Record) -> bool {
        let waits = matches!(
            record.status,
            RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning
        );
        let own = self.state.principals.value(record.requestor) == &self.caller.principal;
        waits
            && !own
            && record.approval().is_some_and(|(_, who)| is_approver(self.state, who, &self.caller.principal))
    }

    /// One request: the caller's own, one that waits for the caller, or any with a right to read.
    pub(crate) fn request(&self, key: &RequestKey) -> Result<Request> {
        let record = of_key(self.state, key).map_err(|error| error.with_context("request", &key.id))?;
        let me = &self.caller.principal;
        let mine = self.state.principals.value(record.principal) == me
            || self.state.principals.value(record.requestor) == me
            || record.approval().is_some_and(|(_, who)| is_approver(self.state, who, me));
        if !mine {
            self.access().to_read()?;
        }
        Ok(requests::render(self.state, record))
    }

    pub(crate) fn approval(&self, key: &ApprovalKey) -> Result<Approval> {
        self.access().in_person()?;
        let (record, approval, approvers) = of_approval(self.state, key)?;
        let mine = is_approver(self.state, approvers, &self.caller.principal);
        let own = self.state.principals.value(record.requestor) == &self.caller.principal;
        if !mine && !own {
            self.access().to_read()?;
        }
        let mut shown = approval.clone();
        for stage in &mut shown.stages {
            stage.assigned_to_me = Some(mine && !own);
        }
        Ok(shown)
    }

    /// A policy. Whoever may activate may know what that demands, so this takes no right.
    pub(crate) fn policy(&self, privilege: &Privilege) -> Result<Policy> {
        super::submit::exists(self.state, privilege)
            .map_err(|error| error.with_context("privilege", privilege))?;
        Ok(self.state.policies.shown(privilege))
    }

    /// The policies of every directory role, of groups under PIM, and of Azure roles that are used or set.
    pub(crate) fn policies(&self, query: &PolicyQuery, from: u64, limit: usize) -> Result<Page<Policy>> {
        self.access().to_read()?;
        let mut subjects: Vec<Privilege> = Vec::new();
        let roles = self.state.directory.roles_on(Some(&Surface::DirectoryRoles));
        subjects.extend(roles.map(|role| Privilege::role(role.id.clone())));
        for group in self.state.policies.groups() {
            subjects.extend([Privilege::member(group.clone()), Privilege::owner(group.clone())]);
        }
        let used = (0..self.state.privileges.len() as u32).map(|number| self.state.privileges.value(number));
        let azure =
            used.chain(self.state.policies.changed()).filter(|p| matches!(p, Privilege::AzureRole { .. }));
        let mut azure: Vec<Privilege> = azure.map(subject_of).collect();
        azure.sort_unstable();
        azure.dedup();
        subjects.extend(azure);
        subjects.retain(|subject| query.surface.as_ref().is_none_or(|surface| *surface == subject.surface()));
        let found = (0..).zip(&subjects).skip_while(|(at, _)| *at < from);
        Ok(page(found, limit, |subject| self.state.policies.shown(subject)))
    }

    /// Memberships in force, of groups whether under PIM or not: the directory shows them all.
    pub(crate) fn memberships(&self, query: &MembershipQuery, from: u64, limit: usize) -> Page<Membership> {
        let first = u32::try_from(from).unwrap_or(u32::MAX);
        let wanted = |grant: &Grant| {
            let privilege = self.state.privileges.value(grant.privilege);
            grant.started
                && grant.rank == Rank::Assignment
                && privilege.group_id().is_some_and(|group| query.group.as_ref().is_none_or(|g| g == group))
        };
        let found = self.state.grants.from(first).filter(|(_, grant)| wanted(grant));
        let (found, next) = page(found.map(|(slot, grant)| (u64::from(slot), grant)), limit, |grant| {
            let privilege = self.state.privileges.value(grant.privilege);
            let principal = self.state.principals.value(grant.principal).clone();
            let kind =
                self.state.directory.principal(&principal).map_or(PrincipalKind::User, |p| p.kind.clone());
            match privilege {
                Privilege::Group { group, access } => {
                    Some(Membership { group: group.clone(), principal, kind, access: access.clone() })
                }
                _ => None,
            }
        });
        (found.into_iter().flatten().collect(), next)
    }

    /// People: all, or some by id.
    pub(crate) fn users(&self, query: &UserQuery, from: u64, limit: usize) -> Page<User> {
        let wanted = |user: &User| query.ids.is_empty() || query.ids.contains(&user.id);
        let users = (0..).zip(&self.state.directory.records.users);
        page(users.skip_while(|(at, _)| *at < from).filter(|(_, user)| wanted(user)), limit, User::clone)
    }

    /// Groups, with whether they are under PIM.
    pub(crate) fn groups(&self, from: u64, limit: usize) -> Page<Group> {
        let found = (0..).zip(&self.state.directory.records.groups).skip_while(|(at, _)| *at < from);
        page(found, limit, |group| {
            let mut shown = group.group.clone();
            shown.under_pim = Some(self.state.policies.is_onboarded(&shown.id));
            shown
        })
    }

    /// Audit records, newest first; a position counts from the oldest, so that new ones do not move it.
    pub(crate) fn audit(
        &self,
        query: &AuditQuery,
        from: Option<u64>,
        limit: usize,
    ) -> Result<Page<AuditRecord>> {
        self.access().to_read_logs()?;
        let newest = from.map_or(self.state.audit.len(), |from| usize::try_from(from).unwrap_or(usize::MAX));
        let newest = newest.min(self.state.audit.len());
        let mut records = Vec::new();
        for at in (0..newest).rev() {
            let Some(record) = self.state.audit.record(at, self.state) else { continue };
            let wanted = in_time(record.at, query.from, query.until)
                && query.service.as_ref().is_none_or(|service| *service == record.service)
                && query.activity.as_ref().is_none_or(|activity| **activity == *record.activity)
                && query.actor.as_ref().is_none_or(|actor| record.actor.as_ref() == Some(actor));
            if wanted {
                records.push(record);
            }
            if records.len() == limit && at > 0 {
                return Ok((records, Some(at as u64)));
            }
        }
        Ok((records, None))
    }

    /// Sign-ins, newest first; a page goes on below the sign-in whose number is given.
    pub(crate) fn sign_ins(
        &self,
        query: &SignInQuery,
        from: Option<u64>,
        limit: usize,
    ) -> Result<Page<SignIn>> {
        self.access().to_read_logs()?;
        let all = &self.state.sign_ins;
        let end = from.map_or(Some(all.len()), |from| all.iter().position(|(number, _)| *number == from));
        let mut found = Vec::new();
        for at in (0..end.unwrap_or(0)).rev() {
            let (number, sign_in) = &all[at];
            let wanted = in_time(sign_in.at, query.from, query.until)
                && query.principal.as_ref().is_none_or(|principal| *principal == sign_in.principal);
            if wanted {
                found.push(sign_in.clone());
            }
            if found.len() == limit && at > 0 {
                return Ok((found, Some(*number)));
            }
        }
        Ok((found, None))
    }

    /// Roles: what they are is no secret in a tenant.
    pub(crate) fn roles(&self, surface: Option<&Surface>, from: u64, limit: usize) -> Page<RoleDefinition> {
        let found = (0..).zip(self.state.directory.roles_on(surface)).skip_while(|(at, _)| *at < from);
        page(found, limit, |role| RoleDefinition::clone(role))
    }

    /// A section of the seed that the engine has no rules for.
    pub(crate) fn records<T: Clone>(&self, section: &[T], from: u64, limit: usize) -> Page<T> {
        page((0..).zip(section).skip_while(|(at, _)| *at < from), limit, T::clone)
    }
}

/// Takes a page off what is found; the next begins at the first that did not fit.
pub(crate) fn page<'s, S: 's, T>(
    found: impl Iterator<Item = (u64, &'s S)>,
    limit: usize,
    show: impl Fn(&S) -> T,
) -> Page<T> {
    let mut items = Vec::new();
    for (at, item) in found {
        if items.len() == limit {
            return (items, Some(at));
        }
        items.push(show(item));
    }
    (items, None)
}

fn in_time(at: Timestamp, from: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
}
