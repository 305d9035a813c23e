//! Arrows between rooms run one way: a room uses only rooms before it.

use std::collections::{BTreeMap, BTreeSet};

use super::support::{root, sources};

/// What each room may use besides itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("sampling", &[]),
    ("statistics", &[]),
    ("journal", &[]),
    ("scenario", &[]),
    ("world", &["scenario", "sampling"]),
    ("mechanisms", &["scenario", "sampling", "world"]),
    ("simulation", &["scenario", "sampling", "world", "mechanisms"]),
    ("experiment", &["scenario", "sampling", "statistics", "journal", "world", "mechanisms", "simulation"]),
    ("report", &["scenario", "simulation", "statistics", "journal", "experiment"]),
    (
        "cli",
        &["scenario", "sampling", "statistics", "journal", "world", "mechanisms", "simulation", "experiment", "report"],
    ),
];

/// Rooms that a file names by `crate::`, whether in `use` lines or in paths; comments and tests at the end apart.
fn rooms_in(text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|l| format!("{l}\n")).collect();
    let mut rooms = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        match part.strip_prefix('{') {
            // A list of rooms: `crate::{world::State, sampling}`.
            Some(list) => {
                let end = list.find("};").unwrap_or(list.len());
                let mut depth = 0;
                for piece in list[..end].split_inclusive(['{', '}', ',']) {
                    if depth == 0 {
                        rooms.insert(first_word(piece));
                    }
                    depth += piece.matches('{').count();
                    depth = depth.saturating_sub(piece.matches('}').count());
                }
            }
            None => {
                rooms.insert(first_word(part));
            }
        }
    }
    rooms.retain(|room| MAY_USE.iter().any(|(name, _)| name == room));
    rooms
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn a_room_uses_only_rooms_before_it() {
    let mut wrong = Vec::new();
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in sources("src", ".rs") {
        let below = path.strip_prefix(root().join("src")).expect("below src");
        let Some(room) = below.iter().next().and_then(|r| r.to_str()).filter(|r| !r.ends_with(".rs")) else { continue };
        let may = MAY_USE.iter().find(|(name, _)| *name == room).unwrap_or_else(|| panic!("a new room: {room}")).1;
        let text = std::fs::read_to_string(&path).expect("a file");
        for used in rooms_in(&text) {
            if used != room && !may.contains(&used.as_str()) {
                wrong.push(format!("{} uses {used}", below.display()));
            }
            seen.entry(room.to_string()).or_default().insert(used);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen["cli"].len() >= 4 && seen["mechanisms"].contains("world"), "the test sees uses: {seen:?}");
}

#[test]
fn uses_are_seen_in_every_form() {
    let rooms = |text: &str| rooms_in(text).into_iter().collect::<Vec<_>>();
    assert_eq!(rooms("use crate::world::State;\n// crate::cli\nlet x = crate::report::y();"), ["report", "world"]);
    assert_eq!(rooms("use crate::{world::{State, cli}, sampling};\n"), ["sampling", "world"]);
}
