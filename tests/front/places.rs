//! Places that fail: full, closed, gone, or in use by another process; readers and terminals that go away. Each ends with the
//! exit code of the table in `docs/reliability.md`, a clear word, and nothing half-written.

#![allow(clippy::disallowed_methods, reason = "a process that does not end must not hang the tests")]
#![cfg(unix)]

use std::fs;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jirga::report::place_lock::PlaceLock;

use super::support::{err, files, jirga, jirga_fails, jirga_ok, out, program, refuses, root, small};
use super::survival::{bytes, same};

const LONG: [&str; 7] = ["run", "small.toml", "--trials", "5000000", "--out", "r", "--no-plots"];

/// Waits for something that a process does.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(100), "{what} within 100 s");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A run that takes long, with a few blocks done.
fn running(folder: &Path) -> Child {
    let mut command = program(folder);
    let child = command.args(LONG).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
    let journal = folder.join(".r.unfinished/blocks.journal");
    until("blocks are done", || fs::metadata(&journal).is_ok_and(|about| about.len() > 200_000));
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().expect("kill").success());
}

#[test]
fn a_folder_in_use_is_refused_and_one_whose_process_died_is_free() {
    let folder = small();
    let mut child = running(folder.path());
    let said = jirga_fails(folder.path(), &["run", "small.toml", "--out", "r", "--force"], 3);
    assert!(said.contains("another process is filling this folder"), "{said}");
    assert!(said.contains(&format!("process {}", child.id())) && said.contains("--out"), "{said}");
    child.kill().expect("it can be killed");
    child.wait().expect("an end");
    assert!(folder.path().join(".r.lock").exists(), "a process that is killed leaves the file");
    jirga_ok(folder.path(), &["run", "small.toml", "--out", "r", "--force", "--no-plots", "--quiet"]);
    assert!(!folder.path().join(".r.lock").exists());
}

#[test]
fn a_run_ended_by_the_system_or_a_closed_terminal_can_be_gone_on_with() {
    for (name, number) in [("-TERM", Some(15)), ("-HUP", Some(1)), ("-INT", None)] {
        let folder = small();
        let child = running(folder.path());
        // A terminal that changes its size changes nothing.
        signal(&child, "-WINCH");
        signal(&child, name);
        let output = child.wait_with_output().expect("an end");
        assert_eq!(output.status.signal(), number, "{name}: {}", err(&output));
        let left = files(folder.path());
        assert!(left.contains(&".r.unfinished/blocks.journal".to_string()), "{left:?}");
        if number.is_none() {
            assert_eq!(output.status.code(), Some(130), "{}", err(&output));
            assert!(err(&output).contains("--resume goes on"), "{}", err(&output));
            assert!(left.iter().all(|name| !name.contains("/results/") && !name.contains("replaced")), "{left:?}");
        }
        // Whatever stands at the place is whole.
        assert_eq!(folder.path().join("r/manifest.json").exists(), folder.path().join("r").exists());
        refuses(folder.path(), &LONG, 2, "has unfinished work of this run");
    }
}

#[test]
fn a_stopped_run_goes_on_to_the_bytes_of_one_that_was_not() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "6400", "--no-plots", "--out"];
    jirga_ok(folder.path(), &[&arguments[..], &["whole", "--quiet"]].concat());
    let mut command = program(folder.path());
    command.args(arguments).arg("r").stdout(Stdio::null()).stderr(Stdio::piped());
    let child = command.spawn().expect("a start");
    let journal = folder.path().join(".r.unfinished/blocks.journal");
    let whole = fs::metadata(folder.path().join("whole/trials.parquet")).expect("a file").len();
    until("more than the first wave is done", || fs::metadata(&journal).is_ok_and(|about| about.len() > whole));
    signal(&child, "-INT");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(130), "{}", err(&output));
    let said = jirga(folder.path(), &[&arguments[..], &["r", "--resume"]].concat());
    assert!(said.status.success() && err(&said).contains("goes on with"), "{}", err(&said));
    same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("r")));
    assert_eq!(files(folder.path()).iter().filter(|name| name.starts_with('.')).count(), 0);
}

#[test]
fn a_reader_that_goes_away_ends_a_run_quietly_and_its_results_are_whole() {
    let folder = small();
    let mut command = program(folder.path());
    command.args(["run", "small.toml", "--out", "r", "--no-plots"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a start");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
    assert!(child.wait().expect("an end").success(), "{said}");
    assert!(folder.path().join("r/report.html").exists());
    // Nobody hears its progress either.
    let mut command = program(folder.path());
    command.args(["run", "small.toml", "--out", "q", "--no-plots"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("a start");
    drop((child.stdout.take(), child.stderr.take()));
    assert!(child.wait().expect("an end").success());
    same(&bytes(&folder.path().join("r")), &bytes(&folder.path().join("q")));
}

#[test]
fn a_terminal_that_goes_away_leaves_work_to_go_on_with() {
    let folder = small();
    let found = Command::new("script").arg("--version").output();
    if !found.is_ok_and(|output| output.status.success()) {
        println!("skipped: `script`, which gives a program a terminal, is not there");
        return;
    }
    let call = format!("'{}' {}", env!("CARGO_BIN_EXE_jirga"), LONG.join(" "));
    let mut command = Command::new("script");
    command.args(["-q", "-c", &call, "/dev/null"]).current_dir(folder.path());
    let mut terminal =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a start");
    let journal = folder.path().join(".r.unfinished/blocks.journal");
    until("blocks are done", || fs::metadata(&journal).is_ok_and(|about| about.len() > 200_000));
    terminal.kill().expect("it can be killed");
    terminal.wait().expect("an end");
    until("the run ends", || PlaceLock::take(&folder.path().join(".r.lock")).is_ok());
    let left = files(folder.path());
    assert!(left.contains(&".r.unfinished/blocks.journal".to_string()), "{left:?}");
    assert!(!folder.path().join("r").exists());
}

#[test]
fn a_place_that_cannot_be_written_is_named_before_anything_runs() {
    let folder = small();
    fs::write(folder.path().join("file"), "x").expect("a file");
    for place in ["file/r", "/proc/r"] {
        let said = jirga_fails(folder.path(), &["run", "small.toml", "--out", place], 1);
        assert!(said.contains("cannot write") && said.contains(place.trim_end_matches("/r")), "{said}");
    }
    assert_eq!(files(folder.path()), ["file", "small.toml"]);
}

#[test]
fn files_that_vanish_during_a_run_are_told_and_nothing_half_written_stays() {
    let folder = small();
    let arguments = ["run", "small.toml", "--trials", "1600", "--no-plots", "--quiet", "--out", "r"];
    let mut command = program(folder.path());
    let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a start");
    let work = folder.path().join(".r.unfinished");
    until("it has begun", || work.join("results").exists() && work.join("blocks.journal").exists());
    until("all is gone", || fs::remove_dir_all(&work).is_ok());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(1), "{}", err(&output));
    assert!(err(&output).contains("was removed during the run"), "{}", err(&output));
    assert_eq!(files(folder.path()), ["small.toml"]);
}

/// Runs commands in a shell on a small disk of its own; `None` where the system does not allow that.
fn on_small_disk(folder: &Path, kilobytes: u32, commands: &str) -> Option<std::process::Output> {
    let script = format!("mkdir -p disk && mount -t tmpfs -o size={kilobytes}k tmpfs disk || exit 99\n{commands}",);
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", &script]).current_dir(folder).env("JIRGA", env!("CARGO_BIN_EXE_jirga"));
    let output = shell.output().ok()?;
    let refused = output.status.code() == Some(99) || err(&output).contains("unshare");
    (!refused).then_some(output)
}

#[test]
fn a_full_disk_is_told_keeps_finished_work_and_the_run_goes_on_when_there_is_room() {
    let folder = small();
    jirga_ok(folder.path(), &["run", "small.toml", "--trials", "640", "--out", "whole", "--no-plots", "--quiet"]);
    for kilobytes in [400, 1800, 2600] {
        let output = on_small_disk(
            folder.path(),
            kilobytes,
            "$JIRGA run small.toml --trials 640 --out disk/r --no-plots --quiet\n\
             echo \"code $?\"; ls -A disk disk/.r.unfinished; mount -o remount,size=40m disk\n\
             $JIRGA run small.toml --trials 640 --out disk/r --no-plots --quiet --resume\n\
             echo \"code $?\"; cp -r disk/r after",
        );
        let Some(output) = output else {
            println!("skipped: a small disk cannot be mounted here");
            return;
        };
        let (said, told) = (out(&output), err(&output));
        assert!(told.contains("the disk or quota is full"), "{kilobytes}: {told}");
        let lines: Vec<&str> = said.lines().collect();
        assert_eq!(lines[0], "code 1", "{said}");
        assert!(!lines.contains(&"results") && !lines.contains(&"r"), "nothing half-written: {said}");
        assert_eq!(lines.last(), Some(&"code 0"), "{said}\n{told}");
        assert!(told.contains("goes on with"), "{told}");
        same(&bytes(&folder.path().join("whole")), &bytes(&folder.path().join("after")));
        fs::remove_dir_all(folder.path().join("after")).expect("a folder");
    }
}

#[test]
fn exit_codes_are_those_that_the_help_and_the_document_say() {
    let folder = small();
    let help = jirga_ok(folder.path(), &["--help"]);
    let document = fs::read_to_string(root().join("docs/reliability.md")).expect("a document");
    for code in ["0", "1", "2", "3", "130"] {
        let in_help = help.lines().any(|line| line.trim_start().starts_with(&format!("{code} ")));
        assert!(in_help, "{code} in\n{help}");
        assert!(document.contains(&format!("\n| {code} |")), "{code} in docs/reliability.md");
    }
}
