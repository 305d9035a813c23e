//! Study files of sweeps: a scenario, what of it is varied, and over which points.

use std::path::{Path, PathBuf};

use super::catalog::Catalog;
use super::diagnostic::{Place, Problems, Report, Sources, quoted};
use super::entity::{choice, entity};
use super::load::read_file;
use super::reader::Reader;
use super::setting::Setting;
use super::study_file::{self, StudyFile};
use super::tree;

choice! {
    /// How points are made of what is varied.
    pub enum Design {
        /// Every combination of the values.
        Grid = "grid",
        /// A base, then each number through its values while the others stay at the base.
        OneAtATime = "one-at-a-time",
        /// First values together, then second values together, and so on.
        Zip = "zip",
        /// A Latin hypercube of `points` points.
        LatinHypercube = "latin-hypercube",
        /// The first `points` points of a Sobol' sequence with Owen scrambling.
        Sobol = "sobol",
        /// The rows of the CSV file `table`, whose header names the paths.
        Table = "table",
    }
}

choice! {
    /// How values lie between `from` and `to`.
    pub enum Spacing {
        /// At equal distances.
        Linear = "linear",
        /// At equal ratios.
        Log = "log",
    }
}

entity! {
    /// What a study varies: a number, a date, a span of time, a name or a switch.
    pub struct Vary {
        /// Its dotted path, as `--set` takes it.
        path: String = text().required(),
        /// Name on axes; the path where absent.
        label: Option<String> = text(),
        /// Its values, in place of `from`, `to` and `points`.
        values: Vec<Setting> = setting_list("in the unit of the number", -1e15, 1e15),
        /// First value. A sampled design without `from` and `to` draws from the number's own law.
        from: Option<Setting> = setting("in the unit of the number", -1e15, 1e15),
        /// Last value.
        to: Option<Setting> = setting("in the unit of the number", -1e15, 1e15),
        /// How many values from first to last.
        points: Option<u64> = whole(1, 1_000_000),
        /// How they lie between.
        spacing: Spacing = choice().default_text("linear"),
        /// Its value at the base of a one-at-a-time design; its expectation where absent.
        base: Option<Setting> = setting("in the unit of the number", -1e15, 1e15),
    }
}

entity! {
    /// A sweep: a scenario run at many points.
    pub struct Sweep {
        /// Version of the format; this engine reads 1.
        schema: u64 = whole(1, 1).required(),
        /// What the study asks, in one line.
        title: String = text().required(),
        /// What the reader of its results should know.
        description: Option<String> = long_text(),
        /// The scenario file, relative to this one.
        scenario: String = text().required(),
        /// Values set otherwise at all points, each `path=value`.
        set: Vec<String> = texts(),
        /// The policies that run; all where absent.
        policies: Vec<String> = texts(),
        /// Trials per point and policy.
        trials: u64 = whole(1, 10_000_000).default_whole(256),
        /// Seed of all random draws; the scenario's where absent.
        seed: Option<u64> = whole(0, u64::MAX),
        /// Metrics of the table and the figures; the scenario's headline and objective where absent.
        metrics: Vec<String> = names(Names::Metrics),
        /// How points are made.
        design: Design = choice().default_text("grid"),
        /// Points of a sampled design.
        points: Option<u64> = whole(1, 100_000_000),
        /// CSV file of a design by table, relative to this one.
        table: Option<String> = text(),
        /// What is varied.
        vary: Vec<Vary> = list(),
    }
}

/// A study that was read.
#[derive(Debug, Clone)]
pub struct LoadedSweep {
    /// Its keys.
    pub sweep: Sweep,
    /// The scenario file.
    pub scenario: PathBuf,
    /// The file of its table, if it has one.
    pub table: Option<PathBuf>,
    /// The text it was read from.
    pub sources: Sources,
    /// Where each number varied stands.
    pub places: Vec<Place>,
}

/// Whether a file looks like a study, not a scenario: it names a scenario. What cannot be read is none.
pub fn is_study(path: &Path) -> bool {
    let Ok(text) = read_file(path) else { return false };
    let root = tree::parse(0, &text, &mut Report::default());
    root.get("scenario").is_some() && root.get("state").is_none()
}

/// Reads a study file.
///
/// # Errors
/// All that is wrong in it, at once, with its places. The scenario it names is not looked at.
pub fn load_sweep(path: &Path, catalog: &Catalog) -> Result<LoadedSweep, Problems> {
    read(study_file::open(path)?, path, catalog)
}

/// Reads a study from a text; its paths are taken from `path`, which is not looked at.
///
/// # Errors
/// As [`load_sweep`].
pub fn read_sweep(path: &Path, text: &str, catalog: &Catalog) -> Result<LoadedSweep, Problems> {
    read(study_file::parse(&path.display().to_string(), text)?, path, catalog)
}

fn read(StudyFile { sources, root }: StudyFile, path: &Path, catalog: &Catalog) -> Result<LoadedSweep, Problems> {
    let mut reader = Reader::new(catalog, Report::default());
    let sweep = reader.entity::<Sweep>("study", &root, &[]);
    let nodes = root.get("vary").and_then(tree::Node::as_list).unwrap_or_default();
    let places: Vec<Place> = nodes.iter().map(|node| node.get("path").unwrap_or(node).place).collect();
    if let Some(sweep) = &sweep {
        check(&mut reader.report, sweep, &places, root.place);
    }
    match sweep {
        Some(sweep) if reader.report.errors.is_empty() => {
            let folder = path.parent().unwrap_or(Path::new(""));
            let scenario = folder.join(&sweep.scenario);
            let table = sweep.table.as_ref().map(|table| folder.join(table));
            Ok(LoadedSweep { sweep, scenario, table, sources, places })
        }
        _ => Err(Problems::new(sources, reader.report).of_study()),
    }
}

/// Reports what is wrong between the keys of a sweep. `places`: of what is varied, `whole` of the study; a command line
/// has places too.
pub fn check(report: &mut Report, sweep: &Sweep, places: &[Place], whole: Place) {
    let sampled = matches!(sweep.design, Design::LatinHypercube | Design::Sobol);
    if sweep.design == Design::Table {
        if sweep.table.is_none() {
            report.error(whole, "a design by table has no `table`", "expected table = \"points.csv\"");
        }
        return;
    }
    if sweep.vary.is_empty() {
        let expected = "expected [[vary]] with `path`, and `values` or `from`, `to` and `points`";
        report.error(whole, "the study varies nothing", expected);
    }
    if sampled && sweep.points.is_none() {
        report.error(whole, "a sampled design has no `points`", "expected their number, e.g. points = 256");
    }
    for (index, vary) in sweep.vary.iter().enumerate() {
        let place = places.get(index).copied().unwrap_or(whole);
        let path = quoted(&vary.path);
        if sweep.vary[..index].iter().any(|earlier| earlier.path == vary.path) {
            report.error(place, format!("{path} is varied twice"), "expected each path once");
        }
        if let Some((from, to)) = vary.from.as_ref().zip(vary.to.as_ref()) {
            let above_zero = |end: &Setting| end.number().is_none_or(|number| number > 0.0);
            if vary.spacing == Spacing::Log && !(above_zero(from) && above_zero(to)) {
                let message = format!("{path} goes from {} to {} at equal ratios", from.shown(), to.shown());
                report.error(place, message, "expected values above 0");
            }
            if !vary.values.is_empty() {
                report.error(place, format!("{path} has both `values` and a range"), "expected one of them");
            }
        } else if vary.from.is_some() != vary.to.is_some() {
            report.error(place, format!("{path} has only one end of its range"), "expected `from` and `to`");
        }
        let has_values = !vary.values.is_empty();
        let has_range = vary.from.is_some() && vary.to.is_some();
        if sampled && has_values {
            let expected = "expected `from` and `to`, or neither for its own law";
            report.error(place, format!("{path} has `values` in a sampled design"), expected);
        } else if !(sampled || has_values || has_range && vary.points.is_some()) {
            let expected = "expected `values`, or `from`, `to` and `points`";
            report.error(place, format!("{path} has no values"), expected);
        }
    }
    if sweep.design == Design::Zip {
        let lengths: Vec<usize> = sweep.vary.iter().map(|vary| vary.count()).collect();
        if let Some(index) = lengths.iter().position(|length| *length != lengths[0]) {
            let message = format!("{} has {} values", quoted(&sweep.vary[index].path), lengths[index]);
            let place = places.get(index).copied().unwrap_or(whole);
            report.error(
                place,
                message,
                format!("expected {}, as the first has: `zip` takes them together", lengths[0]),
            );
        }
    }
}

impl Vary {
    /// How many values it has.
    pub fn count(&self) -> usize {
        if self.values.is_empty() { self.points.unwrap_or(0) as usize } else { self.values.len() }
    }

    /// Any of its values, by which its path is tried.
    pub fn any_value(&self) -> Setting {
        let found = self.values.first().or(self.from.as_ref()).or(self.base.as_ref());
        found.cloned().unwrap_or(Setting::Number(0.0))
    }

    /// The number a share of the way from first to last, which is exact at both ends.
    pub fn between(&self, from: f64, to: f64, share: f64) -> f64 {
        let value = match self.spacing {
            _ if share <= 0.0 => from,
            _ if share >= 1.0 => to,
            Spacing::Linear => from + share * (to - from),
            Spacing::Log => from * libm::exp(share * libm::log(to / from)),
        };
        rounded(value)
    }
}

/// The value to twelve figures: 0.1 + 0.2 steps should read 0.3 in tables and axes.
fn rounded(value: f64) -> f64 {
    format!("{value:.11e}").parse().unwrap_or(value)
}
