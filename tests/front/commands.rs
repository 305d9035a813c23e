//! `new`, `check`, `describe`, `explain`, `observed` and the help.

use std::fs;

use super::support::{files, jirga_fails, jirga_ok, refuses, small, snapshot};

#[test]
fn a_new_scenario_checks_and_runs() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = jirga_ok(folder.path(), &["new", "mine.toml"]);
    assert!(said.contains("jirga check mine.toml") && said.contains("jirga run mine.toml"), "{said}");
    let said = jirga_ok(folder.path(), &["check", "mine.toml"]);
    assert!(said.contains("no mistakes found") && said.contains("1 group\n") && said.contains("2 policies"), "{said}");
    let said = jirga_ok(folder.path(), &["run", "mine.toml", "--trials", "32"]);
    assert!(said.contains("policing") && said.contains("results in output/mine-"), "{said}");
}

#[test]
fn new_never_overwrites_a_file() {
    let folder = small();
    let before = fs::read(folder.path().join("small.toml")).expect("a file");
    refuses(folder.path(), &["new", "small.toml"], 2, "exists already");
    assert_eq!(before, fs::read(folder.path().join("small.toml")).expect("a file"));
}

#[test]
fn check_sums_up_what_a_scenario_holds_and_assumes() {
    let folder = small();
    snapshot(&jirga_ok(folder.path(), &["check", "small.toml"]), "check");
}

#[test]
fn describe_shows_grade_and_source_of_every_parameter() {
    let folder = small();
    let said = jirga_ok(folder.path(), &["describe", "small.toml", "--only", "parameters"]);
    let catalog = jirga::simulation::catalog();
    let loaded = jirga::scenario::load(&folder.path().join("small.toml"), &[], &catalog).expect("a scenario");
    let parameters = loaded.scenario.parameters();
    assert!(parameters.len() > 100);
    for parameter in parameters {
        let row: Vec<&str> = said
            .lines()
            .find(|line| line.split_whitespace().next() == Some(&*parameter.path))
            .unwrap_or_else(|| panic!("no row for {}", parameter.path))
            .split_whitespace()
            .collect();
        assert!(row.contains(&&*format!("{:?}", parameter.grade)), "{row:?}");
        if let Some(source) = &parameter.source {
            assert!(row.join(" ").contains(&source.split_whitespace().collect::<Vec<_>>().join(" ")), "{row:?}");
        }
    }
}

#[test]
fn describe_shows_groups_ties_hosts_regions_and_policies() {
    let folder = small();
    let parts = ["describe", "small.toml", "--only", "groups", "ties", "hosts", "regions", "policies"];
    snapshot(&jirga_ok(folder.path(), &parts), "describe");
}

#[test]
fn explain_knows_keys_mechanisms_instruments_metrics_and_the_nearest_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let explain = |topic: &str| jirga_ok(folder.path(), &["explain", topic]);
    let mut all = String::new();
    for topic in
        ["groups.strength", "mechanisms.budget", "instruments.talks", "metrics.killed", "mechanisms.attacks.tail"]
    {
        all.push_str(&explain(topic));
        all.push('\n');
    }
    snapshot(&all, "explain");
    assert_eq!(explain("groups.rebels.strength"), explain("groups.strength"), "with a name or without");
    refuses(folder.path(), &["explain", "groups.strenght"], 2, "`groups.GROUP.strength`");
    refuses(folder.path(), &["explain", "zzzzzz"], 2, "Topics are");
}

#[test]
fn observed_lays_the_baseline_beside_a_series() {
    let folder = small();
    let text = fs::read_to_string(folder.path().join("small.toml")).expect("a file");
    let series = "\n[[observed]]\nlabel = \"Counters\"\nfile = \"series.csv\"\n";
    fs::write(folder.path().join("seen.toml"), text + series).expect("a file");
    let csv = "from,to,province,attacks,killed\n2025-01-01,2025-04-01,,40,70\n2025-01-01,2025-04-01,hills,100000,\n";
    fs::write(folder.path().join("series.csv"), csv).expect("a file");
    let said = jirga_ok(folder.path(), &["observed", "seen.toml"]);
    let row = |part: &str| said.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("{part}:\n{said}"));
    assert!(row("70").contains("killed"));
    assert!(row("100000").trim_end().ends_with("no"), "{said}");
    refuses(folder.path(), &["observed", "small.toml"], 2, "names no observed series");
}

#[test]
fn bench_tells_speed_shares_and_what_a_run_would_take_and_writes_nothing() {
    let folder = small();
    let before = files(folder.path());
    let said = jirga_ok(folder.path(), &["bench", "small.toml", "--trials", "3200", "--threads", "2"]);
    assert!(said.contains("one thread: ") && said.contains("2 threads: "), "{said}");
    let shares = said.lines().map(str::trim_end).filter(|line| line.ends_with(" %")).map(|line| {
        let share = line.trim_end_matches(" %").split_whitespace().next_back().expect("a share");
        share.parse::<f64>().unwrap_or_else(|error| panic!("{share}: {error}"))
    });
    let total: f64 = shares.sum();
    assert!((total - 100.0).abs() < 2.0, "shares sum to {total}: {said}");
    assert!(said.contains("attacks") && said.contains("drawing the world"), "{said}");
    assert!(said.contains("a run of 3,200 trials of 2 policies"), "{said}");
    let said = jirga_ok(folder.path(), &["run", "small.toml", "--trials", "3200", "--dry-run"]);
    assert!(said.contains("a run of 3,200 trials of 2 policies") && said.contains("nothing was written"), "{said}");
    assert_eq!(files(folder.path()), before);
    jirga_fails(folder.path(), &["bench", "small.toml", "--policy", "nobody"], 2);
}

#[test]
fn the_help_teaches_by_example() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut all = String::new();
    for command in [
        &[][..],
        &["run"],
        &["check"],
        &["new"],
        &["schema"],
        &["describe"],
        &["explain"],
        &["observed"],
        &["bench"],
        &["merge"],
        &["submit"],
    ] {
        let mut arguments = command.to_vec();
        arguments.push("--help");
        all.push_str(&format!("$ jirga {}\n{}\n", arguments.join(" "), jirga_ok(folder.path(), &arguments)));
    }
    assert!(all.contains("Examples:"));
    snapshot(&all, "help");
}

#[test]
fn a_command_line_that_is_not_understood_ends_with_code_2() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    refuses(folder.path(), &["runn"], 2, "run");
    jirga_fails(folder.path(), &[], 2);
    jirga_fails(folder.path(), &["run"], 2);
}
