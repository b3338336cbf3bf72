//! The rows of a proposal.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::{Policy, StrongAuthentication},
    privilege::{DirectoryScope, GroupAccess, Privilege, Surface},
    schedule::{Condition, Level, Via},
    time::{Expiry, Period, Window},
};

use super::{
    DesignOptions, MANAGEMENT, TOP,
    conversions::{can_be_managed, is_activated},
    people::People,
    tier_name,
};
use crate::{
    desired::{
        Access, AssignmentType, Length, Until,
        design::{Holder, Row},
        resolve::Index,
    },
    reference::{Reference, Tier, Tiers},
    snapshot::{Snapshot, SourceKind},
};

/// Whoever holds one of these makes themselves Global Administrator in one step.
const LIKE_GLOBAL: [&str; 3] = [
    "62e90394-69f5-4237-9190-012177145e10", // Global Administrator
    "e8611ab8-c189-46e8-94e1-60213ab1f814", // Privileged Role Administrator
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13", // Privileged Authentication Administrator
];

const CONDITION_VERSION: &str = "2.0";

pub(super) struct Table<'t, 'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) reference: &'a Reference,
    pub(super) index: &'t Index<'a>,
    pub(super) people: &'t People<'a>,
    pub(super) converted: &'t BTreeSet<(PrincipalId, Privilege)>,
    pub(super) options: &'t DesignOptions,
}

/// A grant that stands.
#[derive(Clone, Copy)]
struct Standing<'a> {
    principal: &'a PrincipalId,
    window: Window,
    condition: Option<&'a Condition>,
}

#[derive(Default)]
struct Holders<'a> {
    eligible: Vec<Standing<'a>>,
    active: Vec<Standing<'a>>,
}

impl<'a> Table<'_, 'a> {
    /// A row for each privilege that somebody holds or may activate: tier by tier, then by name.
    pub(super) fn rows(&self) -> Vec<Row> {
        let tiers = self.reference.tiers(self.snapshot);
        let mut rows: Vec<_> = self
            .held()
            .into_iter()
            .map(|(privilege, holders)| {
                let tier = tiers.of(privilege);
                (tier.map_or(u8::MAX, Tier::number), self.row(privilege, &holders, &tiers))
            })
            .collect();
        rows.sort_by(|(a, left), (b, right)| {
            let key = |row: &Row| (row.group.clone(), row.azure.clone(), row.role.clone(), row.unit.clone());
            (a, key(left)).cmp(&(b, key(right)))
        });
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn held(&self) -> BTreeMap<&'a Privilege, Holders<'a>> {
        let now = self.snapshot.taken_at;
        let mut held: BTreeMap<_, Holders<'a>> = BTreeMap::new();
        for grant in &self.snapshot.eligibilities {
            if grant.via == Via::Direct && !grant.window.has_ended(now) {
                let condition = grant.condition.as_deref();
                let standing = Standing { principal: &grant.principal, window: grant.window, condition };
                held.entry(&grant.privilege).or_default().eligible.push(standing);
            }
        }
        for grant in &self.snapshot.assignments {
            if grant.via == Via::Direct && !grant.origin.is_activated() && !grant.window.has_ended(now) {
                let condition = grant.condition.as_deref();
                let standing = Standing { principal: &grant.principal, window: grant.window, condition };
                held.entry(&grant.privilege).or_default().active.push(standing);
            }
        }
        held
    }

    fn row(&self, privilege: &Privilege, holders: &Holders<'a>, tiers: &Tiers<'_>) -> Row {
        let tier = tiers.of(privilege);
        let is_converted =
            |holder: &&Standing<'_>| self.converted.contains(&(holder.principal.clone(), privilege.clone()));
        let mut row = self.of(privilege);
        let activated = is_activated(self.snapshot, self.reference, self.index, privilege);
        row.assignment = match (activated && tier != Some(Tier::User), &*holders.eligible) {
            (false, []) => AssignmentType::Static,
            _ => AssignmentType::Eligible,
        };
        if self.has_settings(privilege) {
            row.tier = tier_name(tier).map(str::to_owned);
            row.template = self.template(privilege, tier);
            self.keep_stricter(privilege, tier, &mut row);
        }
        let made: BTreeMap<_, _> =
            holders.active.iter().filter(is_converted).map(|made| (made.principal, made)).collect();
        let stay = holders.active.iter().filter(|holder| !is_converted(holder));
        row.active = self.holders(stay, privilege, &Level::Assignment);
        let already = holders.eligible.iter().filter(|holder| {
            !self.people.break_glass.contains(holder.principal) && !made.contains_key(holder.principal)
        });
        row.eligible = self.holders(already, privilege, &Level::Eligibility);
        row.eligible.extend(made.values().map(|made| Holder {
            until: None,
            condition: made.condition.map(|condition| condition.expression.to_string()),
            ..self.index.name(made.principal).into()
        }));
        row.eligible.sort_by(|a, b| a.who.cmp(&b.who));
        // Without it, what was made eligible would go on standing.
        row.exclusive = !made.is_empty();
        row
    }

    /// The columns that say what the row is about.
    fn of(&self, privilege: &Privilege) -> Row {
        let mut row = Row::default();
        match privilege {
            Privilege::DirectoryRole { role, scope } => {
                row.role = Some(self.index.role_name(role, &Surface::DirectoryRoles));
                match scope {
                    DirectoryScope::Tenant => {}
                    DirectoryScope::AdministrativeUnit(unit) => match self.index.unit_name(unit) {
                        Some(name) => row.unit = Some(name),
                        None => row.scope = Some(scope.to_string()),
                    },
                    other => row.scope = Some(other.to_string()),
                }
            }
            Privilege::Group { group, access } => {
                row.group = Some(self.index.group_name(group));
                row.access = (*access == GroupAccess::Owner).then_some(Access::Owner);
            }
            Privilege::AzureRole { role, scope } => {
                row.role = Some(self.index.role_name(role, &Surface::AzureRoles));
                row.azure = Some(scope.as_str().to_owned());
            }
            _ => {}
        }
        row
    }

    /// Settings are proposed only where what stands is known, and where PIM has any.
    fn has_settings(&self, privilege: &Privilege) -> bool {
        let read = SourceKind::policies(&privilege.surface())
            .is_some_and(|source| self.snapshot.is_complete(source));
        let managed = match privilege {
            Privilege::Group { group, .. } => self
                .index
                .group_facts(group)
                .is_some_and(|group| group.under_pim == Some(true) && can_be_managed(group)),
            _ => true,
        };
        read && managed
    }

    fn template(&self, privilege: &Privilege, tier: Option<Tier>) -> Option<String> {
        let top = |role: &RoleId| LIKE_GLOBAL.iter().any(|id| *role == **id);
        match privilege {
            Privilege::DirectoryRole { role, .. } if top(role) => Some(TOP.to_owned()),
            // The tier's own.
            _ if matches!(tier, Some(Tier::Control | Tier::Management)) => None,
            _ => Some(MANAGEMENT.to_owned()),
        }
    }

    /// What stands and asks for more than the template stays: a shorter activation, an authentication context.
    fn keep_stricter(&self, privilege: &Privilege, tier: Option<Tier>, row: &mut Row) {
        let subject = match privilege {
            Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
            other => other.clone(),
        };
        let Some(policy) = self.index.policy(&subject) else { return };
        let is = policy.activation();
        let wanted = match (&row.template, tier) {
            (Some(name), _) if name == TOP => self.options.top,
            (_, Some(Tier::Control)) => self.options.control,
            _ => self.options.max,
        };
        // What every policy starts with was nobody's choice.
        let start = Policy::new(policy.id.clone(), subject, Policy::default_rules(&privilege.surface()));
        let chosen = is.max != start.activation().max;
        if chosen && is.max < wanted && is.max >= Period::minutes(30) {
            row.settings.activation.max = Some(Length(is.max));
        }
        if matches!(is.strong_authentication, StrongAuthentication::Context(_)) {
            row.settings.activation.mfa = Some(false);
        }
    }

    /// Grants as they stand. Of two of the same holder the one that lasts longer counts.
    fn holders<'h>(
        &self,
        standing: impl Iterator<Item = &'h Standing<'a>>,
        privilege: &Privilege,
        level: &Level,
    ) -> Vec<Holder>
    where
        'a: 'h,
    {
        let mut longest: BTreeMap<&PrincipalId, &Standing<'_>> = BTreeMap::new();
        for holder in standing {
            let lasts = |holder: &Standing<'_>| holder.window.end().map_or((1, None), |end| (0, Some(end)));
            match longest.get(holder.principal) {
                Some(other) if lasts(other) >= lasts(holder) => {}
                _ => {
                    longest.insert(holder.principal, holder);
                }
            }
        }
        let must_end = self.index.policy(privilege).is_none_or(|policy| !policy.grants(level).permanent);
        let mut holders: Vec<_> = longest
            .into_values()
            .filter(|holder| {
                holder.condition.is_none_or(|condition| *condition.version == *CONDITION_VERSION)
            })
            .map(|holder| Holder {
                until: match holder.window.end() {
                    Some(end) => Some(Until::from(Expiry::At(end))),
                    // It stands without end although the settings ask for one.
                    None => must_end.then_some(Until::Never),
                },
                condition: holder.condition.map(|condition| condition.expression.to_string()),
                ..self.index.name(holder.principal).into()
            })
            .collect();
        holders.sort_by(|a, b| a.who.cmp(&b.who));
        holders
    }
}
