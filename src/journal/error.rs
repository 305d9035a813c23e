//! What can go wrong with a journal.

use std::io;
use std::path::{Path, PathBuf};

/// A journal that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The operating system refused to write.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The operating system refused to read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is of other inputs.
    #[error("{} belongs to other inputs: {}", path.display(), differences.join("; "))]
    Other {
        /// The file.
        path: PathBuf,
        /// What differs, one each.
        differences: Vec<String>,
    },
    /// A unit of work was not found where it must be.
    #[error("{} has no sound record of {what}", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
        /// The unit.
        what: String,
    },
}

impl JournalError {
    /// For use in `map_err`.
    pub(super) fn write(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Write { path: path.to_path_buf(), source }
    }

    /// For use in `map_err`.
    pub(super) fn read(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        move |source| Self::Read { path: path.to_path_buf(), source }
    }
}

/// The same error once more.
pub(super) fn again(error: &io::Error) -> io::Error {
    error.raw_os_error().map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}
