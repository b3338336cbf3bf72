//! PIM's own alerts on directory roles.
//!
//! Source: [security alerts](https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-how-to-configure-security-alerts).

mod apply;
mod handle;
mod read;
mod scan;

#[cfg(test)]
mod tests;

use pim_core::{
    alert::{AlertKind, AlertSeverity, AlertThresholds},
    id::PrincipalId,
    privilege::Privilege,
    time::{Period, Timestamp},
};

pub(crate) use self::{
    apply::{apply, plant},
    handle::change,
};
use super::{
    event::{Fact, Found},
    state::State,
};

/// How far apart the scans are; how often the service really looks is not known.
const SCAN_EVERY: Period = Period::days(1);

/// The kinds, in the order in which they are listed.
const KINDS: [AlertKind; 7] = [
    AlertKind::TooManyGlobalAdmins,
    AlertKind::Redundant,
    AlertKind::StaleSignIn,
    AlertKind::SequentialActivation,
    AlertKind::NoMfaOnActivation,
    AlertKind::AssignedOutsidePim,
    AlertKind::InvalidLicence,
];

/// The alerts.
#[derive(Clone, Debug)]
pub(crate) struct Alerts {
    /// One for each of [`KINDS`].
    all: Vec<Watch>,
    /// When the service began: scans take place whole days after.
    began: Timestamp,
    /// The time of the latest event. Scans up to it have taken place, whether they left an event or not.
    latest: Timestamp,
}

/// One alert.
#[derive(Clone, Debug)]
struct Watch {
    kind: AlertKind,
    thresholds: AlertThresholds,
    found: Vec<Finding>,
    /// Put away until something new is found.
    dismissed: bool,
    changed: Option<Timestamp>,
    scanned: Option<Timestamp>,
}

/// A finding as it is kept: a large tenant has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Finding {
    principal: Option<u32>,
    privilege: Option<u32>,
    last: Option<Timestamp>,
}

impl Finding {
    fn principal<'a>(&self, state: &'a State) -> Option<&'a PrincipalId> {
        self.principal.map(|number| state.principals.value(number))
    }

    fn privilege<'a>(&self, state: &'a State) -> Option<&'a Privilege> {
        self.privilege.map(|number| state.privileges.value(number))
    }

    fn is(&self, state: &State, found: &Found) -> bool {
        self.last == found.last
            && self.principal(state) == found.principal.as_ref()
            && self.privilege(state) == found.privilege.as_ref()
    }
}

impl Default for Alerts {
    fn default() -> Self {
        let watch = |kind: AlertKind| Watch {
            thresholds: default_thresholds(&kind),
            kind,
            found: Vec::new(),
            dismissed: false,
            changed: None,
            scanned: None,
        };
        Self { all: KINDS.map(watch).into(), began: Timestamp::MIN, latest: Timestamp::MIN }
    }
}

impl Alerts {
    pub(crate) fn note_time(&mut self, at: Timestamp) {
        self.latest = self.latest.max(at);
    }

    /// When the scan after the one at `at` takes place. Times that lie behind are passed over: a state built
    /// from a journal does not scan the past again.
    pub(crate) fn next_scan(&self, at: Timestamp) -> Timestamp {
        let next = at + SCAN_EVERY;
        if next <= self.latest { self.last_scan(self.latest) + SCAN_EVERY } else { next }
    }

    /// The latest scan at or before a time.
    fn last_scan(&self, at: Timestamp) -> Timestamp {
        let days = at.since(self.began).ticks() / SCAN_EVERY.ticks();
        self.began + Period::from_ticks(days * SCAN_EVERY.ticks())
    }

    fn find(&self, kind: &AlertKind) -> Option<&Watch> {
        self.all.iter().find(|watch| watch.kind == *kind)
    }

    fn place(&self, kind: &AlertKind) -> Option<usize> {
        self.all.iter().position(|watch| watch.kind == *kind)
    }

    fn find_mut(&mut self, kind: &AlertKind) -> Option<&mut Watch> {
        self.all.iter_mut().find(|watch| watch.kind == *kind)
    }
}

impl Watch {
    /// True when it has found exactly this before.
    fn knows(&self, state: &State, found: &[Found]) -> bool {
        let mut pairs = self.found.iter().zip(found);
        self.found.len() == found.len() && pairs.all(|(old, new)| old.is(state, new))
    }

    fn is_active(&self) -> bool {
        self.thresholds.enabled && !self.dismissed && !self.found.is_empty()
    }
}

/// The daily scan: only what changed becomes a fact.
pub(crate) fn due(state: &State, at: Timestamp) -> Vec<Fact> {
    if at <= state.alerts.latest {
        return Vec::new();
    }
    let watches = state.alerts.all.iter().filter(|watch| watch.thresholds.enabled);
    let looked = watches.map(|watch| (watch, scan::scan(state, &watch.kind, &watch.thresholds, at)));
    let changed = looked.filter(|(watch, found)| !watch.knows(state, found));
    changed.map(|(watch, found)| Fact::AlertScanned { kind: watch.kind.clone(), found, by: None }).collect()
}

fn default_thresholds(kind: &AlertKind) -> AlertThresholds {
    let on = AlertThresholds { enabled: true, ..AlertThresholds::default() };
    match kind {
        AlertKind::TooManyGlobalAdmins => AlertThresholds { count: Some(3), percent: Some(10), ..on },
        AlertKind::Redundant | AlertKind::StaleSignIn => {
            AlertThresholds { period: Some(Period::days(30)), ..on }
        }
        AlertKind::SequentialActivation => {
            AlertThresholds { count: Some(3), period: Some(Period::seconds(10)), ..on }
        }
        _ => on,
    }
}

/// As the API says; the portal calls some of them low.
const fn severity(kind: &AlertKind) -> AlertSeverity {
    match kind {
        AlertKind::AssignedOutsidePim | AlertKind::InvalidLicence => AlertSeverity::High,
        AlertKind::StaleSignIn | AlertKind::SequentialActivation | AlertKind::NoMfaOnActivation => {
            AlertSeverity::Medium
        }
        _ => AlertSeverity::Low,
    }
}

/// Whether the service offers to mend what the alert finds.
const fn is_remediable(kind: &AlertKind) -> bool {
    !matches!(kind, AlertKind::SequentialActivation | AlertKind::InvalidLicence)
}
