#![doc = include_str!("../README.md")]

pub mod capability;
pub mod convert;
pub mod endpoints;
pub mod error;
pub mod wire;
