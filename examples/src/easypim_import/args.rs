use std::path::PathBuf;

/// What `--help` prints.
pub(super) const HELP: &str = "\
easypim-import: what an EasyPIM configuration would change in a tenant, as a
plan in words. Nothing is changed.

Usage: cargo run --example easypim-import -- [FILE] [OPTIONS]

  FILE            a configuration of EasyPIM's orchestrator; without it the
                  sample in examples/easypim-import
  --tenant FILE   plan for this tenant instead of the sample
  --exclusive     whoever holds an imported privilege without being named for
                  it loses it; EasyPIM itself removes nobody
  --help          print this

The terminal's width is taken from COLUMNS; without it lines have 80 characters.
Exit code: 0 with a plan; 1 when the configuration does not fit the tenant; 2
when an argument or a file is wrong.
";

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Help,
    Run(Args),
}

/// The arguments of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Args {
    pub(super) file: Option<PathBuf>,
    pub(super) tenant: Option<PathBuf>,
    pub(super) exclusive: bool,
}

pub(super) fn parse(args: impl IntoIterator<Item = String>) -> Result<Wish, String> {
    let mut parsed = Args::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--tenant" => {
                let file = args.next().filter(|value| !value.is_empty() && !value.starts_with("--"));
                parsed.tenant = Some(file.ok_or("--tenant needs a file after it")?.into());
            }
            "--exclusive" => parsed.exclusive = true,
            "--help" | "-h" => return Ok(Wish::Help),
            flag if flag.starts_with('-') => {
                return Err(format!(
                    "`{flag}` is not an option: there are --tenant, --exclusive and --help, which tells more"
                ));
            }
            file if parsed.file.is_none() => parsed.file = Some(file.into()),
            _ => return Err("two files are named: give one".to_owned()),
        }
    }
    Ok(Wish::Run(parsed))
}
