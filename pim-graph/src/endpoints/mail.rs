//! Mail.

use pim_core::id::PrincipalId;

use super::{Place, Version};

/// Sends a mail as somebody, once: a second call sends a second mail. Answers 202 before it is delivered.
/// Source: [sendMail](https://learn.microsoft.com/graph/api/user-sendmail).
pub fn send(sender: &PrincipalId) -> Place {
    Place::at(Version::V1, "/users").id(sender).then("sendMail")
}
