//! PIM's alerts for directory roles. Beta only; lists demand scope and type of scope.

use futures::StreamExt;
use http::{HeaderValue, Method, StatusCode, header};
use pim_core::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind, AlertThresholds},
    backend::{Alerts, Backend},
    error::ErrorKind,
    id::RoleId,
    page::Batches,
    privilege::Privilege,
    request::{Action, NewRequest},
    schedule::Level,
};
use pim_embedded::engine::Command;
use serde_json::{Map, Value, json};

use super::{Context, directory::values};
use crate::{
    call::{Answer, Reply},
    refusal::Refusal,
    render::{
        alert::{self as shown, ALERT, ALERT_CONFIGURATION, ALERT_DEFINITION, ALERT_INCIDENT, OPERATION},
        words::exact,
    },
    scopes,
};

const PLACE: &str = "identityGovernance/roleManagementAlerts";

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    let call = context.call;
    let write = call.method != Method::GET;
    if write { &scopes::ALERTS_WRITE } else { &scopes::ALERTS_READ }.check(call)?;
    let alerts: Vec<Alert> = all(facet(context)?.list_alerts(None)).await?;
    let find = |id: &str| {
        let tenant = &context.tenant.records().tenant.id;
        let is_it = |alert: &&Alert| shown::id(tenant, &alert.kind).eq_ignore_ascii_case(id);
        alerts.iter().find(is_it).ok_or_else(|| Refusal::not_found("There is no such alert."))
    };
    let tenant = &context.tenant;
    match (path, &call.method) {
        (["alerts"], &Method::GET) => {
            scoped(context)?;
            let mut rows = Vec::new();
            for alert in &alerts {
                rows.push(whole(context, alert).await?);
            }
            values(context, &format!("{PLACE}/alerts"), &ALERT, &rows).await
        }
        (["alertDefinitions"], &Method::GET) => {
            scoped(context)?;
            let rows: Vec<Value> = alerts.iter().map(|alert| shown::definition(tenant, alert)).collect();
            values(context, &format!("{PLACE}/alertDefinitions"), &ALERT_DEFINITION, &rows).await
        }
        (["alertConfigurations"], &Method::GET) => {
            scoped(context)?;
            let rows: Vec<Value> = alerts.iter().map(|alert| configured(context, alert)).collect();
            values(context, &format!("{PLACE}/alertConfigurations"), &ALERT_CONFIGURATION, &rows).await
        }
        (["alerts", "refresh"], &Method::POST) => {
            for alert in &alerts {
                facet(context)?.change_alert(&alert.kind, &AlertChange::Refresh).await?;
            }
            Ok(accepted(context))
        }
        (["alerts", id], &Method::GET) => {
            let object = whole(context, find(id)?).await?;
            call.object(&format!("{PLACE}/alerts"), &ALERT, object)
        }
        (["alerts", id], &Method::PATCH) => {
            if call.json()?.get("isActive").and_then(Value::as_bool) != Some(false) {
                return Err(Refusal::bad_request("Only isActive can be written, and only as false."));
            }
            facet(context)?.change_alert(&find(id)?.kind, &AlertChange::Dismiss).await?;
            Ok(Reply::done())
        }
        (["alerts", id, "refresh"], &Method::POST) => {
            facet(context)?.change_alert(&find(id)?.kind, &AlertChange::Refresh).await?;
            Ok(accepted(context))
        }
        (["alerts", id, "alertIncidents"], &Method::GET) => {
            let rows = incidents(context, find(id)?).await?;
            values(context, &format!("{PLACE}/alerts('{id}')/alertIncidents"), &ALERT_INCIDENT, &rows).await
        }
        (["alerts", id, "alertIncidents", one], &Method::GET) => {
            let rows = incidents(context, find(id)?).await?;
            let row = rows.into_iter().find(|row| row["id"].as_str() == Some(one));
            let row = row.ok_or_else(|| Refusal::not_found("There is no such incident."))?;
            call.object(&format!("{PLACE}/alerts('{id}')/alertIncidents"), &ALERT_INCIDENT, row)
        }
        (["alerts", id, "alertIncidents" | "incident", one, "remediate"], &Method::POST) => {
            remediate(context, find(id)?, one).await
        }
        (["operations", id], &Method::GET) => {
            let now = exact(Some(tenant.now()));
            let object = json!({
                "id": id, "status": "succeeded", "createdDateTime": now, "lastActionDateTime": now,
                "resourceLocation": null, "statusDetail": null,
            });
            call.object(&format!("{PLACE}/operations"), &OPERATION, object)
        }
        (["alertDefinitions", id], &Method::GET) => {
            let object = shown::definition(tenant, find(id)?);
            call.object(&format!("{PLACE}/alertDefinitions"), &ALERT_DEFINITION, object)
        }
        (["alertConfigurations", id], &Method::GET) => {
            let object = configured(context, find(id)?);
            call.object(&format!("{PLACE}/alertConfigurations"), &ALERT_CONFIGURATION, object)
        }
        (["alertConfigurations", id], &Method::PATCH) => {
            let alert = find(id)?;
            let thresholds = thresholds(&call.json()?, &alert.thresholds)?;
            facet(context)?.change_alert(&alert.kind, &AlertChange::Configure(thresholds)).await?;
            Ok(Reply::done())
        }
        _ => Err(context.not_emulated()),
    }
}

fn facet<'c>(context: &'c Context<'_>) -> Result<&'c dyn Alerts, Refusal> {
    context.backend.alerts().ok_or_else(Refusal::insufficient)
}

fn scoped(context: &Context<'_>) -> Result<(), Refusal> {
    let demanded = |name| context.call.query.filter.as_ref().and_then(|filter| filter.demanded(name));
    if demanded("scopeId").is_some() && demanded("scopeType").is_some() {
        return Ok(());
    }
    Err(Refusal::wrapped(StatusCode::BAD_REQUEST, "MissingProvider", "The provider is missing."))
}

/// An alert with what was asked for beside it.
async fn whole(context: &Context<'_>, alert: &Alert) -> Result<Value, Refusal> {
    let (query, tenant) = (&context.call.query, &context.tenant);
    let mut object = shown::alert(tenant, alert);
    let incidents = if query.expansion("alertIncidents").is_some() {
        incidents(context, alert).await?
    } else {
        Vec::new()
    };
    let related = [
        ("alertDefinition", shown::definition(tenant, alert)),
        ("alertConfiguration", shown::configuration(tenant, alert)),
        ("alertIncidents", incidents.into()),
    ];
    if let Some(members) = object.as_object_mut() {
        let wanted = related.into_iter().filter(|(name, _)| query.expansion(name).is_some());
        members.extend(wanted.map(|(name, value)| (name.to_owned(), value)));
    }
    Ok(object)
}

fn configured(context: &Context<'_>, alert: &Alert) -> Value {
    let mut object = shown::configuration(&context.tenant, alert);
    if let (Some(_), Some(members)) =
        (context.call.query.expansion("alertDefinition"), object.as_object_mut())
    {
        members.insert("alertDefinition".to_owned(), shown::definition(&context.tenant, alert));
    }
    object
}

/// Takes away what an incident is about, where the kind of alert allows it.
async fn remediate(context: &Context<'_>, alert: &Alert, incident: &str) -> Answer {
    let all: Vec<AlertIncident> = all(facet(context)?.list_incidents(&alert.kind, None)).await?;
    let found = all.into_iter().find(|one| one.id.to_string() == incident);
    let found = found.ok_or_else(|| Refusal::not_found("There is no such incident."))?;
    let Some(principal) = found.principal.filter(|_| alert.remediable) else {
        return Err(Refusal::bad_request("The alert's incidents cannot be remediated."));
    };
    let privilege = found.privilege.unwrap_or_else(|| Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
    let caller = &context.call.bearer.caller;
    let service = &context.tenant.service;
    if alert.kind == AlertKind::AssignedOutsidePim {
        service.execute(caller, &Command::RemoveOutsidePim(principal, privilege)).await?;
    } else {
        // The incident does not say whether it is about an assignment or an eligibility.
        let remove = |level| {
            let ask = NewRequest::new(Action::AdminRemove, level, principal.clone(), privilege.clone());
            async move { service.execute(caller, &Command::Submit(ask)).await }
        };
        match remove(Level::Assignment).await {
            Err(error) if error.kind() == ErrorKind::NotFound => remove(Level::Eligibility).await?,
            other => other?,
        };
    }
    facet(context)?.change_alert(&alert.kind, &AlertChange::Refresh).await?;
    Ok(Reply::new(StatusCode::OK, None))
}

async fn incidents(context: &Context<'_>, alert: &Alert) -> Result<Vec<Value>, Refusal> {
    let found: Vec<AlertIncident> = all(facet(context)?.list_incidents(&alert.kind, None)).await?;
    Ok(found.iter().map(|one| shown::incident(&context.tenant, &alert.kind, one)).collect())
}

/// A page sends `isEnabled` as text.
fn thresholds(body: &Map<String, Value>, old: &AlertThresholds) -> Result<AlertThresholds, Refusal> {
    if !body.contains_key("@odata.type") {
        return Err(Refusal::bad_request(
            "A type named by '@odata.type' is needed: the configuration's type is abstract.",
        ));
    }
    let number = |name: &str| body.get(name).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let enabled = match body.get("isEnabled") {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => old.enabled,
    };
    let period = body.get("duration").or_else(|| body.get("timeIntervalBetweenActivations"));
    let period = period.and_then(Value::as_str).map(str::parse).transpose()?;
    let count =
        number("globalAdminCountThreshold").or_else(|| number("sequentialActivationCounterThreshold"));
    Ok(AlertThresholds {
        enabled,
        count: count.or(old.count),
        percent: number("percentageOfGlobalAdminsOutOfRolesThreshold").or(old.percent),
        period: period.or(old.period),
    })
}

/// The operation is over before anybody can ask for it.
fn accepted(context: &Context<'_>) -> Reply {
    let mut reply = Reply::new(StatusCode::ACCEPTED, None);
    let place = format!("{}/beta/{PLACE}/operations/refresh", context.call.origin);
    reply.headers.extend(HeaderValue::from_str(&place).ok().map(|value| (header::LOCATION, value)));
    reply
}

async fn all<T>(mut batches: Batches<T>) -> Result<Vec<T>, Refusal> {
    let mut found = Vec::new();
    while let Some(batch) = batches.next().await {
        found.extend(batch?.items);
    }
    Ok(found)
}
