//! The tenant, its safeguards, and what a design relies on.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{client::Safeguards, id::TenantId, privilege::AzureScope};

use super::{ANYONE, PERSON, Resolution, settings::TemplateFault};
use crate::desired::{FaultKind, Wave, document::join, document::words};

/// The name of the wave that comes first.
const PILOT: &str = "pilot";
/// Names of waves that plans give themselves.
const TAKEN: [&str; 2] = [PILOT, "settings"];

impl Resolution<'_> {
    pub(super) fn tenant(&mut self) {
        let Some(text) = &self.design.tenant.id else { return };
        match (text.parse::<TenantId>(), &self.index.snapshot.tenant) {
            (Ok(wanted), _) if wanted.guid().is_none() => {
                self.fault(FaultKind::Value, "tenant.id", "expected the id of a tenant, a GUID");
            }
            (Ok(wanted), Some(is)) if wanted != *is => {
                let message = format!("this design is for tenant {wanted}, and the snapshot is of {is}");
                self.fault(FaultKind::Contradiction, "tenant.id", message);
            }
            (Ok(_), _) => {}
            (Err(_), _) => self.fault(FaultKind::Value, "tenant.id", "expected the id of a tenant, a GUID"),
        }
    }

    pub(super) fn safeguards(&mut self) {
        let design = self.design;
        let accounts = self.everyone(&design.break_glass, "break_glass", "person", PERSON);
        self.break_glass = accounts.into_iter().map(|(id, _)| id).collect();
        if design.break_glass.is_empty() {
            let message =
                "no account for emergencies is named: name at least two, so that nothing touches them";
            self.fault(FaultKind::Doubtful, "break_glass", message);
        }
        let protected = self.everyone(&design.protected, "protected", "person, group or application", ANYONE);
        self.target.protected = protected.into_iter().map(|(id, _)| id).collect();
        let least = usize::try_from(design.min_administrators).unwrap_or(usize::MAX);
        if least == 0 {
            let message = "at least one administrator must be left: write 1 or more";
            self.fault(FaultKind::Value, "min_administrators", message);
        }
        self.target.safeguards = Safeguards {
            break_glass: self.break_glass.clone(),
            min_administrators: least,
            ..Safeguards::default()
        };
    }

    pub(super) fn template_fault(&mut self, fault: TemplateFault) {
        match fault {
            TemplateFault::Unknown { template, extends } => {
                let path = format!("{}.extends", join("templates", &template));
                self.unknown(&path, "template", &extends, self.design.templates.keys());
            }
            TemplateFault::Cycle { template, through } => {
                let path = format!("{}.extends", join("templates", &template));
                let circle = through.iter().chain([&template]).map(|name| words::quote(name));
                let circle = circle.collect::<Vec<_>>().join(" extends ");
                self.fault(FaultKind::Cycle, &path, format!("{circle}: let one of them extend nothing"));
            }
        }
    }

    /// A name of the design's own that it does not explain.
    pub(super) fn unknown<'k>(
        &mut self,
        path: &str,
        noun: &str,
        name: &str,
        known: impl Iterator<Item = &'k String>,
    ) {
        let known: Vec<_> = known.map(String::as_str).collect();
        let near = words::nearest(name, known.iter().copied());
        let quoted = words::quote(name);
        let message = match near {
            Some(near) => format!("there is no {noun} {quoted}; did you mean {}?", words::quote(near)),
            None if known.is_empty() => format!("there is no {noun} {quoted}; the design has none at all"),
            None => format!("there is no {noun} {quoted}; there are: {}", known.join(", ")),
        };
        self.fault(FaultKind::UnknownName, path, message);
        if let Some(fault) = self.faults.last_mut() {
            fault.candidates.extend(near.map(str::to_owned));
        }
    }

    pub(super) fn facts(&mut self) {
        let design = self.design;
        for (at, facts) in design.groups.iter().enumerate() {
            let path = format!("groups[{at}].group");
            let result = self.index.group(&facts.group);
            let Some(id) = self.found(&path, result) else { continue };
            let group = self.index.group_facts(&id);
            if facts.role_assignable && group.is_some_and(|group| !group.role_assignable) {
                let message = "this group can't hold Entra roles, which is settled when a group is made: make a new one";
                self.fault(FaultKind::Impossible, &path, message);
            }
        }
        for (at, facts) in design.units.iter().enumerate() {
            let result = self.index.unit(&facts.unit);
            self.found(&format!("units[{at}].unit"), result);
        }
        for (name, facts) in &design.azure_scopes {
            let path = format!("{}.scope", join("azure_scopes", name));
            if let Err(error) = facts.scope.parse::<AzureScope>() {
                self.fault(FaultKind::Value, &path, error.to_string());
            }
        }
        for (name, tier) in &design.tiers {
            if let Some(template) = &tier.template
                && !design.templates.contains_key(template)
            {
                let path = format!("{}.template", join("tiers", name));
                self.unknown(&path, "template", template, design.templates.keys());
            }
        }
        for (name, addresses) in &design.recipients {
            for (at, address) in addresses.iter().enumerate() {
                if !is_address(address.as_str()) {
                    let path = format!("{}[{at}]", join("recipients", name));
                    self.fault(FaultKind::Value, &path, "expected a mail address");
                }
            }
        }
    }

    pub(super) fn waves(&mut self) {
        let design = self.design;
        let mut seen = BTreeMap::new();
        let mut last_start = None;
        let granted: BTreeSet<_> = self.target.grants.iter().map(|grant| grant.principal.clone()).collect();
        let pilot = (!design.pilot.is_empty()).then_some((PILOT, &design.pilot, "pilot".to_owned()));
        let waves = design.waves.iter().enumerate();
        let waves = waves.map(|(at, wave)| (&*wave.name, &wave.members, format!("waves[{at}].members")));
        for (name, members, path) in pilot.into_iter().chain(waves) {
            let members = self.everyone(members, &path, "person, group or application", ANYONE);
            for (at, (id, _)) in members.iter().enumerate() {
                let path = format!("{path}[{at}]");
                if !granted.contains(id) {
                    let message = format!(
                        "{id} has no grant in this design, so nothing is changed for it in this wave"
                    );
                    self.fault(FaultKind::Doubtful, &path, message);
                }
                if let Some(earlier) = seen.insert(id.clone(), name.to_owned()) {
                    let message = format!("{id} is in {} already: it counts there", words::quote(&earlier));
                    self.fault(FaultKind::Doubtful, &path, message);
                }
            }
            let principals: BTreeSet<_> = members.into_iter().map(|(id, _)| id).collect();
            self.target.waves.push(Wave { name: name.to_owned(), principals });
        }
        for (at, wave) in design.waves.iter().enumerate() {
            let path = format!("waves[{at}].name");
            let same = |other: &crate::desired::WaveDesign| other.name.eq_ignore_ascii_case(&wave.name);
            if wave.name.trim().is_empty() {
                self.fault(FaultKind::Value, &path, "is empty; give the wave a name");
            } else if TAKEN.iter().any(|taken| wave.name.eq_ignore_ascii_case(taken)) {
                self.fault(
                    FaultKind::Contradiction,
                    &path,
                    "this name is taken by plans themselves; write another",
                );
            } else if design.waves[..at].iter().any(same) {
                self.fault(FaultKind::Contradiction, &path, "another wave has this name: write another");
            }
            if let Some(starts) = wave.starts {
                if last_start.is_some_and(|last| starts < last) {
                    let message = "starts before the wave above it: waves are carried out from top to bottom";
                    self.fault(FaultKind::Contradiction, &format!("waves[{at}].starts"), message);
                }
                last_start = Some(starts);
            }
        }
    }
}

/// Loose on purpose: it tells an address from a name, and the service judges the rest.
pub(super) fn is_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | ';' | '<' | '>'))
}
