//! A seed is refused with places, or reads the same again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pim_embedded::seed::Seed;

fuzz_target!(|text: &str| {
    match Seed::from_json(text) {
        Ok(seed) => assert_eq!(Seed::from_json(&seed.to_json()).ok(), Some(seed)),
        Err(error) => assert!(!error.problems().is_empty()),
    }
});
