//! From what stands to what is wanted: ordered, explained, guarded steps.

pub mod codes;
mod compare;
mod drift;
mod facts;
mod file;
mod fingerprint;
mod hash;
mod item;
mod judge;
mod model;
mod order;
mod replace;
mod rows;
mod state;
mod web;
mod wish;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use pim_core::{
    error::Result, id::PrincipalId, principal::PrincipalKind, request::Ticket, sensitive::Sensitive,
};

pub use self::{
    drift::{Drift, DriftKind, DriftRow, drift},
    fingerprint::Fingerprint,
    model::{Change, Fact, Guarded, MAX_AGE, Notice, Plan, Refused, Remaining, Risk, Step},
};
use self::{
    facts::Facts,
    judge::Judge,
    rows::Rows,
    state::{ADMINISTRATORS, State},
    wish::Wishes,
};
use crate::{desired::Target, snapshot::Snapshot};

/// How to plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct PlanOptions {
    /// The reason given with every request; `None` for each step's own, in plain words.
    pub justification: Option<Sensitive<String>>,
    /// The ticket named with every request.
    pub ticket: Option<Ticket>,
    /// What the caller is who will carry it out; `None` to see whether the snapshot lists it as an application.
    pub caller_kind: Option<PrincipalKind>,
}

/// Plans what has to be done so that a tenant is as wanted.
///
/// Nothing is read or changed. The plan is for the caller who took the snapshot. Every prefix of its steps leaves a
/// tenant in which no guard is broken, and so does the whole; what a guard forbids is in [`Plan::refused`] with all that
/// hangs on it, and the rest is planned. What depends on a source that was not wholly read is left as it is and the
/// source named in [`Plan::unread`].
///
/// # Errors
/// `InvalidInput` for a target that contradicts itself, with the place.
pub fn plan(snapshot: &Snapshot, target: &Target, options: &PlanOptions) -> Result<Plan> {
    let wishes = Wishes::of(target)?;
    let facts = Facts::of(snapshot);
    let rows = Rows::of(snapshot, &wishes);
    let mut found = compare::compare(&facts, &wishes, &rows, options);
    let groups = target.grants.iter().map(|grant| grant.privilege.clone());
    let state = State::of(snapshot, groups);
    let caller_kind = options.caller_kind.clone().or_else(|| kind_of_caller(snapshot));
    let mut judge = Judge::new(state, &facts, &target.safeguards, caller_kind);
    let before = administrators(&judge);
    replace::relate(&mut found, &wishes, &rows, &judge);
    let (notices, mut unread) = (std::mem::take(&mut found.notices), std::mem::take(&mut found.unread));
    let ordered = order::order(found, &wishes, &mut judge);
    unread.extend(ordered.unread);
    Ok(Plan {
        version: Plan::VERSION,
        taken_at: snapshot.taken_at,
        tenant: snapshot.tenant.clone(),
        guarded: Guarded {
            break_glass: target.safeguards.break_glass.clone(),
            protected: target.protected.clone(),
            min_administrators: target.safeguards.min_administrators,
            caller: snapshot.caller.clone(),
        },
        waves: wishes.wave_names(),
        steps: ordered.steps,
        refused: ordered.refused,
        unread: unread.into_iter().collect(),
        notices,
        administrators: Remaining { before, after: administrators(&judge) },
    })
}

fn administrators(judge: &Judge<'_>) -> BTreeSet<PrincipalId> {
    judge.state.circles.people(ADMINISTRATORS).cloned().collect()
}

fn kind_of_caller(snapshot: &Snapshot) -> Option<PrincipalKind> {
    let caller = snapshot.caller.as_ref()?;
    let application = snapshot.service_principals.iter().any(|app| app.id == *caller);
    application.then_some(PrincipalKind::ServicePrincipal)
}
