//! `corpus [DIR] [--schema FILE]`: holds the client and the emulator against published pages.
//!
//! Without a directory it takes the one in `PIM_CORPUS`; without both there is nothing to do. Ends with 1 when a
//! page fails that must pass, and with 2 when it cannot start.

use std::{path::PathBuf, process::ExitCode};

use pim_tests::corpus::{self, Folder};

fn main() -> ExitCode {
    let (directory, schema) = match arguments(std::env::args().skip(1)) {
        Ok((Some(directory), schema)) => (directory, schema),
        Ok((None, _)) => {
            println!("skipped: corpus not present");
            return ExitCode::SUCCESS;
        }
        Err(why) => return refuse(&why),
    };
    let folder = match Folder::read(&directory, schema.as_deref()) {
        Ok(folder) => folder,
        Err(why) => return refuse(&why),
    };
    let report = corpus::judge(&folder);
    print!("{report}");
    if report.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn refuse(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::from(2)
}

/// The directory and the schema, from the command line or else from the environment.
fn arguments(mut given: impl Iterator<Item = String>) -> Result<(Option<PathBuf>, Option<PathBuf>), String> {
    let (mut directory, mut schema) = (None, None);
    while let Some(argument) = given.next() {
        if argument == "--schema" {
            schema = Some(given.next().ok_or("`--schema` needs a file behind it")?.into());
        } else if argument.starts_with('-') || directory.is_some() {
            return Err(format!("expected `[DIR] [--schema FILE]`, got `{argument}`"));
        } else {
            directory = Some(argument.into());
        }
    }
    let from = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    Ok((directory.or_else(|| from("PIM_CORPUS")), schema.or_else(|| from("PIM_SCHEMA"))))
}
