//! How many Global Administrators there are.

use pim_core::{id::RoleId, privilege::Privilege};

use super::{Code, Evidence, Finding, Judged, Severity, access::Access, context::Context};
use crate::{resolve::usable_administrators, snapshot::SourceKind};

pub(super) fn too_many(context: &Context<'_>) -> Judged {
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let most = context.options.max_global_administrators;
    let mut people: Vec<(bool, Evidence)> = Vec::new();
    for (_, access) in context.people() {
        let of_role = access.iter().filter(|access| *context.grant(access).privilege == global);
        let best = context.weightiest(of_role);
        people.extend(best.map(|access: &Access| {
            (access.standing.is_now(), context.grant(access).evidence("Global Administrator"))
        }));
    }
    if people.len() <= most {
        return Judged::default();
    }
    let held = people.iter().filter(|(now, _)| *now).count();
    let severity = if held > most { Severity::High } else { Severity::Medium };
    vec![
        Finding::new(
            Code::TooManyGlobalAdministrators,
            severity,
            format!(
                "{} people besides break-glass accounts are Global Administrator or may become it, {held} of \
                 them are at this moment; {most} should be the most.",
                people.len()
            ),
            "Find for each what they do with it, and give them the lesser role that does.",
        )
        .on(&global)
        .by(people.into_iter().map(|(_, evidence)| evidence)),
    ]
    .into()
}

/// Only where nothing is unread: who was not seen may be there.
pub(super) fn too_few(context: &Context<'_>) -> Judged {
    let sources = [
        SourceKind::DirectoryAssignments,
        SourceKind::GroupAssignments,
        SourceKind::Groups,
        SourceKind::Memberships,
        SourceKind::Users,
    ];
    let usable = usable_administrators(context.snapshot);
    let least = context.options.min_global_administrators;
    if !context.read(&sources) || usable.len() >= least {
        return Judged::default();
    }
    let how_many = match usable.len() {
        0 => "Nobody who may sign in is Global Administrator without end".to_owned(),
        n => format!("Only {n} enabled account is Global Administrator without end"),
    };
    let severity = if usable.is_empty() { Severity::Critical } else { Severity::High };
    vec![
        Finding::new(
            Code::TooFewGlobalAdministrators,
            severity,
            format!("{how_many}; it takes {least} to get the tenant back when PIM or one account fails."),
            "Make break-glass accounts Global Administrator without end.",
        )
        .on(&Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .by(usable.iter().map(|id| {
            Evidence::new(SourceKind::DirectoryAssignments, id, "Global Administrator without end, enabled")
        })),
    ]
    .into()
}
