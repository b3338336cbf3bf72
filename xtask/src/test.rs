//! `cargo xtask test`: everything that must pass before a change lands.

use crate::metadata::Metadata;
use crate::step::{self, Step};
use crate::{check, clients, corpus, fuzz, node, python, tools};

/// The Rust tests need nothing but the crates that cargo fetches by itself. `PIM_CORPUS` and `PIM_REFERENCE_DATA`
/// reach them when the caller has set them. Microsoft's libraries need Python 3.10 and Node 20, with what pip and npm
/// fetch.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let mut steps = check::toolchain_steps();
    // nextest does not run doctests, so they are a step of their own either way; before the tests, so that the
    // count that a reader looks for stands near the end.
    steps.push(Step::process("doctests", "cargo test --workspace --all-features --doc"));
    steps.push(corpus_step());
    steps.extend(clients::steps());
    steps.push(python::step());
    steps.push(node::step());
    steps.push(rust_tests());
    steps.extend(fuzz::steps());
    steps.extend(examples(&Metadata::read()?));
    step::run_all("test", &steps)
}

fn corpus_step() -> Step {
    match std::env::var_os("PIM_CORPUS") {
        Some(directory) if !directory.is_empty() => corpus::judge(),
        _ => Step::skip("corpus", "corpus not present: PIM_CORPUS names no directory of pages"),
    }
}

fn rust_tests() -> Step {
    if tools::NEXTEST.is_installed() {
        Step::process("tests", "cargo nextest run --workspace --all-features")
    } else {
        Step::process("tests", "cargo test --workspace --all-features --lib --bins --tests --examples")
    }
}

/// Every example is run, not just built: an example that no longer works is worse than none.
fn examples(metadata: &Metadata) -> Vec<Step> {
    let Some(package) = metadata.member_in("examples") else {
        return vec![Step::skip("examples", "there is no examples crate yet")];
    };
    package
        .runnable()
        .map(|(kind, name)| {
            let line = format!("cargo run --quiet --package {} --{kind} {name}", package.name);
            Step::process(format!("example {name}"), line).quiet()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn examples_are_discovered_in_the_examples_directory_only() {
        let package = |directory: &str, targets| {
            json!({
                "id": directory, "name": format!("pim-{directory}"),
                "manifest_path": format!("/w/{directory}/Cargo.toml"), "targets": targets,
            })
        };
        let metadata: Metadata = serde_json::from_value(json!({
            "workspace_root": "/w",
            "workspace_members": ["core", "examples"],
            "packages": [
                package("core", json!([{ "name": "elsewhere", "kind": ["example"] }])),
                package("examples", json!([
                    { "name": "pim_examples", "kind": ["lib"] },
                    { "name": "quickstart", "kind": ["example"] },
                    { "name": "watch", "kind": ["bin"] },
                ])),
            ],
            "resolve": { "nodes": [] },
        }))
        .unwrap();
        let steps = format!("{:?}", examples(&metadata));
        assert!(steps.contains("example quickstart") && steps.contains("example watch"), "{steps}");
        assert!(!steps.contains("elsewhere") && !steps.contains("pim_examples"), "{steps}");
    }
}
