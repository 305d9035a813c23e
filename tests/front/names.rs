//! The engine knows no conflict: names of the flagship's never stand in the source.

use std::collections::BTreeSet;

use super::support::{root, sources};

/// Words of the flagship's ids and labels that any conflict may have, and words of English.
const GENERIC: &[&str] = &[
    "and",
    "army",
    "border",
    "central",
    "city",
    "coast",
    "districts",
    "division",
    "east",
    "factions",
    "from",
    "front",
    "group",
    "groups",
    "guards",
    "indian",
    "interior",
    "january",
    "let",
    "liberation",
    "local",
    "minded",
    "minor",
    "movement",
    "nationalism",
    "nationalist",
    "north",
    "northern",
    "party",
    "republican",
    "revolution",
    "sectarian",
    "south",
    "southern",
    "state",
    "the",
    "tip",
    "under",
    "united",
    "valley",
    "west",
    "western",
    "with",
];

/// Names that stand in the flagship's text but may be missing from its ids and labels.
const FURTHER: &[&str] = &[
    "pakistan",
    "pakistani",
    "taliban",
    "ttp",
    "kabul",
    "afghan",
    "afghanistan",
    "haqqani",
    "doha",
    "durand",
    "lahore",
    "karachi",
    "islamabad",
    "punjabi",
    "baloch",
    "balochi",
    "pashtun",
    "sindhi",
    "cpec",
    "zarb",
    "azb",
    "isi",
    "imran",
    "isis",
    "daesh",
    "qaeda",
    "khorasan",
    "uyghur",
    "uzbek",
    "india",
    "iran",
    "iranian",
    "china",
    "chinese",
];

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphabetic()).filter(|w| w.chars().count() >= 3).map(str::to_lowercase)
}

fn names_of_the_flagship() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("scenarios/pakistan.toml")).expect("the flagship");
    let flagship: toml::Table = toml::from_str(&text).expect("TOML");
    let mut names: BTreeSet<String> = FURTHER.iter().map(|word| (*word).to_string()).collect();
    for kind in ["groups", "hosts", "regions", "causes"] {
        let table = flagship.get(kind).and_then(toml::Value::as_table).expect("a table");
        for (id, entry) in table {
            names.extend(words(id));
            for key in ["label", "province"] {
                names.extend(entry.get(key).and_then(toml::Value::as_str).into_iter().flat_map(words));
            }
        }
    }
    names.retain(|name| !GENERIC.contains(&name.as_str()));
    names
}

#[test]
fn no_name_of_the_flagships_conflict_stands_in_the_source() {
    let names = names_of_the_flagship();
    assert!(names.len() > 60 && names.contains("waziristan") && names.contains("lashkar"), "{names:?}");
    let mut found = Vec::new();
    for path in sources("src", ".rs") {
        let text = std::fs::read_to_string(&path).expect("a file");
        for (number, line) in text.lines().enumerate() {
            found.extend(
                words(line).filter(|w| names.contains(w)).map(|w| format!("{}:{}: {w}", path.display(), number + 1)),
            );
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_of_the_tree_names_a_path_of_one_machine() {
    // Put together here, so that this file does not hold what it looks for.
    let places = ["home", "root", "Users", "work", "tmp", "mnt", "opt"].map(|name| format!("/{name}/").into_bytes());
    let mut looked = 0;
    for folder in [".ci", "benches", "docs", "fuzz", "scenarios", "src", "tests"] {
        for path in sources(folder, "") {
            // Pictures hold arbitrary bytes; what is built and found by fuzzing here is not of the tree.
            let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().into_owned();
            if name.ends_with(".png")
                || ["fuzz/target/", "fuzz/corpus/", "fuzz/broken/"].iter().any(|of| name.starts_with(of))
            {
                continue;
            }
            let bytes = std::fs::read(&path).expect("a file of the tree");
            looked += 1;
            for place in &places {
                let found = bytes.windows(place.len()).any(|here| here == place);
                assert!(!found, "{name} names {}", String::from_utf8_lossy(place));
            }
        }
    }
    assert!(looked > 500, "{looked} files were looked at");
}
