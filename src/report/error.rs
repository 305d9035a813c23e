//! What can go wrong when results are written.

use std::io;
use std::path::{Path, PathBuf};

use crate::journal::JournalError;

/// A result that could not be written. Nothing of the file named is left behind.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The operating system refused.
    #[error("cannot write {}: {source}{}", path.display(), advice(source))]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process works there.
    #[error("another process is filling this folder ({}{}); wait for it, or name another folder with --out", path.display(), by(holder))]
    InUse {
        /// The file that stands for the lock.
        path: PathBuf,
        /// Who holds it, if that is known.
        holder: String,
    },
    /// The journal of finished work cannot be written or read.
    #[error("{source}{}", journal_advice(source))]
    Journal {
        /// What it says.
        #[from]
        source: JournalError,
    },
    /// Saved results could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Saved results are not what this program wrote.
    #[error("{} is damaged or was not written by this program: {message}; run the scenario again", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        message: String,
    },
    /// The Parquet writer refused.
    #[error("cannot write {} as Parquet: {message}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the writer said.
        message: String,
    },
    /// A figure could not be drawn.
    #[error("cannot draw {}: {message}", path.display())]
    Draw {
        /// The file.
        path: PathBuf,
        /// What the drawing library said.
        message: String,
    },
    /// The results handed over do not fit together, for example a column without a value for every trial.
    #[error("the results do not fit together: {message}; this is a defect of the program, please report it")]
    Shape {
        /// What does not fit.
        message: String,
    },
}

impl ReportError {
    /// For use in `map_err`: the system refused this path.
    pub fn write(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| ReportError::Write { path: path.to_path_buf(), source }
    }

    /// For use in `map_err`: the system would not let this path be read.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| ReportError::Read { path: path.to_path_buf(), source }
    }

    /// For use in `map_err`: it is no file that can be read, in words.
    pub fn unreadable(path: &Path) -> impl FnOnce(String) -> Self + '_ {
        move |words| ReportError::Read { path: path.to_path_buf(), source: io::Error::other(words) }
    }

    /// For use in `map_err`: the Parquet writer refused; a system error underneath is shown as such.
    pub(crate) fn parquet(path: &Path) -> impl Fn(parquet::errors::ParquetError) -> Self + '_ {
        move |error| {
            let path = path.to_path_buf();
            match error {
                parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                    Ok(source) => ReportError::Write { path, source: *source },
                    Err(other) => ReportError::Parquet { path, message: other.to_string() },
                },
                other => ReportError::Parquet { path, message: other.to_string() },
            }
        }
    }
}

/// Who holds a lock, as the end of a phrase.
fn by(holder: &str) -> String {
    if holder.is_empty() { String::new() } else { format!(", held by {holder}") }
}

/// What a person can do about a journal, as the end of a sentence.
fn journal_advice(error: &JournalError) -> String {
    match error {
        JournalError::Write { source, .. } => {
            format!("{}; finished work is kept, --resume goes on with it", advice(source))
        }
        JournalError::Missing { .. } => "; run that shard again with --resume".to_string(),
        JournalError::Read { .. } | JournalError::Other { .. } => String::new(),
    }
}

/// What a person can do about it, as the end of a sentence.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; the disk or quota is full: free space or name another folder with --out"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; you may not write there: name another folder with --out"
        }
        io::ErrorKind::NotFound => "; the folder does not exist or was removed during the run",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            "; something else has that name: name another folder with --out"
        }
        io::ErrorKind::InvalidFilename => "; the name is too long or holds characters the file system refuses",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_the_path_and_say_what_to_do() {
        let error = ReportError::write(Path::new("out/summary.csv"))(io::Error::from(io::ErrorKind::StorageFull));
        let text = error.to_string();
        assert!(text.starts_with("cannot write out/summary.csv: "), "{text}");
        assert!(text.ends_with("free space or name another folder with --out"), "{text}");
    }

    #[test]
    fn a_full_disk_under_the_parquet_writer_is_reported_as_one() {
        let inner = parquet::errors::ParquetError::External(Box::new(io::Error::from(io::ErrorKind::StorageFull)));
        assert!(matches!(ReportError::parquet(Path::new("a"))(inner), ReportError::Write { .. }));
    }
}
