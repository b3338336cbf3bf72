//! The page's structure.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use super::{
    Element,
    samples::{Whole, hostile},
};
use crate::render::{Report, Template, Templates};

/// What every page must be, whatever is in it.
pub(super) fn check(html: &str) -> Element {
    let page = Element::parse(html);
    let mut ids = HashSet::new();
    for element in page.all() {
        for (name, value) in element.attributes() {
            assert!(!name.starts_with("on") && name != "style" && name != "src", "{name}={value}");
            match &*name {
                "href" => assert!(value.starts_with('#'), "{value}"),
                "id" => assert!(ids.insert(value.clone()), "twice: {value}"),
                _ => {}
            }
        }
        let foreign =
            ["img", "link", "iframe", "object", "embed", "base", "form", "video", "audio", "image", "use"];
        assert!(!foreign.contains(&&*element.name()), "{}", element.name());
    }
    let [style, script] = ["style", "script"].map(|name| {
        let [one] = &page.named(name)[..] else { panic!("one {name}") };
        format!("{name}-src 'sha256-{}'", STANDARD.encode(Sha256::digest(one.text())))
    });
    let policy = page.named("meta").iter().find_map(|meta| {
        (meta.attribute("http-equiv")? == "Content-Security-Policy").then(|| meta.attribute("content"))?
    });
    let policy = policy.expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; ") && policy.contains(&style) && policy.contains(&script),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    for table in page.named("table") {
        let rows: Vec<_> =
            table.named("tr").iter().map(|row| row.named("th").len() + row.named("td").len()).collect();
        assert!(rows.len() > 1 && rows.iter().all(|cells| *cells == rows[0]), "{rows:?}");
        assert!(
            table.named("thead").len() == 1
                && table.named("th").iter().all(|th| th.attribute("scope").is_some())
        );
    }
    for chart in page.named("svg") {
        let told = |name: &str| chart.named(name).first().map(Element::text).unwrap_or_default();
        assert!(!told("title").is_empty() && !told("desc").is_empty());
        assert_eq!(chart.attribute("role").as_deref(), Some("img"));
        let figure = page.named("figure").into_iter().find(|figure| {
            figure.0.children.borrow().iter().any(|child| std::rc::Rc::ptr_eq(child, &chart.0))
        });
        assert_eq!(figure.unwrap().named("table").len(), 1, "the same as a table");
    }
    page
}

#[test]
fn the_page_stands_alone_and_is_sound() {
    let whole = Whole::new();
    let report = whole.done();
    let html = report.html().unwrap();
    let page = check(&html);
    assert_eq!(html, report.html().unwrap(), "the same each time");
    if let Some(path) = std::env::var_os("RENDER_SAMPLE") {
        std::fs::write(path, &html).unwrap();
    }
    let links: Vec<_> = page.named("nav")[0].named("a").iter().filter_map(|a| a.attribute("href")).collect();
    assert!(links.len() >= 6 && links.iter().all(|link| page.id(&link[1..]).is_some()), "{links:?}");
    for chart in ["chart-standing", "chart-paths", "chart-findings", "chart-plan", "chart-changes"] {
        assert_eq!(page.id(chart).unwrap().named("svg").len(), 1, "{chart}");
    }
    let rows = |id: &str| page.id(id).unwrap().named("tbody")[0].named("tr").len();
    assert_eq!(
        (rows("table-findings"), rows("table-plan-0"), rows("table-plan-1"), rows("table-refused")),
        (4, 1, 2, 1)
    );
    let text = |id: &str| page.id(id).unwrap().text();
    assert!(
        text("table-roles").contains("At most 1 hour") && text("table-roles").contains("At most 10 hours")
    );
    assert!(
        text("table-outcome").contains("sign in again") && text("table-outcome").contains("revoke Global")
    );
    assert!(
        text("table-verification").contains("a password was enough")
            && text("verification").contains("by hand")
    );
    assert!(
        text("table-compliance").contains("MS.AAD.7.4v1") && text("table-changes").contains("Daniel Frost")
    );
    assert!(text("table-break-glass").contains("yes, directly") && text("glossary").contains("Break-glass"));
    assert!(!html.contains("http:") && !html.contains("https:"), "no address at all");
}

#[test]
fn a_style_with_other_line_ends_keeps_its_hash() {
    let style = Template::Style.shipped().replace('\n', "\r\n");
    let templates = Templates::default().with(Template::Style, style);
    check(&Report { templates: Some(&templates), ..Report::default() }.html().unwrap());
}

#[test]
fn a_page_of_hostile_names_is_the_same_page() {
    let snapshot = hostile();
    check(&Report { snapshot: Some(&snapshot), ..Report::default() }.html().unwrap());
}
