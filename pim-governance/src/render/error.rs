//! What can go wrong with a report.

/// A report could not be written. Its words hold places in templates, never what the report tells.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A template of your own is wrong.
    #[error("template {name}{}: {problem}; see the templates that the project ships for what is there", place(*.line))]
    Template {
        /// Which.
        name: &'static str,
        /// In which line, where known.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// A table could not be written as CSV: none is known that can't.
    #[error("the table can't be written as CSV; report this as a defect")]
    Csv(#[from] csv::Error),
    /// A part could not be written as JSON: none is known that can't.
    #[error("the report can't be written as JSON; report this as a defect")]
    Json(#[from] serde_json::Error),
}

impl RenderError {
    /// A template that the engine refused. Its own message may quote values, so only the kind of it is told.
    pub(crate) fn template(name: &'static str, error: &minijinja::Error) -> Self {
        let problem = error.kind().to_string();
        Self::Template { name, line: error.line(), problem }
    }
}

fn place(line: Option<usize>) -> String {
    line.map(|line| format!(", line {line}")).unwrap_or_default()
}
