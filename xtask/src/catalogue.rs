//! `cargo xtask catalogue`: the built-in Entra roles, brought into the compact file that `pim-embedded` carries.
//!
//! Ids, names, the privileged flag and actions are taken over; descriptive sentences are not.

use std::{collections::BTreeSet, fmt::Write as _, path::PathBuf};

use serde::{Deserialize, Serialize};

const TARGET: &str = "pim-embedded/data/entra-roles.json";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let path = folder(arguments)?.join("entra-roles.json");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let compact = compact(&text).map_err(|error| format!("{}: {error}", path.display()))?;
    std::fs::write(TARGET, &compact).map_err(|error| format!("cannot write {TARGET}: {error}"))?;
    println!("{TARGET}: {} bytes", compact.len());
    Ok(())
}

/// Where the reference data is.
pub(crate) fn folder(arguments: &[String]) -> Result<PathBuf, String> {
    match arguments {
        [] => std::env::var_os("PIM_REFERENCE_DATA").map(PathBuf::from).ok_or_else(|| {
            "say where the reference data is: `--from DIR`, or set PIM_REFERENCE_DATA".to_owned()
        }),
        [flag, directory] if flag == "--from" => Ok(PathBuf::from(directory)),
        _ => Err(format!("expected `--from DIR`, got: {}", arguments.join(" "))),
    }
}

/// The source file, as far as it is used.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Export {
    snapshot_date: String,
    sources: Vec<Source>,
    roles: Vec<Role>,
}

/// Where the facts come from; kept in the compact file, as the licences ask.
#[derive(Deserialize, Serialize, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Source {
    repository: String,
    path: String,
    commit: String,
    licence: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    template_id: String,
    display_name: String,
    is_privileged: bool,
    permissions: Vec<String>,
    #[serde(default)]
    conditional_permissions: Vec<Conditional>,
}

#[derive(Deserialize)]
struct Conditional {
    condition: String,
    permissions: Vec<String>,
}

/// One role of the compact file; actions are positions in its table.
#[derive(Serialize)]
struct CompactRole<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    privileged: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conditional: Vec<CompactConditional<'a>>,
}

#[derive(Serialize)]
struct CompactConditional<'a> {
    condition: &'a str,
    actions: Vec<usize>,
}

/// A line for each source, action and role, so that a newer export shows as a readable difference.
fn compact(export: &str) -> Result<String, serde_json::Error> {
    let mut export: Export = serde_json::from_str(export)?;
    export.roles.sort_by(|a, b| a.display_name.cmp(&b.display_name));
    let conditional = |role: &Role| {
        role.conditional_permissions.iter().flat_map(|block| block.permissions.clone()).collect::<Vec<_>>()
    };
    let actions: BTreeSet<String> = export
        .roles
        .iter()
        .flat_map(|role| role.permissions.iter().cloned().chain(conditional(role)))
        .collect();
    let actions: Vec<String> = actions.into_iter().collect();
    let positions = |names: &[String]| {
        let mut found: Vec<usize> =
            names.iter().filter_map(|name| actions.binary_search(name).ok()).collect();
        found.sort_unstable();
        found.dedup();
        found
    };
    let roles: Vec<CompactRole<'_>> = export
        .roles
        .iter()
        .map(|role| CompactRole {
            id: &role.template_id,
            name: &role.display_name,
            privileged: role.is_privileged,
            actions: positions(&role.permissions),
            conditional: role
                .conditional_permissions
                .iter()
                .map(|block| CompactConditional {
                    condition: &block.condition,
                    actions: positions(&block.permissions),
                })
                .collect(),
        })
        .collect();
    let mut text = format!(
        "{{\n\"about\": \"Microsoft Entra built-in roles; written by `cargo xtask catalogue`\",\n\"snapshot\": {},\n",
        serde_json::to_string(&export.snapshot_date)?
    );
    lines(&mut text, "sources", &export.sources)?;
    text.push_str(",\n");
    lines(&mut text, "actions", &actions)?;
    text.push_str(",\n");
    lines(&mut text, "roles", &roles)?;
    text.push_str("\n}\n");
    Ok(text)
}

pub(crate) fn lines<T: Serialize>(
    text: &mut String,
    name: &str,
    rows: &[T],
) -> Result<(), serde_json::Error> {
    let rows = rows.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
    // Writing to a string can't fail.
    let _ = write!(text, "\"{name}\": [\n{}\n]", rows.join(",\n"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn roles_are_sorted_actions_interned_and_sentences_left_out() {
        let role = |name: &str, actions: Value| {
            json!({
                "templateId": name, "displayName": name, "isPrivileged": name == "B",
                "richDescription": "A sentence.", "permissions": actions,
            })
        };
        let mut second = role("B", json!(["x", "a", "x"]));
        second["conditionalPermissions"] = json!([{ "condition": "$ResourceIsSelf", "permissions": ["m"] }]);
        let export = json!({
            "snapshotDate": "2026-08-18",
            "sources": [{ "repository": "o/r", "path": "p", "commit": "c", "licence": "MIT", "note": "n" }],
            "roles": [second, role("A", json!(["x"]))],
        });
        let compact: Value = serde_json::from_str(&compact(&export.to_string()).unwrap()).unwrap();
        assert_eq!(compact["actions"], json!(["a", "m", "x"]));
        assert_eq!(
            compact["roles"],
            json!([
                { "id": "A", "name": "A", "actions": [2] },
                {
                    "id": "B", "name": "B", "privileged": true, "actions": [0, 2],
                    "conditional": [{ "condition": "$ResourceIsSelf", "actions": [1] }],
                },
            ])
        );
        assert_eq!(
            compact["sources"],
            json!([{ "repository": "o/r", "path": "p", "commit": "c", "licence": "MIT" }])
        );
        assert!(!compact.to_string().contains("sentence"));
    }

    #[test]
    fn wrong_arguments_are_explained() {
        assert_eq!(run(&["--form".to_owned()]).unwrap_err(), "expected `--from DIR`, got: --form");
    }
}
