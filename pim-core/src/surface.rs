//! What there is to call, and every word that comes back: the source from which the bindings' parity is tested.
//!
//! Generated from the code. `cargo xtask surface` writes it to `tests/surface.json`.

use serde::Serialize;

use crate::{
    backend::{
        AssignmentQuery, AuditQuery, EligibilityQuery, Filter, MembershipQuery, Operation, PolicyQuery,
        RequestQuery, RoleQuery, SignInQuery, View, When,
    },
    client::{Activate, Assign, BulkOptions, Extend, Outlook, Renew, Revoke, Safeguards, Update},
    error::ErrorKind,
    guard,
    policy::{ApprovalSetting, ApprovalStageSetting, Approver, NotificationSetting, Rule},
    request::{NewRequest, Phase, RequestKey, Ticket},
    review::{NewReview, NewVerdict, ReviewScope, ReviewSettings, ReviewStage, RoundKey},
};

/// Everything that the bindings must offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Surface {
    /// What can be asked of a backend.
    pub operations: Vec<&'static str>,
    /// What the client offers.
    pub methods: Vec<Method>,
    /// What can be waited for.
    pub conditions: Vec<&'static str>,
    /// The structs that callers fill in, and their fields.
    pub options: Vec<Named>,
    /// The kinds of error.
    pub error_kinds: Vec<&'static str>,
    /// The codes of the guards' refusals.
    pub guard_codes: Vec<&'static str>,
    /// Enumerations that may grow, with the values known today.
    pub open_enums: Vec<Named>,
    /// Enumerations that are complete.
    pub closed_enums: Vec<Named>,
}

/// A method of [`Client`](crate::client::Client).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// Whether it answers once or is a list.
    pub gives: Gives,
    /// What it asks of the backend in the first place; guards may read more.
    pub operations: &'static [Operation],
}

/// What a method gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Gives {
    /// A value that is known without asking.
    Value,
    /// One answer, awaited.
    Answer,
    /// A list.
    List,
}

/// A type and the names in it: fields or values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Named {
    /// The type.
    pub name: &'static str,
    /// Its fields or values.
    pub members: Vec<&'static str>,
}

/// The surface of this version.
pub fn surface() -> Surface {
    Surface {
        operations: Operation::ALL.iter().map(|operation| operation.as_str()).collect(),
        methods: METHODS.to_vec(),
        conditions: vec!["active", "decided", "ended"],
        options: options(),
        error_kinds: ErrorKind::ALL.iter().map(|kind| kind.as_str()).collect(),
        guard_codes: guard::CODES.to_vec(),
        open_enums: open_enums(),
        closed_enums: closed_enums(),
    }
}

macro_rules! methods {
    ($($gives:ident { $($name:ident: $($operation:ident)|*,)+ })+) => {
        /// Every method of the client.
        pub const METHODS: &[Method] = &[$($(Method {
            name: stringify!($name),
            gives: Gives::$gives,
            operations: &[$(Operation::$operation),*],
        },)+)+];

        #[cfg(test)]
        #[allow(path_statements, clippy::no_effect)]
        fn methods_exist() {
            $($(methods!(@name $name);)+)+
        }
    };
    // Generic over its condition, so it has no name without one.
    (@name wait_for) => {};
    (@name $name:ident) => { crate::client::Client::$name; };
}

methods! {
    Value {
        info: ,
        capabilities: ,
        safeguards: ,
        guarding: ,
        clock: ,
    }
    List {
        roles: ListRoles,
        eligibilities: ListEligibilities,
        assignments: ListAssignments,
        requests: ListRequests,
        policies: ListPolicies,
        my_eligibilities: ListEligibilities,
        my_assignments: ListAssignments,
        pending_approvals: ListRequests,
        reviews: ListReviews,
        rounds: ListRounds,
        items: ListItems,
        users: ListUsers,
        groups: ListGroups,
        memberships: ListMemberships,
        service_principals: ListServicePrincipals,
        units: ListUnits,
        skus: ListSkus,
        audit: ListAudit,
        sign_ins: ListSignIns,
        conditional_access: ListConditionalAccess,
        contexts: ListContexts,
        locations: ListLocations,
        alerts: ListAlerts,
        incidents: ListIncidents,
        packages: ListPackages,
        package_assignments: ListPackageAssignments,
    }
    Answer {
        administrators: ListAssignments,
        role_named: ListRoles,
        principal_named: ListUsers | ListGroups | ListServicePrincipals,
        get_request: GetRequest,
        policy: GetPolicy,
        activate: GetPolicy | Submit,
        deactivate: Submit,
        assign: Submit,
        update: Submit,
        revoke: Submit,
        extend: Submit,
        renew: Submit,
        submit: Submit,
        submit_all: SubmitAll | Submit,
        assign_all: SubmitAll | Submit,
        cancel: Cancel,
        wait_for: GetRequest | ListAssignments | ListEligibilities,
        get_approval: GetApproval,
        approve: GetApproval | Decide,
        deny: GetApproval | Decide,
        update_policy: GetPolicy | UpdatePolicy,
        get_review: GetReview,
        create_review: CreateReview,
        delete_review: DeleteReview,
        record: RecordVerdicts,
        stop: StopRound,
        apply: ApplyRound,
        reset: ResetRound,
        remind: RemindRound,
        change_alert: ChangeAlert,
    }
}

/// Names a struct's fields; one that is missing or too many does not compile.
macro_rules! fields {
    ($($name:ident { $($field:ident),+ })+) => {
        vec![$({
            const _: fn($name) = |value| { let $name { $($field: _),+ } = value; };
            Named { name: stringify!($name), members: vec![$(stringify!($field)),+] }
        }),+]
    };
}

fn options() -> Vec<Named> {
    fields! {
        Safeguards { break_glass, min_administrators, settle }
        Activate { privilege, duration, justification, ticket, start, using, dry_run }
        Assign { level, principal, privilege, start, expiry, justification, ticket, condition, dry_run }
        Update { level, principal, privilege, start, expiry, justification, ticket, condition, dry_run }
        Extend { level, principal, privilege, start, expiry, justification, ticket, dry_run }
        Renew { level, principal, privilege, start, expiry, justification, ticket, dry_run }
        BulkOptions { in_flight }
        Revoke { level, principal, privilege, justification, ticket, dry_run }
        NewRequest {
            action, level, principal, privilege, start, expiry, justification, ticket, using, condition, dry_run
        }
        RequestKey { id, level, privilege }
        Ticket { number, system }
        Filter { surface, principal, role, group, privilege }
        RoleQuery { surface }
        EligibilityQuery { view, when, filter }
        AssignmentQuery { view, when, filter }
        RequestQuery { view, filter, level, status }
        PolicyQuery { surface }
        AuditQuery { from, until, service, activity, actor }
        SignInQuery { from, until, principal }
        MembershipQuery { group }
        Rule { kind, setting }
        ApprovalSetting { required, required_for_extension, requestor_justification, mode, stages }
        ApprovalStageSetting {
            timeout_days, approver_justification, approvers, escalation_minutes, escalation_approvers
        }
        Approver { kind, id }
        NotificationSetting { level, default_recipients, recipients }
        NewReview { name, scope, reviewers, fallback_reviewers, start, settings, stages }
        ReviewScope { privilege, population, reviewed, inactive_for }
        ReviewSettings {
            duration_days, recurrence, default_decision, auto_apply, justification_required, mail, reminders,
            recommendations, apply_action
        }
        ReviewStage { reviewers, fallback_reviewers, duration_days, goes_on_with }
        RoundKey { review, round }
        NewVerdict { item, verdict, justification }
    }
}

macro_rules! known {
    ($($module:ident { $($name:ident),+ })+) => {
        vec![$($(Named {
            name: stringify!($name),
            members: crate::$module::$name::KNOWN.iter().map(|value| value.as_str()).collect(),
        }),+),+]
    };
}

fn open_enums() -> Vec<Named> {
    known! {
        alert { AlertKind, AlertSeverity }
        approval { Decision, StageStatus }
        audit { AuditCategory, AuditResult, AuditService, TargetKind }
        conditional_access { ConditionalAccessState, GrantControl }
        directory { AuthenticationMethod, Source, UserType }
        error { ViolatedRule }
        package { PackageState }
        policy { ApprovalMode, ApproverKind, NotificationLevel, Requirement, RuleCaller, RuleKind }
        principal { PrincipalKind }
        privilege { GroupAccess, RoleOrigin, Surface }
        request { Action, RequestStatus }
        review { ApplyAction, ApplyResult, DefaultDecision, Frequency, Population, Recommendation, ReviewStatus, Reviewed, Verdict }
        schedule { Level, Via }
    }
}

/// Names an enumeration's values; one that is missing does not compile.
macro_rules! values {
    ($($name:ident { $($variant:ident = $text:literal),+ })+) => {
        vec![$({
            const _: fn(&$name) -> &'static str = |value| match value { $($name::$variant => $text),+ };
            Named { name: stringify!($name), members: vec![$($text),+] }
        }),+]
    };
}

fn closed_enums() -> Vec<Named> {
    values! {
        Outlook { Met = "met", NotYet = "not_yet", Never = "never" }
        Phase {
            Pending = "pending", Scheduled = "scheduled", Active = "active", Ended = "ended",
            Indeterminate = "indeterminate"
        }
        View {
            Everyone = "everyone", Mine = "mine", AskedByMe = "asked_by_me", ForMyDecision = "for_my_decision"
        }
        When { Now = "now", NowOrLater = "now_or_later" }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_operation_is_reached_by_a_method_and_no_method_is_named_twice() {
        methods_exist();
        let reached: BTreeSet<_> = METHODS.iter().flat_map(|method| method.operations).collect();
        assert_eq!(reached, Operation::ALL.iter().collect());
        let names: BTreeSet<_> = METHODS.iter().map(|method| method.name).collect();
        assert_eq!(names.len(), METHODS.len());
    }

    /// Reads the sources: a method or an open enumeration that was added must be listed.
    #[test]
    fn nothing_public_is_forgotten() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut enums, mut methods) = (BTreeSet::new(), BTreeSet::new());
        let mut folders = vec![source.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = fs::read_to_string(&path).unwrap();
                for block in text.split("open_enum! {\n").skip(1) {
                    enums.extend(block.split("pub enum ").nth(1).and_then(word));
                }
                if path.starts_with(source.join("client")) {
                    for block in text.split("\nimpl Client {").skip(1) {
                        let block = block.split("\n}\n").next().unwrap();
                        let functions = block.split("\n    pub ").skip(1);
                        methods.extend(
                            functions
                                .filter_map(|f| word(f.trim_start_matches("async ").strip_prefix("fn ")?)),
                        );
                    }
                }
            }
        }
        let listed: BTreeSet<_> = open_enums().iter().map(|e| e.name.to_owned()).collect();
        assert_eq!(listed, enums);
        let constructors = ["new", "shared"].map(str::to_owned);
        let listed: BTreeSet<_> = METHODS.iter().map(|m| m.name.to_owned()).collect();
        let unlisted: Vec<_> =
            methods.difference(&listed).filter(|name| !constructors.contains(name)).collect();
        assert!(unlisted.is_empty(), "not in METHODS: {unlisted:?}");
        assert!(methods.len() > 30);
    }

    fn word(text: &str) -> Option<String> {
        let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        (!name.is_empty()).then_some(name)
    }

    #[test]
    fn values_are_named_as_they_serialise() {
        let phases: Vec<_> = Phase::ALL.iter().map(|phase| serde_json::to_value(phase).unwrap()).collect();
        let json = serde_json::to_value(surface()).unwrap();
        let listed = json["closed_enums"].as_array().unwrap().iter().find(|e| e["name"] == "Phase").unwrap();
        assert_eq!(listed["members"], serde_json::Value::from(phases));
        let submit = json["methods"].as_array().unwrap().iter().find(|m| m["name"] == "submit").unwrap();
        assert_eq!(submit["operations"], serde_json::json!(["submit"]));
    }
}
