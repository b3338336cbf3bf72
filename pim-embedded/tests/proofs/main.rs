//! What must hold of the engine, proved three ways: row by row, in every state of small worlds, in random
//! histories of large ones.

mod guarded;
mod histories;
mod model;
mod table;
mod watch;
mod world;
