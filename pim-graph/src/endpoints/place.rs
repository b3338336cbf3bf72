use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Uri, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use pim_core::error::{Error, ErrorKind, Result};
use serde::Serialize;

use super::Query;

/// Which generation of the API. v1.0 wherever it exists, beta only where it must.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete: Graph has these two
pub enum Version {
    /// `v1.0`.
    V1,
    /// `beta`, which may change without notice.
    Beta,
}

/// Whether a call may be sent again when its reply was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete by definition
pub enum Repeat {
    /// A second one changes nothing.
    Safe,
    /// A second one could do it twice, so the outcome has to be looked for.
    Never,
}

/// A request, ready to be authorised and sent.
///
/// The request stands in an extension-free `http::Request`; `Authorization` and the ids for tracing are added by
/// whoever sends it. `Debug` leaves out query and body.
#[allow(clippy::exhaustive_structs)] // complete: made here, taken apart by the sender
pub struct Call {
    /// The request, with an absolute address.
    pub request: Request<Bytes>,
    /// Whether it may be repeated.
    pub repeat: Repeat,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} {}, {:?})", self.request.method(), self.request.uri().path(), self.repeat)
    }
}

/// Where Graph is: one of the clouds' addresses, or an emulator's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root(Box<str>);

impl Root {
    /// The worldwide cloud.
    pub fn global() -> Self {
        Self("https://graph.microsoft.com".into())
    }

    /// The address of a cloud or emulator: scheme and host, no path.
    ///
    /// # Errors
    /// `InvalidInput` for anything else. Whether plain http is acceptable is for the sender to say.
    pub fn new(address: &str) -> Result<Self> {
        let refuse = || {
            Error::new(
                ErrorKind::InvalidInput,
                "the address of Graph is a scheme and a host, such as https://graph.microsoft.com",
            )
        };
        let uri: Uri = address.parse().map_err(|_| refuse())?;
        let bare = matches!(uri.scheme_str(), Some("https" | "http"))
            && uri.authority().is_some_and(|host| !host.as_str().contains('@'))
            && uri.path() == "/"
            && uri.query().is_none();
        if bare { Ok(Self(address.trim_end_matches('/').into())) } else { Err(refuse()) }
    }
}

/// A path below a version of the API, with every part encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    version: Version,
    path: String,
}

impl Place {
    /// A fixed path, as the documentation writes it.
    pub(super) fn at(version: Version, path: &str) -> Self {
        Self { version, path: path.to_owned() }
    }

    /// A fixed step further down.
    #[must_use]
    pub(super) fn then(mut self, step: &str) -> Self {
        self.path.push('/');
        self.path.push_str(step);
        self
    }

    /// The object of that id in a collection.
    #[must_use]
    pub fn id(mut self, id: impl fmt::Display) -> Self {
        self.path.push('/');
        self.path.extend(utf8_percent_encode(&id.to_string(), SEGMENT));
        self
    }

    /// Those of a collection that concern the caller. `on` says how, in the collection's own words, such as
    /// `principal`, `reviewer` or `target`.
    #[must_use]
    pub fn by_current_user(self, on: &'static str) -> Self {
        self.then(&format!("filterByCurrentUser(on='{on}')"))
    }

    /// How many there are, as plain text. Needs [`Query::eventual`].
    #[must_use]
    pub fn count(self) -> Self {
        self.then("$count")
    }

    /// Those of one type in a collection of several, such as `microsoft.graph.user`. Needs [`Query::eventual`].
    #[must_use]
    pub fn only(self, kind: &str) -> Self {
        self.id(kind)
    }

    /// The links to those in a collection instead of themselves.
    #[must_use]
    pub fn links(self) -> Self {
        self.then("$ref")
    }

    /// What changed since the state that a link of an earlier answer holds; without one, everything.
    #[must_use]
    pub fn changes(self) -> Self {
        self.then("delta")
    }

    /// The version it belongs to.
    pub const fn version(&self) -> Version {
        self.version
    }

    /// The path below the version, as it is sent.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Reads it.
    ///
    /// # Errors
    /// `InvalidInput` where the address is longer than HTTP allows; so all others.
    pub fn read(&self, root: &Root, query: &Query) -> Result<Call> {
        self.call(root, Method::GET, query, Bytes::new(), Repeat::Safe)
    }

    /// Adds to the collection.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn create(&self, root: &Root, body: &impl Serialize) -> Result<Call> {
        self.call(root, Method::POST, &Query::default(), json(body)?, Repeat::Never)
    }

    /// Does what the path names, with a body.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn act_with(&self, root: &Root, body: &impl Serialize, repeat: Repeat) -> Result<Call> {
        self.call(root, Method::POST, &Query::default(), json(body)?, repeat)
    }

    /// Does what the path names.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn act(&self, root: &Root, repeat: Repeat) -> Result<Call> {
        self.call(root, Method::POST, &Query::default(), Bytes::new(), repeat)
    }

    /// Changes the members named in the body.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn update(&self, root: &Root, body: &impl Serialize) -> Result<Call> {
        self.call(root, Method::PATCH, &Query::default(), json(body)?, Repeat::Safe)
    }

    /// Changes it once: for decisions, which a second call finds taken.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn decide(&self, root: &Root, body: &impl Serialize) -> Result<Call> {
        self.call(root, Method::PATCH, &Query::default(), json(body)?, Repeat::Never)
    }

    /// Puts the body in its place.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn replace(&self, root: &Root, body: &impl Serialize) -> Result<Call> {
        self.call(root, Method::PUT, &Query::default(), json(body)?, Repeat::Safe)
    }

    /// Deletes it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn delete(&self, root: &Root) -> Result<Call> {
        self.call(root, Method::DELETE, &Query::default(), Bytes::new(), Repeat::Safe)
    }

    fn call(&self, root: &Root, method: Method, query: &Query, body: Bytes, repeat: Repeat) -> Result<Call> {
        let version = match self.version {
            Version::V1 => "v1.0",
            Version::Beta => "beta",
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/{version}{}{}", root.0, self.path, query.text()))
            .header(header::ACCEPT, HeaderValue::from_static("application/json"))
            // Without it Graph hides the newer members of an enumeration behind `unknownFutureValue`:
            // https://learn.microsoft.com/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations
            .header("prefer", HeaderValue::from_static("include-unknown-enum-members"));
        if query.eventual {
            request = request.header("consistencylevel", HeaderValue::from_static("eventual"));
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let request = request.body(body).map_err(|_| {
            Error::new(
                ErrorKind::InvalidInput,
                "the address of the call cannot be written: ask for less at once",
            )
            .with_context("path", &self.path)
        })?;
        Ok(Call { request, repeat })
    }
}

/// What a path segment cannot hold as it is. Quotes, `=`, `(` and `,` belong to OData and stay.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b':')
    .remove(b',')
    .remove(b'=');

fn json(body: &impl Serialize) -> Result<Bytes> {
    serde_json::to_vec(body).map(Bytes::from).map_err(|_| {
        Error::new(ErrorKind::Unexpected, "the body of a call cannot be written as JSON; please report it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_cannot_leave_its_segment() {
        let place = Place::at(Version::V1, "/groups").id("a/../b?$filter=x#y z%").then("owners");
        let call = place.read(&Root::global(), &Query::default()).unwrap();
        assert_eq!(
            call.request.uri().to_string(),
            "https://graph.microsoft.com/v1.0/groups/a%2F..%2Fb%3F%24filter=x%23y%20z%25/owners"
        );
    }

    #[test]
    fn roots_are_bare_addresses() {
        assert_eq!(Root::new("http://127.0.0.1:8080/").unwrap(), Root("http://127.0.0.1:8080".into()));
        for bad in ["graph.microsoft.com", "https://a@b", "https://a/v1.0", "https://a/?x", "ftp://a", ""] {
            assert_eq!(Root::new(bad).unwrap_err().kind(), ErrorKind::InvalidInput, "{bad}");
        }
    }

    #[test]
    fn only_what_changes_nothing_twice_is_repeatable() {
        let (root, place) = (Root::global(), Place::at(Version::Beta, "/x"));
        let body = serde_json::json!({"a": 1});
        assert_eq!(place.create(&root, &body).unwrap().repeat, Repeat::Never);
        assert_eq!(place.decide(&root, &body).unwrap().repeat, Repeat::Never);
        let call = place.update(&root, &body).unwrap();
        assert_eq!(call.repeat, Repeat::Safe);
        assert_eq!(call.request.headers()["content-type"], "application/json");
        assert_eq!(call.request.headers()["prefer"], "include-unknown-enum-members");
        assert_eq!(format!("{call:?}"), "Call(PATCH /beta/x, Safe)");
    }
}
