//! What happened in the sample tenant before it starts.

use pim_core::{
    audit::{AuditCategory, AuditRecord, AuditResult, AuditService, AuditTarget, SignIn, TargetKind},
    id::{AuditId, CorrelationId, PrincipalId, SignInId},
    time::Period,
};

use super::{Records, days_ago, people, role};
use crate::seed::{guid_of, id_of};

/// Days ago, hour of the day as minutes after 08:00, activity, role, actor, subject, justification.
#[rustfmt::skip]
const PIM_AUDIT: &[(i64, u32, &str, &str, &str, &str, &str)] = &[
    (155, 20,  "Add eligible member to role in PIM completed (timebound)", "Security Administrator", "emma.clarke", "ivan.petrov", "First roles under PIM"),
    (155, 22,  "Add eligible member to role in PIM completed (permanent)", "Global Administrator", "emma.clarke", "liam.okafor", "First roles under PIM"),
    (71,  140, "Add member to role completed (PIM activation)", "Global Administrator", "liam.okafor", "liam.okafor", "Domain verification"),
    (71,  260, "Remove member from role completed (PIM deactivate)", "Global Administrator", "liam.okafor", "liam.okafor", ""),
    (58,  35,  "Add member to role completed (PIM activation)", "Privileged Role Administrator", "noah.becker", "noah.becker", "Role for the new starter"),
    (33,  300, "Add member to role completed (PIM activation)", "Conditional Access Administrator", "grace.nolan", "grace.nolan", "New location"),
    (33,  780, "Remove member from role (PIM activation expired)", "Conditional Access Administrator", "", "grace.nolan", ""),
    (12,  610, "Add member to role completed (PIM activation)", "Security Administrator", "ivan.petrov", "ivan.petrov", "Incident review"),
    (6,   75,  "Add member to role completed (PIM activation)", "Application Administrator", "adam.keller", "adam.keller", "Certificate renewal"),
    (4,   15,  "Add member to role completed (PIM activation)", "Intune Administrator", "lena.hoffmann", "lena.hoffmann", "Kiosk profile"),
    (2,   50,  "Add member to role completed (PIM activation)", "User Administrator", "nora.lind", "nora.lind", "Starter batch"),
];

/// Assignments that were made past PIM: days ago, role, actor, subject.
#[rustfmt::skip]
const OUTSIDE_PIM: &[(i64, &str, &str, &str)] = &[
    (97, "Application Administrator", "oscar.nilsson", "dana.external"),
    (41, "Global Administrator",      "jack.turner",   "aisha.bello"),
    (19, "User Administrator",        "jack.turner",   "david.moss"),
];

pub(super) fn add(records: &mut Records) {
    for (i, row) in PIM_AUDIT.iter().enumerate() {
        let &(days, minutes, activity, role_name, actor, subject, justification) = row;
        let mut record = record(("pim", i), days, minutes, AuditService::Pim, activity);
        record.actor = Some(actor).filter(|key| !key.is_empty()).map(id_of);
        record.reason = Some(justification).filter(|text| !text.is_empty()).map(Into::into);
        record.targets = targets(role_name, subject);
        records.audit.push(record);
    }
    for (i, &(days, role_name, actor, subject)) in OUTSIDE_PIM.iter().enumerate() {
        // One act, told twice: by the directory and by PIM.
        let rows = [
            ("directory", AuditService::CoreDirectory, "Add member to role"),
            ("outside", AuditService::Pim, "Add member to role outside of PIM (permanent)"),
        ];
        for (source, service, activity) in rows {
            let mut record = record((source, i), days, 90, service, activity);
            record.correlation = Some(CorrelationId::from_guid(guid_of(&format!("outside-act/{i}"))));
            record.actor = Some(id_of(actor));
            record.targets = targets(role_name, subject);
            records.audit.push(record);
        }
    }
    records.audit.push(refused());
    records.audit.sort_by_key(|record| record.at);
    sign_ins(records);
}

fn record(
    (source, i): (&str, usize),
    days: i64,
    minutes: u32,
    service: AuditService,
    activity: &str,
) -> AuditRecord {
    let id = AuditId::from_guid(guid_of(&format!("audit/{source}/{i}")));
    // Days ago at 08:00, the tenant's own hour, then on into that day.
    let at = days_ago(days) + Period::minutes(minutes);
    AuditRecord::new(id, at, service, AuditCategory::RoleManagement, activity)
}

fn targets(role_name: &str, subject: &str) -> Vec<AuditTarget> {
    let role = role(role_name).map(|role| AuditTarget {
        kind: TargetKind::Role,
        id: role.to_string().into(),
        name: Some(role_name.into()),
    });
    let subject = AuditTarget { kind: TargetKind::User, id: id_of(subject).to_string().into(), name: None };
    role.into_iter().chain([subject]).collect()
}

/// Somebody who is no administrator tried.
fn refused() -> AuditRecord {
    let mut record = record(("refused", 0), 19, 70, AuditService::CoreDirectory, "Add member to role");
    record.result = AuditResult::Failure;
    record.reason = Some("Authorization_RequestDenied".into());
    record.actor = Some(id_of("irene.costa"));
    record.targets = targets("User Administrator", "david.moss");
    record
}

/// The last sign-in of everybody, and a few attempts that failed.
fn sign_ins(records: &mut Records) {
    for user in &records.users {
        let Some(at) = user.last_sign_in else { continue };
        let mut sign_in = SignIn::new(sign_in_id(&user.id, 0), at, user.id.clone());
        sign_in.app_name = Some("Azure Portal".to_owned());
        sign_in.address = Some("203.0.113.20".into());
        sign_in.country = Some("GB".to_owned());
        sign_in.interactive = true;
        sign_in.mfa = user.has_second_factor() == Some(true);
        records.sign_ins.push(sign_in);
    }
    // Wrong password, from where nobody of this company is.
    for (i, person) in people::all().filter(|person| person.methods.is_empty()).enumerate() {
        let id = id_of(person.key);
        let at = days_ago(8) + Period::minutes(u32::try_from(i).unwrap_or(0));
        let mut sign_in = SignIn::new(sign_in_id(&id, 1), at, id);
        sign_in.address = Some("198.51.100.77".into());
        sign_in.country = Some("XX".to_owned());
        sign_in.interactive = true;
        sign_in.error_code = 50126;
        records.sign_ins.push(sign_in);
    }
    records.sign_ins.sort_by_key(|sign_in| sign_in.at);
}

fn sign_in_id(principal: &PrincipalId, number: u32) -> SignInId {
    SignInId::from_guid(guid_of(&format!("sign-in/{principal}/{number}")))
}
