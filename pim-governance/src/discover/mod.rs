//! Reading a tenant into a snapshot.

mod listing;
mod sources;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use futures::{StreamExt, TryStreamExt, stream};
use pim_core::{
    client::Client,
    error::{Error, ErrorKind, Result},
    time::Period,
};

use self::sources::{Found, Reader};
use crate::snapshot::{Coverage, Snapshot, SourceKind, count};

/// What to read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct DiscoverOptions {
    /// Which sources. The others are [`Coverage::NotAsked`]. Who did what ([`SourceKind::Operations`]) takes the
    /// whole audit log, of which a large tenant writes much: it is read where it is named here.
    pub sources: BTreeSet<SourceKind>,
    /// How many sources at once, at least one. A backend may send several requests for each.
    pub concurrency: usize,
    /// How far back to look in the audit log. Services keep less than one may wish: Entra ID
    /// 30 days with a licence for PIM.
    pub activations: Period,
}

impl Default for DiscoverOptions {
    /// Everything but operations, eight sources at once, 90 days of activations.
    fn default() -> Self {
        Self {
            sources: SourceKind::ALL.iter().copied().filter(|s| *s != SourceKind::Operations).collect(),
            concurrency: 8,
            activations: Period::days(90),
        }
    }
}

/// How far a source is. One comes when reading of it begins, after each batch, and at the end.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Which source.
    pub source: SourceKind,
    /// How many rows were read of it.
    pub done: usize,
    /// How many there are; known at the end, if the list could be read to its end.
    pub total: Option<usize>,
    /// Rows in a second, by the service's clock; `None` where no time has passed on it.
    pub per_second: Option<f64>,
    /// What became of it, once it is done.
    pub coverage: Option<Coverage>,
}

/// Reads a tenant.
///
/// A source that can't be read is told in the snapshot's coverage and does not stop the others. Dropping the
/// future stops reading.
///
/// # Errors
/// - `Unauthenticated` as soon as any source says so: nothing else would go better.
/// - The first reason, where grants were asked for and of no surface could any be read: such a snapshot could
///   answer nothing.
pub async fn discover(client: &Client, options: &DiscoverOptions) -> Result<Snapshot> {
    discover_with(client, options, |_| ()).await
}

/// As [`discover`], telling how far it is. `observe` is called between reads, so it should be quick.
///
/// # Errors
/// As for [`discover`].
pub async fn discover_with(
    client: &Client,
    options: &DiscoverOptions,
    observe: impl Fn(&Progress) + Send + Sync,
) -> Result<Snapshot> {
    let clock = client.clock();
    let mut snapshot = Snapshot::unread(clock.now());
    let info = client.info();
    snapshot.tenant.clone_from(&info.tenant);
    snapshot.caller.clone_from(&info.caller);
    snapshot.backend.clone_from(&info.name);

    let reader = Reader {
        client,
        clock: &*clock,
        observe: &observe,
        taken_at: snapshot.taken_at,
        activations: options.activations,
        wanted: &options.sources,
    };
    let tasks = stream::iter(options.sources.iter().copied().enumerate())
        .map(|(at, source)| reader.read(source, at))
        .buffer_unordered(options.concurrency.max(1));
    let mut found: Vec<(usize, Found)> = tasks.try_collect().await?;
    // Whichever source answers first, equal tenants make equal snapshots.
    found.sort_by_key(|(at, _)| *at);
    for (_, found) in found {
        found.add_to(&mut snapshot);
    }
    grants_were_read(&snapshot)?;
    snapshot.link();
    count(&mut snapshot);
    Ok(snapshot)
}

/// Refuses a snapshot without any grants that could have been read.
fn grants_were_read(snapshot: &Snapshot) -> Result<()> {
    let readings: Vec<_> = snapshot
        .coverage
        .iter()
        .filter(|(source, _)| GRANTS.contains(source))
        .map(|(source, reading)| (*source, &reading.coverage))
        .collect();
    let unread =
        |coverage: &Coverage| !matches!(coverage, Coverage::Read | Coverage::Partial(_) | Coverage::NotAsked);
    if readings.is_empty() || !readings.iter().all(|(_, coverage)| unread(coverage)) {
        return Ok(());
    }
    // What was denied can be mended; what is not offered says less.
    let denied = readings.iter().find(|(_, coverage)| matches!(coverage, Coverage::Denied(_)));
    let first = denied.or_else(|| readings.first());
    let reason = first.and_then(|(source, coverage)| Some((source, coverage.reason()?)));
    let error = Error::new(
        reason.map_or(ErrorKind::PermissionDenied, |(_, reason)| reason.kind),
        "no grants could be read on any surface: sign in with a role that reads them, such as Global Reader, \
         and with the permissions that the backend names",
    );
    Err(match reason {
        Some((source, reason)) => {
            let error = error.with_context("source", source).with_context("because", &reason.message);
            match &reason.code {
                Some(code) => error.with_code(code.as_str()),
                None => error,
            }
        }
        None => error,
    })
}

const GRANTS: [SourceKind; 6] = [
    SourceKind::DirectoryAssignments,
    SourceKind::GroupAssignments,
    SourceKind::AzureAssignments,
    SourceKind::DirectoryEligibilities,
    SourceKind::GroupEligibilities,
    SourceKind::AzureEligibilities,
];
