//! A page for each role, for those who may activate it.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    policy::{ActivationPolicy, Policy, Rule},
    privilege::{DirectoryScope, Privilege},
    schedule::{Level, Via},
};
use serde::Serialize;

use super::{
    state::{State, subject_of},
    templates::{Engine, Template, Templates},
    words::{self, What},
};
use crate::{
    desired::Target,
    names::Names,
    reference::{Reference, Tier},
    render::RenderError,
    snapshot::Snapshot,
};

/// What hand-outs say beside what is wanted and what stands.
#[derive(Clone, Debug, Default)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct HandOutOptions {
    /// The organisation's name.
    pub organisation: Option<String>,
    /// Whom people ask.
    pub contact: Option<String>,
    /// What the roles table says of a privilege.
    pub about: BTreeMap<Privilege, About>,
}

/// What the roles table says of a privilege, in an organisation's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct About {
    /// What it is for.
    pub description: Option<String>,
    /// Who it is for.
    pub audience: Option<String>,
    /// Who answers for who holds it.
    pub owner: Option<String>,
}

/// What those who may activate something need to know of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HandOut {
    /// Of what; a role at all its scopes.
    pub privilege: Privilege,
    /// What an activation demands; `None` where its settings were neither read nor designed.
    pub demands: Option<ActivationPolicy>,
    /// How far it reaches, where that is known.
    pub tier: Option<Tier>,
    /// Where it counts, other than in the whole tenant.
    pub scopes: BTreeSet<Privilege>,
    page: Page,
}

/// What the templates of a hand-out are given.
#[derive(Clone, Debug, Serialize)]
struct Page {
    organisation: Option<String>,
    contact: Option<String>,
    what: What,
    description: Option<String>,
    audience: Option<String>,
    owner: Option<String>,
    tier: Option<Tier>,
    demands: Option<words::Demands>,
    /// Where it counts; empty for the whole tenant.
    scopes: Vec<String>,
    /// What kinds of things its actions are about, such as `microsoft.directory/users`; empty where not known.
    areas: Vec<String>,
    /// How many more there are.
    more_areas: usize,
    /// Whether its actions do not tell all that it can do.
    more_than_shown: bool,
    /// For a group: what comes with membership.
    gives: Vec<String>,
}

/// How many kinds of things a page lists.
const AREAS: usize = 12;

/// A page for each role and group that somebody may activate, now or when the target is reached: what it demands,
/// how far it reaches, who approves.
///
/// Settings come from the target, laid over those that were read.
pub fn hand_outs(
    target: &Target,
    snapshot: &Snapshot,
    reference: &Reference,
    options: &HandOutOptions,
) -> Vec<HandOut> {
    let wanted = target.grants.iter().filter(|grant| grant.level == Level::Eligibility);
    let standing = snapshot.eligibilities.iter().filter(|row| row.via == Via::Direct);
    let privileges = wanted.map(|grant| &grant.privilege).chain(standing.map(|row| &row.privilege));
    let mut subjects: BTreeMap<Privilege, BTreeSet<Privilege>> = BTreeMap::new();
    for privilege in privileges {
        subjects.entry(subject_of(privilege)).or_default().insert(privilege.clone());
    }
    let policies: BTreeMap<_, _> = snapshot.policies.iter().map(|policy| (&policy.subject, policy)).collect();
    let (names, tiers, state) = (Names::of(snapshot), reference.tiers(snapshot), State::of(snapshot));
    let given = state.given_to();
    let page = |(subject, privileges): (Privilege, BTreeSet<Privilege>)| {
        let rules = target.policies.get(&subject);
        let demands = demands(policies.get(&subject).copied(), rules);
        let tier = tiers.of(&subject);
        let about = options.about.get(&subject).cloned().unwrap_or_default();
        let scopes = if privileges.iter().any(is_everywhere) { BTreeSet::new() } else { privileges };
        let mut areas = areas(&subject, snapshot, reference);
        let more_areas = areas.len().saturating_sub(AREAS);
        areas.truncate(AREAS);
        let gives = subject.group_id().and_then(|group| given.get(&group.as_principal()));
        let facts = subject.role_id().and_then(|id| reference.role(id));
        let page = Page {
            organisation: options.organisation.clone(),
            contact: options.contact.clone(),
            what: words::what(&names, &subject),
            description: about.description,
            audience: about.audience,
            owner: about.owner,
            tier,
            demands: demands.as_ref().map(|policy| words::demands(&names, policy)),
            scopes: scopes.iter().map(|privilege| names.privilege(privilege)).collect(),
            areas,
            more_areas,
            more_than_shown: facts.is_some_and(|facts| facts.power_not_in_actions),
            gives: gives.into_iter().flatten().map(|privilege| names.privilege(privilege)).collect(),
        };
        HandOut { privilege: subject, demands, tier, scopes, page }
    };
    subjects.into_iter().map(page).collect()
}

impl HandOut {
    /// What the role or group is called.
    pub fn name(&self) -> &str {
        &self.page.what.name
    }

    /// As Markdown.
    ///
    /// # Errors
    /// When a template of your own fails; so the others.
    pub fn markdown(&self, templates: &Templates) -> Result<String, RenderError> {
        self.render(templates, Template::HandOutMarkdown)
    }

    /// As a page of HTML.
    ///
    /// # Errors
    /// As [`markdown`](Self::markdown).
    pub fn html(&self, templates: &Templates) -> Result<String, RenderError> {
        self.render(templates, Template::HandOutHtml)
    }

    /// As plain text.
    ///
    /// # Errors
    /// As [`markdown`](Self::markdown).
    pub fn text(&self, templates: &Templates) -> Result<String, RenderError> {
        self.render(templates, Template::HandOutText)
    }

    fn render(&self, templates: &Templates, template: Template) -> Result<String, RenderError> {
        Engine::new(templates, &[template])?.render(template, &self.page)
    }
}

/// The settings that are wanted, over those that stand. What a target says counts even where nothing was read:
/// then the rest is the surface's default.
fn demands(read: Option<&Policy>, wanted: Option<&Vec<Rule>>) -> Option<ActivationPolicy> {
    match (read, wanted) {
        (Some(policy), Some(rules)) => Some(policy.apply(rules).activation()),
        (Some(policy), None) => Some(policy.activation()),
        (None, _) => None,
    }
}

const fn is_everywhere(privilege: &Privilege) -> bool {
    matches!(
        privilege,
        Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. } | Privilege::Group { .. }
    )
}

/// What kinds of things the actions of a role are about.
fn areas(subject: &Privilege, snapshot: &Snapshot, reference: &Reference) -> Vec<String> {
    let Some(id) = subject.role_id() else { return Vec::new() };
    let area = |action: &str| action.splitn(3, '/').take(2).collect::<Vec<_>>().join("/");
    let own = snapshot.roles.iter().filter(|role| role.id == *id && role.surface == subject.surface());
    let mut areas: BTreeSet<String> = own.flat_map(|role| role.actions()).map(area).collect();
    if matches!(subject, Privilege::DirectoryRole { .. }) {
        areas.extend(reference.actions_of(id).map(area));
    }
    // Everything is no kind of thing.
    areas.into_iter().filter(|area| !area.starts_with('*')).collect()
}
