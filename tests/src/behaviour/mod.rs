//! The behaviour suite: what every backend must do.
//!
//! One table names the cases and what each needs; [`run`] runs those of a topic whose needs a harness meets
//! and prints the others.

mod activation;
mod alerts;
mod approval;
mod assignment;
mod audit;
mod cancel;
mod directory;
mod extension;
mod groups;
mod lists;
mod policies;
mod reviews;

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
};

use futures::{executor::block_on, future::BoxFuture};
use pim_core::{backend::Operation, privilege::Surface, request::Action};
use pim_embedded::{engine::Caller, seed::id_of};

use crate::{Detail, Harness, small};

/// One case.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Case {
    /// The module that it is in.
    pub topic: &'static str,
    /// Its name, which reads on from the topic.
    pub name: &'static str,
    /// What it needs, in bundles.
    pub needs: &'static [&'static [Need]],
    run: for<'a> fn(&'a dyn Harness) -> BoxFuture<'a, ()>,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.topic, self.name)
    }
}

/// Something that a backend may lack.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// An operation.
    Does(Operation),
    /// An action on a surface.
    Acts(Surface, Action),
    /// Trying requests without effect.
    DryRun,
    /// A hand on the service behind it: see [`Tenant::service`](crate::Tenant::service).
    Service,
    /// Something that not every API tells: see [`Harness::untold`].
    Tells(Detail),
}

use Need::{Acts, Does, DryRun as Dry, Service, Tells};

const ADMINISTER: &[Need] = &[
    Acts(Surface::DirectoryRoles, Action::AdminAssign),
    Acts(Surface::DirectoryRoles, Action::AdminRemove),
    Does(Operation::Submit),
    Does(Operation::GetRequest),
    Does(Operation::ListRequests),
    Does(Operation::ListEligibilities),
    Does(Operation::ListAssignments),
];
const ACTIVATE: &[Need] = &[
    Acts(Surface::DirectoryRoles, Action::SelfActivate),
    Acts(Surface::DirectoryRoles, Action::SelfDeactivate),
    Does(Operation::Submit),
    Does(Operation::GetRequest),
    Does(Operation::ListRequests),
    Does(Operation::ListEligibilities),
    Does(Operation::ListAssignments),
    Does(Operation::GetPolicy),
];
const BULK: &[Need] = &[Does(Operation::SubmitAll)];
const APPROVE: &[Need] = &[Does(Operation::GetApproval), Does(Operation::Decide)];
const CANCEL: &[Need] = &[Does(Operation::Cancel)];
const EXTEND: &[Need] =
    &[Acts(Surface::DirectoryRoles, Action::AdminExtend), Acts(Surface::DirectoryRoles, Action::AdminRenew)];
const ASK_TO_EXTEND: &[Need] =
    &[Acts(Surface::DirectoryRoles, Action::SelfExtend), Acts(Surface::DirectoryRoles, Action::SelfRenew)];
const GROUPS: &[Need] =
    &[Acts(Surface::Groups, Action::AdminAssign), Acts(Surface::Groups, Action::SelfActivate)];
const AZURE: &[Need] = &[Acts(Surface::AzureRoles, Action::AdminAssign)];
const POLICY: &[Need] =
    &[Does(Operation::GetPolicy), Does(Operation::ListPolicies), Does(Operation::UpdatePolicy)];
const AUDIT: &[Need] = &[Does(Operation::ListAudit)];
const SIGN_INS: &[Need] = &[Does(Operation::ListSignIns)];
const ROLES: &[Need] = &[Does(Operation::ListRoles)];
const MEMBERS: &[Need] = &[Does(Operation::ListGroups), Does(Operation::ListMemberships)];
const PEOPLE: &[Need] = &[
    Does(Operation::ListUsers),
    Does(Operation::ListServicePrincipals),
    Does(Operation::ListUnits),
    Does(Operation::ListSkus),
];
const SURROUNDINGS: &[Need] = &[
    Does(Operation::ListContexts),
    Does(Operation::ListConditionalAccess),
    Does(Operation::ListLocations),
    Does(Operation::ListPackages),
    Does(Operation::ListPackageAssignments),
];
const REVIEWS: &[Need] = &[
    Does(Operation::ListReviews),
    Does(Operation::CreateReview),
    Does(Operation::ListRounds),
    Does(Operation::ListItems),
    Does(Operation::RecordVerdicts),
    Does(Operation::StopRound),
    Does(Operation::ApplyRound),
];
const ALERTS: &[Need] =
    &[Does(Operation::ListAlerts), Does(Operation::ListIncidents), Does(Operation::ChangeAlert)];
const DRY_RUN: &[Need] = &[Dry];
const SERVICE: &[Need] = &[Service];
const LONGEST: &[Need] = &[Tells(Detail::LongestAllowed)];
const WAIT: &[Need] = &[Tells(Detail::TimeToWait)];
const LAST_USE: &[Need] = &[Tells(Detail::LastUse)];
const UNDER_PIM: &[Need] = &[Tells(Detail::GroupsUnderPim)];
const MISSING: &[Need] = &[Tells(Detail::WhatIsMissing)];
const FRESH: &[Need] = &[Tells(Detail::FreshPages)];

macro_rules! cases {
    ($($topic:ident { $($name:ident: $($need:ident)+;)+ })+) => {
        /// Every case, by topic.
        pub static CASES: &[Case] = &[$($(
            Case {
                topic: stringify!($topic),
                name: stringify!($name),
                needs: &[$($need),+],
                run: |harness| Box::pin($topic::$name(harness)),
            },
        )+)+];

        /// Every topic.
        pub const TOPICS: &[&str] = &[$(stringify!($topic)),+];
    };
}

cases! {
    activation {
        starts_at_once_and_leaves_the_eligibility: ACTIVATE;
        ends_by_itself: ACTIVATE;
        can_start_later: ACTIVATE;
        can_be_waited_for: ACTIVATE;
        takes_a_past_start_for_now: ACTIVATE;
        ends_early_after_five_minutes: ACTIVATE;
        tells_when_it_can_be_ended: ACTIVATE WAIT;
        does_not_end_a_standing_assignment: ACTIVATE;
        does_not_overlap: ACTIVATE;
        names_every_unmet_demand: ACTIVATE;
        names_the_longest_that_is_allowed: ACTIVATE LONGEST;
        keeps_to_the_limits_of_length: ACTIVATE;
        asks_for_an_authentication_context: ACTIVATE;
        needs_an_eligibility_in_force: ACTIVATE;
        keeps_to_the_scope_of_the_eligibility: ACTIVATE;
        works_through_a_group: ACTIVATE;
        shows_everybody_their_own: ACTIVATE;
        can_be_tried: ACTIVATE DRY_RUN;
        is_for_people_and_for_oneself: ACTIVATE;
        tells_now_from_later: ACTIVATE;
    }
    approval {
        waits_for_a_decision: ACTIVATE APPROVE;
        begins_when_approved_and_keeps_its_length: ACTIVATE APPROVE;
        ends_when_denied: ACTIVATE APPROVE;
        times_out_after_a_day: ACTIVATE APPROVE;
        counts_the_first_decision: ACTIVATE APPROVE;
        is_never_given_to_oneself: ACTIVATE APPROVE;
        is_for_approvers_alone: ACTIVATE APPROVE;
        falls_back_on_active_administrators: ACTIVATE APPROVE;
        has_no_default_approvers_for_groups: ACTIVATE APPROVE GROUPS;
        keeps_a_start_to_come: ACTIVATE APPROVE;
        begins_when_approved_late: ACTIVATE APPROVE;
        bars_a_second_request: ACTIVATE APPROVE;
        can_be_given_by_members_of_a_group: ACTIVATE APPROVE GROUPS;
        fails_without_its_eligibility: ACTIVATE APPROVE ADMINISTER;
        does_not_replace_an_assignment: ACTIVATE APPROVE ADMINISTER;
        is_refused_to_applications: ACTIVATE APPROVE;
        is_not_asked_for_by_a_dry_run: ACTIVATE APPROVE DRY_RUN;
        tells_approvers_and_requestor: ACTIVATE APPROVE SERVICE;
    }
    assignment {
        is_in_force_at_once: ADMINISTER;
        comes_into_force_at_its_start: ADMINISTER;
        exists_once_for_each_family_and_scope: ADMINISTER;
        is_taken_away: ADMINISTER;
        is_made_for_many_at_once: ADMINISTER BULK;
        stays_for_five_minutes: ADMINISTER AUDIT;
        tells_when_it_can_be_taken_away: ADMINISTER WAIT;
        is_updated_in_place: ADMINISTER;
        keeps_to_the_rules_for_administrators: ADMINISTER;
        names_the_longest_that_is_allowed: ADMINISTER LONGEST;
        refuses_times_that_make_no_sense: ADMINISTER;
        is_for_administrators_and_what_exists: ADMINISTER;
        is_open_to_applications_with_permission: ADMINISTER;
        keeps_the_last_administrator: ADMINISTER;
        keeps_the_last_way_to_administer: ADMINISTER SERVICE;
        is_made_and_removed_outside_pim: ADMINISTER ROLES SERVICE;
        can_stay_granted_for_ever: ADMINISTER;
        outlives_the_eligibility_behind_it: ADMINISTER ACTIVATE;
        outlives_the_request_behind_it: ADMINISTER;
        can_be_tried: ADMINISTER DRY_RUN;
    }
    extension {
        waits_for_an_administrator: ASK_TO_EXTEND SERVICE;
        can_be_declined: ASK_TO_EXTEND SERVICE;
        can_be_granted_otherwise: ASK_TO_EXTEND SERVICE;
        is_done_at_once_by_an_administrator: EXTEND;
        is_not_for_activations: EXTEND ASK_TO_EXTEND ACTIVATE;
        is_not_for_group_members_to_ask: EXTEND GROUPS;
        renews_for_thirty_days: EXTEND;
        renews_on_request: ASK_TO_EXTEND SERVICE;
        is_announced: EXTEND SERVICE;
    }
    cancel {
        withdraws_what_waits_for_approval: CANCEL ACTIVATE APPROVE;
        withdraws_what_has_not_begun: CANCEL ACTIVATE;
        leaves_what_was_carried_out: CANCEL ACTIVATE;
        is_for_the_requestor_and_administrators: CANCEL ACTIVATE;
        withdraws_a_request_to_extend: CANCEL ASK_TO_EXTEND;
        is_forgotten_after_thirty_days: CANCEL ACTIVATE;
    }
    groups {
        come_under_pim_with_the_first_request: GROUPS POLICY MEMBERS;
        are_told_from_those_outside_pim: GROUPS POLICY MEMBERS UNDER_PIM;
        come_under_pim_with_their_settings: GROUPS POLICY;
        have_defaults_of_their_own: GROUPS POLICY;
        name_the_longest_that_is_allowed: GROUPS LONGEST;
        give_their_roles_to_activated_members: GROUPS;
        nest_as_eligible_members: GROUPS MEMBERS;
        keep_their_last_owner: GROUPS;
        show_their_owners_who_holds_them: GROUPS;
        keep_their_last_owner_against_time: GROUPS;
        let_an_owner_go_when_there_is_another: GROUPS;
        are_refused_where_pim_cannot_manage_them: GROUPS;
        are_administered_by_their_owners: GROUPS;
        tell_owners_from_members: GROUPS MEMBERS;
    }
    policies {
        start_with_the_defaults: POLICY GROUPS;
        are_written_and_read_back: POLICY ACTIVATE;
        hold_at_every_scope: POLICY ACTIVATE;
        do_not_reach_back: POLICY ACTIVATE;
        are_for_administrators_to_write: POLICY;
        name_what_is_missing: POLICY MISSING;
        keep_what_they_do_not_know: POLICY;
        take_a_context_beside_mfa_but_not_mfa_beside_a_context: POLICY ACTIVATE;
        shut_when_recipients_stand_beside_approvers: POLICY SERVICE;
        are_checked_at_once_by_azure: POLICY AZURE;
        leave_a_record_of_changes: POLICY AUDIT;
        send_mail_as_their_rules_say: ADMINISTER ACTIVATE APPROVE SERVICE;
    }
    reviews {
        ask_about_each_holder_once: REVIEWS ACTIVATE ADMINISTER;
        tell_when_it_was_used_last: REVIEWS ACTIVATE LAST_USE;
        take_answers_from_their_reviewers: REVIEWS;
        carry_out_their_answers: REVIEWS ADMINISTER;
        treat_the_silent_as_configured: REVIEWS ADMINISTER;
        wait_to_be_applied: REVIEWS ADMINISTER;
        return_every_quarter: REVIEWS;
        tell_and_remind_their_reviewers: REVIEWS SERVICE;
        add_up_to_a_summary: REVIEWS;
    }
    alerts {
        are_listed_by_kind: ALERTS;
        find_assignments_outside_pim: ALERTS SERVICE;
        count_global_administrators: ALERTS;
        find_unused_eligibilities: ALERTS ACTIVATE;
    }
    audit {
        tells_of_an_activation: AUDIT ACTIVATE APPROVE;
        tells_of_the_directory_beside_pim: AUDIT ACTIVATE;
        tells_how_activations_end: AUDIT ACTIVATE APPROVE CANCEL;
        tells_what_administrators_do: AUDIT ADMINISTER;
        tells_of_extension_and_renewal: AUDIT EXTEND;
        tells_of_groups_in_their_category: AUDIT GROUPS;
        is_silent_about_refused_activations: AUDIT ACTIVATE DRY_RUN;
        tells_of_assignments_outside_pim: AUDIT SERVICE;
        is_narrowed_by_query: AUDIT ACTIVATE;
        takes_a_reporting_role: AUDIT SIGN_INS;
        shows_sign_ins_of_an_account: SIGN_INS;
        shows_new_sign_ins: SIGN_INS SERVICE;
    }
    lists {
        are_whole: ADMINISTER;
        go_on_where_they_stopped: ADMINISTER;
        bear_changes_while_they_are_read: ADMINISTER;
        leave_out_what_is_gone_before_its_page: ADMINISTER FRESH;
        refuse_foreign_continuations: ADMINISTER ROLES;
        are_narrowed_by_filters: ADMINISTER GROUPS;
        show_requests_by_view_and_status: ADMINISTER ACTIVATE APPROVE;
        may_be_empty: ADMINISTER;
        page_the_log_from_the_newest_on: ADMINISTER AUDIT;
        show_the_roles: ROLES;
    }
    directory {
        shows_people_applications_and_units: PEOPLE;
        shows_memberships_in_force: MEMBERS GROUPS;
        shows_contexts_and_packages: SURROUNDINGS;
        needs_a_licence: PEOPLE ACTIVATE;
    }
}

/// Runs every case of a topic, prints those that were left out for want of something, and fails with the
/// names of those that failed.
///
/// # Panics
/// When a case fails, and when there is no such topic.
pub fn run(harness: &dyn Harness, topic: &str) {
    let cases: Vec<&Case> = CASES.iter().filter(|case| case.topic == topic).collect();
    assert!(!cases.is_empty(), "there is no topic {topic}");
    let mut failed = Vec::new();
    for case in cases {
        if let Some(need) = missing(harness, case) {
            println!("{}: {case:?} left out: the harness lacks {need:?}", harness.name());
            continue;
        }
        if catch_unwind(AssertUnwindSafe(|| block_on((case.run)(harness)))).is_err() {
            failed.push(format!("{case:?}"));
        }
    }
    assert!(failed.is_empty(), "{}: failed: {}", harness.name(), failed.join(", "));
}

/// What a case needs and a harness lacks, seen with a person's eyes.
fn missing(harness: &dyn Harness, case: &Case) -> Option<Need> {
    let seed = small().build().expect("a sound seed");
    let tenant = block_on(harness.seed(seed));
    let backend = tenant.backend(Caller::with_mfa(id_of("root")));
    let can = backend.capabilities();
    let met = |need: &&Need| match need {
        Does(operation) => can.operations.contains(operation),
        Acts(surface, action) => can.actions.contains(&(surface.clone(), action.clone())),
        Dry => can.dry_run,
        Service => tenant.service().is_some(),
        Tells(detail) => !harness.untold().contains(detail),
    };
    case.needs.iter().copied().flatten().find(|need| !met(need)).cloned()
}
