//! What is told.

use pim_core::{policy::RuleKind, request::Action, schedule::Level, time::Expiry};
use pim_governance::{
    desired::{DesignFault, Length},
    import::Imported,
    names::Names,
    plan::{Change, Plan, Risk, Step},
};

use crate::story::Story;

pub(super) fn imported(story: &mut Story, imported: &Imported) {
    story.chapter("The configuration");
    let rows = &imported.design.roles;
    let holders: usize = rows.iter().map(|row| row.eligible.len() + row.active.len()).sum();
    story.say(format!(
        "{} roles and groups, {} of them with a policy; {holders} assignments; {} templates; {} protected.",
        rows.len(),
        rows.iter().filter(|row| row.template.is_some() || !row.settings.is_empty()).count(),
        imported.design.templates.len(),
        imported.design.protected.len(),
    ));
    if imported.notices.is_empty() {
        return story.say("Nothing in it is odd.");
    }
    story.say(format!("{} things in it are odd, or mean something else here:", imported.notices.len()));
    for notice in &imported.notices {
        story.point(notice.to_string());
    }
}

pub(super) fn faults(story: &mut Story, faults: &[DesignFault]) {
    story.chapter("What it means for this tenant");
    let (warnings, errors): (Vec<_>, Vec<_>) = faults.iter().partition(|fault| fault.is_warning());
    if errors.is_empty() {
        story.say("Every name in it was found.");
    } else {
        story.say("It does not fit this tenant, so nothing can be planned:");
    }
    for fault in errors {
        story.point(fault.to_string());
    }
    if !warnings.is_empty() {
        story.say("It works, and may not be what was meant:");
    }
    for fault in warnings {
        story.point(fault.to_string());
    }
}

pub(super) fn plan(story: &mut Story, plan: &Plan, names: &Names) {
    story.chapter("The plan");
    if plan.is_empty() {
        return story.say("Everything is as the configuration wants it.");
    }
    let (before, after) = (plan.administrators.before.len(), plan.administrators.after.len());
    story.say(format!(
        "{} steps. Of the {before} people who are Global Administrator without end, {after} are afterwards.",
        plan.steps.len()
    ));
    let mut wave = None;
    for (number, step) in plan.steps.iter().enumerate() {
        if wave != Some(step.wave) {
            wave = Some(step.wave);
            let name = plan.waves.get(step.wave).map_or("the rest", String::as_str);
            story.say(format!("Wave {}, {name}:", step.wave + 1));
        }
        story.at(format_args!("{:>3}", number + 1), told(step, names));
    }
    if !plan.refused.is_empty() {
        story.say("Not planned, although wanted:");
    }
    for refused in &plan.refused {
        story.point(format!("{}: {} [{}]", change(&refused.change, names), refused.message, refused.code));
    }
    if !plan.notices.is_empty() {
        story.say("Left as it is:");
    }
    for notice in &plan.notices {
        let who = notice.principal.as_ref().map(|who| format!("{}: ", names.principal(who)));
        story.point(format!("{}{}", who.unwrap_or_default(), notice.message));
    }
}

/// What a step does; and why, where that can hurt.
fn told(step: &Step, names: &Names) -> String {
    let what = change(&step.change, names);
    if step.risk == Risk::Low { format!("{what}.") } else { format!("{what}. {}", step.why) }
}

fn change(change: &Change, names: &Names) -> String {
    match change {
        Change::Policy { privilege, rules } => {
            let mut settings: Vec<_> = rules.iter().map(|rule| setting(&rule.kind)).collect();
            settings.dedup();
            format!("Settings of {}: {}", names.privilege(privilege), settings.join(", "))
        }
        Change::Grant(ask) => {
            let (who, what) = (names.principal(&ask.principal), names.privilege(&ask.privilege));
            let until = ask.expiry.map(until).unwrap_or_default();
            let is_group = ask.privilege.group_id().is_some();
            let verb = match (&ask.action, &ask.level, is_group) {
                (Action::AdminRemove, Level::Eligibility, false) => "may no longer activate",
                (Action::AdminRemove, Level::Eligibility, true) => "may no longer become",
                (Action::AdminRemove, _, false) => "no longer holds",
                (Action::AdminRemove, _, true) => "is no longer",
                (_, Level::Eligibility, false) => "may activate",
                (_, Level::Eligibility, true) => "may become",
                (_, _, false) => "holds",
                (_, _, true) => "is",
            };
            format!("{who} {verb} {what}{until}")
        }
        Change::Review(review) => format!("A review, {}", review.name),
        Change::RemoveReview { name } => format!("No review {name}"),
        _ => "A change that this program does not know".to_owned(),
    }
}

fn until(expiry: Expiry) -> String {
    match expiry {
        Expiry::Never => " without end".to_owned(),
        Expiry::At(end) => format!(" until {end}"),
        Expiry::After(length) => format!(" for {}", Length(length)),
    }
}

/// A setting as the portal calls it.
fn setting(kind: &RuleKind) -> &str {
    match kind {
        RuleKind::ExpirationEndUserAssignment => "longest activation",
        RuleKind::EnablementEndUserAssignment => "what activation demands",
        RuleKind::ApprovalEndUserAssignment => "approval",
        RuleKind::AuthenticationContextEndUserAssignment => "authentication context",
        RuleKind::ExpirationAdminEligibility => "longest eligibility",
        RuleKind::ExpirationAdminAssignment => "longest assignment",
        RuleKind::EnablementAdminEligibility | RuleKind::EnablementAdminAssignment => {
            "what administrators must give"
        }
        other if other.as_str().starts_with("notification") => "mail",
        other => other.as_str(),
    }
}
