//! What must come before requests, schedules and instances can be read, made or withdrawn.

use pim_core::time::Period;
use serde_json::{Value, json};

use super::{
    before::{pick, printed_text, usable},
    call::{Call, Caller},
    compare::Referee,
    stage::{ROLES, Stage, asker, group, lasting, root},
};

/// One family of grants on one surface.
#[derive(Clone, Copy, Debug)]
struct Family {
    of_group: bool,
    eligibility: bool,
}

/// Who is to get what.
#[derive(Clone, Debug)]
struct Ask {
    who: String,
    /// Role or group.
    what: String,
    /// Scope or access.
    how: String,
}

impl Family {
    /// Where requests of the family are made.
    fn requests(self) -> String {
        let kind = if self.eligibility { "Eligibility" } else { "Assignment" };
        if self.of_group {
            let kind = kind.to_lowercase();
            format!("identityGovernance/privilegedAccess/group/{kind}ScheduleRequests")
        } else {
            format!("roleManagement/directory/role{kind}ScheduleRequests")
        }
    }

    fn body(self, action: &str, ask: &Ask, schedule: Value) -> Value {
        let mut body = json!({
            "action": action, "principalId": ask.who, "justification": "fits", "scheduleInfo": schedule,
            "ticketInfo": { "ticketNumber": "T-1", "ticketSystem": "Desk" },
        });
        let (what, how) =
            if self.of_group { ("groupId", "accessId") } else { ("roleDefinitionId", "directoryScopeId") };
        body[what] = ask.what.clone().into();
        body[how] = ask.how.clone().into();
        body
    }

    async fn make(
        self,
        stage: &Stage,
        action: &str,
        ask: &Ask,
        length: Option<&str>,
    ) -> Result<Value, String> {
        let caller = if action.starts_with("self") { Caller::Person(ask.who.clone()) } else { Caller::Root };
        let body = self.body(action, ask, lasting(length));
        stage.first("POST", "v1.0", &self.requests(), body, caller).await
    }

    const fn eligibilities(self) -> Self {
        Self { eligibility: true, ..self }
    }

    const fn assignments(self) -> Self {
        Self { eligibility: false, ..self }
    }
}

/// Makes what the request is about, and puts the ids in.
pub(super) async fn prepare(
    stage: &Stage,
    call: &mut Call,
    printed: &Value,
    referee: &Referee<'_>,
    of_group: bool,
) -> Result<(), String> {
    let place = if of_group { 3 } else { 2 };
    let collection = call.path[place].clone();
    let family = Family { of_group, eligibility: collection.to_lowercase().contains("eligibility") };
    let next = call.path.get(place + 1).cloned();
    if call.method == "POST" && next.is_none() {
        return submitted(stage, call, family).await;
    }
    let on = next.as_deref().and_then(|next| next.strip_prefix("filterByCurrentUser(on='"));
    let on = on.map(|rest| rest.trim_end_matches("')").to_lowercase());
    if on.as_deref() == Some("approver") {
        return waiting(stage, call, of_group).await.map(drop);
    }
    let ask = Ask {
        who: holder(call, printed, on.as_deref() == Some("principal")),
        ..about(call, printed, family)
    };
    if call.path.get(place + 2).is_some_and(|action| action == "cancel") {
        let mut later = lasting(Some("PT5H"));
        later["startDateTime"] = (stage.now() + Period::days(2)).to_string().into();
        let body = family.body("adminAssign", &ask, later);
        let made = stage.first("POST", "v1.0", &family.requests(), body, Caller::Root).await?;
        made["id"].as_str().unwrap_or_default().clone_into(&mut call.path[place + 1]);
        return Ok(());
    }
    shown(stage, family, &ask).await?;
    match next {
        Some(_) if on.is_none() => {
            let list = if of_group && !call.options.contains_key("$filter") {
                format!("?$filter=groupId eq '{}'", ask.what)
            } else {
                String::new()
            };
            pick_filtered(stage, call, place + 1, printed, referee, &list).await
        }
        _ => Ok(()),
    }
}

/// Grants of each kind for one principal: for good, for a time, and activated.
async fn shown(stage: &Stage, family: Family, ask: &Ask) -> Result<(), String> {
    let other = Ask { what: second(family, &ask.what), how: other_how(family, ask), ..ask.clone() };
    // Whoever administers the stage holds the highest role already.
    let there = |made: Result<Value, String>| match made {
        Err(why) if !why.contains("RoleAssignmentExists") => Err(why),
        _ => Ok(()),
    };
    there(family.make(stage, "adminAssign", ask, Some("P30D")).await)?;
    if family.eligibility {
        return there(family.make(stage, "adminAssign", &other, None).await);
    }
    family.eligibilities().make(stage, "adminAssign", &other, None).await?;
    family.make(stage, "selfActivate", &other, Some("PT4H")).await.map(drop)
}

/// A request to activate that waits for the administrator.
pub(super) async fn waiting(stage: &Stage, call: &Call, of_group: bool) -> Result<String, String> {
    let family = Family { of_group, eligibility: false };
    let own = call.path.iter().any(|part| part.contains("'target'") || part.contains("'createdBy'"));
    let who = if own { root() } else { asker() };
    let ask = Ask { who, ..about(call, &Value::Null, family) };
    family.eligibilities().make(stage, "adminAssign", &ask, None).await?;
    let made = family.make(stage, "selfActivate", &ask, Some("PT4H")).await?;
    Ok(made["id"].as_str().unwrap_or_default().to_owned())
}

/// What must be so for a request to be made, by its action.
async fn submitted(stage: &Stage, call: &mut Call, family: Family) -> Result<(), String> {
    let text = |name: &str| call.body[name].as_str().map(str::to_owned);
    let action = text("action").unwrap_or_default();
    let ask = Ask { who: text("principalId").unwrap_or_else(asker), ..about(call, &Value::Null, family) };
    if action.to_lowercase().starts_with("self") {
        call.caller = Caller::Person(ask.who.clone());
    }
    let made = match action.to_lowercase().as_str() {
        "adminremove" | "adminupdate" => {
            let made = family.make(stage, "adminAssign", &ask, Some("P30D")).await?;
            stage.advance(Period::hours(1));
            made
        }
        "adminextend" | "selfextend" => family.make(stage, "adminAssign", &ask, Some("P5D")).await?,
        "adminrenew" | "selfrenew" => {
            let made = family.make(stage, "adminAssign", &ask, Some("PT1H")).await?;
            stage.advance(Period::hours(2));
            made
        }
        "selfactivate" => {
            family.eligibilities().make(stage, "adminAssign", &ask, None).await?;
            return Ok(());
        }
        "selfdeactivate" => {
            family.eligibilities().make(stage, "adminAssign", &ask, None).await?;
            let made = family.assignments().make(stage, "selfActivate", &ask, Some("PT4H")).await?;
            stage.advance(Period::minutes(10));
            made
        }
        _ => return Ok(()),
    };
    if call.body.get("targetScheduleId").is_some_and(Value::is_string) {
        call.body["targetScheduleId"] = made["targetScheduleId"].clone();
    }
    Ok(())
}

/// Assignments past PIM, such as a read shows them.
pub(super) async fn standing(stage: &Stage, printed: &Value) -> Result<(), String> {
    let role = printed_text(printed, "roleDefinitionId").unwrap_or_else(|| ROLES[0].to_owned());
    let who = usable(printed_text(printed, "principalId")).unwrap_or_else(asker);
    let body = json!({ "principalId": who, "roleDefinitionId": role, "directoryScopeId": "/" });
    stage
        .first("POST", "v1.0", "roleManagement/directory/roleAssignments", body, Caller::Root)
        .await
        .map(drop)
}

/// What a principal holds by itself and through a group.
pub(super) async fn transitive(stage: &Stage, call: &Call, printed: &Value) -> Result<(), String> {
    if call.method != "GET" {
        return Ok(());
    }
    let who = call.demanded("principalId").unwrap_or_else(asker);
    let role = call.demanded("roleDefinitionId").or_else(|| printed_text(printed, "roleDefinitionId"));
    let role = role.unwrap_or_else(|| ROLES[0].to_owned());
    let scope = call.demanded("directoryScopeId").unwrap_or_else(|| "/".to_owned());
    for holder in [who, group()] {
        let body = json!({ "principalId": holder, "roleDefinitionId": role, "directoryScopeId": scope });
        stage.first("POST", "v1.0", "roleManagement/directory/roleAssignments", body, Caller::Root).await?;
    }
    Ok(())
}

/// Whose grants are asked for: the caller's own, those that a filter names, or those that are printed.
fn holder(call: &Call, printed: &Value, mine: bool) -> String {
    if mine {
        return root();
    }
    let named = call.demanded("principalId").or_else(|| printed_text(printed, "principalId"));
    usable(named).unwrap_or_else(asker)
}

/// What is asked for: from the body, the filter, or what is printed.
fn about(call: &Call, printed: &Value, family: Family) -> Ask {
    let (what, how) =
        if family.of_group { ("groupId", "accessId") } else { ("roleDefinitionId", "directoryScopeId") };
    let named = |member: &str| {
        let own = call.body[member].as_str().map(str::to_owned);
        own.or_else(|| call.demanded(member)).or_else(|| printed_text(printed, member))
    };
    let otherwise = if family.of_group { group() } else { ROLES[0].to_owned() };
    let default_how = if family.of_group { "member" } else { "/" };
    Ask {
        who: asker(),
        what: usable(named(what)).unwrap_or(otherwise),
        how: named(how).unwrap_or_else(|| default_how.to_owned()),
    }
}

/// Another role, or the same group with other access.
fn second(family: Family, what: &str) -> String {
    if family.of_group {
        return what.to_owned();
    }
    ROLES.iter().find(|role| **role != what).map_or_else(|| what.to_owned(), |role| (*role).to_owned())
}

fn other_how(family: Family, ask: &Ask) -> String {
    match (family.of_group, ask.how.as_str()) {
        (true, "owner") => "member".to_owned(),
        (true, _) => "owner".to_owned(),
        (false, _) => "/".to_owned(),
    }
}

async fn pick_filtered(
    stage: &Stage,
    call: &mut Call,
    place: usize,
    printed: &Value,
    referee: &Referee<'_>,
    filter: &str,
) -> Result<(), String> {
    if filter.is_empty() {
        return pick(stage, call, place, printed, referee).await;
    }
    let list = format!("{}{filter}", call.path[..place].join("/"));
    let rows = stage.rows(&call.version, &list).await?;
    let best = rows.iter().min_by_key(|row| referee.distance(printed, row, None));
    let id = best.and_then(|row| row["id"].as_str()).ok_or_else(|| format!("{list} is empty"))?;
    id.clone_into(&mut call.path[place]);
    Ok(())
}
