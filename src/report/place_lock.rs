//! One process at a time fills a place. The lock is the operating system's, so it ends with the process that holds it,
//! whatever that dies of.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::ReportError;

/// A place that is locked until this is dropped.
#[derive(Debug)]
pub struct PlaceLock {
    path: PathBuf,
    file: File,
}

impl PlaceLock {
    /// Locks the place that a file stands for.
    ///
    /// # Errors
    /// [`ReportError::InUse`] if another process holds it; otherwise what the system says.
    pub fn take(path: &Path) -> Result<Self, ReportError> {
        loop {
            let options = || File::options().read(true).write(true).create(true).truncate(false).open(path);
            let mut file = options().map_err(ReportError::write(path))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let mut holder = String::new();
                    // Only for the message: whose it is may be unreadable or not yet written.
                    let _ = file.take(64).read_to_string(&mut holder);
                    return Err(ReportError::InUse { path: path.to_path_buf(), holder: holder.trim().to_string() });
                }
                // A file system without locks: two processes are then kept apart by nobody.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(ReportError::write(path)(error)),
            }
            if is_same(&file, path) {
                // As above, only for the message.
                let _ = file.set_len(0).and_then(|()| writeln!(file, "process {}", std::process::id()));
                return Ok(Self { path: path.to_path_buf(), file });
            }
        }
    }
}

/// Whether the path still means the file: whoever held the lock before removed it.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |about: fs::Metadata| (about.dev(), about.ino());
    matches!((file.metadata().map(identity), fs::metadata(path).map(identity)), (Ok(a), Ok(b)) if a == b)
}

/// Elsewhere the file is never removed.
#[cfg(not(unix))]
fn is_same(_: &File, _: &Path) -> bool {
    true
}

impl Drop for PlaceLock {
    fn drop(&mut self) {
        if cfg!(unix) {
            // Removed while it is still locked; whoever opened it meanwhile sees that the path means another file.
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_held_once_and_free_again_when_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".r.lock");
        let held = PlaceLock::take(&path).unwrap();
        let error = PlaceLock::take(&path).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(held);
        assert!(!path.exists());
        // A file that a dead process left is no lock.
        fs::write(&path, "process 1\n").unwrap();
        drop(PlaceLock::take(&path).unwrap());
    }
}
