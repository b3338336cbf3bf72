use super::*;
use pim_core::{
    id::{GroupId, PrincipalId, RoleId},
    privilege::GroupAccess,
    review::{Frequency, Recurrence, RecurrenceEnd, Reviewed, Reviewer},
};
use proptest::prelude::*;
use serde_json::json;

fn role_scope(population: Population, reviewed: Reviewed) -> ReviewScope {
    ReviewScope {
        privilege: Privilege::role(RoleId::from_guid([3; 16])),
        population,
        reviewed,
        inactive_for: None,
    }
}

fn asked(scope: ReviewScope) -> NewReview {
    NewReview {
        name: "n".into(),
        scope,
        reviewers: vec![Reviewer::User(PrincipalId::from_guid([1; 16]))],
        fallback_reviewers: Vec::new(),
        start: Some("2026-03-01T00:00:00Z".parse().unwrap()),
        settings: ReviewSettings::default(),
        stages: Vec::new(),
    }
}

fn back(review: &NewReview) -> NewReview {
    definition(&body(review, Timestamp::UNIX_EPOCH).unwrap()).unwrap()
}

#[test]
fn eligible_holders_of_a_role_are_asked_about_as_the_page_shows() {
    let body =
        body(&asked(role_scope(Population::Eligible, Reviewed::UsersAndGroups)), Timestamp::UNIX_EPOCH)
            .unwrap();
    assert_eq!(
        serde_json::to_value(body.scope.get().unwrap()).unwrap(),
        json!({
            "@odata.type": "#microsoft.graph.accessReviewQueryScope",
            "query": "/roleManagement/directory/roleEligibilityScheduleInstances?$expand=principal&$filter=(isof(principal,'microsoft.graph.user') and roleDefinitionId eq '03030303-0303-0303-0303-030303030303')",
            "queryType": "MicrosoftGraph",
        })
    );
}

#[test]
fn answers_with_a_version_before_the_path_are_read() {
    for (query, population) in [
        ("/beta/roleManagement/directory/roleDefinitions/r", Population::EligibleAndActive),
        (
            "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances?$filter=(roleDefinitionId eq 'r')",
            Population::Active,
        ),
    ] {
        let scope: wire::ReviewScope = serde_json::from_value(json!({"query": query})).unwrap();
        let read = scope::read(&scope).unwrap();
        assert_eq!((read.privilege, read.population), (Privilege::role("r".parse().unwrap()), population));
    }
    for other in
        ["./members/microsoft.graph.user", "/groups", "/groups/g/members?$filter=(userType eq 'Guest')"]
    {
        let scope: wire::ReviewScope = serde_json::from_value(json!({"query": other})).unwrap();
        assert_eq!(scope::read(&scope).unwrap_err().kind(), ErrorKind::Unsupported, "{other}");
    }
}

#[test]
fn a_review_of_guests_alone_is_not_shown_as_one_of_everybody() {
    let of = |principals: &str| -> wire::ReviewScope {
        serde_json::from_value(json!({
            "principalScopes": [{"query": principals}],
            "resourceScopes": [{"query": "/roleManagement/directory/roleDefinitions/r"}],
        }))
        .unwrap()
    };
    assert!(scope::read(&of("/v1.0/users")).is_ok());
    let refused = scope::read(&of("/v1.0/users?$filter=(userType eq 'Guest')")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unsupported);
}

#[test]
fn items_take_from_the_review_what_they_do_not_tell() {
    let round = RoundKey { review: "a".parse().unwrap(), round: "b".parse().unwrap() };
    let read: wire::ReviewDecision = serde_json::from_value(json!({
        "id": "i", "decision": "NotReviewed", "justification": "", "reviewedDateTime": null,
        "reviewedBy": {"id": "00000000-0000-0000-0000-000000000000", "displayName": ""},
        "recommendation": "Deny", "applyResult": "AppliedWithUnknownFailure",
        "principal": {"id": "p"}, "resource": {"id": "r", "type": "directoryRole"},
    }))
    .unwrap();
    let item = item(&round, &role_scope(Population::Eligible, Reviewed::UsersAndGroups), &read).unwrap();
    assert_eq!((item.level, item.decided_by, item.justification), (Level::Eligibility, None, None));
    assert_eq!(item.privilege, Privilege::role("r".parse().unwrap()));
    assert_eq!(item.applied, ApplyResult::AppliedWithUnknownFailure);
    assert_eq!(item.recommendation, Recommendation::Deny);
}

#[test]
fn what_graph_cannot_review_is_refused() {
    let group = |access, population| {
        let scope = ReviewScope {
            privilege: Privilege::Group { group: GroupId::from_guid([9; 16]), access },
            ..role_scope(population, Reviewed::UsersAndGroups)
        };
        body(&asked(scope), Timestamp::UNIX_EPOCH)
    };
    assert!(group(GroupAccess::Member, Population::Active).is_ok());
    assert!(group(GroupAccess::Owner, Population::Active).is_err());
    assert!(group(GroupAccess::Member, Population::Eligible).is_err());
    let mut mixed = asked(role_scope(Population::Active, Reviewed::UsersAndGroups));
    mixed.reviewers.push(Reviewer::Holder);
    assert_eq!(body(&mixed, Timestamp::UNIX_EPOCH).unwrap_err().kind(), ErrorKind::InvalidInput);
}

proptest! {
    #[test]
    fn what_is_asked_is_what_is_read_back(
        population in prop::sample::select(Population::KNOWN),
        apps: bool,
        inactive in prop::option::of(1u32..700),
        flags: [bool; 4],
        days in 1u32..180,
        every in prop::option::of(prop::sample::select(Frequency::KNOWN)),
        interval in 1u32..12,
        until in prop_oneof![
            Just(RecurrenceEnd::Never),
            (20_000i64..30_000).prop_map(|d| RecurrenceEnd::At(Timestamp::from_unix_seconds(d * 86_400))),
            (1u32..50).prop_map(RecurrenceEnd::Rounds),
        ],
        default_decision in prop::sample::select(DefaultDecision::KNOWN),
        apply_action in prop::sample::select(ApplyAction::KNOWN),
        recommend in prop::option::of(1u32..90),
        staged: bool,
    ) {
        let reviewed = if apps { Reviewed::ServicePrincipals } else { Reviewed::UsersAndGroups };
        let mut review = asked(role_scope(population.clone(), reviewed));
        // Only people sign in, so the long form has no place for the time of others.
        review.scope.inactive_for = inactive.filter(|_| !apps).map(Period::days);
        review.settings = ReviewSettings {
            duration_days: days,
            recurrence: every.map(|every| Recurrence { every, interval, until }),
            default_decision,
            auto_apply: flags[0],
            justification_required: flags[1],
            mail: flags[2],
            reminders: flags[3],
            recommendations: recommend.map(Period::days),
            apply_action,
        };
        if staged {
            review.reviewers.clear();
            review.fallback_reviewers = vec![Reviewer::Group(PrincipalId::from_guid([5; 16]))];
            review.stages = vec![ReviewStage {
                reviewers: vec![Reviewer::Manager],
                fallback_reviewers: vec![Reviewer::User(PrincipalId::from_guid([6; 16]))],
                duration_days: 3,
                goes_on_with: vec![Verdict::DontKnow, Verdict::NotReviewed],
            }; 2];
        }
        prop_assert_eq!(back(&review), review);
    }
}
