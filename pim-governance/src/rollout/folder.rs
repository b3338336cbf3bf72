//! Mail as files.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use pim_core::{
    error::{Error, ErrorKind, Result},
    mail::{Mail, Notifier},
};

use super::eml::{Envelope, eml};
use crate::whole_file;

/// Writes each mail into a folder as `.eml`, named after its id: to be looked at, or sent by another program. A mail
/// that is there already is written again, with the same content.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    envelope: Envelope,
}

impl Folder {
    /// A folder, made where there is none.
    ///
    /// # Errors
    /// `InvalidInput` where it can't be made.
    pub fn create(path: impl AsRef<Path>, envelope: Envelope) -> Result<Self> {
        let path = path.as_ref().to_owned();
        fs::create_dir_all(&path).map_err(|error| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the folder can't be made ({}): choose a place that may be written to", error.kind()),
            )
            .with_context("folder", path.display())
            .with_source(error)
        })?;
        Ok(Self { path, envelope })
    }

    /// The file of a mail.
    pub fn file_of(&self, mail: &Mail) -> PathBuf {
        self.path.join(format!("{}.eml", mail.id))
    }
}

#[async_trait]
impl Notifier for Folder {
    async fn send(&self, mail: &Mail) -> Result<()> {
        let bytes = eml(mail, &self.envelope)?;
        whole_file::save(&self.file_of(mail), "mail", |file| file.write_all(&bytes))
    }
}
