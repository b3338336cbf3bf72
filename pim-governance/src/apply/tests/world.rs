//! A tenant, and a plan for it made by hand.

use std::{collections::BTreeSet, sync::Arc};

use futures::executor::block_on;
use pim_core::{
    backend::{AssignmentQuery, EligibilityQuery, PolicyQuery, View},
    client::{Client, Safeguards},
    id::PrincipalId,
    policy::{Rule, RuleChange, RuleKind, Setting},
    privilege::Privilege,
    request::{Action, NewRequest},
    review::{NewReview, Population, ReviewScope, Reviewed, Reviewer},
    schedule::{Level, Via},
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{Seed, id_of},
};

use super::{
    super::{ApplyOptions, Journal, Memory},
    NOW,
    fake::Fake,
};
use crate::plan::{Change, Fact, Fingerprint, Guarded, Plan, Remaining, Risk, Step};

pub(super) struct World {
    pub(super) service: Embedded,
    pub(super) fake: Fake,
}

pub(super) fn role(name: &str) -> Privilege {
    Privilege::role(pim_embedded::catalogue::role_named(name).unwrap().id.clone())
}

pub(super) fn safeguards() -> Safeguards {
    Safeguards { break_glass: BTreeSet::from([id_of("glass")]), ..Safeguards::default() }
}

impl World {
    pub(super) fn new() -> Self {
        let global = role("Global Administrator");
        let seed = Seed::builder()
            .now(NOW)
            .users(["emma", "root", "glass", "alice", "bob", "carol", "dave", "erin", "frank"]);
        let seed = ["emma", "root", "glass"]
            .into_iter()
            .fold(seed, |seed, name| seed.standing(name, global.clone()));
        let seed = seed
            .standing("alice", role("User Administrator"))
            .standing("bob", role("Exchange Administrator"))
            .standing("dave", role("Security Administrator"))
            .standing("erin", global)
            .eligible("carol", role("Security Administrator"));
        let service = Embedded::new(seed.build().unwrap(), VirtualClock::automatic(NOW));
        let fake = Fake::new(Arc::new(service.backend(Caller::with_mfa(id_of("emma")))));
        Self { service, fake }
    }

    /// A process of its own on the same service: it guards and remembers nothing of the others.
    pub(super) fn client(&self) -> Client {
        Client::new(self.fake.clone(), safeguards())
    }

    pub(super) fn sane(&self) -> Client {
        self.service.client(Caller::with_mfa(id_of("emma")), safeguards())
    }

    /// Grants without their ids and beginnings, what policies say, and reviews by name.
    pub(super) fn state(&self) -> Vec<String> {
        let client = self.sane();
        block_on(async {
            let mut state = Vec::new();
            for row in client.assignments(&AssignmentQuery::default(), None).collect_all().await.unwrap() {
                state.push(format!("holds {} {} {:?}", row.principal, row.privilege, row.window.end()));
            }
            for row in client.eligibilities(&EligibilityQuery::default(), None).collect_all().await.unwrap() {
                state.push(format!("may {} {} {:?}", row.principal, row.privilege, row.window.end()));
            }
            for row in client.policies(&PolicyQuery::default(), None).collect_all().await.unwrap() {
                state.push(format!("policy {} {:?}", row.subject, row.rules));
            }
            for row in client.reviews(&View::Everyone, None).collect_all().await.unwrap() {
                state.push(format!("review {}", row.definition.name));
            }
            state.sort();
            state
        })
    }

    /// Two conversions to eligible, a removal, a shorter eligibility, a stricter policy and a review.
    pub(super) fn plan(&self) -> Plan {
        let (users, mail, security) =
            (role("User Administrator"), role("Exchange Administrator"), role("Security Administrator"));
        let mut steps = vec![self.policy(&users), review()];
        for (name, privilege) in [("alice", &users), ("bob", &mail)] {
            let mut give =
                grant(Action::AdminAssign, Level::Eligibility, name, privilege, Some(Expiry::Never));
            give.rests_on = vec![absent(Level::Eligibility, name, privilege)];
            give.inverse = Some(ask(Action::AdminRemove, Level::Eligibility, name, privilege, None));
            if name == "alice" {
                give.after = vec![steps[0].id];
            }
            let mut take = self.removal(name, privilege);
            take.after = vec![give.id];
            steps.extend([give, take]);
        }
        let mut dave = self.removal("dave", &security);
        let end = Expiry::At(NOW + Period::days(90));
        let mut carol = grant(Action::AdminUpdate, Level::Eligibility, "carol", &security, Some(end));
        carol.rests_on = vec![self.present(Level::Eligibility, "carol", &security)];
        carol.inverse =
            Some(ask(Action::AdminUpdate, Level::Eligibility, "carol", &security, Some(Expiry::Never)));
        (dave.wave, carol.wave) = (2, 2);
        steps.extend([dave, carol]);
        of(steps)
    }

    /// Taking away what somebody holds.
    pub(super) fn removal(&self, name: &str, privilege: &Privilege) -> Step {
        let mut take = grant(Action::AdminRemove, Level::Assignment, name, privilege, None);
        take.rests_on = vec![self.present(Level::Assignment, name, privilege)];
        take.inverse =
            Some(ask(Action::AdminAssign, Level::Assignment, name, privilege, Some(Expiry::Never)));
        take.risk = Risk::High;
        take
    }

    pub(super) fn present(&self, level: Level, name: &str, privilege: &Privilege) -> Fact {
        let client = self.sane();
        let filter = pim_core::backend::Filter {
            principal: Some(id_of(name)),
            privilege: Some(privilege.clone()),
            ..Default::default()
        };
        let (schedule, window) = block_on(async {
            if level == Level::Eligibility {
                let query = EligibilityQuery { filter, ..Default::default() };
                let row = client.eligibilities(&query, None).collect_all().await.unwrap().remove(0);
                (row.id, row.window)
            } else {
                let query = AssignmentQuery { filter, ..Default::default() };
                let rows = client.assignments(&query, None).collect_all().await.unwrap();
                let row = rows.into_iter().find(|row| row.via == Via::Direct).unwrap();
                (row.id, row.window)
            }
        });
        Fact::Grant { level, principal: id_of(name), privilege: privilege.clone(), schedule, window }
    }

    pub(super) fn policy(&self, privilege: &Privilege) -> Step {
        let policy = block_on(self.sane().policy(privilege)).unwrap();
        // No grant without end any more: what the undo restores would not be allowed by this.
        let kinds = [
            (RuleKind::ExpirationEndUserAssignment, Period::hours(2)),
            (RuleKind::ExpirationAdminAssignment, Period::days(30)),
        ];
        let wanted: Vec<_> = kinds
            .into_iter()
            .map(|(kind, max)| Rule { kind, setting: Setting::Expiration { required: true, max: Some(max) } })
            .collect();
        let rules = policy.diff(&wanted);
        let back = rules.iter().map(|change| {
            RuleChange::new(change.kind.clone(), Some(change.to.clone()), change.from.clone().unwrap())
        });
        let back = Change::Policy { privilege: privilege.clone(), rules: back.collect() };
        let mut step = step(Change::Policy { privilege: privilege.clone(), rules }, 0);
        step.rests_on = vec![Fact::Policy { privilege: privilege.clone(), policy: policy.id }];
        step.inverse = Some(back);
        step
    }
}

pub(super) fn review() -> Step {
    let review = NewReview {
        name: "Quarterly".to_owned(),
        scope: ReviewScope {
            privilege: role("Security Administrator"),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: vec![Reviewer::User(id_of("root"))],
        fallback_reviewers: Vec::new(),
        start: None,
        settings: Default::default(),
        stages: Vec::new(),
    };
    let mut step = step(Change::Review(Box::new(review)), 0);
    step.rests_on = vec![Fact::NoReview { name: "Quarterly".to_owned() }];
    step.inverse = Some(Change::RemoveReview { name: "Quarterly".to_owned() });
    step
}

pub(super) fn absent(level: Level, name: &str, privilege: &Privilege) -> Fact {
    Fact::NoGrant { level, principal: id_of(name), privilege: privilege.clone() }
}

pub(super) fn ask(
    action: Action,
    level: Level,
    name: &str,
    privilege: &Privilege,
    expiry: Option<Expiry>,
) -> Change {
    let justification = Some("rollout".into());
    Change::Grant(Box::new(NewRequest {
        expiry,
        justification,
        ..NewRequest::new(action, level, id_of(name), privilege.clone())
    }))
}

pub(super) fn grant(
    action: Action,
    level: Level,
    name: &str,
    privilege: &Privilege,
    expiry: Option<Expiry>,
) -> Step {
    step(ask(action, level, name, privilege, expiry), 1)
}

pub(super) fn step(change: Change, wave: usize) -> Step {
    Step {
        id: Fingerprint::of(None, &change),
        wave,
        after: Vec::new(),
        change,
        rests_on: Vec::new(),
        inverse: None,
        risk: Risk::Low,
        why: "as wanted".to_owned(),
    }
}

pub(super) fn of(steps: Vec<Step>) -> Plan {
    Plan {
        version: Plan::VERSION,
        taken_at: NOW,
        tenant: None,
        guarded: Guarded {
            break_glass: safeguards().break_glass,
            protected: BTreeSet::new(),
            min_administrators: 2,
            caller: None,
        },
        waves: vec!["settings".to_owned(), "pilot".to_owned(), "everybody".to_owned()],
        steps,
        refused: Vec::new(),
        unread: Vec::new(),
        notices: Vec::new(),
        administrators: Remaining::default(),
    }
}

pub(super) fn journal() -> (Journal, Memory) {
    let memory = Memory::default();
    (Journal::on(memory.clone()), memory)
}

/// The journal that another process finds.
pub(super) fn reopened(memory: &Memory) -> Journal {
    let bytes = memory.bytes();
    let next = Memory::default();
    let (journal, whole) = Journal::continued(&bytes, next.clone()).unwrap();
    super::super::Storage::append(&mut next.clone(), &bytes[..whole]).unwrap();
    journal
}

pub(super) fn id(name: &str) -> PrincipalId {
    id_of(name)
}

pub(super) fn one_by_one() -> ApplyOptions {
    ApplyOptions { concurrency: 1, ..ApplyOptions::default() }
}
