use std::{collections::BTreeSet, path::Path};

use super::*;

fn codes_in(title: &str) -> BTreeSet<&'static str> {
    let page = troubleshooting();
    let part = page.parts.into_iter().find(|part| part.title == title).unwrap();
    part.entries.into_iter().map(|entry| entry.code).collect()
}

fn all<'a>(codes: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
    codes.into_iter().collect()
}

#[test]
fn every_kind_and_code_has_an_entry() {
    assert_eq!(codes_in("Kinds of errors"), all(ErrorKind::ALL.iter().map(|kind| kind.as_str())));
    assert_eq!(codes_in("Demands of a policy"), all(ViolatedRule::KNOWN.iter().map(ViolatedRule::as_str)));
    assert_eq!(codes_in("Refusals of a guard"), all(guard::CODES));
    assert_eq!(codes_in("What a plan leaves out"), all(codes::ALL.iter().copied()));
}

/// A kind that is new falls back on what stands for `Unexpected`.
#[test]
fn no_two_kinds_share_their_advice() {
    let meanings: BTreeSet<_> = ErrorKind::ALL.iter().map(|kind| errors::kind(*kind).meaning).collect();
    assert_eq!(meanings.len(), ErrorKind::ALL.len());
}

#[test]
fn every_status_in_which_one_can_be_stuck_has_an_entry() {
    let passing = all(["accepted", "admin_approved", "provisioned", "revoked"]);
    let known = all(RequestStatus::KNOWN.iter().map(RequestStatus::as_str));
    let stuck = codes_in("Requests that do not go on");
    assert_eq!(stuck, known.difference(&passing).copied().collect());
}

#[test]
fn every_code_of_plans_is_listed() {
    let source = include_str!("../../plan/codes.rs");
    let written =
        source.lines().filter_map(|line| line.strip_prefix("pub const ")?.split_once(": &str = \""));
    let written = all(written.map(|(_, code)| code.trim_end_matches("\";")));
    assert_eq!(all(codes::ALL.iter().copied()), written);
}

#[test]
fn every_entry_says_something() {
    for part in troubleshooting().parts {
        assert!(!part.entries.is_empty(), "{}", part.title);
        for entry in part.entries {
            let sentences = entry.causes.iter().chain(entry.way_out).chain([&entry.meaning]);
            assert!(!entry.causes.is_empty() && !entry.way_out.is_empty(), "{}", entry.code);
            for sentence in sentences {
                assert!(
                    sentence.ends_with(['.', '?']) && !sentence.contains("  "),
                    "{}: {sentence}",
                    entry.code
                );
                assert_eq!(sentence.matches('`').count() % 2, 0, "{}: {sentence}", entry.code);
            }
        }
    }
}

/// `cargo xtask troubleshooting` runs this with `PIM_WRITE_TROUBLESHOOTING` and so writes the page.
#[test]
fn the_page_in_docs_is_current() {
    let page = troubleshooting().markdown(&Templates::default()).unwrap();
    let page = format!("<!-- Written by `cargo xtask troubleshooting`. -->\n\n{page}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/troubleshooting.md");
    if std::env::var_os("PIM_WRITE_TROUBLESHOOTING").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(page == written, "docs/troubleshooting.md is not current: run `cargo xtask troubleshooting`");
}

#[test]
fn the_page_as_html_shows_code_as_code() {
    let page = troubleshooting().html(&Templates::default()).unwrap();
    assert!(page.contains("<summary><code>policy_violation</code></summary>"));
    assert!(page.contains("<summary>Extend is not offered</summary>"));
    assert!(!page.contains('`'));
}
