//! A hash of all code that results depend on, so that work begun by another version is not gone on with.

use std::fs;
use std::path::{Path, PathBuf};

/// Rooms that make numbers, and what they are built with.
const PARTS: [&str; 8] = [
    "src/sampling",
    "src/scenario",
    "src/world",
    "src/mechanisms",
    "src/simulation",
    "src/experiment",
    "src/journal",
    "Cargo.lock",
];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", path.display());
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| files(&entry.path(), found)),
        Err(_) => found.push(path.to_path_buf()),
    }
}

fn main() {
    let mut all = Vec::new();
    PARTS.iter().for_each(|part| files(Path::new(part), &mut all));
    all.sort();
    // FNV-1a, 64 bits.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for path in &all {
        let name = path.to_string_lossy().replace('\\', "/");
        // A source that cannot be read cannot be compiled either; a lock file may be absent.
        let content = fs::read(path).unwrap_or_default();
        let text = content.iter().filter(|byte| **byte != b'\r');
        for byte in name.bytes().chain([0]).chain(text.copied()).chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("cargo::rustc-env=JIRGA_CODE={hash:016x}");
}
