//! Seeds: the tenant that an embedded service starts with.
//!
//! A [`Seed`] is checked: every reference resolves, nothing is there twice, groups do not contain themselves.
//! It comes from JSON ([`Seed::from_json`], with a schema in `seed.schema.json`), from a [`SeedBuilder`] or
//! from [`Records`]. What is wrong is told all at once, each with its place in the file and what was expected.
//!
//! ```
//! use pim_core::{id::RoleId, privilege::Privilege};
//! use pim_embedded::seed::Seed;
//!
//! let seed = Seed::builder()
//!     .user("alice")
//!     .standing("alice", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
//!     .build()?;
//! assert_eq!(Seed::from_json(&seed.to_json())?, seed);
//! # Ok::<(), pim_embedded::seed::SeedError>(())
//! ```

mod builder;
mod check;
mod decode;
mod error;
mod names;
mod nearest;
mod records;
pub mod sample;
mod tree;

pub use builder::SeedBuilder;
pub use error::{Place, Problem, ProblemKind, SeedError};
pub use names::{group_of, guid_of, id_of};
pub use records::{Records, SeedGrant, SeedGroup, SeedPolicy, SeedTenant, Version};

use serde::{Deserialize, Serialize};

/// A tenant to start with, checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Records", into = "Records")]
pub struct Seed(Records);

impl Seed {
    /// Reads a seed file.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line, column and JSON path: first all that can't be read,
    /// and once all can be read, all that does not fit together.
    pub fn from_json(text: &str) -> Result<Self, SeedError> {
        // Some editors put a byte order mark before what they save.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let tree = tree::Node::read(text)?;
        let records = decode::records(text, &tree)?;
        let mut problems = check::problems(&records);
        problems.place(|path| tree::place(text, tree.locate(path).at));
        problems.check()?;
        Ok(Self(records))
    }

    /// The seed as a file: sections and fields in a fixed order, indented.
    pub fn to_json(&self) -> String {
        // Records hold no maps with keys other than text, and no floats, so writing can't fail.
        serde_json::to_string_pretty(&self.0).map(|text| text + "\n").unwrap_or_default()
    }

    /// A small tenant, put together in code.
    pub fn builder() -> SeedBuilder {
        SeedBuilder::default()
    }

    /// What the tenant consists of.
    pub const fn records(&self) -> &Records {
        &self.0
    }

    /// What the tenant consists of, to be kept or changed.
    pub fn into_records(self) -> Records {
        self.0
    }
}

impl TryFrom<Records> for Seed {
    type Error = SeedError;

    fn try_from(records: Records) -> Result<Self, SeedError> {
        check::problems(&records).check()?;
        Ok(Self(records))
    }
}

impl From<Seed> for Records {
    fn from(seed: Seed) -> Self {
        seed.0
    }
}

#[cfg(test)]
mod fuzz_tests;

#[cfg(test)]
mod schema_tests;

#[cfg(test)]
mod tests;
