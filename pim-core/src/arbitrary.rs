//! Strategies for property tests: requests as a service might send them, words unknown to us included.

use proptest::{prelude::*, sample::select};

use crate::{
    id::{ApprovalId, GroupId, PrincipalId, RequestId, RoleId, ScheduleId, UnitId},
    open_enum::same,
    privilege::{DirectoryScope, Privilege},
    request::{Action, NewRequest, Request, RequestStatus, Ticket},
    schedule::{Condition, Instance, Level},
    time::{Expiry, Period, Timestamp, Window},
};

/// A word that no enumeration of ours knows.
fn foreign_word() -> impl Strategy<Value = Box<str>> {
    "[A-Za-z]{4,16}".prop_filter_map("known", |word| {
        let known = RequestStatus::KNOWN.iter().any(|s| same(s.as_str(), &word))
            || Action::KNOWN.iter().any(|a| same(a.as_str(), &word))
            || Level::KNOWN.iter().any(|l| same(l.as_str(), &word));
        (!known).then(|| word.into())
    })
}

pub(crate) fn status() -> impl Strategy<Value = RequestStatus> {
    prop_oneof![9 => select(RequestStatus::KNOWN), 1 => foreign_word().prop_map(RequestStatus::Unknown)]
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        6 => Just(Action::SelfActivate),
        9 => select(Action::KNOWN),
        1 => foreign_word().prop_map(Action::Unknown),
    ]
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![9 => select(Level::KNOWN), 1 => foreign_word().prop_map(Level::Unknown)]
}

pub(crate) fn privilege() -> impl Strategy<Value = Privilege> {
    let azure = select(&["/subscriptions/a", "/subscriptions/a/resourceGroups/b"][..]);
    prop_oneof![
        any::<[u8; 16]>().prop_map(|role| Privilege::role(RoleId::from_guid(role))),
        any::<([u8; 16], [u8; 16])>().prop_map(|(role, unit)| Privilege::DirectoryRole {
            role: RoleId::from_guid(role),
            scope: DirectoryScope::AdministrativeUnit(UnitId::from_guid(unit)),
        }),
        any::<[u8; 16]>().prop_map(|group| Privilege::member(GroupId::from_guid(group))),
        any::<[u8; 16]>().prop_map(|group| Privilege::owner(GroupId::from_guid(group))),
        (any::<[u8; 16]>(), azure).prop_map(|(role, scope)| Privilege::AzureRole {
            role: RoleId::from_guid(role),
            scope: scope.parse().unwrap(),
        }),
    ]
}

/// Within three days, so that windows meet and miss each other, and now and then the ends of time.
pub(crate) fn instant() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        30 => (0u32..72 * 60).prop_map(|n| Timestamp::UNIX_EPOCH + Period::minutes(n)),
        1 => Just(Timestamp::MAX),
        1 => Just(Timestamp::MIN),
    ]
}

pub(crate) fn length() -> impl Strategy<Value = Period> {
    prop_oneof![9 => (0u32..26 * 60).prop_map(Period::minutes), 1 => Just(Period::MAX)]
}

pub(crate) fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        1 => Just(Expiry::Never),
        3 => instant().prop_map(Expiry::At),
        6 => length().prop_map(Expiry::After),
    ]
}

fn ticket() -> impl Strategy<Value = Ticket> {
    ("[ A-Z0-9]{0,6}", "[ a-z]{0,6}").prop_map(|(number, system)| Ticket::new(&number, &system))
}

fn condition() -> impl Strategy<Value = Box<Condition>> {
    "[@a-z ]{1,20}".prop_map(|text| Box::new(Condition { expression: text.into(), version: "2.0".into() }))
}

fn maybe<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}

pub(crate) fn new_request() -> impl Strategy<Value = NewRequest> {
    (
        (action(), level(), any::<[u8; 16]>(), privilege()),
        (maybe(instant()), maybe(expiry()), maybe("[ a-z]{0,12}"), maybe(ticket())),
        (maybe(any::<[u8; 16]>()), maybe(condition()), any::<bool>()),
    )
        .prop_map(
            |(
                (action, level, principal, privilege),
                (start, expiry, why, ticket),
                (using, condition, dry_run),
            )| {
                NewRequest {
                    action,
                    level,
                    principal: PrincipalId::from_guid(principal),
                    privilege,
                    start,
                    expiry,
                    justification: why.map(Into::into),
                    ticket,
                    using: using.map(ScheduleId::from_guid),
                    condition,
                    dry_run,
                }
            },
        )
}

pub(crate) fn request() -> impl Strategy<Value = Request> {
    (
        (any::<[u8; 16]>(), status(), new_request(), maybe(any::<[u8; 16]>())),
        (maybe(instant()), maybe(instant()), maybe(any::<[u8; 16]>()), maybe(any::<[u8; 16]>())),
    )
        .prop_map(|((id, status, asked, requestor), (created, completed, approval, schedule))| Request {
            id: RequestId::from_guid(id),
            status,
            asked,
            requestor: requestor.map(PrincipalId::from_guid),
            created,
            completed,
            approval: approval.map(ApprovalId::from_guid),
            schedule: schedule.map(ScheduleId::from_guid),
        })
}

/// An instance of this request's grant.
pub(crate) fn instance_of(request: &Request) -> impl Strategy<Value = Instance> + use<> {
    let (id, schedule) = (request.id.clone(), request.schedule.clone());
    (maybe(instant()), maybe(instant())).prop_filter_map("empty window", move |(start, end)| {
        let window = Window::new(start, end).ok()?;
        let schedule = schedule.clone().unwrap_or_else(|| ScheduleId::from_guid([7; 16]));
        let instance = Instance::new("instance-1".parse().ok()?, schedule, window);
        Some(Instance { request: Some(id.clone()), ..instance })
    })
}
