//! What Graph and Azure Resource Manager have in common on the wire: errors, pages, filters, batches.

mod batch;
mod decode;
mod error;
mod filter;
mod head;
mod pages;

pub use self::{
    batch::{BatchOptions, send_batch},
    decode::{decode, fault, place},
    error::{ErrorDetail, ServiceError, is_word},
    filter::Filter,
    pages::{Page, PageOptions, pages},
};
pub(crate) use self::{decode::is_cut, error::request_id};
