//! What stands, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

use pim_core::{
    directory::User,
    id::{PrincipalId, RoleId},
    privilege::{Privilege, Surface},
    time::Period,
};

use super::{
    run::Run,
    tenant::{Holder, Tenant},
    ways::{count, list},
};
use crate::cast;

/// With these permissions an application can give itself any role.
const DANGEROUS: [&str; 4] = [
    "RoleManagement.ReadWrite.Directory",
    "AppRoleAssignment.ReadWrite.All",
    "RoleAssignmentSchedule.ReadWrite.Directory",
    "RoleEligibilitySchedule.ReadWrite.Directory",
];
const MANY_ROLES: usize = 5;
const IDLE: Period = Period::days(90);
const SHOWN: usize = 6;

/// Reads the tenant, finds the break-glass accounts and the faults. `None` where nobody may even read.
pub(super) async fn chapter(run: &mut Run) -> Option<Tenant> {
    run.story.chapter("What stands");
    let Some(administrator) = run.administrator.clone() else {
        run.story.say(
            "Nobody in this tenant can do this: it takes an enabled person who is Global Administrator or \
             Privileged Role Administrator without end. Nothing was changed.",
        );
        return None;
    };
    let mut tenant = match Tenant::read(&run.sign_in(&administrator)).await {
        Ok(tenant) => tenant,
        Err(error) => {
            run.story.say(format!("The tenant could not be read: {error}."));
            return None;
        }
    };
    tenant.break_glass = match &run.named {
        Some(named) => named.clone(),
        None => break_glass(&tenant),
    };
    run.safeguards.break_glass.clone_from(&tenant.break_glass);

    run.figures.roles = tenant.roles.len();
    run.figures.principals = tenant.users.len() + tenant.groups.len() + tenant.applications.len();
    run.figures.standing_before = tenant.standing().count();
    let time_bound = tenant.assignments.len() - run.figures.standing_before;
    let company = run.records.tenant.name.clone();
    run.story.say(format!(
        "{company}, {}: {} people, {} groups, {} applications. {} role assignments stand without end{}; {} \
         Entra eligibilities exist. {} signs in to change that.",
        run.o_clock(),
        tenant.users.len(),
        tenant.groups.len(),
        tenant.applications.len(),
        run.figures.standing_before,
        if time_bound == 0 { String::new() } else { format!(" ({time_bound} more end by themselves)") },
        tenant.eligibilities.len(),
        tenant.name(&administrator),
    ));
    by_role(run, &tenant);
    faults(run, &tenant);
    emergency(run, &tenant);
    Some(tenant)
}

/// Standing Global Administrators that are set up as emergency accounts.
fn break_glass(tenant: &Tenant) -> BTreeSet<PrincipalId> {
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let holders = tenant.standing().filter(|assignment| assignment.privilege == global);
    let in_group =
        |group: &_, who: &PrincipalId| tenant.memberships.contains(&(Clone::clone(group), who.clone()));
    holders
        .filter_map(|assignment| tenant.user(&assignment.principal))
        .filter(|user| cast::is_break_glass(user, &tenant.conditional_access, in_group))
        .map(|user| user.id.clone())
        .collect()
}

fn by_role(run: &mut Run, tenant: &Tenant) {
    let mut rows: BTreeMap<&RoleId, [usize; 3]> = BTreeMap::new();
    for assignment in tenant.standing() {
        if let Some(role) = assignment.privilege.role_id() {
            rows.entry(role).or_default()[tenant.holder(&assignment.principal) as usize] += 1;
        }
    }
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|(role, held)| (held.iter().sum::<usize>(), tenant.role_name(role), held))
        .collect();
    rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let head = ["Standing by role", "people", "groups", "apps"].map(str::to_owned).to_vec();
    let more = rows.iter().skip(SHOWN).fold([0; 3], |sum, row| [0, 1, 2].map(|i| sum[i] + row.2[i]));
    let mut table = vec![head];
    let line = |name: String, held: [usize; 3]| {
        std::iter::once(name).chain(held.map(|n| n.to_string())).collect::<Vec<_>>()
    };
    table.extend(rows.iter().take(SHOWN).map(|(_, name, held)| line(name.clone(), *held)));
    if rows.len() > SHOWN {
        table.push(line(format!("{} other roles", rows.len() - SHOWN), more));
    }
    run.story.table(&table);
}

fn faults(run: &mut Run, tenant: &Tenant) {
    let holders: BTreeSet<&PrincipalId> = tenant.standing().map(|a| &a.principal).collect();
    let people: Vec<&User> = tenant.users.iter().filter(|user| holders.contains(&user.id)).collect();
    let having = |test: &dyn Fn(&User) -> bool| people.iter().filter(|user| test(user)).count();
    let no_factor = having(&|user| user.has_second_factor() == Some(false));
    let phishable = having(&|user| user.has_second_factor() == Some(true) && !cast::resists_phishing(user));
    let now = run.began;
    let idle = having(&|user| !user.enabled || user.last_sign_in.is_none_or(|at| now.since(at) > IDLE));
    let guests = having(&|user| user.user_type == pim_core::directory::UserType::Guest);
    let (most, many) = many_roles(tenant);
    let global = Privilege::role(RoleId::GLOBAL_ADMINISTRATOR);
    let permanent = tenant
        .standing()
        .filter(|a| a.privilege == global && !tenant.break_glass.contains(&a.principal))
        .count();
    let twice = tenant.standing().filter(|a| held_through_group(tenant, &a.principal, &a.privilege)).count();
    let dangerous: Vec<String> = tenant
        .applications
        .iter()
        .filter(|app| {
            let names = app.permissions.iter().filter_map(|held| held.name.as_deref());
            names.into_iter().any(|name| DANGEROUS.contains(&name))
        })
        .map(|app| app.name.clone())
        .collect();
    run.story.say("What is wrong with it:");
    let mut point = |n: usize, text: String| {
        if n > 0 {
            run.story.point(text);
        }
    };
    point(
        permanent,
        format!(
            "{} besides the emergency accounts",
            count(permanent, "permanent Global Administrator", "permanent Global Administrators")
        ),
    );
    point(
        no_factor,
        format!("{} without a second factor", count(no_factor, "administrator", "administrators")),
    );
    point(phishable, format!("{phishable} with none but phishable second factors"));
    point(
        many,
        format!(
            "{} with {MANY_ROLES} or more Entra roles in one hand, the most {most}",
            count(many, "person", "people")
        ),
    );
    point(idle, format!("{idle} disabled, or not signed in for 90 days"));
    point(guests, format!("{} from outside", count(guests, "administrator", "administrators")));
    point(twice, format!("{twice} held directly and through a group as well"));
    point(
        dangerous.len(),
        format!(
            "{} that could take every role: {}",
            count(dangerous.len(), "application", "applications"),
            list(&dangerous)
        ),
    );
}

/// The most different Entra roles that one person holds, and how many people hold many.
fn many_roles(tenant: &Tenant) -> (usize, usize) {
    let mut roles: BTreeMap<&PrincipalId, BTreeSet<&RoleId>> = BTreeMap::new();
    for assignment in tenant.standing() {
        let person = tenant.holder(&assignment.principal) == Holder::Person;
        if let (true, Surface::DirectoryRoles, Some(role)) =
            (person, assignment.privilege.surface(), assignment.privilege.role_id())
        {
            roles.entry(&assignment.principal).or_default().insert(role);
        }
    }
    let most = roles.values().map(BTreeSet::len).max().unwrap_or(0);
    (most, roles.values().filter(|held| held.len() >= MANY_ROLES).count())
}

fn held_through_group(tenant: &Tenant, who: &PrincipalId, privilege: &Privilege) -> bool {
    tenant.standing().any(|other| {
        other.privilege == *privilege
            && tenant.memberships.contains(&(other.principal.as_group(), who.clone()))
    })
}

fn emergency(run: &mut Run, tenant: &Tenant) {
    let found = tenant.users.iter().map(|user| &user.id).filter(|id| tenant.break_glass.contains(id));
    let names = tenant.names(found);
    run.story.say(match (&run.named, tenant.break_glass.len()) {
        (Some(_), _) => format!("Break-glass accounts, as named on the command line: {names}."),
        (None, 0) => {
            "No break-glass account was found: no permanent Global Administrator is a cloud account \
             under onmicrosoft.com that every Conditional Access policy in force leaves out. Make two before \
             you do this in a real tenant, or name yours with --break-glass."
                .to_owned()
        }
        (None, _) => format!(
            "Break-glass accounts, known by being permanent Global Administrators of the cloud alone that \
             every Conditional Access policy in force leaves out: {names}. Nothing below may touch them."
        ),
    });
}
