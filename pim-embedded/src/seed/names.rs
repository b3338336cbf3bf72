//! Ids made from names, so that tests and samples can speak of `alice` and always mean the same GUID.

use pim_core::id::{GroupId, PrincipalId};

/// The principal that a [`SeedBuilder`](super::SeedBuilder) makes for a name. See [`guid_of`].
pub fn id_of(name: &str) -> PrincipalId {
    PrincipalId::from_guid(guid_of(name))
}

/// The group that a [`SeedBuilder`](super::SeedBuilder) makes for a name. See [`guid_of`].
pub fn group_of(name: &str) -> GroupId {
    GroupId::from_guid(guid_of(name))
}

/// A GUID made from a text: its 128-bit FNV-1a hash, marked as version 8 (RFC 9562).
///
/// It never changes between versions of this crate, so it may be written into files. It is no secret and no
/// protection: whoever knows the name knows the id.
pub const fn guid_of(text: &str) -> [u8; 16] {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let bytes = text.as_bytes();
    let (mut hash, mut at) = (OFFSET, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u128).wrapping_mul(PRIME);
        at += 1;
    }
    let mut guid = hash.to_be_bytes();
    guid[6] = guid[6] & 0x0f | 0x80;
    guid[8] = guid[8] & 0x3f | 0x80;
    guid
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Written out by hand from the published test value of FNV-1a 128 for `a`,
    /// d228cb69-6f1a-8caf-7891-2b704e4a8964, and the two marks.
    #[test]
    fn ids_are_the_published_hash_and_stay() {
        assert_eq!(id_of("a").to_string(), "d228cb69-6f1a-8caf-b891-2b704e4a8964");
        assert_eq!(group_of("a").as_principal(), id_of("a"));
    }

    proptest! {
        #[test]
        fn different_names_differ(a in ".{0,12}", b in ".{0,12}") {
            prop_assert_eq!(a == b, id_of(&a) == id_of(&b));
        }
    }
}
