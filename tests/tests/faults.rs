//! What goes wrong on the way to Graph: every operation under every fault of the emulator, deadlines and callers that
//! give up, hostile answers, and that neither logs, errors nor strangers learn what they must not.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

#[path = "faults/limits.rs"]
mod limits;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/replay.rs"]
mod replay;
#[path = "faults/scene.rs"]
mod scene;
#[path = "faults/strangers.rs"]
mod strangers;
#[path = "faults/told.rs"]
mod told;
