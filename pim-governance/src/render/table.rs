//! The tables that can be had whole.

/// A table of a report, as CSV has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Table {
    /// Who holds what without end: directly, or through which group.
    Permanent,
    /// Who holds what for a time, or may activate it.
    Temporary,
    /// How much there is of everything, and how much of it was read.
    Inventory,
    /// Who can become Global Administrator, how, and with whose approval.
    Paths,
    /// What is not as it should be.
    Findings,
    /// Whether the tenant meets the SCuBA baseline.
    Compliance,
    /// What is wanted.
    Roles,
    /// What is to be done.
    Plan,
    /// What is wanted and refused by a guard.
    Refused,
    /// What a plan leaves as it is, and why.
    Notices,
    /// What was done.
    Outcome,
    /// How it was tested.
    Verification,
    /// Rights that came and went between two snapshots.
    Changes,
    /// The accounts for emergencies, held against what they should be like.
    BreakGlass,
}

impl Table {
    /// Every table.
    pub const ALL: &'static [Self] = &[
        Self::Permanent,
        Self::Temporary,
        Self::Inventory,
        Self::Paths,
        Self::Findings,
        Self::Compliance,
        Self::Roles,
        Self::Plan,
        Self::Refused,
        Self::Notices,
        Self::Outcome,
        Self::Verification,
        Self::Changes,
        Self::BreakGlass,
    ];

    /// What its file is called in pages that point to it.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Permanent => "permanent.csv",
            Self::Temporary => "temporary.csv",
            Self::Inventory => "inventory.csv",
            Self::Paths => "paths.csv",
            Self::Findings => "findings.csv",
            Self::Compliance => "compliance.csv",
            Self::Roles => "roles.csv",
            Self::Plan => "plan.csv",
            Self::Refused => "refused.csv",
            Self::Notices => "notices.csv",
            Self::Outcome => "outcome.csv",
            Self::Verification => "verification.csv",
            Self::Changes => "changes.csv",
            Self::BreakGlass => "break-glass.csv",
        }
    }
}
