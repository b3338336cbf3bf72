//! The roles table, row by row.

use std::collections::{BTreeMap, HashMap};

use pim_core::privilege::AzureScope;

use super::{
    NoticeKind,
    fields::{Item, same},
    policy::{Of, Said, is_guid},
    reader::Reader,
};
use crate::desired::{
    Access, AssignmentType, Design, FaultKind, Holder, Places, Row, Settings,
    document::{Mark, join},
};

/// What a row is about.
#[derive(Clone, Debug)]
pub(super) enum What {
    Entra(String),
    Azure { role: String, scope: String },
    Group { group: String, access: Access },
}

/// A row's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At(usize);

#[derive(Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    at: HashMap<String, At>,
    /// What each row's policy says, and where it stands.
    policies: HashMap<usize, (Said, Mark)>,
    places: BTreeMap<String, Mark>,
}

impl What {
    /// An Azure role; a scope may lack its first slash.
    pub(super) fn azure(role: &str, scope: &Item<'_>, reader: &mut Reader) -> Option<Self> {
        let text = scope.text(reader)?;
        let scope_text = if text.starts_with('/') { text.to_owned() } else { format!("/{text}") };
        let known = ["/subscriptions/", "/providers/"];
        let begins = |start: &str| scope_text.get(..start.len()).is_some_and(|head| same(head, start));
        if scope_text.parse::<AzureScope>().is_err()
            || !(scope_text == "/" || known.iter().any(|s| begins(s)))
        {
            let message = "expected an Azure scope, such as /subscriptions/{id}/resourceGroups/{name}";
            reader.fault(FaultKind::Value, scope.mark(), &scope.path, message);
            return None;
        }
        let scope = scope_text.trim_end_matches('/');
        let scope = if scope.is_empty() { "/" } else { scope };
        Some(Self::Azure { role: role.to_owned(), scope: scope.to_owned() })
    }

    /// One way of holding a group.
    pub(super) fn group(group: &str, access: &Item<'_>, reader: &mut Reader) -> Option<Self> {
        let text = access.text(reader)?;
        let access = match text {
            word if same(word, "Member") => Access::Member,
            word if same(word, "Owner") => Access::Owner,
            _ => {
                reader.fault_word(access.mark(), &access.path, text, &["Member", "Owner"]);
                return None;
            }
        };
        Some(Self::Group { group: group.to_owned(), access })
    }

    pub(super) const fn of(&self) -> Of {
        match self {
            Self::Entra(_) => Of::Entra,
            Self::Azure { .. } => Of::Azure,
            Self::Group { .. } => Of::Group,
        }
    }

    /// Names are the same in any case.
    fn key(&self) -> String {
        match self {
            Self::Entra(role) => format!("e\n{}", role.to_lowercase()),
            Self::Azure { role, scope } => format!("a\n{}\n{}", role.to_lowercase(), scope.to_lowercase()),
            Self::Group { group, access } => format!("g\n{}\n{access:?}", group.to_lowercase()),
        }
    }

    fn row(&self) -> Row {
        match self {
            Self::Entra(role) => Row { role: Some(role.clone()), ..Row::default() },
            Self::Azure { role, scope } => {
                Row { role: Some(role.clone()), azure: Some(scope.clone()), ..Row::default() }
            }
            Self::Group { group, access } => {
                Row { group: Some(group.clone()), access: Some(*access), ..Row::default() }
            }
        }
    }

    /// What EasyPIM spares, and in which way.
    fn spared(&self) -> Option<&'static str> {
        let never = ["Global Administrator"];
        let entra = ["Privileged Role Administrator", "Security Administrator", "User Access Administrator"];
        let azure = ["Owner", "User Access Administrator"];
        let (role, forced): (_, &[&str]) = match self {
            Self::Entra(role) if never.iter().any(|word| same(word, role)) => {
                return Some("EasyPIM never writes the policy of this role; a plan from this design does");
            }
            Self::Entra(role) => (role, &entra),
            Self::Azure { role, .. } => (role, &azure),
            Self::Group { .. } => return None,
        };
        let message =
            "EasyPIM writes the policy of this role only when forced to; a plan from this design does";
        forced.iter().any(|word| same(word, role)).then_some(message)
    }
}

impl Rows {
    /// The row of a privilege, made where there is none yet.
    pub(super) fn row(&mut self, what: &What, mark: Mark) -> At {
        let next = At(self.rows.len());
        let at = *self.at.entry(what.key()).or_insert(next);
        if at == next {
            self.rows.push(what.row());
            self.places.insert(format!("roles[{}]", at.0), mark);
        }
        at
    }

    /// Gives a privilege its policy: a template and what differs from it.
    pub(super) fn set_policy(
        &mut self,
        what: &What,
        item: &Item<'_>,
        template: Option<&str>,
        differs: Settings,
        said: Said,
        reader: &mut Reader,
    ) {
        let at = self.row(what, item.mark());
        if let Some((_, (line, column))) = self.policies.get(&at.0) {
            let message = format!("this has a policy already, at line {line}, column {column}: expected one");
            reader.fault(FaultKind::Contradiction, item.mark(), &item.path, message);
            return;
        }
        if let Some(message) = what.spared() {
            reader.notice(NoticeKind::ProtectedRole, item.mark(), &item.path, message);
        }
        for (path, mark) in &said.places {
            self.places.insert(format!("roles[{}].{path}", at.0), *mark);
        }
        let row = &mut self.rows[at.0];
        row.template = template.map(str::to_owned);
        row.settings = differs;
        self.policies.insert(at.0, (said, item.mark()));
    }

    /// What the policy of a row says; `None` where the file has none.
    pub(super) fn policy(&self, at: At) -> Option<&Said> {
        self.policies.get(&at.0).map(|(said, _)| said)
    }

    /// Adds a holder, eligible or active.
    pub(super) fn hold(
        &mut self,
        at: At,
        active: bool,
        holder: Holder,
        item: &Item<'_>,
        reader: &mut Reader,
    ) {
        let row = &mut self.rows[at.0];
        let is = |other: &Holder| same(other.who.as_str(), holder.who.as_str());
        let (own, other) = if active { (&row.active, &row.eligible) } else { (&row.eligible, &row.active) };
        if let Some(known) = own.iter().find(|other| is(other)) {
            let message = if *known == holder {
                "this assignment is there already"
            } else {
                "this assignment is there already, with another end or condition; the first counts"
            };
            reader.notice(NoticeKind::Duplicate, item.mark(), &item.path, message);
            return;
        }
        if other.iter().any(is) {
            let message = "whoever this is is named as eligible and as active: EasyPIM makes the first it comes to, here \
                           both are wanted";
            reader.notice(NoticeKind::Duplicate, item.mark(), &item.path, message);
        }
        let (list, name) = if active { (&mut row.active, "active") } else { (&mut row.eligible, "eligible") };
        let place = format!("roles[{}].{name}[{}]", at.0, list.len());
        list.push(holder);
        self.places.insert(place, item.mark());
    }

    pub(super) fn template_places(&mut self, name: &str, mark: Mark, said: &Said) {
        let path = join("templates", name);
        for (place, mark) in &said.places {
            self.places.insert(format!("{path}.{place}"), *mark);
        }
        self.places.insert(path, mark);
    }

    pub(super) fn place(&mut self, path: String, mark: Mark) {
        self.places.insert(path, mark);
    }

    /// Puts the rows into a design.
    pub(super) fn into_design(self, mut design: Design, exclusive: bool, reader: &Reader) -> Design {
        design.roles = self.rows;
        for row in &mut design.roles {
            row.exclusive = exclusive && !(row.eligible.is_empty() && row.active.is_empty());
            if row.eligible.is_empty() && !row.active.is_empty() {
                row.assignment = AssignmentType::Static;
            }
        }
        design.places = Places::new(self.places, reader.file.clone());
        design
    }
}

/// A group by id or name.
pub(super) fn group_of<'a>(fields: &super::fields::Fields<'a>, reader: &mut Reader) -> Option<&'a str> {
    let Some(id) = fields.get(&["GroupId"]) else {
        return fields.need(&["GroupName"], reader)?.text(reader);
    };
    let text = id.text(reader)?;
    if !is_guid(text) {
        let message = "not an object id; the group will be looked up by this name";
        reader.notice(NoticeKind::Assumed, id.mark(), &id.path, message);
    }
    Some(text)
}
