//! Try by try.

use std::{future::Future, time::Duration};

use bytes::Bytes;
use http::{
    HeaderValue, Request, StatusCode, Uri,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT},
};
use pim_core::{
    error::{Error, ErrorKind, Result, Retry},
    time::Period,
};
use tokio::time::Instant;

use super::{Call, Opened, Reply, Service, log::Try};
use crate::{
    auth::{AccessToken, Challenge},
    odata::is_cut,
    retry::{Idempotency, Permit, Tries, Verdict, retry_after, verdict},
    transport::{Progress, TransportError},
};

/// Larger answers are lists, whose reader finds out.
const MOST_CHECKED: usize = 256 * 1024;

/// No service says more to refuse.
const LONGEST_REFUSAL: usize = 1 << 20;

impl Service {
    /// Sends a request and reads the answer, trying again as often as is allowed and harmless.
    ///
    /// Statuses in the 400s come as [`Reply`], for the backend to tell what they mean, except where the pipeline
    /// itself deals with them: 401, 408, 429 and claims challenges.
    ///
    /// # Errors
    /// `Malformed` for an address elsewhere (nothing is sent), a redirect, or an answer that is no HTTP.
    /// `Unavailable` when the service can't be reached or keeps failing, `Throttled` when it keeps refusing, `Timeout`
    /// when time ran out before anything was sent, or for a read. `Unauthenticated` and `StepUpRequired` when the
    /// token does not do. `OutcomeUnknown` for a write that was sent and whose outcome could not be learned.
    pub async fn call(&self, call: Call) -> Result<Reply> {
        match self.run(call, Want::Whole).await? {
            Done::Whole(reply) => Ok(reply),
            Done::Open(opened) => Ok(Reply::new(StatusCode::OK, opened.headers, Bytes::new())),
        }
    }

    /// Sends a request and gives the answer as it comes. One that is no success comes whole, as the other side.
    ///
    /// # Errors
    /// As [`Service::call`]; what happens to the body later is the reader's.
    pub async fn open(&self, call: Call) -> Result<std::result::Result<Opened, Reply>> {
        Ok(match self.run(call, Want::Head).await? {
            Done::Whole(reply) => Err(reply),
            Done::Open(opened) => Ok(opened),
        })
    }

    async fn run(&self, call: Call, want: Want) -> Result<Done> {
        let address = self.endpoint().resolve(&call.address)?;
        let limit = call.deadline.or(self.0.options.deadline);
        let mut run = Run {
            service: self,
            id: new_id(),
            deadline: limit.map(|limit| Instant::now() + limit.to_std()),
            tries: Tries::default(),
            token: None,
            challenged: false,
            replaced: false,
            lost_answer: false,
            call,
            address,
        };
        loop {
            match run.once(want).await? {
                Step::Done(done) => return Ok(done),
                Step::Again => {}
                // By now the permit is back: who waits takes nobody's place.
                Step::After(wait) => {
                    let slept = timely(run.deadline, tokio::time::sleep(wait)).await;
                    slept.ok_or_else(|| run.out_of_time(false))?;
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Want {
    Whole,
    Head,
}

enum Done {
    Whole(Reply),
    Open(Opened),
}

enum Step {
    Done(Done),
    Again,
    After(Duration),
}

/// One call on its way.
struct Run<'a> {
    service: &'a Service,
    call: Call,
    address: Uri,
    id: HeaderValue,
    deadline: Option<Instant>,
    tries: Tries,
    /// A token got to answer a challenge or a refusal, for the next try.
    token: Option<AccessToken>,
    challenged: bool,
    replaced: bool,
    /// An earlier try may have been carried out.
    lost_answer: bool,
}

impl Run<'_> {
    async fn once(&mut self, want: Want) -> Result<Step> {
        let permit = self.enter().await?;
        let token = self.token().await?;
        let request = self.request(token.as_ref())?;
        let started = Instant::now();
        let sent = timely(self.deadline, self.service.0.transport.send(request)).await;
        let took = started.elapsed();
        let log = Try {
            method: self.call.method.clone(),
            address: self.address.clone(),
            call: self.id.clone(),
            number: self.tries.total(),
            took,
        };
        let response = match sent {
            None => return Err(self.out_of_time(true)),
            Some(Ok(response)) => response,
            Some(Err(error)) => {
                log.failed(&error);
                return self.lost(&error, &log);
            }
        };
        let (head, body) = response.into_parts();
        log.answered(head.status, &head.headers);
        if want == Want::Head && head.status.is_success() {
            permit.answered();
            return Ok(Step::Done(Done::Open(Opened {
                headers: head.headers,
                body,
                deadline: self.deadline,
            })));
        }
        let longest = self.service.longest_answer();
        let longest = if head.status.is_success() { longest } else { longest.min(LONGEST_REFUSAL) };
        let body = match timely(self.deadline, body.collect(longest)).await {
            None => return Err(self.out_of_time(true)),
            Some(Ok(Some(body))) => body,
            // The status alone tells what became of it, and a server error is taken as one.
            Some(Ok(None) | Err(_)) if !head.status.is_success() => Bytes::new(),
            Some(Ok(None)) if self.call.idempotency == Idempotency::Once => {
                return Err(unknown("the service took the request, but its answer is too long to be read"));
            }
            Some(Ok(None)) => return Err(too_long()),
            Some(Err(error)) => {
                log.failed(&error);
                return self.lost(&error, &log);
            }
        };
        let mut reply = Reply::new(head.status, head.headers, body);
        reply.repeated = self.lost_answer;
        if reply.status.is_success() && reply.body.len() <= MOST_CHECKED && is_cut_json(&reply) {
            let error = TransportError::maybe_sent("the answer breaks off");
            log.failed(&error);
            return self.lost(&error, &log);
        }
        self.judge(reply, token, &permit, &log).await
    }

    async fn enter(&self) -> Result<Permit> {
        let patience = self.service.retry().patience.to_std();
        match timely(self.deadline, self.service.0.limiter.enter(patience)).await {
            None => Err(self.out_of_time(false)),
            Some(Ok(permit)) => Ok(permit),
            Some(Err(wait)) => Err(throttled().with_retry(Retry::After(Period::from_std(wait)))),
        }
    }

    async fn token(&mut self) -> Result<Option<AccessToken>> {
        if let Some(token) = self.token.take() {
            return Ok(Some(token));
        }
        let Some(tokens) = self.service.tokens() else { return Ok(None) };
        match timely(self.deadline, tokens.get(None)).await {
            None => Err(self.out_of_time(false)),
            Some(token) => token.map(Some),
        }
    }

    fn request(&self, token: Option<&AccessToken>) -> Result<Request<Bytes>> {
        let mut request = Request::new(self.call.body.clone());
        *request.method_mut() = self.call.method.clone();
        *request.uri_mut() = self.address.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.call.headers);
        headers.insert("client-request-id", self.id.clone());
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("application/json"));
        if let Ok(agent) = HeaderValue::from_str(&self.service.0.options.user_agent) {
            headers.entry(USER_AGENT).or_insert(agent);
        }
        if !self.call.body.is_empty() {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
        }
        if let Some(token) = token {
            let value = HeaderValue::from_str(&format!("Bearer {}", token.secret.expose()));
            let mut value = value.map_err(|_| {
                Error::new(ErrorKind::Unauthenticated, "the token holds characters that no token has")
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(request)
    }

    /// No answer, or part of one.
    fn lost(&mut self, error: &TransportError, log: &Try) -> Result<Step> {
        let unsent = error.progress == Progress::NotSent;
        if self.call.idempotency == Idempotency::Once && !unsent {
            return Err(unknown("the connection broke after the request was sent").with_source(error.clone()));
        }
        self.lost_answer |= !unsent;
        match self.tries.failed(self.service.retry()) {
            Some(wait) => {
                log.waits(wait);
                Ok(Step::After(wait))
            }
            None => {
                let words = format!(
                    "the service can't be reached: {error}; check the network, the proxy and the certificates that \
                     are trusted"
                );
                Err(Error::new(ErrorKind::Unavailable, words)
                    .with_retry(Retry::Exhausted)
                    .with_source(error.clone()))
            }
        }
    }

    async fn judge(
        &mut self,
        reply: Reply,
        token: Option<AccessToken>,
        permit: &Permit,
        log: &Try,
    ) -> Result<Step> {
        let retry = self.service.retry();
        let asked = retry_after(&reply.headers, self.service.clock().now());
        let idempotency = self.call.idempotency;
        match verdict(reply.status, &reply.headers, &reply.body, idempotency, retry.unavailable_writes) {
            Verdict::Answer if reply.status.is_redirection() => Err(reply.read_error().into_error(
                ErrorKind::Malformed,
                "the service sent the request elsewhere, which is not followed",
            )),
            Verdict::Answer => {
                permit.answered();
                match token {
                    Some(token) => self.admitted(reply, token).await,
                    None => Ok(Step::Done(Done::Whole(reply))),
                }
            }
            Verdict::Refused => {
                let wait = self.tries.refused(retry, asked);
                // Everybody waits as long as the service asked, also where this call gives up.
                permit.refused(wait.or(asked.map(Period::to_std)).unwrap_or_else(|| retry.wait(0)));
                match wait {
                    Some(wait) => {
                        log.waits(wait);
                        // The gate holds this call too, and lets it in with the others.
                        Ok(Step::Again)
                    }
                    None => {
                        let retry = asked.map_or(Retry::Exhausted, Retry::After);
                        let (kind, words) = if reply.status == StatusCode::TOO_MANY_REQUESTS {
                            (ErrorKind::Throttled, throttled().message().to_owned())
                        } else {
                            (ErrorKind::Unavailable, "the service is overloaded; try later".to_owned())
                        };
                        Err(reply.read_error().into_error(kind, words).with_retry(retry))
                    }
                }
            }
            Verdict::Failed => match self.tries.failed(retry) {
                Some(wait) => {
                    let wished =
                        asked.map(Period::to_std).filter(|wished| *wished <= retry.patience.to_std());
                    let wait = wished.unwrap_or(wait);
                    self.lost_answer = true;
                    log.waits(wait);
                    Ok(Step::After(wait))
                }
                None => Err(reply
                    .read_error()
                    .into_error(ErrorKind::Unavailable, "the service keeps failing; try later")
                    .with_retry(Retry::Exhausted)),
            },
            Verdict::Unclear => {
                let lost = unknown("the service failed while the request was with it");
                let words = lost.message().to_owned();
                Err(reply.read_error().into_error(ErrorKind::OutcomeUnknown, words))
            }
        }
    }

    /// Answers a challenge once, and a refused token once; both prove that nothing was carried out.
    async fn admitted(&mut self, reply: Reply, token: AccessToken) -> Result<Step> {
        let challenge = Challenge::read(reply.status, &reply.headers, &reply.body);
        if challenge.is_none() && reply.status != StatusCode::UNAUTHORIZED {
            return Ok(Step::Done(Done::Whole(reply)));
        }
        let Some(tokens) = self.service.tokens() else { return Ok(Step::Done(Done::Whole(reply))) };
        let able = tokens.provider().can_step_up();
        if let Some(challenge) = challenge {
            let step_up = challenge.step_up();
            let wanted = || {
                let words = "the service wants a stronger sign-in; sign in again as asked";
                reply
                    .read_error()
                    .into_error(ErrorKind::StepUpRequired, words)
                    .with_step_up(challenge.step_up())
            };
            if able && !self.challenged {
                self.challenged = true;
                let stronger = timely(self.deadline, tokens.step_up(&challenge.claims, &token)).await;
                let stronger = stronger.ok_or_else(|| self.out_of_time(false))??;
                if stronger == token {
                    return Err(wanted());
                }
                self.token = Some(stronger);
                return Ok(Step::Again);
            }
            // A plain revocation asks for no more than a new token, which every provider can try.
            let context = matches!(step_up, pim_core::error::StepUp::Context(_));
            if able || context || reply.status != StatusCode::UNAUTHORIZED || self.replaced {
                return Err(wanted());
            }
        }
        let refused = || {
            let words = "the service does not accept the token; sign in again";
            reply.read_error().into_error(ErrorKind::Unauthenticated, words)
        };
        if self.replaced {
            return Err(refused());
        }
        self.replaced = true;
        let other = timely(self.deadline, tokens.replace(&token)).await;
        let other = other.ok_or_else(|| self.out_of_time(false))??;
        if other == token {
            return Err(match Challenge::read(reply.status, &reply.headers, &reply.body) {
                Some(challenge) => {
                    let words = "the service wants a stronger sign-in; sign in again as asked";
                    let error = reply.read_error().into_error(ErrorKind::StepUpRequired, words);
                    error.with_step_up(challenge.step_up())
                }
                None => refused(),
            });
        }
        self.token = Some(other);
        Ok(Step::Again)
    }

    fn out_of_time(&self, sent: bool) -> Error {
        if sent && self.call.idempotency == Idempotency::Once {
            unknown("the time ran out after the request was sent")
        } else {
            out_of_time()
        }
    }
}

/// `None` when the deadline comes first.
pub(crate) async fn timely<F: Future>(deadline: Option<Instant>, future: F) -> Option<F::Output> {
    match deadline {
        Some(deadline) => tokio::time::timeout_at(deadline, future).await.ok(),
        None => Some(future.await),
    }
}

fn is_cut_json(reply: &Reply) -> bool {
    let json =
        reply.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    json && is_cut(&reply.body)
}

pub(crate) fn too_long() -> Error {
    Error::new(
        ErrorKind::Malformed,
        "the service's answer is longer than the longest that is read; ask for less, or raise `longest_answer`",
    )
}

pub(crate) fn out_of_time() -> Error {
    Error::new(ErrorKind::Timeout, "the time allowed for the call ran out")
}

fn throttled() -> Error {
    Error::new(ErrorKind::Throttled, "the service asks to slow down; try later")
}

pub(crate) fn unknown(why: &str) -> Error {
    Error::new(
        ErrorKind::OutcomeUnknown,
        format!("{why}: it may have taken effect and is not sent again; look before you repeat it"),
    )
}

/// A random UUID, in the form that the services log.
fn new_id() -> HeaderValue {
    let id = fastrand::u128(..) & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{id:032x}");
    let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("0"))
}
