//! From a design to a target: names looked up, settings worked out, and what can't work refused.

mod grants;
mod index;
mod reviews;
mod rows;
mod settings;
mod surroundings;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{id::PrincipalId, principal::PrincipalKind, privilege::Privilege};

pub(in crate::desired) use self::index::Index;
use self::{index::Lost, settings::Templates};
use super::{
    Design, DesignFault, FaultKind, Target, Who,
    design::{Row, Settings},
};
use crate::snapshot::Snapshot;

impl Design {
    /// What this design means for a tenant: its names looked up in a snapshot, without regard to case.
    ///
    /// Names stand for what the directory calls them, or for an id. A rule of a policy is written whole; what
    /// the design leaves open of it is taken from the policy that stands.
    ///
    /// # Errors
    /// Every fault that keeps it from being used. Warnings alone do not; [`check`](Self::check) tells them.
    pub fn resolve(&self, snapshot: &Snapshot) -> Result<Target, Vec<DesignFault>> {
        let (target, faults) = resolve(self, snapshot);
        let errors: Vec<_> = faults.into_iter().filter(|fault| !fault.is_warning()).collect();
        if errors.is_empty() { Ok(target) } else { Err(errors) }
    }

    /// Everything that is wrong with this design for a tenant, warnings too: errors first, then in the order of
    /// the document.
    pub fn check(&self, snapshot: &Snapshot) -> Vec<DesignFault> {
        let mut faults = resolve(self, snapshot).1;
        faults.sort_by_key(DesignFault::is_warning);
        faults
    }
}

fn resolve(design: &Design, snapshot: &Snapshot) -> (Target, Vec<DesignFault>) {
    let mut resolution = Resolution::new(design, snapshot);
    resolution.tenant();
    resolution.safeguards();
    resolution.facts();
    resolution.table();
    resolution.waves();
    resolution.reviews();
    (resolution.target, resolution.faults)
}

/// A design on its way.
struct Resolution<'a> {
    design: &'a Design,
    index: Index<'a>,
    templates: Templates,
    rows: Vec<Resolved<'a>>,
    /// The settings of each policy, and the row that said them first.
    said: BTreeMap<Privilege, (usize, Settings)>,
    break_glass: BTreeSet<PrincipalId>,
    target: Target,
    faults: Vec<DesignFault>,
}

/// A row whose privilege is known.
struct Resolved<'a> {
    at: usize,
    row: &'a Row,
    privilege: Privilege,
}

impl<'a> Resolution<'a> {
    fn new(design: &'a Design, snapshot: &'a Snapshot) -> Self {
        let (templates, faults) = Templates::new(&design.templates);
        let mut new = Self {
            design,
            index: Index::new(snapshot),
            templates,
            rows: Vec::new(),
            said: BTreeMap::new(),
            break_glass: BTreeSet::new(),
            target: Target::default(),
            faults: Vec::new(),
        };
        for fault in faults {
            new.template_fault(fault);
        }
        new
    }

    fn fault(&mut self, kind: FaultKind, path: &str, message: impl Into<String>) {
        let place = self.design.places.find(path);
        self.faults.push(DesignFault { place, ..DesignFault::new(kind, path, message) });
    }

    fn lost(&mut self, path: &str, lost: Lost) {
        let Lost { kind, message, candidates } = lost;
        let place = self.design.places.find(path);
        self.faults.push(DesignFault { place, candidates, ..DesignFault::new(kind, path, message) });
    }

    /// What was found, or a fault.
    fn found<T>(&mut self, path: &str, result: Result<T, Lost>) -> Option<T> {
        result.map_err(|lost| self.lost(path, lost)).ok()
    }

    /// Principals of these kinds, each known by its place in a list.
    fn everyone(
        &mut self,
        who: &[Who],
        path: &str,
        noun: &str,
        kinds: &[PrincipalKind],
    ) -> Vec<(PrincipalId, Option<PrincipalKind>)> {
        let mut all = Vec::new();
        for (at, who) in who.iter().enumerate() {
            let path = format!("{path}[{at}]");
            let result = self.index.principal(who.as_str(), noun);
            let Some(id) = self.found(&path, result) else { continue };
            let kind = self.index.kind(&id).cloned();
            if let Some(kind) = &kind
                && !kinds.contains(kind)
            {
                let message = format!("{id} is a {}; a {noun} is expected here", words(kind));
                self.fault(FaultKind::Value, &path, message);
                continue;
            }
            if all.iter().any(|(other, _)| *other == id) {
                self.fault(
                    FaultKind::Contradiction,
                    &path,
                    format!("{id} is named twice here: leave one out"),
                );
                continue;
            }
            all.push((id, kind));
        }
        all
    }
}

/// What a principal is, in a message.
const fn words(kind: &PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "person",
        PrincipalKind::Group => "group",
        PrincipalKind::ServicePrincipal => "application",
        _ => "principal of an unknown kind",
    }
}

const PERSON: &[PrincipalKind] = &[PrincipalKind::User];
const PERSON_OR_GROUP: &[PrincipalKind] = &[PrincipalKind::User, PrincipalKind::Group];
const ANYONE: &[PrincipalKind] =
    &[PrincipalKind::User, PrincipalKind::Group, PrincipalKind::ServicePrincipal];
