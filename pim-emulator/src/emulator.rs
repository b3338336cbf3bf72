//! Starting and stopping.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::Duration,
};

use pim_core::time::Period;
use pim_embedded::{Embedded, clock::VirtualClock, seed::Seed};
use serde::Serialize;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    control, listen,
    log::Logged,
    refusal::Dialect,
    tls::{CaFile, Tls},
    tokens::{InvalidToken, NewToken},
    world::World,
};

/// How often a running clock is moved.
const TICK: Duration = Duration::from_millis(50);

/// How an emulator runs.
#[derive(Clone, Debug)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Options {
    /// Where Graph is served; port 0 takes a free one.
    pub graph: SocketAddr,
    /// Where the emulator is controlled; port 0 takes a free one.
    pub control: SocketAddr,
    /// How many objects a page holds that was asked without `$top`.
    pub page: usize,
    /// How refusals by policy are worded.
    pub dialect: Dialect,
    /// Whether the service's clock moves with the machine's. Otherwise it stands still until it is moved.
    pub running_clock: bool,
    /// Whether Graph is served by https, with a certificate made at the start ([`Emulator::ca`]). The controls stay
    /// plain http.
    pub tls: bool,
}

impl Default for Options {
    fn default() -> Self {
        let local = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            graph: local,
            control: local,
            page: 100,
            dialect: Dialect::New,
            running_clock: false,
            tls: false,
        }
    }
}

/// A running emulator. It stops when it is dropped.
#[derive(Debug)]
pub struct Emulator {
    world: Arc<World>,
    graph: String,
    control: String,
    ca: Option<CaFile>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// The first line that the program prints.
#[derive(Debug, Serialize)]
struct Ready<'a> {
    ready: bool,
    graph: &'a str,
    control: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca: Option<&'a Path>,
}

impl Emulator {
    /// Starts with a tenant. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When a port can't be had, or with [`Options::tls`] the file of its certificate can't be written.
    pub async fn start(seed: Seed, options: Options) -> io::Result<Self> {
        let graph = TcpListener::bind(options.graph).await?;
        let control = TcpListener::bind(options.control).await?;
        let tls = options.tls.then(|| Tls::new(graph.local_addr()?.ip())).transpose()?;
        let scheme = if options.tls { "https" } else { "http" };
        let (graph_url, control_url) = (url(scheme, &graph)?, url("http", &control)?);
        let (acceptor, ca) = tls.map(|Tls { acceptor, ca }| (acceptor, ca)).unzip();
        let running = options.running_clock;
        let world = Arc::new(World::new(seed, options));
        let (stop, stopped) = watch::channel(false);
        let mut tasks = vec![
            tokio::spawn(listen::run(graph, listen::graph(Arc::clone(&world)), acceptor, stopped.clone())),
            tokio::spawn(listen::run(control, control::router(Arc::clone(&world)), None, stopped)),
        ];
        if running {
            tasks.push(tokio::spawn(tick(Arc::clone(&world))));
        }
        Ok(Self { world, graph: graph_url, control: control_url, ca, stop, tasks })
    }

    /// Where Graph is served, without a version: `http://127.0.0.1:PORT`, or `https://` with [`Options::tls`].
    pub fn graph(&self) -> &str {
        &self.graph
    }

    /// Where the emulator is controlled.
    pub fn control(&self) -> &str {
        &self.control
    }

    /// The file with the certificate, in PEM, that clients must trust; `None` without [`Options::tls`]. It is removed
    /// when the emulator stops.
    pub fn ca(&self) -> Option<&Path> {
        self.ca.as_ref().map(CaFile::path)
    }

    /// The line that tells another program that the emulator is ready, and where.
    pub fn ready_line(&self) -> String {
        let ready = Ready { ready: true, graph: &self.graph, control: &self.control, ca: self.ca() };
        // Plain texts can always be written.
        serde_json::to_string(&ready).unwrap_or_default()
    }

    /// The service behind it, for tests in the same process.
    pub fn service(&self) -> Embedded {
        self.world.tenant().service.clone()
    }

    /// The service's clock.
    pub fn clock(&self) -> VirtualClock {
        self.world.tenant().clock.clone()
    }

    /// Gives out a token, as `POST /tokens` does.
    ///
    /// # Errors
    /// When it is for nobody, or for a person and an application at once.
    pub fn token(&self, new: NewToken) -> Result<String, InvalidToken> {
        let tenant = self.world.tenant();
        self.world.tokens.give(new, &tenant.records().tenant.id, tenant.now())
    }

    /// What goes wrong from now on, as `POST /faults` does.
    pub fn fault(&self, fault: crate::Fault) {
        self.world.faults.add(fault);
    }

    /// What was asked so far, oldest first.
    pub fn requests(&self) -> Vec<Logged> {
        self.world.log.all()
    }

    /// Waits until the emulator ends, which it does not by itself.
    pub async fn wait(mut self) {
        for task in std::mem::take(&mut self.tasks) {
            // A task ends by being aborted or by a fault of its own; both end the wait.
            let _ = task.await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn url(scheme: &str, listener: &TcpListener) -> io::Result<String> {
    Ok(format!("{scheme}://{}", listener.local_addr()?))
}

/// Moves the clock with the machine's.
async fn tick(world: Arc<World>) {
    let mut last = tokio::time::Instant::now();
    loop {
        tokio::time::sleep(TICK).await;
        let now = tokio::time::Instant::now();
        world.tenant().clock.advance(Period::from_std(now - last));
        last = now;
    }
}
