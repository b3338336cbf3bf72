//! Who is in which group, how firmly, and who that makes part of a circle of people: kept up to date change by
//! change, since a plan of thousands of steps asks after each.

use std::collections::{HashMap, HashSet};

use pim_core::{
    id::{GroupId, PrincipalId},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    schedule::Level,
    time::Timestamp,
};

use crate::snapshot::{Coverage, Snapshot, SourceKind};

/// Plans ask a million times; the standard hash would be most of their time.
pub(super) type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;
pub(super) type Set<K> = HashSet<K, foldhash::fast::RandomState>;

/// How firmly somebody is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// May become a member, or is one until an activation ends, or nobody can tell.
    Can,
    /// Was made a member, until some day.
    Assigned,
    /// Is a member without end.
    Standing,
}

/// What is known of one membership, as bits.
pub(super) type Ties = u8;

/// The directory lists it.
pub(super) const LISTED: Ties = 1;
/// PIM's list of the group was read, so that an activation would show.
pub(super) const TOLD: Ties = 2;
/// PIM lists it in force and without end.
pub(super) const PERMANENT: Ties = 4;
/// PIM lists it in force, with an end.
pub(super) const BOUNDED: Ties = 8;
/// It is activated.
pub(super) const ACTIVATED: Ties = 16;
/// It may be activated.
pub(super) const ELIGIBLE: Ties = 32;

const fn hold(ties: Ties) -> Option<Hold> {
    if ties & (LISTED | TOLD) == LISTED | TOLD {
        return Some(match ties {
            _ if ties & PERMANENT != 0 => Hold::Standing,
            _ if ties & BOUNDED != 0 => Hold::Assigned,
            _ if ties & ACTIVATED != 0 => Hold::Can,
            // What PIM doesn't list was made outside it and stands.
            _ => Hold::Standing,
        });
    }
    if ties & !TOLD == 0 { None } else { Some(Hold::Can) }
}

/// Groups and who is in them.
#[derive(Clone, Debug, Default)]
pub(super) struct Web {
    members: Map<GroupId, Map<PrincipalId, Ties>>,
    /// The groups in which somebody is or was.
    above: Map<PrincipalId, Vec<GroupId>>,
    groups: Set<GroupId>,
    enabled: Set<PrincipalId>,
}

impl Web {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut web = Self::default();
        web.groups.extend(snapshot.groups.iter().map(|group| group.id.clone()));
        let enabled = snapshot.users.iter().filter(|user| user.enabled);
        web.enabled.extend(enabled.map(|user| user.id.clone()));
        web.groups.extend(snapshot.memberships.iter().map(|row| row.group.clone()));
        let managed = snapshot.assignments.iter().map(|row| &row.privilege);
        let managed = managed.chain(snapshot.eligibilities.iter().map(|row| &row.privilege));
        web.groups.extend(managed.filter_map(|privilege| privilege.group_id().cloned()));
        let told = matches!(
            snapshot.reading(SourceKind::GroupAssignments).coverage,
            Coverage::Read | Coverage::Unsupported(_)
        );
        let unmanaged: Set<&GroupId> = snapshot
            .groups
            .iter()
            .filter(|group| group.under_pim == Some(false))
            .map(|group| &group.id)
            .collect();
        for row in snapshot.memberships.iter().filter(|row| row.access == GroupAccess::Member) {
            let told = told || unmanaged.contains(&row.group);
            web.tie(&row.group, &row.principal, if told { LISTED | TOLD } else { LISTED });
            if row.kind == PrincipalKind::Group {
                web.groups.insert(row.principal.as_group());
            }
        }
        for row in snapshot.assignments.iter().filter(|row| row.is_in_force(snapshot.taken_at)) {
            if let Privilege::Group { group, access: GroupAccess::Member } = &row.privilege {
                let ties = match (row.origin.is_activated(), row.window.is_permanent()) {
                    (true, _) => ACTIVATED,
                    (false, true) => PERMANENT,
                    (false, false) => BOUNDED,
                };
                web.tie(group, &row.principal, ties);
            }
        }
        for row in snapshot.eligibilities.iter().filter(|row| row.is_in_force(snapshot.taken_at)) {
            if let Privilege::Group { group, access: GroupAccess::Member } = &row.privilege {
                web.tie(group, &row.principal, ELIGIBLE);
            }
        }
        web
    }

    pub(super) fn is_group(&self, id: &PrincipalId) -> bool {
        self.groups.contains(&id.as_group())
    }

    /// Takes note of a group of which the snapshot may not tell.
    pub(super) fn know(&mut self, group: &GroupId) {
        self.groups.insert(group.clone());
    }

    pub(super) fn ties(&self, group: &GroupId, member: &PrincipalId) -> Ties {
        self.members.get(group).and_then(|members| members.get(member)).copied().unwrap_or_default()
    }

    /// Everything that a holder stands for, itself and groups included.
    pub(super) fn down(&self, holder: &PrincipalId, least: Hold) -> Set<PrincipalId> {
        let mut seen = Set::default();
        let mut open = vec![holder.clone()];
        while let Some(id) = open.pop() {
            for (member, ties) in self.members.get(&id.as_group()).into_iter().flatten() {
                if hold(*ties) >= Some(least) && !seen.contains(member) {
                    open.push(member.clone());
                }
            }
            seen.insert(id);
        }
        seen
    }

    /// Every group in which somebody is, at any depth, and they themselves.
    pub(super) fn up(&self, member: &PrincipalId, least: Hold) -> Set<PrincipalId> {
        let mut seen = Set::default();
        let mut open = vec![member.clone()];
        while let Some(id) = open.pop() {
            for group in self.above.get(&id).into_iter().flatten() {
                let above = group.as_principal();
                if !seen.contains(&above) && hold(self.ties(group, &id)) >= Some(least) {
                    open.push(above);
                }
            }
            seen.insert(id);
        }
        seen
    }

    fn tie(&mut self, group: &GroupId, member: &PrincipalId, ties: Ties) {
        let known = self.ties(group, member);
        self.set(group, member, known | ties);
    }

    pub(super) fn set(&mut self, group: &GroupId, member: &PrincipalId, ties: Ties) {
        let inside = self.members.entry(group.clone()).or_default();
        if inside.insert(member.clone(), ties).is_none() {
            self.above.entry(member.clone()).or_default().push(group.clone());
        }
    }
}

/// People who are part of something through what they or their groups hold.
#[derive(Debug)]
pub(super) struct Circle {
    least: Hold,
    roots: Map<PrincipalId, u32>,
    reached: Set<GroupId>,
    /// How often somebody is in: as a root, or as a direct member of a group that is reached.
    count: Map<PrincipalId, u32>,
    working: usize,
    /// How many there were at first.
    initial: usize,
    /// How often somebody fell out, whether they came back or not.
    lost: usize,
    /// The steps by which somebody may have come in.
    pub(super) gains: Vec<usize>,
}

impl Circle {
    fn new(least: Hold) -> Self {
        Self {
            least,
            roots: Map::default(),
            reached: Set::default(),
            count: Map::default(),
            working: 0,
            initial: 0,
            lost: 0,
            gains: Vec::new(),
        }
    }

    /// How many of them can sign in.
    pub(super) const fn working(&self) -> usize {
        self.working
    }

    /// How many would be left of those of the beginning if nobody had come in since.
    pub(super) const fn left_of_the_first(&self) -> usize {
        self.initial.saturating_sub(self.lost)
    }

    pub(super) fn contains(&self, id: &PrincipalId) -> bool {
        self.count.contains_key(id)
    }

    pub(super) fn reaches(&self, group: &GroupId) -> bool {
        self.reached.contains(group)
    }

    /// Those who can sign in.
    pub(super) fn people<'a>(&'a self, web: &'a Web) -> impl Iterator<Item = &'a PrincipalId> {
        self.count.keys().filter(|id| web.enabled.contains(id))
    }

    fn add(&mut self, web: &Web, id: &PrincipalId) {
        let count = self.count.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 && web.enabled.contains(id) {
            self.working += 1;
        }
    }

    fn take(&mut self, web: &Web, id: &PrincipalId) {
        let Some(count) = self.count.get_mut(id) else { return };
        *count -= 1;
        if *count == 0 {
            self.count.remove(id);
            if web.enabled.contains(id) {
                self.working -= 1;
                self.lost += 1;
            }
        }
    }

    fn rebuild(&mut self, web: &Web) {
        let before = std::mem::take(&mut self.count);
        self.reached.clear();
        self.working = 0;
        let mut open: Vec<GroupId> = Vec::new();
        for root in self.roots.keys().cloned().collect::<Vec<_>>() {
            if web.is_group(&root) {
                open.push(root.as_group());
            } else {
                self.add(web, &root);
            }
        }
        while let Some(group) = open.pop() {
            if !self.reached.insert(group.clone()) {
                continue;
            }
            for (member, ties) in web.members.get(&group).into_iter().flatten() {
                if hold(*ties) < Some(self.least) {
                    continue;
                }
                if web.is_group(member) {
                    open.push(member.as_group());
                } else {
                    self.add(web, member);
                }
            }
        }
        let gone = |id: &&PrincipalId| web.enabled.contains(*id) && !self.count.contains_key(*id);
        self.lost += before.keys().filter(gone).count();
    }
}

/// The web and the circles in it, changed together.
#[derive(Debug)]
pub(super) struct Circles {
    pub(super) web: Web,
    all: Vec<Circle>,
    /// Which circles reach, or once reached, a group.
    by_group: Map<GroupId, Vec<usize>>,
}

/// What a change of the circles has to restore.
#[derive(Debug)]
pub(super) struct Undo {
    what: Changed,
    lost: Vec<(usize, usize)>,
}

#[derive(Debug)]
enum Changed {
    Root { circle: usize, id: PrincipalId, gained: bool },
    Ties { group: GroupId, member: PrincipalId, before: Ties },
}

impl Undo {
    /// The circles that may have changed.
    pub(super) fn circles(&self) -> impl Iterator<Item = usize> {
        self.lost.iter().map(|(circle, _)| *circle)
    }
}

impl Circles {
    pub(super) fn new(web: Web) -> Self {
        Self { web, all: Vec::new(), by_group: Map::default() }
    }

    /// Draws a circle around these.
    pub(super) fn draw(&mut self, least: Hold, roots: impl IntoIterator<Item = PrincipalId>) -> usize {
        let mut circle = Circle::new(least);
        for root in roots {
            *circle.roots.entry(root).or_default() += 1;
        }
        circle.rebuild(&self.web);
        circle.initial = circle.working;
        let at = self.all.len();
        self.all.push(circle);
        self.index(at);
        at
    }

    pub(super) fn get(&self, circle: usize) -> &Circle {
        &self.all[circle]
    }

    /// Notes that a step let people in.
    pub(super) fn note_gain(&mut self, circle: usize, step: usize) {
        self.all[circle].gains.push(step);
    }

    pub(super) fn people(&self, circle: usize) -> impl Iterator<Item = &PrincipalId> {
        self.all[circle].people(&self.web)
    }

    pub(super) fn gain_root(&mut self, circle: usize, id: &PrincipalId) -> Undo {
        let undo = self.undo_root(circle, id, true);
        self.root(circle, id, true);
        undo
    }

    pub(super) fn lose_root(&mut self, circle: usize, id: &PrincipalId) -> Undo {
        let undo = self.undo_root(circle, id, false);
        self.root(circle, id, false);
        undo
    }

    pub(super) fn set_ties(&mut self, group: &GroupId, member: &PrincipalId, ties: Ties) -> Undo {
        let before = self.web.ties(group, member);
        let touched = self.by_group.get(group).cloned().unwrap_or_default();
        let lost = touched.iter().map(|circle| (*circle, self.all[*circle].lost)).collect();
        self.retie(group, member, ties);
        Undo { what: Changed::Ties { group: group.clone(), member: member.clone(), before }, lost }
    }

    pub(super) fn undo(&mut self, undo: Undo) {
        match undo.what {
            Changed::Root { circle, id, gained } => self.root(circle, &id, !gained),
            Changed::Ties { group, member, before } => self.retie(&group, &member, before),
        }
        for (circle, lost) in undo.lost {
            self.all[circle].lost = lost;
        }
    }

    fn undo_root(&self, circle: usize, id: &PrincipalId, gained: bool) -> Undo {
        let lost = vec![(circle, self.all[circle].lost)];
        Undo { what: Changed::Root { circle, id: id.clone(), gained }, lost }
    }

    fn root(&mut self, circle: usize, id: &PrincipalId, gained: bool) {
        let (web, own) = (&self.web, &mut self.all[circle]);
        let count = own.roots.entry(id.clone()).or_default();
        *count = if gained { *count + 1 } else { count.saturating_sub(1) };
        match (*count, gained) {
            (1, true) if !web.is_group(id) => own.add(web, id),
            (0, false) => {
                own.roots.remove(id);
                if web.is_group(id) {
                    own.rebuild(web);
                } else {
                    own.take(web, id);
                }
            }
            (1, true) => own.rebuild(web),
            _ => return,
        }
        self.index(circle);
    }

    fn retie(&mut self, group: &GroupId, member: &PrincipalId, ties: Ties) {
        let (before, after) = (hold(self.web.ties(group, member)), hold(ties));
        self.web.set(group, member, ties);
        let nested = self.web.is_group(member);
        for at in self.by_group.get(group).cloned().unwrap_or_default() {
            let circle = &mut self.all[at];
            let least = Some(circle.least);
            if (before >= least) == (after >= least) || !circle.reaches(group) {
                continue;
            }
            if nested {
                circle.rebuild(&self.web);
                self.index(at);
            } else if after >= least {
                circle.add(&self.web, member);
            } else {
                circle.take(&self.web, member);
            }
        }
    }

    fn index(&mut self, at: usize) {
        for group in &self.all[at].reached {
            let circles = self.by_group.entry(group.clone()).or_default();
            if !circles.contains(&at) {
                circles.push(at);
            }
        }
    }
}

/// What a PIM row makes of a membership that had these ties; `None` where the row is gone or begins later.
pub(super) fn retied(before: Ties, level: &Level, was_in_force: bool, row: Option<Ties>) -> Ties {
    if *level == Level::Eligibility {
        return if row.is_some() { before | ELIGIBLE } else { before & !ELIGIBLE };
    }
    let rest = before & !(PERMANENT | BOUNDED);
    match row {
        Some(row) => rest | row | LISTED | TOLD,
        // Who is activated too stays until that ends.
        None if was_in_force && before & ACTIVATED == 0 => rest & !LISTED,
        None => rest,
    }
}

/// The holders among a snapshot's assignments that count as roots of a circle.
pub(super) fn holders<'a>(
    snapshot: &'a Snapshot,
    privilege: &'a Privilege,
    now: Timestamp,
    counts: impl Fn(&pim_core::schedule::Assignment) -> bool + 'a,
) -> impl Iterator<Item = PrincipalId> + 'a {
    let rows = snapshot.assignments.iter();
    rows.filter(move |row| row.privilege == *privilege && row.is_in_force(now) && counts(row))
        .map(|row| row.principal.clone())
}
