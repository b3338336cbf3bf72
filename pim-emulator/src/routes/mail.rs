//! Mail that callers send. It goes nowhere: the log of requests keeps it.

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::Context;
use crate::{
    body,
    call::{Answer, Reply},
    entity::entities,
    refusal::Refusal,
    scopes,
};

entities! {
    SEND_MAIL = "sendMail", ["message", "saveToSentItems"], [];
    MESSAGE = "message", [
        "subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "sender",
        "importance", "attachments", "internetMessageHeaders"
    ], [];
    BODY = "itemBody", ["contentType", "content"], [];
    RECIPIENT = "recipient", ["emailAddress"], [];
    ADDRESS = "emailAddress", ["address", "name"], [];
}

/// `POST /users/{id}/sendMail`.
pub(super) fn send(context: &Context<'_>, sender: &str) -> Answer {
    context.expect(&Method::POST, &scopes::MAIL_SEND)?;
    let sender = context.tenant.user(&sender.parse()?).ok_or_else(no_mailbox)?;
    if context.call.bearer.is_delegated() && *context.call.bearer.principal() != sender.id {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
        ));
    }
    if sender.mail.is_none() {
        return Err(no_mailbox());
    }
    let asked = context.call.json()?;
    body::known(&asked, &SEND_MAIL)?;
    let message = object(&asked, "message")?;
    body::known(message, &MESSAGE)?;
    if let Some(text) = message.get("body") {
        let text = text.as_object().ok_or_else(|| wrong("body"))?;
        body::known(text, &BODY)?;
        let kind = text.get("contentType").and_then(Value::as_str).unwrap_or("Text");
        if !["text", "html"].contains(&kind.to_ascii_lowercase().as_str()) {
            return Err(wrong("contentType"));
        }
    }
    let mut recipients = 0;
    for list in ["toRecipients", "ccRecipients", "bccRecipients"] {
        for recipient in message.get(list).and_then(Value::as_array).into_iter().flatten() {
            let recipient = recipient.as_object().ok_or_else(|| wrong(list))?;
            body::known(recipient, &RECIPIENT)?;
            let address = object(recipient, "emailAddress")?;
            body::known(address, &ADDRESS)?;
            body::needed(address, "address")?;
            recipients += 1;
        }
    }
    if recipients == 0 {
        return Err(Refusal::new(
            StatusCode::BAD_REQUEST,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid., A valid recipient is needed.",
        ));
    }
    Ok(Reply::new(StatusCode::ACCEPTED, None))
}

fn object<'b>(body: &'b Map<String, Value>, name: &str) -> Result<&'b Map<String, Value>, Refusal> {
    body.get(name).and_then(Value::as_object).ok_or_else(|| wrong(name))
}

fn wrong(name: &str) -> Refusal {
    Refusal::bad_request(format!(
        "The property '{name}' is needed, in the form that the page of sendMail shows."
    ))
}

fn no_mailbox() -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "MailboxNotEnabledForRESTAPI",
        "The mailbox is either inactive, soft-deleted, or is hosted on-premise.",
    )
}
