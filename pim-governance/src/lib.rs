#![doc = include_str!("../README.md")]

pub mod analysis;
pub mod apply;
pub mod desired;
pub mod discover;
pub mod names;
pub mod plan;
pub mod reference;
pub mod render;
pub mod reference;
pub mod resolve;
pub mod snapshot;

mod whole_file;
pub mod verify;
