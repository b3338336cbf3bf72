#![doc = include_str!("../README.md")]

mod arguments;
mod call;
mod cursor;
mod emulator;
mod envelope;
mod governance;
mod graph;
mod rows;
mod session;
mod tenant;
mod tokens;
mod world;

pub use self::{
    cursor::{Cursor, Page},
    emulator::Stage,
    envelope::Envelope,
    governance::{Tell, Tenant, act, judge},
    graph::access,
    rows::Rows,
    session::Session,
    tokens::ForeignTokens,
    world::World,
};
