//! Where the suite runs.

use std::{fmt::Debug, sync::Arc};

use async_trait::async_trait;
use pim_core::{
    backend::Backend,
    time::{Period, Timestamp},
};
use pim_embedded::{Embedded, clock::VirtualClock, engine::Caller, seed::Seed};

use crate::{Counting, Counts};

/// A kind of service under test.
#[async_trait]
pub trait Harness: Debug + Send + Sync {
    /// What reports call it.
    fn name(&self) -> String;

    /// What its services know and never tell.
    fn untold(&self) -> &[Detail] {
        &[]
    }

    /// A new tenant, at the time that the seed names.
    async fn seed(&self, seed: Seed) -> Arc<dyn Tenant>;
}

/// What a service knows and its API may not tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Detail {
    /// By how much a request is too long: the longest time that the policy allows.
    LongestAllowed,
    /// When exactly a refused request would be taken.
    TimeToWait,
    /// When the holder whom a review asks about used the privilege last.
    LastUse,
    /// Which groups are under PIM.
    GroupsUnderPim,
    /// Why a privilege has no policy.
    WhatIsMissing,
    /// A page is as things stand when it is taken, not when it was asked for ahead.
    FreshPages,
}

/// A tenant under test, with a clock of its own.
#[async_trait]
pub trait Tenant: Debug + Send + Sync {
    /// One caller's unguarded access.
    fn backend(&self, caller: Caller) -> Arc<dyn Backend>;

    /// Moves the service's time on and tells it.
    async fn advance(&self, length: Period) -> Timestamp;

    /// The embedded service behind it, for what no API offers: the portal's answers, mail, what happens behind
    /// PIM's back. `None` where the service is out of reach; cases that need it are then skipped.
    fn service(&self) -> Option<&Embedded>;
}

/// The service in this process.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct EmbeddedHarness;

#[async_trait]
impl Harness for EmbeddedHarness {
    fn name(&self) -> String {
        "embedded".into()
    }

    async fn seed(&self, seed: Seed) -> Arc<dyn Tenant> {
        let now = seed.records().now.unwrap_or(crate::NOW);
        let clock = VirtualClock::automatic(now);
        Arc::new(EmbeddedTenant { service: Embedded::new(seed, clock.clone()), clock })
    }
}

#[derive(Debug)]
struct EmbeddedTenant {
    service: Embedded,
    clock: VirtualClock,
}

#[async_trait]
impl Tenant for EmbeddedTenant {
    fn backend(&self, caller: Caller) -> Arc<dyn Backend> {
        Arc::new(self.service.backend(caller))
    }

    async fn advance(&self, length: Period) -> Timestamp {
        self.clock.advance(length)
    }

    fn service(&self) -> Option<&Embedded> {
        Some(&self.service)
    }
}

/// Another harness, each of its backends behind a [`Counting`] wrapper.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // complete by definition
pub struct Wrapped<H>(pub H);

#[async_trait]
impl<H: Harness> Harness for Wrapped<H> {
    fn name(&self) -> String {
        format!("{} behind a wrapper", self.0.name())
    }

    fn untold(&self) -> &[Detail] {
        self.0.untold()
    }

    async fn seed(&self, seed: Seed) -> Arc<dyn Tenant> {
        Arc::new(WrappedTenant { inner: self.0.seed(seed).await, counts: Counts::default() })
    }
}

#[derive(Debug)]
struct WrappedTenant {
    inner: Arc<dyn Tenant>,
    counts: Counts,
}

#[async_trait]
impl Tenant for WrappedTenant {
    fn backend(&self, caller: Caller) -> Arc<dyn Backend> {
        Arc::new(Counting::new(self.inner.backend(caller), self.counts.clone()))
    }

    async fn advance(&self, length: Period) -> Timestamp {
        self.inner.advance(length).await
    }

    fn service(&self) -> Option<&Embedded> {
        self.inner.service()
    }
}
