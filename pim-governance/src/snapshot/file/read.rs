//! Reading.

use std::io::{BufRead, BufReader};

use flate2::bufread::GzDecoder;
use pim_core::error::{Error, ErrorKind, Result};
use serde::de::DeserializeOwned;

use super::{About, End, FORMAT, Header, Section, Snapshot, VERSION};
use crate::snapshot::row::{Row, Visitor, visit};

pub(super) fn read(mut from: impl BufRead) -> Result<Snapshot> {
    let start = from.fill_buf().map_err(|error| unreadable(0).with_source(error))?;
    if !start.starts_with(&GZIP) {
        return Err(foreign());
    }
    let mut lines = Lines { from: BufReader::new(GzDecoder::new(from)), text: String::new(), number: 0 };
    let header = header(&mut lines)?;
    let about: About = lines.next("about")?;
    let mut snapshot = Snapshot::unread(header.taken_at);
    snapshot.tenant = about.tenant;
    snapshot.caller = about.caller;
    snapshot.backend = about.backend;
    snapshot.coverage = about.coverage;
    let mut sections = Sections { snapshot, lines, ahead: None, ended: false };
    sections.look_ahead()?;
    visit(&mut sections)?;
    if let Some(section) = sections.ahead {
        return Err(sections.lines.wrong(
            format!("the list `{}` is unknown or out of order", section.section),
            "the file was changed by another program: take the snapshot again",
        ));
    }
    sections.snapshot.link();
    Ok(sections.snapshot)
}

const GZIP: [u8; 2] = [0x1f, 0x8b];

fn header<R: BufRead>(lines: &mut Lines<R>) -> Result<Header> {
    lines.advance()?;
    let read: Option<serde_json::Value> = serde_json::from_str(&lines.text).ok();
    let format = read.as_ref().and_then(|header| header.get("format")?.as_str());
    if format != Some(FORMAT) {
        return Err(foreign());
    }
    let version = read.as_ref().and_then(|header| header.get("version")?.as_u64());
    if let Some(version) = version.filter(|version| *version > u64::from(VERSION)) {
        return Err(Error::new(
            ErrorKind::Unsupported,
            format!(
                "a newer version of this program wrote the snapshot (format {version}, this one reads up to \
                 {VERSION}): use that version, or take the snapshot again with this one"
            ),
        ));
    }
    let header: Header = lines.parse("header")?;
    if header.version == 0 {
        return Err(lines.wrong("there is no format 0", "take the snapshot again"));
    }
    Ok(header)
}

fn foreign() -> Error {
    Error::new(
        ErrorKind::Malformed,
        "this is no snapshot: give a file that `Snapshot::save` wrote (gzip over lines of JSON)",
    )
}

fn unreadable(line: usize) -> Error {
    Error::new(
        ErrorKind::Malformed,
        "the file is damaged or cut off: copy it again, or take the snapshot again",
    )
    .with_context("line", line)
}

struct Lines<R> {
    from: R,
    text: String,
    number: usize,
}

impl<R: BufRead> Lines<R> {
    fn advance(&mut self) -> Result<()> {
        self.text.clear();
        self.number += 1;
        match self.from.read_line(&mut self.text) {
            Ok(read) if read > 0 => Ok(()),
            Ok(_) => Err(unreadable(self.number)),
            Err(error) => Err(unreadable(self.number).with_source(error)),
        }
    }

    fn next<T: DeserializeOwned>(&mut self, list: &str) -> Result<T> {
        self.advance()?;
        self.parse(list)
    }

    fn parse<T: DeserializeOwned>(&self, list: &str) -> Result<T> {
        serde_json::from_str(&self.text).map_err(|error| self.explain::<T>(list, &error))
    }

    /// What is wrong and where. The reader's own words may quote the file, which holds names of people: only
    /// what it expected is told.
    fn explain<T: DeserializeOwned>(&self, list: &str, error: &serde_json::Error) -> Error {
        let path =
            serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_str(&self.text))
                .err()
                .map(|error| error.path().to_string())
                .filter(|path| path != ".");
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or_default();
        let what = match said.rfind("expected ") {
            Some(at) => said[at..].to_owned(),
            None if said.starts_with("missing field") || said.starts_with("EOF") => said.to_owned(),
            None => "it can't be read".to_owned(),
        };
        let wrong = self.wrong(what, "the file was changed by another program: take the snapshot again");
        let wrong = wrong.with_context("list", list).with_context("column", error.column());
        match path {
            Some(path) => wrong.with_context("field", path),
            None => wrong,
        }
    }

    fn wrong(&self, what: impl std::fmt::Display, remedy: &str) -> Error {
        Error::new(ErrorKind::Malformed, format!("a line is wrong, {what}: {remedy}"))
            .with_context("line", self.number)
    }
}

struct Sections<R> {
    snapshot: Snapshot,
    lines: Lines<R>,
    /// The list that comes next; `None` once the last line was read.
    ahead: Option<Section>,
    ended: bool,
}

impl<R: BufRead> Sections<R> {
    fn look_ahead(&mut self) -> Result<()> {
        self.lines.advance()?;
        if serde_json::from_str::<End>(&self.lines.text).is_ok_and(|end| end.end) {
            self.ended = true;
            return self.nothing_after();
        }
        self.ahead = Some(self.lines.parse("sections")?);
        Ok(())
    }

    /// Reads on to the end, which is where the checksum is.
    fn nothing_after(&mut self) -> Result<()> {
        self.lines.text.clear();
        match self.lines.from.read_line(&mut self.lines.text) {
            Ok(0) => Ok(()),
            Ok(_) => Err(self.lines.wrong(
                "more follows the last line",
                "the file was changed by another program: take the snapshot again",
            )),
            Err(error) => Err(unreadable(self.lines.number).with_source(error)),
        }
    }
}

impl<R: BufRead> Visitor for Sections<R> {
    fn section<T: Row>(&mut self) -> Result<()> {
        let Some(section) = self.ahead.take_if(|section| section.section == T::SECTION) else {
            return Ok(());
        };
        // A file may claim any number; only what it holds takes space.
        let mut rows = Vec::with_capacity(section.rows.min(1 << 16));
        for _ in 0..section.rows {
            rows.push(self.lines.next::<T>(T::SECTION)?);
        }
        *T::rows_mut(&mut self.snapshot) = rows;
        self.look_ahead()
    }
}
