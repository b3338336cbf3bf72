//! Mail to people whom a change concerns, and who sends it.
//!
//! The type stands here, so that what writes mail and what sends it need not know each other: the one is pure, the
//! other has a network.

use std::{fmt, str::FromStr, sync::Arc};

use async_trait::async_trait;

use crate::{
    error::{Error, ErrorKind, Result},
    sensitive::Sensitive,
};

/// A mail address: `local@domain`, in the letters that mail has always had.
///
/// What it lets in can stand in a header as it is: no blanks, no control characters, nothing that would begin
/// another address. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(Box<str>);

impl Address {
    /// The address. Personal data: don't log it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for Address {
    type Err = InvalidAddress;

    fn from_str(text: &str) -> Result<Self, InvalidAddress> {
        let (local, domain) = text.trim().rsplit_once('@').ok_or(InvalidAddress)?;
        let local_fits = (1..=64).contains(&local.len()) && local.bytes().all(is_local);
        let dots_fit = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        let domain_fits = domain.len() <= 253 && domain.split('.').all(is_label);
        if local_fits && dots_fit && domain_fits { Ok(Self(text.trim().into())) } else { Err(InvalidAddress) }
    }
}

impl TryFrom<&Sensitive<String>> for Address {
    type Error = InvalidAddress;

    fn try_from(text: &Sensitive<String>) -> Result<Self, InvalidAddress> {
        text.expose().parse()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A text that is no mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no mail address: write name@domain in plain letters, an international domain as xn--…")]
#[non_exhaustive]
pub struct InvalidAddress;

impl From<InvalidAddress> for Error {
    fn from(error: InvalidAddress) -> Self {
        Self::new(ErrorKind::InvalidInput, error.to_string())
    }
}

/// The characters of an unquoted local part, by RFC 5322.
const fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'.' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/')
        || matches!(byte, b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// A mail to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mail {
    /// What it is known by: the same mail made again has the same. Letters, digits and `-`.
    pub id: Box<str>,
    /// Where it goes.
    pub to: Address,
    /// Whose address that is.
    pub name: Option<Sensitive<String>>,
    /// What it is about, in one line.
    pub subject: Sensitive<String>,
    /// What it says.
    pub text: Sensitive<String>,
    /// The same as HTML.
    pub html: Option<Sensitive<String>>,
}

impl Mail {
    /// A mail in plain text. Line ends in the subject become blanks.
    ///
    /// # Errors
    /// `InvalidInput` for an id that is empty, longer than 64, or holds anything but letters, digits and `-`: it
    /// becomes part of headers and file names.
    pub fn new(id: &str, to: Address, subject: &str, text: String) -> Result<Self> {
        let fits = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !fits {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the id of a mail is 1 to 64 letters, digits and `-`",
            ));
        }
        let line: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        Ok(Self { id: id.into(), to, name: None, subject: line.into(), text: text.into(), html: None })
    }
}

/// Something that sends mail.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Sends one mail, once: whoever implements this does not send again what may have gone out.
    ///
    /// # Errors
    /// `OutcomeUnknown` where it may have been sent; any other kind where it was not.
    async fn send(&self, mail: &Mail) -> Result<()>;
}

#[async_trait]
impl<N: Notifier + ?Sized> Notifier for Arc<N> {
    async fn send(&self, mail: &Mail) -> Result<()> {
        (**self).send(mail).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_nothing_but_an_address() {
        for good in ["a@b", "emma.clarke@contoso.example", "o'neil+pim@xn--mnchen-3ya.de", " x@y.z "] {
            let address: Address = good.parse().unwrap();
            assert_eq!(address.expose(), good.trim());
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a b@c",
            "a@b c",
            "a@b\r\nBcc: x@y",
            "a\n@b",
            "<a@b>",
            "a@b>",
            "a,b@c",
            "a@b,c@d",
            "\"a\"@b",
            "a..b@c",
            ".a@b",
            "a@-b",
            "a@b..c",
            "zoë@b",
            "a@zoë.de",
            "a;b@c",
            "a:b@c",
            "a@[1.2.3.4]",
            "a@b\0",
        ] {
            assert_eq!(bad.parse::<Address>(), Err(InvalidAddress), "{bad:?}");
        }
        assert_eq!(format!("{:?}", "emma@b".parse::<Address>().unwrap()), "[redacted]");
        assert_eq!("emma@b.example".parse::<Address>().unwrap().domain(), "b.example");
    }

    #[test]
    fn a_subject_is_one_line_and_an_id_is_harmless() {
        let to: Address = "a@b".parse().unwrap();
        let mail = Mail::new("x-1", to.clone(), "one\r\nBcc: two\u{85}three", String::new()).unwrap();
        assert_eq!(mail.subject.expose(), "one  Bcc: two three");
        for id in ["", "../x", "a b", "a\n", &"x".repeat(65)] {
            assert_eq!(
                Mail::new(id, to.clone(), "", String::new()).unwrap_err().kind(),
                ErrorKind::InvalidInput
            );
        }
    }
}
