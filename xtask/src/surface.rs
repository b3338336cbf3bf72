//! `cargo xtask surface`: writes `tests/surface.json` anew. The test that compares it does the writing, so that
//! this program need not link what it helps to build.

use crate::step::{self, Step};

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let write = Step::process("surface", "cargo test --quiet -p pim-tests --test surface")
        .with_env("PIM_WRITE_SURFACE", "1");
    step::run_all("surface", &[write])
}
