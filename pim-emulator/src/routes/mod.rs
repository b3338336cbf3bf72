//! Which path is served where.

mod alerts;
mod approvals;
mod batch;
mod conditional_access;
mod delta;
mod directory;
mod expand;
mod groups;
mod logs;
mod mail;
mod members;
mod package_approvals;
mod package_requests;
mod packages;
mod policies;
mod review_body;
mod review_history;
mod review_records;
mod review_rounds;
mod reviews;
mod role_assignments;
mod role_definitions;
mod roles;
mod rule_body;
mod schedule_body;
mod schedules;

use std::sync::Arc;

use http::Method;
use pim_embedded::EmbeddedBackend;

use crate::{
    call::{Answer, Call, Version},
    refusal::Refusal,
    scopes::Scopes,
    world::{Tenant, World},
};

/// One request with what it is answered from.
#[derive(Debug)]
pub(crate) struct Context<'c> {
    pub(crate) world: &'c World,
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) call: &'c Call,
    pub(crate) backend: EmbeddedBackend,
}

/// Answers a request.
///
/// # Errors
/// What the service refuses, and `NotEmulated` for what this emulator does not know.
pub(crate) async fn serve(world: &World, call: &Call) -> Answer {
    let tenant = world.tenant();
    let backend = tenant.backend(call);
    let context = Context { world, tenant, call, backend };
    let path = call.segments();
    match path.as_slice() {
        ["$batch"] => batch::serve(&context).await,
        ["roleManagement", "entitlementManagement", "roleDefinitions", rest @ ..] => {
            role_definitions::of_packages(&context, rest).await
        }
        ["roleManagement", "directory", rest @ ..] => roles::serve(&context, rest).await,
        ["identityGovernance", "privilegedAccess", "group", rest @ ..] => groups::serve(&context, rest).await,
        ["policies", rest @ ..] => policies::serve(&context, rest).await,
        ["identityGovernance", "accessReviews", rest @ ..] => reviews::serve(&context, rest).await,
        ["identityGovernance", "roleManagementAlerts", rest @ ..] => {
            context.beta_only("roleManagementAlerts")?;
            alerts::serve(&context, rest).await
        }
        ["identityGovernance", "entitlementManagement", rest @ ..] => packages::serve(&context, rest).await,
        ["identity", "conditionalAccess", rest @ ..] => conditional_access::serve(&context, rest).await,
        ["users", sender, "sendMail"] => mail::send(&context, sender),
        ["auditLogs", rest @ ..] => logs::serve(&context, rest).await,
        _ => directory::serve(&context, path.as_slice()).await,
    }
}

impl Context<'_> {
    /// Refuses any method but this, and a token without permission. Writing where there is only reading is what
    /// the service may well do.
    pub(crate) fn expect(&self, method: &Method, scopes: &Scopes) -> Result<(), Refusal> {
        if self.call.method != *method {
            return Err(if *method == Method::GET { self.not_emulated() } else { Refusal::wrong_method() });
        }
        scopes.check(self.call)
    }

    pub(crate) fn beta_only(&self, segment: &str) -> Result<(), Refusal> {
        if self.call.version == Version::V1 { Err(Refusal::no_segment(segment)) } else { Ok(()) }
    }

    /// How many objects an unasked page holds.
    pub(crate) const fn page_size(&self) -> usize {
        self.world.options.page
    }

    /// A path that the emulator does not serve.
    pub(crate) fn not_emulated(&self) -> Refusal {
        Refusal::not_emulated(&format!("{} {}", self.call.method, self.call.path_text))
    }
}
