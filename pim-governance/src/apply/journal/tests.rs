use std::{fs, path::PathBuf};

use pim_core::time::Timestamp;

use super::{super::Status, *};
use crate::plan::{Change, Fingerprint, Guarded, Plan, Remaining, Risk, Step};

const NOW: Timestamp = Timestamp::from_unix_seconds(1_788_249_600);

fn plan() -> Plan {
    let steps = ["one", "two"].map(|name| {
        let change = Change::RemoveReview { name: name.to_owned() };
        Step {
            id: Fingerprint::of(None, &change),
            wave: 0,
            after: Vec::new(),
            change,
            rests_on: Vec::new(),
            inverse: None,
            risk: Risk::Low,
            why: "not needed".to_owned(),
        }
    });
    Plan {
        version: Plan::VERSION,
        taken_at: NOW,
        tenant: None,
        guarded: Guarded::default(),
        waves: vec!["settings".to_owned()],
        steps: steps.into(),
        refused: Vec::new(),
        unread: Vec::new(),
        notices: Vec::new(),
        administrators: Remaining::default(),
    }
}

fn hash() -> String {
    crate::apply::approval::hash_of(&plan())
}

fn intent(step: usize) -> Entry {
    Entry::Intent { step: plan().steps[step].id, at: NOW }
}

fn result(step: usize, status: Status) -> Entry {
    Entry::Result(Box::new(Recorded {
        step: plan().steps[step].id,
        at: NOW,
        status,
        reason: None,
        failure: None,
        request: None,
        made: None,
    }))
}

/// A journal with every kind of line.
fn written() -> Vec<u8> {
    let memory = Memory::default();
    let mut journal = Journal::on(memory.clone());
    journal.begin(Mode::Run, &plan(), &hash()).unwrap();
    journal.add(Entry::Run { at: NOW, caller: None, backend: "embedded".to_owned() }).unwrap();
    for entry in [intent(0), result(0, Status::Done), intent(1), result(1, Status::Unconfirmed)] {
        journal.add(entry).unwrap();
    }
    memory.bytes()
}

fn read(bytes: &[u8]) -> Result<Journal> {
    Journal::continued(bytes, Memory::default()).map(|(journal, _)| journal)
}

/// A file of this test's own, which is gone with it.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        let name = format!("pim-governance-{}-{name}.journal", std::process::id());
        let path = std::env::temp_dir().join(name);
        let _ = fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn what_was_written_is_read_again() {
    let journal = read(&written()).unwrap();
    assert_eq!((journal.plan(), journal.mode()), (Some(&plan()), Some(Mode::Run)));
    let history = journal.history().unwrap();
    assert!(history.settled(&plan().steps[0].id).is_some());
    assert_eq!(history.state(&plan().steps[1].id).unwrap().open_since(), Some(NOW));
    assert!(!journal.is_complete());
}

#[test]
fn cut_anywhere_the_whole_lines_count() {
    let bytes = written();
    for length in 0..=bytes.len() {
        let (journal, whole) = Journal::continued(&bytes[..length], Memory::default()).unwrap();
        let lines = bytes[..length].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(journal.plan().is_some(), lines > 0);
        assert!(whole <= length && (whole == 0 || bytes[whole - 1] == b'\n'));
        let open = journal.history().map_or(0, |history| {
            plan().steps.iter().filter(|step| history.state(&step.id).is_some()).count()
        });
        // Header, run, then two lines for each step.
        assert_eq!(open, [0, 0, 0, 1, 1, 2, 2][lines], "{length}");
    }
}

#[test]
fn any_other_damage_is_refused_with_its_line() {
    let text = String::from_utf8(written()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        lines.join("\n") + "\n"
    };
    let other = serde_json::to_string(&Entry::Intent {
        step: Fingerprint::of(None, &Change::RemoveReview { name: "three".to_owned() }),
        at: NOW,
    });
    let changed = lines[0].replace("not needed", "not wanted");
    let cases = [
        (with(0, "{}"), 1),
        (with(0, &changed), 1),
        (with(2, ""), 3),
        (with(2, &lines[2][..20]), 3),
        (with(3, &format!("{} {}", lines[3], lines[3])), 4),
        (with(4, other.unwrap().as_str()), 5),
        (with(4, lines[1]), 6),
        (format!("{}\n", lines[1]), 1),
        ("not a journal\n".to_owned(), 1),
    ];
    for (damaged, line) in cases {
        let error = read(damaged.as_bytes()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, Some(DAMAGED)), "{error}");
        assert!(error.context().any(|fact| fact == ("line", line.to_string().as_str())), "{error}");
    }
    let newer = lines[0].replacen("\"version\":1", "\"version\":2", 1);
    assert_eq!(read(with(0, &newer).as_bytes()).unwrap_err().kind(), ErrorKind::Unsupported);
}

#[test]
fn a_file_is_made_once_and_opened_by_one() {
    let file = File::new("one");
    let mut journal = Journal::create(&file.0).unwrap();
    assert_eq!(Journal::create(&file.0).unwrap_err().kind(), ErrorKind::AlreadyExists);
    assert_eq!(Journal::open(&file.0).unwrap_err().code(), Some(IN_USE));
    journal.begin(Mode::Run, &plan(), &hash()).unwrap();
    journal.add(intent(0)).unwrap();
    drop(journal);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file.0).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let mut journal = Journal::open(&file.0).unwrap();
    assert_eq!(journal.plan(), Some(&plan()));
    assert_eq!(journal.begin(Mode::Run, &plan(), &hash()).unwrap_err().kind(), ErrorKind::InvalidInput);
    journal.add(result(0, Status::Done)).unwrap();
    drop(journal);
    assert!(Journal::open(&file.0).unwrap().history().unwrap().settled(&plan().steps[0].id).is_some());
    assert_eq!(Journal::open(file.0.with_extension("none")).unwrap_err().kind(), ErrorKind::NotFound);
    let nowhere = file.0.with_extension("none").join("journal");
    assert_eq!(Journal::create(nowhere).unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_file_that_a_crash_cut_goes_on_with_whole_lines() {
    let file = File::new("torn");
    let bytes = written();
    let cut = bytes.len() - 9;
    fs::write(&file.0, &bytes[..cut]).unwrap();
    let mut journal = Journal::open(&file.0).unwrap();
    journal.add(result(1, Status::Done)).unwrap();
    drop(journal);
    assert!(Journal::open(&file.0).unwrap().is_complete());
}

#[test]
fn after_a_write_that_failed_none_is_tried() {
    #[derive(Debug)]
    struct Once(Memory, bool);
    impl Storage for Once {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            if std::mem::replace(&mut self.1, false) {
                self.0.append(&bytes[..3])?;
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.append(bytes)
        }
    }
    let memory = Memory::default();
    let mut journal = Journal::on(Once(memory.clone(), true));
    assert!(journal.begin(Mode::Run, &plan(), &hash()).is_err());
    assert!(journal.begin(Mode::Run, &plan(), &hash()).is_err());
    assert_eq!(memory.bytes().len(), 3, "nothing comes after a torn line");
}
