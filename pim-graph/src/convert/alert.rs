//! PIM's alerts.

use pim_core::{
    alert::{Alert, AlertIncident, AlertKind, AlertSeverity, AlertThresholds},
    error::{Error, ErrorKind, Result},
    id::{AlertId, TenantId},
    privilege::Privilege,
};
use serde_json::Number;

use super::field::{id, malformed, maybe_id, period, time};
use crate::wire::{self, Member};

/// An alert, read with its definition and configuration.
///
/// # Errors
/// `Malformed` without an id.
pub fn alert(read: &wire::Alert) -> Result<Alert> {
    let own: AlertId = id(&read.id, "id")?;
    let definition = read.alert_definition.get();
    let severity = definition
        .and_then(|d| d.severity_level.text())
        .map_or(AlertSeverity::Unknown("".into()), AlertSeverity::from);
    let thresholds =
        read.alert_configuration.get().map_or(Ok(AlertThresholds::default()), |c| thresholds(c))?;
    let mut alert = Alert::new(own.clone(), kind(&own), severity, thresholds);
    alert.active = read.is_active.is_true();
    alert.incidents = read.incident_count.count().unwrap_or(0);
    alert.remediable = definition.is_some_and(|d| d.is_remediatable.is_true());
    alert.changed = time(&read.last_modified_date_time, "lastModifiedDateTime")?;
    alert.scanned = time(&read.last_scanned_date_time, "lastScannedDateTime")?;
    Ok(alert)
}

/// Which alert an id such as `DirectoryRole_{tenant}_StaleSignInAlert` names.
pub fn kind(id: &AlertId) -> AlertKind {
    let text = id.to_string();
    AlertKind::from(text.rsplit('_').next().unwrap_or(&text))
}

/// The id of a tenant's alert.
///
/// # Errors
/// `InvalidInput` for a kind whose name cannot stand in an id.
pub fn alert_id(tenant: &TenantId, kind: &AlertKind) -> Result<AlertId> {
    format!("DirectoryRole_{tenant}_{}", super::word::upper(kind.as_str())).parse().map_err(Error::from)
}

/// What an alert found.
///
/// # Errors
/// `Malformed` without an id.
pub fn incident(alert: &AlertId, read: &wire::AlertIncident) -> Result<AlertIncident> {
    let mut incident = AlertIncident::new(id(&read.id, "id")?, alert.clone());
    incident.principal = maybe_id(&read.assignee_id, "assigneeId")?;
    incident.privilege = maybe_id(&read.role_definition_id, "roleDefinitionId")?.map(Privilege::role);
    incident.last = match time(&read.sequence_end_date_time, "sequenceEndDateTime")? {
        Some(end) => Some(end),
        None => time(&read.last_sign_in_date_time, "lastSignInDateTime")?,
    };
    Ok(incident)
}

/// The body that configures an alert.
///
/// # Errors
/// `InvalidInput` for a threshold that this kind of alert does not have.
pub fn configuration(kind: &AlertKind, set: &AlertThresholds) -> Result<wire::AlertConfiguration> {
    let number = |n: Option<u32>| Member::from(n.map(Number::from));
    let length = || Member::from(set.period.map(|p| wire::Text::from(p.to_string())));
    let mut body = wire::AlertConfiguration {
        odata_type: format!("#microsoft.graph.{}Configuration", super::word::lower(kind.as_str())).into(),
        is_enabled: Member::Value(set.enabled),
        ..wire::AlertConfiguration::default()
    };
    let has = match kind {
        AlertKind::TooManyGlobalAdmins => {
            body.global_admin_count_threshold = number(set.count);
            body.percentage_of_global_admins_out_of_roles_threshold = number(set.percent);
            [true, true, false]
        }
        AlertKind::Redundant | AlertKind::StaleSignIn => {
            body.duration = length();
            [false, false, true]
        }
        AlertKind::SequentialActivation => {
            body.sequential_activation_counter_threshold = number(set.count);
            body.time_interval_between_activations = length();
            [true, false, true]
        }
        _ => [false; 3],
    };
    let asked = [set.count.is_some(), set.percent.is_some(), set.period.is_some()];
    if asked.iter().zip(has).any(|(asked, has)| *asked && !has) {
        return Err(Error::new(ErrorKind::InvalidInput, "this alert has no such threshold: leave it out")
            .with_context("alert", kind));
    }
    Ok(body)
}

fn thresholds(read: &wire::AlertConfiguration) -> Result<AlertThresholds> {
    let length = match period(&read.duration, "alertConfiguration.duration")? {
        Some(length) => Some(length),
        None => period(&read.time_interval_between_activations, "timeIntervalBetweenActivations")?,
    };
    Ok(AlertThresholds {
        enabled: *read.is_enabled.get().ok_or_else(|| malformed("alertConfiguration.isEnabled"))?,
        count: read
            .global_admin_count_threshold
            .count()
            .or(read.sequential_activation_counter_threshold.count()),
        percent: read.percentage_of_global_admins_out_of_roles_threshold.count(),
        period: length,
    })
}
