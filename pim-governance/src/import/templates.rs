//! Policy templates, and what an entry makes of one.

use serde_json::{Map, Value};

use super::{
    NoticeKind,
    fields::{Fields, Item, Told, same},
    mails,
    policy::{self, FIELDS, Of, Said},
    reader::Reader,
    rows::Rows,
};
use crate::desired::{Design, FaultKind, Settings, Template, document::words};

/// The templates of a file.
#[derive(Default)]
pub(super) struct Templates<'a> {
    all: Vec<Known<'a>>,
}

struct Known<'a> {
    name: &'a str,
    fields: Fields<'a>,
    settings: Settings,
}

/// What an entry's policy comes to.
pub(super) struct Resolved<'a> {
    /// The template and what differs from it, where that says the same.
    pub(super) template: Option<&'a str>,
    pub(super) differs: Settings,
    pub(super) said: Said,
}

/// Keys of an entry that say which policy it has.
pub(super) const SOURCES: [&str; 4] = ["PolicySource", "Template", "PolicyTemplate", "Policy"];

impl<'a> Templates<'a> {
    pub(super) fn read(root: &Fields<'a>, design: &mut Design, rows: &mut Rows, reader: &mut Reader) -> Self {
        let mut templates = Self::default();
        let Some(section) = root.get(&["PolicyTemplates"]).and_then(|item| item.fields(reader)) else {
            return templates;
        };
        for (name, mark, item) in section.iter().filter(|(name, ..)| !name.starts_with('_')) {
            let Some(fields) = item.fields(reader) else { continue };
            for key in ["Template", "PolicyTemplate"] {
                if let Some(other) = fields.get(&[key]) {
                    let message =
                        "a template can't rest on another one in EasyPIM: write out what it takes from it";
                    reader.fault(FaultKind::Cycle, other.mark(), &other.path, message);
                }
            }
            tell_unknown(&fields, &[], Of::Template, reader);
            let said = policy::read(&fields, Of::Template, Told::Yes, reader);
            rows.template_places(name, mark, &said);
            let template = Template { settings: said.settings.clone(), ..Template::default() };
            design.templates.insert(name.to_owned(), template);
            templates.all.push(Known { name, fields, settings: said.settings });
        }
        templates
    }

    /// The policy of an entry: an inline one, a template's, or one over the other.
    pub(super) fn resolve(
        &self,
        entry: &Fields<'a>,
        of: Of,
        listed: bool,
        reader: &mut Reader,
    ) -> Option<Resolved<'a>> {
        let source = entry.get(&["PolicySource"]).map(|item| Some((item.text(reader)?, item)));
        let source = match source {
            Some(None) => return None,
            Some(source) => source,
            None => None,
        };
        if let Some((word, item)) = source {
            if same(word, "file") {
                let message = "policies from files are not read: import the CSV on its own";
                reader.fault(FaultKind::Impossible, item.mark(), &item.path, message);
                return None;
            }
            if !["template", "inline"].iter().any(|legal| same(legal, word)) {
                reader.fault_word(item.mark(), &item.path, word, &["template", "inline"]);
                return None;
            }
        }
        let template = match entry.get(&["Template", "PolicyTemplate"]) {
            Some(item) => Some(self.named(item, reader)?),
            None => None,
        };
        if let Some(item) =
            entry.get(&["PolicyTemplate"]).filter(|_| listed && of != Of::Azure && !entry.has("Template"))
        {
            let message = "EasyPIM reads PolicyTemplate only in Azure's list; taken as Template";
            reader.notice(NoticeKind::OldName, item.mark(), &item.path, message);
        }
        let inline = match entry.get(&["Policy"]) {
            Some(item) => Some(item.fields(reader)?),
            None => None,
        };
        let is_inline = source.is_some_and(|(word, _)| same(word, "inline"));
        if listed && template.is_none() && inline.is_none() && !is_inline {
            let message = "no policy: expected `Template`, `Policy`, or `PolicySource` with `inline`";
            reader.fault(FaultKind::MissingKey, entry.mark, &entry.path, message);
            return None;
        }
        if let (Some((word, item)), None) = (source, template)
            && same(word, "template")
        {
            reader.fault(FaultKind::MissingKey, item.mark(), &item.path, "the key `Template` is missing");
            return None;
        }
        let mut own = entry.over(&Fields::none(entry), &SOURCES);
        if let Some(inline) = &inline {
            tell_unknown(inline, &[], of, reader);
            own = own.over(inline, &SOURCES);
        }
        let Some(template) = template else {
            let said = policy::read(&own, of, Told::Yes, reader);
            return Some(Resolved { template: None, differs: said.settings.clone(), said });
        };
        let said = policy::read(&own.over(&template.fields, &SOURCES), of, Told::Yes, reader);
        match difference(&said.settings, &template.settings) {
            Some(differs) => Some(Resolved { template: Some(template.name), differs, said }),
            None => {
                let message = "this entry takes something out of its template, which a design can't say: its settings are \
                               written out";
                reader.notice(NoticeKind::SpelledOut, entry.mark, &entry.path, message);
                Some(Resolved { template: None, differs: said.settings.clone(), said })
            }
        }
    }

    fn named(&self, item: &Item<'_>, reader: &mut Reader) -> Option<&Known<'a>> {
        let name = item.text(reader)?;
        let found = self.all.iter().find(|known| same(known.name, name));
        if found.is_none() {
            let names: Vec<_> = self.all.iter().map(|known| known.name).collect();
            if names.is_empty() {
                let message = format!("there is no template {}: the file has none", words::quote(name));
                reader.fault(FaultKind::UnknownName, item.mark(), &item.path, message);
            } else {
                reader.fault_word(item.mark(), &item.path, name, &names);
            }
        }
        found
    }
}

/// Tells of keys that are no field of a policy and none of `more`.
pub(super) fn tell_unknown(fields: &Fields<'_>, more: &[&str], of: Of, reader: &mut Reader) {
    let known = FIELDS.iter().filter(|key| **key != "Duration" || matches!(of, Of::Group | Of::Template));
    let known: Vec<&str> = known.chain(&mails::FLAT).chain(more).copied().collect();
    fields.tell_unknown(&known, reader);
}

/// What has to be said over a template so that these settings result; `None` where the template says something
/// that they do not.
fn difference(wanted: &Settings, template: &Settings) -> Option<Settings> {
    let (Ok(wanted_json), Ok(template_json)) = (serde_json::to_value(wanted), serde_json::to_value(template))
    else {
        return None;
    };
    let differs: Settings = serde_json::from_value(subtract(&wanted_json, &template_json)).ok()?;
    (differs.over(template) == *wanted).then_some(differs)
}

/// The members of `wanted` that `template` does not have alike.
fn subtract(wanted: &Value, template: &Value) -> Value {
    let none = Map::new();
    let (Some(wanted), template) = (wanted.as_object(), template.as_object().unwrap_or(&none)) else {
        return wanted.clone();
    };
    let different = wanted.iter().filter(|(key, value)| template.get(*key) != Some(value));
    different
        .map(|(key, value)| match template.get(key) {
            Some(below) if value.is_object() => (key.clone(), subtract(value, below)),
            _ => (key.clone(), value.clone()),
        })
        .collect::<Map<_, _>>()
        .into()
}
