//! Every request that the service still remembers.

use std::{collections::VecDeque, sync::Arc};

use pim_core::{
    approval::{Approval, ApprovalKey, Stage, StageStatus},
    id::StageId,
    policy::Approver,
    request::{Action, NewRequest, Phase, Request, RequestStatus, Ticket},
    schedule::Condition,
    time::{Expiry, Timestamp},
};

use super::{
    event::{Guid, Rank},
    grants::Slot,
    hash::HashMap,
    state::State,
};

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) guid: Guid,
    pub(crate) principal: u32,
    pub(crate) privilege: u32,
    pub(crate) requestor: u32,
    pub(crate) rank: Rank,
    pub(crate) mfa: bool,
    pub(crate) action: Action,
    pub(crate) status: RequestStatus,
    pub(crate) created: Timestamp,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) start: Option<Timestamp>,
    pub(crate) expiry: Option<Expiry>,
    pub(crate) justification: Option<Arc<str>>,
    pub(crate) rare: Option<Box<Rare>>,
}

/// What few requests have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    pub(crate) ticket: Option<Box<Ticket>>,
    pub(crate) using: Option<Guid>,
    pub(crate) condition: Option<Arc<Condition>>,
    /// The approval, where one is needed, and who may give it.
    pub(crate) approval: Option<(Approval, Vec<Approver>)>,
}

impl Record {
    pub(crate) fn rare(&self) -> Option<&Rare> {
        self.rare.as_deref()
    }

    pub(crate) fn approval(&self) -> Option<&(Approval, Vec<Approver>)> {
        self.rare()?.approval.as_ref()
    }

    pub(crate) fn using(&self) -> Option<Guid> {
        self.rare()?.using
    }

    pub(crate) fn condition(&self) -> Option<Arc<Condition>> {
        self.rare()?.condition.clone()
    }

    pub(crate) fn ticket(&self) -> Option<&Ticket> {
        self.rare()?.ticket.as_deref()
    }
}

/// The store, in the order in which requests were made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests {
    slab: VecDeque<Option<Record>>,
    /// The place of the first one still remembered; the oldest are forgotten first.
    first: Slot,
    by_guid: HashMap<Guid, Slot>,
    /// Those that wait for someone, by holder, privilege and rank.
    waiting: HashMap<(u32, u32, Rank), Guid>,
}

impl Requests {
    pub(crate) fn get(&self, guid: Guid) -> Option<&Record> {
        let slot = *self.by_guid.get(&guid)?;
        self.slab.get(self.at(slot))?.as_ref()
    }

    /// All requests from a place on, oldest first.
    pub(crate) fn from(&self, slot: Slot) -> impl Iterator<Item = (Slot, &Record)> {
        let slot = slot.max(self.first);
        let at = self.at(slot).min(self.slab.len());
        // The slab first: past its end no number is counted up, which at the highest would overflow.
        self.slab.range(at..).zip(slot..).filter_map(|(record, slot)| Some((slot, record.as_ref()?)))
    }

    fn at(&self, slot: Slot) -> usize {
        (slot - self.first) as usize
    }

    /// The request that still waits for someone, or for its start.
    pub(crate) fn waiting(&self, principal: u32, privilege: u32, rank: Rank) -> Option<&Record> {
        self.get(*self.waiting.get(&(principal, privilege, rank))?)
    }

    /// The requests that wait and rest on this eligibility, in a fixed order.
    pub(crate) fn resting_on(&self, eligibility: Guid) -> Vec<Guid> {
        let rests = |guid: &Guid| self.get(*guid).is_some_and(|record| record.using() == Some(eligibility));
        let mut found: Vec<Guid> = self.waiting.values().copied().filter(rests).collect();
        found.sort_unstable();
        found
    }

    pub(crate) fn insert(&mut self, record: Record) {
        if waits(&record.status) {
            self.waiting.insert((record.principal, record.privilege, record.rank), record.guid);
        }
        let slot = self.first + u32::try_from(self.slab.len()).unwrap_or(0);
        self.by_guid.insert(record.guid, slot);
        self.slab.push_back(Some(record));
    }

    pub(crate) fn remove(&mut self, guid: Guid) {
        if let Some(slot) = self.by_guid.remove(&guid) {
            let at = self.at(slot);
            self.slab[at] = None;
            while matches!(self.slab.front(), Some(None)) {
                self.slab.pop_front();
                self.first += 1;
            }
        }
    }

    /// Changes a request, and keeps the index of waiting ones.
    pub(crate) fn change(&mut self, guid: Guid, change: impl FnOnce(&mut Record)) {
        let Some(at) = self.by_guid.get(&guid).map(|slot| self.at(*slot)) else { return };
        let Some(record) = self.slab[at].as_mut() else { return };
        let place = (record.principal, record.privilege, record.rank);
        change(record);
        if !waits(&record.status) && self.waiting.get(&place) == Some(&guid) {
            self.waiting.remove(&place);
        }
    }
}

fn waits(status: &RequestStatus) -> bool {
    status.phase() == Phase::Pending
}

/// A new approval: one stage, whose id is the request's own, as on the service.
pub(crate) fn open_approval(guid: Guid, state: &State, privilege: u32) -> Approval {
    let key = ApprovalKey {
        id: guid.request().as_approval(),
        privilege: state.privileges.value(privilege).clone(),
    };
    Approval::new(key, vec![Stage::open(StageId::from_guid(guid.0))])
}

/// Marks the open stage of an approval as timed out.
pub(crate) fn expire(approval: &mut Approval) {
    for stage in &mut approval.stages {
        if stage.status == StageStatus::InProgress {
            stage.status = StageStatus::Expired;
        }
    }
}

/// A request as callers see it.
pub(crate) fn render(state: &State, record: &Record) -> Request {
    let rare = record.rare();
    let asked = NewRequest {
        action: record.action.clone(),
        level: record.rank.level(),
        principal: state.principals.value(record.principal).clone(),
        privilege: state.privileges.value(record.privilege).clone(),
        start: record.start,
        expiry: record.expiry,
        justification: record.justification.as_deref().map(Into::into),
        ticket: record.ticket().cloned(),
        using: record.using().map(|guid| state.schedule_id(guid, record.privilege)),
        condition: rare.and_then(|rare| rare.condition.as_deref().cloned().map(Box::new)),
        dry_run: false,
    };
    let mut request = Request::new(record.guid.request(), record.status.clone(), asked);
    request.requestor = Some(state.principals.value(record.requestor).clone());
    request.created = Some(record.created);
    request.completed = record.completed;
    request.approval = record.approval().map(|(approval, _)| approval.key.id.clone());
    if !record.action.is_removal() {
        request.schedule = Some(state.schedule_id(record.guid, record.privilege));
    }
    request
}
