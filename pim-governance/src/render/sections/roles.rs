//! The roles table.

use super::super::{document::Chapter, tables, view::View};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let design = view.report.design?;
    let mut chapter = Chapter::new("roles", "Roles table");
    chapter.text(
        "What is wanted: which roles are used, how each is meant to be held, for whom, and what activating it takes. \
         Eligible: activated when there is work to do. Static: held all the time.",
    );
    if design.roles.is_empty() {
        chapter.text("The design has no rows yet.");
    }
    chapter.table(tables::roles(view, view.report.rows));
    Some(chapter)
}
