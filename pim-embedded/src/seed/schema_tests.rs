//! `seed.schema.json` is written by hand: here it is held against the types and against the sample.

use pim_core::{
    audit::{AuditRecord, AuditTarget, SignIn},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation, Whom},
    directory::{AdministrativeUnit, AppPermission, DelegatedGrant, ServicePrincipal, Sku, User},
    package::{AccessPackage, Carried, PackageAssignment},
    policy::{ApprovalSetting, ApprovalStageSetting, Approver, Rule},
    privilege::{Permission, RoleDefinition},
    review::{NewReview, Recurrence, ReviewScope, ReviewSettings, ReviewStage},
    schedule::Condition,
};
use serde::de::{self, DeserializeOwned, Visitor};
use serde_json::{Value, json};

use super::*;
use crate::switches::Switches;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../seed.schema.json")).unwrap()
}

/// Learns which fields a type reads, by being asked for them.
struct Probe<'a>(&'a mut &'static [&'static str]);

impl<'de> de::Deserializer<'de> for Probe<'_> {
    type Error = de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        Err(de::Error::custom("asked"))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("not a struct"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

fn fields<T: DeserializeOwned>() -> Vec<&'static str> {
    let mut fields: &'static [&'static str] = &[];
    assert!(T::deserialize(Probe(&mut fields)).is_err());
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    fields
}

fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<_> = object["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn every_field_of_every_type_is_described_and_no_other() {
    let schema = schema();
    let sections: Vec<_> = names(&schema).into_iter().filter(|name| *name != "$schema").collect();
    assert_eq!(sections, fields::<Records>());
    let types: [(&str, Vec<&str>); 34] = [
        ("tenant", fields::<SeedTenant>()),
        ("switches", fields::<Switches>()),
        ("role", fields::<RoleDefinition>()),
        ("permission", fields::<Permission>()),
        ("sku", fields::<Sku>()),
        ("user", fields::<User>()),
        ("group", fields::<SeedGroup>()),
        ("service_principal", fields::<ServicePrincipal>()),
        ("app_permission", fields::<AppPermission>()),
        ("delegated_grant", fields::<DelegatedGrant>()),
        ("unit", fields::<AdministrativeUnit>()),
        ("context", fields::<AuthenticationContext>()),
        ("location", fields::<NamedLocation>()),
        ("whom", fields::<Whom>()),
        ("conditional_access", fields::<ConditionalAccessPolicy>()),
        ("package", fields::<AccessPackage>()),
        ("carried", fields::<Carried>()),
        ("package_assignment", fields::<PackageAssignment>()),
        ("policy", fields::<SeedPolicy>()),
        ("rule", fields::<Rule>()),
        ("approval", fields::<ApprovalSetting>()),
        ("approval_stage", fields::<ApprovalStageSetting>()),
        ("approver", fields::<Approver>()),
        ("grant", fields::<SeedGrant>()),
        ("condition", fields::<Condition>()),
        ("review", fields::<NewReview>()),
        ("review_scope", fields::<ReviewScope>()),
        ("review_settings", fields::<ReviewSettings>()),
        ("recurrence", fields::<Recurrence>()),
        ("review_stage", fields::<ReviewStage>()),
        ("audit_record", fields::<AuditRecord>()),
        ("audit_target", fields::<AuditTarget>()),
        ("sign_in", fields::<SignIn>()),
        ("window", fields::<pim_core::time::Window>()),
    ];
    for (name, fields) in &types {
        assert_eq!(names(&schema["$defs"][name]), *fields, "{name}");
    }
    let described =
        schema["$defs"].as_object().unwrap().values().filter(|def| def.get("properties").is_some());
    assert_eq!(described.count(), types.len(), "a type of the schema that no row above compares");
}

#[test]
fn every_word_of_every_enumeration_is_described_and_no_other() {
    use pim_core::{
        audit, conditional_access as ca, directory, package, policy, privilege, review, schedule,
    };
    let schema = schema();
    macro_rules! same {
        ($($pointer:literal: $kind:ty,)+) => {$(
            let described = schema.pointer(concat!("/$defs/", $pointer, "/enum"));
            let known: Vec<_> = <$kind>::KNOWN.iter().map(<$kind>::as_str).collect();
            assert_eq!(described, Some(&json!(known)), $pointer);
        )+};
    }
    same! {
        "level": schedule::Level,
        "source": directory::Source,
        "privilege/oneOf/1/properties/access": privilege::GroupAccess,
        "role/properties/surface": privilege::Surface,
        "role/properties/origin": privilege::RoleOrigin,
        "user/properties/user_type": directory::UserType,
        "user/properties/methods/items": directory::AuthenticationMethod,
        "conditional_access/properties/state": ca::ConditionalAccessState,
        "conditional_access/properties/controls/items": ca::GrantControl,
        "package_assignment/properties/state": package::PackageState,
        "rule/properties/kind/anyOf/0": policy::RuleKind,
        "setting/oneOf/1/properties/enablement/properties/required/items": policy::Requirement,
        "setting/oneOf/4/properties/notification/properties/level": policy::NotificationLevel,
        "approval/properties/mode": policy::ApprovalMode,
        "approver/properties/kind": policy::ApproverKind,
        "review_scope/properties/population": review::Population,
        "review_scope/properties/reviewed": review::Reviewed,
        "review_settings/properties/default_decision": review::DefaultDecision,
        "review_settings/properties/apply_action": review::ApplyAction,
        "recurrence/properties/every": review::Frequency,
        "review_stage/properties/goes_on_with/items": review::Verdict,
        "audit_record/properties/service": audit::AuditService,
        "audit_record/properties/category": audit::AuditCategory,
        "audit_record/properties/result": audit::AuditResult,
        "audit_target/properties/kind": audit::TargetKind,
    }
}

#[test]
fn the_schema_admits_the_sample_and_what_from_json_admits() {
    let schema = schema();
    let sample: Value = serde_json::from_str(&sample::tenant().to_json()).unwrap();
    assert_eq!(faults(&schema, &schema, &sample, ""), Vec::<String>::new());
    let rest = json!({
        "$schema": "seed.schema.json",
        "version": 1,
        "users": [{ "id": "u", "name": "U", "sign_in_name": "u" }],
        "groups": [{ "id": "g", "name": "G" }],
        "contexts": [{ "id": "c7", "name": "C" }],
        "policies": [{
            "subject": { "type": "group", "group": "g", "access": "owner" },
            "rules": [
                { "kind": "approval_end_user_assignment", "setting": { "approval": {
                    "required": true, "stages": [{ "approvers": [{ "kind": "manager", "id": "u" }] }],
                } } },
                { "kind": "authentication_context_end_user_assignment",
                  "setting": { "authentication_context": { "enabled": true, "context": "c7" } } },
                { "kind": "enablement_admin_assignment", "setting": { "enablement": { "required": ["justification"] } } },
                { "kind": "notification_admin_admin_assignment",
                  "setting": { "notification": { "level": "critical", "default_recipients": false } } },
                { "kind": "expiration_admin_assignment", "setting": { "expiration": { "required": false } } },
                { "kind": "custom_extension_x", "setting": { "unknown": { "type_name": "x", "raw": { "a": [1] } } } },
            ],
        }],
        "reviews": [{
            "name": "R",
            "scope": { "privilege": { "type": "group", "group": "g", "access": "member" } },
            "reviewers": ["manager", { "user": "u" }, { "group": "g" }],
            "settings": { "recurrence": { "every": "monthly", "interval": 3, "until": { "rounds": 4 } } },
            "stages": [{ "reviewers": ["holder"], "duration_days": 3, "goes_on_with": ["dont_know"] }],
        }],
        "audit": [{
            "id": "a", "at": "2026-01-01T00:00:00Z", "service": "pim", "category": "policy", "activity": "x",
            "result": "failure", "details": [["StartTime", "now"]],
        }],
    });
    Seed::from_json(&rest.to_string()).unwrap();
    assert_eq!(faults(&schema, &schema, &rest, ""), Vec::<String>::new());
}

#[test]
fn the_schema_refuses_slips() {
    let schema = schema();
    let cases = [
        (json!({ "users": [] }), " lacks version"),
        (json!({ "version": 2 }), "/version is none of the words"),
        (json!({ "version": 1, "user": [] }), "/user is not described"),
        (json!({ "version": 1, "users": [{ "id": "u", "name": "u" }] }), "/users/0 lacks sign_in_name"),
        (
            json!({ "version": 1, "switches": { "late_approval": "maybe" } }),
            "/switches/late_approval is none of the words",
        ),
        (json!({ "version": 1, "groups": {} }), "/groups is no array"),
    ];
    for (text, expected) in cases {
        assert_eq!(faults(&schema, &schema, &text, ""), [expected]);
        assert!(Seed::from_json(&text.to_string()).is_err());
    }
}

/// The keywords that this schema uses, and no more; formats and patterns are left to real validators.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    if *schema == json!(true) {
        return found;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let target =
            root.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} leads nowhere"));
        return faults(root, target, value, at);
    }
    if let Some(choices) = schema.get("oneOf").or(schema.get("anyOf")) {
        let fits = |choice: &&Value| faults(root, choice, value, at).is_empty();
        let count = choices.as_array().unwrap().iter().filter(fits).count();
        if count == 0 || (schema.get("oneOf").is_some() && count > 1) {
            found.push(format!("{at} fits {count} choices"));
        }
        return found;
    }
    let words = schema.get("enum").and_then(Value::as_array).cloned();
    let words = words.or_else(|| schema.get("const").map(|word| vec![word.clone()]));
    if words.is_some_and(|words| !words.contains(value)) {
        found.push(format!("{at} is none of the words"));
    }
    let right = match schema["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_u64(),
        None => true,
        Some(other) => panic!("the schema uses the type {other}"),
    };
    if !right {
        found.push(format!("{at} is no {}", schema["type"].as_str().unwrap()));
    }
    if let Value::Object(members) = value {
        for name in schema["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()) {
            if !members.contains_key(name) {
                found.push(format!("{at} lacks {name}"));
            }
        }
        for (name, member) in members {
            match schema["properties"].get(name) {
                Some(inner) => found.extend(faults(root, inner, member, &format!("{at}/{name}"))),
                None => found.push(format!("{at}/{name} is not described")),
            }
        }
    }
    if let (Value::Array(items), Some(inner)) = (value, schema.get("items").filter(|inner| inner.is_object()))
    {
        for (i, item) in items.iter().enumerate() {
            found.extend(faults(root, inner, item, &format!("{at}/{i}")));
        }
    }
    found
}
