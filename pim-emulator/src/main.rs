//! The program: serves a seed and says where.

use std::{io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::Parser;
use pim_embedded::seed::{Seed, sample};
use pim_emulator::{Dialect, Emulator, Options};

/// Serves Microsoft Graph's Privileged Identity Management endpoints on this machine.
///
/// The first line on standard output is one JSON object with the addresses.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// A seed file; the sample tenant, where it is left out
    #[arg(long)]
    seed: Option<PathBuf>,
    /// The port of Graph; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The port of the controls; 0 takes a free one
    #[arg(long, default_value_t = 0)]
    control_port: u16,
    /// How many objects a page holds that was asked without $top
    #[arg(long, default_value_t = 100)]
    page: usize,
    /// How refusals by policy are worded
    #[arg(long, value_enum, default_value_t)]
    dialect: Dialect,
    /// Let the service's clock move with the machine's
    #[arg(long)]
    running_clock: bool,
    /// Serve Graph by https; the first line then names a file with the certificate to trust
    #[arg(long)]
    tls: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("pim-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let seed = match &arguments.seed {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
            Seed::from_json(&text)?
        }
        None => sample::tenant(),
    };
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let options = Options {
        graph: local(arguments.port),
        control: local(arguments.control_port),
        page: arguments.page.max(1),
        dialect: arguments.dialect,
        running_clock: arguments.running_clock,
        tls: arguments.tls,
    };
    let emulator = Emulator::start(seed, options).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", emulator.ready_line())?;
    out.flush()?;
    tokio::select! {
        () = emulator.wait() => {}
        ended = told_to_end() => ended?,
    }
    Ok(())
}

/// Ctrl-C, and on Unix what process managers and test runners send: ending by it leaves no file behind.
async fn told_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            pressed = tokio::signal::ctrl_c() => pressed,
            _ = terminated.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
