//! `jirga sensitivity`: the files it writes, slips in studies, and studies that go on.

use std::collections::BTreeMap;
use std::path::Path;

use jirga::experiment::sensitivity::inputs::{groups, inputs};
use jirga::scenario::load;
use jirga::scenario::sensitivity::load_sensitivity;
use jirga::simulation::catalog;

use super::support::{files, jirga_fails, jirga_ok, refuses, small, sources};

pub const STUDY: &str = r#"schema = 1
title = "What matters?"
scenario = "small.toml"
metrics = ["killed"]
rows = 16
by = ["source", "each"]
second_order = true
"#;

pub fn study(text: &str) -> tempfile::TempDir {
    let folder = small();
    std::fs::write(folder.path().join("study.toml"), text).expect("a file");
    folder
}

/// The rows of `indices.csv` by metric, policy, less, by, group, index.
fn indices(folder: &Path) -> BTreeMap<String, [f64; 3]> {
    let text = std::fs::read_to_string(folder.join("indices.csv")).expect("a file");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let number = |cell: &str| cell.parse().unwrap_or(f64::NAN);
    rows.records()
        .map(|row| row.expect("a row"))
        .map(|row| {
            let key: Vec<&str> = row.iter().take(6).collect();
            (key.join("|"), [number(&row[6]), number(&row[7]), number(&row[8])])
        })
        .collect()
}

#[test]
fn a_study_writes_indices_of_every_policy_and_difference_with_chance_and_a_sentence() {
    let folder = study(STUDY);
    let said = jirga_ok(folder.path(), &["sensitivity", "study.toml", "--out", "s"]);
    assert!(said.contains("of the variance of killed under nothing comes from parameters without a source"), "{said}");
    assert!(said.contains("is chance within histories"), "{said}");
    let out = folder.path().join("s");
    let found = indices(&out);
    for key in [
        "killed|nothing||||chance",
        "killed|operations||source|without a source|first",
        "killed|operations|nothing|source|with a source|total",
        "killed|nothing||each|groups.rebels.strength|first",
        "killed|nothing||source|with a source × without a source|second",
        "killed|nothing||input|groups.rebels.strength|pawn",
    ] {
        let [value, low, high] = found.get(key).unwrap_or_else(|| panic!("{key} is missing"));
        assert!(value.is_finite() && (low.is_nan() || (low <= high)), "{key}: {value} {low} {high}");
    }
    assert!(found["killed|nothing||||chance"][0] > 0.0);
    let written = files(&out);
    for name in ["evaluations.parquet", "indices.parquet", "inputs.csv", "report.html", "study.json"] {
        assert!(written.iter().any(|file| file == name), "{name}: {written:?}");
    }
    assert!(written.iter().any(|file| file == "plots/shares-killed-operations-less-nothing.png"), "{written:?}");
    let page = std::fs::read_to_string(out.join("report.html")).expect("a page");
    assert!(page.contains("without a source") && page.contains("data:image/svg+xml"));
}

#[test]
fn a_study_goes_on_from_the_rows_it_has_and_ends_as_if_run_at_once_on_any_number_of_threads() {
    let folder = study(&STUDY.replace("rows = 16", "rows = 6"));
    jirga_ok(folder.path(), &["sensitivity", "study.toml", "--out", "s", "--no-plots", "--threads", "2"]);
    let more = ["sensitivity", "study.toml", "--rows", "12", "--no-plots", "--out"];
    let said = jirga_ok(folder.path(), &[&more[..], &["s"]].concat());
    jirga_ok(folder.path(), &[&more[..], &["whole", "--threads", "1"]].concat());
    for name in ["indices.csv", "evaluations.parquet"] {
        let read = |run: &str| std::fs::read(folder.path().join(run).join(name)).expect("a file");
        assert!(read("s") == read("whole"), "{name} differs");
    }
    // What is new is the further rows only.
    let json = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(folder.path().join(name)).expect("a file")).expect("JSON")
    };
    let record = json("s/study.json");
    assert_eq!((json("s/execution.json")["reused"].as_u64(), record["rows"].as_u64()), (Some(6), Some(12)));
    let trials = 6 * record["points"].as_u64().expect("a number") * 2 * 2;
    let shown: String = said.chars().filter(|letter| *letter != ',').collect();
    assert!(shown.contains(&format!(" {trials} new trials")), "{said}");
}

#[test]
fn a_screening_tells_what_moves_the_outcome_and_by_how_much() {
    let text = STUDY.replace("by = [\"source\", \"each\"]\nsecond_order = true", "method = \"morris\"");
    let folder = study(&text);
    let said = jirga_ok(folder.path(), &["sensitivity", "study.toml", "--out", "s"]);
    assert!(said.contains("uncertain numbers work more strongly than chance"), "{said}");
    let found = indices(&folder.path().join("s"));
    let strength = found["killed|nothing||each|groups.rebels.strength|mu_star"];
    let chance = found["killed|nothing||each|groups.rebels.strength|mu_star_of_chance"];
    // From 800 to 1,200 rebels: half as many attacks again.
    assert!(strength[0] > 0.0 && chance[0] > 0.0, "{strength:?} {chance:?}");
    assert!(files(&folder.path().join("s")).iter().any(|file| file == "plots/screening-killed-nothing.svg"));
}

#[test]
fn slips_in_a_study_are_told_all_at_once_and_nothing_runs() {
    let folder = study(&STUDY.replace("metrics = [\"killed\"]", "metrics = [\"kiled\"]\nhistorys = 3"));
    let said = jirga_fails(folder.path(), &["sensitivity", "study.toml", "--out", "s"], 2);
    assert!(said.contains("`historys`") && said.contains("histories"), "{said}");
    assert!(said.contains("kiled") && said.contains("killed"), "{said}");
    let folder = study(&format!("{STUDY}only = [\"groups.rebel\"]\n"));
    refuses(folder.path(), &["sensitivity", "study.toml", "--out", "s"], 2, "did you mean `groups.rebels`?");
    assert!(!folder.path().join("s").exists());
    let folder = study(&STUDY.replace("second_order", "method = \"morris\"\nsecond_order"));
    let said = jirga_fails(folder.path(), &["sensitivity", "study.toml", "--out", "s"], 2);
    assert!(said.contains("one way") && said.contains("no second order"), "{said}");
}

#[test]
fn a_dry_run_says_how_long_and_how_large_and_writes_nothing() {
    let folder = study(STUDY);
    let said = jirga_ok(folder.path(), &["sensitivity", "study.toml", "--dry-run"]);
    assert!(
        said.contains("16 rows of") && said.contains("of evaluations") && said.contains("nothing was written"),
        "{said}"
    );
    assert_eq!(files(folder.path()), ["small.toml", "study.toml"]);
}

#[test]
fn the_studies_that_are_shipped_are_sound() {
    let catalog = catalog();
    let mut checked = 0;
    for path in sources("scenarios/studies", ".toml") {
        if !std::fs::read_to_string(&path).expect("a file").contains("# Try: jirga sensitivity") {
            continue;
        }
        let read = load_sensitivity(&path, &catalog).unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
        let scenario = load(&read.scenario, &read.study.set, &catalog).expect("a sound scenario").scenario;
        let policy = |name: &String| scenario.policies.iter().position(|p| p.name == *name).expect("a policy");
        let policies: Vec<usize> = read.study.policies.iter().map(policy).collect();
        let inputs = inputs(&scenario, &policies);
        let found = groups(&inputs, &read.study.by(), &read.study.group, &read.study.only).expect("sound groups");
        assert!(found.len() > 2 && inputs.len() > 100, "{}", path.display());
        checked += 1;
    }
    assert!(checked >= 2, "{checked}");
}
