//! The test kit: a harness for each service, the behaviour suite that every one of them passes, and what
//! tests across crates share.
//!
//! A [`Harness`] makes tenants from seeds; a [`Tenant`] gives each caller a backend and moves time. The suite
//! ([`behaviour`]) asks for nothing else, so that it runs unchanged over every backend, and behind a wrapper
//! ([`Counting`]).
#![allow(clippy::unwrap_used, clippy::expect_used)] // a kit for tests: a panic is its report

pub mod acts;
pub mod behaviour;
pub mod corpus;
mod counting;
mod graph;
mod harness;
pub mod strategies;
mod world;

pub use counting::{Counting, Counts};
pub use graph::GraphHarness;
pub use harness::{Detail, EmbeddedHarness, Harness, Tenant, Wrapped};
pub use world::{NOW, World, duty, global, justified, refused, settings, small, unguarded, with_context};
