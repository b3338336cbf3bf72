#![doc = include_str!("../README.md")]

pub mod quickstart;

/// Holds the code of the project's own README to what compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
