//! What templates are given: names for ids, and otherwise facts, so that a template in another language need not
//! undo English.

use std::collections::BTreeMap;

use pim_core::{
    id::PrincipalId,
    policy::{ActivationPolicy, StrongAuthentication},
    privilege::Privilege,
    time::Expiry,
};
use serde::Serialize;

use super::effects::{Duty, DutyChange, Effect};
use super::state::Held;
use crate::{
    desired::Day,
    names::Names,
    plan::Plan,
    render::text::{instant, period},
};

/// A privilege.
#[derive(Clone, Debug, Serialize)]
pub(super) struct What {
    pub(super) name: String,
    /// `role`, `group` or `azure_role`.
    pub(super) kind: &'static str,
    /// As the client reads it.
    json: String,
}

/// What an activation demands.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Demands {
    minutes: u64,
    longest: String,
    /// `none`, `mfa` or `context`.
    sign_in: &'static str,
    context: Option<String>,
    justification: bool,
    ticket: bool,
    approval: bool,
    /// Empty where nobody is named: whoever administers roles approves then.
    approvers: Vec<String>,
}

/// An end.
#[derive(Clone, Debug, Serialize)]
struct End {
    at: Option<String>,
    days: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct When {
    wave: String,
    day: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct EffectWords {
    what: What,
    before: Held,
    after: Held,
    ends: Option<End>,
    through: Vec<String>,
    gives: Vec<String>,
    demands: Option<Demands>,
    /// Whether what is demanded changes.
    new_demands: bool,
    when: When,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct DutyWords {
    what: What,
    change: DutyChange,
    others: Vec<String>,
    justification: bool,
    when: When,
}

/// What words are looked up in.
#[derive(Debug)]
pub(super) struct Words<'a> {
    pub(super) names: Names,
    pub(super) plan: &'a Plan,
    pub(super) starts: &'a BTreeMap<String, Day>,
}

impl Words<'_> {
    pub(super) fn effect(&self, effect: &Effect) -> EffectWords {
        EffectWords {
            what: what(&self.names, &effect.privilege),
            before: effect.before,
            after: effect.after,
            ends: effect.ends.as_ref().and_then(end),
            through: self.principals(&effect.through),
            gives: effect.gives.iter().map(|privilege| self.names.privilege(privilege)).collect(),
            demands: effect.demands.as_ref().map(|policy| demands(&self.names, policy)),
            new_demands: !effect.changed.is_empty(),
            when: self.when(effect.wave),
        }
    }

    pub(super) fn duty(&self, duty: &Duty) -> DutyWords {
        DutyWords {
            what: what(&self.names, &duty.privilege),
            change: duty.change,
            others: self.principals(&duty.others),
            justification: duty.justification,
            when: self.when(duty.wave),
        }
    }

    fn principals(&self, ids: &[PrincipalId]) -> Vec<String> {
        ids.iter().map(|id| self.names.principal(id).into_owned()).collect()
    }

    fn when(&self, wave: usize) -> When {
        let wave = self.plan.waves.get(wave).cloned().unwrap_or_else(|| format!("wave {wave}"));
        When { day: self.starts.get(&wave).map(ToString::to_string), wave }
    }
}

pub(super) fn what(names: &Names, privilege: &Privilege) -> What {
    let kind = match privilege {
        Privilege::Group { .. } => "group",
        Privilege::AzureRole { .. } => "azure_role",
        _ => "role",
    };
    let json = serde_json::to_string(privilege).unwrap_or_default();
    What { name: names.privilege(privilege), kind, json }
}

pub(super) fn demands(names: &Names, policy: &ActivationPolicy) -> Demands {
    let (sign_in, context) = match &policy.strong_authentication {
        StrongAuthentication::None => ("none", None),
        StrongAuthentication::Mfa => ("mfa", None),
        StrongAuthentication::Context(context) => ("context", Some(context.to_string())),
    };
    let approvers = policy.approval.iter().flat_map(|approval| approval.approvers());
    Demands {
        minutes: policy.max.as_seconds() / 60,
        longest: period(policy.max),
        sign_in,
        context,
        justification: policy.justification,
        ticket: policy.ticket,
        approval: policy.approval.is_some(),
        approvers: approvers.map(|approver| names.principal(&approver.id).into_owned()).collect(),
    }
}

/// `None` for what has no end.
fn end(expiry: &Expiry) -> Option<End> {
    match expiry {
        Expiry::Never => None,
        Expiry::At(at) => Some(End { at: Some(instant(*at)), days: None }),
        Expiry::After(length) => Some(End { at: None, days: Some(length.as_days()) }),
    }
}
