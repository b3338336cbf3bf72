//! What Graph and Azure Resource Manager have in common on the wire: errors, pages, filters, batches.

mod batch;
mod decode;
mod error;
mod filter;
mod head;
mod pages;

pub(crate) use self::decode::is_cut;
pub use self::{
    batch::{BatchOptions, send_batch},
    decode::{decode, fault},
    error::{ErrorDetail, ServiceError},
    filter::Filter,
    pages::{Page, PageOptions, pages},
};
