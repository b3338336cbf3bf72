//! What is odd in a file that can be understood all the same.

use std::fmt;

use crate::desired::Place;

/// Something odd, or something that means something else here. Prints place, path and what is the matter.
///
/// Its words hold ids, roles and the file's own keys, never names of people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notice {
    /// What kind.
    pub kind: NoticeKind,
    /// Where in the file.
    pub place: Place,
    /// Where in the document: `EntraRolePolicies[0].Policy.EnablementRules`; empty for the whole.
    pub path: String,
    /// What is the matter, and what became of it.
    pub message: String,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// A kind of oddity. Its name is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum NoticeKind {
            $($(#[$meta])* $variant,)+
        }

        impl NoticeKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

kinds! {
    /// The text was base64.
    Encoded = "encoded",
    /// A comma before a closing bracket, which JSON does not have.
    TrailingComma = "trailing-comma",
    /// Assignments in the old form, of which EasyPIM makes nothing any more.
    Legacy = "legacy",
    /// A name that EasyPIM knows only in part, or no longer.
    OldName = "old-name",
    /// A key that means nothing.
    UnknownKey = "unknown-key",
    /// A word that is close enough to a legal one.
    LooseWord = "loose-word",
    /// A boolean that is written as text.
    TextBoolean = "text-boolean",
    /// A length of time in a form that ISO 8601 does not have, or in years.
    LooseLength = "loose-length",
    /// Something that has no effect beside something else.
    WithoutEffect = "without-effect",
    /// Something that is said twice.
    Duplicate = "duplicate",
    /// Something that a design can't say.
    NotKept = "not-kept",
    /// A template of which an entry replaces more than it says.
    SpelledOut = "spelled-out",
    /// A value that the file leaves open and that had to be chosen.
    Assumed = "assumed",
    /// Approval by nobody in particular.
    NoApprovers = "no-approvers",
    /// Something that EasyPIM does not touch, or not without being forced.
    ProtectedRole = "protected-role",
}

impl fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.place)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}
