//! What may be done next: the guards, asked about one step in the tenant as it is then.

use std::collections::BTreeSet;

use pim_core::{
    error::{Error, ErrorKind},
    guard::{
        Administrators, Approval, BREAK_GLASS, Groups, LAST_ADMINISTRATORS, Loss, NO_APPROVER, POLICY_TRAP,
        Safeguards, keep_administrators, keep_approver, keep_break_glass, keep_break_glass_group,
        keep_policy_sound, removes_the_silent, takes_away,
    },
    id::{GroupId, PolicyId, PrincipalId, RoleId},
    policy::{
        ApprovalSetting, Policy, PolicyFault, Rule, RuleChange, RuleKind, Session, SessionKind, evaluate,
    },
    principal::PrincipalKind,
    privilege::{DirectoryScope, GroupAccess, Privilege},
    request::{Action, NewRequest},
    review::NewReview,
    schedule::Level,
    time::Timestamp,
};

use super::{
    codes,
    facts::Facts,
    state::{
        ADMINISTRATORS, Approvable, DEFAULT_APPROVERS, Done, Effect, IN_CHARGE, MAY_TAKE_CHARGE, State,
        in_charge, subject_of,
    },
    web::{Hold, Set},
};
use crate::snapshot::SourceKind;

/// Why something can't be done now.
#[derive(Clone, Debug)]
pub(super) enum No {
    /// It is forbidden.
    Refused(Refusal),
    /// Nobody can tell, since these were not wholly read.
    Unread(Vec<SourceKind>),
}

/// What is wrong with a grant's change, once it is done.
#[derive(Debug)]
enum Fault {
    Plain(No),
    /// Too few administrators are left.
    Administrators,
    /// Something can't be approved, which may have been so before.
    Approval,
}

/// A refusal in a plan's words.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) code: String,
    pub(super) kind: ErrorKind,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn new(code: &str, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), kind, message: message.into() }
    }
}

impl From<Error> for No {
    fn from(error: Error) -> Self {
        let code = error.code().unwrap_or(codes::UNSUPPORTED);
        Self::Refused(Refusal::new(code, error.kind(), error.message()))
    }
}

fn refused<T>(code: &str, message: &str) -> Result<T, No> {
    Err(forbidden(code, message))
}

fn forbidden(code: &str, message: &str) -> No {
    No::Refused(Refusal::new(code, ErrorKind::PermissionDenied, message))
}

/// The guards over one plan in the making.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) state: State<'a>,
    pub(super) facts: &'a Facts<'a>,
    safeguards: &'a Safeguards,
    caller: Option<&'a PrincipalId>,
    caller_kind: Option<PrincipalKind>,
    session: Session,
    /// What a group demands that PIM has not managed yet.
    new_group: Option<Policy>,
    now: Timestamp,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        state: State<'a>,
        facts: &'a Facts<'a>,
        safeguards: &'a Safeguards,
        caller_kind: Option<PrincipalKind>,
    ) -> Self {
        let application = caller_kind == Some(PrincipalKind::ServicePrincipal);
        let kind = if application { SessionKind::Application } else { SessionKind::Person };
        // A person can sign in with what a policy demands; an application can't.
        let session = Session { kind, mfa: !application, delegated: !application, ..Session::default() };
        let (caller, now) = (facts.snapshot.caller.as_ref(), facts.snapshot.taken_at);
        let complete = facts.snapshot.is_complete(SourceKind::GroupPolicies);
        let new_group = complete.then(|| unlisted(Privilege::member(GroupId::from_guid([0; 16]))));
        Self { state, facts, safeguards, caller, caller_kind, session, new_group, now }
    }

    /// Does a grant's change, unless something forbids it; answers with the steps that must come before it.
    pub(super) fn grant(&mut self, step: usize, ask: &NewRequest, effect: &Effect) -> Result<Vec<usize>, No> {
        keep_break_glass(ask, self.safeguards)?;
        self.spare_groups(ask)?;
        self.admits(ask)?;
        self.keep_own_tools(ask)?;
        let working = self.state.circles.get(ADMINISTRATORS).working();
        let own = [IN_CHARGE, MAY_TAKE_CHARGE].map(|circle| (circle, self.is_in(circle)));
        let stand_in = self.state.circles.get(DEFAULT_APPROVERS).working();
        let done = self.state.apply(effect);
        let verdict = self
            .judge_administrators(ask, working)
            .and_then(|()| self.judge_own(ask, own))
            .and_then(|()| self.judge_unknown_settings(stand_in))
            .and_then(|()| self.judge_approvals(&done));
        let Err(fault) = verdict else { return Ok(self.keep(step, effect, done)) };
        let unapproved = self.state.unapproved(&done);
        let left = self.people(ADMINISTRATORS);
        self.state.take_back(done);
        match fault {
            Fault::Plain(no) => Err(no),
            Fault::Administrators => Err(self.too_few(left)),
            Fault::Approval
                if unapproved.iter().any(|(subject, left)| *left < self.state.approval(subject)) =>
            {
                Err(self.no_approver(ask, &unapproved))
            }
            // Whether it was so before can't be told where who approves was not wholly read.
            Fault::Approval if self.is_unread(&unapproved) => Err(self.no_approver(ask, &unapproved)),
            // It was so before, and is no worse now.
            Fault::Approval => {
                let done = self.state.apply(effect);
                Ok(self.keep(step, effect, done))
            }
        }
    }

    /// Writes rules, unless something forbids it.
    pub(super) fn policy(&mut self, policy: &Policy, rules: &[RuleChange]) -> Result<(), No> {
        let subject = subject_of(&policy.subject);
        self.spare_policy(&subject)?;
        let current = self.state.policy(&subject).unwrap_or(policy).clone();
        let written: Vec<Rule> = rules.iter().map(RuleChange::rule).collect();
        keep_policy_sound(&current, &written, self.caller_kind.as_ref())?;
        let after = current.apply(&written);
        let old = current.faults();
        if let Some(fault) =
            after.faults().into_iter().find(|fault| !fault.is_warning() && !old.contains(fault))
        {
            let code = if fault == PolicyFault::NoApprover { NO_APPROVER } else { POLICY_TRAP };
            return refused(code, &fault.to_string());
        }
        let asks_now = written.iter().any(|rule| rule.kind == RuleKind::ApprovalEndUserAssignment);
        let setting = after.activation().approval.filter(|_| asks_now);
        let before = self.state.set_policy(after);
        let Some(setting) = setting.filter(|_| self.state.approval(&subject) < Approvable::Everybodys) else {
            return Ok(());
        };
        let no = self.nobody_approves(&subject, &setting);
        self.state.put_back(&subject, before);
        Err(no)
    }

    /// Schedules a review, unless something forbids it.
    pub(super) fn review(&self, review: &NewReview, wanted: &[(&PrincipalId, &Privilege)]) -> Result<(), No> {
        if !removes_the_silent(review) {
            return Ok(());
        }
        let privilege = &review.scope.privilege;
        let administrators = self.state.circles.get(ADMINISTRATORS);
        let at_stake = match privilege {
            Privilege::Group { group, access: GroupAccess::Member } => administrators.reaches(group),
            other => *other == GLOBAL,
        };
        if at_stake && self.safeguards.min_administrators > 0 {
            return refused(
                LAST_ADMINISTRATORS,
                "at its end the review would by itself take access from every administrator whom its reviewers \
                 forgot: switch `auto_apply` off, or let the default decision be `none`",
            );
        }
        if self.safeguards.break_glass.is_empty() {
            return Ok(());
        }
        let mut missing = self.facts.incomplete(&[SourceKind::Groups, SourceKind::Memberships]);
        missing.extend(self.facts.incomplete(SourceKind::assignments(&privilege.surface()).as_slice()));
        if !missing.is_empty() {
            return Err(No::Unread(missing));
        }
        let reaches = |held: &Privilege| match privilege {
            Privilege::DirectoryRole { role, scope: DirectoryScope::Tenant } => {
                matches!(held, Privilege::DirectoryRole { role: other, .. } if role == other)
            }
            other => other == held,
        };
        let rows = self.facts.snapshot.assignments.iter().map(|row| (&row.principal, &row.privilege));
        let rows = rows.chain(wanted.iter().copied()).filter(|(_, held)| reaches(held));
        let holders: Set<_> = rows.map(|(holder, _)| holder).collect();
        for account in &self.safeguards.break_glass {
            let above = self.state.circles.web.up(account, Hold::Can);
            let listed = privilege.group_id().is_some_and(|group| above.contains(&group.as_principal()));
            if listed || above.iter().any(|id| holders.contains(id)) {
                return refused(
                    BREAK_GLASS,
                    "at its end the review would by itself take access from a break-glass account: switch \
                     `auto_apply` off, or let the default decision be `none`",
                );
            }
        }
        Ok(())
    }

    /// What the policy as it is now says against a request, if anything.
    pub(super) fn forbids(&self, ask: &NewRequest) -> Option<String> {
        let known = self.state.policy(&ask.privilege);
        let policy =
            known.or_else(|| self.new_group.as_ref().filter(|_| ask.privilege.group_id().is_some()))?;
        against(policy, ask, &self.session, self.now)
    }

    /// What a policy would say against a request, if anything.
    pub(super) fn would_forbid(&self, policy: &Policy, ask: &NewRequest) -> Option<String> {
        against(policy, ask, &self.session, self.now)
    }

    fn admits(&self, ask: &NewRequest) -> Result<(), No> {
        let Some(why) = self.forbids(ask) else { return Ok(()) };
        let message = format!("the policy would not allow it: {why}; change the policy too, or ask for less");
        Err(No::Refused(Refusal::new(codes::POLICY, ErrorKind::PolicyViolation, message)))
    }

    /// Break-glass accounts in a group that would lose something.
    fn spare_groups(&self, ask: &NewRequest) -> Result<(), No> {
        let accounts = &self.safeguards.break_glass;
        if accounts.is_empty() || ask.level == Level::Eligibility || !takes_away(ask, self.now) {
            return Ok(());
        }
        if !self.facts.is_no_group(&ask.principal) {
            self.needs(&[SourceKind::Groups, SourceKind::Memberships])?;
        }
        let web = &self.state.circles.web;
        if !web.is_group(&ask.principal) {
            return Ok(());
        }
        let inside = web.down(&ask.principal, Hold::Can);
        let Some(account) = accounts.iter().find(|account| inside.contains(*account)) else { return Ok(()) };
        let mut groups = Groups::default();
        groups.add(ask.principal.as_group(), [account.clone()]);
        Ok(keep_break_glass_group(ask, &groups, self.safeguards, self.now)?)
    }

    /// Break-glass accounts in the group whose settings would change.
    fn spare_policy(&self, subject: &Privilege) -> Result<(), No> {
        let Some(group) = subject.group_id() else { return Ok(()) };
        if self.safeguards.break_glass.is_empty() {
            return Ok(());
        }
        self.needs(&[SourceKind::Groups, SourceKind::Memberships])?;
        let inside = self.state.circles.web.down(&group.as_principal(), Hold::Can);
        if self.safeguards.break_glass.iter().any(|account| inside.contains(account)) {
            return refused(
                BREAK_GLASS,
                "a break-glass account is in the group, whose settings are left alone for that: take the account \
                 out of it first",
            );
        }
        Ok(())
    }

    /// What the caller works with, besides the roles that circles tell of.
    fn keep_own_tools(&self, ask: &NewRequest) -> Result<(), No> {
        let Some(caller) = self.caller.filter(|_| takes_away(ask, self.now)) else { return Ok(()) };
        let reached = || self.state.circles.web.up(caller, Hold::Assigned).contains(&ask.principal);
        let works_with = match &ask.privilege {
            Privilege::Group { access: GroupAccess::Owner, .. } => {
                ask.principal == *caller && !self.is_in(IN_CHARGE)
            }
            Privilege::AzureRole { role, .. } => {
                ask.level != Level::Eligibility
                    && role
                        .guid()
                        .is_some_and(|role| AZURE_ADMINISTRATORS.contains(&u128::from_be_bytes(role)))
                    && reached()
            }
            _ => false,
        };
        if works_with {
            return refused(codes::OWN_ACCESS, OWN_ACCESS);
        }
        Ok(())
    }

    fn judge_administrators(&self, ask: &NewRequest, working: usize) -> Result<(), Fault> {
        let left = self.state.circles.get(ADMINISTRATORS).working();
        if left >= self.safeguards.min_administrators {
            return Ok(());
        }
        // Somebody may be an administrator of whom nothing was read.
        let matters = match &ask.privilege {
            Privilege::Group { access: GroupAccess::Member, .. } => true,
            other => *other == GLOBAL,
        };
        if matters && ask.level != Level::Eligibility && takes_away(ask, self.now) {
            let missing = self.facts.unread_people(&[SourceKind::DirectoryAssignments]);
            if !missing.is_empty() {
                return Err(Fault::Plain(No::Unread(missing)));
            }
        }
        if left < working { Err(Fault::Administrators) } else { Ok(()) }
    }

    /// The refusal in the guard's own words: it is asked about those who would be lost.
    fn too_few(&self, left: Vec<PrincipalId>) -> No {
        let before: BTreeSet<_> = self.people(ADMINISTRATORS).into_iter().collect();
        let left: BTreeSet<_> = left.into_iter().collect();
        let lose = |id: &PrincipalId| Loss { principal: id.clone(), privilege: GLOBAL };
        let losses: Vec<_> = before.difference(&left).map(lose).collect();
        let facts =
            Administrators { holders: before.clone(), enabled: before.clone(), groups: Groups::default() };
        match keep_administrators(&facts, &losses, self.safeguards) {
            Err(error) => error.into(),
            Ok(()) => forbidden(LAST_ADMINISTRATORS, "too few working administrators would be left"),
        }
    }

    fn judge_own(&self, ask: &NewRequest, before: [(usize, bool); 2]) -> Result<(), Fault> {
        let Some(caller) = self.caller else { return Ok(()) };
        if before.iter().any(|(circle, was)| *was && !self.is_in(*circle)) {
            return Err(Fault::Plain(forbidden(codes::OWN_ACCESS, OWN_ACCESS)));
        }
        // Whether the caller is in a group, or the group in charge, may not have been read.
        let through = match &ask.privilege {
            Privilege::Group { .. } => ask.principal == *caller || !self.facts.is_no_group(&ask.principal),
            other => in_charge(other) && !self.facts.is_no_group(&ask.principal),
        };
        if !before[0].1 && through && takes_away(ask, self.now) {
            let missing = self.facts.unread_groups(&[SourceKind::DirectoryAssignments]);
            if !missing.is_empty() {
                return Err(Fault::Plain(No::Unread(missing)));
            }
        }
        Ok(())
    }

    /// Where settings were not read, any role may need those who stand in for approvers.
    fn judge_unknown_settings(&self, before: usize) -> Result<(), Fault> {
        let left = self.state.circles.get(DEFAULT_APPROVERS).working();
        if left >= before || left > 1 {
            return Ok(());
        }
        let missing = self.facts.incomplete(&[SourceKind::DirectoryPolicies]);
        if missing.is_empty() { Ok(()) } else { Err(Fault::Plain(No::Unread(missing))) }
    }

    fn judge_approvals(&self, done: &Done) -> Result<(), Fault> {
        if self.state.unapproved(done).is_empty() { Ok(()) } else { Err(Fault::Approval) }
    }

    fn is_unread(&self, unapproved: &[(Privilege, Approvable)]) -> bool {
        unapproved.iter().any(|(subject, left)| !self.unread_approvers(subject, *left).is_empty())
    }

    fn no_approver(&self, ask: &NewRequest, unapproved: &[(Privilege, Approvable)]) -> No {
        let missing: BTreeSet<_> =
            unapproved.iter().flat_map(|(subject, left)| self.unread_approvers(subject, *left)).collect();
        if !missing.is_empty() {
            return No::Unread(missing.into_iter().collect());
        }
        let message = if ask.level == Level::Eligibility && ask.action != Action::AdminRemove {
            "its holder would be the only one who could approve, and nobody approves their own requests: name \
             another approver first"
        } else {
            "requests for something that demands approval could then not be approved by anybody but the one who \
             asks: name other approvers first"
        };
        No::Refused(Refusal::new(NO_APPROVER, ErrorKind::PermissionDenied, message))
    }

    fn nobody_approves(&self, subject: &Privilege, setting: &ApprovalSetting) -> No {
        let approval = self.state.approval(subject);
        let missing = self.unread_approvers(subject, approval);
        if !missing.is_empty() {
            return No::Unread(missing);
        }
        match keep_approver(subject, setting, &Approval::default()) {
            Err(error) if approval == Approvable::Nobodys => error.into(),
            _ => No::Refused(Refusal::new(
                NO_APPROVER,
                ErrorKind::PermissionDenied,
                "the only approver may ask for it too, and nobody approves their own requests: name another one",
            )),
        }
    }

    /// What would have to be read to tell who approves, or whether who approves may ask.
    fn unread_approvers(&self, subject: &Privilege, approval: Approvable) -> Vec<SourceKind> {
        let mut missing = self.facts.unread_people(&[]);
        if self.state.approvers(subject).contains(&DEFAULT_APPROVERS) {
            missing.extend(self.facts.incomplete(&[SourceKind::DirectoryAssignments]));
        }
        if approval == Approvable::Others {
            missing.extend(self.facts.unread_eligibilities(&subject.surface()));
        }
        missing
    }

    fn keep(&mut self, step: usize, effect: &Effect, done: Done) -> Vec<usize> {
        let mut touched: Vec<_> = done.circles().collect();
        touched.sort_unstable();
        touched.dedup();
        let mut after = Vec::new();
        for circle in touched {
            if effect.gives() {
                self.state.circles.note_gain(circle, step);
                continue;
            }
            let own =
                self.caller == Some(&effect.principal) || self.state.circles.web.is_group(&effect.principal);
            let needed = match circle {
                ADMINISTRATORS => self.safeguards.min_administrators,
                IN_CHARGE | MAY_TAKE_CHARGE if own => usize::MAX,
                IN_CHARGE | MAY_TAKE_CHARGE => 0,
                _ => 2,
            };
            let circle = self.state.circles.get(circle);
            // Side by side with what lets others in, it could come too early.
            if circle.left_of_the_first() < needed {
                after.extend(&circle.gains);
            }
        }
        after.sort_unstable();
        after.dedup();
        after
    }

    fn is_in(&self, circle: usize) -> bool {
        self.caller.is_some_and(|caller| self.state.circles.get(circle).contains(caller))
    }

    fn people(&self, circle: usize) -> Vec<PrincipalId> {
        self.state.circles.people(circle).cloned().collect()
    }

    fn needs(&self, sources: &[SourceKind]) -> Result<(), No> {
        let missing = self.facts.incomplete(sources);
        if missing.is_empty() { Ok(()) } else { Err(No::Unread(missing)) }
    }
}

const GLOBAL: Privilege = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);

const OWN_ACCESS: &str = "it would take from the caller the access by which the plan is carried out, or make it need an \
                          activation: have somebody else carry it out";

/// Owner, User Access Administrator, Role Based Access Control Administrator.
const AZURE_ADMINISTRATORS: [u128; 3] = [
    0x8e3af657_a8ff_443c_a75c_2fe8c4bcb635,
    0x18d7d88d_d35e_4fb5_a5c3_7773c20a72d9,
    0xf58310d9_a9f6_439a_9e8d_f62e7b41a168,
];

/// The policy that a privilege starts with, where none is listed.
pub(super) fn unlisted(subject: Privilege) -> Policy {
    let rules = Policy::default_rules(&subject.surface());
    Policy::new(PolicyId::from_guid([0; 16]), subject, rules)
}

fn against(policy: &Policy, ask: &NewRequest, session: &Session, now: Timestamp) -> Option<String> {
    let evaluation = evaluate(policy, ask, session, None, now);
    let reasons: Vec<_> = evaluation.violations.iter().map(|violation| &*violation.message).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}
