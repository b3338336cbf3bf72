//! Who holds what without end, and who has it for a time or may activate it.

use super::super::{document::Chapter, tables, text::count, view::View};

pub(super) fn permanent(view: &View<'_>) -> Option<Chapter> {
    view.report.snapshot?;
    let grid = tables::permanent(view, view.report.rows);
    let mut chapter = Chapter::new("permanent", "Permanent assignments");
    chapter.text(
        "Rights that count at every moment, whether anybody needs them just then or not. Each is an open door for \
         whoever takes over the account. What PIM is for is to make this list short: emergency accounts stay, \
         everybody else becomes eligible and activates when there is work to do.",
    );
    if grid.total == 0 {
        chapter.text("There is none, as far as was read.");
    } else {
        chapter.text(format!(
            "There {} {}. Members of groups are listed one by one.",
            if grid.total == 1 { "is" } else { "are" },
            count(grid.total, "such right", "such rights")
        ));
    }
    chapter.table(grid);
    Some(chapter)
}

pub(super) fn temporary(view: &View<'_>) -> Option<Chapter> {
    view.report.snapshot?;
    let grid = tables::temporary(view, view.report.rows);
    let mut chapter = Chapter::new("temporary", "Eligible and time-bound access");
    chapter.text(
        "Rights that end by themselves, and rights that their holder has to activate first: for some hours, with a \
         reason, and where the settings say so with somebody else's approval.",
    );
    if grid.total == 0 {
        chapter.text("There is none, as far as was read.");
    }
    chapter.table(grid);
    Some(chapter)
}
