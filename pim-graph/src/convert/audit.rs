//! Audit records and sign-ins.

use pim_core::{
    audit::{AuditCategory, AuditRecord, AuditResult, AuditService, AuditTarget, SignIn, TargetKind},
    error::Result,
};

use super::field::{id, malformed, maybe_id, secret, text, time};
use crate::wire;

/// An audit record.
///
/// # Errors
/// `Malformed` without id or time.
pub fn record(read: &wire::DirectoryAudit) -> Result<AuditRecord> {
    let at =
        time(&read.activity_date_time, "activityDateTime")?.ok_or_else(|| malformed("activityDateTime"))?;
    let mut record = AuditRecord::new(
        id(&read.id, "id")?,
        at,
        service(read.logged_by_service.text().unwrap_or_default()),
        AuditCategory::from(read.category.text().unwrap_or_default()),
        text(&read.activity_display_name),
    );
    record.result = AuditResult::from(read.result.text().unwrap_or_default());
    record.reason = secret(&read.result_reason);
    record.correlation = maybe_id(&read.correlation_id, "correlationId")?;
    if let Some(by) = read.initiated_by.get() {
        let user = by.user.get().and_then(|user| user.id.text());
        let app = by.app.get().and_then(|app| app.service_principal_id.text());
        record.actor = user.or(app).map(|who| super::field::parse(who, "initiatedBy")).transpose()?;
    }
    for target in read.target_resources.items() {
        record.targets.push(AuditTarget {
            kind: TargetKind::from(target_kind(target)),
            id: target.id.text().unwrap_or_default().into(),
            name: secret(&target.display_name),
        });
        for changed in target.modified_properties.items() {
            if let (Some(name), Some(value)) = (changed.display_name.text(), changed.new_value.text()) {
                record.details.push((name.into(), value.into()));
            }
        }
    }
    for detail in read.additional_details.items() {
        if let (Some(key), Some(value)) = (detail.key.text(), detail.value.text()) {
            record.details.push((key.into(), value.into()));
        }
    }
    Ok(record)
}

/// Pages write the member with a capital, the service without.
fn target_kind(target: &wire::TargetResource) -> &str {
    let capital = || target.extra.get("Type").and_then(serde_json::Value::as_str);
    target.r#type.text().or_else(capital).unwrap_or_default()
}

/// The service writes names with blanks: `Core Directory`.
fn service(name: &str) -> AuditService {
    match AuditService::from(&*name.replace(' ', "")) {
        AuditService::Unknown(_) => AuditService::Unknown(name.into()),
        known => known,
    }
}

/// A sign-in, of a person or of an application.
///
/// # Errors
/// `Malformed` without id, time or account.
pub fn sign_in(read: &wire::SignIn) -> Result<SignIn> {
    let at = time(&read.created_date_time, "createdDateTime")?.ok_or_else(|| malformed("createdDateTime"))?;
    let user = maybe_id(&read.user_id, "userId")?;
    let principal = match user {
        Some(user) => user,
        None => id(&read.service_principal_id, "userId")?,
    };
    let mut sign_in = SignIn::new(id(&read.id, "id")?, at, principal);
    sign_in.app = maybe_id(&read.app_id, "appId")?;
    sign_in.app_name = read.app_display_name.text().map(Into::into);
    sign_in.address = secret(&read.ip_address);
    sign_in.country = read.location.get().and_then(|place| place.country_or_region.text()).map(Into::into);
    sign_in.interactive = read.is_interactive.is_true();
    sign_in.error_code = read.status.get().and_then(|status| status.error_code.count()).unwrap_or(0);
    sign_in.mfa = read.authentication_requirement.text() == Some("multiFactorAuthentication");
    sign_in.correlation = maybe_id(&read.correlation_id, "correlationId")?;
    Ok(sign_in)
}
