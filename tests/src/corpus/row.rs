use serde_json::Value;

/// Who is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Side {
    /// pim-graph: reads the responses, builds the requests.
    Client,
    /// pim-emulator: answers the requests with such responses.
    Emulator,
}

/// What became of one thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// As printed.
    Passed,
    /// Not as printed: where in the JSON, and how.
    Failed(String),
    /// Not looked at: why.
    NotCovered(String),
}

/// One thing that a side did with one example of a page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Row {
    /// The example's place in the page, from 1; 0 for the page as a whole.
    pub example: usize,
    /// Who did it.
    pub side: Side,
    /// What was looked at, such as `request` or `response`.
    pub what: &'static str,
    /// What became of it.
    pub outcome: Outcome,
}

impl Row {
    /// A row.
    pub const fn new(example: usize, side: Side, what: &'static str, outcome: Outcome) -> Self {
        Self { example, side, what, outcome }
    }
}

impl Side {
    /// Its name in the report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Emulator => "emulator",
        }
    }
}

impl From<Result<(), String>> for Outcome {
    fn from(result: Result<(), String>) -> Self {
        result.map_or_else(Self::Failed, |()| Self::Passed)
    }
}

/// The first place where two values differ, as a JSON path; `None` when they are equal.
pub fn difference(ours: &Value, printed: &Value) -> Option<String> {
    fn walk(ours: Option<&Value>, printed: Option<&Value>, at: &str) -> Option<String> {
        match (ours, printed) {
            (Some(Value::Object(a)), Some(Value::Object(b))) => {
                a.keys().chain(b.keys()).find_map(|key| walk(a.get(key), b.get(key), &format!("{at}.{key}")))
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) if a.len() == b.len() => {
                let pairs = a.iter().zip(b).enumerate();
                pairs.into_iter().find_map(|(n, (a, b))| walk(Some(a), Some(b), &format!("{at}[{n}]")))
            }
            _ if ours == printed => None,
            (Some(ours), Some(printed)) => Some(format!("{at}: {ours}, printed is {printed}")),
            (Some(ours), None) => Some(format!("{at}: {ours}, nothing is printed")),
            (_, printed) => Some(format!("{at}: missing, printed is {}", printed.unwrap_or(&Value::Null))),
        }
    }
    walk(Some(ours), Some(printed), "$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_difference_is_told_by_its_place() {
        let printed = json!({"a": [{"b": 1}, {"b": null}]});
        assert_eq!(difference(&printed.clone(), &printed), None);
        let told = |ours| difference(&ours, &printed).unwrap();
        assert_eq!(told(json!({"a": [{"b": 1}, {}]})), "$.a[1].b: missing, printed is null");
        assert_eq!(told(json!({"a": [{"b": 2}, {"b": null}]})), "$.a[0].b: 2, printed is 1");
        assert_eq!(told(json!({"a": [{"b": 1}, {"b": null}], "c": 0})), "$.c: 0, nothing is printed");
        assert!(told(json!({"a": []})).starts_with("$.a: []"));
    }
}
