//! Every path and query as pure request builders: nothing is sent here.
//!
//! A function of a submodule names a [`Place`]; what is to happen there makes a [`Call`] of it.

mod place;
mod query;

pub mod alerts;
pub mod approvals;
pub mod audit;
pub mod conditional_access;
pub mod directory;
pub mod mail;
pub mod packages;
pub mod policies;
pub mod reviews;
pub mod roles;
pub mod schedules;

pub use self::{
    place::{Call, Place, Repeat, Root, Version},
    query::{Filter, Query},
};
