//! Mail that the service would send, as far as the policies' notification rules ask for it.

use std::sync::Arc;

use pim_core::{
    id::{PrincipalId, RequestId, ReviewId},
    policy::{Approver, NotificationLevel, NotificationSetting, Policy, RuleKind, Setting},
    privilege::Privilege,
    review::Reviewer,
    schedule::Level,
    sensitive::Sensitive,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{
    event::{Guid, Rank},
    state::State,
};

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailKind {
    /// Someone became eligible or was assigned.
    Granted,
    /// Someone activated.
    Activated,
    /// A request waits for a decision.
    DecisionNeeded,
    /// A request was approved.
    Approved,
    /// A request was denied.
    Denied,
    /// A request ran out of time.
    TimedOut,
    /// A grant ends soon.
    EndsSoon,
    /// A grant has ended.
    Ended,
    /// A review has started.
    ReviewStarted,
    /// A review still lacks answers.
    ReviewReminder,
    /// A review has ended.
    ReviewEnded,
}

/// To whom a mail goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Audience {
    /// The usual administrators: Global, Privileged Role and Security Administrators.
    Administrators,
    /// One principal.
    Principal(PrincipalId),
    /// Those who may decide.
    Approvers(Vec<Approver>),
    /// A review's reviewers.
    Reviewers(Vec<Reviewer>),
    /// Only the further addresses.
    Addresses,
}

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Mail {
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub kind: MailKind,
    /// To whom.
    pub to: Audience,
    /// Further addresses.
    pub addresses: Vec<Sensitive<String>>,
    /// Whose grant or request it is about.
    pub principal: Option<PrincipalId>,
    /// Which privilege it is about.
    pub privilege: Option<Privilege>,
    /// Which family of grants.
    pub level: Option<Level>,
    /// Which request it is about.
    pub request: Option<RequestId>,
    /// Which review it is about.
    pub review: Option<ReviewId>,
}

/// A mail as it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) at: Timestamp,
    pub(crate) kind: MailKind,
    pub(crate) to: Audience,
    pub(crate) addresses: Vec<Sensitive<String>>,
    pub(crate) principal: Option<u32>,
    pub(crate) privilege: Option<u32>,
    pub(crate) rank: Option<Rank>,
    pub(crate) request: Option<Guid>,
    pub(crate) review: Option<ReviewId>,
}

/// The mails sent, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox {
    /// How many mails were dropped, all older than those kept.
    forgotten: usize,
    entries: Vec<Arc<Entry>>,
}

impl Outbox {
    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(Arc::new(entry));
    }

    pub(crate) fn from(&self, at: usize) -> impl Iterator<Item = &Entry> {
        self.entries.iter().skip(at.saturating_sub(self.forgotten)).map(|entry| &**entry)
    }

    /// Drops the mails, but not their positions.
    pub(crate) fn forget(&mut self) {
        self.forgotten += std::mem::take(&mut self.entries).len();
    }
}

pub(crate) fn render(entry: &Entry, state: &State) -> Mail {
    Mail {
        at: entry.at,
        kind: entry.kind,
        to: entry.to.clone(),
        addresses: entry.addresses.clone(),
        principal: entry.principal.map(|number| state.principals.value(number).clone()),
        privilege: entry.privilege.map(|number| state.privileges.value(number).clone()),
        level: entry.rank.map(Rank::level),
        request: entry.request.map(Guid::request),
        review: entry.review.clone(),
    }
}

/// What a notification rule makes of a mail: `None` when it is not to be sent.
///
/// `asks` tells whether the mail asks for an act; of those alone the level `critical` lets through.
pub(crate) fn addressed(
    policy: &Policy,
    rule: &RuleKind,
    usual: Audience,
    asks: Asks,
) -> Option<(Audience, Vec<Sensitive<String>>)> {
    let setting = match policy.setting(rule) {
        Some(Setting::Notification(setting)) => setting,
        _ => return Some((usual, Vec::new())),
    };
    let NotificationSetting { level, default_recipients, recipients } = setting;
    let wanted = match level {
        NotificationLevel::None => false,
        NotificationLevel::Critical => asks == Asks::ForAnAct,
        _ => true,
    };
    if !wanted || (!default_recipients && recipients.is_empty()) {
        return None;
    }
    Some((if *default_recipients { usual } else { Audience::Addresses }, recipients.clone()))
}

/// Whether a mail asks for an act or only tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    ForAnAct,
    ForNothing,
}
