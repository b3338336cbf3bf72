//! The trail that all this left, and the figures.

use std::collections::BTreeMap;

use pim_core::{
    audit::{AuditRecord, AuditResult},
    backend::AuditQuery,
    id::RoleId,
    privilege::Privilege,
};

use super::{
    run::Run,
    tenant::{Tenant, role_assignments},
};

const SHOWN: usize = 8;

pub(super) async fn chapter(run: &mut Run, tenant: &Tenant) {
    run.story.chapter("The audit trail");
    let Some(administrator) = run.administrator.clone() else { return };
    let client = run.sign_in(&administrator);
    let query = AuditQuery { from: Some(run.began), ..AuditQuery::default() };
    match client.audit(&query, None).collect_all().await {
        Ok(records) => trail(run, &records),
        Err(error) => run.story.say(format!("{} may not read it: {error}.", tenant.name(&administrator))),
    }

    run.story.chapter("The figures");
    match role_assignments(&client).await {
        Err(error) => run.story.say(format!("What stands now could not be read: {error}.")),
        Ok(now) => {
            let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
            let standing = now.iter().filter(|assignment| assignment.is_standing());
            run.figures.standing_after = standing.clone().count();
            let kept =
                standing.filter(|a| a.privilege == global && tenant.break_glass.contains(&a.principal));
            run.figures.break_glass_kept = kept.map(|a| a.principal.clone()).collect();
            run.figures.break_glass_kept.sort_unstable();
        }
    }
    figures(run, tenant);
}

fn trail(run: &mut Run, records: &[AuditRecord]) {
    run.figures.audit_events = records.len();
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for record in records {
        *counts.entry((&record.activity, record.result == AuditResult::Failure)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(name, n)| (std::cmp::Reverse(*n), *name));
    run.story.say(format!("{} records since the beginning, in the words of the service:", records.len()));
    let mut rows: Vec<Vec<String>> = counts
        .iter()
        .take(SHOWN)
        .map(|((name, failed), n)| {
            vec![format!("{name}{}", if *failed { " (failed)" } else { "" }), n.to_string()]
        })
        .collect();
    if counts.len() > SHOWN {
        let rest: usize = counts.iter().skip(SHOWN).map(|(_, n)| n).sum();
        rows.push(vec![format!("{} other activities", counts.len() - SHOWN), rest.to_string()]);
    }
    run.story.table(&rows);
}

fn figures(run: &mut Run, tenant: &Tenant) {
    let figures = &mut run.figures;
    let approved = figures.activations.iter().filter(|a| a.approved_by.is_some()).count();
    let asked = approved + figures.denied + figures.timed_out;
    figures.approval_rate = (asked > 0).then(|| approved as f64 / asked as f64);
    let deactivated = figures.activations.iter().filter(|a| a.ended == "deactivated").count();
    let row = |name: &str, value: String| vec![name.to_owned(), value];
    let less = figures.standing_before.saturating_sub(figures.standing_after);
    let mut rows = vec![
        row("standing role assignments before", figures.standing_before.to_string()),
        row("standing role assignments after", figures.standing_after.to_string()),
    ];
    if let Some(percent) = (less * 100).checked_div(figures.standing_before) {
        rows.push(row("less standing access", format!("{percent} %")));
    }
    rows.extend([
        row("break-glass accounts untouched", figures.break_glass_kept.len().to_string()),
        row("refused, of all that was asked", figures.refused.len().to_string()),
        row("activations that came to be", (figures.expired + deactivated).to_string()),
        row("activations denied", figures.denied.to_string()),
        row("activations that timed out", figures.timed_out.to_string()),
    ]);
    if let Some(percent) = (approved * 100).checked_div(asked) {
        rows.push(row("approved, of those that needed it", format!("{percent} %")));
    }
    rows.push(row("eligibilities that the review removed", figures.review.removed.to_string()));
    let lost = tenant.break_glass.len() != figures.break_glass_kept.len();
    run.story.table(&rows);
    if lost {
        run.story
            .say("Not every break-glass account is Global Administrator without end: see to that first.");
    }
}
