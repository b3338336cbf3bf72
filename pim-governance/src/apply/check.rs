//! What is looked at before anything is done.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    client::Client,
    error::{Error, ErrorKind, Result},
    time::{Period, Timestamp},
};

use super::ApplyOptions;
use crate::plan::{Change, Fingerprint, Plan};

/// Code of a refusal because the plan is for another tenant.
pub const OTHER_TENANT: &str = "Apply.OtherTenant";
/// Code of a refusal because the client guards less than the plan promises.
pub const WEAKER_GUARDS: &str = "Apply.WeakerGuards";
/// Code of a refusal because the plan was made for another to carry out.
pub const OTHER_CALLER: &str = "Apply.OtherCaller";
/// Code of a refusal because the plan is too old.
pub const TOO_OLD: &str = "Apply.TooOld";
/// Code of a refusal because the plan contradicts itself.
pub const UNSOUND_PLAN: &str = "Apply.UnsoundPlan";

/// Clocks of two machines differ.
const SKEW: Period = Period::minutes(5);

/// Refuses a plan that must not be carried out through this client.
pub(super) fn check(client: &Client, plan: &Plan, options: &ApplyOptions) -> Result<()> {
    let now = client.clock().now();
    sound(plan, now)?;
    same_tenant(client, plan)?;
    guarded(client, plan)?;
    same_caller(client, plan)?;
    recent(plan, options.max_age, now)?;
    match &options.approval {
        Some(demand) => demand.check(plan, client.info().caller.as_ref(), now),
        None => Ok(()),
    }
}

fn same_tenant(client: &Client, plan: &Plan) -> Result<()> {
    match (&plan.tenant, &client.info().tenant) {
        (Some(planned), Some(here)) if planned != here => {
            let message = "the plan is for another tenant: sign in to that one, or plan anew for this";
            let error = Error::new(ErrorKind::InvalidInput, message).with_code(OTHER_TENANT);
            Err(error.with_context("planned", planned).with_context("here", here))
        }
        _ => Ok(()),
    }
}

fn guarded(client: &Client, plan: &Plan) -> Result<()> {
    let safeguards = client.safeguards();
    let weaker =
        |message: &'static str| Error::new(ErrorKind::PermissionDenied, message).with_code(WEAKER_GUARDS);
    if let Some(account) = plan.guarded.break_glass.difference(&safeguards.break_glass).next() {
        let message = "the plan guards a break-glass account that this client does not: name it in the client's \
                       safeguards too";
        return Err(weaker(message).with_context("principal", account));
    }
    if safeguards.min_administrators < plan.guarded.min_administrators {
        let message = "the plan keeps more administrators than this client does: raise the minimum in the client's \
                       safeguards";
        return Err(weaker(message)
            .with_context("planned", plan.guarded.min_administrators)
            .with_context("minimum", safeguards.min_administrators));
    }
    Ok(())
}

/// That whoever carries it out keeps the access to do so was proved for one caller only.
fn same_caller(client: &Client, plan: &Plan) -> Result<()> {
    match (&plan.guarded.caller, &client.info().caller) {
        (Some(planned), Some(here)) if planned != here => {
            let message = "the plan was made for another to carry out, whose own access it keeps: plan anew as who you \
                           are, or let them do it";
            let error = Error::new(ErrorKind::PermissionDenied, message).with_code(OTHER_CALLER);
            Err(error.with_context("planned", planned).with_context("here", here))
        }
        _ => Ok(()),
    }
}

fn recent(plan: &Plan, max_age: Option<Period>, now: Timestamp) -> Result<()> {
    let Some(max_age) = max_age else { return Ok(()) };
    let age = now.since(plan.taken_at);
    if age > max_age || plan.taken_at > now + SKEW {
        let message =
            "the plan rests on what was read too long ago, or in the future: read the tenant and plan anew";
        return Err(Error::new(ErrorKind::InvalidInput, message)
            .with_code(TOO_OLD)
            .with_context("read", plan.taken_at)
            .with_context("longest", max_age));
    }
    Ok(())
}

/// A plan comes from a file that anybody may have changed: its own promises are held against its steps.
fn sound(plan: &Plan, now: Timestamp) -> Result<()> {
    let mut known: BTreeMap<&Fingerprint, usize> = BTreeMap::new();
    let spared: BTreeSet<_> = plan.guarded.break_glass.union(&plan.guarded.protected).collect();
    for step in &plan.steps {
        let wrong = |message: &'static str| {
            Err(Error::new(ErrorKind::InvalidInput, message)
                .with_code(UNSOUND_PLAN)
                .with_context("step", step.id))
        };
        if step.wave >= plan.waves.len() {
            return wrong("a step is in a wave that the plan does not have: plan anew");
        }
        if step.after.iter().any(|before| known.get(before).is_none_or(|wave| *wave > step.wave)) {
            return wrong("a step depends on one that does not come before it: plan anew");
        }
        if known.insert(&step.id, step.wave).is_some() {
            return wrong("two steps have one fingerprint: plan anew");
        }
        if let Change::Grant(ask) = &step.change
            && (!ask.action.is_administrative() || ask.dry_run)
        {
            return wrong("a step asks for what no administrator's change is: plan anew");
        }
        if step.change.takes_away(now) && step.change.principal().is_some_and(|whose| spared.contains(whose))
        {
            return wrong(
                "a step takes something from an account that the plan promises to spare: plan anew",
            );
        }
    }
    Ok(())
}
