//! What each role's activation is to demand.

use std::collections::BTreeSet;

use pim_core::{
    conditional_access::ConditionalAccessState,
    id::{ContextId, PrincipalId, RoleId},
    policy::{ActivationPolicy, ApprovalSetting, Approver, StrongAuthentication},
    privilege::{Privilege, Surface},
    time::Period,
};

use super::{
    figures::Refusal,
    run::Run,
    tenant::Tenant,
    ways::{by_reason, count, length, reason},
};
use crate::cast;

/// Resets the sign-in of everybody, Global Administrators included.
const PRIVILEGED_AUTHENTICATION_ADMINISTRATOR: RoleId =
    RoleId::from_guid(0x7be4_4c8a_adaf_4e2a_84d6_ab26_49e0_8a13_u128.to_be_bytes());
/// The roles whose holders can come by every role.
const TOP: [RoleId; 3] = [
    RoleId::GLOBAL_ADMINISTRATOR,
    RoleId::PRIVILEGED_ROLE_ADMINISTRATOR,
    PRIVILEGED_AUTHENTICATION_ADMINISTRATOR,
];
const USUAL: Period = Period::hours(10);
const SHORT: Period = Period::hours(1);

/// What was decided for all roles.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Who approves the top roles.
    pub(super) approvers: Vec<PrincipalId>,
    /// The authentication context that the top roles demand.
    pub(super) context: Option<ContextId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Top,
    Privileged,
    Other,
}

pub(super) fn is_top(privilege: &Privilege) -> bool {
    privilege.role_id().is_some_and(|role| TOP.contains(role))
}

/// Writes the settings of every Entra role that somebody holds or may activate.
pub(super) async fn chapter(run: &mut Run, tenant: &Tenant) -> Plan {
    run.story.chapter("Role settings");
    let plan = Plan { approvers: approvers(tenant), context: context(tenant) };
    let Some(administrator) = run.administrator.clone() else { return plan };
    let client = run.sign_in(&administrator);
    let (mut written, mut refused) = ([0; 3], Vec::new());
    for role in roles(tenant) {
        let tier = match () {
            () if TOP.contains(&role) => Tier::Top,
            () if tenant.is_privileged(&role) => Tier::Privileged,
            () => Tier::Other,
        };
        let privilege = Privilege::role(role);
        match client.update_policy(&privilege, &plan.activation(tier).rules()).await {
            Ok(_) => written[tier as usize] += 1,
            Err(error) => {
                refused.push((tenant.privilege_name(&privilege), reason(&error)));
                run.figures.refused.push(Refusal::new(&administrator, &privilege, &error));
            }
        }
    }
    by_reason(refused).iter().for_each(|reason| run.story.point(format!("Refused for {reason}")));
    run.figures.settings_written = written.iter().sum();
    run.story.say(format!(
        "Written for {} that somebody holds or may activate:",
        count(run.figures.settings_written, "Entra role", "Entra roles")
    ));
    let row = |name: &str, tier: Tier| {
        let policy = plan.activation(tier);
        let strong = match &policy.strong_authentication {
            StrongAuthentication::Context(context) => format!("context {context}"),
            StrongAuthentication::Mfa => "MFA".to_owned(),
            StrongAuthentication::None => "none".to_owned(),
        };
        let asked = if policy.ticket { "reason, ticket" } else { "reason" };
        let approval = if policy.approval.is_some() { "approval" } else { "no approval" };
        let n = written[tier as usize].to_string();
        vec![name.to_owned(), n, length(policy.max), strong, asked.to_owned(), approval.to_owned()]
    };
    run.story.table(&[
        row("can come by any role", Tier::Top),
        row("flagged as privileged", Tier::Privileged),
        row("the others", Tier::Other),
    ]);
    run.story.say(match (&plan.context, plan.approvers.len()) {
        (Some(context), _) => format!("Conditional Access decides what sign-in context {context} takes."),
        (None, _) => "No published authentication context is enforced here, so MFA must do.".to_owned(),
    });
    run.story.say(match plan.approvers.len() {
        0 => "Nobody fits as approver (enabled, Privileged Role or Global Administrator, phishing-resistant \
              sign-in): the service falls back on those who hold these roles at the time."
            .to_owned(),
        1 => format!("Only {} fits as approver; two are the least.", tenant.names(&plan.approvers)),
        _ => format!("Approvers: {}; nobody decides on their own request.", tenant.names(&plan.approvers)),
    });
    plan
}

impl Plan {
    fn activation(&self, tier: Tier) -> ActivationPolicy {
        let top = tier == Tier::Top;
        let context = self.context.clone().filter(|_| top);
        ActivationPolicy {
            max: if top { SHORT } else { USUAL },
            strong_authentication: context.map_or(StrongAuthentication::Mfa, StrongAuthentication::Context),
            justification: true,
            ticket: tier != Tier::Other,
            approval: top.then(|| ApprovalSetting::by(self.approvers.iter().cloned().map(Approver::user))),
        }
    }
}

fn roles(tenant: &Tenant) -> BTreeSet<RoleId> {
    let held = tenant.assignments.iter().map(|assignment| &assignment.privilege);
    let eligible = tenant.eligibilities.iter().map(|eligibility| &eligibility.privilege);
    held.chain(eligible)
        .filter(|privilege| privilege.surface() == Surface::DirectoryRoles)
        .filter_map(|privilege| privilege.role_id().cloned())
        .collect()
}

/// Who could give the top roles away before and can be relied on: enabled people with a phishing-resistant
/// sign-in who are Privileged Role Administrator, or where there are fewer than two, Global Administrator.
/// Break-glass accounts are for emergencies.
fn approvers(tenant: &Tenant) -> Vec<PrincipalId> {
    let holding = |role: RoleId| {
        let privilege = Privilege::role(role);
        let fit = tenant.users.iter().filter(move |user| {
            user.enabled
                && cast::resists_phishing(user)
                && !tenant.break_glass.contains(&user.id)
                && tenant.standing().any(|a| a.privilege == privilege && a.principal == user.id)
        });
        fit.map(|user| user.id.clone())
    };
    let mut approvers: Vec<_> = holding(RoleId::PRIVILEGED_ROLE_ADMINISTRATOR).collect();
    if approvers.len() < 2 {
        let others = holding(RoleId::GLOBAL_ADMINISTRATOR).filter(|id| !approvers.contains(id));
        approvers.extend(others.collect::<Vec<_>>());
    }
    approvers
}

/// A published authentication context that a Conditional Access policy in force gives meaning to.
fn context(tenant: &Tenant) -> Option<ContextId> {
    let enforced = |id: &ContextId| {
        tenant.conditional_access.iter().any(|policy| {
            policy.state == ConditionalAccessState::Enabled
                && policy.contexts.contains(id)
                && !policy.controls.is_empty()
        })
    };
    tenant.contexts.iter().find(|context| context.published && enforced(&context.id)).map(|c| c.id.clone())
}
