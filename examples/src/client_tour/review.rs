//! A quarterly review of one role's eligibilities.

use std::collections::BTreeMap;

use pim_core::{
    audit::TargetKind,
    backend::{AuditQuery, Filter},
    client::{Activate, Client},
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, RoleId},
    privilege::{DirectoryScope, Privilege},
    request::Ticket,
    review::{
        DefaultDecision, NewReview, NewVerdict, Population, Recurrence, ReviewItem, ReviewRound, ReviewScope,
        ReviewSettings, ReviewStatus, ReviewSummary, Reviewed, Reviewer, RoundKey, Verdict,
    },
    schedule::Eligibility,
    time::{Period, Timestamp},
};

use super::{
    figures::{Refusal, ReviewFigures},
    run::Run,
    settings::Plan,
    tenant::{Tenant, eligibilities},
    ways::list,
};

const IDLE: Period = Period::days(90);

pub(super) async fn chapter(run: &mut Run, tenant: &Tenant, plan: &Plan) {
    run.story.chapter("Quarterly review");
    if let Err(error) = review(run, tenant, plan).await {
        run.story.say(format!("The review could not be carried through: {error}."));
    }
}

async fn review(run: &mut Run, tenant: &Tenant, plan: &Plan) -> Result<()> {
    let Some(administrator) = run.administrator.clone() else { return Ok(()) };
    let client = run.sign_in(&administrator);
    let before = eligibilities(&client, Filter::default()).await?;
    let Some(role) = most_eligible(&before) else {
        run.story.say("Nobody is eligible for anything, so there is nothing to review.");
        return Ok(());
    };
    let reviewers =
        if plan.approvers.is_empty() { vec![administrator.clone()] } else { plan.approvers.clone() };
    let name = tenant.role_name(&role);
    let made = client.create_review(&definition(&name, &role, &reviewers)).await?;
    run.story.say(format!(
        "Every three months {} say who still needs {name}, within 14 days. Denied access goes by itself, and so \
         does access that nobody vouches for: that is the default decision chosen here.",
        tenant.names(&reviewers)
    ));
    let first = client.rounds(&made.id, None).collect_all().await?.into_iter().next();
    let round = first.ok_or_else(|| Error::new(ErrorKind::NotFound, "the review has no round"))?;
    reached(run, &client, &round.key, |round| round.status == ReviewStatus::InProgress).await?;
    run.clock.advance(Period::days(2));
    answer(run, tenant, &round.key, &role, &reviewers[0]).await?;
    if let Some(end) = round.window.end() {
        // Some services tell times in whole milliseconds only: the end itself may lie within the last.
        run.clock.advance(end.since(run.now()) + Period::from_ticks(9_999));
    }
    reached(run, &client, &round.key, |round| round.status == ReviewStatus::Applied).await?;

    let items = client.items(&round.key, None).collect_all().await?;
    let summary = ReviewSummary::of(&items);
    let of_role = Filter { role: Some(role.clone()), ..Filter::default() };
    let left = eligibilities(&client, of_role).await?;
    run.figures.review = ReviewFigures {
        items: summary.items,
        approved: summary.approved,
        denied: summary.denied,
        no_response: summary.no_response,
        removed: summary.removed,
    };
    let when = run.o_clock();
    run.story.at(
        when,
        format!(
            "Two weeks are over and the result is applied: {} removed, {} kept; {} may still activate.",
            summary.removed,
            summary.kept,
            left.len()
        ),
    );
    refused_now(run, tenant, &items).await;
    Ok(())
}

/// Waits, an hour at a time and a week at most, until a round has come so far.
async fn reached(
    run: &Run,
    client: &Client,
    key: &RoundKey,
    so_far: impl Fn(&ReviewRound) -> bool,
) -> Result<()> {
    for _ in 0..7 * 24 {
        let rounds = client.rounds(&key.review, None).collect_all().await?;
        if rounds.iter().any(|round| round.key == *key && so_far(round)) {
            return Ok(());
        }
        run.clock.advance(Period::hours(1));
    }
    Err(Error::new(ErrorKind::Timeout, "the round did not come so far within a week"))
}

fn definition(name: &str, role: &RoleId, reviewers: &[PrincipalId]) -> NewReview {
    NewReview {
        name: format!("Who still needs {name}?"),
        scope: ReviewScope {
            privilege: Privilege::role(role.clone()),
            population: Population::Eligible,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: reviewers.iter().cloned().map(Reviewer::User).collect(),
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings {
            recurrence: Some(Recurrence::QUARTERLY),
            default_decision: DefaultDecision::Deny,
            auto_apply: true,
            justification_required: true,
            ..ReviewSettings::default()
        },
        stages: Vec::new(),
    }
}

/// When each holder activated the role last, from the audit log: not every service tells it with a review's items.
async fn used_last(run: &Run, role: &RoleId) -> Result<BTreeMap<PrincipalId, Timestamp>> {
    let mut last = BTreeMap::new();
    let Some(administrator) = &run.administrator else { return Ok(last) };
    let activity = Some("Add member to role completed (PIM activation)".into());
    let query = AuditQuery { activity, from: Some(run.now() - IDLE), ..AuditQuery::default() };
    for record in run.sign_in(administrator).audit(&query, None).collect_all().await? {
        let of = |kind: TargetKind| record.targets.iter().find(|target| target.kind == kind);
        let holder = of(TargetKind::User).and_then(|target| target.id.parse().ok());
        if let (Some(holder), true) = (holder, of(TargetKind::Role).is_some_and(|target| *role == *target.id))
        {
            let latest = last.entry(holder).or_insert(record.at);
            *latest = (*latest).max(record.at);
        }
    }
    Ok(last)
}

/// The reviewer keeps who activated in the last 90 days, denies who is disabled or has not signed in for so
/// long, and says nothing about the rest.
async fn answer(
    run: &mut Run,
    tenant: &Tenant,
    key: &RoundKey,
    role: &RoleId,
    reviewer: &PrincipalId,
) -> Result<()> {
    let client = run.sign_in(reviewer);
    let now = run.now();
    let (mut kept, mut denied, mut silent) = (Vec::new(), Vec::new(), 0);
    let mut verdicts = Vec::new();
    let used_last = used_last(run, role).await?;
    for item in client.items(key, None).collect_all().await? {
        let user = tenant.user(&item.principal);
        let last = used_last.get(&item.principal).copied();
        let used = last.is_some_and(|at| now.since(at) <= IDLE);
        let idle = user.is_some_and(|user| {
            !user.enabled || user.last_sign_in.is_none_or(|at| run.began.since(at) > IDLE)
        });
        let (verdict, why) = match (used, idle) {
            (true, _) => (Verdict::Approve, "Activated within the last 90 days"),
            (false, true) => (Verdict::Deny, "No sign-in for 90 days"),
            (false, false) => {
                silent += 1;
                continue;
            }
        };
        let names = if verdict == Verdict::Approve { &mut kept } else { &mut denied };
        names.push(tenant.name(&item.principal));
        verdicts.push(NewVerdict { item: item.id, verdict, justification: Some(why.into()) });
    }
    if !verdicts.is_empty() {
        client.record(key, &verdicts).await?;
    }
    let when = run.o_clock();
    let who = tenant.name(reviewer);
    run.story.at(when, format!(
        "{who} approves {} (activated lately), denies {} (not seen for 90 days), and leaves {silent} unanswered.",
        list(&kept), list(&denied)
    ));
    Ok(())
}

/// Somebody whose access the review removed tries to activate.
async fn refused_now(run: &mut Run, tenant: &Tenant, items: &[ReviewItem]) {
    let denied = items.iter().filter(|item| *item.final_verdict() == Verdict::Deny);
    let enabled = denied.filter(|item| tenant.user(&item.principal).is_some_and(|user| user.enabled));
    // One whom a reviewer denied rather than one whom nobody vouched for.
    let Some(item) = enabled.min_by_key(|item| item.final_reviewer().is_none()) else { return };
    let ask = Activate {
        justification: Some("As always".into()),
        ticket: Some(Ticket::new("INC-7500", "Service desk")),
        ..Activate::new(item.privilege.clone())
    };
    if let Err(error) = run.sign_in(&item.principal).activate(ask).await {
        let why = error.violations().first().map_or(error.message(), |violation| &*violation.message);
        let when = run.o_clock();
        run.story
            .at(when, format!("{} tries to activate and is refused: {why}.", tenant.name(&item.principal)));
        run.figures.refused.push(Refusal::new(&item.principal, &item.privilege, &error));
    }
}

/// The Entra role for which, in the whole tenant, most are eligible.
fn most_eligible(eligibilities: &[Eligibility]) -> Option<RoleId> {
    let mut counts: BTreeMap<&RoleId, usize> = BTreeMap::new();
    for eligibility in eligibilities {
        if let Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } = &eligibility.privilege {
            *counts.entry(role).or_default() += 1;
        }
    }
    counts.into_iter().max_by_key(|(_, n)| *n).map(|(role, _)| role.clone())
}
