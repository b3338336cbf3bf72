//! Each message once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use futures::executor::block_on;
use pim_core::{
    error::{Error, ErrorKind, Result},
    mail::Mail,
};

use super::*;

/// Fails as it is told to, and remembers what it was given.
#[derive(Default)]
struct Script {
    fail: HashMap<String, ErrorKind>,
    sent: Mutex<Vec<String>>,
}

#[async_trait]
impl Notifier for Script {
    async fn send(&self, mail: &Mail) -> Result<()> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(mail.id.to_string());
        match self.fail.get(&*mail.id) {
            Some(kind) => Err(Error::new(*kind, "as told")),
            None => Ok(()),
        }
    }
}

fn message(id: &str) -> Message {
    let mut message = Message::new(id, who(1), "s", "t".to_owned());
    message.address = Some("a@b.example".parse().unwrap());
    message
}

#[test]
fn a_second_run_sends_what_failed_and_nothing_else() {
    let mut silent = message("m-0");
    silent.address = None;
    let messages = [message("m-1"), silent, message("m-2"), message("m-3"), message("m-1")];
    let fail = [("m-2".to_owned(), ErrorKind::OutcomeUnknown), ("m-3".to_owned(), ErrorKind::Throttled)];
    let script = Script { fail: fail.into(), ..Script::default() };
    let mut seen = 0;
    let first = block_on(notify(&script, &messages, &NotifyOptions::default(), |_| seen += 1));
    let outcomes: Vec<_> = first.iter().map(|delivery| &delivery.outcome).collect();
    assert_eq!(outcomes[..3], [&Outcome::Delivered, &Outcome::NoAddress, &Outcome::Uncertain]);
    assert!(matches!(outcomes[3], Outcome::Failed { kind: ErrorKind::Throttled, .. }));
    assert_eq!((outcomes[4], seen), (&Outcome::Delivered, 4));
    let mut sent = script.sent.into_inner().unwrap();
    sent.sort();
    assert_eq!(sent, ["m-1", "m-2", "m-3"]);

    // What became of them survives a file.
    let kept: Vec<Delivery> = serde_json::from_str(&serde_json::to_string(&first).unwrap()).unwrap();
    let again = Script::default();
    let options = NotifyOptions { before: &kept, ..NotifyOptions::default() };
    let second = block_on(notify(&again, &messages, &options, |_| {}));
    assert_eq!(again.sent.into_inner().unwrap(), ["m-3"]);
    let outcomes: Vec<_> = second.iter().map(|delivery| &delivery.outcome).collect();
    let before = &Outcome::SentBefore;
    assert_eq!(outcomes, [before, &Outcome::NoAddress, before, &Outcome::Delivered, before]);
}

#[test]
fn a_message_that_failed_is_not_lost_for_standing_there_twice() {
    let script = Script { fail: [("m-1".to_owned(), ErrorKind::Unavailable)].into(), ..Script::default() };
    let messages = [message("m-1"), message("m-1")];
    let first = block_on(notify(&script, &messages, &NotifyOptions::default(), |_| {}));
    assert!(first.iter().all(|delivery| !delivery.outcome.may_have_arrived()), "{first:?}");
}

#[test]
fn an_id_that_is_none_fails_by_itself() {
    let script = Script::default();
    let sent =
        block_on(notify(&script, &[message("../x"), message("m-1")], &NotifyOptions::default(), |_| {}));
    assert!(matches!(sent[0].outcome, Outcome::Failed { kind: ErrorKind::InvalidInput, .. }));
    assert_eq!(sent[1].outcome, Outcome::Delivered);
}

#[test]
fn a_folder_holds_a_file_for_each() {
    let folder = std::env::temp_dir().join(format!("pim-governance-mail-{}", std::process::id()));
    let envelope = Envelope { from: "pim@b.example".parse().unwrap(), name: None, reply_to: None, at: NOW };
    let notifier = Folder::create(&folder, envelope).unwrap();
    let sent =
        block_on(notify(&notifier, &[message("m-1"), message("m-2")], &NotifyOptions::default(), |_| {}));
    assert!(sent.iter().all(|delivery| delivery.outcome == Outcome::Delivered), "{sent:?}");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["m-1.eml", "m-2.eml"]);
    let text = std::fs::read_to_string(folder.join("m-1.eml")).unwrap();
    assert!(text.contains("To: <a@b.example>") && !text.contains("multipart"), "{text}");
    std::fs::remove_dir_all(folder).unwrap();
}
