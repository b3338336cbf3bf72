//! The graph: principals, privileges and powers as nodes, and what leads from one to another.

use pim_core::{
    id::{PrincipalId, RoleId, UnitId},
    privilege::{DirectoryScope, GroupAccess, Privilege, RoleDefinition, Surface},
};

use super::{
    Reach, ResolveOptions,
    links::{End, Link, Rows, listed},
    power::Power,
};
use crate::{
    fast::{FastMap, FastSet},
    snapshot::Snapshot,
};

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Principal(PrincipalId),
    Privilege(Privilege),
    /// A power over the whole tenant, over a unit, or at an Azure scope (in lower case, without a last `/`).
    Power(Power, Area),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Area {
    Tenant,
    Unit(UnitId),
    Azure(String),
}

/// One end of a link, and the link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) node: u32,
    pub(super) link: Link,
}

#[derive(Debug)]
pub(super) struct Graph {
    nodes: Vec<Node>,
    at: FastMap<Node, u32>,
    out: Adjacency,
    into: Adjacency,
    managed: bool,
    owned: bool,
}

/// The edges of each node, one after the other.
#[derive(Debug, Default)]
struct Adjacency {
    starts: Vec<u32>,
    edges: Vec<Edge>,
}

impl Graph {
    pub(super) fn new(snapshot: &Snapshot, rows: &Rows<'_>, options: &ResolveOptions) -> Self {
        // Most rows bring one node of their own: people hold a few things, and things are held by many.
        let about = snapshot.assignments.len().max(snapshot.memberships.len());
        let graph = Self {
            nodes: Vec::with_capacity(about),
            at: FastMap::with_capacity_and_hasher(about, Default::default()),
            out: Adjacency::default(),
            into: Adjacency::default(),
            managed: options.reach >= Reach::Managed,
            owned: options.reach >= Reach::Owned,
        };
        let mut builder = Builder { graph, edges: Vec::new(), snapshot, rows, options };
        builder.grants();
        builder.memberships();
        if builder.graph.owned {
            builder.owners();
        }
        builder.groups();
        if builder.graph.managed {
            builder.powers();
        }
        builder.finish()
    }

    pub(super) fn find(&self, node: &Node) -> Option<u32> {
        self.at.get(node).copied()
    }

    pub(super) fn node(&self, at: u32) -> &Node {
        &self.nodes[at as usize]
    }

    pub(super) fn end(&self, at: u32) -> End<'_> {
        match self.node(at) {
            Node::Principal(id) => End::Principal(id),
            Node::Privilege(privilege) => End::Privilege(privilege),
            Node::Power(power, _) => End::Power(*power),
        }
    }

    pub(super) fn out(&self, at: u32) -> &[Edge] {
        self.out.of(at)
    }

    pub(super) fn into(&self, at: u32) -> &[Edge] {
        self.into.of(at)
    }

    /// What leads to a privilege by itself, whether anybody holds it or not: the same at a wider scope, the
    /// ownership of the group, power over it.
    pub(super) fn leading_to(&self, privilege: &Privilege, rows: &Rows<'_>) -> Vec<Edge> {
        let mut found = Vec::new();
        match privilege {
            Privilege::DirectoryRole { role, scope } => {
                let covered = match scope {
                    DirectoryScope::AdministrativeUnit(unit) => !rows.is_restricted(unit),
                    DirectoryScope::Application(_) => true,
                    _ => false,
                };
                if covered {
                    let wider = Node::Privilege(Privilege::role(role.clone()));
                    found.extend(self.edge(&wider, Link::Cover));
                }
                let known = DirectoryScope::Tenant == *scope
                    || matches!(
                        scope,
                        DirectoryScope::AdministrativeUnit(_) | DirectoryScope::Application(_)
                    );
                if known {
                    found.extend(self.wield(Power::AssignDirectoryRoles, Area::Tenant));
                }
            }
            Privilege::Group { group, access } => {
                let by_hand = rows.is_filled_by_hand(group);
                if *access == GroupAccess::Member && by_hand && self.owned {
                    let owner = Node::Privilege(Privilege::owner(group.clone()));
                    found.extend(self.edge(&owner, Link::Join));
                }
                if by_hand && rows.group(group).is_some_and(|group| group.role_assignable) {
                    found.extend(self.wield(Power::ManageRoleAssignableGroups, Area::Tenant));
                } else if by_hand {
                    if !rows.is_shielded(&group.as_principal()) {
                        found.extend(self.wield(Power::ManagePlainGroups, Area::Tenant));
                    }
                    for unit in rows.units_of(&group.as_principal()) {
                        found.extend(self.wield(Power::ManagePlainGroups, Area::Unit(unit.clone())));
                    }
                }
            }
            Privilege::AzureRole { role, scope } => {
                let scope = folded(scope.as_str());
                // From every wider scope at once: how many steps it takes must not hang on who else holds what.
                found.extend(ancestors(&scope).filter_map(|wider| {
                    let scope = wider.parse().ok()?;
                    self.edge(
                        &Node::Privilege(Privilege::AzureRole { role: role.clone(), scope }),
                        Link::Cover,
                    )
                }));
                let own = std::iter::once(scope.as_str()).chain(ancestors(&scope));
                let mut areas = own.map(|scope| Area::Azure(scope.to_owned()));
                found.extend(areas.find_map(|area| self.wield(Power::AssignAzureRoles, area)));
            }
            _ => {}
        }
        found
    }

    fn edge(&self, node: &Node, link: Link) -> Option<Edge> {
        self.find(node).map(|node| Edge { node, link })
    }

    fn wield(&self, power: Power, area: Area) -> Option<Edge> {
        self.edge(&Node::Power(power, area), Link::Wield(power))
    }
}

/// A scope as it is compared.
fn folded(scope: &str) -> String {
    let scope = scope.to_ascii_lowercase();
    match scope.trim_end_matches('/') {
        "" => "/".to_owned(),
        trimmed => trimmed.to_owned(),
    }
}

/// The scopes above one, nearest first, in its own spelling.
fn ancestors(scope: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(scope).filter(|scope| *scope != "/");
    std::iter::from_fn(move || {
        let above = rest?.rfind('/').map(|at| &rest.unwrap_or_default()[..at])?;
        rest = Some(above).filter(|above| !above.is_empty());
        Some(if above.is_empty() { "/" } else { above })
    })
}

struct Builder<'a> {
    graph: Graph,
    edges: Vec<(u32, u32, Link)>,
    snapshot: &'a Snapshot,
    rows: &'a Rows<'a>,
    options: &'a ResolveOptions,
}

impl Builder<'_> {
    fn node(&mut self, node: Node) -> u32 {
        let next = u32::try_from(self.graph.nodes.len()).unwrap_or(u32::MAX);
        match self.graph.at.entry(node) {
            std::collections::hash_map::Entry::Occupied(known) => *known.get(),
            std::collections::hash_map::Entry::Vacant(free) => {
                self.graph.nodes.push(free.key().clone());
                *free.insert(next)
            }
        }
    }

    fn link(&mut self, from: Node, to: Node, link: Link) {
        let (from, to) = (self.node(from), self.node(to));
        self.edges.push((from, to, link));
    }

    fn grants(&mut self) {
        let now = self.snapshot.taken_at;
        for (at, row) in (0..).zip(&self.snapshot.assignments).filter(|(_, row)| row.is_in_force(now)) {
            let (from, to) = (Node::Principal(row.principal.clone()), Node::Privilege(row.privilege.clone()));
            self.link(from, to, Link::Assigned(at));
        }
        for (at, row) in (0..).zip(&self.snapshot.eligibilities).filter(|(_, row)| row.is_in_force(now)) {
            let (from, to) = (Node::Principal(row.principal.clone()), Node::Privilege(row.privilege.clone()));
            self.link(from, to, Link::Eligible(at));
        }
        // There may be no holder, and yet somebody who could be.
        self.node(Node::Privilege(Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)));
    }

    fn memberships(&mut self) {
        let listed = listed(self.snapshot);
        for (at, row) in (0..).zip(&self.snapshot.memberships) {
            if !listed.contains(&(&row.principal, &row.group, &row.access)) {
                let to = Privilege::Group { group: row.group.clone(), access: row.access.clone() };
                let from = Node::Principal(row.principal.clone());
                self.link(from, Node::Privilege(to), Link::Belongs(at));
            }
        }
    }

    /// What a group has, its members have. Whoever has anything may be a group, also one whose row could not be
    /// read.
    fn groups(&mut self) {
        let holders: Vec<PrincipalId> = self
            .graph
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Principal(id) if self.rows.is_group(id) => Some(id.clone()),
                _ => None,
            })
            .collect();
        for group in holders {
            let members = Node::Privilege(Privilege::member(group.as_group()));
            self.link(members, Node::Principal(group), Link::Within);
        }
    }

    fn owners(&mut self) {
        for application in &self.snapshot.service_principals {
            if self.rows.can_be_impersonated(&application.id) {
                for owner in &application.owners {
                    let to = Node::Principal(application.id.clone());
                    self.link(Node::Principal(owner.clone()), to, Link::Owns);
                }
            }
        }
        // Who owns a group can be its member, whether it has one now or not.
        let owned: Vec<_> = self
            .graph
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Privilege(Privilege::Group { group, access: GroupAccess::Owner }) => {
                    Some(group.clone())
                }
                _ => None,
            })
            .collect();
        for group in owned {
            self.node(Node::Privilege(Privilege::member(group)));
        }
    }

    fn powers(&mut self) {
        let definitions: FastMap<(&RoleId, Surface), &RoleDefinition> =
            self.snapshot.roles.iter().map(|role| ((&role.id, role.surface.clone()), &**role)).collect();
        for at in 0..self.graph.nodes.len() {
            let Node::Privilege(privilege) = &self.graph.nodes[at] else { continue };
            let Some(role) = privilege.role_id() else { continue };
            let definition = definitions.get(&(role, privilege.surface())).copied();
            let privilege = privilege.clone();
            for power in self.options.powers.of_role(role, definition) {
                self.give(&privilege, power);
            }
        }
        for (at, application) in (0..).zip(&self.snapshot.service_principals) {
            for (nth, held) in (0..).zip(&application.permissions) {
                for power in self.options.powers.of_permission(&held.resource, &held.role) {
                    let from = Node::Principal(application.id.clone());
                    self.link(from, Node::Power(power, Area::Tenant), Link::Permits(at, nth));
                }
            }
        }
        self.targets();
    }

    fn give(&mut self, privilege: &Privilege, power: Power) {
        let from = Node::Privilege(privilege.clone());
        let area = match privilege {
            Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. } => {
                if power == Power::AssignAzureRoles { Area::Azure("/".to_owned()) } else { Area::Tenant }
            }
            Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(unit), .. }
                if matches!(power, Power::ResetSignIns | Power::ManagePlainGroups) =>
            {
                Area::Unit(unit.clone())
            }
            Privilege::DirectoryRole { scope: DirectoryScope::Application(id), .. }
                if power == Power::GiveCredentials =>
            {
                let target = id.to_string().parse::<PrincipalId>();
                if let Some(id) = target.ok().filter(|id| self.rows.can_be_impersonated(id)) {
                    self.link(from, Node::Principal(id), Link::Wield(power));
                }
                return;
            }
            Privilege::AzureRole { scope, .. } if power == Power::AssignAzureRoles => {
                Area::Azure(folded(scope.as_str()))
            }
            _ => return,
        };
        self.link(from, Node::Power(power, area), Link::Gives);
    }

    /// What powers are used on, apart from privileges, which every privilege tells of itself.
    fn targets(&mut self) {
        // A power that is granted needs a node before it can be used.
        if self.graph.at.contains_key(&Node::Power(Power::GrantPermissions, Area::Tenant)) {
            let granted: FastSet<Power> =
                self.options.powers.permissions.values().flatten().copied().collect();
            let mut granted: Vec<_> = granted.into_iter().collect();
            granted.sort_unstable();
            for power in granted.into_iter().filter(|power| *power != Power::GrantPermissions) {
                let from = Node::Power(Power::GrantPermissions, Area::Tenant);
                self.link(from, Node::Power(power, Area::Tenant), Link::Wield(Power::GrantPermissions));
            }
        }
        let powers: Vec<_> = self
            .graph
            .nodes
            .iter()
            .filter_map(|node| match node {
                Node::Power(power, area) => Some((*power, area.clone())),
                _ => None,
            })
            .collect();
        for (power, area) in powers {
            let targets: Vec<PrincipalId> = match (power, &area) {
                (Power::ResetSignIns, Area::Tenant) => {
                    let users = self.snapshot.users.iter().map(|user| &user.id);
                    users.filter(|id| !self.rows.is_shielded(id)).cloned().collect()
                }
                (Power::ResetSignIns, Area::Unit(unit)) => self.rows.members_of_unit(unit).cloned().collect(),
                (Power::GiveCredentials, Area::Tenant) => self
                    .snapshot
                    .service_principals
                    .iter()
                    .map(|application| application.id.clone())
                    .collect(),
                _ => Vec::new(),
            };
            for target in targets {
                let sound = match power {
                    Power::ResetSignIns => self.rows.can_be_reset(&target),
                    _ => self.rows.can_be_impersonated(&target),
                };
                if sound {
                    let from = Node::Power(power, area.clone());
                    self.link(from, Node::Principal(target), Link::Wield(power));
                }
            }
            if let Area::Azure(scope) = &area {
                let wider = ancestors(scope)
                    .map(|scope| Node::Power(power, Area::Azure(scope.to_owned())))
                    .find(|node| self.graph.at.contains_key(node));
                if let Some(wider) = wider {
                    self.link(wider, Node::Power(power, area.clone()), Link::Gives);
                }
            }
        }
    }

    fn finish(mut self) -> Graph {
        for to in 0..self.graph.nodes.len() {
            if let Node::Privilege(privilege) = &self.graph.nodes[to] {
                let leading = self.graph.leading_to(privilege, self.rows);
                let to = u32::try_from(to).unwrap_or(u32::MAX);
                self.edges.extend(leading.into_iter().map(|edge| (edge.node, to, edge.link)));
            }
        }
        let nodes = self.graph.nodes.len();
        self.graph.out =
            Adjacency::new(nodes, &self.edges, |&(from, to, link)| (from, Edge { node: to, link }));
        self.graph.into =
            Adjacency::new(nodes, &self.edges, |&(from, to, link)| (to, Edge { node: from, link }));
        self.graph
    }
}

impl Adjacency {
    fn new(nodes: usize, edges: &[(u32, u32, Link)], of: impl Fn(&(u32, u32, Link)) -> (u32, Edge)) -> Self {
        let mut starts = vec![0_u32; nodes + 1];
        for edge in edges {
            starts[of(edge).0 as usize + 1] += 1;
        }
        for at in 0..nodes {
            starts[at + 1] += starts[at];
        }
        let mut free = starts.clone();
        let mut sorted = vec![Edge { node: 0, link: Link::Within }; edges.len()];
        for edge in edges {
            let (at, edge) = of(edge);
            sorted[free[at as usize] as usize] = edge;
            free[at as usize] += 1;
        }
        Self { starts, edges: sorted }
    }

    fn of(&self, at: u32) -> &[Edge] {
        let at = at as usize;
        &self.edges[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_above_come_nearest_first() {
        let above = |scope: &str| ancestors(scope).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(above("/subscriptions/a/x"), ["/subscriptions/a", "/subscriptions", "/"]);
        assert_eq!(above("/a"), ["/"]);
        assert!(above("/").is_empty());
        assert_eq!((folded("/A/b/"), folded("/")), ("/a/b".to_owned(), "/".to_owned()));
    }
}
