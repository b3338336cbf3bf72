//! `cargo xtask check`: every gate that runs no test.

use crate::step::{self, Step};
use crate::{layering, tools};

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let mut steps = toolchain_steps();
    steps.extend(tool_steps());
    step::run_all("check", &steps)
}

/// The gates that need only the Rust toolchain; `cargo xtask test` runs these too.
pub(crate) fn toolchain_steps() -> Vec<Step> {
    vec![
        Step::process("formatting", "cargo fmt --all --check"),
        Step::function("layering", "cargo xtask layering", layering::check),
        Step::process(
            "clippy, all features",
            "cargo clippy --workspace --all-targets --all-features -- -D warnings",
        ),
        Step::process(
            "clippy, no default features",
            "cargo clippy --workspace --no-default-features -- -D warnings",
        ),
        Step::process("rustdoc", "cargo doc --workspace --all-features --no-deps")
            .with_env("RUSTDOCFLAGS", "-D warnings"),
    ]
}

/// Licences, bans and sources need no network; advisories need a database that is fetched, so they stay out.
fn tool_steps() -> Vec<Step> {
    vec![
        tools::CARGO_DENY.step("cargo-deny", "cargo deny --all-features check bans licenses sources"),
        tools::TYPOS.step("typos", "typos"),
        tools::TAPLO.step("taplo", "taplo fmt --check"),
    ]
}
