use std::{collections::BTreeMap, fmt, fmt::Write as _};

use serde_json::Value;

use super::{Outcome, Page, Row, Side, graph::Extras, is_named};

/// What became of one page on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// Something was looked at, and nothing failed.
    Passed,
    /// Something failed.
    Failed,
    /// Nothing was looked at.
    NotCovered,
}

/// Every verdict, and the counts.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Report {
    lines: Vec<Line>,
    /// Members that the client keeps without knowing them.
    pub extras: Extras,
    /// Those of them that Graph's schema declares; `None` without a schema.
    declared: Option<Extras>,
}

#[derive(Debug)]
struct Line {
    page: String,
    side: Side,
    verdict: Verdict,
    /// Whether an endpoint of the page must be covered.
    is_named: bool,
    rows: Vec<Row>,
}

impl Report {
    /// Adds what a side did with a page.
    pub fn add(&mut self, page: &Page, side: Side, rows: Vec<Row>) {
        let has = |wanted: fn(&Outcome) -> bool| rows.iter().any(|row| wanted(&row.outcome));
        let verdict = if has(|outcome| matches!(outcome, Outcome::Failed(_))) {
            Verdict::Failed
        } else if has(|outcome| matches!(outcome, Outcome::Passed)) {
            Verdict::Passed
        } else {
            Verdict::NotCovered
        };
        let mut requests = page.examples.iter().filter_map(|example| example.request.as_ref());
        // What cannot be read may well be a page that must be covered.
        let is_named = !page.faults.is_empty() || requests.any(|request| is_named(request.path()));
        self.lines.push(Line { page: page.name.clone(), side, verdict, is_named, rows });
    }

    /// How many pages have that verdict on that side.
    pub fn count(&self, side: Side, verdict: Verdict) -> usize {
        self.lines.iter().filter(|line| line.side == side && line.verdict == verdict).count()
    }

    /// The verdict on a page.
    pub fn verdict(&self, side: Side, page: &str) -> Option<Verdict> {
        self.lines.iter().find(|line| line.side == side && line.page == page).map(|line| line.verdict)
    }

    /// Whether everything that must pass has passed: no page of a named endpoint failed or was left out, and no
    /// member of the schema goes unread.
    pub fn is_green(&self) -> bool {
        let is_bad = |line: &&Line| line.is_named && line.verdict != Verdict::Passed;
        !self.lines.iter().any(|line| is_bad(&line)) && self.declared.as_ref().is_none_or(BTreeMap::is_empty)
    }

    /// Tells the members of the schema apart from the rest.
    pub(super) fn sort_extras(&mut self, schema: Option<&Value>) {
        let Some(schema) = schema else { return };
        let mut members = std::collections::BTreeSet::new();
        for shape in schema["types"].as_object().into_iter().flat_map(|types| types.values()) {
            for part in ["properties", "navigation"] {
                members.extend(shape[part].as_object().into_iter().flatten().map(|(name, _)| name.as_str()));
            }
        }
        let (declared, others) = std::mem::take(&mut self.extras)
            .into_iter()
            .partition(|((_, member), _)| members.contains(member.as_str()));
        (self.declared, self.extras) = (Some(declared), others);
    }
}

impl Verdict {
    const fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotCovered => "not covered",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.lines.iter().map(|line| line.page.len()).max().unwrap_or_default();
        for line in &self.lines {
            writeln!(f, "{}", line.headline(width).trim_end())?;
            for row in &line.rows {
                let (word, why) = match &row.outcome {
                    Outcome::Passed => continue,
                    Outcome::Failed(why) => ("failed", why),
                    Outcome::NotCovered(why) => ("not covered", why),
                };
                writeln!(f, "    example {} {}, {word}: {why}", row.example, row.what)?;
            }
        }
        writeln!(f)?;
        for side in [Side::Client, Side::Emulator] {
            let count = |verdict| self.count(side, verdict);
            let of = |verdict: Verdict| format!("{} {}", count(verdict), verdict.name());
            if self.lines.iter().any(|line| line.side == side) {
                let verdicts = [Verdict::Passed, Verdict::Failed, Verdict::NotCovered].map(of).join(", ");
                writeln!(f, "{}: {verdicts}", side.name())?;
            }
        }
        match &self.declared {
            Some(declared) => {
                writeln!(f, "members carried unread, of the schema: {}", told(declared))?;
                writeln!(f, "members carried unread, others: {}", told(&self.extras))
            }
            None => writeln!(
                f,
                "members carried unread (no schema to tell which it declares): {}",
                told(&self.extras)
            ),
        }
    }
}

impl Line {
    /// The verdict, and how many things passed of those that were looked at.
    fn headline(&self, width: usize) -> String {
        let passed = self.rows.iter().filter(|row| row.outcome == Outcome::Passed).count();
        let mut text = String::new();
        // Writing to a string can't fail.
        let _ = write!(
            text,
            "{:12} {:9} {:width$}  {passed} of {}",
            self.verdict.name(),
            self.side.name(),
            self.page,
            self.rows.len()
        );
        text
    }
}

fn told(extras: &Extras) -> String {
    let count: usize = extras.values().sum();
    let names: Vec<_> =
        extras.iter().map(|((shape, member), count)| format!("{shape}.{member} x{count}")).collect();
    if names.is_empty() { "0".to_owned() } else { format!("{count} ({})", names.join(", ")) }
}
