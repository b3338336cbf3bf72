//! `cargo xtask troubleshooting`: writes `docs/troubleshooting.md` anew. As with the surface, the test that compares
//! it does the writing.

use crate::step::{self, Step};

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let write = Step::process("troubleshooting", "cargo test --quiet -p pim-governance the_page_in_docs")
        .with_env("PIM_WRITE_TROUBLESHOOTING", "1");
    step::run_all("troubleshooting", &[write])
}
