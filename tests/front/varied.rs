//! Sweeps over what is no uncertain number: dates, spans of time, whole numbers, switches, names, weights of the objective.

use std::collections::BTreeMap;
use std::path::Path;

use super::support::{files, jirga_ok, refuses, small};
use super::sweeps::rows;

const FROM: &str = "policies.operations.intelligence-operations.from";

fn sweep(folder: &Path, arguments: &[&str]) -> String {
    jirga_ok(folder, &[&["sweep", "small.toml", "--no-plots", "--trials", "40"], arguments].concat())
}

/// Rows of a metric under a policy.
fn of<'r>(rows: &'r [BTreeMap<String, String>], metric: &str, policy: &str) -> Vec<&'r BTreeMap<String, String>> {
    rows.iter().filter(|row| row["metric"] == metric && row["policy"] == policy).collect()
}

fn mean(row: &BTreeMap<String, String>) -> f64 {
    row["mean"].parse().expect("a number")
}

#[test]
fn each_value_of_any_key_has_the_figures_of_a_run_with_it_set() {
    let folder = small();
    let keys = [
        (FROM, ["2025-02-01", "2025-04-15"]),
        ("policies.operations.intelligence-operations.priority", ["1", "7"]),
        ("splinters", ["0", "3"]),
        ("horizon", ["13w", "26w"]),
        ("step", ["7d", "14d"]),
        ("start", ["2024-01-01", "2025-01-01"]),
        ("mechanisms.attacks.on", ["true", "false"]),
        ("groups.splinters-of-old.ties.rebels", ["none", "cooperation"]),
    ];
    for (index, (path, values)) in keys.into_iter().enumerate() {
        let out = format!("s{index}");
        let vary = format!("{path}={}", values.join(","));
        sweep(folder.path(), &["--vary", &vary, "--vary", "groups.rebels.strength=900", "--out", &out]);
        let points = rows(&folder.path().join(&out).join("results.csv"));
        for value in values {
            let set = format!("{path}={value}");
            let strength = "groups.rebels.strength=900";
            let run = ["run", "small.toml", "--set", &set, "--set", strength, "--trials", "40", "--force"];
            jirga_ok(folder.path(), &[&run[..], &["--out", "r", "--no-plots"]].concat());
            let run = rows(&folder.path().join("r/summary.csv"));
            let mut compared = 0;
            for point in points.iter().filter(|row| row[path] == value && row["metric"] != "objective") {
                let same = run.iter().find(|row| row["policy"] == point["policy"] && row["metric"] == point["metric"]);
                let same = same.expect("the run has the metric");
                for column in ["mean", "mc_error", "q05", "q95"] {
                    assert_eq!(point[column], same[column], "{column} of {} at {set}", point["metric"]);
                }
                compared += 1;
            }
            assert_eq!(compared, 6, "three metrics under two policies at {set}");
        }
    }
}

#[test]
fn ranges_of_dates_and_spans_are_swept_with_numbers_and_drawn() {
    let folder = small();
    let from = format!("{FROM}=2025-01-01:2025-05-31:4");
    let arguments = ["--vary", &from, "--vary", "groups.rebels.strength=500:900:3", "--trials", "32", "--out", "s"];
    jirga_ok(folder.path(), &[&["sweep", "small.toml"], &arguments[..]].concat());
    let best = rows(&folder.path().join("s/best.csv"));
    assert_eq!(best.len(), 12);
    let days: Vec<&str> = best.iter().step_by(3).map(|row| row[FROM].as_str()).collect();
    assert_eq!(days, ["2025-01-01", "2025-02-20", "2025-04-11", "2025-05-31"]);
    let figure = std::fs::read_to_string(folder.path().join("s/plots/heat-killed.svg")).expect("a figure");
    assert!(figure.contains("2025-02-20") && figure.contains("900"), "dates stand at the axis");
    let page = std::fs::read_to_string(folder.path().join("s/report.html")).expect("a page");
    assert!(page.contains("2025-01-01, 2025-02-20, 2025-04-11, 2025-05-31"));
    let spans = ["--vary", "horizon=13w:26w", "--design", "latin-hypercube", "--points", "4", "--out", "h"];
    sweep(folder.path(), &spans);
    let results = rows(&folder.path().join("h/results.csv"));
    let mut by_days: Vec<(f64, f64)> = of(&results, "killed", "nothing")
        .iter()
        .map(|row| (row["horizon"].trim_end_matches('d').parse().expect("days"), mean(row)))
        .collect();
    by_days.sort_by(|a, b| a.0.total_cmp(&b.0));
    assert!(by_days.len() == 4 && by_days.windows(2).all(|pair| pair[0].1 < pair[1].1), "{by_days:?}");
}

#[test]
fn the_weights_of_the_objective_can_be_varied() {
    let folder = small();
    sweep(folder.path(), &["--vary", "objective.killed=1,2", "--set", "objective.attacks=0", "--out", "s"]);
    let results = rows(&folder.path().join("s/results.csv"));
    let objective = of(&results, "objective", "nothing");
    let killed = of(&results, "killed", "nothing");
    assert_eq!((objective.len(), mean(killed[0])), (2, mean(killed[1])));
    assert!((mean(objective[1]) - 2.0 * mean(objective[0])).abs() < 1e-9 && mean(objective[0]) > 0.0);
}

#[test]
fn a_table_may_hold_dates_and_switches_and_a_study_file_too() {
    let folder = small();
    let table =
        format!("{FROM},mechanisms.attacks.on,groups.rebels.strength\n2025-03-01,true,800\n2025-03-01,false,900\n");
    std::fs::write(folder.path().join("points.csv"), table).expect("a file");
    sweep(folder.path(), &["--table", "points.csv", "--out", "t"]);
    let results = rows(&folder.path().join("t/results.csv"));
    let attacks = of(&results, "attacks", "nothing");
    assert_eq!(attacks.len(), 2);
    assert!(mean(attacks[0]) > 0.0 && mean(attacks[1]) == 0.0, "{attacks:?}");
    let study = format!(
        "schema = 1\ntitle = \"When?\"\nscenario = \"small.toml\"\ntrials = 32\n[[vary]]\npath = \"{FROM}\"\nvalues = [2025-02-01, 2025-03-01]\n\
         [[vary]]\npath = \"policies.operations.intelligence-operations.minimum\"\nvalues = [\"4w\", \"8w\"]\n"
    );
    std::fs::write(folder.path().join("study.toml"), study).expect("a file");
    jirga_ok(folder.path(), &["sweep", "study.toml", "--out", "s", "--no-plots"]);
    assert_eq!(rows(&folder.path().join("s/best.csv")).len(), 4);
}

#[test]
fn combinations_that_do_not_hold_are_recorded_and_the_rest_goes_on() {
    let folder = small();
    let from = format!("{FROM}=2025-02-01,2025-04-01");
    let until = "policies.operations.intelligence-operations.until=2025-03-01,2025-05-01";
    let said = sweep(folder.path(), &["--vary", &from, "--vary", until, "--out", "s"]);
    assert!(said.contains("1 point could not be run"), "{said}");
    let failed = rows(&folder.path().join("s/failed.csv"));
    let best = rows(&folder.path().join("s/best.csv"));
    assert_eq!((failed.len(), best.len()), (1, 3), "{said}");
    assert!(failed[0][FROM] == "2025-04-01" && failed[0]["reason"].contains("expected a day after"), "{failed:?}");
}

#[test]
fn what_a_study_decides_itself_cannot_be_varied_and_words_have_no_range() {
    let folder = small();
    for (vary, told) in [
        ("trials=1,2", "it is the same at all points of a study"),
        ("seed=1,2", "it is the same at all points of a study"),
        ("policies.operations.label=a,b", "is not a number that can be varied"),
        ("groups.splinters-of-old.ties.rebels=none:cooperation:2", "no values between two"),
        ("start=2025-01-01,soon", "expected a date"),
        ("start=2020-01-01:2024-12-31:1500", "more than 1000 are too many"),
        ("horizont=13w,26w", "`horizont`"),
    ] {
        refuses(folder.path(), &["sweep", "small.toml", "--vary", vary], 2, told);
    }
    assert_eq!(files(folder.path()), ["small.toml"]);
}
