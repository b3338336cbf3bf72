//! How a plan is carried out, and who is told.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use pim_core::time::Period;

use super::{Outcome, Row, approval::Demand};
use crate::plan::MAX_AGE;

/// How a plan is carried out.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct ApplyOptions {
    /// How many steps at once, at least one. Steps that depend on each other, or change the same policy or the
    /// same grant, never run at once.
    pub concurrency: usize,
    /// Which waves.
    pub waves: Waves,
    /// How long to look for the effect of a step before it is [`Unconfirmed`](super::Status::Unconfirmed).
    /// Services show what they have done seconds to minutes later.
    pub settle: Period,
    /// How old the plan's snapshot may be; `None` for any age.
    pub max_age: Option<Period>,
    /// Whose approval is demanded, and the approvals that were given.
    pub approval: Option<Demand>,
    /// Ends the run early; see [`Cancel`].
    pub cancel: Cancel,
}

impl Default for ApplyOptions {
    /// Eight steps at once, all waves, ten minutes until a change must be seen, plans of up to seven days, nobody's
    /// approval.
    fn default() -> Self {
        Self {
            concurrency: 8,
            waves: Waves::All,
            settle: Period::minutes(10),
            max_age: Some(MAX_AGE),
            approval: None,
            cancel: Cancel::default(),
        }
    }
}

/// Which waves of a plan are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Waves {
    /// All.
    #[default]
    All,
    /// Those up to this one, counted from zero, with it.
    UpTo(usize),
}

impl Waves {
    /// True when this wave is to be run.
    pub const fn include(self, wave: usize) -> bool {
        match self {
            Self::All => true,
            Self::UpTo(last) => wave <= last,
        }
    }
}

/// How a plan is tried without effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rehearsal {
    /// Nothing is sent; what the plan rests on is read again.
    #[default]
    WhatIf,
    /// The service judges each grant without effect. It can't judge settings and reviews, and judges each
    /// grant by what stands now, not by what earlier steps would make.
    DryRun,
}

/// Ends a run early, from wherever it is called. Clones are the same.
///
/// No step is begun any more; those that were sent are still looked for, so that their outcome is known.
/// Whoever can't wait for that drops the future: the journal tells where to go on in either case.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Not canceled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Begin nothing more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// True once it was canceled.
    pub fn is_canceled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What is told while a plan is carried out.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Progress<'a> {
    /// A wave begins.
    Wave {
        /// Which, counted from zero.
        wave: usize,
        /// What the plan calls it.
        name: &'a str,
        /// How many steps it has.
        steps: usize,
    },
    /// A step begins.
    Started {
        /// Its row so far.
        row: &'a Row,
    },
    /// A step's outcome is known.
    Ended {
        /// Its row.
        row: &'a Row,
        /// How many steps of the plan have an outcome.
        done: usize,
        /// How many there are.
        total: usize,
    },
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Go {
    /// With the next wave.
    On,
    /// No further for now; the journal tells where to go on later.
    Stop,
}

/// Who is told how a run goes, and asked between waves whether it should go on.
///
/// A closure over [`Progress`] is one that always says yes; `()` is one that does not listen.
#[async_trait]
pub trait Observer: Send + Sync {
    /// Something happened. Called between requests, so it should be quick.
    fn told(&self, progress: Progress<'_>);

    /// A wave is done, with these rows for the whole plan so far: is the next one to begin?
    async fn before_wave(&self, next: usize, so_far: &Outcome) -> Go;
}

#[async_trait]
impl Observer for () {
    fn told(&self, _: Progress<'_>) {}

    async fn before_wave(&self, _: usize, _: &Outcome) -> Go {
        Go::On
    }
}

#[async_trait]
impl<F: Fn(Progress<'_>) + Send + Sync> Observer for F {
    fn told(&self, progress: Progress<'_>) {
        self(progress);
    }

    async fn before_wave(&self, _: usize, _: &Outcome) -> Go {
        Go::On
    }
}
