//! Every method of the client, by name.

use pim_core::{
    alert::{AlertChange, AlertKind},
    approval::ApprovalKey,
    backend::{
        AssignmentQuery, AuditQuery, BulkOptions, EligibilityQuery, MembershipQuery, PolicyQuery,
        RequestQuery, RoleQuery, SignInQuery, UserQuery, View,
    },
    client::{Activate, Assign, Client, Extend, Observed, Outlook, Renew, Revoke, Update, conditions},
    error::{Error, Result},
    id::{PrincipalId, ReviewId},
    page::Continuation,
    policy::Rule,
    privilege::Privilege,
    request::{NewRequest, Request, RequestKey},
    review::{NewReview, NewVerdict, RoundKey},
    sensitive::Sensitive,
    surface::{Gives, METHODS},
    time::{Period, Timestamp},
};
use serde::{Deserialize, Serialize};

use crate::{
    arguments::{no_such, read},
    cursor::Cursor,
    envelope::Envelope,
};

/// The arguments of a method that is no single struct in the core.
macro_rules! arguments {
    ($($name:ident { $($(#[$meta:meta])* $field:ident: $ty:ty),* $(,)? })+) => {$(
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { $($(#[$meta])* $field: $ty),* }
    )+};
}

arguments! {
    Nothing {}
    Of { privilege: Privilege }
    Named { name: String }
    Key { key: RequestKey }
    ApprovalOf { key: ApprovalKey }
    Decide { key: ApprovalKey, #[serde(default)] justification: Option<Sensitive<String>> }
    Rules { privilege: Privilege, rules: Vec<Rule> }
    Wait { key: RequestKey, condition: Condition, deadline: Period }
    Many { requests: Vec<NewRequest>, #[serde(default)] options: BulkOptions }
    Grants { grants: Vec<Assign>, #[serde(default)] options: BulkOptions }
    Review { review: ReviewId }
    Round { round: RoundKey }
    Verdicts { round: RoundKey, verdicts: Vec<NewVerdict> }
    Change { alert: AlertKind, change: AlertChange }
    All { #[serde(default)] from: Option<Continuation> }
    Reviews { #[serde(default)] view: View, #[serde(default)] from: Option<Continuation> }
    Rounds { review: ReviewId, #[serde(default)] from: Option<Continuation> }
    Items { round: RoundKey, #[serde(default)] from: Option<Continuation> }
    Incidents { alert: AlertKind, #[serde(default)] from: Option<Continuation> }
}

/// A list's query, and where to go on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, bound = "Q: Default + Deserialize<'de>")]
struct Query<Q> {
    #[serde(default)]
    query: Q,
    #[serde(default)]
    from: Option<Continuation>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Active,
    Decided,
    Ended,
}

impl Condition {
    fn outlook(self, seen: &Observed) -> Outlook {
        match self {
            Self::Active => conditions::active(seen),
            Self::Decided => conditions::decided(seen),
            Self::Ended => conditions::ended(seen),
        }
    }
}

/// The time of the service.
#[derive(Serialize)]
struct Now {
    now: Timestamp,
}

#[derive(Serialize)]
struct Administrators {
    holders: Vec<PrincipalId>,
    working: Vec<PrincipalId>,
}

/// What came of one request of many.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Request(Box<Request>),
    Error(Box<Envelope>),
}

fn outcomes(replies: Vec<Result<Request>>) -> Vec<Outcome> {
    let told = |reply: Result<Request>| match reply {
        Ok(request) => Outcome::Request(Box::new(request)),
        Err(error) => Outcome::Error(Box::new(Envelope::from(&error))),
    };
    replies.into_iter().map(told).collect()
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(pim_core::error::ErrorKind::Unexpected, "the answer can't be written as JSON")
            .with_source(error)
    })
}

fn unknown(name: &str, lists: bool) -> Error {
    let fits = |gives: Gives| (gives == Gives::List) == lists;
    let known = METHODS.iter().filter(|method| fits(method.gives)).map(|method| method.name);
    no_such(if lists { "list" } else { "method" }, name, known)
}

/// Methods that answer once: name, arguments, call.
macro_rules! calls {
    ($client:ident; $($name:ident($args:pat in $ty:ty) => $answer:expr,)+) => {
        pub(crate) async fn call($client: &Client, method: &str, arguments: &str) -> Result<String> {
            match method {
                $(stringify!($name) => {
                    let $args: $ty = read(stringify!($name), arguments)?;
                    json(&$answer)
                })+
                _ => Err(unknown(method, false)),
            }
        }

        #[cfg(test)]
        const CALLS: &[&str] = &[$(stringify!($name)),+];
    };
}

calls! { client;
    info(Nothing {} in Nothing) => client.info(),
    capabilities(Nothing {} in Nothing) => client.capabilities(),
    safeguards(Nothing {} in Nothing) => client.safeguards(),
    clock(Nothing {} in Nothing) => Now { now: client.clock().now() },
    administrators(Nothing {} in Nothing) => {
        let all = client.administrators().await?;
        Administrators { holders: all.holders.iter().cloned().collect(), working: all.working().into_iter().collect() }
    },
    role_named(Named { name } in Named) => client.role_named(&name).await?,
    principal_named(Named { name } in Named) => client.principal_named(&name).await?,
    get_request(Key { key } in Key) => client.get_request(&key).await?,
    policy(Of { privilege } in Of) => client.policy(&privilege).await?,
    activate(ask in Activate) => client.activate(ask).await?,
    deactivate(Of { privilege } in Of) => client.deactivate(&privilege).await?,
    assign(ask in Assign) => client.assign(ask).await?,
    update(ask in Update) => client.update(ask).await?,
    revoke(ask in Revoke) => client.revoke(ask).await?,
    extend(ask in Extend) => client.extend(ask).await?,
    renew(ask in Renew) => client.renew(ask).await?,
    submit(ask in NewRequest) => client.submit(&ask).await?,
    submit_all(Many { requests, options } in Many) => outcomes(client.submit_all(&requests, options).await),
    assign_all(Grants { grants, options } in Grants) => outcomes(client.assign_all(grants, options).await),
    cancel(Key { key } in Key) => client.cancel(&key).await?,
    wait_for(Wait { key, condition, deadline } in Wait) => {
        client.wait_for(&key, |seen| condition.outlook(seen), deadline).await?
    },
    get_approval(ApprovalOf { key } in ApprovalOf) => client.get_approval(&key).await?,
    approve(Decide { key, justification } in Decide) => client.approve(&key, justification).await?,
    deny(Decide { key, justification } in Decide) => client.deny(&key, justification).await?,
    update_policy(Rules { privilege, rules } in Rules) => client.update_policy(&privilege, &rules).await?,
    get_review(Review { review } in Review) => client.get_review(&review).await?,
    create_review(review in NewReview) => client.create_review(&review).await?,
    delete_review(Review { review } in Review) => client.delete_review(&review).await?,
    record(Verdicts { round, verdicts } in Verdicts) => client.record(&round, &verdicts).await?,
    stop(Round { round } in Round) => client.stop(&round).await?,
    apply(Round { round } in Round) => client.apply(&round).await?,
    reset(Round { round } in Round) => client.reset(&round).await?,
    remind(Round { round } in Round) => client.remind(&round).await?,
    change_alert(Change { alert, change } in Change) => client.change_alert(&alert, &change).await?,
}

/// Lists: name, arguments, pager.
macro_rules! lists {
    ($client:ident; $($name:ident($args:pat in $ty:ty) => $pager:expr,)+) => {
        pub(crate) fn list($client: &Client, method: &str, arguments: &str) -> Result<Cursor> {
            match method {
                $(stringify!($name) => {
                    let $args: $ty = read(stringify!($name), arguments)?;
                    Ok(Cursor::new($pager))
                })+
                _ => Err(unknown(method, true)),
            }
        }

        #[cfg(test)]
        const LISTS: &[&str] = &[$(stringify!($name)),+];
    };
}

lists! { client;
    roles(Query { query, from } in Query<RoleQuery>) => client.roles(&query, from),
    eligibilities(Query { query, from } in Query<EligibilityQuery>) => client.eligibilities(&query, from),
    assignments(Query { query, from } in Query<AssignmentQuery>) => client.assignments(&query, from),
    requests(Query { query, from } in Query<RequestQuery>) => client.requests(&query, from),
    policies(Query { query, from } in Query<PolicyQuery>) => client.policies(&query, from),
    my_eligibilities(Nothing {} in Nothing) => client.my_eligibilities(),
    my_assignments(Nothing {} in Nothing) => client.my_assignments(),
    pending_approvals(Nothing {} in Nothing) => client.pending_approvals(),
    reviews(Reviews { view, from } in Reviews) => client.reviews(&view, from),
    rounds(Rounds { review, from } in Rounds) => client.rounds(&review, from),
    items(Items { round, from } in Items) => client.items(&round, from),
    users(Query { query, from } in Query<UserQuery>) => client.users(&query, from),
    groups(All { from } in All) => client.groups(from),
    memberships(Query { query, from } in Query<MembershipQuery>) => client.memberships(&query, from),
    service_principals(All { from } in All) => client.service_principals(from),
    units(All { from } in All) => client.units(from),
    skus(All { from } in All) => client.skus(from),
    audit(Query { query, from } in Query<AuditQuery>) => client.audit(&query, from),
    sign_ins(Query { query, from } in Query<SignInQuery>) => client.sign_ins(&query, from),
    conditional_access(All { from } in All) => client.conditional_access(from),
    contexts(All { from } in All) => client.contexts(from),
    locations(All { from } in All) => client.locations(from),
    alerts(All { from } in All) => client.alerts(from),
    incidents(Incidents { alert, from } in Incidents) => client.incidents(&alert, from),
    packages(All { from } in All) => client.packages(from),
    package_assignments(All { from } in All) => client.package_assignments(from),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_method_of_the_client_is_here_and_no_other() {
        let of = |list: bool| -> BTreeSet<_> {
            // What makes another client is a method of the session.
            let all = METHODS.iter().filter(|m| m.name != "guarding");
            all.filter(|m| (m.gives == Gives::List) == list).map(|m| m.name).collect()
        };
        assert_eq!(CALLS.iter().copied().collect::<BTreeSet<_>>(), of(false));
        assert_eq!(LISTS.iter().copied().collect::<BTreeSet<_>>(), of(true));
    }
}
