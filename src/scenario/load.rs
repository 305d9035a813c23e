//! From files and `--set` to a scenario, or to all that is wrong with it.

use std::fs;
use std::path::{Path, PathBuf};

use super::catalog::Catalog;
use super::diagnostic::{Diagnostic, Place, Problems, Report, Sources, quoted};
use super::document;
use super::file;
use super::merge::merge;
use super::reader::Reader;
use super::set;
use super::tree::{self, Node};
use super::whole::Scenario;

/// Largest file that is read, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Most files that extend one another.
const DEEPEST: usize = 8;

/// A scenario that was read, with what it was read from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the texts mean.
    pub scenario: Scenario,
    /// The file, those it extends, and the `--set` texts.
    pub sources: Sources,
    /// What is odd but no error.
    pub warnings: Vec<Diagnostic>,
    /// The scenario as canonical text, see [`Scenario::canonical_text`]: what a hash of its meaning is taken of.
    pub canonical: String,
}

/// Reads a scenario file, lays it over those it extends, applies `sets` (`path=value`) and checks everything.
///
/// # Errors
/// All that is wrong, at once, with its places.
pub fn load(path: &Path, sets: &[String], catalog: &Catalog) -> Result<Loaded, Problems> {
    load_named(path, sets, &[], "--set", catalog)
}

/// [`load`], with further `path=value` texts applied last, for which messages say `asked_by`.
pub(super) fn load_named(
    path: &Path,
    sets: &[String],
    more: &[String],
    asked_by: &str,
    catalog: &Catalog,
) -> Result<Loaded, Problems> {
    let mut loader = Loader::default();
    let name = path.display().to_string();
    let root = match read_file(path) {
        Ok(text) => {
            let chain = fs::canonicalize(path).map(|path| vec![path]).unwrap_or_default();
            loader.text(&name, &text, Some(path), chain)
        }
        Err(reason) => {
            loader.report.push(Diagnostic {
                message: format!("cannot read {}", quoted(&name)),
                place: None,
                expected: reason,
                help: None,
            });
            None
        }
    };
    let sets = sets.iter().map(|set| ("--set", set)).chain(more.iter().map(|set| (asked_by, set)));
    loader.finish(root, sets, catalog)
}

/// Reads a scenario from a text that is in no file and therefore extends none; `name` stands for it in messages.
///
/// # Errors
/// As [`load`].
pub fn read_str(name: &str, text: &str, sets: &[String], catalog: &Catalog) -> Result<Loaded, Problems> {
    let mut loader = Loader::default();
    let root = loader.text(name, text, None, Vec::new());
    loader.finish(root, sets.iter().map(|set| ("--set", set)), catalog)
}

#[derive(Default)]
struct Loader {
    sources: Sources,
    report: Report,
}

impl Loader {
    /// Parses a text and lays it over what it extends; `chain` holds the files on the way here.
    fn text(&mut self, name: &str, text: &str, path: Option<&Path>, chain: Vec<PathBuf>) -> Option<Node> {
        let index = self.sources.add(name, text);
        if text.len() as u64 > LARGEST {
            // Only its name is needed from here on.
            self.sources.texts[index].text.clear();
            let place = Place { text: index, start: 0, end: 0 };
            self.report.error(place, "the scenario is too large", format!("at most {LARGEST} bytes"));
            return None;
        }
        let mut root = tree::parse(index, text, &mut self.report);
        root.place = Place { text: index, start: 0, end: 0 };
        let Some(base) = root.get("extends") else { return Some(root) };
        // A value that is no text is refused by the reader like any other.
        let Some(wanted) = base.as_text() else { return Some(root) };
        match base_path(wanted, path, &chain).and_then(|found| Ok((read_file(&found.0)?, found))) {
            Ok((text, (base_file, canonical))) => {
                let mut chain = chain;
                chain.push(canonical);
                let name = base_file.display().to_string();
                let base = self.text(&name, &text, Some(&base_file), chain)?;
                Some(merge(base, root))
            }
            Err(reason) => {
                self.report.error(base.place, format!("cannot extend {}", quoted(wanted)), reason);
                None
            }
        }
    }

    /// Applies the sets, each with the name that stands for it in messages, reads and checks.
    fn finish<'s>(
        mut self,
        root: Option<Node>,
        sets: impl Iterator<Item = (&'s str, &'s String)>,
        catalog: &Catalog,
    ) -> Result<Loaded, Problems> {
        let Some(mut root) = root.filter(|_| self.report.errors.is_empty()) else {
            return Err(Problems::new(self.sources, self.report));
        };
        for (name, set) in sets {
            let index = self.sources.add(name, set.as_str());
            set::apply(&mut root, index, set, &mut self.report);
        }
        if !self.report.errors.is_empty() {
            return Err(Problems::new(self.sources, self.report));
        }
        let mut reader = Reader::new(catalog, self.report);
        match document::read(&mut reader, &root) {
            Some(scenario) => {
                let warnings = reader.report.sorted().warnings;
                let canonical = scenario.canonical_text();
                Ok(Loaded { scenario, sources: self.sources, warnings, canonical })
            }
            None => Err(Problems::new(self.sources, reader.report)),
        }
    }
}

/// The text of a scenario or study file, or why it cannot be had.
pub(super) fn read_file(path: &Path) -> Result<String, String> {
    file::text(path, LARGEST)
}

/// The path of a base as it is shown, and in canonical form; it must lie in the folder of the file that extends it, or below.
fn base_path(wanted: &str, path: Option<&Path>, chain: &[PathBuf]) -> Result<(PathBuf, PathBuf), String> {
    let Some(path) = path else { return Err("only a file can extend another".to_string()) };
    if chain.len() >= DEEPEST {
        return Err(format!("at most {DEEPEST} files can extend one another"));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let canonical = file::below(folder, wanted)?;
    if chain.contains(&canonical) {
        return Err("it extends this file in turn".to_string());
    }
    Ok((folder.join(wanted), canonical))
}
