//! Every way in which one gets stuck, and the way out.

mod errors;
mod refusals;
mod requests;
mod symptoms;

#[cfg(test)]
mod tests;

use pim_core::{
    error::{ErrorKind, ViolatedRule},
    guard,
    request::RequestStatus,
};
use serde::Serialize;

use super::templates::{Engine, Template, Templates};
use crate::{plan::codes, render::RenderError};

/// What people get stuck in, in parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Troubleshooting {
    /// The parts, in the order of the page.
    pub parts: Vec<Part>,
}

/// Entries of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Part {
    /// What it is called.
    pub title: &'static str,
    /// Where its codes are met.
    pub about: &'static str,
    /// What there is.
    pub entries: Vec<Entry>,
}

/// One way to get stuck.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Entry {
    /// The stable name that errors, rows and logs show, or what one sees where there is none.
    pub code: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Why it happens.
    pub causes: &'static [&'static str],
    /// What to do.
    pub way_out: &'static [&'static str],
}

/// What an entry says beside its code.
#[derive(Clone, Copy, Debug)]
struct Advice {
    meaning: &'static str,
    causes: &'static [&'static str],
    way_out: &'static [&'static str],
}

impl Advice {
    const fn of(self, code: &'static str) -> Entry {
        Entry { code, meaning: self.meaning, causes: self.causes, way_out: self.way_out }
    }
}

/// Every way in which one gets stuck: what people see, each kind of error, each demand of a policy, each status in
/// which a request rests, each refusal of a guard and of a plan.
pub fn troubleshooting() -> Troubleshooting {
    let kinds = ErrorKind::ALL.iter().map(|kind| errors::kind(*kind).of(kind.as_str()));
    let rules = ViolatedRule::KNOWN.iter().filter_map(|rule| Some(errors::rule(rule)?.of(rule.as_str())));
    let statuses =
        RequestStatus::KNOWN.iter().filter_map(|status| Some(requests::status(status)?.of(status.as_str())));
    let guards = guard::CODES.iter().filter_map(|code| Some(refusals::refusal(code)?.of(code)));
    let plans = codes::ALL.iter().filter_map(|code| Some(refusals::refusal(code)?.of(code)));
    Troubleshooting {
        parts: vec![
            Part {
                title: "What you see",
                about: "In the portal and at work.",
                entries: symptoms::ALL.iter().map(|(seen, advice)| advice.of(seen)).collect(),
            },
            Part {
                title: "Kinds of errors",
                about: "`Error::kind()` in programs; the kind of a failed row in reports.",
                entries: kinds.collect(),
            },
            Part {
                title: "Demands of a policy",
                about: "`Error::violations()` of a `policy_violation`: every demand that was not met.",
                entries: rules.collect(),
            },
            Part {
                title: "Requests that do not go on",
                about: "The status of a request, as programs and the audit log show it.",
                entries: statuses.collect(),
            },
            Part {
                title: "Refusals of a guard",
                about: "`Error::code()` of a change that this SDK did not send. There is no force flag.",
                entries: guards.collect(),
            },
            Part {
                title: "What a plan leaves out",
                about: "The code of something that is wanted and refused, or of a notice.",
                entries: plans.collect(),
            },
        ],
    }
}

impl Troubleshooting {
    /// As Markdown.
    ///
    /// # Errors
    /// When a template of your own fails; so the other.
    pub fn markdown(&self, templates: &Templates) -> Result<String, RenderError> {
        let template = Template::TroubleshootingMarkdown;
        Engine::new(templates, &[template])?.render(template, self)
    }

    /// As a page of HTML.
    ///
    /// # Errors
    /// As [`markdown`](Self::markdown).
    pub fn html(&self, templates: &Templates) -> Result<String, RenderError> {
        let template = Template::TroubleshootingHtml;
        Engine::new(templates, &[template])?.render(template, self)
    }
}
