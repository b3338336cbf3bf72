//! Commands on alerts.

use pim_core::{
    alert::{AlertChange, AlertKind, AlertThresholds},
    error::{Error, ErrorKind, Result},
    time::Period,
};

use super::{Watch, scan};
use crate::engine::{
    command::{Outcome, Shown},
    event::Fact,
    handling::Handling,
    refuse,
};

pub(crate) fn change(mut h: Handling<'_>, kind: &AlertKind, change: &AlertChange) -> Outcome {
    match changed(&mut h, kind, change) {
        Ok(()) => Outcome::done(h.events, Shown::Nothing),
        Err(error) => Outcome { events: Vec::new(), answer: Err(error.with_context("alert", kind)) },
    }
}

fn changed(h: &mut Handling<'_>, kind: &AlertKind, change: &AlertChange) -> Result<()> {
    h.access().to_change_alerts()?;
    let watch = h.state.alerts.find(kind).ok_or_else(refuse::unknown_alert)?;
    let by = h.caller.principal.clone();
    match change {
        AlertChange::Refresh => {
            let on = watch.thresholds.enabled;
            let found = if on { scan::scan(h.state, kind, &watch.thresholds, h.now) } else { Vec::new() };
            h.push(Fact::AlertScanned { kind: kind.clone(), found, by: Some(by) });
        }
        AlertChange::Dismiss => h.push(Fact::AlertDismissed { kind: kind.clone(), by }),
        AlertChange::Configure(asked) => {
            let thresholds = checked(watch, asked)?;
            let on = thresholds.enabled;
            let found = if on { scan::scan(h.state, kind, &thresholds, h.now) } else { Vec::new() };
            h.push(Fact::AlertConfigured { kind: kind.clone(), thresholds, by });
            if !watch.knows(h.state, &found) {
                h.push(Fact::AlertScanned { kind: kind.clone(), found, by: None });
            }
        }
        _ => return Err(refuse::bad_request()),
    }
    Ok(())
}

/// The thresholds from now on: what is not said stays as it is. All that is wrong is said at once.
fn checked(watch: &Watch, asked: &AlertThresholds) -> Result<AlertThresholds> {
    let mut problems = Vec::new();
    let kind = &watch.kind;
    let AlertThresholds { enabled, count, percent, period } = asked;
    let counts = matches!(kind, AlertKind::TooManyGlobalAdmins | AlertKind::SequentialActivation);
    match count {
        Some(_) if !counts => problems.push(unused("count")),
        Some(n) if !(2..=100).contains(n) => {
            problems.push(format!("count: {n} is not allowed; write 2 to 100"));
        }
        _ => {}
    }
    match percent {
        Some(_) if *kind != AlertKind::TooManyGlobalAdmins => problems.push(unused("percent")),
        Some(n) if *n > 100 => problems.push(format!("percent: {n} is not allowed; write 0 to 100")),
        _ => {}
    }
    if let Some(period) = period {
        match (kind, lengths(kind)) {
            (AlertKind::SequentialActivation, _) if period.is_zero() => {
                problems.push("period: no time at all; write at least a second, such as PT10S".to_owned());
            }
            (AlertKind::SequentialActivation, _) => {}
            (_, None) => problems.push(unused("period")),
            (_, Some((from, to))) if *period < Period::days(from) || *period > Period::days(to) => {
                problems.push(format!("period: {period} is not allowed; write {from} to {to} days"));
            }
            _ => {}
        }
    }
    if problems.is_empty() {
        let old = &watch.thresholds;
        return Ok(AlertThresholds {
            enabled: *enabled,
            count: count.or(old.count),
            percent: percent.or(old.percent),
            period: period.or(old.period),
        });
    }
    let message = format!("the alert cannot be set so: {}", problems.join("; "));
    Err(Error::new(ErrorKind::InvalidInput, message).with_code("BadRequest"))
}

fn unused(member: &str) -> String {
    format!("{member}: this alert does not use it; leave it out")
}

/// The fewest and the most days that an alert can look back over, where it does.
const fn lengths(kind: &AlertKind) -> Option<(u32, u32)> {
    match kind {
        AlertKind::Redundant => Some((0, 100)),
        AlertKind::StaleSignIn => Some((1, 365)),
        _ => None,
    }
}
