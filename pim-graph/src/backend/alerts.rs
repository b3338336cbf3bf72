//! PIM's alerts.

use async_trait::async_trait;
use futures::{StreamExt, stream};
use pim_core::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    backend::Alerts,
    error::{Error, ErrorKind, Result},
    id::AlertId,
    page::{Batches, Continuation},
};

use super::{
    GraphBackend,
    list::{Source, chain},
};
use crate::{
    convert,
    endpoints::{Query, Repeat, alerts},
    wire::{self, Member},
};

#[async_trait]
impl Alerts for GraphBackend {
    fn list_alerts(&self, from: Option<Continuation>) -> Batches<Alert> {
        let expand = vec!["alertDefinition".into(), "alertConfiguration".into()];
        let options = Query { expand, ..Query::filter(alerts::of_roles()) };
        self.list("alerts", &alerts::alerts(), &options, convert::alert::alert, from)
    }

    fn list_incidents(&self, kind: &AlertKind, from: Option<Continuation>) -> Batches<AlertIncident> {
        let (backend, kind) = (self.clone(), kind.clone());
        let begun = async move {
            let sources = backend.alert_id(&kind).await.and_then(|alert| {
                let place = alerts::incidents(&alert);
                let first = place.read(backend.connection.root(), &Query::default())?;
                let read = move |page: &[u8]| {
                    convert::rows(page, |row: wire::AlertIncident| convert::alert::incident(&alert, &row))
                };
                Ok(vec![Source::paged("incidents", first, read)])
            });
            chain(&backend.connection, sources, from)
        };
        stream::once(begun).flatten().boxed()
    }

    async fn change_alert(&self, kind: &AlertKind, change: &AlertChange) -> Result<()> {
        let (alert, root) = (self.alert_id(kind).await?, self.connection.root());
        let call = match change {
            AlertChange::Refresh => alerts::refresh(&alert).act(root, Repeat::Safe),
            AlertChange::Dismiss => {
                let body = wire::Alert { is_active: Member::Value(false), ..wire::Alert::default() };
                alerts::alert(&alert).update(root, &body)
            }
            AlertChange::Configure(thresholds) => {
                let body = convert::alert::configuration(kind, thresholds)?;
                alerts::configuration(&alert).update(root, &body)
            }
            _ => Err(Error::new(ErrorKind::Unsupported, "this change of an alert is not one of Graph's")),
        };
        self.connection.act(call).await
    }
}

impl GraphBackend {
    /// Ids hold the tenant's; where that is not known, the service's own list tells.
    async fn alert_id(&self, kind: &AlertKind) -> Result<AlertId> {
        if let Some(tenant) = &self.info.tenant {
            return convert::alert::alert_id(tenant, kind);
        }
        let mut alerts = self.list_alerts(None);
        while let Some(batch) = alerts.next().await {
            if let Some(alert) = batch?.items.into_iter().find(|alert| alert.kind == *kind) {
                return Ok(alert.id);
            }
        }
        Err(Error::new(ErrorKind::NotFound, "the tenant has no such alert").with_context("alert", kind))
    }
}
