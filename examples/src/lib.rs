#![doc = include_str!("../README.md")]

mod cast;
pub mod client_tour;
pub mod easypim_import;
pub mod place;
pub mod quickstart;
pub mod story;

/// What the program prints, and how it ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Printed {
    /// For standard output.
    pub out: String,
    /// For standard error.
    pub err: String,
    /// 0 when the job was done, 2 when the arguments or a file are wrong and nothing was run.
    pub code: u8,
}

impl Printed {
    /// Nothing was done, for this reason.
    fn refused(err: String) -> Self {
        Self { err, code: 2, ..Self::default() }
    }
}

/// Holds the code of the project's own README to what compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
