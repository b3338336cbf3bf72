mod corpus;
mod csv_export;
mod faults;
mod forms;

use super::*;
use crate::desired::{DesignFault, Row};

fn read(text: &str) -> Result<Imported, DesignErrors> {
    easypim(text, &ImportOptions { file: Some("easy.json".into()), ..ImportOptions::default() })
}

#[track_caller]
fn imported(text: &str) -> Imported {
    read(text).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The only row.
#[track_caller]
fn row(text: &str) -> Row {
    let imported = imported(text);
    assert_eq!(imported.design.roles.len(), 1, "{:?}", imported.design.roles);
    imported.design.roles[0].clone()
}

/// The only fault.
#[track_caller]
fn fault(text: &str) -> DesignFault {
    let errors = read(text).map(|imported| imported.design.to_json()).unwrap_err();
    assert_eq!(errors.faults.len(), 1, "{errors}");
    errors.faults[0].clone()
}

fn kinds(imported: &Imported) -> Vec<NoticeKind> {
    imported.notices.iter().map(|notice| notice.kind).collect()
}

/// The policy of one Entra role, as settings.
#[track_caller]
fn entra(fields: &str) -> (crate::desired::Settings, Vec<NoticeKind>) {
    let text = format!(r#"{{"EntraRoles": {{"Policies": {{"Reports Reader": {{{fields}}}}}}}}}"#);
    let imported = imported(&text);
    (imported.design.roles[0].settings.clone(), kinds(&imported))
}
