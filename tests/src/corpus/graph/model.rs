//! What the client sends for a value of the model: a printed body is read into the model, and the client's own
//! builders make a request of it again.

use std::collections::BTreeSet;

use pim_core::{
    alert::AlertThresholds,
    approval::{Decision, NewDecision},
    error::{Error, ErrorKind, Result},
    id::ReviewItemId,
    review::{NewReview, NewVerdict, Verdict},
    time::Timestamp,
};
use pim_graph::{
    convert,
    endpoints::schedules::{Area, Family, Grant, Record},
    wire,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    NOW,
    corpus::{Outcome, Request},
};

/// The body that the client sends for a printed request, and Graph's name of its type; `None` where the model has no
/// such request, and an error where it cannot hold this one.
pub fn written(printed: &Request) -> Option<(&'static str, Result<Value>)> {
    let body = printed.body.as_object().filter(|body| !body.is_empty())?;
    let steps: Vec<&str> = printed.path().trim_start_matches('/').split('/').collect();
    Some(match (&*printed.method, steps.as_slice()) {
        ("POST", _) if family(printed).is_some() => {
            let family = family(printed)?;
            (type_of(family), schedule(family, body))
        }
        ("PATCH", ["policies", "roleManagementPolicies", _, "rules", rule]) => {
            ("unifiedRoleManagementPolicyRule", rule_body(rule, body))
        }
        ("PATCH", ["policies", "roleManagementPolicies", _]) if body.contains_key("rules") => {
            ("unifiedRoleManagementPolicy", policy(body))
        }
        ("PATCH", [.., "assignmentApprovals" | "roleAssignmentApprovals", _, "stages" | "steps", _]) => {
            ("approvalStage", decision(body))
        }
        ("PATCH" | "POST", [.., "decisions", item]) => {
            ("accessReviewInstanceDecisionItem", verdict(item, body))
        }
        // A fragment shows scope or reviewers alone.
        ("POST", REVIEWS) if body.contains_key("settings") => {
            ("accessReviewScheduleDefinition", review(body))
        }
        ("PATCH", ["identityGovernance", "roleManagementAlerts", "alertConfigurations", id]) => {
            ("unifiedRoleManagementAlertConfiguration", thresholds(id, body))
        }
        _ => return None,
    })
}

/// Compares what the client sends with what is printed.
pub(super) fn request(printed: &Request) -> Option<Outcome> {
    let (_, written) = written(printed)?;
    let is_review = printed.path().trim_start_matches('/').split('/').eq(REVIEWS.iter().copied());
    Some(match written {
        // The model's reviews know less than Graph's, so that their bodies differ; what is sent was held against
        // what was asked.
        Ok(_) if is_review => Outcome::Passed,
        Ok(written) => match unsaid(&printed.body, Some(&written), "$") {
            None => Outcome::Passed,
            Some(Unsaid { place, ours: None, .. }) => {
                Outcome::NotCovered(format!("the model does not hold what stands at body {place}"))
            }
            Some(Unsaid { place, ours: Some(ours), printed }) => {
                Outcome::Failed(format!("body {place}: {ours}, printed is {printed}"))
            }
        },
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            Outcome::NotCovered(format!("the model has no such request: {error}"))
        }
        Err(error) => Outcome::Failed(error.to_string()),
    })
}

const REVIEWS: &[&str] = &["identityGovernance", "accessReviews", "definitions"];

const fn type_of(family: Family) -> &'static str {
    match (family.area, family.grant) {
        (Area::Roles, Grant::Assignment) => "unifiedRoleAssignmentScheduleRequest",
        (Area::Roles, Grant::Eligibility) => "unifiedRoleEligibilityScheduleRequest",
        (Area::Groups, Grant::Assignment) => "privilegedAccessGroupAssignmentScheduleRequest",
        (Area::Groups, Grant::Eligibility) => "privilegedAccessGroupEligibilityScheduleRequest",
    }
}

fn family(printed: &Request) -> Option<Family> {
    Family::all().find(|family| family.record == Record::Request && family.list().path() == printed.path())
}

fn schedule(family: Family, body: &Map<String, Value>) -> Result<Value> {
    // Only answers have ids.
    let mut body = body.clone();
    body.insert("id".into(), "1".into());
    let ask = match (family.area, family.grant) {
        (Area::Roles, Grant::Assignment) => convert::request::role_assignment(&read(&body)?),
        (Area::Roles, Grant::Eligibility) => convert::request::role_eligibility(&read(&body)?),
        (Area::Groups, Grant::Assignment) => convert::request::group_assignment(&read(&body)?),
        (Area::Groups, Grant::Eligibility) => convert::request::group_eligibility(&read(&body)?),
    }?;
    let (to, written) = convert::request::new(&ask.asked)?;
    if to != family {
        return Err(Error::new(ErrorKind::Unexpected, format!("path: it goes to {}", to.list().path())));
    }
    write(&written)
}

fn rule_body(id: &str, body: &Map<String, Value>) -> Result<Value> {
    let mut body = body.clone();
    body.entry("id").or_insert_with(|| id.into());
    write(&convert::policy::rule_body(&convert::policy::rule(&read(&body)?)?)?)
}

fn policy(body: &Map<String, Value>) -> Result<Value> {
    let read: wire::Policy = read(body)?;
    let rules: Vec<_> = read.rules.items().iter().map(convert::policy::rule).collect::<Result<_>>()?;
    write(&convert::policy::policy_body(&rules)?)
}

fn decision(body: &Map<String, Value>) -> Result<Value> {
    let decision = Decision::from(body.get("reviewResult").and_then(Value::as_str).unwrap_or_default());
    write(&convert::approval::decision(&NewDecision { decision, justification: justification(body) })?)
}

fn verdict(item: &str, body: &Map<String, Value>) -> Result<Value> {
    let item: ReviewItemId = item.parse().map_err(Error::from)?;
    let verdict = Verdict::from(body.get("decision").and_then(Value::as_str).unwrap_or_default());
    write(&convert::review::verdict(&NewVerdict { item, verdict, justification: justification(body) }))
}

fn justification(body: &Map<String, Value>) -> Option<pim_core::sensitive::Sensitive<String>> {
    body.get("justification").and_then(Value::as_str).map(|why| why.to_owned().into())
}

/// The review that is sent must be the one that was asked for.
fn review(body: &Map<String, Value>) -> Result<Value> {
    let asked = convert::review::definition(&read(body)?)?;
    let sent = convert::review::body(&asked, NOW)?;
    let again = convert::review::definition(&sent)?;
    // Graph's first day is a date without time; where none is asked for, the body says today.
    let day = |review: &NewReview| review.start.unwrap_or(NOW).to_string().get(..10).map(str::to_owned);
    if day(&asked) == day(&again) && again == (NewReview { start: again.start, ..asked }) {
        return write(&sent);
    }
    Err(Error::new(ErrorKind::Unexpected, "body: the review that is sent is another one"))
}

fn thresholds(id: &str, body: &Map<String, Value>) -> Result<Value> {
    let kind = convert::alert::kind(&id.parse().map_err(Error::from)?);
    let number = |names: [&str; 2]| {
        let found = names.iter().find_map(|name| body.get(*name)?.as_u64());
        found.and_then(|number| number.try_into().ok())
    };
    let length =
        ["duration", "timeIntervalBetweenActivations"].iter().find_map(|name| body.get(*name)?.as_str());
    let set = AlertThresholds {
        enabled: body.get("isEnabled").is_some_and(|flag| *flag == true || *flag == "true"),
        count: number(["globalAdminCountThreshold", "sequentialActivationCounterThreshold"]),
        percent: number(["percentageOfGlobalAdminsOutOfRolesThreshold", ""]),
        period: length.and_then(|length| length.parse().ok()),
    };
    write(&convert::alert::configuration(&kind, &set)?)
}

fn read<T: DeserializeOwned>(body: &Map<String, Value>) -> Result<T> {
    wire::read(Value::Object(body.clone()).to_string().as_bytes())
}

fn write(body: &impl Serialize) -> Result<Value> {
    serde_json::to_value(body).map_err(|error| Error::new(ErrorKind::Unexpected, error.to_string()))
}

/// A printed member that is not sent, or not with the same meaning.
struct Unsaid {
    place: String,
    ours: Option<Value>,
    printed: Value,
}

/// The first such member. What the client sends beyond what a page prints is its own affair: pages leave out what
/// the model always says.
fn unsaid(printed: &Value, sent: Option<&Value>, at: &str) -> Option<Unsaid> {
    let differs = || Some(Unsaid { place: at.to_owned(), ours: sent.cloned(), printed: printed.clone() });
    match (printed, sent) {
        (Value::Object(printed), Some(Value::Object(sent))) => printed.iter().find_map(|(name, value)| {
            let found = sent.get(name).or_else(|| other_name(name).iter().find_map(|name| sent.get(*name)));
            let is_told = name != "@odata.type" || found.is_some();
            is_told.then(|| unsaid(value, found, &format!("{at}.{name}"))).flatten()
        }),
        // The order of words says nothing.
        (Value::Array(printed), Some(Value::Array(sent))) if printed.iter().all(Value::is_string) => {
            let words =
                |list: &[Value]| list.iter().map(|text| word(text).to_string()).collect::<BTreeSet<_>>();
            if words(printed) == words(sent) { None } else { differs() }
        }
        (Value::Array(printed), Some(Value::Array(sent))) if printed.len() == sent.len() => {
            let mut pairs = printed.iter().zip(sent).enumerate();
            pairs.find_map(|(n, (printed, sent))| unsaid(printed, Some(sent), &format!("{at}[{n}]")))
        }
        (printed, None) if is_nothing(printed) => None,
        (printed, Some(sent)) if word(printed) == word(sent) => None,
        _ => differs(),
    }
}

/// Some pages write an approver's id as `id`, where the types have these.
fn other_name(name: &str) -> &'static [&'static str] {
    if name == "id" { &["userId", "groupId"] } else { &[] }
}

fn is_nothing(value: &Value) -> bool {
    value.is_null() || *value == "" || *value == false || value.as_array().is_some_and(Vec::is_empty)
}

/// A text in lower case and without the mark of a type, because Graph reads words so; a time in its shortest form; a
/// flag that is printed as text.
fn word(value: &Value) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    match (text.parse::<Timestamp>(), text.to_ascii_lowercase()) {
        (Ok(time), _) => time.to_string().into(),
        (_, text) if text == "true" || text == "false" => (text == "true").into(),
        (_, text) => text.trim_start_matches('#').into(),
    }
}
