//! What a program tells: chapters of wrapped paragraphs, points and tables.

/// Characters in a line where the terminal does not tell.
pub(crate) const USUAL_WIDTH: usize = 80;

/// Wider lines are hard to read.
const WIDEST: usize = 96;
const NARROWEST: usize = 40;

/// The text that is told, wrapped for a terminal.
#[derive(Clone, Debug)]
pub struct Story {
    text: String,
    width: usize,
    chapters: usize,
}

impl Story {
    pub(crate) fn new(width: usize) -> Self {
        Self { text: String::new(), width: width.clamp(NARROWEST, WIDEST), chapters: 0 }
    }

    /// All that was told.
    pub fn into_text(self) -> String {
        self.text
    }

    /// All that was told so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A new chapter with its number.
    pub(crate) fn chapter(&mut self, title: &str) {
        self.chapters += 1;
        let head = format!("{}. {title}", self.chapters);
        let gap = if self.text.is_empty() { "" } else { "\n" };
        let line = "-".repeat(head.chars().count());
        self.text.push_str(&format!("{gap}{head}\n{line}\n"));
    }

    /// A paragraph.
    pub(crate) fn say(&mut self, text: impl AsRef<str>) {
        self.wrapped("", text.as_ref());
    }

    /// A point of a list.
    pub(crate) fn point(&mut self, text: impl AsRef<str>) {
        self.wrapped("  - ", text.as_ref());
    }

    /// What happened at a time of day, as it is told in a log.
    pub(crate) fn at(&mut self, when: impl std::fmt::Display, text: impl AsRef<str>) {
        self.wrapped(&format!("  {when}  "), text.as_ref());
    }

    /// Aligned columns; figures to the right. The first column gives way where the terminal is narrow.
    pub(crate) fn table(&mut self, rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, i: usize| row.get(i).map_or(0, |text| text.chars().count());
        let mut widths: Vec<usize> =
            (0..columns).map(|i| rows.iter().map(|row| cell(row, i)).max().unwrap_or(0)).collect();
        let total = 2 + widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1);
        if let (Some(first), true) = (widths.first_mut(), total > self.width) {
            *first = first.saturating_sub(total - self.width).max(12);
        }
        if 2 + widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1) > self.width {
            // No room for columns: each row becomes a point.
            return rows.iter().for_each(|row| self.point(row.join(", ")));
        }
        for row in rows {
            let mut line = String::from(" ");
            for (i, text) in row.iter().enumerate() {
                let text = shortened(text, widths[i]);
                let gap = if i == 0 { " " } else { "  " };
                let padding = " ".repeat(widths[i] - text.chars().count());
                // Numbers, and the heads above them.
                let right = i > 0 && rows.last().and_then(|row| row.get(i)).is_some_and(|t| is_figure(t));
                line += gap;
                line += &if right { padding + &text } else { text + &padding };
            }
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }

    fn wrapped(&mut self, head: &str, text: &str) {
        let indent = " ".repeat(head.chars().count());
        let mut line = head.to_owned();
        let mut empty = true;
        for word in text.split_whitespace() {
            let grown = line.chars().count() + usize::from(!empty) + word.chars().count();
            if !empty && grown > self.width {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
                line.clone_from(&indent);
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

fn is_figure(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '%'))
}

fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(2)).collect();
    kept.trim_end().to_owned() + ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_and_columns_are_aligned() {
        let mut story = Story::new(40);
        story.chapter("What stands");
        story.point("one two three four five six seven eight nine ten");
        let row = |cells: [&str; 2]| cells.map(str::to_owned).to_vec();
        story.table(&[
            row(["Role", "people"]),
            row(["A role with a name that is far too long", "7"]),
            row(["Short", "11"]),
        ]);
        assert_eq!(
            story.text(),
            "1. What stands\n--------------\n  - one two three four five six seven\n    eight nine ten\n  Role                            people\n  A role with a name that is f..       7\n  Short                               11\n"
        );
        assert!(story.text().lines().all(|line| line.chars().count() <= 40));
    }
}
