//! Instances and schedules, of roles and of groups, read fast: this is what large tenants have by the hundred
//! thousand. Rows borrow from the page; a holder or role that was seen before is not read again.

use std::sync::Arc;

use pim_core::{
    error::Result,
    id::{InstanceId, PrincipalId, ScheduleId},
    principal::{Principal, PrincipalKind},
    privilege::{DirectoryScope, GroupAccess, Privilege, RoleDefinition},
    schedule::{Assignment, Eligibility, Origin, Via},
    time::{Expiry, Period, Timestamp, Window},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    field::{instant, malformed, parse},
    role,
    rows::{Lent, Listed, borrowed},
    shared::{Sharing, Texts},
    word::type_name,
};
use crate::{
    endpoints::schedules::{Area, Family, Record},
    wire,
};

/// Reads a page of assignments: schedules or instances, as the family says.
///
/// # Errors
/// `Malformed` where the page cannot be read; a row that cannot is set aside.
pub fn assignments(family: Family, page: &[u8], sharing: &mut Sharing) -> Result<Listed<Assignment>> {
    read(page, sharing, |row, shared| row.assignment(family, shared))
}

/// Reads a page of eligibilities: schedules or instances, as the family says.
///
/// # Errors
/// As [`assignments`].
pub fn eligibilities(family: Family, page: &[u8], sharing: &mut Sharing) -> Result<Listed<Eligibility>> {
    read(page, sharing, |row, shared| row.eligibility(family, shared))
}

/// Reads objects of the directory as holders.
///
/// # Errors
/// As [`assignments`].
pub fn holders(page: &[u8], sharing: &Sharing) -> Result<Listed<Arc<Principal>>> {
    let id = |read: &Named<'_>| get(&read.id).map(Into::into);
    borrowed(
        page,
        |read: &Named<'_>| {
            let id = parse(get(&read.id).ok_or_else(|| malformed("id"))?, "id")?;
            Ok(sharing.remember(read.principal(id)))
        },
        id,
    )
}

/// Reads a page, shortened where it repeats what was read before.
fn read<T>(
    page: &[u8],
    sharing: &mut Sharing,
    convert: impl Fn(&Row<'_>, &Shared<'_>) -> Result<T>,
) -> Result<Listed<T>> {
    let texts = sharing.texts();
    let mut scratch = std::mem::take(&mut sharing.scratch);
    let shortened = texts.shorten(page, &mut scratch);
    let shared = Shared { sharing, texts: shortened.then_some(&*texts) };
    let page = if shortened { &scratch } else { page };
    let listed = borrowed(page, |row: &Row<'_>| convert(row, &shared), Row::own_id);
    sharing.scratch = scratch;
    listed
}

/// What was read before, and the roles whose numbers stand in this page.
struct Shared<'a> {
    sharing: &'a Sharing,
    texts: Option<&'a Texts>,
}

/// A row of any of the eight collections. Each has some of the members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow)]
    id: Option<Lent<'a>>,
    #[serde(borrow)]
    principal_id: Option<Lent<'a>>,
    #[serde(borrow)]
    role_definition_id: Option<Lent<'a>>,
    #[serde(borrow)]
    directory_scope_id: Option<Lent<'a>>,
    #[serde(borrow)]
    app_scope_id: Option<Lent<'a>>,
    #[serde(borrow)]
    group_id: Option<Lent<'a>>,
    #[serde(borrow)]
    access_id: Option<Lent<'a>>,
    #[serde(borrow)]
    start_date_time: Option<Lent<'a>>,
    #[serde(borrow)]
    end_date_time: Option<Lent<'a>>,
    #[serde(borrow)]
    schedule_info: Option<Info<'a>>,
    #[serde(borrow)]
    assignment_type: Option<Lent<'a>>,
    #[serde(borrow)]
    member_type: Option<Lent<'a>>,
    #[serde(borrow)]
    role_assignment_schedule_id: Option<Lent<'a>>,
    #[serde(borrow)]
    role_eligibility_schedule_id: Option<Lent<'a>>,
    #[serde(borrow)]
    assignment_schedule_id: Option<Lent<'a>>,
    // One page writes the second name.
    #[serde(borrow, alias = "memberEligibilityScheduleId")]
    eligibility_schedule_id: Option<Lent<'a>>,
    #[serde(borrow)]
    activated_using: Option<Using<'a>>,
    #[serde(borrow)]
    principal: Option<&'a RawValue>,
    #[serde(borrow)]
    role_definition: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    #[serde(borrow)]
    start_date_time: Option<Lent<'a>>,
    #[serde(borrow)]
    expiration: Option<Expiration<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Expiration<'a> {
    #[serde(borrow)]
    end_date_time: Option<Lent<'a>>,
    #[serde(borrow)]
    duration: Option<Lent<'a>>,
}

/// The eligibility behind an activation: a schedule, or an instance that names one.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Using<'a> {
    #[serde(borrow)]
    id: Option<Lent<'a>>,
    #[serde(borrow)]
    role_eligibility_schedule_id: Option<Lent<'a>>,
    #[serde(borrow, alias = "memberEligibilityScheduleId")]
    eligibility_schedule_id: Option<Lent<'a>>,
}

fn get<'b>(text: &'b Option<Lent<'_>>) -> Option<&'b str> {
    text.as_ref().map(|text| &*text.0).filter(|text| !text.is_empty())
}

impl Row<'_> {
    fn own_id(&self) -> Option<Box<str>> {
        get(&self.id).map(Into::into)
    }

    fn assignment(&self, family: Family, shared: &Shared<'_>) -> Result<Assignment> {
        let schedule = get(&self.role_assignment_schedule_id).or(get(&self.assignment_schedule_id));
        let (id, instance) = self.ids(family, schedule)?;
        let mut row = Assignment::new(id, self.holder_id()?, self.privilege(family.area)?);
        row.instance = instance;
        row.window = self.window()?;
        row.origin = self.origin(family.record)?;
        row.via = self.via();
        row.holder = self.holder(&row.principal, shared)?;
        row.role = self.role(&row.privilege, shared)?;
        Ok(row)
    }

    fn eligibility(&self, family: Family, shared: &Shared<'_>) -> Result<Eligibility> {
        let schedule = get(&self.role_eligibility_schedule_id).or(get(&self.eligibility_schedule_id));
        let (id, instance) = self.ids(family, schedule)?;
        let mut row = Eligibility::new(id, self.holder_id()?, self.privilege(family.area)?);
        row.instance = instance;
        row.window = self.window()?;
        row.via = self.via();
        row.holder = self.holder(&row.principal, shared)?;
        row.role = self.role(&row.privilege, shared)?;
        Ok(row)
    }

    fn ids(&self, family: Family, schedule: Option<&str>) -> Result<(ScheduleId, Option<InstanceId>)> {
        let own = get(&self.id).ok_or_else(|| malformed("id"))?;
        match family.record {
            Record::Instance => {
                // A page of groups lists instances that name no schedule. Setting them aside would hide access.
                let schedule = schedule.unwrap_or(own);
                Ok((parse(schedule, "the schedule's id")?, Some(parse(own, "id")?)))
            }
            Record::Schedule | Record::Request => Ok((parse(own, "id")?, None)),
        }
    }

    fn holder_id(&self) -> Result<PrincipalId> {
        parse(get(&self.principal_id).ok_or_else(|| malformed("principalId"))?, "principalId")
    }

    fn privilege(&self, area: Area) -> Result<Privilege> {
        match area {
            Area::Roles => role::privilege(
                get(&self.role_definition_id),
                get(&self.directory_scope_id),
                get(&self.app_scope_id),
            ),
            Area::Groups => group_privilege(get(&self.group_id), get(&self.access_id)),
        }
    }

    fn window(&self) -> Result<Window> {
        let time = |text: &Option<Lent<'_>>, at| get(text).map_or(Ok(None), |text| instant(text, at));
        let (start, end) = match &self.schedule_info {
            None => {
                (time(&self.start_date_time, "startDateTime")?, time(&self.end_date_time, "endDateTime")?)
            }
            Some(info) => {
                let start = time(&info.start_date_time, "scheduleInfo.startDateTime")?;
                (start, info.expiration.as_ref().map_or(Ok(None), |end| end.end(start))?)
            }
        };
        Window::new(start, end).map_err(|_| malformed("endDateTime"))
    }

    fn origin(&self, record: Record) -> Result<Origin> {
        let word = get(&self.assignment_type).unwrap_or_default();
        if word.eq_ignore_ascii_case("assigned") {
            return Ok(Origin::Assigned);
        }
        if !word.eq_ignore_ascii_case("activated") {
            return Ok(Origin::Unknown(word.into()));
        }
        let using = self.activated_using.as_ref().and_then(|using| {
            let named = get(&using.role_eligibility_schedule_id).or(get(&using.eligibility_schedule_id));
            // Beside an instance stands an instance, whose own id is no schedule's.
            named.or_else(|| get(&using.id).filter(|_| record == Record::Schedule))
        });
        Ok(Origin::Activated { using: using.map(|id| parse(id, "activatedUsing")).transpose()? })
    }

    fn via(&self) -> Via {
        Via::from(get(&self.member_type).unwrap_or_default())
    }

    fn holder(&self, id: &PrincipalId, shared: &Shared<'_>) -> Result<Option<Arc<Principal>>> {
        let Some(raw) = self.principal else { return Ok(None) };
        if let Some(known) = shared.sharing.holder(id) {
            return Ok(Some(known));
        }
        let read: Named<'_> = serde_json::from_str(raw.get()).map_err(|_| malformed("principal"))?;
        Ok(Some(shared.sharing.remember(read.principal(id.clone()))))
    }

    fn role(&self, privilege: &Privilege, shared: &Shared<'_>) -> Result<Option<Arc<RoleDefinition>>> {
        let (Some(raw), Some(id)) = (self.role_definition, privilege.role_id()) else { return Ok(None) };
        if let Some(known) = shared.texts.and_then(|texts| texts.numbered(raw.get())) {
            return Ok(Some(known));
        }
        let role = match shared.sharing.role(id) {
            Some(known) => known,
            None => {
                let read: wire::RoleDefinition =
                    serde_json::from_str(raw.get()).map_err(|_| malformed("roleDefinition"))?;
                shared.sharing.learn(role::definition(&read)?)
            }
        };
        shared.sharing.learn_text(raw.get(), &role);
        Ok(Some(role))
    }
}

impl Expiration<'_> {
    fn end(&self, start: Option<Timestamp>) -> Result<Option<Timestamp>> {
        if let Some(end) = get(&self.end_date_time) {
            return instant(end, "scheduleInfo.expiration.endDateTime");
        }
        let (Some(length), Some(start)) = (get(&self.duration), start) else { return Ok(None) };
        let length: Period = parse(length, "scheduleInfo.expiration.duration")?;
        Ok(Expiry::After(length).end(start))
    }
}

pub(super) fn group_privilege(group: Option<&str>, access: Option<&str>) -> Result<Privilege> {
    Ok(Privilege::Group {
        group: parse(group.ok_or_else(|| malformed("groupId"))?, "groupId")?,
        access: GroupAccess::from(access.ok_or_else(|| malformed("accessId"))?),
    })
}

/// Where a role applies; `None` where neither member tells.
pub(super) fn scope(directory: Option<&str>, app: Option<&str>) -> Option<DirectoryScope> {
    directory.map(DirectoryScope::from).or_else(|| app.map(|app| DirectoryScope::Provider(app.into())))
}

/// A holder, as an object of the directory tells it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named<'a> {
    #[serde(borrow)]
    id: Option<Lent<'a>>,
    #[serde(borrow, rename = "@odata.type")]
    kind: Option<Lent<'a>>,
    #[serde(borrow)]
    display_name: Option<Lent<'a>>,
    #[serde(borrow)]
    user_principal_name: Option<Lent<'a>>,
}

impl Named<'_> {
    fn principal(&self, id: PrincipalId) -> Principal {
        let kind = PrincipalKind::from(get(&self.kind).map_or("", type_name));
        let mut principal = Principal::new(id, kind);
        principal.name = get(&self.display_name).map(Into::into);
        principal.sign_in_name = get(&self.user_principal_name).map(Into::into);
        principal
    }
}

#[cfg(test)]
#[path = "grant_tests.rs"]
mod tests;
