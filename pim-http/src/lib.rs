#![doc = include_str!("../README.md")]

pub mod auth;
pub mod clock;
pub mod cloud;
pub mod odata;
pub mod pipeline;
pub mod retry;
pub mod transport;
