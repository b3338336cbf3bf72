//! Whether what was done takes a role, or a lesser one would do.

use std::collections::BTreeSet;

use pim_core::id::RoleId;

use crate::reference::{Basis, LimitedOn, Rank, Reference, RoleFacts, Suggestion, covers, weight};

/// Whether what was done takes a role.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// It takes this one: no single lesser role allows all of it.
    Whole,
    /// A lesser role allows all of it.
    Lesser {
        /// Which, the least first. Each allows nothing that the role does not, and is not of a higher tier.
        roles: Vec<Suggestion>,
        /// The activities that the role was needed for.
        used: BTreeSet<Box<str>>,
        /// On what else it depends whether the lesser one may do them.
        limits: BTreeSet<LimitedOn>,
    },
    /// None of what was done takes the role.
    Unused,
    /// It can't be told.
    Unclear(Unclear),
}

/// Why it can't be told whether a lesser role would do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unclear {
    /// Nothing is known of the role, or of its tier.
    UnknownRole,
    /// The role can do more than its actions show.
    PowerNotInActions,
    /// Of these activities it is not known what they take.
    UnknownActivities(BTreeSet<Box<str>>),
    /// The role acts in these services, which keep logs of their own.
    OtherServices(BTreeSet<Box<str>>),
}

/// Whether what was done, by the names of activities in the audit log, takes a role.
///
/// Global Administrator allows everything; what else it was used for has administrators of its own, so that other
/// services do not make it unclear.
pub fn need<'a>(reference: &Reference, role: &RoleId, activities: impl IntoIterator<Item = &'a str>) -> Need {
    let Some((facts, tier)) = reference.role(role).and_then(|facts| Some((facts, facts.tier?))) else {
        return Need::Unclear(Unclear::UnknownRole);
    };
    if facts.power_not_in_actions {
        return Need::Unclear(Unclear::PowerNotInActions);
    }
    let own = Powers::of(reference, facts);
    let services = own.other_services();
    if !services.is_empty() {
        return Need::Unclear(Unclear::OtherServices(services));
    }
    let (mut used, mut needed, mut limits) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut unknown: BTreeSet<Box<str>> = BTreeSet::new();
    for name in activities {
        let Some(activity) = reference.activity(name) else {
            unknown.insert(name.into());
            continue;
        };
        // What the role allows in part may have been just that part.
        let allowed: Vec<&str> =
            activity.actions.iter().map(AsRef::as_ref).filter(|action| own.cover(action)).collect();
        if !allowed.is_empty() {
            needed.extend(allowed);
            used.insert(name.into());
            limits.extend(activity.limited_on);
        }
    }
    if !unknown.is_empty() {
        return Need::Unclear(Unclear::UnknownActivities(unknown));
    }
    if used.is_empty() {
        return Need::Unused;
    }
    let mut lesser: Vec<&RoleFacts> = reference
        .roles()
        .filter(|other| !other.reserved && !other.power_not_in_actions && other.id != *role)
        .filter(|other| other.tier.is_some_and(|other| other >= tier))
        .filter(|other| {
            let powers = Powers::of(reference, other);
            needed.iter().all(|action| powers.cover(action)) && own.contain(&powers) && !powers.contain(&own)
        })
        .collect();
    lesser.sort_by_cached_key(|role| weight(reference, role));
    if lesser.is_empty() {
        return Need::Whole;
    }
    let rank = |at| if at == 0 { Rank::Least } else { Rank::Alternative };
    let roles = lesser.into_iter().enumerate();
    let roles = roles.map(|(at, role)| Suggestion::of(role, rank(at), Basis::Use)).collect();
    Need::Lesser { roles, used, limits }
}

/// What a role can change. Reading leaves no trace, so it is left aside.
struct Powers<'a> {
    all: bool,
    actions: Vec<&'a str>,
}

impl<'a> Powers<'a> {
    fn of(reference: &'a Reference, role: &RoleFacts) -> Self {
        let actions = reference.actions_of(&role.id).filter(|action| !is_reading(action)).collect();
        // Its list of actions names what it has besides that which every administrator has.
        Self { all: role.id == RoleId::GLOBAL_ADMINISTRATOR, actions }
    }

    fn cover(&self, action: &str) -> bool {
        self.all || self.actions.iter().any(|granted| covers(granted, action))
    }

    fn contain(&self, other: &Self) -> bool {
        self.all || !other.all && other.actions.iter().all(|action| self.cover(action))
    }

    fn other_services(&self) -> BTreeSet<Box<str>> {
        if self.all {
            return BTreeSet::new();
        }
        let service = |action: &&'a str| action.split_once('/').map(|(service, _)| service);
        let services = self.actions.iter().filter(|action| !is_common(action)).filter_map(service);
        services.filter(|service| *service != "microsoft.directory").map(Into::into).collect()
    }
}

fn is_reading(action: &str) -> bool {
    let task = action.rsplit('/').next().unwrap_or_default();
    ["read", "limitedread", "restrictedread"].iter().any(|reading| task.eq_ignore_ascii_case(reading))
}

/// What nearly every administrator may do and what no role is given for.
fn is_common(action: &str) -> bool {
    action.split(['/', '.']).any(|part| {
        ["messageCenter", "serviceHealth", "supportTickets", "webPortal"]
            .iter()
            .any(|common| part.eq_ignore_ascii_case(common))
    })
}
