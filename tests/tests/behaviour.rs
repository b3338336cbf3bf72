//! The behaviour suite over the embedded service, plain and behind a wrapper, and over Graph's wire.

use pim_tests::{
    EmbeddedHarness, GraphHarness, Wrapped,
    behaviour::{self, CASES, TOPICS},
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
                    super::behaviour::run(&super::GraphHarness::default(), stringify!($topic));
                }
            )+
        }

        mod graph_behind_a_wrapper {
            $(
                #[test]
                fn $topic() {
                    let _runtime = super::GraphHarness::enter();
                    let harness = super::Wrapped(super::GraphHarness::default());
                    super::behaviour::run(&harness, stringify!($topic));
                }
            )+
        }

        const RUN: &[&str] = &[$(stringify!($topic)),+];
    };
}

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
