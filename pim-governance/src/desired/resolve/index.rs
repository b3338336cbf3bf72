//! What the names of a design stand for in a snapshot.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use pim_core::{
    directory::{Group, User},
    id::{ApplicationId, ContextId, GroupId, PrincipalId, RoleId, UnitId},
    policy::Policy,
    principal::PrincipalKind,
    privilege::{Privilege, Surface},
    schedule::Level,
    time::{Timestamp, Window},
};

use crate::{
    desired::{document::words, fault::FaultKind},
    snapshot::{Snapshot, SourceKind},
};

/// How often the nearest name is looked for: in a large tenant each takes a moment.
const SEARCHES: u32 = 20;

/// A snapshot by name.
pub(super) struct Index<'a> {
    pub(super) snapshot: &'a Snapshot,
    kinds: HashMap<PrincipalId, PrincipalKind>,
    principals: Names<PrincipalId>,
    roles: HashMap<Surface, Names<RoleId>>,
    units: Names<UnitId>,
    contexts: Names<ContextId>,
    group_names: Names<GroupId>,
    applications: Names<ApplicationId>,
    users: HashMap<&'a PrincipalId, &'a User>,
    groups: HashMap<&'a GroupId, &'a Group>,
    policies: HashMap<&'a Privilege, &'a Policy>,
    grants: HashMap<(u8, &'a PrincipalId, &'a Privilege), Window>,
    searches: Cell<u32>,
}

type Names<T> = BTreeMap<String, BTreeSet<T>>;

/// Why a name leads nowhere.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) kind: FaultKind,
    pub(super) message: String,
    pub(super) candidates: Vec<String>,
}

/// What is looked up: what it is called in a message, where it would be, and whether its names may be shown.
struct Wanted<'a> {
    noun: &'a str,
    sources: &'a [SourceKind],
    personal: bool,
}

impl<'a> Index<'a> {
    pub(super) fn new(snapshot: &'a Snapshot) -> Self {
        let (kinds, principals) = principals(snapshot);
        let mut roles: HashMap<Surface, Names<RoleId>> = HashMap::new();
        for role in &snapshot.roles {
            let of = roles.entry(role.surface.clone()).or_default();
            of.entry(fold(&role.name)).or_default().insert(role.id.clone());
            of.entry(fold(&role.id.to_string())).or_default().insert(role.id.clone());
        }
        let mut units = Names::new();
        for unit in &snapshot.units {
            learn(&mut units, &unit.name, &unit.id);
        }
        let mut contexts = Names::new();
        for context in &snapshot.contexts {
            learn(&mut contexts, &context.name, &context.id);
        }
        let mut group_names = Names::new();
        for group in &snapshot.groups {
            learn(&mut group_names, &group.name, &group.id);
        }
        let mut applications: Names<ApplicationId> = Names::new();
        for app in &snapshot.service_principals {
            if let Ok(id) = app.id.to_string().parse() {
                learn(&mut applications, &app.name, &id);
            }
        }
        let eligibilities =
            snapshot.eligibilities.iter().map(|e| ((0, &e.principal, &e.privilege), e.window));
        let standing = snapshot.assignments.iter().filter(|a| !a.origin.is_activated());
        let standing = standing.map(|a| ((1, &a.principal, &a.privilege), a.window));
        let now = snapshot.taken_at;
        Self {
            snapshot,
            kinds,
            principals,
            roles,
            units,
            contexts,
            group_names,
            applications,
            users: snapshot.users.iter().map(|user| (&user.id, user)).collect(),
            groups: snapshot.groups.iter().map(|group| (&group.id, group)).collect(),
            policies: snapshot.policies.iter().map(|policy| (&policy.subject, policy)).collect(),
            grants: eligibilities.chain(standing).filter(|(_, window)| !window.has_ended(now)).collect(),
            searches: Cell::new(SEARCHES),
        }
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.snapshot.taken_at
    }

    pub(super) fn principal(&self, name: &str, noun: &str) -> Result<PrincipalId, Lost> {
        let sources = [SourceKind::Users, SourceKind::Groups, SourceKind::ServicePrincipals];
        self.find(&self.principals, name, &Wanted { noun, sources: &sources, personal: true })
    }

    pub(super) fn group(&self, name: &str) -> Result<GroupId, Lost> {
        self.find(
            &self.group_names,
            name,
            &Wanted { noun: "group", sources: &[SourceKind::Groups], personal: false },
        )
    }

    /// A role, whose name may end in `Admin` for `Administrator`, as people say.
    pub(super) fn role(&self, name: &str, surface: &Surface) -> Result<RoleId, Lost> {
        let none = Names::new();
        let names = self.roles.get(surface).unwrap_or(&none);
        let sources: Vec<_> = SourceKind::roles(surface).into_iter().collect();
        let noun = if *surface == Surface::AzureRoles { "Azure role" } else { "Entra role" };
        let full = fold(name).strip_suffix(" admin").map(|begin| format!("{begin} administrator"));
        let name = full.as_deref().filter(|full| names.contains_key(*full)).unwrap_or(name);
        self.find(names, name, &Wanted { noun, sources: &sources, personal: false })
    }

    pub(super) fn unit(&self, name: &str) -> Result<UnitId, Lost> {
        let wanted = Wanted { noun: "administrative unit", sources: &[SourceKind::Units], personal: false };
        self.find(&self.units, name, &wanted)
    }

    pub(super) fn context(&self, name: &str) -> Result<ContextId, Lost> {
        let wanted =
            Wanted { noun: "authentication context", sources: &[SourceKind::Contexts], personal: false };
        self.find(&self.contexts, name, &wanted)
    }

    /// An application by the name or id of its identity in the tenant, or by the id of its registration.
    pub(super) fn application(&self, name: &str) -> Result<ApplicationId, Lost> {
        // The ids of registrations are not in a snapshot: any id is taken at its word.
        if let Ok(id) = name.parse::<ApplicationId>()
            && id.guid().is_some()
        {
            return Ok(id);
        }
        let wanted =
            Wanted { noun: "application", sources: &[SourceKind::ServicePrincipals], personal: false };
        self.find(&self.applications, name, &wanted)
    }

    pub(super) fn kind(&self, id: &PrincipalId) -> Option<&PrincipalKind> {
        self.kinds.get(id)
    }

    pub(super) fn user(&self, id: &PrincipalId) -> Option<&'a User> {
        self.users.get(id).copied()
    }

    pub(super) fn group_facts(&self, id: &GroupId) -> Option<&'a Group> {
        self.groups.get(id).copied()
    }

    pub(super) fn policy(&self, subject: &Privilege) -> Option<&'a Policy> {
        self.policies.get(subject).copied()
    }

    /// The window of a grant that stands or is to begin.
    pub(super) fn standing(&self, level: &Level, who: &PrincipalId, what: &Privilege) -> Option<Window> {
        let family = u8::from(*level != Level::Eligibility);
        self.grants.get(&(family, who, what)).copied()
    }

    fn find<T>(&self, names: &Names<T>, name: &str, wanted: &Wanted<'_>) -> Result<T, Lost>
    where
        T: Clone + Ord + ToString + std::str::FromStr,
    {
        let found = names.get(&fold(name));
        match found.map(|ids| (ids.len(), ids.first())) {
            Some((1, Some(id))) => return Ok(id.clone()),
            Some((n, Some(_))) => return Err(ambiguous(found, n, wanted)),
            _ => {}
        }
        let unread = self.snapshot.incomplete(wanted.sources.iter().copied());
        let is_guid = name.parse::<PrincipalId>().is_ok_and(|id| id.guid().is_some());
        if let Some(source) = unread.first() {
            // An id needs no list.
            if is_guid && let Ok(id) = name.parse() {
                return Ok(id);
            }
            let message = format!(
                "it can't be told which {} this is, because {} was not wholly read: read it, or write the id",
                wanted.noun,
                unread.iter().map(|source| source.as_str()).collect::<Vec<_>>().join(", "),
            );
            return Err(Lost { kind: FaultKind::NotRead(*source), message, candidates: Vec::new() });
        }
        Err(self.unknown(names, name, is_guid, wanted))
    }

    fn unknown<T: ToString>(&self, names: &Names<T>, name: &str, is_guid: bool, wanted: &Wanted<'_>) -> Lost {
        let left = self.searches.get();
        self.searches.set(left.saturating_sub(1));
        let near =
            if is_guid || left == 0 { None } else { words::nearest(name, names.keys().map(String::as_str)) };
        let ids = near.and_then(|near| names.get(near)).into_iter().flatten();
        let candidates: Vec<_> = ids.map(ToString::to_string).collect();
        let what = if wanted.personal && !is_guid { "this".to_owned() } else { words::quote(name) };
        let noun = wanted.noun;
        let message = match (near, candidates.first()) {
            (Some(near), Some(id)) if !wanted.personal => {
                format!("no {noun} is called {what}; did you mean {} ({id})?", words::quote(near))
            }
            (_, Some(id)) => format!("no {noun} is called {what}; the nearest name is that of {id}"),
            _ if is_guid => format!("there is no {noun} {what}; it may have been deleted"),
            _ => format!("no {noun} is called {what}; write its name as the directory has it, or its id"),
        };
        Lost { kind: FaultKind::UnknownName, message, candidates }
    }
}

fn ambiguous<T: ToString>(found: Option<&BTreeSet<T>>, n: usize, wanted: &Wanted<'_>) -> Lost {
    let candidates: Vec<_> = found.into_iter().flatten().map(ToString::to_string).collect();
    let message = format!(
        "{n} things have this name: write the id of the {} that is meant: {}",
        wanted.noun,
        candidates.join(", ")
    );
    Lost { kind: FaultKind::Ambiguous, message, candidates }
}

fn principals(snapshot: &Snapshot) -> (HashMap<PrincipalId, PrincipalKind>, Names<PrincipalId>) {
    let mut kinds = HashMap::new();
    let mut names = Names::new();
    for holder in &snapshot.holders {
        kinds.insert(holder.id.clone(), holder.kind.clone());
        names.entry(fold(&holder.id.to_string())).or_default().insert(holder.id.clone());
        for name in [&holder.name, &holder.sign_in_name].into_iter().flatten() {
            learn(&mut names, name.expose(), &holder.id);
        }
    }
    for user in &snapshot.users {
        kinds.insert(user.id.clone(), PrincipalKind::User);
        learn(&mut names, user.name.expose(), &user.id);
        learn(&mut names, user.sign_in_name.expose(), &user.id);
        if let Some(mail) = &user.mail {
            learn(&mut names, mail.expose(), &user.id);
        }
    }
    for group in &snapshot.groups {
        let id = group.id.as_principal();
        kinds.insert(id.clone(), PrincipalKind::Group);
        learn(&mut names, &group.name, &id);
    }
    for app in &snapshot.service_principals {
        kinds.insert(app.id.clone(), PrincipalKind::ServicePrincipal);
        learn(&mut names, &app.name, &app.id);
        learn(&mut names, &app.app.to_string(), &app.id);
    }
    (kinds, names)
}

fn learn<T: Clone + Ord + ToString>(names: &mut Names<T>, name: &str, id: &T) {
    for text in [name, &id.to_string()] {
        if !text.trim().is_empty() {
            names.entry(fold(text)).or_default().insert(id.clone());
        }
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
