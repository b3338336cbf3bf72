//! How the deployment was tested.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::{instant, title},
    view::View,
};
use crate::verify::{Test, Verdict};

pub(in super::super) fn verification(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Test"),
        Column::text("What must be so"),
        Column::text("Verdict"),
        Column::text("Why, and what to do"),
        Column::text("What was seen"),
    ];
    let mut grid = Grid::new("verification".into(), "Tests".into(), columns, Table::Verification);
    for check in view.report.verification.into_iter().flat_map(|all| &all.checks) {
        grid.push(room, || {
            let (word, class, rank) = match &check.verdict {
                Verdict::Failed(_) => ("failed", "no", 0),
                Verdict::NotRun(_) => ("not run", "part", 1),
                Verdict::Passed => ("passed", "yes", 2),
            };
            let evidence = check.evidence.iter().map(|one| {
                let ids = [
                    one.request.as_ref().map(|id| format!("request {id}")),
                    one.record.as_ref().map(|id| format!("audit record {id}")),
                ];
                let ids: Vec<_> = ids.into_iter().flatten().collect();
                let ids = if ids.is_empty() { String::new() } else { format!(" ({})", ids.join(", ")) };
                format!("{}: {}{ids}", instant(one.at), view.told(&one.what))
            });
            vec![
                Cell::new(title(check.test.as_str())),
                Cell::new(demand(check.test)),
                Cell::new(word).class(class).sort(rank),
                Cell::new(check.verdict.reason().map(|why| view.told(why)).unwrap_or_default()),
                Cell::lines(evidence).class("proof"),
            ]
        });
    }
    grid
}

const fn demand(test: Test) -> &'static str {
    match test {
        Test::Activation => "Who is eligible can activate, and then holds it.",
        Test::Approval => "A request waits for the approver, and counts once they agree.",
        Test::OwnApproval => "Nobody can approve their own request.",
        Test::Mfa => "A password alone is not enough to activate.",
        Test::Deactivation => "An activation ends by itself, and not before its time.",
        Test::Audit => "All of it is in the audit log.",
    }
}
