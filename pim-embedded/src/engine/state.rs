//! What the events add up to.

use pim_core::{
    audit::SignIn,
    id::{InstanceId, PrincipalId, ScheduleId, TenantId},
    privilege::Privilege,
    schedule::{Assignment, Eligibility, Origin, Via},
    time::{Timestamp, Window},
};

use super::{
    agenda::Agenda,
    alerts::Alerts,
    audit::AuditLog,
    directory::Directory,
    event::{GrantOrigin, Guid, Rank},
    grants::{Grant, Grants, Slot},
    hash::HashMap,
    intern::Interner,
    outbox::Outbox,
    policies::Policies,
    requests::Requests,
    reviews::Reviews,
};
use crate::{seed::guid_of, switches::Switches};

/// A tenant's state.
#[derive(Clone, Debug)]
pub(crate) struct State {
    pub(crate) tenant: TenantId,
    pub(crate) switches: Switches,
    pub(crate) directory: Directory,
    pub(crate) principals: Interner<PrincipalId>,
    pub(crate) privileges: Interner<Privilege>,
    pub(crate) grants: Grants,
    pub(crate) requests: Requests,
    pub(crate) policies: Policies,
    pub(crate) reviews: Reviews,
    pub(crate) alerts: Alerts,
    pub(crate) agenda: Agenda,
    /// Time-bound grants that ran out of late, which can be renewed.
    pub(crate) ended: HashMap<(u32, u32, Rank), Ended>,
    /// When a holder last activated a privilege.
    pub(crate) last_used: HashMap<(u32, u32), Timestamp>,
    pub(crate) audit: AuditLog,
    pub(crate) outbox: Outbox,
    /// Oldest first, each with a number of its own: one that comes on record late moves the others.
    pub(crate) sign_ins: Vec<(u64, SignIn)>,
    /// Whether PIM may be used.
    pub(crate) licensed: bool,
    /// How many events led here.
    pub(crate) sequence: u64,
}

/// A grant that ran out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    pub(crate) at: Timestamp,
}

impl State {
    /// The `nth` id that the command now being handled may give away. No other command gets the same, since
    /// every command that gives one away adds events.
    pub(crate) fn fresh(&self, nth: u32) -> Guid {
        // splitmix64 over two counters: spread like a random GUID, and as unlikely to come twice.
        let mix = |value: u64| {
            let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        let half = |salt: u64| mix(mix(self.sequence ^ salt) ^ u64::from(nth));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&half(0).to_be_bytes());
        bytes[8..].copy_from_slice(&half(0x5bf0_3635_dead_4711).to_be_bytes());
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        Guid(bytes)
    }

    /// A grant's id as the surface writes it: groups put group and access before the GUID.
    pub(crate) fn schedule_id(&self, guid: Guid, privilege: u32) -> ScheduleId {
        let plain = ScheduleId::from_guid(guid.0);
        match self.privileges.value(privilege) {
            Privilege::Group { group, access } => {
                format!("{group}_{access}_{plain}").parse().unwrap_or(plain)
            }
            _ => plain,
        }
    }

    /// The GUID in a grant's id.
    pub(crate) fn schedule_guid(id: &ScheduleId) -> Option<Guid> {
        if let Some(guid) = id.guid() {
            return Some(Guid(guid));
        }
        let text = id.to_string();
        let plain: ScheduleId = text.rsplit('_').next()?.parse().ok()?;
        plain.guid().map(Guid)
    }

    /// An instance's id: opaque, and the same for the same holder and privilege, as on the service.
    fn instance_id(&self, grant: &Grant) -> InstanceId {
        let principal = self.principals.value(grant.principal);
        let privilege = self.privileges.value(grant.privilege);
        let hash = guid_of(&format!("{principal} {privilege}"));
        let text = match privilege {
            Privilege::Group { group, access } => format!("{group}_{access}_{principal}"),
            Privilege::AzureRole { .. } => InstanceId::from_guid(hash).to_string(),
            _ if grant.rank == Rank::Eligibility => format!("{}-1-e", base64(&hash)),
            _ => format!("{}-1", base64(&hash)),
        };
        text.parse().unwrap_or(InstanceId::from_guid(hash))
    }

    pub(crate) fn eligibility(&self, grant: &Grant) -> Eligibility {
        let (principal, privilege) = self.names(grant);
        let mut shown = Eligibility::new(self.schedule_id(grant.guid, grant.privilege), principal, privilege);
        shown.holder = self.directory.principal(&shown.principal).cloned();
        shown.role = self.directory.role_of(&shown.privilege).cloned();
        shown.window = grant.window();
        shown.condition = grant.condition.as_deref().cloned().map(Box::new);
        if grant.started {
            shown.instance = Some(self.instance_id(grant));
        }
        shown
    }

    pub(crate) fn assignment(&self, grant: &Grant) -> Assignment {
        let (principal, privilege) = self.names(grant);
        let mut shown = Assignment::new(self.schedule_id(grant.guid, grant.privilege), principal, privilege);
        shown.holder = self.directory.principal(&shown.principal).cloned();
        shown.role = self.directory.role_of(&shown.privilege).cloned();
        shown.window = grant.window();
        shown.condition = grant.condition.as_deref().cloned().map(Box::new);
        shown.via = Via::Direct;
        if grant.started {
            shown.instance = Some(self.instance_id(grant));
        }
        shown.origin = match grant.origin {
            GrantOrigin::Activated => {
                Origin::Activated { using: grant.using.map(|guid| self.schedule_id(guid, grant.privilege)) }
            }
            _ => Origin::Assigned,
        };
        if grant.origin == GrantOrigin::OutsidePim {
            // The service knows neither start nor schedule of these: all three ids are the instance's.
            let instance = self.instance_id(grant);
            shown.id = instance.to_string().parse().unwrap_or(shown.id);
        }
        shown
    }

    fn names(&self, grant: &Grant) -> (PrincipalId, Privilege) {
        (self.principals.value(grant.principal).clone(), self.privileges.value(grant.privilege).clone())
    }

    /// Whether the surface shows a grant: groups do once they are under PIM.
    pub(crate) fn is_managed(&self, privilege: &Privilege) -> bool {
        match privilege {
            Privilege::Group { group, .. } => self.policies.is_onboarded(group),
            _ => true,
        }
    }

    /// A holder's eligibilities for exactly this privilege: its own, then those of its groups.
    pub(crate) fn eligibilities_of(&self, principal: u32, privilege: u32) -> impl Iterator<Item = &Grant> {
        let holders = std::iter::once(principal).chain(self.groups_of(principal));
        holders.filter_map(move |holder| Some(self.grants.find(holder, privilege, Rank::Eligibility)?.1))
    }

    /// The activations that rest on an eligibility: of the same privilege, or, for an Azure role, below its
    /// scope by anybody who holds it.
    pub(crate) fn activations_of(&self, eligibility: Guid, principal: u32, privilege: u32) -> Vec<Slot> {
        let people = self.people_behind(self.principals.value(principal));
        let people = people.iter().filter_map(|id| self.principals.find(id));
        let own = people.flat_map(|number| self.grants.of_holder(number));
        let all = self.grants.of_privilege(privilege).chain(own);
        let resting = all.filter(|(_, grant)| grant.using == Some(eligibility));
        let mut slots: Vec<Slot> = resting.map(|(slot, _)| slot).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// Every group that a principal is an active member of, through other groups too.
    pub(crate) fn groups_of(&self, principal: u32) -> Vec<u32> {
        let mut found: Vec<u32> = Vec::new();
        let mut open = vec![principal];
        while let Some(member) = open.pop() {
            for (_, grant) in self.grants.of_holder(member) {
                if !grant.started || grant.rank != Rank::Assignment {
                    continue;
                }
                let Privilege::Group { group, access } = self.privileges.value(grant.privilege) else {
                    continue;
                };
                if *access != pim_core::privilege::GroupAccess::Member {
                    continue;
                }
                if let Some(group) =
                    self.principals.find(&group.as_principal()).filter(|g| !found.contains(g))
                {
                    found.push(group);
                    open.push(group);
                }
            }
        }
        found
    }

    /// True when the principal holds the privilege now, itself or through a group.
    pub(crate) fn holds(&self, principal: u32, privilege: &Privilege) -> bool {
        let Some(privilege) = self.privileges.find(privilege) else { return false };
        if self.grants.active(privilege) == 0 {
            return false;
        }
        self.is_active(principal, privilege)
            || self.groups_of(principal).into_iter().any(|group| self.is_active(group, privilege))
    }

    pub(crate) fn is_active(&self, principal: u32, privilege: u32) -> bool {
        self.grants.find(principal, privilege, Rank::Assignment).is_some_and(|(_, grant)| grant.started)
    }

    /// Every person behind a principal: itself, or a group's active members, through other groups too.
    pub(crate) fn people_behind(&self, principal: &PrincipalId) -> Vec<PrincipalId> {
        let (mut people, mut seen, mut open) = (Vec::new(), Vec::new(), vec![principal.clone()]);
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            if self.directory.user(&id).is_some() {
                people.push(id.clone());
            }
            if let Some(members) = self.privileges.find(&Privilege::member(id.as_group())) {
                let active = self.grants.of_privilege(members);
                let active = active.filter(|(_, grant)| grant.started && grant.rank == Rank::Assignment);
                open.extend(active.map(|(_, grant)| self.principals.value(grant.principal).clone()));
            }
            seen.push(id);
        }
        people
    }

    /// When each account on record last signed in successfully up to now.
    pub(crate) fn last_sign_ins(&self, now: Timestamp) -> HashMap<&PrincipalId, Timestamp> {
        let past = self.sign_ins.iter().map(|(_, sign_in)| sign_in).take_while(|sign_in| sign_in.at <= now);
        // Oldest first, so the last one stays.
        past.filter(|sign_in| sign_in.error_code == 0)
            .map(|sign_in| (&sign_in.principal, sign_in.at))
            .collect()
    }

    /// The window of an eligibility, for judging an activation that rests on it.
    pub(crate) fn window_of(grant: Option<&Grant>) -> Option<Window> {
        grant.map(Grant::window)
    }
}

/// URL-safe base64 without padding; the opaque ids of directory roles look like this.
fn base64(bytes: &[u8; 16]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = u128::from_be_bytes(*bytes);
    let mut text = [0; 22];
    for digit in text.iter_mut().rev() {
        *digit = DIGITS[(bits & 63) as usize];
        bits >>= 6;
    }
    text.iter().map(|b| char::from(*b)).collect()
}
