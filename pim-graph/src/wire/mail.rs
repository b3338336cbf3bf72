use super::{Text, wire};

wire! {
    /// A mail to be sent.
    SendMail {
        message: Box<Message>,
        save_to_sent_items: bool,
    }

    /// A mail.
    Message {
        subject: Text,
        body: Box<MessageBody>,
        to_recipients: Vec<Recipient>,
    }

    /// What a mail says.
    MessageBody {
        content_type: Text,
        content: Text,
    }

    /// To whom a mail goes.
    Recipient {
        email_address: Box<EmailAddress>,
    }

    /// An address.
    EmailAddress {
        address: Text,
        name: Text,
    }
}
