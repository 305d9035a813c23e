//! Policies compared: `comparison.csv`, the table on screen, and runs that end when enough is known.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::support::{jirga_ok, refuses, small};

fn rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).expect("a file");
    reader.deserialize().map(|row| row.expect("every row has as many cells")).collect()
}

#[test]
fn comparison_agrees_with_the_trials_and_the_screen() {
    let folder = small();
    let said = jirga_ok(folder.path(), &["run", "small.toml", "--no-plots", "--csv", "--out", "r"]);
    let trials = rows(&folder.path().join("r/trials.csv"));
    let killed = |policy: &str| -> Vec<f64> {
        trials.iter().filter(|r| r["policy"] == policy).map(|r| r["killed"].parse().expect("a number")).collect()
    };
    let differences: Vec<f64> = killed("operations").iter().zip(killed("nothing")).map(|(a, b)| a - b).collect();
    let mean = differences.iter().sum::<f64>() / differences.len() as f64;
    let compared = rows(&folder.path().join("r/comparison.csv"));
    let row = compared.iter().find(|r| r["policy"] == "operations" && r["measure"] == "killed").expect("a row");
    assert!((row["difference"].parse::<f64>().expect("a number") - mean).abs() < 1e-9);
    let better = differences
        .iter()
        .map(|d| {
            if *d < 0.0 {
                1.0
            } else if *d == 0.0 {
                0.5
            } else {
                0.0
            }
        })
        .sum::<f64>();
    assert!((row["p_better"].parse::<f64>().expect("a number") - better / differences.len() as f64).abs() < 1e-9);
    assert!(said.contains("Difference from nothing in the same trials") && said.contains("By the objective"), "{said}");
}

#[test]
fn one_policy_alone_is_compared_with_nothing() {
    let folder = small();
    let said = jirga_ok(folder.path(), &["run", "small.toml", "--no-plots", "--policy", "nothing", "--out", "r"]);
    assert!(!folder.path().join("r/comparison.csv").exists() && !said.contains("Difference from"), "{said}");
}

#[test]
fn a_run_until_a_difference_is_known_ends_at_the_same_trial_on_any_number_of_threads() {
    let folder = small();
    let rule = "killed: operations vs nothing +- 4 %";
    for threads in ["1", "3"] {
        let said = jirga_ok(
            folder.path(),
            &["run", "small.toml", "--no-plots", "-q", "--until", rule, "--threads", threads, "--out", threads],
        );
        assert!(said.contains("reached after") && said.contains("killed: operations vs nothing ± 4 %"), "{said}");
    }
    for file in ["comparison.csv", "trials.parquet", "summary.csv"] {
        let read = |threads: &str| fs::read(folder.path().join(threads).join(file)).expect("a file");
        assert!(read("1") == read("3"), "{file}");
    }
}

#[test]
fn a_cap_ends_a_run_that_cannot_know_enough_and_says_so() {
    let folder = small();
    let said = jirga_ok(
        folder.path(),
        &[
            "run",
            "small.toml",
            "--no-plots",
            "-q",
            "--trials",
            "70",
            "--until",
            "killed: operations vs nothing ± 0.001",
            "--out",
            "r",
        ],
    );
    assert!(said.contains("not reached within 70 trials") && said.contains("--trials"), "{said}");
}

#[test]
fn rules_that_make_no_sense_are_refused_with_the_forms_to_write() {
    let folder = small();
    for (rule, word) in [
        ("killed: operations vs nowhere ± 4", "nowhere"),
        ("kiled: operations vs nothing ± 4", "kiled"),
        ("killed: operations", "ranking: 3 at 95 %"),
        ("ranking: 2 at 95 %", "the 2 that run"),
    ] {
        refuses(folder.path(), &["run", "small.toml", "--until", rule], 2, word);
    }
}
