#![doc = include_str!("../README.md")]

pub mod analysis;
pub mod apply;
pub mod compliance;
pub mod desired;
pub mod discover;
pub mod import;
pub mod names;
pub mod plan;
pub mod reference;
pub mod render;
pub mod resolve;
pub mod rollout;
pub mod snapshot;
pub mod verify;

mod fast;
mod whole_file;
