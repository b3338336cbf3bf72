//! `cargo xtask bench`: all benchmarks, arguments passed on.

use crate::step::{self, Step};

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let step = Step::process("benchmarks", "cargo bench --workspace").with_arguments(arguments);
    step::run_all("bench", &[step])
}
