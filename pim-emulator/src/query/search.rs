//! `$search` on directory objects: `"displayName:wa" OR "mail:ad"`.

use serde_json::Value;

use super::filter::at;
use crate::refusal::Refusal;

/// One of these lists of demands must be met in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Search {
    choices: Vec<Vec<(String, String)>>,
}

impl Search {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let wrong = || Refusal::bad_request(format!("Syntax error in the $search clause '{text}'."));
        let choices = text.split(" OR ").map(|choice| {
            let demands = choice.split(" AND ").map(|demand| {
                let inner = demand.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                let (member, words) = inner.and_then(|inner| inner.split_once(':')).ok_or_else(wrong)?;
                Ok((member.trim().to_owned(), words.trim().to_lowercase()))
            });
            demands.collect()
        });
        Ok(Self { choices: choices.collect::<Result<_, Refusal>>()? })
    }

    /// Whether an object is found: a word of the member begins with what is sought.
    pub(crate) fn finds(&self, object: &Value) -> bool {
        let meets = |(member, sought): &(String, String)| {
            let text = at(object, member).and_then(Value::as_str).unwrap_or_default().to_lowercase();
            let mut starts = text.char_indices().filter(|(place, _)| {
                text[..*place].chars().next_back().is_none_or(|before| !before.is_alphanumeric())
            });
            starts.any(|(place, _)| text[place..].starts_with(sought.as_str()))
        };
        self.choices.iter().any(|demands| demands.iter().all(meets))
    }
}
