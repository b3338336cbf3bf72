//! What the reports of the tests are about.

use std::collections::BTreeSet;

use pim_core::{
    client::Safeguards,
    directory::{Group, Membership, User},
    error::ErrorKind,
    id::{GroupId, PrincipalId, RoleId, ScheduleId},
    policy::{Requirement, RuleChange, RuleKind, Setting},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege, RoleDefinition, RoleOrigin, Surface},
    request::{Action, NewRequest},
    schedule::{Assignment, Eligibility, Level},
    sensitive::Sensitive,
    time::{Expiry, Period, Timestamp, Window},
};
use pim_embedded::{
    Embedded,
    clock::VirtualClock,
    engine::Caller,
    seed::{id_of, sample},
};

use crate::{
    analysis::{Code, Evidence, Finding, Findings, Severity, Unjudged},
    apply::{Failure, Mode, Outcome, Row, Status, Stopped},
    compliance::{Compliance, assess},
    desired::{
        ActivationSettings, AssignmentType, Design, Length, Row as DesignRow, Settings, Template, Tier,
    },
    discover::{DiscoverOptions, discover_with},
    plan::{Change, Fact, Fingerprint, Guarded, Plan, Refused, Remaining, Risk, Step},
    reference::Reference,
    render::Report,
    snapshot::{Coverage, Reason, Snapshot, SourceKind},
    verify::{self, Check, LeftBehind, Test, Verdict, Verification},
};

pub(super) const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

pub(super) fn tenant() -> Snapshot {
    let service = Embedded::new(sample::tenant(), VirtualClock::at(sample::NOW));
    let client = service.client(Caller::with_mfa(id_of("emma.clarke")), Safeguards::default());
    futures::executor::block_on(discover_with(&client, &DiscoverOptions::default(), |_| {})).unwrap()
}

/// Everything that a report can tell of.
pub(super) struct Whole {
    before: Snapshot,
    after: Snapshot,
    findings: Findings,
    compliance: Compliance,
    design: Design,
    plan: Plan,
    outcome: Outcome,
    verification: Verification,
}

impl Whole {
    pub(super) fn new() -> Self {
        let (before, plan) = (tenant(), plan(&["settings", "pilot"]));
        Self {
            after: converted(&before),
            compliance: assess(&before, Reference::builtin()),
            outcome: outcome(&plan),
            before,
            findings: findings(),
            design: design(),
            plan,
            verification: verification(),
        }
    }

    /// Of the tenant once the plan was carried out.
    pub(super) fn done(&self) -> Report<'_> {
        Report {
            snapshot: Some(&self.after),
            before: Some(&self.before),
            findings: Some(&self.findings),
            compliance: Some(&self.compliance),
            design: Some(&self.design),
            plan: Some(&self.plan),
            outcome: Some(&self.outcome),
            verification: Some(&self.verification),
            ..Report::default()
        }
    }
}

pub(super) fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

pub(super) fn findings() -> Findings {
    let who: PrincipalId = id_of("daniel.frost");
    let exchange = Privilege::role("29232cdf-9323-42fd-ade2-1d097af3e4de".parse().unwrap());
    let held = |n: u8| {
        Evidence::new(SourceKind::DirectoryAssignments, format!("schedule-{n}"), "assigned without end")
    };
    let mut findings = Findings {
        findings: vec![
            Finding::new(
                Code::TooManyGlobalAdministrators,
                Severity::Critical,
                "11 people are Global Administrator without end; there should be two to five.",
                "Make all but the emergency accounts eligible.",
            )
            .on(&global())
            .by((1..=6).map(held)),
            Finding::new(
                Code::StandingAccess,
                Severity::High,
                format!("Principal {who} holds Global Administrator without end."),
                "Make them eligible, and remove the assignment.",
            )
            .about(&who)
            .on(&global())
            .by([held(1).at(NOW)]),
            Finding::new(
                Code::PhishableMfa,
                Severity::Medium,
                "Only methods that can be phished are registered.",
                "Register a passkey or a security key.",
            )
            .about(&id_of("aisha.bello"))
            .by([
                Evidence::new(SourceKind::Users, "1", "phone"),
                Evidence::new(SourceKind::Users, "1", "push"),
            ]),
            Finding::new(
                Code::RedundantGrant,
                Severity::Low,
                "The same role comes through a group already.",
                "Remove the direct assignment.",
            )
            .about(&id_of("ben.carver"))
            .on(&exchange),
        ],
        ..Findings::default()
    };
    findings.unjudged.push(Unjudged::new(Code::MissingLicence, vec![SourceKind::Skus]));
    findings
}

/// The same tenant once some have become eligible.
pub(super) fn converted(before: &Snapshot) -> Snapshot {
    let mut after = before.clone();
    after.taken_at = NOW + Period::days(30);
    let keeps = sample::BREAK_GLASS.map(id_of);
    let (stay, go): (Vec<_>, _) = std::mem::take(&mut after.assignments)
        .into_iter()
        .partition(|row| row.privilege != global() || keeps.contains(&row.principal));
    after.assignments = stay;
    after.eligibilities.extend(go.into_iter().map(|row| {
        let mut eligible = Eligibility::new(row.id, row.principal, row.privilege);
        eligible.window = Window::new(Some(NOW), Some(NOW + Period::days(365))).unwrap();
        eligible
    }));
    after.link();
    after
}

pub(super) fn outcome(plan: &Plan) -> Outcome {
    let mut rows: Vec<_> = plan.steps.iter().map(Row::new).collect();
    for (row, status) in rows.iter_mut().zip([Status::Done, Status::Done, Status::Failed]) {
        row.status = status;
        row.ended = Some(NOW + Period::minutes(1));
    }
    rows[2].failure = Some(Failure {
        kind: ErrorKind::PermissionDenied,
        code: Some("RoleAssignmentRequestAcrsValidationFailed".to_owned()),
        message: "The service asks for a stronger sign-in: sign in again with it.".to_owned(),
        request_id: None,
    });
    Outcome {
        mode: Mode::Run,
        plan: "0".repeat(64),
        started: NOW,
        ended: NOW + Period::minutes(2),
        rows,
        stopped: Some(Stopped::AtWave(2)),
        administrators_before: Some(plan.administrators.before.clone()),
        administrators_after: Some(plan.administrators.after.clone()),
    }
}

pub(super) fn verification() -> Verification {
    let mut checks: Vec<_> = Test::ALL.iter().map(|test| Check::new(*test, Verdict::Passed)).collect();
    checks[0].evidence = vec![verify::Evidence::new(NOW, "the activation was asked for")];
    checks[1].verdict = Verdict::NotRun("nobody was given who approves: name an approver".to_owned());
    checks[3].verdict =
        Verdict::Failed("a password was enough: demand multi-factor sign-in in the policy".to_owned());
    Verification {
        backend: "embedded".to_owned(),
        tenant: None,
        began: NOW,
        ended: NOW + Period::minutes(12),
        privilege: global(),
        approved_privilege: None,
        checks,
        left_behind: vec![LeftBehind {
            request: None,
            privilege: global(),
            why: "the service did not answer".to_owned(),
        }],
    }
}

pub(super) fn design() -> Design {
    let max = |hours| Settings {
        activation: ActivationSettings {
            max: Some(Length::hours(hours)),
            mfa: Some(true),
            ..Default::default()
        },
        ..Settings::default()
    };
    let template = |extends: Option<&str>, settings| Template {
        extends: extends.map(Into::into),
        settings,
        ..Template::default()
    };
    let row = |role: &str, tier: &str| DesignRow {
        role: Some(role.to_owned()),
        tier: Some(tier.to_owned()),
        ..DesignRow::default()
    };
    Design {
        break_glass: vec!["breakglass-1".into()],
        templates: [
            ("usual".to_owned(), template(None, max(10))),
            ("short".to_owned(), template(Some("usual"), max(1))),
        ]
        .into(),
        tiers: [
            ("0".to_owned(), Tier { template: Some("short".to_owned()), ..Tier::default() }),
            ("1".to_owned(), Tier { template: Some("usual".to_owned()), ..Tier::default() }),
        ]
        .into(),
        roles: vec![
            DesignRow {
                description: Some("Rules the tenant.".to_owned()),
                audience: Some("Identity team".to_owned()),
                approvers: Some(vec!["Emma Clarke".into(), "Identity Owners".into()]),
                eligible: vec!["Daniel Frost".into()],
                ..row("Global Administrator", "0")
            },
            DesignRow {
                description: Some("Mailboxes and mail flow.".to_owned()),
                audience: Some("Collaboration team".to_owned()),
                eligible: vec!["Collaboration Administrators".into()],
                ..row("Exchange Administrator", "1")
            },
            DesignRow {
                assignment: AssignmentType::Static,
                active: vec!["Log Export".into()],
                ..row("Directory Readers", "1")
            },
        ],
        ..Design::default()
    }
}

fn fingerprint(n: usize) -> Fingerprint {
    serde_json::from_str(&format!("\"{n:016x}\"")).unwrap()
}

pub(super) fn plan(waves: &[&str]) -> Plan {
    let who: PrincipalId = id_of("daniel.frost");
    let ask = |action, level, expiry| NewRequest {
        expiry,
        ..NewRequest::new(action, level, who.clone(), global())
    };
    let step = |n: usize, wave, change, risk, why: &str| Step {
        id: fingerprint(n),
        wave,
        after: Vec::new(),
        change,
        rests_on: vec![Fact::Grant {
            level: Level::Assignment,
            principal: who.clone(),
            privilege: global(),
            schedule: "s-1".parse().unwrap(),
            window: Window::from(NOW),
        }],
        inverse: None,
        risk,
        why: why.to_owned(),
    };
    let setting = |max| Setting::Expiration { required: true, max: Some(max) };
    let rules = vec![
        RuleChange::new(
            RuleKind::ExpirationEndUserAssignment,
            Some(setting(Period::hours(8))),
            setting(Period::hours(1)),
        ),
        RuleChange::new(
            RuleKind::EnablementEndUserAssignment,
            Some(Setting::Enablement { required: [Requirement::Justification].into() }),
            Setting::Enablement { required: [Requirement::Justification, Requirement::Mfa].into() },
        ),
    ];
    let year = Some(Expiry::After(Period::days(365)));
    let people: BTreeSet<PrincipalId> = sample::BREAK_GLASS.map(id_of).into();
    Plan {
        version: Plan::VERSION,
        notices: Vec::new(),
        taken_at: NOW,
        tenant: None,
        guarded: Guarded {
            break_glass: people.clone(),
            protected: BTreeSet::new(),
            min_administrators: 2,
            caller: None,
        },
        waves: waves.iter().map(ToString::to_string).collect(),
        steps: vec![
            step(1, 0, Change::Policy { privilege: global(), rules }, Risk::Low, "Tier 0 demands it."),
            step(
                2,
                1,
                Change::Grant(Box::new(ask(Action::AdminAssign, Level::Eligibility, year))),
                Risk::Low,
                "Will be eligible before the permanent right goes.",
            ),
            step(
                3,
                1,
                Change::Grant(Box::new(ask(Action::AdminRemove, Level::Assignment, None))),
                Risk::High,
                "Nobody but emergency accounts holds it without end.",
            ),
        ],
        refused: vec![Refused {
            rests_on: Vec::new(),
            id: fingerprint(4),
            change: Change::Grant(Box::new(ask(Action::AdminRemove, Level::Assignment, None))),
            code: "Guard.LastAdministrators".to_owned(),
            kind: ErrorKind::PolicyViolation,
            message: "Too few administrators would remain: name another emergency account first.".to_owned(),
        }],
        unread: vec![SourceKind::AzureAssignments],
        administrators: Remaining { before: people.clone(), after: people },
    }
}

/// Names that mean to be something else.
pub(super) const HOSTILE: [&str; 13] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</style></title><svg onload=alert(1)>",
    "a|b||c",
    "two\nlines\r\n# heading",
    "=cmd|'/C calc'!A0",
    "+1-1",
    "@SUM(A1:A9)",
    "-2+3",
    "\u{202e}gpj.exe",
    "`x` *b* _i_ [l](javascript:alert(1)) ![i](https://evil.example/p.png) <https://evil.example> \\|",
    "{{ 7 * 7 }}{% raw %} www.evil.example mail@evil.example https://evil.example",
    "&lt;b&gt; &amp; ${x}",
];

fn id(n: usize) -> PrincipalId {
    PrincipalId::from_guid((n as u128 + 1).to_be_bytes())
}

/// A tenant in which everything has such a name: people, groups, and a role.
pub(super) fn hostile() -> Snapshot {
    let people = HOSTILE.iter().enumerate();
    let user = |(n, name): (usize, &&str)| {
        User::new(id(n), Sensitive::new((*name).to_owned()), Sensitive::new(format!("{name}@example.com")))
    };
    let groups = HOSTILE.iter().enumerate().map(|(n, name)| Group::new(group(n), (*name).to_owned()));
    let roles = HOSTILE.iter().enumerate().map(|(n, name)| {
        RoleDefinition::new(role(n), Surface::DirectoryRoles, (*name).to_owned(), RoleOrigin::Custom)
    });
    let direct = (0..HOSTILE.len()).map(|n| grant(n, id(n), Privilege::role(role(n))));
    let global_too = (0..HOSTILE.len()).map(|n| grant(100 + n, id(n), global()));
    let through =
        (0..HOSTILE.len()).map(|n| grant(200 + n, group(n).as_principal(), Privilege::role(role(n))));
    let members = (0..HOSTILE.len()).map(|n| member(group(n), id(n)));
    let eligible = (0..HOSTILE.len())
        .map(|n| Eligibility::new(format!("e-{n}").parse().unwrap(), id(n), Privilege::member(group(n))));
    Snapshot::builder(NOW)
        .users(people.map(user))
        .groups(groups)
        .roles(roles)
        .assignments(direct.chain(global_too).chain(through))
        .memberships(members)
        .eligibilities(eligible)
        .coverage(SourceKind::Skus, Coverage::Denied(Reason::new(ErrorKind::PermissionDenied, HOSTILE[0])))
        .build()
}

pub(super) fn group(n: usize) -> GroupId {
    GroupId::from_guid((n as u128 + 10_001).to_be_bytes())
}

pub(super) fn role(n: usize) -> RoleId {
    RoleId::from_guid((n as u128 + 20_001).to_be_bytes())
}

pub(super) fn grant(n: usize, principal: PrincipalId, privilege: Privilege) -> Assignment {
    let schedule: ScheduleId = format!("a-{n}").parse().unwrap();
    Assignment::new(schedule, principal, privilege)
}

fn member(group: GroupId, principal: PrincipalId) -> Membership {
    Membership { group, principal, kind: PrincipalKind::User, access: GroupAccess::Member }
}

/// So many people who hold one of ten roles each.
pub(super) fn large(people: usize) -> Snapshot {
    let user = |n| {
        User::new(id(n), Sensitive::new(format!("Person {n}")), Sensitive::new(format!("p{n}@x.example")))
    };
    Snapshot::builder(NOW)
        .users((0..people).map(user))
        .assignments((0..people).map(|n| grant(n, id(n), Privilege::role(role(n % 10)))))
        .build()
}
