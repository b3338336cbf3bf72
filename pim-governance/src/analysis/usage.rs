//! Eligibilities that nobody uses.

use pim_core::{id::PrincipalId, time::Timestamp};

use super::{
    Code, Evidence, Finding, Judged,
    access::{Grant, Kind},
    context::{Context, Who},
    severity::severity,
};
use crate::{
    fast::FastMap,
    resolve::Standing,
    snapshot::{Activated, SourceKind},
};

/// Only where the log was read, and what runs: what was not seen is not what never was.
pub(super) fn check(context: &Context<'_>) -> Judged {
    if !context.read(&[SourceKind::LastActivations]) {
        return Judged::default();
    }
    let last = last_activations(context);
    let (now, patience) = (context.snapshot.taken_at, context.options.stale_after);
    let mut judged = Judged::default();
    for grant in context.grants.iter().filter(|grant| grant.kind == Kind::Eligible && grant.direct) {
        let running = SourceKind::assignments(&grant.privilege.surface());
        if !context.read(running.as_slice()) {
            continue;
        }
        let new = grant.window.start().is_some_and(|start| now.since(start) < patience);
        let Some(what) = Activated::of(grant.privilege).filter(|_| !new) else { continue };
        let used = match holders(context, grant) {
            Some(holders) => {
                let at = |id: &PrincipalId| last.get(&(id.clone(), what.clone())).copied();
                holders.into_iter().filter_map(at).max()
            }
            None => continue,
        };
        match used {
            Some(at) if now.since(at) <= patience => {}
            Some(at) => judged.findings.push(stale(context, grant, at)),
            None => judged.findings.push(unused(context, grant)),
        }
    }
    judged
}

/// By the log, and by activations in force.
fn last_activations(context: &Context<'_>) -> FastMap<(PrincipalId, Activated), Timestamp> {
    let log = context.snapshot.last_activations.iter();
    let log = log.map(|row| (row.principal.clone(), row.what.clone(), row.at));
    let running = context.grants.iter().filter(|grant| grant.kind == Kind::Activated).filter_map(|grant| {
        let at = grant.window.start().unwrap_or(context.snapshot.taken_at);
        Some((grant.principal.clone(), Activated::of(grant.privilege)?, at))
    });
    let mut last: FastMap<_, Timestamp> = FastMap::default();
    for (principal, what, at) in log.chain(running) {
        let known = last.entry((principal, what)).or_insert(at);
        *known = (*known).max(at);
    }
    last
}

/// Who could use it. `None` for what other findings tell of, and where members were not read.
fn holders<'c>(context: &'c Context<'_>, grant: &Grant<'c>) -> Option<Vec<&'c PrincipalId>> {
    match context.who(grant.principal) {
        Who::Person(_) => context.person(grant.principal).map(|_| vec![grant.principal]),
        Who::Group => {
            let sources =
                [SourceKind::Memberships, SourceKind::GroupAssignments, SourceKind::GroupEligibilities];
            let members = context.members(&grant.principal.as_group());
            let able = members.iter().filter(|(_, standing)| **standing != Standing::CanTake);
            context.read(&sources).then(|| able.map(|(id, _)| id).collect())
        }
        Who::Application(_) | Who::Gone | Who::Unread => None,
    }
}

fn stale(context: &Context<'_>, grant: &Grant<'_>, at: Timestamp) -> Finding {
    let label = context.label(grant.privilege);
    let days = context.snapshot.taken_at.since(at).as_days();
    Finding::new(
        Code::StaleEligibility,
        severity(Code::StaleEligibility, grant.weight),
        format!("May activate {label}, and did so last {days} days ago."),
        "Ask whether it is still needed, and remove the eligibility if not.",
    )
    .about(grant.principal)
    .on(grant.privilege)
    .by([
        grant.evidence(&label),
        Evidence::new(SourceKind::LastActivations, grant.principal, "last activated").at(at),
    ])
}

fn unused(context: &Context<'_>, grant: &Grant<'_>) -> Finding {
    let label = context.label(grant.privilege);
    Finding::new(
        Code::UnusedEligibility,
        severity(Code::UnusedEligibility, grant.weight),
        format!("May activate {label}, and did not as far as the audit log goes back."),
        "Ask whether it is needed at all, and remove the eligibility if not.",
    )
    .about(grant.principal)
    .on(grant.privilege)
    .by([
        grant.evidence(&label),
        Evidence::new(SourceKind::LastActivations, grant.principal, "no activation in the log that was read"),
    ])
}
