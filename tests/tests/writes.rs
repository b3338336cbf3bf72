//! Writes happen once, over real HTTP against the emulator, whatever goes wrong on the way: proved from what the
//! emulator was asked, so that its refusal of duplicates can't hide a request that was sent blindly again.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

#[path = "writes/once.rs"]
mod once;
#[path = "writes/stage.rs"]
mod stage;
#[path = "writes/unclear.rs"]
mod unclear;
