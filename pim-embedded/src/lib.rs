#![doc = include_str!("../README.md")]

mod backend;
pub mod catalogue;
pub mod clock;
pub mod engine;
pub mod journal;
pub mod seed;
mod service;
pub mod switches;

pub use backend::EmbeddedBackend;
pub use service::Embedded;
