//! The built-in Microsoft Entra roles: ids, names, the privileged flag, actions.
//!
//! Facts of public data under the MIT licence; the sources are named in `data/entra-roles.json`, which
//! `cargo xtask catalogue` writes. Source of the roles themselves:
//! [built-in roles](https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference).

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock},
};

use pim_core::{
    id::RoleId,
    privilege::{Permission, RoleDefinition, RoleOrigin, Surface},
};
use serde::Deserialize;

/// Every built-in Entra role, sorted by name.
///
/// ```
/// use pim_core::id::RoleId;
/// use pim_embedded::catalogue;
///
/// let role = catalogue::role_named("Global Administrator").ok_or("no such role")?;
/// assert_eq!(role.id, RoleId::GLOBAL_ADMINISTRATOR);
/// assert_eq!(role.privileged, Some(true));
/// # Ok::<(), &str>(())
/// ```
pub fn entra_roles() -> &'static [RoleDefinition] {
    &CATALOGUE.roles
}

/// The built-in Entra role of an id.
pub fn role(id: &RoleId) -> Option<&'static RoleDefinition> {
    CATALOGUE.by_id.get(id).map(|at| &CATALOGUE.roles[*at])
}

/// The built-in Entra role of a name, without regard to case.
pub fn role_named(name: &str) -> Option<&'static RoleDefinition> {
    CATALOGUE.by_name.get(&name.to_lowercase()).map(|at| &CATALOGUE.roles[*at])
}

/// The day on which the roles were read, such as `2026-08-18`.
pub fn snapshot() -> &'static str {
    &CATALOGUE.snapshot
}

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| {
    // The file is part of the program, and a test reads it: this can't fail.
    serde_json::from_str::<File>(include_str!("../data/entra-roles.json")).unwrap_or_default().into()
});

struct Catalogue {
    snapshot: String,
    roles: Vec<RoleDefinition>,
    by_id: HashMap<RoleId, usize>,
    by_name: HashMap<String, usize>,
}

#[derive(Default, Deserialize)]
struct File {
    snapshot: String,
    actions: Vec<Arc<str>>,
    roles: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    id: RoleId,
    name: String,
    #[serde(default)]
    privileged: bool,
    #[serde(default)]
    actions: Vec<usize>,
    #[serde(default)]
    conditional: Vec<Block>,
}

#[derive(Deserialize)]
struct Block {
    condition: Arc<str>,
    actions: Vec<usize>,
}

impl From<File> for Catalogue {
    fn from(file: File) -> Self {
        let roles: Vec<_> = file.roles.into_iter().map(|row| row.into_role(&file.actions)).collect();
        let by_id = roles.iter().enumerate().map(|(at, role)| (role.id.clone(), at)).collect();
        let by_name = roles.iter().enumerate().map(|(at, role)| (role.name.to_lowercase(), at)).collect();
        Self { snapshot: file.snapshot, roles, by_id, by_name }
    }
}

impl Row {
    fn into_role(self, table: &[Arc<str>]) -> RoleDefinition {
        let block = |positions: Vec<usize>, condition| Permission {
            actions: positions.into_iter().filter_map(|at| table.get(at).cloned()).collect(),
            condition,
            ..Permission::default()
        };
        let mut role = RoleDefinition::new(self.id, Surface::DirectoryRoles, self.name, RoleOrigin::BuiltIn);
        role.privileged = Some(self.privileged);
        if !self.actions.is_empty() {
            role.permissions.push(block(self.actions, None));
        }
        role.permissions.extend(self.conditional.into_iter().map(|b| block(b.actions, Some(b.condition))));
        role
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_role_is_there_with_what_it_allows() {
        assert!(serde_json::from_str::<File>(include_str!("../data/entra-roles.json")).is_ok());
        assert_eq!(entra_roles().len(), 145);
        assert_eq!(entra_roles().iter().filter(|role| role.privileged == Some(true)).count(), 35);
        let ids: BTreeSet<_> = entra_roles().iter().map(|role| &role.id).collect();
        assert_eq!(ids.len(), 145);
        let global = role(&RoleId::GLOBAL_ADMINISTRATOR).unwrap();
        assert_eq!(global.name, "Global Administrator");
        assert_eq!(global.actions().count(), 262);
        let password = role_named("password administrator").unwrap();
        assert_eq!(password.id, *"966707d0-3269-4727-9be2-8c3a10f19b9d");
        assert!(password.actions().any(|action| action == "microsoft.directory/users/password/update"));
        assert_eq!(snapshot(), "2026-08-18");
    }

    #[test]
    fn conditions_stay_apart_from_what_is_always_allowed() {
        let conditions: Vec<_> =
            role_named("User").unwrap().permissions.iter().map(|block| block.condition.as_deref()).collect();
        assert_eq!(conditions, [None, Some("$SubjectIsOwner"), Some("$ResourceIsSelf")]);
    }

    #[test]
    fn the_file_agrees_with_the_reference_data() {
        let Some(directory) = std::env::var_os("PIM_REFERENCE_DATA") else {
            println!("skipped: corpus not present");
            return;
        };
        let path = std::path::Path::new(&directory).join("entra-roles.json");
        let export: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let rows = export["roles"].as_array().unwrap();
        assert_eq!(rows.len(), entra_roles().len());
        for row in rows {
            let role = role(&row["templateId"].as_str().unwrap().parse().unwrap()).unwrap();
            assert_eq!(row["displayName"], *role.name);
            assert_eq!(row["isPrivileged"].as_bool(), role.privileged);
            let texts = |value: &serde_json::Value| -> BTreeSet<String> {
                let list = value.as_array().into_iter().flatten();
                list.map(|text| text.as_str().unwrap().to_owned()).collect()
            };
            let of = |block: &Permission| block.actions.iter().map(ToString::to_string).collect();
            let always = role.permissions.iter().find(|block| block.condition.is_none());
            assert_eq!(texts(&row["permissions"]), always.map(of).unwrap_or_default(), "{}", role.name);
            for block in row["conditionalPermissions"].as_array().into_iter().flatten() {
                let ours =
                    role.permissions.iter().find(|b| b.condition.as_deref() == block["condition"].as_str());
                assert_eq!(texts(&block["permissions"]), of(ours.unwrap()), "{}", role.name);
            }
        }
    }
}
