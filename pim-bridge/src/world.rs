//! Services that run in this process.

use pim_core::{
    client::Safeguards,
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    policy::Session as SignIn,
    time::{Period, Timestamp},
};
use pim_embedded::{
    Embedded,
    clock::{SystemClock, VirtualClock},
    engine::Caller,
    seed::{Seed, id_of, sample::NOW},
};
use serde::Deserialize;

use crate::{arguments::read, session::Session, tenant};

/// A whole PIM service in this process, with its clock.
#[derive(Clone, Debug)]
pub struct World {
    service: Embedded,
    clock: Option<VirtualClock>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setup {
    /// `sample`, a seed as JSON, or what a tenant is built of.
    seed: Box<serde_json::value::RawValue>,
    #[serde(default)]
    clock: ClockKind,
    /// When a virtual clock begins.
    #[serde(default)]
    now: Option<Timestamp>,
}

/// Who moves the time.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ClockKind {
    /// The caller, and whoever waits: waiting moves it on.
    #[default]
    Automatic,
    /// The caller alone.
    Manual,
    /// Nobody: it is the machine's.
    System,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    /// A name of the seed.
    #[serde(default)]
    user: Option<String>,
    /// An object id.
    #[serde(default)]
    id: Option<PrincipalId>,
    #[serde(default = "yes")]
    mfa: bool,
    /// An application with a credential of its own.
    #[serde(default)]
    application: bool,
    #[serde(default)]
    safeguards: Safeguards,
}

const fn yes() -> bool {
    true
}

impl World {
    /// A service as described: `{"seed": "sample" | {…} | […], "clock": "automatic" | "manual" | "system", "now": "…"}`.
    ///
    /// A seed is the file format of `pim-embedded`, or a list of what a small tenant is built of, with names for ids:
    /// `[{"user": "alice"}, {"eligible": {"holder": "alice", "privilege": {…}}}]`.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read; a seed's problems are told all at once, each with its place.
    pub fn embedded(setup: &str) -> Result<Self> {
        let setup: Setup = read("embedded", setup)?;
        let seed = tenant::read(setup.seed.get())?;
        let began = setup.now.or(seed.records().now).unwrap_or(NOW);
        let (service, clock) = match setup.clock {
            ClockKind::System => (Embedded::new(seed, SystemClock::new()), None),
            ClockKind::Automatic => with(seed, VirtualClock::automatic(began)),
            ClockKind::Manual => with(seed, VirtualClock::at(began)),
        };
        Ok(Self { service, clock })
    }

    /// A caller's access: `{"user": "alice"}` or `{"id": "…"}`, with `mfa` (default true), `application`, `safeguards`.
    ///
    /// # Errors
    /// `InvalidInput` where that can't be read.
    pub fn session(&self, who: &str) -> Result<Session> {
        let who: Who = read("client", who)?;
        let principal = match (who.user, who.id) {
            (Some(name), None) => id_of(&name),
            (None, Some(id)) => id,
            _ => {
                let message =
                    "say who it is: `user`, a name of the seed, or `id`, an object id, and not both";
                return Err(Error::new(ErrorKind::InvalidInput, message));
            }
        };
        let caller = match (who.application, who.mfa) {
            (true, _) => Caller::application(principal),
            (false, mfa) => Caller { principal, session: SignIn { mfa, ..SignIn::default() } },
        };
        Ok(Session::new(self.service.client(caller, who.safeguards)))
    }

    /// The service's time.
    pub fn now(&self) -> Timestamp {
        self.service.clock().now()
    }

    /// Moves a virtual clock on; what falls due happens with the next call.
    ///
    /// # Errors
    /// `Unsupported` where the clock is the machine's.
    pub fn advance(&self, length: Period) -> Result<Timestamp> {
        self.clock.as_ref().map(|clock| clock.advance(length)).ok_or_else(|| {
            Error::new(
                ErrorKind::Unsupported,
                "the machine's clock can't be moved: make the service with the clock `automatic` or `manual`",
            )
        })
    }

    /// The service itself.
    pub const fn service(&self) -> &Embedded {
        &self.service
    }
}

fn with(seed: Seed, clock: VirtualClock) -> (Embedded, Option<VirtualClock>) {
    (Embedded::new(seed, clock.clone()), Some(clock))
}
