//! The sections of a report, in order.

mod access;
mod break_glass;
mod changes;
mod compliance;
mod findings;
mod glossary;
mod inventory;
mod outcome;
mod paths;
mod plan;
mod roles;
mod summary;
mod verification;

use super::{
    Section, TITLE,
    document::{Chapter, Document, Fact},
    text::{clean, instant},
    view::View,
};

/// The whole report.
pub(super) fn document(view: &View<'_>) -> Document {
    let sections = Section::ALL.iter().filter(|section| view.wants(**section));
    Document {
        title: clean(view.report.title.unwrap_or(TITLE)).into_owned(),
        notice: NOTICE.to_owned(),
        facts: facts(view),
        sections: sections.filter_map(|section| chapter(view, *section)).collect(),
    }
}

/// A section; `None` where there is nothing to tell of.
fn chapter(view: &View<'_>, section: Section) -> Option<Chapter> {
    match section {
        Section::Summary => summary::chapter(view),
        Section::Permanent => access::permanent(view),
        Section::Temporary => access::temporary(view),
        Section::Inventory => inventory::chapter(view),
        Section::Paths => paths::chapter(view),
        Section::Findings => findings::chapter(view),
        Section::Compliance => compliance::chapter(view),
        Section::Roles => roles::chapter(view),
        Section::Plan => plan::chapter(view),
        Section::Outcome => outcome::chapter(view),
        Section::Verification => verification::chapter(view),
        Section::Changes => changes::chapter(view),
        Section::BreakGlass => break_glass::chapter(view),
        Section::Glossary => Some(glossary::chapter()),
    }
}

fn facts(view: &View<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut fact = |label, value: Option<String>| {
        facts.extend(value.filter(|value| !value.is_empty()).map(|value| Fact { label, value }));
    };
    let (snapshot, plan) = (view.report.snapshot, view.report.plan);
    let tenant = snapshot.and_then(|snapshot| snapshot.tenant.as_ref());
    let tenant = tenant.or_else(|| plan.and_then(|plan| plan.tenant.as_ref()));
    fact("Tenant", tenant.map(ToString::to_string));
    let taken = snapshot.map(|snapshot| snapshot.taken_at).or_else(|| plan.map(|plan| plan.taken_at));
    fact("As of", taken.map(instant));
    let caller = snapshot.and_then(|snapshot| snapshot.caller.as_ref());
    fact("Read by", caller.map(|caller| view.principal(caller)));
    fact("Read through", snapshot.map(|snapshot| clean(&snapshot.backend).into_owned()));
    facts
}

const NOTICE: &str = "This report names people and shows who could do what. Keep it as safe as the directory itself, and \
                      send it to nobody who need not know.";
