//! What [`Client::wait_for`](super::Client::wait_for) can wait for. Any function of this form will do.

use super::{Observed, Outlook};
use crate::{
    request::Phase,
    time::{Expiry, Period},
};

/// After this long, a grant that is listed nowhere is gone and no longer on its way.
const LAG: Period = Period::minutes(5);

/// Access is in force: the service lists an instance of the grant. That a request was accepted, granted or
/// called provisioned is not enough.
pub fn active(seen: &Observed) -> Outlook {
    if seen.instance.is_some() && !seen.is_removal() {
        return Outlook::Met;
    }
    match &seen.request {
        Some(_) if seen.is_removal() => Outlook::Never,
        Some(request) if request.phase() == Phase::Ended || seen.is_over() => Outlook::Never,
        _ => Outlook::NotYet,
    }
}

/// Somebody or something has decided, for or against.
pub fn decided(seen: &Observed) -> Outlook {
    match seen.request.as_ref().map(|request| request.phase()) {
        Some(Phase::Scheduled | Phase::Active | Phase::Ended) => Outlook::Met,
        _ if seen.instance.is_some() => Outlook::Met,
        _ => Outlook::NotYet,
    }
}

/// Nothing of it is left: the grant has ended, or never came to be. For a removal: the service no longer
/// lists what was removed.
pub fn ended(seen: &Observed) -> Outlook {
    let Some(request) = &seen.request else { return Outlook::NotYet };
    let gone = seen.instance.is_none();
    let met = match request.phase() {
        Phase::Ended => gone || !seen.is_removal(),
        Phase::Active => gone && (seen.is_over() || seen.is_older_than(LAG)),
        // Some requests stay granted for ever and never take effect.
        Phase::Scheduled => gone && seen.is_over(),
        Phase::Pending | Phase::Indeterminate => false,
    };
    if met { Outlook::Met } else { Outlook::NotYet }
}

impl Observed {
    /// True for a request that takes access away.
    pub fn is_removal(&self) -> bool {
        self.request.as_ref().is_some_and(|request| request.asked.action.is_removal())
    }

    /// True once the grant's own end has come.
    pub fn is_over(&self) -> bool {
        let Some(request) = &self.request else { return false };
        let end = match (request.asked.expiry, request.asked.start) {
            (Some(Expiry::At(end)), _) => Some(end),
            (Some(expiry), Some(start)) => expiry.end(start),
            _ => None,
        };
        end.is_some_and(|end| end <= self.at)
    }

    /// True when the grant, or else the request, began so long ago.
    fn is_older_than(&self, length: Period) -> bool {
        let began = self.request.as_ref().and_then(|request| request.asked.start.max(request.created));
        began.is_some_and(|began| began + length <= self.at)
    }
}
