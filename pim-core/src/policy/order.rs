//! In which order to write rules one at a time.

use super::{Rule, RuleKind, Setting};

/// These rules in an order in which a service that takes them one at a time accepts them all. Only what has
/// to move moves; where a rule comes twice the first counts.
///
/// - The authentication context goes before the demands on activation. MFA cannot be switched on while a
///   context is on, so a context has to go first; and it has to come before MFA goes, or activation would
///   need no stronger sign-in in between.
/// - Addresses for approvers' mail are emptied before approvers are named, and filled only after the last
///   approver is gone: with both in place the service refuses every further rule.
///
/// From a context to MFA no order avoids a moment without either: write the policy as a whole where the
/// service can. No order helps rules that are at fault together; see [`Policy::faults`](super::Policy::faults)
/// of the result.
pub fn safe_order(changes: &[Rule]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::with_capacity(changes.len());
    for rule in changes {
        if !rules.iter().any(|earlier| earlier.kind == rule.kind) {
            rules.push(rule.clone());
        }
    }
    put_before(
        &mut rules,
        &RuleKind::AuthenticationContextEndUserAssignment,
        &RuleKind::EnablementEndUserAssignment,
    );
    let (mail, approval) =
        (&RuleKind::NotificationApproverEndUserAssignment, &RuleKind::ApprovalEndUserAssignment);
    let fills_addresses = rules.iter().any(|rule| {
        rule.kind == *mail
            && matches!(&rule.setting, Setting::Notification(setting) if !setting.recipients.is_empty())
    });
    if fills_addresses {
        put_before(&mut rules, approval, mail);
    } else {
        put_before(&mut rules, mail, approval);
    }
    rules
}

fn put_before(rules: &mut Vec<Rule>, first: &RuleKind, second: &RuleKind) {
    let place = |kind: &RuleKind| rules.iter().position(|rule| rule.kind == *kind);
    if let (Some(from), Some(to)) = (place(first), place(second))
        && from > to
    {
        let rule = rules.remove(from);
        rules.insert(to, rule);
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
