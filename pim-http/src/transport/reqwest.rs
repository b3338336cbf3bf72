//! The transport that programs use.

use std::{error::Error as _, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http::{Request, Response};
use pim_core::error::{Error, ErrorKind, Result};

use super::{Body, Transport, TransportError};

/// HTTP/1.1 and HTTP/2 with TLS by rustls, the roots of the operating system, and gzip.
#[derive(Clone, Debug)]
pub struct ReqwestTransport(reqwest::Client);

impl ReqwestTransport {
    /// With defaults: 10 seconds to connect, 100 seconds without any byte before an answer counts as lost, and
    /// the proxy that the environment names.
    ///
    /// # Errors
    /// `Unexpected` where TLS cannot be set up, such as on a system without any root certificates.
    pub fn new() -> Result<Self> {
        let builder = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(10))
            .read_timeout(Duration::from_secs(100));
        Self::from_builder(builder)
    }

    /// With a proxy, roots or limits of one's own. Redirects are switched off: a token must not follow one.
    ///
    /// # Errors
    /// As [`ReqwestTransport::new`].
    pub fn from_builder(builder: reqwest::ClientBuilder) -> Result<Self> {
        // reqwest's own retry stays on: it repeats only what HTTP/2 says was never processed.
        let client = builder.redirect(reqwest::redirect::Policy::none()).referer(false).build();
        client.map(Self).map_err(|error| {
            let why = told(error);
            Error::new(
                ErrorKind::Unexpected,
                format!("the HTTP client can't be set up: {why}; install ca-certificates or name the roots to trust"),
            )
        })
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Body>, TransportError> {
        let request = request.try_into().map_err(|error| TransportError::not_sent(told(error)))?;
        let response = self.0.execute(request).await.map_err(|error| {
            let sent = !(error.is_connect() || error.is_builder());
            let why = told(error);
            if sent { TransportError::maybe_sent(why) } else { TransportError::not_sent(why) }
        })?;
        let length = response.content_length().and_then(|length| usize::try_from(length).ok());
        let (status, version, headers) = (response.status(), response.version(), response.headers().clone());
        let chunks = response.bytes_stream().map_err(|error| TransportError::maybe_sent(told(error)));
        let mut answer = Response::new(Body::new(chunks.boxed(), length));
        *answer.status_mut() = status;
        *answer.version_mut() = version;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

/// The whole chain of causes without the address; the outermost alone does not say why.
fn told(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
