#![doc = include_str!("../README.md")]

pub mod backend;
pub mod capability;
pub mod convert;
pub mod endpoints;
pub mod error;
pub mod permission;
pub mod preflight;
pub mod wire;

pub use self::backend::GraphBackend;
