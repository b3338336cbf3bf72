#![doc = include_str!("../README.md")]

mod body;
mod book;
mod call;
mod control;
mod emulator;
mod entity;
mod faults;
mod listen;
mod log;
mod query;
mod refusal;
mod render;
mod routes;
mod scopes;
mod serve;
mod tls;
mod tokens;
mod world;

pub use emulator::{Emulator, Options};
pub use faults::{Fault, FaultKind};
pub use log::Logged;
pub use refusal::Dialect;
pub use tokens::{InvalidToken, NewToken};
