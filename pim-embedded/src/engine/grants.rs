//! Every grant there is, in force or to come, with the ways to find one.
//!
//! Grants live in a slab. Those of one holder, and those of one privilege, are linked through the slab itself,
//! eight bytes a link: an index of vectors would cost several times that where most holders have few.

use std::sync::Arc;

use pim_core::{
    schedule::Condition,
    time::{Timestamp, Window},
};

use super::{
    event::{GrantOrigin, Guid, Rank},
    hash::HashMap,
};

/// A place in the slab. Reused after its grant has ended.
pub(crate) type Slot = u32;

const NONE: Slot = Slot::MAX;

/// Both directions of one linked list.
#[derive(Clone, Copy, Debug)]
struct Link {
    before: Slot,
    after: Slot,
}

/// One grant.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub(crate) guid: Guid,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    pub(crate) condition: Option<Arc<Condition>>,
    pub(crate) principal: u32,
    pub(crate) privilege: u32,
    /// The eligibility that was activated.
    pub(crate) using: Option<Guid>,
    of_holder: Link,
    of_privilege: Link,
    pub(crate) rank: Rank,
    pub(crate) origin: GrantOrigin,
    /// False while the start lies ahead.
    pub(crate) started: bool,
    /// True once its end has been put off because nobody else was left.
    pub(crate) kept: bool,
    /// How many of the warnings that it ends soon are behind it.
    pub(crate) warned: u8,
}

/// What a grant is made of.
#[derive(Clone, Debug)]
pub(crate) struct NewGrant {
    pub(crate) guid: Guid,
    pub(crate) principal: u32,
    pub(crate) privilege: u32,
    pub(crate) rank: Rank,
    pub(crate) origin: GrantOrigin,
    pub(crate) window: Window,
    pub(crate) using: Option<Guid>,
    pub(crate) condition: Option<Arc<Condition>>,
    pub(crate) started: bool,
}

impl Grant {
    /// From when to when; the ends of time stand for open ends.
    pub(crate) fn window(&self) -> Window {
        let open = |time: Timestamp, end: Timestamp| (time != end).then_some(time);
        Window::new(open(self.start, Timestamp::MIN), open(self.end, Timestamp::MAX)).unwrap_or_default()
    }

    pub(crate) fn has_end(&self) -> bool {
        self.end != Timestamp::MAX
    }
}

/// The store. No two grants of one rank share holder and privilege.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grants {
    slab: Vec<Option<Grant>>,
    free: Vec<Slot>,
    by_guid: HashMap<Guid, Slot>,
    /// Holder and privilege in one number, then eligibility and assignment.
    held: HashMap<u64, [Slot; 2]>,
    /// First grant of each holder and of each privilege.
    of_holder: Vec<Slot>,
    of_privilege: Vec<Slot>,
    /// How many assignments are in force, by privilege.
    active: Vec<u32>,
    len: usize,
}

fn key(principal: u32, privilege: u32) -> u64 {
    u64::from(principal) << 32 | u64::from(privilege)
}

impl Grants {
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Grant> {
        self.slab.get(slot as usize)?.as_ref()
    }

    pub(crate) fn find(&self, principal: u32, privilege: u32, rank: Rank) -> Option<(Slot, &Grant)> {
        let slot = self.held.get(&key(principal, privilege))?[rank as usize];
        Some((slot, self.get(slot)?))
    }

    pub(crate) fn by_guid(&self, guid: Guid) -> Option<(Slot, &Grant)> {
        let slot = *self.by_guid.get(&guid)?;
        Some((slot, self.get(slot)?))
    }

    /// How many assignments of a privilege are in force.
    pub(crate) fn active(&self, privilege: u32) -> u32 {
        self.active.get(privilege as usize).copied().unwrap_or(0)
    }

    /// All grants from a place in the slab on.
    pub(crate) fn from(&self, slot: Slot) -> impl Iterator<Item = (Slot, &Grant)> {
        let at = (slot as usize).min(self.slab.len());
        // The slab first: past its end no number is counted up, which at the highest would overflow.
        self.slab[at..].iter().zip(slot..).filter_map(|(grant, slot)| Some((slot, grant.as_ref()?)))
    }

    /// All grants of a holder, newest first.
    pub(crate) fn of_holder(&self, principal: u32) -> impl Iterator<Item = (Slot, &Grant)> {
        self.walk(&self.of_holder, principal, |grant| grant.of_holder.after)
    }

    /// All grants of a privilege, newest first.
    pub(crate) fn of_privilege(&self, privilege: u32) -> impl Iterator<Item = (Slot, &Grant)> {
        self.walk(&self.of_privilege, privilege, |grant| grant.of_privilege.after)
    }

    fn walk<'a>(
        &'a self,
        heads: &[Slot],
        list: u32,
        next: impl Fn(&Grant) -> Slot + 'a,
    ) -> impl Iterator<Item = (Slot, &'a Grant)> {
        let mut slot = heads.get(list as usize).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let here = slot;
            let grant = self.get(here)?;
            slot = next(grant);
            Some((here, grant))
        })
    }

    pub(crate) fn insert(&mut self, new: NewGrant) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slab.push(None);
            u32::try_from(self.slab.len() - 1).unwrap_or(NONE)
        });
        let after_holder = head(&mut self.of_holder, new.principal, slot);
        let after_privilege = head(&mut self.of_privilege, new.privilege, slot);
        if let Some(next) = self.get_mut(after_holder) {
            next.of_holder.before = slot;
        }
        if let Some(next) = self.get_mut(after_privilege) {
            next.of_privilege.before = slot;
        }
        self.by_guid.insert(new.guid, slot);
        self.held.entry(key(new.principal, new.privilege)).or_insert([NONE; 2])[new.rank as usize] = slot;
        if new.started {
            self.count(new.privilege, new.rank, 1);
        }
        self.slab[slot as usize] = Some(Grant {
            guid: new.guid,
            start: new.window.start().unwrap_or(Timestamp::MIN),
            end: new.window.end().unwrap_or(Timestamp::MAX),
            condition: new.condition,
            principal: new.principal,
            privilege: new.privilege,
            using: new.using,
            of_holder: Link { before: NONE, after: after_holder },
            of_privilege: Link { before: NONE, after: after_privilege },
            rank: new.rank,
            origin: new.origin,
            started: new.started,
            kept: false,
            warned: 0,
        });
        self.len += 1;
        slot
    }

    pub(crate) fn remove(&mut self, slot: Slot) -> Option<Grant> {
        let grant = self.slab.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        self.len -= 1;
        self.by_guid.remove(&grant.guid);
        if let Some(pair) = self.held.get_mut(&key(grant.principal, grant.privilege)) {
            pair[grant.rank as usize] = NONE;
            if *pair == [NONE; 2] {
                self.held.remove(&key(grant.principal, grant.privilege));
            }
        }
        match self.get_mut(grant.of_holder.before) {
            Some(before) => before.of_holder.after = grant.of_holder.after,
            None => self.of_holder[grant.principal as usize] = grant.of_holder.after,
        }
        if let Some(after) = self.get_mut(grant.of_holder.after) {
            after.of_holder.before = grant.of_holder.before;
        }
        match self.get_mut(grant.of_privilege.before) {
            Some(before) => before.of_privilege.after = grant.of_privilege.after,
            None => self.of_privilege[grant.privilege as usize] = grant.of_privilege.after,
        }
        if let Some(after) = self.get_mut(grant.of_privilege.after) {
            after.of_privilege.before = grant.of_privilege.before;
        }
        if grant.started {
            self.count(grant.privilege, grant.rank, -1);
        }
        Some(grant)
    }

    /// Marks a grant whose start has come.
    pub(crate) fn start(&mut self, slot: Slot) {
        let Some(grant) = self.get_mut(slot) else { return };
        if !grant.started {
            grant.started = true;
            let (privilege, rank) = (grant.privilege, grant.rank);
            self.count(privilege, rank, 1);
        }
    }

    /// Names the eligibility anew on which an activation rests.
    pub(crate) fn rest_on(&mut self, slot: Slot, eligibility: Guid) {
        if let Some(grant) = self.get_mut(slot) {
            grant.using = Some(eligibility);
        }
    }

    /// Puts the end of a grant off, or away.
    pub(crate) fn keep(&mut self, slot: Slot, until: Option<Timestamp>) {
        if let Some(grant) = self.get_mut(slot) {
            grant.kept = true;
            grant.end = until.unwrap_or(Timestamp::MAX);
        }
    }

    /// Notes how many of the warnings that it ends soon are behind it.
    pub(crate) fn warn(&mut self, slot: Slot, warned: u8) {
        if let Some(grant) = self.get_mut(slot) {
            grant.warned = warned;
        }
    }

    fn count(&mut self, privilege: u32, rank: Rank, by: i32) {
        if rank != Rank::Assignment {
            return;
        }
        let at = privilege as usize;
        if self.active.len() <= at {
            self.active.resize(at + 1, 0);
        }
        self.active[at] = self.active[at].saturating_add_signed(by);
    }

    fn get_mut(&mut self, slot: Slot) -> Option<&mut Grant> {
        self.slab.get_mut(slot as usize)?.as_mut()
    }
}

/// Puts `slot` at the head of a list and gives the former head.
fn head(heads: &mut Vec<Slot>, list: u32, slot: Slot) -> Slot {
    let at = list as usize;
    if heads.len() <= at {
        heads.resize(at + 1, NONE);
    }
    std::mem::replace(&mut heads[at], slot)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn new(n: u8, principal: u32, privilege: u32, rank: Rank) -> NewGrant {
        NewGrant {
            guid: Guid([n; 16]),
            principal,
            privilege,
            rank,
            origin: GrantOrigin::Assigned,
            window: Window::ALWAYS,
            using: None,
            condition: None,
            started: true,
        }
    }

    proptest! {
        /// The store answers as a plain map does, whatever comes and goes.
        #[test]
        fn every_way_to_find_a_grant_agrees(steps in prop::collection::vec((0u32..4, 0u32..4, 0u8..2, any::<bool>()), 1..80)) {
            let mut grants = Grants::default();
            let mut model = BTreeMap::new();
            for (n, (principal, privilege, rank, add)) in steps.into_iter().enumerate() {
                let rank = if rank == 0 { Rank::Eligibility } else { Rank::Assignment };
                let place = (principal, privilege, rank as u8);
                match grants.find(principal, privilege, rank).map(|(slot, _)| slot) {
                    None if add => {
                        model.insert(place, n as u8);
                        grants.insert(new(n as u8, principal, privilege, rank));
                    }
                    Some(slot) if !add => {
                        prop_assert_eq!(grants.remove(slot).map(|g| g.guid.0[0]), model.remove(&place));
                    }
                    _ => {}
                }
                prop_assert_eq!(grants.len(), model.len());
                for id in 0..4 {
                    let mut of_holder: Vec<_> = grants.of_holder(id).map(|(_, g)| g.guid.0[0]).collect();
                    let mut of_privilege: Vec<_> = grants.of_privilege(id).map(|(_, g)| g.guid.0[0]).collect();
                    of_holder.sort_unstable();
                    of_privilege.sort_unstable();
                    prop_assert_eq!(of_holder, model.iter().filter(|(k, _)| k.0 == id).map(|(_, v)| *v).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
                    prop_assert_eq!(of_privilege, model.iter().filter(|(k, _)| k.1 == id).map(|(_, v)| *v).collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>());
                    prop_assert_eq!(grants.active(id) as usize, model.keys().filter(|k| k.1 == id && k.2 == 1).count());
                }
                for guid in model.values() {
                    prop_assert!(grants.by_guid(Guid([*guid; 16])).is_some());
                }
            }
        }
    }
}
