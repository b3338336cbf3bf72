//! The few figures that matter, in plain words.

use std::collections::{BTreeMap, HashSet};

use pim_core::id::PrincipalId;

use super::{
    super::{
        document::{Block, Chapter, Chart, Figure, Series},
        text::{count, list, number, source as source_words, title},
        view::{Class, View},
    },
    findings::count_of,
};
use crate::{
    analysis::Severity,
    reference::Tier,
    resolve::Standing,
    snapshot::{Coverage, Snapshot, SourceKind},
};

pub(super) fn chapter(view: &View<'_>) -> Option<Chapter> {
    let mut chapter = Chapter::new("summary", "Summary");
    if let Some(snapshot) = view.report.snapshot {
        standing(view, &mut chapter);
        unread(snapshot, &mut chapter);
    }
    if view.report.findings.is_some() {
        findings(view, &mut chapter);
    }
    if let Some(plan) = view.report.plan {
        chapter.text(match (plan.steps.len(), plan.refused.len()) {
            (0, 0) => "Nothing is to be done: the tenant is as wanted.".to_owned(),
            (steps, 0) => format!("The plan takes {}.", count(steps, "step", "steps")),
            (steps, refused) => format!(
                "The plan takes {}; {} refused, because a guard forbids it.",
                count(steps, "step", "steps"),
                count(refused, "difference was", "differences were")
            ),
        });
    }
    (!chapter.blocks.is_empty()).then_some(chapter)
}

/// Distinct holders by class, by how long they hold.
type Holders<'a> = BTreeMap<Class, [HashSet<&'a PrincipalId>; 3]>;

fn holders<'a>(view: &View<'a>) -> Holders<'a> {
    let holdings = view.holdings();
    let mut holders = Holders::new();
    // A group that holds hundreds of roles of a class is looked into once.
    let mut seen = HashSet::new();
    for grant in &holdings.grants {
        let class = view.class(grant.privilege);
        let sets = holders.entry(class).or_default();
        if !holdings.is_group(grant.principal) {
            sets[grant.lasting.rank()].insert(grant.principal);
        } else if seen.insert((class, grant.lasting.rank(), grant.principal)) {
            for member in view.members(grant.principal).iter() {
                sets[grant.lasting.and(member.lasting).rank()].insert(member.principal);
            }
        }
    }
    holders
}

/// How many people and applications hold, and may activate.
pub(super) struct Standings {
    pub(super) tier0_permanent: usize,
    pub(super) tier0_eligible: usize,
    pub(super) permanent: usize,
    pub(super) eligible: usize,
}

impl Standings {
    pub(super) fn of(view: &View<'_>) -> Self {
        let holders = holders(view);
        let count = |classes: &[Class], rank| union(&holders, classes, &[rank]).len();
        Self {
            tier0_permanent: count(TIER_0, 0),
            tier0_eligible: count(TIER_0, 2),
            permanent: count(&Class::ALL, 0),
            eligible: count(&Class::ALL, 2),
        }
    }
}

const TIER_0: &[Class] = &[Class::Known(Tier::Control)];

/// Everybody who holds something of these classes in one of these ways.
fn union<'a>(holders: &Holders<'a>, classes: &[Class], ranks: &[usize]) -> HashSet<&'a PrincipalId> {
    let sets = holders.iter().filter(|(class, _)| classes.contains(class)).map(|(_, sets)| sets);
    sets.flat_map(|sets| ranks.iter().flat_map(|rank| &sets[*rank])).copied().collect()
}

fn standing(view: &View<'_>, chapter: &mut Chapter) {
    let holders = holders(view);
    let everybody = union(&holders, &Class::ALL, &[0, 1, 2]);
    let applications = everybody.iter().filter(|id| view.kind(id) == "application").count();
    let people = everybody.len() - applications;
    let permanent = union(&holders, TIER_0, &[0]);
    let eligible = union(&holders, TIER_0, &[2]);
    let administrators = view.standings();
    let now = administrators.values().filter(|standing| **standing == Standing::Permanent).count();
    let could = administrators.values().filter(|standing| !standing.is_now()).count();

    chapter.text(format!(
        "{} and {} have administrative rights in this tenant, or may activate them. {} hold without end \
         what rules the tenant (tier 0): it counts at every moment, also when nobody needs it. {} may activate such a right when there is work to do.",
        count(people, "person", "people"),
        count(applications, "application", "applications"),
        number(permanent.len()),
        number(eligible.len()),
    ));
    let figures = vec![
        Figure::new(number(people), "people with administrative rights"),
        Figure::new(number(applications), "applications with administrative rights"),
        Figure::new(number(permanent.len()), "hold tier 0 without end").toned("bad", permanent.len() > 5),
        Figure::new(number(eligible.len()), "may activate tier 0"),
        Figure::new(number(now), "are Global Administrator without end")
            .toned("bad", !(2..=5).contains(&now)),
        Figure::new(number(could), "more can become Global Administrator"),
    ];
    chapter.blocks.push(Block::Figures { figures });
    chapter.chart(chart(&holders));
}

fn chart(holders: &Holders<'_>) -> Chart {
    let classes: Vec<_> = Class::ALL.into_iter().filter(|class| holders.contains_key(class)).collect();
    let names = ["Hold without end", "Hold for a time", "May activate"];
    let mut series: Vec<_> = names
        .into_iter()
        .enumerate()
        .zip([3, 4, 0])
        .map(|((rank, name), colour)| Series {
            name: name.to_owned(),
            values: classes.iter().map(|class| holders[class][rank].len() as u64).collect(),
            colour,
        })
        .collect();
    series.retain(|series| series.values.iter().any(|value| *value > 0));
    let words: Vec<_> = classes
        .iter()
        .map(|class| {
            let sets = &holders[class];
            format!("{}: {} without end, {} may activate", class.label(), sets[0].len(), sets[2].len())
        })
        .collect();
    Chart {
        id: "chart-standing",
        title: "Standing and eligible access by tier".to_owned(),
        description: format!("People and applications. {}.", words.join("; ")),
        categories: classes.iter().map(|class| class.label().to_owned()).collect(),
        series,
        stacked: false,
        tints: Vec::new(),
        svg: None,
    }
}

fn findings(view: &View<'_>, chapter: &mut Chapter) {
    let [critical, high] = [Severity::Critical, Severity::High].map(|severity| count_of(view, severity));
    let all = view.report.findings.map_or(0, |findings| findings.findings.len());
    chapter.text(match (all, critical + high) {
        (0, _) => "Nothing was found that is not as it should be.".to_owned(),
        (all, 0) => format!("{} found, none of them urgent.", count(all, "weakness was", "weaknesses were")),
        (all, _) => format!(
            "{} found; {} critical (to be done today) and {} high (to be done this week).",
            count(all, "weakness was", "weaknesses were"),
            number(critical),
            number(high)
        ),
    });
}

fn unread(snapshot: &Snapshot, chapter: &mut Chapter) {
    let mut sources: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for source in SourceKind::ALL {
        let word = match &snapshot.reading(*source).coverage {
            Coverage::Read => continue,
            Coverage::Partial(_) => "read only in part",
            Coverage::Denied(_) => "not allowed to the reader",
            Coverage::Unsupported(_) => "not offered by what was used to read",
            Coverage::Failed(_) => "not readable because of an error",
            Coverage::NotAsked => "not asked for",
        };
        sources.entry(word).or_default().push(source_words(*source).to_owned());
    }
    if sources.is_empty() {
        chapter.text("Everything that was asked for could be read.");
        return;
    }
    let parts: Vec<_> = sources.iter().map(|(word, names)| format!("{word}: {}", list(names))).collect();
    chapter.note(format!(
        "Not everything could be read. What is missing here is unknown, not absent. {}.",
        title(&parts.join("; "))
    ));
}
