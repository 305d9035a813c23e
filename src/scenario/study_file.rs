//! A study file opened: its text as a tree, for the readers of sweeps and of sensitivity studies.

use std::path::Path;

use super::diagnostic::{Diagnostic, Place, Problems, Report, Sources, quoted};
use super::load::read_file;
use super::tree::{self, Node};

/// Its texts and its tree, whose place is the file's beginning.
pub struct StudyFile {
    /// For messages.
    pub sources: Sources,
    /// What it says.
    pub root: Node,
}

/// Opens a study file.
///
/// # Errors
/// It cannot be read, or is no TOML.
pub fn open(path: &Path) -> Result<StudyFile, Problems> {
    let sources = Sources::default();
    let mut report = Report::default();
    let name = path.display().to_string();
    match read_file(path) {
        Ok(text) => parse(&name, &text),
        Err(reason) => {
            let message = format!("cannot read {}", quoted(&name));
            report.push(Diagnostic { message, place: None, expected: reason, help: None });
            Err(Problems::new(sources, report).of_study())
        }
    }
}

/// The same of a text that was read; `name` stands for it in messages.
///
/// # Errors
/// It is no TOML.
pub fn parse(name: &str, text: &str) -> Result<StudyFile, Problems> {
    let mut sources = Sources::default();
    let mut report = Report::default();
    let index = sources.add(name, text);
    let mut root = tree::parse(index, text, &mut report);
    root.place = Place { text: index, start: 0, end: 0 };
    if report.errors.is_empty() {
        Ok(StudyFile { sources, root })
    } else {
        Err(Problems::new(sources, report).of_study())
    }
}
