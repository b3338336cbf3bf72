//! Reading a tenant once, judging it offline, and changing it by plan.

mod act;
mod judge;
mod snapshot;

pub use self::{
    act::{Tell, act},
    judge::judge,
    snapshot::Tenant,
};

use pim_core::error::{Error, ErrorKind, Result};
use pim_governance::desired::Design;
use serde::{Deserialize, Serialize};

/// A design as its text, and what it is called in messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DesignText {
    text: String,
    #[serde(default)]
    json: bool,
}

impl DesignText {
    fn read(&self) -> Result<Design> {
        let read = if self.json { Design::from_json(&self.text) } else { Design::from_yaml(&self.text) };
        read.map_err(Error::from)
    }
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| {
        Error::new(ErrorKind::Unexpected, "the answer can't be written as JSON").with_source(error)
    })
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}
