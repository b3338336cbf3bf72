//! Whether the records of a seed fit together.

mod directory;
mod grants;
mod index;
mod words;

use self::index::Index;
use super::{
    error::{Problem, ProblemKind, Problems},
    records::Records,
};

/// Everything that does not fit together.
pub(super) fn problems(records: &Records) -> Problems {
    let mut found = Found::default();
    let index = Index::new(records, &mut found);
    directory::check(records, &index, &mut found);
    grants::check(records, &index, &mut found);
    words::check(records, &mut found);
    found.problems
}

/// Collects problems.
#[derive(Default)]
struct Found {
    problems: Problems,
}

impl Found {
    fn add(&mut self, kind: ProblemKind, path: impl Into<String>, message: impl Into<String>) {
        self.add_with(kind, || (path.into(), message.into()));
    }

    /// Adds a problem whose description is costly.
    fn add_with(&mut self, kind: ProblemKind, describe: impl FnOnce() -> (String, String)) {
        self.problems.push(|| {
            let (path, message) = describe();
            Problem::new(kind, path, message)
        });
    }

    fn conflict(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.add(ProblemKind::Conflict, path, message);
    }

    /// A problem unless `sound`; the path is made only when it is needed.
    fn expect(&mut self, sound: bool, path: impl FnOnce() -> String, message: &str) {
        if !sound {
            self.conflict(path(), message);
        }
    }
}

#[cfg(test)]
mod tests;
