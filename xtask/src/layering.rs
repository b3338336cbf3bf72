//! `cargo xtask layering`: which crate may depend on which.
//!
//! Arrows point at `pim-core`. The emulator never sees the Graph client, or one misreading of the wire format
//! would pass on both sides.

use crate::metadata::{Metadata, Package};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// One crate and the workspace crates it may use.
struct Row {
    name: &'static str,
    /// Dependencies and build dependencies.
    may_use: &'static [&'static str],
    /// Dev-dependencies on top of these: what doctests run on. Tests across crates belong to `tests`.
    may_test_with: &'static [&'static str],
}

const TABLE: &[Row] = &[
    Row { name: "pim-core", may_use: &[], may_test_with: &["pim-embedded"] },
    Row { name: "pim-http", may_use: &["pim-core"], may_test_with: &[] },
    Row {
        name: "pim-graph",
        may_use: &["pim-core", "pim-http"],
        may_test_with: &["pim-embedded", "pim-emulator"],
    },
    Row {
        name: "pim-azure",
        may_use: &["pim-core", "pim-http"],
        may_test_with: &["pim-embedded", "pim-emulator"],
    },
    Row { name: "pim-governance", may_use: &["pim-core"], may_test_with: &["pim-embedded"] },
    Row { name: "pim-embedded", may_use: &["pim-core"], may_test_with: &[] },
    Row { name: "pim-emulator", may_use: &["pim-core", "pim-embedded"], may_test_with: &[] },
    // What both bindings stand on; ADR 0011.
    Row {
        name: "pim-bridge",
        may_use: &["pim-core", "pim-http", "pim-graph", "pim-governance", "pim-embedded", "pim-emulator"],
        may_test_with: &[],
    },
];

/// Directories of crates at the edge, which may use anything. No crate of the table may use one of them.
const UNRESTRICTED: &[&str] = &["bindings-python", "bindings-node", "examples", "tests", "xtask"];

/// The model, and what judges by it, know no runtime and no network.
const PURE: &[&str] = &["pim-core", "pim-governance"];
const FORBIDDEN_IN_PURE: &[&str] = &["tokio", "reqwest", "http", "hyper"];

pub(crate) fn run(_: &[String]) -> Result<(), String> {
    check()?;
    println!("layering: ok");
    Ok(())
}

pub(crate) fn check() -> Result<(), String> {
    let violations = violations(&Metadata::read()?);
    if violations.is_empty() { Ok(()) } else { Err(format!("layering\n  {}", violations.join("\n  "))) }
}

fn violations(metadata: &Metadata) -> Vec<String> {
    let graph = Graph::new(metadata);
    let mut found = Vec::new();
    for member in metadata.members() {
        match TABLE.iter().find(|row| row.name == member.name) {
            Some(row) => found.extend(graph.beyond(row, member)),
            None if UNRESTRICTED.contains(&metadata.directory(member)) => {}
            None => found.push(format!(
                "{} has no row in the layering table: decide what it may use, in xtask/src/layering.rs",
                member.name
            )),
        }
        if PURE.contains(&&*member.name) {
            found.extend(graph.forbidden_below(member));
        }
    }
    found
}

/// The resolved graph by package id.
struct Graph<'a> {
    names: BTreeMap<&'a str, &'a str>,
    members: BTreeSet<&'a str>,
    nodes: BTreeMap<&'a str, &'a [crate::metadata::Dependency]>,
}

impl<'a> Graph<'a> {
    fn new(metadata: &'a Metadata) -> Self {
        Self {
            names: metadata.packages.iter().map(|package| (&*package.id, &*package.name)).collect(),
            members: metadata.workspace_members.iter().map(String::as_str).collect(),
            nodes: metadata.resolve.nodes.iter().map(|node| (&*node.id, &*node.deps)).collect(),
        }
    }

    fn dependencies(&self, id: &str) -> &'a [crate::metadata::Dependency] {
        self.nodes.get(id).copied().unwrap_or_default()
    }

    fn name(&self, id: &'a str) -> &'a str {
        self.names.get(id).copied().unwrap_or(id)
    }

    /// Arrows to workspace crates that the row does not allow.
    fn beyond(&self, row: &Row, member: &'a Package) -> Vec<String> {
        let mut found = Vec::new();
        for dependency in self.dependencies(&member.id) {
            let used = self.name(&dependency.pkg);
            if !self.members.contains(&*dependency.pkg) || row.may_use.contains(&used) {
                continue;
            }
            if !dependency.is_dev_only() {
                found.push(format!("{} must not depend on {used}", row.name));
            }
            if dependency.is_dev() && !row.may_test_with.contains(&used) {
                found.push(format!("{} must not have {used} as a dev-dependency", row.name));
            }
        }
        found
    }

    /// Forbidden crates anywhere in the normal dependency tree, each with the shortest way to it.
    fn forbidden_below(&self, member: &'a Package) -> Vec<String> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([&*member.id]);
        let mut queue = VecDeque::from([(&*member.id, member.name.clone())]);
        while let Some((id, way)) = queue.pop_front() {
            for dependency in self.dependencies(id).iter().filter(|dependency| dependency.is_normal()) {
                if !seen.insert(&*dependency.pkg) {
                    continue;
                }
                let name = self.name(&dependency.pkg);
                let way = format!("{way} -> {name}");
                if FORBIDDEN_IN_PURE.contains(&name) {
                    found.push(format!("{} must not bring in {name}: {way}", member.name));
                }
                queue.push_back((&*dependency.pkg, way));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests;
