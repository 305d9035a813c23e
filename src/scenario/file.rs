//! Files that a stranger may have chosen: opened only if they are regular files, read only up to a size, and, where
//! another file named them, only if they lie in its folder or below it.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Opens a regular file of at most `largest` bytes. What is read of it ends there, should it grow meanwhile.
///
/// # Errors
/// In words, without the path: it is not there, is a folder, a pipe or a device, or is too large.
pub fn open(path: &Path, largest: u64) -> Result<io::Take<File>, String> {
    let about = fs::metadata(path).map_err(|error| error.to_string())?;
    // Before opening: to open a pipe would wait for a writer.
    if !about.is_file() {
        return Err("it is not a regular file".to_string());
    }
    if about.len() > largest {
        return Err(format!("it is larger than {largest} bytes"));
    }
    let file = File::open(path).map_err(|error| error.to_string())?;
    Ok(file.take(largest))
}

/// All of a regular file of at most `largest` bytes, as text.
///
/// # Errors
/// As [`open`], or the line and byte at which it is not UTF-8.
pub fn text(path: &Path, largest: u64) -> Result<String, String> {
    let mut bytes = Vec::new();
    open(path, largest)?.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8 text (byte {at})")
    })
}

/// The canonical path of a file that a file in `folder` names; it must lie in that folder or below it, links followed.
///
/// # Errors
/// In words: the path is absolute, is not there, or leads out of the folder.
pub fn below(folder: &Path, wanted: &str) -> Result<PathBuf, String> {
    if Path::new(wanted).is_absolute() {
        return Err("expected a path relative to this file".to_string());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let canonical_folder = fs::canonicalize(folder).map_err(|error| error.to_string())?;
    let canonical = fs::canonicalize(folder.join(wanted)).map_err(|error| error.to_string())?;
    if canonical.starts_with(&canonical_folder) {
        Ok(canonical)
    } else {
        Err("expected a file in the folder of this one, or below it".to_string())
    }
}
