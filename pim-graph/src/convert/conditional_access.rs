//! Conditional Access.

use std::str::FromStr;

use pim_core::{
    conditional_access::{
        AuthenticationContext, ConditionalAccessPolicy, ConditionalAccessState, GrantControl, NamedLocation,
        Whom,
    },
    error::Result,
};

use super::field::{id, parse, text};
use crate::wire::{self, Member, Text};

/// A policy, as far as PIM leans on it.
///
/// # Errors
/// `Malformed` without an id; so all others here.
pub fn policy(read: &wire::ConditionalAccessPolicy) -> Result<ConditionalAccessPolicy> {
    let state = ConditionalAccessState::from(read.state.text().unwrap_or_default());
    let mut policy = ConditionalAccessPolicy::new(id(&read.id, "id")?, text(&read.display_name), state);
    if let Some(when) = read.conditions.get() {
        if let Some(users) = when.users.get() {
            policy.include = whom(&users.include_users, &users.include_groups, &users.include_roles)?;
            policy.exclude = whom(&users.exclude_users, &users.exclude_groups, &users.exclude_roles)?;
        }
        if let Some(apps) = when.applications.get() {
            policy.all_applications = is_all(&apps.include_applications);
            policy.applications = ids(&apps.include_applications, "includeApplications")?;
            policy.contexts =
                ids(&apps.include_authentication_context_class_references, "includeAuthenticationContexts")?;
        }
        if let Some(places) = when.locations.get() {
            policy.locations = ids(&places.include_locations, "includeLocations")?;
            policy.excluded_locations = ids(&places.exclude_locations, "excludeLocations")?;
        }
    }
    if let Some(demands) = read.grant_controls.get() {
        policy.controls =
            demands.built_in_controls.items().iter().map(|word| GrantControl::from(&**word)).collect();
        if let Some(strength) = demands.authentication_strength.get() {
            policy.controls.push(GrantControl::AuthenticationStrength);
            policy.strength = strength["displayName"].as_str().map(Into::into);
        }
    }
    policy.sign_in_frequency_hours = read
        .session_controls
        .get()
        .and_then(|session| session.sign_in_frequency.get())
        .filter(|frequency| frequency.is_enabled.is_true())
        .and_then(|frequency| {
            let days = frequency.r#type.text().is_some_and(|unit| unit.eq_ignore_ascii_case("days"));
            frequency.value.count()?.checked_mul(if days { 24 } else { 1 })
        });
    Ok(policy)
}

/// An authentication context.
///
/// # Errors
/// As [`policy`].
pub fn context(read: &wire::AuthenticationContext) -> Result<AuthenticationContext> {
    Ok(AuthenticationContext {
        id: id(&read.id, "id")?,
        name: text(&read.display_name),
        published: read.is_available.is_true(),
    })
}

/// A named location, by addresses or by countries.
///
/// # Errors
/// As [`policy`].
pub fn location(read: &wire::NamedLocation) -> Result<NamedLocation> {
    Ok(NamedLocation {
        id: id(&read.id, "id")?,
        name: text(&read.display_name),
        trusted: read.is_trusted.is_true(),
        ranges: read.ip_ranges.items().iter().map(|range| text(&range.cidr_address)).collect(),
        countries: read.countries_and_regions.items().iter().map(|code| code.to_string()).collect(),
    })
}

fn whom(users: &Member<Vec<Text>>, groups: &Member<Vec<Text>>, roles: &Member<Vec<Text>>) -> Result<Whom> {
    Ok(Whom {
        everyone: is_all(users),
        users: ids(users, "users")?,
        groups: ids(groups, "groups")?,
        roles: ids(roles, "roles")?,
    })
}

fn is_all(list: &Member<Vec<Text>>) -> bool {
    list.items().iter().any(|word| word.eq_ignore_ascii_case("all"))
}

/// The ids in a list, where words such as `All` and `None` stand too.
fn ids<T: FromStr>(list: &Member<Vec<Text>>, at: &'static str) -> Result<Vec<T>> {
    let is_word = |text: &Text| {
        text.is_empty() || text.eq_ignore_ascii_case("all") || text.eq_ignore_ascii_case("none")
    };
    list.items().iter().filter(|text| !is_word(text)).map(|text| parse(text, at)).collect()
}
