//! Who can become something, how, and with whose approval.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::{instant, list, period},
    view::View,
};
use crate::resolve::{Demands, Path, Power, Standing, Step, Target};
use pim_core::{policy::StrongAuthentication, privilege::GroupAccess};

pub(in super::super) fn paths(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Who"),
        Column::text("Kind"),
        Column::text("State"),
        Column::text("How"),
        Column::text("Who approves"),
        Column::number("Activations"),
        Column::hidden("Principal id"),
    ];
    let caption = "Who can become Global Administrator".into();
    let mut grid = Grid::new("paths".into(), caption, columns, Table::Paths);
    for path in view.paths() {
        grid.push(room, || {
            vec![
                Cell::new(view.principal(&path.principal)),
                Cell::muted(view.kind(&path.principal)),
                standing(view, path),
                Cell::lines(path.steps.iter().map(|step| words(view, step))).class("steps"),
                approval(view, path),
                Cell::number(path.effort.activations),
                Cell::new(path.principal.to_string()),
            ]
        });
    }
    grid
}

fn standing(view: &View<'_>, path: &Path) -> Cell {
    match view.standings().get(&path.principal).unwrap_or(&path.standing) {
        Standing::Permanent if view.break_glass().contains(&path.principal) => {
            Cell::new("permanent, as it must be").class("yes").sort(0)
        }
        Standing::Permanent => Cell::new("permanent").class("no").sort(0),
        Standing::Until(end) => Cell::new(format!("until {}", instant(*end))).class("part").sort(1),
        Standing::Activated(Some(end)) => Cell::new(format!("activated until {}", instant(*end))).sort(2),
        Standing::Activated(None) => Cell::new("activated").sort(2),
        Standing::CanActivate => Cell::new("may activate").class("yes").sort(3),
        Standing::CanTake => Cell::new("could take it").class("no").sort(4),
    }
}

fn words(view: &View<'_>, step: &Step) -> String {
    match step {
        Step::Hold { holder, privilege, until, activated, conditional, .. } => {
            let until = until.map(|end| format!(" until {}", instant(end))).unwrap_or_default();
            let how = if *activated { "has activated" } else { "holds" };
            let (who, what) = (view.principal(holder), view.privilege(privilege));
            format!("{who} {how} {what}{until}{}", under(*conditional))
        }
        Step::Activate { actor, holder, privilege, conditional, demands, .. } => {
            let by = if actor == holder {
                String::new()
            } else {
                format!(" as member of {}", view.principal(holder))
            };
            let (who, what) = (view.principal(actor), view.privilege(privilege));
            format!("{who} activates {what}{by}{}{}", under(*conditional), asked(demands.as_deref()))
        }
        Step::Belong { member, group, access } => {
            let as_what = if *access == GroupAccess::Owner { "owns" } else { "belongs to" };
            format!("{} {as_what} {}", view.principal(member), view.principal(&group.as_principal()))
        }
        Step::Join { group } => {
            format!("as owner of {}, adds themselves", view.principal(&group.as_principal()))
        }
        Step::Impersonate { owner, application } => {
            let (owner, application) = (view.principal(owner), view.principal(application));
            format!("{owner} owns {application} and signs in as it")
        }
        Step::Cover { wider, narrower } => {
            format!("{} counts for {} too", view.privilege(wider), view.privilege(narrower))
        }
        Step::Permission { application, permission } => {
            let name = permission.name.clone().unwrap_or_else(|| permission.role.to_string());
            format!("{} has the permission {name}", view.principal(application))
        }
        Step::Wield { power, target } => {
            let on = match target {
                Target::Privilege(what) => view.privilege(what),
                Target::Principal(id) => view.principal(id),
                Target::Power(power) => format!("the power to {}", power_words(*power)),
            };
            format!("can {}: {on}", power_words(*power))
        }
    }
}

const fn under(conditional: bool) -> &'static str {
    if conditional { " under a condition" } else { "" }
}

fn asked(demands: Option<&Demands>) -> String {
    let Some(demands) = demands else { return " (what that demands was not read)".to_owned() };
    let mut asked = vec![format!("up to {}", period(demands.max))];
    match &demands.strong_authentication {
        StrongAuthentication::None => {}
        StrongAuthentication::Mfa => asked.push("multi-factor sign-in".to_owned()),
        StrongAuthentication::Context(context) => asked.push(format!("authentication context {context}")),
    }
    if demands.justification {
        asked.push("a justification".to_owned());
    }
    if demands.ticket {
        asked.push("a ticket".to_owned());
    }
    format!(" ({})", asked.join(", "))
}

fn approval(view: &View<'_>, path: &Path) -> Cell {
    const SHOWN: usize = 5;
    if path.unapprovable().is_some() {
        return Cell::new("nobody else could").class("no");
    }
    let mut lines = Vec::new();
    for step in &path.steps {
        let Step::Activate { actor, demands: Some(demands), .. } = step else { continue };
        for stage in demands.approval.iter().flatten() {
            let others = stage.iter().filter(|approver| *approver != actor);
            let mut names: Vec<_> =
                others.clone().take(SHOWN).map(|approver| view.principal(approver)).collect();
            let more = others.count().saturating_sub(SHOWN);
            if more > 0 {
                names.push(format!("{more} more"));
            }
            lines.push(list(&names));
        }
    }
    if lines.is_empty() { Cell::muted("nobody") } else { Cell::lines(lines) }
}

const fn power_words(power: Power) -> &'static str {
    match power {
        Power::AssignDirectoryRoles => "give any Entra role",
        Power::AssignAzureRoles => "give any Azure role",
        Power::ManageRoleAssignableGroups => "fill role-assignable groups",
        Power::ManagePlainGroups => "fill other groups",
        Power::ResetSignIns => "reset anybody's sign-in",
        Power::GiveCredentials => "give credentials to any application",
        Power::GrantPermissions => "give any permission to applications",
    }
}
