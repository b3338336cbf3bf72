//! `cargo xtask reference`: what is publicly known of roles, permissions and tasks, brought into the files that
//! `pim-governance` carries.
//!
//! Ids, names, actions, tiers and numbers are taken over. Descriptions are not, and of the names of tasks
//! only their key words, in alphabetical order.

mod keyword;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::catalogue::{Source, folder, lines};

const TARGET: &str = "pim-governance/data";
const GRAPH: &str = "00000003-0000-0000-c000-000000000000";

pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    for (path, text) in files(&folder(arguments)?)? {
        std::fs::write(&path, &text).map_err(|error| format!("cannot write {path}: {error}"))?;
        println!("{path}: {} bytes", text.len());
    }
    Ok(())
}

fn files(from: &Path) -> Result<Vec<(String, String)>, String> {
    Ok([
        ("roles", roles(from)?),
        ("azure-roles", azure_roles(from)?),
        ("permissions", permissions(from)?),
        ("tasks", tasks(from)?),
    ]
    .map(|(name, text)| (format!("{TARGET}/{name}.json"), text))
    .into())
}

/// One file of ours: the sources, then lists with a line for each row, so that a newer export shows as a readable
/// difference.
struct Output(String);

impl Output {
    fn new(about: &str, sources: impl IntoIterator<Item = Source>) -> Result<Self, String> {
        let sources: BTreeSet<Source> = sources.into_iter().collect();
        let sources: Vec<_> = sources.into_iter().collect();
        let mut text = format!("{{\n\"about\": \"{about}; written by `cargo xtask reference`\"");
        Self::list(&mut text, "sources", &sources)?;
        Ok(Self(text))
    }

    fn with<T: Serialize>(mut self, name: &str, rows: &[T]) -> Result<Self, String> {
        Self::list(&mut self.0, name, rows)?;
        Ok(self)
    }

    fn list<T: Serialize>(text: &mut String, name: &str, rows: &[T]) -> Result<(), String> {
        text.push_str(",\n");
        lines(text, name, rows).map_err(|error| error.to_string())
    }

    fn finish(mut self) -> String {
        self.0.push_str("\n}\n");
        self.0
    }
}

fn read<T: DeserializeOwned>(from: &Path, name: &str) -> Result<T, String> {
    let path = from.join(name);
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

#[derive(Deserialize)]
struct Roles {
    sources: Vec<Source>,
    roles: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Role {
    template_id: String,
    display_name: String,
    description: Option<String>,
    is_privileged: bool,
    assignment_mode: String,
    permissions: BTreeSet<String>,
    #[serde(default)]
    inherits_permissions_from: Vec<String>,
}

impl Role {
    /// Roles that nobody is to be given: the service's own, and those marked as not for use.
    fn is_reserved(&self) -> bool {
        let text = self.description.as_deref().unwrap_or_default().to_lowercase();
        self.assignment_mode != "allowed"
            || ["do not use", "only used by", "not intended for"].iter().any(|mark| text.contains(mark))
    }
}

#[derive(Deserialize)]
struct Tiers {
    sources: Vec<Source>,
    roles: Vec<RoleTier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleTier {
    template_id: String,
    tier: Option<u8>,
    cisa_highly_privileged: bool,
    r#override: Option<Override>,
}

#[derive(Deserialize)]
struct Override {
    tier: u8,
}

#[derive(Deserialize)]
struct ActionTiers {
    sources: Vec<Source>,
    actions: Vec<ActionTier>,
}

#[derive(Deserialize)]
struct ActionTier {
    action: String,
    tiers: Vec<TierRow>,
}

#[derive(Deserialize)]
struct TierRow {
    tier: u8,
}

#[derive(Serialize)]
struct RoleLine<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "is_false")]
    privileged: bool,
    #[serde(skip_serializing_if = "is_false")]
    highly_privileged: bool,
    #[serde(skip_serializing_if = "is_false")]
    power_not_in_actions: bool,
    #[serde(skip_serializing_if = "is_false")]
    reserved: bool,
    #[serde(skip_serializing_if = "is_empty")]
    inherits: &'a [String],
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    actions: &'a BTreeSet<String>,
}

#[derive(Serialize)]
struct ActionLine<'a> {
    action: &'a str,
    tier: u8,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn is_empty(rows: &&[String]) -> bool {
    rows.is_empty()
}

fn roles(from: &Path) -> Result<String, String> {
    let mut roles: Roles = read(from, "entra-roles.json")?;
    let tiers: Tiers = read(from, "role-tiers.json")?;
    let actions: ActionTiers = read(from, "entra-action-tiers.json")?;
    roles.roles.sort_by(|a, b| a.display_name.cmp(&b.display_name));
    let by_id: BTreeMap<&str, &RoleTier> =
        tiers.roles.iter().map(|row| (row.template_id.as_str(), row)).collect();
    let rows: Vec<_> = roles
        .roles
        .iter()
        .map(|role| {
            let known = by_id.get(role.template_id.as_str());
            let by_hand = known.and_then(|row| row.r#override.as_ref());
            RoleLine {
                id: &role.template_id,
                name: &role.display_name,
                tier: known.and_then(|row| row.tier).or(by_hand.map(|by_hand| by_hand.tier)),
                privileged: role.is_privileged,
                highly_privileged: known.is_some_and(|row| row.cisa_highly_privileged),
                power_not_in_actions: by_hand.is_some(),
                reserved: role.is_reserved(),
                inherits: &role.inherits_permissions_from,
                actions: &role.permissions,
            }
        })
        .collect();
    let mut action_rows: Vec<_> = actions
        .actions
        .iter()
        .filter_map(|row| {
            let tier = row.tiers.iter().map(|tier| tier.tier).min()?;
            Some(ActionLine { action: &row.action, tier })
        })
        .collect();
    action_rows.sort_by_key(|row| row.action);
    let sources = roles.sources.into_iter().chain(tiers.sources).chain(actions.sources);
    let output = Output::new("Microsoft Entra built-in roles, their tiers and actions", sources)?;
    Ok(output.with("roles", &rows)?.with("actions", &action_rows)?.finish())
}

#[derive(Deserialize)]
struct AzureRoles {
    sources: Vec<Source>,
    roles: Vec<AzureRole>,
}

#[derive(Deserialize)]
struct AzureRole {
    id: String,
    name: String,
    tier: Option<u8>,
    permissions: Vec<Block>,
}

#[derive(Deserialize)]
struct Block {
    condition: Option<String>,
}

#[derive(Serialize)]
struct AzureLine<'a> {
    id: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "is_false")]
    narrowed: bool,
}

fn azure_roles(from: &Path) -> Result<String, String> {
    let mut roles: AzureRoles = read(from, "azure-roles.json")?;
    roles.roles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let rows: Vec<_> = roles
        .roles
        .iter()
        .map(|role| AzureLine {
            id: &role.id,
            name: &role.name,
            tier: role.tier,
            narrowed: role.permissions.iter().any(|block| block.condition.is_some()),
        })
        .collect();
    let output = Output::new("Azure built-in roles and their tiers", roles.sources)?;
    Ok(output.with("azure_roles", &rows)?.finish())
}

#[derive(Deserialize)]
struct Permissions {
    sources: Vec<Source>,
    permissions: Vec<Permission>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Permission {
    id: String,
    value: String,
    resource_app_id: Option<String>,
    r#type: Option<String>,
    tier: Option<u8>,
    microsoft_privilege_level: Option<u8>,
    path_to_global_admin: Option<String>,
    in_tenant_export: Option<bool>,
    #[serde(default)]
    id_conflict: Vec<String>,
}

#[derive(Serialize)]
struct PermissionLine<'a> {
    resource: &'a str,
    id: &'a str,
    value: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    delegated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
}

fn permissions(from: &Path) -> Result<String, String> {
    let graph: Permissions = read(from, "graph-app-permissions.json")?;
    let others: Permissions = read(from, "api-permissions-control-plane.json")?;
    let mut rows: Vec<_> = graph
        .permissions
        .iter()
        .chain(&others.permissions)
        // Two values have a second id in the documentation, under which no tenant knows them.
        .filter(|row| row.id_conflict.is_empty() || row.in_tenant_export == Some(true))
        .map(|row| PermissionLine {
            resource: row.resource_app_id.as_deref().unwrap_or(GRAPH),
            id: &row.id,
            value: &row.value,
            delegated: row.r#type.as_deref() == Some("Delegated"),
            tier: row.tier,
            level: row.microsoft_privilege_level,
            path: row.path_to_global_admin.as_deref(),
        })
        .collect();
    rows.sort_by_key(|row| (row.resource != GRAPH, row.resource, row.delegated, row.value, row.id));
    let sources = graph.sources.into_iter().chain(others.sources);
    let output = Output::new("Permissions of Microsoft's APIs and how far they reach", sources)?;
    Ok(output.with("permissions", &rows)?.finish())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Tasks {
    sources: Vec<Source>,
    tasks: Vec<Task>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Task {
    feature_area: String,
    task: String,
    least_privileged_role: String,
    least_privileged_template_id: Option<String>,
    alternative_roles: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    display_name: String,
    template_id: Option<String>,
}

/// A task by its key words. Each of `least` and `others` is the id of an Entra role, or else the name of what
/// suffices without one: an owner, a role in Azure.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct TaskLine {
    area: BTreeSet<String>,
    words: BTreeSet<String>,
    least: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
}

fn tasks(from: &Path) -> Result<String, String> {
    let tasks: Tasks = read(from, "entra-least-privileged-tasks.json")?;
    let rows: BTreeSet<TaskLine> = tasks.tasks.iter().map(task).collect();
    let rows: Vec<_> = rows.into_iter().collect();
    let output = Output::new("Tasks by key words, and the least privileged role for each", tasks.sources)?;
    Ok(output.with("tasks", &rows)?.finish())
}

fn task(task: &Task) -> TaskLine {
    TaskLine {
        area: keyword::of(&task.feature_area),
        words: keyword::of(&task.task),
        least: task
            .least_privileged_template_id
            .clone()
            .unwrap_or_else(|| task.least_privileged_role.clone()),
        others: task
            .alternative_roles
            .iter()
            .map(|role| role.template_id.clone().unwrap_or_else(|| role.display_name.clone()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn the_files_are_those_of_the_reference_data_and_hold_no_sentences() {
        let Some(from) = std::env::var_os("PIM_REFERENCE_DATA") else {
            println!("skipped: corpus not present");
            return;
        };
        let from = Path::new(&from);
        let mut size = 0;
        for (path, text) in files(from).unwrap() {
            let kept = std::fs::read_to_string(Path::new("..").join(&path)).unwrap();
            assert!(kept == text, "{path}: run `cargo xtask reference`");
            size += text.len();
        }
        assert!(size < 700_000, "{size} bytes");
        let all: String = files(from).unwrap().into_iter().map(|(_, text)| text).collect();
        let roles: Roles = read(from, "entra-roles.json").unwrap();
        for description in roles.roles.iter().filter_map(|role| role.description.as_deref()) {
            assert!(!all.contains(description), "{description}");
        }
    }

    #[test]
    fn a_task_is_key_words_and_names_only_what_is_no_entra_role() {
        let read: Task = serde_json::from_value(json!({
            "featureArea": "Privileged Identity Management", "task": "Assign users to roles",
            "leastPrivilegedRole": "Privileged Role Administrator", "leastPrivilegedTemplateId": "id",
            "alternativeRoles": [{ "displayName": "Owner", "templateId": null }],
        }))
        .unwrap();
        let line: Value = serde_json::to_value(task(&read)).unwrap();
        assert_eq!(
            line,
            json!({
                "area": ["identity", "management", "pim", "privileged"], "words": ["assign", "role", "user"],
                "least": "id", "others": ["Owner"],
            })
        );
    }

    #[test]
    fn roles_of_the_service_and_those_not_for_use_are_reserved() {
        let role = |mode: &str, description: Option<&str>| Role {
            template_id: String::new(),
            display_name: String::new(),
            description: description.map(Into::into),
            is_privileged: false,
            assignment_mode: mode.into(),
            permissions: BTreeSet::new(),
            inherits_permissions_from: Vec::new(),
        };
        assert!(role("systemAssigned", None).is_reserved());
        assert!(role("allowed", Some("Deprecated - Do Not Use.")).is_reserved());
        assert!(!role("allowed", Some("Can manage.")).is_reserved());
        assert!(!role("allowed", None).is_reserved());
    }
}
