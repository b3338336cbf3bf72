//! The maps of the state. Their keys are made by the engine or checked by a seed, so a faster hash than the
//! standard library's does; it is seeded at random all the same.

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, foldhash::fast::RandomState>;
