//! Audit records and sign-ins, newest first.

use futures::StreamExt;
use http::Method;
use pim_core::backend::{AuditQuery, Backend, SignInQuery};

use super::Context;
use crate::{
    call::Answer,
    query,
    refusal::Refusal,
    render::log::{self, DIRECTORY_AUDIT, SIGN_IN},
    scopes,
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    context.expect(&Method::GET, &scopes::LOGS_READ)?;
    let (call, tenant) = (context.call, &context.tenant);
    let audit = context.backend.audit().ok_or_else(Refusal::insufficient)?;
    match path {
        ["directoryAudits"] => {
            call.query.check(&DIRECTORY_AUDIT)?;
            let activity =
                call.query.filter.as_ref().and_then(|filter| filter.demanded("activityDisplayName"));
            let asked = AuditQuery { activity: activity.map(str::to_owned), ..AuditQuery::default() };
            let open = |from| audit.list_audit(&asked, from);
            let show = |record: &_| Some(log::audit(tenant, record));
            let page = query::list(&call.query, context.page_size(), open, show).await?;
            call.page("auditLogs/directoryAudits", &DIRECTORY_AUDIT, page)
        }
        ["signIns"] => {
            call.query.check(&SIGN_IN)?;
            let open = |from| audit.list_sign_ins(&SignInQuery::default(), from);
            let show = |record: &_| Some(log::sign_in(tenant, record));
            let page = query::list(&call.query, context.page_size(), open, show).await?;
            call.page("auditLogs/signIns", &SIGN_IN, page)
        }
        ["directoryAudits", id] => {
            let mut batches = audit.list_audit(&AuditQuery::default(), None);
            while let Some(batch) = batches.next().await {
                if let Some(record) = batch?.items.iter().find(|record| record.id == **id) {
                    return call.object(
                        "auditLogs/directoryAudits",
                        &DIRECTORY_AUDIT,
                        log::audit(tenant, record),
                    );
                }
            }
            Err(Refusal::no_object(id))
        }
        ["signIns", id] => {
            let mut batches = audit.list_sign_ins(&SignInQuery::default(), None);
            while let Some(batch) = batches.next().await {
                if let Some(record) = batch?.items.iter().find(|record| record.id == **id) {
                    return call.object("auditLogs/signIns", &SIGN_IN, log::sign_in(tenant, record));
                }
            }
            Err(Refusal::no_object(id))
        }
        _ => Err(context.not_emulated()),
    }
}
