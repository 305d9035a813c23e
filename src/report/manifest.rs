//! `manifest.json`: what was run, with which inputs, and what it wrote, so that anyone can repeat and check it. It is the same
//! for equal runs; what is not stands in `execution.json`.

use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::Path;

use serde::Serialize;

use super::error::ReportError;
use super::whole_file::write_whole;

/// Version of the manifest's format.
pub const FORMAT: u32 = 2;

/// Everything about a run that a reader of its results may ask for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// Format of this file, [`FORMAT`].
    pub format: u32,
    /// Program and version, e.g. `jirga 0.1.0`.
    pub program: String,
    /// A command line that gives the same results.
    pub command: String,
    /// Title of the scenario.
    pub title: String,
    /// True if the run was stopped before all trials were done: then `trials` says how many each policy has.
    pub interrupted: bool,
    /// Seed of all random words.
    pub seed: u64,
    /// The formula by which a random word follows from seed, trial, mechanism, entity and step.
    pub random_words: String,
    /// Names of the policies in order.
    pub policies: Vec<String>,
    /// Name of the policy that others are compared with.
    pub baseline: String,
    /// Trials done per policy.
    pub trials: u64,
    /// Trials per policy whose trajectories were kept.
    pub trajectories: u64,
    /// Other files of the run, sorted by name.
    pub files: Vec<FileRecord>,
    /// The study with everything resolved, where one was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<serde_json::Value>,
    /// The scenario with everything resolved.
    pub scenario: serde_json::Value,
}

/// A file that the run wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FileRecord {
    /// Path relative to the manifest's folder, with `/`.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// FNV-1a hash of the content, 64 bits, in hexadecimal: finds accidental change, not forgery.
    pub fnv1a64: String,
}

/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923), continued from `state`; begin with [`FNV_OFFSET`].
pub fn fnv1a64(state: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(state, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

/// Where FNV-1a begins.
pub const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

/// Size and hash of a file that was written, read in pieces.
///
/// # Errors
/// [`ReportError::Write`] with the path if it cannot be read back.
pub fn record_file(folder: &Path, path: &Path) -> Result<FileRecord, ReportError> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(ReportError::write(path))?);
    let (mut hash, mut bytes) = (FNV_OFFSET, 0);
    let mut piece = vec![0_u8; 1 << 16];
    loop {
        let read = reader.read(&mut piece).map_err(ReportError::write(path))?;
        if read == 0 {
            break;
        }
        hash = fnv1a64(hash, &piece[..read]);
        bytes += read as u64;
    }
    let relative = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(FileRecord { name: parts.join("/"), bytes, fnv1a64: format!("{hash:016x}") })
}

/// Writes the manifest as indented JSON.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), ReportError> {
    write_whole(path, |writer| {
        serde_json::to_writer_pretty(&mut *writer, manifest)?;
        writer.write_all(b"\n")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hash_matches_published_vectors() {
        // Test vectors of the authors' page.
        assert_eq!(fnv1a64(FNV_OFFSET, b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a64(FNV_OFFSET, b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a64(fnv1a64(FNV_OFFSET, b"foo"), b"bar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn manifest_reads_back_and_names_files_relative_to_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("plots")).unwrap();
        let figure = folder.path().join("plots").join("ties.svg");
        std::fs::write(&figure, "foobar").unwrap();
        let record = record_file(folder.path(), &figure).unwrap();
        assert_eq!((record.name.as_str(), record.bytes), ("plots/ties.svg", 6));
        assert_eq!(record.fnv1a64, "85944171f73967e8");
        let manifest = Manifest {
            format: FORMAT,
            program: "jirga 0.1.0".into(),
            command: "jirga run a.toml".into(),
            title: "A".into(),
            interrupted: true,
            seed: u64::MAX,
            random_words: "mix".into(),
            policies: vec!["status-quo".into()],
            baseline: "status-quo".into(),
            trials: 3,
            trajectories: 2,
            files: vec![record],
            study: None,
            scenario: serde_json::json!({ "title": "A" }),
        };
        let path = folder.path().join("manifest.json");
        write_manifest(&path, &manifest).unwrap();
        let read: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(read["seed"], u64::MAX);
        assert_eq!(read["interrupted"], true);
        assert_eq!(read["files"][0]["name"], "plots/ties.svg");
    }
}
