//! Writing eligibilities, through the client, which looks for what was lost.

use std::time::Instant;

use futures::{StreamExt, stream};
use pim_core::{
    backend::BackendInfo,
    client::{Assign, BulkOptions, Client, Safeguards},
    error::{Error, ErrorKind, Result},
    id::{PrincipalId, RoleId},
    privilege::Privilege,
    request::Request,
    schedule::Level,
    time::{Expiry, Period},
};

use crate::graph_as;

/// Whom the benchmarks' server takes every caller for.
const CALLER: PrincipalId = PrincipalId::from_guid(0x83dd7693_fa9d_4a9e_84e8_6d2bdcf5a7cf_u128.to_be_bytes());
const ROLE: RoleId = RoleId::from_guid(0x8424c6f0_a189_499e_bbd0_26c1753c96d4_u128.to_be_bytes());

/// Makes `n` people eligible: `write-seq` one after the other, `write-conc` eight at a time, `write-batch` all in one
/// call. Tells the seconds, and the people of whom it was confirmed under a request of their own.
pub(crate) async fn run(mode: &str, base: &str, n: &str) -> Result<String> {
    let n: u64 = n.parse().map_err(|_| Error::new(ErrorKind::InvalidInput, "N is a number"))?;
    let mut info = BackendInfo::new("graph");
    info.caller = Some(CALLER);
    let client = &Client::new(graph_as(base, info)?, Safeguards::default());
    let start = Instant::now();
    let outcomes: Vec<Result<Request>> = match mode {
        "write-batch" => client.assign_all((0..n).map(ask).collect(), BulkOptions::default()).await,
        "write-seq" | "write-conc" => {
            let width = if mode == "write-seq" { 1 } else { 8 };
            let writes = stream::iter((0..n).map(|i| client.assign(ask(i))));
            writes.buffer_unordered(width).collect().await
        }
        _ => return Err(Error::new(ErrorKind::InvalidInput, "no such mode")),
    };
    let secs = start.elapsed().as_secs_f64();
    if let Some(error) = outcomes.iter().find_map(|outcome| outcome.as_ref().err()) {
        eprintln!("the first of the failures: {error}");
    }
    let mut ids: Vec<_> = outcomes.iter().flatten().map(|request| &request.id).collect();
    ids.sort();
    ids.dedup();
    Ok(serde_json::json!({ "secs": secs, "items": ids.len(), "names": 0 }).to_string())
}

fn ask(i: u64) -> Assign {
    // The server counts people by their ids.
    let who = format!("00000000-0000-4000-8000-{i:012}").parse().unwrap_or(CALLER);
    Assign {
        justification: Some("bench".into()),
        ..Assign::new(Level::Eligibility, who, Privilege::role(ROLE), Expiry::After(Period::days(30)))
    }
}
