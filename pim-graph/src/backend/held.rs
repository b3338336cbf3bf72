//! What reading assignments and reading eligibilities have in common.

use std::sync::Arc;

use pim_core::{
    error::Result,
    id::{InstanceId, PrincipalId, RoleId, ScheduleId},
    principal::Principal,
    privilege::RoleDefinition,
    schedule::{Assignment, Eligibility},
};

use crate::{
    convert::{self, Listed, Sharing},
    endpoints::schedules::Family,
};

/// A row of a list of grants.
pub(super) trait Held: Send + Sync + Sized + 'static {
    fn read(family: Family, page: &[u8], sharing: &mut Sharing) -> Result<Listed<Self>>;
    /// What tells it from the other rows of its list.
    fn key(&self) -> Key;
    fn principal(&self) -> &PrincipalId;
    fn role_id(&self) -> Option<&RoleId>;
    fn holder(&self) -> Option<&Arc<Principal>>;
    fn describe(&mut self, holder: Option<Arc<Principal>>, role: Option<Arc<RoleDefinition>>);
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Instance(InstanceId),
    Schedule(ScheduleId),
}

macro_rules! held {
    ($type:ident, $read:ident) => {
        impl Held for $type {
            fn read(family: Family, page: &[u8], sharing: &mut Sharing) -> Result<Listed<Self>> {
                convert::$read(family, page, sharing)
            }

            fn key(&self) -> Key {
                match &self.instance {
                    Some(id) => Key::Instance(id.clone()),
                    None => Key::Schedule(self.id.clone()),
                }
            }

            fn principal(&self) -> &PrincipalId {
                &self.principal
            }

            fn role_id(&self) -> Option<&RoleId> {
                self.privilege.role_id()
            }

            fn holder(&self) -> Option<&Arc<Principal>> {
                self.holder.as_ref()
            }

            fn describe(&mut self, holder: Option<Arc<Principal>>, role: Option<Arc<RoleDefinition>>) {
                self.holder = self.holder.take().or(holder);
                self.role = self.role.take().or(role);
            }
        }
    };
}

held!(Assignment, assignments);
held!(Eligibility, eligibilities);
