//! How long a page of a large list takes: `cargo bench -p pim-emulator --bench page`.
//!
//! The whole list of role assignment instances is read over HTTP, page by page, by a client that reads no JSON. A time
//! is that from the request to the last byte.

use std::{
    error::Error,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use pim_core::{
    id::{RoleId, UnitId},
    privilege::{DirectoryScope, Privilege, RoleDefinition, RoleOrigin, Surface},
    time::{Period, Timestamp, Window},
};
use pim_embedded::seed::{Seed, SeedGrant, guid_of, id_of};
use pim_emulator::{Emulator, NewToken, Options};

const BEGIN: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);
const PATH: &str = "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances?$top=999";

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo test --benches` passes no `--bench`: then a small tenant shows that it runs.
    let full = std::env::args().any(|argument| argument == "--bench");
    let n = if full { 100_000 } else { 2_000 };
    let runtime = tokio::runtime::Runtime::new()?;
    let emulator = runtime.block_on(Emulator::start(seed(n)?, Options::default()))?;
    let reader = NewToken { principal: Some(id_of("root")), ..NewToken::default() };
    let token = emulator.token(reader)?;
    let host = emulator.graph().trim_start_matches("http://").to_owned();
    let mut connection = BufReader::new(TcpStream::connect(&host)?);
    connection.get_ref().set_nodelay(true)?;
    let (mut took, mut rows) = (Vec::new(), 0);
    let mut next = Some(PATH.to_owned());
    while let Some(path) = next {
        let began = Instant::now();
        let page = get(&mut connection, &host, &path, &token)?;
        took.push(began.elapsed());
        rows += page.matches("\"principalId\"").count();
        next = page
            .split_once("\"@odata.nextLink\":\"")
            .and_then(|(_, rest)| Some(rest.split_once('"')?.0.split_once(&host)?.1.to_owned()));
    }
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 100];
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    let (median, slow) = (millis(at(50)), millis(at(95)));
    println!(
        "{} pages of 999 at {rows} assignments: median {median:.2} ms, 95 % below {slow:.2} ms",
        took.len()
    );
    if rows < n {
        return Err(format!("only {rows} of {n} rows came").into());
    }
    Ok(())
}

fn get(
    connection: &mut BufReader<TcpStream>,
    host: &str,
    path: &str,
    token: &str,
) -> Result<String, Box<dyn Error>> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n");
    connection.get_mut().write_all(request.as_bytes())?;
    let (mut line, mut length) = (String::new(), 0);
    loop {
        line.clear();
        connection.read_line(&mut line)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok(String::from_utf8(body)?)
}

fn seed(assignments: usize) -> Result<Seed, Box<dyn Error>> {
    let people: Vec<_> = (0..assignments / 10).map(|n| format!("person {n}")).collect();
    let units: Vec<_> = (0..100).map(|n| format!("unit {n}")).collect();
    let mut seed =
        Seed::builder().users(["root"]).standing("root", Privilege::role(RoleId::GLOBAL_ADMINISTRATOR));
    for name in &people {
        seed = seed.user(name);
    }
    for unit in &units {
        seed = seed.unit(unit, []);
    }
    let role = |n: usize| RoleId::from_guid(guid_of(&format!("role {n}")));
    let grants = (0..assignments).map(|n| {
        let scope = DirectoryScope::AdministrativeUnit(UnitId::from_guid(guid_of(&units[n / 10 % 100])));
        let privilege = Privilege::DirectoryRole { role: role(n % 10), scope };
        let mut grant = SeedGrant::new(id_of(&people[n / 10]), privilege);
        if n % 3 == 0 {
            let end = BEGIN + Period::days(60 + (n % 90) as u32);
            grant.window = Window::new(None, Some(end)).unwrap_or_default();
        }
        grant
    });
    let grants: Vec<_> = grants.collect();
    let roles = (0..10).map(|n| {
        RoleDefinition::new(role(n), Surface::DirectoryRoles, format!("role {n}"), RoleOrigin::Custom)
    });
    let roles: Vec<_> = roles.collect();
    let seed = seed.now(BEGIN).edit(|records| {
        records.roles.extend(roles);
        records.assignments.extend(grants);
    });
    Ok(seed.build()?)
}
