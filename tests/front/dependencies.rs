//! Every direct dependency has its reason in the documents, and nothing is listed that is not one.

use std::collections::BTreeSet;

use super::support::root;

fn in_manifest() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let manifest: toml::Table = toml::from_str(&text).expect("TOML");
    let names = |table: &str| {
        let table = manifest.get(table).and_then(toml::Value::as_table).expect("a table");
        table.keys().cloned().collect::<Vec<_>>()
    };
    names("dependencies").into_iter().chain(names("dev-dependencies")).collect()
}

#[test]
fn every_dependency_has_a_reason_and_every_reason_a_dependency() {
    let text = std::fs::read_to_string(root().join("docs/dependencies.md")).expect("the list");
    let rows: Vec<(&str, &str)> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .map(|(name, reason)| (name, reason.trim_end_matches(" |")))
        .collect();
    let listed: BTreeSet<String> = rows.iter().map(|(name, _)| (*name).to_string()).collect();
    assert_eq!(listed, in_manifest());
    assert_eq!(listed.len(), rows.len(), "each once");
    let short: Vec<_> = rows.iter().filter(|(_, reason)| reason.len() < 20).collect();
    assert!(short.is_empty(), "{short:?}");
}

#[test]
fn all_packages_come_from_the_registry_with_checksums() {
    let text = std::fs::read_to_string(root().join("Cargo.lock")).expect("a lock file");
    let lock: toml::Table = toml::from_str(&text).expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    for package in packages.iter().filter(|package| package["name"].as_str() != Some("jirga")) {
        let source = package.get("source").and_then(toml::Value::as_str).unwrap_or_default();
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{package}");
        assert!(package.get("checksum").is_some(), "{package}");
    }
    assert!(packages.len() > 100);
}
