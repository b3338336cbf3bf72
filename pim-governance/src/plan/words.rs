//! What steps say of themselves: ids and names of roles, never names of people.

use pim_core::{
    id::RoleId,
    policy::{Policy, RuleChange, Setting, StrongAuthentication},
    privilege::{DirectoryScope, Privilege, Surface},
    schedule::Level,
    time::{Expiry, Timestamp},
};

use super::{Risk, web::Map};
use crate::snapshot::Snapshot;

/// Names of roles.
#[derive(Debug)]
pub(super) struct Words<'a> {
    roles: Map<(Surface, &'a RoleId), &'a str>,
}

impl<'a> Words<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let roles = snapshot.roles.iter();
        Self { roles: roles.map(|role| ((role.surface.clone(), &role.id), &*role.name)).collect() }
    }

    /// A privilege: the name of the role, and where it counts unless that is the whole tenant.
    pub(super) fn what(&self, privilege: &Privilege) -> String {
        let name = privilege.role_id().and_then(|role| self.roles.get(&(privilege.surface(), role)));
        match (privilege, name) {
            (Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. }, Some(name)) => {
                (*name).to_owned()
            }
            (Privilege::DirectoryRole { scope, .. }, Some(name)) => format!("{name} at {scope}"),
            (Privilege::AzureRole { scope, .. }, Some(name)) => format!("{name} at {scope}"),
            (other, _) => other.to_string(),
        }
    }
}

/// How a level is called in a sentence.
pub(super) const fn grant(level: &Level) -> &'static str {
    match level {
        Level::Eligibility => "eligibility for",
        _ => "standing assignment of",
    }
}

/// Until when, as the end of a sentence.
pub(super) fn until(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => "without end".to_owned(),
        Expiry::At(end) => format!("until {end}"),
        Expiry::After(length) => format!("for {length}"),
    }
}

/// The same for an end that stands.
pub(super) fn ends(end: Option<Timestamp>) -> String {
    end.map_or_else(|| "has no end".to_owned(), |end| format!("ends at {end}"))
}

/// What rules ask for less of after a change; empty where they only ask for more, or for something else.
pub(super) fn loosened(before: &Policy, after: &Policy, changes: &[RuleChange]) -> Vec<&'static str> {
    let (old, new) = (before.activation(), after.activation());
    let mut less = Vec::new();
    let mut note = |yes: bool, what| {
        if yes {
            less.push(what);
        }
    };
    note(new.max > old.max, "longer activations");
    note(
        old.strong_authentication != StrongAuthentication::None
            && new.strong_authentication != old.strong_authentication
            && !matches!(new.strong_authentication, StrongAuthentication::Context(_)),
        "a weaker sign-in to activate",
    );
    note(old.justification && !new.justification, "activation without a reason");
    note(old.ticket && !new.ticket, "activation without a ticket");
    note(old.approval.is_some() && new.approval.is_none(), "activation without approval");
    for level in [Level::Eligibility, Level::Assignment] {
        let (old, new) = (before.grants(&level), after.grants(&level));
        note(new.permanent && !old.permanent, "grants without end");
        note(!new.permanent && !old.permanent && new.max > old.max, "longer grants");
        note(old.mfa && !new.mfa, "granting without multi-factor authentication");
        note(old.justification && !new.justification, "granting without a reason");
    }
    let quieter = changes.iter().any(|change| match (&change.from, &change.to) {
        (Some(Setting::Notification(old)), Setting::Notification(new)) => {
            (old.default_recipients && !new.default_recipients) || old.recipients.len() > new.recipients.len()
        }
        (_, Setting::Unknown { .. }) => true,
        _ => false,
    });
    note(quieter, "less mail, or a rule that this version does not know");
    less.dedup();
    less
}

/// The risk of a policy that asks for less in these ways.
pub(super) const fn risk_of(less: &[&'static str]) -> Risk {
    if less.is_empty() { Risk::Low } else { Risk::Medium }
}
