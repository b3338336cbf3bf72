//! What is wanted.

mod target;

pub use self::target::{Grant, Target, Wave};
