//! Role settings: the service's defaults, and what was changed.

use std::{collections::BTreeMap, sync::Arc};

use pim_core::{
    id::{GroupId, PolicyId, TenantId},
    policy::{Policy, Rule},
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    time::Timestamp,
};

use super::hash::HashMap;
use crate::seed::guid_of;

/// The settings.
#[derive(Clone, Debug)]
pub(crate) struct Policies {
    tenant: TenantId,
    changed: BTreeMap<Privilege, Arc<Policy>>,
    defaults: HashMap<Surface, Arc<Policy>>,
    /// Groups under PIM.
    onboarded: BTreeMap<GroupId, Timestamp>,
}

/// The privilege whose settings govern another: directory roles have one policy, whatever the scope.
pub(crate) fn subject_of(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => {
            Privilege::DirectoryRole { role: role.clone(), scope: DirectoryScope::Tenant }
        }
        other => other.clone(),
    }
}

impl Policies {
    pub(crate) fn new(tenant: TenantId) -> Self {
        // The subject of a template is never shown; any of the surface will do.
        let template = |surface: &Surface| {
            let subject = Privilege::member(GroupId::from_guid([0; 16]));
            let policy = Policy::new(PolicyId::from_guid([0; 16]), subject, Policy::default_rules(surface));
            (surface.clone(), Arc::new(policy))
        };
        Self {
            tenant,
            changed: BTreeMap::new(),
            defaults: Surface::KNOWN.iter().map(template).collect(),
            onboarded: BTreeMap::new(),
        }
    }

    /// The rules that govern a privilege. Id and subject may be a template's: see [`Self::shown`].
    pub(crate) fn governing(&self, privilege: &Privilege) -> &Policy {
        let changed = match privilege {
            Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. } => self.changed.get(privilege),
            Privilege::DirectoryRole { .. } => self.changed.get(&subject_of(privilege)),
            _ => self.changed.get(privilege),
        };
        changed.unwrap_or_else(|| &self.defaults[&privilege.surface()])
    }

    /// The policy as callers see it.
    pub(crate) fn shown(&self, privilege: &Privilege) -> Policy {
        let subject = subject_of(privilege);
        let mut policy = self.governing(&subject).clone();
        policy.id = self.id(&subject);
        policy.subject = subject;
        policy
    }

    pub(crate) fn change(&mut self, subject: &Privilege, rules: &[Rule], at: Option<Timestamp>) {
        let mut policy = self.shown(subject).apply(rules);
        policy.modified = at;
        self.changed.insert(policy.subject.clone(), Arc::new(policy));
    }

    /// Puts every policy back to the defaults.
    pub(crate) fn forget(&mut self) {
        self.changed.clear();
    }

    pub(crate) fn is_onboarded(&self, group: &GroupId) -> bool {
        self.onboarded.contains_key(group)
    }

    pub(crate) fn onboard(&mut self, group: &GroupId, at: Timestamp) {
        self.onboarded.entry(group.clone()).or_insert(at);
    }

    /// Every group under PIM.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &GroupId> {
        self.onboarded.keys()
    }

    /// Every policy that differs from the defaults.
    pub(crate) fn changed(&self) -> impl Iterator<Item = &Privilege> {
        self.changed.keys()
    }

    /// Policy ids are made from the subject; a group's change when it comes under PIM.
    fn id(&self, subject: &Privilege) -> PolicyId {
        let (prefix, salt) = match subject {
            Privilege::Group { group, access } => {
                let state = if self.is_onboarded(group) { "under PIM" } else { "plain" };
                let access = if *access == GroupAccess::Owner { "owner" } else { "member" };
                (format!("Group_{group}"), format!("{access} {state}"))
            }
            Privilege::AzureRole { .. } => ("Azure".to_owned(), String::new()),
            _ => (format!("DirectoryRole_{}", self.tenant), String::new()),
        };
        let guid = PolicyId::from_guid(guid_of(&format!("policy {subject} {salt}")));
        // Always a sound id: its parts are ids or fixed words.
        format!("{prefix}_{guid}").parse().unwrap_or(guid)
    }
}
