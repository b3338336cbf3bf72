//! How long lists are read.

/// How lists of grants over all directory roles are read.
///
/// Whatever is chosen, a list is complete: what a reading in parts could miss is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // options: written as a literal
pub struct ReadOptions {
    /// How the details of holders and roles come.
    pub details: Details,
    /// Whether activations tell which eligibility they used.
    pub used: UsedEligibility,
    /// When a list is read in parts, one for each role.
    pub split: Split,
    /// How many roles are read at once, and beside them one chain that makes sure that no role is missing; 1 never
    /// splits a list. Default 8.
    pub chains: usize,
    /// How many rows to ask for at a time, at most 999. These lists do not document `$top`, so the default leaves
    /// it to the service.
    pub page_size: Option<u32>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            details: Details::Automatic,
            used: UsedEligibility::Told,
            split: Split::WhenLong,
            chains: 8,
            page_size: None,
        }
    }
}

/// How the details of holders and roles come to the rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Details {
    /// With each row while one chain is read, looked up once a list is read in parts.
    Automatic,
    /// With each row. A large list then consists of repetitions for four fifths.
    WithRows,
    /// Looked up: holders a thousand at a time, roles all at once. Looking up takes a permission that reading the
    /// list does not, such as `Directory.Read.All`; where it is missing, details come with each row, and the backend
    /// remembers.
    ///
    /// Source: [directoryObject: getByIds](https://learn.microsoft.com/graph/api/directoryobject-getbyids).
    LookedUp,
}

/// Whether activations tell which eligibility they used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum UsedEligibility {
    /// They do.
    Told,
    /// They do not, which makes rows of activations shorter.
    Untold,
}

/// When a list over all roles is read in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Split {
    /// Never: in the service's order, one page after the other.
    Never,
    /// Once it is certain that the list has more pages than there are roles; a short list is one chain.
    WhenLong,
    /// From the beginning: the fastest for who knows that the list is long, and at least one request for each role.
    Always,
}
