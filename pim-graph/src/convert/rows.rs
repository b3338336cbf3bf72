use std::{borrow::Cow, fmt};

use pim_core::{
    error::{Error, ErrorKind, Result},
    page::Rejected,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::wire;

/// A page, read row by row.
#[derive(Clone)]
#[allow(clippy::exhaustive_structs)] // taken apart by the backend
pub struct Listed<T> {
    /// What could be read, in the service's order.
    pub items: Vec<T>,
    /// What could not.
    pub rejected: Vec<Rejected>,
    /// The link to the next page, whole.
    pub next: Option<Box<str>>,
}

/// Without the link, which holds what was searched for.
impl<T: fmt::Debug> fmt::Debug for Listed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Listed");
        shown.field("items", &self.items).field("rejected", &self.rejected).finish_non_exhaustive()
    }
}

/// Reads a page of any resource: a row that cannot be read is set aside, not the page.
///
/// # Errors
/// `Malformed` where the page itself cannot be read.
pub fn rows<W: DeserializeOwned, T>(
    page: &[u8],
    mut convert: impl FnMut(W) -> Result<T>,
) -> Result<Listed<T>> {
    each(page, |raw| convert(row(raw)?))
}

/// Text that is borrowed from the page where it holds no escapes.
pub(super) struct Lent<'a>(pub(super) Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Lent<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> serde::de::Visitor<'de> for Text {
            type Value = Lent<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Lent<'de>, E> {
                Ok(Lent(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Lent<'de>, E> {
                Ok(Lent(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// The page with rows of a shape that is read at once.
#[derive(Deserialize)]
#[serde(bound(deserialize = "R: Deserialize<'de>, 'de: 'a"))]
struct PageOf<'a, R> {
    #[serde(rename = "@odata.nextLink", default)]
    next: Option<Lent<'a>>,
    value: Vec<R>,
}

/// Reads all rows in one pass; where one of them is not of the shape, each by itself.
pub(super) fn borrowed<'a, R: Deserialize<'a>, T>(
    page: &'a [u8],
    mut convert: impl FnMut(&R) -> Result<T>,
    id: impl Fn(&R) -> Option<Box<str>>,
) -> Result<Listed<T>> {
    let text = utf8(page)?;
    let Ok(read) = serde_json::from_str::<PageOf<'_, R>>(text) else {
        return each(page, |raw| convert(&row(raw)?));
    };
    let mut listed = Listed {
        items: Vec::with_capacity(read.value.len()),
        rejected: Vec::new(),
        next: read.next.map(|link| link.0.into()),
    };
    for row in &read.value {
        match convert(row) {
            Ok(item) => listed.items.push(item),
            Err(error) => listed.rejected.push(Rejected { id: id(row), reason: reason(&error) }),
        }
    }
    Ok(listed)
}

fn each<'a, T>(page: &'a [u8], mut convert: impl FnMut(&'a RawValue) -> Result<T>) -> Result<Listed<T>> {
    // Without the text check a borrowed row could not be taken from the bytes.
    let read: PageOf<'a, &'a RawValue> = match serde_json::from_str(utf8(page)?) {
        Ok(read) => read,
        // Once more, for the place of the fault.
        Err(_) => {
            wire::read::<wire::Page<serde_json::Value>>(page)?;
            return Err(Error::new(ErrorKind::Malformed, "the page of a list cannot be read"));
        }
    };
    let mut listed =
        Listed { items: Vec::new(), rejected: Vec::new(), next: read.next.map(|link| link.0.into()) };
    for raw in read.value {
        match convert(raw) {
            Ok(item) => listed.items.push(item),
            Err(error) => listed.rejected.push(Rejected { id: own_id(raw), reason: reason(&error) }),
        }
    }
    Ok(listed)
}

fn utf8(page: &[u8]) -> Result<&str> {
    std::str::from_utf8(page).map_err(|_| Error::new(ErrorKind::Malformed, "the answer is not UTF-8"))
}

fn row<'a, R: Deserialize<'a>>(raw: &'a RawValue) -> Result<R> {
    let mut json = serde_json::Deserializer::from_str(raw.get());
    serde_path_to_error::deserialize(&mut json).map_err(|error| {
        Error::new(ErrorKind::Malformed, "the row holds a value of the wrong type")
            .with_context("at", error.path())
    })
}

fn own_id(raw: &RawValue) -> Option<Box<str>> {
    #[derive(Deserialize)]
    struct Id<'a> {
        #[serde(borrow)]
        id: Lent<'a>,
    }
    serde_json::from_str::<Id<'_>>(raw.get()).ok().map(|row| row.id.0.into())
}

fn reason(error: &Error) -> Box<str> {
    error.to_string().into()
}
