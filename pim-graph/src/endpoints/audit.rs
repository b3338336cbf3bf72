//! Audit records and sign-ins. Both take `$filter`, `$top` and next links; five calls in ten seconds are allowed.

use super::{Place, Version};

/// Audit records.
pub fn audits() -> Place {
    Place::at(Version::V1, "/auditLogs/directoryAudits")
}

/// Sign-ins, newest first; a page holds at most 1,000.
pub fn sign_ins() -> Place {
    Place::at(Version::V1, "/auditLogs/signIns")
}
