use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{
    NeedsApproval::{No, Yes},
    Start::{Later, Now},
    *,
};
use Action::*;
use RequestStatus::*;

// What the sources tell, written out by hand and not derived from the tables: change it only with a source.

/// One line per action and circumstance.
fn expected_replies() -> Vec<(Action, NeedsApproval, Start, RequestStatus)> {
    vec![
        // An administrator's grant is in force at once, or granted until its start. Approval is not asked for.
        (AdminAssign, No, Now, Provisioned),
        (AdminAssign, Yes, Now, Provisioned),
        (AdminAssign, No, Later, Granted),
        (AdminAssign, Yes, Later, Granted),
        // An update is a new request, answered like the first.
        (AdminUpdate, No, Now, Provisioned),
        (AdminUpdate, Yes, Now, Provisioned),
        (AdminUpdate, No, Later, Granted),
        (AdminUpdate, Yes, Later, Granted),
        // Extension and renewal by an administrator need no approval.
        (AdminExtend, No, Now, Provisioned),
        (AdminExtend, Yes, Now, Provisioned),
        (AdminExtend, No, Later, Granted),
        (AdminExtend, Yes, Later, Granted),
        (AdminRenew, No, Now, Provisioned),
        (AdminRenew, Yes, Now, Provisioned),
        (AdminRenew, No, Later, Granted),
        (AdminRenew, Yes, Later, Granted),
        // Removals are done when they are answered.
        (AdminRemove, No, Now, Revoked),
        (AdminRemove, Yes, Now, Revoked),
        (AdminRemove, No, Later, Revoked),
        (AdminRemove, Yes, Later, Revoked),
        (SelfDeactivate, No, Now, Revoked),
        (SelfDeactivate, Yes, Now, Revoked),
        (SelfDeactivate, No, Later, Revoked),
        (SelfDeactivate, Yes, Later, Revoked),
        // The four ways of an activation.
        (SelfActivate, No, Now, Provisioned),
        (SelfActivate, No, Later, Granted),
        (SelfActivate, Yes, Now, PendingApproval),
        (SelfActivate, Yes, Later, PendingApprovalProvisioning),
        // An administrator decides, not an approver.
        (SelfExtend, No, Now, PendingAdminDecision),
        (SelfExtend, Yes, Now, PendingAdminDecision),
        (SelfExtend, No, Later, PendingAdminDecision),
        (SelfExtend, Yes, Later, PendingAdminDecision),
        (SelfRenew, No, Now, PendingAdminDecision),
        (SelfRenew, Yes, Now, PendingAdminDecision),
        (SelfRenew, No, Later, PendingAdminDecision),
        (SelfRenew, Yes, Later, PendingAdminDecision),
    ]
}

/// All pairs of statuses that may follow each other.
fn expected_moves() -> BTreeSet<(Option<RequestStatus>, RequestStatus)> {
    let rows: [(Option<RequestStatus>, &[RequestStatus]); 6] = [
        (
            None,
            &[
                PendingEvaluation,
                PendingApproval,
                PendingApprovalProvisioning,
                PendingAdminDecision,
                Granted,
                PendingProvisioning,
                Provisioned,
                Revoked,
                Failed,
            ],
        ),
        (
            Some(PendingApproval),
            &[Granted, PendingProvisioning, Provisioned, Denied, TimedOut, Canceled, Failed],
        ),
        (Some(PendingApprovalProvisioning), &[Granted, Provisioned, Denied, TimedOut, Canceled]),
        (Some(PendingAdminDecision), &[AdminApproved, AdminDenied, Provisioned, Canceled, TimedOut]),
        (
            Some(Granted),
            &[
                PendingProvisioning,
                PendingScheduleCreation,
                ScheduleCreated,
                ProvisioningStarted,
                Provisioned,
                Failed,
                Canceled,
            ],
        ),
        (Some(Provisioned), &[]),
    ];
    rows.into_iter().flat_map(|(from, to)| to.iter().map(move |to| (from.clone(), to.clone()))).collect()
}

#[test]
fn replies_are_those_of_the_sources() {
    let expected = expected_replies();
    for (action, approval, start, status) in &expected {
        assert_eq!(reply(action, *approval, *start), Some(status), "{action} {approval:?} {start:?}");
    }
    assert_eq!(expected.len(), Action::KNOWN.len() * 4, "every circumstance of every action is listed");
    assert_eq!(reply(&Action::from("selfLevitate"), No, Now), None);
}

#[test]
fn no_circumstance_has_two_replies() {
    for action in Action::KNOWN {
        for (approval, start) in [(No, Now), (No, Later), (Yes, Now), (Yes, Later)] {
            let rows = REPLIES.iter().filter(|row| {
                row.action == *action
                    && row.approval.is_none_or(|a| a == approval)
                    && row.start.is_none_or(|s| s == start)
            });
            assert_eq!(rows.count(), 1, "{action} {approval:?} {start:?}");
        }
    }
}

#[test]
fn moves_are_those_of_the_sources() {
    let expected = expected_moves();
    let table: BTreeSet<_> = MOVES.iter().map(|row| (row.from.clone(), row.to.clone())).collect();
    let only_in = |a: &BTreeSet<_>, b: &BTreeSet<_>| a.difference(b).cloned().collect::<Vec<_>>();
    assert_eq!(only_in(&table, &expected), vec![], "moves without a source");
    assert_eq!(only_in(&expected, &table), vec![], "moves left out");
    assert_eq!(MOVES.len(), 33, "no pair of statuses has two rows");

    for to in RequestStatus::KNOWN {
        assert_eq!(is_legal(None, to), expected.contains(&(None, to.clone())), "new -> {to}");
        for from in RequestStatus::KNOWN {
            let listed = expected.contains(&(Some(from.clone()), to.clone()));
            assert_eq!(is_legal(Some(from), to), listed, "{from} -> {to}");
        }
    }
}

#[test]
fn each_reply_is_a_move_of_a_new_request() {
    for row in REPLIES {
        assert!(is_legal(None, &row.status), "{}", row.status);
    }
}

#[test]
fn what_happens_has_one_outcome() {
    for (i, a) in MOVES.iter().enumerate() {
        for b in &MOVES[i + 1..] {
            let same = a.from.is_some() && a.from == b.from && a.trigger == b.trigger;
            let apart = matches!((a.start, b.start), (Some(x), Some(y)) if x != y);
            assert!(!same || apart, "{a:?} and {b:?}");
        }
    }
}

#[test]
fn triggers_are_used_and_named_as_they_serialise() {
    let used: BTreeSet<_> = MOVES.iter().map(|row| row.trigger).collect();
    assert_eq!(used, Trigger::ALL.iter().copied().collect());
    for trigger in Trigger::ALL {
        assert_eq!(serde_json::to_string(trigger).unwrap(), format!("\"{trigger}\""));
    }
}

/// A request never goes back, and what has ended stays so.
#[test]
fn phases_only_advance() {
    for row in MOVES {
        if let Some(from) = &row.from {
            assert!(rank(&row.to) >= rank(from) && !from.is_final(), "{row:?}");
        }
    }
    let phases: Vec<_> = RequestStatus::KNOWN.iter().map(|s| (s.as_str(), s.phase())).collect();
    use Phase::*;
    assert_eq!(
        phases,
        [
            ("accepted", Pending),
            ("pending_evaluation", Pending),
            ("pending_approval", Pending),
            ("pending_approval_provisioning", Pending),
            ("pending_admin_decision", Pending),
            ("admin_approved", Scheduled),
            ("admin_denied", Ended),
            ("granted", Scheduled),
            ("pending_schedule_creation", Scheduled),
            ("schedule_created", Scheduled),
            ("pending_provisioning", Scheduled),
            ("provisioning_started", Scheduled),
            ("pending_external_provisioning", Scheduled),
            ("provisioned", Active),
            ("pending_revocation", Active),
            ("revoked", Ended),
            ("denied", Ended),
            ("canceled", Ended),
            ("timed_out", Ended),
            ("failed", Ended),
            ("failed_as_resource_is_locked", Ended),
            ("invalid", Ended),
        ]
    );
}

#[test]
fn an_approval_before_the_start_grants_and_after_it_provisions() {
    let start: Timestamp = "2026-09-06T18:10:00Z".parse().unwrap();
    let minute = crate::time::Period::minutes(1);
    let approve = |now| apply(&PendingApprovalProvisioning, Trigger::Approved, Some(start), now).unwrap();
    assert_eq!(approve(start - minute), Granted);
    assert_eq!(approve(start), Provisioned);
    assert_eq!(approve(start + minute), Provisioned);
    assert_eq!(apply(&PendingApproval, Trigger::Approved, None, start).unwrap(), Provisioned);

    let begin = |now| apply(&Granted, Trigger::StartReached, Some(start), now);
    assert_eq!(begin(start).unwrap(), Provisioned);
    let error = begin(start - minute).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidTransition);
    assert_eq!(
        error.message(),
        "`start_reached` cannot happen to a request that is `granted` before its start: wait for the start"
    );
}

#[test]
fn a_refused_move_names_the_status_and_what_was_possible() {
    let message = |from: RequestStatus, trigger| {
        let error = apply(&from, trigger, None, Timestamp::UNIX_EPOCH).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidTransition);
        error.message().to_owned()
    };
    assert_eq!(
        message(PendingApprovalProvisioning, Trigger::StartReached),
        "`start_reached` cannot happen to a request that is `pending_approval_provisioning`: possible are approved, \
         denied, timed_out, canceled"
    );
    assert_eq!(
        message(Provisioned, Trigger::Canceled),
        "`canceled` cannot happen to a request that is `provisioned`: to end access in force, deactivate or revoke it"
    );
    assert!(message(Denied, Trigger::Approved).ends_with("it is closed, make a new request"));
    assert!(message(PendingProvisioning, Trigger::Canceled).ends_with("wait and read it again"));
    assert!(
        message(RequestStatus::from("Levitating"), Trigger::Approved).ends_with("read the request again")
    );
}

#[test]
fn what_a_service_shows_is_judged_and_never_an_error() {
    let new = RequestStatus::from("Levitating");
    for (from, to, seen) in [
        (&Granted, &Granted, Observation::Unchanged),
        (&PendingApproval, &Provisioned, Observation::Legal),
        (&PendingApproval, &ScheduleCreated, Observation::Skipped),
        (&PendingApprovalProvisioning, &Failed, Observation::Skipped),
        (&PendingProvisioning, &Provisioned, Observation::Untold),
        (&AdminApproved, &Provisioned, Observation::Untold),
        (&Accepted, &PendingApproval, Observation::Untold),
        (&Granted, &new, Observation::Untold),
        (&new, &PendingApproval, Observation::Untold),
        (&Provisioned, &Granted, Observation::Anomaly),
        (&Provisioned, &Revoked, Observation::Anomaly),
        (&Canceled, &Provisioned, Observation::Anomaly),
        (&Granted, &PendingApproval, Observation::Anomaly),
        (&ScheduleCreated, &PendingApproval, Observation::Anomaly),
    ] {
        assert_eq!(observe(from, to), seen, "{from} -> {to}");
    }
    assert!(is_legal(Some(&new), &Granted) && is_legal(Some(&Granted), &new) && is_legal(None, &new));
}

fn status() -> impl Strategy<Value = RequestStatus> {
    proptest::sample::select(RequestStatus::KNOWN)
}

proptest! {
    /// Whatever happens in whatever order, each step is a move of the table and the end is reached for good.
    #[test]
    fn no_history_leaves_the_table(
        first in status(),
        history in prop::collection::vec((proptest::sample::select(Trigger::ALL), 0u32..100), 1..40),
        start in prop::option::of(0u32..100),
    ) {
        let at = |seconds| Timestamp::UNIX_EPOCH + crate::time::Period::seconds(seconds);
        let mut status = first;
        for (trigger, now) in history {
            match apply(&status, trigger, start.map(at), at(now)) {
                Ok(next) => {
                    prop_assert!(expected_moves().contains(&(Some(status.clone()), next.clone())));
                    prop_assert!(triggers(&status).contains(&trigger));
                    prop_assert_eq!(observe(&status, &next), Observation::Legal);
                    status = next;
                }
                Err(error) => prop_assert_eq!(error.kind(), ErrorKind::InvalidTransition),
            }
        }
    }
}

const DOCUMENT: &str = include_str!("../../../docs/state-machine.md");

/// The document shows the tables and the diagram that these rows make, no line more or less.
#[test]
fn the_document_shows_the_tables() {
    let approval = |a: Option<NeedsApproval>| a.map_or("either", |a| if a == Yes { "yes" } else { "no" });
    let start = |s: Option<Start>| s.map_or("either", |s| if s == Now { "now" } else { "later" });
    let from = |m: &Move| m.from.as_ref().map_or("new".to_owned(), |s| format!("`{s}`"));

    let replies = REPLIES.iter().map(|r| {
        format!("| `{}` | {} | {} | `{}` |", r.action, approval(r.approval), start(r.start), r.status)
    });
    shows("## What a new request is answered with", "| `", replies);

    let moves =
        MOVES.iter().map(|m| format!("| {} | `{}` | {} | `{}` |", from(m), m.trigger, start(m.start), m.to));
    shows("## How a status may change", "| ", moves.collect::<Vec<_>>());

    let arrows = MOVES.iter().map(|m| {
        let when = m.start.map_or(String::new(), |s| format!(", start {}", start(Some(s))));
        let from = m.from.as_ref().map_or("[*]", |s| s.as_str());
        format!("    {from} --> {}: {}{when}", m.to, m.trigger)
    });
    shows("## Diagram", "    ", arrows);
}

/// The lines of a section that begin with `prefix`, a table's head left out, are `expected`.
fn shows(heading: &str, prefix: &str, expected: impl IntoIterator<Item = String>) {
    let (_, section) = DOCUMENT.split_once(heading).expect("the document has the section");
    let section = section.split("\n## ").next().unwrap_or_default();
    let shown = section
        .lines()
        .filter(|l| l.starts_with(prefix) && !l.starts_with("| From") && !l.starts_with("|---"));
    let expected: Vec<_> = expected.into_iter().collect();
    assert_eq!(shown.collect::<Vec<_>>(), expected, "{heading}, to be replaced by:\n{}", expected.join("\n"));
}
