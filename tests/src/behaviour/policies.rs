//! What privileges demand, and the traps of writing it. P2, P3, C1.

use pim_core::{
    backend::{AuditQuery, PolicyQuery},
    client::Activate,
    error::ErrorKind,
    id::{RoleId, UnitId},
    policy::{NotificationLevel, NotificationSetting, Policy, Requirement, Rule, RuleKind, Setting},
    privilege::{DirectoryScope, Privilege, RoleDefinition, RoleOrigin, Surface},
    request::RequestStatus,
    schedule::Level,
    time::{Expiry, Period},
};
use pim_embedded::{
    engine::{Audience, Caller, Command, MailKind, PolicyWrite},
    seed::{group_of, guid_of, id_of},
};

use crate::{Harness, World, duty, global, refused, settings, small};

fn sorted(mut rules: Vec<Rule>) -> Vec<Rule> {
    rules.sort_by_key(|rule| rule.kind.as_str().to_owned());
    rules
}

fn demand(requirements: &[Requirement]) -> Rule {
    settings::demands(requirements.iter().cloned())
}

/// P2: before anybody changes them, 17 rules say what the service's documentation says.
pub(super) async fn start_with_the_defaults(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let world = World::of(h, small().group("team", [])).await;
    for privilege in [duty(), team] {
        let policy = world.client("alice").policy(&privilege).await.unwrap();
        assert_eq!(sorted(policy.rules), sorted(Policy::default_rules(&privilege.surface())));
        assert_eq!((policy.subject, policy.modified), (privilege, None));
    }
}

/// P2, C1: what is written is read back and counts, and the other rules stay.
pub(super) async fn are_written_and_read_back(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    let root = world.client("root");
    let before = root.policy(&duty()).await.unwrap();
    let rules = [settings::longest(Period::hours(1)), settings::approval(["bob", "carol"])];
    let after = root.update_policy(&duty(), &rules).await.unwrap();
    assert_eq!(root.policy(&duty()).await.unwrap(), after);
    assert_eq!((&after.id, after.modified), (&before.id, Some(world.now())));
    assert_eq!(sorted(after.rules.clone()), sorted(before.apply(&rules).rules));
    let ask = Activate { duration: None, ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    assert_eq!(request.asked.expiry, Some(Expiry::After(Period::hours(1))));
    assert_eq!(request.status, RequestStatus::PendingApproval);
    let listed = root.policies(&PolicyQuery { surface: Some(Surface::DirectoryRoles) }, None);
    let listed = listed.collect_all().await.unwrap();
    assert!(listed.contains(&after) && listed.len() > 100, "one for each role");
}

/// P2, X3: a directory role has one policy, whatever the scope.
pub(super) async fn hold_at_every_scope(h: &dyn Harness) {
    let scope = DirectoryScope::AdministrativeUnit(UnitId::from_guid(guid_of("sales")));
    let narrow = Privilege::DirectoryRole { role: duty().role_id().unwrap().clone(), scope };
    let world = World::of(h, small().unit("sales", []).eligible("alice", narrow.clone())).await;
    let root = world.client("root");
    let written = root.update_policy(&narrow, &[settings::longest(Period::hours(1))]).await.unwrap();
    assert_eq!(written.subject, duty());
    assert_eq!(root.policy(&duty()).await.unwrap(), written);
    let long = world.activate("alice", &narrow).await;
    assert_eq!(long.unwrap_err().kind(), ErrorKind::PolicyViolation);
}

/// P2: a change holds from now on; what runs and what waits goes on as it began.
pub(super) async fn do_not_reach_back(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty()).eligible("bob", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    let rules = [settings::longest(Period::minutes(30)), settings::approval(["carol"])];
    world.client("root").update_policy(&duty(), &rules).await.unwrap();
    world.advance(Period::hours(1)).await;
    assert_eq!(world.holding("alice", &duty()).await.window.length(), Some(Period::hours(2)));
    assert_eq!(world.activate("bob", &duty()).await.unwrap_err().kind(), ErrorKind::PolicyViolation);
}

/// P2: only administrators write, anybody reads, and what is not there has none.
pub(super) async fn are_for_administrators_to_write(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let rules = [settings::longest(Period::hours(1))];
    let written = world.client("alice").update_policy(&duty(), &rules).await;
    refused(written, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    let listed = world.client("alice").policies(&PolicyQuery::default(), None).collect_all().await;
    refused(listed, ErrorKind::PermissionDenied, "UnauthorizedAccessException");
    let nothing = Privilege::role(RoleId::from_guid([9; 16]));
    let read = world.client("root").policy(&nothing).await;
    assert_eq!(read.unwrap_err().kind(), ErrorKind::NotFound);
    let written = world.backend("root").policies().unwrap().update_policy(&nothing, &rules).await;
    assert_eq!(written.unwrap_err().kind(), ErrorKind::NotFound);
}

/// P2: where there is no policy, it is told that the role is what is missing.
pub(super) async fn name_what_is_missing(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let nothing = Privilege::role(RoleId::from_guid([9; 16]));
    let read = world.client("root").policy(&nothing).await;
    refused(read, ErrorKind::NotFound, "RoleNotFound");
    let rules = [settings::longest(Period::hours(1))];
    let written = world.backend("root").policies().unwrap().update_policy(&nothing, &rules).await;
    refused(written, ErrorKind::NotFound, "RoleNotFound");
}

/// P2: rules that this version does not know are kept word for word.
pub(super) async fn keep_what_they_do_not_know(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let rule = Rule {
        kind: RuleKind::from("CustomExtension_PreApproval_EndUser_Assignment"),
        setting: Setting::Unknown {
            type_name: "customExtensionRule".into(),
            raw: serde_json::json!({"timeout": 5, "deep": {"er": [1, 2]}}),
        },
    };
    let backend = world.backend("root");
    let written =
        backend.policies().unwrap().update_policy(&duty(), std::slice::from_ref(&rule)).await.unwrap();
    assert_eq!(written.rules.len(), 18);
    assert!(world.client("root").policy(&duty()).await.unwrap().rules.contains(&rule));
}

/// C3: a second factor is refused while a context is demanded; the other way round is silently taken, and then
/// neither is honoured as a second factor.
pub(super) async fn take_a_context_beside_mfa_but_not_mfa_beside_a_context(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty()).eligible("alice", global())).await;
    let backend = world.backend("root");
    let admin = backend.policies().unwrap();
    let (mfa, none) = (demand(&[Requirement::Mfa]), demand(&[]));
    admin.update_policy(&duty(), &[settings::context(true), none.clone()]).await.unwrap();
    let conflict = admin.update_policy(&duty(), std::slice::from_ref(&mfa)).await;
    refused(conflict, ErrorKind::Conflict, "MfaAndAcrsConflict");
    admin.update_policy(&duty(), &[settings::context(false), mfa.clone()]).await.unwrap();
    admin.update_policy(&duty(), &[settings::context(true)]).await.unwrap();
    let stored = world.client("root").policy(&duty()).await.unwrap();
    assert!(stored.rules.contains(&mfa) && stored.rules.contains(&settings::context(true)));
    let error = world.activate("alice", &duty()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StepUpRequired, "the second factor no longer counts: {error}");
}

/// C1: addresses for approvers' mail beside named approvers shut the policy for single rules, the mending one
/// too; a whole policy opens it.
pub(super) async fn shut_when_recipients_stand_beside_approvers(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let root = Caller::with_mfa(id_of("root"));
    let write = async |rule: Rule, how| {
        world.service().execute(&root, &Command::UpdatePolicy(duty(), vec![rule], how)).await
    };
    write(settings::approval(["bob"]), PolicyWrite::Single).await.unwrap();
    write(settings::approver_mail(&["soc@contoso.example"]), PolicyWrite::Single).await.unwrap();
    for rule in [settings::longest(Period::hours(1)), settings::approver_mail(&[])] {
        let shut = write(rule, PolicyWrite::Single).await;
        refused(shut, ErrorKind::Conflict, "ActivationCustomApproversNotEmpty");
    }
    write(settings::approver_mail(&[]), PolicyWrite::Whole).await.unwrap();
    write(settings::longest(Period::hours(1)), PolicyWrite::Single).await.unwrap();
}

/// C1: Azure refuses approval without approvers, and recipients beside approvers, when they are written.
pub(super) async fn are_checked_at_once_by_azure(h: &dyn Harness) {
    let owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635".parse::<RoleId>().unwrap();
    let role = RoleDefinition::new(owner.clone(), Surface::AzureRoles, "Owner".into(), RoleOrigin::BuiltIn);
    let scope = "/subscriptions/4a1b0b5e-0d5f-4b12-8d5e-7f3f0b6e2a11".parse().unwrap();
    let privilege = Privilege::AzureRole { role: owner, scope };
    let seed = small().edit(|records| records.roles.push(role)).standing("root", privilege.clone());
    let world = World::of(h, seed).await;
    let backend = world.backend("root");
    let admin = backend.policies().unwrap();
    let unnamed = admin.update_policy(&privilege, &[settings::approval([])]).await;
    refused(unnamed, ErrorKind::InvalidInput, "InvalidPolicy");
    let both = [settings::approval(["bob"]), settings::approver_mail(&["soc@contoso.example"])];
    let both = admin.update_policy(&privilege, &both).await;
    refused(both, ErrorKind::Conflict, "ActivationCustomApproversNotEmpty");
    admin.update_policy(&privilege, &[settings::approval(["bob"])]).await.unwrap();
}

/// P2, T5: a change is on record, with the rules that it set.
pub(super) async fn leave_a_record_of_changes(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let root = world.client("root");
    root.update_policy(&duty(), &[settings::longest(Period::hours(1))]).await.unwrap();
    let query = AuditQuery { activity: Some("Update role setting in PIM".into()), ..AuditQuery::default() };
    let rows = root.audit(&query, None).collect_all().await.unwrap();
    assert_eq!((rows.len(), rows[0].actor.clone()), (1, Some(id_of("root"))));
    assert!(rows[0].reason.as_ref().unwrap().expose().contains("expiration_end_user_assignment"));
    root.update_policy(&duty(), &[settings::longest(Period::hours(1))]).await.unwrap();
    let rows = root.audit(&query, None).collect_all().await.unwrap();
    assert_eq!(rows.len(), 1, "what says the same is not written again");
}

/// C1, R2: mail goes where the notification rules send it: by level, usual recipients and further addresses.
pub(super) async fn send_mail_as_their_rules_say(h: &dyn Harness) {
    let setting = |level, default_recipients, addresses: &[&str]| NotificationSetting {
        level,
        default_recipients,
        recipients: addresses.iter().map(|address| (*address).into()).collect(),
    };
    let rules = [
        settings::mail(
            RuleKind::NotificationAdminEndUserAssignment,
            setting(NotificationLevel::All, false, &["soc@contoso.example"]),
        ),
        settings::mail(
            RuleKind::NotificationRequestorEndUserAssignment,
            setting(NotificationLevel::None, true, &[]),
        ),
        settings::mail(
            RuleKind::NotificationApproverEndUserAssignment,
            setting(NotificationLevel::Critical, true, &[]),
        ),
        settings::mail(
            RuleKind::NotificationAdminAdminEligibility,
            setting(NotificationLevel::Critical, true, &["soc@contoso.example"]),
        ),
        settings::approval(["bob"]),
    ];
    let world = World::of(h, small().policy(duty(), rules)).await;
    world.assign("alice", Level::Eligibility, &duty(), Expiry::Never).await.unwrap();
    let request = world.activate("alice", &duty()).await.unwrap();
    world.approve("bob", &request).await.unwrap();
    let mail = world.mail().await;
    let told: Vec<_> = mail.iter().map(|mail| (mail.kind, mail.addresses.len())).collect();
    assert_eq!(told, [(MailKind::Granted, 0), (MailKind::DecisionNeeded, 0), (MailKind::Activated, 1)]);
    assert_eq!(mail[0].to, Audience::Principal(id_of("alice")), "a critical rule lets no mere news through");
    assert_eq!(mail[2].to, Audience::Addresses);
}
