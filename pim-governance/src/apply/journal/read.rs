//! Reading lines back.

use std::collections::BTreeSet;

use pim_core::error::{Error, ErrorKind, Result};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    DAMAGED,
    record::{Entry, FORMAT, Header, History, VERSION},
};
use crate::{apply::approval::hash_of, plan::Fingerprint};

/// What every version's first line has.
#[derive(Deserialize)]
struct Kind {
    format: String,
    version: u32,
}

/// What was written, and the length of its whole lines. Nothing, where not even the first is whole: then nothing
/// had been sent either.
pub(super) fn read(bytes: &[u8]) -> Result<(Option<History>, usize)> {
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
    let mut lines = bytes[..whole].split_inclusive(|byte| *byte == b'\n').zip(1..);
    let Some((first, _)) = lines.next() else { return Ok((None, 0)) };
    let header = header(first)?;
    let known: BTreeSet<Fingerprint> = header.plan.steps.iter().map(|step| step.id).collect();
    let mut history = History::new(header);
    for (line, number) in lines {
        let entry: Entry = decode(line, number)?;
        if entry.step().is_some_and(|step| !known.contains(step)) {
            return Err(damaged("the line is about a step that the plan does not have", number));
        }
        if !history.admits(&entry) {
            return Err(damaged("the line tells of something done that was never begun", number));
        }
        history.take(entry);
    }
    Ok((Some(history), whole))
}

fn header(line: &[u8]) -> Result<Header> {
    let kind: Kind = serde_json::from_slice(line).map_err(|_| {
        damaged("this is no journal: give the file that was named when the plan was applied", 1)
    })?;
    if kind.format != FORMAT {
        return Err(damaged("this is no journal: give the file that was named when the plan was applied", 1));
    }
    if kind.version != VERSION {
        let message =
            "the journal is of another version: resume with the program that wrote it, or a newer one";
        return Err(Error::new(ErrorKind::Unsupported, message).with_context("version", kind.version));
    }
    let header: Header = decode(line, 1)?;
    if hash_of(&header.plan) != header.hash {
        return Err(damaged("the plan in the journal was changed after it was written", 1));
    }
    Ok(header)
}

fn decode<T: DeserializeOwned>(line: &[u8], number: usize) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(line);
    let decoded = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let at = error.path().to_string();
        damaged("the line can't be read", number).with_context("field", at)
    })?;
    json.end().map_err(|_| damaged("the line does not end where it should", number))?;
    Ok(decoded)
}

fn damaged(message: &'static str, line: usize) -> Error {
    Error::new(ErrorKind::Malformed, format!("{message}; take a copy that is whole, or plan anew"))
        .with_code(DAMAGED)
        .with_context("line", line)
}
