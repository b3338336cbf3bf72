//! On which way a right stands strongest: not always the one of least effort.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap, hash_map::Entry},
};

use pim_core::{id::PrincipalId, privilege::Privilege, time::Timestamp};

use super::{
    Resolver, Standing,
    graph::Node,
    links::{Acting, Link, Rows},
    search::State,
};
use crate::fast::FastMap;

/// How a way stands: the lower the stronger. No end comes before any, a late one before an early one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Strength {
    rank: Rank,
    until: Option<Reverse<Timestamp>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Held,
    Activated,
    CanActivate,
    CanTake,
}

impl Strength {
    const FULL: Self = Self { rank: Rank::Held, until: None };

    fn until(self) -> Option<Timestamp> {
        self.until.map(|end| end.0)
    }

    /// A way is as strong as its weakest link.
    fn after(self, rows: &Rows<'_>, link: Link) -> Self {
        let rank = match link {
            Link::Assigned(at) => {
                let row = &rows.snapshot.assignments[at as usize];
                let rank = if row.origin.is_activated() { Rank::Activated } else { Rank::Held };
                let until = [self.until(), row.window.end()].into_iter().flatten().min();
                return Self { rank: self.rank.max(rank), until: until.map(Reverse) };
            }
            Link::Eligible(_) => Rank::CanActivate,
            Link::Join | Link::Owns | Link::Wield(_) => Rank::CanTake,
            Link::Belongs(_) | Link::Within | Link::Cover | Link::Gives | Link::Permits(..) => Rank::Held,
        };
        Self { rank: self.rank.max(rank), ..self }
    }

    fn standing(self) -> Standing {
        match (self.rank, self.until()) {
            (Rank::Held, None) => Standing::Permanent,
            (Rank::Held, Some(end)) => Standing::Until(end),
            (Rank::Activated, end) => Standing::Activated(end),
            (Rank::CanActivate, _) => Standing::CanActivate,
            (Rank::CanTake, _) => Standing::CanTake,
        }
    }
}

impl Resolver<'_> {
    /// Who can become this, each by the way on which it stands strongest: held without end before held until
    /// some time, before activated, before what takes an activation, before what takes an owner's act.
    ///
    /// [`holders_of`](Self::holders_of) goes by effort instead: somebody who activated membership of a group and
    /// stands in it through another is activated there, and stands here.
    pub fn standings_of(&self, privilege: &Privilege) -> BTreeMap<PrincipalId, Standing> {
        let graph = &self.graph;
        let mut best: FastMap<State, Strength> = FastMap::default();
        let mut open = BinaryHeap::new();
        let mut reach = |open: &mut BinaryHeap<_>, state: State, strength: Strength| {
            match best.entry(state) {
                Entry::Occupied(known) if *known.get() <= strength => return,
                Entry::Occupied(mut known) => *known.get_mut() = strength,
                Entry::Vacant(free) => {
                    free.insert(strength);
                }
            }
            open.push(Reverse((strength, state)));
        };
        let mut spread =
            |open: &mut BinaryHeap<_>, edges: &[super::graph::Edge], strength: Strength, acting| {
                for edge in edges {
                    for before in Acting::BOTH {
                        if edge.link.then(before) == Some(acting) {
                            reach(open, (edge.node, before), strength.after(&self.rows, edge.link));
                        }
                    }
                }
            };
        let target = graph.find(&Node::Privilege(privilege.clone()));
        let last = match target {
            Some(at) => graph.into(at).to_vec(),
            None => graph.leading_to(privilege, &self.rows),
        };
        for acting in Acting::BOTH {
            spread(&mut open, &last, Strength::FULL, acting);
        }
        while let Some(Reverse((strength, state))) = open.pop() {
            spread(&mut open, graph.into(state.0), strength, state.1);
        }
        let mut found = BTreeMap::new();
        for (state, strength) in best {
            if let Node::Principal(id) = graph.node(state.0)
                && self.rows.starts_as(id, state)
                && !self.rows.is_group(id)
            {
                found.insert(id.clone(), strength.standing());
            }
        }
        found
    }
}
