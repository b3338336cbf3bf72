#![doc = include_str!("../README.md")]

pub mod catalogue;
pub mod clock;
pub mod engine;
pub mod seed;
pub mod switches;
