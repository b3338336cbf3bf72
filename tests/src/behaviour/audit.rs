//! What happened, as the log tells it. T5, X6, B3.

use pim_core::{
    audit::{AuditCategory, AuditRecord, AuditResult, AuditService, SignIn, TargetKind},
    backend::{AuditQuery, SignInQuery},
    client::{Activate, Extend, Renew},
    error::ErrorKind,
    id::{AuditId, RoleId, SignInId},
    privilege::Privilege,
    request::Ticket,
    schedule::Level,
    time::{Expiry, Period, Window},
};
use pim_embedded::{
    engine::{Caller, Command},
    seed::{group_of, id_of},
};

use crate::{Harness, NOW, World, duty, refused, settings, small};

/// The activities of PIM's own rows, oldest first.
async fn activities(world: &World) -> Vec<String> {
    rows(world).await.into_iter().map(|row| row.activity.into()).collect()
}

async fn rows(world: &World) -> Vec<AuditRecord> {
    let query = AuditQuery { service: Some(AuditService::Pim), ..AuditQuery::default() };
    let mut rows = world.client("root").audit(&query, None).collect_all().await.unwrap();
    rows.reverse();
    rows
}

/// T5, X6: an activation from request to end, with who, why, on which ticket, and from when to when.
pub(super) async fn tells_of_an_activation(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["bob"])]);
    let world = World::of(h, seed).await;
    let ask = Activate { ticket: Some(Ticket::new("INC-7", "desk")), ..world.activation(&duty()) };
    let request = world.client("alice").activate(ask).await.unwrap();
    let approved = world.advance(Period::hours(1)).await;
    world.approve("bob", &request).await.unwrap();
    world.advance(Period::hours(2)).await;
    assert_eq!(
        activities(&world).await,
        [
            "Add member to role requested (PIM activation)",
            "Add member to role approval requested (PIM activation)",
            "Add member to role request approved (PIM activation)",
            "Add member to role completed (PIM activation)",
            "Remove member from role (PIM activation expired)",
        ]
    );
    let rows = rows(&world).await;
    let (asked, yes, done, over) = (&rows[0], &rows[2], &rows[3], &rows[4]);
    assert_eq!(
        (asked.at, asked.actor.clone(), &asked.result),
        (NOW, Some(id_of("alice")), &AuditResult::Success)
    );
    assert_eq!(asked.category, AuditCategory::RoleManagement);
    assert_eq!(asked.detail("Justification"), Some("planned work"));
    assert_eq!((asked.detail("TicketNumber"), asked.detail("TicketSystem")), (Some("INC-7"), Some("desk")));
    assert_eq!(asked.detail("IsAuthenticatedWithMfa"), Some("True"));
    assert_eq!(asked.detail("IsActivationRequireApproval"), Some("true"));
    assert_eq!(
        (yes.actor.clone(), yes.reason.as_ref().unwrap().expose().as_str()),
        (Some(id_of("bob")), "checked")
    );
    assert_eq!(done.detail("StartTime"), Some(approved.to_string().as_str()));
    assert_eq!(done.detail("ExpirationTime"), Some((approved + Period::hours(2)).to_string().as_str()));
    assert_eq!((over.actor.clone(), over.at), (None, approved + Period::hours(2)));
    let id = request.id.to_string();
    for row in &rows {
        assert_eq!(*row.target(&TargetKind::Request).unwrap().id, *id, "{}", row.activity);
        assert_eq!(*row.target(&TargetKind::User).unwrap().id, *id_of("alice").to_string());
        let role = duty().role_id().unwrap().to_string();
        assert_eq!(*row.target(&TargetKind::Role).unwrap().id, *role);
    }
}

/// T5: the directory's own rows stand beside PIM's, by the service, one for each change.
pub(super) async fn tells_of_the_directory_beside_pim(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(2)).await;
    let query = AuditQuery { service: Some(AuditService::CoreDirectory), ..AuditQuery::default() };
    let rows = world.client("root").audit(&query, None).collect_all().await.unwrap();
    let told: Vec<_> = rows.iter().map(|row| (&*row.activity, row.at, row.actor.clone())).collect();
    assert_eq!(
        told,
        [("Remove member from role", NOW + Period::hours(2), None), ("Add member to role", NOW, None)]
    );
}

/// T5: the other ends of an activation: denied, timed out, withdrawn, ended early.
pub(super) async fn tells_how_activations_end(h: &dyn Harness) {
    let seed = small().eligible("alice", duty()).policy(duty(), [settings::approval(["bob"])]);
    let world = World::of(h, seed).await;
    let denied = world.activate("alice", &duty()).await.unwrap();
    world.client("bob").deny(&denied.approval_key().unwrap(), Some("no".into())).await.unwrap();
    world.activate("alice", &duty()).await.unwrap();
    world.advance(Period::hours(24)).await;
    let withdrawn = world.activate("alice", &duty()).await.unwrap();
    world.client("alice").cancel(&withdrawn.key()).await.unwrap();
    let early = world.activate("alice", &duty()).await.unwrap();
    world.approve("bob", &early).await.unwrap();
    world.advance(Period::minutes(30)).await;
    world.client("alice").deactivate(&duty()).await.unwrap();
    let told = activities(&world).await;
    let ends: Vec<_> = told.iter().filter(|told| !told.contains("requested (PIM activation)")).collect();
    assert_eq!(
        ends,
        [
            "Add member to role request denied (PIM activation)",
            "PIM activation request expired",
            "Add member to role canceled (PIM activation)",
            "Add member to role request approved (PIM activation)",
            "Add member to role completed (PIM activation)",
            "Remove member from role requested (PIM deactivate)",
            "Remove member from role completed (PIM deactivate)",
        ]
    );
}

/// T5: what administrators do, permanent and time-bound, both families.
pub(super) async fn tells_what_administrators_do(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let week = Expiry::After(Period::days(7));
    world.assign("alice", Level::Assignment, &duty(), Expiry::Never).await.unwrap();
    world.assign("alice", Level::Eligibility, &duty(), week).await.unwrap();
    world.advance(Period::hours(1)).await;
    world.revoke("alice", Level::Assignment, &duty()).await.unwrap();
    world.advance(Period::days(8)).await;
    assert_eq!(
        activities(&world).await,
        [
            "Add member to role in PIM requested (permanent)",
            "Add member to role in PIM completed (permanent)",
            "Add eligible member to role in PIM requested (timebound)",
            "Add eligible member to role in PIM completed (timebound)",
            "Remove member from role in PIM requested (permanent)",
            "Remove member from role in PIM completed (permanent)",
            "Remove eligible member from role in PIM completed (timebound)",
        ]
    );
}

/// T5, A11: extensions and renewals.
pub(super) async fn tells_of_extension_and_renewal(h: &dyn Harness) {
    let week = Window::new(Some(NOW), Some(NOW + Period::days(7))).unwrap();
    let world = World::of(h, small().eligible_in("alice", duty(), week)).await;
    let expiry = Expiry::At(NOW + Period::days(10));
    let ask = Extend { principal: Some(id_of("alice")), ..Extend::new(Level::Eligibility, duty(), expiry) };
    world.client("root").extend(ask).await.unwrap();
    world.advance(Period::days(11)).await;
    let expiry = Expiry::After(Period::days(5));
    let ask = Renew { principal: Some(id_of("alice")), ..Renew::new(Level::Eligibility, duty(), expiry) };
    world.client("root").renew(ask).await.unwrap();
    let told = activities(&world).await;
    for activity in [
        "Update eligible member in PIM requested (extend)",
        "Remove eligible member from role in PIM completed (timebound)",
        "Add eligible member to role in PIM requested (renew)",
    ] {
        assert_eq!(told.iter().filter(|told| *told == activity).count(), 1, "{activity} in {told:?}");
    }
}

/// T5, X1: for groups the category and the target are the group's.
pub(super) async fn tells_of_groups_in_their_category(h: &dyn Harness) {
    let team = Privilege::member(group_of("team"));
    let world = World::of(h, small().group("team", []).eligible("alice", team.clone())).await;
    world.activate("alice", &team).await.unwrap();
    let rows = rows(&world).await;
    assert!(!rows.is_empty());
    for row in rows {
        assert_eq!(row.category, AuditCategory::GroupManagement);
        assert_eq!(*row.target(&TargetKind::Group).unwrap().id, *group_of("team").to_string());
    }
    let query = AuditQuery { activity: Some("Add member to group".into()), ..AuditQuery::default() };
    assert_eq!(world.client("root").audit(&query, None).collect_all().await.unwrap().len(), 1);
}

/// T5: a refused activation leaves no record, and neither does a dry run.
pub(super) async fn is_silent_about_refused_activations(h: &dyn Harness) {
    let world = World::of(h, small().eligible("alice", duty())).await;
    world.client("alice").activate(Activate::new(duty())).await.unwrap_err();
    let dry = Activate { dry_run: true, ..world.activation(&duty()) };
    world.client("alice").activate(dry).await.unwrap();
    assert!(activities(&world).await.is_empty());
}

/// M1: an assignment behind PIM's back is told by PIM and by the directory.
pub(super) async fn tells_of_assignments_outside_pim(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let command = Command::AssignOutsidePim(id_of("alice"), duty());
    world.service().execute(&Caller::with_mfa(id_of("root")), &command).await.unwrap();
    assert_eq!(activities(&world).await, ["Add member to role outside of PIM (permanent)"]);
}

/// X6: newest first, narrowed by time, service, activity and actor; the past that was there stays.
pub(super) async fn is_narrowed_by_query(h: &dyn Harness) {
    let old = AuditRecord::new(
        "old".parse::<AuditId>().unwrap(),
        NOW - Period::days(3),
        AuditService::Pim,
        AuditCategory::RoleManagement,
        "Add member to role in PIM completed (permanent)",
    );
    let seed = small().eligible("alice", duty()).eligible("bob", duty());
    let world = World::of(h, seed.edit(|records| records.audit.push(old.clone()))).await;
    world.activate("alice", &duty()).await.unwrap();
    let second = world.advance(Period::hours(1)).await;
    world.activate("bob", &duty()).await.unwrap();
    let root = world.client("root");
    let ask = async |query: AuditQuery| root.audit(&query, None).collect_all().await.unwrap();
    let all = ask(AuditQuery::default()).await;
    assert!(all.is_sorted_by(|a, b| a.at >= b.at));
    assert_eq!(all.last(), Some(&old));
    let first = ask(AuditQuery { from: Some(NOW), until: Some(second), ..AuditQuery::default() }).await;
    assert!(!first.is_empty() && first.iter().all(|row| row.at == NOW), "from is in, until is out");
    let by_bob = ask(AuditQuery { actor: Some(id_of("bob")), ..AuditQuery::default() }).await;
    assert!(!by_bob.is_empty() && by_bob.iter().all(|row| row.actor == Some(id_of("bob"))));
    let activity = "Add member to role completed (PIM activation)";
    let done = ask(AuditQuery { activity: Some(activity.into()), ..AuditQuery::default() }).await;
    assert_eq!(done.len(), 2);
    let ids: std::collections::BTreeSet<_> = all.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids.len(), all.len(), "every record has an id of its own");
}

/// X6, B3: logs take a reporting role.
pub(super) async fn takes_a_reporting_role(h: &dyn Harness) {
    let reader = RoleId::from_guid(0x5d6b6bb7_de71_4623_b4af_96380a352509_u128.to_be_bytes());
    let seed = small().standing("alice", duty()).standing("bob", Privilege::role(reader));
    let world = World::of(h, seed).await;
    let code = "Authentication_RequestFromUnsupportedUserRole";
    let audit = world.client("alice").audit(&AuditQuery::default(), None).collect_all().await;
    refused(audit, ErrorKind::PermissionDenied, code);
    let sign_ins = world.client("alice").sign_ins(&SignInQuery::default(), None).collect_all().await;
    refused(sign_ins, ErrorKind::PermissionDenied, code);
    world.client("bob").audit(&AuditQuery::default(), None).collect_all().await.unwrap();
    world.client("bob").sign_ins(&SignInQuery::default(), None).collect_all().await.unwrap();
}

fn sign_in(n: u8, name: &str, at: pim_core::time::Timestamp) -> SignIn {
    SignIn::new(SignInId::from_guid([n; 16]), at, id_of(name))
}

/// B3, B4: sign-ins of one account within a time, newest first, failed and non-interactive ones too.
pub(super) async fn shows_sign_ins_of_an_account(h: &dyn Harness) {
    let mut failed = sign_in(2, "erin", NOW - Period::hours(2));
    failed.error_code = 50_126;
    let past = [
        sign_in(1, "erin", NOW - Period::days(40)),
        sign_in(3, "bob", NOW - Period::hours(1)),
        failed.clone(),
        sign_in(4, "erin", NOW - Period::hours(3)),
    ];
    let world = World::of(h, small().edit(|records| records.sign_ins.extend(past.clone()))).await;
    let root = world.client("root");
    let query =
        SignInQuery { principal: Some(id_of("erin")), from: Some(NOW - Period::days(30)), until: Some(NOW) };
    let rows = root.sign_ins(&query, None).collect_all().await.unwrap();
    assert_eq!(rows, [failed, past[3].clone()]);
    let all = root.sign_ins(&SignInQuery::default(), None).collect_all().await.unwrap();
    assert!(all.len() == 4 && all.is_sorted_by(|a, b| a.at >= b.at));
}

/// B3: a sign-in is on record as soon as it happens, in the order of time.
pub(super) async fn shows_new_sign_ins(h: &dyn Harness) {
    let world = World::of(h, small()).await;
    let anyone = Caller::without_mfa(id_of("erin"));
    for (n, at) in [(1, NOW + Period::minutes(2)), (2, NOW + Period::minutes(1))] {
        world.service().execute(&anyone, &Command::RecordSignIn(sign_in(n, "erin", at))).await.unwrap();
    }
    let query = SignInQuery { principal: Some(id_of("erin")), ..SignInQuery::default() };
    let rows = world.client("root").sign_ins(&query, None).collect_all().await.unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.at).collect();
    assert_eq!(order, [NOW + Period::minutes(2), NOW + Period::minutes(1)]);
}
