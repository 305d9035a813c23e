//! The study that a command line means: a study file, or a scenario and what of it is varied.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Arguments;
use crate::cli::study::Source;
use crate::cli::{Failure, colour};
use crate::experiment::sweep::table::PointTable;
use crate::scenario::given::Varied;
use crate::scenario::setting::Setting;
use crate::scenario::study::{self, Design, Spacing, Sweep, Vary};
use crate::simulation::catalog;

/// Designs by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DesignName {
    /// Every combination of the values.
    Grid,
    /// One number at a time from a base.
    OneAtATime,
    /// First values together, second values together, and so on.
    Zip,
    /// A Latin hypercube of --points points.
    LatinHypercube,
    /// A scrambled Sobol' sequence of --points points.
    Sobol,
}

/// Combinations of values that what is varied may take, the first values first: some need not hold together.
pub fn tries(study: &Sweep, table: Option<&PointTable>) -> Vec<Vec<Varied>> {
    if let Some(table) = table {
        return vec![table.first().map(|(path, value)| Varied { path: path.clone(), value }).collect()];
    }
    let value = |vary: &Vary, attempt: usize| {
        let ends: Vec<&Setting> = vary.from.iter().chain(&vary.to).collect();
        let listed: Vec<&Setting> = if vary.values.is_empty() { ends } else { vary.values.iter().collect() };
        listed.get(attempt % listed.len().max(1)).map_or_else(|| vary.any_value(), |value| (*value).clone())
    };
    let longest = study.vary.iter().map(|vary| vary.values.len()).max().unwrap_or(0).clamp(2, MOST_TRIES);
    let at = |index: usize, attempt: usize| match attempt < longest {
        true => attempt,
        // Once more with the first values alone in the order turned round.
        false if index == 0 => 2 * longest - 1 - attempt,
        false => attempt - longest,
    };
    (0..2 * longest)
        .map(|attempt| {
            let varied = |(index, vary): (usize, &Vary)| Varied {
                path: vary.path.clone(),
                value: value(vary, at(index, attempt)),
            };
            study.vary.iter().enumerate().map(varied).collect()
        })
        .collect()
}

/// Most values of one key that are tried.
const MOST_TRIES: usize = 8;

/// The study that the arguments mean, where it was read from, and its table.
///
/// # Errors
/// All that is wrong with the study, with its places.
pub fn read(arguments: &Arguments) -> Result<(Sweep, Source, Option<PathBuf>), Failure> {
    let by_arguments = !arguments.vary.is_empty() || arguments.table.is_some();
    let is_study = study::is_study(&arguments.file);
    let (mut sweep, source, table) = match (is_study, by_arguments) {
        (true, false) => {
            let loaded = study::load_sweep(&arguments.file, &catalog())
                .map_err(|problems| Failure::Mistake(problems.render(colour())))?;
            (loaded.sweep, Source::study(loaded.scenario, loaded.sources, loaded.places), loaded.table)
        }
        (true, true) => {
            let message = "a study names what it varies: --vary and --table go with a scenario";
            return Err(Failure::Mistake(message.to_string()));
        }
        (false, _) => {
            let source = Source::command(arguments.file.clone(), &arguments.vary);
            let sweep = from_arguments(arguments, &source)?;
            (sweep, source, arguments.table.clone())
        }
    };
    sweep.set.extend(arguments.sets.iter().cloned());
    if !arguments.policies.is_empty() {
        sweep.policies.clone_from(&arguments.policies);
    }
    if !arguments.metrics.is_empty() {
        sweep.metrics = known_metrics(&arguments.metrics)?;
    }
    sweep.trials = arguments.trials.unwrap_or(sweep.trials);
    sweep.seed = arguments.seed.or(sweep.seed);
    if is_study && (arguments.design.is_some() || arguments.points.is_some()) {
        sweep.points = arguments.points.or(sweep.points);
        if let Some(design) = arguments.design {
            sweep.design = design.design();
        }
        source.check(&sweep)?;
    }
    Ok((sweep, source, table))
}

fn known_metrics(names: &[String]) -> Result<Vec<String>, Failure> {
    let known: Vec<&str> = catalog().metrics.iter().map(|metric| metric.name).collect();
    match names.iter().find(|name| !known.contains(&name.as_str())) {
        None => Ok(names.to_vec()),
        Some(name) => {
            let known = known.join(", ");
            Err(Failure::Mistake(format!("no metric is called `{name}`; there are {known}")))
        }
    }
}

impl DesignName {
    fn design(self) -> Design {
        match self {
            Self::Grid => Design::Grid,
            Self::OneAtATime => Design::OneAtATime,
            Self::Zip => Design::Zip,
            Self::LatinHypercube => Design::LatinHypercube,
            Self::Sobol => Design::Sobol,
        }
    }
}

/// A study from the command line: a scenario and what of it is varied.
fn from_arguments(arguments: &Arguments, source: &Source) -> Result<Sweep, Failure> {
    if arguments.vary.is_empty() && arguments.table.is_none() {
        return Err(Failure::Mistake(format!(
            "{} is no study, and nothing is varied: name a number with --vary PATH=FROM:TO:POINTS, e.g. --vary \
             groups.rebels.strength=500:1500:5",
            arguments.file.display()
        )));
    }
    let vary: Vec<Result<Vary, (usize, String)>> =
        arguments.vary.iter().enumerate().map(|(index, text)| vary(text).map_err(|error| (index, error))).collect();
    let wrong: Vec<(usize, String)> = vary.iter().filter_map(|one| one.as_ref().err().cloned()).collect();
    if !wrong.is_empty() {
        return Err(source.refuse(wrong));
    }
    let design = match (&arguments.table, arguments.design) {
        (Some(_), _) => Design::Table,
        (None, design) => design.map_or(Design::Grid, DesignName::design),
    };
    let stem = arguments.file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let vary: Vec<Vary> = vary.into_iter().flatten().collect();
    let what: Vec<&str> = vary.iter().map(|one| one.path.as_str()).collect();
    let what = if what.is_empty() { "a table of points".to_string() } else { what.join(", ") };
    let sweep = Sweep {
        schema: 1,
        title: format!("Sweep of {stem}: {what}"),
        description: None,
        scenario: arguments.file.display().to_string(),
        set: Vec::new(),
        policies: Vec::new(),
        trials: 256,
        seed: None,
        metrics: Vec::new(),
        design,
        points: arguments.points,
        table: arguments.table.as_ref().map(|path| path.display().to_string()),
        vary,
    };
    source.check(&sweep)?;
    Ok(sweep)
}

/// `PATH=FROM:TO:POINTS`, `PATH=FROM:TO`, `PATH=A,B,C` or `PATH`.
fn vary(text: &str) -> Result<Vary, String> {
    let (path, values) = text.split_once('=').map_or((text, None), |(path, values)| (path, Some(values)));
    let mut vary = Vary {
        path: path.trim().to_string(),
        label: None,
        values: Vec::new(),
        from: None,
        to: None,
        points: None,
        spacing: Spacing::Linear,
        base: None,
    };
    if vary.path.is_empty() {
        return Err("expected PATH=FROM:TO:POINTS or PATH=A,B,C".to_string());
    }
    let Some(values) = values else { return Ok(vary) };
    let value = |text: &str| -> Result<Setting, String> {
        let word = text.trim();
        let plain = word.strip_prefix('"').and_then(|word| word.strip_suffix('"')).unwrap_or(word);
        let infinite = plain.parse::<f64>().is_ok_and(|number| !number.is_finite());
        match plain.is_empty() || infinite {
            true => Err(format!("`{word}` is no value: expected FROM:TO:POINTS or A,B,C")),
            false => Ok(Setting::parse(plain)),
        }
    };
    match values.split(':').collect::<Vec<_>>().as_slice() {
        [_] => vary.values = values.split(',').map(value).collect::<Result<_, _>>()?,
        [from, to, rest @ ..] if rest.len() <= 1 => {
            vary.from = Some(value(from)?);
            vary.to = Some(value(to)?);
            if let Some(points) = rest.first() {
                let count = points.trim().parse::<u64>().ok().filter(|count| (1..=1_000_000).contains(count));
                vary.points = Some(count.ok_or_else(|| format!("`{}` is no number of points", points.trim()))?);
            }
        }
        _ => return Err("expected FROM:TO:POINTS or A,B,C".to_string()),
    }
    Ok(vary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_ranges_lists_or_laws() {
        let range = vary("a.b = 1_000:2e3:5").expect("a range");
        let number = |value| Some(Setting::Number(value));
        assert_eq!(
            (range.path.as_str(), range.from, range.to, range.points),
            ("a.b", number(1000.0), number(2000.0), Some(5))
        );
        assert_eq!(vary("a.b=3,1, 2").expect("a list").values, [3.0, 1.0, 2.0].map(Setting::Number));
        assert_eq!(vary("a.b=7").expect("one value").values, [Setting::Number(7.0)]);
        let ends = vary("a.b=0:1").expect("ends for a sampled design");
        assert_eq!((ends.from, ends.to, ends.points), (number(0.0), number(1.0), None));
        let words = vary("a.b=2023-01-01, 12w, true, hills").expect("other values");
        assert_eq!(words.values, ["2023-01-01", "12w", "true", "hills"].map(Setting::parse));
        let own = vary("a.b").expect("its own law");
        assert!(own.values.is_empty() && own.from.is_none());
        for wrong in ["=1,2", "a=1:2:0", "a=1:2:3:4", "a=1,", "a=", "a=nan", "a=1:inf:3"] {
            assert!(vary(wrong).is_err(), "{wrong}");
        }
    }
}
