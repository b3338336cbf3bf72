//! The chapters, in their order.

use std::{collections::BTreeMap, fs};

use pim_core::{directory::User, id::PrincipalId, policy::Policy, privilege::Privilege};
use pim_governance::{
    analysis::{AnalysisOptions, Code, Findings, Severity, analyse},
    apply::{ApplyOptions, Journal, Outcome, Rehearsal, apply, rehearse},
    compliance::{self, Compliance},
    desired::{Design, DesignOptions, Target, design_from},
    discover::{DiscoverOptions, discover},
    names::Names,
    plan::{Change, Plan, PlanOptions, plan},
    reference::{Reference, Tier},
    render::Report,
    snapshot::{Snapshot, SourceKind},
    verify::{Actors, Verdict, Verification, VerifyOptions, verify},
};

use super::roll_out::RollOut;

/// Runs the whole of it.
///
/// # Errors
/// In words: what went wrong, and in which chapter.
pub(super) async fn all(run: &mut RollOut) -> Result<(), String> {
    let before = discovery(run).await?;
    let (design, target) = designing(run, &before)?;
    let (_, findings, assessed) = judged(run, &before);
    let plan = planning(run, &before, &target)?;
    if run.plan_only {
        let report = Report {
            findings: Some(&findings),
            compliance: Some(&assessed),
            ..page(&before, &design, &plan)
        };
        return report_of(run, &report);
    }
    let outcome = applying(run, &plan, &target).await?;
    let after = discover(&run.sign_in(&run.administrator)?, &sources()).await;
    let after = after.map_err(|error| format!("the tenant can't be read again: {error}"))?;
    let verification = verifying(run, &after).await?;
    let (options, findings, assessed) = judged(run, &after);
    let report = Report {
        before: Some(&before),
        findings: Some(&findings),
        compliance: Some(&assessed),
        outcome: Some(&outcome),
        verification: verification.as_ref(),
        safeguards: Some(&options.safeguards),
        ..page(&after, &design, &plan)
    };
    report_of(run, &report)?;
    let unfinished = outcome.rows.iter().filter(|row| !row.status.is_good()).count();
    match verification {
        _ if unfinished > 0 => Err(format!("{unfinished} steps were not done; the report tells why")),
        Some(verification) if verification.is_failed() => {
            Err("a check failed; the report tells which".to_owned())
        }
        _ => Ok(()),
    }
}

/// Reads everything, and tells what is wrong with it.
async fn discovery(run: &mut RollOut) -> Result<Snapshot, String> {
    run.story.chapter("Discover");
    let client = run.sign_in(&run.administrator)?;
    let read = discover(&client, &sources()).await;
    let snapshot = read.map_err(|error| format!("the tenant can't be read: {error}"))?;
    // Guards are only as good as what they are told: the accounts for emergencies are found before anything else.
    let found = design_from(&snapshot, Reference::builtin(), &DesignOptions::default());
    let guarded = found.resolve(&snapshot).map_err(|faults| list_of(&faults))?;
    run.safeguards = guarded.safeguards;

    let standing = snapshot.assignments.iter().filter(|row| row.is_standing()).count();
    run.story.say(format!(
        "{}: {} people, {} groups, {} applications; {standing} assignments stand, {} may be activated.",
        run.company().to_owned(),
        snapshot.users.len(),
        snapshot.groups.len(),
        snapshot.service_principals.len(),
        snapshot.eligibilities.len(),
    ));
    let unread: Vec<_> = snapshot
        .coverage
        .iter()
        .filter(|(_, reading)| !reading.coverage.is_complete())
        .map(|(source, reading)| format!("{source} ({})", reading.coverage))
        .collect();
    if !unread.is_empty() {
        run.story.say("Not read, and so not judged:");
        unread.iter().for_each(|source| run.story.point(source));
    }
    let (_, findings, assessed) = judged(run, &snapshot);
    tell_findings(run, &findings, &assessed);
    Ok(snapshot)
}

/// All but Azure's: those roles are for the owners of the subscriptions.
fn sources() -> DiscoverOptions {
    let all = DiscoverOptions::default();
    let is_azure = |source: &SourceKind| source.as_str().starts_with("azure_");
    DiscoverOptions {
        sources: all.sources.iter().copied().filter(|source| !is_azure(source)).collect(),
        ..all
    }
}

/// What is wrong with a tenant, and how it does by the published baseline.
fn judged(run: &RollOut, snapshot: &Snapshot) -> (AnalysisOptions, Findings, Compliance) {
    let options = AnalysisOptions { safeguards: run.safeguards.clone(), ..AnalysisOptions::default() };
    let findings = analyse(snapshot, Reference::builtin(), &options);
    (options, findings, compliance::assess(snapshot, Reference::builtin()))
}

fn tell_findings(run: &mut RollOut, findings: &Findings, assessed: &Compliance) {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, Code), usize> = BTreeMap::new();
    for finding in &findings.findings {
        *counts.entry((std::cmp::Reverse(finding.severity), finding.code)).or_default() += 1;
    }
    let mut rows = vec![["Findings", "severity", "how many"].map(str::to_owned).to_vec()];
    rows.extend(
        counts
            .iter()
            .take(8)
            .map(|((severity, code), n)| vec![code.to_string(), severity.0.to_string(), n.to_string()]),
    );
    if let Some(rest) = counts.len().checked_sub(8).filter(|rest| *rest > 0) {
        let findings: usize = counts.values().skip(8).sum();
        rows.push(vec![format!("{rest} more kinds"), String::new(), findings.to_string()]);
    }
    run.story.table(&rows);
    let failed: Vec<_> = assessed
        .results
        .iter()
        .filter(|result| matches!(result.verdict, compliance::Verdict::Fail))
        .map(|result| result.check.to_string())
        .collect();
    run.story.say(match failed.len() {
        0 => "By CISA's SCuBA baseline nothing fails.".to_owned(),
        n => {
            format!("By CISA's SCuBA baseline {n} of {} fail: {}.", assessed.results.len(), failed.join(", "))
        }
    });
}

/// The design: proposed from what stands, or the one that was given.
fn designing(run: &mut RollOut, snapshot: &Snapshot) -> Result<(Design, Target), String> {
    run.story.chapter("Design");
    let design = match run.design.take() {
        Some((path, design)) => {
            run.story.say(format!("The roles table is the one in {}.", path.display()));
            design
        }
        None => {
            let options =
                DesignOptions { break_glass: run.safeguards.break_glass.clone(), ..DesignOptions::default() };
            let design = design_from(snapshot, Reference::builtin(), &options);
            let path = run.write("design.yaml", &design.to_yaml())?;
            run.story.say(format!(
                "A roles table of {} rows was proposed from what stands and written to {path}: edit it, and run this \
                 again with --design.",
                design.roles.len()
            ));
            design
        }
    };
    let target = design.resolve(snapshot).map_err(|faults| list_of(&faults))?;
    let names = Names::of(snapshot);
    let accounts: Vec<_> =
        target.safeguards.break_glass.iter().map(|id| names.principal(id).into_owned()).collect();
    run.safeguards = target.safeguards.clone();
    run.story.say(match accounts.as_slice() {
        [] => "No break-glass account was found. Make two before you do this in a real tenant.".to_owned(),
        some => format!("Break-glass accounts, which nothing below may touch: {}.", some.join(", ")),
    });
    Ok((design, target))
}

fn list_of(faults: &[impl std::fmt::Display]) -> String {
    let lines: Vec<_> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    format!("the design does not fit the tenant:{}", lines.concat())
}

fn planning(run: &mut RollOut, snapshot: &Snapshot, target: &Target) -> Result<Plan, String> {
    run.story.chapter("Plan");
    let made = plan(snapshot, target, &PlanOptions::default()).map_err(|error| error.to_string())?;
    let path = run.out.join("plan.json");
    made.save(&path).map_err(|error| error.to_string())?;
    let mut rows = vec![["Wave", "steps", "settings", "granted", "taken"].map(str::to_owned).to_vec()];
    for (wave, name) in made.waves.iter().enumerate() {
        let steps: Vec<_> = made.steps.iter().filter(|step| step.wave == wave).collect();
        let having = |test: &dyn Fn(&Change) -> bool| steps.iter().filter(|step| test(&step.change)).count();
        let taken = having(&|change| change.takes_away(made.taken_at));
        let settings = having(&|change| !matches!(change, Change::Grant(_)));
        let figures = [steps.len(), settings, steps.len() - settings - taken, taken];
        rows.push([name.clone()].into_iter().chain(figures.map(|n| n.to_string())).collect());
    }
    run.story.table(&rows);
    run.story.say(format!(
        "Usable administrators: {} before, {} after; at least {} must stay. The plan is in {}.",
        made.administrators.before.len(),
        made.administrators.after.len(),
        made.guarded.min_administrators,
        path.display(),
    ));
    let mut reasons: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for refused in &made.refused {
        *reasons.entry((&refused.code, &refused.message)).or_default() += 1;
    }
    if !reasons.is_empty() {
        run.story.say("Wanted, and not planned:");
        let told: Vec<_> = reasons.iter().map(|((code, why), n)| format!("{n} x {why} [{code}]")).collect();
        told.iter().for_each(|reason| run.story.point(reason));
    }
    Ok(made)
}

async fn applying(run: &mut RollOut, made: &Plan, target: &Target) -> Result<Outcome, String> {
    run.story.chapter("Apply");
    let client = run.sign_in(&run.administrator)?;
    let options = ApplyOptions::default();
    let tried = rehearse(&client, made, Rehearsal::WhatIf, &options, &()).await;
    let tried = tried.map_err(|error| format!("the plan can't be rehearsed: {error}"))?;
    run.story.say(format!("Rehearsed first, with nothing sent: {}.", tried.summary()));
    let path = run.out.join("journal.jsonl");
    // Each run of this example begins with a new tenant.
    let _ = fs::remove_file(&path);
    let mut journal = Journal::create(&path).map_err(|error| error.to_string())?;
    let done = apply(&client, made, &mut journal, &options, &()).await;
    let outcome = done.map_err(|error| format!("the plan can't be carried out: {error}"))?;
    run.story.say(format!(
        "{}. Every step is in {}, from which the run could go on after a crash, or be taken back.",
        outcome.summary(),
        path.display()
    ));
    let names = |id: &Option<PrincipalId>| id.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    for row in outcome.rows.iter().filter(|row| !row.status.is_good()).take(5) {
        let why = row.failure.as_ref().map(|failure| failure.message.as_str()).or(row.reason.as_deref());
        run.story.point(format!("{}{}: {}", row.status, names(&row.principal), why.unwrap_or(&row.why)));
    }
    let now = discover(&client, &sources()).await.map_err(|error| error.to_string())?;
    let again = plan(&now, target, &PlanOptions::default()).map_err(|error| error.to_string())?;
    run.story.say(match again.steps.len() {
        0 => "Planned once more, nothing is left to do.".to_owned(),
        n => format!("Planned once more, {n} steps are left."),
    });
    Ok(outcome)
}

/// Somebody who was converted tries what they now may: with approval where the role demands it.
async fn verifying(run: &mut RollOut, snapshot: &Snapshot) -> Result<Option<Verification>, String> {
    run.story.chapter("Verify");
    let Some(cast) = Cast::of(run, snapshot) else {
        run.story.say("Nobody is eligible who could try it with a second factor, so nothing was tested.");
        return Ok(None);
    };
    let actors = Actors {
        admin: Some(run.sign_in(&cast.reader)?),
        requestor: Some(run.sign_in(&cast.requestor)?),
        approver: cast.approver.as_ref().map(|who| run.sign_in(who)).transpose()?,
        unverified: Some(run.sign_in_with_password(&cast.requestor)?),
    };
    let options = VerifyOptions {
        approved_privilege: cast.approved.clone(),
        highly_privileged: cast.approved.iter().chain([&cast.privilege]).cloned().collect(),
        ..VerifyOptions::new(cast.privilege.clone())
    };
    let verification = verify(&actors, &options, |_| ()).await;
    let verification = verification.map_err(|error| format!("the verification can't begin: {error}"))?;
    for check in &verification.checks {
        let verdict = match &check.verdict {
            Verdict::Passed => "passed".to_owned(),
            Verdict::Failed(why) => format!("FAILED: {why}"),
            Verdict::NotRun(why) => format!("not run: {why}"),
        };
        run.story.point(format!("{}: {verdict}", check.test));
    }
    Ok(Some(verification))
}

/// Who tries what.
struct Cast {
    requestor: PrincipalId,
    privilege: Privilege,
    approved: Option<Privilege>,
    approver: Option<PrincipalId>,
    /// Who may read the audit log.
    reader: PrincipalId,
}

impl Cast {
    /// Somebody with a second factor who may activate one role alone and one that somebody else can approve; or at least
    /// one of the two. Of several roles those of the lowest tier.
    fn of(run: &RollOut, snapshot: &Snapshot) -> Option<Self> {
        let tiers = Reference::builtin().tiers(snapshot);
        let able = |who: &PrincipalId| {
            let user = snapshot.users.iter().find(|user| user.id == *who);
            user.is_some_and(|user| user.enabled && user.has_second_factor() == Some(true))
        };
        let mut alone: BTreeMap<&PrincipalId, (Tier, &Privilege)> = BTreeMap::new();
        let mut approved: BTreeMap<&PrincipalId, (Tier, &Privilege, PrincipalId)> = BTreeMap::new();
        for row in &snapshot.eligibilities {
            let policy = snapshot.policies.iter().find(|policy| policy.subject == row.privilege);
            let Some(activation) = policy.map(Policy::activation).filter(|activation| !activation.ticket)
            else {
                continue;
            };
            if !able(&row.principal)
                || row.principal == run.administrator
                || !row.is_in_force(snapshot.taken_at)
            {
                continue;
            }
            let tier = tiers.of(&row.privilege).unwrap_or(Tier::Control);
            let Some(approval) = activation.approval else {
                let best = alone.entry(&row.principal).or_insert((tier, &row.privilege));
                *best = (*best).max((tier, &row.privilege));
                continue;
            };
            let other =
                approval.approvers().find(|approver| approver.id != row.principal && able(&approver.id));
            if let Some(approver) = other {
                approved.entry(&row.principal).or_insert((tier, &row.privilege, approver.id.clone()));
            }
        }
        let both = alone.keys().find(|who| approved.contains_key(**who));
        let requestor = *both.or_else(|| alone.keys().next()).or_else(|| approved.keys().next())?;
        let with = approved.get(requestor);
        let privilege = alone
            .get(requestor)
            .map(|(_, privilege)| *privilege)
            .or(with.map(|(_, privilege, _)| *privilege))?;
        Some(Self {
            requestor: requestor.clone(),
            privilege: privilege.clone(),
            approved: with.map(|(_, privilege, _)| (*privilege).clone()),
            approver: with.map(|(_, _, approver)| approver.clone()),
            reader: reader(run, snapshot),
        })
    }
}

/// Who still holds a role that reads the audit log; the administrator where nobody does.
fn reader(run: &RollOut, snapshot: &Snapshot) -> PrincipalId {
    let reads = |privilege: &Privilege| {
        let facts = privilege.role_id().and_then(|role| Reference::builtin().role(role));
        facts.is_some_and(|facts| {
            matches!(facts.name.as_str(), "Global Reader" | "Security Reader" | "Reports Reader")
        })
    };
    let holds = |who: &&User| {
        who.enabled
            && snapshot
                .assignments
                .iter()
                .any(|row| row.principal == who.id && row.is_standing() && reads(&row.privilege))
    };
    snapshot.users.iter().find(holds).map_or_else(|| run.administrator.clone(), |user| user.id.clone())
}

fn page<'a>(snapshot: &'a Snapshot, design: &'a Design, plan: &'a Plan) -> Report<'a> {
    Report { snapshot: Some(snapshot), design: Some(design), plan: Some(plan), ..Report::default() }
}

fn report_of(run: &mut RollOut, report: &Report<'_>) -> Result<(), String> {
    run.story.chapter("Report");
    let title = format!("Privileged access at {}", run.company());
    let report = Report { title: Some(&title), safeguards: Some(&run.safeguards), ..*report };
    let html = report.html().map_err(|error| format!("the report can't be written: {error}"))?;
    let path = run.write("report.html", &html)?;
    run.story.say(format!("All of this, for people who were not here: {path}"));
    Ok(())
}
