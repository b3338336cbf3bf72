//! How facts about alerts change the state, and the audit records that they leave.

use std::collections::HashSet;

use pim_core::{alert::AlertKind, id::PrincipalId, time::Timestamp};

use super::{Finding, scan};
use crate::engine::{
    agenda::Due,
    audit::Entry,
    event::{Event, Fact, Found},
    state::State,
};

pub(crate) fn apply(state: &mut State, event: &Event) {
    let at = event.at;
    match &event.fact {
        Fact::AlertScanned { kind, found, by } => {
            if by.is_some() {
                note(state, kind, "Refresh PIM alert", by.as_ref(), at);
            }
            let Some(place) = state.alerts.place(kind) else { return };
            let fired = state.alerts.all[place].is_active();
            let had = !state.alerts.all[place].found.is_empty();
            take_in(state, place, found, at);
            let watch = &state.alerts.all[place];
            let resolved = had && watch.found.is_empty() && watch.thresholds.enabled;
            if watch.is_active() && !fired {
                note(state, kind, "Triggered PIM alert", None, at);
            } else if resolved {
                note(state, kind, "Resolve PIM alert", None, at);
            }
        }
        Fact::AlertDismissed { kind, by } => {
            if let Some(watch) = state.alerts.find_mut(kind) {
                watch.dismissed = true;
            }
            note(state, kind, "Deactivate PIM alert", Some(by), at);
        }
        Fact::AlertConfigured { kind, thresholds, by } => {
            let Some(watch) = state.alerts.find_mut(kind) else { return };
            let old = std::mem::replace(&mut watch.thresholds, thresholds.clone());
            match (old.enabled, thresholds.enabled) {
                (true, false) => note(state, kind, "Disable PIM alert", Some(by), at),
                (false, true) => note(state, kind, "Enable PIM alert", Some(by), at),
                _ => {}
            }
            if (old.count, old.percent, old.period)
                != (thresholds.count, thresholds.percent, thresholds.period)
            {
                note(state, kind, "Update PIM alert setting", Some(by), at);
            }
        }
        _ => {}
    }
}

/// What stands at the beginning was found before: nothing is told of it.
pub(crate) fn plant(state: &mut State, now: Timestamp) {
    state.alerts.began = now;
    for at in 0..state.alerts.all.len() {
        let watch = &state.alerts.all[at];
        let found = scan::scan(state, &watch.kind, &watch.thresholds, now);
        take_in(state, at, &found, now);
    }
    state.agenda.add(state.alerts.next_scan(now), Due::AlertScan);
}

fn take_in(state: &mut State, place: usize, found: &[Found], at: Timestamp) {
    state.alerts.all[place].scanned = Some(at);
    let watch = &state.alerts.all[place];
    if watch.knows(state, found) {
        return;
    }
    let mut old: HashSet<(Option<u32>, Option<u32>)> = HashSet::new();
    old.extend(watch.found.iter().map(|finding| (finding.principal, finding.privilege)));
    let finding = |found: &Found| Finding {
        principal: found.principal.as_ref().map(|id| state.principals.number(id)),
        privilege: found.privilege.as_ref().map(|privilege| state.privileges.number(privilege)),
        last: found.last,
    };
    let found: Vec<Finding> = found.iter().map(finding).collect();
    let watch = &mut state.alerts.all[place];
    watch.dismissed &= found.iter().all(|new| old.contains(&(new.principal, new.privilege)));
    watch.found = found;
    watch.changed = Some(at);
}

fn note(
    state: &mut State,
    kind: &AlertKind,
    activity: &'static str,
    by: Option<&PrincipalId>,
    at: Timestamp,
) {
    let by = by.map(|by| state.principals.number(by));
    let reason = Some(kind.as_str().into());
    state.audit.push(Entry { by, reason, ..Entry::new(at, activity) });
}
