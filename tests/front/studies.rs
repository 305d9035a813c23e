//! Folders of studies: made again to the bit, extended, told apart, stopped and failed half-way.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use jirga::experiment::sensitivity::evaluations::Failure;
use jirga::report::sensitivity::saved;

use super::sensitivity::{STUDY, study};
use super::support::{jirga, jirga_fails, jirga_ok, refuses, small};

/// Every file below a folder with its bytes.
fn bytes_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let names = super::support::files(folder).into_iter().map(|name| folder.join(name));
    names.map(|path| (path.clone(), fs::read(&path).expect("a file"))).collect()
}

/// Removes all files of a folder but some, makes its report again, and compares.
fn is_made_again(place: &Path, name: &str, kept: &[&str]) {
    let folder = place.join(name);
    let before = bytes_below(&folder);
    // How the results came about is made again by nothing but running them.
    let stays = |path: &Path| path.ends_with("execution.json") || kept.iter().any(|kept| path.ends_with(kept));
    for path in before.keys().filter(|path| !stays(path)) {
        fs::remove_file(path).expect("a file");
    }
    let said = jirga_ok(place, &["report", name]);
    assert!(said.contains("made again from"), "{said}");
    let after = bytes_below(&folder);
    for (path, bytes) in &before {
        assert!(after.get(path) == Some(bytes), "{} differs or is missing", path.display());
    }
    assert_eq!(before.len(), after.len());
}

#[test]
fn figures_and_page_of_a_sweep_are_made_again_from_its_tables_to_the_bit() {
    let folder = small();
    let from = "policies.operations.intelligence-operations.from=2025-01-01,2025-03-01,2025-05-01";
    let vary = ["--vary", from, "--vary", "groups.rebels.strength=500,700,900", "--trials", "40", "--out", "s"];
    jirga_ok(folder.path(), &[&["sweep", "small.toml"], &vary[..]].concat());
    let tables = ["results.csv", "results.parquet", "best.csv", "failed.csv", "sweep.json", "manifest.json"];
    is_made_again(folder.path(), "s", &[&tables[..], &["fingerprint.txt"]].concat());
    // Points and trials that failed, and points that figures do not show.
    let presence = ["groups.rebels.presence.hills=0.3,0.6", "groups.rebels.presence.coast=0.4,0.7"];
    let vary = ["--vary", presence[0], "--vary", presence[1], "--trials", "8", "--out", "f"];
    jirga_ok(folder.path(), &[&["sweep", "small.toml"], &vary[..]].concat());
    is_made_again(folder.path(), "f", &[&tables[..], &["fingerprint.txt"]].concat());
    fs::write(folder.path().join("f/results.csv"), "point\nmany\n").expect("a file");
    let said = jirga_fails(folder.path(), &["report", "f"], 1);
    assert!(said.contains("results.csv") && said.contains("no number of a point"), "{said}");
}

#[test]
fn everything_of_a_sensitivity_study_is_made_again_from_its_evaluations_to_the_bit() {
    let folder = study(STUDY);
    jirga_ok(folder.path(), &["sensitivity", "study.toml", "--out", "s"]);
    let kept = ["evaluations.parquet", "study.json", "scenario.json", "fingerprint.txt"];
    is_made_again(folder.path(), "s", &kept);
    let screening = STUDY.replace("by = [\"source\", \"each\"]\nsecond_order = true", "method = \"morris\"");
    fs::write(folder.path().join("study.toml"), screening).expect("a file");
    jirga_ok(folder.path(), &["sensitivity", "study.toml", "--out", "m"]);
    is_made_again(folder.path(), "m", &kept);
}

#[test]
fn a_folder_of_other_inputs_is_refused_with_what_differs() {
    let folder = study(&STUDY.replace("rows = 16", "rows = 4"));
    let call = ["sensitivity", "study.toml", "--no-plots", "--out", "s"];
    jirga_ok(folder.path(), &call);
    let said = jirga_fails(folder.path(), &[&call[..], &["--seed", "9"]].concat(), 2);
    assert!(said.contains("holds something else") && said.contains("the seed was 5 and is 9"), "{said}");
    let scenario = folder.path().join("small.toml");
    let before = fs::read_to_string(&scenario).expect("a file");
    fs::write(&scenario, before.replace("relation = 0.2", "relation = 0.3")).expect("a file");
    let said = jirga_fails(folder.path(), &call, 2);
    assert!(said.contains("the scenario is another (at hosts.neighbour.relation)"), "{said}");
    let said = jirga_fails(folder.path(), &["sensitivity", "study.toml", "--out", "t", "--from", "s"], 2);
    assert!(said.contains("s holds no rows of this study as it is now") && said.contains("relation"), "{said}");
    fs::write(&scenario, before).expect("a file");
    fs::write(folder.path().join("study.toml"), STUDY.replace("[\"killed\"]", "[\"attacks\"]")).expect("a file");
    refuses(folder.path(), &call, 2, "what the study asks is another");
}

#[test]
fn a_study_goes_on_from_another_folder_as_if_run_at_once() {
    let folder = study(&STUDY.replace("rows = 16", "rows = 4"));
    let call = ["sensitivity", "study.toml", "--no-plots"];
    jirga_ok(folder.path(), &[&call[..], &["--out", "few"]].concat());
    jirga_ok(folder.path(), &[&call[..], &["--rows", "8", "--out", "more", "--from", "few"]].concat());
    jirga_ok(folder.path(), &[&call[..], &["--rows", "8", "--out", "whole"]].concat());
    for name in ["indices.csv", "evaluations.parquet"] {
        let read = |run: &str| fs::read(folder.path().join(run).join(name)).expect("a file");
        assert!(read("more") == read("whole"), "{name} differs");
    }
    let (record, _) = saved::read(&folder.path().join("more")).expect("a study");
    let text = fs::read(folder.path().join("more/execution.json")).expect("a file");
    let execution: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!((execution["reused"].as_u64(), record.rows), (Some(4), 8));
}

/// A study of four rows in `s`, of which a trial failed under the second policy.
fn with_a_failure() -> tempfile::TempDir {
    let folder = study(&STUDY.replace("rows = 16", "rows = 4"));
    jirga_ok(folder.path(), &["sensitivity", "study.toml", "--no-plots", "--out", "s"]);
    let out = folder.path().join("s");
    let (mut record, mut found) = saved::read(&out).expect("a study");
    let reason = "a law of the model was broken".to_string();
    let failure = Failure { row: 2, point: 1, history: 0, policy: 1, reason };
    let lane = (2 * found.points + 1) * found.histories;
    let width = found.policies * found.metrics;
    // What the engine keeps of a trial that fails under one policy: nothing under any.
    found.values[lane * width..(lane + 1) * width].fill(f64::NAN);
    record.failures = vec![failure.clone()];
    found.failures = vec![failure];
    let canonical = fs::read_to_string(out.join("scenario.json")).expect("a file");
    saved::write(&out, &record, &found, &canonical).expect("a study");
    folder
}

#[test]
fn a_row_with_a_failed_trial_is_left_out_under_all_policies_and_counted() {
    let folder = with_a_failure();
    let call = ["sensitivity", "study.toml", "--no-plots", "--out", "s", "--rows", "8"];
    let said = jirga_ok(folder.path(), &call);
    // Two policies and their difference, each without the row.
    assert_eq!(said.matches("1 base row was left out because a trial in it failed").count(), 3, "{said}");
    let failures = fs::read_to_string(folder.path().join("s/failures.csv")).expect("a file");
    assert_eq!(failures, "row,point,history,policy,reason\n2,1,0,operations,a law of the model was broken\n");
    let page = fs::read_to_string(folder.path().join("s/report.html")).expect("a page");
    assert!(page.contains("1 trial failed; whatever needs it was left out"));
}

#[test]
fn a_study_that_ends_at_a_failure_keeps_what_was_done() {
    let folder = with_a_failure();
    let path = folder.path().join("study.toml");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace("rows = 4", "rows = 8\non_failure = \"stop\"")).expect("a file");
    let said = jirga_fails(folder.path(), &["sensitivity", "study.toml", "--no-plots", "--out", "s"], 1);
    assert!(said.contains("row 2, point 1, history 0: a law of the model was broken"), "{said}");
    assert!(said.contains("what was done is kept: 4 of 8 rows"), "{said}");
    let (record, found) = saved::read(&folder.path().join("s")).expect("a study");
    assert_eq!((record.rows, found.rows(), record.wanted), (4, 4, 8));
    assert!(folder.path().join("s/indices.csv").is_file() && folder.path().join("s/report.html").is_file());
    fs::write(&path, text.replace("rows = 4", "rows = 8")).expect("a file");
    jirga_ok(folder.path(), &["sensitivity", "study.toml", "--no-plots", "--out", "s"]);
    assert_eq!(saved::read(&folder.path().join("s")).expect("a study").0.rows, 8);
}

/// A program that does not outlive a test that fails.
#[cfg(unix)]
struct Ended(std::process::Child);

#[cfg(unix)]
impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_study_that_is_stopped_is_a_smaller_whole_study_and_goes_on() {
    let folder = study(&STUDY.replace("by = [\"source\", \"each\"]\nsecond_order = true", "by = [\"source\"]"));
    let call = ["sensitivity", "study.toml", "--no-plots", "--threads", "1", "--out", "s", "--rows", "1000000"];
    let child = super::support::program(folder.path())
        .args(call)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut child = Ended(child);
    super::stopping::until_begun(folder.path());
    std::thread::sleep(std::time::Duration::from_millis(2500));
    let kill = std::process::Command::new("kill").args(["-INT", &child.0.id().to_string()]).status().expect("kill");
    assert!(kill.success());
    let status = child.0.wait().expect("an end");
    let mut said = String::new();
    std::io::Read::read_to_string(&mut child.0.stderr.take().expect("a pipe"), &mut said).expect("text");
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("stopped early: these are complete results of"), "{said}");
    let left = super::support::files(folder.path());
    assert!(left.iter().all(|name| !name.contains("unfinished") && !name.contains("replaced")), "{left:?}");
    let (record, found) = saved::read(&folder.path().join("s")).expect("a study");
    assert!((2..1_000_000).contains(&record.rows) && record.rows == found.rows() && record.wanted == 1_000_000);
    assert!(found.values.iter().all(|value| value.is_finite()));
    // What is there is what a study of so few rows yields, and the study goes on from it.
    let rows = record.rows.to_string();
    let smaller = ["sensitivity", "study.toml", "--no-plots", "--out", "t", "--rows", &rows];
    jirga_ok(folder.path(), &smaller);
    let read = |name: &str| fs::read(folder.path().join(name)).expect("a file");
    assert!(read("s/indices.csv") == read("t/indices.csv"), "the indices differ");
    let more = (record.rows + 8).to_string();
    let on = jirga(folder.path(), &["sensitivity", "study.toml", "--no-plots", "--out", "s", "--rows", &more]);
    assert!(on.status.success() && super::support::err(&on).contains("rows of this study; they are kept"));
}
