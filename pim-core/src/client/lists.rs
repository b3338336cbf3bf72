//! Lists, and where to go on in them.

use futures::StreamExt;
use serde::Serialize;

use super::Client;
use crate::{
    backend::{AssignmentQuery, EligibilityQuery, Operation, PolicyQuery, RequestQuery, RoleQuery, View},
    error::{Error, ErrorKind, Result},
    page::{Batches, Continuation, Pager},
    policy::Policy,
    privilege::RoleDefinition,
    request::Request,
    schedule::{Assignment, Eligibility},
};

/// Lists take a query and, to go on where an earlier one stopped, its continuation; another list's is refused
/// with `InvalidInput`. They don't fail at once: a list that can't be had yields one error.
impl Client {
    /// The roles that exist.
    pub fn roles(&self, query: &RoleQuery, from: Option<Continuation>) -> Pager<RoleDefinition> {
        self.list(Operation::ListRoles, query, from, |from| Ok(self.backend().list_roles(query, from)))
    }

    /// Who may activate what.
    pub fn eligibilities(&self, query: &EligibilityQuery, from: Option<Continuation>) -> Pager<Eligibility> {
        self.list(Operation::ListEligibilities, query, from, |from| {
            Ok(self.backend().list_eligibilities(query, from))
        })
    }

    /// Who holds what.
    pub fn assignments(&self, query: &AssignmentQuery, from: Option<Continuation>) -> Pager<Assignment> {
        self.list(Operation::ListAssignments, query, from, |from| {
            Ok(self.backend().list_assignments(query, from))
        })
    }

    /// What was asked for. Services purge requests after a while: a missing one says nothing about the grant.
    pub fn requests(&self, query: &RequestQuery, from: Option<Continuation>) -> Pager<Request> {
        self.list(Operation::ListRequests, query, from, |from| Ok(self.backend().list_requests(query, from)))
    }

    /// The policies there are. For groups: of those under PIM.
    pub fn policies(&self, query: &PolicyQuery, from: Option<Continuation>) -> Pager<Policy> {
        const OP: Operation = Operation::ListPolicies;
        self.list(OP, query, from, |from| {
            Ok(self.facet(OP, self.backend().policies())?.list_policies(query, from))
        })
    }

    /// What the caller may activate now.
    pub fn my_eligibilities(&self) -> Pager<Eligibility> {
        self.eligibilities(&EligibilityQuery { view: View::Mine, ..EligibilityQuery::default() }, None)
    }

    /// What the caller holds now, standing or activated.
    pub fn my_assignments(&self) -> Pager<Assignment> {
        self.assignments(&AssignmentQuery { view: View::Mine, ..AssignmentQuery::default() }, None)
    }

    /// The requests that wait for the caller's decision; see [`approve`](Self::approve).
    pub fn pending_approvals(&self) -> Pager<Request> {
        self.requests(&RequestQuery { view: View::ForMyDecision, ..RequestQuery::default() }, None)
    }

    /// A list of this operation and query. `open` is not asked where the backend offers no such list or the
    /// continuation is another's.
    pub(super) fn list<T: Send + 'static>(
        &self,
        operation: Operation,
        query: &impl Serialize,
        from: Option<Continuation>,
        open: impl FnOnce(Option<Continuation>) -> Result<Batches<T>>,
    ) -> Pager<T> {
        let mark = fingerprint(operation, query);
        let opened = self.require(operation).and_then(|()| {
            let place = from.as_ref().map(|from| unbind(&mark, from)).transpose()?.flatten();
            open(place)
        });
        let batches = match opened {
            Ok(batches) => batches,
            Err(error) => futures::stream::iter([Err(error)]).boxed(),
        };
        let here = from.unwrap_or_else(|| bind(&mark, &Continuation::start()));
        let bound = batches.map(move |batch| match batch {
            Ok(mut batch) => {
                batch.resume = batch.resume.map(|place| bind(&mark, &place));
                Ok(batch)
            }
            Err(error) => Err(error.during(operation)),
        });
        Pager::new(bound.boxed(), Some(here))
    }
}

fn bind(mark: &str, place: &Continuation) -> Continuation {
    Continuation::new(format!("{mark}.{}", place.as_str()))
}

/// The backend's own place, `None` for the beginning.
fn unbind(mark: &str, from: &Continuation) -> Result<Option<Continuation>> {
    let text = from.as_str();
    if text.is_empty() {
        return Ok(None);
    }
    let own = text.strip_prefix(mark).and_then(|rest| rest.strip_prefix('.')).ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidInput,
            "the continuation comes from another list: use it with the method and the query that gave it",
        )
    })?;
    Ok((!own.is_empty()).then(|| Continuation::new(own)))
}

/// FNV-1a over operation and query: the same in every process and version, which the standard library's hash
/// does not promise. It tells lists apart; it is no secret.
fn fingerprint(operation: Operation, query: &impl Serialize) -> String {
    let query = serde_json::to_string(query).unwrap_or_default();
    let text = operation.as_str().bytes().chain([0]).chain(query.bytes());
    let hash = text.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}
