//! Reading a whole tenant from an emulator whose every answer comes 20 ms late.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Instant,
};

use pim_core::{
    backend::BackendInfo,
    client::{Client, Safeguards},
    directory::{Group, User},
    error::{Error, ErrorKind, Result},
    id::{GroupId, RoleId},
    privilege::Privilege,
    time::Period,
};
use pim_embedded::seed::{Records, Seed, SeedGrant, SeedGroup, id_of, sample};
use pim_emulator::{Emulator, Fault, FaultKind, NewToken, Options};
use pim_governance::discover::{DiscoverOptions, discover_with};
use pim_graph::{GraphBackend, capability::TokenKind};
use pim_http::{
    auth::{Access, StaticToken},
    pipeline::{Service, ServiceOptions},
    transport::ReqwestTransport,
};
use serde_json::{Value, json};

/// How late answers are, in milliseconds.
const LATE: u64 = 20;
const USERS: u32 = 2_000;
const GROUPS: u32 = 200;
const ASSIGNMENTS: u32 = 4_000;

/// Discovery with 16 requests in flight, and then each list that it asked for, page after page, one request after
/// another over the same connection.
pub(crate) async fn run() -> Result<String> {
    let options = Options { page: 100, ..Options::default() };
    let emulator = Emulator::start(tenant()?, options).await.map_err(failed)?;
    emulator.fault(Fault {
        kind: FaultKind::Slow { millis: LATE },
        method: None,
        path: None,
        times: None,
        every: None,
    });
    let reader = NewToken { principal: Some(id_of("emma.clarke")), mfa: true, ..NewToken::default() };
    let token = emulator.token(reader).map_err(failed)?;

    let client = client(&emulator, &token)?;
    let began = Instant::now();
    let options = DiscoverOptions { concurrency: 16, ..DiscoverOptions::default() };
    let snapshot = discover_with(&client, &options, |progress| {
        if let Some(coverage) = &progress.coverage {
            let seconds = began.elapsed().as_secs_f64();
            eprintln!("{seconds:>7.2} s {:<24} {:>6} rows, {coverage}", progress.source, progress.done);
        }
    })
    .await?;
    let parallel = began.elapsed();
    let asked = emulator.requests();
    let sent = asked.iter().filter(|request| request.batch.is_none()).count();

    // A list's first page stands for it; links that go on are followed. Parts of a list by role are one list.
    let lists: BTreeSet<&str> = asked
        .iter()
        .filter(|request| request.method == "GET" && request.status == Some(200))
        .map(|request| request.address.as_str())
        .filter(|address| !address.contains("skiptoken") && !address.contains("roleDefinitionId%20eq"))
        .collect();
    let http = reqwest::Client::new();
    let (began, mut requests, mut kinds) = (Instant::now(), 0, BTreeMap::new());
    for list in &lists {
        let mut next = Some(format!("{}{list}", emulator.graph()));
        while let Some(address) = next {
            let reply = http.get(&address).bearer_auth(&token).send().await.map_err(failed)?;
            let body: Value = reply.json().await.map_err(failed)?;
            next = body["@odata.nextLink"].as_str().map(str::to_owned);
            requests += 1;
            *kinds.entry(kind(list)).or_insert(0) += 1;
        }
    }
    let serial = began.elapsed();
    for (kind, requests) in &kinds {
        eprintln!("{requests:>6} x {kind}");
    }
    let line = json!({
        "what": "discovery",
        "late_ms": LATE,
        "rows": snapshot.coverage.values().map(|reading| reading.count).sum::<usize>(),
        "requests": sent,
        "seconds": parallel.as_secs_f64(),
        "one_after_another": { "requests": requests, "seconds": serial.as_secs_f64() },
        "times_faster": serial.as_secs_f64() / parallel.as_secs_f64(),
    });
    Ok(line.to_string())
}

fn client(emulator: &Emulator, token: &str) -> Result<Client> {
    let mut info = BackendInfo::new("graph");
    info.caller = Some(id_of("emma.clarke"));
    let service = Service::new(
        emulator.graph().parse()?,
        Arc::new(ReqwestTransport::new()?),
        Arc::new(StaticToken::new(token.to_owned(), None, Access::Delegated)),
        vec!["graph".into()],
        ServiceOptions { in_flight: 16, ..ServiceOptions::default() },
    );
    let backend = GraphBackend::known(service, info, TokenKind::Delegated)?;
    Ok(Client::new(backend.with_clock(Arc::new(emulator.clock())), Safeguards::default()))
}

/// The sample company, with more people, groups and grants.
fn tenant() -> Result<Seed> {
    let mut records: Records = sample::tenant().into_records();
    let person = |n: u32| id_of(&format!("person {n}"));
    records.users.extend((0..USERS).map(|n| {
        let name = format!("person.{n}");
        User::new(person(n), name.clone().into(), format!("{name}@contoso.example").into())
    }));
    for n in 0..GROUPS {
        let mut group = Group::new(GroupId::from_guid(guid(n)), format!("group {n}"));
        group.under_pim = Some(n % 4 == 0);
        let members = (0..20).map(|m| person((n * 20 + m) % USERS)).collect();
        records.groups.push(SeedGroup { group, members, owners: vec![person(n % USERS)] });
    }
    let roles: Vec<RoleId> =
        pim_embedded::catalogue::entra_roles().iter().map(|role| role.id.clone()).collect();
    let roles: Vec<&RoleId> =
        roles.iter().filter(|role| **role != RoleId::GLOBAL_ADMINISTRATOR).take(60).collect();
    for n in 0..ASSIGNMENTS {
        let role = roles[n as usize / USERS as usize + 2 * (n as usize % 30)];
        let grant = SeedGrant::new(person(n % USERS), Privilege::role(role.clone()));
        let list = if n % 4 == 0 { &mut records.eligibilities } else { &mut records.assignments };
        list.push(grant);
    }
    records.now.get_or_insert(sample::NOW + Period::days(1));
    Seed::try_from(records).map_err(failed)
}

fn guid(n: u32) -> [u8; 16] {
    let mut bytes = [9; 16];
    bytes[12..].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// A path without ids and query.
fn kind(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    let words = path.split('/').map(|word| {
        let is_id = word.len() >= 32 && word.contains('-');
        if is_id { "{id}" } else { word }
    });
    words.collect::<Vec<_>>().join("/")
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Unexpected, error.to_string())
}
