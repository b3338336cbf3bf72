//! Plans that are kept.

use pim_core::error::ErrorKind;
use serde_json::{Value, json};

use super::cases::{ADMIN, at, eligible, role, standing, tenant, wanting};
use crate::plan::{Plan, PlanOptions, plan};

fn made() -> Plan {
    let tenant = tenant().assignments([standing(1, ADMIN), standing(2, ADMIN)]).build();
    let mut target = wanting([eligible(1, ADMIN)]);
    target.exclusive.insert(role(ADMIN));
    plan(&tenant, &target, &PlanOptions { justification: Some("secret".into()), ..PlanOptions::default() })
        .unwrap()
}

fn tampered(change: impl FnOnce(&mut Value)) -> pim_core::error::Error {
    let mut value: Value = serde_json::from_slice(&made().to_json().unwrap()).unwrap();
    change(&mut value);
    let error = Plan::from_json(&serde_json::to_vec(&value).unwrap()).unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
    error
}

#[test]
fn a_plan_is_kept_and_told_by_its_hash() {
    let plan = made();
    assert_eq!((plan.steps.len(), plan.refused.len()), (2, 1));
    let file = std::env::temp_dir().join(format!("pim-plan-{}.json", std::process::id()));
    plan.save(&file).unwrap();
    let again = Plan::load(&file).unwrap();
    assert_eq!((&again, again.hash()), (&plan, plan.hash()));
    // Layout makes no difference, content does.
    let value: Value = serde_json::from_slice(&plan.to_json().unwrap()).unwrap();
    let pretty = Plan::from_json(&serde_json::to_vec_pretty(&value).unwrap()).unwrap();
    assert_eq!(pretty.hash(), plan.hash());
    let mut other = plan.clone();
    other.steps[0].why.push('!');
    assert_ne!(other.hash(), plan.hash());
    std::fs::remove_file(&file).unwrap();
    assert_eq!(Plan::load(&file).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn what_no_plan_would_say_is_refused_with_its_place() {
    let newer = tampered(|plan| plan["version"] = json!(2));
    assert_eq!(newer.kind(), ErrorKind::Unsupported);
    let other = "0123456789abcdef";
    for (place, error) in [
        ("steps[0].id", tampered(|plan| plan["steps"][0]["id"] = json!(other))),
        ("steps[0].id", tampered(|plan| plan["steps"][0]["change"]["grant"]["principal"] = json!(at(4)))),
        ("steps[1].wave", tampered(|plan| plan["steps"][1]["wave"] = json!(7))),
        ("steps[1].wave", tampered(|plan| plan["steps"][1]["wave"] = json!(0))),
        ("steps[1].after[0]", tampered(|plan| plan["steps"][1]["after"] = json!([other]))),
        ("steps[1].id", tampered(|plan| plan["steps"][1] = plan["steps"][0].clone())),
        ("steps[0].later", tampered(|plan| plan["steps"][0]["later"] = json!(1))),
        ("steps[0].risk", tampered(|plan| plan["steps"][0]["risk"] = json!("none"))),
    ] {
        assert_eq!(error.kind(), ErrorKind::Malformed);
        let told = error.context().find(|(key, _)| *key == "at").map(|(_, place)| place.to_owned());
        assert_eq!(told.as_deref(), Some(place), "{error}");
    }
    let bytes = made().to_json().unwrap();
    for end in 0..bytes.len() {
        assert!(Plan::from_json(&bytes[..end]).is_err());
    }
    assert!(Plan::from_json(&[bytes, b"{}".to_vec()].concat()).is_err());
}
