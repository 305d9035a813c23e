//! Files that appear whole or not at all.
//!
//! A file is filled under a temporary name in the same folder, flushed to the disk and renamed over the target, which
//! is one step on every file system in use. Whoever reads the target sees the old file or the new one, never a part; a
//! run that dies leaves at most a file whose name begins with `.unfinished-`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::ReportError;

/// Beginning of the name of a file that is not finished.
pub const UNFINISHED: &str = ".unfinished-";

/// A file in the making. Dropped without [`WholeFile::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct WholeFile {
    unfinished: PathBuf,
    target: PathBuf,
    committed: bool,
}

impl WholeFile {
    /// Chooses the temporary name; the folder must exist.
    pub fn new(target: &Path) -> Self {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let name = target.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        // The extension stays last, for writers that choose the format by it.
        let unfinished = target.with_file_name(format!("{UNFINISHED}{}-{number}-{name}", std::process::id()));
        WholeFile { unfinished, target: target.to_path_buf(), committed: false }
    }

    /// Where to write meanwhile.
    pub fn unfinished(&self) -> &Path {
        &self.unfinished
    }

    /// Opens the temporary file.
    pub fn create(&self) -> Result<File, ReportError> {
        File::create(&self.unfinished).map_err(ReportError::write(&self.target))
    }

    /// Flushes to the disk and gives the file its name; replaces a file that was there. The folder is not flushed: after a
    /// power cut the name may still mean the old file, but never part of one.
    pub fn commit(mut self) -> Result<(), ReportError> {
        let failed = ReportError::write(&self.target);
        let renamed = File::options()
            .write(true)
            .open(&self.unfinished)
            .and_then(|file| file.sync_all())
            .and_then(|()| fs::rename(&self.unfinished, &self.target));
        renamed.map_err(failed)?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if !self.committed {
            // Nothing more can be done if removal fails; the name tells what the file is.
            let _ = fs::remove_file(&self.unfinished);
        }
    }
}

/// Writes a file through `fill`, whole or not at all.
///
/// # Errors
/// [`ReportError::Write`] with the target's path if the folder is missing, the disk is full, or `fill` fails.
pub fn write_whole(
    target: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), ReportError> {
    filled(target, fill)?.commit()
}

/// [`write_whole`] without its end: the file is still to be committed.
///
/// # Errors
/// As [`write_whole`].
pub fn filled(
    target: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<WholeFile, ReportError> {
    let whole = WholeFile::new(target);
    let mut writer = BufWriter::new(whole.create()?);
    fill(&mut writer).and_then(|()| writer.flush()).map_err(ReportError::write(target))?;
    drop(writer);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_fill_leaves_the_old_file_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        write_whole(&path, |w| w.write_all(b"old")).unwrap();
        let error = write_whole(&path, |w| {
            w.write_all(b"half of the new")?;
            Err(io::Error::other("power cut"))
        });
        assert!(error.unwrap_err().to_string().contains("a.csv: power cut"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_whole(&path, |w| w.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("a.csv");
        let text = write_whole(&path, |_| Ok(())).unwrap_err().to_string();
        assert!(text.contains("gone") && text.contains("does not exist"), "{text}");
    }
}
