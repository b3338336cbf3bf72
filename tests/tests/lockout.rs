//! The ways in which naive clients lose data or lock tenants out, one test each: the raw act does the harm on
//! the service, and the client stops it or behaves rightly.
#![allow(clippy::unwrap_used, clippy::expect_used)] // helpers of tests panic too

#[path = "lockout/guarded.rs"]
mod guarded;
#[path = "lockout/naive.rs"]
mod naive;

use std::sync::Arc;

use futures::executor::block_on;
use pim_core::{
    backend::{Backend, Operation},
    client::{Client, Safeguards},
    error::{Error, ErrorKind, Result},
};
use pim_embedded::{
    engine::Caller,
    seed::{SeedBuilder, id_of},
};
use pim_tests::{Counting, Counts, EmbeddedHarness, World};

/// `root` over a tenant, once raw and once through a client whose calls to the service are counted.
struct Stage {
    world: World,
    raw: Arc<dyn Backend>,
    client: Client,
    counts: Counts,
}

impl Stage {
    fn new(seed: SeedBuilder, break_glass: &[&str]) -> Self {
        Self::of(seed, break_glass, Caller::with_mfa(id_of("root")))
    }

    fn of(seed: SeedBuilder, break_glass: &[&str], caller: Caller) -> Self {
        let world = block_on(World::of(&EmbeddedHarness::default(), seed));
        let raw = world.backend_of(caller);
        let counts = Counts::default();
        let safeguards = Safeguards {
            break_glass: break_glass.iter().map(|name| id_of(name)).collect(),
            ..Safeguards::default()
        };
        let client = Client::new(Counting::new(Arc::clone(&raw), counts.clone()), safeguards);
        Self { world, raw, client, counts }
    }

    /// A guard refused with this code, and nothing that changes anything was sent.
    #[track_caller]
    fn stopped<T: std::fmt::Debug>(&self, answer: Result<T>, code: &str) -> Error {
        let error = pim_tests::refused(answer, ErrorKind::PermissionDenied, code);
        for operation in [
            Operation::Submit,
            Operation::UpdatePolicy,
            Operation::CreateReview,
            Operation::RecordVerdicts,
            Operation::StopRound,
            Operation::ApplyRound,
        ] {
            assert_eq!(self.counts.of(operation), 0, "{operation} was sent although a guard refused");
        }
        error
    }
}
