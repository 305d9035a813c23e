//! What the commands that run studies share: mistakes with their places, the scenario with the numbers varied, timing.

use std::path::PathBuf;
use std::time::Instant;

use super::{Failure, colour, say};
use crate::experiment::prepared::Prepared;
use crate::experiment::run::NoProgress;
use crate::experiment::study::{Lane, Points, evaluate};
use crate::experiment::sweep::points::SweepPoints;
use crate::parallel;
use crate::sampling::LANES;
use crate::scenario::catalog::Catalog;
use crate::scenario::diagnostic::{Place, Report, Sources};
use crate::scenario::given::{LoadedVaried, Varied, VariedFrom, load_varied};
use crate::scenario::study::{self, Sweep};
use crate::scenario::{self, Diagnostic, Problems, Scenario};

/// Where a study was read from, for messages.
pub struct Source {
    /// The scenario file.
    pub scenario: PathBuf,
    sources: Sources,
    /// Where each number varied stands.
    places: Vec<Place>,
    asked_by: &'static str,
}

impl Source {
    /// A study file.
    pub fn study(scenario: PathBuf, sources: Sources, places: Vec<Place>) -> Self {
        Self { scenario, sources, places, asked_by: "path of [[vary]]" }
    }

    /// The command line.
    pub fn command(scenario: PathBuf, vary: &[String]) -> Self {
        let mut sources = Sources::default();
        let places = vary.iter().map(|text| {
            let index = sources.add("--vary", text.as_str());
            Place { text: index, start: 0, end: text.len() }
        });
        let places = places.collect();
        Self { scenario, sources, places, asked_by: "--vary" }
    }

    /// The same where a table's header names the numbers.
    pub fn by_table(self) -> Self {
        Self { places: Vec::new(), asked_by: "header of the table", ..self }
    }

    /// Where the scenario is read from, with values set at all points.
    pub fn varied_from<'a>(&'a self, sets: &'a [String], catalog: &'a Catalog) -> VariedFrom<'a> {
        VariedFrom { path: &self.scenario, sets, asked_by: self.asked_by, catalog }
    }

    /// Mistakes in numbers that are varied, each at its place.
    pub fn refuse(&self, mistakes: Vec<(usize, String)>) -> Failure {
        let mut report = Report::default();
        for (axis, message) in mistakes {
            match self.places.get(axis) {
                Some(place) => report.error(*place, message, ""),
                None => report.push(Diagnostic { message, place: None, expected: String::new(), help: None }),
            }
        }
        Failure::Mistake(Problems::new(self.sources.clone(), report).of_study().render(colour()))
    }

    /// Mistakes about numbers varied, found where the scenario was read, shown where the study names them.
    fn in_study(&self, problems: Problems) -> Problems {
        let moved: Option<Vec<Diagnostic>> =
            problems.report.errors.iter().map(|error| self.moved(error, &problems.sources)).collect();
        match moved {
            Some(errors) => {
                let report = Report { errors, ..problems.report };
                Problems { sources: self.sources.clone(), report, subject: problems.subject }
            }
            None => problems,
        }
    }

    /// One of them; `None` for a mistake of the scenario itself.
    fn moved(&self, error: &Diagnostic, sources: &Sources) -> Option<Diagnostic> {
        let found = error.place?;
        let asked = sources.texts.get(found.text).filter(|text| text.name == self.asked_by)?;
        let path = asked.text.split('=').next()?;
        let named =
            |place: &Place| -> Option<&str> { self.sources.texts.get(place.text)?.text.get(place.start..place.end) };
        let (place, text) = self.places.iter().find_map(|place| {
            let text = named(place)?;
            (text.trim_matches(['"', '\'']).split('=').next().map(str::trim) == Some(path)).then_some((place, text))
        })?;
        let start = place.start + usize::from(text.starts_with(['"', '\'']));
        let moved = if found.end <= path.len() {
            Place { text: place.text, start: start + found.start, end: start + found.end }
        } else {
            *place
        };
        Some(Diagnostic { place: Some(moved), ..error.clone() })
    }

    /// Checks a study that the command line made or changed.
    ///
    /// # Errors
    /// All that is wrong, with its places.
    pub fn check(&self, sweep: &Sweep) -> Result<(), Failure> {
        let mut report = Report::default();
        let whole = self.places.first().copied().unwrap_or(Place { text: 0, start: 0, end: 0 });
        study::check(&mut report, sweep, &self.places, whole);
        if report.errors.is_empty() {
            return Ok(());
        }
        Err(Failure::Mistake(Problems::new(self.sources.clone(), report).of_study().render(colour())))
    }
}

/// The study's scenario, with every parameter that is varied among its own; warnings are printed. `tries` are values that
/// what is varied may take together: the first with which the scenario holds is taken.
///
/// # Errors
/// All mistakes of the scenario with the first of them, or paths that name nothing to vary, with the nearest that do.
pub fn varied_scenario(source: &Source, from: &VariedFrom<'_>, tries: &[Vec<Varied>]) -> Result<LoadedVaried, Failure> {
    let mut first = None;
    for varied in tries {
        match load_varied(from, varied) {
            Ok(found) => {
                let loaded = &found.loaded;
                if !loaded.warnings.is_empty() {
                    say(&scenario::render_all(&loaded.warnings, &loaded.sources, colour()));
                }
                return Ok(found);
            }
            Err(problems) => first = first.or(Some(problems)),
        }
    }
    Err(Failure::Mistake(first.map_or_else(
        || "the study varies nothing".to_string(),
        |problems| source.in_study(problems).of_study().render(colour()),
    )))
}

/// The scenarios that the points of a sweep need, in the order of [`SweepPoints::variants`]; in words, why one does not hold.
pub fn variants(found: &LoadedVaried, from: &VariedFrom<'_>, points: &SweepPoints) -> Vec<Result<Scenario, String>> {
    let variants = points.variants();
    if let [only] = variants.as_slice()
        && only.is_empty()
    {
        return vec![Ok(found.loaded.scenario.clone())];
    }
    parallel::each(variants.len(), |variant| found.variant(from, &variants[variant]))
}

/// How fast trials go, measured on a few.
pub struct TimedRun {
    /// Trials of one policy a second, on all threads together.
    pub trials_per_second: f64,
}

impl TimedRun {
    /// Runs two blocks per thread at points spread over all, once to warm up and once by the clock.
    pub fn measure(prepared: &Prepared, points: &dyn Points) -> Self {
        let blocks = 2 * rayon::current_num_threads();
        let lane = |index: usize| Lane {
            point: (index * points.len() / (blocks * LANES)).min(points.len().saturating_sub(1)),
            trial: (index % LANES) as u64,
            history: 0,
        };
        let lanes: Vec<Lane> = (0..blocks * LANES).map(lane).collect();
        evaluate(prepared, points, &[], &lanes[..LANES], &NoProgress);
        let started = Instant::now();
        evaluate(prepared, points, &[], &lanes, &NoProgress);
        let trials = (lanes.len() * prepared.policies.len()) as f64;
        Self { trials_per_second: trials / started.elapsed().as_secs_f64().max(1e-9) }
    }
}

/// A length of time in words, e.g. `4 min`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{:.0} s", s.max(1.0)),
        s if s < 90.0 * 60.0 => format!("{:.0} min", s / 60.0),
        s if s < 48.0 * 3600.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} days", s / 86400.0),
    }
}

/// A size in words, e.g. `12 MB`.
pub fn size(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).max(1.0)),
        b if b < 1e9 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}
