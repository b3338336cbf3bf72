mod directory;
mod governance;
mod roles;

use std::sync::OnceLock;

use pim_graph::{
    endpoints::{Place, Version},
    wire::{self, Extras, Page},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

type Told<'a> = &'a mut dyn FnMut(&str, &str);
/// Reads a body and writes it again.
type Again = fn(&Value, Told<'_>) -> Result<Value, String>;
/// How the client comes to a place, with the ids of the path.
type PlaceOf = fn(&[&str], Version) -> Result<Place, String>;

/// What a request carries.
pub(super) enum Body {
    None,
    Shape(Again),
}

/// What is answered.
pub(super) struct Answer {
    /// Graph's name of the type, of the elements where it is a list.
    pub(super) of: &'static str,
    pub(super) is_list: bool,
    pub(super) again: Again,
    /// The same of the other form: of one object where this is a list.
    pub(super) other: Again,
}

impl Answer {
    fn list<T: DeserializeOwned + Serialize + Extras>(of: &'static str) -> Self {
        Self { of, is_list: true, again: page::<T>, other: one::<T> }
    }

    fn object<T: DeserializeOwned + Serialize + Extras>(of: &'static str) -> Self {
        Self { of, is_list: false, again: one::<T>, other: page::<T> }
    }
}

/// One documented path: how the client builds it, and what goes in and comes out.
pub(super) struct Route {
    pub(super) method: &'static str,
    path: &'static str,
    place: PlaceOf,
    /// Whether it does something with the place rather than adding to it.
    pub(super) is_act: bool,
    pub(super) body: Body,
    pub(super) answer: Option<Answer>,
}

/// The route of a printed path.
pub(super) struct Found {
    pub(super) route: &'static Route,
    ids: Vec<String>,
    below: Option<Below>,
    /// Whether only the number is asked for.
    pub(super) is_count: bool,
    /// Whether POST is printed where PATCH is meant.
    pub(super) is_posted: bool,
}

/// What may be asked of any list.
enum Below {
    Count,
    Links,
    Changes,
    Concerning(&'static str),
    Kind(String),
}

/// In which ways something can concern the caller.
const WAYS: &[&str] = &["principal", "createdBy", "approver", "reviewer", "target", "allowedRequestor"];

/// The route of a printed path, and the ids in it.
pub(super) fn find(method: &str, path: &str) -> Option<Found> {
    let path = percent_encoding::percent_decode_str(path)
        .decode_utf8_lossy()
        .replace("/incident/", "/alertIncidents/");
    let found = |(route, ids), below| {
        let is_count = matches!(below, Some(Below::Count));
        Found { route, ids, below, is_count, is_posted: false }
    };
    let last = path.rsplit('/').next().unwrap_or_default();
    let own = matched(method, &path);
    let is_own = own.as_ref().is_some_and(|(route, _)| route.path.ends_with(last));
    if method == "GET"
        && !is_own
        && let Some(below) = below(last)
        && let Some(route) = matched(method, path.trim_end_matches(last).trim_end_matches('/'))
        && route.0.is_list()
    {
        return Some(found(route, Some(below)));
    }
    if let Some(route) = own {
        return Some(found(route, None));
    }
    let is_posted = method == "POST" && path.contains("/decisions/");
    let route = is_posted.then(|| matched("PATCH", &path)).flatten()?;
    Some(Found { is_posted, ..found(route, None) })
}

impl Found {
    /// The place, as the client comes to it.
    pub(super) fn place(&self, version: Version) -> Result<Place, String> {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let place = (self.route.place)(&ids, version)?;
        Ok(match &self.below {
            None => place,
            Some(Below::Count) => place.count(),
            Some(Below::Links) => place.links(),
            Some(Below::Changes) => place.changes(),
            Some(Below::Concerning(way)) => place.by_current_user(way),
            Some(Below::Kind(kind)) => place.only(kind),
        })
    }
}

impl Route {
    fn is_list(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.is_list)
    }
}

fn below(last: &str) -> Option<Below> {
    match last {
        "$count" => Some(Below::Count),
        "$ref" => Some(Below::Links),
        "delta" | "delta()" => Some(Below::Changes),
        _ => {
            let way = last.strip_prefix("filterByCurrentUser(on='").and_then(|rest| rest.strip_suffix("')"));
            let way = way.and_then(|way| WAYS.iter().find(|known| **known == way));
            let kind = || last.starts_with("microsoft.graph.").then(|| Below::Kind(last.to_owned()));
            way.map(|way| Below::Concerning(way)).or_else(kind)
        }
    }
}

fn matched(method: &str, path: &str) -> Option<(&'static Route, Vec<String>)> {
    table().iter().find_map(|route| {
        let (mut wanted, mut given, mut ids) = (route.path.split('/'), path.split('/'), Vec::new());
        loop {
            match (wanted.next(), given.next()) {
                (None, None) => return (method == route.method).then_some((route, ids)),
                (Some("*"), Some(id)) => ids.push(id.to_owned()),
                (a, b) if a == b => {}
                _ => return None,
            }
        }
    })
}

fn table() -> &'static [Route] {
    static TABLE: OnceLock<Vec<Route>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table::default();
        roles::add(&mut table);
        governance::add(&mut table);
        directory::add(&mut table);
        table.0
    })
}

#[derive(Default)]
struct Table(Vec<Route>);

impl Table {
    /// A collection: read, and added to.
    fn many<T: DeserializeOwned + Serialize + Extras>(
        &mut self,
        path: &'static str,
        of: &'static str,
        place: PlaceOf,
    ) {
        self.add("GET", path, place, Body::None, Some(Answer::list::<T>(of)));
        self.add("POST", path, place, Body::Shape(one::<T>), Some(Answer::object::<T>(of)));
    }

    /// One object: read, changed, replaced, deleted.
    fn one<T: DeserializeOwned + Serialize + Extras>(
        &mut self,
        path: &'static str,
        of: &'static str,
        place: PlaceOf,
    ) {
        let answer = || Some(Answer::object::<T>(of));
        self.add("GET", path, place, Body::None, answer());
        self.add("PATCH", path, place, Body::Shape(one::<T>), answer());
        self.add("PUT", path, place, Body::Shape(one::<T>), answer());
        self.add("DELETE", path, place, Body::None, None);
    }

    /// Something done without a body.
    fn act(&mut self, path: &'static str, place: PlaceOf) {
        self.add("POST", path, place, Body::None, None);
    }

    /// Something done with a body.
    fn act_with<T: DeserializeOwned + Serialize + Extras>(
        &mut self,
        path: &'static str,
        place: PlaceOf,
        answer: Option<Answer>,
    ) {
        self.add("POST", path, place, Body::Shape(one::<T>), answer);
        if let Some(route) = self.0.last_mut() {
            route.is_act = true;
        }
    }

    fn add(
        &mut self,
        method: &'static str,
        path: &'static str,
        place: PlaceOf,
        body: Body,
        answer: Option<Answer>,
    ) {
        self.0.push(Route { method, path, place, is_act: false, body, answer });
    }
}

fn again<T: Serialize + Extras>(value: &T, told: Told<'_>) -> Result<Value, String> {
    value.extras(told);
    serde_json::to_value(value).map_err(|error| error.to_string())
}

fn page<T: DeserializeOwned + Serialize + Extras>(body: &Value, told: Told<'_>) -> Result<Value, String> {
    let page: Page<T> = wire::read(body.to_string().as_bytes()).map_err(|error| explained(&error))?;
    again(&page, told)
}

fn one<T: DeserializeOwned + Serialize + Extras>(body: &Value, told: Told<'_>) -> Result<Value, String> {
    let one = wire::read_entity::<T>(body.to_string().as_bytes()).map_err(|error| explained(&error))?;
    again(&one, told)
}

/// The place in the JSON first.
fn explained(error: &pim_core::error::Error) -> String {
    let at = error.context().find(|(name, _)| *name == "at").map(|(_, at)| at).unwrap_or_default();
    format!("$.{at}: {}", error.message())
}

fn id<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error| format!("path: the id `{text}`: {error}"))
}
