//! The folder of a run: filled beside its place and moved there when complete, so that it is whole or not at all.
//!
//! For results at `output/r` there are, while they are made, `output/.r.lock` (one process at a time) and `output/.r.unfinished/`
//! with the journal of finished work, `blocks.journal`, and the files being written, `results/`. A process that dies leaves the
//! journal, from which the run goes on; everything else there is made anew.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::ReportError;
use super::place_lock::PlaceLock;

/// File in a folder of results that says which run filled it: the fingerprint, and [`STOPPED`] below it where the run was
/// stopped early.
pub const FINGERPRINT: &str = "fingerprint.txt";
/// Second line of [`FINGERPRINT`] of a run that was stopped early.
pub const STOPPED: &str = "stopped early";
/// The journal of finished work.
pub const JOURNAL: &str = "blocks.journal";
/// What was there, while new results take its place.
const REPLACED: &str = "replaced";
/// The files being written.
const RESULTS: &str = "results";

/// A place for results, locked, and the folder in which they are made.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    work: PathBuf,
    results: PathBuf,
    _lock: PlaceLock,
}

/// What stands where the results shall go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing, or an empty folder.
    Nothing,
    /// Results of a run with the same inputs.
    Equal {
        /// True if it was stopped early.
        stopped: bool,
    },
    /// Something else.
    Other,
}

/// Where work for a target is done.
pub fn work_folder(target: &Path) -> PathBuf {
    beside(target, "unfinished")
}

fn beside(target: &Path, ending: &str) -> PathBuf {
    let name = target.file_name().map_or_else(|| "results".into(), |n| n.to_string_lossy().into_owned());
    target.with_file_name(format!(".{name}.{ending}"))
}

impl Folder {
    /// Locks the place and puts right what a process that died there left.
    ///
    /// # Errors
    /// [`ReportError::InUse`] if another process works there; [`ReportError::Write`] if nothing can be written there.
    pub fn claim(target: &Path) -> Result<Self, ReportError> {
        let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(ReportError::write(parent))?;
        let lock = PlaceLock::take(&beside(target, "lock"))?;
        let work = work_folder(target);
        let results = work.join(RESULTS);
        let put_back = |from: &Path, to: &Path| -> Result<(), ReportError> {
            if fs::symlink_metadata(from).is_ok() && fs::symlink_metadata(to).is_err() {
                fs::rename(from, to).map_err(ReportError::write(to))?;
            }
            Ok(())
        };
        // It died while it moved new results to their place, or the journal among the results of a shard.
        put_back(&work.join(REPLACED), target)?;
        put_back(&results.join(JOURNAL), &work.join(JOURNAL))?;
        Ok(Self { target: target.to_path_buf(), work, results, _lock: lock })
    }

    /// What stands at the place.
    pub fn found(&self, fingerprint: &str) -> Found {
        let text = fs::read_to_string(self.target.join(FINGERPRINT)).unwrap_or_default();
        let mut lines = text.lines().map(str::trim);
        let exists = fs::symlink_metadata(&self.target).is_ok();
        if !exists || fs::read_dir(&self.target).is_ok_and(|mut entries| entries.next().is_none()) {
            Found::Nothing
        } else if lines.next() == Some(fingerprint) {
            Found::Equal { stopped: lines.next() == Some(STOPPED) }
        } else {
            Found::Other
        }
    }

    /// Where the results go.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The journal of work that is not finished.
    pub fn journal(&self) -> PathBuf {
        self.work.join(JOURNAL)
    }

    /// Throws away work that is not finished.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path.
    pub fn discard(&self) -> Result<(), ReportError> {
        remove(&self.work)
    }

    /// Begins, or begins again, to fill the folder.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path.
    pub fn begin(&self) -> Result<(), ReportError> {
        remove(&self.results)?;
        remove(&self.work.join(REPLACED))?;
        fs::create_dir_all(&self.results).map_err(ReportError::write(&self.results))
    }

    /// Takes the journal of finished results as work to go on with; whole or not at all.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path.
    pub fn reopen(&self) -> Result<(), ReportError> {
        fs::create_dir_all(&self.work).map_err(ReportError::write(&self.work))?;
        let copy = self.work.join("copied");
        fs::copy(self.target.join(JOURNAL), &copy).map_err(ReportError::write(&copy))?;
        fs::rename(&copy, self.journal()).map_err(ReportError::write(&self.journal()))
    }

    /// Where files are written until the folder is complete.
    pub fn path(&self) -> &Path {
        &self.results
    }

    /// Moves the results to their place; what stood there is removed once they stand. The journal stays beside them if the
    /// run is to be gone on with, and is removed otherwise.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path; what stood there is put back.
    pub fn commit(self, keep_journal: bool) -> Result<(), ReportError> {
        let old = self.work.join(REPLACED);
        let exists = fs::symlink_metadata(&self.target).is_ok();
        if exists {
            fs::rename(&self.target, &old).map_err(ReportError::write(&self.target))?;
        }
        if let Err(error) = fs::rename(&self.results, &self.target) {
            if exists {
                // The new folder could not take the place: the old one goes back, and the error is told.
                let _ = fs::rename(&old, &self.target);
            }
            return Err(ReportError::Write { path: self.target.clone(), source: error });
        }
        // The names reach the disk before the journal goes. Not every system lets a folder be flushed.
        if let Some(parent) = self.target.parent().filter(|p| !p.as_os_str().is_empty()) {
            let _ = File::open(parent).and_then(|folder| folder.sync_all());
        }
        if keep_journal { remove(&old) } else { remove(&self.work) }
    }
}

fn remove(path: &Path) -> Result<(), ReportError> {
    let removed = match fs::symlink_metadata(path) {
        Err(_) => return Ok(()),
        Ok(about) if about.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    };
    removed.map_err(ReportError::write(path))
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing half-written stays, and no folder without a journal; what cannot be removed tells by its name what it is.
        let _ = fs::remove_dir_all(&self.results);
        let _ = fs::remove_dir(&self.work);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(place: &Path) -> Vec<String> {
        let mut all: Vec<String> = fs::read_dir(place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .filter(|name| !name.ends_with(".lock"))
            .collect();
        all.sort();
        all
    }

    fn fill(folder: Folder, fingerprint: &str, keep: bool) {
        folder.begin().unwrap();
        fs::write(folder.journal(), "work").unwrap();
        fs::write(folder.path().join(FINGERPRINT), fingerprint).unwrap();
        folder.commit(keep).unwrap();
    }

    #[test]
    fn an_unfinished_folder_leaves_nothing_behind_but_its_journal() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("run");
        let folder = Folder::claim(&target).unwrap();
        folder.begin().unwrap();
        fs::write(folder.path().join("half.csv"), "x").unwrap();
        drop(folder);
        assert_eq!(names(place.path()), Vec::<String>::new());
        let folder = Folder::claim(&target).unwrap();
        folder.begin().unwrap();
        fs::write(folder.journal(), "work").unwrap();
        drop(folder);
        assert_eq!(names(&place.path().join(".run.unfinished")), [JOURNAL]);
    }

    #[test]
    fn an_equal_run_is_known_and_so_is_one_that_was_stopped_and_another() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("run");
        let folder = Folder::claim(&target).unwrap();
        assert_eq!(folder.found("a"), Found::Nothing);
        fill(folder, "a\nstopped early\n", true);
        assert_eq!(names(place.path()), [".run.unfinished", "run"]);
        let folder = Folder::claim(&target).unwrap();
        assert_eq!(folder.found("a"), Found::Equal { stopped: true });
        assert_eq!(folder.found("b"), Found::Other);
        fill(folder, "a\n", false);
        assert_eq!(Folder::claim(&target).unwrap().found("a"), Found::Equal { stopped: false });
        assert_eq!(names(place.path()), ["run"]);
    }

    #[test]
    fn what_a_dead_process_left_half_moved_is_put_right() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("run");
        let work = work_folder(&target);
        // It died between taking the old results away and putting the new ones there.
        fs::create_dir_all(work.join(REPLACED)).unwrap();
        fs::write(work.join(REPLACED).join(FINGERPRINT), "a").unwrap();
        // And another between moving the journal into the results of a shard and moving those.
        fs::create_dir_all(work.join(RESULTS)).unwrap();
        fs::write(work.join(RESULTS).join(JOURNAL), "work").unwrap();
        let folder = Folder::claim(&target).unwrap();
        assert_eq!(folder.found("a"), Found::Equal { stopped: false });
        assert_eq!(fs::read_to_string(folder.journal()).unwrap(), "work");
    }
}
