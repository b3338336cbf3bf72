//! What a token tells about itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::{Access, AccessToken};

/// What a token tells, as a help to predict what it cannot do. It is not verified and proves nothing; the service
/// decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TokenFacts {
    /// The tenant.
    pub tenant: Option<String>,
    /// The object id of the person or application.
    pub caller: Option<String>,
    /// The application that asked for the token.
    pub application: Option<String>,
    /// On whose behalf it speaks.
    pub access: Option<Access>,
    /// Delegated permissions.
    pub scopes: Vec<String>,
    /// Application permissions.
    pub roles: Vec<String>,
    /// Authentication contexts that were met, such as `c1`.
    pub contexts: Vec<String>,
    /// How the person signed in, such as `pwd` and `mfa`.
    pub methods: Vec<String>,
}

impl AccessToken {
    /// What the token tells; `None` where it is not of the readable kind.
    pub fn facts(&self) -> Option<TokenFacts> {
        let payload =
            URL_SAFE_NO_PAD.decode(self.secret.expose().split('.').nth(1)?.trim_end_matches('=')).ok()?;
        let claims: Claims = serde_json::from_slice(&payload).ok()?;
        let access = match (claims.idtyp.as_deref(), &claims.scp) {
            (Some("app"), _) => Some(Access::Application),
            (Some("user"), _) | (None, Some(_)) => Some(Access::Delegated),
            _ => None,
        };
        Some(TokenFacts {
            tenant: claims.tid,
            caller: claims.oid,
            application: claims.appid.or(claims.azp),
            access,
            scopes: claims.scp.iter().flat_map(|scp| scp.split_whitespace()).map(Into::into).collect(),
            roles: claims.roles,
            contexts: claims.acrs,
            methods: claims.amr,
        })
    }
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Claims {
    tid: Option<String>,
    oid: Option<String>,
    appid: Option<String>,
    azp: Option<String>,
    idtyp: Option<String>,
    scp: Option<String>,
    roles: Vec<String>,
    acrs: Vec<String>,
    amr: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readable_token_tells_and_an_opaque_one_does_not() {
        let payload =
            URL_SAFE_NO_PAD.encode(r#"{"tid":"t","oid":"o","scp":"A.Read B.Write","acrs":["c1"],"exp":7}"#);
        let facts = AccessToken::new(format!("e30.{payload}.sig"), None).facts().unwrap();
        assert_eq!((facts.access, facts.scopes.len()), (Some(Access::Delegated), 2));
        assert_eq!((facts.caller.as_deref(), &facts.contexts[..]), (Some("o"), &["c1".to_owned()][..]));
        for opaque in ["", "opaque", "a.b.c", "a.!.c"] {
            assert_eq!(AccessToken::new(opaque, None).facts(), None, "{opaque}");
        }
    }
}
