//! Drift: what differs from what is wanted, without a word about how to mend it.

use std::collections::BTreeSet;

use pim_core::{
    error::Result,
    id::{PrincipalId, TenantId},
    policy::Setting,
    privilege::Privilege,
    request::Action,
    schedule::Level,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Change, Fact, Fingerprint, Plan, PlanOptions, plan, words};
use crate::{
    desired::Target,
    snapshot::{Snapshot, SourceKind},
};

/// What differs, for programs to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Drift {
    /// When the snapshot was taken.
    pub taken_at: Timestamp,
    /// Of which tenant, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
    /// One row for each difference, ordered by fingerprint.
    pub rows: Vec<DriftRow>,
    /// Sources that were not wholly read, so that nobody knows whether more differs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<SourceKind>,
    /// Fingerprints that were accepted and that no difference has any more: take them off the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settled: Vec<Fingerprint>,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DriftRow {
    /// What it is known by, in every plan and drift of this tenant and this wish.
    pub fingerprint: Fingerprint,
    /// In what way it differs.
    pub kind: DriftKind,
    /// True when somebody said that it may differ.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub accepted: bool,
    /// Of what, if it is about a privilege.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privilege: Option<Privilege>,
    /// Whose grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalId>,
    /// Of which family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What stands, in plain words; `None` where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What is wanted; `None` where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Why it would not be settled, for a refused one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// In what way something differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::exhaustive_enums)] // complete by definition: callers branch on it
pub enum DriftKind {
    /// It is wanted and not there.
    Missing,
    /// It is there and not wanted.
    Extra,
    /// It is there, and otherwise than wanted.
    Different,
    /// It differs in one of these ways, and a plan would not settle it: `code` says why.
    Refused,
}

/// Compares a tenant with what is wanted: a plan that is not carried out.
///
/// # Errors
/// As for [`plan`].
pub fn drift(snapshot: &Snapshot, target: &Target) -> Result<Drift> {
    Ok(Drift::of(&plan(snapshot, target, &PlanOptions::default())?))
}

impl Drift {
    /// The differences that a plan settles or refuses to settle.
    pub fn of(plan: &Plan) -> Self {
        let steps = plan.steps.iter().map(|step| row(&step.id, &step.change, &step.rests_on));
        let refused = plan.refused.iter().map(|refused| DriftRow {
            kind: DriftKind::Refused,
            code: Some(refused.code.clone()),
            ..row(&refused.id, &refused.change, &refused.rests_on)
        });
        let mut rows: Vec<_> = steps.chain(refused).collect();
        rows.sort_unstable_by_key(|row| row.fingerprint);
        let (taken_at, tenant, unread) = (plan.taken_at, plan.tenant.clone(), plan.unread.clone());
        Self { taken_at, tenant, rows, unread, settled: Vec::new() }
    }

    /// The same with these differences accepted, and with those of them settled that are no more. What was
    /// accepted is one wish not met: should the same rule or grant be wanted otherwise, or another rule of the same
    /// policy differ, that is another difference.
    #[must_use]
    pub fn accepting(mut self, accepted: &BTreeSet<Fingerprint>) -> Self {
        for row in &mut self.rows {
            row.accepted = accepted.contains(&row.fingerprint);
        }
        let standing: BTreeSet<_> = self.rows.iter().map(|row| row.fingerprint).collect();
        // Where not all was read, what is not seen may still differ.
        self.settled = match self.unread.as_slice() {
            [] => accepted.difference(&standing).copied().collect(),
            _ => Vec::new(),
        };
        self
    }

    /// The differences that nobody accepted.
    pub fn open(&self) -> impl Iterator<Item = &DriftRow> {
        self.rows.iter().filter(|row| !row.accepted)
    }

    /// What a program should exit with: 0 when nothing differs but what was accepted, 2 when something does, 3 when
    /// nothing is seen to differ and not all could be read. 1 is left to failures.
    pub fn exit_status(&self) -> u8 {
        match (self.open().next(), self.unread.is_empty()) {
            (Some(_), _) => 2,
            (None, false) => 3,
            (None, true) => 0,
        }
    }
}

fn row(id: &Fingerprint, change: &Change, facts: &[Fact]) -> DriftRow {
    let mut row = DriftRow {
        fingerprint: *id,
        kind: DriftKind::Different,
        accepted: false,
        privilege: change.privilege().cloned(),
        principal: change.principal().cloned(),
        level: None,
        from: None,
        to: None,
        code: None,
    };
    match change {
        Change::Grant(ask) => {
            row.level = Some(ask.level.clone());
            row.from = facts.iter().find_map(|fact| match fact {
                Fact::Grant { level, window, .. } if *level == ask.level => Some(words::ends(window.end())),
                _ => None,
            });
            row.to = ask.expiry.map(words::until).filter(|_| ask.action != Action::AdminRemove);
            row.kind = match ask.action {
                Action::AdminRemove => DriftKind::Extra,
                Action::AdminAssign => DriftKind::Missing,
                _ => DriftKind::Different,
            };
        }
        Change::Policy { rules, .. } => {
            let told = |setting: &Setting| serde_json::to_string(setting).unwrap_or_default();
            let list = |side: &dyn Fn(&pim_core::policy::RuleChange) -> Option<String>| {
                let parts: Vec<_> = rules
                    .iter()
                    .filter_map(|rule| side(rule).map(|setting| format!("{}: {setting}", rule.kind)))
                    .collect();
                (!parts.is_empty()).then(|| parts.join("; "))
            };
            row.from = list(&|rule| rule.from.as_ref().map(told));
            row.to = list(&|rule| Some(told(&rule.to)));
        }
        Change::Review(review) => {
            row.kind = DriftKind::Missing;
            row.privilege = Some(review.scope.privilege.clone());
            row.to = Some(format!("a review for {} days", review.settings.duration_days));
        }
        Change::RemoveReview { .. } => row.kind = DriftKind::Extra,
    }
    row
}
