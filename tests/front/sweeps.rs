//! `jirga sweep` from outside: what it writes, that points keep their figures, and what it says of mistakes.

use std::collections::BTreeMap;
use std::path::Path;

use super::support::{files, jirga_fails, jirga_ok, root, small, snapshot};

/// A table as rows by column name.
pub fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let header = reader.headers().expect("a header").clone();
    let named = |row: csv::StringRecord| header.iter().map(String::from).zip(row.iter().map(String::from)).collect();
    reader.records().map(|row| named(row.expect("a row"))).collect()
}

/// `sweep small.toml` without figures into a folder; what it printed.
fn sweep(folder: &Path, arguments: &[&str]) -> String {
    jirga_ok(folder, &[&["sweep", "small.toml", "--no-plots"], arguments].concat())
}

const STRENGTH: &str = "groups.rebels.strength";

#[test]
fn a_point_has_the_figures_of_a_run_with_the_same_value_set() {
    let folder = small();
    sweep(folder.path(), &["--vary", "groups.rebels.strength=500,900", "--trials", "40", "--out", "s"]);
    let set =
        ["run", "small.toml", "--set", "groups.rebels.strength=900", "--trials", "40", "--out", "r", "--no-plots"];
    jirga_ok(folder.path(), &set);
    let points = rows(&folder.path().join("s/results.csv"));
    let run = rows(&folder.path().join("r/summary.csv"));
    let mut compared = 0;
    for point in points.iter().filter(|row| row[STRENGTH] == "900" && row["metric"] != "objective") {
        let same = run.iter().find(|row| row["policy"] == point["policy"] && row["metric"] == point["metric"]);
        let same = same.expect("the run has the metric");
        for column in ["mean", "mc_error", "sd", "q05", "q50", "q95"] {
            assert_eq!(point[column], same[column], "{} of {}", column, point["metric"]);
        }
        compared += 1;
    }
    assert_eq!(compared, 6, "three metrics under two policies");
}

#[test]
fn a_sweep_is_the_same_on_any_number_of_threads_and_a_second_is_known() {
    let folder = small();
    let call = |threads: &str, out: &str| {
        let vary = ["--vary", "groups.rebels.strength=500:1500:3", "--vary", "state.revenue=10:50:3"];
        let more = ["--trials", "40", "--threads", threads, "--out", out];
        jirga_ok(folder.path(), &[&["sweep", "small.toml"], &vary[..], &more[..]].concat())
    };
    let (first, second) = (call("1", "a"), call("2", "b"));
    assert!(first.contains("results in a") && second.contains("results in b"));
    let written = files(&folder.path().join("a"));
    assert_eq!(written, files(&folder.path().join("b")));
    for name in ["plots/heat-killed.png", "plots/difference-killed.svg", "plots/best.png", "report.html"] {
        assert!(written.iter().any(|one| one == name), "{name} of {written:?}");
    }
    // One file says how long it took and what was called.
    for name in written.iter().filter(|name| *name != "execution.json") {
        let read = |at: &str| std::fs::read(folder.path().join(at).join(name)).expect("a file");
        assert!(read("a") == read("b"), "{name} differs between 1 and 2 threads");
    }
    let again = super::support::jirga(
        folder.path(),
        &["sweep", "small.toml", "--no-plots", "--vary", "state.revenue=10:50:3", "--out", "a"],
    );
    assert_eq!(again.status.code(), Some(2));
    assert!(super::support::err(&again).contains("a holds something else"));
    let equal = super::support::jirga(
        folder.path(),
        &[
            "sweep",
            "small.toml",
            "--vary",
            "groups.rebels.strength=500:1500:3",
            "--vary",
            "state.revenue=10:50:3",
            "--trials",
            "40",
            "--out",
            "a",
        ],
    );
    assert!(equal.status.success() && super::support::err(&equal).contains("holds an equal run"));
}

#[test]
fn more_points_and_more_trials_leave_what_was_there() {
    let folder = small();
    sweep(folder.path(), &["--vary", "groups.rebels.strength=500:1500:3", "--trials", "32", "--out", "few"]);
    sweep(folder.path(), &["--vary", "groups.rebels.strength=500:1500:5", "--trials", "32", "--out", "more"]);
    let more = rows(&folder.path().join("more/results.csv"));
    let few = rows(&folder.path().join("few/results.csv"));
    assert_eq!((few.len(), more.len()), (3 * 2 * 4, 5 * 2 * 4));
    for mut row in few {
        row.remove("point");
        let same = more.iter().any(|other| row.iter().all(|(column, cell)| other[column] == *cell));
        assert!(same, "{row:?} has no equal among more points");
    }
}

#[test]
fn every_design_makes_its_points() {
    let folder = small();
    std::fs::write(folder.path().join("points.csv"), "groups.rebels.strength,state.revenue\n500,20\n700,90\n")
        .expect("a file");
    let two = ["--vary", "groups.rebels.strength=500,1000,1500", "--vary", "state.revenue=20,40,60"];
    let sampled = ["--vary", "groups.rebels.strength", "--vary", "state.revenue=20:40", "--points", "8"];
    let cases: [(&str, &[&str], usize); 6] = [
        ("grid", &two, 9),
        ("zip", &two, 3),
        ("one-at-a-time", &two, 6),
        ("latin-hypercube", &sampled, 8),
        ("sobol", &sampled, 8),
        ("", &["--table", "points.csv"], 2),
    ];
    for (design, what, points) in cases {
        let out = if design.is_empty() { "table" } else { design };
        let chosen: &[&str] = if design.is_empty() { &[] } else { &["--design", design] };
        let call = [&["sweep", "small.toml", "--trials", "8", "--out", out], what, chosen].concat();
        jirga_ok(folder.path(), &call);
        let best = rows(&folder.path().join(out).join("best.csv"));
        assert_eq!(best.len(), points, "{design}");
        if design == "sobol" || design == "latin-hypercube" {
            let within = |row: &BTreeMap<String, String>, path: &str, low: f64, high: f64| {
                let value: f64 = row[path].parse().expect("a number");
                assert!((low..=high).contains(&value), "{path} = {value}");
            };
            best.iter().for_each(|row| within(row, STRENGTH, 800.0, 1200.0));
            best.iter().for_each(|row| within(row, "state.revenue", 20.0, 40.0));
        }
        assert!(
            files(&folder.path().join(out)).iter().any(|name| name.starts_with("plots/") && name.ends_with(".png"))
        );
    }
    // One at a time: the base is the expectation of the scenario's own law.
    let base = &rows(&folder.path().join("one-at-a-time/best.csv"))[0];
    assert_eq!((base[STRENGTH].as_str(), base["state.revenue"].as_str()), ("1000", "45"));
}

#[test]
fn points_that_do_not_hold_are_recorded_with_their_reason_and_the_rest_goes_on() {
    let folder = small();
    let hills = "groups.rebels.presence.hills=0.3,0.6";
    let coast = "groups.rebels.presence.coast=0.4,0.7";
    let said = sweep(folder.path(), &["--vary", hills, "--vary", coast, "--trials", "8", "--out", "s"]);
    assert!(said.contains("2 points could not be run"), "{said}");
    let failed = rows(&folder.path().join("s/failed.csv"));
    assert_eq!(failed.len(), 2);
    assert!(failed.iter().all(|row| row["reason"].contains("`groups.rebels.presence` sum to")), "{failed:?}");
    assert_eq!(rows(&folder.path().join("s/best.csv")).len(), 2);
    let none = ["sweep", "small.toml", "--vary", "groups.rebels.presence.hills=0.3", "--vary", coast, "--trials", "8"];
    let all_fail: Vec<&str> =
        none.iter().map(|word| if *word == coast { "groups.rebels.presence.coast=0.4" } else { *word }).collect();
    let said = jirga_fails(folder.path(), &all_fail, 2);
    assert!(said.contains("does not hold at the points") && said.contains("sum to 0.7"), "{said}");
}

#[test]
fn mistakes_are_told_with_their_place_and_nothing_is_run() {
    let folder = small();
    let mut said = String::new();
    for vary in [
        "groups.rebels.strenght=100:500:3",
        "groups.rebels.strength=-5:500:3",
        "groups.rebels.strength=100:many:3",
        "groups.rebel.strength=100:500:3",
        "trials=1,2",
        "policies.operations.intelligence-operation.budget=1,2",
    ] {
        said.push_str(&format!("--vary {vary}\n"));
        said.push_str(&jirga_fails(folder.path(), &["sweep", "small.toml", "--vary", vary], 2));
        said.push('\n');
    }
    let study = "schema = 1\ntitle = \"t\"\nscenario = \"small.toml\"\ntrails = 3\ndesign = \"gird\"\n[[vary]]\npath = \"state.revenue\"\nfrom = 1\n";
    std::fs::write(folder.path().join("study.toml"), study).expect("a file");
    said.push_str(&jirga_fails(folder.path(), &["sweep", "study.toml"], 2));
    let study =
        "schema = 1\ntitle = \"t\"\nscenario = \"small.toml\"\n[[vary]]\npath = \"state.revenu\"\nvalues = [1]\n";
    std::fs::write(folder.path().join("study.toml"), study).expect("a file");
    said.push_str(&jirga_fails(folder.path(), &["sweep", "study.toml"], 2));
    said.push_str(&jirga_fails(folder.path(), &["sweep", "small.toml"], 2));
    snapshot(&said, "sweep-mistakes");
    assert_eq!(files(folder.path()), ["small.toml", "study.toml"]);
}

#[test]
fn a_dry_run_says_how_long_and_how_large_and_writes_nothing() {
    let folder = small();
    let said = sweep(folder.path(), &["--vary", "groups.rebels.strength=500:1500:11", "--trials", "1000", "--dry-run"]);
    assert!(said.contains("11 points x 2 policies x 1,000 trials = 22,000 trials"), "{said}");
    assert!(said.contains("trials a second") && said.contains("88 rows"), "{said}");
    assert_eq!(files(folder.path()), ["small.toml"]);
}

#[test]
fn the_studies_of_the_repository_begin() {
    for name in ["sanctuary-and-strikes", "budget-and-policy", "trust-and-concessions"] {
        let said = jirga_ok(root(), &["sweep", &format!("scenarios/studies/{name}.toml"), "--dry-run"]);
        assert!(said.contains("points x"), "{said}");
    }
}

#[cfg(unix)]
#[test]
fn a_sweep_that_is_stopped_is_a_smaller_whole_sweep() {
    let folder = small();
    let mut child = super::support::program(folder.path())
        .args(["sweep", "small.toml", "--vary", "groups.rebels.strength=500:1500:9", "--trials", "100000"])
        .args(["--threads", "1", "--out", "s", "--no-plots"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    super::stopping::until_begun(folder.path());
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    assert_eq!(child.wait().expect("an end").code(), Some(130));
    let left = files(folder.path());
    let unfinished: Vec<&String> = left.iter().filter(|name| name.contains("unfinished")).collect();
    assert_eq!(unfinished, [".s.unfinished/blocks.journal"], "what is needed to go on, and no more");
    let manifest = std::fs::read_to_string(folder.path().join("s/manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["interrupted"], true);
    let trials: Vec<usize> =
        rows(&folder.path().join("s/results.csv")).iter().map(|row| row["trials"].parse().expect("a number")).collect();
    // Interleaved: all points have the same number of trials, whole rounds of them.
    assert_eq!(trials.len(), 9 * 2 * 4);
    assert!(trials.iter().all(|n| *n == trials[0] && *n >= 32 && n % 32 == 0), "{trials:?}");
}

#[test]
fn the_help_of_sweep_says_what_can_be_varied_and_how() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = jirga_ok(folder.path(), &["sweep", "--help"]);
    assert!(said.contains("--vary <PATH=VALUES>") && said.contains("--dry-run") && said.contains("latin-hypercube"));
    snapshot(&said, "help-sweep");
}
