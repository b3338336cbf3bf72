//! Records, Conditional Access and access packages: lists of one collection each.

use pim_core::{
    audit::{AuditRecord, AuditService, SignIn},
    backend::{AuditLog, AuditQuery, ConditionalAccess, Packages, SignInQuery},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    error::Result,
    package::{AccessPackage, PackageAssignment},
    page::{Batches, Continuation},
    time::Timestamp,
};
use serde::de::DeserializeOwned;

use super::{
    GraphBackend,
    list::{Source, chain},
};
use crate::{
    convert,
    endpoints::{Filter, Place, Query, audit, conditional_access, packages},
};

impl AuditLog for GraphBackend {
    fn list_audit(&self, query: &AuditQuery, from: Option<Continuation>) -> Batches<AuditRecord> {
        let filters = within("activityDateTime", query.from, query.until)
            .chain(query.service.as_ref().map(|service| Filter::eq("loggedByService", written(service))))
            .chain(query.activity.as_ref().map(|activity| Filter::eq("activityDisplayName", activity)));
        let options = Query { filter: Filter::all(filters), ..Query::default() };
        let source = self.rows("audit", &audit::audits(), &options, convert::audit::record);
        // People and applications stand in different members, and an id does not tell which it is.
        let actor = query.actor.clone();
        let admits = move |record: &AuditRecord| actor.is_none() || record.actor == actor;
        chain(&self.connection, source.map(|source| vec![source.only(admits)]), from)
    }

    fn list_sign_ins(&self, query: &SignInQuery, from: Option<Continuation>) -> Batches<SignIn> {
        let filters = within("createdDateTime", query.from, query.until)
            .chain(query.principal.as_ref().map(|principal| Filter::eq("userId", principal)));
        let options = Query { filter: Filter::all(filters), ..Query::default() };
        self.list("sign-ins", &audit::sign_ins(), &options, convert::audit::sign_in, from)
    }
}

impl ConditionalAccess for GraphBackend {
    fn list_conditional_access(&self, from: Option<Continuation>) -> Batches<ConditionalAccessPolicy> {
        let (place, read) = (conditional_access::policies(), convert::conditional_access::policy);
        self.list("conditional access", &place, &Query::default(), read, from)
    }

    fn list_contexts(&self, from: Option<Continuation>) -> Batches<AuthenticationContext> {
        let (place, read) = (conditional_access::contexts(), convert::conditional_access::context);
        self.list("contexts", &place, &Query::default(), read, from)
    }

    fn list_locations(&self, from: Option<Continuation>) -> Batches<NamedLocation> {
        let (place, read) = (conditional_access::locations(), convert::conditional_access::location);
        self.list("locations", &place, &Query::default(), read, from)
    }
}

impl Packages for GraphBackend {
    fn list_packages(&self, from: Option<Continuation>) -> Batches<AccessPackage> {
        let expand =
            vec!["catalog".into(), "resourceRoleScopes($expand=role($expand=resource),scope)".into()];
        let options = Query { expand, ..Query::default() };
        self.list("packages", &packages::packages(), &options, convert::package::package, from)
    }

    fn list_package_assignments(&self, from: Option<Continuation>) -> Batches<PackageAssignment> {
        let options = Query { expand: vec!["target".into(), "accessPackage".into()], ..Query::default() };
        let (place, read) = (packages::assignments(), convert::package::assignment);
        self.list("package assignments", &place, &options, read, from)
    }
}

impl GraphBackend {
    /// A list of one collection.
    pub(super) fn list<W: DeserializeOwned + 'static, T: Send + 'static>(
        &self,
        name: &str,
        place: &Place,
        options: &Query,
        read: fn(&W) -> Result<T>,
        from: Option<Continuation>,
    ) -> Batches<T> {
        chain(&self.connection, self.rows(name, place, options, read).map(|source| vec![source]), from)
    }

    /// A collection whose rows are read one by one.
    pub(super) fn rows<W: DeserializeOwned + 'static, T: Send + 'static>(
        &self,
        name: &str,
        place: &Place,
        options: &Query,
        read: fn(&W) -> Result<T>,
    ) -> Result<Source<T>> {
        let first = place.read(self.connection.root(), options)?;
        Ok(Source::paged(name, first, move |page| convert::rows(page, |row: W| read(&row))))
    }
}

fn within(
    member: &'static str,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
) -> impl Iterator<Item = Filter> {
    let from = from.map(|from| Filter::from(member, from));
    from.into_iter().chain(until.map(|until| Filter::before(member, until)))
}

/// As records name the service.
fn written(service: &AuditService) -> &str {
    match service {
        AuditService::Pim => "PIM",
        AuditService::CoreDirectory => "Core Directory",
        AuditService::AccessReviews => "Access Reviews",
        other => other.as_str(),
    }
}
