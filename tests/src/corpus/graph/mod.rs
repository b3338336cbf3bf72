//! The client's side: every response is read without loss, every request is built as it is printed.

mod answers;
mod model;
mod request;
mod response;
mod routes;
mod rules;
mod sender;

use std::collections::BTreeMap;

pub use self::{model::written, rules::Rule};
use super::{Outcome, Page, Row, Schema, Side};

/// How often a member was kept without being known, by shape and name.
pub type Extras = BTreeMap<(String, String), usize>;

/// What is counted over all pages.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Tally {
    /// Members of the schema that only an extras map carries.
    pub declared: Extras,
    /// Other members that only an extras map carries.
    pub others: Extras,
    /// How often a rule let something pass.
    pub rules: BTreeMap<Rule, usize>,
}

/// Judges the client by one page.
pub fn judge(page: &Page, schema: Option<&Schema>, tally: &mut Tally) -> Vec<Row> {
    let mut rows = Vec::new();
    for example in &page.examples {
        let mut add =
            |what, outcome: Outcome| rows.push(Row::new(example.number, Side::Client, what, outcome));
        if let Some(request) = &example.request {
            add("request", request::judge(&example.api, request, tally));
            if let Some(outcome) = model::request(request) {
                add("request from the model", outcome);
            }
            if let Some(response) = &example.response
                && let Some(outcome) = answers::judge(request, &response.body)
            {
                add("response in the model", outcome);
            }
        }
        if example.response.as_ref().is_some_and(|response| !response.body.is_null()) {
            add("response", response::judge(example, schema, tally));
        }
    }
    rows
}

impl Tally {
    fn rule(&mut self, rule: Rule) {
        *self.rules.entry(rule).or_default() += 1;
    }
}
