//! The work of a day in a tenant.

use std::collections::VecDeque;

use pim_core::{
    approval::{Decision, NewDecision},
    id::StageId,
    privilege::Privilege,
    request::{Action, NewRequest, Request},
    schedule::Level,
    time::{Expiry, Period, Timestamp},
};
use pim_embedded::{
    engine::{Answer, Caller, Command, Engine, Event},
    seed::id_of,
};

use crate::tenant::{BEGIN, PER_PERSON, approved, person, plain, role};

/// Who is at work, prepared so that the engine alone is measured.
pub(crate) struct Work {
    root: Caller,
    boss: Caller,
    callers: Vec<Caller>,
    privileges: [Privilege; 3],
    now: Timestamp,
    turn: usize,
    pending: VecDeque<Request>,
    active: VecDeque<(Timestamp, usize)>,
    /// The clock's step: small tenants have a slower day, so that nobody has to activate twice at a time.
    step: Period,
}

impl Work {
    pub(crate) fn new(assignments: usize) -> Self {
        let people = assignments / PER_PERSON;
        Self {
            root: Caller::with_mfa(id_of("root")),
            boss: Caller::with_mfa(id_of("boss")),
            callers: (0..people).map(|n| Caller::with_mfa(id_of(&person(n)))).collect(),
            privileges: [plain(), approved(), role("extra")],
            now: BEGIN,
            turn: 0,
            pending: VecDeque::new(),
            active: VecDeque::new(),
            step: if people < 1_000 { Period::seconds(20) } else { Period::seconds(1) },
        }
    }

    /// Carries out ten commands, four activations among them, two approvals, two early ends, one assignment,
    /// one refusal; gives how many went otherwise than meant.
    pub(crate) fn ten(&mut self, engine: &mut Engine, journal: &mut Option<Vec<Event>>) -> usize {
        let who = self.turn % self.callers.len();
        self.turn += 2;
        let mut missed = 0;
        for (n, who) in [(0, who), (1, who), (0, who + 1), (1, who + 1)] {
            let caller = self.callers[who % self.callers.len()].clone();
            let ask = self.ask(&caller, Action::SelfActivate, n, Some(Period::hours(1)));
            match self.run(engine, &caller, Command::Submit(ask), journal) {
                Some(Answer::Request(request)) if n == 1 => self.pending.push_back(*request),
                Some(_) => self.active.push_back((self.now, who)),
                None => missed += 1,
            }
        }
        for _ in 0..2 {
            let decided = self.pending.pop_front().and_then(|request| decision(&request));
            let boss = self.boss.clone();
            let done = decided.and_then(|command| self.run(engine, &boss, command, journal));
            missed += usize::from(done.is_none());
        }
        // Nobody may end an activation in its first five minutes, so those of some time ago are ended.
        for _ in 0..2 {
            let now = self.now;
            let ripe = self.active.front().is_some_and(|(at, _)| *at + Period::minutes(5) < now);
            let ended = ripe.then(|| self.active.pop_front()).flatten().and_then(|(_, who)| {
                let caller = self.callers[who % self.callers.len()].clone();
                let ask = self.ask(&caller, Action::SelfDeactivate, 0, None);
                self.run(engine, &caller, Command::Submit(ask), journal)
            });
            missed += usize::from(ended.is_none());
        }
        let (root, holder) = (self.root.clone(), self.callers[who].clone());
        let ask = self.ask(&holder, Action::AdminAssign, 2, Some(Period::hours(1)));
        missed += usize::from(self.run(engine, &root, Command::Submit(ask), journal).is_none());
        let mut ask = self.ask(&holder, Action::SelfActivate, 2, Some(Period::hours(9)));
        ask.justification = None;
        missed + usize::from(self.run(engine, &holder, Command::Submit(ask), journal).is_some())
    }

    fn ask(&self, holder: &Caller, action: Action, privilege: usize, length: Option<Period>) -> NewRequest {
        let (holder, privilege) = (holder.principal.clone(), self.privileges[privilege].clone());
        NewRequest {
            expiry: length.map(Expiry::After),
            justification: Some("an outage to be looked into".into()),
            ..NewRequest::new(action, Level::Assignment, holder, privilege)
        }
    }

    fn run(
        &mut self,
        engine: &mut Engine,
        caller: &Caller,
        command: Command,
        journal: &mut Option<Vec<Event>>,
    ) -> Option<Answer> {
        self.now = self.now + self.step;
        let (events, answer) = engine.execute(caller, &command, self.now);
        if let Some(journal) = journal {
            journal.extend(events);
        }
        answer.ok()
    }
}

fn decision(request: &Request) -> Option<Command> {
    let key = request.approval_key()?;
    let stage = StageId::from_guid(key.id.guid()?);
    let justification = Some("checked".into());
    Some(Command::Decide(key, stage, NewDecision { decision: Decision::Approve, justification }))
}
