use super::{Population, ReviewScope, Reviewed};
use crate::{
    principal::PrincipalKind,
    privilege::{DirectoryScope, Privilege},
    schedule::{Assignment, Eligibility, Via},
    time::Timestamp,
};

impl ReviewScope {
    /// True when the review asks about this eligibility, held by a principal of this kind. Whether it is in
    /// force when the round starts is for the caller to look at.
    pub fn includes_eligibility(&self, held: &Eligibility, holder: &PrincipalKind) -> bool {
        matches!(self.population, Population::Eligible | Population::EligibleAndActive)
            && self.includes(&held.privilege, &held.via, holder)
    }

    /// True when the review asks about this assignment, held by a principal of this kind. Activations are never
    /// asked about: they end by themselves, and the eligibility behind them is what can be taken away.
    /// Source: [scopes of reviews](https://learn.microsoft.com/graph/accessreviews-scope-concept).
    pub fn includes_assignment(&self, held: &Assignment, holder: &PrincipalKind) -> bool {
        matches!(self.population, Population::Active | Population::EligibleAndActive)
            && !held.origin.is_activated()
            && self.includes(&held.privilege, &held.via, holder)
    }

    /// True when the review asks about holders who last signed in then: all, unless it is for inactive ones.
    /// Someone whose sign-in is not known is asked about.
    pub fn includes_signed_in(&self, last: Option<Timestamp>, round_start: Timestamp) -> bool {
        match (self.inactive_for, last) {
            (Some(length), Some(last)) => last < round_start - length,
            _ => true,
        }
    }

    /// What reaches the holder from above or through a group is reviewed where it was granted.
    fn includes(&self, privilege: &Privilege, via: &Via, holder: &PrincipalKind) -> bool {
        let kind = match self.reviewed {
            Reviewed::UsersAndGroups => *holder != PrincipalKind::ServicePrincipal,
            Reviewed::ServicePrincipals => *holder == PrincipalKind::ServicePrincipal,
            Reviewed::Unknown(_) => false,
        };
        kind && !matches!(via, Via::Inherited | Via::Group) && self.reaches(privilege)
    }

    fn reaches(&self, privilege: &Privilege) -> bool {
        match (&self.privilege, privilege) {
            (
                Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant },
                Privilege::DirectoryRole { role: held, .. },
            ) => role == held,
            (asked, held) => asked == held,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{RoleId, ScheduleId, UnitId},
        review::samples::{at, person, review},
        schedule::Origin,
        time::Period,
    };

    fn role(n: u8) -> Privilege {
        Privilege::role(RoleId::from_guid([n; 16]))
    }

    fn in_unit(n: u8) -> Privilege {
        let scope = DirectoryScope::AdministrativeUnit(UnitId::from_guid([5; 16]));
        Privilege::DirectoryRole { role: RoleId::from_guid([n; 16]), scope }
    }

    fn eligibility(privilege: Privilege) -> Eligibility {
        Eligibility::new(ScheduleId::from_guid([6; 16]), person(1), privilege)
    }

    fn assignment(privilege: Privilege) -> Assignment {
        Assignment::new(ScheduleId::from_guid([7; 16]), person(1), privilege)
    }

    #[test]
    fn the_population_chooses_between_eligible_and_standing() {
        let mut scope = review(Default::default()).scope;
        let activated = Assignment { origin: Origin::Activated { using: None }, ..assignment(role(1)) };
        for (population, eligible, standing) in [
            (Population::Eligible, true, false),
            (Population::Active, false, true),
            (Population::EligibleAndActive, true, true),
        ] {
            scope.population = population;
            assert_eq!(scope.includes_eligibility(&eligibility(role(1)), &PrincipalKind::User), eligible);
            assert_eq!(scope.includes_assignment(&assignment(role(1)), &PrincipalKind::User), standing);
            assert!(!scope.includes_assignment(&activated, &PrincipalKind::User));
        }
    }

    #[test]
    fn a_role_at_the_tenant_stands_for_the_role_everywhere() {
        let mut scope = review(Default::default()).scope;
        let asks =
            |scope: &ReviewScope, held| scope.includes_eligibility(&eligibility(held), &PrincipalKind::User);
        assert!(asks(&scope, role(1)) && asks(&scope, in_unit(1)));
        assert!(!asks(&scope, role(2)) && !asks(&scope, in_unit(2)));
        scope.privilege = in_unit(1);
        assert!(!asks(&scope, role(1)) && asks(&scope, in_unit(1)));
    }

    #[test]
    fn kinds_of_holders_are_kept_apart_and_only_direct_grants_are_asked_about() {
        let mut scope = review(Default::default()).scope;
        let asks = |scope: &ReviewScope, kind| scope.includes_eligibility(&eligibility(role(1)), &kind);
        assert!(asks(&scope, PrincipalKind::User) && asks(&scope, PrincipalKind::Group));
        assert!(!asks(&scope, PrincipalKind::ServicePrincipal));
        scope.reviewed = Reviewed::ServicePrincipals;
        assert!(!asks(&scope, PrincipalKind::User) && !asks(&scope, PrincipalKind::Group));
        assert!(asks(&scope, PrincipalKind::ServicePrincipal));
        scope.reviewed = Reviewed::UsersAndGroups;
        for via in [Via::Inherited, Via::Group] {
            let held = Eligibility { via, ..eligibility(role(1)) };
            assert!(!scope.includes_eligibility(&held, &PrincipalKind::User));
        }
    }

    #[test]
    fn an_inactive_scope_leaves_out_who_signed_in_of_late() {
        let mut scope = review(Default::default()).scope;
        let start = at("2026-03-31T00:00:00Z");
        let asks = |scope: &ReviewScope, last: Option<&str>| scope.includes_signed_in(last.map(at), start);
        assert!(asks(&scope, Some("2026-03-30T00:00:00Z")));
        scope.inactive_for = Some(Period::days(30));
        assert!(!asks(&scope, Some("2026-03-01T00:00:00Z")));
        assert!(asks(&scope, Some("2026-02-28T23:59:59Z")));
        assert!(asks(&scope, None));
    }
}
