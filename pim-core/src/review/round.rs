use std::fmt;

use super::{ReviewRound, ReviewStage, ReviewStatus};
use crate::{
    error::{Error, ErrorKind, Result},
    time::{Period, Timestamp, Window},
};

/// What moves a round on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RoundTrigger {
    /// Its start has come.
    Start,
    /// The population was read, and stays as it is for the whole round.
    PopulationRead,
    /// Its end has come.
    End,
    /// Somebody stopped it. It cannot be started again.
    Stop,
    /// Somebody took all answers back.
    Reset,
    /// Default decisions are to be filled in.
    FillDefaults,
    /// Default decisions were filled in.
    DefaultsFilled,
    /// Nothing more is to be decided.
    Close,
    /// Decisions are to be carried out.
    Apply,
    /// Decisions were carried out.
    Applied,
}

/// One legal move of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RoundMove {
    /// Where the round stands.
    pub from: ReviewStatus,
    /// What happens.
    pub trigger: RoundTrigger,
    /// Where the round stands then.
    pub to: ReviewStatus,
}

impl RoundMove {
    /// Every legal move.
    ///
    /// That `AutoReviewed` comes before `Completed`, and that both automatic statuses are passed over where
    /// there is no default decision, is assumed (open question 16). The rest is
    /// [documented](https://learn.microsoft.com/entra/id-governance/complete-access-review).
    pub const ALL: &'static [Self] = {
        use ReviewStatus as S;
        use RoundTrigger as T;
        &[
            Self::new(S::Initializing, T::Start, S::Starting),
            Self::new(S::NotStarted, T::Start, S::Starting),
            Self::new(S::Starting, T::PopulationRead, S::InProgress),
            Self::new(S::InProgress, T::Reset, S::InProgress),
            Self::new(S::InProgress, T::End, S::Completing),
            Self::new(S::InProgress, T::Stop, S::Completing),
            Self::new(S::Completing, T::FillDefaults, S::AutoReviewing),
            Self::new(S::AutoReviewing, T::DefaultsFilled, S::AutoReviewed),
            Self::new(S::AutoReviewed, T::Close, S::Completed),
            Self::new(S::Completing, T::Close, S::Completed),
            Self::new(S::Completed, T::Apply, S::Applying),
            Self::new(S::Applying, T::Applied, S::Applied),
        ]
    };

    const fn new(from: ReviewStatus, trigger: RoundTrigger, to: ReviewStatus) -> Self {
        Self { from, trigger, to }
    }
}

impl RoundTrigger {
    /// Every trigger.
    pub const ALL: &'static [Self] = &[
        Self::Start,
        Self::PopulationRead,
        Self::End,
        Self::Stop,
        Self::Reset,
        Self::FillDefaults,
        Self::DefaultsFilled,
        Self::Close,
        Self::Apply,
        Self::Applied,
    ];

    /// In plain words, to follow "cannot".
    const fn words(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::PopulationRead => "take in its population",
            Self::End => "end",
            Self::Stop => "be stopped",
            Self::Reset => "be reset",
            Self::FillDefaults => "fill in default decisions",
            Self::DefaultsFilled => "finish default decisions",
            Self::Close => "be completed",
            Self::Apply => "be applied",
            Self::Applied => "finish applying",
        }
    }
}

impl fmt::Display for RoundTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.words())
    }
}

impl ReviewStatus {
    /// Where a round stands after `trigger`.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidTransition`], naming what is legal here.
    pub fn after(&self, trigger: RoundTrigger) -> Result<Self> {
        let legal = || RoundMove::ALL.iter().filter(|m| m.from == *self);
        if let Some(found) = legal().find(|m| m.trigger == trigger) {
            return Ok(found.to.clone());
        }
        let names: Vec<_> = legal().map(|m| m.trigger.words()).collect();
        let remedy = match names.as_slice() {
            [] if *self == Self::Applied => "it is over; wait for the next round or make a new review".into(),
            [] => "read it again with a newer version of this library".into(),
            names => format!("from here it can only {}", names.join(" or ")),
        };
        let message = format!("a review round that is {self} cannot {trigger}: {remedy}");
        Err(Error::new(ErrorKind::InvalidTransition, message))
    }

    /// True when no reviewer can answer any more.
    pub const fn is_closed(&self) -> bool {
        matches!(
            self,
            Self::Completing
                | Self::AutoReviewing
                | Self::AutoReviewed
                | Self::Completed
                | Self::Applying
                | Self::Applied
        )
    }
}

impl ReviewRound {
    /// What time alone has brought about by now: the start or the end. `None` while there is nothing to do.
    pub fn due(&self, now: Timestamp) -> Option<RoundTrigger> {
        match self.status {
            ReviewStatus::NotStarted if self.window.start().is_none_or(|start| start <= now) => {
                Some(RoundTrigger::Start)
            }
            ReviewStatus::InProgress if self.window.has_ended(now) => Some(RoundTrigger::End),
            _ => None,
        }
    }

    /// When time alone next changes something: the start, the end of the open stage, or the end. It may lie in
    /// the past, and then is due. `None` where the round does not wait for time.
    pub fn next_change(&self, stages: &[ReviewStage]) -> Option<Timestamp> {
        match self.status {
            ReviewStatus::NotStarted => self.window.start(),
            ReviewStatus::InProgress => {
                stage_window(stages, &self.window, self.stage).unwrap_or(self.window).end()
            }
            _ => None,
        }
    }
}

/// The stage, counted from 0, in which reviewers can answer now; 0 where there are no stages, `None` outside
/// the round.
pub fn open_stage(stages: &[ReviewStage], round: &Window, now: Timestamp) -> Option<u32> {
    (0..=last_stage(stages)).find(|n| stage_window(stages, round, *n).is_some_and(|w| w.contains(now)))
}

/// When a stage, counted from 0, is open; `None` for a stage that there is not, or that a round ended before.
///
/// Stages follow each other without a gap; the last one takes what is left of the round. A round without
/// stages is all of stage 0.
pub fn stage_window(stages: &[ReviewStage], round: &Window, stage: u32) -> Option<Window> {
    let last = last_stage(stages);
    if stage > last {
        return None;
    }
    let start = round.start()?;
    let opening = |n: u32| {
        stages.iter().take(n as usize).fold(start, |time, stage| time + Period::days(stage.duration_days))
    };
    let own = Window::new(Some(opening(stage)), (stage < last).then(|| opening(stage + 1))).ok()?;
    own.intersection(round)
}

/// When silent reviewers are reminded: half-way through the round. `None` for one without start or end.
pub fn reminder_at(round: &Window) -> Option<Timestamp> {
    Some(round.start()? + Period::from_ticks(round.length()?.ticks() / 2))
}

fn last_stage(stages: &[ReviewStage]) -> u32 {
    u32::try_from(stages.len().saturating_sub(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[path = "round_tests.rs"]
mod tests;
