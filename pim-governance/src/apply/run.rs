//! All steps: wave by wave, each after what it depends on.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::{
    StreamExt,
    stream::{self, FuturesUnordered},
};
use pim_core::{
    client::Client,
    error::Result,
    id::{PrincipalId, RoleId},
    privilege::Privilege,
    schedule::Level,
    time::Timestamp,
};

use super::{
    ApplyOptions, Go, Mode, Observer, Outcome, Progress, Row, Status, Stopped,
    journal::{Entry, Journal, State},
    step::Ending,
};
use crate::plan::{Change, Fingerprint, Plan, Step};

/// A plan being carried out.
pub(super) struct Run<'a> {
    pub(super) client: &'a Client,
    pub(super) plan: &'a Plan,
    pub(super) options: &'a ApplyOptions,
    pub(super) mode: Mode,
    observer: &'a dyn Observer,
    /// Where in the plan each step is.
    places: HashMap<&'a Fingerprint, usize>,
    /// None in a rehearsal.
    journal: Option<Mutex<&'a mut Journal>>,
    broken: Mutex<Option<String>>,
}

/// What two steps must not change at once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject<'a> {
    /// A directory role has one policy, whatever the scope.
    RolePolicy(&'a RoleId),
    Policy(&'a Privilege),
    Grant(&'a Level, &'a PrincipalId, &'a Privilege),
    Review(&'a str),
}

/// Whose turn it is within a wave.
struct Turns<'a> {
    /// How many of the steps that each waits for are not done.
    open: Vec<usize>,
    dependents: Vec<Vec<usize>>,
    ready: BTreeSet<usize>,
    busy: HashMap<Subject<'a>, VecDeque<usize>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        client: &'a Client,
        plan: &'a Plan,
        journal: Option<&'a mut Journal>,
        options: &'a ApplyOptions,
        observer: &'a dyn Observer,
        mode: Mode,
    ) -> Self {
        let places = plan.steps.iter().enumerate().map(|(at, step)| (&step.id, at)).collect();
        let journal = journal.map(Mutex::new);
        Self { client, plan, options, mode, observer, places, journal, broken: Mutex::new(None) }
    }

    /// Carries out every step that is not done; `hash` is the plan's.
    pub(super) async fn all(&self, hash: String) -> Outcome {
        let mut outcome = Outcome {
            mode: self.mode,
            plan: hash,
            started: self.now(),
            ended: self.now(),
            rows: self.plan.steps.iter().map(|step| self.row(step)).collect(),
            stopped: None,
            administrators_before: self.administrators().await,
            administrators_after: None,
        };
        self.add(Entry::Run {
            at: outcome.started,
            caller: self.client.info().caller.clone(),
            backend: self.client.info().name.clone(),
        });
        let mut begun = false;
        for wave in 0..self.plan.waves.len() {
            let steps: Vec<usize> = (0..self.plan.steps.len())
                .filter(|at| self.plan.steps[*at].wave == wave && !is_settled(&outcome.rows[*at]))
                .collect();
            if steps.is_empty() {
                continue;
            }
            if !self.options.waves.include(wave) {
                outcome.stopped = Some(Stopped::AtWave(wave));
                break;
            }
            outcome.ended = self.now();
            if begun && self.observer.before_wave(wave, &outcome).await == Go::Stop {
                outcome.stopped = Some(Stopped::BeforeWave(wave));
                break;
            }
            begun = true;
            let name = &self.plan.waves[wave];
            self.observer.told(Progress::Wave { wave, name, steps: steps.len() });
            self.wave(&steps, &mut outcome.rows).await;
            if let Some(stopped) = self.stopped() {
                outcome.stopped = Some(stopped);
                break;
            }
        }
        outcome.administrators_after = match self.mode {
            Mode::Run | Mode::Undo => self.administrators().await,
            Mode::WhatIf | Mode::DryRun => outcome.administrators_before.clone(),
        };
        outcome.ended = self.now();
        outcome
    }

    /// Finds out what became of every request that may have been sent, and writes it down. Nothing is sent.
    pub(super) async fn settle_all(&self) -> Result<()> {
        let open = self.plan.steps.iter().filter_map(|step| {
            let since = self.state(step)?.open_since()?;
            Some(async move { (step, self.settle(step, since).await) })
        });
        // Collected first: a stream over the borrowing closure would keep the future from going to another thread.
        let open: Vec<_> = open.collect();
        let mut settled = stream::iter(open).buffer_unordered(self.options.concurrency.max(1));
        while let Some((step, ending)) = settled.next().await {
            let ending =
                ending?.unwrap_or_else(|| Ending::because(Status::NotRun, "its request was not carried out"));
            let recorded = ending.recorded(step, self.now());
            if let Some(mut journal) = self.journal() {
                journal.add(Entry::Result(recorded))?;
            }
        }
        Ok(())
    }

    /// Carries out these steps.
    async fn wave(&self, steps: &[usize], rows: &mut [Row]) {
        let mut turns = Turns::new(self, steps);
        let mut done = rows.iter().filter(|row| row.status != Status::NotRun).count();
        let mut running = FuturesUnordered::new();
        loop {
            while running.len() < self.options.concurrency.max(1)
                && !self.is_stopping()
                && let Some(at) = turns.next(self.plan)
            {
                let step = &self.plan.steps[at];
                if let Some(missing) = self.missing(step, rows) {
                    let reason = format!("step {missing}, which it depends on, was not done");
                    self.end(at, Ending::because(Status::Skipped, reason), rows, &mut done);
                    turns.done(self.plan, at);
                    continue;
                }
                rows[at].started = Some(self.now());
                self.observer.told(Progress::Started { row: &rows[at] });
                running.push(async move { (at, self.carry_out(step).await) });
            }
            let Some((at, ending)) = running.next().await else { break };
            self.end(at, ending, rows, &mut done);
            turns.done(self.plan, at);
        }
    }

    /// Writes an outcome down and tells it.
    fn end(&self, at: usize, ending: Ending, rows: &mut [Row], done: &mut usize) {
        let now = self.now();
        if ending.status == Status::NotRun {
            rows[at].started = None;
            return;
        }
        if ending.status != Status::Skipped {
            self.add(Entry::Result(ending.recorded(&self.plan.steps[at], now)));
        }
        ending.tell(&mut rows[at], now);
        *done += 1;
        self.observer.told(Progress::Ended { row: &rows[at], done: *done, total: rows.len() });
    }

    /// What a step depends on and was not done.
    fn missing<'s>(&self, step: &'s Step, rows: &[Row]) -> Option<&'s Fingerprint> {
        let is_done =
            |before: &Fingerprint| self.places.get(before).is_some_and(|at| rows[*at].status.is_good());
        step.after.iter().find(|before| !is_done(before))
    }

    /// Writes down that a request is about to be sent. False where it could not be written.
    pub(super) fn intend(&self, step: &Step) -> bool {
        self.add(Entry::Intent { step: step.id, at: self.now() })
    }

    pub(super) fn state(&self, step: &Step) -> Option<State> {
        let journal = self.journal()?;
        journal.history().ok()?.state(&step.id).cloned()
    }

    /// True once nothing may be begun any more.
    pub(super) fn is_stopping(&self) -> bool {
        self.options.cancel.is_canceled() || self.broken().is_some()
    }

    fn stopped(&self) -> Option<Stopped> {
        if let Some(reason) = self.broken().clone() {
            return Some(Stopped::Journal(reason));
        }
        self.options.cancel.is_canceled().then_some(Stopped::Canceled)
    }

    fn row(&self, step: &Step) -> Row {
        let mut row = Row::new(step);
        if let Some(journal) = self.journal()
            && let Ok(history) = journal.history()
            && let Some(recorded) = history.settled(&step.id)
        {
            recorded.tell(&mut row);
        }
        row
    }

    fn add(&self, entry: Entry) -> bool {
        let Some(mut journal) = self.journal() else { return true };
        let added = journal.add(entry);
        if let Err(error) = &added {
            self.broken().get_or_insert_with(|| error.to_string());
        }
        added.is_ok()
    }

    async fn administrators(&self) -> Option<BTreeSet<PrincipalId>> {
        self.client.administrators().await.ok().map(|facts| facts.working())
    }

    fn journal(&self) -> Option<MutexGuard<'_, &'a mut Journal>> {
        Some(self.journal.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn broken(&self) -> MutexGuard<'_, Option<String>> {
        self.broken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Timestamp {
        self.client.clock().now()
    }
}

impl<'a> Turns<'a> {
    fn new(run: &Run<'a>, steps: &[usize]) -> Self {
        let waiting: BTreeSet<usize> = steps.iter().copied().collect();
        let all = run.plan.steps.len();
        let (mut open, mut dependents) = (vec![0; all], vec![Vec::new(); all]);
        for at in steps {
            let before = run.plan.steps[*at].after.iter().filter_map(|id| run.places.get(id));
            for before in before.filter(|before| waiting.contains(before)) {
                open[*at] += 1;
                dependents[*before].push(*at);
            }
        }
        let ready = steps.iter().copied().filter(|at| open[*at] == 0).collect();
        Self { open, dependents, ready, busy: HashMap::new() }
    }

    /// The first step whose turn it is.
    fn next(&mut self, plan: &'a Plan) -> Option<usize> {
        while let Some(at) = self.ready.pop_first() {
            match self.busy.get_mut(&subject(&plan.steps[at].change)) {
                Some(queue) => queue.push_back(at),
                None => {
                    self.busy.insert(subject(&plan.steps[at].change), VecDeque::new());
                    return Some(at);
                }
            }
        }
        None
    }

    fn done(&mut self, plan: &'a Plan, at: usize) {
        let waited = self.busy.remove(&subject(&plan.steps[at].change));
        self.ready.extend(waited.into_iter().flatten());
        for dependent in &self.dependents[at] {
            self.open[*dependent] -= 1;
            if self.open[*dependent] == 0 {
                self.ready.insert(*dependent);
            }
        }
    }
}

const fn subject(change: &Change) -> Subject<'_> {
    match change {
        Change::Policy { privilege: Privilege::DirectoryRole { role, .. }, .. } => Subject::RolePolicy(role),
        Change::Policy { privilege, .. } => Subject::Policy(privilege),
        Change::Grant(ask) => Subject::Grant(&ask.level, &ask.principal, &ask.privilege),
        Change::Review(review) => Subject::Review(review.name.as_str()),
        Change::RemoveReview { name } => Subject::Review(name.as_str()),
    }
}

const fn is_settled(row: &Row) -> bool {
    matches!(row.status, Status::Done | Status::AlreadyDone)
}
