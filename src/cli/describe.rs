//! `jirga describe`: what a scenario holds, as tables.

use clap::{Args, ValueEnum};
use comfy_table::Table;

use super::reading::ScenarioArguments;
use super::tables::{light, ruled};
use super::{Failure, print};
use crate::report::provenance::value;
use crate::scenario::Scenario;
use crate::scenario::policy::Action;
use crate::scenario::uncertain::Uncertain;

/// Arguments of `describe`.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    scenario: ScenarioArguments,
    /// Only these tables.
    #[arg(long, value_name = "TABLE", num_args = 1..)]
    only: Vec<Part>,
}

/// The tables there are.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Groups,
    Ties,
    Hosts,
    Regions,
    Policies,
    Parameters,
}

/// Prints the tables.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let loaded = arguments.scenario.load()?;
    let scenario = &loaded.scenario;
    let parts = [Part::Groups, Part::Ties, Part::Hosts, Part::Regions, Part::Policies, Part::Parameters];
    let mut text = format!("{}\n", scenario.title);
    for part in parts.into_iter().filter(|p| arguments.only.is_empty() || arguments.only.contains(p)) {
        let (title, table) = match part {
            Part::Groups => ("Groups", groups(scenario)),
            Part::Ties => ("Ties and affinities", ties(scenario)),
            Part::Hosts => ("Hosts", hosts(scenario)),
            Part::Regions => ("Regions", regions(scenario)),
            Part::Policies => ("Policies", policies(scenario)),
            Part::Parameters => ("Parameters", parameters(scenario)),
        };
        match table.row_count() {
            0 => text.push_str(&format!("\n{title}: none\n")),
            _ => text.push_str(&format!("\n{title}\n{table}\n")),
        }
    }
    print(&text)
}

fn named<'a>(values: impl Iterator<Item = (&'a String, &'a Uncertain)>) -> String {
    values.map(|(name, v)| format!("{name} {}", value(v))).collect::<Vec<_>>().join("\n")
}

fn groups(scenario: &Scenario) -> Table {
    let mut t =
        ruled(&["group", "cause", "fighters", "attacks per fighter-year", "killed per attack", "presence", "shelter"]);
    for (name, g) in &scenario.groups {
        let label = g.label.as_ref().map_or(String::new(), |l| format!("\n{l}"));
        let loyal = if g.allegiance { "\n(loyal to the state)" } else { "" };
        let shelter =
            g.sanctuary.iter().map(|(h, s)| format!("{h} {}", value(&s.share))).collect::<Vec<_>>().join("\n");
        t.add_row([
            format!("{name}{label}{loyal}"),
            g.cause.clone(),
            value(&g.strength),
            value(&g.tempo),
            value(&g.lethality),
            named(g.presence.iter()),
            shelter,
        ]);
    }
    t
}

fn ties(scenario: &Scenario) -> Table {
    let mut t = light(&["group", "with", "tie at the start", "affinity"]);
    for (name, g) in &scenario.groups {
        let others: Vec<&String> = scenario
            .groups
            .keys()
            .filter(|other| g.ties.contains_key(*other) || g.affinity.contains_key(*other))
            .collect();
        for other in others {
            let tie = g.ties.get(other).map_or("none", |tie| match tie {
                crate::scenario::group::Tie::Hostile => "hostile",
                crate::scenario::group::Tie::None => "none",
                crate::scenario::group::Tie::Cooperation => "cooperation",
                crate::scenario::group::Tie::Coalition => "coalition",
            });
            let affinity = g.affinity.get(other).map_or_else(String::new, value);
            t.add_row([name.clone(), other.clone(), tie.to_string(), affinity]);
        }
    }
    t
}

fn hosts(scenario: &Scenario) -> Table {
    let mut t = ruled(&["host", "relation", "capacity", "mediates", "factions", "fights"]);
    for (name, h) in &scenario.hosts {
        let factions = h
            .factions
            .iter()
            .map(|f| {
                let consents = if f.consents { "consents to strikes" } else { "does not consent" };
                format!("{} {}: {consents}", f.name, value(&f.weight))
            })
            .collect::<Vec<_>>()
            .join("\n");
        let mediates = if h.mediates { "yes" } else { "no" };
        t.add_row([
            name.clone(),
            value(&h.relation),
            value(&h.capacity),
            mediates.to_string(),
            factions,
            named(h.fights.iter()),
        ]);
    }
    t
}

fn regions(scenario: &Scenario) -> Table {
    let mut t = ruled(&["region", "province", "people", "writ", "cooperation", "grievance"]);
    for (name, r) in &scenario.regions {
        let label = r.label.as_ref().map_or(String::new(), |l| format!("\n{l}"));
        t.add_row([
            format!("{name}{label}"),
            r.province.clone().unwrap_or_else(|| name.clone()),
            value(&r.population),
            value(&r.writ),
            value(&r.cooperation),
            named(r.grievance.iter()),
        ]);
    }
    t
}

fn policies(scenario: &Scenario) -> Table {
    let mut t = ruled(&["policy", "action", "money a year", "priority", "when"]);
    for policy in &scenario.policies {
        let mark = if policy.name == scenario.baseline { "\n(baseline)" } else { "" };
        if policy.actions.is_empty() {
            t.add_row([format!("{}{mark}", policy.name), "no actions".to_string()]);
        }
        for (index, action) in policy.actions.iter().enumerate() {
            let name = if index == 0 { format!("{}{mark}", policy.name) } else { String::new() };
            let money = format!("{} {}", value(&action.budget), scenario.state.currency);
            t.add_row([name, kind(action), money, action.priority.to_string(), dates(action)]);
        }
    }
    t
}

fn kind(action: &Action) -> String {
    let targets: Vec<&str> =
        action.groups.iter().chain(&action.hosts).chain(&action.regions).map(String::as_str).collect();
    if targets.is_empty() { action.kind.clone() } else { format!("{}\n{}", action.kind, targets.join(", ")) }
}

fn dates(action: &Action) -> String {
    let mut words = Vec::new();
    words.extend(action.from.map(|d| format!("from {d}")));
    words.extend(action.until.map(|d| format!("until {d}")));
    words.extend(action.when.is_some().then(|| "on a condition".to_string()));
    if words.is_empty() { "always".to_string() } else { words.join(", ") }
}

fn parameters(scenario: &Scenario) -> Table {
    let mut t = light(&["parameter", "value", "grade", "source"]);
    for p in scenario.parameters() {
        let default = if p.is_default { "the engine's default" } else { "" };
        let source = match (&p.source, &p.note) {
            (Some(source), Some(note)) => format!("{source}; {note}"),
            (Some(source), None) => source.clone(),
            (None, Some(note)) => note.clone(),
            (None, None) => default.to_string(),
        };
        t.add_row([p.path.clone(), value(p), format!("{:?}", p.grade), source]);
    }
    t
}
