use std::path::PathBuf;

use clap::Parser;

use crate::place::Over;

/// From standing administrator rights to rights just in time: discover, design, plan, apply, verify.
///
/// On a service in this process: nothing real is touched, and no time really passes.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "quickstart",
    after_help = "The terminal's width is taken from COLUMNS; without it lines have 80 characters.\nExit code: 0 when \
                  done; 1 when something went wrong on the way; 2 when an argument or a file is wrong, and nothing \
                  was run."
)]
pub(super) struct Args {
    /// What it runs over: the service itself, or the backend for Microsoft Graph and an emulator of Graph.
    #[arg(long = "backend", value_name = "NAME", value_enum, default_value = "embedded")]
    pub(super) over: Over,
    /// Use this tenant instead of the sample: a seed, as pim-embedded reads it.
    #[arg(long, value_name = "FILE")]
    pub(super) tenant: Option<PathBuf>,
    /// Use this design instead of the one that is proposed: take the proposal, which is written to the folder, and
    /// edit it.
    #[arg(long, value_name = "FILE")]
    pub(super) design: Option<PathBuf>,
    /// The folder for what is written.
    #[arg(long, value_name = "DIR", default_value = "target/quickstart")]
    pub(super) out: PathBuf,
    /// Stop before anything is changed.
    #[arg(long)]
    pub(super) plan_only: bool,
}
