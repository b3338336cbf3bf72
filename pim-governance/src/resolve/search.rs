//! Searching: least effort first, forward from somebody or backward from a privilege.

use std::{cmp::Reverse, collections::BinaryHeap};

use pim_core::{id::PrincipalId, privilege::Privilege};

use super::{
    graph::{Edge, Graph, Node},
    links::{Acting, Cost, End, Held, Link, Rows},
    path::{Effort, Path, Standing},
};
use crate::fast::{FastMap, FastSet};

/// Where one is, and as what one acts.
pub(super) type State = (u32, Acting);

/// A partial path: where it is, what it took, and the one that it goes on from.
type Partial = (State, Cost, Option<(usize, Link)>);

/// What leads to one privilege, from everywhere.
pub(super) struct Search<'a> {
    graph: &'a Graph,
    rows: &'a Rows<'a>,
    privilege: &'a Privilege,
    target: u32,
    /// What leads to a privilege that nobody holds and that is therefore no node.
    last: Vec<Edge>,
    /// The way from each state from which there is one.
    best: FastMap<State, Way>,
}

/// The way of least effort from one state to the target.
#[derive(Clone, Copy)]
struct Way {
    cost: Cost,
    /// What is held on the way: until when, and whether by activation.
    held: Held,
    /// Where to go; `None` at the target.
    next: Option<(Link, State)>,
}

impl Way {
    const ARRIVED: Self = Self { cost: Cost::ZERO, held: Held::FOR_EVER, next: None };
}

/// Stands for a target that is no node.
const NOWHERE: u32 = u32::MAX;
/// How many partial paths are looked at, at most, before the search for further ones is given up.
const PATIENCE: usize = 100_000;

impl<'a> Search<'a> {
    pub(super) fn backward(graph: &'a Graph, rows: &'a Rows<'a>, privilege: &'a Privilege) -> Self {
        let (target, last) = match graph.find(&Node::Privilege(privilege.clone())) {
            Some(target) => (target, Vec::new()),
            None => (NOWHERE, graph.leading_to(privilege, rows)),
        };
        let mut search = Self { graph, rows, privilege, target, last, best: FastMap::default() };
        search.spread();
        search
    }

    /// Everything that can be reached from somebody.
    pub(super) fn forward(graph: &Graph, rows: &Rows<'_>, principal: &PrincipalId) -> Vec<Path> {
        let Some(start) = graph.find(&Node::Principal(principal.clone())) else { return Vec::new() };
        let start = (start, rows.acts_as(principal));
        let mut best: FastMap<State, (Cost, Option<(Link, State)>)> = FastMap::default();
        best.insert(start, (Cost::ZERO, None));
        let (mut seen, mut order) = (FastSet::default(), Vec::new());
        let mut open = BinaryHeap::from([Reverse((Cost::ZERO, start))]);
        while let Some(Reverse((cost, state))) = open.pop() {
            if best.get(&state).is_some_and(|(known, _)| *known < cost) {
                continue;
            }
            if matches!(graph.node(state.0), Node::Privilege(_)) && seen.insert(state.0) {
                order.push(state);
            }
            for edge in graph.out(state.0) {
                let Some(acting) = edge.link.then(state.1) else { continue };
                let (next, cost) = ((edge.node, acting), cost.plus(rows.cost(edge.link)));
                if best.get(&next).is_none_or(|(known, _)| cost < *known) {
                    best.insert(next, (cost, Some((edge.link, state))));
                    open.push(Reverse((cost, next)));
                }
            }
        }
        let trace = |mut state: State| {
            let mut links = Vec::new();
            while let Some((_, Some((link, before)))) = best.get(&state) {
                links.push((*before, *link, state));
                state = *before;
            }
            links.reverse();
            links
        };
        let path = |state: State| match graph.node(state.0) {
            Node::Privilege(privilege) => Some(told(graph, rows, principal, privilege, &trace(state))),
            _ => None,
        };
        order.into_iter().filter_map(path).collect()
    }

    /// The principals from which there is a way.
    pub(super) fn principals(&self) -> impl Iterator<Item = (State, &'a PrincipalId)> {
        self.best.keys().filter_map(|state| match self.node(state.0)? {
            Node::Principal(id) => Some((*state, id)),
            _ => None,
        })
    }

    /// What the path of least effort from a state takes, and whether it is access already.
    pub(super) fn summary(&self, state: State) -> (Effort, Standing) {
        let way = self.best.get(&state).copied().unwrap_or(Way::ARRIVED);
        let effort = way.cost.effort();
        (effort, Standing::new(&effort, way.held))
    }

    /// The path of least effort from a state of [`principals`](Self::principals).
    pub(super) fn path_from(&self, start: State) -> Path {
        let (mut state, mut links) = (start, Vec::new());
        while let Some(Way { next: Some((link, next)), .. }) = self.best.get(&state) {
            links.push((state, *link, *next));
            state = *next;
        }
        match self.node(start.0) {
            Some(Node::Principal(id)) => told(self.graph, self.rows, id, self.privilege, &links),
            // Only principals are asked for; an empty path says nothing wrong.
            _ => Path::new(PrincipalId::from_guid([0; 16]), self.privilege.clone(), Vec::new()),
        }
    }

    /// Paths from somebody without going in circles, least effort first.
    pub(super) fn all_from(&self, principal: &PrincipalId, most: usize, longest: usize) -> Vec<Path> {
        let mut found: Vec<Path> = Vec::new();
        let Some(start) = self.graph.find(&Node::Principal(principal.clone())) else { return found };
        let start = (start, self.rows.acts_as(principal));
        let Some(left) = self.best.get(&start).map(|way| way.cost) else { return found };
        let mut tree: Vec<Partial> = vec![(start, Cost::ZERO, None)];
        let mut open = BinaryHeap::from([Reverse((left, 0_usize))]);
        while let Some(Reverse((_, at))) = open.pop() {
            if found.len() >= most || tree.len() > PATIENCE {
                break;
            }
            let (state, cost, before) = tree[at];
            if state.0 == self.target {
                let path = told(self.graph, self.rows, principal, self.privilege, &back(&tree, at));
                if path.steps.len() <= longest && !found.contains(&path) {
                    found.push(path);
                }
                continue;
            }
            for (link, next) in self.onward(state) {
                let Some(left) = self.best.get(&next).map(|way| way.cost) else { continue };
                // One scope covers another at once, never by way of a third.
                let covered_twice =
                    link == Link::Cover && before.is_some_and(|(_, link)| link == Link::Cover);
                if covered_twice || passes(&tree, at, next) {
                    continue;
                }
                let cost = cost.plus(self.rows.cost(link));
                tree.push((next, cost, Some((at, link))));
                open.push(Reverse((cost.plus(left), tree.len() - 1)));
            }
        }
        found
    }

    fn spread(&mut self) {
        let mut open = BinaryHeap::new();
        for acting in Acting::BOTH {
            let state = (self.target, acting);
            self.best.insert(state, Way::ARRIVED);
            open.push(Reverse((Cost::ZERO, state)));
        }
        while let Some(Reverse((cost, state))) = open.pop() {
            let Some(way) = self.best.get(&state).copied().filter(|way| way.cost == cost) else { continue };
            let edges = if state.0 == NOWHERE { &*self.last } else { self.graph.into(state.0) };
            for edge in edges {
                let (cost, held) =
                    (cost.plus(self.rows.cost(edge.link)), way.held.after(self.rows, edge.link));
                for before in Acting::BOTH {
                    let from = (edge.node, before);
                    let better = edge.link.then(before) == Some(state.1)
                        && self.best.get(&from).is_none_or(|known| cost < known.cost);
                    if better {
                        self.best.insert(from, Way { cost, held, next: Some((edge.link, state)) });
                        open.push(Reverse((cost, from)));
                    }
                }
            }
        }
    }

    /// The links out of a state, to a target that is no node too.
    fn onward(&self, state: State) -> impl Iterator<Item = (Link, State)> {
        let edges = self.graph.out(state.0).iter().map(|edge| (edge.link, edge.node));
        let last = self.last.iter().filter(move |edge| edge.node == state.0).map(|edge| (edge.link, NOWHERE));
        edges.chain(last).filter_map(move |(link, node)| Some((link, (node, link.then(state.1)?))))
    }

    fn node(&self, at: u32) -> Option<&'a Node> {
        (at != NOWHERE).then(|| self.graph.node(at))
    }
}

fn passes(tree: &[Partial], mut at: usize, state: State) -> bool {
    loop {
        let (here, _, before) = tree[at];
        if here == state {
            return true;
        }
        match before {
            Some((earlier, _)) => at = earlier,
            None => return false,
        }
    }
}

fn back(tree: &[Partial], mut at: usize) -> Vec<(State, Link, State)> {
    let mut links = Vec::new();
    while let (state, _, Some((before, link))) = tree[at] {
        links.push((tree[before].0, link, state));
        at = before;
    }
    links.reverse();
    links
}

/// A walk through the graph as a path.
fn told(
    graph: &Graph,
    rows: &Rows<'_>,
    principal: &PrincipalId,
    privilege: &Privilege,
    links: &[(State, Link, State)],
) -> Path {
    let mut actor = principal;
    let mut steps = Vec::new();
    for ((from, _), link, (to, _)) in links {
        let end = if *to == NOWHERE { End::Privilege(privilege) } else { graph.end(*to) };
        steps.extend(rows.step(*link, actor, &graph.end(*from), &end));
        let becomes = matches!(link, Link::Owns | Link::Wield(_));
        if let Some(somebody) = end.principal().filter(|_| becomes) {
            actor = somebody;
        }
    }
    Path::new(principal.clone(), privilege.clone(), steps)
}
