//! The one place that a token may go to.

use std::{fmt, str::FromStr};

use http::Uri;
use pim_core::error::{Error, ErrorKind, Result};
use url::{Host, Origin, Url};

/// The origin of a service: scheme, host and port. Requests, and tokens with them, go nowhere else.
///
/// Plain http is allowed to this machine alone.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Endpoint(Url);

impl Endpoint {
    /// The address of a request to this service: a path goes to it, and a whole address has to belong to it.
    ///
    /// # Errors
    /// `Malformed` for an address elsewhere, or with the credentials of somebody in it.
    pub fn resolve(&self, address: &str) -> Result<Uri> {
        // A link that starts with two slashes names a host, which `join` would follow.
        let url = self.0.join(address).map_err(|_| foreign("it is no address"))?;
        if url.origin() != self.origin() {
            return Err(foreign("it belongs to another origin"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(foreign("it holds credentials"));
        }
        url.as_str().split('#').next().unwrap_or_default().parse().map_err(|_| foreign("it is no address"))
    }

    /// The origin without a slash at its end.
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }

    fn origin(&self) -> Origin {
        self.0.origin()
    }
}

impl FromStr for Endpoint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::new(ErrorKind::InvalidInput, format!("the service's address {why}"));
        let url = Url::parse(text)
            .map_err(|_| wrong("can't be read; it looks like https://graph.microsoft.com"))?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(wrong("has to be https; plain http would show the token to others")),
        }
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("has to be scheme, host and port alone"));
        }
        Ok(Self(url))
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.as_str())
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The link itself stays out of the message: it may hold somebody's name, or a token.
fn foreign(why: &str) -> Error {
    Error::new(ErrorKind::Malformed, format!("an address was refused and nothing was sent: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        for good in
            ["https://graph.microsoft.com", "http://127.0.0.1:8080/", "http://localhost:1", "http://[::1]:9"]
        {
            good.parse::<Endpoint>().unwrap();
        }
        for bad in [
            "http://graph.microsoft.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "ftp://localhost",
            "https://graph.microsoft.com/v1.0",
            "https://me:secret@graph.microsoft.com",
            "graph.microsoft.com",
            "",
        ] {
            assert_eq!(bad.parse::<Endpoint>().unwrap_err().kind(), ErrorKind::InvalidInput, "{bad}");
        }
    }

    #[test]
    fn only_the_own_origin_is_an_address() {
        let graph: Endpoint = "https://graph.microsoft.com".parse().unwrap();
        let resolved = graph.resolve("/v1.0/users?$top=1&$skiptoken=a%20b").unwrap();
        assert_eq!(resolved, "https://graph.microsoft.com/v1.0/users?$top=1&$skiptoken=a%20b");
        assert_eq!(graph.resolve("https://GRAPH.microsoft.com:443/beta").unwrap().path(), "/beta");
        for bad in [
            "https://graph.microsoft.com.example.com/v1.0",
            "https://example.com/v1.0",
            "http://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com:8443/v1.0",
            "https://graph.microsoft.com@example.com/v1.0",
            "https://me@graph.microsoft.com/v1.0",
            "//example.com/v1.0",
            "\\\\example.com/v1.0",
            "data:text/plain,x",
        ] {
            assert_eq!(graph.resolve(bad).unwrap_err().kind(), ErrorKind::Malformed, "{bad}");
        }
    }
}
