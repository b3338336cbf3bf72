//! Whether all that happened is in the audit log.

use pim_core::{
    audit::{AuditRecord, AuditResult, AuditService, TargetKind},
    backend::{AuditQuery, Operation},
    client::Client,
    error::{Error, ErrorKind},
    privilege::Privilege,
    time::Timestamp,
};

use super::{
    Test, Verdict,
    flow::Trail,
    run::{PAUSE, Run, SKEW, judged},
};
use crate::snapshot::COMPLETED;

pub(super) async fn test(run: &Run<'_>, trails: &[Trail]) {
    if trails.is_empty() {
        return;
    }
    let verdict = match look(run, trails).await {
        Ok(verdict) => verdict,
        Err(error) => match error.kind() {
            ErrorKind::PermissionDenied => Verdict::NotRun(format!(
                "nobody who takes part may read the audit log: add an admin who is at least Reports Reader: {error}"
            )),
            _ => judged(&error),
        },
    };
    run.judge(Test::Audit, verdict);
}

async fn look(run: &Run<'_>, trails: &[Trail]) -> Result<Verdict, Error> {
    let Some(mut found) = open(run).await? else {
        return Ok(Verdict::NotRun(
            "nobody who takes part can read the audit log: add an admin, on a backend that has one"
                .to_owned(),
        ));
    };
    let mut missing: Vec<_> = trails.iter().flat_map(Trail::events).collect();
    let until = run.now() + run.options.audit_lag;
    loop {
        missing.retain(|event| match found.records.iter().find(|record| event.is_told_by(record)) {
            Some(record) => {
                let request = &event.trail.request.id;
                run.saw_record(Test::Audit, record.at, request, &record.id, &*record.activity);
                false
            }
            None => true,
        });
        if missing.is_empty() || run.now() >= until {
            break;
        }
        run.sleep(PAUSE).await;
        found.records = read(found.reader, found.from).await?;
    }
    if let Some(event) = missing.first() {
        let others = missing.len() - 1;
        let more = if others > 0 { format!(", and {others} more") } else { String::new() };
        return Ok(Verdict::Failed(format!(
            "no record says \"{}\" of request {}{more}",
            event.activity, event.trail.request.id
        )));
    }
    let expired = trails.iter().any(|trail| trail.expired);
    Ok(if expired {
        Verdict::Passed
    } else {
        let why = "what happened is in the log, but no activation came to its end";
        Verdict::NotRun(why.to_owned())
    })
}

struct Found<'a> {
    reader: &'a Client,
    from: Timestamp,
    records: Vec<AuditRecord>,
}

/// The first who may read it; `None` where it is offered to nobody.
async fn open<'a>(run: &Run<'a>) -> Result<Option<Found<'a>>, Error> {
    let actors = run.actors;
    let everybody = [&actors.admin, &actors.approver, &actors.requestor].into_iter().flatten();
    let from = run.began() - SKEW;
    let mut refused = None;
    for reader in everybody.filter(|who| who.capabilities().operations.contains(&Operation::ListAudit)) {
        match read(reader, from).await {
            Ok(records) => return Ok(Some(Found { reader, from, records })),
            Err(error) => refused = Some(error),
        }
    }
    refused.map_or(Ok(None), Err)
}

async fn read(reader: &Client, from: Timestamp) -> Result<Vec<AuditRecord>, Error> {
    let query = AuditQuery { from: Some(from), service: Some(AuditService::Pim), ..AuditQuery::default() };
    reader.audit(&query, None).collect_all().await
}

/// Something that happened and has to be told.
struct Event<'a> {
    trail: &'a Trail,
    activity: &'static str,
}

impl Trail {
    fn events(&self) -> impl Iterator<Item = Event<'_>> {
        let steps = [
            (true, REQUESTED),
            (self.approved, APPROVED),
            (self.activated, COMPLETED),
            (self.expired, EXPIRED),
        ];
        let happened = steps.into_iter().filter(|(happened, _)| *happened);
        happened.map(|(_, activity)| Event { trail: self, activity })
    }
}

impl Event<'_> {
    fn is_told_by(&self, record: &AuditRecord) -> bool {
        *record.activity == *self.activity
            && record.result == AuditResult::Success
            && record.at + SKEW >= self.trail.asked
            && (self.is_named_by(record) || self.is_described_by(record))
    }

    /// By the request's id, which services put in one place or another.
    fn is_named_by(&self, record: &AuditRecord) -> bool {
        let id = self.trail.request.id.to_string();
        record.targets.iter().any(|target| target.id.eq_ignore_ascii_case(&id))
            || record.details.iter().any(|(_, value)| value.expose().eq_ignore_ascii_case(&id))
    }

    /// By whose and what it is: nobody can activate the same twice at a time.
    fn is_described_by(&self, record: &AuditRecord) -> bool {
        let names = |kind: TargetKind, id: String| {
            record.targets.iter().any(|target| target.kind == kind && target.id.eq_ignore_ascii_case(&id))
        };
        let what = match &self.trail.request.asked.privilege {
            Privilege::Group { group, .. } => names(TargetKind::Group, group.to_string()),
            role => role.role_id().is_some_and(|id| names(TargetKind::Role, id.to_string())),
        };
        what && names(TargetKind::User, self.trail.holder.to_string())
    }
}

// What the service calls these events:
// https://learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities
const REQUESTED: &str = "Add member to role requested (PIM activation)";
const APPROVED: &str = "Add member to role request approved (PIM activation)";
const EXPIRED: &str = "Remove member from role (PIM activation expired)";
