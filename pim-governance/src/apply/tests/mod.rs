//! Carrying out plans made by hand, over the embedded service.

mod crash;
mod fake;
mod running;
mod undoing;
mod world;

/// 2026-09-01T08:00:00Z.
const NOW: pim_core::time::Timestamp = pim_core::time::Timestamp::from_unix_seconds(1_788_249_600);
