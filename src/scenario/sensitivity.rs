//! Study files of sensitivity: a scenario, how its uncertain numbers are tried, and by what they are grouped.

use std::fmt;
use std::path::{Path, PathBuf};

use super::catalog::Catalog;
use super::diagnostic::{Place, Problems, Report};
use super::entity::{Choice, choice, entity};
use super::reader::Reader;
use super::study_file::{self, StudyFile};

choice! {
    /// How sensitivity is measured.
    pub enum Method {
        /// Screening by elementary effects along trajectories: which numbers matter at all, for few trials.
        Morris = "morris",
        /// Shares of the variance, first order and total: how much each group of numbers matters.
        Sobol = "sobol",
    }
}

choice! {
    /// By what uncertain numbers are grouped.
    pub enum By {
        /// Every number by itself.
        Each = "each",
        /// How well they are founded: A, B or C.
        Grade = "grade",
        /// Whether the scenario or the engine names a source.
        Source = "source",
        /// The mechanism they belong to, or the part of the file.
        Mechanism = "mechanism",
        /// The thing they belong to: one group, one region, one policy, one mechanism.
        Part = "part",
        /// The study's own groups, `[[group]]`.
        Own = "own",
    }
}

choice! {
    /// What becomes of trials that fail.
    pub enum OnFailure {
        /// What needs a failed trial is left out whole, and counted.
        Drop = "drop",
        /// The study ends with an error.
        Stop = "stop",
    }
}

entity! {
    /// A group of numbers that a study names itself.
    pub struct OwnGroup {
        /// Its name in tables and figures.
        name: String = text().required(),
        /// Dotted paths; each takes in every number at it or below it.
        paths: Vec<String> = texts().required(),
    }
}

entity! {
    /// A sensitivity study: which uncertain numbers of a scenario drive its outcomes.
    pub struct Sensitivity {
        /// Version of the format; this engine reads 1.
        schema: u64 = whole(1, 1).required(),
        /// What the study asks, in one line.
        title: String = text().required(),
        /// What the reader of its results should know.
        description: Option<String> = long_text(),
        /// The scenario file, relative to this one.
        scenario: String = text().required(),
        /// Values set otherwise in all trials, each `path=value`.
        set: Vec<String> = texts(),
        /// The policies looked at; all where absent.
        policies: Vec<String> = texts(),
        /// Also the difference of each policy from the baseline, if that is among them.
        differences: bool = flag(true),
        /// Metrics looked at; the scenario's headline where absent.
        metrics: Vec<String> = names(Names::Metrics),
        /// Seed of the design and of all random draws; the scenario's where absent.
        seed: Option<u64> = whole(0, u64::MAX),
        /// How sensitivity is measured.
        method: Method = choice().default_text("sobol"),
        /// Base rows of the Sobol' design, or trajectories of the screening; 256 and 40 where absent.
        rows: Option<u64> = whole(2, 10_000_000),
        /// Histories per point: the same parameters with other chance. Two or more tell chance from parameters.
        histories: u64 = whole(1, 64).default_whole(2),
        /// Levels of a number in a screening, an even count.
        levels: u64 = whole(2, 64).default_whole(4),
        /// Also what pairs of groups do together beyond what each does alone.
        second_order: bool = flag(false),
        /// By what numbers are grouped; grade, source and mechanism where absent, each by itself in a screening.
        by: Vec<By> = choice_list(),
        /// Only numbers at or below these paths are looked at closely; the others still vary, as one group.
        only: Vec<String> = texts(),
        /// The study's own groups, for `by = ["own"]`.
        group: Vec<OwnGroup> = list(),
        /// What becomes of trials that fail.
        on_failure: OnFailure = choice().default_text("drop"),
    }
}

impl Sensitivity {
    /// Base rows or trajectories.
    pub fn rows(&self) -> u64 {
        self.rows.unwrap_or(match self.method {
            Method::Morris => 40,
            Method::Sobol => 256,
        })
    }

    /// By what numbers are grouped, defaults filled in.
    pub fn by(&self) -> Vec<By> {
        match (self.by.is_empty(), self.method) {
            (false, _) => self.by.clone(),
            (true, Method::Morris) => vec![By::Each],
            (true, Method::Sobol) => vec![By::Grade, By::Source, By::Mechanism],
        }
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = Self::VARIANTS.iter().position(|one| one == self);
        f.write_str(index.map_or("", |index| Self::WORDS[index].name))
    }
}

/// A study that was read.
#[derive(Debug, Clone)]
pub struct LoadedSensitivity {
    /// Its keys.
    pub study: Sensitivity,
    /// The scenario file.
    pub scenario: PathBuf,
}

/// Reads a study file.
///
/// # Errors
/// All that is wrong in it, at once, with its places. The scenario it names is not looked at.
pub fn load_sensitivity(path: &Path, catalog: &Catalog) -> Result<LoadedSensitivity, Problems> {
    read(study_file::open(path)?, path, catalog)
}

/// Reads a study from a text; its paths are taken from `path`, which is not looked at.
///
/// # Errors
/// As [`load_sensitivity`].
pub fn read_sensitivity(path: &Path, text: &str, catalog: &Catalog) -> Result<LoadedSensitivity, Problems> {
    read(study_file::parse(&path.display().to_string(), text)?, path, catalog)
}

fn read(StudyFile { sources, root }: StudyFile, path: &Path, catalog: &Catalog) -> Result<LoadedSensitivity, Problems> {
    let mut reader = Reader::new(catalog, Report::default());
    let study = reader.entity::<Sensitivity>("study", &root, &[]);
    if let Some(study) = &study {
        let place_of = |key: &str| root.get(key).map_or(root.place, |node| node.place);
        check(&mut reader.report, study, place_of);
    }
    match study {
        Some(study) if reader.report.errors.is_empty() => {
            let scenario = path.parent().unwrap_or(Path::new("")).join(&study.scenario);
            Ok(LoadedSensitivity { study, scenario })
        }
        _ => Err(Problems::new(sources, reader.report).of_study()),
    }
}

/// Reports what is wrong between the keys of a study.
fn check(report: &mut Report, study: &Sensitivity, place_of: impl Fn(&str) -> Place) {
    let screening = study.method == Method::Morris;
    if screening && study.by.len() > 1 {
        let expected = "expected one: a trajectory moves each group once";
        report.error(place_of("by"), "a screening groups its numbers in one way", expected);
    }
    if screening && study.second_order {
        let expected = "expected method = \"sobol\"";
        report.error(place_of("second_order"), "a screening has no second order", expected);
    }
    if !study.levels.is_multiple_of(2) {
        let message = format!("`levels` is {}", study.levels);
        report.error(place_of("levels"), message, "expected an even number: a move crosses half of them");
    }
    if study.by.contains(&By::Own) == study.group.is_empty() {
        let expected = "expected both by = [\"own\"] and [[group]] with `name` and `paths`, or neither";
        report.error(place_of("group"), "own groups are named or used, not both", expected);
    }
    for (index, by) in study.by.iter().enumerate() {
        if study.by[..index].contains(by) {
            report.error(place_of("by"), format!("`{by}` is there twice"), "expected each way to group once");
        }
    }
}
