//! `cargo xtask tools`: the third-party cargo tools, and whether they are there.

use crate::step::{self, Step};

/// A tool that makes a gate better and is never required.
#[derive(Debug)]
pub(crate) struct Tool {
    /// The package on crates.io, and the name people know it by.
    pub(crate) package: &'static str,
    /// A command that succeeds only when it is installed.
    probe: &'static str,
}

pub(crate) const CARGO_DENY: Tool = Tool { package: "cargo-deny", probe: "cargo deny --version" };
pub(crate) const TYPOS: Tool = Tool { package: "typos-cli", probe: "typos --version" };
pub(crate) const TAPLO: Tool = Tool { package: "taplo-cli", probe: "taplo --version" };
pub(crate) const NEXTEST: Tool = Tool { package: "cargo-nextest", probe: "cargo nextest --version" };

const ALL: [Tool; 4] = [CARGO_DENY, TYPOS, TAPLO, NEXTEST];

impl Tool {
    pub(crate) fn is_installed(&self) -> bool {
        step::answers(self.probe)
    }

    /// `step` where the tool is installed, a printed skip where it is not.
    pub(crate) fn step(&self, name: &str, line: &str) -> Step {
        if self.is_installed() {
            Step::process(name, line)
        } else {
            Step::skip(name, format!("{} not installed (cargo xtask tools installs it)", self.package))
        }
    }
}

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let steps: Vec<Step> = ALL
        .iter()
        .map(|tool| {
            if tool.is_installed() {
                Step::skip(tool.package, "installed already")
            } else {
                Step::process(tool.package, format!("cargo install --locked {}", tool.package))
            }
        })
        .collect();
    step::run_all("tools", &steps)
}
