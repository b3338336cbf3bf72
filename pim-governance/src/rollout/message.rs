//! One message for each person whom a plan concerns.

use std::collections::BTreeMap;

use pim_core::{
    error::Result as CoreResult,
    id::PrincipalId,
    mail::{Address, Mail},
    sensitive::Sensitive,
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    effects::{Duty, DutyChange, Effect, Unknown, effects},
    state::Held,
    templates::{Engine, Template, Templates},
    words::{DutyWords, EffectWords, Words},
};
use crate::{desired::Day, names::Names, plan::Plan, render::RenderError, snapshot::Snapshot};

/// What messages say beside the plan.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct MessageOptions {
    /// The organisation's name.
    pub organisation: Option<String>,
    /// Whom people ask: an address, a number, a page.
    pub contact: Option<String>,
    /// When each wave begins, by the name it has in the plan.
    pub starts: BTreeMap<String, Day>,
    /// Where people read mail, if not at the address that the directory has for them: accounts made for
    /// administration often have no mailbox.
    pub addresses: BTreeMap<PrincipalId, Address>,
    /// What the texts are made with.
    pub templates: Templates,
}

/// What one person is told: all that changes for them, in one mail.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// What it is known by: the same text to the same person has the same, whenever it is made.
    pub id: Box<str>,
    /// Whom it is for.
    pub to: PrincipalId,
    /// What they are called.
    pub name: Sensitive<String>,
    /// Where they read mail; `None` where nobody knows, as with accounts without a mailbox.
    pub address: Option<Address>,
    /// What changes in what they hold.
    pub effects: Vec<Effect>,
    /// What changes in what they approve.
    pub duties: Vec<Duty>,
    /// What it is about, in one line.
    pub subject: Sensitive<String>,
    /// What it says.
    pub text: Sensitive<String>,
    /// The same as HTML.
    pub html: Option<Sensitive<String>>,
}

/// Who is told, and who can't be.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Messages {
    /// One for each person, by id.
    pub messages: Vec<Message>,
    /// Whom the plan concerns and who can't be told by name.
    pub unknown: Vec<Unknown>,
}

impl Message {
    /// A message of your own, in plain text, without an address; set the rest afterwards. The id is 1 to 64 letters,
    /// digits and `-`.
    pub fn new(id: &str, to: PrincipalId, subject: &str, text: String) -> Self {
        Self {
            id: id.into(),
            to,
            name: Sensitive::default(),
            address: None,
            effects: Vec::new(),
            duties: Vec::new(),
            subject: subject.into(),
            text: text.into(),
            html: None,
        }
    }

    /// The message as mail; `None` where there is no address.
    ///
    /// # Errors
    /// `InvalidInput` for an id of your own that is none.
    pub fn mail(&self) -> CoreResult<Option<Mail>> {
        let Some(to) = self.address.clone() else { return Ok(None) };
        let mut mail = Mail::new(&self.id, to, self.subject.expose(), self.text.expose().clone())?;
        (mail.name, mail.html) = (Some(self.name.clone()), self.html.clone());
        Ok(Some(mail))
    }
}

/// What there is to tell whom before a plan is carried out.
///
/// Everybody is told whose hold on a privilege the plan makes, changes or takes, directly or through groups at any
/// depth, who activates something whose demands change, and who approves what is changed or newly asked for. All
/// ways to a privilege count together, so that who loses one of two grants reads that they keep it. Who could join
/// such a group by activation is told too. Break-glass accounts are not.
///
/// # Errors
/// When a template of your own fails.
pub fn messages(plan: &Plan, snapshot: &Snapshot, options: &MessageOptions) -> Result<Messages, RenderError> {
    const WANTED: [Template; 3] = [Template::MessageSubject, Template::MessageText, Template::MessageHtml];
    let engine = Engine::new(&options.templates, &WANTED)?;
    let words = Words { names: Names::of(snapshot), plan, starts: &options.starts };
    let mails: BTreeMap<_, _> = snapshot.users.iter().map(|user| (&user.id, user.mail.as_ref())).collect();
    let mut found = effects(plan, snapshot);
    let people: std::collections::BTreeSet<_> =
        found.effects.keys().chain(found.duties.keys()).cloned().collect();
    let mut told = Messages { messages: Vec::with_capacity(people.len()), unknown: found.unknown };
    for person in people {
        let effects = found.effects.remove(&person).unwrap_or_default();
        let duties = found.duties.remove(&person).unwrap_or_default();
        let name = words.names.principal(&person).into_owned();
        let context = Context::new(&words, options, &name, &effects, &duties);
        let subject = engine.render(Template::MessageSubject, &context)?.trim().to_owned();
        let text = engine.render(Template::MessageText, &context)?;
        let html = engine.render(Template::MessageHtml, &context)?;
        let known = mails.get(&person).copied().flatten().and_then(|mail| Address::try_from(mail).ok());
        told.messages.push(Message {
            id: id(plan, &person, [&subject, &text, &html]),
            address: options.addresses.get(&person).cloned().or(known),
            to: person,
            name: name.into(),
            effects,
            duties,
            subject: subject.into(),
            text: text.into(),
            html: Some(html.into()),
        });
    }
    Ok(told)
}

/// What the templates of a message are given.
#[derive(Debug, Serialize)]
struct Context<'a> {
    organisation: Option<&'a str>,
    contact: Option<&'a str>,
    name: &'a str,
    effects: Vec<EffectWords>,
    duties: Vec<DutyWords>,
    /// Whether there is anything to activate afterwards.
    activates: bool,
    /// Whether there is anything to approve afterwards.
    approves: bool,
}

impl<'a> Context<'a> {
    fn new(
        words: &Words<'_>,
        options: &'a MessageOptions,
        name: &'a str,
        effects: &[Effect],
        duties: &[Duty],
    ) -> Self {
        Self {
            organisation: options.organisation.as_deref(),
            contact: options.contact.as_deref(),
            name,
            effects: effects.iter().map(|effect| words.effect(effect)).collect(),
            duties: duties.iter().map(|duty| words.duty(duty)).collect(),
            activates: effects.iter().any(|effect| effect.after == Held::Eligible),
            approves: duties.iter().any(|duty| duty.change != DutyChange::Ends),
        }
    }
}

fn id(plan: &Plan, person: &PrincipalId, texts: [&String; 3]) -> Box<str> {
    let tenant = plan.tenant.as_ref().map(ToString::to_string);
    // A tuple in JSON: no text of one part can look like the next part.
    let text = serde_json::to_string(&("message", tenant, person, texts)).unwrap_or_default();
    let hash = Sha256::digest(text);
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>().into()
}
