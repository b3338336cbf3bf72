//! The service's rules, without I/O and without a clock: commands lead to events, events change the state.
//!
//! ```
//! use pim_core::{id::RoleId, privilege::Privilege, request::{Action, NewRequest, RequestStatus}, schedule::Level};
//! use pim_embedded::{engine::{Answer, Caller, Command, Engine}, seed::{Seed, id_of}};
//!
//! let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
//! let seed = Seed::builder().user("alice").user("bob").standing("alice", global.clone()).build()?;
//! let now = "2026-09-01T08:00:00Z".parse()?;
//! let mut engine = Engine::new(seed, now);
//!
//! let mut ask = NewRequest::new(Action::AdminAssign, Level::Eligibility, id_of("bob"), global);
//! ask.justification = Some("on call".into());
//! ask.expiry = Some(pim_core::time::Expiry::Never);
//! let (events, answer) = engine.execute(&Caller::with_mfa(id_of("alice")), &Command::Submit(ask), now);
//! let Answer::Request(request) = answer? else { unreachable!() };
//! assert_eq!(request.status, RequestStatus::Provisioned);
//! assert_eq!(events.len(), 2, "the request and the grant");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access;
mod activate;
mod agenda;
mod alerts;
mod apply;
mod audit;
mod command;
mod decide;
mod directory;
mod due;
mod event;
mod grants;
mod handling;
mod hash;
mod intern;
mod licence;
mod outbox;
mod policies;
mod policy;
mod read;
mod refuse;
mod requests;
mod reviews;
mod roles;
mod state;
mod submit;
mod telling;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trial;
mod whole;

use pim_core::{error::Result, privilege::Privilege, time::Timestamp};

pub use command::{AdminAnswer, Answer, Caller, Command, Outcome, PolicyWrite, Shown};
pub use event::{EndCause, Event, Fact, Found, GrantMade, GrantOrigin, Guid, Item, Rank, RequestMade};
pub use outbox::{Audience, Mail, MailKind};
pub(crate) use read::{Page, Reader};

use self::{
    agenda::{Agenda, Due},
    alerts::Alerts,
    audit::AuditLog,
    directory::Directory,
    event::Rank as GrantRank,
    grants::Grants,
    handling::Handling,
    hash::HashMap,
    intern::Interner,
    outbox::Outbox,
    policies::Policies,
    requests::Requests,
    reviews::Reviews,
    state::State,
};
use crate::seed::{Records, Seed, SeedGrant};

/// A tenant's PIM service.
#[derive(Clone, Debug)]
pub struct Engine {
    state: State,
}

impl Engine {
    /// The service of a tenant as its seed describes it.
    pub fn new(seed: Seed, now: Timestamp) -> Self {
        let mut engine = Self { state: empty(seed.into_records()) };
        engine.plant(now);
        engine
    }

    /// What a command leads to, at this moment, in this state. Nothing changes: the events do that, once
    /// [`apply`](Self::apply) takes them in.
    ///
    /// What has fallen due must have been taken in before: see [`advance`](Self::advance).
    pub fn handle(&self, caller: &Caller, command: &Command, now: Timestamp) -> Outcome {
        let h = Handling::new(&self.state, caller, now);
        match command {
            Command::Submit(ask) => submit::submit(h, ask),
            Command::Cancel(key) => decide::cancel(h, key),
            Command::Decide(key, stage, answer) => decide::decide(h, key, stage, answer),
            Command::Answer(key, answer) => decide::answer(h, key, answer),
            Command::UpdatePolicy(privilege, rules, write) => policy::update(h, privilege, rules, *write),
            Command::AssignOutsidePim(principal, privilege) => {
                policy::assign_outside(h, principal, privilege)
            }
            Command::RemoveOutsidePim(principal, privilege) => {
                policy::remove_outside(h, principal, privilege)
            }
            Command::DefineRole(role) => roles::define(h, role),
            Command::RemoveRole(id) => roles::remove(h, id),
            Command::RecordSignIn(sign_in) => policy::record_sign_in(h, sign_in),
            Command::LapseLicence => licence::lapse(h),
            Command::ChangeAlert(kind, change) => alerts::change(h, kind, change),
            _ => reviews::handle(h, command),
        }
    }

    /// Takes in what happened.
    pub fn apply(&mut self, event: &Event) {
        self.state.apply(event);
    }

    /// Takes in everything that has fallen due up to `now`, in the order of time, and gives it.
    pub fn advance(&mut self, now: Timestamp) -> Vec<Event> {
        let mut events = Vec::new();
        while let Some((at, due)) = self.state.agenda.pop(now) {
            for event in due::due(&self.state, at, &due) {
                self.state.apply(&event);
                events.push(event);
            }
            if due == Due::AlertScan {
                // A scan that finds nothing new leaves no event, so no event can name the next. At the end of
                // time there is none.
                let next = self.state.alerts.next_scan(at);
                if next > at {
                    self.state.agenda.add(next, due);
                }
            }
        }
        events
    }

    /// Handles a command at `now` and takes in all that follows: what had fallen due, then its own events.
    pub fn execute(
        &mut self,
        caller: &Caller,
        command: &Command,
        now: Timestamp,
    ) -> (Vec<Event>, Result<Answer>) {
        let mut events = self.advance(now);
        let outcome = self.handle(caller, command, now);
        for event in outcome.events {
            self.state.apply(&event);
            events.push(event);
        }
        // What is due at this very moment, such as a round that starts now.
        events.extend(self.advance(now));
        let answer = outcome.answer.map(|shown| self.show(shown, caller));
        (events, answer)
    }

    /// How many events led to this state.
    pub const fn sequence(&self) -> u64 {
        self.state.sequence
    }

    /// When something falls due next; it may turn out not to apply any more.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state.agenda.next()
    }

    /// How many grants there are, in force or to come.
    pub fn grants(&self) -> usize {
        self.state.grants.len()
    }

    /// The mails sent from a position on, oldest first.
    pub fn outbox(&self, from: usize) -> Vec<Mail> {
        self.state.outbox.from(from).map(|entry| outbox::render(entry, &self.state)).collect()
    }

    /// What an answer shows, read from the state.
    pub(crate) fn show(&self, shown: Shown, caller: &Caller) -> Answer {
        match shown {
            Shown::Request(guid) => match self.state.requests.get(guid) {
                Some(record) => Answer::Request(Box::new(requests::render(&self.state, record))),
                None => Answer::Done,
            },
            Shown::Tried(request) => Answer::Request(request),
            Shown::Policy(privilege) => Answer::Policy(Box::new(self.state.policies.shown(&privilege))),
            Shown::Review(id) => match self.reader(caller).review(&id) {
                Some(review) => Answer::Review(Box::new(review)),
                None => Answer::Done,
            },
            Shown::Nothing => Answer::Done,
        }
    }

    /// Reads on a caller's behalf.
    pub(crate) const fn reader<'a>(&'a self, caller: &'a Caller) -> Reader<'a> {
        Reader::new(&self.state, caller)
    }

    /// Puts in what the seed says is there.
    fn plant(&mut self, now: Timestamp) {
        let records = self.state.directory.records.clone();
        for policy in &records.policies {
            self.state.policies.change(&policy.subject, &policy.rules, None);
        }
        let mut number = 0;
        for grant in &records.eligibilities {
            self.plant_grant(grant, GrantRank::Eligibility, now, &mut number);
        }
        for grant in &records.assignments {
            self.plant_grant(grant, GrantRank::Assignment, now, &mut number);
        }
        for group in &records.groups {
            if group.group.under_pim == Some(true) {
                self.state.policies.onboard(&group.group.id, now);
            }
            let members = group.members.iter().map(|id| (id, Privilege::member(group.group.id.clone())));
            let owners = group.owners.iter().map(|id| (id, Privilege::owner(group.group.id.clone())));
            for (principal, privilege) in members.chain(owners) {
                let mut grant = SeedGrant::new(principal.clone(), privilege);
                grant.outside_pim = true;
                self.plant_grant(&grant, GrantRank::Assignment, now, &mut number);
            }
        }
        reviews::plant(&mut self.state, now);
        alerts::plant(&mut self.state, now);
    }

    /// Puts in one grant, unless its time is over or the same is there already.
    fn plant_grant(&mut self, grant: &SeedGrant, rank: GrantRank, now: Timestamp, number: &mut u32) {
        let state = &mut self.state;
        let principal = state.principals.number(&grant.principal);
        let privilege = state.privileges.number(&grant.privilege);
        *number += 1;
        if grant.window.has_ended(now) || state.grants.find(principal, privilege, rank).is_some() {
            return;
        }
        if let Some(group) = grant.privilege.group_id().filter(|_| !grant.outside_pim) {
            state.policies.onboard(group, now);
        }
        let guid = grant.id.as_ref().and_then(State::schedule_guid);
        let made = GrantMade {
            id: guid.unwrap_or_else(|| Guid(crate::seed::guid_of(&format!("seed {number}")))),
            principal: grant.principal.clone(),
            privilege: grant.privilege.clone(),
            rank,
            origin: if grant.outside_pim { GrantOrigin::OutsidePim } else { GrantOrigin::Assigned },
            window: grant.window,
            using: None,
            condition: grant.condition.clone().map(Into::into),
            started: grant.window.contains(now),
        };
        state.plant(&made, now);
        if let Some(at) = grant.last_activated {
            state.last_used.insert((principal, privilege), at);
        }
    }
}

fn empty(mut records: Records) -> State {
    let tenant = records.tenant.id.clone();
    let mut sign_ins = std::mem::take(&mut records.sign_ins);
    sign_ins.sort_by_key(|sign_in| sign_in.at);
    let audit = AuditLog::new(std::mem::take(&mut records.audit));
    let switches = records.switches.clone();
    let directory = Directory::new(records);
    let licensed = directory.is_licensed();
    State {
        tenant: tenant.clone(),
        switches,
        directory,
        principals: Interner::default(),
        privileges: Interner::default(),
        grants: Grants::default(),
        requests: Requests::default(),
        policies: Policies::new(tenant),
        reviews: Reviews::default(),
        alerts: Alerts::default(),
        agenda: Agenda::default(),
        ended: HashMap::default(),
        last_used: HashMap::default(),
        audit,
        outbox: Outbox::default(),
        sign_ins: (0..).zip(sign_ins).collect(),
        licensed,
        sequence: 0,
    }
}
