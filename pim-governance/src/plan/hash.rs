//! What makes a plan that one: its hash.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::Plan;

/// Keeps hashes of plans apart from those of anything else, and of plans of another form.
const DOMAIN: &[u8] = b"pim-governance plan v1\n";

impl Plan {
    /// SHA-256 over everything that the plan says. Equal plans have equal hashes, wherever they were saved; a plan
    /// that says anything else has another.
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Hasher(Sha256::new_with_prefix(DOMAIN));
        let written = serde_json::to_writer(&mut hasher, self);
        if let Err(error) = written {
            // Nothing in a plan can fail to be written; were there ever, such plans must not look alike.
            hasher.0.update(error.to_string());
            hasher.0.update(format!("{self:?}"));
        }
        hasher.0.finalize().into()
    }
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
