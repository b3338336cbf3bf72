//! What stands in the tenant now, read as narrowly as a step needs it.

use futures::lock::Mutex;
use pim_core::{
    backend::{AssignmentQuery, EligibilityQuery, Filter, Operation, RequestQuery, View, When},
    client::Client,
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, ScheduleId},
    policy::Policy,
    privilege::Privilege,
    request::{NewRequest, Request},
    review::AccessReview,
    schedule::{Condition, Level, Origin, Via},
    time::{Period, Timestamp, Window},
};

/// How far times may differ from one record of the service to the next.
pub(super) const SKEW: Period = Period::minutes(1);

/// A grant made out to its holder and not by activation, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) schedule: ScheduleId,
    pub(super) window: Window,
    pub(super) condition: Option<Box<Condition>>,
    /// True for an instance: it is in force, and not only said to be.
    pub(super) in_force: bool,
}

/// Which grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) level: Level,
    pub(super) principal: PrincipalId,
    pub(super) privilege: Privilege,
}

/// Reads for one look: nothing twice.
pub(super) struct Look<'a> {
    client: &'a Client,
    pub(super) now: Timestamp,
    held: Mutex<Vec<(Place, Vec<Held>)>>,
    policies: Mutex<Vec<(Privilege, Policy)>>,
}

impl Place {
    pub(super) fn of(ask: &NewRequest) -> Self {
        Self { level: ask.level.clone(), principal: ask.principal.clone(), privilege: ask.privilege.clone() }
    }

    fn filter(&self) -> Filter {
        Filter {
            surface: Some(self.privilege.surface()),
            principal: Some(self.principal.clone()),
            privilege: Some(self.privilege.clone()),
            ..Filter::default()
        }
    }

    /// Backends may answer with more than was asked.
    fn is(&self, principal: &PrincipalId, privilege: &Privilege, via: &Via) -> bool {
        self.principal == *principal && self.privilege == *privilege && *via == Via::Direct
    }
}

impl<'a> Look<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, now: client.clock().now(), held: Mutex::default(), policies: Mutex::default() }
    }

    /// What is in force, or where nothing is, what begins later.
    pub(super) async fn held(&self, place: &Place) -> Result<Vec<Held>> {
        let mut known = self.held.lock().await;
        if let Some((_, held)) = known.iter().find(|(other, _)| other == place) {
            return Ok(held.clone());
        }
        let mut held = self.listed(place, When::Now).await?;
        if held.is_empty() {
            held = self.listed(place, When::NowOrLater).await?;
        }
        held.retain(|row| !row.window.has_ended(self.now));
        known.push((place.clone(), held.clone()));
        Ok(held)
    }

    pub(super) async fn policy(&self, privilege: &Privilege) -> Result<Policy> {
        let mut known = self.policies.lock().await;
        if let Some((_, policy)) = known.iter().find(|(other, _)| other == privilege) {
            return Ok(policy.clone());
        }
        let policy = self.client.policy(privilege).await?;
        known.push((privilege.clone(), policy.clone()));
        Ok(policy)
    }

    /// The reviews of a name. Names are not unique on the service.
    pub(super) async fn reviews(&self, name: &str) -> Result<Vec<AccessReview>> {
        let all = self.client.reviews(&View::Everyone, None).collect_all().await?;
        Ok(all.into_iter().filter(|review| review.definition.name == name).collect())
    }

    /// This caller's own request for the same, made no earlier than `since`; `None` as well where the service
    /// lists no requests.
    pub(super) async fn own_request(&self, ask: &NewRequest, since: Timestamp) -> Result<Option<Request>> {
        if !self.client.capabilities().operations.contains(&Operation::ListRequests) {
            return Ok(None);
        }
        let query = RequestQuery {
            filter: Place::of(ask).filter(),
            level: Some(ask.level.clone()),
            ..RequestQuery::default()
        };
        let rows = self.client.requests(&query, None).collect_all().await?;
        let caller = self.client.info().caller.as_ref();
        let own = |row: &Request| {
            let asked = &row.asked;
            let by = row.requestor.as_ref();
            (&asked.action, &asked.level) == (&ask.action, &ask.level)
                && (&asked.principal, &asked.privilege) == (&ask.principal, &ask.privilege)
                && row.created.is_none_or(|created| created + SKEW >= since)
                && (by.is_none() || caller.is_none() || by == caller)
        };
        Ok(rows.into_iter().filter(own).max_by_key(|row| row.created))
    }

    async fn listed(&self, place: &Place, when: When) -> Result<Vec<Held>> {
        let (view, filter) = (View::Everyone, place.filter());
        let in_force = when == When::Now;
        if place.level == Level::Eligibility {
            let query = EligibilityQuery { view, when, filter };
            let rows = self.client.eligibilities(&query, None).collect_all().await?.into_iter();
            let rows = rows.filter(|row| place.is(&row.principal, &row.privilege, &row.via));
            return Ok(rows
                .map(|row| Held { schedule: row.id, window: row.window, condition: row.condition, in_force })
                .collect());
        }
        let query = AssignmentQuery { view, when, filter };
        let rows = self.client.assignments(&query, None).collect_all().await?.into_iter();
        // An activation is its holder's own, and ends by itself.
        let rows = rows.filter(|row| {
            place.is(&row.principal, &row.privilege, &row.via) && row.origin == Origin::Assigned
        });
        Ok(rows
            .map(|row| Held { schedule: row.id, window: row.window, condition: row.condition, in_force })
            .collect())
    }
}

/// True for a read that is likely to go well at the next look.
pub(super) fn is_passing(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Throttled | ErrorKind::Timeout | ErrorKind::Unavailable)
}
