use pim_core::{error::Error, id::SkuId};

use super::*;

const GLOBAL: &str = "https://graph.microsoft.com";

fn person(scopes: &[&str]) -> TokenFacts {
    let mut facts = TokenFacts::default();
    facts.scopes = scopes.iter().map(ToString::to_string).collect();
    facts
}

fn covered() -> Licence {
    Licence::Covered(vec!["AAD_PREMIUM_P2".into()])
}

fn of(preflight: &Preflight, operation: Operation, surface: Option<Surface>) -> &Check {
    let subject = Subject::Operation { operation, surface };
    preflight.checks.iter().find(|check| check.subject == subject).unwrap()
}

fn acting<'p>(preflight: &'p Preflight, surface: &Surface, action: &Action, level: &Level) -> &'p Verdict {
    let subject = Subject::Action { surface: surface.clone(), action: action.clone(), level: level.clone() };
    &preflight.checks.iter().find(|check| check.subject == subject).unwrap().verdict
}

fn lacking(permissions: &[&'static str]) -> Verdict {
    Verdict::Lacking { permissions: permissions.to_vec() }
}

#[test]
fn whoever_may_read_may_not_write() {
    let facts = person(&["RoleManagement.Read.Directory"]);
    let told = Preflight::judge(TokenKind::Delegated, Some(&facts), covered(), GLOBAL);
    let roles = Some(Surface::DirectoryRoles);
    for operation in [Operation::ListAssignments, Operation::ListEligibilities, Operation::GetPolicy] {
        assert_eq!(of(&told, operation, roles.clone()).verdict, Verdict::Ready, "{operation}");
        let of_groups = &of(&told, operation, Some(Surface::Groups)).verdict;
        assert!(matches!(of_groups, Verdict::Lacking { .. }), "{operation}: {of_groups:?}");
    }
    let write = of(&told, Operation::UpdatePolicy, roles);
    assert_eq!(write.verdict, lacking(&["RoleManagementPolicy.ReadWrite.Directory"]));
    assert!(write.remedy.as_ref().unwrap().contains("RoleManagementPolicy.ReadWrite.Directory"));
    assert_eq!(of(&told, Operation::ListRoles, None).verdict, Verdict::Ready);
    assert!(told.missing_permissions().contains("AccessReview.Read.All"));
    assert!(!told.missing_permissions().contains("RoleEligibilitySchedule.Read.Directory"));
}

#[test]
fn one_permission_is_for_one_kind_of_grant() {
    let facts =
        person(&["roleassignmentschedule.readwrite.directory", "RoleEligibilitySchedule.Remove.Directory"]);
    let told = Preflight::judge(TokenKind::Delegated, Some(&facts), covered(), GLOBAL);
    let at = |action: &Action, level: &Level| acting(&told, &Surface::DirectoryRoles, action, level).clone();
    let eligibility = lacking(&["RoleEligibilitySchedule.ReadWrite.Directory"]);
    assert_eq!(at(&Action::SelfActivate, &Level::Assignment), Verdict::Ready);
    assert_eq!(at(&Action::AdminAssign, &Level::Assignment), Verdict::Ready);
    assert_eq!(at(&Action::AdminAssign, &Level::Eligibility), eligibility);
    assert_eq!(at(&Action::AdminRemove, &Level::Eligibility), Verdict::Ready, "to remove is all it is for");
    assert_eq!(at(&Action::AdminExtend, &Level::Eligibility), eligibility);
    let submit = of(&told, Operation::Submit, Some(Surface::DirectoryRoles));
    assert_eq!(submit.verdict, eligibility, "requests are of both kinds");
}

#[test]
fn an_application_has_no_self_service_and_decides_nothing() {
    let mut facts = TokenFacts::default();
    facts.roles = vec!["RoleManagement.ReadWrite.Directory".into()];
    facts.scopes = vec!["AccessReview.ReadWrite.All".into()];
    let told = Preflight::judge(TokenKind::Application, Some(&facts), covered(), GLOBAL);
    for surface in [Surface::DirectoryRoles, Surface::Groups] {
        assert_eq!(acting(&told, &surface, &Action::SelfActivate, &Level::Assignment), &Verdict::Unsupported);
        assert_eq!(of(&told, Operation::Decide, Some(surface)).verdict, Verdict::Unsupported);
    }
    assert_eq!(
        acting(&told, &Surface::DirectoryRoles, &Action::AdminAssign, &Level::Eligibility),
        &Verdict::Ready
    );
    let review = &of(&told, Operation::CreateReview, None).verdict;
    assert_eq!(review, &lacking(&["AccessReview.ReadWrite.All"]), "scopes are not an application's");
}

#[test]
fn azure_roles_and_self_extension_of_groups_are_not_offered() {
    let told = Preflight::judge(TokenKind::Delegated, None, covered(), GLOBAL);
    for level in [Level::Assignment, Level::Eligibility] {
        let azure = acting(&told, &Surface::AzureRoles, &Action::AdminAssign, &level);
        assert_eq!(azure, &Verdict::Unsupported);
        assert_eq!(acting(&told, &Surface::Groups, &Action::SelfExtend, &level), &Verdict::Unsupported);
    }
}

#[test]
fn a_token_that_cannot_be_read_leaves_it_open() {
    let told = Preflight::judge(TokenKind::Delegated, None, Licence::Unknown, "http://127.0.0.1:1");
    assert_eq!((told.cloud, told.missing_permissions().len()), (None, 0));
    let list = of(&told, Operation::ListAssignments, Some(Surface::Groups));
    assert_eq!(list.verdict, Verdict::Unknown);
    assert!(list.remedy.as_ref().unwrap().contains("PrivilegedAssignmentSchedule.Read.AzureADGroup"));
}

#[test]
fn without_a_licence_only_the_directory_is_left() {
    let sku = |part_number: &str, plans: &[&str]| Sku {
        id: SkuId::from_guid([1; 16]),
        part_number: part_number.into(),
        service_plans: plans.iter().map(ToString::to_string).collect(),
        bought: 1,
        consumed: 0,
    };
    let p1 = Licence::of(Ok(vec![sku("AAD_PREMIUM", &["AAD_PREMIUM"])])).unwrap();
    assert_eq!(p1, Licence::Missing);
    let e5 = Licence::of(Ok(vec![sku("SPE_E5", &["EXCHANGE", "AAD_PREMIUM_P2"])])).unwrap();
    assert_eq!(e5, Licence::Covered(vec!["SPE_E5".into()]));
    let denied = Error::new(ErrorKind::PermissionDenied, "no");
    assert_eq!(Licence::of(Err(denied)).unwrap(), Licence::Unknown);
    let failed = Error::new(ErrorKind::Unavailable, "no");
    assert_eq!(Licence::of(Err(failed)).unwrap_err().kind(), ErrorKind::Unavailable);

    let facts = person(&["RoleManagement.ReadWrite.Directory", "AuditLog.Read.All"]);
    let told = Preflight::judge(TokenKind::Delegated, Some(&facts), p1, GLOBAL);
    assert_eq!(
        acting(&told, &Surface::DirectoryRoles, &Action::SelfActivate, &Level::Assignment),
        &Verdict::Unlicensed
    );
    assert_eq!(of(&told, Operation::ListRoles, None).verdict, Verdict::Ready);
    assert_eq!(of(&told, Operation::ListAudit, None).verdict, Verdict::Ready);
    let reviews = &of(&told, Operation::ListReviews, None).verdict;
    assert_eq!(reviews, &lacking(&["AccessReview.Read.All"]), "what is lacking is told first");
}

#[test]
fn sovereign_clouds_have_no_alerts() {
    let facts = person(&["RoleManagementAlert.ReadWrite.Directory"]);
    for cloud in Cloud::ALL {
        let told = Preflight::judge(TokenKind::Delegated, Some(&facts), covered(), cloud.graph);
        assert_eq!(told.cloud, Some(cloud.name));
        for operation in [Operation::ListAlerts, Operation::ListIncidents, Operation::ChangeAlert] {
            let expected = if cloud.name == "global" { Verdict::Ready } else { Verdict::Unsupported };
            assert_eq!(of(&told, operation, None).verdict, expected, "{} {operation}", cloud.name);
        }
    }
}

#[test]
fn every_check_that_is_not_ready_tells_what_to_do() {
    for facts in [None, Some(person(&[])), Some(person(&["Directory.Read.All"]))] {
        for licence in [covered(), Licence::Missing, Licence::Unknown] {
            for token in [TokenKind::Delegated, TokenKind::Application] {
                let told = Preflight::judge(token, facts.as_ref(), licence.clone(), GLOBAL);
                assert!(told.checks.len() > Operation::ALL.len() + 3 * Action::KNOWN.len());
                for check in &told.checks {
                    assert_eq!(check.remedy.is_none(), check.verdict == Verdict::Ready, "{check:?}");
                }
            }
        }
    }
}
