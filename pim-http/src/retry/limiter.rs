//! One gate per service, shared by all callers.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// How many requests may be in flight, learnt from refusals: one closes the gate for everybody until the service
/// takes requests again and halves what may be in flight; answers let it grow back one by one.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Mutex<State>,
    room: Notify,
    most: u32,
}

#[derive(Debug)]
struct State {
    opens: Option<Instant>,
    in_flight: u32,
    limit: u32,
    answers: u32,
    /// Counts halvings, so that a burst refused together halves once.
    epoch: u64,
}

/// The right to have one request in flight.
#[derive(Debug)]
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    epoch: u64,
}

impl Limiter {
    pub(crate) fn new(most: u32) -> Arc<Self> {
        let most = most.max(1);
        let state = State { opens: None, in_flight: 0, limit: most, answers: 0, epoch: 0 };
        Arc::new(Self { state: Mutex::new(state), room: Notify::new(), most })
    }

    /// Waits for the gate and for room.
    ///
    /// # Errors
    /// The wait that is left, when the gate stays closed for longer than `patience`.
    pub(crate) async fn enter(self: &Arc<Self>, patience: Duration) -> Result<Permit, Duration> {
        let mut baton = None;
        loop {
            let room = self.room.notified();
            tokio::pin!(room);
            room.as_mut().enable();
            let opens = {
                let mut state = self.lock();
                let now = Instant::now();
                let opens = state.opens.filter(|opens| *opens > now);
                if let Some(opens) = opens {
                    if opens - now > patience {
                        return Err(opens - now);
                    }
                } else if state.in_flight < state.limit {
                    state.opens = None;
                    state.in_flight += 1;
                    keep(&mut baton);
                    return Ok(Permit { limiter: Arc::clone(self), epoch: state.epoch });
                }
                opens
            };
            match opens {
                Some(opens) => tokio::time::sleep_until(opens).await,
                None => {
                    keep(&mut baton);
                    room.await;
                    baton = Some(Baton(Some(self)));
                }
            }
        }
    }

    /// Closes the gate for everybody.
    pub(crate) fn pause(&self, length: Duration) {
        let mut state = self.lock();
        let opens = Instant::now() + length;
        state.opens = Some(state.opens.map_or(opens, |other| other.max(opens)));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Permit {
    /// The service took the request.
    pub(crate) fn answered(&self) {
        let mut state = self.limiter.lock();
        state.answers += 1;
        if state.answers >= state.limit && state.limit < self.limiter.most {
            state.answers = 0;
            state.limit += 1;
            self.limiter.room.notify_one();
        }
    }

    /// The service asked to slow down.
    pub(crate) fn refused(&self, wait: Duration) {
        self.limiter.pause(wait);
        let mut state = self.limiter.lock();
        if state.epoch == self.epoch {
            state.epoch += 1;
            state.answers = 0;
            state.limit = (state.limit / 2).max(1);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        self.limiter.lock().in_flight -= 1;
        self.limiter.room.notify_one();
    }
}

/// A wake-up that was received and not used yet. A caller that gives up hands it on; else the next in line would
/// sleep although there is room.
struct Baton<'a>(Option<&'a Arc<Limiter>>);

fn keep(baton: &mut Option<Baton<'_>>) {
    if let Some(mut baton) = baton.take() {
        baton.0 = None;
    }
}

impl Drop for Baton<'_> {
    fn drop(&mut self) {
        if let Some(limiter) = self.0 {
            limiter.room.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

    use futures::future::join_all;

    use super::*;

    const LONG: Duration = Duration::from_secs(3600);

    #[tokio::test(start_paused = true)]
    async fn one_refusal_holds_everybody_and_they_come_back_in_small_numbers() {
        let limiter = Limiter::new(32);
        let first = limiter.enter(LONG).await.unwrap();
        first.refused(Duration::from_secs(10));
        drop(first);
        let (start, now, most) = (Instant::now(), AtomicU32::new(0), AtomicU32::new(0));
        join_all((0..64).map(|_| async {
            let permit = limiter.enter(LONG).await.unwrap();
            assert!(start.elapsed() >= Duration::from_secs(10));
            most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
            tokio::time::sleep(Duration::from_millis(20)).await;
            now.fetch_sub(1, SeqCst);
            permit.answered();
        }))
        .await;
        assert!((16..=20).contains(&most.into_inner()), "half of 32, growing slowly");
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_refused_together_halves_once_and_the_longest_wait_counts() {
        let limiter = Limiter::new(8);
        let permits = join_all((0..8).map(|_| limiter.enter(LONG))).await;
        for (permit, wait) in permits.iter().zip([3, 9, 1, 1, 1, 1, 1, 1]) {
            permit.as_ref().unwrap().refused(Duration::from_secs(wait));
        }
        assert_eq!(limiter.lock().limit, 4);
        drop(permits);
        let start = Instant::now();
        drop(limiter.enter(LONG).await.unwrap());
        assert_eq!(start.elapsed(), Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn a_gate_closed_for_too_long_is_told_at_once() {
        let limiter = Limiter::new(1);
        limiter.pause(Duration::from_secs(600));
        assert_eq!(limiter.enter(Duration::from_secs(300)).await.unwrap_err(), Duration::from_secs(600));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_leaves_room_for_the_next() {
        let limiter = Limiter::new(1);
        let held = limiter.enter(LONG).await.unwrap();
        let waiting = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.enter(LONG).await.map(drop) }
        });
        let next = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.enter(LONG).await.map(drop) }
        });
        tokio::task::yield_now().await;
        // The first in line is woken into a closed gate, sleeps, and gives up.
        limiter.pause(Duration::from_secs(5));
        drop(held);
        tokio::time::sleep(Duration::from_secs(1)).await;
        waiting.abort();
        tokio::time::timeout(Duration::from_secs(60), next).await.unwrap().unwrap().unwrap();
    }
}
