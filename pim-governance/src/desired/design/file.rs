//! Designs from and to files.

use std::{fs::File, io::Read as _, path::Path, sync::Arc};

use super::Design;
use crate::desired::{
    document::{Broken, Node, check, json, schema, write, yaml},
    fault::{DesignErrors, DesignFault, FaultKind, Place, Places},
};

/// Larger than any design, and small enough to be read whole.
const MOST_BYTES: u64 = 16 << 20;

impl Design {
    /// Reads YAML. Comments, anchors and aliases are welcome; an unknown key is a fault.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line, column and path.
    pub fn from_yaml(text: &str) -> Result<Self, DesignErrors> {
        from(yaml::read(text), None)
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line, column and path.
    pub fn from_json(text: &str) -> Result<Self, DesignErrors> {
        from(json::read(text), None)
    }

    /// Reads a file: JSON where its name ends in `.json`, else YAML.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with file, line, column and path; one fault of kind
    /// [`Unreadable`](FaultKind::Unreadable) where it can't be read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, DesignErrors> {
        let path = path.as_ref();
        let name: Arc<str> = path.display().to_string().into();
        let text = contents(path).map_err(|message| {
            DesignErrors::new(vec![DesignFault::new(FaultKind::Unreadable, "", format!("{name}: {message}"))])
        })?;
        let is_json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
        from(if is_json { json::read(&text) } else { yaml::read(&text) }, Some(name))
    }

    /// Writes YAML that reads back as the same design. Comments of a file that it was read from are not kept.
    pub fn to_yaml(&self) -> String {
        // Through JSON, which keeps the order of the fields; a design always is JSON.
        let text = self.to_json();
        json::read(&text).map(|tree| write::write(&tree)).unwrap_or_default()
    }

    /// Writes JSON that reads back as the same design.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The JSON Schema of the format, for editors.
    pub fn schema() -> serde_json::Value {
        schema::schema().clone()
    }
}

fn contents(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| format!("can't be opened: {error}"))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| format!("can't be read: {error}"))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("is larger than any design (16 MiB)".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        format!("is not UTF-8, from line {line} on; save it as UTF-8")
    })
}

fn from(tree: Result<Node, Broken>, file: Option<Arc<str>>) -> Result<Design, DesignErrors> {
    let at = |(line, column)| Some(Place { file: file.clone(), line, column });
    let tree = tree.map_err(|Broken { mark, message }| {
        let fault = DesignFault { place: at(mark), ..DesignFault::new(FaultKind::Syntax, "", message) };
        DesignErrors::new(vec![fault])
    })?;
    let faults = check::check(&tree);
    if !faults.is_empty() {
        let placed = faults.into_iter().map(|(mark, fault)| DesignFault { place: at(mark), ..fault });
        return Err(DesignErrors::new(placed.collect()));
    }
    let places = Places::new(tree.places(), file.clone());
    let mut value = tree.to_json();
    if let Some(members) = value.as_object_mut() {
        members.remove("$schema");
    }
    let mut design: Design = serde_path_to_error::deserialize(value).map_err(|error| {
        let path = match error.path().to_string() {
            whole if whole == "." => String::new(),
            path => path,
        };
        let place = places.find(&path);
        let message = error.into_inner().to_string();
        DesignErrors::new(vec![DesignFault { place, ..DesignFault::new(FaultKind::Value, path, message) }])
    })?;
    design.places = places;
    Ok(design)
}
