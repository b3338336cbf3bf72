//! How much there is of everything, and how much of it was read.

use super::super::{document::Chapter, tables, view::View};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    view.report.snapshot?;
    let mut chapter = Chapter::new("inventory", "Inventory by source");
    chapter.text(
        "Where privileged access lives, and how much of it was seen. A source that was not read is not empty: this \
         report says nothing about what is in it.",
    );
    chapter.table(tables::inventory(view, usize::MAX));
    chapter.note(
        "Roles that Intune, Defender, Exchange Online and Purview keep for themselves are not read. An Entra role \
         that reaches into them, such as Exchange Administrator, is in the lists above like any other.",
    );
    Some(chapter)
}
