//! A plan from an EasyPIM configuration. `--help` tells what it takes.

use std::process::ExitCode;

use pim_examples::easypim_import;

fn main() -> ExitCode {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let printed = easypim_import::command(std::env::args().skip(1), width);
    print!("{}", printed.out);
    eprint!("{}", printed.err);
    ExitCode::from(printed.code)
}
