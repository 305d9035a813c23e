//! The keys at the top of a scenario file, and the whole scenario made from them.

use indexmap::IndexMap;

use super::check;
use super::date::{Date, Span};
use super::diagnostic::Place;
use super::entity::{choice, entity};
use super::group::Group;
use super::place::{Cause, Host, Region, State};
use super::policies::Policies;
use super::policy::Shock;
use super::reader::{Known, Reader};
use super::settings::{Instruments, Mechanisms};
use super::tree::{Node, Value};
use super::whole::{Observed, Scenario};

/// Most steps of a trial.
const MOST_STEPS: u64 = 10_000;

choice! {
    /// What stands for a parameter that the scenario does not name.
    pub enum Defaults {
        /// A draw from its plausible range around the default, where it has one.
        Ranges = "ranges",
        /// Its default.
        Fixed = "fixed",
    }
}

entity! {
    /// A scenario: the whole of a file.
    pub struct Document {
        /// Version of the format; this engine reads 1.
        schema: u64 = whole(1, 1).required(),
        /// A scenario file that this one takes over and overrides key by key; in the same folder or below it.
        extends: Option<String> = text(),
        /// What the scenario is about, in one line.
        title: String = text().required(),
        /// What the reader of its results should know.
        description: Option<String> = long_text(),
        /// First day.
        start: Date = date().required(),
        /// Length of time simulated, e.g. "3y" or "18m"; give this or `end`.
        horizon: Option<Span> = span(),
        /// First day no longer simulated; give this or `horizon`.
        end: Option<Date> = date(),
        /// Length of a step, 1 to 30 days.
        step: Span = span().default_text("7d"),
        /// Trials (histories) per policy.
        trials: u64 = whole(1, 10_000_000).default_whole(2000),
        /// Seed of all random draws: the same seed gives the same results.
        seed: u64 = whole(0, u64::MAX).default_whole(1),
        /// The policy that others are compared with; the first where absent.
        baseline: Option<String> = name(Names::Policies),
        /// Metrics shown first.
        headline: Vec<String> = names(Names::Metrics),
        /// Loss to minimise: weight per unit of each metric; used for regret, ranking and optimisation.
        objective: IndexMap<String, f64> = weights(Names::Metrics, "weight", -1e9, 1e9),
        /// Groups that can be born in a trial (splits, splinters of deals) before no more are split off.
        splinters: u64 = whole(0, 1024).default_whole(16),
        /// Whether parameters that are not named are drawn from their plausible ranges or stand at their defaults.
        defaults: Defaults = choice().default_text("ranges"),
        /// The state whose policies are compared.
        state: State = table().required(),
        /// Causes; one that a group names exists without being listed.
        causes: IndexMap<String, Cause> = declares(Names::Causes),
        /// Regions of the state.
        regions: IndexMap<String, Region> = declares(Names::Regions).required(),
        /// Neighbouring states that shelter groups.
        hosts: IndexMap<String, Host> = declares(Names::Hosts),
        /// Militant groups.
        groups: IndexMap<String, Group> = declares(Names::Groups).required(),
        /// Dated events from outside the model.
        shocks: Vec<Shock> = list(),
        /// Defaults of instruments for this scenario: one table per kind, its options as keys.
        instruments: Instruments = instruments(),
        /// What the state does: the alternatives compared.
        policies: Policies = policies().required(),
        /// Mechanisms of the model: `on`, and their parameters.
        mechanisms: Mechanisms = mechanisms(),
        /// Observed series that results are laid against.
        observed: Vec<Observed> = list(),
    }
}

/// Reads a merged tree; `None` after errors, which the reader holds.
pub fn read(reader: &mut Reader<'_>, root: &Node) -> Option<Scenario> {
    if let Some(Node { place, value: Value::Whole(version) }) = root.get("schema")
        && *version != 1
    {
        // Nothing else of another version's file could be judged.
        let help = "take the version of this program that the file was written for, or rewrite it by the reference";
        let message = format!("this is version {version} of the format");
        reader.report.error_with_help(*place, message, "this program reads version 1", Some(help.to_string()));
        return None;
    }
    reader.known = Known::collect(root);
    // Parameters are read long after this key, but wherever it stands it must hold for all of them.
    reader.ranges = root.get("defaults").and_then(Node::as_text) != Some("fixed");
    let document = reader.entity::<Document>("", root, &[]);
    let scenario = assemble(reader, document?, root)?;
    check::check(reader, &scenario, root);
    reader.report.errors.is_empty().then_some(scenario)
}

fn assemble(reader: &mut Reader<'_>, document: Document, root: &Node) -> Option<Scenario> {
    let end = end(reader, &document, root);
    let step_days = step_days(reader, &document, root);
    let (end, step_days) = (end?, step_days?);
    let days = document.start.days_until(end);
    let steps = days.unsigned_abs().div_ceil(step_days);
    if steps > MOST_STEPS {
        let place = place_of(root, "horizon").or(place_of(root, "end")).unwrap_or(root.place);
        let message = format!("{steps} steps of {step_days} days");
        reader.report.error(place, message, format!("at most {MOST_STEPS} steps"));
    }
    let Policies(policies) = document.policies;
    for (key, count) in
        [("groups", document.groups.len()), ("regions", document.regions.len()), ("policies", policies.len())]
    {
        if count == 0 {
            let place = place_of(root, key).unwrap_or(root.place);
            reader.report.error(place, format!("the scenario has no {key}"), "expected at least one");
        }
    }
    let mut causes = document.causes;
    for group in document.groups.values() {
        causes.entry(group.cause.clone()).or_insert_with(|| Cause { label: None, distance: IndexMap::new() });
    }
    let offered = |metric: &&str| reader.catalog.metrics.iter().any(|spec| spec.name == *metric);
    let mut headline = document.headline;
    if headline.is_empty() {
        headline = ["killed", "attacks", "strength", "spent"]
            .iter()
            .copied()
            .filter(|m| offered(m))
            .map(str::to_string)
            .collect();
    }
    let mut objective = document.objective;
    if objective.is_empty() && offered(&"killed") {
        objective.insert("killed".to_string(), 1.0);
    }
    Some(Scenario {
        title: document.title,
        description: document.description,
        start: document.start,
        end,
        step_days,
        trials: document.trials,
        seed: document.seed,
        baseline: document.baseline.or_else(|| policies.first().map(|policy| policy.name.clone()))?,
        headline,
        objective,
        splinters: document.splinters,
        state: document.state,
        causes,
        regions: document.regions,
        hosts: document.hosts,
        groups: document.groups,
        shocks: document.shocks,
        policies,
        mechanisms: document.mechanisms.0,
        observed: document.observed,
    })
}

fn end(reader: &mut Reader<'_>, document: &Document, root: &Node) -> Option<Date> {
    let end = match (document.horizon, document.end) {
        (Some(horizon), None) => document.start + horizon,
        (None, Some(end)) => end,
        (Some(_), Some(_)) => {
            let place = place_of(root, "end").unwrap_or(root.place);
            reader.report.error(place, "the scenario has both `horizon` and `end`", "expected one of them");
            return None;
        }
        (None, None) => {
            let help = Some("for example horizon = \"3y\"".to_string());
            let message = "the scenario has neither `horizon` nor `end`";
            reader.report.error_with_help(root.place, message, "expected one of them here", help);
            return None;
        }
    };
    if document.start.days_until(end) < 1 {
        let place = place_of(root, "horizon").or(place_of(root, "end")).unwrap_or(root.place);
        reader.report.error(
            place,
            format!("the scenario ends on {end}"),
            format!("expected a day after {}", document.start),
        );
        return None;
    }
    Some(end)
}

fn step_days(reader: &mut Reader<'_>, document: &Document, root: &Node) -> Option<u64> {
    let days = document.step.days();
    if (1..=30).contains(&days) {
        return Some(days);
    }
    let place = place_of(root, "step").unwrap_or(root.place);
    reader.report.error(place, format!("`step` is {days} days, out of range"), "expected 1 to 30 days, e.g. \"7d\"");
    None
}

/// Where the value of a top-level key stands.
pub fn place_of(root: &Node, key: &str) -> Option<Place> {
    root.get(key).map(|node| node.place)
}
