//! The roll-out of PIM as a product: discover, design, plan, apply, verify. `--help` tells what it takes.

use std::process::ExitCode;

use pim_examples::quickstart;

fn main() -> ExitCode {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let printed = quickstart::command(std::env::args().skip(1), width);
    print!("{}", printed.out);
    eprint!("{}", printed.err);
    ExitCode::from(printed.code)
}
