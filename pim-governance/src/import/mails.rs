//! Who gets mail, flat and nested.

use super::{
    fields::{Fields, Item, Told, same},
    reader::Reader,
};
use crate::desired::{FaultKind, Mail, MailLevel, Mails, Notifications, Who, document::Mark};

/// The events by their flat name, their nested name, and ours.
const EVENTS: [(&str, &str, &str); 3] = [
    ("EligibleAssignment", "Eligibility", "eligible"),
    ("ActiveAssignment", "Active", "active"),
    ("Activation", "Activation", "activation"),
];
/// Whom mail goes to: flat, nested, ours.
const TO: [(&str, &[&str], &str); 3] = [
    ("Alert", &["Alert"], "administrators"),
    ("Assignee", &["Assignee"], "holder"),
    ("Approver", &["Approvers", "Approver"], "approvers"),
];

/// The flat keys, which are fields of a policy.
pub(super) const FLAT: [&str; 9] = [
    "Notification_EligibleAssignment_Alert",
    "Notification_EligibleAssignment_Assignee",
    "Notification_EligibleAssignment_Approver",
    "Notification_ActiveAssignment_Alert",
    "Notification_ActiveAssignment_Assignee",
    "Notification_ActiveAssignment_Approver",
    "Notification_Activation_Alert",
    "Notification_Activation_Assignee",
    "Notification_Activation_Approver",
];

pub(super) fn read(
    fields: &Fields<'_>,
    booleans: Told,
    places: &mut Vec<(String, Mark)>,
    reader: &mut Reader,
) -> Notifications {
    let nested = fields.get(&["Notifications"]).and_then(|item| item.fields(reader));
    if let Some(nested) = &nested {
        nested.tell_unknown(&EVENTS.map(|(_, name, _)| name), reader);
    }
    let mut all = Notifications::default();
    for (flat, name, ours) in EVENTS {
        let event = nested.as_ref().and_then(|nested| nested.get(&[name])?.fields(reader));
        if let Some(event) = &event {
            event.tell_unknown(&["Alert", "Assignee", "Approvers", "Approver"], reader);
        }
        let mut mails = Mails::default();
        for (to, keys, whom) in TO {
            let inner = event.as_ref().and_then(|event| event.get(keys));
            let outer = fields.get(&[&format!("Notification_{flat}_{to}")]);
            // The nested one counts.
            let Some(item) = inner.or(outer) else { continue };
            let Some(mail) = mail(item, booleans, reader) else { continue };
            places.push((format!("settings.notifications.{ours}.{whom}"), item.mark()));
            match whom {
                "administrators" => mails.administrators = Some(mail),
                "holder" => mails.holder = Some(mail),
                _ => mails.approvers = Some(mail),
            }
        }
        match ours {
            "eligible" => all.eligible = mails,
            "active" => all.active = mails,
            _ => all.activation = mails,
        }
    }
    all
}

/// `None` where it says nothing.
fn mail(item: &Item<'_>, booleans: Told, reader: &mut Reader) -> Option<Mail> {
    let fields = item.fields(reader)?;
    fields.tell_unknown(
        &["isDefaultRecipientEnabled", "isDefaultRecipientsEnabled", "notificationLevel", "Recipients"],
        reader,
    );
    let usual = fields.get(&["isDefaultRecipientEnabled", "isDefaultRecipientsEnabled"]);
    let mail = Mail {
        level: fields.get(&["notificationLevel"]).and_then(|item| level(item, reader)),
        default_recipients: usual.and_then(|item| item.boolean(booleans, reader)),
        to: fields.get(&["Recipients"]).and_then(|item| recipients(item, reader)),
    };
    (mail != Mail::default()).then_some(mail)
}

fn level(item: &Item<'_>, reader: &mut Reader) -> Option<MailLevel> {
    const LEGAL: [(&str, MailLevel); 3] =
        [("All", MailLevel::All), ("Critical", MailLevel::Critical), ("None", MailLevel::None)];
    let text = item.text(reader)?;
    let found = LEGAL.iter().find(|(word, _)| same(word, text));
    if found.is_none() {
        reader.fault_word(item.mark(), &item.path, text, &LEGAL.map(|(word, _)| word));
    }
    found.map(|(_, level)| *level)
}

fn recipients(item: &Item<'_>, reader: &mut Reader) -> Option<Vec<Who>> {
    let mut all = Vec::new();
    for (text, mark, path) in item.texts(reader)? {
        if !text.contains('@') || text.contains(char::is_whitespace) {
            reader.fault(FaultKind::Value, mark, &path, "expected a mail address, such as team@example.com");
            return None;
        }
        all.push(Who::from(text));
    }
    Some(all)
}
