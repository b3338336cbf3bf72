//! A backend around the embedded one that fails, loses replies, shows late what it did, and dies.

use std::{
    future::pending,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use futures::{StreamExt, stream};
use pim_core::{
    backend::{
        Alerts, Approvals, AssignmentQuery, AuditLog, Backend, BackendInfo, BulkOptions, Capabilities,
        ConditionalAccess, Directory, EligibilityQuery, Packages, PolicyAdmin, PolicyQuery, RequestQuery,
        Reviews, RoleQuery, View,
    },
    clock::Clock,
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, ReviewId},
    page::{Batch, Batches, Continuation},
    policy::{Policy, Rule},
    privilege::{Privilege, RoleDefinition},
    request::{NewRequest, Request, RequestKey},
    review::{AccessReview, NewReview, NewVerdict, ReviewItem, ReviewRound, RoundKey},
    schedule::{Assignment, Eligibility, Level},
    time::{Period, Timestamp},
};

/// What goes wrong with a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The service says no.
    Refused,
    /// It is carried out, and the reply is lost.
    ReplyLost,
    /// It never arrives, and nobody can tell.
    NeverArrives,
    /// Of several rules one is written, then the service is gone.
    Half,
    /// Somebody else does the same a moment before.
    Beaten,
    /// The process dies before it is sent.
    DiesBefore,
    /// The process dies before the reply comes.
    DiesAfter,
}

/// One write that the service was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Write {
    Grant(String, Level, PrincipalId, Privilege),
    Policy(Privilege, usize),
    Review(String),
    Deletion(ReviewId),
}

type Rules = Box<dyn FnMut(usize) -> Option<Fault> + Send>;

/// What happens to this backend.
pub(super) struct Fate {
    /// What goes wrong with the nth write, counted from zero.
    pub(super) rule: Rules,
    /// How long lists lag behind.
    pub(super) lag: Period,
    pub(super) dead: bool,
    /// How many more calls are answered before the process dies.
    pub(super) calls_left: Option<usize>,
    pub(super) calls: usize,
    pub(super) asked: usize,
    pub(super) arrived: Vec<Write>,
    /// What lists show for a while after it was removed.
    ghosts: Vec<(Timestamp, Ghost)>,
}

enum Ghost {
    Assignment(Assignment),
    Eligibility(Eligibility),
}

#[derive(Clone)]
pub(super) struct Fake {
    inner: Arc<dyn Backend>,
    pub(super) fate: Arc<Mutex<Fate>>,
}

impl std::fmt::Debug for Fake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fake")
    }
}

impl Fake {
    pub(super) fn new(inner: Arc<dyn Backend>) -> Self {
        let fate = Fate {
            rule: Box::new(|_| None),
            lag: Period::ZERO,
            dead: false,
            calls_left: None,
            calls: 0,
            asked: 0,
            arrived: Vec::new(),
            ghosts: Vec::new(),
        };
        Self { inner, fate: Arc::new(Mutex::new(fate)) }
    }

    fn fate<T>(&self, look: impl FnOnce(&mut Fate) -> T) -> T {
        look(&mut self.fate.lock().unwrap())
    }

    /// False once the process is dead.
    fn lives(&self) -> bool {
        self.fate(|fate| {
            fate.calls += 1;
            if let Some(left) = &mut fate.calls_left {
                fate.dead |= *left == 0;
                *left = left.saturating_sub(1);
            }
            !fate.dead
        })
    }

    async fn alive(&self) {
        if !self.lives() {
            pending::<()>().await;
        }
    }

    /// What is to go wrong with the write that comes.
    fn next(&self) -> Option<Fault> {
        self.fate(|fate| {
            let asked = fate.asked;
            (fate.rule)(asked)
        })
    }

    async fn write<T: Send>(&self, write: Write, act: impl Future<Output = Result<T>> + Send) -> Result<T> {
        self.alive().await;
        let fault = self.fate(|fate| {
            let at = fate.asked;
            fate.asked += 1;
            (fate.rule)(at)
        });
        match fault {
            Some(Fault::Refused) => {
                return Err(Error::new(ErrorKind::PolicyViolation, "not today").with_code("NotToday"));
            }
            Some(Fault::NeverArrives) => return Err(lost()),
            Some(Fault::DiesBefore) => {
                self.fate(|fate| fate.dead = true);
                pending::<()>().await;
            }
            _ => {}
        }
        self.fate(|fate| fate.arrived.push(write));
        let done = act.await;
        match fault {
            Some(Fault::ReplyLost) => Err(lost()),
            Some(Fault::DiesAfter) => {
                self.fate(|fate| fate.dead = true);
                pending().await
            }
            _ => done,
        }
    }

    fn list<T: Send + 'static>(&self, list: impl FnOnce() -> Batches<T>) -> Batches<T> {
        if self.lives() { list() } else { stream::pending().boxed() }
    }

    /// Remembers what a removal is about to take away.
    async fn remember(&self, ask: &NewRequest) {
        let (now, lag) = (self.clock().now(), self.fate(|fate| fate.lag));
        if lag.is_zero() || !ask.action.is_removal() {
            return;
        }
        let filter = pim_core::backend::Filter {
            principal: Some(ask.principal.clone()),
            privilege: Some(ask.privilege.clone()),
            ..Default::default()
        };
        let mut ghosts = Vec::new();
        if ask.level == Level::Eligibility {
            let query = EligibilityQuery { filter, ..Default::default() };
            let mut rows = self.inner.list_eligibilities(&query, None);
            while let Some(Ok(batch)) = rows.next().await {
                ghosts.extend(batch.items.into_iter().map(Ghost::Eligibility));
            }
        } else {
            let query = AssignmentQuery { filter, ..Default::default() };
            let mut rows = self.inner.list_assignments(&query, None);
            while let Some(Ok(batch)) = rows.next().await {
                ghosts.extend(batch.items.into_iter().map(Ghost::Assignment));
            }
        }
        self.fate(|fate| fate.ghosts.extend(ghosts.into_iter().map(|ghost| (now + lag, ghost))));
    }

    fn lagging<T: Send + 'static>(
        &self,
        rows: Batches<T>,
        starts: impl Fn(&T) -> Option<Timestamp> + Send + 'static,
        ghosts: Vec<T>,
    ) -> Batches<T> {
        let (now, lag) = (self.clock().now(), self.fate(|fate| fate.lag));
        if lag.is_zero() {
            return rows;
        }
        let rows = rows.map(move |batch| {
            batch.map(|mut batch| {
                batch.items.retain(|row| starts(row).is_none_or(|at| at + lag <= now));
                batch
            })
        });
        stream::iter([Ok(Batch { resume: None, ..Batch::last(ghosts) })]).chain(rows).boxed()
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::OutcomeUnknown, "the reply was lost").with_request_id("lost-1")
}

#[async_trait]
impl Backend for Fake {
    fn info(&self) -> &BackendInfo {
        self.inner.info()
    }

    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.inner.clock()
    }

    fn list_roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Batches<RoleDefinition> {
        self.list(|| self.inner.list_roles(query, from))
    }

    fn list_eligibilities(
        &self,
        query: &EligibilityQuery,
        from: Option<Continuation>,
    ) -> Batches<Eligibility> {
        let now = self.clock().now();
        let ghosts = self.fate(|fate| {
            let shown = fate.ghosts.iter().filter(|(until, _)| *until > now);
            let rows = shown.filter_map(|(_, ghost)| match ghost {
                Ghost::Eligibility(row) => Some(row.clone()),
                Ghost::Assignment(_) => None,
            });
            rows.filter(|row| query.filter.admits(&row.principal, &row.privilege)).collect()
        });
        self.list(|| {
            self.lagging(self.inner.list_eligibilities(query, from), |row| row.window.start(), ghosts)
        })
    }

    fn list_assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Batches<Assignment> {
        let now = self.clock().now();
        let ghosts = self.fate(|fate| {
            let shown = fate.ghosts.iter().filter(|(until, _)| *until > now);
            let rows = shown.filter_map(|(_, ghost)| match ghost {
                Ghost::Assignment(row) => Some(row.clone()),
                Ghost::Eligibility(_) => None,
            });
            rows.filter(|row| query.filter.admits(&row.principal, &row.privilege)).collect()
        });
        self.list(|| self.lagging(self.inner.list_assignments(query, from), |row| row.window.start(), ghosts))
    }

    fn list_requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Batches<Request> {
        let (now, lag) = (self.clock().now(), self.fate(|fate| fate.lag));
        let rows = self.list(|| self.inner.list_requests(query, from));
        // Requests show sooner than what they do.
        let shown =
            move |row: &Request| row.created.is_none_or(|at| at + Period::from_ticks(lag.ticks() / 2) <= now);
        rows.map(move |batch| {
            batch.map(|mut batch| {
                batch.items.retain(shown);
                batch
            })
        })
        .boxed()
    }

    async fn get_request(&self, key: &RequestKey) -> Result<Request> {
        self.alive().await;
        self.inner.get_request(key).await
    }

    async fn submit(&self, ask: &NewRequest) -> Result<Request> {
        if ask.dry_run {
            self.alive().await;
            return self.inner.submit(ask).await;
        }
        let write = Write::Grant(
            ask.action.to_string(),
            ask.level.clone(),
            ask.principal.clone(),
            ask.privilege.clone(),
        );
        let beaten = self.next() == Some(Fault::Beaten);
        self.write(write, async {
            self.remember(ask).await;
            if beaten {
                self.inner.submit(ask).await?;
            }
            self.inner.submit(ask).await
        })
        .await
    }

    async fn submit_all(&self, asks: &[NewRequest], options: BulkOptions) -> Vec<Result<Request>> {
        self.inner.submit_all(asks, options).await
    }

    async fn cancel(&self, key: &RequestKey) -> Result<()> {
        self.inner.cancel(key).await
    }

    async fn get_policy(&self, privilege: &Privilege) -> Result<Policy> {
        self.alive().await;
        self.inner.get_policy(privilege).await
    }

    fn policies(&self) -> Option<&dyn PolicyAdmin> {
        Some(self)
    }

    fn approvals(&self) -> Option<&dyn Approvals> {
        self.inner.approvals()
    }

    fn reviews(&self) -> Option<&dyn Reviews> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn Directory> {
        self.inner.directory()
    }

    fn audit(&self) -> Option<&dyn AuditLog> {
        self.inner.audit()
    }

    fn conditional_access(&self) -> Option<&dyn ConditionalAccess> {
        self.inner.conditional_access()
    }

    fn alerts(&self) -> Option<&dyn Alerts> {
        self.inner.alerts()
    }

    fn packages(&self) -> Option<&dyn Packages> {
        self.inner.packages()
    }
}

#[async_trait]
impl PolicyAdmin for Fake {
    fn list_policies(&self, query: &PolicyQuery, from: Option<Continuation>) -> Batches<Policy> {
        self.list(|| self.inner.policies().unwrap().list_policies(query, from))
    }

    async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy> {
        let half = self.next() == Some(Fault::Half);
        let admin = self.inner.policies().unwrap();
        self.write(Write::Policy(privilege.clone(), rules.len()), async {
            if half {
                admin.update_policy(privilege, &rules[..1]).await?;
                return Err(Error::new(ErrorKind::Unavailable, "down"));
            }
            admin.update_policy(privilege, rules).await
        })
        .await
    }
}

#[async_trait]
impl Reviews for Fake {
    fn list_reviews(&self, view: &View, from: Option<Continuation>) -> Batches<AccessReview> {
        self.list(|| self.inner.reviews().unwrap().list_reviews(view, from))
    }

    async fn get_review(&self, review: &ReviewId) -> Result<AccessReview> {
        self.inner.reviews().unwrap().get_review(review).await
    }

    async fn create_review(&self, review: &NewReview) -> Result<AccessReview> {
        let act = self.inner.reviews().unwrap().create_review(review);
        self.write(Write::Review(review.name.clone()), act).await
    }

    async fn delete_review(&self, review: &ReviewId) -> Result<()> {
        let act = self.inner.reviews().unwrap().delete_review(review);
        self.write(Write::Deletion(review.clone()), act).await
    }

    fn list_rounds(&self, review: &ReviewId, from: Option<Continuation>) -> Batches<ReviewRound> {
        self.inner.reviews().unwrap().list_rounds(review, from)
    }

    fn list_items(&self, round: &RoundKey, from: Option<Continuation>) -> Batches<ReviewItem> {
        self.inner.reviews().unwrap().list_items(round, from)
    }

    async fn record_verdicts(&self, round: &RoundKey, verdicts: &[NewVerdict]) -> Result<()> {
        self.inner.reviews().unwrap().record_verdicts(round, verdicts).await
    }

    async fn stop_round(&self, round: &RoundKey) -> Result<()> {
        self.inner.reviews().unwrap().stop_round(round).await
    }

    async fn apply_round(&self, round: &RoundKey) -> Result<()> {
        self.inner.reviews().unwrap().apply_round(round).await
    }

    async fn reset_round(&self, round: &RoundKey) -> Result<()> {
        self.inner.reviews().unwrap().reset_round(round).await
    }

    async fn remind_round(&self, round: &RoundKey) -> Result<()> {
        self.inner.reviews().unwrap().remind_round(round).await
    }
}
