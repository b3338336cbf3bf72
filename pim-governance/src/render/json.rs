//! The report for machines: whole, in ids, with the names of all that is told of.

use std::collections::BTreeMap;

use pim_core::{
    id::{GroupId, PrincipalId, ScheduleId, TenantId},
    privilege::Privilege,
    time::Timestamp,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    Section,
    error::RenderError,
    holdings::Lasting,
    tables::{Reached, each},
    view::View,
};
use crate::snapshot::{Reading, SourceKind, diff};

const FORMAT: &str = "pim-report";
const VERSION: u32 = 1;

#[derive(Serialize)]
struct File<'a> {
    format: &'static str,
    version: u32,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a TenantId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a BTreeMap<SourceKind, Reading>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access: Option<Vec<Access>>,
    #[serde(flatten)]
    parts: BTreeMap<&'static str, Value>,
    /// By id, of those in the other parts. Rows of `access` have their own.
    names: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Access {
    privilege: Privilege,
    role: String,
    #[serde(rename = "where")]
    scope: String,
    principal: PrincipalId,
    name: String,
    kind: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    through: Vec<GroupId>,
    conditional: bool,
    schedule: ScheduleId,
}

pub(super) fn write(view: &View<'_>) -> Result<String, RenderError> {
    let report = view.report;
    let wanted = |section| view.wants(section);
    let snapshot = report.snapshot;
    let mut parts = BTreeMap::new();
    let mut part = |name, section, value: Option<Result<Value, serde_json::Error>>| {
        if let Some(value) = value.filter(|_| wanted(section)) {
            parts.insert(name, value?);
        }
        Ok::<(), serde_json::Error>(())
    };
    part("global_administrators", Section::Paths, snapshot.map(|_| serde_json::to_value(view.paths())))?;
    part("findings", Section::Findings, report.findings.map(serde_json::to_value))?;
    part("compliance", Section::Compliance, report.compliance.map(serde_json::to_value))?;
    part("roles", Section::Roles, report.design.map(|design| serde_json::to_value(&design.roles)))?;
    part("outcome", Section::Outcome, report.outcome.map(serde_json::to_value))?;
    part("verification", Section::Verification, report.verification.map(serde_json::to_value))?;
    let changes = report.before.zip(snapshot).filter(|_| wanted(Section::Changes));
    part(
        "changes",
        Section::Changes,
        changes.map(|(before, after)| serde_json::to_value(diff(before, after))),
    )?;
    part("plan", Section::Plan, report.plan.map(serde_json::to_value))?;
    let mut names = BTreeMap::new();
    parts.values().for_each(|value| name(view, value, &mut names));
    let file = File {
        format: FORMAT,
        version: VERSION,
        title: report.title.unwrap_or(super::TITLE),
        tenant: snapshot.and_then(|snapshot| snapshot.tenant.as_ref()),
        as_of: snapshot.map(|snapshot| snapshot.taken_at),
        coverage: snapshot.filter(|_| wanted(Section::Inventory)).map(|snapshot| &snapshot.coverage),
        access: snapshot.map(|_| access(view)),
        parts,
        names,
    };
    Ok(serde_json::to_string_pretty(&file)?)
}

fn access(view: &View<'_>) -> Vec<Access> {
    let mut rows = Vec::new();
    each(view, |reached| {
        let section = match reached.lasting {
            Lasting::Permanent => Section::Permanent,
            _ => Section::Temporary,
        };
        if view.wants(section) {
            rows.push(row(view, reached));
        }
    });
    rows
}

fn row(view: &View<'_>, reached: &Reached<'_, '_>) -> Access {
    let grant = reached.grant;
    Access {
        privilege: grant.privilege.clone(),
        role: view.role(grant.privilege),
        scope: view.scope(grant.privilege),
        principal: reached.principal.clone(),
        name: view.principal(reached.principal),
        kind: view.kind(reached.principal),
        state: match reached.lasting {
            Lasting::Permanent => "permanent",
            Lasting::Timed { activated: true, .. } => "activated",
            Lasting::Timed { .. } => "timed",
            Lasting::Eligible { .. } => "eligible",
        },
        since: grant.window.start(),
        until: reached.lasting.until(),
        through: reached.through.to_vec(),
        conditional: grant.conditional,
        schedule: grant.id.clone(),
    }
}

/// The names of all ids in a value.
fn name(view: &View<'_>, value: &Value, names: &mut BTreeMap<String, String>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.parse().ok().and_then(|id: PrincipalId| view.known(&id)) {
                names.insert(text.clone(), name);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| name(view, value, names)),
        Value::Object(fields) => fields.values().for_each(|value| name(view, value, names)),
        _ => {}
    }
}
