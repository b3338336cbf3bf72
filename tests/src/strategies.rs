//! Strategies that property tests of several crates share.

use pim_core::time::Period;
use proptest::prelude::*;

/// A length of time from a second to ten days, often a round one.
pub fn period() -> impl Strategy<Value = Period> {
    prop_oneof![
        (1_u32..864_000).prop_map(Period::seconds),
        (1_u32..48).prop_map(|halves| Period::minutes(30 * halves)),
    ]
}

/// One of the people of [`small`](crate::small) who hold nothing at first.
pub fn person() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["alice", "bob", "carol", "dave", "erin"])
}
