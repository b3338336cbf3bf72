use std::collections::BTreeSet;

use pim_core::{
    client::{Client, Safeguards},
    clock::Clock,
    id::PrincipalId,
    policy::Session,
    time::Timestamp,
};
use pim_embedded::{clock::VirtualClock, engine::Caller, seed::Records};

use super::figures::Figures;
use crate::{cast, place::Place, story::Story};

/// What the chapters share.
#[derive(Debug)]
pub(super) struct Run {
    place: Place,
    /// The tenant as it was at the beginning.
    pub(super) records: Records,
    pub(super) clock: VirtualClock,
    pub(super) began: Timestamp,
    /// Who does the work; `None` where the tenant has nobody who could.
    pub(super) administrator: Option<PrincipalId>,
    /// The break-glass accounts that the command line names.
    pub(super) named: Option<BTreeSet<PrincipalId>>,
    pub(super) safeguards: Safeguards,
    pub(super) story: Story,
    pub(super) figures: Figures,
}

impl Run {
    pub(super) fn new(place: Place, named: Option<BTreeSet<PrincipalId>>, width: usize) -> Self {
        let (records, clock) = (place.records(), place.clock());
        Self {
            administrator: cast::administrator(&records, named.as_ref()),
            began: clock.now(),
            place,
            records,
            clock,
            named,
            safeguards: Safeguards::default(),
            story: Story::new(width),
            figures: Figures::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The time of day, for the story.
    pub(super) fn o_clock(&self) -> String {
        super::ways::o_clock(self.now())
    }

    /// A person's display name, for the story only.
    pub(super) fn person(&self, id: &PrincipalId) -> String {
        let user = self.records.users.iter().find(|user| user.id == *id);
        user.map_or_else(|| id.to_string(), |user| user.name.expose().clone())
    }

    /// What this person can do after signing in with a second factor.
    pub(super) fn sign_in(&self, who: &PrincipalId) -> Client {
        self.sign_in_as(who, Caller::with_mfa(who.clone()).session)
    }

    /// The same after another sort of sign-in.
    pub(super) fn sign_in_as(&self, who: &PrincipalId, session: Session) -> Client {
        let caller = Caller { principal: who.clone(), session };
        let client = self.place.sign_in(caller, self.safeguards.clone());
        // A person's token from an emulator in this very process: without it there is nothing to tell.
        client.unwrap_or_else(|problem| panic!("nobody can sign in: {problem}"))
    }
}
