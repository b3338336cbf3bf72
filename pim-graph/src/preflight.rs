//! What a token, a tenant's licences and a cloud do not allow, told before a run.

use std::{borrow::Cow, collections::BTreeSet};

use pim_core::{
    backend::Operation,
    directory::Sku,
    error::{ErrorKind, Result},
    privilege::Surface,
    request::Action,
    schedule::Level,
};
use pim_http::{
    auth::TokenFacts,
    cloud::{Cloud, Lack},
};
use serde::Serialize;

use crate::{
    capability::{TokenKind, capabilities},
    endpoints::schedules::Area,
    permission::{Least, least, least_for, removal, wider},
};

/// What can be told before a run. The service decides: a signed-in person needs directory roles besides, of which the
/// token tells nothing, and a policy may ask for more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Preflight {
    /// Whether the tenant has a licence for PIM.
    pub licence: Licence,
    /// The cloud, where its address is one that is known.
    pub cloud: Option<&'static str>,
    /// One for each operation, each action and kind of grant.
    pub checks: Vec<Check>,
}

/// Whether the tenant has Entra ID P2 or Entra ID Governance.
///
/// Source: [Microsoft Entra ID Governance licensing](https://learn.microsoft.com/entra/id-governance/licensing-fundamentals).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Licence {
    /// It has, by these licences' short names.
    Covered(Vec<String>),
    /// It has none; the service refuses everything that is PIM's.
    Missing,
    /// The token may not read licences.
    Unknown,
}

/// One thing and whether it will work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// What was looked at.
    pub subject: Subject,
    /// Whether it will work.
    pub verdict: Verdict,
    /// What to do about it; `None` where nothing is to be done.
    pub remedy: Option<Cow<'static, str>>,
}

/// What a check is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// An operation.
    Operation {
        /// Which.
        operation: Operation,
        /// Roles or groups; `None` where that makes no difference.
        surface: Option<Surface>,
    },
    /// An action of requests.
    Action {
        /// Where.
        surface: Surface,
        /// Which.
        action: Action,
        /// On which kind of grant.
        level: Level,
    },
}

/// Whether something will work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing that can be seen stands in the way.
    Ready,
    /// The token lacks these permissions, or wider ones.
    Lacking {
        /// The least that would do.
        permissions: Vec<&'static str>,
    },
    /// The tenant lacks a licence for PIM.
    Unlicensed,
    /// Not with this kind of token, not in this cloud, or not by this backend.
    Unsupported,
    /// The token does not tell its permissions.
    Unknown,
}

impl Preflight {
    /// What will not work, or about which nothing is known.
    pub fn blocked(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.verdict != Verdict::Ready)
    }

    /// Every permission that anything lacks: what to have consented for all of it.
    pub fn missing_permissions(&self) -> BTreeSet<&'static str> {
        let lacking = self.checks.iter().filter_map(|check| match &check.verdict {
            Verdict::Lacking { permissions } => Some(permissions),
            _ => None,
        });
        lacking.flatten().copied().collect()
    }

    /// Judges what was learned. `facts`: what the token tells, `None` where it cannot be read. `address`: the service's,
    /// which tells the cloud.
    pub(crate) fn judge(
        token: TokenKind,
        facts: Option<&TokenFacts>,
        licence: Licence,
        address: &str,
    ) -> Self {
        let cloud = Cloud::ALL.iter().find(|cloud| cloud.graph == address).copied();
        let held = facts.map(|facts| match token {
            TokenKind::Delegated => facts.scopes.as_slice(),
            TokenKind::Application => facts.roles.as_slice(),
        });
        let judge = Judge { token, held, unlicensed: licence == Licence::Missing, cloud };
        let mut checks = Vec::new();
        for operation in Operation::ALL {
            let [roles, groups] = [Area::Roles, Area::Groups].map(|area| least(*operation, area));
            let surfaces = if roles == groups {
                vec![(None, roles)]
            } else {
                vec![(Some(Surface::DirectoryRoles), roles), (Some(Surface::Groups), groups)]
            };
            for (surface, needs) in surfaces {
                let (verdict, remedy) = judge.operation(*operation, needs);
                let subject = Subject::Operation { operation: *operation, surface };
                checks.push(Check { subject, verdict, remedy });
            }
        }
        for surface in [Surface::DirectoryRoles, Surface::Groups, Surface::AzureRoles] {
            for action in Action::KNOWN {
                for level in levels(action) {
                    let (verdict, remedy) = judge.action(&surface, action, level);
                    let (surface, action, level) = (surface.clone(), action.clone(), level.clone());
                    checks.push(Check {
                        subject: Subject::Action { surface, action, level },
                        verdict,
                        remedy,
                    });
                }
            }
        }
        Self { licence, cloud: cloud.map(|cloud| cloud.name), checks }
    }
}

impl Licence {
    /// What the tenant's licences amount to; `Unknown` where they may not be read.
    ///
    /// # Errors
    /// Any other failure to read them.
    pub(crate) fn of(skus: Result<Vec<Sku>>) -> Result<Self> {
        match skus {
            Ok(skus) => {
                let covering: Vec<String> =
                    skus.into_iter().filter(Sku::covers_pim).map(|sku| sku.part_number).collect();
                Ok(if covering.is_empty() { Self::Missing } else { Self::Covered(covering) })
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(Self::Unknown),
            Err(error) => Err(error),
        }
    }
}

/// What everything is held against.
struct Judge<'f> {
    token: TokenKind,
    held: Option<&'f [String]>,
    unlicensed: bool,
    cloud: Option<Cloud>,
}

type Judged = (Verdict, Option<Cow<'static, str>>);

impl Judge<'_> {
    fn operation(&self, operation: Operation, needs: Option<Least>) -> Judged {
        let is_of_alerts =
            matches!(operation, Operation::ListAlerts | Operation::ListIncidents | Operation::ChangeAlert);
        if let (true, Some(cloud)) = (is_of_alerts, self.cloud.filter(|cloud| !cloud.has(Lack::PimAlerts))) {
            let remedy =
                format!("the cloud {} has no PIM alerts: find the same by reading the tenant", cloud.name);
            return (Verdict::Unsupported, Some(remedy.into()));
        }
        let Some(needs) = needs else { return not_here() };
        self.permitted(needs, takes_licence(operation), |least| wider(operation, least), None)
    }

    fn action(&self, surface: &Surface, action: &Action, level: &Level) -> Judged {
        let Ok(area) = Area::try_from(surface) else { return not_here() };
        let offered = capabilities(TokenKind::Delegated).actions;
        let (Some(needs), true) =
            (least_for(action, level, area), offered.contains(&(surface.clone(), action.clone())))
        else {
            return not_here();
        };
        let removes = matches!(action, Action::AdminRemove | Action::SelfDeactivate);
        self.permitted(needs, true, |least| wider(Operation::Submit, least), removes.then_some(removal))
    }

    fn permitted(
        &self,
        needs: Least,
        takes_licence: bool,
        wider: impl Fn(&str) -> &'static [&'static str],
        narrower: Option<fn(&str) -> Option<&'static str>>,
    ) -> Judged {
        let Some(needs) = needs.of(self.token) else {
            return (Verdict::Unsupported, Some("sign in as a person: no application can do this".into()));
        };
        let has =
            |name: &str| self.held.is_some_and(|held| held.iter().any(|own| own.eq_ignore_ascii_case(name)));
        let covered = |least: &str| {
            has(least)
                || wider(least).iter().any(|wide| has(wide))
                || narrower.and_then(|narrower| narrower(least)).is_some_and(has)
        };
        let lacking: Vec<&'static str> = needs.iter().copied().filter(|least| !covered(least)).collect();
        if self.held.is_some() && !lacking.is_empty() {
            let remedy = format!("have {} consented, and sign in again", lacking.join(" and "));
            return (Verdict::Lacking { permissions: lacking }, Some(remedy.into()));
        }
        if self.unlicensed && takes_licence {
            let remedy = "the tenant needs Entra ID P2 or Entra ID Governance: buy or renew a licence";
            return (Verdict::Unlicensed, Some(remedy.into()));
        }
        if self.held.is_none() {
            let remedy = format!(
                "this token cannot be read: see in the portal whether it has {}",
                needs.join(" and ")
            );
            return (Verdict::Unknown, Some(remedy.into()));
        }
        (Verdict::Ready, None)
    }
}

fn not_here() -> Judged {
    (
        Verdict::Unsupported,
        Some("Microsoft Graph does not offer this: Entra roles and groups are what it has".into()),
    )
}

/// Self-activation makes assignments; all else is asked for either.
fn levels(action: &Action) -> &'static [Level] {
    match action {
        Action::SelfActivate | Action::SelfDeactivate => &[Level::Assignment],
        _ => &[Level::Assignment, Level::Eligibility],
    }
}

/// PIM, access reviews and entitlement management are what the licence is for; the directory is there without.
const fn takes_licence(operation: Operation) -> bool {
    use Operation as O;
    !matches!(
        operation,
        O::ListRoles
            | O::ListUsers
            | O::ListGroups
            | O::ListMemberships
            | O::ListServicePrincipals
            | O::ListUnits
            | O::ListSkus
            | O::ListAudit
            | O::ListSignIns
            | O::ListConditionalAccess
            | O::ListContexts
            | O::ListLocations
    )
}

#[cfg(test)]
#[path = "preflight_tests.rs"]
mod tests;
