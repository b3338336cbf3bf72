//! A tenant with a long list of assignments, and services of different abilities in front of it.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Request;
use pim_core::{
    id::{PrincipalId, RoleId},
    schedule::Assignment,
};
use pim_http::transport::Answer;
use serde_json::{Value, json};

const INSTANCES: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances";

/// What a service makes of `roleDefinitionId ne '..'`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ne {
    Filters,
    Refused,
    PassedOver,
}

/// The tenant. Row number `n` is of role `n % roles`; role 0 is missing in the list of roles where `hidden`.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) rows: usize,
    pub(crate) roles: usize,
    pub(crate) page: usize,
    pub(crate) hidden: bool,
    pub(crate) ne: Ne,
    pub(crate) top: bool,
    pub(crate) look_ups: bool,
}

/// More than one look-up holds, and not all the same.
const PEOPLE: usize = 1200;
/// Somebody whom the directory no longer has.
pub(crate) const DELETED: usize = 5;

impl Tenant {
    pub(crate) fn answer(&self, request: &Request<Bytes>) -> Answer {
        let query = request.uri().query().unwrap_or_default().replace("%20", " ").replace("%27", "'");
        let option = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned)
        };
        match request.uri().path() {
            INSTANCES => self.instances(option),
            "/v1.0/roleManagement/directory/roleDefinitions" => {
                let first = usize::from(self.hidden);
                let roles: Vec<_> = (first..self.roles).map(definition).collect();
                Answer::json(200, json!({ "value": roles }).to_string())
            }
            "/v1.0/directoryObjects/getByIds" => self.by_ids(request.body()),
            other => panic!("nobody should ask for {other}"),
        }
    }

    fn instances(&self, option: impl Fn(&str) -> Option<String>) -> Answer {
        let filter = option("$filter").unwrap_or_default();
        let size = match option("$top") {
            Some(_) if !self.top => return refusal(400, "BadRequest"),
            Some(top) => top.parse().unwrap(),
            None => self.page,
        };
        let not = filter.contains(" ne ");
        if not && self.ne == Ne::Refused {
            return refusal(400, "BadRequest");
        }
        let named: BTreeSet<_> = filter.split('\'').skip(1).step_by(2).collect();
        let admits = |n: &usize| {
            let is_named = named.contains(&*role(n % self.roles).to_string());
            named.is_empty() || is_named != not || not && self.ne == Ne::PassedOver
        };
        let expand = option("$expand").unwrap_or_default();
        let begin: usize = option("$skiptoken").map_or(0, |token| token.parse().unwrap());
        let all: Vec<_> = (0..self.rows).filter(admits).collect();
        let page: Vec<_> =
            all.iter().skip(begin).take(size).map(|n| self.row(*n, expand.contains("principal"))).collect();
        let mut body = json!({ "value": page });
        if begin + size < all.len() {
            let kept = ["$filter", "$select", "$expand", "$top"].iter();
            let kept = kept.filter_map(|name| Some(format!("{name}={}&", option(name)?.replace(' ', "%20"))));
            let kept: String = kept.collect();
            let next = format!("https://graph.microsoft.com{INSTANCES}?{kept}$skiptoken={}", begin + size);
            body["@odata.nextLink"] = next.into();
        }
        Answer::json(200, body.to_string())
    }

    fn row(&self, n: usize, expand: bool) -> Value {
        let (of, who) = (n % self.roles, n % PEOPLE);
        let mut row = json!({
            "id": format!("row {n}"), "principalId": person(who), "roleDefinitionId": role(of),
            "directoryScopeId": "/", "assignmentType": "Assigned", "memberType": "Direct",
            "roleAssignmentScheduleId": format!("schedule {n}"),
        });
        if expand {
            row["principal"] = if who == DELETED { Value::Null } else { object(who) };
            row["roleDefinition"] = definition(of);
        }
        row
    }

    fn by_ids(&self, body: &[u8]) -> Answer {
        if !self.look_ups {
            return refusal(403, "Authorization_RequestDenied");
        }
        let asked: Value = serde_json::from_slice(body).unwrap();
        let ids: BTreeSet<_> =
            asked["ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        assert!(!ids.is_empty() && ids.len() <= 1000);
        let found = (0..PEOPLE).filter(|n| *n != DELETED && ids.contains(&*person(*n).to_string()));
        Answer::json(200, json!({ "value": found.map(object).collect::<Vec<_>>() }).to_string())
    }

    /// What a list gave must be the whole of it, each row once and described.
    pub(crate) fn check(&self, rows: &[Assignment], case: &str) {
        let mut ids: Vec<_> = rows.iter().map(|row| row.instance.as_ref().unwrap().to_string()).collect();
        ids.sort_unstable();
        let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| &pair[0]).collect();
        assert!(twice.is_empty(), "{case}: twice {twice:?}");
        let mut all: Vec<_> = (0..self.rows).map(|n| format!("row {n}")).collect();
        all.sort_unstable();
        all.retain(|id| ids.binary_search(id).is_err());
        assert!(all.is_empty() && ids.len() == self.rows, "{case}: lost {all:?}");
        for row in rows {
            let deleted = row.principal == person(DELETED);
            assert_eq!(row.holder.is_none(), deleted, "{case}: {row:?}");
            let known = row.privilege.role_id() != Some(&role(0)) || !self.hidden;
            assert!(row.role.is_some() || !known, "{case}: {row:?}");
        }
    }
}

pub(crate) fn role(n: usize) -> RoleId {
    RoleId::from_guid([n as u8 + 1; 16])
}

fn person(n: usize) -> PrincipalId {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&n.to_be_bytes());
    PrincipalId::from_guid(bytes)
}

fn object(n: usize) -> Value {
    json!({ "@odata.type": "#microsoft.graph.user", "id": person(n), "displayName": format!("Person {n}") })
}

fn definition(n: usize) -> Value {
    json!({ "id": role(n), "displayName": format!("Role {n}, which has a rather long name"), "isBuiltIn": true })
}

fn refusal(status: u16, code: &str) -> Answer {
    Answer::json(status, json!({ "error": { "code": code, "message": "" } }).to_string())
}
