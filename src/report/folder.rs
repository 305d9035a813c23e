//! The folder of a run: filled beside its place and moved there when complete, so that it is whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use super::ReportError;

/// File in a folder of results that says which run filled it.
pub const FINGERPRINT: &str = "fingerprint.txt";

/// A folder that is being filled.
#[derive(Debug)]
pub struct Folder {
    target: PathBuf,
    work: PathBuf,
    done: bool,
}

/// What stands where the results shall go.
#[derive(Debug)]
pub enum Found {
    /// Nothing, or an empty folder, or something that may be replaced.
    Free(Folder),
    /// Results of a run with the same inputs.
    Equal(Folder),
    /// Something else, which is left alone.
    Other,
}

impl Folder {
    /// Looks at the place and begins a folder beside it. `force` allows anything there to be replaced.
    ///
    /// # Errors
    /// [`ReportError::Write`] if the folder cannot be made.
    pub fn prepare(target: &Path, fingerprint: &str, force: bool) -> Result<Found, ReportError> {
        let found = fs::read_to_string(target.join(FINGERPRINT)).ok();
        let exists = fs::symlink_metadata(target).is_ok();
        let empty = !exists || fs::read_dir(target).is_ok_and(|mut entries| entries.next().is_none());
        let equal = found.as_deref().map(str::trim) == Some(fingerprint);
        if !empty && !equal && !force {
            return Ok(Found::Other);
        }
        let name = target.file_name().map_or_else(|| "results".into(), |n| n.to_string_lossy().into_owned());
        let parent = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let work = parent.join(format!(".{name}.unfinished-{}", std::process::id()));
        fs::create_dir_all(&work).map_err(ReportError::write(&work))?;
        let folder = Self { target: target.to_path_buf(), work, done: false };
        Ok(if equal && !empty { Found::Equal(folder) } else { Found::Free(folder) })
    }

    /// Where files are written until the folder is complete.
    pub fn path(&self) -> &Path {
        &self.work
    }

    /// Moves the folder to its place; what stood there is removed once the new one stands.
    ///
    /// # Errors
    /// [`ReportError::Write`] with the path; what stood there is put back.
    pub fn commit(mut self) -> Result<(), ReportError> {
        let old = self.work.with_extension("replaced");
        let exists = self.target.exists();
        if exists {
            fs::rename(&self.target, &old).map_err(ReportError::write(&self.target))?;
        }
        if let Err(error) = fs::rename(&self.work, &self.target) {
            if exists {
                // The new folder could not take the place: the old one goes back, and the error is told.
                let _ = fs::rename(&old, &self.target);
            }
            return Err(ReportError::Write { path: self.target.clone(), source: error });
        }
        self.done = true;
        if exists {
            fs::remove_dir_all(&old).map_err(ReportError::write(&old))?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // Nothing half-written stays; if it cannot be removed, its name says that it is unfinished.
            let _ = fs::remove_dir_all(&self.work);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(found: Found) -> Folder {
        match found {
            Found::Free(folder) | Found::Equal(folder) => folder,
            Found::Other => panic!("the place is taken"),
        }
    }

    #[test]
    fn an_unfinished_folder_leaves_nothing_behind() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("run");
        let folder = prepared(Folder::prepare(&target, "a", false).unwrap());
        fs::write(folder.path().join("half.csv"), "x").unwrap();
        drop(folder);
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
    }

    #[test]
    fn an_equal_run_is_known_and_another_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("run");
        let folder = prepared(Folder::prepare(&target, "a", false).unwrap());
        fs::write(folder.path().join(FINGERPRINT), "a\n").unwrap();
        folder.commit().unwrap();
        assert!(matches!(Folder::prepare(&target, "a", false).unwrap(), Found::Equal(_)));
        assert!(matches!(Folder::prepare(&target, "b", false).unwrap(), Found::Other));
        let folder = prepared(Folder::prepare(&target, "b", true).unwrap());
        fs::write(folder.path().join("new.csv"), "y").unwrap();
        folder.commit().unwrap();
        assert!(target.join("new.csv").exists() && !target.join(FINGERPRINT).exists());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
