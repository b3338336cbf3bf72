//! Reading alerts on a caller's behalf.

use pim_core::{
    alert::{Alert, AlertIncident, AlertKind},
    error::Result,
    id::{AlertId, IncidentId, TenantId},
    time::Timestamp,
};

use super::{Alerts, Finding, Watch, is_remediable, severity};
use crate::{
    engine::{
        read::{Page, Reader, page},
        refuse,
        state::State,
    },
    seed::guid_of,
};

impl Reader<'_> {
    /// Every alert, whether it fires or not.
    pub(crate) fn alerts(&self, from: u64, limit: usize) -> Result<Page<Alert>> {
        self.access().to_read()?;
        let alerts = &self.state.alerts;
        let all = (0..).zip(&alerts.all).skip_while(|(at, _)| *at < from);
        Ok(page(all, limit, |watch| shown(alerts, watch, &self.state.tenant)))
    }

    /// What an alert found, in a fixed order.
    pub(crate) fn incidents(&self, kind: &AlertKind, from: u64, limit: usize) -> Result<Page<AlertIncident>> {
        self.access().to_read()?;
        let watch = self.state.alerts.find(kind);
        let watch = watch.ok_or_else(|| refuse::unknown_alert().with_context("alert", kind))?;
        let all = (0..).zip(&watch.found).skip_while(|(at, _)| *at < from);
        Ok(page(all, limit, |finding| incident(self.state, kind, finding)))
    }
}

fn shown(alerts: &Alerts, watch: &Watch, tenant: &TenantId) -> Alert {
    let kind = watch.kind.clone();
    let mut shown = Alert::new(id(&kind, tenant), kind, severity(&watch.kind), watch.thresholds.clone());
    shown.active = watch.is_active();
    shown.incidents = u32::try_from(watch.found.len()).unwrap_or(u32::MAX);
    shown.remediable = is_remediable(&watch.kind);
    shown.changed = watch.changed;
    let daily = (alerts.latest > Timestamp::MIN).then(|| alerts.last_scan(alerts.latest));
    shown.scanned = if watch.thresholds.enabled { watch.scanned.max(daily) } else { watch.scanned };
    shown
}

fn incident(state: &State, kind: &AlertKind, finding: &Finding) -> AlertIncident {
    let (principal, privilege) = (finding.principal(state), finding.privilege(state));
    let who = principal.map(ToString::to_string).unwrap_or_default();
    let what = privilege.map(ToString::to_string).unwrap_or_default();
    let guid = guid_of(&format!("incident {kind} {who} {what}"));
    let mut incident = AlertIncident::new(IncidentId::from_guid(guid), id(kind, &state.tenant));
    incident.principal = principal.cloned();
    incident.privilege = privilege.cloned();
    incident.last = finding.last;
    incident
}

/// As the service writes it: surface, tenant, and the kind without underscores.
fn id(kind: &AlertKind, tenant: &TenantId) -> AlertId {
    let words = kind.as_str().split('_').map(|word| {
        let (first, rest) = word.split_at(1.min(word.len()));
        first.to_ascii_uppercase() + rest
    });
    let name: String = words.collect();
    let text = format!("DirectoryRole_{tenant}_{name}");
    // Always a sound id: its parts are an id and fixed words.
    text.parse().unwrap_or(AlertId::from_guid(guid_of(&text)))
}
