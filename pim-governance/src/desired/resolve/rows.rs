//! The rows of the roles table: which privilege, which settings.

use pim_core::{
    id::PrincipalId,
    policy::{Approver, Policy, PolicyFault, StrongAuthentication},
    principal::PrincipalKind,
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    time::Period,
};

use super::{
    PERSON_OR_GROUP, Resolution, Resolved,
    settings::{Lookups, mails, rules},
    surroundings::is_address,
};
use crate::{
    desired::{
        FaultKind,
        design::{Access, ActivationSettings, Context, GrantSettings, Longest, Row, Settings},
    },
    snapshot::SourceKind,
};

/// The range of the service's own slider.
const SHORTEST_MAX: Period = Period::minutes(30);
const LONGEST_MAX: Period = Period::hours(24);

impl<'a> Resolution<'a> {
    pub(super) fn table(&mut self) {
        let design = self.design;
        for (at, row) in design.roles.iter().enumerate() {
            let path = format!("roles[{at}]");
            let tier = row.tier.as_ref().and_then(|name| {
                let tier = design.tiers.get(name);
                if tier.is_none() {
                    self.unknown(&format!("{path}.tier"), "tier", name, design.tiers.keys());
                }
                tier
            });
            let settings = self.settings_of(row, tier.and_then(|tier| tier.template.as_ref()), &path);
            self.check_settings(&settings, &path);
            let Some(privilege) = self.privilege_of(row, &path) else { continue };
            if let Some(other) = self.rows.iter().find(|other| other.privilege == privilege) {
                let message = format!("roles[{}] is about the same: make one row of the two", other.at);
                self.fault(FaultKind::Contradiction, &path, message);
                continue;
            }
            let policy = self.policy_of(&privilege, &settings, at, &path);
            if let Some(tier) = tier {
                self.check_tier(tier, policy.as_ref(), row, &path);
            }
            let resolved = Resolved { at, row, privilege };
            self.grants_of(&resolved, policy.as_ref(), tier, &path);
            if row.exclusive {
                self.target.exclusive.insert(resolved.privilege.clone());
            }
            self.rows.push(resolved);
        }
    }

    fn settings_of(&mut self, row: &Row, of_tier: Option<&String>, path: &str) -> Settings {
        if let Some(name) = &row.template
            && self.templates.get(name).is_none()
        {
            self.unknown(&format!("{path}.template"), "template", name, self.design.templates.keys());
        }
        let template = row.template.as_ref().or(of_tier).and_then(|name| self.templates.get(name));
        let mut settings = template.map_or_else(|| row.settings.clone(), |below| row.settings.over(below));
        if let Some(approvers) = &row.approvers {
            settings.activation.approvers = Some(approvers.clone());
            if !approvers.is_empty() && row.settings.activation.approval == Some(false) {
                let message =
                    "approvers are named here, and the settings of this row ask for no approval: keep one";
                self.fault(FaultKind::Contradiction, &format!("{path}.approvers"), message);
            }
            if row.settings.activation.approvers.is_some() {
                let message =
                    "approvers are named here and in the settings of this row: keep one of the lists";
                self.fault(FaultKind::Contradiction, &format!("{path}.approvers"), message);
            }
        }
        settings
    }

    fn check_settings(&mut self, settings: &Settings, path: &str) {
        let ActivationSettings { max, mfa, context, turnaround, .. } = &settings.activation;
        let at = |what: &str| format!("{path}.settings.{what}");
        if let Some(max) = max {
            if !(SHORTEST_MAX..=LONGEST_MAX).contains(&max.0) {
                let message = format!("an activation of at most {max} can't be set: write 30min to 24h");
                self.fault(FaultKind::Impossible, &at("activation.max"), message);
            } else if !max.0.ticks().is_multiple_of(SHORTEST_MAX.ticks()) {
                let message = format!("{max} is no multiple of 30min, which is all that the portal can show");
                self.fault(FaultKind::Doubtful, &at("activation.max"), message);
            }
        }
        if *mfa == Some(true) && matches!(context, Some(Context::Named(_))) {
            let message = "MFA and an authentication context exclude each other: write `mfa: false` beside the context, \
                           or `context: none` beside MFA";
            self.fault(FaultKind::Contradiction, &at("activation"), message);
        }
        if turnaround.is_some_and(|turnaround| turnaround.0 > LONGEST_MAX) {
            let message = "the service gives up after a day: promise an answer within 24h";
            self.fault(FaultKind::Impossible, &at("activation.turnaround"), message);
        }
        for (what, GrantSettings { longest, .. }) in
            [("eligible", &settings.eligible), ("active", &settings.active)]
        {
            if let Some(Longest::Length(length)) = longest
                && length.0 < pim_core::backend::MINIMUM_ACTIVE
            {
                let message =
                    format!("a grant of at most {length} can't be made: five minutes is the shortest");
                self.fault(FaultKind::Impossible, &at(&format!("{what}.longest")), message);
            }
        }
    }

    fn privilege_of(&mut self, row: &Row, path: &str) -> Option<Privilege> {
        let scopes = [
            ("unit", &row.unit),
            ("application", &row.application),
            ("scope", &row.scope),
            ("azure", &row.azure),
        ];
        let named: Vec<_> = scopes.iter().filter(|(_, value)| value.is_some()).map(|(key, _)| *key).collect();
        match (&row.role, &row.group) {
            (None, None) => {
                self.fault(FaultKind::MissingKey, path, "a row names a `role` or a `group`");
                None
            }
            (Some(_), Some(_)) => {
                let message = "a row names a role or a group, not both: make two rows of it";
                self.fault(FaultKind::Contradiction, path, message);
                None
            }
            (None, Some(name)) => {
                if let Some(key) = named.first() {
                    let message = "a group has no scope: leave it out";
                    self.fault(FaultKind::Contradiction, &format!("{path}.{key}"), message);
                }
                let result = self.index.group(name);
                let group = self.found(&format!("{path}.group"), result)?;
                let access = match row.access.unwrap_or_default() {
                    Access::Member => GroupAccess::Member,
                    Access::Owner => GroupAccess::Owner,
                };
                Some(Privilege::Group { group, access })
            }
            (Some(name), None) => {
                if row.access.is_some() {
                    let message = "only groups are held as member or owner: leave it out";
                    self.fault(FaultKind::Contradiction, &format!("{path}.access"), message);
                }
                if named.len() > 1 {
                    let message = format!("a row has one scope, here are {}: keep one", named.join(", "));
                    self.fault(FaultKind::Contradiction, path, message);
                    return None;
                }
                self.role_at(row, name, path)
            }
        }
    }

    fn role_at(&mut self, row: &Row, name: &str, path: &str) -> Option<Privilege> {
        let surface = if row.azure.is_some() { Surface::AzureRoles } else { Surface::DirectoryRoles };
        let result = self.index.role(name, &surface);
        let role = self.found(&format!("{path}.role"), result);
        if let Some(azure) = &row.azure {
            let text =
                self.design.azure_scopes.get(azure).map_or(azure.as_str(), |facts| facts.scope.as_str());
            let Ok(scope) = text.parse() else {
                let path = format!("{path}.azure");
                self.unknown(&path, "path or Azure scope", azure, self.design.azure_scopes.keys());
                return None;
            };
            return Some(Privilege::AzureRole { role: role?, scope });
        }
        let scope = if let Some(unit) = &row.unit {
            let result = self.index.unit(unit);
            DirectoryScope::AdministrativeUnit(self.found(&format!("{path}.unit"), result)?)
        } else if let Some(application) = &row.application {
            let result = self.index.application(application);
            DirectoryScope::Application(self.found(&format!("{path}.application"), result)?)
        } else {
            row.scope.as_deref().map_or(DirectoryScope::Tenant, DirectoryScope::from)
        };
        Some(Privilege::DirectoryRole { role: role?, scope })
    }

    /// Writes down the rules that the settings name; the policy as it will be, where that is known.
    fn policy_of(
        &mut self,
        privilege: &Privilege,
        settings: &Settings,
        at: usize,
        path: &str,
    ) -> Option<Policy> {
        // Entra roles have one policy each, whatever the scope.
        let subject = match privilege {
            Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
            other => other.clone(),
        };
        let standing = self.standing_policy(&subject);
        if settings.is_empty() {
            return standing;
        }
        if let Some((other, said)) = self.said.get(&subject) {
            if said != settings {
                let message = format!(
                    "an Entra role has one set of settings at all scopes, and roles[{other}] says otherwise: make them equal"
                );
                self.fault(FaultKind::Contradiction, &format!("{path}.settings"), message);
            }
        } else {
            self.said.insert(subject.clone(), (at, settings.clone()));
        }
        let found = self.look_up(settings, path);
        let Some(standing) = standing else {
            let source = SourceKind::policies(&subject.surface()).unwrap_or(SourceKind::DirectoryPolicies);
            let message = format!(
                "these settings can't be worked out, because {source} was not wholly read and a rule is written whole"
            );
            self.fault(FaultKind::NotRead(source), &format!("{path}.settings"), message);
            return None;
        };
        let rules = rules(settings, &found, &standing);
        let policy = standing.apply(&rules);
        for fault in policy.faults() {
            if !standing.faults().contains(&fault) {
                self.policy_fault(fault, path);
            }
        }
        self.target.policies.insert(subject, rules);
        Some(policy)
    }

    /// The policy that stands, completed by what its surface starts with; `None` where it was not read.
    fn standing_policy(&self, subject: &Privilege) -> Option<Policy> {
        let surface = subject.surface();
        let start = Policy::new("defaults".parse().ok()?, subject.clone(), Policy::default_rules(&surface));
        match self.index.policy(subject) {
            Some(policy) => Some(start.apply(&policy.rules)),
            None if self.index.snapshot.is_complete(SourceKind::policies(&surface)?) => Some(start),
            None => None,
        }
    }

    fn policy_fault(&mut self, fault: PolicyFault, path: &str) {
        let (kind, what) = match fault {
            PolicyFault::MfaAndContext => (FaultKind::Contradiction, "settings.activation"),
            PolicyFault::NoApprover => (FaultKind::Impossible, "approvers"),
            PolicyFault::ApproverMail => {
                (FaultKind::Impossible, "settings.notifications.activation.approvers")
            }
            PolicyFault::MfaToMakeEligible => (FaultKind::Doubtful, "settings.eligible.mfa"),
            PolicyFault::MfaToAssign => (FaultKind::Doubtful, "settings.active.mfa"),
            _ => (FaultKind::Impossible, "settings"),
        };
        // The contradiction and the range are told already, with the remedy in the design's own words.
        if !matches!(fault, PolicyFault::MfaAndContext | PolicyFault::ActivationTooShort) {
            self.fault(kind, &format!("{path}.{what}"), fault.to_string());
        }
    }

    fn look_up(&mut self, settings: &Settings, path: &str) -> Lookups {
        let mut found = Lookups::default();
        match &settings.activation.context {
            Some(Context::None) => found.context = Some(None),
            Some(Context::Named(name)) => {
                let result = self.index.context(name);
                let context = self.found(&format!("{path}.settings.activation.context"), result);
                found.context = context.map(Some);
            }
            None => {}
        }
        if let Some(approvers) = &settings.activation.approvers {
            let path = self.approvers_path(path);
            let all = self.everyone(approvers, &path, "person or group", PERSON_OR_GROUP);
            if let [(only, kind)] = &*all
                && *kind != Some(PrincipalKind::Group)
            {
                let message = format!(
                    "{only} is the only approver, and nobody approves their own request: name another"
                );
                self.fault(FaultKind::Doubtful, &path, message);
            }
            self.check_enabled(&all, &path);
            let approver = |(id, kind)| match kind {
                Some(PrincipalKind::Group) => Approver::group(id),
                _ => Approver::user(id),
            };
            found.approvers = Some(all.into_iter().map(approver).collect());
        }
        for (kind, mail) in mails(settings) {
            let Some(to) = &mail.to else { continue };
            let mut addresses = Vec::new();
            for text in to {
                let text = text.as_str();
                match self.design.recipients.get(text) {
                    Some(list) => addresses.extend(list.iter().map(|address| address.as_str().to_owned())),
                    None if is_address(text) => addresses.push(text.to_owned()),
                    None => {
                        let path = format!("{path}.settings.notifications");
                        self.unknown(
                            &path,
                            "mail address or list of recipients",
                            text,
                            self.design.recipients.keys(),
                        );
                    }
                }
            }
            found.addresses.insert(kind, addresses);
        }
        found
    }

    /// Approvers may come from the row or from a template: the path is where one would change them.
    fn approvers_path(&self, path: &str) -> String {
        let own = format!("{path}.approvers");
        let inline = format!("{path}.settings.activation.approvers");
        let at = path.trim_start_matches("roles[").trim_end_matches(']').parse().ok();
        let row: Option<&Row> = at.and_then(|at: usize| self.design.roles.get(at));
        if row.is_some_and(|row| row.settings.activation.approvers.is_some()) { inline } else { own }
    }

    fn check_enabled(&mut self, all: &[(PrincipalId, Option<PrincipalKind>)], path: &str) {
        for (at, (id, _)) in all.iter().enumerate() {
            if self.index.user(id).is_some_and(|user| !user.enabled) {
                let message = format!("the account {id} is disabled and can't approve: name another");
                self.fault(FaultKind::Doubtful, &format!("{path}[{at}]"), message);
            }
        }
    }

    fn check_tier(&mut self, tier: &crate::desired::Tier, policy: Option<&Policy>, row: &Row, path: &str) {
        let demands = &tier.demands;
        let Some(policy) = policy else {
            let message =
                "whether the settings meet the tier's demands can't be told, because they were not read";
            self.fault(FaultKind::Doubtful, &format!("{path}.tier"), message);
            return;
        };
        let is = policy.activation();
        let tier = row.tier.as_deref().unwrap_or_default();
        let mut short = |failed: bool, message: &str| {
            if failed {
                let message = format!("{message}: settings or template must say so");
                self.fault(FaultKind::Tier, &format!("{path}.settings"), message);
            }
        };
        let strong = is.strong_authentication != StrongAuthentication::None;
        if let Some(max) = demands.max_activation {
            short(is.max > max.0, &format!("tier `{tier}` allows activations of at most {max}"));
        }
        short(
            demands.strong_authentication && !strong,
            &format!("tier `{tier}` demands MFA or an authentication context"),
        );
        short(demands.justification && !is.justification, &format!("tier `{tier}` demands a justification"));
        short(demands.ticket && !is.ticket, &format!("tier `{tier}` demands a ticket"));
        short(demands.approval && is.approval.is_none(), &format!("tier `{tier}` demands approval"));
    }
}
