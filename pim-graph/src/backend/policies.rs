//! Policies: read by what they govern, written as a whole.

use async_trait::async_trait;
use pim_core::{
    backend::{PolicyAdmin, PolicyQuery},
    error::{Error, ErrorKind, Result},
    page::{Batches, Continuation},
    policy::{Policy, Rule, safe_order},
    privilege::Privilege,
};

use super::{
    GraphBackend,
    connection::Connection,
    grants::manageable_groups,
    list::{Source, chain},
};
use crate::{
    convert,
    endpoints::{Filter, Query, policies, schedules::Area},
    wire,
};

#[async_trait]
impl PolicyAdmin for GraphBackend {
    fn list_policies(&self, query: &PolicyQuery, from: Option<Continuation>) -> Batches<Policy> {
        chain(&self.connection, sources(&self.connection, query), from)
    }

    async fn update_policy(&self, privilege: &Privilege, rules: &[Rule]) -> Result<Policy> {
        let current = read(&self.connection, privilege).await?;
        if rules.is_empty() {
            return Ok(current);
        }
        let rules = safe_order(rules);
        let body = convert::policy::policy_body(&rules)?;
        let root = self.connection.root();
        match self.connection.act(policies::policy(&current.id).update(root, &body)).await {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                for rule in &rules {
                    let body = convert::policy::rule_body(rule)?;
                    let place = policies::rule(&current.id, &convert::policy::rule_id(&rule.kind));
                    self.connection.act(place.update(root, &body)).await?;
                }
            }
            outcome => outcome?,
        }
        // A group's policy gets another id when its first change brings the group under PIM.
        read(&self.connection, privilege).await
    }
}

/// The policy that governs a privilege.
pub(super) async fn read(connection: &Connection, privilege: &Privilege) -> Result<Policy> {
    let filter = policies::of(privilege).ok_or_else(|| {
        Error::new(ErrorKind::Unsupported, "Microsoft Graph has policies of Entra roles and groups only")
            .with_context("privilege", privilege)
    })?;
    let call = policies::assignments().read(connection.root(), &with_rules(filter))?;
    let reply = connection.send(call).await?;
    let mut listed =
        convert::rows(&reply.body, |read: wire::PolicyAssignment| convert::policy::assigned(&read))?;
    if let Some(found) = listed.items.pop() {
        return Ok(found);
    }
    let error = match listed.rejected.pop() {
        Some(row) => Error::new(ErrorKind::Malformed, format!("the policy can't be read: {}", row.reason)),
        None => Error::new(ErrorKind::NotFound, "the service has no policy for this privilege"),
    };
    Err(error.with_context("privilege", privilege))
}

fn sources(connection: &Connection, query: &PolicyQuery) -> Result<Vec<Source<Policy>>> {
    let wanted = query.surface.as_ref().map(Area::try_from).transpose()?;
    let assigned =
        |page: &[u8]| convert::rows(page, |read: wire::PolicyAssignment| convert::policy::assigned(&read));
    let mut sources = Vec::new();
    if wanted != Some(Area::Groups) {
        let first = policies::assignments().read(connection.root(), &with_rules(policies::of_roles()))?;
        sources.push(Source::paged("policies of roles", first, assigned));
    }
    if wanted != Some(Area::Roles) {
        sources.push(manageable_groups(connection, "policies of groups")?.each(
            |connection, group| {
                let query = with_rules(policies::of_group(group));
                Ok(vec![policies::assignments().read(connection.root(), &query)?])
            },
            move |_, _, page| assigned(page),
            ToString::to_string,
        ));
    }
    Ok(sources)
}

fn with_rules(filter: Filter) -> Query {
    Query { expand: vec!["policy($expand=rules)".into()], ..Query::filter(filter) }
}
