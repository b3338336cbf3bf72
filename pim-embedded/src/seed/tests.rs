//! What a person who edits a seed by hand gets wrong, and what they are told.

use pim_core::error::{Error, ErrorKind};

use super::*;

/// A small file in which each test changes a little.
const FILE: &str = r#"{
  "version": 1,
  "tenant": { "id": "fernhill", "name": "Fernhill" },
  "users": [
    { "id": "alice", "name": "Alice A", "sign_in_name": "alice@x.example" },
    { "id": "bob", "name": "Bob B", "sign_in_name": "bob@x.example", "manager": "alice" }
  ],
  "groups": [
    { "id": "ops", "name": "Operations", "members": ["bob"] },
    { "id": "all", "name": "Everybody", "members": ["ops", "alice"] }
  ],
  "policies": [
    { "subject": { "type": "group", "group": "ops", "access": "member" },
      "rules": [ { "kind": "expiration_end_user_assignment",
                   "setting": { "expiration": { "required": true, "max": "PT1H" } } } ] }
  ],
  "assignments": [
    { "principal": "alice",
      "privilege": { "type": "directory_role", "role": "62e90394-69f5-4237-9190-012177145e10", "scope": "/" } }
  ]
}"#;

fn errors(from: &str, to: &str) -> Vec<String> {
    assert!(FILE.contains(from), "{from}");
    let error = Seed::from_json(&FILE.replacen(from, to, 1)).unwrap_err();
    error.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn the_file_itself_is_sound() {
    let seed = Seed::from_json(FILE).unwrap();
    assert_eq!(seed.records().users.len(), 2);
    assert_eq!(Seed::from_json(&seed.to_json()).unwrap(), seed);
}

#[test]
fn each_slip_is_told_with_its_place_and_what_was_expected() {
    let cases = [
        ("\"version\": 1,", "", "line 1, column 1: the field `version` is missing; it is 1"),
        (
            "\"version\": 1",
            "\"version\": 2",
            "line 2, column 14: version: this version of the SDK reads seeds of version 1",
        ),
        (
            "\"users\"",
            "\"user\"",
            "line 4, column 3: user: there is no section `user`; did you mean `users`? There are: version, tenant, \
             now, switches, built_in_roles, roles, skus, users, groups, service_principals, units, contexts, \
             locations, conditional_access, packages, package_assignments, policies, eligibilities, assignments, \
             reviews, audit, sign_ins",
        ),
        (
            "\"manager\"",
            "\"manger\"",
            "line 6, column 70: users[1].manger: there is no field `manger` here; see seed.schema.json for those there \
             are",
        ),
        (
            "\"members\": [\"bob\"]",
            "\"membrs\": [\"bob\"]",
            "line 9, column 42: groups[0].membrs: there is no field `membrs` here; did you mean `members`? There are: \
             id, name, role_assignable, membership_rule, source, under_pim, members, owners",
        ),
        (
            "\"manager\": \"alice\"",
            "\"manager\": \"alicia\"",
            "line 6, column 81: users[1].manager: there is no principal (user, group or service principal) `alicia`; \
             did you mean `alice`?",
        ),
        (
            "\"principal\": \"alice\"",
            "\"principal\": \"Alice A\"",
            "line 18, column 20: assignments[0].principal: there is no principal (user, group or service principal) \
             `Alice A`; that is a name, its id is `alice`",
        ),
        (
            "62e90394-69f5-4237-9190-012177145e10",
            "Global Administrator",
            "line 19, column 56: assignments[0].privilege.role: there is no role `Global Administrator`; that is a \
             name, its id is `62e90394-69f5-4237-9190-012177145e10`",
        ),
        (
            "\"name\": \"Bob B\"",
            "\"name\": 7",
            "line 6, column 28: users[1].name: expected a string, found the number 7",
        ),
        (
            "\"id\": \"bob\"",
            "\"id\": \"alice\"",
            "line 6, column 13: users[1].id: there is another principal (user, group or service principal) with the id \
             `alice`",
        ),
        (
            "\"PT1H\"",
            "\"1 hour\"",
            "line 15, column 74: policies[0].rules[0].setting.expiration.max: `1 hour` is not a length of time such as \
             PT8H, P365D or P1DT12H (no weeks, months or years, not negative)",
        ),
        (
            "\"required\": true",
            "\"required\": true, \"least\": 1",
            "line 15, column 67: policies[0].rules[0].setting.expiration.least: there is no field `least` here; see \
             seed.schema.json for those there are",
        ),
        (
            "\"access\": \"member\"",
            "\"access\": \"memeber\"",
            "line 13, column 63: policies[0].subject.access: `memeber` is not possible here; did you mean `member`? \
             There are: member, owner",
        ),
        (
            "\"members\": [\"bob\"]",
            "\"members\": [\"bob\", \"all\"]",
            "line 10, column 53: groups[1].members[0]: with this a group contains itself, directly or through others; \
             take it out",
        ),
        (
            "\"members\": [\"bob\"]",
            "\"name\": \"again\"",
            "line 9, column 42: groups[0].name: the field `name` is there twice; keep one",
        ),
        ("  \"users\": [", "  \"users\": [,", "line 4, column 13: this is not JSON: expected value"),
    ];
    let told: Vec<_> = cases.iter().map(|(from, to, _)| errors(from, to)).collect();
    let wrong: Vec<_> =
        cases.iter().zip(&told).filter(|((.., line), told)| !told.iter().any(|t| t == line)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_byte_order_mark_is_passed_over_and_an_empty_file_is_called_empty() {
    let marked = format!("\u{feff}{FILE}");
    assert_eq!(Seed::from_json(&marked).unwrap(), Seed::from_json(FILE).unwrap());
    for text in ["", " \n", "\u{feff}"] {
        let told = Seed::from_json(text).unwrap_err().to_string();
        assert!(told.contains("line 1, column 1: there is nothing here"), "{told}");
    }
}

#[test]
fn all_slips_are_told_at_once_in_the_order_of_the_file() {
    let unreadable =
        FILE.replace("\"Bob B\"", "7").replace("\"PT1H\"", "1").replace("\"type\": \"dir", "\"typ\": \"dir");
    let error = Seed::from_json(&unreadable).unwrap_err();
    let paths: Vec<_> = error.problems().iter().map(|problem| &*problem.path).collect();
    assert_eq!(
        paths,
        ["users[1].name", "policies[0].rules[0].setting.expiration.max", "assignments[0].privilege.typ"]
    );
    let unfitting =
        FILE.replace("\"manager\": \"alice\"", "\"manager\": \"eve\"").replace("[\"bob\"]", "[\"x\", \"x\"]");
    let error = Seed::from_json(&unfitting).unwrap_err();
    let found: Vec<_> = error.problems().iter().map(|problem| (problem.kind, &*problem.path)).collect();
    assert_eq!(
        found,
        [
            (ProblemKind::Reference, "users[1].manager"),
            (ProblemKind::Reference, "groups[0].members[0]"),
            (ProblemKind::Reference, "groups[0].members[1]"),
            (ProblemKind::Duplicate, "groups[0].members[1]"),
        ]
    );
    assert!(
        error.to_string().starts_with("the seed can't be used, for 4 reasons:\n  line 6, column 81: users")
    );
}

#[test]
fn a_thousand_slips_are_counted_and_a_hundred_listed() {
    let mut records = Seed::from_json(FILE).unwrap().into_records();
    records.users[0].licences = (0..1000).map(|i| format!("sku-{i}").parse().unwrap()).collect();
    let error = Seed::try_from(records).unwrap_err();
    assert_eq!((error.problems().len(), error.unlisted()), (100, 900));
    let told = error.to_string();
    assert!(told.starts_with("the seed can't be used, for 1000 reasons:") && told.ends_with("and 900 more"));
}

#[test]
fn it_becomes_an_invalid_input_that_names_no_person() {
    let text = FILE.replace("\"name\": \"Alice A\"", "\"enabled\": \"Alice A\"");
    let error = Error::from(Seed::from_json(&text).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let context: Vec<_> = error.context().collect();
    assert_eq!(context, [("path", "users[0].enabled"), ("line", "5"), ("column", "33")]);
    assert!(!format!("{error:?}").contains("Alice A"), "{error:?}");
}

#[test]
fn a_seed_inside_another_file_is_checked_too() {
    let twice = FILE.replace("\"assignments\": [", "\"eligibilities\": [{ \"principal\": \"eve\", \"privilege\": { \"type\": \"group\", \"group\": \"ops\", \"access\": \"member\" } }], \"assignments\": [");
    let told = serde_json::from_str::<Seed>(&twice).unwrap_err().to_string();
    assert!(told.contains("eligibilities[0].principal: there is no principal"), "{told}");
}

#[test]
fn the_builder_refuses_what_does_not_fit() {
    let error = Seed::builder()
        .user("alice")
        .standing("bob", pim_core::privilege::Privilege::member(group_of("ops")));
    let paths: Vec<_> =
        error.build().unwrap_err().problems().iter().map(|p| (p.path.clone(), p.place)).collect();
    assert_eq!(
        paths,
        [("assignments[0].principal".to_owned(), None), ("assignments[0].privilege.group".to_owned(), None)]
    );
}
