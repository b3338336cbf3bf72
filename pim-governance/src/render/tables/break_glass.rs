//! The accounts for emergencies, held against what they should be like.

use pim_core::{
    conditional_access::{ConditionalAccessPolicy, ConditionalAccessState, Whom},
    directory::{AuthenticationMethod, Source, User},
    id::{GroupId, PrincipalId, RoleId},
    privilege::Privilege,
    time::Timestamp,
};

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    holdings::{Grant, Lasting},
    text::instant,
    view::View,
};
use crate::snapshot::SourceKind;

pub(in super::super) fn break_glass(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Account"),
        Column::text("Enabled"),
        Column::text("Cloud only"),
        Column::text("Global Administrator without end"),
        Column::text("Second factor"),
        Column::text("Left out of Conditional Access"),
        Column::text("Last sign-in"),
        Column::text("Password set"),
        Column::hidden("Principal id"),
    ];
    let mut grid =
        Grid::new("break-glass".into(), "Accounts for emergencies".into(), columns, Table::BreakGlass);
    let Some(snapshot) = view.report.snapshot else { return grid };
    for id in view.break_glass() {
        let user = snapshot.users.iter().find(|user| user.id == *id);
        grid.push(room, || {
            let known = |cell: fn(&User) -> Cell| user.map_or_else(|| Cell::muted("not read"), cell);
            let at = |at: Option<Timestamp>| {
                at.map_or_else(|| Cell::muted("not known"), |at| Cell::new(instant(at)).class("time"))
            };
            vec![
                Cell::new(view.principal(id)),
                known(|user| verdict(user.enabled, "yes", "no")),
                known(|user| verdict(user.source == Source::Cloud, "yes", "no, from on premises")),
                rules(view, id),
                known(factor),
                left_out(view, id),
                at(user.and_then(|user| user.last_sign_in)),
                at(user.and_then(|user| user.password_changed)),
                Cell::new(id.to_string()),
            ]
        });
    }
    grid
}

fn verdict(good: bool, yes: &'static str, no: &'static str) -> Cell {
    if good { Cell::new(yes).class("yes") } else { Cell::new(no).class("no") }
}

fn rules(view: &View<'_>, id: &PrincipalId) -> Cell {
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let holds = |grant: &&Grant<'_>| *grant.privilege == global && grant.lasting == Lasting::Permanent;
    let grants = &view.holdings().grants;
    if grants.iter().filter(holds).any(|grant| grant.principal == id) {
        return Cell::new("yes, directly").class("yes");
    }
    let inside = |group: &PrincipalId| {
        view.members(group)
            .iter()
            .any(|member| member.principal == id && member.lasting == Lasting::Permanent)
    };
    match grants.iter().filter(holds).any(|grant| inside(grant.principal)) {
        true => Cell::new("only through a group").class("part"),
        false => Cell::new("no").class("no"),
    }
}

fn factor(user: &User) -> Cell {
    match &user.methods {
        None => Cell::muted("not read"),
        Some(methods) if methods.iter().any(AuthenticationMethod::resists_phishing) => {
            Cell::new("resists phishing").class("yes")
        }
        Some(methods) if methods.iter().any(AuthenticationMethod::is_second_factor) => {
            Cell::new("can be phished").class("part")
        }
        Some(_) => Cell::new("none").class("no"),
    }
}

fn left_out(view: &View<'_>, id: &PrincipalId) -> Cell {
    let Some(snapshot) = view.report.snapshot else { return Cell::default() };
    if !snapshot.is_complete(SourceKind::ConditionalAccess) {
        return Cell::muted("not read");
    }
    let bites = |policy: &&ConditionalAccessPolicy| {
        policy.state == ConditionalAccessState::Enabled
            && concerns(view, &policy.include, id)
            && !concerns(view, &policy.exclude, id)
    };
    let caught: Vec<_> = snapshot.conditional_access.iter().filter(bites).collect();
    if caught.is_empty() {
        return Cell::new("yes").class("yes");
    }
    Cell::lines(caught.iter().map(|policy| format!("no: {}", policy.name))).class("part")
}

fn concerns(view: &View<'_>, whom: &Whom, id: &PrincipalId) -> bool {
    let within =
        |group: &GroupId| view.members(&group.as_principal()).iter().any(|member| member.principal == id);
    whom.everyone
        || whom.users.contains(id)
        || whom.roles.contains(&RoleId::GLOBAL_ADMINISTRATOR)
        || whom.groups.iter().any(within)
}
