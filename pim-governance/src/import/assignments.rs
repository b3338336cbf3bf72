//! Assignments, in today's form and in the old one.

use super::{
    NoticeKind,
    fields::{Fields, Item, Told, same},
    length,
    policy::{Of, who},
    reader::Reader,
    rows::{At, Rows, What, group_of},
};
use crate::desired::{FaultKind, Holder, Until, document::words};

pub(super) fn read(root: &Fields<'_>, rows: &mut Rows, reader: &mut Reader) {
    let mut assignments = Assignments { rows, reader };
    if let Some(section) = root.get(&["Assignments"]).and_then(|item| item.fields(assignments.reader)) {
        assignments.section(&section);
    }
    for (key, of, active) in OLD {
        // An object under the same key holds policies.
        if let Some(list) = root.get(&[key]).filter(|item| !(item.is_object() && is_shared(key))) {
            assignments.old(list, of, active);
        }
    }
}

/// The lists of the old form, what they are of, and whether what is in them is active.
const OLD: [(&str, Of, bool); 6] = [
    ("EntraIDRoles", Of::Entra, false),
    ("EntraIDRolesActive", Of::Entra, true),
    ("AzureRoles", Of::Azure, false),
    ("AzureRolesActive", Of::Azure, true),
    ("GroupRoles", Of::Group, false),
    ("GroupRolesActive", Of::Group, true),
];

const HOLDER: [&str; 10] = [
    "principalId",
    "principalName",
    "principalType",
    "assignmentType",
    "duration",
    "permanent",
    "justification",
    "condition",
    "conditionVersion",
    "comment",
];

fn is_shared(key: &str) -> bool {
    matches!(key, "AzureRoles" | "GroupRoles")
}

struct Assignments<'r> {
    rows: &'r mut Rows,
    reader: &'r mut Reader,
}

impl Assignments<'_> {
    fn section(&mut self, section: &Fields<'_>) {
        section.tell_unknown(&["EntraRoles", "AzureRoles", "Groups", "GroupRoles"], self.reader);
        for (key, of) in [
            ("EntraRoles", Of::Entra),
            ("AzureRoles", Of::Azure),
            ("Groups", Of::Group),
            ("GroupRoles", Of::Group),
        ] {
            let Some(list) = section.get(&[key]) else { continue };
            if key == "GroupRoles" {
                let message = "EasyPIM counts what is here and makes nothing of it; taken as Groups";
                self.reader.notice(NoticeKind::OldName, list.mark(), &list.path, message);
            }
            for item in list.items(self.reader) {
                self.privilege(&item, of);
            }
        }
    }

    /// A privilege and its holders.
    fn privilege(&mut self, item: &Item<'_>, of: Of) {
        let Some(entry) = item.fields(self.reader) else { return };
        entry.tell_unknown(&["roleName", "scope", "groupId", "groupName", "assignments"], self.reader);
        let Some(what) = self.what(&entry, of, &["roleName"]) else { return };
        let Some(list) = entry.need(&["assignments"], self.reader).cloned() else { return };
        let holders = list.items(self.reader);
        if holders.is_empty() {
            return;
        }
        let at = self.rows.row(&what, item.mark());
        for item in holders {
            let Some(fields) = item.fields(self.reader) else { continue };
            fields.tell_unknown(&HOLDER, self.reader);
            let active = self.is_active(&fields);
            let Some(principal) = self.principal(&fields) else { continue };
            self.hold(at, &what, active, &[principal], &fields, &item);
        }
    }

    /// A list of the old form: each entry is a privilege and its holders at once.
    fn old(&mut self, list: &Item<'_>, of: Of, active: bool) {
        let message =
            "assignments of the old form, of which EasyPIM makes nothing any more; taken as they were meant";
        self.reader.notice(NoticeKind::Legacy, list.mark(), &list.path, message);
        for item in list.items(self.reader) {
            let Some(entry) = item.fields(self.reader) else { continue };
            let mut known = HOLDER.to_vec();
            known.extend(["principalIds", "roleName", "role", "scope", "groupId", "groupName"]);
            entry.tell_unknown(&known, self.reader);
            let what = self.what(&entry, of, &["roleName", "role"]);
            let principals = match entry.get(&["principalIds"]) {
                Some(list) => Some(list.items(self.reader)),
                None => self.principal(&entry).map(|one| vec![one]),
            };
            let (Some(what), Some(principals)) = (what, principals) else { continue };
            let at = self.rows.row(&what, item.mark());
            self.hold(at, &what, active, &principals, &entry, &item);
        }
    }

    fn what(&mut self, entry: &Fields<'_>, of: Of, role: &[&str]) -> Option<What> {
        let role = entry.need(role, self.reader)?;
        match of {
            Of::Group => What::group(group_of(entry, self.reader)?, role, self.reader),
            Of::Azure => {
                let role = role.text(self.reader)?;
                What::azure(role, entry.need(&["scope"], self.reader)?, self.reader)
            }
            Of::Entra | Of::Template => {
                if let Some(scope) =
                    entry.get(&["scope"]).filter(|scope| scope.text(self.reader) != Some("/"))
                {
                    let message = "EasyPIM assigns Entra roles in the whole tenant only: leave the scope out, or add the \
                                   row to the design by hand";
                    self.reader.fault(FaultKind::Impossible, scope.mark(), &scope.path, message);
                    return None;
                }
                role.text(self.reader).map(|role| What::Entra(role.to_owned()))
            }
        }
    }

    fn principal<'a>(&mut self, fields: &Fields<'a>) -> Option<Item<'a>> {
        fields
            .get(&["principalId", "principalName"])
            .cloned()
            .or_else(|| fields.need(&["principalId"], self.reader).cloned())
    }

    /// EasyPIM looks for `Active` anywhere in the word.
    fn is_active(&mut self, fields: &Fields<'_>) -> bool {
        let Some(item) = fields.get(&["assignmentType"]) else {
            let message = "the key `assignmentType` is missing; taken as Eligible, as EasyPIM does";
            self.reader.notice(NoticeKind::Assumed, fields.mark, &fields.path, message);
            return false;
        };
        let Some(text) = item.text(self.reader) else { return false };
        let active = text.to_ascii_lowercase().contains("active");
        if !["Eligible", "Active"].iter().any(|word| same(word, text)) {
            let taken = if active { "Active" } else { "Eligible" };
            let near = words::nearest(text, ["Eligible", "Active"]);
            if near != Some(taken) {
                self.reader.fault_word(item.mark(), &item.path, text, &["Eligible", "Active"]);
                return active;
            }
            let message = format!("taken as {taken}, as EasyPIM does");
            self.reader.notice(NoticeKind::LooseWord, item.mark(), &item.path, message);
        }
        active
    }

    fn hold(
        &mut self,
        at: At,
        what: &What,
        active: bool,
        principals: &[Item<'_>],
        fields: &Fields<'_>,
        item: &Item<'_>,
    ) {
        self.principal_type(fields);
        let until = self.until(at, active, fields);
        let condition = self.condition(what, fields);
        if let Some(reason) = fields.get(&["justification"]) {
            let message = "reasons of single assignments are not kept in a design";
            self.reader.notice(NoticeKind::NotKept, reason.mark(), &reason.path, message);
        }
        for principal in principals {
            let Some(text) = principal.text(self.reader) else { continue };
            let who = who(text, principal, self.reader);
            let holder = Holder { who, until, condition: condition.clone() };
            // One of several has a place of its own.
            let place = if principals.len() > 1 { principal } else { item };
            self.rows.hold(at, active, holder, place, self.reader);
        }
    }

    fn principal_type(&mut self, fields: &Fields<'_>) {
        const LEGAL: [&str; 3] = ["User", "Group", "ServicePrincipal"];
        let Some(item) = fields.get(&["principalType"]) else { return };
        let Some(text) = item.text(self.reader) else { return };
        if !LEGAL.iter().any(|word| same(word, text)) {
            self.reader.fault_word(item.mark(), &item.path, text, &LEGAL);
        }
    }

    /// The end. Without one EasyPIM takes as long as the policy allows.
    fn until(&mut self, at: At, active: bool, fields: &Fields<'_>) -> Option<Until> {
        let permanent = fields.get(&["permanent"]);
        let forever = permanent.and_then(|item| item.boolean(Told::Yes, self.reader)) == Some(true);
        let duration = fields.get(&["duration"]);
        if forever {
            if let Some(item) = duration {
                let message = "has no effect beside `permanent`";
                self.reader.notice(NoticeKind::WithoutEffect, item.mark(), &item.path, message);
            }
            return Some(Until::Never);
        }
        if let Some(item) = duration {
            return length::read(item, self.reader).map(Until::After);
        }
        let said = self.rows.policy(at);
        let longest = said.and_then(|said| if active { said.longest_active } else { said.longest_eligible });
        if longest.is_none() {
            let message = "no duration: EasyPIM takes the longest that the policy in force allows; here it is without end \
                           where the policy allows that, else as long as it does";
            self.reader.notice(NoticeKind::Assumed, fields.mark, &fields.path, message);
        }
        longest.map(Until::After)
    }

    fn condition(&mut self, what: &What, fields: &Fields<'_>) -> Option<String> {
        let item = fields.get(&["condition"]);
        if let Some(version) = fields.get(&["conditionVersion"])
            && version.text(self.reader)? != "2.0"
        {
            let message = "expected 2.0, the only version of conditions";
            self.reader.fault(FaultKind::Value, version.mark(), &version.path, message);
        }
        let item = item?;
        if what.of() != Of::Azure {
            let message = "only Azure roles have conditions; passed over";
            self.reader.notice(NoticeKind::WithoutEffect, item.mark(), &item.path, message);
            return None;
        }
        item.text(self.reader).map(str::to_owned)
    }
}
