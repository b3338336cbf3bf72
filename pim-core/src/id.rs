//! Ids. GUIDs, which nearly all of them are, take 16 bytes and no allocation: a list of 100,000
//! assignments holds half a million of them.

use std::{
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
    sync::Arc,
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest id text that is accepted. The longest the services send are ARM resource ids.
const MAX_LEN: usize = 2048;

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {problem}")]
pub struct InvalidId {
    kind: &'static str,
    problem: &'static str,
}

/// GUID or text; what all id types hold.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Repr {
    Guid([u8; 16]),
    Text(Arc<str>),
}

impl Hash for Repr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Guid(bytes) => state.write(bytes),
            Self::Text(text) => text.hash(state),
        }
    }
}

impl Repr {
    fn parse(kind: &'static str, text: &str) -> Result<Self, InvalidId> {
        if let Some(guid) = parse_guid(text.as_bytes()) {
            return Ok(Self::Guid(guid));
        }
        let problem = if text.is_empty() {
            "an empty text is not an id"
        } else if text.len() > MAX_LEN {
            "longer than 2048 bytes"
        } else if text.chars().any(char::is_control) {
            "holds a control character"
        } else if text.trim() != text {
            "begins or ends with a blank"
        } else {
            return Ok(Self::Text(text.into()));
        };
        Err(InvalidId { kind, problem })
    }
}

impl fmt::Display for Repr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Guid(bytes) => f.pad(guid_text(bytes, &mut [0; 36])),
            Self::Text(text) => f.pad(text),
        }
    }
}

/// `8-4-4-4-12` hexadecimal digits of either case, and nothing else.
const fn parse_guid(text: &[u8]) -> Option<[u8; 16]> {
    if text.len() != 36 {
        return None;
    }
    if text[8] != b'-' || text[13] != b'-' || text[18] != b'-' || text[23] != b'-' {
        return None;
    }
    let (mut bytes, mut wrong, mut out) = ([0; 16], 0, 0);
    while out < 16 {
        let at = PLACES[out];
        let (high, low) = (DIGITS[text[at] as usize], DIGITS[text[at + 1] as usize]);
        wrong |= high | low;
        bytes[out] = high << 4 | low & 15;
        out += 1;
    }
    // Looked at once for all: digits are below 16, and large lists hold half a million of these.
    if wrong < 16 { Some(bytes) } else { None }
}

/// Where the bytes of a GUID stand in its text.
const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/// The value of a hexadecimal digit; 255 for what is none.
const DIGITS: [u8; 256] = {
    let (mut digits, mut value) = ([255; 256], 0);
    while value < 16 {
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};

fn guid_text<'a>(bytes: &[u8; 16], into: &'a mut [u8; 36]) -> &'a str {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut at = 0;
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            into[at] = b'-';
            at += 1;
        }
        into[at] = HEX[usize::from(byte >> 4)];
        into[at + 1] = HEX[usize::from(byte & 15)];
        at += 2;
    }
    // Only ASCII was written; the fall-back can't be reached.
    std::str::from_utf8(into).unwrap_or_default()
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {$(
        $(#[$meta])*
        ///
        /// Text in the shape of a GUID is kept as 16 bytes and prints in lower case; any other text is kept
        /// byte for byte. Parsing fails on empty or overlong text, control characters and outer blanks.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Repr);

        impl $name {
            /// The id of these 16 bytes, in the order in which a GUID's text shows them.
            pub const fn from_guid(bytes: [u8; 16]) -> Self {
                Self(Repr::Guid(bytes))
            }

            /// The 16 bytes, if this id is a GUID.
            pub const fn guid(&self) -> Option<[u8; 16]> {
                match &self.0 {
                    Repr::Guid(bytes) => Some(*bytes),
                    Repr::Text(_) => None,
                }
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Repr::parse(stringify!($name), text).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidId;

            fn try_from(text: &str) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                match &self.0 {
                    Repr::Guid(bytes) => parse_guid(text.as_bytes()) == Some(*bytes),
                    Repr::Text(own) => **own == *text,
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match &self.0 {
                    Repr::Guid(bytes) => serializer.serialize_str(guid_text(bytes, &mut [0; 36])),
                    Repr::Text(text) => serializer.serialize_str(text),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("a ", stringify!($name)))
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    )+};
}

ids! {
    /// A tenant.
    TenantId,
    /// The object id of a user, group or service principal: whoever can hold a privilege.
    PrincipalId,
    /// The object id of a group whose membership or ownership is managed. As a holder, the same group is a
    /// [`PrincipalId`]: see [`GroupId::as_principal`].
    GroupId,
    /// A role definition: an Entra role's template id, or the trailing GUID of an Azure role definition.
    RoleId,
    /// A request. Directory roles and groups use it as approval id too.
    RequestId,
    /// A schedule: a grant that is in force now or will be.
    ScheduleId,
    /// A schedule instance: a grant in force now. Directory roles use opaque text here, no GUID.
    InstanceId,
    /// A role management policy. A group's policy ids change when the group comes under PIM.
    PolicyId,
    /// An approval.
    ApprovalId,
    /// A stage of an approval.
    StageId,
    /// The definition of an access review.
    ReviewId,
    /// One round of an access review.
    ReviewInstanceId,
    /// One decision to be taken in a review round.
    ReviewItemId,
    /// An application's client id.
    AppId,
    /// The object id of an application or service principal, where it is the scope of a role.
    ApplicationId,
    /// An administrative unit.
    UnitId,
    /// An authentication context, `c1` to `c99`.
    ContextId,
    /// A Conditional Access policy.
    ConditionalAccessId,
    /// A named location of Conditional Access.
    LocationId,
    /// A licence that a tenant bought (SKU).
    SkuId,
    /// An audit record.
    AuditId,
    /// A sign-in record.
    SignInId,
    /// A PIM alert.
    AlertId,
    /// One thing that a PIM alert found.
    IncidentId,
    /// An entitlement-management catalog.
    CatalogId,
    /// An access package.
    PackageId,
    /// An assignment of an access package.
    PackageAssignmentId,
    /// Joins the records that one act left in several places.
    CorrelationId,
}

impl GroupId {
    /// The same group in the role of a holder.
    #[must_use]
    pub fn as_principal(&self) -> PrincipalId {
        PrincipalId(self.0.clone())
    }
}

impl PrincipalId {
    /// The same object taken as a group, for a principal known to be one.
    #[must_use]
    pub fn as_group(&self) -> GroupId {
        GroupId(self.0.clone())
    }
}

impl RequestId {
    /// The approval that this request waits for, on the surfaces where both share one id
    /// (directory roles and groups).
    #[must_use]
    pub fn as_approval(&self) -> ApprovalId {
        ApprovalId(self.0.clone())
    }
}

impl RoleId {
    const fn known(text: &str) -> Self {
        match parse_guid(text.as_bytes()) {
            Some(guid) => Self::from_guid(guid),
            None => panic!("not a GUID"), // evaluated at compile time only
        }
    }

    /// Global Administrator.
    pub const GLOBAL_ADMINISTRATOR: Self = Self::known("62e90394-69f5-4237-9190-012177145e10");
    /// Privileged Role Administrator.
    pub const PRIVILEGED_ROLE_ADMINISTRATOR: Self = Self::known("e8611ab8-c189-46e8-94e1-60213ab1f814");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn guids_are_lower_cased_once_and_other_text_is_kept() {
        let id: PrincipalId = "62E90394-69F5-4237-9190-012177145E10".parse().unwrap();
        assert_eq!(id.to_string(), "62e90394-69f5-4237-9190-012177145e10");
        assert_eq!(id, *"62E90394-69f5-4237-9190-012177145E10");
        assert_eq!(RoleId::GLOBAL_ADMINISTRATOR.to_string(), id.to_string());
        let opaque: InstanceId = "5wuT_mJeBkCXX-1-E".parse().unwrap();
        assert_eq!(opaque.to_string(), "5wuT_mJeBkCXX-1-E");
        assert_eq!(format!("{opaque:?}"), "InstanceId(5wuT_mJeBkCXX-1-E)");
    }

    #[test]
    fn bad_text_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "an empty text is not an id"),
            (" a", "begins or ends with a blank"),
            ("a\nb", "holds a control character"),
        ] {
            assert_eq!(text.parse::<RoleId>().unwrap_err().to_string(), format!("RoleId: {reason}"));
        }
        assert!("x".repeat(2049).parse::<RoleId>().is_err());
        assert!(serde_json::from_str::<RoleId>("\"\"").is_err());
        assert!(serde_json::from_str::<RoleId>("7").is_err());
    }

    #[test]
    fn an_id_is_small() {
        assert!(size_of::<Option<PrincipalId>>() <= 24);
    }

    proptest! {
        #[test]
        fn text_round_trips(text in "[!-~]{1,60}") {
            let id: ScheduleId = text.parse().unwrap();
            let again: ScheduleId = serde_json::from_str(&serde_json::to_string(&id).unwrap()).unwrap();
            prop_assert_eq!(&again, &id);
            prop_assert!(id.to_string().eq_ignore_ascii_case(&text));
        }

        #[test]
        fn guids_round_trip(bytes: [u8; 16]) {
            let id = PrincipalId::from_guid(bytes);
            prop_assert_eq!(id.to_string().to_uppercase().parse::<PrincipalId>().unwrap().guid(), Some(bytes));
        }
    }
}
