//! Several requests in one.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    time::Duration,
};

use bytes::Bytes;
use futures::{StreamExt, stream::FuturesUnordered};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use pim_core::{
    error::{Error, ErrorKind, Result, Retry},
    time::Period,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::decode;
use crate::{
    auth::{Challenge, copy},
    pipeline::{Call, Reply, Service, unknown},
    retry::{Idempotency, Tries, Verdict, retry_after, verdict},
};

/// More the service does not take.
const MOST_PARTS: usize = 20;

/// How batches are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // options: written as a literal
pub struct BatchOptions {
    /// How many batches may be in flight at once. Default 4.
    pub in_flight: usize,
    /// How many requests go into one batch: 1 to 20, which is the default.
    pub size: usize,
}

impl Default for BatchOptions {
    fn default() -> Self {
        Self { in_flight: 4, size: MOST_PARTS }
    }
}

/// Sends requests in batches to `path` (such as `/v1.0/$batch`) and gives each one's own outcome, in their order. The
/// parts' addresses begin behind the version, as in `/users`. They run in any order, side by side.
///
/// Each part is tried again on its own, under the rules of a single request: a 429 inside a batch closes the gate for
/// everybody, only the refused parts are sent again, and a write that may have been carried out is `OutcomeUnknown`.
/// A part's own [`Call::within`] does not count; [`ServiceOptions::deadline`](crate::pipeline::ServiceOptions) holds for
/// each batch.
///
/// Source: <https://learn.microsoft.com/graph/json-batching>, <https://learn.microsoft.com/graph/throttling>.
pub async fn send_batch(
    service: &Service,
    path: &str,
    parts: Vec<Call>,
    options: BatchOptions,
) -> Vec<Result<Reply>> {
    let mut parts: Vec<_> = parts.into_iter().map(Part::new).collect();
    let mut outcomes: Vec<Option<Result<Reply>>> = parts.iter().map(|_| None).collect();
    let mut waiting: VecDeque<usize> = (0..parts.len()).collect();
    let mut running = FuturesUnordered::new();
    loop {
        while running.len() < options.in_flight.max(1) && !waiting.is_empty() {
            let size = options.size.clamp(1, MOST_PARTS).min(waiting.len());
            let chosen: Vec<usize> = waiting.drain(..size).collect();
            let request = envelope(&chosen, &parts, path);
            running.push(async move {
                let reply = match request {
                    Ok(call) => service.call(call).await,
                    Err(error) => Err(error),
                };
                (chosen, reply)
            });
        }
        let Some((chosen, reply)) = running.next().await else { break };
        for (index, answer) in answers(&chosen, reply) {
            match parts[index].judge(service, answer).await {
                Some(outcome) => outcomes[index] = Some(outcome),
                None => waiting.push_back(index),
            }
        }
    }
    let lost =
        || Err(Error::new(ErrorKind::Unexpected, "a part of a batch was lost; report this as a defect"));
    outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect()
}

struct Part {
    call: Call,
    tries: Tries,
    challenged: bool,
}

/// What a batch says about one part.
enum Answer {
    Reply(Reply),
    /// The batch as a whole failed so.
    Failed(Error),
    /// The batch was answered, but this part was not among the answers.
    Missing,
}

impl Part {
    fn new(call: Call) -> Self {
        Self { call, tries: Tries::default(), challenged: false }
    }

    /// The part's outcome; `None` when it is to be sent again.
    async fn judge(&mut self, service: &Service, answer: Answer) -> Option<Result<Reply>> {
        let retry = service.retry();
        let once = self.call.idempotency == Idempotency::Once;
        let reply = match answer {
            Answer::Reply(reply) => reply,
            // The pipeline has tried again what it could, for the batch as a whole; a read that shared it with a
            // write has had no such chance.
            Answer::Failed(error) => {
                return match error.kind() {
                    ErrorKind::OutcomeUnknown if !once => self.failed(service, error),
                    _ => Some(Err(error)),
                };
            }
            Answer::Missing if once => return Some(Err(unknown("the batch's answer leaves this part out"))),
            Answer::Missing => {
                let words = "the batch's answer leaves this part out";
                return self.failed(service, Error::new(ErrorKind::Malformed, words));
            }
        };
        let asked = retry_after(&reply.headers, service.clock().now());
        match verdict(
            reply.status,
            &reply.headers,
            &reply.body,
            self.call.idempotency,
            retry.unavailable_writes,
        ) {
            Verdict::Answer => self.admitted(service, reply).await,
            Verdict::Refused => {
                let wait = self.tries.refused(retry, asked);
                service.limiter().pause(wait.or(asked.map(Period::to_std)).unwrap_or(Duration::ZERO));
                let exhausted = asked.map_or(Retry::Exhausted, Retry::After);
                let words = "the service asks to slow down; try later";
                let error =
                    || reply.read_error().into_error(ErrorKind::Throttled, words).with_retry(exhausted);
                if wait.is_some() { None } else { Some(Err(error())) }
            }
            Verdict::Failed => {
                let words = "the service keeps failing; try later";
                let error = reply.read_error().into_error(ErrorKind::Unavailable, words);
                self.failed(service, error.with_retry(Retry::Exhausted))
            }
            Verdict::Unclear => {
                let words = unknown("the service failed while the request was with it").message().to_owned();
                Some(Err(reply.read_error().into_error(ErrorKind::OutcomeUnknown, words)))
            }
        }
    }

    fn failed(&mut self, service: &Service, error: Error) -> Option<Result<Reply>> {
        match self.tries.failed(service.retry()) {
            Some(wait) => {
                service.limiter().pause(wait);
                None
            }
            None => Some(Err(error)),
        }
    }

    async fn admitted(&mut self, service: &Service, reply: Reply) -> Option<Result<Reply>> {
        let Some(challenge) = Challenge::read(reply.status, &reply.headers, &reply.body) else {
            return Some(Ok(reply));
        };
        let wanted = || {
            let words = "the service wants a stronger sign-in; sign in again as asked";
            reply.read_error().into_error(ErrorKind::StepUpRequired, words).with_step_up(challenge.step_up())
        };
        let tokens = service.tokens().filter(|tokens| tokens.provider().can_step_up() && !self.challenged);
        let Some(tokens) = tokens else { return Some(Err(wanted())) };
        self.challenged = true;
        let stronger = async {
            let used = tokens.get(None).await?;
            tokens.step_up(&challenge.claims, &used).await
        };
        match stronger.await {
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

#[derive(Serialize)]
struct Requests<'a> {
    requests: Vec<OneRequest<'a>>,
}

#[derive(Serialize)]
struct OneRequest<'a> {
    id: String,
    method: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "HashMap::is_empty")]
    headers: HashMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Responses<'a> {
    #[serde(borrow)]
    responses: Vec<OneResponse<'a>>,
}

#[derive(Deserialize)]
struct OneResponse<'a> {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Option<HashMap<String, String>>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

fn envelope(chosen: &[usize], parts: &[Part], path: &str) -> Result<Call> {
    let mut requests = Vec::with_capacity(chosen.len());
    let mut once = false;
    for index in chosen {
        let call = &parts[*index].call;
        once |= call.idempotency == Idempotency::Once;
        let mut headers: HashMap<_, _> = call
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        let body = if call.body.is_empty() { None } else { Some(decode::<&RawValue>(&call.body)?) };
        if body.is_some() {
            headers.entry("content-type").or_insert("application/json");
        }
        let (method, url) = (call.method.as_str(), call.address.as_str());
        requests.push(OneRequest { id: index.to_string(), method, url, headers, body });
    }
    let json = serde_json::to_vec(&Requests { requests })
        .map_err(|error| Error::new(ErrorKind::InvalidInput, super::fault(&error)))?;
    let call = Call::write(Method::POST, path, json);
    Ok(if once { call } else { call.idempotent() })
}

/// Each part's share of the answer, whatever came.
fn answers(chosen: &[usize], reply: Result<Reply>) -> Vec<(usize, Answer)> {
    let all = |error: &Error| chosen.iter().map(|index| (*index, Answer::Failed(copy(error)))).collect();
    let reply = match reply {
        Ok(reply) if reply.status.is_success() => reply,
        // What is not there is the batch, and not what its parts ask for: they would look like empty lists.
        Ok(reply) if matches!(reply.status, StatusCode::NOT_FOUND | StatusCode::GONE) => {
            let words = "the service takes no batches at this address; nothing was carried out";
            return all(&reply.read_error().into_error(ErrorKind::Unsupported, words));
        }
        // Refused as a whole, for every part alike.
        Ok(reply) => return chosen.iter().map(|index| (*index, Answer::Reply(reply.clone()))).collect(),
        Err(error) => return all(&error),
    };
    let read: Responses<'_> = match reply.json() {
        Ok(read) => read,
        Err(_) => return chosen.iter().map(|index| (*index, Answer::Missing)).collect(),
    };
    let mut left: HashSet<usize> = chosen.iter().copied().collect();
    let mut answers = Vec::with_capacity(chosen.len());
    for response in read.responses {
        let index = response.id.parse().ok().filter(|index| left.remove(index));
        if let (Some(index), Ok(status)) = (index, StatusCode::from_u16(response.status)) {
            answers.push((index, Answer::Reply(part_reply(&reply, status, response))));
        } else if let Some(index) = index {
            left.insert(index);
        }
    }
    answers.extend(left.into_iter().map(|index| (index, Answer::Missing)));
    answers
}

fn part_reply(whole: &Reply, status: StatusCode, response: OneResponse<'_>) -> Reply {
    let mut headers = HeaderMap::new();
    for (name, value) in response.headers.unwrap_or_default() {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            headers.insert(name, value);
        }
    }
    // A part without its own id goes by the batch's.
    for name in ["request-id", "x-ms-request-id"] {
        if let (false, Some(value)) = (headers.contains_key(name), whole.headers.get(name)) {
            headers.insert(name, value.clone());
        }
    }
    let body = response.body.map(|body| Bytes::copy_from_slice(body.get().as_bytes())).unwrap_or_default();
    Reply::new(status, headers, body)
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
