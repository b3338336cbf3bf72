//! Who is offered a lesser role, and who is not.

use pim_core::{
    directory::User,
    id::RoleId,
    privilege::Privilege,
    schedule::Eligibility,
    time::{Period, Timestamp},
};

use super::*;
use crate::snapshot::Coverage;

fn now() -> Timestamp {
    Timestamp::from_unix_seconds(1_790_000_000)
}

fn role(name: &str) -> RoleId {
    Reference::builtin().roles().find(|role| role.name == name).unwrap().id.clone()
}

fn judge(name: &str, activities: &[&str]) -> Need {
    need(Reference::builtin(), &role(name), activities.iter().copied())
}

fn least(name: &str, activities: &[&str]) -> String {
    match judge(name, activities) {
        Need::Lesser { roles, .. } => roles[0].name.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_weakest_role_that_covers_what_was_done_is_offered() {
    let global = "Global Administrator";
    assert_eq!(least(global, &["Reset user password"]), "Password Administrator");
    assert_eq!(least(global, &["Add user", "Reset user password"]), "User Administrator");
    assert_eq!(least(global, &["Add conditional access policy"]), "Conditional Access Administrator");
    assert_eq!(least(global, &["Add member to role"]), "Privileged Role Administrator");
    assert_eq!(least("User Administrator", &["Reset user password"]), "Password Administrator");
    assert_eq!(least("User Administrator", &["Invite external user"]), "Guest Inviter");
    assert_eq!(least("Helpdesk Administrator", &["Reset user password"]), "Password Administrator");
}

#[test]
fn what_takes_the_role_leaves_it() {
    assert_eq!(judge("User Administrator", &["Add user"]), Need::Whole);
    assert_eq!(judge("Global Administrator", &["Add user", "Add conditional access policy"]), Need::Whole);
    assert_eq!(judge("Password Administrator", &["Reset user password"]), Need::Whole);
    // Groups Administrator would do, but may delete groups for good, which User Administrator may not.
    assert_eq!(judge("User Administrator", &["Add member to group", "Update group"]), Need::Whole);
}

#[test]
fn what_everybody_may_do_and_what_another_role_did_is_no_use() {
    assert_eq!(judge("User Administrator", &["Change user password"]), Need::Unused);
    assert_eq!(judge("User Administrator", &["Add conditional access policy"]), Need::Unused);
    assert_eq!(judge("User Administrator", &[]), Need::Unused);
    // An activation is not what it was activated for.
    let activation = "Add member to role completed (PIM activation)";
    assert_eq!(judge("User Administrator", &[activation]), Need::Unused);
    assert_eq!(judge("Global Administrator", &[activation]), Need::Unused);
}

#[test]
fn it_is_said_when_it_cannot_be_told() {
    let unclear = |need| match need {
        Need::Unclear(why) => why,
        other => panic!("{other:?}"),
    };
    let known = ["Reset user password"];
    assert_eq!(unclear(judge("Privileged Authentication Administrator", &known)), Unclear::PowerNotInActions);
    let unknown = unclear(judge("Global Administrator", &["Reset user password", "Frobnicate tenant"]));
    assert_eq!(unknown, Unclear::UnknownActivities(["Frobnicate tenant".into()].into()));
    assert!(matches!(unclear(judge("Exchange Administrator", &known)), Unclear::OtherServices(_)));
    let own: RoleId = "11111111-2222-3333-4444-555555555555".parse().unwrap();
    assert_eq!(unclear(need(Reference::builtin(), &own, known)), Unclear::UnknownRole);
}

/// For every role and every activity: what is offered is no stronger, allows what was done, and shows its power.
#[test]
fn nothing_stronger_or_stranger_is_ever_offered() {
    let reference = Reference::builtin();
    let activities: Vec<_> = reference.activities().collect();
    let mut offers = 0;
    for held in reference.roles() {
        for pair in activities.windows(2) {
            let names = pair.iter().map(|activity| &*activity.activity);
            let Need::Lesser { roles, .. } = need(reference, &held.id, names) else { continue };
            for offer in roles {
                let facts = reference.role(offer.role.as_ref().unwrap()).unwrap();
                assert!(!facts.power_not_in_actions && !facts.reserved && !held.power_not_in_actions);
                assert!(facts.tier >= held.tier && facts.id != held.id);
                let has = |role: &RoleId, wanted: &str| {
                    *role == RoleId::GLOBAL_ADMINISTRATOR
                        || reference.actions_of(role).any(|own| crate::reference::covers(own, wanted))
                };
                for action in pair.iter().flat_map(|activity| &activity.actions) {
                    assert!(!has(&held.id, action) || has(&facts.id, action), "{} {action}", facts.name);
                }
                offers += 1;
            }
        }
    }
    assert!(offers > 100);
}

fn snapshot(held: &[&str], done: &[(&str, u32)]) -> Snapshot {
    let who: PrincipalId = "00000000-0000-0000-0000-000000000001".parse().unwrap();
    let grants = held.iter().map(|name| {
        Eligibility::new(format!("e {name}").parse().unwrap(), who.clone(), Privilege::role(role(name)))
    });
    let operations = done.iter().map(|(activity, times)| {
        let mut operation = Operation::new(who.clone(), *activity, now() - Period::days(3));
        operation.times = *times;
        operation
    });
    Snapshot::builder(now())
        .users([User::new(who.clone(), "x".into(), "x".into())])
        .eligibilities(grants.collect::<Vec<_>>())
        .operations(operations.collect::<Vec<_>>())
        .build()
}

#[test]
fn a_finding_names_the_role_the_evidence_and_what_the_log_leaves_open() {
    let snapshot =
        snapshot(&["Global Administrator"], &[("Reset user password", 7), ("Change user password", 1)]);
    let findings = over_privileged(&snapshot, Reference::builtin());
    assert_eq!(findings.len(), 1);
    let finding = &findings[0];
    assert_eq!((finding.code, finding.severity), (Code::OverPrivileged, Severity::High));
    assert_eq!(finding.privilege, Some(Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)));
    assert_eq!(finding.evidence.len(), 1);
    assert_eq!(finding.evidence[0].fact, "Reset user password: 7 times, last then");
    assert_eq!(finding.evidence[0].at, Some(now() - Period::days(3)));
    assert_eq!(
        finding.remedy,
        "Give Password Administrator instead of Global Administrator. First make sure of what the log does not tell: \
         reading, what was done in other services, which have administrators of their own, whether it was done to \
         administrators."
    );
}

#[test]
fn a_lesser_role_that_is_there_already_is_named() {
    let both = snapshot(&["Global Administrator", "User Administrator"], &[("Add user", 1)]);
    let findings = over_privileged(&both, Reference::builtin());
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].remedy.starts_with("Take Global Administrator away: User Administrator is there already")
    );
}

#[test]
fn nothing_is_found_where_the_role_was_needed_or_the_log_was_not_read() {
    let needed = snapshot(&["User Administrator"], &[("Add user", 1)]);
    assert_eq!(over_privileged(&needed, Reference::builtin()), []);
    let mut unread = snapshot(&["Global Administrator"], &[("Reset user password", 7)]);
    assert_eq!(over_privileged(&unread, Reference::builtin()).len(), 1);
    unread.coverage.get_mut(&SourceKind::Operations).unwrap().coverage = Coverage::NotAsked;
    assert_eq!(over_privileged(&unread, Reference::builtin()), []);
}
