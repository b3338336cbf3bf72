//! What surrounds privileges: the directory, its records, Conditional Access, alerts, access packages.

use super::Client;
use crate::{
    alert::{Alert, AlertChange, AlertIncident, AlertKind},
    audit::{AuditRecord, SignIn},
    backend::{AuditQuery, MembershipQuery, Operation, SignInQuery, UserQuery},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::Result,
    package::{AccessPackage, PackageAssignment},
    page::{Continuation, Pager},
};

macro_rules! lists {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $ty:ty)?) -> $item:ty = $op:ident, $facet:ident.$call:ident;)+) => {
        impl Client {$(
            $(#[$meta])*
            pub fn $name(&self, $($arg: $ty,)? from: Option<Continuation>) -> Pager<$item> {
                const OP: Operation = Operation::$op;
                self.list(OP, &lists!(@query $($arg)?), from, |from| {
                    Ok(self.facet(OP, self.backend().$facet())?.$call($($arg,)? from))
                })
            }
        )+}
    };
    (@query) => { () };
    (@query $arg:ident) => { $arg };
}

lists! {
    /// People.
    users(query: &UserQuery) -> User = ListUsers, directory.list_users;
    /// Groups.
    groups() -> Group = ListGroups, directory.list_groups;
    /// Who belongs to groups now: direct members and owners.
    memberships(query: &MembershipQuery) -> Membership = ListMemberships, directory.list_memberships;
    /// Applications.
    service_principals() -> ServicePrincipal = ListServicePrincipals, directory.list_service_principals;
    /// Administrative units.
    units() -> AdministrativeUnit = ListUnits, directory.list_units;
    /// Licences.
    skus() -> Sku = ListSkus, directory.list_skus;
    /// Audit records, newest first. They come minutes late and confirm nothing.
    audit(query: &AuditQuery) -> AuditRecord = ListAudit, audit.list_audit;
    /// Sign-ins, newest first.
    sign_ins(query: &SignInQuery) -> SignIn = ListSignIns, audit.list_sign_ins;
    /// Conditional Access policies.
    conditional_access() -> ConditionalAccessPolicy = ListConditionalAccess, conditional_access.list_conditional_access;
    /// Authentication contexts.
    contexts() -> AuthenticationContext = ListContexts, conditional_access.list_contexts;
    /// Named locations.
    locations() -> NamedLocation = ListLocations, conditional_access.list_locations;
    /// PIM's alerts and their state.
    alerts() -> Alert = ListAlerts, alerts.list_alerts;
    /// What an alert found.
    incidents(kind: &AlertKind) -> AlertIncident = ListIncidents, alerts.list_incidents;
    /// Access packages and what they carry.
    packages() -> AccessPackage = ListPackages, packages.list_packages;
    /// Who has access packages.
    package_assignments() -> PackageAssignment = ListPackageAssignments, packages.list_package_assignments;
}

impl Client {
    /// Refreshes, dismisses or configures an alert.
    ///
    /// # Errors
    /// As for every method of [`Client`].
    pub async fn change_alert(&self, kind: &AlertKind, change: &AlertChange) -> Result<()> {
        const OP: Operation = Operation::ChangeAlert;
        let alerts = self.facet(OP, self.backend().alerts())?;
        alerts.change_alert(kind, change).await.map_err(|error| error.during(OP).with_context("alert", kind))
    }
}
