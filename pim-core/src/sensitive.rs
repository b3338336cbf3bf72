//! Values that must not reach a log.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value that `Debug` does not show: a justification, a ticket, a name, a token.
///
/// There is no `Display` and no `Deref`; reading it is the visible act [`Sensitive::expose`]. Serialisation is
/// transparent, because requests are stored and sent with it: keep what is serialised as safe as the
/// value itself.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value. Don't log it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl From<&str> for Sensitive<String> {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Sensitive<String> {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_is_redacted_at_any_depth() {
        let secret: Option<Sensitive<String>> = Some("INC-4711".into());
        assert_eq!(format!("{secret:?}"), "Some([redacted])");
        assert_eq!(secret.map(Sensitive::into_inner).as_deref(), Some("INC-4711"));
    }
}
