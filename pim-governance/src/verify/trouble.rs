//! Activations that went wrong while a rollout is under way.

use std::collections::BTreeMap;

use futures::StreamExt;
use pim_core::{
    audit::{AuditRecord, AuditResult, AuditService, TargetKind},
    backend::{AuditQuery, RequestQuery},
    client::Client,
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, RequestId},
    page::Pager,
    privilege::Privilege,
    request::{Action, Request, RequestStatus},
    schedule::Level,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::snapshot::Coverage;

/// Which activations went wrong since a moment.
///
/// A refusal by policy leaves no request, and perhaps no audit record either: whoever made the call knows of it.
/// Add it with [`note`](Self::note).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ActivationTrouble {
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How many activations were asked for, as far as requests could be read.
    pub asked: usize,
    /// Those that went wrong, oldest first.
    pub failures: Vec<Failure>,
    /// How much of the requests was read.
    pub requests: Coverage,
    /// How much of the audit log was read.
    pub audit: Coverage,
}

/// An activation that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Failure {
    /// When: when it was asked for, or when the record was written.
    pub at: Timestamp,
    /// Whose it was, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// What was to be activated, where that is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// The request, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestId>,
    /// What went wrong.
    pub wrong: Wrong,
}

/// What went wrong with an activation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Wrong {
    /// The request ended like this: denied, timed out, canceled, failed.
    Ended(RequestStatus),
    /// The audit log tells of a failure, with the service's code for it where it gives one.
    Recorded(Option<String>),
    /// The call was refused.
    Refused(ErrorKind),
}

/// Reads which activations went wrong since a moment.
///
/// What could not be read is told in the result. Requests that the service has purged are missing.
///
/// # Errors
/// `Unauthenticated` where nobody is signed in, and the reason where neither requests nor audit log can be read.
pub async fn watch(client: &Client, since: Timestamp) -> Result<ActivationTrouble> {
    let mut trouble = ActivationTrouble {
        since,
        until: client.clock().now(),
        asked: 0,
        failures: Vec::new(),
        requests: Coverage::Read,
        audit: Coverage::Read,
    };
    let query = RequestQuery { level: Some(Level::Assignment), ..RequestQuery::default() };
    let (requests, requests_error) = read(client.requests(&query, None)).await;
    let query = AuditQuery { from: Some(since), service: Some(AuditService::Pim), ..AuditQuery::default() };
    let (records, audit_error) = read(client.audit(&query, None)).await;

    let coverage = |error: &Option<Error>, some: bool| {
        error.as_ref().map_or(Coverage::Read, |error| Coverage::after(error, some))
    };
    trouble.requests = coverage(&requests_error, !requests.is_empty());
    trouble.audit = coverage(&audit_error, !records.is_empty());
    for error in [requests_error, audit_error].into_iter().flatten() {
        let nothing = requests.is_empty() && records.is_empty();
        let both = !trouble.requests.is_complete() && !trouble.audit.is_complete();
        if error.kind() == ErrorKind::Unauthenticated || (nothing && both) {
            return Err(error);
        }
    }
    let activations = requests.iter().filter(|request| {
        request.asked.action == Action::SelfActivate && request.created.is_some_and(|at| at >= since)
    });
    for request in activations {
        trouble.asked += 1;
        trouble.failures.extend(Failure::of_request(request));
    }
    trouble.failures.extend(records.iter().filter_map(Failure::of_record));
    trouble.failures.sort_by_key(|failure| failure.at);
    Ok(trouble)
}

impl ActivationTrouble {
    /// Adds a refusal that whoever asked was told.
    pub fn note(&mut self, at: Timestamp, principal: PrincipalId, privilege: Privilege, error: &Error) {
        let after = self.failures.partition_point(|failure| failure.at <= at);
        let failure = Failure {
            at,
            principal: Some(principal),
            privilege: Some(privilege),
            request: None,
            wrong: Wrong::Refused(error.kind()),
        };
        self.failures.insert(after, failure);
    }

    /// How often each went wrong.
    pub fn by_kind(&self) -> BTreeMap<&Wrong, usize> {
        count(self.failures.iter().map(|failure| &failure.wrong))
    }

    /// How often it went wrong for each person; failures of which nobody knows whose are not counted.
    pub fn by_person(&self) -> BTreeMap<&PrincipalId, usize> {
        count(self.failures.iter().filter_map(|failure| failure.principal.as_ref()))
    }
}

impl Failure {
    fn of_request(request: &Request) -> Option<Self> {
        use RequestStatus::{
            AdminDenied, Canceled, Denied, Failed, FailedAsResourceIsLocked, Invalid, TimedOut,
        };
        let wrong = match &request.status {
            status @ (AdminDenied
            | Canceled
            | Denied
            | Failed
            | FailedAsResourceIsLocked
            | Invalid
            | TimedOut) => status.clone(),
            _ => return None,
        };
        Some(Self {
            at: request.created?,
            principal: Some(request.asked.principal.clone()),
            privilege: Some(request.asked.privilege.clone()),
            request: Some(request.id.clone()),
            wrong: Wrong::Ended(wrong),
        })
    }

    fn of_record(record: &AuditRecord) -> Option<Self> {
        if record.result != AuditResult::Failure || !record.activity.contains("(PIM activation)") {
            return None;
        }
        let id = |kind: &TargetKind| record.target(kind).map(|target| &*target.id);
        let holder = id(&TargetKind::User).and_then(|id| id.parse().ok()).or_else(|| record.actor.clone());
        Some(Self {
            at: record.at,
            principal: holder,
            privilege: None,
            request: id(&TargetKind::Request).and_then(|id| id.parse().ok()),
            wrong: Wrong::Recorded(record.reason.as_ref().and_then(|reason| code(reason.expose()))),
        })
    }
}

/// Some services put prose with names where the code should be.
fn code(text: &str) -> Option<String> {
    let is_code =
        !text.is_empty() && text.len() <= 80 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_code.then(|| text.to_owned())
}

fn count<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}

/// All that can be read of a list, and what stood in the way of the rest.
async fn read<T: Send + Unpin + 'static>(mut list: Pager<T>) -> (Vec<T>, Option<Error>) {
    let (mut rows, mut failed, mut unreadable) = (Vec::new(), None, 0);
    while let Some(row) = list.next().await {
        match row {
            Ok(row) => rows.push(row),
            // A row that can't be read does not end the list, unless there is nothing else.
            Err(error) if error.kind() == ErrorKind::Malformed && unreadable < rows.len() + 10 => {
                unreadable += 1;
                failed = Some(error);
            }
            Err(error) => return (rows, Some(error)),
        }
    }
    (rows, failed)
}
