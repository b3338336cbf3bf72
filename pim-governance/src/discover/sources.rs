//! How each source is read.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use pim_core::{
    audit::AuditService,
    backend::{
        AssignmentQuery, AuditQuery, EligibilityQuery, Filter, MembershipQuery, PolicyQuery, RoleQuery,
        UserQuery, View, When,
    },
    client::Client,
    clock::Clock,
    error::Result,
    id::{PrincipalId, ScheduleId},
    page::Pager,
    privilege::Surface,
    time::{Period, Timestamp, Window},
};

use super::{Progress, listing::Listing};
use crate::snapshot::{Activated, COMPLETED, LastActivation, Operation, Reading, Snapshot, SourceKind};

pub(super) struct Reader<'a> {
    pub(super) client: &'a Client,
    pub(super) clock: &'a dyn Clock,
    pub(super) observe: &'a (dyn Fn(&Progress) + Send + Sync),
    pub(super) taken_at: Timestamp,
    pub(super) activations: Period,
    pub(super) wanted: &'a BTreeSet<SourceKind>,
}

/// What was found of one source, or of two that are read together.
pub(super) struct Found {
    readings: Vec<(SourceKind, Reading)>,
    rows: Rows,
}

/// Puts rows where they belong.
type Rows = Box<dyn FnOnce(&mut Snapshot) + Send>;

impl Found {
    pub(super) fn add_to(self, snapshot: &mut Snapshot) {
        snapshot.coverage.extend(self.readings);
        (self.rows)(snapshot);
    }

    fn one(source: SourceKind, reading: Reading, rows: Rows) -> Self {
        Self { readings: vec![(source, reading)], rows }
    }

    fn nothing() -> Self {
        Self { readings: Vec::new(), rows: Box::new(|_| ()) }
    }
}

impl Reader<'_> {
    pub(super) async fn read(&self, source: SourceKind, at: usize) -> Result<(usize, Found)> {
        Ok((at, self.found(source).await?))
    }

    async fn found(&self, source: SourceKind) -> Result<Found> {
        use SourceKind as S;
        let client = self.client;
        let all = MembershipQuery::default();
        match source {
            S::DirectoryRoles => self.roles(source, Surface::DirectoryRoles).await,
            S::AzureRoles => self.roles(source, Surface::AzureRoles).await,
            S::DirectoryAssignments => self.assignments(source, Surface::DirectoryRoles).await,
            S::GroupAssignments => self.assignments(source, Surface::Groups).await,
            S::AzureAssignments => self.assignments(source, Surface::AzureRoles).await,
            S::DirectoryEligibilities => self.eligibilities(source, Surface::DirectoryRoles).await,
            S::GroupEligibilities => self.eligibilities(source, Surface::Groups).await,
            S::AzureEligibilities => self.eligibilities(source, Surface::AzureRoles).await,
            S::DirectoryPolicies => self.policies(source, Surface::DirectoryRoles).await,
            S::GroupPolicies => self.policies(source, Surface::Groups).await,
            S::AzurePolicies => self.policies(source, Surface::AzureRoles).await,
            S::Users => self.list(source, client.users(&UserQuery::default(), None), |s| &mut s.users).await,
            S::Groups => self.list(source, client.groups(None), |s| &mut s.groups).await,
            S::Memberships => self.list(source, client.memberships(&all, None), |s| &mut s.memberships).await,
            S::ServicePrincipals => {
                self.list(source, client.service_principals(None), |s| &mut s.service_principals).await
            }
            S::Units => self.list(source, client.units(None), |s| &mut s.units).await,
            S::Skus => self.list(source, client.skus(None), |s| &mut s.skus).await,
            S::ConditionalAccess => {
                self.list(source, client.conditional_access(None), |s| &mut s.conditional_access).await
            }
            S::Contexts => self.list(source, client.contexts(None), |s| &mut s.contexts).await,
            S::Locations => self.list(source, client.locations(None), |s| &mut s.locations).await,
            S::Reviews => self.reviews().await,
            S::Alerts => self.alerts().await,
            // What hangs on another list is read with it, unless that one is not wanted.
            S::Rounds if !self.wanted.contains(&S::Reviews) => self.reviews().await,
            S::Incidents if !self.wanted.contains(&S::Alerts) => self.alerts().await,
            S::Rounds | S::Incidents => Ok(Found::nothing()),
            S::LastActivations => self.last_activations(source).await,
            S::Operations => self.operations(source).await,
        }
    }

    fn listing(&self, source: SourceKind) -> Listing<'_> {
        Listing::new(source, self.clock, self.observe)
    }

    async fn list<T: Send + 'static>(
        &self,
        source: SourceKind,
        pager: Pager<T>,
        place: fn(&mut Snapshot) -> &mut Vec<T>,
    ) -> Result<Found> {
        let (mut listing, mut rows) = (self.listing(source), Vec::new());
        listing.read(pager, |row| rows.push(row)).await?;
        Ok(Found::one(source, listing.finish(), Box::new(move |snapshot| place(snapshot).extend(rows))))
    }

    async fn roles(&self, source: SourceKind, surface: Surface) -> Result<Found> {
        let query = RoleQuery { surface: Some(surface) };
        let (mut listing, mut rows) = (self.listing(source), Vec::new());
        listing.read(self.client.roles(&query, None), |row| rows.push(Arc::new(row))).await?;
        Ok(Found::one(source, listing.finish(), Box::new(move |snapshot| snapshot.roles.extend(rows))))
    }

    async fn policies(&self, source: SourceKind, surface: Surface) -> Result<Found> {
        let query = PolicyQuery { surface: Some(surface) };
        self.list(source, self.client.policies(&query, None), |s| &mut s.policies).await
    }

    async fn assignments(&self, source: SourceKind, surface: Surface) -> Result<Found> {
        let query = |when| {
            let filter = Filter { surface: Some(surface.clone()), ..Filter::default() };
            AssignmentQuery { view: View::Everyone, when, filter }
        };
        let lists = [When::Now, When::NowOrLater].map(|when| self.client.assignments(&query(when), None));
        self.grants(source, lists, |row| (&row.id, &row.window), |s| &mut s.assignments).await
    }

    async fn eligibilities(&self, source: SourceKind, surface: Surface) -> Result<Found> {
        let query = |when| {
            let filter = Filter { surface: Some(surface.clone()), ..Filter::default() };
            EligibilityQuery { view: View::Everyone, when, filter }
        };
        let lists = [When::Now, When::NowOrLater].map(|when| self.client.eligibilities(&query(when), None));
        self.grants(source, lists, |row| (&row.id, &row.window), |s| &mut s.eligibilities).await
    }

    /// Instances prove what is in force; schedules tell what is to come: the two lists, read side by side.
    async fn grants<T: Send + 'static>(
        &self,
        source: SourceKind,
        [now, later]: [Pager<T>; 2],
        of: fn(&T) -> (&ScheduleId, &Window),
        place: fn(&mut Snapshot) -> &mut Vec<T>,
    ) -> Result<Found> {
        let begins_later = |row: &T| of(row).1.start().is_some_and(|start| start > self.taken_at);
        let (mut rows, mut to_come) = (Vec::new(), Vec::new());
        let mut listing = self.listing(source);
        listing
            .read_all([now, later], |which, row| match which {
                0 => rows.push(row),
                _ if begins_later(&row) => to_come.push(row),
                _ => {}
            })
            .await?;
        // One that began while the lists were read is in both.
        let begun: HashSet<_> =
            rows.iter().filter(|row| begins_later(row)).map(|row| of(row).0.clone()).collect();
        rows.extend(to_come.into_iter().filter(|row| !begun.contains(of(row).0)));
        Ok(Found::one(source, listing.finish(), Box::new(move |snapshot| place(snapshot).extend(rows))))
    }

    async fn reviews(&self) -> Result<Found> {
        let (mut listing, mut reviews) = (self.listing(SourceKind::Reviews), Vec::new());
        listing.read(self.client.reviews(&View::Everyone, None), |row| reviews.push(row)).await?;
        let reading = listing.finish();
        let mut inner = self.listing(SourceKind::Rounds);
        let mut rounds = Vec::new();
        let lists = reviews.iter().map(|review| self.client.rounds(&review.id, None));
        inner.read_all(lists, |which, row| rounds.push((which, row))).await?;
        let rounds = in_order(rounds);
        Ok(self.with_inner(
            SourceKind::Reviews,
            reading,
            SourceKind::Rounds,
            inner,
            move |s, outer, within| {
                if outer {
                    s.reviews.extend(reviews);
                }
                if within {
                    s.rounds.extend(rounds);
                }
            },
        ))
    }

    async fn alerts(&self) -> Result<Found> {
        let (mut listing, mut alerts) = (self.listing(SourceKind::Alerts), Vec::new());
        listing.read(self.client.alerts(None), |row| alerts.push(row)).await?;
        let reading = listing.finish();
        let mut inner = self.listing(SourceKind::Incidents);
        let mut incidents = Vec::new();
        let found = alerts.iter().filter(|alert| alert.incidents > 0);
        inner
            .read_all(found.map(|alert| self.client.incidents(&alert.kind, None)), |which, row| {
                incidents.push((which, row))
            })
            .await?;
        let incidents = in_order(incidents);
        Ok(self.with_inner(
            SourceKind::Alerts,
            reading,
            SourceKind::Incidents,
            inner,
            move |s, outer, within| {
                if outer {
                    s.alerts.extend(alerts);
                }
                if within {
                    s.incidents.extend(incidents);
                }
            },
        ))
    }

    /// Two sources of which the second hangs on the first: what is unknown of the one is unknown of the other.
    fn with_inner(
        &self,
        outer: SourceKind,
        reading: Reading,
        inner: SourceKind,
        listing: Listing<'_>,
        rows: impl FnOnce(&mut Snapshot, bool, bool) + Send + 'static,
    ) -> Found {
        let mut within = listing.finish();
        if within.coverage.is_complete() && !reading.coverage.is_complete() {
            within.coverage = reading.coverage.clone();
        }
        let (has_outer, has_inner) = (self.wanted.contains(&outer), self.wanted.contains(&inner));
        let readings = [(outer, reading, has_outer), (inner, within, has_inner)];
        Found {
            readings: readings
                .into_iter()
                .filter(|(.., has)| *has)
                .map(|(source, r, _)| (source, r))
                .collect(),
            rows: Box::new(move |snapshot| rows(snapshot, has_outer, has_inner)),
        }
    }

    async fn last_activations(&self, source: SourceKind) -> Result<Found> {
        let query = AuditQuery {
            from: Some(self.taken_at - self.activations),
            service: Some(AuditService::Pim),
            activity: Some(COMPLETED.to_owned()),
            ..AuditQuery::default()
        };
        let mut last: BTreeMap<(PrincipalId, Activated), LastActivation> = BTreeMap::new();
        let mut listing = self.listing(source);
        let keep = |record| {
            let Some(one) = LastActivation::of(&record) else { return };
            let known = last.entry((one.principal.clone(), one.what.clone()));
            known
                .and_modify(|known| {
                    known.times += 1;
                    known.at = known.at.max(one.at);
                })
                .or_insert(one);
        };
        listing.read(self.client.audit(&query, None), keep).await?;
        let rows: Vec<_> = last.into_values().collect();
        Ok(Found::one(source, listing.finish(), Box::new(move |s| s.last_activations.extend(rows))))
    }

    /// By every service: what one of them wrote and was not read would make somebody look idle.
    async fn operations(&self, source: SourceKind) -> Result<Found> {
        let query = AuditQuery { from: Some(self.taken_at - self.activations), ..AuditQuery::default() };
        let mut done: BTreeMap<(PrincipalId, Box<str>), Operation> = BTreeMap::new();
        let mut listing = self.listing(source);
        let keep = |record| {
            let Some(one) = Operation::of(record) else { return };
            let known = done.entry((one.principal.clone(), one.activity.clone()));
            known
                .and_modify(|known| {
                    known.times += 1;
                    known.at = known.at.max(one.at);
                })
                .or_insert(one);
        };
        listing.read(self.client.audit(&query, None), keep).await?;
        let rows: Vec<_> = done.into_values().collect();
        Ok(Found::one(source, listing.finish(), Box::new(move |s| s.operations.extend(rows))))
    }
}

/// Rows of several lists, list after list, whichever answered first.
fn in_order<T>(mut rows: Vec<(usize, T)>) -> Vec<T> {
    rows.sort_by_key(|(which, _)| *which);
    rows.into_iter().map(|(_, row)| row).collect()
}
