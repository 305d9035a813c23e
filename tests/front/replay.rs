//! `jirga run --trial K --policy NAME`: one trial again, to the bit.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::support::{files, jirga_fails, jirga_ok, refuses, small};

/// Outcomes by name, as text, of a trial of a policy in `trials.csv`.
fn row(path: &Path, policy: &str, trial: u64) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let header = reader.headers().expect("a header").clone();
    let found = reader
        .records()
        .map(|record| record.expect("a row"))
        .find(|record| record[0] == *policy && record[1] == trial.to_string());
    header
        .iter()
        .skip(2)
        .map(str::to_string)
        .zip(found.expect("the trial").iter().skip(2).map(str::to_string))
        .collect()
}

/// Outcomes of a trial that was run again.
fn replayed(path: &Path) -> BTreeMap<String, String> {
    let mut reader = csv::Reader::from_path(path).expect("a table");
    reader.records().map(|record| record.expect("a row")).map(|r| (r[0].to_string(), r[2].to_string())).collect()
}

#[test]
fn a_trial_run_again_is_its_row_of_the_run() {
    let folder = small();
    for (number, more) in
        [vec![], vec!["--seed", "99"], vec!["--set", "groups.rebels.strength=5000"]].iter().enumerate()
    {
        let whole = format!("whole{number}");
        let mut arguments = vec!["run", "small.toml", "--trials", "70", "--csv", "--no-plots", "-q", "--out", &whole];
        arguments.extend(more);
        jirga_ok(folder.path(), &arguments);
        for (policy, trial) in
            [("nothing", 0), ("nothing", 69), ("operations", 31), ("operations", 32), ("operations", 64)]
        {
            let (out, number) = (format!("{whole}-{policy}-{trial}"), trial.to_string());
            let mut arguments = vec!["run", "small.toml", "--trial", &number, "--policy", policy, "--out", &out];
            arguments.extend(more);
            let said = jirga_ok(folder.path(), &arguments);
            assert!(said.contains(&format!("trial {trial} of {policy}, seed ")), "{said}");
            let again = replayed(&folder.path().join(&out).join("outcomes.csv"));
            let first = row(&folder.path().join(&whole).join("trials.csv"), policy, trial);
            assert_eq!(again, first, "trial {trial} of {policy} {more:?}");
            assert!(again.len() > 50);
        }
    }
}

#[test]
fn a_trial_is_told_by_date_and_its_weeks_add_up() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trial", "3", "--policy", "operations"];
    let said = jirga_ok(folder.path(), &arguments);
    assert!(said.contains("2025-01-01  the state begins intelligence-operations"), "{said}");
    assert!(said.contains("killed") && said.contains("fighters at its end"), "{said}");
    assert_eq!(files(folder.path()), ["small.toml"], "nothing is written unasked");
    let with_out = [&arguments[..], &["--out", "t"]].concat();
    jirga_ok(folder.path(), &with_out);
    let tables: Vec<String> = files(folder.path()).into_iter().filter(|name| name.starts_with("t/")).collect();
    assert_eq!(tables, ["t/chronicle.csv", "t/outcomes.csv", "t/series.csv"]);
    let mut series = csv::Reader::from_path(folder.path().join("t/series.csv")).expect("a table");
    let attacks = series.headers().expect("a header").iter().position(|name| name == "attacks").expect("a column");
    let rows: Vec<csv::StringRecord> = series.records().map(|row| row.expect("a row")).collect();
    assert_eq!((rows.len(), &rows[1][0]), (26, "2025-01-08"));
    let sum: f64 = rows.iter().map(|row| row[attacks].parse::<f64>().expect("a number")).sum();
    let outcomes = replayed(&folder.path().join("t/outcomes.csv"));
    assert_eq!(outcomes["attacks"].parse::<f64>().expect("a number"), sum);
    // What stands there is not replaced unasked.
    refuses(folder.path(), &with_out, 2, "--force");
    fs::write(folder.path().join("t/mine.txt"), "mine").expect("a file");
    jirga_ok(folder.path(), &[&with_out[..], &["--force"]].concat());
    assert!(!folder.path().join("t/mine.txt").exists());
}

#[test]
fn a_trial_is_of_one_policy() {
    let folder = small();
    let said = jirga_fails(folder.path(), &["run", "small.toml", "--trial", "3"], 2);
    assert!(said.contains("--policy") && said.contains("nothing, operations"), "{said}");
    jirga_fails(folder.path(), &["run", "small.toml", "--trial", "3", "--trials", "10"], 2);
    jirga_fails(folder.path(), &["run", "small.toml", "--trial", "-1", "--policy", "nothing"], 2);
    // Any number is a trial.
    let last = u64::MAX.to_string();
    jirga_ok(folder.path(), &["run", "small.toml", "--trial", &last, "--policy", "nothing"]);
}
