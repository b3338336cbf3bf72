//! Mail as files.

use mail_parser::{MessageParser, MimeHeaders};
use pim_core::{mail::Mail, time::Timestamp};
use proptest::prelude::*;

use super::*;

fn envelope() -> Envelope {
    Envelope {
        from: "pim@contoso.example".parse().unwrap(),
        name: Some("PIM, Zürich".into()),
        reply_to: Some("desk@contoso.example".parse().unwrap()),
        at: Timestamp::from_unix_seconds(1_788_249_600),
    }
}

fn mail(subject: &str, name: &str, text: &str, html: &str) -> Mail {
    let mut mail =
        Mail::new("m-1", "emma@contoso.example".parse().unwrap(), subject, text.to_owned()).unwrap();
    (mail.name, mail.html) = (Some(name.into()), Some(html.into()));
    mail
}

/// The names of the headers, each line of which begins one or goes on with one.
fn headers(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    let mut names: Vec<_> = lines.map(|line| line.split(':').next().unwrap().to_owned()).collect();
    names.sort();
    names
}

const HEADERS: [&str; 9] = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Reply-To",
    "Subject",
    "To",
];

#[test]
fn a_mail_is_read_back_as_it_was() {
    let mail = mail("Grüße: Ihre Rechte", "Zoë Ångström", "Hallo Zoë\n.\nFrom here\n", "<p>Hallo Zoë</p>");
    let bytes = eml(&mail, &envelope()).unwrap();
    assert_eq!(bytes, eml(&mail, &envelope()).unwrap(), "no clock, no chance");
    assert!(bytes.is_ascii(), "old servers take nothing else");
    assert!(bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    let read = MessageParser::new().parse(&bytes).unwrap();
    assert_eq!(read.subject(), Some("Grüße: Ihre Rechte"));
    let to = read.to().unwrap().first().unwrap();
    assert_eq!((to.name(), to.address()), (Some("Zoë Ångström"), Some("emma@contoso.example")));
    let from = read.from().unwrap().first().unwrap();
    assert_eq!((from.name(), from.address()), (Some("PIM, Zürich"), Some("pim@contoso.example")));
    assert_eq!(read.reply_to().unwrap().first().unwrap().address(), Some("desk@contoso.example"));
    assert_eq!(read.date().unwrap().to_timestamp(), 1_788_249_600);
    assert_eq!(read.message_id(), Some("m-1@contoso.example"));
    let text = read.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), "Hallo Zoë\n.\nFrom here");
    assert_eq!(read.body_html(0).unwrap().trim_end(), "<p>Hallo Zoë</p>");
    assert!(read.content_type().unwrap().ctype() == "multipart");
    assert_eq!(headers(&bytes), HEADERS);
}

#[test]
fn a_body_can_not_end_its_part() {
    let evil = "one\r\n--=_m-1--\r\n\r\n--=_m-1\r\nContent-Type: text/html\r\n\r\n<b>two</b>";
    let bytes = eml(&mail("s", "n", evil, "<p>x</p>"), &envelope()).unwrap();
    let read = MessageParser::new().parse(&bytes).unwrap();
    assert_eq!((read.text_body_count(), read.html_body_count(), read.attachment_count()), (1, 1, 0));
    assert!(read.body_text(0).unwrap().contains("<b>two</b>"));
}

#[test]
fn line_ends_set_afterwards_make_no_header() {
    let mut mail = mail("s", "n", "t", "h");
    mail.subject = "a\r\nBcc: x@evil.example".into();
    mail.name = Some("b\r\nBcc: x@evil.example\r\n\r\nbody".into());
    let envelope = Envelope { name: Some("c\nBcc: x@evil.example".into()), ..envelope() };
    assert_eq!(headers(&eml(&mail, &envelope).unwrap()), HEADERS);
}

proptest! {
    #[test]
    fn whatever_names_and_subjects_say_the_headers_are_ours(
        subject in any::<String>(),
        name in any::<String>(),
        sender in any::<String>(),
        text in any::<String>(),
    ) {
        let mut mail = mail("s", &name, &text, &text);
        mail.subject = subject.as_str().into();
        let bytes = eml(&mail, &Envelope { name: Some(sender.into()), ..envelope() }).unwrap();
        prop_assert_eq!(headers(&bytes), HEADERS);
        let read = MessageParser::new().parse(&bytes).unwrap();
        prop_assert_eq!(read.to().unwrap().iter().count(), 1);
        prop_assert_eq!(read.to().unwrap().first().unwrap().address(), Some("emma@contoso.example"));
        prop_assert_eq!((read.text_body_count(), read.html_body_count()), (1, 1));
    }
}
