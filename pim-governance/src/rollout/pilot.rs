//! Who goes first.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pim_core::{directory::User, id::PrincipalId, principal::PrincipalKind};
use serde::{Deserialize, Serialize};

use super::state::{self, State, kinds};
use crate::{
    desired::Wave,
    reference::{Reference, Tier},
    snapshot::{Snapshot, SourceKind},
};

/// What the waves are made by.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct PilotOptions<'a> {
    /// Accounts for emergencies: in no wave.
    pub break_glass: BTreeSet<PrincipalId>,
    /// How many people the pilot has at most.
    pub pilot: usize,
    /// How many people each wave after it has at most. A group is not taken apart.
    pub wave: usize,
    /// How many approvers of each privilege stay out of the pilot.
    pub approvers: usize,
    /// Words that a department of IT or security has, in lower case.
    pub departments: &'a [&'a str],
}

/// Words of departments that go first.
pub const DEPARTMENTS: &[&str] =
    &["it", "ict", "security", "infosec", "information", "informatik", "sicherheit"];

impl Default for PilotOptions<'_> {
    /// No break-glass accounts; ten people in the pilot, 50 in a wave; two approvers.
    fn default() -> Self {
        Self { break_glass: BTreeSet::new(), pilot: 10, wave: 50, approvers: 2, departments: DEPARTMENTS }
    }
}

/// A suggestion of waves, and why everybody is where they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Pilot {
    /// The pilot, then each wave. A [`Target`](crate::desired::Target) takes them as they are.
    pub waves: Vec<Wave>,
    /// Everybody who is in a wave, in their order.
    pub placed: Vec<Placed>,
}

/// Why somebody is in a wave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Placed {
    /// A person or group to whom something is made out.
    pub principal: PrincipalId,
    /// Which wave.
    pub wave: usize,
    /// How many people that concerns; for a group whose members were not read, those that are known.
    pub people: usize,
    /// How far the furthest reaching of what they hold reaches; `None` where that is not known.
    pub tier: Option<Tier>,
    /// How many privileges they hold or may activate.
    pub privileges: usize,
    /// What kept them out of the pilot, where they might have been in it.
    pub held_back: Option<HeldBack>,
}

/// What kept somebody out of the pilot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HeldBack {
    /// They work neither in IT nor in security, as far as the directory tells.
    Department,
    /// They can take the tenant.
    Tier,
    /// Too few approvers would be left outside of it.
    Approvers,
    /// It was full.
    Full,
    /// The members of the group were not wholly read.
    Members,
}

/// Suggests who is changed in which wave, so that what goes wrong goes wrong for few, and for those who can help.
///
/// The rule: in question are the people and groups to whom a privilege is made out, but for break-glass accounts and
/// applications. They are put in order by how far what they hold reaches, least first (what is not known counts as
/// reaching furthest), then by how many people they are, how many privileges they hold, and id. The pilot takes, in
/// that order, those of IT or security (by department; for a group: all of its members) who cannot take the tenant,
/// as long as it has room and of each privilege that takes approval enough approvers stay outside. Whoever is left of
/// IT and security comes next, then everybody else; who can take the tenant comes last. A wave is closed when it is
/// full or this order goes on to the next of these parts.
pub fn pilot(snapshot: &Snapshot, reference: &Reference, options: &PilotOptions<'_>) -> Pilot {
    let mut candidates = candidates(snapshot, reference, options);
    candidates.sort_by(|a, b| a.order().cmp(&b.order()));
    let mut outside = approvers(snapshot, options);
    let (mut pilot, mut rest) = (BTreeSet::new(), Vec::new());
    let mut placed = Vec::new();
    let mut told = BTreeSet::new();
    for candidate in candidates {
        let added = candidate.people.difference(&told).count();
        let held_back = if !candidate.technical {
            Some(HeldBack::Department)
        } else if !candidate.known {
            Some(HeldBack::Members)
        } else if candidate.reach() == Tier::Control {
            Some(HeldBack::Tier)
        } else if told.len() + added > options.pilot {
            Some(HeldBack::Full)
        } else if !enough_stay(&outside, &candidate.people, options.approvers) {
            Some(HeldBack::Approvers)
        } else {
            None
        };
        if held_back.is_some() {
            rest.push((candidate, held_back));
            continue;
        }
        for people in &mut outside {
            people.retain(|person| !candidate.people.contains(person));
        }
        told.extend(candidate.people.iter().cloned());
        pilot.insert(candidate.id.clone());
        placed.push(candidate.placed(0, None));
    }
    let mut waves = vec![Wave { name: "pilot".to_owned(), principals: pilot }];
    // The order within a part is kept: the sort is stable.
    rest.sort_by_key(|(candidate, _)| (candidate.reach() == Tier::Control, !candidate.technical));
    let (mut size, mut part) = (0, None);
    for (candidate, held_back) in rest {
        let own = Some((candidate.reach() == Tier::Control, candidate.technical));
        if part != own || (size > 0 && size + candidate.people.len() > options.wave) {
            waves.push(Wave { name: format!("wave-{}", waves.len()), principals: BTreeSet::new() });
            (part, size) = (own, 0);
        }
        size += candidate.people.len();
        let at = waves.len() - 1;
        waves[at].principals.insert(candidate.id.clone());
        placed.push(candidate.placed(at, held_back));
    }
    Pilot { waves, placed }
}

struct Candidate {
    id: PrincipalId,
    people: BTreeSet<PrincipalId>,
    /// Whether all members were read.
    known: bool,
    technical: bool,
    tier: Option<Tier>,
    privileges: usize,
}

impl Candidate {
    /// What is not known may be the worst.
    fn reach(&self) -> Tier {
        self.tier.unwrap_or(Tier::Control)
    }

    fn order(&self) -> (std::cmp::Reverse<Tier>, usize, usize, &PrincipalId) {
        (std::cmp::Reverse(self.reach()), self.people.len(), self.privileges, &self.id)
    }

    fn placed(&self, wave: usize, held_back: Option<HeldBack>) -> Placed {
        Placed {
            principal: self.id.clone(),
            wave,
            people: self.people.len(),
            tier: self.tier,
            privileges: self.privileges,
            held_back,
        }
    }
}

fn candidates(snapshot: &Snapshot, reference: &Reference, options: &PilotOptions<'_>) -> Vec<Candidate> {
    let (state, kinds, tiers) = (State::of(snapshot), kinds(snapshot), reference.tiers(snapshot));
    let users: HashMap<_, _> = snapshot.users.iter().map(|user| (&user.id, user)).collect();
    let is_technical =
        |id: &PrincipalId| users.get(id).is_some_and(|user| works_in(user, options.departments));
    let complete = snapshot.is_complete(SourceKind::Memberships);
    let mut candidates = Vec::new();
    for (id, privileges) in state.given_to() {
        let kind = kinds.get(id);
        let is_group = kind == Some(&PrincipalKind::Group);
        if options.break_glass.contains(id) || !(is_group || kind == Some(&PrincipalKind::User)) {
            continue;
        }
        let mut people = if is_group { state.reached(id) } else { BTreeSet::from([id.clone()]) };
        people.retain(|id| kinds.get(id) == Some(&PrincipalKind::User) && !options.break_glass.contains(id));
        let reach: Option<Vec<_>> = privileges.iter().map(|privilege| tiers.of(privilege)).collect();
        candidates.push(Candidate {
            known: complete || !is_group,
            technical: !people.is_empty() && people.iter().all(is_technical),
            tier: reach.and_then(|tiers| tiers.into_iter().min()),
            privileges: privileges.len(),
            id: id.clone(),
            people,
        });
    }
    candidates
}

/// Whether a department has one of the words.
fn works_in(user: &User, words: &[&str]) -> bool {
    let department = user.department.as_deref().unwrap_or_default().to_lowercase();
    department.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Who approves each privilege that takes approval.
fn approvers(snapshot: &Snapshot, options: &PilotOptions<'_>) -> Vec<BTreeSet<PrincipalId>> {
    let (state, kinds) = (State::of(snapshot), kinds(snapshot));
    let mut all = BTreeMap::new();
    for policy in &snapshot.policies {
        let Some(approval) = policy.activation().approval else { continue };
        let ids = state::approvers(&policy.subject, &approval, &state);
        let people = ids.iter().flat_map(|id| state.reached(id));
        let people = people
            .filter(|id| kinds.get(id) == Some(&PrincipalKind::User) && !options.break_glass.contains(id));
        all.insert(&policy.subject, people.collect());
    }
    all.into_values().collect()
}

/// Whether enough approvers of each privilege stay outside when these people go in. Where there are too few
/// already, none of them goes.
fn enough_stay(outside: &[BTreeSet<PrincipalId>], people: &BTreeSet<PrincipalId>, least: usize) -> bool {
    outside
        .iter()
        .all(|approvers| approvers.is_disjoint(people) || approvers.difference(people).count() >= least)
}
