//! Sending messages: each once.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, stream};
pub use pim_core::mail::Notifier;
use pim_core::{error::ErrorKind, id::PrincipalId};
use serde::{Deserialize, Serialize};

use super::message::Message;

/// How messages are sent.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NotifyOptions<'a> {
    /// How many are sent at once.
    pub concurrency: usize,
    /// What became of messages before. What was delivered, and what may have been, is not sent again.
    pub before: &'a [Delivery],
}

impl Default for NotifyOptions<'_> {
    /// Four at once; nothing was sent before.
    fn default() -> Self {
        Self { concurrency: 4, before: &[] }
    }
}

/// What became of a message. Keep it: it is what keeps the next run from sending twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Delivery {
    /// Which message.
    pub message: Box<str>,
    /// For whom.
    pub to: PrincipalId,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Outcome {
    /// The notifier took it.
    Delivered,
    /// It may have been sent: the reply was lost. It is not sent again; ask the person, or look among what was sent.
    Uncertain,
    /// It was not sent. The next run sends it.
    Failed {
        /// The kind of failure.
        kind: ErrorKind,
        /// In plain words, without names.
        message: String,
    },
    /// Nobody knows an address: name one in [`MessageOptions::addresses`](super::MessageOptions::addresses).
    NoAddress,
    /// An earlier run delivered it, or may have.
    SentBefore,
}

impl Outcome {
    /// True where sending it again could be a second time.
    pub const fn may_have_arrived(&self) -> bool {
        matches!(self, Self::Delivered | Self::Uncertain | Self::SentBefore)
    }
}

/// Sends messages, several at once, and tells of each what became of it, in their order. One that fails does not
/// stop the others; none is tried twice.
///
/// A message that stands twice among them is sent once. `progress` is called after each. Dropping the future stops it; what was under way then may have been sent, so
/// keep what `progress` told, and take the messages of which it told nothing for uncertain.
pub async fn notify(
    notifier: &dyn Notifier,
    messages: &[Message],
    options: &NotifyOptions<'_>,
    mut progress: impl FnMut(&Delivery),
) -> Vec<Delivery> {
    let arrived = options.before.iter().filter(|delivery| delivery.outcome.may_have_arrived());
    let arrived: HashSet<&str> = arrived.map(|delivery| &*delivery.message).collect();
    let mut outcomes: HashMap<&str, Outcome> = HashMap::with_capacity(messages.len());
    let mut taken = HashSet::new();
    let fresh = messages.iter().filter(|message| taken.insert(&*message.id));
    let (before, sending): (Vec<_>, Vec<_>) = fresh.partition(|message| arrived.contains(&*message.id));
    for message in before {
        progress(&delivery(message, Outcome::SentBefore));
        outcomes.insert(&message.id, Outcome::SentBefore);
    }
    let sends = sending.into_iter().map(|message| async move { (message, send(notifier, message).await) });
    let mut sends = stream::iter(sends).buffer_unordered(options.concurrency.max(1));
    while let Some((message, outcome)) = sends.next().await {
        progress(&delivery(message, outcome.clone()));
        outcomes.insert(&message.id, outcome);
    }
    let outcome = |message: &Message| Some(delivery(message, outcomes.get(&*message.id)?.clone()));
    messages.iter().filter_map(outcome).collect()
}

async fn send(notifier: &dyn Notifier, message: &Message) -> Outcome {
    let sent = match message.mail() {
        Ok(None) => return Outcome::NoAddress,
        Ok(Some(mail)) => notifier.send(&mail).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(()) => Outcome::Delivered,
        Err(error) if error.kind() == ErrorKind::OutcomeUnknown => Outcome::Uncertain,
        Err(error) => Outcome::Failed { kind: error.kind(), message: error.to_string() },
    }
}

fn delivery(message: &Message, outcome: Outcome) -> Delivery {
    Delivery { message: message.id.clone(), to: message.to.clone(), outcome }
}
