//! The tables, each in one place for pages and CSV alike.

mod access;
mod findings;
mod inventory;
mod paths;
mod plan;

pub(super) use self::{
    access::{permanent, temporary},
    findings::findings,
    inventory::inventory,
    paths::paths,
    plan::{refused, steps},
};
