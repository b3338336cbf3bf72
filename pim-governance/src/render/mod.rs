//! Reports: what was found, what is to be done and what became of it, for people who have never seen PIM.
//!
//! A [`Report`] borrows whatever there is to tell of and writes it as Markdown, as one HTML page that needs no
//! network, as JSON for machines and, table by table, as CSV. The same parts give the same bytes: there is no
//! clock in here, times come from the snapshot.
//!
//! Reports show names of people, and say so at their top: keep them as safe as the directory.
//!
//! Whatever a tenant calls its people, groups and roles is text and nothing else: each format escapes it. In CSV
//! a text that a spreadsheet would take for a formula (one that begins with `=`, `+`, `-`, `@`, a tab, or one of
//! the wide forms of these) gets an apostrophe before it. Characters that reorder or hide text are shown by their
//! number.

mod chart;
mod csv;
mod document;
pub(crate) mod error;
mod holdings;
mod html;
mod json;
pub(crate) mod markdown;
mod sections;
mod table;
mod tables;
mod templates;
pub(crate) mod text;
mod view;
mod words;

use pim_core::guard::Safeguards;

use self::{document::Document, view::View};
pub use self::{
    error::RenderError,
    table::Table,
    templates::{Template, Templates},
};
use crate::{
    analysis::Findings, apply::Outcome, compliance::Compliance, desired::Design, plan::Plan,
    reference::Reference, snapshot::Snapshot, verify::Verification,
};

/// What a report tells of. What is `None` is left out, and with it the sections that need it.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Report<'a> {
    /// What it is called; `Privileged access` otherwise.
    pub title: Option<&'a str>,
    /// The tenant as it is. Names of people, groups and roles come from here.
    pub snapshot: Option<&'a Snapshot>,
    /// What is not as it should be.
    pub findings: Option<&'a Findings>,
    /// Whether it meets a baseline.
    pub compliance: Option<&'a Compliance>,
    /// What is wanted: the roles table.
    pub design: Option<&'a Design>,
    /// What is to be done.
    pub plan: Option<&'a Plan>,
    /// What was done of it.
    pub outcome: Option<&'a Outcome>,
    /// How it was tested.
    pub verification: Option<&'a Verification>,
    /// The tenant as it was, to compare with [`snapshot`](Self::snapshot).
    pub before: Option<&'a Snapshot>,
    /// What is known of roles, for their tiers; `None` for what this program knows by itself.
    pub reference: Option<&'a Reference>,
    /// The accounts for emergencies, and how many administrators must remain.
    pub safeguards: Option<&'a Safeguards>,
    /// Which sections; `None` for all that there is something to tell of.
    pub sections: Option<&'a [Section]>,
    /// How many rows a table of a page has at most. The rest is counted, and is in the CSV.
    pub rows: usize,
    /// What pages are made with; `None` for the project's own.
    pub templates: Option<&'a Templates>,
}

/// A section of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Section {
    /// The few figures that matter, in plain words, and what could not be read.
    Summary,
    /// Who holds what without end.
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
    /// What is wanted: the roles table.
    Roles,
    /// What is to be done, from what to what.
    Plan,
    /// What was done.
    Outcome,
    /// How it was tested.
    Verification,
    /// What changed between two snapshots.
    Changes,
    /// The strategy for emergencies: which accounts, how they are kept, how they are used.
    BreakGlass,
    /// What the words of PIM mean.
    Glossary,
}

impl Section {
    /// Every section, in the order of the page.
    pub const ALL: &'static [Self] = &[
        Self::Summary,
        Self::Permanent,
        Self::Temporary,
        Self::Inventory,
        Self::Paths,
        Self::Findings,
        Self::Compliance,
        Self::Roles,
        Self::Plan,
        Self::Outcome,
        Self::Verification,
        Self::Changes,
        Self::BreakGlass,
        Self::Glossary,
    ];
}

/// The name of a report that was given none.
const TITLE: &str = "Privileged access";

impl Default for Report<'_> {
    /// Nothing to tell of; 500 rows a table.
    fn default() -> Self {
        Self {
            title: None,
            snapshot: None,
            findings: None,
            compliance: None,
            design: None,
            plan: None,
            outcome: None,
            verification: None,
            before: None,
            reference: None,
            safeguards: None,
            sections: None,
            rows: 500,
            templates: None,
        }
    }
}

impl Report<'_> {
    /// As Markdown (GitHub's, with tables).
    ///
    /// # Errors
    /// When a template of your own fails.
    pub fn markdown(&self) -> Result<String, RenderError> {
        markdown::write(&self.document(), &self.templates())
    }

    /// As one HTML page that needs no network, and forbids it to itself by a content security policy.
    ///
    /// # Errors
    /// When a template of your own fails.
    pub fn html(&self) -> Result<String, RenderError> {
        html::write(self.document(), &self.templates())
    }

    /// As JSON, with all rows: an object with `format` (`pim-report`), `version` (1), `title`, and for what is told
    /// of `tenant`, `as_of`, `coverage`, `access`, `global_administrators`, `findings`, `compliance`, `roles`, `plan`,
    /// `outcome`, `verification` and `changes` in the forms of this crate, and `names`, by id.
    ///
    /// # Errors
    /// None that is known of.
    pub fn json(&self) -> Result<String, RenderError> {
        json::write(&View::new(self))
    }

    /// A table as CSV, with all rows, and with ids beside names. A table of which there is nothing to tell has its
    /// first line only.
    ///
    /// # Errors
    /// None that is known of.
    pub fn csv(&self, table: Table) -> Result<String, RenderError> {
        csv::write(&tables::whole(&View::new(self), table))
    }

    fn document(&self) -> Document {
        sections::document(&View::new(self))
    }

    fn templates(&self) -> std::borrow::Cow<'_, Templates> {
        self.templates
            .map_or_else(|| std::borrow::Cow::Owned(Templates::default()), std::borrow::Cow::Borrowed)
    }
}

#[cfg(test)]
mod tests;
