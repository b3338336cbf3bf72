//! The deployment workflow end to end, on a service in this process: what stands, role settings, conversion,
//! activations, a review, and the figures.
//!
//! Each chapter is a module that can be read by itself. All of them use [`pim_core::client::Client`] as any
//! user would; nothing but the sign-ins and the clock, in `place`, is special to what it runs over.

mod activate;
mod args;

mod convert;
mod discover;
mod figures;
mod report;
mod review;
mod run;
mod settings;
mod tenant;
mod ways;

use std::{collections::BTreeSet, fs, io::ErrorKind};

use pim_core::{clock::system_now, id::PrincipalId};
use pim_embedded::seed::{Seed, sample};
use tokio::runtime::Runtime;

pub use self::figures::{ActivationFigure, Figures, Refusal, ReviewFigures, Stayed, ViolationFigure};
use self::{
    args::{Args, Wish},
    run::Run,
};
use crate::{
    Printed,
    place::{Over, Place},
    story::{self, Story},
};

/// Runs the program with these arguments, without its own name, for a terminal of this width.
pub fn command(args: impl IntoIterator<Item = String>, width: Option<usize>) -> Printed {
    let done = args::parse(args).and_then(|wish| match wish {
        Wish::Help => Ok(args::HELP.to_owned()),
        Wish::Run(args) => tell(&args, width),
    });
    match done {
        Ok(out) => Printed { out, ..Printed::default() },
        Err(problem) => Printed {
            err: format!("client-tour: {problem}\nNothing was run.\n"),
            code: 2,
            ..Printed::default()
        },
    }
}

/// The whole job on a tenant: the story as it is told, and the figures.
///
/// # Errors
/// In words, when what it is to run over can't be started.
pub fn perform(over: Over, seed: Seed, width: usize) -> Result<(Story, Figures), String> {
    perform_with(over, seed, None, width)
}

fn perform_with(
    over: Over,
    seed: Seed,
    break_glass: Option<BTreeSet<PrincipalId>>,
    width: usize,
) -> Result<(Story, Figures), String> {
    let runtime = Runtime::new().map_err(|error| format!("no runtime can be had: {error}"))?;
    runtime.block_on(async {
        let began = seed.records().now.unwrap_or_else(system_now);
        let place = Place::new(over, seed, began).await?;
        let mut run = Run::new(place, break_glass, width);
        chapters(&mut run).await;
        Ok((run.story, run.figures))
    })
}

async fn chapters(run: &mut Run) {
    let Some(tenant) = discover::chapter(run).await else { return };
    let plan = settings::chapter(run, &tenant).await;
    let converted = convert::chapter(run, &tenant).await;
    activate::chapter(run, &tenant, &plan, &converted).await;
    review::chapter(run, &tenant, &plan).await;
    report::chapter(run, &tenant).await;
}

fn tell(args: &Args, width: Option<usize>) -> Result<String, String> {
    let seed = match &args.tenant {
        None => sample::tenant(),
        Some(path) => {
            let name = path.display();
            let text = fs::read_to_string(path).map_err(|error| match error.kind() {
                ErrorKind::InvalidData => format!("{name} is not text in UTF-8: save it as UTF-8"),
                ErrorKind::IsADirectory => format!("{name} is a directory: name a file in it"),
                _ => format!("{name} can't be read: {error}"),
            })?;
            Seed::from_json(&text).map_err(|error| format!("{name}: {error}"))?
        }
    };
    if let Some(unknown) =
        args.break_glass.iter().flatten().find(|id| !seed.records().users.iter().any(|user| user.id == **id))
    {
        return Err(format!(
            "--break-glass: no person of the tenant has the id {unknown}; give the object ids of people, \
             separated by commas"
        ));
    }
    if let Some(path) = &args.write_tenant {
        let written = fs::write(path, seed.to_json());
        written.map_err(|error| format!("{} can't be written: {error}", path.display()))?;
    }
    let width = width.unwrap_or(story::USUAL_WIDTH);
    let (story, figures) = perform_with(args.over, seed, args.break_glass.clone(), width)?;
    if args.json {
        return serde_json::to_string_pretty(&figures).map(|text| text + "\n").map_err(|e| e.to_string());
    }
    Ok(story.into_text())
}
