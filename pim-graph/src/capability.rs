//! What this backend does.

use pim_core::{
    backend::{Capabilities, Operation},
    policy::RuleKind,
    request::Action,
};

use crate::{endpoints::schedules::Area, permission::least};

/// On whose behalf a token speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum TokenKind {
    /// For a person who signed in.
    Delegated,
    /// For an application itself.
    Application,
}

impl From<pim_http::auth::Access> for TokenKind {
    fn from(access: pim_http::auth::Access) -> Self {
        match access {
            pim_http::auth::Access::Delegated => Self::Delegated,
            pim_http::auth::Access::Application => Self::Application,
        }
    }
}

/// What works with a kind of token, given that its permissions were consented.
///
/// Self-service and approvals need a person; everything an administrator does works for an application too.
pub fn capabilities(token: TokenKind) -> Capabilities {
    let mut capabilities = Capabilities::default();
    capabilities.operations = Operation::ALL
        .iter()
        .copied()
        .filter(|operation| least(*operation, Area::Roles).is_some_and(|least| least.of(token).is_some()))
        .collect();
    for area in [Area::Roles, Area::Groups] {
        // Holders do not extend or renew their access to groups:
        // https://learn.microsoft.com/graph/api/privilegedaccessgroup-post-eligibilityschedulerequests
        let is_offered = |action: &Action| {
            area == Area::Roles || !matches!(action, Action::SelfExtend | Action::SelfRenew)
        };
        let works = |action: &&Action| {
            action.is_administrative() || (token == TokenKind::Delegated && is_offered(action))
        };
        let actions = Action::KNOWN.iter().filter(works);
        capabilities.actions.extend(actions.map(|action| (area.into(), action.clone())));
    }
    capabilities.rules = RuleKind::KNOWN.iter().cloned().collect();
    capabilities.dry_run = true;
    capabilities
}

#[cfg(test)]
mod tests {
    use super::*;
    use pim_core::privilege::Surface;

    #[test]
    fn self_service_and_approvals_need_a_person() {
        let (person, app) = (capabilities(TokenKind::Delegated), capabilities(TokenKind::Application));
        for operation in [Operation::GetApproval, Operation::Decide] {
            assert!(person.operations.contains(&operation) && !app.operations.contains(&operation));
        }
        assert!(person.actions.contains(&(Surface::Groups, Action::SelfActivate)));
        assert!(!person.actions.contains(&(Surface::Groups, Action::SelfExtend)));
        assert!(app.actions.iter().all(|(_, action)| action.is_administrative()));
        assert_eq!(app.actions.len(), 10);
        assert!(!person.surfaces().contains(&Surface::AzureRoles));
    }
}
