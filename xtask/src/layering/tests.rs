use super::*;
use serde_json::{Value, json};

/// A dependency of one package on another: from, to, kind (`None` is a normal dependency).
type Arrow<'a> = (&'a str, &'a str, Option<&'a str>);

/// The shape of `cargo metadata`, with every workspace crate that the arrows or `members` name.
fn found(members: &[&str], arrows: &[Arrow<'_>]) -> Vec<String> {
    let names: BTreeSet<&str> =
        members.iter().copied().chain(arrows.iter().flat_map(|(from, to, _)| [*from, *to])).collect();
    let packages: Vec<Value> = names
        .iter()
        .map(|name| json!({ "id": name, "name": name, "manifest_path": format!("/w/{name}/Cargo.toml") }))
        .collect();
    let nodes: Vec<Value> = names
        .iter()
        .map(|name| {
            let deps: Vec<Value> = arrows
                .iter()
                .filter(|(from, _, _)| from == name)
                .map(|(_, to, kind)| json!({ "pkg": to, "dep_kinds": [{ "kind": kind, "target": null }] }))
                .collect();
            json!({ "id": name, "deps": deps })
        })
        .collect();
    let metadata = json!({
        "workspace_root": "/w", "workspace_members": members,
        "packages": packages, "resolve": { "nodes": nodes },
    });
    violations(&serde_json::from_value(metadata).unwrap())
}

const ALL: &[&str] = &[
    "pim-core",
    "pim-http",
    "pim-graph",
    "pim-azure",
    "pim-governance",
    "pim-embedded",
    "pim-emulator",
    "bindings-python",
    "bindings-node",
    "examples",
    "tests",
    "xtask",
];

#[test]
fn the_planned_graph_passes() {
    let planned: &[Arrow<'_>] = &[
        ("pim-core", "serde", None),
        ("pim-core", "pim-embedded", Some("dev")),
        ("pim-http", "pim-core", None),
        ("pim-http", "reqwest", None),
        ("reqwest", "tokio", None),
        ("pim-graph", "pim-core", None),
        ("pim-graph", "pim-http", None),
        ("pim-graph", "pim-emulator", Some("dev")),
        ("pim-azure", "pim-core", None),
        ("pim-azure", "pim-http", None),
        ("pim-governance", "pim-core", None),
        ("pim-embedded", "pim-core", None),
        ("pim-emulator", "pim-core", None),
        ("pim-emulator", "pim-embedded", None),
        ("bindings-python", "pim-graph", None),
        ("bindings-node", "pim-governance", None),
        ("examples", "pim-emulator", None),
        ("tests", "pim-graph", None),
        ("xtask", "pim-core", None),
    ];
    assert_eq!(found(ALL, planned), Vec::<String>::new());
}

#[test]
fn every_arrow_outside_the_table_is_refused() {
    let allowed: &[(&str, &[&str])] = &[
        ("pim-core", &[]),
        ("pim-http", &["pim-core"]),
        ("pim-graph", &["pim-core", "pim-http"]),
        ("pim-azure", &["pim-core", "pim-http"]),
        ("pim-governance", &["pim-core"]),
        ("pim-embedded", &["pim-core"]),
        ("pim-emulator", &["pim-core", "pim-embedded"]),
    ];
    for (from, targets) in allowed {
        for to in ALL.iter().filter(|to| *to != from) {
            for kind in [None, Some("build")] {
                let violations = found(ALL, &[(from, to, kind)]);
                let expected = if targets.contains(to) {
                    Vec::new()
                } else {
                    vec![format!("{from} must not depend on {to}")]
                };
                assert_eq!(violations, expected, "{from} -> {to} ({kind:?})");
            }
        }
    }
}

#[test]
fn crates_at_the_edge_may_use_anything() {
    for from in UNRESTRICTED {
        for to in ALL.iter().filter(|to| *to != from) {
            assert_eq!(found(ALL, &[(from, to, None)]), Vec::<String>::new(), "{from} -> {to}");
        }
    }
}

#[test]
fn dev_dependencies_have_a_table_of_their_own() {
    let refused = |from, to| found(ALL, &[(from, to, Some("dev"))]);
    assert_eq!(refused("pim-core", "pim-embedded"), Vec::<String>::new());
    assert_eq!(refused("pim-core", "pim-graph"), ["pim-core must not have pim-graph as a dev-dependency"]);
    assert_eq!(
        refused("pim-emulator", "pim-graph"),
        ["pim-emulator must not have pim-graph as a dev-dependency"]
    );
    assert_eq!(
        refused("pim-emulator", "pim-http"),
        ["pim-emulator must not have pim-http as a dev-dependency"]
    );
    assert_eq!(
        refused("pim-governance", "tests"),
        ["pim-governance must not have tests as a dev-dependency"]
    );
}

#[test]
fn a_dev_dependency_does_not_excuse_a_normal_one() {
    assert_eq!(
        found(ALL, &[("pim-core", "pim-embedded", Some("dev")), ("pim-core", "pim-embedded", None)]),
        ["pim-core must not depend on pim-embedded"]
    );
}

#[test]
fn the_core_reaches_no_runtime_and_no_network_however_deep() {
    for forbidden in FORBIDDEN_IN_PURE {
        assert_eq!(
            found(&["pim-core"], &[("pim-core", "futures", None), ("futures", forbidden, None)]),
            [format!("pim-core must not bring in {forbidden}: pim-core -> futures -> {forbidden}")]
        );
    }
}

#[test]
fn governance_is_as_pure_as_the_core() {
    let arrows = [("pim-governance", "pim-core", None), ("pim-governance", "tokio", None)];
    assert_eq!(
        found(&["pim-core", "pim-governance"], &arrows),
        ["pim-governance must not bring in tokio: pim-governance -> tokio"]
    );
}

#[test]
fn what_tests_or_build_scripts_of_the_core_bring_in_is_their_own() {
    let arrows = [("pim-core", "proptest", Some("dev")), ("proptest", "tokio", None)];
    assert_eq!(found(&["pim-core"], &arrows), Vec::<String>::new());
}

#[test]
fn a_crate_without_a_row_is_refused() {
    let violations = found(&["pim-new"], &[]);
    assert_eq!(violations.len(), 1);
    assert!(violations[0].starts_with("pim-new has no row in the layering table"), "{violations:?}");
}
