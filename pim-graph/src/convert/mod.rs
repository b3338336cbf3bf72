//! Between Graph's JSON and the model: no I/O, and nothing panics.
//!
//! Reading fails with `Malformed`, naming the member, only where the model cannot do without it; a word that
//! is not known becomes the `Unknown` of its enumeration. `0001-01-01` and `9999-12-31` mean "none".

mod field;
mod grant;
mod rows;
mod shared;
mod word;

pub mod alert;
pub mod approval;
pub mod audit;
pub mod conditional_access;
pub mod directory;
pub mod mail;
pub mod package;
pub mod policy;
pub mod request;
pub mod review;
pub mod role;

pub use self::{
    grant::{assignments, eligibilities, holders},
    rows::{Listed, rows},
    shared::Sharing,
};
