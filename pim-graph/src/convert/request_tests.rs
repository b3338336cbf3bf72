use super::*;
use pim_core::{
    id::{GroupId, PrincipalId, RoleId, UnitId},
    privilege::GroupAccess,
    request::Phase,
    time::Period,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// What the service would answer to a body that it took as it is.
fn echo(body: &NewBody) -> Request {
    let mut echo = serde_json::to_value(body).unwrap();
    echo["id"] = "11111111-aaaa-4bbb-8ccc-222222222222".into();
    echo["status"] = "Granted".into();
    read(body, echo)
}

fn read(body: &NewBody, json: Value) -> Request {
    match body {
        NewBody::RoleAssignment(_) => role_assignment(&serde_json::from_value(json).unwrap()),
        NewBody::RoleEligibility(_) => role_eligibility(&serde_json::from_value(json).unwrap()),
        NewBody::GroupAssignment(_) => group_assignment(&serde_json::from_value(json).unwrap()),
        NewBody::GroupEligibility(_) => group_eligibility(&serde_json::from_value(json).unwrap()),
    }
    .unwrap()
}

fn activate() -> NewRequest {
    NewRequest {
        start: Some("2026-03-01T08:00:00Z".parse().unwrap()),
        expiry: Some(Expiry::After(Period::hours(2))),
        justification: Some("why".into()),
        ticket: Some(Ticket::new("T-1", "S")),
        ..NewRequest::new(
            Action::SelfActivate,
            Level::Assignment,
            PrincipalId::from_guid([1; 16]),
            Privilege::role(RoleId::GLOBAL_ADMINISTRATOR),
        )
    }
}

#[test]
fn an_activation_is_written_in_the_services_words() {
    let (family, body) = new(&activate()).unwrap();
    assert_eq!(family.list().path(), "/roleManagement/directory/roleAssignmentScheduleRequests");
    assert_eq!(
        serde_json::to_value(&body).unwrap(),
        json!({
            "action": "selfActivate",
            "principalId": "01010101-0101-0101-0101-010101010101",
            "roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10",
            "directoryScopeId": "/",
            "justification": "why",
            "scheduleInfo": {
                "startDateTime": "2026-03-01T08:00:00Z",
                "expiration": {"type": "afterDuration", "duration": "PT2H"},
            },
            "ticketInfo": {"ticketNumber": "T-1", "ticketSystem": "S"},
        })
    );
}

#[test]
fn granted_is_not_active_and_a_lost_schedule_is_no_fault() {
    let (_, body) = new(&activate()).unwrap();
    let request = echo(&body);
    assert_eq!(request.phase(), Phase::Scheduled);
    let mut removal = serde_json::to_value(&body).unwrap();
    for (member, value) in [
        ("id", json!("x")),
        ("status", json!("Revoked")),
        ("action", json!("AdminRemove")),
        ("scheduleInfo", Value::Null),
        ("ticketInfo", json!({})),
        ("targetScheduleId", Value::Null),
        ("createdBy", json!({"user": {"displayName": null, "id": "u-1"}})),
    ] {
        removal[member] = value;
    }
    let request = read(&body, removal);
    assert_eq!(request.asked.action, Action::AdminRemove);
    assert_eq!((request.asked.start, request.asked.expiry, request.schedule), (None, None, None));
    assert_eq!(request.asked.ticket, None);
    assert_eq!(request.requestor, Some("u-1".parse().unwrap()));
}

#[test]
fn what_graph_cannot_do_is_refused_before_anything_is_sent() {
    let azure = Privilege::AzureRole {
        role: RoleId::GLOBAL_ADMINISTRATOR,
        scope: "/subscriptions/x".parse().unwrap(),
    };
    let refused = new(&NewRequest { privilege: azure, ..activate() }).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
    let refused = new(&NewRequest { level: Level::from("dreams"), ..activate() }).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}

fn privileges() -> impl Strategy<Value = Privilege> {
    let guid = any::<[u8; 16]>();
    prop_oneof![
        guid.prop_map(|id| Privilege::role(RoleId::from_guid(id))),
        guid.prop_map(|id| Privilege::DirectoryRole {
            role: RoleId::from_guid(id),
            scope: DirectoryScope::AdministrativeUnit(UnitId::from_guid(id)),
        }),
        guid.prop_map(|id| Privilege::DirectoryRole {
            role: RoleId::from_guid(id),
            scope: DirectoryScope::Provider("/catalog/7".into()),
        }),
        (guid, any::<bool>()).prop_map(|(id, owner)| Privilege::Group {
            group: GroupId::from_guid(id),
            access: if owner { GroupAccess::Owner } else { GroupAccess::Member },
        }),
    ]
}

proptest! {
    #[test]
    fn what_is_asked_is_what_is_read_back(
        privilege in privileges(),
        action in prop::sample::select(Action::KNOWN),
        eligibility: bool,
        start in prop::option::of(0i64..4_000_000_000),
        expiry in prop_oneof![
            Just(None),
            Just(Some(Expiry::Never)),
            (0i64..4_000_000_000).prop_map(|s| Some(Expiry::At(Timestamp::from_unix_seconds(s)))),
            (1u32..100_000).prop_map(|s| Some(Expiry::After(Period::seconds(s)))),
        ],
        why in prop::option::of("[a-z\"\\\\ é]{1,20}"),
        dry_run: bool,
    ) {
        let ask = NewRequest {
            start: start.map(Timestamp::from_unix_seconds),
            expiry,
            justification: why.map(Into::into),
            dry_run,
            ..NewRequest::new(
                action.clone(),
                if eligibility { Level::Eligibility } else { Level::Assignment },
                PrincipalId::from_guid([7; 16]),
                privilege,
            )
        };
        let (_, body) = new(&ask).unwrap();
        prop_assert_eq!(echo(&body).asked, ask);
    }
}
