//! The part of `cargo metadata` that xtask reads.

use serde::Deserialize;
use std::path::Path;
use std::process::{Command, Stdio};

#[derive(Debug, Deserialize)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
    pub(crate) workspace_members: Vec<String>,
    workspace_root: String,
    #[serde(default)]
    pub(crate) target_directory: String,
    pub(crate) resolve: Resolve,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    manifest_path: String,
    #[serde(default)]
    targets: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Resolve {
    pub(crate) nodes: Vec<Node>,
}

/// A package in the resolved graph.
#[derive(Debug, Deserialize)]
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) deps: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Debug, Deserialize)]
struct DependencyKind {
    /// `null` for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

impl Metadata {
    /// All features, so that an optional dependency counts as one.
    pub(crate) fn read() -> Result<Self, String> {
        let output = Command::new("cargo")
            .args(["metadata", "--format-version", "1", "--all-features"])
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("could not start `cargo metadata`: {error}"))?;
        if !output.status.success() {
            return Err("`cargo metadata` failed; its message is above".to_owned());
        }
        serde_json::from_slice(&output.stdout)
            .map_err(|error| format!("`cargo metadata` printed something unexpected: {error}"))
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    /// The workspace member whose manifest lies in this directory of the workspace.
    pub(crate) fn member_in(&self, directory: &str) -> Option<&Package> {
        self.members().find(|package| self.directory(package) == directory)
    }

    /// A member's directory below the workspace root, as in the manifest's `members`.
    pub(crate) fn directory<'a>(&self, package: &'a Package) -> &'a str {
        Path::new(&package.manifest_path)
            .parent()
            .and_then(|directory| directory.strip_prefix(&self.workspace_root).ok())
            .and_then(Path::to_str)
            .unwrap_or(&package.name)
    }
}

impl Package {
    /// Targets that `cargo run` can start, with the option that names them.
    pub(crate) fn runnable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.targets.iter().flat_map(|target| {
            let kinds = target.kind.iter().filter(|kind| matches!(kind.as_str(), "example" | "bin"));
            kinds.map(|kind| (kind.as_str(), target.name.as_str()))
        })
    }
}

impl Dependency {
    /// Whether it serves tests and examples only; build dependencies count as part of the crate.
    pub(crate) fn is_dev_only(&self) -> bool {
        self.dep_kinds.iter().all(|kind| kind.kind.as_deref() == Some("dev"))
    }

    pub(crate) fn is_normal(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.is_none())
    }

    pub(crate) fn is_dev(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.as_deref() == Some("dev"))
    }
}
