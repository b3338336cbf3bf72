//! What is wrong and what is odd, gathered while reading.

use std::sync::Arc;

use super::{Imported, Notice, NoticeKind};
use crate::desired::{
    Design, DesignErrors, DesignFault, FaultKind, Place,
    document::{Mark, words},
};

pub(super) struct Reader {
    pub(super) file: Option<Arc<str>>,
    faults: Vec<DesignFault>,
    notices: Vec<Notice>,
}

impl Reader {
    pub(super) const fn new(file: Option<Arc<str>>) -> Self {
        Self { file, faults: Vec::new(), notices: Vec::new() }
    }

    pub(super) fn fault(&mut self, kind: FaultKind, mark: Mark, path: &str, message: impl Into<String>) {
        let place = Some(self.place(mark));
        self.add(DesignFault { place, ..DesignFault::new(kind, path, message) });
    }

    /// A word that is none of the legal ones; tells the nearest.
    pub(super) fn fault_word(&mut self, mark: Mark, path: &str, word: &str, legal: &[&str]) {
        let near = words::nearest(word, legal.iter().copied());
        let list = legal.join(", ");
        let quoted = words::quote(word);
        let message = match near {
            Some(near) => format!("{quoted} is not a word for this: `{near}`? Expected one of {list}"),
            None => format!("{quoted} is not a word for this: expected one of {list}"),
        };
        let mut fault = DesignFault::new(FaultKind::Value, path, message);
        (fault.place, fault.candidates) =
            (Some(self.place(mark)), near.map(str::to_owned).into_iter().collect());
        self.add(fault);
    }

    pub(super) fn notice(&mut self, kind: NoticeKind, mark: Mark, path: &str, message: impl Into<String>) {
        let notice = Notice { kind, place: self.place(mark), path: path.to_owned(), message: message.into() };
        // A template is read for every entry that uses it.
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }

    pub(super) fn finish(mut self, design: Option<Design>) -> Result<Imported, DesignErrors> {
        match design {
            Some(design) if self.faults.is_empty() => {
                self.notices.sort_by_key(|notice| (notice.place.line, notice.place.column));
                Ok(Imported { design, notices: self.notices })
            }
            _ => Err(DesignErrors::new(self.faults)),
        }
    }

    fn add(&mut self, fault: DesignFault) {
        if !self.faults.contains(&fault) {
            self.faults.push(fault);
        }
    }

    fn place(&self, (line, column): Mark) -> Place {
        Place { file: self.file.clone(), line, column }
    }
}
