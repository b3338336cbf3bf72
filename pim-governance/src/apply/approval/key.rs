//! The keys that approvals are signed and checked with.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{
    SigningKey, VerifyingKey,
    pkcs8::{
        DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, spki::der::pem::LineEnding,
    },
};
use pim_core::{
    error::{Error, ErrorKind, Result},
    sensitive::Sensitive,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An approver's secret: who has it can approve in their name. `Debug` does not show it.
#[derive(Clone)]
pub struct SigningSecret(SigningKey);

/// What approvals of one approver are checked with. Not secret, but who may change it may approve.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApproverKey(VerifyingKey);

impl SigningSecret {
    /// A new secret, from the system's randomness.
    ///
    /// # Errors
    /// `Unavailable` where the system gives none.
    pub fn generate() -> Result<Self> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| {
            Error::new(
                ErrorKind::Unavailable,
                "the system gives no randomness: try again later, or give a seed",
            )
            .with_context("because", error)
        })?;
        Ok(Self::from_seed(&seed))
    }

    /// The secret of 32 bytes, which must be random and secret themselves.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Reads a secret: PEM of PKCS#8, as `openssl genpkey -algorithm ed25519` writes it, or its 32 bytes in base64.
    ///
    /// # Errors
    /// `InvalidInput`, which does not quote the text.
    pub fn from_text(text: &str) -> Result<Self> {
        let text = text.trim();
        let key = if text.starts_with("-----") {
            SigningKey::from_pkcs8_pem(text).ok()
        } else {
            bytes(text).map(|seed| SigningKey::from_bytes(&seed))
        };
        key.map(Self).ok_or_else(|| {
            let message = "this is no ed25519 secret: give PEM of PKCS#8 (`openssl genpkey -algorithm ed25519`), or \
                           its 32 bytes in base64";
            Error::new(ErrorKind::InvalidInput, message)
        })
    }

    /// As PEM of PKCS#8. Keep it where nobody else reads.
    ///
    /// # Errors
    /// None that is known of: the form holds every key.
    pub fn to_pem(&self) -> Result<Sensitive<String>> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(unwritten)?;
        Ok(Sensitive::new(pem.as_str().to_owned()))
    }

    /// What its approvals are checked with.
    pub fn public(&self) -> ApproverKey {
        ApproverKey(self.0.verifying_key())
    }

    pub(super) const fn key(&self) -> &SigningKey {
        &self.0
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SigningSecret").field(&"[redacted]").finish()
    }
}

impl ApproverKey {
    /// Reads a key: PEM, as `openssl pkey -pubout` writes it, or its 32 bytes in base64.
    ///
    /// # Errors
    /// `InvalidInput`.
    pub fn from_text(text: &str) -> Result<Self> {
        let text = text.trim();
        let key = if text.starts_with("-----") {
            VerifyingKey::from_public_key_pem(text).ok()
        } else {
            bytes(text).and_then(|key| VerifyingKey::from_bytes(&key).ok())
        };
        // A weak key has signatures that fit any message.
        key.filter(|key| !key.is_weak()).map(Self).ok_or_else(|| {
            let message =
                "this is no ed25519 public key: give PEM (`openssl pkey -pubout`), or its 32 bytes in base64";
            Error::new(ErrorKind::InvalidInput, message)
        })
    }

    /// As PEM.
    ///
    /// # Errors
    /// None that is known of: the form holds every key.
    pub fn to_pem(&self) -> Result<String> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(unwritten)
    }

    /// As base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0.as_bytes())
    }

    pub(super) const fn key(&self) -> &VerifyingKey {
        &self.0
    }
}

impl fmt::Debug for ApproverKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ApproverKey").field(&self.to_base64()).finish()
    }
}

impl Serialize for ApproverKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_base64())
    }
}

impl<'de> Deserialize<'de> for ApproverKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_text(&text).map_err(|error| serde::de::Error::custom(error.message()))
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn unwritten(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Unexpected, "the key can't be written as PEM; report this as a defect")
        .with_source(error)
}
