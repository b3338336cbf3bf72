//! Plans sent to the service in this process, step by step.

use futures::executor::block_on;
use pim_core::{
    client::{Client, Safeguards},
    policy::{ActivationPolicy, ApprovalSetting, Approver, GrantPolicy, RuleChange},
    privilege::{DirectoryScope, Privilege},
    review::{NewReview, Population, ReviewScope, ReviewSettings, Reviewed},
    schedule::{Level, Origin, Via},
    time::{Expiry, Period},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use crate::{
    desired::{Grant, Target, Wave},
    discover::{DiscoverOptions, discover},
    plan::{Change, Plan, PlanOptions, Risk, drift, plan},
    snapshot::Snapshot,
};

fn read(client: &Client) -> Snapshot {
    block_on(discover(client, &DiscoverOptions::default())).unwrap()
}

fn send(client: &Client, change: &Change) {
    block_on(async {
        match change {
            Change::Grant(ask) => client.submit(ask).await.map(|_| ()),
            Change::Policy { privilege, rules } => {
                let rules: Vec<_> = rules.iter().map(RuleChange::rule).collect();
                client.update_policy(privilege, &rules).await.map(|_| ())
            }
            Change::Review(review) => client.create_review(review).await.map(|_| ()),
            Change::RemoveReview { name } => {
                let all = client.reviews(&pim_core::backend::View::Everyone, None).collect_all().await?;
                let review = all.iter().find(|review| review.definition.name == *name).unwrap();
                client.delete_review(&review.id).await
            }
        }
    })
    .unwrap_or_else(|error| panic!("{error:?} for {change:?}"));
}

/// Everybody but those for emergencies and the caller has to activate their Entra roles.
fn just_in_time(snapshot: &Snapshot, safeguards: &Safeguards) -> Target {
    let caller = id_of("emma.clarke");
    let mut target = Target { safeguards: safeguards.clone(), ..Target::default() };
    let people: Vec<_> = snapshot.users.iter().map(|user| &user.id).collect();
    for row in &snapshot.assignments {
        let tenant = matches!(row.privilege, Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. });
        if !tenant || row.origin != Origin::Assigned || row.via != Via::Direct {
            continue;
        }
        target.exclusive.insert(row.privilege.clone());
        let stays = row.principal == caller
            || safeguards.break_glass.contains(&row.principal)
            || !people.contains(&&row.principal);
        let level = if stays { Level::Assignment } else { Level::Eligibility };
        let expiry = match row.window.end() {
            Some(end) if stays => Expiry::At(end),
            None if stays => Expiry::Never,
            _ => Expiry::After(Period::days(180)),
        };
        target
            .grants
            .push(Grant { expiry, ..Grant::new(level, row.principal.clone(), row.privilege.clone()) });
    }
    for row in snapshot.eligibilities.iter().filter(|row| target.exclusive.contains(&row.privilege)) {
        let expiry = row.window.end().map_or(Expiry::Never, Expiry::At);
        let known = |grant: &Grant| {
            grant.level == Level::Eligibility
                && (&grant.principal, &grant.privilege) == (&row.principal, &row.privilege)
        };
        if !target.grants.iter().any(known) {
            let grant = Grant::new(Level::Eligibility, row.principal.clone(), row.privilege.clone());
            target.grants.push(Grant { expiry, ..grant });
        }
    }
    for privilege in &target.exclusive {
        let activation = ActivationPolicy {
            max: Period::hours(4),
            strong_authentication: pim_core::policy::StrongAuthentication::Mfa,
            justification: true,
            ticket: false,
            approval: Some(ApprovalSetting::by([
                Approver::user(caller.clone()),
                Approver::user(id_of("noah.becker")),
            ])),
        };
        target.policies.insert(privilege.clone(), activation.rules());
    }
    let group = Privilege::member(pim_embedded::seed::group_of("service-desk"));
    let bounded = GrantPolicy { permanent: false, max: Period::days(90), mfa: false, justification: true };
    target.policies.insert(group, bounded.rules(&Level::Eligibility));
    target.waves =
        vec![Wave { name: "pilot".into(), principals: [id_of("noah.becker"), id_of("priya.raman")].into() }];
    target.reviews = vec![NewReview {
        name: "Global Administrators".into(),
        scope: ReviewScope {
            privilege: Privilege::role(pim_core::id::RoleId::GLOBAL_ADMINISTRATOR),
            population: Population::EligibleAndActive,
            reviewed: Reviewed::UsersAndGroups,
            inactive_for: None,
        },
        reviewers: Vec::new(),
        fallback_reviewers: Vec::new(),
        start: None,
        settings: ReviewSettings::default(),
        stages: Vec::new(),
    }];
    target
}

/// Who holds and may activate what, by whom and until when.
fn grants(snapshot: &Snapshot) -> Vec<String> {
    let held = snapshot.assignments.iter();
    let held = held.map(|row| format!("{} {} {:?}", row.principal, row.privilege, row.window.end()));
    let may = snapshot.eligibilities.iter();
    let may = may.map(|row| format!("may {} {} {:?}", row.principal, row.privilege, row.window.end()));
    let mut all: Vec<_> = held.chain(may).collect();
    all.sort();
    all
}

fn planned(snapshot: &Snapshot, target: &Target) -> Plan {
    plan(snapshot, target, &PlanOptions::default()).unwrap()
}

#[test]
fn a_tenant_goes_just_in_time_and_back() {
    let clock = VirtualClock::at(sample::NOW);
    let service = Embedded::new(sample::tenant(), clock.clone());
    let break_glass = sample::BREAK_GLASS.map(id_of).into();
    let safeguards = Safeguards { break_glass, ..Safeguards::default() };
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), safeguards.clone());
    let before = read(&client);
    let target = just_in_time(&before, &safeguards);
    let plan = planned(&before, &target);
    assert!(plan.refused.is_empty() && plan.unread.is_empty(), "{:?} {:?}", plan.refused, plan.unread);
    assert_eq!(plan.waves, ["settings", "pilot", "rest"]);
    let removals = plan.steps.iter().filter(|step| step.risk == Risk::High).count();
    assert!(removals > 50 && plan.steps.iter().any(|step| step.wave == 1), "{removals} removals");
    assert_eq!(plan.administrators.after.len(), 3);
    assert_eq!(drift(&before, &target).unwrap().exit_status(), 2);

    for step in &plan.steps {
        send(&client, &step.change);
    }
    clock.advance(Period::hours(1));
    let after = read(&client);
    let next = planned(&after, &target);
    assert!(next.is_empty(), "{:?} {:?}", next.steps, next.refused);
    assert_eq!(next.administrators.before, plan.administrators.after);
    assert_eq!(drift(&after, &target).unwrap().exit_status(), 0);

    // Settings first, so that they let the rest be undone.
    let undo = |settings: bool| {
        let steps = plan.steps.iter().rev();
        let steps = steps.filter(move |step| matches!(step.change, Change::Policy { .. }) == settings);
        steps.filter_map(|step| step.inverse.as_ref())
    };
    for change in undo(true).chain(undo(false)) {
        send(&client, change);
    }
    clock.advance(Period::hours(1));
    let undone = read(&client);
    assert_eq!(grants(&undone), grants(&before));
    for policy in &before.policies {
        let now = undone.policies.iter().find(|other| other.subject == policy.subject).unwrap();
        assert!(now.diff(&policy.rules).is_empty(), "{}", policy.subject);
    }
    assert_eq!(undone.reviews.len(), before.reviews.len());
}
