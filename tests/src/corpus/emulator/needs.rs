//! What must be there for a request to make sense: the people, groups, roles and other things that it names.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Ids by what they are the id of.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    pub(super) users: BTreeSet<String>,
    pub(super) groups: BTreeSet<String>,
    pub(super) apps: BTreeSet<String>,
    pub(super) roles: BTreeSet<String>,
    pub(super) units: BTreeSet<String>,
    pub(super) contexts: BTreeSet<String>,
    pub(super) packages: BTreeSet<String>,
    pub(super) catalogs: BTreeSet<String>,
    pub(super) package_assignments: BTreeSet<String>,
    pub(super) tenants: BTreeSet<String>,
    /// What objects of the directory must be like: members with their values.
    pub(super) people: BTreeMap<String, String>,
    pub(super) skus: BTreeSet<String>,
}

/// One demand of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) path: String,
    pub(super) operator: String,
    pub(super) value: String,
}

impl Needs {
    /// Reads an address, decoded.
    pub(super) fn read_address(&mut self, segments: &[&str], options: &BTreeMap<String, String>) {
        self.read_text(&segments.join("/"));
        let collection = segments.first().copied().unwrap_or_default();
        for demand in options.get("$filter").map(|filter| demands(filter)).unwrap_or_default() {
            self.read_member(demand.path.rsplit('/').next().unwrap_or_default(), &demand.value, None);
            if demand.path == "id" && is_guid(&demand.value) {
                self.read_text(&format!("{collection}/{}", demand.value));
            }
            // A bare scope is a group's; that of directory roles is a slash.
            if demand.path == "scopeId" && is_guid(&demand.value) {
                self.groups.insert(demand.value.clone());
            }
            let value = match demand.operator.as_str() {
                "startswith" => format!("{}da Quill", demand.value),
                "endswith" => format!("x{}", demand.value),
                "contains" => format!("x{}x", demand.value),
                _ => demand.value.clone(),
            };
            if !is_guid(&demand.value) && value != "null" {
                self.people.insert(demand.path, value);
            }
        }
        for part in options.get("$search").into_iter().flat_map(|search| search.split('"')) {
            if let Some((member, words)) = part.split_once(':') {
                self.people.insert(member.trim().to_owned(), format!("{} Finch", words.trim()));
            }
        }
    }

    /// Reads a body, whatever it is the body of.
    pub(super) fn read_body(&mut self, body: &Value) {
        match body {
            Value::Array(all) => all.iter().for_each(|one| self.read_body(one)),
            Value::Object(members) => {
                let kind = members.get("@odata.type").and_then(Value::as_str);
                for (name, value) in members {
                    match value {
                        Value::String(text) => {
                            self.read_member(name, text, kind);
                            self.read_text(text);
                        }
                        Value::Object(inner) => {
                            let id = inner.get("id").and_then(Value::as_str).filter(|id| is_guid(id));
                            let into = match name.as_str() {
                                "accessPackage" => Some(&mut self.packages),
                                "catalog" => Some(&mut self.catalogs),
                                "assignment" => Some(&mut self.package_assignments),
                                _ => None,
                            };
                            if let (Some(id), Some(into)) = (id, into) {
                                into.insert(id.to_owned());
                            }
                            self.read_body(value);
                        }
                        Value::Array(_) => self.read_body(value),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn read_member(&mut self, name: &str, text: &str, kind: Option<&str>) {
        if name == "claimValue" && !text.is_empty() {
            self.contexts.insert(text.to_owned());
        }
        if !is_guid(text) {
            return;
        }
        let into = match (name, kind.map(|kind| kind.trim_start_matches('#'))) {
            ("principalId" | "userId" | "targetId" | "assigneeId", _) => &mut self.users,
            ("id", Some("microsoft.graph.singleUser")) => &mut self.users,
            ("groupId", _) | ("id", Some("microsoft.graph.groupMembers")) => &mut self.groups,
            ("id", Some("microsoft.graph.user")) => &mut self.users,
            ("id", Some("microsoft.graph.group")) => &mut self.groups,
            ("id", Some("microsoft.graph.servicePrincipal")) => &mut self.apps,
            ("roleDefinitionId", _) => &mut self.roles,
            ("accessPackageId", _) => &mut self.packages,
            ("skuId", _) => &mut self.skus,
            _ => return,
        };
        into.insert(text.to_owned());
    }

    /// Ids behind the name of a collection, in an address or in the query of a review.
    fn read_text(&mut self, text: &str) {
        let words: Vec<&str> = text.split(['/', '?', '&', '\'', '"', '(', ')', '=', ' ']).collect();
        for pair in words.windows(2) {
            let [collection, id] = pair else { continue };
            if let Some((prefix, rest)) = id.split_once('_') {
                // Policies and alerts carry their scope in their id.
                let scope = rest.split('_').next().unwrap_or_default();
                match prefix {
                    "DirectoryRole" | "Directory" if is_guid(scope) => self.tenants.insert(scope.to_owned()),
                    "Group" if is_guid(scope) => self.groups.insert(scope.to_owned()),
                    _ => false,
                };
                if let Some(role) = rest
                    .rsplit('_')
                    .next()
                    .filter(|role| *collection == "roleManagementPolicyAssignments" && is_guid(role))
                {
                    self.roles.insert(role.to_owned());
                }
            }
            if !is_guid(id) {
                continue;
            }
            let into = match *collection {
                "users" | "userRegistrationDetails" => &mut self.users,
                "groups" | "teams" => &mut self.groups,
                "servicePrincipals" => &mut self.apps,
                "administrativeUnits" => &mut self.units,
                "roleDefinitions" => &mut self.roles,
                "accessPackages" => &mut self.packages,
                "catalogs" => &mut self.catalogs,
                "assignments" => &mut self.package_assignments,
                _ => continue,
            };
            into.insert((*id).to_owned());
        }
        // In queries of reviews, filters stand inside a text.
        for demand in if text.contains(" eq '") { demands(text) } else { Vec::new() } {
            self.read_member(
                demand.path.rsplit(['/', '?', '(']).next().unwrap_or_default(),
                &demand.value,
                None,
            );
        }
    }

    /// One id is one thing: what is known to be a group or an application is no person.
    pub(super) fn settle(&mut self) {
        let others: Vec<String> = self.groups.iter().chain(&self.apps).cloned().collect();
        self.users.retain(|id| !others.contains(id));
        self.apps.retain(|id| !self.groups.contains(id));
    }
}

/// What a filter demands, wherever it stands in it: comparisons with a literal, and tests of texts.
pub(super) fn demands(filter: &str) -> Vec<Demand> {
    let mut found = Vec::new();
    for operator in ["startswith", "endswith", "contains"] {
        for rest in filter.split(&format!("{operator}(")).skip(1) {
            let inner = rest.split(')').next().unwrap_or_default();
            if let Some((path, value)) = inner.split_once(',') {
                let value = value.trim().trim_matches('\'').to_owned();
                found.push(Demand { path: path.trim().to_owned(), operator: operator.to_owned(), value });
            }
        }
    }
    for (at, _) in filter.match_indices(" eq ") {
        let before = filter[..at].rsplit(['(', ' ', ':', '&', '=']).next().unwrap_or_default();
        let behind = filter[at + 4..].trim_start();
        let value = match behind.strip_prefix('\'') {
            Some(quoted) => quoted.split('\'').next().unwrap_or_default(),
            None => behind.split([' ', ')']).next().unwrap_or_default(),
        };
        let path = before.trim();
        // Inside `any(c:c/issuer eq ..)` the variable is no member.
        let path =
            path.split_once('/').filter(|(variable, _)| variable.len() == 1).map_or(path, |(_, path)| path);
        found.push(Demand { path: path.to_owned(), operator: "eq".to_owned(), value: value.to_owned() });
    }
    found
}

/// Whether a text has the form of a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.char_indices().all(|(at, letter)| {
            if matches!(at, 8 | 13 | 18 | 23) { letter == '-' } else { letter.is_ascii_hexdigit() }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_taken_apart() {
        let told: Vec<_> =
            demands("startswith(displayName,'a') and scopeId eq '/' and (x/any(u:u/skuId eq c1))")
                .into_iter()
                .map(|demand| (demand.path, demand.operator, demand.value))
                .collect();
        let wanted = [("displayName", "startswith", "a"), ("scopeId", "eq", "/"), ("skuId", "eq", "c1")];
        let wanted: Vec<_> =
            wanted.iter().map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())).collect();
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_is_named_is_known_for_what_it_is() {
        let (a, b) = ("3f0c5f0e-0001-4a6b-9a11-000000000001", "3f0c5f0e-0001-4a6b-9a11-000000000002");
        let mut needs = Needs::default();
        needs.read_body(
            &serde_json::json!({ "principalId": a, "scope": { "query": format!("/groups/{b}/members") } }),
        );
        needs.read_body(&serde_json::json!({ "principalId": b }));
        needs.settle();
        assert!(needs.users.contains(a) && needs.groups.contains(b) && !needs.users.contains(b));
    }
}
