//! The items of any list.

use pim_core::{
    alert::{Alert, AlertIncident},
    audit::{AuditRecord, SignIn},
    conditional_access::{AuthenticationContext, ConditionalAccessPolicy, NamedLocation},
    directory::{AdministrativeUnit, Group, Membership, ServicePrincipal, Sku, User},
    error::{Error, ErrorKind, Result},
    package::{AccessPackage, PackageAssignment},
    policy::Policy,
    principal::Principal,
    privilege::RoleDefinition,
    request::Request,
    review::{AccessReview, ReviewItem, ReviewRound},
    schedule::{Assignment, Eligibility},
};
use serde::{Serialize, Serializer, ser::SerializeSeq};

/// What lists hold.
pub(crate) trait Row: Send + Unpin + 'static {
    fn rows(items: Vec<Self>) -> Rows
    where
        Self: Sized;
}

macro_rules! rows {
    ($($(#[$meta:meta])* $name:ident => $json:expr,)+) => {
        /// Items of one type.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum Rows {
            $(
                #[doc = concat!("Items of type `", stringify!($name), "`.")]
                $name(Vec<$name>),
            )+
        }

        $(impl Row for $name {
            fn rows(items: Vec<Self>) -> Rows {
                Rows::$name(items)
            }
        })+

        impl Rows {
            /// The type of the items.
            pub const fn item(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)+ }
            }

            /// How many there are.
            pub fn len(&self) -> usize {
                match self { $(Self::$name(items) => items.len(),)+ }
            }

            /// Puts others behind them.
            ///
            /// # Errors
            /// `InvalidInput` for others of another type.
            pub fn append(&mut self, others: Self) -> Result<()> {
                match (self, others) {
                    $((Self::$name(items), Self::$name(mut others)) => items.append(&mut others),)+
                    (these, others) => {
                        let message = format!("{} can't stand behind {}", others.item(), these.item());
                        return Err(Error::new(ErrorKind::InvalidInput, message));
                    }
                }
                Ok(())
            }
        }

        impl Serialize for Rows {
            /// An array. Grants come with what the list told of their holder and role.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut array = serializer.serialize_seq(Some(self.len()))?;
                match self {
                    $(Self::$name(items) => for item in items {
                        let told: &dyn Fn(&$name, &mut S::SerializeSeq) -> Result<(), S::Error> = &$json;
                        told(item, &mut array)?;
                    },)+
                }
                array.end()
            }
        }
    };
}

/// A grant, and what is known of its holder and role.
#[derive(Serialize)]
struct Grant<'a, T> {
    #[serde(flatten)]
    grant: &'a T,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<&'a Principal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_name: Option<&'a str>,
}

macro_rules! whole {
    () => {
        |item, array| array.serialize_element(item)
    };
}

macro_rules! with_holder {
    () => {
        |item, array| {
            let role_name = item.role.as_ref().map(|role| &*role.name);
            array.serialize_element(&Grant { grant: item, holder: item.holder.as_deref(), role_name })
        }
    };
}

rows! {
    RoleDefinition => whole!(),
    Eligibility => with_holder!(),
    Assignment => with_holder!(),
    Request => whole!(),
    Policy => whole!(),
    AccessReview => whole!(),
    ReviewRound => whole!(),
    ReviewItem => whole!(),
    User => whole!(),
    Group => whole!(),
    Membership => whole!(),
    ServicePrincipal => whole!(),
    AdministrativeUnit => whole!(),
    Sku => whole!(),
    AuditRecord => whole!(),
    SignIn => whole!(),
    ConditionalAccessPolicy => whole!(),
    AuthenticationContext => whole!(),
    NamedLocation => whole!(),
    Alert => whole!(),
    AlertIncident => whole!(),
    AccessPackage => whole!(),
    PackageAssignment => whole!(),
}

impl Rows {
    /// True when there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items as one JSON array.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_else(|_| "[]".to_owned())
    }
}
