//! The report: made again from saved trials to the bit, safe against hostile names, and readable in a real browser.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{SMALL, jirga, jirga_ok};

/// Runs a scenario into a folder.
fn ran(folder: &Path, scenario: &str) -> PathBuf {
    fs::write(folder.join("small.toml"), scenario).unwrap();
    jirga_ok(folder, &["run", "small.toml", "--trials", "64", "--out", "run", "--quiet"]);
    folder.join("run")
}

/// Every file below a folder with its bytes.
fn bytes_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(bytes_below(&path));
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

#[test]
fn everything_is_made_again_from_saved_trials_to_the_bit() {
    let place = tempfile::tempdir().unwrap();
    let run = ran(place.path(), SMALL);
    let before = bytes_below(&run);
    let derived = ["summary.csv", "events.csv", "comparison.csv", "report.html"];
    for name in derived {
        fs::remove_file(run.join(name)).unwrap();
    }
    fs::remove_dir_all(run.join("plots")).unwrap();
    fs::remove_file(run.join("series.parquet")).unwrap();
    jirga_ok(place.path(), &["report", "run"]);
    let after = bytes_below(&run);
    for (path, bytes) in &before {
        if path.ends_with("series.parquet") {
            continue;
        }
        assert_eq!(after.get(path), Some(bytes), "{} differs or is missing", path.display());
    }
    assert_eq!(after.len(), before.len() - 1);
}

#[test]
fn a_report_of_damaged_or_missing_trials_is_refused_by_name() {
    let place = tempfile::tempdir().unwrap();
    let run = ran(place.path(), SMALL);
    let path = run.join("trials.parquet");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let output = jirga(place.path(), &["report", "run"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("trials.parquet"), "{said}");
    let output = jirga(place.path(), &["report", "nowhere"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && said.contains("nowhere"), "{said}");
}

/// A name that would run, break out of an attribute or turn text around if it were not escaped.
const HOSTILE: &str = r#"<script>document.title='run'</script>\" onerror='x' ]]> & </title>"#;

fn hostile_scenario() -> String {
    SMALL
        .replace("title = \"Two groups and a host\"", &format!("title = \"{HOSTILE}\""))
        .replace("[groups.rebels]\n", &format!("[groups.rebels]\nlabel = \"{HOSTILE}\"\n"))
}

#[test]
fn names_of_the_scenario_cannot_script_or_break_the_page() {
    let place = tempfile::tempdir().unwrap();
    let html = fs::read_to_string(ran(place.path(), &hostile_scenario()).join("report.html")).unwrap();
    assert!(!html.contains("<script"), "a script got into the page");
    assert!(html.contains("&lt;script&gt;"), "the title is shown as text");
    assert!(html.contains("default-src 'none'"), "the page forbids everything it does not need");
    for outside in ["http://", "https://", "src=\"/", "url("] {
        assert!(!html.contains(outside), "the page points outside itself: {outside}");
    }
}

#[test]
fn every_picture_has_words_and_every_table_a_caption_and_headings_do_not_skip() {
    let place = tempfile::tempdir().unwrap();
    let html = fs::read_to_string(ran(place.path(), SMALL).join("report.html")).unwrap();
    let count = |text: &str| html.matches(text).count();
    assert!(count("<img ") > 3 && count("<img alt=\"") == count("<img "), "a picture without words");
    assert_eq!(count("<img alt=\"\""), 0);
    assert!(count("<table>") > 5 && count("<caption>") == count("<table>"), "a table without a caption");
    assert_eq!(count("<h1>"), 1);
    assert!(html.find("<h2>") < html.find("<h3>"));
    assert!(count("scope=\"col\"") > 10 && count("scope=\"row\"") > 10);
    assert!(html.contains("<html lang=\"en\">") && html.contains("prefers-color-scheme: dark"));
    assert!(html.contains("@media print"));
}

/// A headless browser, if the machine has one.
fn browser() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|o| o.status.success()))
}

#[test]
fn a_real_browser_shows_the_page_and_runs_nothing_in_it() {
    let Some(browser) = browser() else {
        println!("skipped: no chromium on this machine");
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let page = ran(place.path(), &hostile_scenario()).join("report.html");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync", "--dump-dom"])
        .arg(format!("--user-data-dir={}", place.path().join("profile").display()))
        .arg(format!("file://{}", page.canonicalize().unwrap().display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && dom.contains("id=\"comparison\""), "the browser shows no page");
    assert!(!dom.contains("<title>run</title>"), "a script from the scenario ran");
    assert!(dom.contains("<h2>How to repeat it</h2>"), "the page is cut short");
}
