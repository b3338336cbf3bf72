use std::{collections::BTreeSet, path::PathBuf};

use pim_core::id::PrincipalId;

use crate::place::Over;

/// What `--help` prints.
pub(super) const HELP: &str = "\
client-tour: from standing administrator rights to rights just in time, on a
service in this process. Nothing real is touched, and no time really passes.

Usage: cargo run --example client-tour -- [OPTIONS]

  --backend NAME        embedded (the service itself; default) or emulator
                        (the backend for Microsoft Graph, over HTTP to an
                        emulator of Graph in this process)
  --tenant FILE         use this tenant instead of the sample
  --write-tenant FILE   save the tenant that is used, to be edited and used again
  --break-glass ID,ID   the accounts for emergencies, by object id; without it
                        they are found by how they are set up
  --json                print the figures as one JSON object and nothing else
  --help                print this

The terminal's width is taken from COLUMNS; without it lines have 80 characters.
Exit code: 0 when done; 2 when an argument or a file is wrong, and nothing was run.
";

const FLAGS: [&str; 6] = ["--backend", "--tenant", "--write-tenant", "--break-glass", "--json", "--help"];

/// What the arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Help,
    Run(Args),
}

/// The arguments of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Args {
    pub(super) over: Over,
    pub(super) tenant: Option<PathBuf>,
    pub(super) write_tenant: Option<PathBuf>,
    pub(super) break_glass: Option<BTreeSet<PrincipalId>>,
    pub(super) json: bool,
}

pub(super) fn parse(args: impl IntoIterator<Item = String>) -> Result<Wish, String> {
    let mut parsed = Args::default();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        let (flag, mut given) = match arg.split_once('=') {
            Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
            None => (arg, None),
        };
        let mut value = |what: &str| {
            let value = given.take().or_else(|| args.next()).filter(|value| !value.starts_with("--"));
            value.filter(|value| !value.is_empty()).ok_or_else(|| format!("{flag} needs {what} after it"))
        };
        match flag.as_str() {
            "--backend" => parsed.over = over(&value("embedded or emulator")?)?,
            "--tenant" => parsed.tenant = Some(value("a file")?.into()),
            "--write-tenant" => parsed.write_tenant = Some(value("a file")?.into()),
            "--break-glass" => parsed.break_glass = Some(ids(&value("object ids, separated by commas,")?)?),
            "--json" => parsed.json = true,
            "--help" | "-h" => return Ok(Wish::Help),
            _ => return Err(unknown(&flag)),
        }
        if given.is_some() {
            return Err(format!("{flag} takes no value: write it alone"));
        }
    }
    Ok(Wish::Run(parsed))
}

fn over(text: &str) -> Result<Over, String> {
    match text {
        "embedded" => Ok(Over::Embedded),
        "emulator" => Ok(Over::Emulator),
        other => Err(format!("--backend: `{other}` is neither embedded nor emulator")),
    }
}

fn ids(text: &str) -> Result<BTreeSet<PrincipalId>, String> {
    let id = |text: &str| {
        text.trim().parse().map_err(|error| format!("--break-glass: `{text}` is not an object id ({error})"))
    };
    text.split(',').map(id).collect()
}

fn unknown(flag: &str) -> String {
    let near = FLAGS.iter().map(|known| (distance(flag, known), known)).min();
    let hint = match near {
        Some((steps, known)) if steps <= 4 => format!("did you mean {known}?"),
        _ => format!("there are {}", FLAGS.join(", ")),
    };
    format!("`{flag}` is not an option: {hint} --help tells more.")
}

/// How many letters must be changed, put in or taken out.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let kept = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = kept.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Wish, String> {
        parse(args.iter().map(|arg| (*arg).to_owned()))
    }

    #[test]
    fn options_are_read_in_both_spellings() {
        let Ok(Wish::Run(args)) = parsed(&["--json", "--tenant", "a.json", "--write-tenant=b.json"]) else {
            panic!("refused")
        };
        assert_eq!(
            (args.json, args.tenant, args.write_tenant),
            (true, Some("a.json".into()), Some("b.json".into()))
        );
        let Ok(Wish::Run(args)) = parsed(&["--break-glass", "x, y"]) else { panic!("refused") };
        assert_eq!(args.break_glass.unwrap().len(), 2);
        assert_eq!(args.over, Over::Embedded);
        let Ok(Wish::Run(args)) = parsed(&["--backend=emulator"]) else { panic!("refused") };
        assert_eq!(args.over, Over::Emulator);
        assert_eq!(parsed(&["--json", "--help"]), Ok(Wish::Help));
    }

    #[test]
    fn what_is_wrong_is_told_with_a_hint() {
        assert!(parsed(&["--tennant", "x"]).unwrap_err().contains("did you mean --tenant?"));
        assert!(parsed(&["frobnicate"]).unwrap_err().contains("there are --backend"));
        assert!(parsed(&["--backend", "azure"]).unwrap_err().contains("neither embedded nor emulator"));
        assert!(parsed(&["--backend"]).unwrap_err().contains("needs embedded or emulator"));
        assert!(parsed(&["--tenant"]).unwrap_err().contains("needs a file"));
        assert!(parsed(&["--tenant", "--json"]).unwrap_err().contains("needs a file"));
        assert!(parsed(&["--json=yes"]).unwrap_err().contains("takes no value"));
        assert!(parsed(&["--break-glass", "a,,b"]).unwrap_err().contains("not an object id"));
    }
}
