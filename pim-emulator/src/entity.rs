//! What each kind of object offers to queries.

/// A kind of object: its members, and which of them queries may use.
#[derive(Debug)]
pub(crate) struct Entity {
    /// Its name in `microsoft.graph`.
    pub(crate) name: &'static str,
    /// Every member that the emulator shows.
    pub(crate) members: &'static [&'static str],
    /// The members shown unasked; `None` for all.
    pub(crate) shown: Option<&'static [&'static str]>,
    /// Relationships that `$expand` shows.
    pub(crate) links: &'static [&'static str],
    /// Members and relationships that `$filter` takes.
    pub(crate) filter: &'static [&'static str],
    /// Whether `$filter` takes `or`.
    pub(crate) or: bool,
    /// The order lists come in, as `$orderby` would say it.
    pub(crate) order: Option<&'static str>,
}

impl Entity {
    pub(crate) fn has(&self, member: &str) -> bool {
        self.members.iter().any(|name| name.eq_ignore_ascii_case(member))
    }
}

/// Declares kinds of objects whose every member can be filtered by.
macro_rules! entities {
    ($($name:ident = $wire:literal, [$($member:literal),* $(,)?], [$($link:literal),* $(,)?];)+) => {
        $(pub(crate) const $name: $crate::entity::Entity = $crate::entity::Entity {
            name: $wire,
            members: &[$($member),*],
            shown: None,
            links: &[$($link),*],
            filter: &[$($member),*],
            or: true,
            order: None,
        };)+
    };
}
pub(crate) use entities;
