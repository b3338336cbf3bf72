//! What must hold of the engine, proved three ways: row by row, in every state of small worlds, in random
//! histories of large ones.

// Clippy knows tests by their attribute, not the helpers beside them; steps are short-lived.
#![allow(clippy::unwrap_used, clippy::large_enum_variant)]

mod guarded;
mod histories;
mod model;
mod table;
mod watch;
mod world;
