//! A tenant to act in, by names.

use std::{fmt::Debug, sync::Arc};

use pim_core::{
    backend::{AssignmentQuery, Backend, EligibilityQuery, Filter, RequestQuery, When},
    client::{Activate, Assign, Client, Revoke, Safeguards},
    conditional_access::AuthenticationContext,
    error::{Error, ErrorKind, Result},
    id::RoleId,
    policy::{ApprovalSetting, Approver, Requirement, Rule, RuleKind, Setting},
    privilege::Privilege,
    request::{NewRequest, Request, RequestStatus},
    schedule::{Assignment, Eligibility, Level},
    time::{Expiry, Period, Timestamp},
};
use pim_embedded::{
    Embedded,
    engine::{Caller, Mail},
    seed::{Seed, SeedBuilder, id_of},
};

use crate::{Harness, Tenant};

/// When every tenant of the suite begins: 2026-09-01T08:00:00Z.
pub const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

/// A privileged role that is not among those guarded: User Administrator, for the tenant.
pub const fn duty() -> Privilege {
    Privilege::role(RoleId::from_guid(0xfe930be7_5e62_47db_91af_98c3a49a38b1_u128.to_be_bytes()))
}

/// Global Administrator, for the tenant.
pub const fn global() -> Privilege {
    Privilege::role(RoleId::GLOBAL_ADMINISTRATOR)
}

/// `root`, Global Administrator for ever, and five people without rights: `alice` to `erin`.
pub fn small() -> SeedBuilder {
    let people = ["root", "alice", "bob", "carol", "dave", "erin"];
    Seed::builder().now(NOW).users(people).standing("root", global())
}

/// The authentication context of [`settings::context`], for a seed whose policies demand it.
pub fn with_context(seed: SeedBuilder) -> SeedBuilder {
    let id = "c1".parse().expect("an id");
    let context = AuthenticationContext { id, name: "Strong".into(), published: true };
    seed.edit(|records| records.contexts.push(context))
}

/// Switches the client's guards off, where a case is about the service.
pub fn unguarded() -> Safeguards {
    Safeguards { min_administrators: 0, ..Safeguards::default() }
}

/// The same request with a reason.
#[must_use]
pub fn justified(mut ask: NewRequest) -> NewRequest {
    ask.justification = Some("planned work".into());
    ask
}

/// A refusal, which must be of this kind and code.
#[track_caller]
pub fn refused<T: Debug>(result: Result<T>, kind: ErrorKind, code: &str) -> Error {
    let error = result.expect_err("it must be refused");
    assert_eq!((error.kind(), error.code()), (kind, Some(code)), "{error}");
    error
}

/// Rules to write, one function for each that the suite needs.
pub mod settings {
    use pim_core::policy::NotificationSetting;

    use super::{ApprovalSetting, Approver, Period, Requirement, Rule, RuleKind, Setting, id_of};

    /// Approval of activations by these people; by nobody in particular where there are none.
    pub fn approval<'a>(people: impl IntoIterator<Item = &'a str>) -> Rule {
        by(people.into_iter().map(|name| Approver::user(id_of(name))))
    }

    /// Approval of activations by these.
    pub fn by(approvers: impl IntoIterator<Item = Approver>) -> Rule {
        let setting = Setting::Approval(ApprovalSetting::by(approvers));
        Rule { kind: RuleKind::ApprovalEndUserAssignment, setting }
    }

    /// What activations must come with.
    pub fn demands(required: impl IntoIterator<Item = Requirement>) -> Rule {
        enablement(RuleKind::EnablementEndUserAssignment, required)
    }

    /// What the acts that a rule governs must come with.
    pub fn enablement(kind: RuleKind, required: impl IntoIterator<Item = Requirement>) -> Rule {
        Rule { kind, setting: Setting::Enablement { required: required.into_iter().collect() } }
    }

    /// The longest activation.
    pub fn longest(max: Period) -> Rule {
        expiration(RuleKind::ExpirationEndUserAssignment, max)
    }

    /// The longest of what a rule governs, which must have an end.
    pub fn expiration(kind: RuleKind, max: Period) -> Rule {
        Rule { kind, setting: Setting::Expiration { required: true, max: Some(max) } }
    }

    /// The authentication context that activations need.
    pub fn context(enabled: bool) -> Rule {
        let context = Some("c1".parse().expect("an id"));
        let setting = Setting::AuthenticationContext { enabled, context };
        Rule { kind: RuleKind::AuthenticationContextEndUserAssignment, setting }
    }

    /// Who gets which mail.
    pub const fn mail(kind: RuleKind, setting: NotificationSetting) -> Rule {
        Rule { kind, setting: Setting::Notification(setting) }
    }

    /// Addresses for the mail to approvers, beside the usual recipients.
    pub fn approver_mail(addresses: &[&str]) -> Rule {
        let recipients = addresses.iter().map(|address| (*address).into()).collect();
        let setting = NotificationSetting { recipients, ..NotificationSetting::default() };
        mail(RuleKind::NotificationApproverEndUserAssignment, setting)
    }
}

/// A tenant to act in.
#[derive(Clone, Debug)]
pub struct World(Arc<dyn Tenant>);

impl World {
    /// A tenant of this harness.
    pub async fn of(harness: &dyn Harness, seed: SeedBuilder) -> Self {
        Self(harness.seed(seed.build().expect("a sound seed")).await)
    }

    /// A person's access, with a second factor and without guards.
    pub fn client(&self, name: &str) -> Client {
        self.client_of(Caller::with_mfa(id_of(name)))
    }

    /// A caller's access, without guards.
    pub fn client_of(&self, caller: Caller) -> Client {
        Client::shared(self.0.backend(caller), unguarded())
    }

    /// A person's raw access, with a second factor.
    pub fn backend(&self, name: &str) -> Arc<dyn Backend> {
        self.0.backend(Caller::with_mfa(id_of(name)))
    }

    /// A caller's raw access.
    pub fn backend_of(&self, caller: Caller) -> Arc<dyn Backend> {
        self.0.backend(caller)
    }

    /// Moves time on.
    pub async fn advance(&self, length: Period) -> Timestamp {
        self.0.advance(length).await
    }

    /// Moves time to an instant.
    pub async fn until(&self, time: Timestamp) {
        self.advance(time.since(self.now())).await;
    }

    /// The service's time.
    pub fn now(&self) -> Timestamp {
        self.backend("root").clock().now()
    }

    /// The service itself; only for cases that say that they need it.
    pub fn service(&self) -> &Embedded {
        self.0.service().expect("a case that reaches behind the service says so in the table")
    }

    /// Every mail that was sent.
    pub async fn mail(&self) -> Vec<Mail> {
        self.service().outbox(0).await.expect("the outbox")
    }

    /// A person activates for two hours, with a reason.
    pub async fn activate(&self, name: &str, privilege: &Privilege) -> Result<Request> {
        self.client(name).activate(self.activation(privilege)).await
    }

    /// An activation for two hours, with a reason.
    pub fn activation(&self, privilege: &Privilege) -> Activate {
        Activate {
            duration: Some(Period::hours(2)),
            justification: Some("planned work".into()),
            ..Activate::new(privilege.clone())
        }
    }

    /// `root` grants, with a reason.
    pub async fn assign(
        &self,
        name: &str,
        level: Level,
        privilege: &Privilege,
        expiry: Expiry,
    ) -> Result<Request> {
        let ask = Assign {
            justification: Some("planned work".into()),
            ..Assign::new(level, id_of(name), privilege.clone(), expiry)
        };
        self.client("root").assign(ask).await
    }

    /// `root` takes away.
    pub async fn revoke(&self, name: &str, level: Level, privilege: &Privilege) -> Result<Request> {
        self.client("root").revoke(Revoke::new(level, id_of(name), privilege.clone())).await
    }

    /// What `root` sees of a request.
    pub async fn seen(&self, request: &Request) -> Request {
        self.client("root").get_request(&request.key()).await.expect("the request")
    }

    /// What `root` sees of a request's status.
    pub async fn status(&self, request: &Request) -> RequestStatus {
        self.seen(request).await.status
    }

    /// A person's own assignments of a privilege in force now, direct or through groups.
    pub async fn held(&self, name: &str, privilege: &Privilege) -> Vec<Assignment> {
        let mine = self.client(name).my_assignments().collect_all().await.expect("assignments");
        mine.into_iter().filter(|row| row.privilege == *privilege).collect()
    }

    /// The one assignment of a privilege that a person has now.
    pub async fn holding(&self, name: &str, privilege: &Privilege) -> Assignment {
        let mut held = self.held(name, privilege).await;
        assert_eq!(held.len(), 1, "{name} must hold {privilege} once: {held:?}");
        held.remove(0)
    }

    /// Whether a person holds a privilege now.
    pub async fn holds(&self, name: &str, privilege: &Privilege) -> bool {
        !self.held(name, privilege).await.is_empty()
    }

    /// A person's own eligibilities for a privilege in force now, direct or through groups.
    pub async fn eligible(&self, name: &str, privilege: &Privilege) -> Vec<Eligibility> {
        let mine = self.client(name).my_eligibilities().collect_all().await.expect("eligibilities");
        mine.into_iter().filter(|row| row.privilege == *privilege).collect()
    }

    /// The schedules of a privilege, now or later, as `root` sees them: assignments.
    pub async fn planned(&self, privilege: &Privilege) -> Vec<Assignment> {
        let query = AssignmentQuery {
            when: When::NowOrLater,
            filter: exactly(privilege),
            ..AssignmentQuery::default()
        };
        self.client("root").assignments(&query, None).collect_all().await.expect("assignments")
    }

    /// The schedules of a privilege, now or later, as `root` sees them: eligibilities.
    pub async fn planned_eligible(&self, privilege: &Privilege) -> Vec<Eligibility> {
        let query = EligibilityQuery {
            when: When::NowOrLater,
            filter: exactly(privilege),
            ..EligibilityQuery::default()
        };
        self.client("root").eligibilities(&query, None).collect_all().await.expect("eligibilities")
    }

    /// Every request, as `root` sees them.
    pub async fn requests(&self) -> Vec<Request> {
        let all = self.client("root").requests(&RequestQuery::default(), None);
        all.collect_all().await.expect("requests")
    }

    /// The requests that wait for a person's decision.
    pub async fn to_decide(&self, name: &str) -> Vec<Request> {
        self.client(name).pending_approvals().collect_all().await.expect("requests")
    }

    /// A person says yes.
    pub async fn approve(&self, name: &str, request: &Request) -> Result<()> {
        let key = request.approval_key().expect("an approval");
        self.client(name).approve(&key, Some("checked".into())).await
    }
}

fn exactly(privilege: &Privilege) -> Filter {
    Filter { surface: Some(privilege.surface()), privilege: Some(privilege.clone()), ..Filter::default() }
}
