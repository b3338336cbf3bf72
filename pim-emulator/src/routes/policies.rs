//! Role management policies, their rules and assignments.

use futures::StreamExt;
use http::{Method, StatusCode};
use pim_core::{
    backend::{Backend, PolicyQuery},
    id::GroupId,
    policy::Policy,
    privilege::{Privilege, Surface},
};
use pim_embedded::engine::{Answer as Done, Command, PolicyWrite};
use serde_json::Value;

use super::{Context, rule_body};
use crate::{
    call::{Answer, Reply, with_context},
    query::{self, Expand, Page, of_positions},
    refusal::Refusal,
    render::policy::{self as shown, POLICY, POLICY_ASSIGNMENT, RULE},
    scopes,
};

pub(super) async fn serve(context: &Context<'_>, path: &[&str]) -> Answer {
    match path {
        ["roleManagementPolicies"] => list(context, false).await,
        ["roleManagementPolicyAssignments"] => list(context, true).await,
        ["roleManagementPolicies", id, rest @ ..] => policy(context, id, rest).await,
        ["roleManagementPolicyAssignments", id] => assignment(context, id).await,
        _ => Err(context.not_emulated()),
    }
}

/// A policy, and the name under which its scope was asked for.
struct Found {
    policy: Policy,
    scope_type: String,
}

impl Found {
    fn is_group(&self) -> bool {
        self.policy.subject.surface() == Surface::Groups
    }
}

/// The policies or the assignments of a scope. Both must name scope and type of scope.
async fn list(context: &Context<'_>, assignments: bool) -> Answer {
    let call = context.call;
    let entity = if assignments { &POLICY_ASSIGNMENT } else { &POLICY };
    let demanded = |name| call.query.filter.as_ref().and_then(|filter| filter.demanded(name));
    let (Some(scope), Some(scope_type)) = (demanded("scopeId"), demanded("scopeType")) else {
        return Err(missing_provider());
    };
    let of_group = scope_type.eq_ignore_ascii_case("Group");
    context.expect(
        &Method::GET,
        if of_group { &scopes::GROUP_POLICY_READ } else { &scopes::ROLE_POLICY_READ },
    )?;
    call.query.check(entity)?;
    let mut subjects: Vec<Privilege> = Vec::new();
    if of_group {
        let group: GroupId = scope.parse()?;
        subjects.extend([Privilege::member(group.clone()), Privilege::owner(group)]);
    } else if ["Directory", "DirectoryRole"].iter().any(|known| known.eq_ignore_ascii_case(scope_type)) {
        subjects.extend(roles(context));
    } else {
        return Err(missing_provider());
    }
    if let Some(role) = demanded("roleDefinitionId") {
        subjects.retain(|subject| shown::subject_id(subject).eq_ignore_ascii_case(role));
    } else if !of_group {
        may_list(context).await?;
    }
    let mut found = Vec::new();
    for subject in &subjects {
        let policy = context.backend.get_policy(subject).await?;
        found.push(Found { policy, scope_type: spelled(scope_type) });
    }
    let open = |from| of_positions(found.len(), from);
    let show = |at: &usize| {
        found.get(*at).map(|one| if assignments { assigned(context, one) } else { whole(context, one) })
    };
    let page = query::list(&call.query, context.page_size(), open, show).await?;
    call.page(&format!("policies/{}", call.path.last().map_or("", String::as_str)), entity, page)
}

/// One policy is everybody's to read, the policies of all roles are not.
async fn may_list(context: &Context<'_>) -> Result<(), Refusal> {
    let Some(admin) = context.backend.policies() else { return Ok(()) };
    let query = PolicyQuery { surface: Some(Surface::DirectoryRoles) };
    match admin.list_policies(&query, None).next().await {
        Some(Err(error)) => Err(error.into()),
        _ => Ok(()),
    }
}

async fn policy(context: &Context<'_>, id: &str, path: &[&str]) -> Answer {
    let call = context.call;
    let found = find(context, id).await?;
    let (read, write, rule_write) = if found.is_group() {
        (&scopes::GROUP_POLICY_READ, &scopes::GROUP_POLICY_WRITE, &scopes::GROUP_POLICY_WRITE)
    } else {
        (&scopes::ROLE_POLICY_READ, &scopes::ROLE_POLICY_WRITE, &scopes::ROLE_RULE_WRITE)
    };
    const PLACE: &str = "policies/roleManagementPolicies";
    match (path, &call.method) {
        ([], &Method::PATCH) => {
            write.check(call)?;
            let rules = rule_body::rules(&call.json()?)?;
            let policy = update(context, &found.policy.subject, rules, PolicyWrite::Whole).await?;
            let object = shown::policy(&policy, &found.scope_type);
            let place = format!("{}#{PLACE}/$entity", call.metadata());
            Ok(Reply::new(StatusCode::OK, Some(with_context(object, place))))
        }
        (["rules", rule], &Method::PATCH) => {
            rule_write.check(call)?;
            let rules = vec![rule_body::rule(&call.json()?, Some(rule))?];
            update(context, &found.policy.subject, rules, PolicyWrite::Single).await?;
            Ok(Reply::done())
        }
        _ => {
            context.expect(&Method::GET, read)?;
            let rules = shown::rules(&found.policy);
            match path {
                [] => call.object(PLACE, &POLICY, whole(context, &found)),
                ["rules" | "effectiveRules"] => {
                    call.query.check(&RULE)?;
                    let wanted = |rule: &Value| call.query.filter.as_ref().is_none_or(|f| f.admits(rule));
                    let items = rules.into_iter().filter(wanted).collect();
                    let place = format!("{PLACE}('{id}')/{}", path[0]);
                    call.page(&place, &RULE, Page { items, next: None, count: None })
                }
                ["rules" | "effectiveRules", rule] => {
                    let known = rules
                        .into_iter()
                        .find(|one| one["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(rule)));
                    let known = known.ok_or_else(|| Refusal::not_found("The policy has no such rule."))?;
                    call.object(&format!("{PLACE}('{id}')/{}", path[0]), &RULE, known)
                }
                _ => Err(context.not_emulated()),
            }
        }
    }
}

async fn assignment(context: &Context<'_>, id: &str) -> Answer {
    let (policy_id, _) = id.rsplit_once('_').ok_or_else(missing_provider)?;
    let found = find(context, policy_id).await?;
    let read = if found.is_group() { &scopes::GROUP_POLICY_READ } else { &scopes::ROLE_POLICY_READ };
    context.expect(&Method::GET, read)?;
    let object = assigned(context, &found);
    if object["id"].as_str().is_none_or(|own| !own.eq_ignore_ascii_case(id)) {
        return Err(Refusal::not_found("There is no such policy assignment."));
    }
    context.call.object("policies/roleManagementPolicyAssignments", &POLICY_ASSIGNMENT, object)
}

async fn update(
    context: &Context<'_>,
    subject: &Privilege,
    rules: Vec<pim_core::policy::Rule>,
    write: PolicyWrite,
) -> Result<Policy, Refusal> {
    let command = Command::UpdatePolicy(subject.clone(), rules, write);
    match context.tenant.service.execute(&context.call.bearer.caller, &command).await? {
        Done::Policy(policy) => Ok(*policy),
        _ => Err(Refusal::not_found("The policy is gone.")),
    }
}

/// A policy by its id: `DirectoryRole_{tenant}_{guid}` or `Group_{group}_{guid}`.
async fn find(context: &Context<'_>, id: &str) -> Result<Found, Refusal> {
    let mut parts = id.splitn(3, '_');
    let (Some(kind), Some(scope), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(missing_provider());
    };
    let subjects: Vec<Privilege> = match kind.to_ascii_lowercase().as_str() {
        "group" => {
            let group: GroupId = scope.parse()?;
            vec![Privilege::member(group.clone()), Privilege::owner(group)]
        }
        "directory" | "directoryrole" => roles(context),
        _ => return Err(missing_provider()),
    };
    let scope_type = spelled(kind);
    for subject in &subjects {
        let policy = context.backend.get_policy(subject).await?;
        let object = shown::policy(&policy, &scope_type);
        if object["id"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(id)) {
            return Ok(Found { policy, scope_type });
        }
    }
    Err(Refusal::not_found("There is no such policy."))
}

fn roles(context: &Context<'_>) -> Vec<Privilege> {
    let roles = context.tenant.roles();
    let of_directory = roles.iter().filter(|role| role.surface == Surface::DirectoryRoles);
    of_directory.map(|role| Privilege::role(role.id.clone())).collect()
}

/// A policy with the rules that were asked for.
fn whole(context: &Context<'_>, found: &Found) -> Value {
    let query = &context.call.query;
    expanded(found, |name| query.expansion(name))
}

/// A policy assignment with the policy that was asked for.
fn assigned(context: &Context<'_>, found: &Found) -> Value {
    let mut object = shown::assignment(&found.policy, &found.scope_type);
    if let Some(expand) = context.call.query.expansion("policy") {
        let policy = expand.project(expanded(found, |name| expand.expansion(name)));
        if let Some(members) = object.as_object_mut() {
            members.insert("policy".to_owned(), policy);
        }
    }
    object
}

fn expanded<'e>(found: &Found, expansion: impl Fn(&str) -> Option<&'e Expand>) -> Value {
    let mut object = shown::policy(&found.policy, &found.scope_type);
    for name in ["rules", "effectiveRules"] {
        if let (Some(expand), Some(members)) = (expansion(name), object.as_object_mut()) {
            let rules = shown::rules(&found.policy).into_iter().map(|rule| expand.project(rule));
            members.insert(name.to_owned(), rules.collect());
        }
    }
    object
}

/// A kind of scope in the service's own spelling.
fn spelled(scope_type: &str) -> String {
    let known = ["Directory", "DirectoryRole", "Group"];
    known
        .iter()
        .find(|known| known.eq_ignore_ascii_case(scope_type))
        .map_or(scope_type, |known| known)
        .to_owned()
}

/// The service does not know whom to ask; also its answer to a malformed id.
fn missing_provider() -> Refusal {
    Refusal::wrapped(StatusCode::BAD_REQUEST, "MissingProvider", "The provider is missing.")
}
