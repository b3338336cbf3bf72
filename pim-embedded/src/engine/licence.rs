//! The end of the tenant's licence for PIM, which leaves it worse than it was before PIM.

use super::{
    command::{Outcome, Shown},
    event::{EndCause, Fact, GrantOrigin, Rank},
    handling::Handling,
};

/// Eligibilities are removed, assignments that had an end become permanent, settings and reviews go.
///
/// Running activations end in their time: whether they become permanent too is not known.
///
/// Source: [Microsoft Entra ID Governance licensing](https://learn.microsoft.com/entra/id-governance/licensing-fundamentals).
pub(crate) fn lapse(mut h: Handling<'_>) -> Outcome {
    let state = h.state;
    if !state.licensed {
        return Outcome::done(Vec::new(), Shown::Nothing);
    }
    h.push(Fact::LicenceLapsed);
    for (_, grant) in state.grants.from(0) {
        match (grant.rank, grant.origin) {
            (Rank::Eligibility, _) => {
                h.push(Fact::GrantEnded { id: grant.guid, cause: EndCause::LicenceLapsed, by: None });
            }
            (_, GrantOrigin::Assigned) if grant.has_end() => {
                h.push(Fact::GrantKept { id: grant.guid, until: None });
            }
            _ => {}
        }
    }
    for id in state.reviews.ids() {
        h.push(Fact::ReviewDeleted { id: id.clone(), by: h.caller.principal.clone() });
    }
    Outcome::done(h.events, Shown::Nothing)
}
