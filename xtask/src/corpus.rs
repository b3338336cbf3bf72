//! `cargo xtask corpus`: the client and the emulator, held against published pages. A program of `pim-tests` does
//! the work, so that this one need not link what it helps to build.

use crate::step::{self, Step};

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    step::run_all("corpus", &[judge().with_arguments(arguments)])
}

/// The step without arguments: it judges the directory in `PIM_CORPUS`, and says so when there is none.
pub(crate) fn judge() -> Step {
    Step::process("corpus", "cargo run --quiet -p pim-tests --bin corpus --")
}
