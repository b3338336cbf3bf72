//! Everything that is told to people: logs and errors. Fails the test that told a secret.

use std::{
    fmt::{Debug, Write},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use pim_core::error::Error;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::scene::SECRETS;

static HEARD: AtomicUsize = AtomicUsize::new(0);
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Hears every log of this process from now on, down to the finest, those of the HTTP library too.
pub(crate) fn listen() {
    tracing::subscriber::set_global_default(Ears).expect("the only subscriber");
    log::set_logger(&Ears).expect("the only logger");
    log::set_max_level(log::LevelFilter::Trace);
}

/// An error in every form in which somebody may write it down.
pub(crate) fn error(error: &Error) {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        write!(text, " {error} {error:?}").expect("a text");
        cause = error.source();
    }
    hear("an error", &text);
}

/// Text that people may see.
pub(crate) fn hear(whose: &str, text: &str) {
    HEARD.fetch_add(1, Relaxed);
    if let Some(secret) = SECRETS.iter().find(|secret| text.contains(**secret)) {
        TOLD.lock().unwrap().push(format!("{whose} tells `{secret}`: {text}"));
    }
}

pub(crate) fn assert_nothing_was_told() {
    let (heard, told) = (HEARD.load(Relaxed), TOLD.lock().unwrap());
    println!("{heard} lines of logs and errors heard");
    assert!(heard > 100, "nothing was heard, which proves nothing");
    assert!(told.is_empty(), "{} times, such as {}", told.len(), told[0]);
}

struct Ears;

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").expect("a text");
    }
}

impl Subscriber for Ears {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        let mut line = Line::default();
        span.record(&mut line);
        hear(span.metadata().target(), &line.0);
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line::default();
        values.record(&mut line);
        hear("a span", &line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        hear(event.metadata().target(), &line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl log::Log for Ears {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        hear(record.target(), &record.args().to_string());
    }

    fn flush(&self) {}
}
