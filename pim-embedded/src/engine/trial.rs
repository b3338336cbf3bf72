//! A service under test: commands at a time that only the test moves, and all events for a second look.

use pim_core::{
    alert::{Alert, AlertIncident, AlertKind},
    audit::AuditRecord,
    backend::{AssignmentQuery, AuditQuery, EligibilityQuery, View},
    error::{Error, Result},
    id::{PrincipalId, ReviewId},
    privilege::Privilege,
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey, Verdict},
    schedule::{Assignment, Eligibility},
    time::{Period, Timestamp},
};

use super::{Answer, Caller, Command, Engine, Event, Mail, MailKind};
use crate::seed::{Seed, SeedBuilder, id_of};

pub(super) struct Trial {
    pub(super) engine: Engine,
    pub(super) now: Timestamp,
    pub(super) events: Vec<Event>,
    seed: Seed,
    began: Timestamp,
}

/// Everything that can be listed, to compare two services.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    reviews: Vec<AccessReview>,
    rounds: Vec<ReviewRound>,
    items: Vec<ReviewItem>,
    alerts: Vec<Alert>,
    incidents: Vec<AlertIncident>,
    eligibilities: Vec<Eligibility>,
    assignments: Vec<Assignment>,
    audit: Vec<AuditRecord>,
    outbox: Vec<Mail>,
}

impl Trial {
    pub(super) fn new(seed: SeedBuilder) -> Self {
        let seed = seed.build().unwrap();
        let began = "2026-01-05T09:00:00Z".parse().unwrap();
        let engine = Engine::new(seed.clone(), began);
        Self { engine, now: began, events: Vec::new(), seed, began }
    }

    pub(super) fn run(&mut self, who: &str, command: &Command) -> Result<Answer> {
        let (events, answer) = self.engine.execute(&Caller::with_mfa(id_of(who)), command, self.now);
        self.events.extend(events);
        answer
    }

    pub(super) fn refused(&mut self, who: &str, command: &Command) -> Error {
        self.run(who, command).unwrap_err()
    }

    /// Lets time pass.
    pub(super) fn wait(&mut self, time: Period) {
        self.now = self.now + time;
        self.events.extend(self.engine.advance(self.now));
    }

    pub(super) fn create(&mut self, who: &str, review: NewReview) -> ReviewId {
        match self.run(who, &Command::CreateReview(review)).unwrap() {
            Answer::Review(review) => review.id,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn reviews(&self, who: &str, view: View) -> Result<Vec<AccessReview>> {
        let caller = Caller::with_mfa(id_of(who));
        Ok(self.engine.reader(&caller).reviews(&view, 0, 1000)?.0)
    }

    pub(super) fn rounds(&self, who: &str, review: &ReviewId) -> Result<Vec<ReviewRound>> {
        let caller = Caller::with_mfa(id_of(who));
        Ok(self.engine.reader(&caller).rounds(review, 0, 1000)?.0)
    }

    /// The latest round.
    pub(super) fn round(&self, review: &ReviewId) -> ReviewRound {
        self.rounds("admin", review).unwrap().pop().unwrap()
    }

    pub(super) fn items(&self, who: &str, round: &RoundKey) -> Result<Vec<ReviewItem>> {
        let caller = Caller::with_mfa(id_of(who));
        Ok(self.engine.reader(&caller).items(round, 0, 1000)?.0)
    }

    /// The item about someone, in the latest round.
    pub(super) fn item(&self, review: &ReviewId, holder: &str) -> ReviewItem {
        let items = self.items("admin", &self.round(review).key).unwrap();
        items.into_iter().find(|item| item.principal == id_of(holder)).unwrap()
    }

    /// Answers in the latest round.
    pub(super) fn answer(&mut self, who: &str, review: &ReviewId, on: &[(&str, Verdict)]) -> Result<Answer> {
        let answers = on.iter().map(|(holder, verdict)| NewVerdict {
            item: self.item(review, holder).id,
            verdict: verdict.clone(),
            justification: Some("looked at".into()),
        });
        let answers = answers.collect();
        let key = self.round(review).key;
        self.run(who, &Command::RecordVerdicts(key, answers))
    }

    pub(super) fn alert(&self, kind: &AlertKind) -> Alert {
        let caller = Caller::with_mfa(id_of("admin"));
        let alerts = self.engine.reader(&caller).alerts(0, 1000).unwrap().0;
        alerts.into_iter().find(|alert| alert.kind == *kind).unwrap()
    }

    pub(super) fn incidents(&self, kind: &AlertKind) -> Vec<AlertIncident> {
        let caller = Caller::with_mfa(id_of("admin"));
        self.engine.reader(&caller).incidents(kind, 0, 1000).unwrap().0
    }

    /// Whom an alert names, in order.
    pub(super) fn named(&self, kind: &AlertKind) -> Vec<PrincipalId> {
        self.incidents(kind).into_iter().filter_map(|incident| incident.principal).collect()
    }

    pub(super) fn is_eligible(&self, who: &str, privilege: &Privilege) -> bool {
        let state = &self.engine.state;
        let numbers = state.principals.find(&id_of(who)).zip(state.privileges.find(privilege));
        numbers.is_some_and(|(p, q)| state.grants.find(p, q, super::Rank::Eligibility).is_some())
    }

    pub(super) fn is_active(&self, who: &str, privilege: &Privilege) -> bool {
        let state = &self.engine.state;
        let numbers = state.principals.find(&id_of(who)).zip(state.privileges.find(privilege));
        numbers.is_some_and(|(p, q)| state.is_active(p, q))
    }

    /// How often the audit log names an activity.
    pub(super) fn noted(&self, activity: &str) -> usize {
        self.audit().iter().filter(|record| &*record.activity == activity).count()
    }

    pub(super) fn audit(&self) -> Vec<AuditRecord> {
        let caller = Caller::with_mfa(id_of("admin"));
        self.engine.reader(&caller).audit(&AuditQuery::default(), None, 100_000).unwrap().0
    }

    pub(super) fn mails(&self, kind: MailKind) -> Vec<Mail> {
        self.engine.outbox(0).into_iter().filter(|mail| mail.kind == kind).collect()
    }

    /// Builds the state again from the events alone, and compares all that can be seen.
    pub(super) fn assert_replays(&self) {
        let mut again = Engine::new(self.seed.clone(), self.began);
        for event in &self.events {
            let text = serde_json::to_string(event).unwrap();
            again.apply(&serde_json::from_str(&text).unwrap());
        }
        assert_eq!(listed(&again), listed(&self.engine));
        // What is still on its agenda from the past leads to nothing.
        assert_eq!(again.advance(self.now), Vec::new());
        assert_eq!(listed(&again), listed(&self.engine));
    }
}

fn listed(engine: &Engine) -> Listed {
    let caller = Caller::with_mfa(id_of("admin"));
    let reader = engine.reader(&caller);
    let reviews = reader.reviews(&View::Everyone, 0, 1000).unwrap().0;
    let rounds = reviews.iter().flat_map(|review| reader.rounds(&review.id, 0, 1000).unwrap().0);
    let rounds: Vec<_> = rounds.collect();
    let alerts = reader.alerts(0, 1000).unwrap().0;
    Listed {
        items: rounds.iter().flat_map(|round| reader.items(&round.key, 0, 1000).unwrap().0).collect(),
        incidents: alerts
            .iter()
            .flat_map(|alert| reader.incidents(&alert.kind, 0, 1000).unwrap().0)
            .collect(),
        reviews,
        rounds,
        alerts,
        eligibilities: reader.eligibilities(&EligibilityQuery::default(), 0, 1000).unwrap().0,
        assignments: reader.assignments(&AssignmentQuery::default(), 0, 1000).unwrap().0,
        audit: reader.audit(&AuditQuery::default(), None, 100_000).unwrap().0,
        outbox: engine.outbox(0),
    }
}
