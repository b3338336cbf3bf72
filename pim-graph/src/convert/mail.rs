//! Mail. Graph takes one body: HTML where there is some.

use pim_core::mail::Mail;

use crate::wire::{self, Member};

/// The body of a `sendMail`.
pub fn body(mail: &Mail) -> wire::SendMail {
    let (kind, content) = match &mail.html {
        Some(html) => ("HTML", html),
        None => ("Text", &mail.text),
    };
    let body = wire::MessageBody {
        content_type: kind.into(),
        content: content.expose().as_str().into(),
        ..wire::MessageBody::default()
    };
    let address = wire::EmailAddress {
        address: mail.to.expose().into(),
        name: mail.name.as_ref().map_or(Member::Absent, |name| name.expose().as_str().into()),
        ..wire::EmailAddress::default()
    };
    let to =
        wire::Recipient { email_address: Member::Value(Box::new(address)), ..wire::Recipient::default() };
    let message = wire::Message {
        subject: mail.subject.expose().as_str().into(),
        body: Member::Value(Box::new(body)),
        to_recipients: Member::Value(vec![to]),
        ..wire::Message::default()
    };
    wire::SendMail {
        message: Member::Value(Box::new(message)),
        save_to_sent_items: Member::Value(false),
        ..wire::SendMail::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_what_the_page_shows() {
        let to = "emma@contoso.example".parse().unwrap();
        let mut mail = Mail::new("m-1", to, "Your roles change", "Hello".to_owned()).unwrap();
        let expected = serde_json::json!({
            "message": {
                "subject": "Your roles change",
                "body": { "contentType": "Text", "content": "Hello" },
                "toRecipients": [{ "emailAddress": { "address": "emma@contoso.example" } }],
            },
            "saveToSentItems": false,
        });
        assert_eq!(serde_json::to_value(body(&mail)).unwrap(), expected);
        mail.html = Some("<p>Hello</p>".into());
        mail.name = Some("Emma".into());
        let sent = serde_json::to_value(body(&mail)).unwrap();
        assert_eq!(
            sent["message"]["body"],
            serde_json::json!({ "contentType": "HTML", "content": "<p>Hello</p>" })
        );
        assert_eq!(sent["message"]["toRecipients"][0]["emailAddress"]["name"], "Emma");
    }
}
