//! The page in a browser: nothing is refused, nothing is fetched, tables sort and filter.

use std::{path::PathBuf, process::Command};

use super::{Element, samples::Whole};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A page in a folder of its own, which goes with it.
struct Page(PathBuf);

impl Page {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("pim-report-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("report.html"), Whole::new().done().html().unwrap()).unwrap();
        Self(folder)
    }

    /// The page after its script has run, what the browser said, and what it fetched for the page; `None`
    /// without a browser.
    fn open(&self, fragment: &str, flags: &[&str]) -> Option<(Element, String, Vec<String>)> {
        let net = self.0.join("net.json");
        let args = |program: &str| {
            Command::new(program)
                // A test may run as root, where the browser's own sandbox can't; the page is ours.
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--no-first-run",
                    "--disable-background-networking",
                ])
                .args(["--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom"])
                .arg(format!("--user-data-dir={}", self.0.join("profile").display()))
                .arg(format!("--log-net-log={}", net.display()))
                .args(flags)
                .arg(format!("file://{}{fragment}", self.0.join("report.html").display()))
                .output()
        };
        let output = NAMES.iter().find_map(|name| args(name).ok())?;
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let requests = std::fs::read_to_string(net).unwrap().lines().filter_map(fetched).collect();
        Some((Element::parse(&String::from_utf8_lossy(&output.stdout)), said, requests))
    }
}

/// What a line of the network's log says was fetched for a page. Each is an event, but for the first and last
/// ones; what the browser asks for itself comes from no page.
fn fetched(line: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(line.trim().trim_end_matches(',')).ok()?;
    let url = event["params"]["url"].as_str()?;
    let from = event["params"]["initiator"].as_str()?;
    (from != "not an origin" && !url.starts_with("file:")).then(|| url.to_owned())
}

impl Drop for Page {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn column(page: &Element, table: &str, at: usize) -> Vec<String> {
    let rows = page.id(table).unwrap().named("tbody")[0].named("tr");
    let shown = rows.iter().filter(|row| row.attribute("hidden").is_none());
    shown.map(|row| row.named("td")[at].text()).collect()
}

#[test]
fn a_browser_runs_the_page_and_fetches_nothing() {
    let page = Page::new("plain");
    let Some((dom, said, requests)) = page.open("", &[]) else {
        println!("skipped: chromium not found");
        return;
    };
    assert!(!said.contains("CONSOLE"), "{said}");
    assert_eq!(requests, Vec::<String>::new());
    let seen = r#"{"params":{"initiator":"file://","url":"https://example.com/a.png"}},"#;
    assert_eq!(fetched(seen).as_deref(), Some("https://example.com/a.png"), "it would be seen");
    assert_eq!(dom.named("html")[0].attribute("data-theme").as_deref(), Some("light"));
    let tables =
        dom.named("table").into_iter().filter(|table| table.attribute("class").as_deref() == Some("data"));
    let heads: Vec<_> = tables
        .map(|table| (table.named("th").len(), table.named("button").len(), table.named("tr").len() - 1))
        .collect();
    assert!(heads.len() > 10 && heads.iter().all(|(heads, buttons, _)| heads == buttons), "{heads:?}");
    let long = heads.iter().filter(|(.., rows)| *rows > 5).count();
    assert_eq!(dom.named("input").len(), long, "a filter for each that is longer than a glance");
}

#[test]
fn a_browser_sorts_filters_and_turns_dark() {
    let page = Page::new("sorted");
    let Some((dom, said, _)) =
        page.open("#table-findings?sort=0", &["--blink-settings=preferredColorScheme=0"])
    else {
        println!("skipped: chromium not found");
        return;
    };
    assert!(!said.contains("CONSOLE"), "{said}");
    assert_eq!(
        column(&dom, "table-findings", 0),
        ["low", "medium", "high", "critical"],
        "by severity, not by letter"
    );
    assert_eq!(dom.named("html")[0].attribute("data-theme").as_deref(), Some("dark"));

    let (dom, ..) = page.open("#table-permanent?sort=-2&filter=amy%20desk", &[]).unwrap();
    let who = column(&dom, "table-permanent", 2);
    assert!(!who.is_empty() && who.iter().all(|name| name == "Amy Porter"), "{who:?}");
    let caption = dom.id("table-permanent-caption").unwrap().text();
    assert!(caption.contains(&format!("{} of", who.len())), "{caption}");
    let (dom, ..) = page.open("#table-permanent?sort=-2", &[]).unwrap();
    let who = column(&dom, "table-permanent", 2);
    assert!(
        who.len() > 100 && who.is_sorted_by_key(|name| std::cmp::Reverse(name.to_lowercase())),
        "{who:?}"
    );
}
