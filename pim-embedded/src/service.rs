//! The service: an engine, the journal that keeps its events, and a clock.

use std::sync::Arc;

use futures::lock::{MappedMutexGuard, Mutex, MutexGuard};
use pim_core::{
    client::{Client, Safeguards},
    clock::Clock,
    error::{Error, ErrorKind, Result},
    time::Timestamp,
};

use crate::{
    backend::EmbeddedBackend,
    engine::{Answer, Caller, Command, Engine, Event, Mail},
    journal::{Journal, JournalError, MemoryJournal},
    seed::Seed,
};

/// How often a command is tried again because another service wrote to the same journal first.
const ATTEMPTS: u32 = 16;

/// A PIM service in this process. Cheap to clone; clones are the same service.
///
/// Events are journalled before a call is answered. When a journal is shared, each service takes in what the
/// others wrote as soon as it writes itself; [`refresh`](Self::refresh) does so on demand.
#[derive(Clone, Debug)]
pub struct Embedded {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    seed: Seed,
    /// When the service of this seed began; the same for all services on one journal.
    began: Timestamp,
    clock: Arc<dyn Clock>,
    journal: Arc<dyn Journal>,
    /// `None` while events are on their way to the journal, and after that failed or was given up: then the
    /// state is built again from the journal, which alone knows.
    engine: Mutex<Option<Engine>>,
}

impl Embedded {
    /// A service with a journal in memory.
    pub fn new(seed: Seed, clock: impl Clock + 'static) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(clock);
        let began = seed.records().now.unwrap_or_else(|| clock.now());
        let engine = Mutex::new(Some(Engine::new(seed.clone(), began)));
        let journal = Arc::new(MemoryJournal::default());
        Self { inner: Arc::new(Inner { seed, began, clock, journal, engine }) }
    }

    /// A service that goes on where a journal ends. `began` must be the same each time; it counts only where
    /// the seed names no time itself.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn open(
        seed: Seed,
        clock: Arc<dyn Clock>,
        journal: Arc<dyn Journal>,
        began: Timestamp,
    ) -> Result<Self> {
        let began = seed.records().now.unwrap_or(began);
        let inner = Inner { seed, began, clock, journal, engine: Mutex::new(None) };
        let service = Self { inner: Arc::new(inner) };
        service.refresh().await?;
        Ok(service)
    }

    /// One caller's access, guarded.
    pub fn client(&self, caller: Caller, safeguards: Safeguards) -> Client {
        Client::new(self.backend(caller), safeguards)
    }

    /// One caller's access, unguarded: it refuses only what the service refuses.
    pub fn backend(&self, caller: Caller) -> EmbeddedBackend {
        EmbeddedBackend::new(self.clone(), caller)
    }

    /// The service's clock.
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.inner.clock)
    }

    /// The tenant as it was at the beginning.
    pub fn seed(&self) -> &Seed {
        &self.inner.seed
    }

    /// Carries out a command of a caller.
    ///
    /// # Errors
    /// What the service refuses, and `OutcomeUnknown` when the journal did not say whether it was kept.
    pub async fn execute(&self, caller: &Caller, command: &Command) -> Result<Answer> {
        self.run(|engine, now| engine.execute(caller, command, now)).await?
    }

    /// Takes in what others wrote to the journal.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn refresh(&self) -> Result<()> {
        let mut engine = self.inner.engine.lock().await;
        *engine = Some(self.rebuild().await?);
        Ok(())
    }

    /// The mails sent from a position on, oldest first.
    ///
    /// # Errors
    /// When the journal can't be reached.
    pub async fn outbox(&self, from: usize) -> Result<Vec<Mail>> {
        self.read(|engine| engine.outbox(from)).await
    }

    /// Every event from a position on.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub async fn events(&self, from: u64) -> Result<Vec<Event>> {
        Ok(self.inner.journal.read(from).await?)
    }

    /// Reads the state as it is now: what has fallen due is taken in first.
    pub(crate) async fn read<T>(&self, read: impl FnOnce(&Engine) -> T) -> Result<T> {
        let engine = self.current().await?;
        if engine.next_due().is_none_or(|due| due > self.inner.clock.now()) {
            return Ok(read(&engine));
        }
        drop(engine);
        self.run(|engine, now| (engine.advance(now), ())).await?;
        Ok(read(&*self.current().await?))
    }

    /// The engine, built from the journal where it is not there.
    async fn current(&self) -> Result<MappedMutexGuard<'_, Option<Engine>, Engine>> {
        let mut engine = self.inner.engine.lock().await;
        if engine.is_none() {
            *engine = Some(self.rebuild().await?);
        }
        // It is there: that was just seen to. The fall-back builds an empty service and is never reached.
        Ok(MutexGuard::map(engine, |engine| {
            engine.get_or_insert_with(|| Engine::new(self.inner.seed.clone(), self.inner.began))
        }))
    }

    async fn rebuild(&self) -> Result<Engine> {
        let mut engine = Engine::new(self.inner.seed.clone(), self.inner.began);
        for event in self.inner.journal.read(0).await? {
            engine.apply(&event);
        }
        Ok(engine)
    }

    /// Changes the state and journals the events, all or nothing: while they are on their way the engine is
    /// taken out, so that a call that fails or is dropped half-way leaves the journal to tell what is so.
    async fn run<T>(&self, act: impl Fn(&mut Engine, Timestamp) -> (Vec<Event>, T)) -> Result<T> {
        let mut slot = self.inner.engine.lock().await;
        for _ in 0..ATTEMPTS {
            let mut engine = match slot.take() {
                Some(engine) => engine,
                None => self.rebuild().await?,
            };
            let at = engine.sequence();
            let (events, result) = act(&mut engine, self.inner.clock.now());
            if events.is_empty() {
                *slot = Some(engine);
                return Ok(result);
            }
            match self.inner.journal.append(at, &events).await {
                Ok(()) => {
                    *slot = Some(engine);
                    return Ok(result);
                }
                // Somebody else was first: their events may change the answer.
                Err(JournalError::Conflict { .. }) => {}
                Err(error @ JournalError::Storage(_)) => {
                    let message =
                        "the journal did not say whether the change was kept: read before you repeat it";
                    return Err(Error::new(ErrorKind::OutcomeUnknown, message).with_source(error));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::new(ErrorKind::Unavailable, "other services keep writing to the journal first; try again"))
    }
}
