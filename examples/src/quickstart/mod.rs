//! The roll-out of PIM as a product: discover, design, plan, apply, verify, and a report of all of it.
//!
//! Each chapter is a function that can be read by itself. Nothing but the sign-ins and the clock, in
//! [`place`](crate::place), is special to what it runs over.

mod args;
mod chapters;
mod roll_out;

use std::{fs, path::Path};

use clap::Parser;
use pim_core::clock::system_now;
use pim_embedded::seed::{Seed, sample};
use tokio::runtime::Runtime;

use self::{args::Args, roll_out::RollOut};
use crate::{Printed, place::Place, story};

/// Runs the program with these arguments, without its own name, for a terminal of this width.
pub fn command(args: impl IntoIterator<Item = String>, width: Option<usize>) -> Printed {
    let args = match Args::try_parse_from(std::iter::once("quickstart".to_owned()).chain(args)) {
        Ok(args) => args,
        Err(error) if error.use_stderr() => return Printed::refused(error.to_string()),
        Err(help) => return Printed { out: help.to_string(), ..Printed::default() },
    };
    match run(&args, width.unwrap_or(story::USUAL_WIDTH)) {
        Ok(printed) => printed,
        Err(problem) => Printed::refused(format!("quickstart: {problem}\nNothing was run.\n")),
    }
}

fn run(args: &Args, width: usize) -> Result<Printed, String> {
    let seed = match &args.tenant {
        None => sample::tenant(),
        Some(path) => {
            Seed::from_json(&text(path)?).map_err(|error| format!("{}: {error}", path.display()))?
        }
    };
    fs::create_dir_all(&args.out).map_err(|error| format!("--out {}: {error}", args.out.display()))?;
    let runtime = Runtime::new().map_err(|error| format!("no runtime can be had: {error}"))?;
    runtime.block_on(async {
        let began = seed.records().now.unwrap_or_else(system_now);
        let place = Place::new(args.over, seed, began).await?;
        let mut run = RollOut::new(place, args, width)?;
        let done = chapters::all(&mut run).await;
        let code = u8::from(done.is_err());
        let err = done.err().map(|problem| format!("quickstart: {problem}\n")).unwrap_or_default();
        Ok(Printed { out: run.story.into_text(), err, code })
    })
}

fn text(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} can't be read: {error}", path.display()))
}
