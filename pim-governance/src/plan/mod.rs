//! From what stands to what is wanted: ordered, explained, guarded steps.

pub mod codes;
mod file;
mod fingerprint;
mod hash;
mod model;

pub use self::{
    fingerprint::Fingerprint,
    model::{Change, Fact, Guarded, MAX_AGE, Notice, Plan, Refused, Remaining, Risk, Step},
};
