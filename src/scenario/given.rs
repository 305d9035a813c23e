//! Keys of a scenario that a study varies: finding them by path, and whether the scenario holds with given values.

use std::collections::BTreeMap;
use std::path::Path;

use super::catalog::Catalog;
use super::check;
use super::condition::thresholds_are_ordered;
use super::diagnostic::{Diagnostic, Place, Problems, Report, quoted};
use super::key::Kind;
use super::load::{Loaded, load_named};
use super::nearest::nearest_path;
use super::number::shown;
use super::reader::Reader;
use super::setting::Setting;
use super::shape::Shape;
use super::tree::{Node, Table, Value};
use super::uncertain::{Distribution, Uncertain};
use super::whole::Scenario;

/// How far above one given shares of a whole may sum to.
const SUM_TOLERANCE: f64 = 1e-9;

/// A key to vary: its dotted path, and a value that it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// Dotted path as `--set` takes it.
    pub path: String,
    /// Any of its values.
    pub value: Setting,
}

impl Varied {
    fn set(&self) -> String {
        format!("{}={}", self.path, self.value.toml())
    }
}

/// What is varied at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// A number that may be uncertain: each trial can have its own value.
    Parameter,
    /// A number that shapes the scenario.
    Number,
    /// A whole number.
    Whole,
    /// A day.
    Date,
    /// A span of time.
    Span,
    /// A switch, a name or one of a few words.
    Word,
}

/// Keys that a study decides itself, or that only say how results are read.
const OF_THE_STUDY: [&str; 8] = ["schema", "extends", "title", "description", "trials", "seed", "baseline", "headline"];

/// Where a varied scenario is read from.
#[derive(Debug, Clone)]
pub struct VariedFrom<'a> {
    /// The file.
    pub path: &'a Path,
    /// `--set` texts that hold at all points.
    pub sets: &'a [String],
    /// Stands for the text in messages about what is varied.
    pub asked_by: &'a str,
    /// What the engine offers.
    pub catalog: &'a Catalog,
}

/// A scenario some of whose keys are varied.
#[derive(Debug, Clone)]
pub struct LoadedVaried {
    /// The scenario with one value at each key that is varied.
    pub loaded: Loaded,
    /// What is varied, in the order asked.
    pub natures: Vec<Nature>,
    /// Numbers that the file leaves to another place, made their own by setting them.
    own: Vec<String>,
}

impl LoadedVaried {
    /// The scenario with other values at keys that are not parameters.
    ///
    /// # Errors
    /// In words, why it does not hold with these.
    pub fn variant(&self, from: &VariedFrom<'_>, settings: &[Varied]) -> Result<Scenario, String> {
        let more: Vec<String> = self.own.iter().cloned().chain(settings.iter().map(Varied::set)).collect();
        let loaded = load_named(from.path, from.sets, &more, from.asked_by, from.catalog);
        loaded.map(|loaded| loaded.scenario).map_err(|problems| match problems.report.errors.first() {
            Some(error) if error.expected.is_empty() => error.message.clone(),
            Some(error) => format!("{}; {}", error.message, error.expected),
            None => "the scenario does not hold".to_string(),
        })
    }
}

/// Reads a scenario whose [`Scenario::parameters`] include every path of `varied` that is a number which may be uncertain.
///
/// A number that the file leaves to another place (an option of an instrument's defaults, an action that a policy
/// takes over, a pair of groups that it does not name) becomes one of its own, as `--set` would make it. Each path is known
/// by the name that the scenario gives it. Other keys (dates, whole numbers, switches, words) make a scenario of their own for
/// each value, [`LoadedVaried::variant`].
///
/// # Errors
/// All that is wrong: of the scenario, or a path that names nothing that can be varied, with the nearest that does.
pub fn load_varied(from: &VariedFrom<'_>, varied: &[Varied]) -> Result<LoadedVaried, Problems> {
    let loaded = load_named(from.path, from.sets, &[], from.asked_by, from.catalog)?;
    let is_parameter = |loaded: &Loaded, one: &Varied| loaded.scenario.parameter(&one.path).is_some();
    let missing: Vec<String> = varied.iter().filter(|one| !is_parameter(&loaded, one)).map(Varied::set).collect();
    let parameter = vec![Nature::Parameter; varied.len()];
    if missing.is_empty() {
        return Ok(LoadedVaried { loaded, natures: parameter, own: Vec::new() });
    }
    let known: Vec<String> = loaded.scenario.parameters().iter().map(|one| one.path.clone()).collect();
    let suggestion = |path: &str| {
        let near = nearest_path(path, known.iter().map(String::as_str));
        near.map(|near| format!("did you mean `{near}`? (`jirga describe SCENARIO --only parameters` lists all)"))
    };
    let loaded = load_named(from.path, from.sets, &missing, from.asked_by, from.catalog).map_err(|mut problems| {
        for error in &mut problems.report.errors {
            let text = error.place.and_then(|place| problems.sources.texts.get(place.text));
            if let (None, Some(source)) = (&error.help, text.filter(|source| source.name == from.asked_by)) {
                error.help = source.text.split('=').next().and_then(suggestion);
            }
        }
        problems
    })?;
    let mut report = Report::default();
    let mut natures = parameter;
    let mut own = Vec::new();
    for (one, nature) in varied.iter().zip(&mut natures).filter(|(one, _)| missing.contains(&one.set())) {
        if is_parameter(&loaded, one) {
            own.push(one.set());
            continue;
        }
        match nature_of(&one.path) {
            Ok(found) => *nature = found,
            Err(why) => {
                let texts = loaded.sources.texts.iter().enumerate();
                let mut asked = texts.filter(|(_, source)| source.name == from.asked_by && source.text == one.set());
                let index = asked.next().map_or(0, |(index, _)| index);
                let place = Place { text: index, start: 0, end: one.path.len() };
                let message = format!("{} {why}", quoted(&one.path));
                let expected = "expected the path of a number, a date, a span of time, a name or a switch";
                report.error_with_help(place, message, expected, suggestion(&one.path));
            }
        }
    }
    if !report.errors.is_empty() {
        return Err(Problems::new(loaded.sources, report));
    }
    Ok(LoadedVaried { loaded, natures, own })
}

/// What stands at a path that is no parameter; in words, why it cannot be varied.
fn nature_of(path: &str) -> Result<Nature, &'static str> {
    let parts: Vec<&str> = path.split('.').map(str::trim).collect();
    if parts.len() == 1 && OF_THE_STUDY.contains(&parts[0]) {
        return Err("cannot be varied: it is the same at all points of a study");
    }
    let Some(key) = Shape::root().key_at(&parts) else {
        // What the catalog knows: switches of mechanisms, targets of actions.
        return match parts.as_slice() {
            ["instruments", ..] => Err("reaches no action, so that it cannot be varied"),
            _ => Ok(Nature::Word),
        };
    };
    match key.spec.kind {
        Kind::Weight(_) => Ok(Nature::Number),
        Kind::Whole { .. } => Ok(Nature::Whole),
        Kind::Date => Ok(Nature::Date),
        Kind::Span => Ok(Nature::Span),
        Kind::Flag | Kind::Choice | Kind::Name(_) => Ok(Nature::Word),
        _ => Err("is not a number that can be varied"),
    }
}

impl Scenario {
    /// The number at a dotted path.
    pub fn parameter(&self, path: &str) -> Option<&Uncertain> {
        self.parameters().into_iter().find(|parameter| parameter.path == path)
    }

    /// Checks that the scenario holds with these values in place of its own, `(path, value)`: ranges of the keys, and
    /// all that the scenario's own check looks at. Shares of a whole that are not given keep their proportions and fill
    /// the rest of it.
    ///
    /// # Errors
    /// In words, what is wrong.
    pub fn check_given(&self, given: &[(&str, f64)], catalog: &Catalog) -> Result<(), String> {
        let values: BTreeMap<&str, f64> = given.iter().copied().collect();
        let mut changed = self.clone();
        for parameter in changed.parameters_mut() {
            let Some(value) = values.get(parameter.path.as_str()) else { continue };
            let limits = parameter.limits;
            if !(limits.low..=limits.high).contains(value) {
                let (low, high) = (shown(limits.low), shown(limits.high));
                return Err(format!(
                    "{} is {}, out of range: from {low} to {high} ({})",
                    quoted(&parameter.path),
                    shown(*value),
                    limits.unit
                ));
            }
            parameter.distribution = Distribution::Fixed(*value);
        }
        for (name, group) in &mut changed.groups {
            let targets = &mut group.targets;
            let mix = [&mut targets.security, &mut targets.civilian, &mut targets.foreign, &mut targets.infrastructure];
            fill_whole(&format!("groups.{name}.targets"), mix.into_iter().collect(), &values)?;
            let funding = &mut group.funding;
            let mix = [&mut funding.local, &mut funding.diaspora, &mut funding.host];
            fill_whole(&format!("groups.{name}.funding"), mix.into_iter().collect(), &values)?;
            fill_whole(&format!("groups.{name}.presence"), group.presence.values_mut().collect(), &values)?;
        }
        for policy in &changed.policies {
            for action in policy.actions.iter().filter(|action| action.when.is_some()) {
                if !action.when.as_ref().is_none_or(thresholds_are_ordered) {
                    let path = format!("policies.{}.{}.when", policy.name, action.name);
                    return Err(format!("{} would stop before it starts", quoted(&path)));
                }
            }
        }
        let mut reader = Reader::new(catalog, Report::default());
        let nowhere = Node { place: Place { text: 0, start: 0, end: 0 }, value: Value::Table(Table::new()) };
        check::check(&mut reader, &changed, &nowhere);
        match reader.report.errors.first() {
            None => Ok(()),
            Some(Diagnostic { message, expected, .. }) => Err(format!("{message}; {expected}")),
        }
    }
}

/// Lets the shares that are not given fill what those given leave of the whole, in their own proportions.
fn fill_whole(path: &str, mut shares: Vec<&mut Uncertain>, given: &BTreeMap<&str, f64>) -> Result<(), String> {
    let is_given = |share: &Uncertain| given.contains_key(share.path.as_str());
    if !shares.iter().any(|share| is_given(share)) {
        return Ok(());
    }
    let mean = |given: bool| -> f64 {
        shares.iter().filter(|share| is_given(share) == given).map(|share| share.distribution.mean()).sum()
    };
    let (taken, others) = (mean(true), mean(false));
    if taken > 1.0 + SUM_TOLERANCE {
        return Err(format!("the shares given to {} sum to {}, more than 1", quoted(path), shown(taken)));
    }
    if others > 0.0 {
        let scale = (1.0 - taken).max(0.0) / others;
        for share in shares.iter_mut().filter(|share| !is_given(share)) {
            share.distribution = Distribution::Fixed(share.distribution.mean() * scale);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::template::template;
    use super::super::tests::{CATALOG, read};

    const TWO_PLACES: &str = r#"
[state]
revenue = 1
[regions.a]
population = 1000
[regions.b]
population = 1000
[hosts.h]
[hosts.k]
[groups.g]
cause = "x"
strength = 100
presence = { a = 0.75, b = 0.25 }
tempo = 0.1
sanctuary.h = { share = 0.5, tolerance = 0.5 }
sanctuary.k = { share = 0.3, tolerance = 0.5 }
[[policies]]
name = "p"
"#;

    #[test]
    fn given_values_are_held_to_the_ranges_of_their_keys_and_to_the_checks_of_the_scenario() {
        let text = format!("schema = 1\ntitle = \"t\"\nstart = 2025-01-01\nhorizon = \"1y\"\n{TWO_PLACES}");
        let scenario = read(&text).unwrap_or_else(|error| panic!("{error}")).scenario;
        let check = |given: &[(&str, f64)]| scenario.check_given(given, &CATALOG);
        assert_eq!(check(&[("groups.g.strength", 5000.0), ("groups.g.tempo", 0.5)]), Ok(()));
        let low = check(&[("groups.g.strength", -1.0)]).expect_err("strength cannot be negative");
        assert!(low.contains("`groups.g.strength` is -1, out of range"), "{low}");
        let busy = check(&[("groups.g.strength", 1e6), ("groups.g.tempo", 100.0)]).expect_err("too many attacks");
        assert!(busy.contains("attacks a year"), "{busy}");
        let sheltered = check(&[("groups.g.sanctuary.h.share", 0.9)]).expect_err("someone must be in the country");
        assert!(sheltered.contains("sheltered"), "{sheltered}");
    }

    #[test]
    fn a_given_share_leaves_the_rest_to_the_others() {
        let text = format!("schema = 1\ntitle = \"t\"\nstart = 2025-01-01\nhorizon = \"1y\"\n{TWO_PLACES}");
        let scenario = read(&text).unwrap_or_else(|error| panic!("{error}")).scenario;
        assert_eq!(scenario.check_given(&[("groups.g.presence.a", 0.2)], &CATALOG), Ok(()));
        let both = [("groups.g.presence.a", 0.8), ("groups.g.presence.b", 0.4)];
        let sum = scenario.check_given(&both, &CATALOG).expect_err("more than a whole");
        assert!(sum.contains("sum to 1.2"), "{sum}");
    }

    #[test]
    fn every_number_of_the_template_can_be_found_and_changed() {
        let mut scenario = read(&template(&CATALOG)).unwrap_or_else(|error| panic!("{error}")).scenario;
        let mut changeable: Vec<String> = scenario.parameters_mut().iter().map(|one| one.path.clone()).collect();
        let listed: Vec<String> = scenario.parameters().iter().map(|one| one.path.clone()).collect();
        assert!(listed.iter().all(|path| scenario.parameter(path).is_some()));
        changeable.dedup();
        assert_eq!(changeable, listed);
    }
}
