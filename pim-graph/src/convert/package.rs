//! Access packages.

use pim_core::{
    error::Result,
    package::{AccessPackage, Carried, PackageAssignment, PackageState},
    privilege::{GroupAccess, Privilege},
    schedule::Level,
    time::Window,
};

use super::field::{id, malformed, parse, text, time};
use crate::wire;

/// A package, read with `$expand=catalog,resourceRoleScopes($expand=role($expand=resource),scope)`. What it carries
/// besides directory roles and access to groups is left out.
///
/// # Errors
/// `Malformed` without id or catalog.
pub fn package(read: &wire::AccessPackage) -> Result<AccessPackage> {
    let catalog = match read.catalog.get() {
        Some(catalog) => id(&catalog.id, "catalog.id")?,
        None => id(&read.catalog_id, "catalog")?,
    };
    let mut carries = Vec::new();
    for role_scope in read.resource_role_scopes.items() {
        carries.extend(carried(role_scope)?);
    }
    Ok(AccessPackage { id: id(&read.id, "id")?, name: text(&read.display_name), catalog, carries })
}

/// A group's role is `Member_{group}` or `Owner_{group}`; a directory role's tells how it is given, `Eligible` or
/// `Active`, and its scope which role it is.
///
/// Source: [Assign Microsoft Entra roles](https://learn.microsoft.com/entra/id-governance/entitlement-management-roles).
fn carried(read: &wire::PackageRoleScope) -> Result<Option<Carried>> {
    let Some(role) = read.role.get() else { return Ok(None) };
    let carried = match (role.origin_system.text(), role.origin_id.text()) {
        (Some("AadGroup"), Some(origin)) => {
            let Some((access, group)) = origin.split_once('_') else { return Ok(None) };
            let group = parse(group, "role.originId")?;
            let privilege = Privilege::Group { group, access: GroupAccess::from(access) };
            Carried { privilege, level: Level::Assignment }
        }
        (Some("DirectoryRole"), Some(how)) => {
            let level = if how.eq_ignore_ascii_case("Eligible") {
                Level::Eligibility
            } else if how.eq_ignore_ascii_case("Active") {
                Level::Assignment
            } else {
                return Ok(None);
            };
            let scope = read.scope.get().ok_or_else(|| malformed("resourceRoleScopes.scope"))?;
            Carried { privilege: Privilege::role(id(&scope.origin_id, "scope.originId")?), level }
        }
        _ => return Ok(None),
    };
    Ok(Some(carried))
}

/// Who has a package, read with `$expand=target,accessPackage`.
///
/// # Errors
/// `Malformed` without id, package or holder.
pub fn assignment(read: &wire::PackageAssignment) -> Result<PackageAssignment> {
    let package = match read.access_package.get() {
        Some(package) => id(&package.id, "accessPackage.id")?,
        None => id(&read.access_package_id, "accessPackage")?,
    };
    let target = read.target.get().ok_or_else(|| malformed("target"))?;
    let (start, mut end) = match read.schedule.get() {
        None => (None, None),
        Some(schedule) => (
            time(&schedule.start_date_time, "schedule.startDateTime")?,
            schedule
                .expiration
                .get()
                .map_or(Ok(None), |end| time(&end.end_date_time, "schedule.expiration.endDateTime"))?,
        ),
    };
    if end.is_none() {
        end = time(&read.expired_date_time, "expiredDateTime")?;
    }
    Ok(PackageAssignment {
        id: id(&read.id, "id")?,
        package,
        principal: id(&target.object_id, "target.objectId")?,
        state: PackageState::from(read.state.text().unwrap_or_default()),
        window: Window::new(start, end).map_err(|_| malformed("schedule"))?,
    })
}
