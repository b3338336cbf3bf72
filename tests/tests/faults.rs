//! What goes wrong on the way to Graph: every operation under every fault of the emulator, deadlines and callers that
//! give up, and that neither logs, errors nor strangers learn what they must not.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

#[path = "faults/acts.rs"]
mod acts;
#[path = "faults/matrix.rs"]
mod matrix;
#[path = "faults/scene.rs"]
mod scene;
#[path = "faults/told.rs"]
mod told;
