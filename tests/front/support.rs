//! Calls of the program and comparison with kept texts.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The crate's own folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, to be run in a folder, with an environment that cannot change its words.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jirga"));
    command.current_dir(folder).env("NO_COLOR", "1").env_remove("COLUMNS");
    command
}

/// Runs the program to its end.
pub fn jirga(folder: &Path, arguments: &[&str]) -> Output {
    program(folder).args(arguments).output().expect("the program starts")
}

/// Runs the program and expects success; what it printed.
pub fn jirga_ok(folder: &Path, arguments: &[&str]) -> String {
    let output = jirga(folder, arguments);
    assert!(output.status.success(), "jirga {arguments:?}: {}\n{}", output.status, err(&output));
    out(&output)
}

/// Runs the program and expects an exit code; what it said to standard error.
pub fn jirga_fails(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = jirga(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "jirga {arguments:?}: {}\n{}", out(&output), err(&output));
    err(&output)
}

/// Runs what must fail with this code and these words among what it says.
pub fn refuses(folder: &Path, arguments: &[&str], code: i32, told: &str) {
    let said = jirga_fails(folder, arguments, code);
    assert!(said.contains(told), "jirga {arguments:?}: {told} is not in {said}");
}

pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

pub fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

/// A small scenario: two groups, a host, two policies, half a year.
pub const SMALL: &str = r#"schema = 1
title = "Two groups and a host"
start = 2025-01-01
horizon = "26w"
trials = 64
seed = 5
headline = ["killed", "attacks", "spent"]

[state]
revenue = { uniform = [30, 60], source = "a budget", grade = "B" }
currency = "crowns"

[hosts.neighbour]
relation = 0.2

[regions.hills]
population = 900_000
grievance = { autonomy = 0.4 }

[regions.coast]
population = 2_000_000

[groups.rebels]
cause = "autonomy"
strength = { uniform = [800, 1200], note = "a guess" }
presence = { hills = 0.8, coast = 0.2 }
tempo = 0.2
sanctuary = { neighbour = { share = 0.3, tolerance = 0.6 } }

[groups.splinters-of-old]
cause = "autonomy"
strength = 120
presence = { hills = 1.0 }
tempo = 0.2
ties = { rebels = "cooperation" }

[[policies]]
name = "nothing"

[[policies]]
name = "operations"
[[policies.actions]]
kind = "intelligence-operations"
budget = 20
cost = 0.2
"#;

/// A folder with the small scenario in `small.toml`.
pub fn small() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("small.toml"), SMALL).expect("a file");
    folder
}

/// All files below a folder, with `/`, sorted.
pub fn files(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, base: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, base, found);
            } else {
                found.push(path.strip_prefix(base).expect("below").to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// Files of the repository below a folder that end so.
pub fn sources(below: &str, ending: &str) -> Vec<PathBuf> {
    let folder = root().join(below);
    files(&folder).into_iter().filter(|name| name.ends_with(ending)).map(|name| folder.join(name)).collect()
}

fn blessing() -> bool {
    std::env::var_os("JIRGA_BLESS").is_some()
}

/// Compares a text with a file of the repository, or writes it there when blessing.
pub fn same_as_file(text: &str, path: &str) {
    let file = root().join(path);
    if blessing() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, text).expect("a file");
        return;
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    if kept != text {
        let line = kept.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or(0);
        panic!(
            "{path} is not what the program says, from line {}:\n  kept: {:?}\n  now:  {:?}\n\
             if the new text is right, write it with JIRGA_BLESS=1 cargo test --test front",
            line + 1,
            kept.lines().nth(line),
            text.lines().nth(line)
        );
    }
}

/// Compares a text with `tests/front/snapshots/<name>.txt`.
pub fn snapshot(text: &str, name: &str) {
    let plain: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    same_as_file(&plain, &format!("tests/front/snapshots/{name}.txt"));
}
