//! What the rows of one list share: holders and roles. Of a large list they are four fifths of the text.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use memchr::memmem;
use pim_core::{
    id::{PrincipalId, RoleId},
    principal::Principal,
    privilege::RoleDefinition,
};

/// What the rows of one list share. Holders are remembered only while somebody keeps them, so that reading a
/// list without keeping it takes no memory. Clones share the same, for lists that are read in parts.
#[derive(Debug, Default)]
pub struct Sharing {
    known: Arc<Mutex<Known>>,
    /// Where pages are shortened; every part of a list has its own.
    pub(super) scratch: Vec<u8>,
}

impl Clone for Sharing {
    fn clone(&self) -> Self {
        Self { known: Arc::clone(&self.known), scratch: Vec::new() }
    }
}

#[derive(Debug, Default)]
struct Known {
    holders: HashMap<PrincipalId, Weak<Principal>>,
    sweep_at: usize,
    roles: HashMap<RoleId, Arc<RoleDefinition>>,
    texts: Arc<Texts>,
}

impl Sharing {
    /// A holder that somebody keeps.
    pub fn holder(&self, id: &PrincipalId) -> Option<Arc<Principal>> {
        self.lock().holders.get(id).and_then(Weak::upgrade)
    }

    /// Remembers a holder, unless one of the same id is kept already, which is the one to use.
    pub fn remember(&self, holder: Principal) -> Arc<Principal> {
        let mut known = self.lock();
        if let Some(kept) = known.holders.get(&holder.id).and_then(Weak::upgrade) {
            return kept;
        }
        if known.holders.len() >= known.sweep_at {
            known.holders.retain(|_, kept| kept.strong_count() > 0);
            known.sweep_at = (known.holders.len() * 2).max(1024);
        }
        let holder = Arc::new(holder);
        known.holders.insert(holder.id.clone(), Arc::downgrade(&holder));
        holder
    }

    /// A role that was seen or learnt.
    pub fn role(&self, id: &RoleId) -> Option<Arc<RoleDefinition>> {
        self.lock().roles.get(id).cloned()
    }

    /// Learns a role.
    pub fn learn(&self, role: RoleDefinition) -> Arc<RoleDefinition> {
        let role = Arc::new(role);
        self.lock().roles.insert(role.id.clone(), Arc::clone(&role));
        role
    }

    /// Learns how the service writes a role.
    pub(super) fn learn_text(&self, text: &str, role: &Arc<RoleDefinition>) {
        let mut known = self.lock();
        if known.texts.all.len() < MOST_TEXTS && text.len() <= LONGEST_TEXT {
            Arc::make_mut(&mut known.texts).add(text, role);
        }
    }

    pub(super) fn texts(&self) -> Arc<Texts> {
        Arc::clone(&self.lock().texts)
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.lock().holders.values().filter(|kept| kept.strong_count() > 0).count()
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const MOST_TEXTS: usize = 512;
const LONGEST_TEXT: usize = 64 * 1024;
const MEMBER: &[u8] = br#""roleDefinition":"#;
/// So much of a role's text finds those that may be meant.
const HEAD: usize = 64;

/// Role definitions as the service writes them, letter for letter.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    all: Vec<(Arc<str>, Arc<RoleDefinition>)>,
    by_head: HashMap<[u8; HEAD], Vec<usize>>,
}

impl Texts {
    /// The role whose number stands in a shortened page.
    pub(super) fn numbered(&self, number: &str) -> Option<Arc<RoleDefinition>> {
        Some(Arc::clone(&self.all.get(number.parse::<usize>().ok()?)?.1))
    }

    fn add(&mut self, text: &str, role: &Arc<RoleDefinition>) {
        let Some(head) = text.as_bytes().first_chunk::<HEAD>() else { return };
        let known = self.by_head.entry(*head).or_default();
        if known.iter().all(|at| *self.all[*at].0 != *text) {
            known.push(self.all.len());
            self.all.push((text.into(), Arc::clone(role)));
        }
    }

    /// Writes the page with a number in place of every role definition whose text is known; comparing text is several
    /// times faster than reading it. `false` where that cannot be done, or is not worth it.
    ///
    /// It holds for any JSON: unescaped, the member's name and colon can only stand before a value, and a text that
    /// begins like a whole object begins with that object.
    pub(super) fn shorten(&self, page: &[u8], into: &mut Vec<u8>) -> bool {
        into.clear();
        let (mut done, mut any) = (0, false);
        for at in memmem::find_iter(page, MEMBER) {
            let value = at + MEMBER.len();
            match page.get(value) {
                Some(b'{') => {}
                Some(b'n') => continue,
                // A number of the service's own would be taken for one of these.
                _ => return false,
            }
            // Inside of a definition that was cut out.
            if value < done {
                continue;
            }
            let Some((number, length)) = self.at(&page[value..]) else { continue };
            into.extend_from_slice(&page[done..value]);
            into.extend_from_slice(number.to_string().as_bytes());
            (done, any) = (value + length, true);
        }
        into.extend_from_slice(&page[done..]);
        any
    }

    fn at(&self, rest: &[u8]) -> Option<(usize, usize)> {
        let candidates = self.by_head.get(rest.first_chunk::<HEAD>()?)?;
        let number = candidates.iter().find(|at| rest.starts_with(self.all[**at].0.as_bytes()))?;
        Some((*number, self.all[*number].0.len()))
    }
}
