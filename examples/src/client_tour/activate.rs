//! Pilots activate: refused, approved, ended early, begun later, denied, left without answer.

use pim_core::{
    approval::{ApprovalKey, Decision},
    client::{Activate, Client, conditions},
    error::{Error, ErrorKind, Result, Retry},
    id::{PrincipalId, RoleId},
    policy::Session,
    privilege::Privilege,
    request::{Phase, Request, Ticket},
    time::{Period, Window},
};

use super::{
    convert::Converted,
    figures::{ActivationFigure, Refusal},
    run::Run,
    settings::{Plan, is_top},
    tenant::{Tenant, role_assignments},
    ways::{length, o_clock, sign_in, status},
};
use crate::cast;

const TICKET_SYSTEM: &str = "Service desk";
const PATIENCE: Period = Period::days(2);

/// Tells of what went wrong, and goes on.
macro_rules! tried {
    ($run:ident, $step:expr) => {
        if let Err(error) = $step {
            $run.story.point(format!("This did not go as meant: {error}."));
        }
    };
}

/// Somebody with an eligibility to try.
#[derive(Clone, Debug)]
struct Pilot {
    who: PrincipalId,
    name: String,
    privilege: Privilege,
    role: String,
}

pub(super) async fn chapter(run: &mut Run, tenant: &Tenant, plan: &Plan, converted: &[Converted]) {
    run.story.chapter("Activation");
    let top = top_pilots(run, tenant, plan, converted);
    match top.first() {
        Some(pilot) => tried!(run, with_approval(run, plan, pilot).await),
        None => run.story.say(
            "Nobody is here to try a role that needs approval: it takes an enabled person who was converted, \
             has a fitting second factor, and somebody else to approve.",
        ),
    }
    let everyday = everyday_pilots(tenant, converted);
    match (everyday.first(), everyday.get(1).or(everyday.first())) {
        (Some(first), Some(second)) => {
            tried!(run, ended_early(run, first).await);
            tried!(run, begun_later(run, second).await);
        }
        _ => run.story.say("Nobody is here to try a role without approval."),
    }
    if !top.is_empty() {
        let nth = |n: usize| &top[n % top.len()];
        tried!(run, denied(run, plan, nth(1)).await);
        tried!(run, timed_out(run, plan, nth(2)).await);
    }
}

/// Refused with every reason at once; asked properly; approved by somebody else; used; ended by itself.
async fn with_approval(run: &mut Run, plan: &Plan, pilot: &Pilot) -> Result<()> {
    let Pilot { who, name, privilege, role } = pilot;
    let careless = run.sign_in_as(who, Session::default());
    let ask = Activate { duration: Some(Period::hours(10)), ..Activate::new(privilege.clone()) };
    match careless.activate(ask).await {
        Ok(_) => run.story.at(run.o_clock(), format!("{name} got {role} for the asking.")),
        Err(error) => {
            let when = run.o_clock();
            run.story.at(when, format!("{name} signs in with a password, asks for {role}, 10 h. Refused:"));
            tell_reasons(run, &error);
            run.figures.refused.push(Refusal::new(who, privilege, &error));
        }
    }

    let client = strong(run, plan, who);
    let request = client.activate(properly(pilot, "Move the mail domain", "CHG-2041")).await?;
    let when = run.o_clock();
    run.story.at(
        when,
        format!("{name} signs in as demanded and asks with reason and ticket: {}.", status(&request.status)),
    );
    run.clock.advance(Period::minutes(12));
    decide(run, plan, pilot, &request, Decision::Approve).await?;
    let seen = client.wait_for(&request.key(), conditions::active, PATIENCE).await?;
    let window = seen.instance.map(|instance| instance.window);
    let until = window.and_then(|window| window.end()).map_or_else(String::new, o_clock);
    let when = run.o_clock();
    run.story.at(when, format!("Active until {until}. {name} uses it: {}.", reads(&client).await));
    client.wait_for(&request.key(), conditions::ended, PATIENCE).await?;
    let when = run.o_clock();
    run.story.at(when, format!("Ended by itself. The same again: {}.", reads(&client).await));
    note(run, &client, &request, "expired", window).await
}

/// A role without approval: active at once; not to be ended in its first five minutes.
async fn ended_early(run: &mut Run, pilot: &Pilot) -> Result<()> {
    let Pilot { who, name, privilege, role } = pilot;
    let client = run.sign_in(who);
    let request = client.activate(properly(pilot, "Reset a device", "INC-7311")).await?;
    let seen = client.wait_for(&request.key(), conditions::active, PATIENCE).await?;
    let window = seen.instance.map(|instance| instance.window);
    let lasts = window.and_then(|window| window.length()).unwrap_or_default();
    let when = run.o_clock();
    run.story
        .at(when, format!("{name} activates {role}, which needs no approval: active for {}.", length(lasts)));
    if let Err(error) = client.deactivate(privilege).await {
        let Retry::After(wait) = error.retry() else { return Err(error) };
        let when = run.o_clock();
        run.story.at(when, format!("Done already, but: {}.", error.message()));
        run.figures.refused.push(Refusal::new(who, privilege, &error));
        run.clock.advance(wait);
        client.deactivate(privilege).await?;
    }
    client.wait_for(&request.key(), conditions::ended, PATIENCE).await?;
    let when = run.o_clock();
    run.story.at(when, format!("{name} ends it early."));
    let now = run.now();
    let used = window.and_then(|window| Window::new(window.start(), Some(now)).ok());
    note(run, &client, &request, "deactivated", used).await
}

/// A start in the future: granted now, in force then.
async fn begun_later(run: &mut Run, pilot: &Pilot) -> Result<()> {
    let Pilot { who, name, role, .. } = pilot;
    let client = run.sign_in(who);
    let start = run.now() + Period::hours(20);
    let ask = Activate {
        start: Some(start),
        duration: Some(Period::hours(2)),
        ..properly(pilot, "Planned maintenance", "CHG-2055")
    };
    let request = client.activate(ask).await?;
    let when = run.o_clock();
    run.story.at(
        when,
        format!("{name} asks for {role} from {}, for 2 h: {}.", o_clock(start), status(&request.status)),
    );
    let seen = client.wait_for(&request.key(), conditions::active, PATIENCE).await?;
    let when = run.o_clock();
    run.story.at(when, "Active, as planned.");
    client.wait_for(&request.key(), conditions::ended, PATIENCE).await?;
    let when = run.o_clock();
    run.story.at(when, "Ended by itself.");
    note(run, &client, &request, "expired", seen.instance.map(|instance| instance.window)).await
}

async fn denied(run: &mut Run, plan: &Plan, pilot: &Pilot) -> Result<()> {
    let client = strong(run, plan, &pilot.who);
    let request = client.activate(properly(pilot, "Have a look around", "INC-7402")).await?;
    let when = run.o_clock();
    run.story.at(when, format!("{} asks for {} to have a look around.", pilot.name, pilot.role));
    run.clock.advance(Period::minutes(25));
    decide(run, plan, pilot, &request, Decision::Deny).await?;
    note(run, &client, &request, "denied", None).await
}

async fn timed_out(run: &mut Run, plan: &Plan, pilot: &Pilot) -> Result<()> {
    let client = strong(run, plan, &pilot.who);
    let request = client.activate(properly(pilot, "Set up the new domain", "CHG-2077")).await?;
    let when = run.o_clock();
    run.story.at(when, format!("{} asks for {} and nobody answers.", pilot.name, pilot.role));
    let seen = client.wait_for(&request.key(), conditions::decided, PATIENCE).await?;
    let now = seen.request.map_or(request.status.clone(), |request| request.status);
    let when = run.o_clock();
    run.story.at(when, format!("A day later the request is {}.", status(&now)));
    note(run, &client, &request, "timed_out", None).await
}

/// Decides as one of the approvers, who finds the request in the list of what waits for them.
async fn decide(
    run: &mut Run,
    plan: &Plan,
    pilot: &Pilot,
    request: &Request,
    answer: Decision,
) -> Result<()> {
    if request.phase() != Phase::Pending {
        return Ok(());
    }
    let lacking = || Error::new(ErrorKind::NotFound, "nobody else is there to decide");
    let approver = approver(run, plan, &pilot.who).ok_or_else(lacking)?;
    let client = run.sign_in(&approver);
    let waiting = client.pending_approvals().collect_all().await?;
    let found = waiting.iter().find(|waiting| waiting.id == request.id).and_then(Request::approval_key);
    let key: ApprovalKey = found.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "the request does not wait for the one who should decide")
    })?;
    let name = run.person(&approver);
    let when = run.o_clock();
    if answer == Decision::Deny {
        client.deny(&key, Some("A reader role will do".into())).await?;
        run.story.at(when, format!("{name} denies it: a reader role will do."));
    } else {
        client.approve(&key, Some("Change is planned and agreed".into())).await?;
        run.story.at(when, format!("{name} finds it among the approvals that wait, and approves."));
    }
    Ok(())
}

fn tell_reasons(run: &mut Run, error: &Error) {
    for violation in error.violations() {
        run.story.point(&*violation.message);
    }
    if let Some(step_up) = error.step_up() {
        run.story.point(format!("sign in again: {} is demanded", sign_in(step_up)));
    }
    if error.violations().is_empty() && error.step_up().is_none() {
        run.story.point(error.message());
    }
}

/// Reading everybody's assignments takes an administrator.
async fn reads(client: &Client) -> String {
    match role_assignments(client).await {
        Ok(all) => format!("reads all {} role assignments of the tenant", all.len()),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => "refused".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Keeps the figures of an activation that is over.
async fn note(
    run: &mut Run,
    client: &Client,
    request: &Request,
    ended: &str,
    window: Option<Window>,
) -> Result<()> {
    let request = client.get_request(&request.key()).await?;
    let approval = match request.approval_key() {
        Some(key) => Some(client.get_approval(&key).await?),
        None => None,
    };
    let decided = approval.and_then(|approval| approval.stages.into_iter().find_map(|stage| stage.decided));
    match ended {
        "expired" => run.figures.expired += 1,
        "denied" => run.figures.denied += 1,
        "timed_out" => run.figures.timed_out += 1,
        _ => {}
    }
    let Some(role) = request.asked.privilege.role_id().cloned() else { return Ok(()) };
    run.figures.activations.push(ActivationFigure {
        principal: request.asked.principal.clone(),
        role,
        status: request.status.to_string(),
        ended: ended.to_owned(),
        starts: window.and_then(|window| window.start()),
        ends: window.and_then(|window| window.end()),
        approved_by: decided.filter(|d| d.decision == Decision::Approve).and_then(|d| d.by),
    });
    Ok(())
}

fn properly(pilot: &Pilot, why: &str, ticket: &str) -> Activate {
    Activate {
        justification: Some(why.into()),
        ticket: Some(Ticket::new(ticket, TICKET_SYSTEM)),
        ..Activate::new(pilot.privilege.clone())
    }
}

/// Signed in as the top roles demand it.
fn strong(run: &Run, plan: &Plan, who: &PrincipalId) -> Client {
    let contexts = plan.context.iter().cloned().collect();
    run.sign_in_as(who, Session { mfa: true, contexts, ..Session::default() })
}

/// Of the approvers the first who is not the requestor, the administrator last; where none are named, the
/// administrator stands in.
fn approver(run: &Run, plan: &Plan, requestor: &PrincipalId) -> Option<PrincipalId> {
    let administrator = run.administrator.as_ref();
    let stands_in = |who: &&PrincipalId| plan.approvers.is_empty() || plan.approvers.contains(who);
    let others = plan.approvers.iter().filter(|who| Some(*who) != administrator);
    others.chain(administrator.filter(stands_in)).find(|who| *who != requestor).cloned()
}

/// Who is eligible for Global Administrator, or else for another top role, since the conversion, and can sign
/// in as that demands.
fn top_pilots(run: &Run, tenant: &Tenant, plan: &Plan, converted: &[Converted]) -> Vec<Pilot> {
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let able = |c: &&Converted| {
        let user = tenant.user(&c.principal).filter(|user| user.enabled);
        let signs_in = user.is_some_and(|user| match plan.context {
            Some(_) => cast::resists_phishing(user),
            None => user.has_second_factor() == Some(true),
        });
        signs_in && is_top(&c.privilege) && approver(run, plan, &c.principal).is_some()
    };
    let mut pilots: Vec<&Converted> = converted.iter().filter(able).collect();
    // Those who approve others come last.
    pilots.sort_by_key(|c| (c.privilege != global, plan.approvers.contains(&c.principal)));
    let first = pilots.first().map(|c| c.privilege.clone());
    pilots.retain(|c| Some(&c.privilege) == first.as_ref());
    pilots.into_iter().map(|c| pilot(tenant, c)).collect()
}

/// Who may activate another role since the conversion; two different people where there are two.
fn everyday_pilots(tenant: &Tenant, converted: &[Converted]) -> Vec<Pilot> {
    let able = |c: &&Converted| {
        let user = tenant.user(&c.principal);
        !is_top(&c.privilege)
            && user.is_some_and(|user| user.enabled && user.has_second_factor() == Some(true))
    };
    let mut pilots: Vec<Pilot> = converted.iter().filter(able).map(|c| pilot(tenant, c)).collect();
    pilots.dedup_by(|a, b| a.who == b.who);
    pilots
}

fn pilot(tenant: &Tenant, converted: &Converted) -> Pilot {
    Pilot {
        who: converted.principal.clone(),
        name: tenant.name(&converted.principal),
        privilege: converted.privilege.clone(),
        role: tenant.privilege_name(&converted.privilege),
    }
}
