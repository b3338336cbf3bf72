//! What a report says, before it is Markdown or HTML. Texts in here are plain; whoever writes them escapes them.

use std::borrow::Cow;

use serde::Serialize;

use super::{
    Table,
    text::{clean, number},
};

/// A whole report.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Document {
    pub(super) title: String,
    /// What a reader must know before reading on.
    pub(super) notice: String,
    /// When, of what, by whom.
    pub(super) facts: Vec<Fact>,
    pub(super) sections: Vec<Chapter>,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Fact {
    pub(super) label: &'static str,
    pub(super) value: String,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Chapter {
    /// The anchor.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) blocks: Vec<Block>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Block {
    Text {
        text: String,
    },
    /// What must not be overlooked.
    Note {
        text: String,
    },
    Heading {
        text: String,
    },
    List {
        entries: Vec<String>,
        ordered: bool,
    },
    Figures {
        figures: Vec<Figure>,
    },
    Terms {
        terms: Vec<(&'static str, &'static str)>,
    },
    Chart(Chart),
    Table(Grid),
}

/// A number that matters.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figure {
    pub(super) value: String,
    pub(super) label: String,
    /// `bad`, `warn` or `good`, where the number is one or the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tone: Option<&'static str>,
}

/// Bars: a row for each category, a bar or a part of one for each series.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Chart {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What is to be seen, in a sentence, for who does not see it.
    pub(super) description: String,
    pub(super) categories: Vec<String>,
    pub(super) series: Vec<Series>,
    /// Parts of one bar, or bars side by side.
    pub(super) stacked: bool,
    /// The colours of the categories, where it is they that differ.
    pub(super) tints: Vec<usize>,
    /// How it is drawn, where it is.
    pub(super) svg: Option<Svg>,
}

/// The inside of an `svg` element.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Svg {
    pub(super) inside: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Clone, Debug, Serialize)]
pub(super) struct Series {
    pub(super) name: String,
    /// One for each category.
    pub(super) values: Vec<u64>,
    /// The number of its colour.
    pub(super) colour: usize,
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Grid {
    pub(super) id: String,
    pub(super) caption: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// How many rows there are; more than in here where the table was cut.
    pub(super) total: usize,
    /// The name of the CSV that has them all.
    pub(super) file: &'static str,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Column {
    pub(super) title: &'static str,
    pub(super) number: bool,
    /// Only machines need it: in CSV, and not on pages.
    #[serde(skip)]
    pub(super) hidden: bool,
}

/// A field of a table: one text, or several that stand under each other.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Cell {
    pub(super) parts: Vec<String>,
    /// How many texts there are; more than in here where a page cut them.
    pub(super) total: usize,
    /// How it is shown: `critical` … `info`, `yes`, `no`, `muted`, `id`, `diff`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) class: Option<Cow<'static, str>>,
    /// What it is sorted by, where that is not its text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sort: Option<u64>,
}

/// How many texts a page lists in one cell.
const LISTED: usize = 20;

impl Chapter {
    pub(super) const fn new(id: &'static str, title: &'static str) -> Self {
        Self { id, title, blocks: Vec::new() }
    }

    pub(super) fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text { text: text.into() });
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Note { text: text.into() });
    }

    pub(super) fn heading(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Heading { text: text.into() });
    }

    pub(super) fn list(&mut self, entries: impl IntoIterator<Item = impl Into<String>>, ordered: bool) {
        let entries = entries.into_iter().map(Into::into).collect();
        self.blocks.push(Block::List { entries, ordered });
    }

    /// A table, unless it is empty.
    pub(super) fn table(&mut self, grid: Grid) {
        if grid.total > 0 {
            self.blocks.push(Block::Table(grid.shown()));
        }
    }

    /// A chart, unless there is nothing to draw.
    pub(super) fn chart(&mut self, chart: Chart) {
        if chart.series.iter().flat_map(|series| &series.values).any(|value| *value > 0) {
            self.blocks.push(Block::Chart(chart));
        }
    }
}

impl Figure {
    pub(super) fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), tone: None }
    }

    /// Marked where the condition holds.
    pub(super) const fn toned(mut self, tone: &'static str, when: bool) -> Self {
        if when {
            self.tone = Some(tone);
        }
        self
    }
}

impl Column {
    pub(super) const fn text(title: &'static str) -> Self {
        Self { title, number: false, hidden: false }
    }

    pub(super) const fn number(title: &'static str) -> Self {
        Self { title, number: true, hidden: false }
    }

    pub(super) const fn hidden(title: &'static str) -> Self {
        Self { title, number: false, hidden: true }
    }
}

impl Cell {
    pub(super) fn new(text: impl AsRef<str>) -> Self {
        Self { parts: vec![clean(text.as_ref()).into_owned()], ..Self::default() }
    }

    pub(super) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let parts = lines.into_iter().map(|line| clean(line.as_ref()).into_owned()).collect();
        Self { parts, ..Self::default() }
    }

    pub(super) fn number(number: impl TryInto<u64>) -> Self {
        let number = number.try_into().unwrap_or(u64::MAX);
        Self { parts: vec![number.to_string()], sort: Some(number), ..Self::default() }
    }

    pub(super) fn class(mut self, class: impl Into<Cow<'static, str>>) -> Self {
        self.class = Some(class.into());
        self
    }

    pub(super) const fn sort(mut self, sort: u64) -> Self {
        self.sort = Some(sort);
        self
    }

    /// Cut to what a page can hold; one more text takes no more room than telling of it.
    fn cut(&mut self, file: &str) {
        self.total = self.parts.len();
        if self.total > LISTED + 1 {
            self.parts.truncate(LISTED);
            self.parts.push(format!("and {} more; all are in {file}", number(self.total - LISTED)));
        }
    }

    pub(super) fn muted(text: impl AsRef<str>) -> Self {
        Self::new(text).class("muted")
    }
}

impl Grid {
    /// A table that takes no more than so many rows, and counts them all.
    pub(super) const fn new(id: String, caption: String, columns: Vec<Column>, table: Table) -> Self {
        Self { id, caption, columns, rows: Vec::new(), total: 0, file: table.file_name() }
    }

    /// What a page shows of it.
    fn shown(mut self) -> Self {
        for row in &mut self.rows {
            let mut columns = self.columns.iter();
            row.retain(|_| columns.next().is_none_or(|column| !column.hidden));
            row.iter_mut().for_each(|cell| cell.cut(self.file));
        }
        self.columns.retain(|column| !column.hidden);
        self
    }

    /// Adds a row, made only if there is room.
    pub(super) fn push(&mut self, room: usize, row: impl FnOnce() -> Vec<Cell>) {
        self.total += 1;
        if self.rows.len() < room {
            let row = row();
            debug_assert_eq!(row.len(), self.columns.len(), "{}", self.id);
            self.rows.push(row);
        }
    }
}
