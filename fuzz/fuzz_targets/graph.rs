//! Every list and object that pim-graph reads: the first byte chooses which.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pim_core::error::{ErrorKind, Result};
use pim_graph::{
    convert::{self, Listed, Sharing, rows},
    endpoints::schedules::Family,
};

/// Reads a page and tells how many rows were refused.
type Read = fn(&[u8]) -> Result<usize>;

fn refused<T>(listed: Result<Listed<T>>) -> Result<usize> {
    listed.map(|listed| listed.rejected.len())
}

const READS: &[Read] = &[
    |page| {
        Family::all().map(|family| refused(convert::assignments(family, page, &mut Sharing::default()))).sum()
    },
    |page| {
        Family::all()
            .map(|family| refused(convert::eligibilities(family, page, &mut Sharing::default())))
            .sum()
    },
    |page| refused(rows(page, |row| convert::request::role_assignment(&row))),
    |page| refused(rows(page, |row| convert::request::role_eligibility(&row))),
    |page| refused(rows(page, |row| convert::request::group_assignment(&row))),
    |page| refused(rows(page, |row| convert::request::group_eligibility(&row))),
    |page| refused(rows(page, |row| convert::role::definition(&row))),
    |page| refused(rows(page, |row| convert::policy::assigned(&row))),
    |page| refused(rows(page, |row| convert::policy::rule(&row))),
    |page| refused(rows(page, |row| convert::review::review(&row))),
    |page| refused(rows(page, |row| convert::directory::user(&row))),
    |page| refused(rows(page, |row| convert::directory::group(&row))),
    |page| refused(rows(page, |row| convert::directory::service_principal(&row))),
    |page| refused(rows(page, |row| convert::directory::app_permission(&row, None))),
    |page| refused(rows(page, |row| convert::directory::delegated(&row, None))),
    |page| refused(rows(page, |row| convert::directory::unit(&row))),
    |page| refused(rows(page, |row| convert::directory::sku(&row))),
    |page| refused(rows(page, |row| convert::directory::methods(&row))),
    |page| refused(rows(page, |row| convert::audit::record(&row))),
    |page| refused(rows(page, |row| convert::audit::sign_in(&row))),
    |page| refused(rows(page, |row| convert::conditional_access::policy(&row))),
    |page| refused(rows(page, |row| convert::conditional_access::context(&row))),
    |page| refused(rows(page, |row| convert::conditional_access::location(&row))),
    |page| refused(rows(page, |row| convert::alert::alert(&row))),
    |page| refused(rows(page, |row| convert::package::package(&row))),
    |page| refused(rows(page, |row| convert::package::assignment(&row))),
];

fuzz_target!(|bytes: &[u8]| {
    let Some((which, page)) = bytes.split_first() else { return };
    if let Err(error) = READS[usize::from(*which) % READS.len()](page) {
        assert_eq!(error.kind(), ErrorKind::Malformed);
    }
});
