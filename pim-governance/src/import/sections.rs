//! The sections of a configuration.

use super::{
    ImportOptions, NoticeKind, assignments,
    fields::{Fields, Item, same},
    policy::{Of, is_guid},
    reader::Reader,
    rows::{Rows, What, group_of},
    source,
    templates::{SOURCES, Templates, tell_unknown},
};
use crate::desired::{Design, FaultKind, Who};

/// Every key at the top.
const KEYS: [&str; 18] = [
    "ProtectedUsers",
    "PolicyTemplates",
    "EntraRoles",
    "EntraRolePolicies",
    "AzureRoles",
    "AzureRolePolicies",
    "Groups",
    "GroupRoles",
    "GroupPolicies",
    "Assignments",
    "AzureRolesActive",
    "EntraIDRoles",
    "EntraIDRolesActive",
    "GroupRolesActive",
    "TelemetrySettings",
    "_metadata",
    "$schema",
    "_comment",
];

pub(super) fn read(text: &str, options: &ImportOptions, reader: &mut Reader) -> Option<Design> {
    let tree = source::tree(text, reader)?;
    let root = Item::new(&tree, String::new()).fields(reader)?;
    if root.has("TenantId") && (root.has("Policies") || root.has("Activation")) {
        let message = "this is another layout, which EasyPIM shows in one snippet and does not read: expected \
                       EntraRolePolicies, AzureRolePolicies, GroupPolicies or Assignments";
        reader.fault(FaultKind::Impossible, root.mark, "", message);
        return None;
    }
    root.tell_unknown(&KEYS, reader);
    let (mut design, mut rows) = (Design::default(), Rows::default());
    protected(&root, &mut design, &mut rows, reader);
    let templates = Templates::read(&root, &mut design, &mut rows, reader);
    let mut policies = Policies { templates: &templates, rows: &mut rows, reader };
    let homes: [(Of, &[&str], &str); 3] = [
        (Of::Entra, &["EntraRoles"], "EntraRolePolicies"),
        (Of::Azure, &["AzureRoles"], "AzureRolePolicies"),
        (Of::Group, &["Groups", "GroupRoles"], "GroupPolicies"),
    ];
    for (of, nested, flat) in homes {
        policies.section(&root, of, nested, flat);
    }
    assignments::read(&root, &mut rows, reader);
    Some(rows.into_design(design, options.exclusive, reader))
}

fn protected(root: &Fields<'_>, design: &mut Design, rows: &mut Rows, reader: &mut Reader) {
    let Some(list) = root.get(&["ProtectedUsers"]) else { return };
    for item in list.items(reader) {
        let Some(text) = item.text(reader) else { continue };
        let who = super::policy::who(text, &item, reader);
        if design.protected.iter().any(|other: &Who| same(other.as_str(), who.as_str())) {
            reader.notice(NoticeKind::Duplicate, item.mark(), &item.path, "is there already");
            continue;
        }
        rows.place(format!("protected[{}]", design.protected.len()), item.mark());
        design.protected.push(who);
    }
}

struct Policies<'r, 'a> {
    templates: &'r Templates<'a>,
    rows: &'r mut Rows,
    reader: &'r mut Reader,
}

impl<'a> Policies<'_, 'a> {
    /// The policies of a surface, from whichever of its homes has them.
    fn section(&mut self, root: &Fields<'a>, of: Of, nested: &[&str], flat: &str) {
        let mut homes = Vec::new();
        for key in nested {
            // A list under the same key holds assignments of the old form.
            let Some(item) = root.get(&[key]) else { continue };
            if item.is_list() && *key != "EntraRoles" && *key != "Groups" {
                continue;
            }
            let Some(inner) = item.fields(self.reader) else { continue };
            inner.tell_unknown(&["Policies"], self.reader);
            homes.extend(inner.get(&["Policies"]).cloned());
        }
        homes.extend(root.get(&[flat]).cloned());
        let mut homes = homes.into_iter();
        let Some(section) = homes.next() else { return };
        if let Some(other) = homes.next() {
            let message = format!("these policies are in {}, too: expected one of the two", section.path);
            self.reader.fault(FaultKind::Contradiction, other.mark(), &other.path, message);
            return;
        }
        if section.is_list() {
            for item in section.items(self.reader) {
                self.listed(&item, of);
            }
        } else if section.is_object() {
            self.by_name(&section, of);
        } else {
            section.expected("an object or a list", self.reader);
        }
    }

    /// One of a list, which says what it is of.
    fn listed(&mut self, item: &Item<'a>, of: Of) {
        let Some(entry) = item.fields(self.reader) else { return };
        let Some(role) = entry.need(&["RoleName"], self.reader).cloned() else { return };
        let what = match of {
            Of::Group => {
                group_of(&entry, self.reader).and_then(|group| What::group(group, &role, self.reader))
            }
            Of::Azure => self.azure(&role, &entry),
            Of::Entra | Of::Template => role.text(self.reader).map(|role| What::Entra(role.to_owned())),
        };
        if let Some(what) = what {
            self.policy(&what, item, &entry, true);
        }
    }

    /// By name of role or group.
    fn by_name(&mut self, section: &Item<'a>, of: Of) {
        let Some(entries) = section.fields(self.reader) else { return };
        for (name, _, item) in entries.iter().filter(|(name, ..)| !name.starts_with('_')) {
            let Some(entry) = item.fields(self.reader) else { continue };
            match of {
                Of::Group => self.both_ways(name, &entry),
                Of::Azure => {
                    let scope = entry.need(&["Scope"], self.reader).cloned();
                    if let Some(what) = scope.and_then(|scope| What::azure(name, &scope, self.reader)) {
                        self.policy(&what, item, &entry, false);
                    }
                }
                Of::Entra | Of::Template => self.policy(&What::Entra(name.to_owned()), item, &entry, false),
            }
        }
    }

    /// A group's `Member` and `Owner`.
    fn both_ways(&mut self, group: &str, entry: &Fields<'a>) {
        entry.tell_unknown(&["Member", "Owner"], self.reader);
        if !is_guid(group) {
            let message = "the group will be looked up by this name";
            self.reader.notice(NoticeKind::Assumed, entry.mark, &entry.path, message);
        }
        for (key, access) in
            [("Member", crate::desired::Access::Member), ("Owner", crate::desired::Access::Owner)]
        {
            let Some(item) = entry.get(&[key]) else { continue };
            let Some(inner) = item.fields(self.reader) else { continue };
            let what = What::Group { group: group.to_owned(), access };
            self.policy(&what, item, &inner, false);
        }
    }

    fn azure(&mut self, role: &Item<'a>, entry: &Fields<'a>) -> Option<What> {
        let role = role.text(self.reader)?;
        let scope = entry.need(&["Scope"], self.reader)?;
        What::azure(role, scope, self.reader)
    }

    fn policy(&mut self, what: &What, item: &Item<'a>, entry: &Fields<'a>, listed: bool) {
        let mut more = SOURCES.to_vec();
        more.extend(["RoleName", "Scope", "GroupId", "GroupName"]);
        tell_unknown(entry, &more, what.of(), self.reader);
        let own = entry.over(&Fields::none(entry), &["RoleName", "Scope", "GroupId", "GroupName"]);
        let Some(resolved) = self.templates.resolve(&own, what.of(), listed, self.reader) else { return };
        self.rows.set_policy(what, item, resolved.template, resolved.differs, resolved.said, self.reader);
    }
}
