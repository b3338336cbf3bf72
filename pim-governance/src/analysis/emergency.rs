//! The accounts for emergencies, called break-glass: which they are, and whether they would work.

use std::collections::BTreeSet;

use pim_core::{
    conditional_access::ConditionalAccessPolicy,
    directory::{AuthenticationMethod, Source, User, UserType},
    id::{PrincipalId, RoleId},
    privilege::Privilege,
};

use super::{
    Code, Evidence, Finding, Judged, Severity,
    access::{Access, words},
    conditional_access::{demands_something, exclusion, includes},
    context::{Context, Who},
};
use crate::{resolve::Standing, snapshot::SourceKind};

/// Which accounts are for emergencies.
#[derive(Clone, Debug, Default)]
pub(super) struct Emergency {
    pub(super) accounts: BTreeSet<PrincipalId>,
    /// Somebody named them; else they were recognised.
    pub(super) named: bool,
}

/// More than these spared by Conditional Access are no strategy, but administrators who spared themselves.
const MOST_RECOGNISED: usize = 4;

/// The accounts that are named; else the permanent Global Administrators that most policies leave out by name.
pub(super) fn accounts(context: &Context<'_>) -> Emergency {
    let named = &context.options.safeguards.break_glass;
    if !named.is_empty() {
        return Emergency { accounts: named.clone(), named: true };
    }
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let sources = [SourceKind::ConditionalAccess, SourceKind::Memberships];
    let broad: Vec<_> = broad_policies(context).collect();
    if !context.read(&sources) || broad.is_empty() {
        return Emergency::default();
    }
    let permanent = context.access.iter().filter(|(id, access)| {
        let held = |access: &&Access| {
            access.through.is_none()
                && access.standing == Standing::Permanent
                && *context.grant(access).privilege == global
        };
        matches!(context.who(id), Who::Person(_)) && access.iter().any(|access| held(&access))
    });
    let spared = permanent.filter(|(id, _)| {
        let from = broad.iter().filter(|policy| exclusion(context, policy, id).is_some()).count();
        from * 2 > broad.len()
    });
    let accounts: BTreeSet<_> = spared.map(|(id, _)| id.clone()).collect();
    if accounts.len() > MOST_RECOGNISED { Emergency::default() } else { Emergency { accounts, named: false } }
}

/// Policies in force for everybody, or for Global Administrators.
fn broad_policies<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a ConditionalAccessPolicy> {
    let for_all = |policy: &&ConditionalAccessPolicy| {
        policy.include.everyone || policy.include.roles.contains(&RoleId::GLOBAL_ADMINISTRATOR)
    };
    context.snapshot.conditional_access.iter().filter(|policy| demands_something(policy)).filter(for_all)
}

pub(super) fn check(context: &Context<'_>) -> Judged {
    let mut judged = Judged::default();
    let accounts = &context.emergency.accounts;
    for id in accounts {
        Account { context, id, problems: Vec::new(), doubts: Vec::new() }.judge(&mut judged);
    }
    let telling = [
        SourceKind::ConditionalAccess,
        SourceKind::DirectoryAssignments,
        SourceKind::Memberships,
        SourceKind::Users,
    ];
    if accounts.len() < 2 && (context.emergency.named || context.read(&telling)) {
        let (severity, how_many) = match accounts.len() {
            0 => (Severity::High, "No account for emergencies is named, and none can be recognised"),
            _ => (Severity::Medium, "There is only one account for emergencies"),
        };
        let remedy = "Keep at least two cloud-only accounts that are Global Administrator without end, name them \
                      as break-glass accounts, and spare them from Conditional Access.";
        let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
        judged.findings.push(
            Finding::new(Code::BreakGlass, severity, format!("{how_many}."), remedy).on(&global).by(accounts
                .iter()
                .map(|id| Evidence::new(SourceKind::Users, id, "the account that there is"))),
        );
    }
    judged
}

struct Account<'c, 'a> {
    context: &'c Context<'a>,
    id: &'c PrincipalId,
    problems: Vec<(Severity, Evidence)>,
    doubts: Vec<SourceKind>,
}

impl Account<'_, '_> {
    fn judge(mut self, judged: &mut Judged) {
        match self.context.who(self.id) {
            Who::Person(user) => {
                self.of_user(user);
                self.of_role();
                self.of_policies();
            }
            Who::Unread => self.doubts.push(SourceKind::Users),
            Who::Gone => self.problem(Severity::High, "does not exist"),
            Who::Application(_) | Who::Group => self.problem(Severity::High, "is no person's account"),
        }
        judged.doubts.extend(self.doubts.iter().map(|source| (Code::BreakGlass, *source)));
        let Some(worst) = self.problems.iter().map(|(severity, _)| *severity).max() else { return };
        let mut facts: Vec<_> = self.problems.iter().map(|(_, evidence)| evidence.fact.as_str()).collect();
        facts.dedup();
        let message =
            format!("In an emergency this account may fail or be abused: it {}.", facts.join("; it "));
        let remedy = "Make it a cloud-only account under *.onmicrosoft.com that is Global Administrator without \
                      end, signs in with its own security key, is spared from Conditional Access, and is tried \
                      every quarter.";
        let finding = Finding::new(Code::BreakGlass, worst, message, remedy).about(self.id);
        judged.findings.push(finding.by(self.problems.into_iter().map(|(_, evidence)| evidence)));
    }

    fn problem(&mut self, severity: Severity, fact: &str) {
        self.problems.push((severity, Evidence::new(SourceKind::Users, self.id, fact)));
    }

    fn of_user(&mut self, user: &User) {
        use Severity::{High, Low, Medium};
        if !user.enabled {
            self.problem(High, "is disabled");
        }
        if user.source == Source::OnPremises {
            self.problem(High, "comes from on premises");
        }
        if user.user_type == UserType::Guest {
            self.problem(High, "is a guest");
        }
        let name = user.sign_in_name.expose().to_ascii_lowercase();
        if !name.is_empty() && !name.ends_with(".onmicrosoft.com") {
            self.problem(Medium, "signs in under a domain of its own, which depends on that domain");
        }
        match &user.methods {
            None => self.doubts.push(SourceKind::Users),
            Some(methods) if methods.iter().any(|m| matches!(m, AuthenticationMethod::Unknown(_))) => {}
            Some(methods) => self.of_methods(methods),
        }
        self.of_use(user);
        let now = self.context.snapshot.taken_at;
        match user.password_changed {
            None => self.doubts.push(SourceKind::Users),
            Some(at) if now.since(at) > self.context.options.password_age => {
                let days = now.since(at).as_days();
                let fact = format!("has had the same password for {days} days");
                self.problems.push((Low, Evidence::new(SourceKind::Users, self.id, fact).at(at)));
            }
            Some(_) => {}
        }
    }

    fn of_methods(&mut self, methods: &[AuthenticationMethod]) {
        if !methods.iter().any(AuthenticationMethod::is_second_factor) {
            self.problem(Severity::High, "has no second factor, which the portals demand of every account");
        } else if !methods.iter().any(AuthenticationMethod::resists_phishing) {
            self.problem(Severity::Medium, "signs in with nothing that resists phishing");
        }
        let personal = |method: &AuthenticationMethod| {
            matches!(
                method,
                AuthenticationMethod::Phone
                    | AuthenticationMethod::AuthenticatorPush
                    | AuthenticationMethod::AuthenticatorPasswordless
                    | AuthenticationMethod::WindowsHello
            )
        };
        if let Some(method) = methods.iter().find(|method| personal(method)) {
            self.problem(Severity::Medium, &format!("hangs on somebody's own device ({method})"));
        }
    }

    /// The directory leaves the last sign-in empty for who never did, and for callers who may not see it: it tells
    /// something only where it is filled for somebody.
    fn of_use(&mut self, user: &User) {
        let snapshot = self.context.snapshot;
        match user.last_sign_in {
            Some(at) if snapshot.taken_at.since(at) > self.context.options.tried_within => {
                let days = snapshot.taken_at.since(at).as_days();
                let fact = format!("was not tried for {days} days");
                self.problems.push((Severity::Low, Evidence::new(SourceKind::Users, self.id, fact).at(at)));
            }
            Some(_) => {}
            None if snapshot.users.iter().any(|user| user.last_sign_in.is_some()) => {
                self.problem(Severity::Medium, "was never tried");
            }
            None => self.doubts.push(SourceKind::Users),
        }
    }

    fn of_role(&mut self) {
        let context = self.context;
        let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
        let access = context.access.get(self.id).map_or(&[][..], Vec::as_slice);
        let of_role: Vec<_> =
            access.iter().filter(|access| *context.grant(access).privilege == global).collect();
        let read = [
            SourceKind::DirectoryAssignments,
            SourceKind::Groups,
            SourceKind::Memberships,
            SourceKind::GroupAssignments,
        ];
        if of_role.iter().any(|access| access.standing == Standing::Permanent) || !context.read(&read) {
            return;
        }
        match context.weightiest(of_role.into_iter()) {
            Some(access) => {
                let fact = format!("is Global Administrator only {}", words(&access.standing));
                let evidence = context.grant(access).evidence(&context.label(&global));
                self.problems.push((Severity::High, Evidence { fact, ..evidence }));
            }
            None => {
                let source = SourceKind::DirectoryAssignments;
                let evidence = Evidence::new(source, self.id, "is not Global Administrator");
                self.problems.push((Severity::High, evidence));
            }
        }
    }

    /// A policy made for these accounts alone, such as one that demands their key, is as it should be.
    fn of_policies(&mut self) {
        let context = self.context;
        let policies = context.snapshot.conditional_access.iter().filter(|policy| demands_something(policy));
        for policy in policies {
            let whom = &policy.include;
            let dedicated = !whom.everyone
                && whom.groups.is_empty()
                && whom.roles.is_empty()
                && whom.users.iter().all(|id| context.emergency.accounts.contains(id));
            let unsure = !policy.exclude.groups.is_empty() && !context.read(&[SourceKind::Memberships]);
            let roles = [RoleId::GLOBAL_ADMINISTRATOR];
            if !dedicated
                && !unsure
                && includes(context, policy, self.id, &roles)
                && exclusion(context, policy, self.id).is_none()
                && !policy.exclude.roles.contains(&roles[0])
            {
                let fact =
                    "is not spared from every Conditional Access policy that blocks or demands something";
                let evidence = Evidence::new(SourceKind::ConditionalAccess, &policy.id, fact);
                self.problems.push((Severity::High, evidence));
            }
        }
    }
}
