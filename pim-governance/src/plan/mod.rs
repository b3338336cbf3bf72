//! From what stands to what is wanted: ordered, explained, guarded steps.

mod model;

pub use self::model::{Change, Fact, Fingerprint, Guarded, MAX_AGE, Plan, Refused, Remaining, Risk, Step};
