use std::{
    fs,
    io::{Read, Write},
};

use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use pim_core::{
    error::{Error, ErrorKind},
    privilege::Privilege,
    schedule::Eligibility,
};
use proptest::prelude::*;

use super::*;
use crate::snapshot::{
    Coverage, Reason, SourceKind,
    strategies::{self, NOW, person, who},
};

fn bytes(snapshot: &Snapshot) -> Vec<u8> {
    let mut bytes = Vec::new();
    snapshot.write_to(&mut bytes).unwrap();
    bytes
}

fn text(snapshot: &Snapshot) -> String {
    let mut text = String::new();
    GzDecoder::new(&*bytes(snapshot)).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

fn refused(bytes: &[u8]) -> Error {
    Snapshot::read_from(bytes).unwrap_err()
}

fn sample() -> Snapshot {
    let role = Privilege::role(pim_core::id::RoleId::GLOBAL_ADMINISTRATOR);
    let denied = Coverage::Denied(Reason::new(ErrorKind::PermissionDenied, "ask for a reading role"));
    Snapshot::builder(NOW)
        .tenant(pim_core::id::TenantId::from_guid([9; 16]))
        .caller(who(1))
        .users([person(1), person(2)])
        .eligibilities([Eligibility::new("s-1".parse().unwrap(), who(1), role)])
        .coverage(SourceKind::Alerts, denied)
        .build()
}

proptest! {
    #[test]
    fn a_file_gives_back_what_was_written(snapshot in strategies::tenant()) {
        prop_assert_eq!(Snapshot::read_from(&*bytes(&snapshot)).unwrap(), snapshot);
    }

    #[test]
    fn a_cut_file_is_never_a_smaller_tenant(cut in 0.0_f64..1.0) {
        let whole = bytes(&sample());
        let at = (whole.len() as f64 * cut) as usize;
        prop_assert_eq!(refused(&whole[..at]).kind(), ErrorKind::Malformed);
    }

    #[test]
    fn a_damaged_file_is_never_believed(at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let whole = bytes(&sample());
        let mut damaged = whole.clone();
        damaged[at.index(whole.len())] ^= 1 << bit;
        // Bits of gzip's own header may say what they like: time, system, extra flags.
        if let Ok(read) = Snapshot::read_from(&*damaged) {
            prop_assert_eq!(read, sample());
        }
    }
}

#[test]
fn the_first_line_tells_what_it_is() {
    let first = text(&sample()).lines().next().unwrap().to_owned();
    assert!(
        first.starts_with(r#"{"format":"pim-snapshot","version":1,"taken_at":"2026-09-01T08:00:00Z""#),
        "{first}"
    );
}

#[test]
fn a_newer_file_is_refused_with_the_way_out() {
    let newer = text(&sample()).replacen("\"version\":1", "\"version\":7,\"dialect\":[1]", 1);
    let error = refused(&packed(&newer));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("format 7, this one reads up to 1"), "{error}");
}

#[test]
fn what_is_no_snapshot_is_called_so() {
    for bytes in [&b""[..], b"{}", b"PK\x03\x04", &packed("{\"format\":\"other\"}\n"), &packed("hello\n")] {
        let error = refused(bytes);
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(error.message().starts_with("this is no snapshot"), "{error}");
    }
}

#[test]
fn a_wrong_line_is_told_by_place_and_never_quoted() {
    let wrong = text(&sample()).replacen("\"enabled\":true", "\"enabled\":\"Alice Adams\"", 1);
    let error = refused(&packed(&wrong));
    let context: Vec<_> = error.context().collect();
    assert!(context.contains(&("list", "users")) && context.contains(&("field", "enabled")), "{error}");
    assert!(context.iter().any(|(key, line)| *key == "line" && *line == "6"), "{error}");
    assert!(error.message().contains("expected a boolean"), "{error}");
    assert!(!format!("{error:?}").contains("Alice"), "{error:?}");
}

#[test]
fn lists_that_do_not_belong_are_refused() {
    let other = text(&sample()).replacen("\"section\":\"users\"", "\"section\":\"wizards\"", 1);
    let error = refused(&packed(&other));
    assert!(error.message().contains("`wizards` is unknown"), "{error}");
    let longer = text(&sample()) + "{}\n";
    assert!(refused(&packed(&longer)).message().contains("more follows"));
    let claims = text(&sample()).replacen("\"rows\":2", "\"rows\":9999999999", 1);
    assert_eq!(refused(&packed(&claims)).kind(), ErrorKind::Malformed);
}

#[test]
fn saving_replaces_whole_and_leaves_nothing_beside() {
    let folder = std::env::temp_dir().join(format!("pim-governance-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("tenant.snapshot");
    Snapshot::unread(NOW).save(&path).unwrap();
    sample().save(&path).unwrap();
    assert_eq!(Snapshot::load(&path).unwrap(), sample());
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    #[cfg(unix)]
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
        0o600
    );

    let nowhere = sample().save(folder.join("missing/tenant.snapshot")).unwrap_err();
    assert_eq!(nowhere.kind(), ErrorKind::InvalidInput);
    assert_eq!(Snapshot::load(folder.join("other")).unwrap_err().kind(), ErrorKind::NotFound);
    fs::remove_dir_all(folder).unwrap();
}
