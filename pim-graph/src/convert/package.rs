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
/// besides access to groups is left out.
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

/// Graph writes a group's role as `Member_{group}` or `Owner_{group}`. How it writes directory roles no page tells.
fn carried(read: &wire::PackageRoleScope) -> Result<Option<Carried>> {
    let Some(role) = read.role.get().filter(|role| role.origin_system.text() == Some("AadGroup")) else {
        return Ok(None);
    };
    let Some((access, group)) = role.origin_id.text().and_then(|origin| origin.split_once('_')) else {
        return Ok(None);
    };
    let privilege =
        Privilege::Group { group: parse(group, "role.originId")?, access: GroupAccess::from(access) };
    Ok(Some(Carried { privilege, level: Level::Assignment }))
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
