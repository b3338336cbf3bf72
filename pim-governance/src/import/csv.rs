//! EasyPIM's export of policies in CSV.

use ::csv::{ReaderBuilder, StringRecord, Trim};

use super::{
    fields::{Item, Told},
    policy::{self, Of},
    reader::Reader,
    rows::{Rows, What},
    source::Lines,
};
use crate::desired::{
    Design, FaultKind,
    document::{Body, Mark, Member, Node, words},
};

/// What the policies of a CSV file are of, which the file does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsvOf {
    /// Entra roles.
    EntraRoles,
    /// Azure roles at this scope.
    AzureRoles(String),
    /// One group, by name or id; its rows are called `Member` and `Owner`.
    Group(String),
}

/// More columns than any export has.
const MOST_COLUMNS: usize = 500;

pub(super) fn read(text: &str, of: &CsvOf, reader: &mut Reader) -> Option<Design> {
    let text = text.trim_start_matches('\u{feff}');
    // Windows PowerShell puts the type of the rows before them; places count it.
    let skipped = if text.starts_with("#TYPE") { text.find('\n').map_or(text.len(), |at| at + 1) } else { 0 };
    let lines = Lines::of(text);
    let body = &text[skipped..];
    let header = body.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut csv =
        ReaderBuilder::new().delimiter(delimiter).trim(Trim::All).flexible(true).from_reader(body.as_bytes());
    let headers = match csv.headers() {
        Ok(headers) if !headers.is_empty() && headers.len() <= MOST_COLUMNS => headers.clone(),
        _ => {
            reader.fault(
                FaultKind::Syntax,
                (1, 1),
                "",
                "this is no export: expected a line of headers with RoleName",
            );
            return None;
        }
    };
    tell_headers(&headers, lines.mark(skipped), reader)?;
    let mut rows = Rows::default();
    for record in csv.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(skipped, |at| skipped + byte(at.byte()));
                reader.fault(FaultKind::Syntax, lines.mark(at), "", "this row can't be read as CSV");
                return None;
            }
        };
        let start = skipped + record.position().map_or(0, |at| byte(at.byte()));
        let at = Place { lines: &lines, text, start, delimiter };
        row(&headers, &record, &at, of, &mut rows, reader);
    }
    Some(rows.into_design(Design::default(), false, reader))
}

fn byte(at: u64) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

fn tell_headers(headers: &StringRecord, mark: Mark, reader: &mut Reader) -> Option<()> {
    let mut seen: Vec<String> = Vec::new();
    for header in headers {
        if seen.contains(&header.to_lowercase()) {
            let message = format!("the header {} is there twice", words::quote(header));
            reader.fault(FaultKind::DuplicateKey, mark, header, message);
            return None;
        }
        seen.push(header.to_lowercase());
    }
    if !seen.iter().any(|header| header == "rolename") {
        let near = words::nearest("RoleName", headers.iter());
        let advice = near.map(|near| format!("; {} is not it", words::quote(near))).unwrap_or_default();
        reader.fault(FaultKind::MissingKey, mark, "", format!("there is no header RoleName{advice}"));
        return None;
    }
    Some(())
}

/// Where a record stands.
struct Place<'a> {
    lines: &'a Lines<'a>,
    text: &'a str,
    start: usize,
    delimiter: u8,
}

impl Place<'_> {
    /// Where a field of the record begins.
    fn field(&self, number: usize) -> Mark {
        let blank = |at: &usize| matches!(self.text.as_bytes().get(*at), Some(b'\r' | b'\n'));
        let start = (self.start..).find(|at| !blank(at)).unwrap_or(self.start);
        let (mut at, mut quoted, mut left) = (start, false, number);
        for byte in self.text.as_bytes().get(start..).unwrap_or_default() {
            if left == 0 {
                break;
            }
            match *byte {
                b'"' => quoted = !quoted,
                byte if byte == self.delimiter && !quoted => left -= 1,
                _ => {}
            }
            at += 1;
        }
        self.lines.mark(at)
    }
}

fn row(
    headers: &StringRecord,
    record: &StringRecord,
    place: &Place<'_>,
    of: &CsvOf,
    rows: &mut Rows,
    reader: &mut Reader,
) {
    let mark = place.field(0);
    if record.len() > headers.len() {
        let message =
            format!("expected {} fields, as there are headers, found {}", headers.len(), record.len());
        reader.fault(FaultKind::Syntax, mark, "", message);
        return;
    }
    let tree = tree(headers, record, place, reader);
    let item = Item::new(&tree, String::new());
    let Some(fields) = item.fields(reader) else { return };
    let Some(role) = fields.need(&["RoleName"], reader) else { return };
    let what = match of {
        CsvOf::EntraRoles => role.text(reader).map(|role| What::Entra(role.to_owned())),
        CsvOf::AzureRoles(scope) => role.text(reader).and_then(|role| {
            let scope = Node::new(mark, Body::Text(scope.clone()));
            What::azure(role, &Item::new(&scope, "scope".to_owned()), reader)
        }),
        CsvOf::Group(group) => What::group(group, role, reader),
    };
    let Some(what) = what else { return };
    let kind = match of {
        CsvOf::EntraRoles => Of::Entra,
        CsvOf::AzureRoles(_) => Of::Azure,
        CsvOf::Group(_) => Of::Group,
    };
    let said = policy::read(&fields, kind, Told::No, reader);
    rows.set_policy(&what, &item, None, said.settings.clone(), said, reader);
}

/// A record as the object that it would be in a configuration.
fn tree(headers: &StringRecord, record: &StringRecord, place: &Place<'_>, reader: &mut Reader) -> Node {
    let mark = place.field(0);
    let mut members: Vec<Member> = Vec::new();
    for (number, (header, value)) in headers.iter().zip(record).enumerate() {
        let at = place.field(number);
        let text = |value: &str| Node::new(at, Body::Text(value.to_owned()));
        if let Some((key, inner)) = mail_column(header) {
            // Nobody named is somebody named: the export holds everything that is set.
            let value = match inner {
                "Recipients" => list(value, at),
                _ if value.is_empty() => continue,
                _ => text(value),
            };
            let inner = Member { key: inner.to_owned(), mark: at, value };
            match members.iter_mut().find(|member| member.key == key) {
                Some(Member { value: Node { body: Body::Map(map), .. }, .. }) => map.push(inner),
                _ => members.push(Member { key, mark: at, value: Node::new(at, Body::Map(vec![inner])) }),
            }
            continue;
        }
        let value = if header.eq_ignore_ascii_case("Approvers") {
            match approvers(value, at) {
                Ok(_) if value.is_empty() => continue,
                Ok(approvers) => approvers,
                Err(expected) => {
                    reader.fault(FaultKind::Value, at, header, expected);
                    continue;
                }
            }
        } else if REQUIREMENTS.iter().any(|key| header.eq_ignore_ascii_case(key)) {
            list(value, at)
        } else if value.is_empty() {
            continue;
        } else {
            text(value)
        };
        members.push(Member { key: header.to_owned(), mark: at, value });
    }
    Node::new(mark, Body::Map(members))
}

/// Lists, of which empty ones say that nothing is demanded.
const REQUIREMENTS: [&str; 3] = ["EnablementRules", "ActivationRequirement", "ActiveAssignmentRequirement"];

fn list(value: &str, at: Mark) -> Node {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    Node::new(at, Body::List(parts.map(|part| Node::new(at, Body::Text(part.to_owned()))).collect()))
}

/// The flat key of a policy that a column about mail belongs to, and the key within.
fn mail_column(header: &str) -> Option<(String, &'static str)> {
    let mut parts = header.split('_');
    let (notification, event, to, what) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !notification.eq_ignore_ascii_case("Notification") || parts.next().is_some() {
        return None;
    }
    let find = |word: &str, among: &[(&str, &'static str)]| {
        among.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, meant)| *meant)
    };
    let event = find(
        event,
        &[
            ("Eligibility", "EligibleAssignment"),
            ("EligibleAssignment", "EligibleAssignment"),
            ("Active", "ActiveAssignment"),
            ("ActiveAssignment", "ActiveAssignment"),
            ("Activation", "Activation"),
        ],
    )?;
    let to = find(
        to,
        &[("Alert", "Alert"), ("Assignee", "Assignee"), ("Approver", "Approver"), ("Approvers", "Approver")],
    )?;
    let what = find(
        what,
        &[
            ("isDefaultRecipientEnabled", "isDefaultRecipientEnabled"),
            ("isDefaultRecipientsEnabled", "isDefaultRecipientEnabled"),
            ("NotificationLevel", "notificationLevel"),
            ("Recipients", "Recipients"),
        ],
    )?;
    Some((format!("Notification_{event}_{to}"), what))
}

/// Approvers as PowerShell prints them: `@{"id"="…";"description"="…";"userType"="user"},` again and again.
fn approvers(value: &str, at: Mark) -> Result<Node, &'static str> {
    const EXPECTED: &str = "expected approvers as @{\"id\"=\"…\";\"userType\"=\"user\"}, one after the other";
    let mut all = Vec::new();
    let mut rest = value.trim_matches([',', ' ']);
    while !rest.is_empty() {
        let inner = rest.strip_prefix("@{").ok_or(EXPECTED)?;
        let mut members = Vec::new();
        let mut left = inner;
        loop {
            let (key, tail) = quoted(left).ok_or(EXPECTED)?;
            let (value, tail) = tail.trim_start().strip_prefix('=').and_then(quoted).ok_or(EXPECTED)?;
            let value = Node::new(at, Body::Text(value.to_owned()));
            if !members.iter().any(|member: &Member| member.key.eq_ignore_ascii_case(key)) {
                members.push(Member { key: key.to_owned(), mark: at, value });
            }
            let tail = tail.trim_start();
            if let Some(tail) = tail.strip_prefix('}') {
                left = tail;
                break;
            }
            left = tail.strip_prefix(';').ok_or(EXPECTED)?;
        }
        // An empty description says nothing.
        members.retain(|member| !matches!(&member.value.body, Body::Text(text) if text.trim().is_empty()));
        all.push(Node::new(at, Body::Map(members)));
        rest = left.trim_start_matches([',', ' ']);
    }
    Ok(Node::new(at, Body::List(all)))
}

/// A quoted text, or a bare word, at the beginning, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start();
    match text.strip_prefix('"') {
        Some(inner) => inner.split_once('"'),
        None => {
            let end = text.find(['=', ';', '}'])?;
            Some((text[..end].trim(), &text[end..]))
        }
    }
}
