//! What the program says of scenarios and command lines that are wrong.

use std::fs;

use super::support::{SMALL, files, jirga_fails, refuses, small, snapshot};

/// The small scenario with five mistakes of different kinds.
fn five_mistakes() -> String {
    SMALL
        .replace("tempo = 0.2\nsanctuary", "tempoo = 0.2\nsanctuary")
        .replace("presence = { hills = 0.8, coast = 0.2 }", "presence = { hils = 0.8, coast = 0.2 }")
        .replace("relation = 0.2", "relation = 2.0")
        .replace("kind = \"intelligence-operations\"", "kind = \"inteligence-operations\"")
        .replace("start = 2025-01-01", "start = \"soon\"")
}

#[test]
fn a_file_with_five_mistakes_shows_all_five_and_nothing_is_written() {
    let folder = small();
    fs::write(folder.path().join("five.toml"), five_mistakes()).expect("a file");
    let said = jirga_fails(folder.path(), &["run", "five.toml"], 2);
    let begins = said.lines().filter(|line| line.starts_with("error")).count();
    assert!(begins >= 5, "{begins} errors:\n{said}");
    for (line, near) in
        [(3, None), (14, None), (26, Some("hills")), (27, Some("tempo")), (43, Some("intelligence-operations"))]
    {
        assert!(said.contains(&format!("five.toml:{line}:")), "line {line}:\n{said}");
        if let Some(near) = near {
            assert!(said.contains(&format!("`{near}`")), "{near}:\n{said}");
        }
    }
    assert!(said.matches("^^^").count() >= 5, "each is underlined:\n{said}");
    assert_eq!(files(folder.path()), ["five.toml", "small.toml"]);
    snapshot(&said, "five-mistakes");
    assert_eq!(jirga_fails(folder.path(), &["check", "five.toml"], 2), said, "`check` says the same");
}

#[test]
fn a_file_that_is_no_toml_is_refused_with_its_line() {
    let folder = small();
    fs::write(folder.path().join("broken.toml"), "schema = 1\ntitle = \"open\nstart = 2025-01-01\n").expect("a file");
    refuses(folder.path(), &["check", "broken.toml"], 2, "broken.toml:2:");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = small();
    refuses(folder.path(), &["run", "nowhere.toml"], 2, "nowhere.toml");
}

#[test]
fn an_unknown_policy_is_answered_with_those_there_are() {
    let folder = small();
    let said = jirga_fails(folder.path(), &["run", "small.toml", "--policy", "operation", "--out", "r"], 2);
    assert!(said.contains("`operation`") && said.contains("nothing, operations"), "{said}");
    assert_eq!(files(folder.path()), ["small.toml"]);
}

#[test]
fn an_unknown_path_to_set_is_answered_with_the_nearest() {
    let folder = small();
    let set = |path: &str| jirga_fails(folder.path(), &["run", "small.toml", "--set", path, "--out", "r"], 2);
    let said = set("groups.rebel.strength=5");
    assert!(said.contains("`rebels`") || said.contains("groups.rebels"), "{said}");
    let said = set("groups.rebels.strenght=5");
    assert!(said.contains("`strength`"), "{said}");
    let said = set("groups.rebels.strength=-5");
    assert!(said.contains("-5") && said.contains("0 to"), "{said}");
    let said = set("groups.rebels.strength");
    assert!(said.contains("path=value"), "{said}");
    assert_eq!(files(folder.path()), ["small.toml"]);
}

#[test]
fn arguments_out_of_range_are_refused_before_anything_is_done() {
    let folder = small();
    for wrong in [["--trials", "0"], ["--threads", "0"], ["--seed", "x"], ["--trials", "many"]] {
        refuses(folder.path(), &["run", "small.toml", wrong[0], wrong[1]], 2, wrong[0]);
    }
    assert_eq!(files(folder.path()), ["small.toml"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_a_failure_and_not_a_mistake() {
    let folder = small();
    fs::write(folder.path().join("file"), "").expect("a file");
    refuses(folder.path(), &["run", "small.toml", "--out", "file/r", "--no-plots", "-q"], 1, "file");
}
