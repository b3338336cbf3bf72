//! Mail to people whom a change concerns.

use async_trait::async_trait;
use pim_core::{
    error::Result,
    id::PrincipalId,
    mail::{Mail, Notifier},
};

use super::connection::Connection;
use crate::{
    convert,
    endpoints::{Repeat, mail},
};

/// Sends mail through Graph from one mailbox, and keeps no copy among its sent items.
///
/// A mail whose reply was lost may have gone out: `OutcomeUnknown`, and it is never sent again. Delivery is not
/// waited for: Graph takes the mail, and answers to the sender's mailbox where an address does not exist.
///
/// Source: [sendMail](https://learn.microsoft.com/graph/api/user-sendmail).
#[derive(Clone, Debug)]
pub struct GraphMail {
    connection: Connection,
    sender: PrincipalId,
}

impl GraphMail {
    pub(super) const fn new(connection: Connection, sender: PrincipalId) -> Self {
        Self { connection, sender }
    }
}

#[async_trait]
impl Notifier for GraphMail {
    async fn send(&self, mail: &Mail) -> Result<()> {
        let place = mail::send(&self.sender);
        let body = convert::mail::body(mail);
        let sent = self.connection.act(place.act_with(self.connection.root(), &body, Repeat::Never)).await;
        sent.map_err(|error| error.with_context("mail", &mail.id).with_context("sender", &self.sender))
    }
}
