//! Who is to hold what.

use std::collections::BTreeSet;

use pim_core::{
    directory::{Source, UserType},
    id::PrincipalId,
    policy::Policy,
    principal::PrincipalKind,
    privilege::{Privilege, Surface},
    schedule::{Condition, Level},
    time::Expiry,
};

use super::{Resolution, Resolved, words};
use crate::desired::{
    AssignmentType, FaultKind, Grant, Tier,
    design::{Holder, Length},
};

/// The version of Azure's language for conditions.
const CONDITION_VERSION: &str = "2.0";

impl Resolution<'_> {
    pub(super) fn grants_of(
        &mut self,
        row: &Resolved<'_>,
        policy: Option<&Policy>,
        tier: Option<&Tier>,
        path: &str,
    ) {
        let lists = [
            (Level::Eligibility, &row.row.eligible, "eligible"),
            (Level::Assignment, &row.row.active, "active"),
        ];
        let mut standing = BTreeSet::new();
        for (level, holders, key) in lists.into_iter().rev() {
            let mut seen = BTreeSet::new();
            for (at, holder) in holders.iter().enumerate() {
                let path = format!("{path}.{key}[{at}]");
                let result = self.index.principal(holder.who.as_str(), "person, group or application");
                let Some(principal) = self.found(&path, result) else { continue };
                if !seen.insert(principal.clone()) {
                    let message = format!("{principal} is named twice here: leave one out");
                    self.fault(FaultKind::Contradiction, &path, message);
                    continue;
                }
                let grant = self.grant(row, &level, principal, holder, policy, &path);
                self.check_holder(row, &grant, &path);
                if let Some(tier) = tier {
                    self.check_tier_holder(tier, &grant, &path);
                }
                if level == Level::Assignment && grant.expiry == Expiry::Never {
                    standing.insert(grant.principal.clone());
                }
                if level == Level::Eligibility && standing.contains(&grant.principal) {
                    let message = format!(
                        "{} holds this without end, too, and has nothing to activate",
                        grant.principal
                    );
                    self.fault(FaultKind::Doubtful, &path, message);
                }
                self.target.grants.push(grant);
            }
        }
    }

    fn grant(
        &mut self,
        row: &Resolved<'_>,
        level: &Level,
        principal: PrincipalId,
        holder: &Holder,
        policy: Option<&Policy>,
        path: &str,
    ) -> Grant {
        let now = self.index.now();
        let stands = self.index.standing(level, &principal, &row.privilege);
        let allowed = policy.map(|policy| policy.grants(level)).filter(|allowed| !allowed.permanent);
        let expiry = match (holder.until, &allowed) {
            (Some(until), _) => until.into(),
            (None, Some(allowed)) => Expiry::After(allowed.max),
            (None, None) => Expiry::Never,
        };
        let at = format!("{path}.until");
        if let Expiry::At(end) = expiry
            && end <= now
        {
            let message = format!("{end} is over already: write a later end, or leave the holder out");
            self.fault(FaultKind::Contradiction, &at, message);
        } else if expiry.length(now).is_some_and(|length| length < pim_core::backend::MINIMUM_ACTIVE) {
            self.fault(FaultKind::Impossible, &at, "a grant lasts at least five minutes: write a later end");
        }
        // What stands was let through once; nothing is asked of the service for it.
        let reaches = |end: Option<_>| match (end, expiry.end(now)) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(stands), Some(wanted)) => wanted <= stands,
        };
        if let Some(allowed) = allowed
            && !stands.is_some_and(|window| reaches(window.end()))
            && expiry.length(now).is_none_or(|length| length > allowed.max)
        {
            let longest = Length(allowed.max);
            let message =
                format!("the settings allow at most {longest}: write an end, or allow more under `longest`");
            self.fault(FaultKind::Impossible, &at, message);
        }
        let condition = holder.condition.as_ref().map(|expression| {
            Box::new(Condition { expression: expression.as_str().into(), version: CONDITION_VERSION.into() })
        });
        if condition.is_some() && row.privilege.surface() != Surface::AzureRoles {
            let message = "only Azure roles know conditions: leave it out";
            self.fault(FaultKind::Impossible, &format!("{path}.condition"), message);
        }
        Grant { level: level.clone(), principal, privilege: row.privilege.clone(), expiry, condition }
    }

    fn check_holder(&mut self, row: &Resolved<'_>, grant: &Grant, path: &str) {
        let who = &grant.principal;
        let kind = self.index.kind(who).cloned();
        let eligible = grant.level == Level::Eligibility;
        let spared = self.break_glass.contains(who);
        if eligible && spared {
            let message = format!(
                "{who} is a break-glass account and must work when PIM does not: name it under `active` instead"
            );
            self.fault(FaultKind::Contradiction, path, message);
        }
        if eligible && kind == Some(PrincipalKind::ServicePrincipal) {
            let message = format!("{who} is an application, which can't activate anything");
            self.fault(FaultKind::Doubtful, path, message);
        }
        let meant = row.row.assignment;
        let for_people = kind != Some(PrincipalKind::ServicePrincipal);
        if eligible && meant == AssignmentType::Static {
            let message = "the row says `static`, and this holder is to activate: say which is meant";
            self.fault(FaultKind::Doubtful, path, message);
        }
        if !eligible
            && meant == AssignmentType::Eligible
            && for_people
            && !spared
            && grant.expiry == Expiry::Never
        {
            let message = "the row says `eligible`, and this holder has it all the time: say which is meant";
            self.fault(FaultKind::Doubtful, path, message);
        }
        let stands = self.index.standing(&grant.level, who, &grant.privilege).is_some();
        if stands {
            return;
        }
        match &grant.privilege {
            Privilege::DirectoryRole { .. } if kind == Some(PrincipalKind::Group) => {
                let group = self.index.group_facts(&who.as_group());
                if group.is_some_and(|group| !group.role_assignable) {
                    let message =
                        format!("the group {who} can't hold Entra roles: take one that was made for that");
                    self.fault(FaultKind::Impossible, path, message);
                }
            }
            Privilege::Group { group, .. } => {
                if group.as_principal() == *who {
                    self.fault(FaultKind::Impossible, path, "a group can't hold itself");
                }
                let managed = self.index.group_facts(group);
                if managed.is_some_and(|g| g.membership_rule.is_some() || g.source == Source::OnPremises) {
                    let message =
                        "this group is filled by a rule or from on premises and can't come under PIM";
                    self.fault(FaultKind::Impossible, path, message);
                }
            }
            _ => {}
        }
    }

    fn check_tier_holder(&mut self, tier: &Tier, grant: &Grant, path: &str) {
        let who = &grant.principal;
        if self.break_glass.contains(who) {
            return;
        }
        let may = &tier.may_hold;
        let user = self.index.user(who);
        let kind = self.index.kind(who).cloned();
        let of_kind = match kind {
            Some(PrincipalKind::User) => may.people,
            Some(PrincipalKind::Group) => may.groups,
            Some(PrincipalKind::ServicePrincipal) => may.applications,
            _ => None,
        };
        if of_kind == Some(false) {
            let what = kind.as_ref().map_or("principal", words);
            self.fault(FaultKind::Tier, path, format!("{who} is a {what}, and the tier allows none"));
        }
        if may.guests == Some(false) && user.is_some_and(|user| user.user_type == UserType::Guest) {
            self.fault(FaultKind::Tier, path, format!("{who} is a guest, and the tier allows none"));
        }
        if may.synced == Some(false) && user.is_some_and(|user| user.source == Source::OnPremises) {
            let message =
                format!("{who} comes from on premises, and the tier wants accounts of the cloud only");
            self.fault(FaultKind::Tier, path, message);
        }
        if tier.demands.no_standing && grant.level == Level::Assignment && grant.expiry == Expiry::Never {
            let message = format!(
                "{who} would hold this without end, and the tier allows that to break-glass accounts only"
            );
            self.fault(FaultKind::Tier, path, message);
        }
    }
}
