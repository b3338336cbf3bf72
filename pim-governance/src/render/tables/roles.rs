//! The roles table: what is wanted, one row for each thing that can be held.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::{period, title},
    view::View,
};
use crate::desired::{Access, AssignmentType, Design, Holder, Row, Settings, Who};

pub(in super::super) fn roles(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Role"),
        Column::text("Where"),
        Column::text("Assignment"),
        Column::text("Description"),
        Column::text("Audience"),
        Column::text("Who"),
        Column::text("Approvers"),
        Column::text("To activate it"),
        Column::text("Tier"),
    ];
    let mut grid = Grid::new("roles".into(), "Roles table".into(), columns, Table::Roles);
    let Some(design) = view.report.design else { return grid };
    for row in &design.roles {
        grid.push(room, || {
            let settings = effective(design, row);
            let approvers = row.approvers.as_ref().or(settings.activation.approvers.as_ref());
            let text = |text: &Option<String>| Cell::new(text.as_deref().unwrap_or_default());
            vec![
                Cell::new(what(row)),
                Cell::new(place(row)),
                match row.assignment {
                    AssignmentType::Eligible => Cell::new("eligible").class("yes"),
                    AssignmentType::Static => Cell::new("static").class("part"),
                },
                text(&row.description),
                text(&row.audience),
                Cell::lines(
                    row.eligible
                        .iter()
                        .map(|who| holder(who, "may activate"))
                        .chain(row.active.iter().map(|who| holder(who, "holds"))),
                ),
                Cell::lines(approvers.into_iter().flatten().map(Who::as_str)),
                Cell::lines(demands(&settings)),
                text(&row.tier),
            ]
        });
    }
    grid
}

fn what(row: &Row) -> String {
    match (&row.role, &row.group, row.access) {
        (Some(role), ..) => role.clone(),
        (None, Some(group), Some(Access::Owner)) => format!("owner of {group}"),
        (None, Some(group), _) => format!("member of {group}"),
        (None, None, _) => String::new(),
    }
}

fn place(row: &Row) -> String {
    let named = [
        row.unit.as_ref().map(|unit| format!("administrative unit {unit}")),
        row.application.as_ref().map(|application| format!("application {application}")),
        row.scope.clone(),
        row.azure.as_ref().map(|azure| format!("Azure: {azure}")),
        row.group.as_ref().map(|_| "this group".to_owned()),
    ];
    named.into_iter().flatten().next().unwrap_or_else(|| "whole tenant".to_owned())
}

fn holder(holder: &Holder, how: &str) -> String {
    let until = holder.until.as_ref().map(|until| format!(" until {until}")).unwrap_or_default();
    let condition = if holder.condition.is_some() { ", under a condition" } else { "" };
    format!("{} {how}{until}{condition}", holder.who.as_str())
}

/// What the row says, over its template, over what that extends.
fn effective(design: &Design, row: &Row) -> Settings {
    let tier = row.tier.as_ref().and_then(|tier| design.tiers.get(tier));
    let mut settings = row.settings.clone();
    let mut next = row.template.as_ref().or_else(|| tier?.template.as_ref());
    // A template that extends itself is a fault of the design, which is told elsewhere.
    for _ in 0..=design.templates.len() {
        let Some(template) = next.and_then(|name| design.templates.get(name)) else { break };
        settings = settings.over(&template.settings);
        next = template.extends.as_ref();
    }
    settings
}

/// What activation takes, as far as the design says.
fn demands(settings: &Settings) -> Vec<String> {
    let activation = &settings.activation;
    let mut demands = Vec::new();
    demands.extend(activation.max.map(|max| format!("at most {}", period(max.0))));
    let asked = [
        (activation.mfa, "multi-factor sign-in"),
        (activation.justification, "a justification"),
        (activation.ticket, "a ticket"),
        (activation.approval.or(activation.approvers.as_ref().map(|_| true)), "an approval"),
    ];
    demands
        .extend(asked.into_iter().filter(|(asked, _)| *asked == Some(true)).map(|(_, what)| what.to_owned()));
    demands.extend(activation.context.as_ref().map(|context| format!("authentication context {context}")));
    demands.extend(activation.turnaround.map(|length| format!("answered within {}", period(length.0))));
    demands.first_mut().into_iter().for_each(|first| *first = title(first));
    demands
}
