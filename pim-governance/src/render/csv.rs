//! Tables as CSV, whole: RFC 4180, UTF-8, a first line with the columns' names.

use super::{document::Grid, error::RenderError};

/// Between the texts of one field.
const BETWEEN: &str = "; ";

pub(super) fn write(grid: &Grid) -> Result<String, RenderError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(grid.columns.iter().map(|column| column.title))?;
    for row in &grid.rows {
        writer.write_record(row.iter().zip(&grid.columns).map(|(cell, column)| {
            let text = cell.parts.join(BETWEEN);
            if column.number { text } else { inert(text) }
        }))?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    // Made of texts and nothing else.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The text as a spreadsheet shows it, rather than computes it.
///
/// Source: [CSV injection](https://owasp.org/www-community/attacks/CSV_Injection).
fn inert(text: String) -> String {
    const STARTS: [char; 9] = ['=', '+', '-', '@', '\t', '＝', '＋', '－', '＠'];
    if text.trim_start().starts_with(STARTS) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_gets_an_apostrophe() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", "＝1"] {
            assert_eq!(inert(text.to_owned()), format!("'{text}"));
        }
        for text in ["", "a=b", "1-2", "Ada", "'=1"] {
            assert_eq!(inert(text.to_owned()), text);
        }
    }
}
