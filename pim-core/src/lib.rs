#![doc = include_str!("../README.md")]

#[cfg(test)]
mod arbitrary;
mod open_enum;

pub mod activation;
pub mod alert;
pub mod approval;
pub mod audit;
pub mod backend;
pub mod client;
pub mod clock;
pub mod conditional_access;
pub mod directory;
pub mod error;
pub mod guard;
pub mod id;
pub mod mail;
pub mod package;
pub mod page;
pub mod policy;
pub mod principal;
pub mod privilege;
pub mod request;
pub mod review;
pub mod schedule;
pub mod sensitive;
pub mod surface;
pub mod time;
pub mod transition;
