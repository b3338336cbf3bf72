//! The behaviour suite over the embedded service, plain and behind a wrapper, and over Graph's wire.

use pim_tests::{
    EmbeddedHarness, GraphHarness, Wrapped,
    behaviour::{self, CASES, Fails, Gap, TOPICS},
};

macro_rules! topics {
    ($($topic:ident,)+) => {
        mod embedded {
            $(
                #[test]
                fn $topic() {
                    super::behaviour::run(&super::EmbeddedHarness::default(), stringify!($topic));
                }
            )+
        }

        mod embedded_behind_a_wrapper {
            $(
                #[test]
                fn $topic() {
                    let harness = super::Wrapped(super::EmbeddedHarness::default());
                    super::behaviour::run(&harness, stringify!($topic));
                }
            )+
        }

        mod graph_over_the_emulator {
            $(
                #[test]
                fn $topic() {
                    let _runtime = super::GraphHarness::enter();
                    super::behaviour::run_with_gaps(
                        &super::GraphHarness::default(),
                        stringify!($topic),
                        super::GRAPH_GAPS,
                    );
                }
            )+
        }

        const RUN: &[&str] = &[$(stringify!($topic)),+];
    };
}

/// What the embedded service does and Graph's wire, the backend or the emulator does not.
const GRAPH_GAPS: &[Gap] = &[
    always("activation::starts_at_once_and_leaves_the_eligibility", EMULATED_RELATION),
    always("activation::ends_early_after_five_minutes", NOT_TOLD),
    always("activation::names_every_unmet_demand", NOT_TOLD),
    always("assignment::stays_for_five_minutes", NOT_TOLD),
    always("assignment::keeps_to_the_rules_for_administrators", NOT_TOLD),
    always("assignment::is_open_to_applications_with_permission", NOT_TOLD),
    always("cancel::leaves_what_was_carried_out", NOT_TOLD),
    always("directory::shows_people_applications_and_units", EMULATED_QUERY),
    always("directory::shows_contexts_and_packages", EMULATED_QUERY),
    always("groups::come_under_pim_with_the_first_request", UNDER_PIM),
    always("groups::have_defaults_of_their_own", NOT_TOLD),
    always("policies::are_written_and_read_back", EMULATED_QUERY),
    always("policies::do_not_reach_back", EMULATED_QUERY),
    always("policies::are_for_administrators_to_write", "the emulator lets everybody read policies"),
    always(
        "policies::keep_what_they_do_not_know",
        "rules of unknown types are written as they were read from Graph",
    ),
    always("lists::page_the_log_from_the_newest_on", NOT_TOLD),
    always("lists::show_the_roles", "v1.0 does not tell which roles are privileged"),
    always("reviews::ask_about_each_holder_once", NOT_TOLD),
    always("reviews::wait_to_be_applied", "a code for applying too early is not in the table of codes"),
    Gap {
        case: "lists::bear_changes_while_they_are_read",
        fails: Fails::Sometimes,
        reason: "pages are read ahead, so a page may be older than what happened before it was asked for",
    },
];

const fn always(case: &'static str, reason: &'static str) -> Gap {
    Gap { case, fails: Fails::Always, reason }
}

const NOT_TOLD: &str = "Graph's answers do not hold all that the engine tells";
const EMULATED_RELATION: &str =
    "the emulator expands activatedUsing of an instance to a schedule, not an instance";
const EMULATED_QUERY: &str = "the emulator does not know a relation that the backend asks for";
const UNDER_PIM: &str = "no stable endpoint tells which groups are under PIM";

topics! {
    activation,
    approval,
    assignment,
    extension,
    cancel,
    groups,
    policies,
    reviews,
    alerts,
    audit,
    lists,
    directory,
}

#[test]
fn every_topic_is_run_and_no_case_stands_twice() {
    assert_eq!(RUN, TOPICS);
    let mut names: Vec<_> = CASES.iter().map(|case| format!("{case:?}")).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), CASES.len());
}
