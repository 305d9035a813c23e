//! Resume: real processes are killed at many moments, and what they leave is damaged; results end as if nothing had been.
//!
//! `JIRGA_KILLS=500 JIRGA_DAMAGES=2000 cargo test --release --test front -- survival --nocapture` does more of it and
//! prints how much.

#![allow(clippy::disallowed_methods, reason = "a process that does not end must not hang the tests")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use jirga::journal::file;
use jirga::journal::head::Head;
use serde_json::json;

use super::support::{err, files, jirga, jirga_fails, jirga_ok, program, refuses, small};

/// How often something is done: by default a few times, more on request.
fn times(variable: &str, otherwise: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Seeded random numbers below `below`.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below.max(1)
    }
}

/// Every byte of a folder of results, but for the file that says how they came about.
pub fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = files(folder).into_iter().filter(|name| name != "execution.json");
    names.map(|name| (name.clone(), fs::read(folder.join(&name)).expect("a file"))).collect()
}

/// Expects the same files with the same bytes; how many bytes there are.
pub fn same(a: &BTreeMap<String, Vec<u8>>, b: &BTreeMap<String, Vec<u8>>) -> usize {
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    for (name, content) in a {
        assert!(*content == b[name], "{name} differs");
    }
    a.values().map(Vec::len).sum()
}

/// When a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Start,
    Blocks,
    Files,
    Move,
}

/// Starts a command and kills it at a moment drawn at random; whether it was still alive, and its end otherwise.
fn kill(mut command: Command, folder: &Path, dice: &mut Dice, longest: &(Duration, u64)) -> Result<Moment, Output> {
    let work = folder.join(".r.unfinished");
    let journal = || fs::metadata(work.join("blocks.journal")).map_or(0, |about| about.len());
    let results = || fs::read_dir(work.join("results")).map_or(0, |entries| entries.count() as u64);
    let moment = [Moment::Start, Moment::Blocks, Moment::Blocks, Moment::Files, Moment::Files, Moment::Move];
    let moment = moment[dice.roll(6) as usize];
    let delay = Duration::from_micros(dice.roll(longest.0.as_micros() as u64 / 8));
    let (blocks, number) = (dice.roll(longest.1), 2 + dice.roll(9));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let started = Instant::now();
    loop {
        if child.try_wait().expect("a state").is_some() {
            return Err(child.wait_with_output().expect("an end"));
        }
        let now = match moment {
            Moment::Start => started.elapsed() >= delay,
            Moment::Blocks => journal() > blocks,
            Moment::Files => results() >= number,
            Moment::Move => folder.join("r").exists() || work.join("replaced").exists(),
        };
        if now {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(120), "it neither ends nor gets there: {moment:?}");
        std::thread::yield_now();
    }
    child.kill().expect("it can be killed");
    let output = child.wait_with_output().expect("an end");
    if output.status.code().is_some() { Err(output) } else { Ok(moment) }
}

/// Kills a command so many times, going on each time, and compares what comes of it with an uninterrupted one.
fn survive(folder: &Path, arguments: &[&str], kills: usize, seed: u64) {
    let started = Instant::now();
    jirga_ok(folder, &[arguments, &["--out", "whole"]].concat());
    let longest = started.elapsed();
    let whole = bytes(&folder.join("whole"));
    let mut dice = Dice(seed);
    let mut by_moment: BTreeMap<Moment, usize> = BTreeMap::new();
    let (mut compared, mut ends) = (0, 0);
    let mut size = 1;
    while by_moment.values().sum::<usize>() < kills {
        loop {
            let mut command = program(folder);
            command.args(arguments).args(["--out", "r", "--resume"]);
            let end = kill(command, folder, &mut dice, &(longest, size));
            size = size.max(fs::metadata(folder.join(".r.unfinished/blocks.journal")).map_or(0, |about| about.len()));
            match end {
                Ok(moment) => *by_moment.entry(moment).or_default() += 1,
                Err(output) => {
                    assert!(output.status.success(), "{}", err(&output));
                    break;
                }
            }
        }
        compared += same(&whole, &bytes(&folder.join("r")));
        ends += 1;
        assert!(!folder.join(".r.unfinished").exists(), "nothing is left");
        fs::remove_dir_all(folder.join("r")).expect("a folder");
    }
    println!(
        "jirga {}: {} kills survived ({by_moment:?}), {ends} results compared, {compared} bytes equal",
        arguments.join(" "),
        by_moment.values().sum::<usize>()
    );
}

#[test]
fn a_run_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "640", "--no-plots", "--quiet", "--csv"];
    survive(folder.path(), &arguments, times("JIRGA_KILLS", 24), 1);
}

#[test]
fn a_run_killed_while_it_draws_figures_ends_with_the_same_bytes() {
    let folder = small();
    survive(folder.path(), &["run", "small.toml", "--trials", "64", "--quiet"], times("JIRGA_KILLS", 24) / 8, 2);
}

#[test]
fn a_sweep_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes() {
    let folder = small();
    let vary = "groups.rebels.strength=500:1500:5";
    let arguments = ["sweep", "small.toml", "--vary", vary, "--trials", "80", "--no-plots", "--quiet"];
    survive(folder.path(), &arguments, times("JIRGA_KILLS", 24) / 3, 3);
}

/// A sensitivity study of the small scenario.
pub const STUDY: &str = "schema = 1\ntitle = \"What matters\"\nscenario = \"small.toml\"\nmethod = \"sobol\"\n\
                         rows = 24\nhistories = 2\n";

#[test]
fn a_sensitivity_study_killed_at_any_moment_goes_on_and_ends_with_the_same_bytes() {
    let folder = small();
    fs::write(folder.path().join("study.toml"), STUDY).expect("a file");
    let arguments = ["sensitivity", "study.toml", "--no-plots", "--quiet"];
    survive(folder.path(), &arguments, times("JIRGA_KILLS", 24) / 3, 4);
}

/// Runs until all blocks are there, and dies; the bytes of the journal.
fn unfinished(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let results = folder.join(".r.unfinished/results/trials.parquet");
    let mut command = program(folder);
    let mut child = command
        .args(arguments)
        .args(["--out", "r"])
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("a start");
    let started = Instant::now();
    while !results.exists() {
        assert!(started.elapsed() < Duration::from_secs(120), "the run gets to its files");
        assert_eq!(child.try_wait().expect("a state"), None, "it was to be killed before its end");
        std::thread::yield_now();
    }
    child.kill().expect("it can be killed");
    child.wait().expect("an end");
    fs::read(folder.join(".r.unfinished/blocks.journal")).expect("a journal")
}

/// Puts a journal where a run into `name` left it.
fn leave(folder: &Path, name: &str, journal: &[u8]) -> PathBuf {
    let work = folder.join(format!(".{name}.unfinished"));
    fs::create_dir_all(&work).expect("a folder");
    fs::write(work.join("blocks.journal"), journal).expect("a file");
    work
}

const RUN: [&str; 6] = ["run", "small.toml", "--trials", "320", "--no-plots", "--quiet"];

#[test]
fn a_journal_cut_or_flipped_anywhere_is_named_mended_and_ends_with_the_same_bytes() {
    let folder = small();
    jirga_ok(folder.path(), &[&RUN[..], &["--out", "whole"]].concat());
    let whole = bytes(&folder.path().join("whole"));
    let journal = unfinished(folder.path(), &RUN);
    let mut dice = Dice(9);
    let (mut flipped, mut cut, mut compared) = (0, 0, 0);
    for number in 0..times("JIRGA_DAMAGES", 16) {
        let mut damaged = journal.clone();
        let at = dice.roll(journal.len() as u64) as usize;
        if number % 2 == 0 {
            damaged[at] ^= 1 << dice.roll(8);
            flipped += 1;
        } else {
            damaged.truncate(at);
            cut += 1;
        }
        let work = leave(folder.path(), "c", &damaged);
        let output = jirga(folder.path(), &[&RUN[..], &["--out", "c", "--resume"]].concat());
        let said = err(&output);
        assert!(output.status.success(), "byte {at}: {said}");
        let named = ["head of the file", "head is damaged", "checksum", "not written to its end"];
        assert!(number % 2 == 1 || named.iter().any(|words| said.contains(words)), "byte {at}: {said}");
        assert!(!said.contains("checksum") || said.contains("block "), "the block is named: {said}");
        compared += same(&whole, &bytes(&folder.path().join("c")));
        assert!(!work.exists());
        fs::remove_dir_all(folder.path().join("c")).expect("a folder");
    }
    println!("journals of {} bytes: {flipped} flips and {cut} cuts survived, {compared} bytes equal", journal.len());
}

#[test]
fn unfinished_work_is_offered_and_never_thrown_away_unasked() {
    let folder = small();
    let journal = unfinished(folder.path(), &RUN);
    let said = jirga_fails(folder.path(), &[&RUN[..], &["--out", "r"]].concat(), 2);
    assert!(said.contains("28 blocks") && said.contains("--resume") && said.contains("--force"), "{said}");
    assert_eq!(fs::read(folder.path().join(".r.unfinished/blocks.journal")).expect("a journal"), journal);
    jirga_ok(folder.path(), &[&RUN[..], &["--out", "r", "--force"]].concat());
    let again = jirga_ok(folder.path(), &[&RUN[..], &["--out", "r", "--resume"]].concat());
    assert_eq!(again, "complete already: r\n");
}

#[test]
fn work_of_other_inputs_is_refused_with_what_differs() {
    let folder = small();
    let journal = unfinished(folder.path(), &RUN);
    let refused = |arguments: &[&str]| {
        leave(folder.path(), "r", &journal);
        let said = jirga_fails(folder.path(), &[arguments, &["--out", "r", "--resume"]].concat(), 2);
        assert_eq!(fs::read(folder.path().join(".r.unfinished/blocks.journal")).expect("a journal"), journal, "{said}");
        said
    };
    let seed = refused(&[&RUN[..], &["--seed", "6"]].concat());
    assert!(seed.contains("seed: 5 there, 6 here"), "{seed}");
    let policy = refused(&[&RUN[..], &["--policy", "nothing"]].concat());
    assert!(policy.contains("policies: [\"nothing\",\"operations\"] there, [\"nothing\"] here"), "{policy}");
    let trials = refused(&["run", "small.toml", "--trials", "352", "--no-plots"]);
    assert!(trials.contains("amount: 320 there, 352 here"), "{trials}");
    let scenario = refused(&[&RUN[..], &["--set", "groups.rebels.tempo=0.3"]].concat());
    assert!(scenario.contains("0.2 there, 0.3 here") && scenario.contains("tempo"), "{scenario}");
    // Another version, another platform: the head says so, whatever the records hold.
    let (head, end) = Head::read(&mut journal.as_slice()).expect("readable").expect("sound");
    for (key, other) in [("program", "jirga 0.0.9"), ("code", "0123456789abcdef"), ("platform", "linux riscv64")] {
        let mut head = head.clone();
        head.inputs[key] = json!(other);
        leave(folder.path(), "r", &[head.bytes(), journal[end as usize..].to_vec()].concat());
        refuses(folder.path(), &[&RUN[..], &["--out", "r", "--resume"]].concat(), 2, &format!("{key}: {other} there"));
    }
}

#[test]
fn a_changed_scenario_is_told_where_results_are_called_by_their_inputs() {
    let folder = small();
    let journal = unfinished(folder.path(), &RUN);
    leave(&folder.path().join("output"), "small-0123abcd", &journal);
    let said = jirga_fails(folder.path(), &[&RUN[..], &["--seed", "77", "--resume"]].concat(), 2);
    assert!(said.contains("output/.small-0123abcd.unfinished") && said.contains("seed: 5 there, 77 here"), "{said}");
    assert!(said.contains("without --resume it begins anew"), "{said}");
    let fresh = jirga(folder.path(), &[&RUN[..], &["--seed", "77"]].concat());
    assert!(fresh.status.success(), "{}", err(&fresh));
}

#[test]
fn records_of_other_inputs_are_not_read_even_under_a_sound_head() {
    let folder = small();
    jirga_ok(folder.path(), &[&RUN[..], &["--seed", "6", "--out", "whole"]].concat());
    let journal = unfinished(folder.path(), &[&RUN[..], &["--seed", "6"]].concat());
    let (head, _) = Head::read(&mut journal.as_slice()).expect("readable").expect("sound");
    fs::remove_dir_all(folder.path().join(".r.unfinished")).expect("a folder");
    let other = unfinished(folder.path(), &RUN);
    let (_, other_end) = Head::read(&mut other.as_slice()).expect("readable").expect("sound");
    leave(folder.path(), "c", &[head.bytes(), other[other_end as usize..].to_vec()].concat());
    let said = jirga(
        folder.path(),
        &["run", "small.toml", "--trials", "320", "--no-plots", "--seed", "6", "--out", "c", "--resume"],
    );
    assert!(err(&said).contains("it is of other inputs"), "{}", err(&said));
    same_but_command(&folder.path().join("whole"), &folder.path().join("c"));
}

/// Expects the same trials and tables.
fn same_but_command(a: &Path, b: &Path) {
    for name in ["trials.parquet", "series.parquet", "summary.csv", "comparison.csv", "second-histories.parquet"] {
        assert!(fs::read(a.join(name)).expect("a file") == fs::read(b.join(name)).expect("a file"), "{name} differs");
    }
}

#[test]
fn a_rule_decides_as_if_nothing_had_been_interrupted() {
    let folder = small();
    let rule = ["run", "small.toml", "--until", "killed: operations vs nothing ± 8", "--no-plots", "--quiet"];
    jirga_ok(folder.path(), &[&rule[..], &["--out", "whole"]].concat());
    let journal = unfinished(folder.path(), &rule);
    for share in [3, 2] {
        leave(folder.path(), "c", &journal[..journal.len() / share]);
        jirga_ok(folder.path(), &[&rule[..], &["--out", "c", "--resume"]].concat());
        same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("c")));
        fs::remove_dir_all(folder.path().join("c")).expect("a folder");
    }
}

#[test]
fn a_journal_of_another_time_is_as_good() {
    let folder = small();
    jirga_ok(folder.path(), &[&RUN[..], &["--out", "whole"]].concat());
    let journal = unfinished(folder.path(), &RUN);
    let work = leave(folder.path(), "c", &journal[..journal.len() / 2]);
    // The clock was set back, or this disk comes from a machine whose clock runs ahead.
    let later = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(8_000_000_000);
    let file = fs::File::options().append(true).open(work.join("blocks.journal")).expect("a journal");
    file.set_modified(later).expect("a time");
    jirga_ok(folder.path(), &[&RUN[..], &["--out", "c", "--resume"]].concat());
    same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("c")));
}

#[test]
fn the_journal_can_be_read_by_a_person_and_by_the_library() {
    let folder = small();
    let journal = unfinished(folder.path(), &RUN);
    let text = String::from_utf8_lossy(&journal[..2000]);
    assert!(text.starts_with("jirga journal 1\n") && text.contains("\"seed\":5"), "{text}");
    let found = file::find(&folder.path().join(".r.unfinished/blocks.journal")).expect("readable").expect("sound");
    // Ten blocks under two policies, and four of second histories.
    assert_eq!((found.scan.records.len(), found.scan.faults.len()), (28, 0));
}
