//! The main job, from standing access to access just in time. `--help` tells what it takes.

use std::process::ExitCode;

use pim_examples::client_tour;

fn main() -> ExitCode {
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let printed = client_tour::command(std::env::args().skip(1), width);
    print!("{}", printed.out);
    eprint!("{}", printed.err);
    ExitCode::from(printed.code)
}
