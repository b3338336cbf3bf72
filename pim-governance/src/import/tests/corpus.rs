//! EasyPIM's own samples, which are not part of the repository.

use std::path::PathBuf;

use super::*;
use crate::desired::{Length, Longest, MailLevel, Until, Who};

/// A sample; `None`, and said so, where the samples are not there.
fn sample(name: &str) -> Option<Imported> {
    let beside =
        || Some(PathBuf::from(std::env::var_os("PIM_REFERENCE_DATA")?).parent()?.join("easypim-configs"));
    let directory = std::env::var_os("PIM_EASYPIM_CONFIGS").map(PathBuf::from).or_else(beside);
    let Some(directory) = directory.filter(|directory| directory.is_dir()) else {
        println!("skipped: corpus not present");
        return None;
    };
    let imported = easypim_file(directory.join(name), &ImportOptions::default());
    Some(imported.unwrap_or_else(|errors| panic!("{errors}")))
}

fn count(imported: &Imported, kind: NoticeKind) -> usize {
    kinds(imported).iter().filter(|found| **found == kind).count()
}

#[test]
fn the_old_form_imports_wholly() {
    let Some(imported) = sample("sample-config.json") else { return };
    let design = &imported.design;
    assert_eq!(design.protected.len(), 3);
    // 5 Azure roles at 3 scopes (one both ways), 2 Entra roles, 4 groups.
    let eligible: usize = design.roles.iter().map(|row| row.eligible.len()).sum();
    let active: usize = design.roles.iter().map(|row| row.active.len()).sum();
    assert_eq!((design.roles.len(), eligible, active), (11, 13, 3));
    let blob =
        design.roles.iter().find(|row| row.role.as_deref() == Some("Storage Blob Data Contributor")).unwrap();
    assert!(blob.eligible[0].condition.as_deref().unwrap().ends_with("StringEquals 'my-container'))"));
    let inviter = design.roles.iter().find(|row| row.role.as_deref() == Some("Guest Inviter")).unwrap();
    assert_eq!(inviter.active[0].until, Some(Until::After(Length::days(1))));
    let managed = design.roles.iter().filter_map(|row| row.azure.as_deref());
    assert_eq!(managed.filter(|scope| scope.ends_with("/managementGroups/all_sub")).count(), 1);
    assert_eq!(count(&imported, NoticeKind::Legacy), 6);
    // Eligible without a duration, and one who is eligible and active for the same.
    assert_eq!(count(&imported, NoticeKind::Assumed), 8);
    assert_eq!(count(&imported, NoticeKind::Duplicate), 1);
    assert_eq!(imported.notices.len(), 15);
}

#[test]
fn the_array_form_imports_and_approval_by_nobody_is_told() {
    let Some(imported) = sample("enhanced-sample-config-array.json") else { return };
    let [row] = &imported.design.roles[..] else { panic!() };
    assert_eq!((row.role.as_deref(), row.template.as_deref()), (Some("Reader"), Some("Standard")));
    assert_eq!(row.settings.activation.approval, Some(true));
    assert_eq!(row.settings.activation.approvers, Some(vec![]));
    let template = &imported.design.templates["Standard"].settings.activation;
    assert_eq!(
        (template.max, template.mfa, template.approval),
        (Some(Length::hours(8)), Some(true), Some(false))
    );
    assert_eq!(kinds(&imported), [NoticeKind::NoApprovers]);
}

#[test]
fn the_full_sample_imports_and_each_oddity_is_told() {
    let Some(imported) = sample("enhanced-sample-config.json") else { return };
    let design = &imported.design;
    assert_eq!(
        design.templates.keys().collect::<Vec<_>>(),
        ["ExecutiveApproval", "HighSecurity", "LowPrivilege", "Standard"]
    );
    let find = |role: &str| design.roles.iter().find(|row| row.role.as_deref() == Some(role)).unwrap();

    let owner = find("Owner");
    assert_eq!((owner.template.as_deref(), owner.eligible.len()), (None, 1));
    assert_eq!(owner.settings.activation.mfa, Some(true));
    assert_eq!(
        owner.settings.activation.approvers.as_ref().map(|who| who[0].as_str()),
        Some("5dba24e0-00ef-4c21-9702-7c093a0775eb")
    );
    assert_eq!(owner.settings.eligible.longest, Some(Longest::Length(Length::days(90))));
    // Without a duration of its own, as long as the policy allows.
    assert_eq!(owner.eligible[0].until, Some(Until::After(Length::days(90))));
    let mail = owner.settings.notifications.active.approvers.clone().unwrap();
    assert_eq!(
        (mail.level, mail.default_recipients, mail.to),
        (Some(MailLevel::All), Some(true), Some(Vec::<Who>::new()))
    );

    // A group has no authentication context, and its template has one.
    let group = design.roles.iter().find(|row| row.group.is_some() && !row.settings.is_empty()).unwrap();
    assert_eq!((group.template.as_deref(), &group.settings.activation.context), (None, &None));
    assert_eq!(group.settings.activation.max, Some(Length::hours(4)));
    assert_eq!(count(&imported, NoticeKind::SpelledOut), 1);
    assert_eq!(find("User Access Administrator").template.as_deref(), Some("ExecutiveApproval"));
    let reader = find("Security Reader");
    assert_eq!(reader.settings.eligible.longest, Some(Longest::Unlimited));
    assert_eq!(reader.eligible.len(), 2);
    // The same assignment in both forms is one.
    assert_eq!(find("Storage Blob Data Contributor").eligible.len(), 1);
    assert_eq!(count(&imported, NoticeKind::Legacy), 6);
    // `EnablementRules` and two more old names in both inline policies.
    assert_eq!(count(&imported, NoticeKind::OldName), 7);
    // Owner and User Access Administrator of Azure.
    assert_eq!(count(&imported, NoticeKind::ProtectedRole), 2);
    for kind in
        [NoticeKind::TextBoolean, NoticeKind::LooseWord, NoticeKind::WithoutEffect, NoticeKind::Duplicate]
    {
        assert!(count(&imported, kind) > 0, "{kind}");
    }
    let again =
        crate::desired::Design::from_json(&design.to_json()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(again, *design);
}
