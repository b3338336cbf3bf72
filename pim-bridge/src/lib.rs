#![doc = include_str!("../README.md")]

mod arguments;
mod call;
mod cursor;
mod envelope;
mod rows;
mod session;
mod tenant;
mod world;

pub use self::{
    cursor::{Cursor, Page},
    envelope::Envelope,
    rows::Rows,
    session::Session,
    world::World,
};
