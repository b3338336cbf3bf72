//! One peer of the benchmarks: it does one thing over the Graph backend against a server, and prints one JSON line.
//!
//! ```text
//! bench_peer list MODE URL       MODE: see `list::run`; URL: a list's first page
//! bench_peer write MODE BASE N   MODE: see `write::run`; BASE: the server's origin; N: how many
//! bench_peer discover            a whole tenant from an emulator of its own, see `discover::run`
//! ```

mod discover;
mod list;
mod write;

use std::{process::ExitCode, sync::Arc};

use pim_core::{
    backend::BackendInfo,
    error::{Error, ErrorKind, Result},
};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["list", mode, url] => list::run(mode, url).await,
        ["write", mode, base, n] => write::run(mode, base, n).await,
        ["discover"] => discover::run().await,
        _ => {
            let usage = "say: bench_peer list MODE URL, bench_peer write MODE BASE N, or bench_peer discover";
            Err(Error::new(ErrorKind::InvalidInput, usage))
        }
    };
    match done {
        Ok(line) => {
            println!("{line}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Graph at this origin, as any bearer of a token sees it.
fn graph(base: &str) -> Result<GraphBackend> {
    graph_as(base, BackendInfo::new("graph"))
}

/// The same for a known caller.
fn graph_as(base: &str, info: BackendInfo) -> Result<GraphBackend> {
    let service = Service::new(
        base.parse()?,
        Arc::new(ReqwestTransport::new()?),
        Arc::new(StaticToken::new("token".to_owned(), None, Access::Application)),
        vec!["graph".into()],
        ServiceOptions::default(),
    );
    GraphBackend::known(service, info, TokenKind::Application)
}
