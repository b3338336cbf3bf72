//! Hostile answers: what a service said, recorded and given again to the whole client, spoilt in one place.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock},
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use pim_core::{
    backend::Operation,
    error::{Error, ErrorKind},
};
use pim_http::transport::{Answer, ScriptedTransport};
use pim_tests::acts::{Ready, act, row};
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::{
    scene::{Recorded, Scene, asked, backend, fast, prepare, runtime},
    told,
};

const HOME: &str = "https://graph.example";
/// Stands in JSON where raw text comes in.
const RAW: &str = "@@RAW@@";

/// An operation and all that it was answered.
struct Tape {
    operation: Operation,
    ready: Ready,
    answers: Vec<Recorded>,
}

fn tapes() -> &'static [Tape] {
    static TAPES: OnceLock<Vec<Tape>> = OnceLock::new();
    TAPES.get_or_init(|| {
        runtime().block_on(async {
            let mut tapes = Vec::new();
            for &operation in Operation::ALL {
                let scene = Scene::new().await;
                let ready = prepare(operation, &scene).await.unwrap();
                let (_, name) = row(operation).expect("a row");
                scene.answers();
                act(operation, &scene.backend(name), &ready).await.unwrap();
                let mut answers = scene.answers();
                for answer in &mut answers {
                    answer.body = answer.body.replace(scene.emulator.graph(), HOME);
                }
                tapes.push(Tape { operation, ready, answers });
            }
            tapes
        })
    })
}

impl Tape {
    /// The call once more, with another body at one place.
    async fn play(&self, at: usize, body: Vec<u8>) -> (Result<String, Error>, ScriptedTransport) {
        // By what is asked, so that whoever asks again gets the same again.
        let mut script = HashMap::new();
        for (number, answer) in self.answers.iter().enumerate() {
            let place = (answer.method.clone(), answer.address.clone(), answer.asked.clone());
            if number == at {
                script.insert(place, (answer.status, body.clone().into()));
            } else {
                script.entry(place).or_insert((answer.status, Bytes::from(answer.body.clone())));
            }
        }
        let transport = ScriptedTransport::by(move |request| {
            let address = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            match script.get(&(request.method().clone(), address, asked(request))) {
                Some((status, body)) => Answer::json(*status, body.clone()),
                None => Answer::json(501, "{}"),
            }
        });
        let (_, name) = row(self.operation).expect("a row");
        let by = backend(HOME, Arc::new(transport.clone()), "emulated.replayed".into(), name, fast());
        (act(self.operation, &by, &self.ready).await, transport)
    }

    /// The same, looked at: no panic anywhere, nothing told, no stranger asked.
    async fn bears(&self, at: usize, body: Vec<u8>) -> Result<Option<Error>, String> {
        let (ended, transport) = self.play(at, body).await;
        let own = |uri: &http::Uri| uri.to_string().starts_with("https://graph.example/");
        if let Some(other) = transport.seen().iter().find(|seen| !own(seen.request.uri())) {
            return Err(format!("{} went to {}", self.operation, other.request.uri()));
        }
        match ended {
            Ok(rows) => {
                rows.lines()
                    .filter(|line| line.contains("rejected: "))
                    .for_each(|line| told::hear("a row", line));
                Ok(None)
            }
            Err(error) => {
                told::error(&error);
                // So a reader of pages that panicked is reported.
                if error.to_string().contains("was interrupted") {
                    return Err(format!("{} panicked: {error:?}", self.operation));
                }
                Ok(Some(error))
            }
        }
    }
}

/// The pointer of every value in this one.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            let name = name.replace('~', "~0").replace('/', "~1");
            places(value, &format!("{at}/{name}"), into);
        }),
        Value::Array(items) => {
            items.iter().take(4).enumerate().for_each(|(n, value)| places(value, &format!("{at}/{n}"), into));
        }
        _ => {}
    }
    into.push(at.to_owned());
}

/// What comes in the place of a value, as text.
fn spoils() -> Vec<String> {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
    vec![
        "null".into(),
        "true".into(),
        "-7".into(),
        "1e300".into(),
        "123456789012345678901234567890".into(),
        "1e999".into(),
        "NaN".into(),
        "-Infinity".into(),
        "[]".into(),
        "{}".into(),
        r#""""#.into(),
        r#""Nomen \"Vance`, expected nobody""#.into(),
        r#"{"Nomen Vance": "Nomen Vance", "id": 7}"#.into(),
        r#"[[{"a": null, "a": "Nomen Vance"}]]"#.into(),
        r#""\ud800""#.into(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
    ]
}

fn spoilt(body: &Value, place: &str, spoil: &str) -> Vec<u8> {
    let mut body = body.clone();
    *body.pointer_mut(place).expect("a place") = RAW.into();
    body.to_string().replace(&format!("\"{RAW}\""), spoil).into_bytes()
}

/// Whatever stands in a place: the answer is refused with the place, the row is set aside, or it does no harm.
#[test]
fn spoilt_answers_are_refused_with_their_place() {
    // Another id leads to another question, and the tape has no answer to that.
    use ErrorKind::{Malformed, NotFound, OutcomeUnknown, Unsupported};
    let spoils = spoils();
    let mut runs = Vec::new();
    for tape in tapes() {
        for (at, answer) in tape.answers.iter().enumerate() {
            let Ok(body) = serde_json::from_str::<Value>(&answer.body) else { continue };
            let mut all = Vec::new();
            places(&body, "", &mut all);
            for (number, place) in all.into_iter().enumerate() {
                // They take turns: over all operations and rows, every member meets most of them.
                let spoil = &spoils[(number + at) % spoils.len()];
                runs.push((tape, at, place.clone(), spoil, spoilt(&body, &place, spoil)));
            }
        }
    }
    let total = runs.len();
    let wrong = Mutex::new(Vec::new());
    let kinds = Mutex::new(BTreeMap::<String, usize>::new());
    runtime().block_on(stream::iter(runs).for_each_concurrent(16, async |(tape, at, place, spoil, body)| {
        let ended = tape.bears(at, body).await;
        let short: String = spoil.chars().take(40).collect();
        let what = || format!("{} with {short} at {place} of answer {at}", tape.operation);
        let kind = match &ended {
            Ok(Some(error)) if [Malformed, OutcomeUnknown, NotFound, Unsupported].contains(&error.kind()) => {
                let text = format!("{error:?}");
                let told_where = [" at ", "(at", "line", "address", "leads back", "part out", "UTF-8"];
                if error.kind() == Malformed && !told_where.iter().any(|words| text.contains(words)) {
                    wrong.lock().unwrap().push(format!("{}: no place: {text}", what()));
                }
                error.kind().to_string()
            }
            Ok(Some(error)) => {
                wrong.lock().unwrap().push(format!("{}: {error:?}", what()));
                error.kind().to_string()
            }
            Ok(None) => "ok".into(),
            Err(why) => {
                wrong.lock().unwrap().push(format!("{}: {why}", what()));
                "wrong".into()
            }
        };
        *kinds.lock().unwrap().entry(kind).or_default() += 1;
    }));
    println!("{total} spoilt answers: {:?}", kinds.into_inner().unwrap());
    told::assert_nothing_was_told();
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong[..wrong.len().min(40)].join("\n"));
}

/// Wherever an answer breaks off.
#[test]
fn answers_cut_anywhere_end_as_errors() {
    let mut runs = Vec::new();
    for tape in tapes() {
        for (at, answer) in tape.answers.iter().enumerate().filter(|(_, answer)| !answer.body.is_empty()) {
            let length = answer.body.len();
            runs.extend((0..12).map(|n| (tape, at, &answer.body.as_bytes()[..length * n / 12])));
            runs.push((tape, at, &answer.body.as_bytes()[..length - 1]));
        }
    }
    runtime().block_on(stream::iter(runs).for_each_concurrent(16, async |(tape, at, body)| {
        let ended = tape.bears(at, body.to_vec()).await.unwrap();
        // Writes whose answer does not count, and the list of alerts behind the one that was looked for.
        let (effect, _) = row(tape.operation).expect("a row");
        let may_pass = effect != pim_tests::acts::Effect::None || tape.operation == Operation::ListIncidents;
        assert!(ended.is_some() || may_pass, "{} cut after {} bytes passes", tape.operation, body.len());
    }));
    told::assert_nothing_was_told();
}

/// No list follows a link to anybody else, wherever in its answers the link stands.
#[test]
fn links_to_strangers_are_refused_by_every_list() {
    let links = [
        "https://stranger.example/v1.0/rows",
        "http://graph.example/v1.0/rows",
        "https://graph.example:8443/v1.0/rows",
        "https://graph.example.stranger.example/v1.0/rows",
        "https://Nomen:pass@graph.example/v1.0/rows",
        "//stranger.example/v1.0/rows",
    ];
    let mut refused = 0;
    for tape in tapes() {
        for (at, answer) in tape.answers.iter().enumerate() {
            let Ok(body) = serde_json::from_str::<Value>(&answer.body) else { continue };
            let mut all = Vec::new();
            places(&body, "", &mut all);
            // The answer itself, or those inside of a batch.
            let lists = all.iter().filter(|place| {
                let depth = place.matches('/').count();
                let own = place.is_empty() || (depth == 3 && place.ends_with("/body"));
                own && body.pointer(place).is_some_and(|list| list["value"].is_array())
            });
            for (place, link) in lists.flat_map(|place| links.map(|link| (place, link))) {
                let mut led = body.clone();
                led.pointer_mut(place).expect("a list")["@odata.nextLink"] = link.into();
                let ended = runtime().block_on(tape.bears(at, led.to_string().into_bytes())).unwrap();
                let one_page = matches!(
                    tape.operation,
                    // An approval's stages, one policy and one alert are found on the page that is asked for.
                    Operation::GetApproval
                        | Operation::GetPolicy
                        | Operation::UpdatePolicy
                        | Operation::ChangeAlert
                        | Operation::ListIncidents
                );
                match ended {
                    Some(error) => {
                        assert_eq!(error.kind(), ErrorKind::Malformed, "{}: {error:?}", tape.operation);
                        refused += 1;
                    }
                    None => assert!(one_page, "{} passes over {link} at {place}", tape.operation),
                }
            }
        }
    }
    assert!(refused > 200, "{refused}");
    told::assert_nothing_was_told();
}

fn strange() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,16}".prop_map(Value::from),
        Just(json!("9999-12-31T23:59:59.9999999Z")),
        Just(json!("-P1D")),
        Just(json!("00000000-0000-0000-0000-000000000000")),
        Just(json!("#microsoft.graph.unheardOf")),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::hash_map("@odata.type|id|value|[a-z]{1,8}", inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_may_come_as_any_answer(
        tape in any::<Index>(), at in any::<Index>(), bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let tape = tape.get(tapes());
        let at = at.index(tape.answers.len());
        runtime().block_on(tape.bears(at, bytes)).unwrap();
    }

    #[test]
    fn any_json_may_come_anywhere_in_any_answer(
        tape in any::<Index>(), at in any::<Index>(),
        edits in prop::collection::vec((any::<Index>(), strange(), 0..3), 1..5),
    ) {
        let tape = tape.get(tapes());
        let at = at.index(tape.answers.len());
        let mut body: Value = serde_json::from_str(&tape.answers[at].body).unwrap_or_default();
        for (place, value, what) in edits {
            let mut all = Vec::new();
            places(&body, "", &mut all);
            let place = place.get(&all).clone();
            match place.rsplit_once('/').and_then(|(parent, name)| Some((body.pointer_mut(parent)?, name))) {
                Some((Value::Object(members), name)) if what == 0 => { members.remove(name); }
                Some((Value::Array(items), _)) if what == 0 => items.push(value),
                _ => *body.pointer_mut(&place).unwrap() = value,
            }
        }
        runtime().block_on(tape.bears(at, body.to_string().into_bytes())).unwrap();
    }
}
