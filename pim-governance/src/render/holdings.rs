//! Who holds or may activate what in the end: grants, and for groups the people and applications inside.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    rc::Rc,
};

use pim_core::{
    id::{GroupId, PrincipalId, ScheduleId},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    schedule::{Assignment, Eligibility, Via},
    time::{Timestamp, Window},
};

use crate::snapshot::Snapshot;

/// How long something is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    /// Without end, and without activating.
    Permanent,
    /// For a time.
    Timed { until: Option<Timestamp>, activated: bool },
    /// Once it is activated; and until when that can be done.
    Eligible { until: Option<Timestamp> },
}

/// A grant in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grant<'a> {
    pub(super) id: &'a ScheduleId,
    pub(super) principal: &'a PrincipalId,
    pub(super) privilege: &'a Privilege,
    pub(super) lasting: Lasting,
    pub(super) window: &'a Window,
    pub(super) via: &'a Via,
    pub(super) conditional: bool,
}

/// Somebody inside a group, at whatever depth.
#[derive(Clone, Debug)]
pub(super) struct Member<'a> {
    pub(super) principal: &'a PrincipalId,
    pub(super) lasting: Lasting,
    /// Through which groups, the one that was asked for first.
    pub(super) through: Vec<GroupId>,
}

type Edges<'a> = Vec<(&'a PrincipalId, Lasting)>;

/// The grants of a snapshot, and who is inside its groups.
#[derive(Debug, Default)]
pub(super) struct Holdings<'a> {
    pub(super) grants: Vec<Grant<'a>>,
    edges: HashMap<&'a GroupId, Edges<'a>>,
    groups: HashSet<&'a GroupId>,
    applications: HashSet<&'a PrincipalId>,
    inside: RefCell<HashMap<PrincipalId, Rc<Vec<Member<'a>>>>>,
}

impl<'a> Holdings<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let now = snapshot.taken_at;
        let held = snapshot.assignments.iter().filter(|row| row.is_in_force(now)).map(Grant::held);
        let may = snapshot.eligibilities.iter().filter(|row| row.is_in_force(now)).map(Grant::eligible);
        let grants: Vec<_> = held.chain(may).collect();
        let members = snapshot.memberships.iter().filter(|row| row.access == GroupAccess::Member);
        let applications = members.clone().filter(|row| row.kind == PrincipalKind::ServicePrincipal);
        let mut applications: HashSet<_> = applications.map(|row| &row.principal).collect();
        applications.extend(snapshot.service_principals.iter().map(|app| &app.id));

        let mut edges: HashMap<&GroupId, Edges<'_>> = HashMap::new();
        let mut listed = HashSet::new();
        for grant in &grants {
            if let Privilege::Group { group, access: GroupAccess::Member } = grant.privilege {
                edges.entry(group).or_default().push((grant.principal, grant.lasting));
                if !matches!(grant.lasting, Lasting::Eligible { .. }) {
                    listed.insert((grant.principal, group));
                }
            }
        }
        // Where PIM lists a membership, its row knows how long it lasts; who is not listed stands.
        for row in members.filter(|row| !listed.contains(&(&row.principal, &row.group))) {
            edges.entry(&row.group).or_default().push((&row.principal, Lasting::Permanent));
        }
        let groups = snapshot.groups.iter().map(|group| &group.id).chain(edges.keys().copied()).collect();
        Self { grants, edges, groups, applications, inside: RefCell::default() }
    }

    pub(super) fn is_group(&self, id: &PrincipalId) -> bool {
        self.groups.contains(&id.as_group())
    }

    /// Who is inside a group, each in the way that lasts longest, sorted by name; empty for what is no group.
    pub(super) fn inside(
        &self,
        group: &PrincipalId,
        name: impl Fn(&PrincipalId) -> String,
    ) -> Rc<Vec<Member<'a>>> {
        if let Some(known) = self.inside.borrow().get(group) {
            return Rc::clone(known);
        }
        let mut found = self.search(group);
        found.sort_by_cached_key(|member| (name(member.principal), member.principal));
        let found = Rc::new(found);
        self.inside.borrow_mut().insert(group.clone(), Rc::clone(&found));
        found
    }

    fn search(&self, group: &PrincipalId) -> Vec<Member<'a>> {
        let mut found = Vec::new();
        let mut seen: HashSet<PrincipalId> = HashSet::from([group.clone()]);
        // What lasts longest first: a ring of groups ends, and nobody is told of in a lesser way.
        let mut open: [Vec<(GroupId, Lasting, Vec<GroupId>)>; 3] = Default::default();
        open[0].push((group.as_group(), Lasting::Permanent, Vec::new()));
        let mut waiting: [Vec<Member<'a>>; 3] = Default::default();
        for rank in 0..3 {
            loop {
                if let Some((id, lasting, mut through)) = open[rank].pop() {
                    through.push(id.clone());
                    for (principal, edge) in self.edges.get(&id).into_iter().flatten() {
                        let lasting = lasting.and(*edge);
                        let unusable = lasting.rank() == 2 && self.applications.contains(principal);
                        if !unusable {
                            let member = Member { principal, lasting, through: through.clone() };
                            waiting[lasting.rank()].push(member);
                        }
                    }
                } else if let Some(member) = waiting[rank].pop() {
                    if !seen.insert(member.principal.clone()) {
                        continue;
                    }
                    if self.is_group(member.principal) {
                        open[rank].push((member.principal.as_group(), member.lasting, member.through));
                    } else {
                        found.push(member);
                    }
                } else {
                    break;
                }
            }
        }
        found
    }
}

impl<'a> Grant<'a> {
    fn held(row: &'a Assignment) -> Self {
        let until = row.window.end();
        let lasting = match row.is_standing() {
            true => Lasting::Permanent,
            false => Lasting::Timed { until, activated: row.origin.is_activated() },
        };
        Self {
            id: &row.id,
            principal: &row.principal,
            privilege: &row.privilege,
            lasting,
            window: &row.window,
            via: &row.via,
            conditional: row.condition.is_some(),
        }
    }

    fn eligible(row: &'a Eligibility) -> Self {
        Self {
            id: &row.id,
            principal: &row.principal,
            privilege: &row.privilege,
            lasting: Lasting::Eligible { until: row.window.end() },
            window: &row.window,
            via: &row.via,
            conditional: row.condition.is_some(),
        }
    }
}

impl Lasting {
    /// Both at once: what takes an activation takes it, and the first end counts.
    pub(super) fn and(self, other: Self) -> Self {
        let (longer, shorter) = if self.rank() <= other.rank() { (self, other) } else { (other, self) };
        let first = |a: Option<Timestamp>, b: Option<Timestamp>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match shorter {
            Self::Permanent => Self::Permanent,
            Self::Timed { until, activated } => Self::Timed {
                until: first(until, longer.until()),
                activated: activated || matches!(longer, Self::Timed { activated: true, .. }),
            },
            Self::Eligible { until } => Self::Eligible { until: first(until, longer.until()) },
        }
    }

    pub(super) const fn rank(self) -> usize {
        match self {
            Self::Permanent => 0,
            Self::Timed { .. } => 1,
            Self::Eligible { .. } => 2,
        }
    }

    pub(super) const fn until(self) -> Option<Timestamp> {
        match self {
            Self::Permanent => None,
            Self::Timed { until, .. } | Self::Eligible { until } => until,
        }
    }
}
