//! Memory grows with the outcomes of a run's trials, kept as narrow as they are, and a few columns that statistics are at work on.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::support::{program, small};

/// The most memory, in bytes, that a run of so many trials took, as far as it was seen.
fn peak(folder: &Path, trials: u64) -> f64 {
    let trials = trials.to_string();
    let call = ["run", "small.toml", "--trials", &trials, "--out", "r", "--no-plots", "--force", "-q"];
    let mut child = program(folder)
        .args(call)
        .env("RAYON_NUM_THREADS", "2")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let mut most = 0.0_f64;
    loop {
        let ended = child.try_wait().expect("its state");
        // The system keeps the peak itself: only what comes after the last look is missed.
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
        most = peak.and_then(|kilobytes| kilobytes.trim().parse().ok()).map_or(most, |now: f64| most.max(1024.0 * now));
        if let Some(ended) = ended {
            assert!(ended.success() && most > 0.0);
            return most;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn memory_grows_by_the_outcomes_kept_and_a_few_columns_at_work() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let folder = small();
    let (few, many) = (10_000, 50_000);
    let grown = peak(folder.path(), many) - peak(folder.path(), few);
    let saved = std::fs::read_to_string(folder.path().join("r/saved.json")).expect("a file");
    let saved: serde_json::Value = serde_json::from_str(&saved).expect("JSON");
    let count = |key: &str| saved[key].as_array().expect("a list").len() as f64;
    let outcomes = count("columns") * count("policies");
    let each = grown / (many - few) as f64 / outcomes;
    println!("{outcomes} outcomes a trial, {each:.2} bytes each");
    // Most are counts below 256. As doubles they would take eight; kept twice, or with all drawn parameters, more.
    assert!((0.5..4.0).contains(&each), "{each} bytes for each outcome of a trial");
}
