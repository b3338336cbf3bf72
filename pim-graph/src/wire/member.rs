use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value};

/// Text as it came: names, times, enumeration members, ids.
pub type Text = Box<str>;

/// A member of an object: absent, `null`, or there. Graph tells these apart, so they are kept apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums)] // complete by definition: JSON knows no fourth case
pub enum Member<T> {
    /// Not written.
    #[default]
    Absent,
    /// Written as `null`.
    Null,
    /// Written with a value.
    Value(T),
}

impl<T> Member<T> {
    /// True when it was not written.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub const fn get(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }
}

impl Member<Text> {
    /// The text, if there is one that is not empty: Graph writes `""` for what it does not know.
    pub fn text(&self) -> Option<&str> {
        self.get().map(AsRef::as_ref).filter(|text| !text.is_empty())
    }
}

impl<T> Member<Vec<T>> {
    /// The elements; none where there is no list.
    pub fn items(&self) -> &[T] {
        self.get().map_or(&[], Vec::as_slice)
    }
}

impl Member<bool> {
    /// The flag; `false` where it is not told.
    pub fn is_true(&self) -> bool {
        self.get() == Some(&true)
    }
}

impl Member<Number> {
    /// The number, where it is one that fits.
    pub fn count(&self) -> Option<u32> {
        self.get()?.as_u64()?.try_into().ok()
    }
}

/// There, or absent.
impl<T> From<Option<T>> for Member<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl From<&str> for Member<Text> {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl From<String> for Member<Text> {
    fn from(text: String) -> Self {
        Self::Value(text.into())
    }
}

impl<T: Serialize> Serialize for Member<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// What a value carries that its shape does not declare.
///
/// Annotations (`@odata.context`) are expected; a plain member means that the service has learned something.
pub trait Extras {
    /// Calls `found` with the name of the shape and of each undeclared member, at any depth.
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str));
}

impl<T: Extras> Extras for Member<T> {
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
        if let Self::Value(value) = self {
            value.extras(found);
        }
    }
}

impl<T: Extras> Extras for Vec<T> {
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
        self.iter().for_each(|item| item.extras(found));
    }
}

impl<T: Extras> Extras for Box<T> {
    fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
        T::extras(self, found);
    }
}

macro_rules! leaves {
    ($($leaf:ty),+) => {$(
        impl Extras for $leaf {
            fn extras(&self, _: &mut dyn FnMut(&'static str, &str)) {}
        }
    )+};
}

leaves!(bool, Number, Value, Text);

/// Declares shapes: every member optional, names in camel case unless renamed, the unknown kept.
///
/// `Debug` shows nothing but the type's name, because the members hold names of people and their reasons.
macro_rules! wire {
    ($($(#[$meta:meta])* $name:ident { $($(#[$fmeta:meta])* $field:ident: $ty:ty,)* })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        #[allow(clippy::exhaustive_structs)] // written as a literal with `..Default::default()`
        pub struct $name {
            /// `@odata.type`: which of several derived types this is.
            #[serde(rename = "@odata.type", skip_serializing_if = "super::Member::is_absent")]
            pub odata_type: super::Member<super::Text>,
            $(
                #[doc = concat!("The member `", stringify!($field), "`, spelled in camel case.")]
                $(#[$fmeta])*
                #[serde(skip_serializing_if = "super::Member::is_absent")]
                pub $field: super::Member<$ty>,
            )*
            /// Members that the shape does not declare.
            #[serde(flatten)]
            pub extra: serde_json::Map<String, serde_json::Value>,
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }

        impl super::Extras for $name {
            fn extras(&self, found: &mut dyn FnMut(&'static str, &str)) {
                $(self.$field.extras(found);)*
                self.extra.keys().for_each(|key| found(stringify!($name), key));
            }
        }
    )+};
}
pub(super) use wire;

#[cfg(test)]
mod tests {
    use super::super::{RoleAssignmentRequest, TicketInfo};

    #[test]
    fn absent_null_and_unknown_survive() {
        for text in [
            r#"{}"#,
            r#"{"ticketNumber":null}"#,
            r#"{"ticketNumber":"","ticketSystem":"Jira"}"#,
            r##"{"@odata.type":"#microsoft.graph.newTicket","colour":{"deep":[1,null]}}"##,
        ] {
            let ticket: TicketInfo = serde_json::from_str(text).unwrap();
            let again = serde_json::to_value(&ticket).unwrap();
            assert_eq!(again, serde_json::from_str::<serde_json::Value>(text).unwrap());
        }
    }

    #[test]
    fn undeclared_members_are_reported_at_any_depth_and_debug_is_silent() {
        use super::Extras as _;
        let text = r#"{"justification":"secret","ticketInfo":{"colour":1},"@odata.context":"x"}"#;
        let request: RoleAssignmentRequest = serde_json::from_str(text).unwrap();
        let mut found = Vec::new();
        request.extras(&mut |shape, member| found.push(format!("{shape}.{member}")));
        assert_eq!(found, ["TicketInfo.colour", "RoleAssignmentRequest.@odata.context"]);
        assert_eq!(format!("{request:?}"), "RoleAssignmentRequest { .. }");
    }
}
