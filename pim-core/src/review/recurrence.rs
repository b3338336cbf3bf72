use jiff::{Span, civil::Date};

use super::{DefaultDecision, Frequency, NewReview, Recurrence, RecurrenceEnd, ReviewSettings};
use crate::{
    error::{Error, ErrorKind, Result},
    time::{Period, Timestamp, Window},
};

/// The longest that a round may take.
const MAX_DAYS: u32 = 180;
const MAX_STAGES: usize = 3;
const TICKS_PER_DAY: i64 = 864_000_000_000;
const EPOCH: Date = Date::constant(1970, 1, 1);

impl NewReview {
    /// Whether the review can be created now.
    ///
    /// Rounds must not overlap: weekly ones take at most seven days for each week of the interval, monthly
    /// ones end at least a day before the shortest such span (27 days every month, 88 every quarter).
    /// Source: [accessReviewStageSettings](https://learn.microsoft.com/graph/api/resources/accessreviewstagesettings).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] with every field that is wrong and what to write instead.
    pub fn check(&self, now: Timestamp) -> Result<()> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push("name: is empty; give the review a name".to_owned());
        }
        self.check_length(&mut problems);
        if let Some(recurrence) = &self.settings.recurrence {
            self.check_recurrence(recurrence, self.start.unwrap_or(now), &mut problems);
        }
        if self.settings.recommendations.is_some_and(Period::is_zero) {
            problems
                .push("settings.recommendations: looks back over no time; use P30D, or leave it out".into());
        }
        if problems.is_empty() {
            return Ok(());
        }
        let message = format!("the review cannot be created: {}", problems.join("; "));
        Err(Error::new(ErrorKind::InvalidInput, message))
    }

    /// How long a round lasts: the sum of the stages, or the settings' duration where there are none.
    pub fn length(&self) -> Period {
        Period::days(self.days())
    }

    /// When the rounds take place if the first starts at `first`: in order, without end where the recurrence
    /// has none. A review without recurrence has one round.
    ///
    /// A monthly round falls on the day of the month, in UTC, on which the first one fell, or on the last
    /// day of a month that is too short for it.
    pub fn rounds(&self, first: Timestamp) -> impl Iterator<Item = Window> {
        (0..=u32::MAX).map_while(move |n| self.round(first, n))
    }

    /// When round `n`, counted from 0, takes place if the first starts at `first`; `None` after the last.
    pub fn round(&self, first: Timestamp, n: u32) -> Option<Window> {
        let start = match &self.settings.recurrence {
            Some(recurrence) => recurrence.start_of(first, n)?,
            None if n == 0 => first,
            None => return None,
        };
        Window::new(Some(start), Some(start + self.length())).ok()
    }

    fn days(&self) -> u32 {
        if self.stages.is_empty() {
            return self.settings.duration_days;
        }
        self.stages.iter().fold(0, |sum: u32, stage| sum.saturating_add(stage.duration_days))
    }

    fn check_length(&self, problems: &mut Vec<String>) {
        let days = self.days();
        if self.stages.is_empty() {
            if !(1..=MAX_DAYS).contains(&days) {
                problems.push(format!(
                    "settings.duration_days: {days} is not allowed; write 1 to {MAX_DAYS} (14 is usual)"
                ));
            }
            return;
        }
        if self.stages.len() > MAX_STAGES {
            let n = self.stages.len();
            problems.push(format!("stages: there are {n}; a review has at most {MAX_STAGES}"));
        }
        for (i, stage) in self.stages.iter().enumerate() {
            if stage.duration_days == 0 {
                problems.push(format!("stages[{i}].duration_days: is 0; give the stage at least 1 day"));
            }
        }
        if days > MAX_DAYS {
            problems
                .push(format!("stages: they last {days} days together; shorten them to {MAX_DAYS} at most"));
        }
    }

    fn check_recurrence(&self, recurrence: &Recurrence, start: Timestamp, problems: &mut Vec<String>) {
        match recurrence.until {
            RecurrenceEnd::At(end) if end <= start => problems.push(format!(
                "settings.recurrence.until: {end} is not after the first start, {start}; write a later time"
            )),
            RecurrenceEnd::Rounds(0) => {
                problems.push("settings.recurrence.until: 0 rounds; write at least 1".into());
            }
            _ => {}
        }
        if recurrence.interval == 0 {
            problems.push("settings.recurrence.interval: is 0; write at least 1".into());
            return;
        }
        let Some(limit) = recurrence.longest_round() else {
            let every = &recurrence.every;
            problems
                .push(format!("settings.recurrence.every: `{every}` is not known; use weekly or monthly"));
            return;
        };
        let days = self.days();
        // Above the general limit one complaint is enough.
        if days > limit && days <= MAX_DAYS {
            let field = if self.stages.is_empty() { "settings.duration_days" } else { "stages" };
            problems.push(format!(
                "{field}: rounds of {days} days would run into each other; use at most {limit} days, or a longer \
                 recurrence"
            ));
        }
    }
}

impl ReviewSettings {
    /// True when access is taken from everybody whom silent reviewers forgot, without another look: an
    /// automatic apply with a default decision of `deny`.
    pub fn removes_unanswered(&self) -> bool {
        self.auto_apply && self.default_decision == DefaultDecision::Deny
    }
}

impl Recurrence {
    fn start_of(&self, first: Timestamp, n: u32) -> Option<Timestamp> {
        let start = if n == 0 { first } else { self.later_start(first, n)? };
        match self.until {
            RecurrenceEnd::At(end) if start >= end => None,
            RecurrenceEnd::Rounds(rounds) if n >= rounds => None,
            _ => Some(start),
        }
    }

    /// Counted from the first round and not from the one before, so that the 31st returns after February.
    fn later_start(&self, first: Timestamp, n: u32) -> Option<Timestamp> {
        if self.interval == 0 {
            return None;
        }
        let steps = i64::from(n).checked_mul(self.interval.into())?;
        let (day, time) = (first.ticks().div_euclid(TICKS_PER_DAY), first.ticks().rem_euclid(TICKS_PER_DAY));
        let day = match self.every {
            Frequency::Weekly => day.checked_add(steps.checked_mul(7)?)?,
            Frequency::Monthly => months_after(day, steps)?,
            Frequency::Unknown(_) => return None,
        };
        let ticks = day.checked_mul(TICKS_PER_DAY)?.checked_add(time)?;
        let start = Timestamp::from_ticks(ticks);
        (start.ticks() == ticks).then_some(start)
    }

    /// The most days of a round that still ends before the next begins; `None` for an unknown frequency.
    fn longest_round(&self) -> Option<u32> {
        let limit = match self.every {
            Frequency::Weekly => self.interval.saturating_mul(7),
            Frequency::Monthly => shortest_months(self.interval) - 1,
            Frequency::Unknown(_) => return None,
        };
        Some(limit.min(MAX_DAYS))
    }
}

/// Days are counted from the Unix epoch.
fn months_after(day: i64, months: i64) -> Option<i64> {
    let date = EPOCH.checked_add(Span::new().try_days(day).ok()?).ok()?;
    let later = date.checked_add(Span::new().try_months(months).ok()?).ok()?;
    Some(EPOCH.until(later).ok()?.get_days().into())
}

/// The fewest days that so many consecutive months can have.
fn shortest_months(n: u32) -> u32 {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let rest = n as usize % 12;
    let run = |first: usize| (first..first + rest).map(|month| LENGTHS[month % 12]).sum::<u32>();
    (n / 12).saturating_mul(365).saturating_add((0..12).map(run).min().unwrap_or_default())
}

#[cfg(test)]
#[path = "recurrence_tests.rs"]
mod tests;
