//! What changes a tenant by plan, and what tries it out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use async_trait::async_trait;
use pim_core::{
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    privilege::Privilege,
    request::Ticket,
    sensitive::Sensitive,
    time::{Period, Timestamp},
};
use pim_governance::{
    apply::{
        self, ApplyOptions, Approval, ApproverKey, Cancel, Demand, Go, Journal, Observer, Outcome, Progress,
        Rehearsal, Waves,
    },
    plan::Plan,
    verify::{Actors, VerifyOptions, verify, watch},
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{invalid, json};
use crate::{
    arguments::{no_such, read},
    session::Session,
};

/// Who is told how it goes, as JSON; and stops it where that answers `false`, which is asked between steps.
#[derive(Clone)]
pub struct Tell(Arc<dyn Fn(String) -> bool + Send + Sync>);

impl Tell {
    /// Told through a function; `false` begins nothing more.
    pub fn new(tell: impl Fn(String) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }
}

impl Default for Tell {
    fn default() -> Self {
        Self::new(|_| true)
    }
}

impl fmt::Debug for Tell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tell")
    }
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    concurrency: Option<usize>,
    /// Only the waves up to this one, counted from zero.
    up_to_wave: Option<usize>,
    settle: Option<Period>,
    max_age: Option<Period>,
    approval: Option<Demanded>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Demanded {
    /// Public keys by approver.
    keys: BTreeMap<PrincipalId, String>,
    #[serde(default = "one")]
    at_least: usize,
    #[serde(default)]
    approvals: Vec<Box<RawValue>>,
}

const fn one() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Apply {
    plan: Box<RawValue>,
    /// A file; without one the journal is in memory, and a crash leaves nothing to go on from.
    #[serde(default)]
    journal: Option<String>,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rehearse {
    plan: Box<RawValue>,
    /// Whether the service judges each grant without effect.
    #[serde(default)]
    dry_run: bool,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resume {
    journal: String,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Undo {
    done: String,
    journal: String,
    #[serde(default)]
    options: Options,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    /// Which of the sessions given is whom.
    actors: Vec<Role>,
    privilege: Privilege,
    #[serde(default)]
    approved_privilege: Option<Privilege>,
    #[serde(default)]
    highly_privileged: BTreeSet<Privilege>,
    #[serde(default)]
    duration: Option<Period>,
    #[serde(default)]
    max_wait: Option<Period>,
    #[serde(default)]
    lag: Option<Period>,
    #[serde(default)]
    audit_lag: Option<Period>,
    #[serde(default)]
    justification: Option<Sensitive<String>>,
    #[serde(default)]
    ticket: Option<Ticket>,
}

#[derive(Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Role {
    Admin,
    Requestor,
    Approver,
    Unverified,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watch {
    since: Timestamp,
}

/// Does something by its name, through these sessions; the answer is JSON.
///
/// # Errors
/// `InvalidInput` for a name or arguments that can't be read; else those of what is done.
pub async fn act(verb: &str, arguments: &str, sessions: &[Session], tell: Tell) -> Result<String> {
    let first = sessions.first().ok_or_else(|| invalid("a client is needed for this"));
    match verb {
        "apply" => {
            let asked: Apply = read("apply", arguments)?;
            let plan = Plan::from_json(asked.plan.get().as_bytes())?;
            let mut journal = match &asked.journal {
                Some(path) => Journal::create(path)?,
                None => Journal::in_memory(),
            };
            let observed = Observed::new(tell, asked.options.read()?);
            let done =
                apply::apply(first?.client(), &plan, &mut journal, &observed.options, &observed).await?;
            json(&done)
        }
        "rehearse" => {
            let asked: Rehearse = read("rehearse", arguments)?;
            let plan = Plan::from_json(asked.plan.get().as_bytes())?;
            let how = if asked.dry_run { Rehearsal::DryRun } else { Rehearsal::WhatIf };
            let observed = Observed::new(tell, asked.options.read()?);
            json(&apply::rehearse(first?.client(), &plan, how, &observed.options, &observed).await?)
        }
        "resume" => {
            let asked: Resume = read("resume", arguments)?;
            let mut journal = Journal::open(&asked.journal)?;
            let observed = Observed::new(tell, asked.options.read()?);
            json(&apply::resume(first?.client(), &mut journal, &observed.options, &observed).await?)
        }
        "undo" => {
            let asked: Undo = read("undo", arguments)?;
            let mut done = Journal::open(&asked.done)?;
            let mut journal = Journal::create(&asked.journal)?;
            let observed = Observed::new(tell, asked.options.read()?);
            let outcome =
                apply::undo(first?.client(), &mut done, &mut journal, &observed.options, &observed).await?;
            json(&outcome)
        }
        "verify" => verified(read("verify", arguments)?, sessions, &tell).await,
        "watch" => {
            let Watch { since } = read("watch", arguments)?;
            json(&watch(first?.client(), since).await?)
        }
        _ => Err(no_such("deed", verb, ["apply", "rehearse", "resume", "undo", "verify", "watch"])),
    }
}

impl Options {
    fn read(self) -> Result<ApplyOptions> {
        let default = ApplyOptions::default();
        Ok(ApplyOptions {
            concurrency: self.concurrency.unwrap_or(default.concurrency),
            waves: self.up_to_wave.map_or(Waves::All, Waves::UpTo),
            settle: self.settle.unwrap_or(default.settle),
            max_age: self.max_age.or(default.max_age),
            approval: self.approval.map(Demanded::read).transpose()?,
            cancel: Cancel::new(),
        })
    }
}

impl Demanded {
    fn read(self) -> Result<Demand> {
        let keys: Result<_> =
            self.keys.into_iter().map(|(who, key)| Ok((who, ApproverKey::from_text(&key)?))).collect();
        let approvals: Result<_> =
            self.approvals.iter().map(|approval| Approval::from_json(approval.get())).collect();
        Ok(Demand { keys: keys?, at_least: self.at_least, approvals: approvals? })
    }
}

/// Tells of a run as JSON, and ends it where it is told to.
struct Observed {
    tell: Tell,
    options: ApplyOptions,
}

impl Observed {
    const fn new(tell: Tell, options: ApplyOptions) -> Self {
        Self { tell, options }
    }
}

#[async_trait]
impl Observer for Observed {
    fn told(&self, progress: Progress<'_>) {
        let fact = match progress {
            Progress::Wave { wave, name, steps } => json!({ "wave": wave, "name": name, "steps": steps }),
            Progress::Started { row } => json!({ "started": row }),
            Progress::Ended { row, done, total } => json!({ "ended": row, "done": done, "total": total }),
            _ => return,
        };
        if !(self.tell.0)(fact.to_string()) {
            self.options.cancel.cancel();
        }
    }

    async fn before_wave(&self, next: usize, _: &Outcome) -> Go {
        let go_on = (self.tell.0)(json!({ "before_wave": next }).to_string());
        if go_on { Go::On } else { Go::Stop }
    }
}

async fn verified(asked: Verify, sessions: &[Session], tell: &Tell) -> Result<String> {
    if asked.actors.len() != sessions.len() {
        return Err(Error::new(ErrorKind::InvalidInput, "say of each client which part it takes"));
    }
    let of = |role: Role| {
        let at = asked.actors.iter().position(|one| *one == role)?;
        Some(sessions[at].client().clone())
    };
    let actors = Actors {
        admin: of(Role::Admin),
        requestor: of(Role::Requestor),
        approver: of(Role::Approver),
        unverified: of(Role::Unverified),
    };
    let default = VerifyOptions::new(asked.privilege);
    let options = VerifyOptions {
        approved_privilege: asked.approved_privilege,
        highly_privileged: asked.highly_privileged,
        duration: asked.duration.unwrap_or(default.duration),
        max_wait: asked.max_wait.unwrap_or(default.max_wait),
        lag: asked.lag.unwrap_or(default.lag),
        audit_lag: asked.audit_lag.unwrap_or(default.audit_lag),
        justification: asked.justification.unwrap_or(default.justification),
        ticket: asked.ticket,
        privilege: default.privilege,
    };
    let told = |progress: &pim_governance::verify::Progress| {
        let fact = json!({ "test": progress.test, "seen": progress.seen, "verdict": progress.verdict });
        (tell.0)(fact.to_string());
    };
    json(&verify(&actors, &options, told).await?)
}
