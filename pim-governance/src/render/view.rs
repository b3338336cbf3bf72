//! What all sections look things up in.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use pim_core::{
    directory::User,
    id::{ConditionalAccessId, PrincipalId, RoleId},
    principal::PrincipalKind,
    privilege::{DirectoryScope, Privilege},
    time::Timestamp,
};

use super::{
    Report, Section,
    holdings::{Holdings, Member},
    text::clean,
};
use crate::{
    desired::Who,
    names::Names,
    reference::{Reference, Tier, Tiers},
    resolve::{Path, Resolver, Standing},
    snapshot::Activated,
};

pub(super) struct View<'a> {
    pub(super) report: &'a Report<'a>,
    names: Names,
    /// Of those who are gone.
    earlier: Option<Names>,
    kinds: HashMap<&'a PrincipalId, PrincipalKind>,
    tiers: Option<Tiers<'a>>,
    holdings: OnceCell<Holdings<'a>>,
    resolver: OnceCell<Option<Resolver<'a>>>,
    break_glass: OnceCell<BTreeSet<PrincipalId>>,
    paths: OnceCell<Vec<Path>>,
    standings: OnceCell<BTreeMap<PrincipalId, Standing>>,
}

/// When things were last activated.
pub(super) struct LastActivations<'a>(HashMap<(&'a PrincipalId, Activated), Timestamp>);

impl LastActivations<'_> {
    pub(super) fn of(&self, principal: &PrincipalId, privilege: &Privilege) -> Option<Timestamp> {
        self.0.get(&(principal, Activated::of(privilege)?)).copied()
    }
}

/// How far a privilege reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Class {
    Known(Tier),
    Unknown,
}

impl Class {
    pub(super) const ALL: [Self; 4] =
        [Self::Known(Tier::Control), Self::Known(Tier::Management), Self::Known(Tier::User), Self::Unknown];

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Known(Tier::Control) => "Tier 0: rules the tenant",
            Self::Known(Tier::Management) => "Tier 1: runs a service",
            Self::Known(Tier::User) => "Tier 2: everyday work",
            Self::Unknown => "Tier not known",
        }
    }
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report<'a>) -> Self {
        let mut kinds = HashMap::new();
        if let Some(snapshot) = report.snapshot {
            kinds.extend(snapshot.memberships.iter().map(|row| (&row.principal, row.kind.clone())));
            kinds.extend(snapshot.holders.iter().map(|holder| (&holder.id, holder.kind.clone())));
            kinds.extend(snapshot.users.iter().map(|user| (&user.id, PrincipalKind::User)));
            let apps = snapshot.service_principals.iter();
            kinds.extend(apps.map(|app| (&app.id, PrincipalKind::ServicePrincipal)));
        }
        let reference = match report.reference {
            Some(own) => own,
            None => Reference::builtin(),
        };
        Self {
            report,
            names: report.snapshot.map(Names::of).unwrap_or_default(),
            earlier: report.before.map(Names::of),
            kinds,
            tiers: report.snapshot.map(|snapshot| reference.tiers(snapshot)),
            holdings: OnceCell::new(),
            resolver: OnceCell::new(),
            break_glass: OnceCell::new(),
            paths: OnceCell::new(),
            standings: OnceCell::new(),
        }
    }

    /// Whether a section is wanted.
    pub(super) fn wants(&self, section: Section) -> bool {
        self.report.sections.is_none_or(|sections| sections.contains(&section))
    }

    pub(super) fn holdings(&self) -> &Holdings<'a> {
        self.holdings.get_or_init(|| self.report.snapshot.map(Holdings::new).unwrap_or_default())
    }

    /// The accounts for emergencies, as far as somebody named them.
    pub(super) fn break_glass(&self) -> &BTreeSet<PrincipalId> {
        self.break_glass.get_or_init(|| self.named_break_glass())
    }

    fn named_break_glass(&self) -> BTreeSet<PrincipalId> {
        let named = self.report.safeguards.into_iter().flat_map(|safeguards| &safeguards.break_glass);
        let designed = self.report.design.into_iter().flat_map(|design| &design.break_glass);
        let designed = designed.filter_map(|who| self.looked_up(who));
        let planned = self.report.plan.into_iter().flat_map(|plan| &plan.guarded.break_glass);
        named.chain(planned).cloned().chain(designed).collect()
    }

    /// The account that a design names by id, sign-in name or name.
    fn looked_up(&self, who: &Who) -> Option<PrincipalId> {
        let named = |user: &&User| {
            let names = [user.sign_in_name.expose(), user.name.expose()];
            names.iter().any(|name| name.eq_ignore_ascii_case(who.as_str()))
                || user.id.to_string().eq_ignore_ascii_case(who.as_str())
        };
        self.report.snapshot?.users.iter().find(named).map(|user| user.id.clone())
    }

    /// How people and applications stand to Global Administrator, each on the way on which it is strongest.
    pub(super) fn standings(&self) -> &BTreeMap<PrincipalId, Standing> {
        self.standings.get_or_init(|| {
            let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
            self.resolver().map(|resolver| resolver.standings_of(&global)).unwrap_or_default()
        })
    }

    pub(super) fn resolver(&self) -> Option<&Resolver<'a>> {
        self.resolver.get_or_init(|| self.report.snapshot.map(Resolver::new)).as_ref()
    }

    /// The name of a Conditional Access policy.
    pub(super) fn conditional_access(&self, id: &ConditionalAccessId) -> String {
        let policies = self.report.snapshot.into_iter().flat_map(|snapshot| &snapshot.conditional_access);
        let name = policies.filter(|policy| policy.id == *id).map(|policy| clean(&policy.name).into_owned());
        name.into_iter().next().unwrap_or_else(|| id.to_string())
    }

    /// Who is inside a group, sorted by name.
    pub(super) fn members(&self, group: &PrincipalId) -> Rc<Vec<Member<'a>>> {
        self.holdings().inside(group, |id| self.principal(id))
    }

    /// The name of somebody, if there is one.
    pub(super) fn known(&self, id: &PrincipalId) -> Option<String> {
        let text = id.to_string();
        let names = [Some(&self.names), self.earlier.as_ref()];
        let name =
            names.into_iter().flatten().map(|names| names.principal(id)).find(|name| **name != *text)?;
        Some(clean(&name).into_owned())
    }

    /// Who can become Global Administrator, least effort first.
    pub(super) fn paths(&self) -> &[Path] {
        self.paths.get_or_init(|| {
            let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
            self.resolver().map(|resolver| resolver.paths_to(&global)).unwrap_or_default()
        })
    }

    /// When things were last activated, by the audit log or by what is active.
    pub(super) fn last_activations(&self) -> LastActivations<'a> {
        let mut last = HashMap::new();
        if let Some(snapshot) = self.report.snapshot {
            let told = snapshot.last_activations.iter().map(|row| (&row.principal, row.what.clone(), row.at));
            let running =
                snapshot.assignments.iter().filter(|row| row.origin.is_activated()).filter_map(|row| {
                    Some((&row.principal, Activated::of(&row.privilege)?, row.window.start()?))
                });
            for (principal, what, at) in told.chain(running) {
                let known = last.entry((principal, what)).or_insert(at);
                *known = at.max(*known);
            }
        }
        LastActivations(last)
    }

    /// The name of somebody, on one line.
    pub(super) fn principal(&self, id: &PrincipalId) -> String {
        self.known(id).unwrap_or_else(|| clean(&id.to_string()).into_owned())
    }

    /// The name of a privilege and where it counts, on one line.
    pub(super) fn privilege(&self, privilege: &Privilege) -> String {
        clean(&self.names.privilege(privilege)).into_owned()
    }

    /// The name of the role, or of the group and how it is held.
    pub(super) fn role(&self, privilege: &Privilege) -> String {
        let name = match privilege.role_id() {
            Some(role) => self.names.role(&privilege.surface(), role),
            None => self.names.privilege(privilege),
        };
        clean(&name).into_owned()
    }

    /// Where a privilege counts.
    pub(super) fn scope(&self, privilege: &Privilege) -> String {
        match privilege {
            Privilege::DirectoryRole { scope: DirectoryScope::Tenant, .. } => "whole tenant".to_owned(),
            Privilege::DirectoryRole { scope: DirectoryScope::AdministrativeUnit(unit), .. } => {
                format!("administrative unit {}", clean(&self.names.unit(unit)))
            }
            Privilege::DirectoryRole { scope: DirectoryScope::Application(id), .. } => {
                let name = id.to_string().parse().map(|id| self.principal(&id));
                format!("application {}", name.unwrap_or_else(|_| id.to_string()))
            }
            Privilege::DirectoryRole { scope, .. } => clean(&scope.to_string()).into_owned(),
            Privilege::Group { .. } => "this group".to_owned(),
            Privilege::AzureRole { scope, .. } => clean(scope.as_str()).into_owned(),
            _ => String::new(),
        }
    }

    /// What somebody is, in a word.
    pub(super) fn kind(&self, id: &PrincipalId) -> &'static str {
        match self.kinds.get(id) {
            _ if self.break_glass().contains(id) => "break-glass account",
            Some(PrincipalKind::User) => "person",
            Some(PrincipalKind::ServicePrincipal) => "application",
            _ if self.holdings().is_group(id) => "group",
            Some(PrincipalKind::Group) => "group",
            _ => "unknown",
        }
    }

    pub(super) fn class(&self, privilege: &Privilege) -> Class {
        self.tiers.as_ref().and_then(|tiers| tiers.of(privilege)).map_or(Class::Unknown, Class::Known)
    }

    /// A sentence in which ids of people, groups and applications are replaced by their names.
    pub(super) fn told(&self, sentence: &str) -> String {
        const LEN: usize = 36;
        let mut out = String::with_capacity(sentence.len());
        let mut rest = sentence;
        while let Some(first) = rest.chars().next() {
            let id = rest.get(..LEN).filter(|text| text.as_bytes()[8] == b'-' && text.as_bytes()[23] == b'-');
            match id.and_then(|text| text.parse::<PrincipalId>().ok()) {
                Some(id) => {
                    out.push_str(&self.principal(&id));
                    rest = &rest[LEN..];
                }
                None => {
                    out.push(first);
                    rest = &rest[first.len_utf8()..];
                }
            }
        }
        clean(&out).into_owned()
    }
}
