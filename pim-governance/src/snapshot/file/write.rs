//! Writing.

use std::io::{self, BufWriter, Write};

use flate2::{Compression, write::GzEncoder};
use pim_core::error::{Error, ErrorKind, Result};
use serde::Serialize;

use super::{About, End, FORMAT, Header, Section, Snapshot, VERSION};
use crate::snapshot::row::{Row, Visitor, visit};

pub(super) fn write(snapshot: &Snapshot, to: impl Write) -> io::Result<()> {
    // The fast level: half the time of the usual one, for a tenth more bytes.
    let mut out = BufWriter::new(GzEncoder::new(to, Compression::fast()));
    lines(snapshot, &mut out)?;
    let encoder = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    encoder.finish()?.flush()
}

fn lines(snapshot: &Snapshot, out: &mut impl Write) -> io::Result<()> {
    line(
        out,
        &Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            taken_at: snapshot.taken_at,
            written_by: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        },
    )?;
    line(
        out,
        &About {
            tenant: snapshot.tenant.clone(),
            caller: snapshot.caller.clone(),
            backend: snapshot.backend.clone(),
            coverage: snapshot.coverage.clone(),
        },
    )?;
    let mut sections = Sections { snapshot, out, failed: None };
    let stopped = visit(&mut sections).is_err();
    match sections.failed.take() {
        Some(error) if stopped => Err(error),
        _ => line(sections.out, &End { end: true }),
    }
}

struct Sections<'a, W> {
    snapshot: &'a Snapshot,
    out: &'a mut W,
    /// The writer's own error, which the visit can't carry.
    failed: Option<io::Error>,
}

impl<W: Write> Visitor for Sections<'_, W> {
    fn section<T: Row>(&mut self) -> Result<()> {
        let rows = T::rows(self.snapshot);
        if rows.is_empty() {
            return Ok(());
        }
        let header = Section { section: T::SECTION.to_owned(), rows: rows.len() };
        let written =
            line(self.out, &header).and_then(|()| rows.iter().try_for_each(|row| line(self.out, row)));
        written.map_err(|error| {
            self.failed = Some(error);
            Error::new(ErrorKind::Cancelled, "the writer failed")
        })
    }
}

fn line(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    out.write_all(b"\n")
}
