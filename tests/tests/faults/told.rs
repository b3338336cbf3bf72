//! Everything that is told to people: logs and errors. Fails the test that told a secret.

use pim_core::error::Error;

use crate::scene::SECRETS;

/// An error in every form in which somebody may write it down.
pub(crate) fn error(error: &Error) {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text.push_str(&format!(" {error} {error:?}"));
        cause = error.source();
    }
    for secret in SECRETS {
        assert!(!text.contains(secret), "an error tells {secret}: {text}");
    }
}
