//! A tenant, as it was read.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use pim_core::{error::Result, time::Period};
use pim_governance::{
    discover::{DiscoverOptions, discover_with},
    snapshot::{Snapshot, SourceKind},
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    arguments::{no_such, read},
    rows::Rows,
    session::Session,
};

/// What was read of a tenant, and how much of it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub(super) snapshot: Arc<Snapshot>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Discover {
    #[serde(default)]
    sources: Option<BTreeSet<SourceKind>>,
    #[serde(default)]
    concurrency: Option<usize>,
    #[serde(default)]
    activations: Option<Period>,
}

macro_rules! tables {
    ($($name:ident: $kind:ident),+ $(,)?) => {
        /// The tables of a snapshot.
        pub(super) const TABLES: &[&str] = &[$(stringify!($name)),+];

        fn table(snapshot: &Snapshot, name: &str) -> Option<Rows> {
            match name {
                $(stringify!($name) => Some(Rows::$kind(snapshot.$name.clone())),)+
                "roles" => Some(Rows::RoleDefinition(snapshot.roles.iter().map(|role| (**role).clone()).collect())),
                _ => None,
            }
        }
    };
}

tables! {
    eligibilities: Eligibility,
    assignments: Assignment,
    policies: Policy,
    users: User,
    groups: Group,
    memberships: Membership,
    service_principals: ServicePrincipal,
    units: AdministrativeUnit,
    skus: Sku,
    conditional_access: ConditionalAccessPolicy,
    contexts: AuthenticationContext,
    locations: NamedLocation,
    reviews: AccessReview,
    rounds: ReviewRound,
    alerts: Alert,
    incidents: AlertIncident,
}

impl Tenant {
    /// Reads a tenant: `{"sources": […], "concurrency": 8, "activations": "P90D"}`, all of it optional. `observe` is told how far it is,
    /// as JSON, between reads.
    ///
    /// # Errors
    /// As for `pim_governance::discover::discover`.
    pub async fn discover(
        session: &Session,
        options: &str,
        observe: impl Fn(String) + Send + Sync,
    ) -> Result<Self> {
        let asked: Discover = read("discover", options)?;
        let default = DiscoverOptions::default();
        let options = DiscoverOptions {
            sources: asked.sources.unwrap_or(default.sources),
            concurrency: asked.concurrency.unwrap_or(default.concurrency),
            activations: asked.activations.unwrap_or(default.activations),
        };
        let told = |progress: &pim_governance::discover::Progress| {
            let coverage = progress.coverage.as_ref().map(ToString::to_string);
            let fact = json!({ "source": progress.source, "done": progress.done, "total": progress.total,
                "per_second": progress.per_second, "coverage": coverage });
            observe(fact.to_string());
        };
        let snapshot = discover_with(session.client(), &options, told).await?;
        Ok(Self { snapshot: Arc::new(snapshot) })
    }

    /// Reads a file that [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// `NotFound`, `Malformed` with the place, `Unsupported` for one of a newer version.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self { snapshot: Arc::new(Snapshot::load(path)?) })
    }

    /// Writes it to a file that only its owner may read.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.snapshot.save(path)
    }

    /// What it is: when, of which tenant, by whom, and how much was read of each source.
    pub fn about(&self) -> String {
        let snapshot = &self.snapshot;
        json!({ "taken_at": snapshot.taken_at, "tenant": snapshot.tenant, "caller": snapshot.caller,
            "backend": snapshot.backend, "coverage": snapshot.coverage.iter().collect::<Vec<_>>() })
        .to_string()
    }

    /// The rows of one of its tables.
    ///
    /// # Errors
    /// `InvalidInput` for a table that it does not have, with the nearest.
    pub fn table(&self, name: &str) -> Result<Rows> {
        let known = TABLES.iter().copied().chain(["roles"]);
        table(&self.snapshot, name).ok_or_else(|| no_such("table", name, known))
    }
}
