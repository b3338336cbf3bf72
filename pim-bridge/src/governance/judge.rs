//! What is computed from snapshots: without network, the same each time.

use std::collections::BTreeSet;

use pim_core::{
    client::Safeguards,
    error::{Error, Result},
    id::PrincipalId,
    privilege::Privilege,
    request::Ticket,
    sensitive::Sensitive,
    time::Period,
};
use pim_governance::{
    analysis::{AnalysisOptions, Findings, analyse},
    apply::{Outcome, SigningSecret, sign},
    compliance::{AssessOptions, assess_with},
    desired::{Design, DesignOptions, design_from},
    import::{ImportOptions, easypim},
    plan::{Plan, PlanOptions, plan},
    reference::Reference,
    render::{Report, Section, Table},
    resolve::Resolver,
    rollout::{MessageOptions, messages},
    snapshot::{Snapshot, diff},
    verify::Verification,
};
use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{DesignText, Tenant, invalid, json};
use crate::arguments::{no_such, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FindingsOf {
    #[serde(default)]
    safeguards: Safeguards,
    #[serde(default)]
    several_roles: Option<usize>,
    #[serde(default)]
    min_global_administrators: Option<usize>,
    #[serde(default)]
    max_global_administrators: Option<usize>,
    #[serde(default)]
    stale_after: Option<Period>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ComplianceOf {
    #[serde(default)]
    exempt: BTreeSet<PrincipalId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PathsOf {
    #[serde(default)]
    principal: Option<PrincipalId>,
    #[serde(default)]
    privilege: Option<Privilege>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldersOf {
    privilege: Privilege,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Propose {
    #[serde(default)]
    break_glass: BTreeSet<PrincipalId>,
    #[serde(default)]
    min_administrators: Option<u32>,
    #[serde(default)]
    approvers: Vec<PrincipalId>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckDesign {
    design: DesignText,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanOf {
    design: DesignText,
    #[serde(default)]
    justification: Option<Sensitive<String>>,
    #[serde(default)]
    ticket: Option<Ticket>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportOf {
    format: String,
    #[serde(default)]
    table: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    findings: Option<Findings>,
    #[serde(default)]
    compliance: bool,
    #[serde(default)]
    design: Option<DesignText>,
    #[serde(default)]
    plan: Option<Box<RawValue>>,
    #[serde(default)]
    outcome: Option<Outcome>,
    #[serde(default)]
    verification: Option<Verification>,
    #[serde(default)]
    safeguards: Option<Safeguards>,
    #[serde(default)]
    rows: Option<usize>,
    #[serde(default)]
    summary_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Import {
    text: String,
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    exclusive: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct What {
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessagesOf {
    plan: Box<RawValue>,
    #[serde(default)]
    organisation: Option<String>,
    #[serde(default)]
    contact: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sign {
    plan: Box<RawValue>,
    secret: String,
    approver: PrincipalId,
    now: pim_core::time::Timestamp,
    valid: Period,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

const VERBS: &[&str] = &[
    "findings",
    "compliance",
    "diff",
    "holders",
    "paths",
    "propose_design",
    "check_design",
    "design_schema",
    "plan",
    "report",
    "import_easypim",
    "least_role_for",
    "messages",
    "generate_key",
    "sign",
];

/// Computes something by its name, of none, one or two snapshots; the answer is JSON.
///
/// # Errors
/// `InvalidInput` for a name or arguments that can't be read, with the nearest name or the place; else those of what is computed.
pub fn judge(verb: &str, arguments: &str, tenants: &[Tenant]) -> Result<String> {
    let snapshot = |at: usize| -> Result<&Snapshot> {
        let tenant = tenants.get(at).ok_or_else(|| invalid("a snapshot is needed for this"))?;
        Ok(&tenant.snapshot)
    };
    let reference = Reference::builtin();
    match verb {
        "findings" => {
            let asked: FindingsOf = read("findings", arguments)?;
            json(&analyse(snapshot(0)?, reference, &asked.options()))
        }
        "compliance" => {
            let ComplianceOf { exempt } = read("compliance", arguments)?;
            json(&assess_with(snapshot(0)?, reference, &AssessOptions { exempt }))
        }
        "diff" => {
            let Nothing {} = read("diff", arguments)?;
            json(&diff(snapshot(0)?, snapshot(1)?))
        }
        "holders" => {
            let HoldersOf { privilege } = read("holders", arguments)?;
            json(&Resolver::new(snapshot(0)?).holders_of(&privilege))
        }
        "paths" => {
            let asked: PathsOf = read("paths", arguments)?;
            let resolver = Resolver::new(snapshot(0)?);
            json(&match (&asked.principal, &asked.privilege) {
                (Some(principal), Some(privilege)) => resolver.can_become(principal, privilege),
                (Some(principal), None) => resolver.paths_of(principal),
                (None, Some(privilege)) => resolver.paths_to(privilege),
                (None, None) => {
                    return Err(invalid("say whose paths (`principal`), or to what (`privilege`)"));
                }
            })
        }
        "propose_design" => {
            let asked: Propose = read("propose_design", arguments)?;
            let default = DesignOptions::default();
            let options = DesignOptions {
                break_glass: asked.break_glass,
                min_administrators: asked.min_administrators.unwrap_or(default.min_administrators),
                approvers: asked.approvers,
                ..default
            };
            json(&design_from(snapshot(0)?, reference, &options).to_yaml())
        }
        "check_design" => {
            let CheckDesign { design } = read("check_design", arguments)?;
            let design = design.read()?;
            let faults = tenants.first().map(|tenant| design.check(&tenant.snapshot)).unwrap_or_default();
            let told: Vec<_> = faults
                .iter()
                .map(|fault| {
                    json!({ "path": fault.path, "message": fault.message, "warning": fault.is_warning(),
                        "line": fault.place.as_ref().map(|place| place.line),
                        "column": fault.place.as_ref().map(|place| place.column),
                        "candidates": fault.candidates })
                })
                .collect();
            json(&told)
        }
        "design_schema" => json(&Design::schema()),
        "plan" => {
            let asked: PlanOf = read("plan", arguments)?;
            let design = asked.design.read()?;
            let target = design.resolve(snapshot(0)?).map_err(|faults| {
                let lines: Vec<_> = faults.iter().map(ToString::to_string).collect();
                invalid(format!("the design can't be used for this tenant:\n{}", lines.join("\n")))
            })?;
            let (justification, ticket) = (asked.justification, asked.ticket);
            let plan = plan(
                snapshot(0)?,
                &target,
                &PlanOptions { justification, ticket, ..PlanOptions::default() },
            )?;
            written(&plan)
        }
        "report" => report(read("report", arguments)?, tenants, reference),
        "import_easypim" => {
            let Import { text, file, exclusive } = read("import_easypim", arguments)?;
            let options = ImportOptions { file: file.map(Into::into), exclusive };
            let imported = easypim(&text, &options).map_err(Error::from)?;
            let notices: Vec<_> = imported.notices.iter().map(ToString::to_string).collect();
            json(&json!({ "design": imported.design.to_yaml(), "notices": notices }))
        }
        "least_role_for" => {
            let What { what } = read("least_role_for", arguments)?;
            json(&reference.least_role_for(&what))
        }
        "messages" => told_to(read("messages", arguments)?, snapshot(0)?),
        "generate_key" => {
            let Nothing {} = read("generate_key", arguments)?;
            let secret = SigningSecret::generate()?;
            json(&json!({ "secret": secret.to_pem()?.expose(), "public": secret.public().to_pem()? }))
        }
        "sign" => {
            let asked: Sign = read("sign", arguments)?;
            let plan = Plan::from_json(asked.plan.get().as_bytes())?;
            let secret = SigningSecret::from_text(&asked.secret)?;
            json(&sign(&plan, &secret, asked.approver, asked.now, asked.valid))
        }
        _ => Err(no_such("computation", verb, VERBS.iter().copied())),
    }
}

impl FindingsOf {
    fn options(self) -> AnalysisOptions {
        let default = AnalysisOptions::default();
        AnalysisOptions {
            safeguards: self.safeguards,
            several_roles: self.several_roles.unwrap_or(default.several_roles),
            min_global_administrators: self
                .min_global_administrators
                .unwrap_or(default.min_global_administrators),
            max_global_administrators: self
                .max_global_administrators
                .unwrap_or(default.max_global_administrators),
            stale_after: self.stale_after.unwrap_or(default.stale_after),
            ..default
        }
    }
}

/// A plan's own form, as text.
fn written(plan: &Plan) -> Result<String> {
    String::from_utf8(plan.to_json()?).map_err(|error| {
        Error::new(pim_core::error::ErrorKind::Unexpected, "the plan is no text").with_source(error)
    })
}

fn report(asked: ReportOf, tenants: &[Tenant], reference: &Reference) -> Result<String> {
    let snapshot = tenants.first().map(|tenant| &*tenant.snapshot);
    let design = asked.design.as_ref().map(DesignText::read).transpose()?;
    let plan = asked.plan.as_ref().map(|plan| Plan::from_json(plan.get().as_bytes())).transpose()?;
    let options = AssessOptions::default();
    let compliance =
        snapshot.filter(|_| asked.compliance).map(|snapshot| assess_with(snapshot, reference, &options));
    let report = Report {
        title: asked.title.as_deref(),
        snapshot,
        findings: asked.findings.as_ref(),
        compliance: compliance.as_ref(),
        design: design.as_ref(),
        plan: plan.as_ref(),
        outcome: asked.outcome.as_ref(),
        verification: asked.verification.as_ref(),
        before: tenants.get(1).map(|tenant| &*tenant.snapshot),
        safeguards: asked.safeguards.as_ref(),
        sections: asked.summary_only.then_some(&[Section::Summary][..]),
        rows: asked.rows.unwrap_or(Report::default().rows),
        ..Report::default()
    };
    let text = match (asked.format.as_str(), asked.table.as_deref()) {
        ("html", None) => report.html(),
        ("markdown", None) => report.markdown(),
        ("json", None) => report.json(),
        ("csv", Some(name)) => report.csv(table(name)?),
        ("csv", None) => return Err(invalid("table: say which table of the report, such as `findings`")),
        ("html" | "markdown" | "json", Some(_)) => return Err(invalid("table: only `csv` is of one table")),
        (other, _) => return Err(no_such("format", other, ["html", "markdown", "json", "csv"])),
    };
    let text = text.map_err(|error| invalid(error.to_string()))?;
    json(&text)
}

fn table(name: &str) -> Result<Table> {
    let of = |table: &Table| table.file_name().trim_end_matches(".csv").replace('-', "_");
    let found = Table::ALL.iter().copied().find(|table| of(table) == name);
    let known: Vec<_> = Table::ALL.iter().map(of).collect();
    found.ok_or_else(|| no_such("table", name, known.iter().map(String::as_str)))
}

fn told_to(asked: MessagesOf, snapshot: &Snapshot) -> Result<String> {
    let plan = Plan::from_json(asked.plan.get().as_bytes())?;
    let options = MessageOptions {
        organisation: asked.organisation,
        contact: asked.contact,
        ..MessageOptions::default()
    };
    let told = messages(&plan, snapshot, &options).map_err(|error| invalid(error.to_string()))?;
    let all: Vec<_> = told
        .messages
        .iter()
        .map(|one| {
            json!({ "id": one.id, "to": one.to, "name": one.name.expose(),
                "address": one.address.as_ref().map(|address| address.expose()),
                "subject": one.subject.expose(), "text": one.text.expose(),
                "html": one.html.as_ref().map(|html| html.expose()) })
        })
        .collect();
    json(&json!({ "messages": all, "unreachable": told.unknown.len() }))
}
