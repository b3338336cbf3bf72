//! What carrying out a change does to a tenant, in the fewest words: the reference for plans.

use pim_core::{
    directory::Membership,
    id::ScheduleId,
    policy::{Policy, RuleChange},
    principal::PrincipalKind,
    privilege::{GroupAccess, Privilege},
    request::{Action, NewRequest},
    review::{AccessReview, ReviewStatus},
    schedule::{Assignment, Eligibility, Level, Origin, Via},
    time::{Expiry, Window},
};

use crate::{
    plan::{Change, Plan},
    snapshot::Snapshot,
};

/// The tenant after all steps, or after each.
pub(super) fn carry_out(snapshot: &Snapshot, plan: &Plan) -> Snapshot {
    plan.steps.iter().fold(snapshot.clone(), |snapshot, step| after(snapshot, &step.change))
}

pub(super) fn after(mut snapshot: Snapshot, change: &Change) -> Snapshot {
    match change {
        Change::Grant(ask) => grant(&mut snapshot, ask),
        Change::Policy { privilege, rules } => {
            let rules: Vec<_> = rules.iter().map(RuleChange::rule).collect();
            match snapshot.policies.iter_mut().find(|policy| subject(&policy.subject) == *privilege) {
                Some(policy) => *policy = policy.apply(&rules),
                None => {
                    let usual = Policy::default_rules(&privilege.surface());
                    let policy = Policy::new("new".parse().unwrap(), privilege.clone(), usual);
                    snapshot.policies.push(policy.apply(&rules));
                }
            }
        }
        Change::Review(review) => {
            let id = review.name.parse().unwrap();
            snapshot.reviews.push(AccessReview::new(id, ReviewStatus::NotStarted, (**review).clone()));
        }
        Change::RemoveReview { name } => snapshot.reviews.retain(|review| review.definition.name != *name),
    }
    snapshot
}

pub(super) fn subject(privilege: &Privilege) -> Privilege {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Privilege::role(role.clone()),
        other => other.clone(),
    }
}

fn grant(snapshot: &mut Snapshot, ask: &NewRequest) {
    let now = snapshot.taken_at;
    let (holder, what) = (ask.principal.clone(), ask.privilege.clone());
    let live = |window: &Window| window.end().is_none_or(|end| end > now);
    let id = ScheduleId::from_guid([99; 16]);
    let asked = Window::starting(ask.starts(now), ask.expiry.unwrap_or(Expiry::Never));
    // What is not said stays: a window keeps its start unless it gets another.
    let changed = |old: Window| {
        let start = ask.start.map(|start| start.max(now)).or(old.start());
        Window::new(start, asked.unwrap().end()).unwrap()
    };
    if ask.level == Level::Eligibility {
        let own = |row: &Eligibility| {
            row.principal == holder && row.privilege == what && row.via == Via::Direct && live(&row.window)
        };
        match ask.action {
            Action::AdminAssign => {
                assert!(!snapshot.eligibilities.iter().any(own), "the service refuses duplicates");
                let mut row = Eligibility::new(id, holder.clone(), what.clone());
                (row.window, row.condition) = (asked.unwrap(), ask.condition.clone());
                snapshot.eligibilities.push(row);
            }
            Action::AdminRemove => {
                let before = snapshot.eligibilities.len();
                snapshot.eligibilities.retain(|row| !own(row));
                assert!(snapshot.eligibilities.len() < before, "there must be something to remove");
            }
            _ => {
                let row =
                    snapshot.eligibilities.iter_mut().find(|row| own(row)).expect("something to change");
                row.window = changed(row.window);
                row.condition = ask.condition.clone().or(row.condition.take());
            }
        }
        return;
    }
    let own = |row: &Assignment| {
        let made = row.origin == Origin::Assigned && row.via == Via::Direct;
        row.principal == holder && row.privilege == what && made && live(&row.window)
    };
    match ask.action {
        Action::AdminAssign => {
            assert!(!snapshot.assignments.iter().any(own), "the service refuses duplicates");
            let mut row = Assignment::new(id, holder.clone(), what.clone());
            (row.window, row.condition) = (asked.unwrap(), ask.condition.clone());
            snapshot.assignments.push(row);
        }
        Action::AdminRemove => {
            let was = snapshot.assignments.iter().any(|row| own(row) && row.is_in_force(now));
            let before = snapshot.assignments.len();
            snapshot.assignments.retain(|row| !own(row));
            assert!(snapshot.assignments.len() < before, "there must be something to remove");
            if was {
                belong(snapshot, ask, false);
            }
        }
        _ => {
            let row = snapshot.assignments.iter_mut().find(|row| own(row)).expect("something to change");
            row.window = changed(row.window);
            row.condition = ask.condition.clone().or(row.condition.take());
        }
    }
    if snapshot.assignments.iter().any(|row| own(row) && row.is_in_force(now)) {
        belong(snapshot, ask, true);
    }
}

/// The directory's side of a membership. An activation that runs keeps it.
fn belong(snapshot: &mut Snapshot, ask: &NewRequest, belongs: bool) {
    let Privilege::Group { group, access } = &ask.privilege else { return };
    let now = snapshot.taken_at;
    let same =
        |row: &Membership| row.group == *group && row.principal == ask.principal && row.access == *access;
    let running = snapshot.assignments.iter().any(|row| {
        row.principal == ask.principal
            && row.privilege == ask.privilege
            && row.origin.is_activated()
            && row.is_in_force(now)
    });
    let stays = belongs || running && *access == GroupAccess::Member;
    if !stays {
        snapshot.memberships.retain(|row| !same(row));
    } else if belongs && !snapshot.memberships.iter().any(same) {
        let nested = snapshot.groups.iter().any(|group| group.id.as_principal() == ask.principal);
        snapshot.memberships.push(Membership {
            group: group.clone(),
            principal: ask.principal.clone(),
            kind: if nested { PrincipalKind::Group } else { PrincipalKind::User },
            access: access.clone(),
        });
    }
}
