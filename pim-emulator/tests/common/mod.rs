//! An emulator and a client for it.

#![allow(clippy::unwrap_used, dead_code, missing_docs, unreachable_pub)] // each test uses a part

use pim_core::{
    id::{PrincipalId, RoleId},
    policy::{ApprovalSetting, Approver, Rule, RuleKind, Setting},
    privilege::Privilege,
};
use pim_embedded::seed::{Seed, SeedBuilder, group_of, id_of};
use pim_emulator::{Emulator, NewToken, Options};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub const READER: &str = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b";
pub const HELPDESK: &str = "729827e3-9c14-49f7-bb1b-9608f156bbb8";
pub const GUARDED: &str = "fdd7a751-b60b-444a-984c-02652fe8fa1c";
pub const ROLES: &str = "/v1.0/roleManagement/directory";
pub const GROUPS: &str = "/v1.0/identityGovernance/privilegedAccess/group";

/// An emulator and who is asking it.
#[derive(Debug)]
pub struct World {
    pub emulator: Emulator,
    pub http: reqwest::Client,
}

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

pub fn role(id: &str) -> Privilege {
    Privilege::role(id.parse().unwrap())
}

/// Root administers; Alice may become a helpdesk administrator, and with Carol's approval a groups
/// administrator; the group `ops` is under PIM with Bob eligible.
pub fn seed() -> SeedBuilder {
    Seed::builder()
        .now("2026-09-01T08:00:00Z".parse().unwrap())
        .users(["root", "alice", "bob", "carol", "guest"])
        .group_with("ops", ["carol"], |group| group.group.under_pim = Some(true))
        .group_with("outer", ["ops"], |group| {
            group.group.role_assignable = false;
            group.group.under_pim = Some(false);
        })
        .unit("berlin", ["bob"])
        .standing("root", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR))
        .standing("carol", role("f2ef992c-3afb-46b9-b7cf-a126ee74c451"))
        .eligible("alice", role(HELPDESK))
        .eligible("alice", role(GUARDED))
        .eligible("bob", Privilege::member(group_of("ops")))
        .policy(
            role(GUARDED),
            [Rule {
                kind: RuleKind::ApprovalEndUserAssignment,
                setting: Setting::Approval(ApprovalSetting::by([Approver::user(id_of("carol"))])),
            }],
        )
}

impl World {
    pub async fn start() -> Self {
        Self::with(seed().build().unwrap(), Options::default()).await
    }

    pub async fn with(seed: Seed, options: Options) -> Self {
        let emulator = Emulator::start(seed, options).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { emulator, http }
    }

    /// A token of someone who signed in with a second factor, with every permission.
    pub fn token(&self, name: &str) -> String {
        self.emulator
            .token(NewToken { principal: Some(id_of(name)), mfa: true, ..NewToken::default() })
            .unwrap()
    }

    pub async fn get(&self, name: &str, path: &str) -> Reply {
        self.send(Method::GET, &self.token(name), path, None).await
    }

    pub async fn post(&self, name: &str, path: &str, body: Value) -> Reply {
        self.send(Method::POST, &self.token(name), path, Some(body)).await
    }

    pub async fn patch(&self, name: &str, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, &self.token(name), path, Some(body)).await
    }

    pub async fn send(&self, method: Method, token: &str, path: &str, body: Option<Value>) -> Reply {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.emulator.graph())
        };
        let mut request =
            self.http.request(method, url).bearer_auth(token).header("ConsistencyLevel", "eventual");
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn control(&self, method: Method, path: &str, body: Option<Value>) -> Reply {
        let mut request = self.http.request(method, format!("{}{path}", self.emulator.control()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        read(request.send().await.unwrap()).await
    }

    pub async fn advance(&self, length: &str) {
        let reply = self.control(Method::POST, "/clock", Some(json!({ "advance": length }))).await;
        assert_eq!(reply.status, 200, "{reply:?}");
    }
}

async fn read(response: reqwest::Response) -> Reply {
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Reply { status, headers, body }
}

impl Reply {
    /// The rows of a list, which must have been answered.
    pub fn rows(&self) -> &Vec<Value> {
        assert_eq!(self.status, 200, "{self:?}");
        self.body["value"].as_array().unwrap_or_else(|| panic!("no list: {self:?}"))
    }

    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn text<'r>(&'r self, member: &str) -> &'r str {
        self.body[member].as_str().unwrap_or_else(|| panic!("no {member}: {self:?}"))
    }
}

/// A request to activate.
pub fn activation(name: &str, role: &str, duration: &str) -> Value {
    json!({
        "action": "SelfActivate",
        "principalId": id_of(name),
        "roleDefinitionId": role,
        "directoryScopeId": "/",
        "justification": "printer on fire",
        "scheduleInfo": { "expiration": { "type": "AfterDuration", "duration": duration } },
        "ticketInfo": { "ticketNumber": "INC-1", "ticketSystem": "Desk" },
    })
}

pub fn id(name: &str) -> PrincipalId {
    id_of(name)
}
