//! Ctrl-C and closed pipes.

#![allow(clippy::disallowed_methods, reason = "a run that does not begin must not hang the tests")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{files, program, small};

/// Waits until the program has begun to fill a folder.
pub fn until_begun(folder: &std::path::Path) {
    let start = Instant::now();
    // A command may write its first file long after it has made the folder.
    let entries = || std::fs::read_dir(folder).expect("a folder").flatten();
    let begun = || entries().any(|entry| entry.file_name().to_string_lossy().contains("unfinished"));
    while !begun() {
        assert!(start.elapsed() < Duration::from_secs(60), "the run did not begin");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_run_with_code_130_and_leaves_nothing_half_written() {
    let folder = small();
    let mut child = program(folder.path())
        .args(["run", "small.toml", "--trials", "5000000", "--threads", "1", "--out", "r", "--no-plots"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    until_begun(folder.path());
    std::thread::sleep(Duration::from_millis(1500));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let status = child.wait().expect("an end");
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert_eq!(status.code(), Some(130), "{said}");
    assert!(said.contains("stopp"), "{said}");
    let left = files(folder.path());
    let unfinished: Vec<&String> = left.iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(unfinished, [".r.unfinished/blocks.journal"], "what is needed to go on, and no more");
    // Either no policy was through its first trials and nothing was written, or a smaller run was, whole.
    if let Ok(text) = std::fs::read_to_string(folder.path().join("r/manifest.json")) {
        let manifest: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(manifest["interrupted"], true);
        let trials = manifest["trials"].as_u64().expect("a number");
        assert!((500..5_000_000).contains(&trials), "{trials}");
        assert!(said.contains(&format!("{trials} of 5000000 trials")), "{said}");
    } else {
        assert_eq!(left, [".r.unfinished/blocks.journal", "small.toml"], "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let folder = small();
    let mut child = program(folder.path())
        .args(["describe", "small.toml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    assert_eq!(first, "Two groups and a host\n");
    let status = child.wait().expect("an end");
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(status.success(), "{status}: {said}");
    assert_eq!(said, "");
}
