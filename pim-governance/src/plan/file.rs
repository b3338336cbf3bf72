//! Plans that are kept: one form in bytes, and a reader that refuses what no plan would say.

use std::{
    collections::HashSet,
    fs::File,
    io::{Read, Write},
    path::Path,
};

use pim_core::error::{Error, ErrorKind, Result};
use serde::Deserialize;

use super::{Change, Fingerprint, Plan};
use crate::whole_file;

/// Read before all else, whatever the rest looks like.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

impl Plan {
    /// The version of the form that this program writes. It reads this one and no newer.
    pub const VERSION: u32 = 1;

    /// The plan as JSON: the same plan gives the same bytes. It holds the reasons that requests are sent with.
    ///
    /// # Errors
    /// `Unexpected` where it can't be written; nothing in a plan is known to cause that.
    pub fn to_json(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(self).map_err(|error| {
            Error::new(ErrorKind::Unexpected, "the plan can't be written as JSON").with_source(error)
        })
    }

    /// The plan that JSON tells, in whatever layout, once it holds together: every step after what it depends on, in
    /// a wave that there is, under the fingerprint of what it does.
    ///
    /// # Errors
    /// `Unsupported` for a plan of a newer version; `Malformed` for anything that is no plan, with the place.
    pub fn from_json(bytes: &[u8]) -> Result<Self> {
        let versioned: Versioned = serde_json::from_slice(bytes).map_err(|error| unreadable("", error))?;
        if versioned.version > Self::VERSION {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "the plan was made by a newer version of this program: use that one, or plan anew",
            )
            .with_context("version", versioned.version));
        }
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let plan: Self = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| unreadable(&error.path().to_string(), error.into_inner()))?;
        reader.end().map_err(|error| unreadable("after the plan", error))?;
        plan.check()?;
        Ok(plan)
    }

    /// Writes the plan to a file, whole or not at all. On Unix only its owner may read it.
    ///
    /// # Errors
    /// `InvalidInput` where the file can't be written, with the system's reason.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        let bytes = self.to_json()?;
        whole_file::save(path.as_ref(), "plan", |file| file.write_all(&bytes))
    }

    /// Reads a plan from a file.
    ///
    /// # Errors
    /// `NotFound` where there is no such file, else as for [`from_json`](Self::from_json).
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|mut file| file.read_to_end(&mut bytes));
        read.map_err(|error| whole_file::unopened(path, error))?;
        Self::from_json(&bytes).map_err(|error| error.with_context("file", path.display()))
    }

    fn check(&self) -> Result<()> {
        let mut seen = HashSet::new();
        let mut wave = 0;
        for (at, step) in self.steps.iter().enumerate() {
            let place = |part: &str| format!("steps[{at}].{part}");
            self.is_of(&step.id, &step.change).map_err(|what| broken(&place("id"), what))?;
            if step.wave >= self.waves.len() {
                return Err(broken(&place("wave"), "there is no such wave"));
            }
            if step.wave < wave {
                return Err(broken(&place("wave"), "an earlier step is of a later wave"));
            }
            wave = step.wave;
            if let Some(late) = step.after.iter().position(|id| !seen.contains(id)) {
                return Err(broken(
                    &place(&format!("after[{late}]")),
                    "no earlier step has this fingerprint",
                ));
            }
            if !seen.insert(step.id) {
                return Err(broken(&place("id"), "an earlier step has the same fingerprint"));
            }
        }
        for (at, refused) in self.refused.iter().enumerate() {
            let place = format!("refused[{at}].id");
            self.is_of(&refused.id, &refused.change).map_err(|what| broken(&place, what))?;
            if !seen.insert(refused.id) {
                return Err(broken(&place, "another difference has the same fingerprint"));
            }
        }
        Ok(())
    }

    fn is_of(&self, id: &Fingerprint, change: &Change) -> Result<(), &'static str> {
        let own = Fingerprint::of(self.tenant.as_ref(), change);
        if own == *id { Ok(()) } else { Err("it is not the fingerprint of the change") }
    }
}

fn unreadable(place: &str, error: serde_json::Error) -> Error {
    // The reader's words quote what it read; a plan holds reasons that are not for logs.
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it is cut off",
        serde_json::error::Category::Syntax => "it is not JSON",
        _ => "a field is missing, unknown or of another kind",
    };
    let (line, column) = (error.line(), error.column());
    broken(place, what).with_context("line", line).with_context("column", column)
}

fn broken(place: &str, what: &str) -> Error {
    let error = Error::new(
        ErrorKind::Malformed,
        format!("this is no sound plan: {what}; take the file as it was made"),
    );
    if place.is_empty() { error } else { error.with_context("at", place) }
}
