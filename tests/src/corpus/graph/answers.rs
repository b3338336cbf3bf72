//! What the model makes of the answers.

use pim_core::error::{Error, ErrorKind, Result};
use pim_graph::{
    convert::{self, Listed, Sharing},
    endpoints::schedules::{Area, Family, Grant, Record},
    wire,
};
use serde_json::Value;

use crate::corpus::{Outcome, Request};

/// What the model makes of one answer; `None` where the corpus has no case of it.
pub(super) fn judge(request: &Request, body: &Value) -> Option<Outcome> {
    let url = &*request.url;
    // A selection, or a page that prints only part of its rows, leaves out what the model cannot do without.
    let abridged = body["value"].as_array().is_some_and(|rows| rows.iter().any(|row| row["id"].is_null()));
    if abridged || url.contains("$select") || body.is_null() || !body["error"].is_null() {
        return None;
    }
    let path = request.path();
    if path == "/users" && body["value"].is_null() {
        return None;
    }
    let rows = page(path, url, body)?;
    Some(match rows {
        Err(error) => Outcome::Failed(error.to_string()),
        Ok(rejected) if rejected.is_empty() => Outcome::Passed,
        // The service always tells it; the page is abridged.
        Ok(rejected) if rejected.iter().all(|reason| !is_printed(reason, body)) => {
            Outcome::NotCovered(format!("not printed is what the model needs: {}", rejected.join("; ")))
        }
        Ok(rejected) => Outcome::Failed(rejected.join("; ")),
    })
}

/// Whether the member that a row was rejected for stands in the answer.
fn is_printed(reason: &str, body: &Value) -> bool {
    fn holds(value: &Value, name: &str) -> bool {
        match value {
            Value::Object(members) => {
                members.get(name).is_some_and(|value| !value.is_null())
                    || members.values().any(|value| holds(value, name))
            }
            Value::Array(items) => items.iter().any(|item| holds(item, name)),
            _ => false,
        }
    }
    let place = reason.rsplit_once("(at ").and_then(|(_, rest)| rest.strip_suffix(')'));
    place.and_then(|place| place.rsplit('.').next()).is_none_or(|name| holds(body, name))
}

fn page(path: &str, url: &str, body: &Value) -> Option<Result<Vec<String>>> {
    let listed = if body["value"].is_array() {
        body.to_string()
    } else {
        let one = if body["value"].is_object() { &body["value"] } else { body };
        serde_json::json!({ "value": [one] }).to_string()
    };
    let bytes = listed.as_bytes();
    let collection = path.split("/filterByCurrentUser").next()?;
    let family = Family::all().find(|family| {
        let list = family.list();
        collection == list.path() || collection.rsplit_once('/').is_some_and(|(head, _)| head == list.path())
    });
    if let Some(family) = family {
        let sharing = &mut Sharing::default();
        return Some(match (family.record, family.area, family.grant) {
            (Record::Request, Area::Roles, Grant::Assignment) => {
                left(convert::rows(bytes, |r| convert::request::role_assignment(&r)))
            }
            (Record::Request, Area::Roles, Grant::Eligibility) => {
                left(convert::rows(bytes, |r| convert::request::role_eligibility(&r)))
            }
            (Record::Request, Area::Groups, Grant::Assignment) => {
                left(convert::rows(bytes, |r| convert::request::group_assignment(&r)))
            }
            (Record::Request, Area::Groups, Grant::Eligibility) => {
                left(convert::rows(bytes, |r| convert::request::group_eligibility(&r)))
            }
            (_, _, Grant::Assignment) => left(convert::assignments(family, bytes, sharing)),
            (_, _, Grant::Eligibility) => left(convert::eligibilities(family, bytes, sharing)),
        });
    }
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    Some(match segments.as_slice() {
        ["roleManagement", "directory", "roleDefinitions", ..] => {
            left(convert::rows(bytes, |r| convert::role::definition(&r)))
        }
        ["policies", "roleManagementPolicyAssignments", ..] if url.contains("policy(") => {
            left(convert::rows(bytes, |r| convert::policy::assigned(&r)))
        }
        ["policies", "roleManagementPolicies", _, "rules"] => {
            left(convert::rows(bytes, |r: wire::PolicyRule| {
                let rule = convert::policy::rule(&r)?;
                let again = convert::policy::rule(&convert::policy::rule_body(&rule)?)?;
                if again == rule {
                    Ok(())
                } else {
                    Err(Error::new(ErrorKind::Malformed, "the rule does not survive"))
                }
            }))
        }
        ["identityGovernance", "accessReviews", "definitions"]
        | ["identityGovernance", "accessReviews", "definitions", _] => {
            left(convert::rows(bytes, |r| match convert::review::review(&r) {
                // Reviews of what the model has no word for are told apart from faults.
                Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
                other => other.map(Some),
            }))
        }
        ["auditLogs", "directoryAudits"] => left(convert::rows(bytes, |r| convert::audit::record(&r))),
        ["identity", "conditionalAccess", "policies"] => {
            left(convert::rows(bytes, |r| convert::conditional_access::policy(&r)))
        }
        ["identityGovernance", "roleManagementAlerts", "alerts", ..] if url.contains("$expand") => {
            left(convert::rows(bytes, |r| convert::alert::alert(&r)))
        }
        ["users"] => left(convert::rows(bytes, |r| convert::directory::user(&r))),
        ["servicePrincipals", _, "appRoleAssignments"] => {
            left(convert::rows(bytes, |r| convert::directory::app_permission(&r, None)))
        }
        ["oauth2PermissionGrants"] => left(convert::rows(bytes, |r| convert::directory::delegated(&r, None))),
        ["subscribedSkus"] => left(convert::rows(bytes, |r| convert::directory::sku(&r))),
        ["reports", "authenticationMethods", ..] => {
            left(convert::rows(bytes, |r| convert::directory::methods(&r)))
        }
        _ => return None,
    })
}

fn left<T>(listed: Result<Listed<T>>) -> Result<Vec<String>> {
    let rejected = listed?.rejected.into_iter();
    Ok(rejected.map(|row| format!("{}: {}", row.id.unwrap_or_default(), row.reason)).collect())
}
