//! A journal in this process's memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Journal, JournalError};
use crate::engine::Event;

/// Keeps events as they would be written to a file: one JSON object a line.
#[derive(Debug, Default)]
pub struct MemoryJournal(Mutex<Lines>);

#[derive(Debug, Default)]
struct Lines {
    text: Vec<u8>,
    /// Where each line begins.
    begins: Vec<usize>,
}

impl MemoryJournal {
    /// A journal with the events of [`bytes`](Self::bytes).
    ///
    /// # Errors
    /// For a line that is no event, and for a last line that is cut off.
    pub fn from_bytes(text: &[u8]) -> Result<Self, JournalError> {
        let mut lines = Lines::default();
        for (number, line) in (1..).zip(text.split_inclusive(|b| *b == b'\n')) {
            read_line(line, number)?;
            lines.begins.push(lines.text.len());
            lines.text.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                return Err(JournalError::Corrupt { entry: number, reason: "the line is cut off".into() });
            }
        }
        Ok(Self(Mutex::new(lines)))
    }

    /// Everything that is kept, as JSON lines.
    pub fn bytes(&self) -> Vec<u8> {
        self.lines().text.clone()
    }

    /// A line is added whole or not at all, so a writer that panicked left nothing half done.
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Journal for MemoryJournal {
    async fn append(&self, at: u64, events: &[Event]) -> Result<(), JournalError> {
        let mut text = Vec::new();
        let mut begins = Vec::with_capacity(events.len());
        for event in events {
            begins.push(text.len());
            serde_json::to_writer(&mut text, event).map_err(|error| JournalError::Storage(error.into()))?;
            text.push(b'\n');
        }
        let mut lines = self.lines();
        let found = lines.begins.len() as u64;
        if found != at {
            return Err(JournalError::Conflict { expected: at, found });
        }
        let base = lines.text.len();
        lines.begins.extend(begins.into_iter().map(|begin| base + begin));
        lines.text.extend_from_slice(&text);
        Ok(())
    }

    async fn read(&self, from: u64) -> Result<Vec<Event>, JournalError> {
        let lines = self.lines();
        let first = usize::try_from(from).unwrap_or(usize::MAX);
        let Some(begin) = lines.begins.get(first) else { return Ok(Vec::new()) };
        let kept = lines.text[*begin..].split_inclusive(|b| *b == b'\n');
        (from + 1..).zip(kept).map(|(number, line)| read_line(line, number)).collect()
    }
}

fn read_line(line: &[u8], number: u64) -> Result<Event, JournalError> {
    serde_json::from_slice(line)
        .map_err(|error| JournalError::Corrupt { entry: number, reason: error.to_string() })
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use pim_core::time::Timestamp;

    use super::*;
    use crate::engine::{Fact, Guid};

    fn event(n: u8) -> Event {
        Event { at: Timestamp::UNIX_EPOCH, fact: Fact::GrantStarted { id: Guid([n; 16]) } }
    }

    #[test]
    fn an_append_at_the_wrong_place_changes_nothing() {
        let journal = MemoryJournal::default();
        block_on(journal.append(0, &[event(1), event(2)])).unwrap();
        let error = block_on(journal.append(1, &[event(3)])).unwrap_err();
        assert!(matches!(error, JournalError::Conflict { expected: 1, found: 2 }));
        assert_eq!(block_on(journal.read(0)).unwrap(), [event(1), event(2)]);
        assert_eq!(block_on(journal.read(1)).unwrap(), [event(2)]);
        assert_eq!(block_on(journal.read(2)).unwrap(), []);
    }

    #[test]
    fn bytes_round_trip_and_damage_is_named() {
        let journal = MemoryJournal::default();
        block_on(journal.append(0, &[event(1), event(2)])).unwrap();
        let bytes = journal.bytes();
        assert_eq!(MemoryJournal::from_bytes(&bytes).unwrap().bytes(), bytes);
        let cut = MemoryJournal::from_bytes(&bytes[..bytes.len() - 3]).unwrap_err();
        assert!(cut.to_string().starts_with("entry 2 of the journal can't be read"), "{cut}");
    }
}
