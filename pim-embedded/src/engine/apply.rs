//! Events change the state here, and nowhere else: the same events give the same state.

use std::sync::Arc;

use pim_core::{
    request::{Phase, RequestStatus},
    time::{Period, Timestamp, Window},
};

use super::{
    activate::approval_ends,
    agenda::Due,
    alerts,
    due::{self, GRACE, WARNINGS},
    event::{EndCause, Event, Fact, GrantMade, GrantOrigin, Guid, Rank, RequestMade},
    grants::{Grant, NewGrant},
    requests::{Rare, Record, expire, open_approval},
    reviews,
    state::{Ended, State},
    telling,
};

/// How long the service remembers a request that was withdrawn, and any other one.
const WITHDRAWN_KEPT: Period = Period::days(30);
const REQUEST_KEPT: Period = Period::days(45);

impl State {
    /// Takes in a fact.
    pub(crate) fn apply(&mut self, event: &Event) {
        let at = event.at;
        self.alerts.note_time(at);
        // Records and mails tell of the state in which a fact was met, so they come first.
        telling::before(self, event);
        match &event.fact {
            Fact::RequestMade(made) => self.request_made(made, at),
            Fact::RequestMoved { id, to, start, .. } => self.request_moved(*id, to, *start, at),
            Fact::Decided { id, by, decision, justification } => {
                self.requests.change(*id, |record| {
                    let Some((approval, _)) = record.rare.as_mut().and_then(|rare| rare.approval.as_mut())
                    else {
                        return;
                    };
                    telling::note_decision(approval, by, decision, justification.as_ref(), at);
                });
            }
            Fact::GrantMade(made) => self.grant_made(made, at),
            Fact::GrantStarted { id } => {
                if let Some(slot) = self.grants.by_guid(*id).map(|(slot, _)| slot) {
                    self.grants.start(slot);
                    self.note_use(*id, at);
                }
            }
            Fact::GrantChanged { id, new_id, window, condition, started } => {
                self.grant_changed(*id, *new_id, *window, condition.clone(), *started, at);
            }
            Fact::GrantKept { id, until } => {
                if let Some(slot) = self.grants.by_guid(*id).map(|(slot, _)| slot) {
                    self.grants.keep(slot, *until);
                    if let Some(until) = until {
                        self.agenda.add(*until, Due::GrantEnds(*id));
                    }
                }
            }
            Fact::GrantEnded { id, cause, .. } => self.grant_ended(*id, *cause, at),
            Fact::GrantEndsSoon { id } => self.warn_again(*id, at),
            Fact::RenewalLapsed { principal, privilege, rank } => {
                let numbers = self.principals.find(principal).zip(self.privileges.find(privilege));
                if let Some((principal, privilege)) = numbers {
                    self.ended.remove(&(principal, privilege, *rank));
                }
            }
            Fact::RequestPurged { id } => self.requests.remove(*id),
            Fact::GroupOnboarded { group, .. } => self.policies.onboard(group, at),
            Fact::PolicyChanged { subject, rules, .. } => self.policies.change(subject, rules, Some(at)),
            Fact::SignedIn(sign_in) => {
                let place = self.sign_ins.partition_point(|(_, other)| other.at <= sign_in.at);
                let number = self.sign_ins.len() as u64;
                self.sign_ins.insert(place, (number, (**sign_in).clone()));
            }
            Fact::AlertScanned { .. } | Fact::AlertDismissed { .. } | Fact::AlertConfigured { .. } => {
                alerts::apply(self, event);
            }
            Fact::RoleDefined { role, .. } => self.directory.define((**role).clone()),
            Fact::RoleRemoved { id, .. } => self.directory.remove(id),
            Fact::LicenceLapsed => {
                self.licensed = false;
                self.policies.forget();
            }
            Fact::RemovalRefused { .. } | Fact::ActivationRefused { .. } => {}
            _ => reviews::apply(self, event),
        }
        telling::after(self, event);
        self.sequence += 1;
    }

    fn request_made(&mut self, made: &RequestMade, at: Timestamp) {
        let principal = self.principals.number(&made.principal);
        let privilege = self.privileges.number(&made.privilege);
        let requestor = self.principals.number(&made.by);
        let waits = matches!(
            made.status,
            RequestStatus::PendingApproval | RequestStatus::PendingApprovalProvisioning
        );
        let rare = Rare {
            ticket: made.ticket.clone(),
            using: made.using,
            condition: made.condition.clone(),
            approval: waits.then(|| (open_approval(made.id, self, privilege), made.approvers.clone())),
        };
        let plain = rare.ticket.is_none() && rare.using.is_none() && rare.condition.is_none() && !waits;
        // As on the service: done at once, or at the start to come.
        let completed = match made.status {
            // The service sets it on what waits for approval too, although nothing is done yet.
            RequestStatus::Provisioned | RequestStatus::PendingApproval => Some(at),
            RequestStatus::Granted | RequestStatus::PendingApprovalProvisioning => made.start,
            _ => None,
        };
        self.requests.insert(Record {
            guid: made.id,
            principal,
            privilege,
            requestor,
            rank: made.rank,
            mfa: made.mfa,
            action: made.action.clone(),
            status: made.status.clone(),
            created: at,
            completed,
            start: made.start,
            expiry: made.expiry,
            justification: made.justification.clone(),
            rare: (!plain).then(|| Box::new(rare)),
        });
        if waits {
            self.agenda.add(approval_ends(at), Due::ApprovalExpires(made.id));
        }
        self.forget_later(made.id, &made.status, at);
    }

    fn request_moved(&mut self, id: Guid, to: &RequestStatus, start: Option<Timestamp>, at: Timestamp) {
        self.requests.change(id, |record| {
            record.status = to.clone();
            record.start = start.or(record.start);
            record.completed = match to {
                RequestStatus::Granted => record.start,
                status if status.is_final() => Some(at),
                _ => record.completed,
            };
            let approval = record.rare.as_mut().and_then(|rare| rare.approval.as_mut());
            if let Some((approval, _)) = approval.filter(|_| to.phase() == Phase::Ended) {
                expire(approval);
            }
        });
        self.forget_later(id, to, at);
    }

    fn forget_later(&mut self, id: Guid, status: &RequestStatus, at: Timestamp) {
        if status.is_final() {
            let kept = if *status == RequestStatus::Canceled { WITHDRAWN_KEPT } else { REQUEST_KEPT };
            self.agenda.purge(at + kept, id);
        }
    }

    /// Takes in a grant that was there before the service began: nothing is told of it.
    pub(crate) fn plant(&mut self, made: &GrantMade, now: Timestamp) {
        self.grant_made(made, now);
    }

    fn grant_made(&mut self, made: &GrantMade, at: Timestamp) {
        let principal = self.principals.number(&made.principal);
        let privilege = self.privileges.number(&made.privilege);
        // Members are looked up through their group, which may hold nothing itself.
        if let Some(group) = made.privilege.group_id() {
            self.principals.number(&group.as_principal());
        }
        self.ended.remove(&(principal, privilege, made.rank));
        self.grants.insert(NewGrant {
            guid: made.id,
            principal,
            privilege,
            rank: made.rank,
            origin: made.origin,
            window: made.window,
            using: made.using,
            condition: made.condition.clone(),
            started: made.started,
        });
        self.put_on_agenda(made.id, &made.window, made.started, made.origin, at);
        if let (true, Some(start)) = (made.started, made.window.start()) {
            self.note_use(made.id, start);
        }
    }

    fn grant_changed(
        &mut self,
        id: Guid,
        new_id: Guid,
        window: Window,
        condition: Option<Arc<pim_core::schedule::Condition>>,
        started: bool,
        at: Timestamp,
    ) {
        let Some(old) =
            self.grants.by_guid(id).map(|(slot, _)| slot).and_then(|slot| self.grants.remove(slot))
        else {
            return;
        };
        let Grant { principal, privilege, rank, origin, using, .. } = old;
        if rank == Rank::Eligibility {
            for slot in self.activations_of(id, principal, privilege) {
                self.grants.rest_on(slot, new_id);
            }
            for request in self.requests.resting_on(id) {
                self.requests.change(request, |record| {
                    if let Some(rare) = &mut record.rare {
                        rare.using = Some(new_id);
                    }
                });
            }
        }
        self.grants.insert(NewGrant {
            guid: new_id,
            principal,
            privilege,
            rank,
            origin: if origin == GrantOrigin::OutsidePim { GrantOrigin::Assigned } else { origin },
            window,
            using,
            condition,
            started,
        });
        self.put_on_agenda(new_id, &window, started, origin, at);
    }

    /// One entry at a time: what a warning leads to is put on the agenda when the warning falls due.
    fn put_on_agenda(
        &mut self,
        id: Guid,
        window: &Window,
        started: bool,
        origin: GrantOrigin,
        now: Timestamp,
    ) {
        if let (false, Some(start)) = (started, window.start()) {
            self.agenda.add(start, Due::GrantStarts(id));
        }
        let Some(end) = window.end() else { return };
        self.agenda.add(end, Due::GrantEnds(id));
        // Nobody is warned in the past.
        let begins = window.start().map_or(now, |start| start.max(now));
        let warning = WARNINGS.iter().map(|before| end - *before).find(|at| *at > begins);
        if let Some(at) = warning.filter(|_| origin != GrantOrigin::Activated) {
            self.agenda.add(at, Due::GrantEndsSoon(id));
        }
    }

    fn warn_again(&mut self, id: Guid, at: Timestamp) {
        let Some((slot, end)) = self.grants.by_guid(id).map(|(slot, grant)| (slot, grant.end)) else {
            return;
        };
        self.grants.warn(slot, due::warnings(end, at));
        if let Some(next) = WARNINGS.iter().map(|before| end - *before).find(|next| *next > at) {
            self.agenda.add(next, Due::GrantEndsSoon(id));
        }
    }

    fn grant_ended(&mut self, id: Guid, cause: EndCause, at: Timestamp) {
        let Some(grant) =
            self.grants.by_guid(id).map(|(slot, _)| slot).and_then(|slot| self.grants.remove(slot))
        else {
            return;
        };
        if cause == EndCause::Expired && grant.origin != GrantOrigin::Activated {
            self.ended.insert((grant.principal, grant.privilege, grant.rank), Ended { at });
            let eligibility = grant.rank == Rank::Eligibility;
            let due =
                Due::RenewalLapses { principal: grant.principal, privilege: grant.privilege, eligibility };
            self.agenda.add(at + GRACE, due);
        }
    }

    /// Remembers when an eligibility was last used.
    fn note_use(&mut self, id: Guid, at: Timestamp) {
        if let Some((_, grant)) = self.grants.by_guid(id).filter(|(_, g)| g.origin == GrantOrigin::Activated)
        {
            self.last_used.insert((grant.principal, grant.privilege), at);
        }
    }
}
