//! Why something that is wanted is not planned, or was left as it is: beside the codes of
//! [`pim_core::guard`](pim_core::guard::CODES).

/// It would take from the caller the access by which the plan is carried out.
pub const OWN_ACCESS: &str = "Guard.OwnAccess";
/// It hangs on something that is refused.
pub const DEPENDS: &str = "Plan.Depends";
/// The policy would not allow the grant.
pub const POLICY: &str = "Plan.Policy";
/// What would replace it begins later.
pub const NOT_YET: &str = "Plan.NotYet";
/// The end that is wanted has passed.
pub const ENDED: &str = "Plan.Ended";
/// No request brings it about.
pub const UNSUPPORTED: &str = "Plan.Unsupported";
/// Notice: a grant that nobody asked for stays, or stays longer, because its holder is protected.
pub const PROTECTED: &str = "Plan.Protected";
/// Notice: the service lists a grant in words that this version does not know.
pub const UNCLEAR: &str = "Plan.Unclear";
/// Notice: a member of a group of which PIM knows nothing; no request of PIM is sure to end that.
pub const OUTSIDE: &str = "Plan.OutsidePim";

/// Every code.
pub const ALL: &[&str] =
    &[OWN_ACCESS, DEPENDS, POLICY, NOT_YET, ENDED, UNSUPPORTED, PROTECTED, UNCLEAR, OUTSIDE];
