//! Faults: what goes wrong on purpose.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One thing that is to go wrong, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only for this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only where the path and query contain this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// So many times, then never again; absent for always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Only every so many matching requests, beginning with this one; absent for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
}

/// What can go wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// 429, the request is not carried out.
    Throttle {
        /// The header `Retry-After`, word for word: seconds, whole or not, or a date; absent for none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// 503, the request is not carried out.
    Unavailable {
        /// The header `Retry-After`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
    },
    /// The answer comes late.
    Slow {
        /// How many milliseconds of real time.
        millis: u64,
    },
    /// The connection ends without an answer, and nothing was done.
    ResetBefore,
    /// The connection ends without an answer, although the request was carried out.
    ResetAfter,
    /// The request is carried out and the answer's body ends half-way.
    Truncate,
    /// The link to the next page leads elsewhere.
    ForeignNextLink {
        /// Where it leads: scheme and authority.
        origin: String,
    },
    /// The link to the next page leads to this page again.
    DuplicatePage,
    /// What a write makes can be read only later. Goes along with any other fault of the same request.
    DelayedVisibility {
        /// How many milliseconds of real time later.
        millis: u64,
    },
}

/// The faults to come, and what is hidden for now.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    faults: Vec<(Fault, u32)>,
    hidden: Vec<(String, Instant)>,
}

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.lock().faults.push((fault, 0));
    }

    pub(crate) fn clear(&self) {
        *self.lock() = State::default();
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        self.lock().faults.iter().map(|(fault, _)| fault.clone()).collect()
    }

    /// What goes wrong with this request: the first fault that matches and is due, and how long what it makes stays
    /// invisible. A fault that carries a number of times is used up.
    pub(crate) fn take(&self, method: &Method, address: &str) -> (Option<FaultKind>, Option<u64>) {
        let mut state = self.lock();
        let (mut found, mut hidden) = (None, None);
        for (fault, seen) in &mut state.faults {
            if !fault.matches(method, address) {
                continue;
            }
            let due = fault.every.is_none_or(|every| *seen % every.max(1) == 0);
            *seen += 1;
            if !due || fault.times == Some(0) {
                continue;
            }
            if let Some(times) = &mut fault.times {
                *times -= 1;
            }
            match &fault.kind {
                FaultKind::DelayedVisibility { millis } => hidden = hidden.max(Some(*millis)),
                kind => {
                    found = Some(kind.clone());
                    break;
                }
            }
        }
        state.faults.retain(|(fault, _)| fault.times != Some(0));
        (found, hidden)
    }

    /// Hides for a while what a write made.
    pub(crate) fn hide(&self, id: String, millis: u64) {
        self.lock().hidden.push((id, Instant::now() + Duration::from_millis(millis)));
    }

    /// What is hidden now; asked once for a whole list.
    pub(crate) fn hidden(&self) -> Hidden {
        let mut state = self.lock();
        if state.hidden.is_empty() {
            return Hidden::default();
        }
        let now = Instant::now();
        state.hidden.retain(|(_, until)| now < *until);
        Hidden(state.hidden.iter().map(|(id, _)| id.clone()).collect())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ids of what was made a moment ago and cannot be read yet.
#[derive(Debug, Default)]
pub(crate) struct Hidden(Vec<String>);

impl Hidden {
    /// Whether this object is hidden: it, or what it belongs to.
    pub(crate) fn hides(&self, object: &Value) -> bool {
        let about = [
            "id",
            "roleAssignmentScheduleId",
            "roleEligibilityScheduleId",
            "assignmentScheduleId",
            "eligibilityScheduleId",
        ];
        self.0.iter().any(|id| {
            about.iter().any(|member| {
                object
                    .get(member)
                    .and_then(Value::as_str)
                    .is_some_and(|text| text == id || text.ends_with(id.as_str()))
            })
        })
    }
}

impl Fault {
    /// Reads a fault. A member that no fault has is a slip of the pen, and refused.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        const MEMBERS: [&str; 8] =
            ["kind", "retry_after", "millis", "origin", "method", "path", "times", "every"];
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut names = value.as_object().into_iter().flatten().map(|(name, _)| name);
        if let Some(unknown) = names.find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("a fault has no member `{unknown}`; it has {}", MEMBERS.join(", ")));
        }
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    /// A fault that happens each time.
    pub const fn new(kind: FaultKind) -> Self {
        Self { kind, method: None, path: None, times: None, every: None }
    }

    fn matches(&self, method: &Method, address: &str) -> bool {
        self.method.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method.as_str()))
            && self.path.as_ref().is_none_or(|wanted| address.contains(wanted.as_str()))
    }
}
