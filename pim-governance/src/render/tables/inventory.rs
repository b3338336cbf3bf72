//! How much there is, and how much of it was read.

use super::super::{
    Table,
    document::{Cell, Column, Grid},
    text::{capital, source as source_words},
    view::View,
};
use crate::snapshot::{Coverage, SourceKind};

pub(in super::super) fn inventory(view: &View<'_>, room: usize) -> Grid {
    let columns = vec![
        Column::text("Source"),
        Column::number("Rows"),
        Column::text("Read"),
        Column::text("Why not, or not all"),
        Column::hidden("Source id"),
    ];
    let mut grid = Grid::new("inventory".into(), "Inventory by source".into(), columns, Table::Inventory);
    let Some(snapshot) = view.report.snapshot else { return grid };
    for source in SourceKind::ALL {
        grid.push(room, || {
            let reading = snapshot.reading(*source);
            let (word, class) = match &reading.coverage {
                Coverage::Read => ("all", "yes"),
                Coverage::Partial(_) => ("in part", "part"),
                Coverage::Denied(_) => ("not allowed", "no"),
                Coverage::Unsupported(_) => ("not offered", "muted"),
                Coverage::Failed(_) => ("failed", "no"),
                Coverage::NotAsked => ("not asked", "muted"),
            };
            let why = match reading.coverage.reason() {
                Some(reason) => {
                    let code = reason.code.as_ref().map(|code| format!(" [{code}]")).unwrap_or_default();
                    format!("{}{code}", reason.message)
                }
                None => String::new(),
            };
            let rows = match &reading.coverage {
                Coverage::Read | Coverage::Partial(_) => Cell::number(reading.count),
                _ => Cell::muted("–"),
            };
            vec![
                Cell::new(capital(source_words(*source))),
                rows,
                Cell::new(word).class(class),
                Cell::new(why),
                Cell::new(source.as_str()),
            ]
        });
    }
    grid
}
