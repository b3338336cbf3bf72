//! Everything behind the two ports.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use pim_core::{
    clock::{Clock, system_now},
    directory::{AdministrativeUnit, Group, ServicePrincipal, User},
    id::{AppId, PrincipalId, RoleId},
    principal::PrincipalKind,
    privilege::RoleDefinition,
    time::Timestamp,
};
use pim_embedded::{
    Embedded, EmbeddedBackend, catalogue,
    clock::VirtualClock,
    seed::{Records, Seed},
};

use crate::{book::Book, emulator::Options, faults::Faults, log::Log, render, tokens::Tokens};

/// The emulator's state, shared by both ports.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    tenant: RwLock<Arc<Tenant>>,
}

/// One tenant: its service, its clock, and the directory to look things up in.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) service: Embedded,
    pub(crate) clock: VirtualClock,
    /// What the engine has no model for.
    pub(crate) book: Book,
    /// Custom roles that were written, with those of the seed that were deleted.
    written: RwLock<HashMap<RoleId, Option<RoleDefinition>>>,
    principals: HashMap<PrincipalId, Place>,
    apps: HashMap<AppId, usize>,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    User(usize),
    Group(usize),
    Application(usize),
    Unit(usize),
}

/// An object of the directory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Object<'t> {
    User(&'t User),
    Group(&'t Group),
    Application(&'t ServicePrincipal),
    Unit(&'t AdministrativeUnit),
}

impl World {
    pub(crate) fn new(seed: Seed, options: Options) -> Self {
        Self {
            options,
            tokens: Tokens::default(),
            faults: Faults::default(),
            log: Log::default(),
            tenant: RwLock::new(Arc::new(Tenant::new(seed))),
        }
    }

    pub(crate) fn tenant(&self) -> Arc<Tenant> {
        Arc::clone(&self.tenant.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Begins anew with a seed. Tokens stay good; faults and the log are cleared.
    pub(crate) fn begin(&self, seed: Seed) {
        *self.tenant.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Tenant::new(seed));
        self.faults.clear();
        self.log.clear();
    }
}

impl Tenant {
    fn new(seed: Seed) -> Self {
        let clock = VirtualClock::at(seed.records().now.unwrap_or_else(system_now));
        let mut principals = HashMap::new();
        let records = seed.records();
        principals
            .extend(records.users.iter().enumerate().map(|(at, user)| (user.id.clone(), Place::User(at))));
        let groups = records.groups.iter().enumerate();
        principals.extend(groups.map(|(at, group)| (group.group.id.as_principal(), Place::Group(at))));
        let apps = records.service_principals.iter().enumerate();
        principals.extend(apps.map(|(at, app)| (app.id.clone(), Place::Application(at))));
        for (at, unit) in records.units.iter().enumerate() {
            if let Ok(id) = unit.id.to_string().parse() {
                principals.insert(id, Place::Unit(at));
            }
        }
        let apps = records.service_principals.iter().enumerate();
        let apps = apps.map(|(at, app)| (app.app.clone(), at)).collect();
        let book = render::of_seed(seed.records());
        let service = Embedded::new(seed, clock.clone());
        Self { service, clock, book, written: RwLock::default(), principals, apps }
    }

    pub(crate) fn records(&self) -> &Records {
        self.service.seed().records()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// One caller's access.
    pub(crate) fn backend(&self, call: &crate::call::Call) -> EmbeddedBackend {
        self.service.backend(call.bearer.caller.clone())
    }

    /// A user, group, application or unit by its id.
    pub(crate) fn object(&self, id: &PrincipalId) -> Option<Object<'_>> {
        let records = self.records();
        match *self.principals.get(id)? {
            Place::User(at) => records.users.get(at).map(Object::User),
            Place::Group(at) => records.groups.get(at).map(|group| Object::Group(&group.group)),
            Place::Application(at) => records.service_principals.get(at).map(Object::Application),
            Place::Unit(at) => records.units.get(at).map(Object::Unit),
        }
    }

    pub(crate) fn user(&self, id: &PrincipalId) -> Option<&User> {
        match self.object(id) {
            Some(Object::User(user)) => Some(user),
            _ => None,
        }
    }

    pub(crate) fn is_group(&self, id: &PrincipalId) -> bool {
        matches!(self.object(id), Some(Object::Group(_)))
    }

    /// What a principal is; a person, where the directory does not know it.
    pub(crate) fn kind_of(&self, id: &PrincipalId) -> PrincipalKind {
        match self.object(id) {
            Some(Object::Group(_)) => PrincipalKind::Group,
            Some(Object::Application(_)) => PrincipalKind::ServicePrincipal,
            _ => PrincipalKind::User,
        }
    }

    /// Every role: the built-in ones, where the seed has them, its own, and those that were written.
    pub(crate) fn roles(&self) -> Vec<Cow<'_, RoleDefinition>> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        let built_in: &[RoleDefinition] =
            if self.records().built_in_roles { catalogue::entra_roles() } else { &[] };
        let own = self.records().roles.iter();
        let plain = built_in
            .iter()
            .filter(|role| self.records().roles.iter().all(|own| own.id != role.id))
            .chain(own);
        let kept = plain.filter(|role| !written.contains_key(&role.id)).map(Cow::Borrowed);
        let mut new: Vec<_> = written.values().flatten().cloned().collect();
        new.sort_by_key(|role| role.id.to_string());
        kept.chain(new.into_iter().map(Cow::Owned)).collect()
    }

    pub(crate) fn role(&self, id: &RoleId) -> Option<Cow<'_, RoleDefinition>> {
        let written = self.written.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(role) = written.get(id) {
            return role.clone().map(Cow::Owned);
        }
        let own = self.records().roles.iter().find(|role| role.id == *id);
        own.or_else(|| catalogue::role(id).filter(|_| self.records().built_in_roles)).map(Cow::Borrowed)
    }

    /// Takes note of a custom role, or with `None` that it is gone.
    pub(crate) fn note_role(&self, id: RoleId, role: Option<RoleDefinition>) {
        self.written.write().unwrap_or_else(PoisonError::into_inner).insert(id, role);
    }

    /// The service principal of an application, by client id.
    pub(crate) fn app(&self, id: &AppId) -> Option<&ServicePrincipal> {
        self.records().service_principals.get(*self.apps.get(id)?)
    }
}
