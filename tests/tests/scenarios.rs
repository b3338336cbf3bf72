//! The scenarios of `tests/scenarios`, which Python and Node run too: on the embedded service and on Graph over the emulator.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{collections::BTreeMap, fs, path::Path};

use pim_bridge::{Envelope, Session, Stage, World};
use pim_core::{error::Error, time::Period};
use serde::Deserialize;
use serde_json::{Value, json};

/// A file: scenarios on one tenant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What it is about, for readers.
    about: String,
    tenant: Value,
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scenario {
    name: String,
    /// What it shows: ids of capabilities, kinds of errors, codes of guards, kinds of faults.
    shows: Vec<String>,
    /// On which services; both where left out.
    #[serde(default)]
    on: Option<Vec<String>>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Who does it: a name, or what `client` takes.
    #[serde(default, rename = "as")]
    who: Option<Value>,
    #[serde(default)]
    call: Option<String>,
    #[serde(default)]
    list: Option<String>,
    #[serde(default = "nothing")]
    with: Value,
    /// What the answer holds at least; of a list, each of its first items.
    #[serde(default)]
    gives: Option<Value>,
    /// How many items a list has.
    #[serde(default)]
    count: Option<usize>,
    /// `kind`, and `code` or the number of `violations` where said.
    #[serde(default)]
    fails: Option<Value>,
    /// Names for parts of the answer, by their paths.
    #[serde(default)]
    keep: BTreeMap<String, String>,
    #[serde(default)]
    advance: Option<String>,
    #[serde(default)]
    fault: Option<Value>,
}

fn nothing() -> Value {
    json!({})
}

enum Service {
    Embedded(World),
    Emulator(Box<Stage>),
}

impl Service {
    async fn session(&self, who: &str) -> Session {
        match self {
            Self::Embedded(world) => world.session(who).unwrap(),
            Self::Emulator(stage) => stage.session(who).await.unwrap(),
        }
    }

    fn advance(&self, length: Period) {
        match self {
            Self::Embedded(world) => drop(world.advance(length).unwrap()),
            Self::Emulator(stage) => drop(stage.advance(length)),
        }
    }

    fn fault(&self, fault: &Value) {
        match self {
            Self::Embedded(_) => panic!("only the emulator can be made to fail"),
            Self::Emulator(stage) => stage.fault(&fault.to_string()).unwrap(),
        }
    }
}

/// `$name` stands for what was kept under that name.
fn filled(value: &Value, kept: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match text.strip_prefix('$') {
            Some(name) => kept.get(name).unwrap_or_else(|| panic!("nothing was kept as {name}")).clone(),
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| filled(item, kept)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(name, field)| (name.clone(), filled(field, kept))).collect()
        }
        _ => value.clone(),
    }
}

/// Whether what is there holds what is wanted: of objects the named fields, of arrays the first items, `null` where nothing is to be.
fn holds(there: &Value, wanted: &Value) -> bool {
    match (there, wanted) {
        (Value::Object(there), Value::Object(wanted)) => {
            wanted.iter().all(|(name, value)| holds(there.get(name).unwrap_or(&Value::Null), value))
        }
        (Value::Array(there), Value::Array(wanted)) => {
            wanted.len() <= there.len()
                && wanted.iter().zip(there).all(|(wanted, there)| holds(there, wanted))
        }
        _ => there == wanted,
    }
}

fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').filter(|step| !step.is_empty()).fold(value, |value, step| match step.parse::<usize>() {
        Ok(index) => &value[index],
        Err(_) => &value[step],
    })
}

async fn answer(session: &Session, step: &Step, with: &Value) -> Result<Value, Error> {
    if let Some(method) = &step.call {
        let told = session.call(method, &with.to_string()).await?;
        return Ok(serde_json::from_str(&told).unwrap());
    }
    let mut cursor = session.list(step.list.as_ref().expect("a call or a list"), &with.to_string())?;
    let mut all = Vec::new();
    while let Some(page) = cursor.next_page().await? {
        assert!(page.rejected.is_empty());
        all.extend(serde_json::from_str::<Vec<Value>>(&page.rows.json()).unwrap());
    }
    Ok(Value::Array(all))
}

async fn run(file: &File, scenario: &Scenario, service: &Service) -> Result<(), String> {
    let (mut kept, mut sessions) = (BTreeMap::new(), BTreeMap::new());
    for (number, step) in scenario.steps.iter().enumerate() {
        let place = |what: String| format!("step {number}: {what}");
        if let Some(length) = &step.advance {
            service.advance(length.parse().unwrap());
            continue;
        }
        if let Some(fault) = &step.fault {
            service.fault(fault);
            continue;
        }
        let who = match step.who.as_ref().expect("who does it") {
            Value::String(name) => json!({ "user": name }),
            other => filled(other, &kept),
        };
        // Who comes back is signed in still: their token may have ended since.
        let who = who.to_string();
        if !sessions.contains_key(&who) {
            sessions.insert(who.clone(), service.session(&who).await);
        }
        let session = &sessions[&who];
        let with = filled(&step.with, &kept);
        match (answer(session, step, &with).await, &step.fails) {
            (Ok(there), None) => {
                if let Some(wanted) = &step.gives {
                    let wanted = filled(wanted, &kept);
                    if !holds(&there, &wanted) {
                        return Err(place(format!("{there:#} does not hold {wanted}")));
                    }
                }
                let count = there.as_array().map(Vec::len);
                if step.count.is_some() && step.count != count {
                    return Err(place(format!("{count:?} items in place of {:?}: {there:#}", step.count)));
                }
                for (name, path) in &step.keep {
                    let part = at(&there, path);
                    if part.is_null() {
                        return Err(place(format!("{there:#} has no {path}")));
                    }
                    kept.insert(name.clone(), part.clone());
                }
            }
            (Err(error), Some(wanted)) => {
                let told: Value = serde_json::from_str(&Envelope::from(&error).json()).unwrap();
                if !holds(&told, wanted) {
                    return Err(place(format!("{told:#} is not {wanted}")));
                }
            }
            (Ok(there), Some(wanted)) => return Err(place(format!("gave {there:#} and not {wanted}"))),
            (Err(error), None) => return Err(place(format!("failed: {error:?}"))),
        }
    }
    if let Service::Emulator(stage) = service {
        // A fault that nothing ran into would prove nothing.
        let asked: Vec<Value> = serde_json::from_str(&stage.requests()).unwrap();
        let wanted = scenario.steps.iter().any(|step| step.fault.is_some());
        if wanted && asked.iter().all(|request| request["fault"].is_null()) {
            return Err("no request ran into the fault".to_owned());
        }
    }
    assert!(!file.about.is_empty());
    Ok(())
}

fn files() -> Vec<(String, File)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let file = serde_json::from_str(&fs::read_to_string(&path).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (name, file)
        })
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    files
}

async fn all(on: &str) {
    let mut failures = Vec::new();
    let only = std::env::var("PIM_SCENARIO").ok();
    for (name, file) in files() {
        for scenario in &file.scenarios {
            if scenario.on.as_ref().is_some_and(|all| all.iter().all(|one| one != on)) {
                continue;
            }
            if only.as_ref().is_some_and(|only| !scenario.name.contains(only)) {
                continue;
            }
            let service = if on == "embedded" {
                let setup = json!({ "seed": file.tenant });
                Service::Embedded(World::embedded(&setup.to_string()).unwrap())
            } else {
                // Small pages: most lists have several.
                let setup = json!({ "seed": file.tenant, "page": 2 });
                Service::Emulator(Box::new(Stage::start(&setup.to_string()).await.unwrap()))
            };
            if let Err(failure) = run(&file, scenario, &service).await {
                failures.push(format!("{name}, {}, on {on}: {failure}", scenario.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_on_the_embedded_service() {
    all("embedded").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scenarios_on_graph_over_the_emulator() {
    all("emulator").await;
}

#[test]
fn scenarios_show_each_capability_kind_and_guard() {
    let files = files();
    let scenarios: Vec<&Scenario> = files.iter().flat_map(|(_, file)| &file.scenarios).collect();
    let labels = scenarios.iter().flat_map(|one| one.shows.iter().map(String::as_str));
    // A kind and a guard are shown by a step that fails so, whatever its scenario says of itself.
    let fails = || scenarios.iter().flat_map(|one| &one.steps).filter_map(|step| step.fails.as_ref());
    let told = |name: &'static str| fails().filter_map(move |fails| fails[name].as_str());
    let label = |word: &&str| word.starts_with(['A', 'V']);
    let shown: Vec<&str> = labels.filter(label).chain(told("kind")).chain(told("code")).collect();
    assert!(scenarios.len() >= 40);
    let activation = (1..=12).map(|number| format!("A{number}"));
    let review = (1..=7).map(|number| format!("V{number}"));
    let guards = ["BreakGlass", "LastAdministrators", "NoApprover", "PolicyTrap"];
    let guards = guards.iter().map(|guard| format!("Guard.{guard}"));
    // What a caller does to its own call is the tests' of each language, and `unexpected` has no cause that could be told here.
    let own = ["cancelled", "unexpected"];
    let kinds = pim_core::error::ErrorKind::ALL.iter().map(|kind| kind.as_str().to_owned());
    let kinds = kinds.filter(|kind| !own.contains(&kind.as_str()));
    for wanted in activation.chain(review).chain(guards).chain(kinds) {
        assert!(shown.iter().any(|one| *one == wanted), "no scenario shows {wanted}");
    }
}
