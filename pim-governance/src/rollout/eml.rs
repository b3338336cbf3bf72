//! A mail as a file that mail programs open and send: RFC 5322 with MIME.

use mail_builder::{
    MessageBuilder,
    headers::{address::Address as Mailbox, content_type::ContentType},
    mime::MimePart,
};
use pim_core::{
    error::{Error, ErrorKind, Result},
    mail::{Address, Mail},
    sensitive::Sensitive,
    time::Timestamp,
};

/// What a mail says of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Envelope {
    /// Whose mail it is.
    pub from: Address,
    /// What the sender is called.
    pub name: Option<Sensitive<String>>,
    /// Where answers go, if elsewhere.
    pub reply_to: Option<Address>,
    /// When it was written. There is no clock in here: take the client's.
    pub at: Timestamp,
}

/// A mail as `.eml`: text, and HTML where it has some. The same mail in the same envelope gives the same bytes.
///
/// # Errors
/// None is known: addresses and ids are checked when they are made, and everything else is encoded.
pub fn eml(mail: &Mail, envelope: &Envelope) -> Result<Vec<u8>> {
    let mailbox = |address: &Address, name: Option<&Sensitive<String>>| {
        let name = name.map(|name| one_line(name.expose())).filter(|name| !name.is_empty());
        Mailbox::new_address(name, address.expose().to_owned())
    };
    let mut builder = MessageBuilder::new()
        .from(mailbox(&envelope.from, envelope.name.as_ref()))
        .to(mailbox(&mail.to, mail.name.as_ref()))
        .subject(one_line(mail.subject.expose()))
        .date(envelope.at.unix_microseconds().div_euclid(1_000_000))
        .message_id(format!("{}@{}", mail.id, envelope.from.domain()))
        // A person wrote none of these: no out-of-office answers, please (RFC 3834).
        .header("Auto-Submitted", mail_builder::headers::raw::Raw::new("auto-generated"));
    if let Some(reply_to) = &envelope.reply_to {
        builder = builder.reply_to(mailbox(reply_to, None));
    }
    let text = MimePart::new("text/plain", mail.text.expose().as_str());
    let body = match &mail.html {
        None => text,
        Some(html) => {
            // Left alone, the builder would make a boundary from the machine's clock.
            let kind = ContentType::new("multipart/alternative").attribute("boundary", boundary(mail));
            MimePart::new(kind, vec![text, MimePart::new("text/html", html.expose().as_str())])
        }
    };
    builder.body(body).write_to_vec().map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the mail can't be put into a file; report this as a defect")
            .with_source(error)
    })
}

/// What stands nowhere in the mail.
fn boundary(mail: &Mail) -> String {
    let within = |boundary: &String| {
        [Some(&mail.text), mail.html.as_ref()]
            .into_iter()
            .flatten()
            .any(|part| part.expose().contains(boundary))
    };
    let mut boundary = format!("=_{}", mail.id);
    while within(&boundary) {
        boundary.push('_');
    }
    boundary
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    line.trim().to_owned()
}
