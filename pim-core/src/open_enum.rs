/// Declares an open enumeration: the variants we know, and `Unknown` with the text of one we do not.
///
/// Services add members without notice and disagree on case (`selfActivate`, `SelfActivate`), so reading
/// never fails and ignores case and underscores; an unknown text is kept as it came. The text written is
/// the canonical snake_case one.
macro_rules! open_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[$vmeta])* $variant,)+
            /// A value this version does not know, as the service wrote it.
            Unknown(Box<str>),
        }

        impl $name {
            /// Every known value.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant,)+];

            /// The canonical text (snake_case), or the service's own for an unknown value.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $(if $crate::open_enum::same($text, text) {
                    return Self::$variant;
                })+
                Self::Unknown(text.into())
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::open_enum::read(deserializer)
            }
        }
    };
}
pub(crate) use open_enum;

/// Equal but for case and underscores; `canonical` is lower snake_case.
pub(crate) fn same(canonical: &str, text: &str) -> bool {
    let mut wanted = canonical.bytes().filter(|b| *b != b'_');
    let mut given = text.bytes().filter(|b| *b != b'_').map(|b| b.to_ascii_lowercase());
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (a, b) if a != b => return false,
            _ => {}
        }
    }
}

/// Reads a string without copying where the format lends one.
pub(crate) fn read<'de, D: serde::Deserializer<'de>, T: for<'a> From<&'a str>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Text<T>(std::marker::PhantomData<T>);
    impl<T: for<'a> From<&'a str>> serde::de::Visitor<'_> for Text<T> {
        type Value = T;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a string")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            Ok(T::from(text))
        }
    }
    deserializer.deserialize_str(Text(std::marker::PhantomData))
}

#[cfg(test)]
mod tests {
    use crate::request::{Action, RequestStatus};

    #[test]
    fn reads_every_spelling_and_keeps_the_unknown() {
        for text in ["selfActivate", "SelfActivate", "self_activate", "SELFACTIVATE"] {
            assert_eq!(Action::from(text), Action::SelfActivate);
        }
        assert_eq!(Action::from("selfDestruct").as_str(), "selfDestruct");
        assert_eq!(Action::from("selfActivat"), Action::Unknown("selfActivat".into()));
        let known: RequestStatus = serde_json::from_str("\"PendingApprovalProvisioning\"").unwrap();
        assert_eq!(known, RequestStatus::PendingApprovalProvisioning);
        assert_eq!(serde_json::to_string(&known).unwrap(), "\"pending_approval_provisioning\"");
    }
}
