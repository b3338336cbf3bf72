//! From standing to eligible.

use pim_core::{
    client::{Assign, Client, Revoke, conditions},
    error::{Error, ErrorKind, Result},
    id::PrincipalId,
    privilege::{Privilege, Surface},
    schedule::{Assignment, Level},
    time::{Expiry, Period},
};

use super::{
    figures::Refusal,
    run::Run,
    settings::is_top,
    tenant::{Holder, Tenant},
    ways::{by_reason, count, reason},
};

const ELIGIBLE_FOR: Period = Period::days(365);
const SEEN_WITHIN: Period = Period::minutes(10);
const WHY: &str = "Roll-out of Privileged Identity Management";

/// A standing assignment that became an eligibility.
#[derive(Clone, Debug)]
pub(super) struct Converted {
    pub(super) principal: PrincipalId,
    pub(super) privilege: Privilege,
}

enum Why {
    Group,
    Application,
    Azure,
    Own,
}

/// Converts what people hold. Break-glass accounts are not left out here: the client's guards see to them.
pub(super) async fn chapter(run: &mut Run, tenant: &Tenant) -> Vec<Converted> {
    run.story.chapter("From standing to eligible");
    let mut converted = Vec::new();
    let Some(administrator) = run.administrator.clone() else { return converted };
    let own = own_way_in(tenant, &administrator);
    let client = run.sign_in(&administrator);
    let mut refused = Vec::new();
    for assignment in tenant.standing() {
        match stays(tenant, assignment, &administrator, own.as_ref()) {
            Some(Why::Group) => run.figures.stayed.groups += 1,
            Some(Why::Application) => run.figures.stayed.applications += 1,
            Some(Why::Azure) => run.figures.stayed.azure += 1,
            Some(Why::Own) => run.figures.stayed.own += 1,
            None => match convert(&client, assignment).await {
                Ok(()) => converted.push(Converted {
                    principal: assignment.principal.clone(),
                    privilege: assignment.privilege.clone(),
                }),
                Err(error) => refused.push((assignment, error)),
            },
        }
    }
    run.figures.converted = converted.len();
    run.story.say(format!(
        "One by one: try the removal, make eligible for a year at the same scope, see the eligibility listed, \
         then remove what stands. Done for {}.",
        count(converted.len(), "assignment", "assignments"),
    ));
    if !refused.is_empty() {
        run.story.say("Refused, and left as it was:");
    }
    let told = refused.iter().map(|(assignment, error)| {
        let role = tenant.privilege_name(&assignment.privilege);
        (format!("{} ({role})", tenant.name(&assignment.principal)), reason(error))
    });
    by_reason(told).iter().for_each(|reason| run.story.point(reason));
    let refusal = |(a, error): &(&Assignment, Error)| Refusal::new(&a.principal, &a.privilege, error);
    run.figures.refused.extend(refused.iter().map(refusal));
    tell_what_stays(run, tenant, own.as_ref());
    let without = converted
        .iter()
        .filter_map(|c| tenant.user(&c.principal))
        .filter(|user| user.has_second_factor() == Some(false))
        .map(|user| &user.id)
        .collect::<std::collections::BTreeSet<_>>();
    if !without.is_empty() {
        run.story.say(format!(
            "{} must register a second factor before they can activate.",
            count(without.len(), "person", "people")
        ));
    }
    converted
}

/// Nothing is taken before its replacement is seen, and nothing is made whose counterpart could not be taken.
async fn convert(client: &Client, standing: &Assignment) -> Result<()> {
    let (principal, privilege) = (standing.principal.clone(), standing.privilege.clone());
    let removal = Revoke {
        justification: Some(WHY.into()),
        ..Revoke::new(Level::Assignment, principal.clone(), privilege.clone())
    };
    client.revoke(Revoke { dry_run: true, ..removal.clone() }).await?;
    let eligibility = Assign {
        justification: Some(WHY.into()),
        ..Assign::new(Level::Eligibility, principal, privilege, Expiry::After(ELIGIBLE_FOR))
    };
    match client.assign(eligibility).await {
        Ok(request) => client.wait_for(&request.key(), conditions::active, SEEN_WITHIN).await.map(|_| ())?,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    client.revoke(removal).await.map(|_| ())
}

fn stays(
    tenant: &Tenant,
    assignment: &Assignment,
    administrator: &PrincipalId,
    own: Option<&Privilege>,
) -> Option<Why> {
    match tenant.holder(&assignment.principal) {
        _ if assignment.privilege.surface() != Surface::DirectoryRoles => Some(Why::Azure),
        Holder::Group => Some(Why::Group),
        Holder::Application => Some(Why::Application),
        Holder::Person => {
            let mine = assignment.principal == *administrator && Some(&assignment.privilege) == own;
            // A break-glass account that does the work is the guards' matter.
            (mine && !tenant.break_glass.contains(administrator)).then_some(Why::Own)
        }
    }
}

/// The assignment from which the administrator works: without it the rest could not be done.
fn own_way_in(tenant: &Tenant, administrator: &PrincipalId) -> Option<Privilege> {
    use pim_core::id::RoleId;
    [RoleId::GLOBAL_ADMINISTRATOR, RoleId::PRIVILEGED_ROLE_ADMINISTRATOR]
        .map(Privilege::role)
        .into_iter()
        .find(|role| tenant.standing().any(|a| a.principal == *administrator && a.privilege == *role))
        .filter(is_top)
}

fn tell_what_stays(run: &mut Run, tenant: &Tenant, own: Option<&Privilege>) {
    let stayed = run.figures.stayed.clone();
    let own = own.map(|privilege| tenant.privilege_name(privilege)).unwrap_or_default();
    let rows: Vec<Vec<String>> = [
        (stayed.groups, "held by groups: it is their members who can be made eligible".to_owned()),
        (stayed.applications, "held by applications, which cannot activate: give them less".to_owned()),
        (stayed.azure, "Azure roles: for the owners of the subscriptions".to_owned()),
        (stayed.own, format!("{own} of the one who does this; goes last")),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, why)| vec![format!("{n:>4}"), why])
    .collect();
    if !rows.is_empty() {
        run.story.say("What stays for now:");
        rows.iter().for_each(|row| run.story.point(format!("{} {}", row[0].trim(), row[1])));
    }
}
