//! Reviews: one for each privilege that a design wants reviewed.

use std::collections::BTreeSet;

use pim_core::{
    principal::PrincipalKind,
    privilege::{DirectoryScope, Privilege},
    review::{
        DefaultDecision, Frequency, NewReview, Population, Recurrence, RecurrenceEnd, ReviewScope,
        ReviewSettings, Reviewed, Reviewer,
    },
};

use super::{PERSON_OR_GROUP, Resolution, Resolved};
use crate::desired::{
    Every, FaultKind, ReviewBy, ReviewOf, Silence,
    design::{ReviewDesign, Row},
};

/// Stands for the role or group in a review's name.
const WHAT: &str = "{what}";

impl Resolution<'_> {
    pub(super) fn reviews(&mut self) {
        let mut names = BTreeSet::new();
        for (at, review) in self.design.reviews.iter().enumerate() {
            let path = format!("reviews[{at}]");
            let subjects = self.subjects(review, &path);
            let reviewers = self.reviewers(review, &path);
            let settings = settings(review);
            if settings.removes_unanswered() {
                let message = "silent reviewers would take access from everybody: let silence `leave` it, or `apply` by hand";
                self.fault(FaultKind::Doubtful, &format!("{path}.silence"), message);
            }
            let several = subjects.len() > 1;
            let mut told = false;
            for (privilege, what) in subjects {
                let new = NewReview {
                    name: name(&review.name, &what, several),
                    scope: ReviewScope {
                        privilege,
                        population: population(review.of),
                        reviewed: Reviewed::UsersAndGroups,
                        inactive_for: None,
                    },
                    reviewers: reviewers.0.clone(),
                    fallback_reviewers: reviewers.1.clone(),
                    start: review.starts.map(|day| day.0),
                    settings: settings.clone(),
                    stages: Vec::new(),
                };
                // What is wrong with one is wrong with all of them.
                if let Err(error) = new.check(self.index.now())
                    && !told
                {
                    told = true;
                    self.fault(FaultKind::Impossible, &path, error.message().to_owned());
                }
                if !names.insert(new.name.to_lowercase()) {
                    let message = "two reviews would have the same name: write `{what}` into it, or name them otherwise";
                    self.fault(FaultKind::Contradiction, &format!("{path}.name"), message);
                }
                self.target.reviews.push(new);
            }
        }
    }

    /// The privileges to review, each with what it is called. A role in the tenant stands for it everywhere.
    fn subjects(&mut self, review: &ReviewDesign, path: &str) -> Vec<(Privilege, String)> {
        for (at, name) in review.tiers.iter().enumerate() {
            if !self.design.tiers.contains_key(name) {
                self.unknown(&format!("{path}.tiers[{at}]"), "tier", name, self.design.tiers.keys());
            }
        }
        let known: Vec<String> = self.design.roles.iter().filter_map(subject).map(str::to_owned).collect();
        for (at, name) in review.rows.iter().enumerate() {
            if !known.iter().any(|row| row.eq_ignore_ascii_case(name)) {
                self.unknown(&format!("{path}.rows[{at}]"), "row for", name, known.iter());
            }
        }
        let all = review.tiers.is_empty() && review.rows.is_empty();
        let wanted = |row: &&Resolved<'_>| {
            let tier = row.row.tier.as_ref().is_some_and(|tier| review.tiers.contains(tier));
            let name = subject(row.row).unwrap_or_default();
            all || tier || review.rows.iter().any(|wanted| wanted.eq_ignore_ascii_case(name))
        };
        let rows: Vec<_> = self.rows.iter().filter(wanted).collect();
        let covered = |row: &Resolved<'_>| match &row.privilege {
            Privilege::DirectoryRole { role, scope } if *scope != DirectoryScope::Tenant => {
                rows.iter().any(|other| other.privilege == Privilege::role(role.clone()))
            }
            _ => false,
        };
        let found: Vec<_> = rows
            .iter()
            .filter(|row| !covered(row))
            .map(|row| (row.privilege.clone(), called(row.row)))
            .collect();
        if found.is_empty() && !self.rows.is_empty() {
            self.fault(FaultKind::Doubtful, path, "no row is reviewed by this");
        }
        found
    }

    fn reviewers(&mut self, review: &ReviewDesign, path: &str) -> (Vec<Reviewer>, Vec<Reviewer>) {
        let reviewer = |(id, kind)| match kind {
            Some(PrincipalKind::Group) => Reviewer::Group(id),
            _ => Reviewer::User(id),
        };
        let noun = "person or group";
        let named = self.everyone(&review.reviewers, &format!("{path}.reviewers"), noun, PERSON_OR_GROUP);
        let fallback = self.everyone(&review.fallback, &format!("{path}.fallback"), noun, PERSON_OR_GROUP);
        if !review.reviewers.is_empty() && review.by != ReviewBy::Named {
            let message = "reviewers are named, and `by` asks others: keep one";
            self.fault(FaultKind::Contradiction, &format!("{path}.by"), message);
        }
        let reviewers = match review.by {
            ReviewBy::Managers => vec![Reviewer::Manager],
            // No reviewers at all means the holders themselves, to the service.
            ReviewBy::Holders => Vec::new(),
            ReviewBy::Named => {
                if review.reviewers.is_empty() {
                    let message =
                        "nobody reviews: name `reviewers`, or write `by: managers` or `by: holders`";
                    self.fault(FaultKind::MissingKey, path, message);
                }
                named.into_iter().map(reviewer).collect()
            }
        };
        (reviewers, fallback.into_iter().map(reviewer).collect())
    }
}

fn settings(review: &ReviewDesign) -> ReviewSettings {
    let recurrence = |every, interval| Some(Recurrence { every, interval, until: RecurrenceEnd::Never });
    ReviewSettings {
        duration_days: review.days,
        recurrence: match review.every {
            Every::Once => None,
            Every::Week => recurrence(Frequency::Weekly, 1),
            Every::Month => recurrence(Frequency::Monthly, 1),
            Every::Quarter => recurrence(Frequency::Monthly, 3),
            Every::HalfYear => recurrence(Frequency::Monthly, 6),
            Every::Year => recurrence(Frequency::Monthly, 12),
        },
        default_decision: match review.silence {
            Silence::Leave => DefaultDecision::None,
            Silence::Keep => DefaultDecision::Approve,
            Silence::Remove => DefaultDecision::Deny,
            Silence::Recommended => DefaultDecision::Recommendation,
        },
        auto_apply: review.apply,
        justification_required: review.justification,
        ..ReviewSettings::default()
    }
}

const fn population(of: ReviewOf) -> Population {
    match of {
        ReviewOf::Eligible => Population::Eligible,
        ReviewOf::Active => Population::Active,
        ReviewOf::Both => Population::EligibleAndActive,
    }
}

fn name(pattern: &str, what: &str, several: bool) -> String {
    if pattern.contains(WHAT) {
        pattern.replace(WHAT, what)
    } else if several {
        format!("{pattern}: {what}")
    } else {
        pattern.to_owned()
    }
}

/// The role or group of a row, as the design writes it.
fn subject(row: &Row) -> Option<&str> {
    row.role.as_deref().or(row.group.as_deref())
}

/// What a row is called in a review's name: the same role at another scope is another review.
fn called(row: &Row) -> String {
    let scope = [&row.unit, &row.application, &row.scope, &row.azure].into_iter().flatten().next();
    let access = (row.access == Some(crate::desired::Access::Owner)).then_some("owners");
    let name = subject(row).unwrap_or_default();
    match (scope.map(String::as_str), access) {
        (Some(more), _) | (None, Some(more)) => format!("{name} ({more})"),
        (None, None) => name.to_owned(),
    }
}
