//! What was written that the engine has no model for, as records in Graph's own form.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::Value;

use crate::render::directory::guid;

/// A kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shelf {
    /// What custom roles are beside what the engine keeps of them.
    Roles,
    ConditionalAccess,
    Contexts,
    Locations,
    Catalogs,
    Packages,
    /// What a package gives; each names its package.
    RoleScopes,
    PackagePolicies,
    PackageAssignments,
    PackageRequests,
    PackageApprovals,
    Resources,
    ResourceRequests,
    /// What a review was asked for with, where the engine runs it.
    ReviewTexts,
    /// Reviews of what the engine has no reviews for.
    Reviews,
    Histories,
    /// Who was in which group when a delta link was given out.
    Deltas,
}

/// The records.
#[derive(Debug, Default)]
pub(crate) struct Book {
    shelves: Mutex<HashMap<Shelf, Vec<Value>>>,
    given: AtomicU64,
}

impl Book {
    /// Every record of a kind, in the order in which they were made.
    pub(crate) fn all(&self, shelf: Shelf) -> Vec<Value> {
        self.lock().get(&shelf).cloned().unwrap_or_default()
    }

    pub(crate) fn get(&self, shelf: Shelf, id: &str) -> Option<Value> {
        self.lock().get(&shelf)?.iter().find(|record| is(record, id)).cloned()
    }

    /// Puts a record in, in place of the one with its id.
    pub(crate) fn put(&self, shelf: Shelf, record: Value) {
        let mut shelves = self.lock();
        let records = shelves.entry(shelf).or_default();
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        match records.iter_mut().find(|known| is(known, id)) {
            Some(known) => *known = record,
            None => records.push(record),
        }
    }

    /// Takes a record out; false where there was none.
    pub(crate) fn remove(&self, shelf: Shelf, id: &str) -> bool {
        let mut shelves = self.lock();
        let records = shelves.entry(shelf).or_default();
        let before = records.len();
        records.retain(|record| !is(record, id));
        records.len() < before
    }

    /// An id that nothing has yet.
    pub(crate) fn fresh(&self) -> String {
        guid(&format!("written {}", self.given.fetch_add(1, Ordering::Relaxed)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Shelf, Vec<Value>>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is(record: &Value, id: &str) -> bool {
    record.get("id").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(id))
}
