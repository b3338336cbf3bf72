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
    desired::{Who, document::words, fault::FaultKind},
    snapshot::{Snapshot, SourceKind},
};

/// How often the nearest name is looked for: in a large tenant each takes a moment.
const SEARCHES: u32 = 20;

/// A snapshot by name.
pub(in crate::desired) struct Index<'a> {
    pub(in crate::desired) snapshot: &'a Snapshot,
    kinds: HashMap<PrincipalId, PrincipalKind>,
    principals: Names<PrincipalId>,
    roles: HashMap<Surface, Names<RoleId>>,
    units: Names<UnitId>,
    contexts: Names<ContextId>,
    group_names: Names<GroupId>,
    applications: Names<ApplicationId>,
    called: HashMap<PrincipalId, &'a str>,
    users: HashMap<&'a PrincipalId, &'a User>,
    groups: HashMap<&'a GroupId, &'a Group>,
    policies: HashMap<&'a Privilege, &'a Policy>,
    grants: HashMap<(u8, &'a PrincipalId, &'a Privilege), Window>,
    searches: Cell<u32>,
}

/// Names in lower case, and what each stands for.
type Names<T> = BTreeMap<String, Entry<T>>;

struct Entry<T> {
    ids: BTreeSet<T>,
    /// As the directory writes it.
    written: String,
}

/// Why a name leads nowhere.
#[derive(Debug)]
pub(in crate::desired) struct Lost {
    pub(in crate::desired) kind: FaultKind,
    pub(in crate::desired) message: String,
    pub(in crate::desired) candidates: Vec<String>,
}

/// What is looked up: what it is called in a message, where it would be, and whether its names may be shown.
struct Wanted<'a> {
    noun: &'a str,
    sources: &'a [SourceKind],
    personal: bool,
}

impl<'a> Index<'a> {
    pub(in crate::desired) fn new(snapshot: &'a Snapshot) -> Self {
        let (kinds, principals) = principals(snapshot);
        let mut roles: HashMap<Surface, Names<RoleId>> = HashMap::new();
        for role in &snapshot.roles {
            let of = roles.entry(role.surface.clone()).or_default();
            learn(of, &role.name, &role.id);
        }
        let mut group_names = Names::new();
        for group in &snapshot.groups {
            learn(&mut group_names, &group.name, &group.id);
        }
        let policies = snapshot.policies.iter().map(|policy| &policy.subject);
        let granted = snapshot.eligibilities.iter().map(|grant| &grant.privilege);
        let held = snapshot.assignments.iter().map(|grant| &grant.privilege);
        // What is granted exists, whether its list knows it or not.
        for privilege in policies.chain(granted).chain(held) {
            if let Some(role) = privilege.role_id() {
                let of = roles.entry(privilege.surface()).or_default();
                learn_name(of, &role.to_string(), role);
            }
            if let Some(group) = privilege.group_id() {
                learn_name(&mut group_names, &group.to_string(), group);
            }
        }
        let mut units = Names::new();
        for unit in &snapshot.units {
            learn(&mut units, &unit.name, &unit.id);
        }
        let mut contexts = Names::new();
        for context in &snapshot.contexts {
            learn(&mut contexts, &context.name, &context.id);
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
        let mut grants: HashMap<_, Window> = HashMap::new();
        for (key, window) in eligibilities.chain(standing) {
            if window.has_ended(snapshot.taken_at) {
                continue;
            }
            // Of two of the same holder the one that lasts longer counts.
            let lasts = |window: &Window| window.end().map_or((1, None), |end| (0, Some(end)));
            match grants.get(&key) {
                Some(other) if lasts(other) >= lasts(&window) => {}
                _ => {
                    grants.insert(key, window);
                }
            }
        }
        Self {
            snapshot,
            kinds,
            principals,
            roles,
            units,
            contexts,
            group_names,
            applications,
            called: called(snapshot),
            users: snapshot.users.iter().map(|user| (&user.id, user)).collect(),
            groups: snapshot.groups.iter().map(|group| (&group.id, group)).collect(),
            policies: snapshot.policies.iter().map(|policy| (&policy.subject, policy)).collect(),
            grants,
            searches: Cell::new(SEARCHES),
        }
    }

    pub(super) const fn now(&self) -> Timestamp {
        self.snapshot.taken_at
    }

    pub(in crate::desired) fn principal(&self, name: &str, noun: &str) -> Result<PrincipalId, Lost> {
        let sources = [SourceKind::Users, SourceKind::Groups, SourceKind::ServicePrincipals];
        self.find(&self.principals, name, &Wanted { noun, sources: &sources, personal: true })
    }

    pub(in crate::desired) fn group(&self, name: &str) -> Result<GroupId, Lost> {
        self.find(
            &self.group_names,
            name,
            &Wanted { noun: "group", sources: &[SourceKind::Groups], personal: false },
        )
    }

    /// A role, whose name may end in `Admin` for `Administrator`, as people say.
    pub(in crate::desired) fn role(&self, name: &str, surface: &Surface) -> Result<RoleId, Lost> {
        let none = Names::new();
        let names = self.roles.get(surface).unwrap_or(&none);
        let sources: Vec<_> = SourceKind::roles(surface).into_iter().collect();
        let noun = if *surface == Surface::AzureRoles { "Azure role" } else { "Entra role" };
        let full = fold(name).strip_suffix(" admin").map(|begin| format!("{begin} administrator"));
        let name = full.as_deref().filter(|full| names.contains_key(*full)).unwrap_or(name);
        self.find(names, name, &Wanted { noun, sources: &sources, personal: false })
    }

    pub(in crate::desired) fn unit(&self, name: &str) -> Result<UnitId, Lost> {
        let wanted = Wanted { noun: "administrative unit", sources: &[SourceKind::Units], personal: false };
        self.find(&self.units, name, &wanted)
    }

    pub(in crate::desired) fn context(&self, name: &str) -> Result<ContextId, Lost> {
        let wanted =
            Wanted { noun: "authentication context", sources: &[SourceKind::Contexts], personal: false };
        self.find(&self.contexts, name, &wanted)
    }

    /// An application by the name or id of its identity in the tenant, or by the id of its registration.
    pub(in crate::desired) fn application(&self, name: &str) -> Result<ApplicationId, Lost> {
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

    /// A name that leads back to this principal, or its id.
    pub(in crate::desired) fn name(&self, id: &PrincipalId) -> Who {
        let user = self.user(id);
        let names = [user.map(|user| user.sign_in_name.expose().as_str()), self.called.get(id).copied()];
        let leads_back = |name: &&str| self.principal(name, "").is_ok_and(|found| found == *id);
        names.into_iter().flatten().find(leads_back).map_or_else(|| id.to_string().into(), Who::from)
    }

    pub(in crate::desired) fn role_name(&self, id: &RoleId, surface: &Surface) -> String {
        let role = self.snapshot.roles.iter().find(|role| role.id == *id && role.surface == *surface);
        let name = role.map(|role| role.name.as_str());
        name.filter(|name| self.role(name, surface).is_ok_and(|found| found == *id))
            .map_or_else(|| id.to_string(), str::to_owned)
    }

    pub(in crate::desired) fn group_name(&self, id: &GroupId) -> String {
        let name = self.group_facts(id).map(|group| group.name.as_str());
        name.filter(|name| self.group(name).is_ok_and(|found| found == *id))
            .map_or_else(|| id.to_string(), str::to_owned)
    }

    /// A name that leads back to this unit; `None` where the unit is not known.
    pub(in crate::desired) fn unit_name(&self, id: &UnitId) -> Option<String> {
        let unit = self.snapshot.units.iter().find(|unit| unit.id == *id)?;
        let leads_back = self.unit(&unit.name).is_ok_and(|found| found == *id);
        Some(if leads_back { unit.name.clone() } else { id.to_string() })
    }

    pub(in crate::desired) fn kind(&self, id: &PrincipalId) -> Option<&PrincipalKind> {
        self.kinds.get(id)
    }

    pub(in crate::desired) fn user(&self, id: &PrincipalId) -> Option<&'a User> {
        self.users.get(id).copied()
    }

    pub(in crate::desired) fn group_facts(&self, id: &GroupId) -> Option<&'a Group> {
        self.groups.get(id).copied()
    }

    pub(in crate::desired) fn policy(&self, subject: &Privilege) -> Option<&'a Policy> {
        self.policies.get(subject).copied()
    }

    /// The window of a grant that stands or is to begin.
    pub(in crate::desired) fn standing(
        &self,
        level: &Level,
        who: &PrincipalId,
        what: &Privilege,
    ) -> Option<Window> {
        let family = u8::from(*level != Level::Eligibility);
        self.grants.get(&(family, who, what)).copied()
    }

    fn find<T>(&self, names: &Names<T>, name: &str, wanted: &Wanted<'_>) -> Result<T, Lost>
    where
        T: Clone + Ord + ToString + std::str::FromStr,
    {
        let found = names.get(&fold(name)).map(|entry| &entry.ids);
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
        let near = near.and_then(|near| names.get(near));
        let ids = near.into_iter().flat_map(|near| &near.ids);
        let candidates: Vec<_> = ids.map(ToString::to_string).collect();
        let what = if wanted.personal && !is_guid { "this".to_owned() } else { words::quote(name) };
        let noun = wanted.noun;
        let message = match (near, candidates.first()) {
            (Some(near), Some(id)) if !wanted.personal => {
                format!("no {noun} is called {what}; did you mean {} ({id})?", words::quote(&near.written))
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
        learn_name(&mut names, &holder.id.to_string(), &holder.id);
        for name in [&holder.name, &holder.sign_in_name].into_iter().flatten() {
            learn(&mut names, name.expose(), &holder.id);
        }
    }
    let granted = snapshot.eligibilities.iter().map(|grant| &grant.principal);
    // Deleted, perhaps, and still there to be named by id.
    for id in granted.chain(snapshot.assignments.iter().map(|grant| &grant.principal)) {
        learn_name(&mut names, &id.to_string(), id);
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

fn called(snapshot: &Snapshot) -> HashMap<PrincipalId, &str> {
    let holders = snapshot
        .holders
        .iter()
        .filter_map(|holder| holder.name.as_ref().map(|name| (holder.id.clone(), name.expose().as_str())));
    let users = snapshot.users.iter().map(|user| (user.id.clone(), user.name.expose().as_str()));
    let groups = snapshot.groups.iter().map(|group| (group.id.as_principal(), group.name.as_str()));
    let apps = snapshot.service_principals.iter().map(|app| (app.id.clone(), app.name.as_str()));
    holders.chain(users).chain(groups).chain(apps).collect()
}

/// A name, and the id as a name of its own.
fn learn<T: Clone + Ord + ToString>(names: &mut Names<T>, name: &str, id: &T) {
    learn_name(names, name, id);
    learn_name(names, &id.to_string(), id);
}

fn learn_name<T: Clone + Ord>(names: &mut Names<T>, name: &str, id: &T) {
    if !name.trim().is_empty() {
        let entry = || Entry { ids: BTreeSet::new(), written: name.to_owned() };
        names.entry(fold(name)).or_insert_with(entry).ids.insert(id.clone());
    }
}

fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}
