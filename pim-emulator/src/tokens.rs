//! Bearer tokens: who calls, and what for.
//!
//! A token is a number that only this process knows: there is no signature to check and no secret in it. One that
//! names its permissions can be read as the service's can, by clients that look what they may do. The emulator is
//! for this machine.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pim_core::{
    id::{ContextId, PrincipalId, TenantId},
    policy::{Session, SessionKind},
    time::{Period, Timestamp},
};
use pim_embedded::engine::Caller;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What to put into a token. Name a person (`principal`) or an application (`app`), not both.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct NewToken {
    /// The person who signed in: a delegated token.
    pub principal: Option<PrincipalId>,
    /// The application that acts for itself, by the object id of its service principal.
    pub app: Option<PrincipalId>,
    /// Delegated permissions, such as `RoleManagement.Read.Directory`; absent for all.
    pub scopes: Option<BTreeSet<String>>,
    /// Application permissions; absent for all. The application must also hold in the seed what the engine asks
    /// for, because it acts as itself.
    pub roles: Option<BTreeSet<String>>,
    /// Whether the sign-in was multi-factor.
    pub mfa: bool,
    /// The authentication contexts that the sign-in satisfied.
    pub contexts: BTreeSet<ContextId>,
    /// How long the token is good, on the service's clock; absent for ever.
    pub lifetime: Option<Period>,
}

/// A token of neither a person nor an application, or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a token is for a person (`principal`) or for an application (`app`), not for both and not for nobody"
)]
#[non_exhaustive]
pub struct InvalidToken;

/// What a token says.
#[derive(Clone, Debug)]
pub(crate) struct Bearer {
    pub(crate) caller: Caller,
    /// `None` for every permission.
    permissions: Option<BTreeSet<String>>,
    expires: Option<Timestamp>,
}

/// The tokens given out.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    given: HashMap<String, Bearer>,
}

impl Bearer {
    /// Whether a person stands behind it.
    pub(crate) fn is_delegated(&self) -> bool {
        self.caller.session.kind == SessionKind::Person
    }

    /// Whether it carries one of these permissions.
    pub(crate) fn has_any(&self, accepted: &[&str]) -> bool {
        self.permissions.as_ref().is_none_or(|own| {
            own.iter().any(|own| accepted.iter().any(|accepted| accepted.eq_ignore_ascii_case(own)))
        })
    }

    pub(crate) fn principal(&self) -> &PrincipalId {
        &self.caller.principal
    }
}

impl Tokens {
    /// Gives out a token.
    pub(crate) fn give(
        &self,
        new: NewToken,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<String, InvalidToken> {
        let (caller, permissions) = match (new.principal, new.app) {
            (Some(principal), None) => {
                let session = Session {
                    kind: SessionKind::Person,
                    mfa: new.mfa,
                    contexts: new.contexts,
                    delegated: true,
                };
                (Caller { principal, session }, new.scopes)
            }
            (None, Some(app)) => (Caller::application(app), new.roles),
            _ => return Err(InvalidToken),
        };
        let bearer = Bearer { caller, permissions, expires: new.lifetime.map(|lifetime| now + lifetime) };
        let mut state = self.lock();
        let serial = format!("emulated-{:08x}", state.given.len() + 1);
        let token = match claims(&bearer, tenant) {
            Some(claims) => {
                format!("{}.{}.{serial}", part(&json!({ "typ": "JWT", "alg": "none" })), part(&claims))
            }
            None => serial,
        };
        state.given.insert(token.clone(), bearer);
        Ok(token)
    }

    /// What a token says, unless it is unknown or has expired.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Bearer> {
        self.lock().given.get(token).filter(|bearer| bearer.expires.is_none_or(|end| now < end)).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What can be read out of a token; nothing of one that has every permission, since nobody could list them.
///
/// Source: [Access token claims](https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference).
fn claims(bearer: &Bearer, tenant: &TenantId) -> Option<Value> {
    let permissions = bearer.permissions.as_ref()?;
    let mut claims = json!({ "tid": tenant, "oid": bearer.principal() });
    if bearer.is_delegated() {
        let session = &bearer.caller.session;
        claims["idtyp"] = "user".into();
        claims["scp"] = permissions.iter().map(String::as_str).collect::<Vec<_>>().join(" ").into();
        claims["amr"] = if session.mfa { json!(["pwd", "mfa"]) } else { json!(["pwd"]) };
        claims["acrs"] = json!(session.contexts);
    } else {
        claims["idtyp"] = "app".into();
        claims["roles"] = json!(permissions);
    }
    Some(claims)
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}
