//! `cargo xtask clients`: Microsoft's own libraries, as published, against the emulator.
//!
//! They are installed below the target directory, once for each list of versions; the source tree stays clean.

use crate::install::{Stamp, copy_file, python_environment, read, succeed};
use crate::metadata::Metadata;
use crate::step::{self, Step};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const SOURCE: &str = "tests/clients";
const PYTHON: &str = "Microsoft's Python library";
const NODE: &str = "Microsoft's Node library";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let [python, node] = steps();
    let steps = match arguments {
        [] => vec![python, node],
        [one] if one == "python" => vec![python],
        [one] if one == "node" => vec![node],
        other => return Err(format!("say `python`, `node` or nothing, not: {}", other.join(" "))),
    };
    step::run_all("clients", &steps)
}

pub(crate) fn steps() -> [Step; 2] {
    [
        Step::function(PYTHON, "cargo xtask clients python", python),
        Step::function(NODE, "cargo xtask clients node", node),
    ]
}

fn python() -> Result<(), String> {
    let place = Place::new()?;
    let emulator = place.build_emulator()?;
    let interpreter = place.python_libraries()?;
    let mut tests = Command::new(interpreter);
    tests
        .args(["-m", "pytest", "--quiet"])
        .current_dir(Path::new(SOURCE).join("python"))
        .env("PIM_EMULATOR", emulator)
        // Where a proxy is set, it is not asked about this machine.
        .envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")])
        .env("PYTHONPYCACHEPREFIX", place.directory.join("python-cache"));
    succeed("pytest", &mut tests)
}

fn node() -> Result<(), String> {
    let place = Place::new()?;
    let emulator = place.build_emulator()?;
    let copy = place.node_libraries()?;
    let mut tests = Command::new("node");
    tests.arg("run.mjs").current_dir(copy).env("PIM_EMULATOR", emulator);
    succeed("node run.mjs", &mut tests)
}

/// Where the libraries are installed, and where cargo puts programs.
struct Place {
    target: PathBuf,
    directory: PathBuf,
}

impl Place {
    fn new() -> Result<Self, String> {
        let target = PathBuf::from(Metadata::read()?.target_directory);
        let directory = target.join("clients");
        fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
        Ok(Self { target, directory })
    }

    fn build_emulator(&self) -> Result<PathBuf, String> {
        let mut build = Command::new("cargo");
        // For the whole workspace, so that dependencies have the features that they were built with already.
        build.args(["build", "--quiet", "--workspace", "--all-features", "--bin", "pim-emulator"]);
        succeed("cargo build", &mut build)?;
        Ok(self.target.join("debug").join(format!("pim-emulator{}", env::consts::EXE_SUFFIX)))
    }

    /// A virtual environment with the libraries; its interpreter.
    fn python_libraries(&self) -> Result<PathBuf, String> {
        let wanted = Path::new(SOURCE).join("python/requirements.txt");
        let note = "installing msgraph-sdk and msgraph-beta-sdk, which takes a minute or two the first time";
        python_environment(&self.directory.join("python"), &wanted, note)
    }

    /// A copy of the tests with the libraries beside them, where Node looks for them.
    fn node_libraries(&self) -> Result<PathBuf, String> {
        if !step::answers("node -e process.exitCode=+(parseInt(process.versions.node)<20)") {
            return Err("Node 20 or later is needed; `node` is older or not there".to_owned());
        }
        let source = Path::new(SOURCE).join("node");
        let copy = self.directory.join("node");
        fs::create_dir_all(&copy).map_err(|error| format!("{}: {error}", copy.display()))?;
        copy_file(&Path::new(SOURCE).join("seed.json"), &self.directory.join("seed.json"))?;
        // Its program is run as well.
        copy_file(Path::new("docs/emulator.md"), &self.directory.join("emulator.md"))?;
        for entry in fs::read_dir(&source).map_err(|error| format!("{}: {error}", source.display()))? {
            let entry = entry.map_err(|error| format!("{}: {error}", source.display()))?;
            if entry.path().is_file() {
                copy_file(&entry.path(), &copy.join(entry.file_name()))?;
            }
        }
        let wanted = read(&source.join("package-lock.json"))?;
        let stamp = Stamp { file: copy.join("node_modules/installed.txt"), wanted };
        if !stamp.is_current() {
            println!("      installing @microsoft/microsoft-graph-client");
            let mut install = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
            install
                .args(["ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"])
                .current_dir(&copy);
            succeed("npm ci", &mut install)?;
            stamp.write()?;
        }
        Ok(copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_language_is_named_in_the_refusal() {
        let message = run(&["ruby".to_owned()]).unwrap_err();
        assert!(message.contains("ruby") && message.contains("python"), "{message}");
    }
}
