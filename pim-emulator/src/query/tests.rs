use proptest::prelude::*;
use serde_json::json;

use super::{filter::Filter, *};

fn admits(filter: &str, object: &Value) -> bool {
    Filter::parse(filter).unwrap_or_else(|refusal| panic!("{filter}: {refusal:?}")).admits(object)
}

#[test]
fn filters_are_read_as_the_pages_write_them() {
    let object = json!({
        "status": "Provisioned", "principalId": "6BE4B305-b75e-4efc-bfcc-31bd3b53a5f8", "appScopeId": null,
        "isBuiltIn": true, "createdDateTime": "2026-09-01T08:00:00.5Z", "displayName": "O'Hara and Sons",
        "createdBy": { "user": { "id": "x" } }, "groupTypes": ["Unified", "DynamicMembership"], "count": 3,
        "principal": { "@odata.type": "#microsoft.graph.user" },
    });
    for holds in [
        "status eq 'provisioned'",
        "principalId eq '6be4b305-b75e-4efc-bfcc-31bd3b53a5f8'",
        "principalId eq 6be4b305-b75e-4efc-bfcc-31bd3b53a5f8",
        "appScopeId eq null and isBuiltIn eq true",
        "status ne 'Revoked' and (status eq 'Granted' or status eq 'Provisioned')",
        "status in ('Granted', 'Provisioned')",
        "createdDateTime ge 2026-09-01T08:00:00.5000000Z and createdDateTime lt 2026-09-01T08:00:01Z",
        "displayName eq 'O''Hara and Sons'",
        "startswith(displayName,'o''hara')",
        "contains(displayName, ' and ')",
        "createdBy/user/id eq 'x'",
        "groupTypes/any(c:c eq 'Unified')",
        "not (status eq 'Revoked')",
        "isof(principal,'microsoft.graph.user')",
        "count gt 2 and count le 3",
        "nothing eq null",
    ] {
        assert!(admits(holds, &object), "{holds}");
    }
    for fails in [
        "status eq 'Revoked'",
        "appScopeId ne null",
        "createdDateTime gt 2026-09-01T08:00:01Z",
        "groupTypes/any(c:c eq 'Other')",
        "status in ('Granted')",
        "isof(principal,'microsoft.graph.group')",
        "count gt 3",
    ] {
        assert!(!admits(fails, &object), "{fails}");
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    for wrong in [
        "",
        "status",
        "status eq",
        "status = 'x'",
        "status eq 'x",
        "(status eq 'x'",
        "eq eq eq eq",
        "status like 'x'",
    ] {
        assert!(Filter::parse(wrong).is_err(), "{wrong}");
    }
    let deep = format!("{}status eq 'x'{}", "(".repeat(500), ")".repeat(500));
    assert!(Filter::parse(&deep).is_err());
}

#[test]
fn a_filter_names_what_it_demands() {
    let filter = Filter::parse("groupId eq 'g' and (principalId eq 'p')").unwrap();
    assert_eq!(filter.demanded("groupid"), Some("g"));
    assert_eq!(filter.demanded("principalId"), Some("p"));
    let either = Filter::parse("groupId eq 'g' or principalId eq 'p'").unwrap();
    assert_eq!(either.demanded("groupId"), None, "either would do, so neither is demanded");
}

#[test]
fn options_are_read_with_and_without_percent_signs() {
    let query =
        Query::parse("%24filter=status%20eq%20'A%26B'&$select=id,status&$top=5000&$count=true").unwrap();
    assert!(query.filter.unwrap().admits(&json!({ "status": "A&B" })));
    assert_eq!(query.select, ["id", "status"]);
    assert_eq!(query.top, Some(LARGEST_PAGE));
    assert!(query.count);
    let nested = Query::parse("$expand=policy($expand=rules($select=id);$select=id),principal").unwrap();
    let policy = nested.expansion("policy").unwrap();
    assert_eq!(policy.expansion("rules").unwrap().select, ["id"]);
    assert_eq!(policy.select, ["id"]);
    assert!(nested.expansion("principal").is_some());
    for wrong in ["$top=x", "$expand=policy($expand=rules", "$skiptoken=!", "$unknown=1"] {
        assert!(Query::parse(wrong).is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = Filter::parse(&text);
        let _ = Query::parse(&text);
    }

    #[test]
    fn no_near_filter_makes_the_reader_panic(text in "[a-z'() ,:/]{0,60}( and | or |eq|any\\(|in \\().{0,20}") {
        let _ = Filter::parse(&text);
    }

    #[test]
    fn a_place_comes_back_from_its_token(batch in "[0-9]{0,6}", after in "[A-Za-z0-9_-]{0,40}") {
        let token = Place::read(&base64_of(&format!("{batch}\n{after}"))).unwrap();
        prop_assert_eq!(Place::read(&token.token()).unwrap(), token);
    }
}

fn base64_of(text: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(text)
}
