//! Requests, schedules and instances of Entra roles and of groups: the same twelve collections.
//! Sources: [PIM for Entra roles](https://learn.microsoft.com/graph/api/resources/privilegedidentitymanagementv3-overview),
//! [PIM for Groups](https://learn.microsoft.com/graph/api/resources/privilegedidentitymanagement-for-groups-api-overview).

use std::fmt;

use pim_core::{
    backend::View,
    error::{Error, ErrorKind, Result},
    privilege::Surface,
    schedule::Level,
};

use super::{Place, Version};

/// Which of Graph's two surfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete: Graph has these two
pub enum Area {
    /// Entra roles.
    Roles,
    /// PIM for Groups.
    Groups,
}

/// Which family of grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete: Graph has these two
pub enum Grant {
    /// What is held.
    Assignment,
    /// What may be activated.
    Eligibility,
}

/// Which kind of record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums)] // complete: Graph has these three
pub enum Record {
    /// What was asked for.
    Request,
    /// What is or will be.
    Schedule,
    /// What is now.
    Instance,
}

/// One of the twelve collections.
///
/// Lists of groups demand a `$filter` on `groupId` or `principalId`. None documents `$top`, `$orderby` or `$count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_structs)] // complete by definition: a key
pub struct Family {
    /// Roles or groups.
    pub area: Area,
    /// Held or eligible.
    pub grant: Grant,
    /// Requests, schedules or instances.
    pub record: Record,
}

impl Family {
    /// The twelve.
    pub fn all() -> impl Iterator<Item = Self> {
        [Area::Roles, Area::Groups].into_iter().flat_map(|area| {
            [Grant::Assignment, Grant::Eligibility].into_iter().flat_map(move |grant| {
                [Record::Request, Record::Schedule, Record::Instance].map(|record| Self {
                    area,
                    grant,
                    record,
                })
            })
        })
    }

    /// The collection.
    pub fn list(self) -> Place {
        let (root, prefix) = match self.area {
            Area::Roles => ("/roleManagement/directory", "role"),
            Area::Groups => ("/identityGovernance/privilegedAccess/group", ""),
        };
        let grant = match (self.area, self.grant) {
            (Area::Roles, Grant::Assignment) => "Assignment",
            (Area::Roles, Grant::Eligibility) => "Eligibility",
            (Area::Groups, Grant::Assignment) => "assignment",
            (Area::Groups, Grant::Eligibility) => "eligibility",
        };
        let record = match self.record {
            Record::Request => "ScheduleRequests",
            Record::Schedule => "Schedules",
            Record::Instance => "ScheduleInstances",
        };
        Place::at(Version::V1, root).then(&format!("{prefix}{grant}{record}"))
    }

    /// One record.
    pub fn one(self, id: impl fmt::Display) -> Place {
        self.list().id(id)
    }

    /// Those of the collection that concern the caller; `None` where the view is everybody's, or where the
    /// collection does not offer it.
    pub fn by_current_user(self, view: &View) -> Option<Place> {
        let on = match (view, self.record) {
            (View::Mine, _) => "principal",
            (View::AskedByMe, Record::Request) => "createdBy",
            (View::ForMyDecision, Record::Request) => "approver",
            _ => return None,
        };
        Some(self.list().by_current_user(on))
    }

    /// Withdraws a request: a call without body.
    pub fn cancel(self, id: impl fmt::Display) -> Place {
        self.one(id).then("cancel")
    }
}

impl TryFrom<&Surface> for Area {
    type Error = Error;

    fn try_from(surface: &Surface) -> Result<Self> {
        match surface {
            Surface::DirectoryRoles => Ok(Self::Roles),
            Surface::Groups => Ok(Self::Groups),
            other => Err(Error::new(
                ErrorKind::Unsupported,
                "Microsoft Graph manages Entra roles and groups; use the Azure backend for Azure roles",
            )
            .with_context("surface", other)),
        }
    }
}

impl TryFrom<&Level> for Grant {
    type Error = Error;

    fn try_from(level: &Level) -> Result<Self> {
        match level {
            Level::Assignment => Ok(Self::Assignment),
            Level::Eligibility => Ok(Self::Eligibility),
            other => Err(Error::new(ErrorKind::Unsupported, "a grant is an assignment or an eligibility")
                .with_context("level", other)),
        }
    }
}

impl From<Area> for Surface {
    fn from(area: Area) -> Self {
        match area {
            Area::Roles => Self::DirectoryRoles,
            Area::Groups => Self::Groups,
        }
    }
}

impl From<Grant> for Level {
    fn from(grant: Grant) -> Self {
        match grant {
            Grant::Assignment => Self::Assignment,
            Grant::Eligibility => Self::Eligibility,
        }
    }
}
