//! A seed file is edited by hand, by scripts and by accident: whatever comes, the answer is a checked seed or a
//! typed error with places inside the text.

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use super::*;

/// A seed that has something in every section and is small enough to be tried thousands of times.
fn small() -> Value {
    let mut records = sample::tenant().into_records();
    let users = ["emma.clarke", "priya.raman", "helen.marsh", "noah.becker"].map(id_of);
    records.users.retain(|user| users.contains(&user.id));
    records.groups.retain(|seed| seed.group.id == group_of("pim-approvers"));
    records.groups[0].members.truncate(1);
    records.service_principals.truncate(1);
    records.service_principals[0].owners.clear();
    records.units.iter_mut().for_each(|unit| unit.members.clear());
    records.conditional_access.truncate(1);
    records.conditional_access[0].exclude.users.clear();
    records.packages[0].carries.clear();
    records.package_assignments[0].principal = users[0].clone();
    records.eligibilities.retain(|grant| users.contains(&grant.principal));
    records.assignments.retain(|grant| users.contains(&grant.principal));
    records.sign_ins.retain(|record| users.contains(&record.principal));
    records.audit.truncate(2);
    serde_json::to_value(Seed::try_from(records).unwrap()).unwrap()
}

/// The places of all values below, as JSON pointers.
fn pointers(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| pointers(item, format!("{at}/{i}"), into));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, item)| pointers(item, format!("{at}/{name}"), into));
        }
        _ => {}
    }
    into.push(at);
}

fn strange() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!(true)),
        Just(json!([])),
        Just(json!({})),
        Just(json!("")),
        Just(json!(" x ")),
        Just(json!(u64::MAX)),
        Just(json!(-1)),
        Just(json!(1e300)),
        Just(json!("9999-12-31T23:59:59Z")),
        Just(json!("P99999999999D")),
        Just(json!({ "type": "group", "group": "x", "access": "owner" })),
        Just(json!([[[[[[]]]]]])),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

fn holds(text: &str) -> Result<(), TestCaseError> {
    match Seed::from_json(text) {
        Ok(seed) => prop_assert_eq!(Seed::from_json(&seed.to_json()).unwrap(), seed),
        Err(error) => {
            prop_assert!(!error.problems().is_empty());
            let lines = text.matches('\n').count() + 1;
            for problem in error.problems() {
                let place = problem.place.unwrap();
                prop_assert!((1..=lines).contains(&place.line) && place.column >= 1, "{}", problem);
                prop_assert!(!problem.message.is_empty() && !problem.to_string().contains('\n'));
            }
        }
    }
    Ok(())
}

#[test]
fn the_base_is_sound_and_every_field_of_it_matters() {
    let base = small();
    Seed::from_json(&base.to_string()).unwrap();
    // Wrong in type everywhere: no value is read without being looked at, but those that may be anything.
    let mut places = Vec::new();
    pointers(&base, String::new(), &mut places);
    for place in places {
        let mut changed = base.clone();
        *changed.pointer_mut(&place).unwrap() = json!({ "nonsense": [1] });
        assert!(Seed::from_json(&changed.to_string()).is_err(), "{place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn edited_bytes(edits in prop::collection::vec((any::<Index>(), any::<u8>(), 0..3), 1..6)) {
        let mut bytes = serde_json::to_vec_pretty(&small()).unwrap();
        for (at, byte, what) in edits {
            let at = at.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => { bytes.remove(at); }
            }
        }
        holds(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn values_replaced_dropped_and_doubled(
        edits in prop::collection::vec((any::<Index>(), strange(), 0..4), 1..5),
    ) {
        let mut base = small();
        for (at, value, what) in edits {
            let mut places = Vec::new();
            pointers(&base, String::new(), &mut places);
            let place = places.swap_remove(at.index(places.len()));
            let Some((parent, name)) = place.rsplit_once('/') else { continue };
            let old = base.pointer(&place).cloned().unwrap();
            match (base.pointer_mut(parent).unwrap(), what) {
                (Value::Object(members), 0) => { members.remove(name); }
                (Value::Object(members), 1) => { members.insert(format!("{name}x"), old); }
                (Value::Array(items), 0) => { items.remove(name.parse::<usize>().unwrap()); }
                (Value::Array(items), 1) => items.push(old),
                (_, 2) => *base.pointer_mut(&place).unwrap() = value,
                _ => *base.pointer_mut(&place).unwrap() = old,
            }
        }
        holds(&serde_json::to_string_pretty(&base).unwrap())?;
    }

    #[test]
    fn arbitrary_text(text in "\\PC{0,80}") {
        holds(&text)?;
    }

    #[test]
    fn deep_nesting(depth in 1usize..3000, opening in "[\\[{]") {
        let opening = if opening == "{" { "{\"a\":" } else { "[" };
        holds(&format!("{{\"version\": 1, \"users\": {}", opening.repeat(depth)))?;
        let closing = if opening == "[" { "]" } else { "}" };
        let body = format!("{}1{}", opening.repeat(depth), closing.repeat(depth));
        holds(&format!("{{\"version\": 1, \"users\": {body}}}"))?;
    }
}
