use super::*;

fn error(status: u16, code: &str, message: &str) -> Error {
    super::error(status, code, message, TokenKind::Delegated)
}

fn rules(message: &str) -> Vec<ViolatedRule> {
    let error = error(400, "RoleAssignmentRequestPolicyValidationFailed", message);
    assert_eq!(error.kind(), PolicyViolation);
    error.violations().iter().map(|v| v.rule.clone()).collect()
}

#[test]
fn every_row_of_the_table_is_reached_by_its_code() {
    for (code, status, kind, words) in TABLE {
        let error = error(if *status == 0 { 400 } else { *status }, code, "");
        assert_eq!(error.kind(), *kind, "{code}");
        assert_eq!(error.code(), Some(*code));
        assert!(words.len() > 10);
    }
    for (status, kind, _) in BY_STATUS {
        assert_eq!(error(*status, "SomethingNew", "").kind(), *kind, "{status}");
    }
    let mut codes: Vec<_> = TABLE.iter().map(|row| row.0).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), TABLE.len(), "a code stands twice");
}

#[test]
fn both_dialects_name_the_rules() {
    let old = r#"The following policy rules failed: ["ExpirationRule","TicketingRule"]"#;
    assert_eq!(rules(old), [ViolatedRule::Expiration, ViolatedRule::Ticketing]);
    let new = "The following policy rules failed: JustificationRule - Give a reason";
    assert_eq!(rules(new), [ViolatedRule::Justification]);
    assert_eq!(
        rules("The following policy rules failed: [\"TelepathyRule\"]"),
        [ViolatedRule::from("Telepathy")]
    );
    assert_eq!(rules("who knows"), []);
}

#[test]
fn a_missing_factor_is_a_step_up_too() {
    let refused = error(
        400,
        "RoleAssignmentRequestPolicyValidationFailed",
        "The following policy rules failed: MfaRule - x",
    );
    assert_eq!(refused.step_up(), Some(&StepUp::Mfa));
    let message = "The following policy rules failed: MfaRule - x";
    let to_app =
        super::error(400, "RoleAssignmentRequestPolicyValidationFailed", message, TokenKind::Application);
    assert_eq!((to_app.violations().len(), to_app.step_up()), (1, None));
}

#[test]
fn what_is_too_young_to_end_can_be_ended_in_five_minutes() {
    assert_eq!(error(400, TOO_YOUNG, "x").retry(), Retry::After(Period::minutes(5)));
    assert_eq!(error(400, "RequestCannotBeCancelled", "x").retry(), Retry::Never);
}

#[test]
fn claims_are_read_in_both_forms_and_kept_where_they_say_something_else() {
    let encoded = "&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22c7%22%7D%7D%7D";
    let plain = r#"RoleAssignmentRequestAcrsValidationFailed claims={"access_token":{"acrs":{"essential":true,"value":"c7"}}}"#;
    for refused in [error(400, ACRS, encoded), error(400, "UnknownError", plain)] {
        assert_eq!(refused.kind(), StepUpRequired);
        assert_eq!(refused.step_up(), Some(&StepUp::Context("c7".parse().unwrap())));
    }
    let other = error(400, ACRS, "&claims=%7B%22x%22%3A1%7D");
    assert_eq!(other.step_up(), Some(&StepUp::Claims(r#"{"x":1}"#.into())));
}

#[test]
fn codes_hidden_in_messages_are_found_and_messages_never_passed_on() {
    let hidden = r#"{"errorCode":"PermissionScopeNotGranted","message":"jane@example.org may not","instanceAnnotations":[]}"#;
    for code in ["UnknownError", ""] {
        let refused = error(403, code, hidden);
        assert_eq!((refused.kind(), refused.code()), (PermissionDenied, Some("PermissionScopeNotGranted")));
        assert!(!format!("{refused:?}").contains("jane"));
    }
    assert_eq!(error(403, "", "Valid permissions not present. ...").kind(), PermissionDenied);
    assert_eq!(error(429, "UnknownError", "Too Many Requests").kind(), Throttled);
    assert_eq!(error(418, "Teapot", "").kind(), Unexpected);
    assert_eq!(error(599, "", "").kind(), Unavailable);
}

proptest::proptest! {
    #[test]
    fn whatever_the_service_says_is_never_passed_on(status: u16, code in "[A-Za-z]{0,12}", words in "[ -~]{0,60}") {
        let secret = format!("{words} qzxjane@example.org {words}");
        for code in [&*code, "UnknownError", ACRS, "RoleAssignmentRequestPolicyValidationFailed"] {
            let refused = error(status, code, &secret);
            proptest::prop_assert!(!refused.to_string().contains("qzxjane"));
        }
    }
}

/// What callers can do about each of the published errors. Keyed by status and code, as the table is.
#[test]
fn published_errors_are_known() {
    let Some(corpus) = std::env::var_os("PIM_CORPUS") else {
        println!("skipped: corpus not present");
        return;
    };
    #[derive(serde::Deserialize)]
    struct Row {
        http_status: u16,
        code: String,
        message: String,
    }
    let Some(directory) = std::path::Path::new(&corpus).parent() else { return };
    let Ok(text) = std::fs::read(directory.join("graph-errors.json")) else {
        println!("skipped: no graph-errors.json beside the corpus");
        return;
    };
    let rows: Vec<Row> = serde_json::from_slice(&text).unwrap();
    assert!(!rows.is_empty());
    for row in &rows {
        let error = error(row.http_status, &row.code, &row.message);
        println!("{} {:?} -> {}", row.http_status, error.code(), error.kind());
        assert_ne!(error.kind(), Unexpected, "{} {}", row.http_status, row.code);
        let named = error.code().unwrap_or_default();
        let in_table = TABLE.iter().any(|(code, ..)| *code == named);
        let told_by_status = matches!(named, "" | "UnknownError" | "InternalServerError" | "NotFound");
        assert!(in_table || told_by_status, "{named} is not in the table");
        let rules = row.message.matches("Rule\"").count() + row.message.matches("Rule -").count();
        if named == "RoleAssignmentRequestPolicyValidationFailed" {
            assert_eq!(error.violations().len(), rules, "{}", row.message);
            assert!(error.violations().iter().all(|v| ViolatedRule::KNOWN.contains(&v.rule)));
        }
        match error.kind() {
            PermissionDenied => assert!(matches!(row.http_status, 400 | 401 | 403)),
            Throttled => assert_eq!(row.http_status, 429),
            Unavailable => assert!(row.http_status >= 500),
            _ => {}
        }
    }
}
