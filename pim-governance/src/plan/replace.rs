//! What takes the place of what is taken away: nobody loses access before they have what they get for it.

use std::borrow::Cow;

use pim_core::{
    id::{GroupId, PrincipalId, RoleId},
    policy::{RuleCaller, RuleChange},
    privilege::{DirectoryScope, GroupAccess, Privilege},
    request::Action,
    schedule::Level,
};

use super::{
    Change, Fact,
    compare::{Differences, Wanted},
    item::{Act, Item, Need, Rank},
    judge::Judge,
    rows::{Rows, Standing},
    state::{Stand, subject_of},
    web::{Hold, Map, Set, Web, retied},
    wish::Wishes,
};
use crate::snapshot::{Snapshot, SourceKind};

/// Fills in what must come before what.
pub(super) fn relate(found: &mut Differences, wishes: &Wishes<'_>, rows: &Rows<'_>, judge: &Judge<'_>) {
    let snapshot = judge.facts.snapshot;
    let needs: Vec<_> = found
        .items
        .iter()
        .map(|item| match (&item.change, item.rank) {
            (Change::Grant(_), Rank::Give | Rank::Change) => settings(item, found, wishes, judge),
            _ => Vec::new(),
        })
        .collect();
    for (item, needs) in found.items.iter_mut().zip(needs) {
        item.needs = needs;
    }
    let removals =
        |item: &Item| matches!(&item.change, Change::Grant(ask) if ask.action == Action::AdminRemove);
    if !found.items.iter().any(removals) {
        return;
    }
    let web = without_extras(&found.items, &judge.state.circles.web);
    let index = Index::of(snapshot, wishes, &web);
    for at in 0..found.items.len() {
        let Change::Grant(ask) = &found.items[at].change else { continue };
        if ask.action != Action::AdminRemove {
            continue;
        }
        let mut needs = Vec::new();
        let mut stays = None;
        for wanted in index.replacements(&ask.principal, &ask.privilege) {
            let grant = wishes.grants[wanted];
            let exact = grant.principal == ask.principal && grant.privilege == ask.privilege;
            match found.wanted[wanted] {
                Wanted::Item(other) if found.items[other].rank == Rank::Give => needs.push(Need::Item(other)),
                Wanted::Later(start) if exact => needs.push(Need::Later(start)),
                Wanted::Unread(source) => needs.push(Need::Unread(source)),
                Wanted::There | Wanted::Item(_) if exact => stays = Some(grant),
                _ => {}
            }
        }
        let fact = stays.and_then(|grant| {
            let key = (grant.level.clone(), &grant.principal, &grant.privilege);
            let Some(Standing::Direct(row)) = rows.all.get(&key) else { return None };
            Some(Fact::Grant {
                level: grant.level.clone(),
                principal: grant.principal.clone(),
                privilege: grant.privilege.clone(),
                schedule: row.schedule.clone(),
                window: row.window,
            })
        });
        let item = &mut found.items[at];
        if needs.iter().any(|need| matches!(need, Need::Item(_))) {
            item.why.push_str(" What replaces it comes first.");
        }
        if let Some(Fact::Grant { level, .. }) = &fact {
            let kept = if *level == Level::Eligibility { "may still be activated" } else { "is still held" };
            item.why.push_str(&format!(" It {kept}."));
        }
        item.rests_on.extend(fact);
        item.needs = needs;
    }
}

/// Groups as they are without the memberships that nobody wants: what one has by those replaces nothing.
fn without_extras<'a>(items: &[Item], web: &'a Web) -> Cow<'a, Web> {
    let mut web = Cow::Borrowed(web);
    for item in items {
        if let (Act::Grant(effect), Rank::Take) = (&item.act, item.rank)
            && let Privilege::Group { group, access: GroupAccess::Member } = &effect.privilege
            && effect.to == Stand::Gone
        {
            let before = web.ties(group, &effect.principal);
            let after = retied(before, &effect.level, effect.from.is_in_force(), None);
            web.to_mut().set(group, &effect.principal, after);
        }
    }
    web
}

/// The settings that must be in place before a grant is made.
fn settings(item: &Item, found: &Differences, wishes: &Wishes<'_>, judge: &Judge<'_>) -> Vec<Need> {
    let Change::Grant(ask) = &item.change else { return Vec::new() };
    let subject = subject_of(&ask.privilege);
    let eligible = ask.level == Level::Eligibility && item.rank == Rank::Give;
    let Some(policy) = found.policies.get(&subject) else {
        let source = SourceKind::policies(&subject.surface());
        let unknown = wishes.policies.contains_key(&subject) && judge.state.policy(&subject).is_none();
        let unread =
            source.filter(|source| unknown && eligible && !judge.facts.snapshot.is_complete(*source));
        return unread.map(Need::Unread).into_iter().collect();
    };
    let (Act::Policy(base), Change::Policy { rules, .. }) =
        (&found.items[*policy].act, &found.items[*policy].change)
    else {
        return Vec::new();
    };
    let governs_activation =
        |change: &RuleChange| change.kind.target().is_some_and(|target| target.caller == RuleCaller::EndUser);
    // Whoever may activate must meet the new demands from the first day.
    let shields = eligible && rules.iter().any(governs_activation);
    // What the new settings allow or forbid is judged by them, also where they could not be written yet.
    let decides = || {
        let after: Vec<_> = rules.iter().map(RuleChange::rule).collect();
        judge.would_forbid(base, ask).is_some() != judge.would_forbid(&base.apply(&after), ask).is_some()
    };
    if shields || decides() { vec![Need::Item(*policy)] } else { Vec::new() }
}

/// A role whatever its scope, or a group.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Family {
    Entra(RoleId),
    Azure(RoleId),
    Group(GroupId, GroupAccess),
    Other,
}

fn family(privilege: &Privilege) -> Family {
    match privilege {
        Privilege::DirectoryRole { role, .. } => Family::Entra(role.clone()),
        Privilege::AzureRole { role, .. } => Family::Azure(role.clone()),
        Privilege::Group { group, access } => Family::Group(group.clone(), access.clone()),
        _ => Family::Other,
    }
}

/// True where one scope lies in the other.
fn overlap(a: &Privilege, b: &Privilege) -> bool {
    match (a, b) {
        (Privilege::DirectoryRole { scope: a, .. }, Privilege::DirectoryRole { scope: b, .. }) => {
            a == b || [a, b].contains(&&DirectoryScope::Tenant)
        }
        (Privilege::AzureRole { scope: a, .. }, Privilege::AzureRole { scope: b, .. }) => {
            a.covers(b) || b.covers(a)
        }
        _ => a == b,
    }
}

struct Index<'a> {
    wishes: &'a Wishes<'a>,
    web: &'a Web,
    by_family: Map<Family, Map<&'a PrincipalId, Vec<usize>>>,
    by_principal: Map<&'a PrincipalId, Vec<usize>>,
    /// What groups hold, or are to hold.
    held: Set<(&'a PrincipalId, Family)>,
}

impl<'a> Index<'a> {
    fn of(snapshot: &'a Snapshot, wishes: &'a Wishes<'a>, web: &'a Web) -> Self {
        let mut by_family: Map<Family, Map<&PrincipalId, Vec<usize>>> = Map::default();
        let mut by_principal: Map<&PrincipalId, Vec<usize>> = Map::default();
        let mut held: Set<(&PrincipalId, Family)> = Set::default();
        for (at, grant) in wishes.grants.iter().enumerate() {
            let family = family(&grant.privilege);
            by_principal.entry(&grant.principal).or_default().push(at);
            if web.is_group(&grant.principal) {
                held.insert((&grant.principal, family.clone()));
            }
            by_family.entry(family).or_default().entry(&grant.principal).or_default().push(at);
        }
        let assigned = snapshot.assignments.iter().map(|row| (&row.principal, &row.privilege));
        let eligible = snapshot.eligibilities.iter().map(|row| (&row.principal, &row.privilege));
        let assigned = assigned.map(|(holder, privilege)| (Level::Assignment, holder, privilege));
        let eligible = eligible.map(|(holder, privilege)| (Level::Eligibility, holder, privilege));
        for (level, holder, privilege) in assigned.chain(eligible) {
            let stays = || {
                !wishes.exclusive.contains(privilege)
                    || wishes.grant_at.contains_key(&(level.clone(), holder, privilege))
            };
            if web.is_group(holder) && stays() {
                held.insert((holder, family(privilege)));
            }
        }
        Self { wishes, web, by_family, by_principal, held }
    }

    /// The wanted grants that may take the place of one.
    fn replacements(&self, principal: &PrincipalId, privilege: &Privilege) -> Vec<usize> {
        let own = family(privilege);
        let mut found = Vec::new();
        let above = self.web.up(principal, Hold::Can);
        if let Some(same) = self.by_family.get(&own) {
            let mut related = above.clone();
            if self.web.is_group(principal) {
                related.extend(self.web.down(principal, Hold::Can));
            }
            let grants = related.iter().filter_map(|id| same.get(id)).flatten().copied();
            found.extend(grants.filter(|at| overlap(&self.wishes.grants[*at].privilege, privilege)));
        }
        for at in self.by_principal.get(principal).into_iter().flatten() {
            let grant = self.wishes.grants[*at];
            // A group that holds it, or is to.
            if let Privilege::Group { group, access: GroupAccess::Member } = &grant.privilege {
                let holders = self.web.up(&group.as_principal(), Hold::Can);
                let holding: Vec<_> = holders.iter().filter(|id| self.has(id, &own)).collect();
                if !holding.is_empty() {
                    found.push(*at);
                }
                let same = self.by_family.get(&own);
                found.extend(holding.iter().filter_map(|id| same?.get(id)).flatten());
            }
            // In place of a group: what that group holds.
            if let Privilege::Group { group, access: GroupAccess::Member } = privilege
                && self.has(&group.as_principal(), &family(&grant.privilege))
            {
                found.push(*at);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn has(&self, group: &PrincipalId, family: &Family) -> bool {
        self.held.contains(&(group, family.clone()))
    }
}
