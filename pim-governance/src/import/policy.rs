//! The fields of a policy.

use super::{
    NoticeKind,
    fields::{Fields, Item, Told, same},
    length, mails,
    reader::Reader,
};
use crate::desired::{
    ActivationSettings, Context, FaultKind, GrantSettings, Length, Longest, Settings, Who, document::Mark,
};

/// What a policy is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Template,
    Entra,
    Azure,
    Group,
}

/// What the fields of a policy say.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) settings: Settings,
    /// Where each setting stands, by its path in a row.
    pub(super) places: Vec<(String, Mark)>,
    /// How long eligibilities may last, also where they may last for ever.
    pub(super) longest_eligible: Option<Length>,
    /// How long assignments may last, likewise.
    pub(super) longest_active: Option<Length>,
}

/// Every field, with its aliases.
pub(super) const FIELDS: [&str; 19] = [
    "ActivationDuration",
    "ActivationRequirement",
    "EnablementRules",
    "ActiveAssignmentRequirement",
    "ApprovalRequired",
    "Approvers",
    "AllowPermanentEligibility",
    "AllowPermanentEligibleAssignment",
    "MaximumEligibilityDuration",
    "MaximumEligibleAssignmentDuration",
    "AllowPermanentActiveAssignment",
    "MaximumActiveAssignmentDuration",
    "AuthenticationContext_Enabled",
    "AuthenticationContext_Value",
    "AuthenticationContext",
    "Notifications",
    "Duration",
    "PolicyID",
    "roleID",
];

/// What EasyPIM itself writes where grants must end and nobody says when.
const EASYPIM_ELIGIBLE: Length = Length::days(365);
const EASYPIM_ACTIVE: Length = Length::days(180);

/// Reads the fields; `booleans` says whether text for true and false is odd.
pub(super) fn read(fields: &Fields<'_>, of: Of, booleans: Told, reader: &mut Reader) -> Said {
    let mut policy = Policy { fields, of, booleans, reader, places: Vec::new() };
    let mut activation = policy.activation();
    let mut active = policy.active();
    policy.context(&mut activation, &active);
    policy.approval(&mut activation);
    let eligible_max = policy.length(
        &["MaximumEligibilityDuration", "MaximumEligibleAssignmentDuration"],
        "settings.eligible.longest",
    );
    let permanent = policy.old(&["AllowPermanentEligibility", "AllowPermanentEligibleAssignment"]);
    let longest = policy.longest(permanent, eligible_max, EASYPIM_ELIGIBLE, "settings.eligible.longest");
    let eligible = GrantSettings { longest, ..GrantSettings::default() };
    let active_max = policy.length(&["MaximumActiveAssignmentDuration"], "settings.active.longest");
    let permanent = fields.get(&["AllowPermanentActiveAssignment"]);
    active.longest = policy.longest(permanent, active_max, EASYPIM_ACTIVE, "settings.active.longest");
    let mails_told = if booleans == Told::No { Told::No } else { Told::Mails };
    let notifications = mails::read(fields, mails_told, &mut policy.places, policy.reader);
    Said {
        settings: Settings { activation, eligible, active, notifications },
        places: policy.places,
        longest_eligible: eligible_max,
        longest_active: active_max,
    }
}

struct Policy<'a, 'f> {
    fields: &'a Fields<'f>,
    of: Of,
    booleans: Told,
    reader: &'a mut Reader,
    places: Vec<(String, Mark)>,
}

impl<'a, 'f> Policy<'a, 'f> {
    fn activation(&mut self) -> ActivationSettings {
        let mut activation = ActivationSettings::default();
        let keys: &[&str] =
            if self.of == Of::Group { &["ActivationDuration", "Duration"] } else { &["ActivationDuration"] };
        activation.max = self.length(keys, "settings.activation.max");
        if let Some(item) = self.old(&["ActivationRequirement", "EnablementRules"]) {
            let legal = ["None", "MultiFactorAuthentication", "Justification", "Ticketing"];
            if let Some(demanded) = self.requirements(item, &legal) {
                self.places.push(("settings.activation".to_owned(), item.mark()));
                activation.mfa = Some(demanded.contains(&"MultiFactorAuthentication"));
                activation.justification = Some(demanded.contains(&"Justification"));
                activation.ticket = Some(demanded.contains(&"Ticketing"));
            }
        }
        activation
    }

    fn active(&mut self) -> GrantSettings {
        let mut active = GrantSettings::default();
        if let Some(item) = self.fields.get(&["ActiveAssignmentRequirement"]) {
            let legal = ["None", "MultiFactorAuthentication", "Justification"];
            if let Some(demanded) = self.requirements(item, &legal) {
                self.places.push(("settings.active".to_owned(), item.mark()));
                active.mfa = Some(demanded.contains(&"MultiFactorAuthentication"));
                active.justification = Some(demanded.contains(&"Justification"));
            }
        }
        active
    }

    /// The legal words that are listed.
    fn requirements<'w>(&mut self, item: &Item<'f>, legal: &[&'w str]) -> Option<Vec<&'w str>> {
        let mut demanded = Vec::new();
        for (text, mark, path) in item.texts(self.reader)? {
            let meant = if same(text, "MFA") { "MultiFactorAuthentication" } else { text };
            if same(text, "AuthenticationContext") {
                let message =
                    "is no requirement of its own, and passed over: AuthenticationContext_Enabled counts";
                self.reader.notice(NoticeKind::LooseWord, mark, &path, message);
                continue;
            }
            let Some(word) = legal.iter().find(|word| same(word, meant)) else {
                self.reader.fault_word(mark, &path, text, legal);
                return None;
            };
            if text != *word {
                let message = format!("taken as {word}, which is the only spelling that EasyPIM writes");
                self.reader.notice(NoticeKind::LooseWord, mark, &path, message);
            }
            demanded.push(*word);
        }
        Some(demanded)
    }

    fn context(&mut self, activation: &mut ActivationSettings, active: &GrantSettings) {
        let nested = self.fields.get(&["AuthenticationContext"]).and_then(|item| item.fields(self.reader));
        let inner = |key| nested.as_ref().and_then(|nested| nested.get(&[key])).cloned();
        let enabled =
            self.fields.get(&["AuthenticationContext_Enabled"]).cloned().or_else(|| inner("Enabled"));
        let value = self.fields.get(&["AuthenticationContext_Value"]).cloned().or_else(|| inner("Value"));
        let Some(enabled) = enabled else {
            if let Some(value) = value {
                let message = "has no effect without AuthenticationContext_Enabled";
                self.reader.notice(NoticeKind::WithoutEffect, value.mark(), &value.path, message);
            }
            return;
        };
        if self.of == Of::Group {
            let message = "groups have no authentication context in EasyPIM; passed over";
            self.reader.notice(NoticeKind::WithoutEffect, enabled.mark(), &enabled.path, message);
            return;
        }
        let Some(on) = enabled.boolean(self.booleans, self.reader) else { return };
        self.places.push(("settings.activation.context".to_owned(), enabled.mark()));
        if !on {
            activation.context = Some(Context::None);
            return;
        }
        let Some(value) = value else {
            let message = "the key `AuthenticationContext_Value` is missing: expected c1 to c99";
            self.reader.fault(FaultKind::MissingKey, enabled.mark(), &enabled.path, message);
            return;
        };
        let Some(id) = self.context_id(&value) else { return };
        activation.context = Some(Context::Named(id));
        if activation.mfa == Some(true) {
            activation.mfa = Some(false);
            let message = "the authentication context takes the place of multi-factor authentication, which is dropped: \
                           PIM honours no policy that demands both";
            self.reader.notice(NoticeKind::WithoutEffect, enabled.mark(), &enabled.path, message);
        }
        if active.mfa == Some(true) {
            let message = "EasyPIM drops multi-factor authentication for active assignments, too; here it stays, since it \
                           does not exclude a context at activation";
            self.reader.notice(NoticeKind::Assumed, enabled.mark(), &enabled.path, message);
        }
    }

    /// `c1` to `c99`, without a label.
    fn context_id(&mut self, value: &Item<'f>) -> Option<String> {
        let text = value.text(self.reader)?;
        let (id, label) = text.split_once(':').map_or((text, None), |(id, label)| (id.trim(), Some(label)));
        let number = id.strip_prefix(['c', 'C']).filter(|digits| digits.len() <= 2);
        let number = number.and_then(|digits| digits.parse::<u8>().ok()).filter(|number| *number > 0);
        let Some(number) = number else {
            self.reader.fault(FaultKind::Value, value.mark(), &value.path, "expected c1 to c99");
            return None;
        };
        if label.is_some() {
            self.reader.notice(
                NoticeKind::NotKept,
                value.mark(),
                &value.path,
                "the label after the colon is dropped",
            );
        }
        Some(format!("c{number}"))
    }

    fn approval(&mut self, activation: &mut ActivationSettings) {
        let required = self.fields.get(&["ApprovalRequired"]);
        let required_at = required.map(|item| (item.mark(), item.path.clone()));
        activation.approval = required.and_then(|item| item.boolean(self.booleans, self.reader));
        if let Some((mark, _)) = &required_at {
            self.places.push(("settings.activation.approval".to_owned(), *mark));
        }
        let listed = self.fields.get(&["Approvers"]);
        let approvers = listed.and_then(|item| self.approvers(item));
        let there = listed.map(|item| (item.mark(), item.path.clone())).or(required_at);
        let Some((mark, path)) = there else { return };
        let (kind, message) = match (activation.approval, &approvers) {
            (Some(true), None) => (
                NoticeKind::NoApprovers,
                "approval is demanded and nobody named: whoever the policy names already approves",
            ),
            (Some(true), Some(nobody)) if nobody.is_empty() => (
                NoticeKind::NoApprovers,
                "approval is demanded of nobody: for Entra roles, Global and Privileged Role Administrators approve; \
                 elsewhere nobody can",
            ),
            (None, Some(somebody)) if !somebody.is_empty() => (
                NoticeKind::Assumed,
                "approvers are named and ApprovalRequired is left out: approval is taken to be demanded",
            ),
            (Some(false), Some(somebody)) if !somebody.is_empty() => {
                (NoticeKind::WithoutEffect, "approvers have no effect while approval is not demanded")
            }
            _ => {
                activation.approvers = approvers.filter(|somebody| !somebody.is_empty());
                return;
            }
        };
        // A template is completed by its entries.
        if self.of != Of::Template {
            self.reader.notice(kind, mark, &path, message);
        }
        if activation.approval != Some(false) && approvers.is_some() {
            self.places.push(("settings.activation.approvers".to_owned(), mark));
            activation.approvers = approvers;
        }
    }

    fn approvers(&mut self, list: &Item<'f>) -> Option<Vec<Who>> {
        let items = if list.is_object() { vec![list.clone()] } else { list.items(self.reader) };
        let all: Vec<_> = items.iter().map(|item| self.approver(item)).collect();
        (list.is_object() || list.is_list()).then_some(())?;
        all.into_iter().collect()
    }

    fn approver(&mut self, item: &Item<'f>) -> Option<Who> {
        if !item.is_object() {
            return item.text(self.reader).map(|text| who(text, item, self.reader));
        }
        let fields = item.fields(self.reader)?;
        fields.tell_unknown(
            &["id", "description", "Name", "desc", "displayName", "Type", "userType"],
            self.reader,
        );
        if let Some(kind) = fields.get(&["userType", "Type"]) {
            let text = kind.text(self.reader)?;
            if !["user", "group"].iter().any(|word| same(word, text)) {
                self.reader.fault_word(kind.mark(), &kind.path, text, &["user", "group"]);
                return None;
            }
        }
        if let Some(id) = fields.get(&["id"]) {
            return id.text(self.reader).map(|text| who(text, id, self.reader));
        }
        let name = fields.get(&["description", "Name", "desc", "displayName"]);
        let Some(name) = name else {
            self.reader.fault(FaultKind::MissingKey, fields.mark, &fields.path, "the key `id` is missing");
            return None;
        };
        let message = "without an id; will be looked up by this name";
        self.reader.notice(NoticeKind::Assumed, name.mark(), &name.path, message);
        name.text(self.reader).map(Who::from)
    }

    fn length(&mut self, keys: &[&str], place: &str) -> Option<Length> {
        let item = self.old(keys)?;
        self.places.push((place.to_owned(), item.mark()));
        length::read(item, self.reader)
    }

    /// The two fields that say how long grants may last, in one.
    fn longest(
        &mut self,
        permanent: Option<&Item<'f>>,
        max: Option<Length>,
        fallback: Length,
        place: &str,
    ) -> Option<Longest> {
        let Some(permanent) = permanent else { return max.map(Longest::Length) };
        self.places.push((place.to_owned(), permanent.mark()));
        match (permanent.boolean(self.booleans, self.reader)?, max) {
            (true, None) => Some(Longest::Unlimited),
            (true, Some(_)) => {
                let message = "grants may last for ever, so the longest has no effect but on assignments of this file \
                               without a duration";
                self.reader.notice(NoticeKind::WithoutEffect, permanent.mark(), &permanent.path, message);
                Some(Longest::Unlimited)
            }
            (false, Some(max)) => Some(Longest::Length(max)),
            (false, None) => {
                if self.of != Of::Template {
                    let message = format!(
                        "grants must end and the file does not say when: EasyPIM takes what the policy says already; here it \
                         is {fallback}, which EasyPIM takes where that says nothing"
                    );
                    self.reader.notice(NoticeKind::Assumed, permanent.mark(), &permanent.path, message);
                }
                Some(Longest::Length(fallback))
            }
        }
    }

    /// The value of the first of these names that is there; any but the first is told of.
    fn old(&mut self, keys: &[&str]) -> Option<&'a Item<'f>> {
        let present: Vec<_> = keys.iter().filter_map(|key| Some((*key, self.fields.get(&[key])?))).collect();
        let (key, item) = present.first().copied()?;
        if let Some((other, ignored)) = present.get(1) {
            let message = format!("has no effect beside {key}, which counts instead of {other}");
            self.reader.notice(NoticeKind::WithoutEffect, ignored.mark(), &ignored.path, message);
        }
        let honoured = self.of == Of::Group && matches!(key, "EnablementRules" | "Duration");
        if Some(&key) != keys.first() && self.booleans != Told::No && !honoured {
            let now = keys.first().copied().unwrap_or_default();
            let message = format!("an old name of {now}, which EasyPIM passes over here; taken as {now}");
            self.reader.notice(NoticeKind::OldName, item.mark(), &item.path, message);
        }
        Some(item)
    }
}

/// Somebody by id, or by whatever stands in its place.
pub(super) fn who(text: &str, item: &Item<'_>, reader: &mut Reader) -> Who {
    if !is_guid(text) {
        let message = "not an object id, which EasyPIM demands; will be looked up by this name";
        reader.notice(NoticeKind::Assumed, item.mark(), &item.path, message);
    }
    Who::from(text)
}

pub(super) fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
