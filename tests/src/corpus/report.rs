use std::{fmt, fmt::Write as _};

use super::{
    Outcome, Page, Row, Side,
    graph::{Extras, Tally},
    is_named,
};

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
    /// What the client's side counted.
    pub tally: Tally,
    /// Whether there was a schema to tell its members from others.
    pub has_schema: bool,
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
        !self.lines.iter().any(|line| is_bad(&line)) && self.tally.declared.is_empty()
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
        for (rule, count) in &self.tally.rules {
            writeln!(f, "exception x{count}: {}", rule.about())?;
        }
        let (declared, others) = (told(&self.tally.declared), told(&self.tally.others));
        if self.has_schema {
            writeln!(
                f,
                "members that only an extras map carries, of the schema: {declared}; others: {others}"
            )
        } else {
            writeln!(
                f,
                "members that only an extras map carries: {others}; no schema to tell which are its own"
            )
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
