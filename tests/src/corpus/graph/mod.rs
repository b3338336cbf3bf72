//! The client's side: every response is read without loss, every request is built as it is printed.

mod check;
mod model;
mod routes;

use std::collections::BTreeMap;

use super::{Outcome, Page, Row, Side};

/// How often a member was kept without being known, by shape and name.
pub type Extras = BTreeMap<(String, String), usize>;

/// Judges the client by one page.
pub fn judge(page: &Page, extras: &mut Extras) -> Vec<Row> {
    let mut rows = Vec::new();
    for example in &page.examples {
        let mut add =
            |what, outcome: Outcome| rows.push(Row::new(example.number, Side::Client, what, outcome));
        add("request", check::request(example));
        if let Some(request) = &example.request {
            if let Some(outcome) = model::new_request(request) {
                add("request in the model", outcome);
            }
            if let Some(outcome) =
                example.response.as_ref().and_then(|response| model::response(request, &response.body))
            {
                add("response in the model", outcome);
            }
        }
        if example.response.as_ref().is_some_and(|response| !response.body.is_null()) {
            add("response", check::response(example, extras));
        }
    }
    rows
}
