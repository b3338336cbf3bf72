//! The second port: clock, tokens, seeds, faults, and what happened.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::StatusCode;
use pim_core::{
    clock::Clock,
    time::{Period, Timestamp},
};
use pim_embedded::seed::Seed;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{faults::Fault, tokens::NewToken, world::World};

type Shared = State<Arc<World>>;

/// How far to move the clock: by a length or to an instant.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Move {
    Advance(Period),
    Set(Timestamp),
}

/// From which position on.
#[derive(Debug, Default, Deserialize)]
struct From {
    #[serde(default)]
    from: usize,
}

pub(crate) fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/clock", get(read_clock).post(move_clock))
        .route("/tokens", post(give_token))
        .route("/reset", post(reset))
        .route("/seed", get(read_seed).post(plant))
        .route("/outbox", get(outbox))
        .route("/requests", get(requests).delete(forget))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .with_state(world)
}

async fn read_clock(State(world): Shared) -> Json<Value> {
    Json(json!({ "now": world.tenant().now() }))
}

async fn move_clock(State(world): Shared, body: String) -> Response {
    let change: Move = match serde_json::from_str(&body) {
        Ok(change) => change,
        Err(error) => {
            return wrong(&format!(
                r#"say {{"advance":"PT1H"}} or {{"set":"2026-01-31T08:00:00Z"}}: {error}"#
            ));
        }
    };
    let clock = world.tenant().clock.clone();
    let now = match change {
        Move::Advance(length) => clock.advance(length),
        Move::Set(time) => match clock.set(time) {
            Ok(()) => clock.now(),
            Err(error) => return wrong(&error.to_string()),
        },
    };
    Json(json!({ "now": now })).into_response()
}

async fn give_token(State(world): Shared, body: String) -> Response {
    let new: NewToken = match serde_json::from_str(&body) {
        Ok(new) => new,
        Err(error) => return wrong(&error.to_string()),
    };
    let tenant = world.tenant();
    match world.tokens.give(new, &tenant.records().tenant.id, tenant.now()) {
        Ok(token) => (StatusCode::CREATED, Json(json!({ "token": token }))).into_response(),
        Err(error) => wrong(&error.to_string()),
    }
}

async fn reset(State(world): Shared) -> StatusCode {
    let seed = world.tenant().service.seed().clone();
    world.begin(seed);
    StatusCode::NO_CONTENT
}

async fn read_seed(State(world): Shared) -> Response {
    let kind = [(http::header::CONTENT_TYPE, "application/json")];
    (kind, world.tenant().service.seed().to_json()).into_response()
}

async fn plant(State(world): Shared, body: String) -> Response {
    match Seed::from_json(&body) {
        Ok(seed) => {
            world.begin(seed);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => wrong(&error.to_string()),
    }
}

async fn outbox(State(world): Shared, Query(at): Query<From>) -> Response {
    match world.tenant().service.outbox(at.from).await {
        Ok(mails) => Json(mails).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn requests(State(world): Shared, Query(at): Query<From>) -> Response {
    let all = world.log.all();
    Json(all.get(at.from..).unwrap_or_default()).into_response()
}

async fn forget(State(world): Shared) -> StatusCode {
    world.log.clear();
    StatusCode::NO_CONTENT
}

async fn faults(State(world): Shared) -> Json<Vec<Fault>> {
    Json(world.faults.all())
}

async fn add_fault(State(world): Shared, body: String) -> Response {
    match Fault::read(&body) {
        Ok(fault) => {
            world.faults.add(fault);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => wrong(&error),
    }
}

async fn clear_faults(State(world): Shared) -> StatusCode {
    world.faults.clear();
    StatusCode::NO_CONTENT
}

fn wrong(message: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": message }))).into_response()
}
