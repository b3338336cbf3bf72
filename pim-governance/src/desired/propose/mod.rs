//! A design proposed from what stands.

mod conversions;
mod people;
mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use pim_core::{id::PrincipalId, time::Period};

use self::{conversions::conversions, people::People, table::Table};
use super::{
    Design, Length,
    design::{
        ActivationSettings, Demands, ReviewBy, ReviewDesign, Settings, Template, TenantFacts,
        Tier as TierDesign, WaveDesign, Who,
    },
    resolve::Index,
};
use crate::{
    reference::{Reference, Tier},
    snapshot::Snapshot,
};

/// The names that a proposal gives to tiers and templates.
pub(super) const CONTROL: &str = "control";
pub(super) const MANAGEMENT: &str = "management";
pub(super) const USER: &str = "user";
pub(super) const TOP: &str = "top";

/// How a design is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // an option struct: written as a literal
pub struct DesignOptions {
    /// The accounts for emergencies. Where none are named they are looked for: permanent Global Administrators
    /// whom most Conditional Access policies leave out by name.
    pub break_glass: BTreeSet<PrincipalId>,
    /// How many working administrators must be left. Where break-glass accounts are fewer, others stay as well.
    pub min_administrators: u32,
    /// Who approves. Where nobody is named: people who administer roles, if at least two can be reached.
    pub approvers: Vec<PrincipalId>,
    /// The longest activation of roles from which Global Administrator is one step away, and of itself.
    pub top: Period,
    /// The longest activation of other roles of tier 0.
    pub control: Period,
    /// The longest activation of all other roles.
    pub max: Period,
}

impl Default for DesignOptions {
    /// One hour for Global Administrator and its like, four for others of tier 0, ten for all else; two
    /// administrators stay.
    fn default() -> Self {
        Self {
            break_glass: BTreeSet::new(),
            min_administrators: 2,
            approvers: Vec::new(),
            top: Period::hours(1),
            control: Period::hours(4),
            max: Period::hours(10),
        }
    }
}

/// Proposes a design from what stands: people who hold a role all the time become eligible, but for break-glass
/// accounts and as many administrators as must be left; readers, applications and grants with an end stay.
///
/// It resolves against the same snapshot. Nothing is taken from anybody but what becomes an eligibility, and that
/// only where all grants of a surface were read. It is a proposal: read it before you plan from it.
pub fn design_from(snapshot: &Snapshot, reference: &Reference, options: &DesignOptions) -> Design {
    let index = Index::new(snapshot);
    let people = People::new(snapshot, options);
    let converted = conversions(snapshot, reference, &index, &people, options);
    let table = Table { snapshot, reference, index: &index, people: &people, converted: &converted, options };
    let (pilot, waves) = waves(&index, &people, &converted);
    let mut design = Design {
        tenant: TenantFacts {
            id: snapshot.tenant.as_ref().map(ToString::to_string),
            ..TenantFacts::default()
        },
        min_administrators: options.min_administrators.max(1),
        break_glass: people.break_glass.iter().map(|id| index.name(id)).collect(),
        templates: templates(&index, &people, options),
        roles: table.rows(),
        pilot,
        waves,
        ..Design::default()
    };
    for (name, tier) in tiers(&people, options) {
        let used = |row: &super::Row| row.tier.as_deref() == Some(name);
        if design.roles.iter().any(used) {
            design.tiers.insert(name.to_owned(), tier);
        }
    }
    design.reviews = reviews(&design, &index, &people);
    design
}

fn templates(
    index: &Index<'_>,
    people: &People<'_>,
    options: &DesignOptions,
) -> std::collections::BTreeMap<String, Template> {
    let max = |max: Period| ActivationSettings { max: Some(Length(max)), ..ActivationSettings::default() };
    let template = |description: &str, extends: Option<&str>, activation| Template {
        description: Some(description.to_owned()),
        extends: extends.map(str::to_owned),
        settings: Settings { activation, ..Settings::default() },
    };
    let standard = ActivationSettings { mfa: Some(true), justification: Some(true), ..max(options.max) };
    let approvers =
        (!people.approvers.is_empty()).then(|| people.approvers.iter().map(|id| index.name(id)).collect());
    let control = ActivationSettings { approvers, ..max(options.control) };
    [
        (MANAGEMENT, template("Roles that run a service, and whatever is in no other tier.", None, standard)),
        (
            CONTROL,
            template("Roles that can take the tenant, or are a step from it.", Some(MANAGEMENT), control),
        ),
        (TOP, template("Global Administrator and its like.", Some(CONTROL), max(options.top))),
    ]
    .into_iter()
    .map(|(name, template)| (name.to_owned(), template))
    .collect()
}

fn tiers(people: &People<'_>, options: &DesignOptions) -> [(&'static str, TierDesign); 3] {
    let tier = |description: &str, audience: &str, demands| TierDesign {
        description: Some(description.to_owned()),
        audience: Some(audience.to_owned()),
        demands,
        ..TierDesign::default()
    };
    let demands = |max| Demands {
        max_activation: Some(Length(max)),
        strong_authentication: true,
        justification: true,
        ..Demands::default()
    };
    let mut control = tier(
        "Whoever holds it can take the tenant, or is a step from it.",
        "Dedicated accounts of administrators, in the cloud only, with keys that resist phishing.",
        Demands { approval: !people.approvers.is_empty(), ..demands(options.control) },
    );
    control.template = Some(CONTROL.to_owned());
    let mut management =
        tier("Runs a service, or much of what is in it.", "Those who run the service.", demands(options.max));
    management.template = Some(MANAGEMENT.to_owned());
    let user = tier("What ordinary work takes.", "Whoever needs it for their work.", Demands::default());
    [(CONTROL, control), (MANAGEMENT, management), (USER, user)]
}

/// First those who can use PIM at once because no sign-in page could fool them, last those who have no second
/// factor yet.
fn waves(
    index: &Index<'_>,
    people: &People<'_>,
    converted: &BTreeSet<(PrincipalId, pim_core::privilege::Privilege)>,
) -> (Vec<Who>, Vec<WaveDesign>) {
    const PILOTS: usize = 5;
    let everyone: BTreeSet<_> = converted.iter().map(|(id, _)| id).collect();
    let name = |id: &&PrincipalId| index.name(id);
    let (strong, rest): (Vec<_>, Vec<_>) = everyone.into_iter().partition(|id| people.resists_phishing(id));
    let (pilot, early) = strong.split_at(strong.len().min(PILOTS));
    let (late, ready): (Vec<_>, Vec<_>) = rest.into_iter().partition(|id| people.lacks_second_factor(id));
    let ready: Vec<_> = early.iter().copied().chain(ready).collect();
    let wave = |title: &str, members: &[&PrincipalId]| WaveDesign {
        name: title.to_owned(),
        starts: None,
        members: members.iter().map(name).collect(),
    };
    let mut waves = vec![wave("everyone", &ready), wave("after registering a second factor", &late)];
    waves.retain(|wave| !wave.members.is_empty());
    (pilot.iter().map(name).collect(), waves)
}

/// Every quarter for 14 days, by whoever approves, or by managers.
fn reviews(design: &Design, index: &Index<'_>, people: &People<'_>) -> Vec<ReviewDesign> {
    let tiers: Vec<_> = [CONTROL, MANAGEMENT]
        .into_iter()
        .filter(|name| design.roles.iter().any(|row| row.tier.as_deref() == Some(name)))
        .map(str::to_owned)
        .collect();
    let reviewers: Vec<_> = people.approvers.iter().map(|id| index.name(id)).collect();
    if tiers.is_empty() {
        return Vec::new();
    }
    let by = if reviewers.is_empty() { ReviewBy::Managers } else { ReviewBy::Named };
    vec![ReviewDesign {
        name: "Privileged access: {what}".to_owned(),
        tiers,
        reviewers,
        by,
        ..ReviewDesign::default()
    }]
}

/// Where a tier puts a row.
pub(super) const fn tier_name(tier: Option<Tier>) -> Option<&'static str> {
    match tier {
        Some(Tier::Control) => Some(CONTROL),
        Some(Tier::Management) => Some(MANAGEMENT),
        Some(Tier::User) => Some(USER),
        None => None,
    }
}
