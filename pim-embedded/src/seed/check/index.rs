//! What there is in a seed, by id.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt::Display,
    hash::Hash,
};

use pim_core::{
    id::{ContextId, GroupId, LocationId, PackageId, PrincipalId, RoleId, SkuId, UnitId},
    principal::PrincipalKind,
    privilege::{DirectoryScope, Privilege, Surface},
};

use super::{Found, Records};
use crate::{
    catalogue,
    seed::{error::ProblemKind, nearest::nearest},
};

/// The nearest of more candidates than this is not worth the time.
const MOST_CANDIDATES: usize = 10_000;

/// Things of one sort: where each is defined, and by what name people know it.
pub(super) struct Things<'a, K, V> {
    sort: &'static str,
    by_id: HashMap<K, Thing<'a, V>>,
}

pub(super) struct Thing<'a, V> {
    name: &'a str,
    pub(super) value: V,
}

pub(super) struct Index<'a> {
    pub(super) principals: Things<'a, PrincipalId, PrincipalKind>,
    pub(super) roles: Things<'a, RoleId, Surface>,
    /// The value is the position in the section.
    pub(super) groups: Things<'a, GroupId, usize>,
    pub(super) units: Things<'a, UnitId, ()>,
    pub(super) skus: Things<'a, SkuId, ()>,
    pub(super) contexts: Things<'a, ContextId, ()>,
    pub(super) locations: Things<'a, LocationId, ()>,
    pub(super) packages: Things<'a, PackageId, ()>,
}

impl<'a> Index<'a> {
    pub(super) fn new(records: &'a Records, found: &mut Found) -> Self {
        let mut index = Self {
            principals: Things::new("principal (user, group or service principal)"),
            roles: Things::new("role"),
            groups: Things::new("group"),
            units: Things::new("administrative unit"),
            skus: Things::new("licence (section `skus`)"),
            contexts: Things::new("authentication context"),
            locations: Things::new("named location"),
            packages: Things::new("access package"),
        };
        if records.built_in_roles {
            for role in catalogue::entra_roles() {
                index.roles.insert_known(role.id.clone(), &role.name, Surface::DirectoryRoles);
            }
        }
        for (i, role) in records.roles.iter().enumerate() {
            index.roles.insert(found, "roles", i, &role.id, &role.name, role.surface.clone());
        }
        for (i, user) in records.users.iter().enumerate() {
            index.principals.insert(found, "users", i, &user.id, user.name.expose(), PrincipalKind::User);
        }
        for (i, seed) in records.groups.iter().enumerate() {
            let (id, name) = (seed.group.id.as_principal(), &seed.group.name);
            index.principals.insert(found, "groups", i, &id, name, PrincipalKind::Group);
            index.groups.insert_known(seed.group.id.clone(), name, i);
        }
        for (i, app) in records.service_principals.iter().enumerate() {
            let kind = PrincipalKind::ServicePrincipal;
            index.principals.insert(found, "service_principals", i, &app.id, &app.name, kind);
        }
        for (i, unit) in records.units.iter().enumerate() {
            index.units.insert(found, "units", i, &unit.id, &unit.name, ());
        }
        for (i, sku) in records.skus.iter().enumerate() {
            index.skus.insert(found, "skus", i, &sku.id, &sku.part_number, ());
        }
        for (i, context) in records.contexts.iter().enumerate() {
            index.contexts.insert(found, "contexts", i, &context.id, &context.name, ());
        }
        for (i, location) in records.locations.iter().enumerate() {
            index.locations.insert(found, "locations", i, &location.id, &location.name, ());
        }
        for (i, package) in records.packages.iter().enumerate() {
            index.packages.insert(found, "packages", i, &package.id, &package.name, ());
        }
        index
    }

    /// That the role, scope or group of a privilege is there. `path` names the privilege's own object.
    pub(super) fn check_privilege(&self, privilege: &Privilege, path: &str, found: &mut Found) {
        match privilege {
            Privilege::DirectoryRole { role, scope } => {
                self.check_role(role, &Surface::DirectoryRoles, path, found);
                match scope {
                    DirectoryScope::AdministrativeUnit(unit) => {
                        self.units.check(unit, || format!("{path}.scope"), found);
                    }
                    DirectoryScope::Other(_) => found.add(
                        ProblemKind::Value,
                        format!("{path}.scope"),
                        "expected `/`, `/administrativeUnits/{id}`, `/{object id}` of an application, or `app:...`",
                    ),
                    _ => {}
                }
            }
            Privilege::AzureRole { role, .. } => self.check_role(role, &Surface::AzureRoles, path, found),
            Privilege::Group { group, .. } => self.groups.check(group, || format!("{path}.group"), found),
            _ => {}
        }
    }

    fn check_role(&self, role: &RoleId, surface: &Surface, path: &str, found: &mut Found) {
        match self.roles.get(role) {
            None => self.roles.check(role, || format!("{path}.role"), found),
            Some(own) if own != surface => found.conflict(
                format!("{path}.role"),
                format!("this role belongs to the surface `{own}`, not to `{surface}`"),
            ),
            Some(_) => {}
        }
    }

    /// That a principal is there and a person.
    pub(super) fn check_user(&self, id: &PrincipalId, path: impl Fn() -> String, found: &mut Found) {
        self.check_kind(id, &PrincipalKind::User, path, found);
    }

    /// That a principal is there and of a kind.
    pub(super) fn check_kind(
        &self,
        id: &PrincipalId,
        kind: &PrincipalKind,
        path: impl Fn() -> String,
        found: &mut Found,
    ) {
        self.principals.check(id, &path, found);
        if let Some(own) = self.principals.get(id).filter(|own| *own != kind) {
            found.add(
                ProblemKind::Reference,
                path(),
                format!("expected the id of a {kind}, this is a {own}"),
            );
        }
    }
}

impl<'a, K: Clone + Display + Eq + Hash, V> Things<'a, K, V> {
    fn new(sort: &'static str) -> Self {
        Self { sort, by_id: HashMap::new() }
    }

    pub(super) fn get(&self, id: &K) -> Option<&V> {
        self.by_id.get(id).map(|thing| &thing.value)
    }

    /// That a thing is there; else what there is that comes near.
    pub(super) fn check(&self, id: &K, path: impl FnOnce() -> String, found: &mut Found) {
        if !self.by_id.contains_key(id) {
            found.add_with(ProblemKind::Reference, || {
                (path(), format!("there is no {} `{id}`{}", self.sort, self.hint(&id.to_string())))
            });
        }
    }

    fn insert_known(&mut self, id: K, name: &'a str, value: V) {
        self.by_id.entry(id).or_insert(Thing { name, value });
    }

    fn insert(&mut self, found: &mut Found, section: &str, i: usize, id: &K, name: &'a str, value: V) {
        match self.by_id.entry(id.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(Thing { name, value });
            }
            Entry::Occupied(_) => found.add(
                ProblemKind::Duplicate,
                format!("{section}[{i}].id"),
                format!("there is another {} with the id `{id}`", self.sort),
            ),
        }
    }

    /// People write names where ids belong, and mistype ids.
    fn hint(&self, text: &str) -> String {
        if self.by_id.is_empty() {
            return "; there is none at all".to_owned();
        }
        if self.by_id.len() > MOST_CANDIDATES {
            return String::new();
        }
        let named = self.by_id.iter().find(|(_, thing)| thing.name.eq_ignore_ascii_case(text));
        if let Some((id, _)) = named {
            return format!("; that is a name, its id is `{id}`");
        }
        let ids: Vec<String> = self.by_id.keys().map(ToString::to_string).collect();
        if let Some(near) = nearest(text, ids.iter().map(String::as_str)) {
            return format!("; did you mean `{near}`?");
        }
        if ids.len() > 12 {
            return format!("; none of the {} there are comes near", ids.len());
        }
        let mut ids = ids;
        ids.sort();
        format!("; there are: {}", ids.join(", "))
    }
}
