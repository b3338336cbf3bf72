//! Objects as Graph writes them: the emulator's own reading of the documentation, shared with nobody.

pub(crate) mod alert;
pub(crate) mod approval;
pub(crate) mod conditional_access;
pub(crate) mod directory;
pub(crate) mod grant;
pub(crate) mod grants_of_apps;
pub(crate) mod log;
pub(crate) mod package;
pub(crate) mod policy;
pub(crate) mod request;
pub(crate) mod review;
pub(crate) mod review_text;
pub(crate) mod role_definition;
pub(crate) mod words;

use pim_embedded::seed::Records;
use serde_json::Value;

use crate::book::{Book, Shelf};

/// What of a seed the emulator keeps itself, since it can be written and the engine has no model for it.
pub(crate) fn of_seed(records: &Records) -> Book {
    let book = Book::default();
    let fill = |shelf, rows: Vec<Value>| rows.into_iter().for_each(|row| book.put(shelf, row));
    fill(
        Shelf::ConditionalAccess,
        records.conditional_access.iter().map(conditional_access::policy).collect(),
    );
    fill(Shelf::Contexts, records.contexts.iter().map(conditional_access::context).collect());
    fill(Shelf::Locations, records.locations.iter().map(conditional_access::location).collect());
    fill(Shelf::Catalogs, package::catalogs(records));
    fill(Shelf::Packages, records.packages.iter().map(package::package).collect());
    fill(Shelf::RoleScopes, records.packages.iter().flat_map(package::role_scopes).collect());
    fill(Shelf::PackagePolicies, records.packages.iter().map(package::direct_policy).collect());
    fill(Shelf::PackageAssignments, records.package_assignments.iter().map(package::assignment).collect());
    book
}
