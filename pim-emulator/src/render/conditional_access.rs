//! Conditional Access: policies, authentication contexts, named locations.

use pim_core::conditional_access::{
    AuthenticationContext, ConditionalAccessPolicy, GrantControl, NamedLocation, Whom,
};
use serde_json::{Map, Value, json};

use super::words::camel;
use crate::{body, book::Shelf, entity::entities};

entities! {
    POLICY = "conditionalAccessPolicy", [
        "id", "displayName", "description", "templateId", "state", "createdDateTime", "modifiedDateTime",
        "conditions", "grantControls", "sessionControls"
    ], [];
    CONTEXT = "authenticationContextClassReference", ["id", "displayName", "description", "isAvailable"], [];
    LOCATION = "namedLocation", [
        "id", "displayName", "isTrusted", "ipRanges", "countriesAndRegions", "countryLookupMethod",
        "includeUnknownCountriesAndRegions", "createdDateTime", "modifiedDateTime"
    ], [];
}

/// A record with everything that may be left out of what is written.
pub(crate) fn blank(shelf: Shelf, asked: &Map<String, Value>) -> Value {
    let given = |name: &str| asked.get(name).is_some_and(Value::is_object);
    match shelf {
        Shelf::ConditionalAccess => {
            let mut record = json!({
                "description": null,
                "templateId": null,
                "createdDateTime": null,
                "modifiedDateTime": null,
                "conditions": conditions(),
                "grantControls": null,
                "sessionControls": null,
            });
            if given("grantControls") {
                body::set(
                    &mut record,
                    "grantControls",
                    json!({
                        "operator": "OR", "builtInControls": [], "customAuthenticationFactors": [], "termsOfUse": [],
                        "authenticationStrength": null,
                    }),
                );
            }
            if given("sessionControls") {
                body::set(
                    &mut record,
                    "sessionControls",
                    json!({
                        "applicationEnforcedRestrictions": null, "cloudAppSecurity": null, "persistentBrowser": null,
                        "signInFrequency": null, "disableResilienceDefaults": null,
                    }),
                );
            }
            if asked.get("conditions").and_then(|all| all.get("locations")).is_some_and(Value::is_object) {
                let empty = json!({ "includeLocations": [], "excludeLocations": [] });
                record
                    .get_mut("conditions")
                    .into_iter()
                    .for_each(|all| body::set(all, "locations", empty.clone()));
            }
            record
        }
        Shelf::Locations => json!({ "createdDateTime": null, "modifiedDateTime": null }),
        _ => json!({ "description": null, "isAvailable": false }),
    }
}

/// The conditions of a policy for nobody.
fn conditions() -> Value {
    json!({
        "signInRiskLevels": [],
        "userRiskLevels": [],
        "servicePrincipalRiskLevels": [],
        "clientAppTypes": ["all"],
        "platforms": null,
        "locations": null,
        "devices": null,
        "clientApplications": null,
        "applications": {
            "includeApplications": [],
            "excludeApplications": [],
            "includeUserActions": [],
            "includeAuthenticationContextClassReferences": [],
            "applicationFilter": null,
        },
        "users": {
            "includeUsers": [],
            "excludeUsers": [],
            "includeGroups": [],
            "excludeGroups": [],
            "includeRoles": [],
            "excludeRoles": [],
            "includeGuestsOrExternalUsers": null,
            "excludeGuestsOrExternalUsers": null,
        },
    })
}

pub(crate) fn policy(policy: &ConditionalAccessPolicy) -> Value {
    let mut conditions = conditions();
    let own = json!({
        "locations": locations(policy),
        "applications": {
            "includeApplications": applications(policy),
            "includeAuthenticationContextClassReferences": policy.contexts,
        },
        "users": users(&policy.include, &policy.exclude),
    });
    own.as_object().into_iter().for_each(|own| body::merge(&mut conditions, own));
    json!({
        "id": policy.id,
        "displayName": policy.name,
        "description": null,
        "templateId": null,
        "state": state(policy.state.as_str()),
        "createdDateTime": null,
        "modifiedDateTime": null,
        "conditions": conditions,
        "grantControls": grant_controls(policy),
        "sessionControls": policy.sign_in_frequency_hours.map(|hours| json!({
            "signInFrequency": {
                "isEnabled": true,
                "value": if hours == 0 { Value::Null } else { hours.into() },
                "type": if hours == 0 { Value::Null } else { "hours".into() },
                "frequencyInterval": if hours == 0 { "everyTime" } else { "timeBased" },
                "authenticationType": "primaryAndSecondaryAuthentication",
            },
        })),
    })
}

pub(crate) fn context(context: &AuthenticationContext) -> Value {
    json!({
        "id": context.id,
        "displayName": context.name,
        "description": null,
        "isAvailable": context.published,
    })
}

pub(crate) fn location(location: &NamedLocation) -> Value {
    if location.ranges.is_empty() {
        return json!({
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": location.id,
            "displayName": location.name,
            "createdDateTime": null,
            "modifiedDateTime": null,
            "countriesAndRegions": location.countries,
        });
    }
    let ranges: Vec<Value> = location
        .ranges
        .iter()
        .map(|range| {
            let kind = if range.contains(':') { "iPv6CidrRange" } else { "iPv4CidrRange" };
            json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "cidrAddress": range })
        })
        .collect();
    json!({
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": location.id,
        "displayName": location.name,
        "createdDateTime": null,
        "modifiedDateTime": null,
        "isTrusted": location.trusted,
        "ipRanges": ranges,
    })
}

fn state(word: &str) -> String {
    match word {
        "enabled_for_reporting_but_not_enforced" => "enabledForReportingButNotEnforced".to_owned(),
        other => camel(other),
    }
}

fn applications(policy: &ConditionalAccessPolicy) -> Vec<String> {
    match (policy.all_applications, policy.applications.is_empty(), policy.contexts.is_empty()) {
        (true, ..) => vec!["All".to_owned()],
        (_, true, true) => vec!["None".to_owned()],
        _ => policy.applications.iter().map(ToString::to_string).collect(),
    }
}

fn locations(policy: &ConditionalAccessPolicy) -> Value {
    if policy.locations.is_empty() && policy.excluded_locations.is_empty() {
        return Value::Null;
    }
    let included: Vec<String> = match policy.locations.as_slice() {
        [] => vec!["All".to_owned()],
        some => some.iter().map(ToString::to_string).collect(),
    };
    json!({ "includeLocations": included, "excludeLocations": policy.excluded_locations })
}

fn users(include: &Whom, exclude: &Whom) -> Value {
    let people = |whom: &Whom| -> Vec<String> {
        if whom.everyone {
            vec!["All".to_owned()]
        } else {
            whom.users.iter().map(ToString::to_string).collect()
        }
    };
    let mut included = people(include);
    if included.is_empty() && include.groups.is_empty() && include.roles.is_empty() {
        included.push("None".to_owned());
    }
    json!({
        "includeUsers": included,
        "excludeUsers": people(exclude),
        "includeGroups": include.groups,
        "excludeGroups": exclude.groups,
        "includeRoles": include.roles,
        "excludeRoles": exclude.roles,
    })
}

fn grant_controls(policy: &ConditionalAccessPolicy) -> Value {
    if policy.controls.is_empty() {
        return Value::Null;
    }
    let built_in: Vec<String> = policy
        .controls
        .iter()
        .filter(|control| **control != GrantControl::AuthenticationStrength)
        .map(|control| camel(control.as_str()))
        .collect();
    json!({
        "operator": "OR",
        "builtInControls": built_in,
        "customAuthenticationFactors": [],
        "termsOfUse": [],
        "authenticationStrength": policy.strength.as_ref().map(|name| json!({
            "id": super::directory::guid(&format!("strength {name}")),
            "displayName": name,
        })),
    })
}
