//! Tests of the facts and of what is read from them.

use super::*;

fn names(what: &str) -> Vec<String> {
    Reference::builtin().least_role_for(what).into_iter().map(|found| found.name).collect()
}

#[test]
fn every_file_of_the_program_is_read() {
    for text in file::FILES {
        Reference::default().with_json(text).unwrap();
    }
}

#[test]
fn a_task_is_found_in_other_words_and_the_least_role_stands_first() {
    for (words, role) in [
        ("reset password of non-admins", "Password Administrator"),
        ("Resetting a user's password", "Password Administrator"),
        ("assign licenses", "License Administrator"),
        ("read audit logs", "Reports Reader"),
        ("delete a group", "Groups Administrator"),
        ("create named location", "Conditional Access Administrator"),
        ("grant consent to Graph application permissions", "Privileged Role Administrator"),
        ("configure PIM role settings", "Privileged Role Administrator"),
        ("approve access reviews", "Identity Governance Administrator"),
    ] {
        let found = Reference::builtin().least_role_for(words);
        assert_eq!(found[0].name, role, "{words}");
        assert_eq!(found[0].rank, Rank::Least);
    }
    assert!(names("brew coffee").is_empty());
    assert!(names("").is_empty());
}
