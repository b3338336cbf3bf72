//! What a change must not do, whatever the service would let it: touch a break-glass account, leave too few
//! administrators, demand an approval that nobody can give, write settings that shut a policy for good.
//!
//! The decisions are pure functions over facts. [`Client`](crate::client::Client) collects the facts and asks
//! before every administrative change; plans ask the same functions over what they have read. A backend never
//! does, and there is no way past a guard: whoever means it changes the [`Safeguards`] or uses the portal.
//!
//! A refusal is `PermissionDenied` with one of the codes below. A fact that can't be read refuses too, with
//! the kind of the failed read, but only where the change depends on it.

mod administrators;
mod approvers;
mod break_glass;
mod groups;
mod keeper;
mod policy;
mod reader;
mod review;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub(crate) use self::{administrators::loss, break_glass::is_administrative, keeper::Guard, reader::Reader};
pub use self::{
    administrators::{Administrators, Loss, keep_administrators, takes_away},
    approvers::{Approval, keep_approver},
    break_glass::{keep_break_glass, keep_break_glass_group, restores},
    groups::Groups,
    policy::keep_policy_sound,
    review::{denied, removes_the_silent},
};
use crate::{
    error::{Error, ErrorKind},
    id::PrincipalId,
    time::Period,
};

/// Code of a refusal because a break-glass account would be touched.
pub const BREAK_GLASS: &str = "Guard.BreakGlass";
/// Code of a refusal because too few administrators would be left.
pub const LAST_ADMINISTRATORS: &str = "Guard.LastAdministrators";
/// Code of a refusal because nobody could approve.
pub const NO_APPROVER: &str = "Guard.NoApprover";
/// Code of a refusal because the settings contradict each other.
pub const POLICY_TRAP: &str = "Guard.PolicyTrap";

/// Every code of a refusal.
pub const CODES: [&str; 4] = [BREAK_GLASS, LAST_ADMINISTRATORS, NO_APPROVER, POLICY_TRAP];

/// What must stay whatever is asked, and how patient a client is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Safeguards {
    /// The accounts for emergencies, by object id. No administrative change reaches them, but for an
    /// assignment without end, which restores what they must have.
    pub break_glass: BTreeSet<PrincipalId>,
    /// How many working administrators must be left: enabled people who are Global Administrator without end,
    /// directly or through groups. Zero switches the guard off.
    pub min_administrators: usize,
    /// How long to look for the outcome of a request whose reply was lost.
    pub settle: Period,
}

impl Default for Safeguards {
    /// No break-glass accounts, two administrators, two minutes.
    fn default() -> Self {
        Self { break_glass: BTreeSet::new(), min_administrators: 2, settle: Period::minutes(2) }
    }
}

fn refusal(code: &'static str, message: &'static str) -> Error {
    Error::new(ErrorKind::PermissionDenied, message).with_code(code)
}
