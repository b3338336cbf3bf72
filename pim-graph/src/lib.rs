#![doc = include_str!("../README.md")]

pub mod endpoints;
pub mod wire;
