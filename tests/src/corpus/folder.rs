use std::path::Path;

use serde_json::Value;

use super::{Page, Schema};

/// A directory of pages, and the schema that lies beside it.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Folder {
    /// The pages by name.
    pub pages: Vec<Page>,
    /// The schema as it is written, where the file was found.
    pub schema: Option<Value>,
    /// Its types.
    pub types: Option<Schema>,
}

impl Folder {
    /// Reads every `*.json` of a directory, and the schema: the file named, or else `graph-schema.json` in the
    /// directory above.
    ///
    /// # Errors
    /// In words, where the directory or a file in it cannot be read, or where it holds no page.
    pub fn read(directory: &Path, schema: Option<&Path>) -> Result<Self, String> {
        let place = directory.display();
        let expected = "expected is a directory of pages: *.json, each with a list `examples` of `request` and `response`";
        let entries = std::fs::read_dir(directory)
            .map_err(|error| format!("cannot read {place}: {error}; {expected}"))?;
        let mut files = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| format!("cannot read {place}: {error}"))?.path();
            if path.is_file() && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
                files.push(path);
            }
        }
        files.sort_unstable();
        if files.is_empty() {
            return Err(format!("{place} holds no pages; {expected}"));
        }
        let schema = self::schema(directory, schema)?;
        let types = schema.as_ref().map(Schema::read).transpose()?;
        let mut folder = Self { pages: Vec::new(), schema, types };
        for file in files {
            let text =
                std::fs::read(&file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            folder.pages.push(Page::parse(&name, &text));
        }
        Ok(folder)
    }
}

fn schema(directory: &Path, named: Option<&Path>) -> Result<Option<Value>, String> {
    // Canonical, so that `.` and `pages/..` have a directory above them.
    let beside = || Some(directory.canonicalize().ok()?.parent()?.join("graph-schema.json"));
    let Some(file) = named.map(Path::to_path_buf).or_else(|| beside().filter(|file| file.exists())) else {
        return Ok(None);
    };
    let wrong = |error: &dyn std::fmt::Display| format!("cannot read the schema {}: {error}", file.display());
    let text = std::fs::read(&file).map_err(|error| wrong(&error))?;
    serde_json::from_slice(&text).map(Some).map_err(|error| wrong(&error))
}
