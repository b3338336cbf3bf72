//! Coverage-guided tests, where the machine has what they need.

use crate::step::{self, Step};

/// The targets of `fuzz/Cargo.toml`.
const TARGETS: [&str; 3] = ["graph", "http", "seed"];

/// Each target for a few seconds: enough to meet what a change broke, not to search.
pub(crate) fn steps() -> Vec<Step> {
    let missing = if !step::answers("cargo +nightly --version") {
        "no nightly toolchain"
    } else if !step::answers("cargo +nightly fuzz --version") {
        "cargo-fuzz not installed"
    } else {
        return TARGETS
            .iter()
            .map(|target| {
                let line =
                    format!("cargo +nightly fuzz run {target} -- -max_total_time=10 -rss_limit_mb=1024");
                Step::process(format!("fuzz {target}"), line).quiet()
            })
            .collect();
    };
    vec![Step::skip("fuzz", missing)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_of_the_manifest_is_run() {
        let manifest = include_str!("../../fuzz/Cargo.toml");
        let named: Vec<&str> =
            manifest.split("[[bin]]").skip(1).filter_map(|bin| bin.split('"').nth(1)).collect();
        assert_eq!(named, TARGETS);
    }
}
