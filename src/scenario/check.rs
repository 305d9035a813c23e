//! Checks that look at more than one key of a scenario.

use indexmap::IndexMap;

use super::diagnostic::{Place, quoted};
use super::group::Group;
use super::number::shown;
use super::policy::Shock;
use super::reader::Reader;
use super::tree::Node;
use super::uncertain::Uncertain;
use super::whole::Scenario;

/// How far from one shares may sum to; they are divided by their sum later.
const SUM_TOLERANCE: f64 = 0.02;

/// Most of a group that may be sheltered: someone must be left in the country.
const MOST_SHELTERED: f64 = 0.95;

/// Reports what is wrong between keys, and warns of what is odd.
pub fn check(reader: &mut Reader<'_>, scenario: &Scenario, root: &Node) {
    for (name, group) in &scenario.groups {
        check_group(reader, name, group, root);
    }
    let affinities = scenario.groups.iter().map(|(name, group)| (name, &group.affinity));
    check_symmetric(reader, "groups", "affinity", affinities, root);
    check_symmetric(reader, "groups", "ties", scenario.groups.iter().map(|(name, group)| (name, &group.ties)), root);
    let distances = scenario.causes.iter().map(|(name, cause)| (name, &cause.distance));
    check_symmetric(reader, "causes", "distance", distances, root);
    check_hosts(reader, scenario, root);
    for (index, shock) in scenario.shocks.iter().enumerate() {
        let place = item_place(root, "shocks", index);
        check_shock(reader, &format!("shocks.{index}"), shock, scenario, place);
    }
    check_dates_of_actions(reader, scenario, root);
    super::workload::check(reader, scenario, root);
    for (index, observed) in scenario.observed.iter().enumerate() {
        let path = std::path::Path::new(&observed.file);
        let inside = path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            let place = item_place(root, "observed", index);
            let message = format!("{} cannot be an observed series", quoted(&observed.file));
            reader.report.error(place, message, "expected the path of a file in the scenario's folder or below it");
        }
    }
}

fn check_group(reader: &mut Reader<'_>, name: &str, group: &Group, root: &Node) {
    let place = |key: &str| place_at(root, &["groups", name, key]);
    check_sum(reader, &format!("groups.{name}.presence"), group.presence.values(), place("presence"));
    let targets = &group.targets;
    let shares = [&targets.security, &targets.civilian, &targets.foreign, &targets.infrastructure];
    check_sum(reader, &format!("groups.{name}.targets"), shares, place("targets"));
    let funding = &group.funding;
    let shares = [&funding.local, &funding.diaspora, &funding.host];
    check_sum(reader, &format!("groups.{name}.funding"), shares, place("funding"));
    let sheltered: f64 = group.sanctuary.values().map(|sanctuary| sanctuary.share.distribution.bounds().1).sum();
    if sheltered > MOST_SHELTERED + 1e-9 {
        let message = format!("up to {} of {} can be sheltered", shown(sheltered), quoted(name));
        reader.report.error(place("sanctuary"), message, format!("expected a sum of at most {MOST_SHELTERED}"));
    }
}

/// Shares that make a whole: their means must sum to one, nearly.
fn check_sum<'a>(reader: &mut Reader<'_>, path: &str, shares: impl IntoIterator<Item = &'a Uncertain>, place: Place) {
    let sum: f64 = shares.into_iter().map(|share| share.distribution.mean()).sum();
    if (sum - 1.0).abs() > SUM_TOLERANCE + 1e-9 {
        let message = format!("the shares of {} sum to {}", quoted(path), shown(sum));
        reader.report.error(place, message, "expected a sum of 1 (by their means)");
    }
}

/// A symmetric relation is named once for a pair, and never of one with itself.
fn check_symmetric<'a, V: 'a>(
    reader: &mut Reader<'_>,
    table: &str,
    key: &str,
    relations: impl Iterator<Item = (&'a String, &'a IndexMap<String, V>)>,
    root: &Node,
) {
    let relations: Vec<_> = relations.collect();
    for (index, (name, others)) in relations.iter().enumerate() {
        for other in others.keys() {
            let place = place_at(root, &[table, name, key, other]);
            if other == *name {
                let message = format!("{} is related to itself", quoted(name));
                reader.report.error(place, message, format!("`{key}` is between two of them"));
            }
            let earlier =
                relations[..index].iter().any(|(earlier, theirs)| *earlier == other && theirs.contains_key(*name));
            if earlier {
                let message = format!("`{key}` of {} and {} is given twice", quoted(other), quoted(name));
                let expected = format!("it is symmetric; already named at `{table}.{other}.{key}.{name}`");
                reader.report.error(place, message, expected);
            }
        }
    }
}

fn check_hosts(reader: &mut Reader<'_>, scenario: &Scenario, root: &Node) {
    for (name, host) in &scenario.hosts {
        let factions = place_at(root, &["hosts", name, "factions"]);
        let weight: f64 = host.factions.iter().map(|faction| faction.weight.distribution.mean()).sum();
        if !host.factions.is_empty() && weight <= 0.0 {
            let message = format!("the factions of {} have no weight", quoted(name));
            reader.report.error(factions, message, "expected a weight above 0 for one of them");
        }
        for (index, faction) in host.factions.iter().enumerate() {
            if host.factions[..index].iter().any(|earlier| earlier.name == faction.name) {
                let message = format!("two factions of {} are named {}", quoted(name), quoted(&faction.name));
                reader.report.error(factions, message, "expected different names");
            }
        }
        for shift in &host.truce_shifts {
            if shift.groups.len() != 2 || shift.groups[0] == shift.groups[1] {
                let place = place_at(root, &["hosts", name, "truce_shifts"]);
                let message = format!("a truce shift of {} names {} groups", quoted(name), shift.groups.len());
                reader.report.error(place, message, "expected two different groups");
            }
        }
    }
}

fn check_shock(reader: &mut Reader<'_>, path: &str, shock: &Shock, scenario: &Scenario, place: Place) {
    let (first, last) = match (shock.on, shock.between.as_slice()) {
        (Some(day), []) => (day, day),
        (None, [first, last]) if first < last => (*first, *last),
        (None, [_, _]) => {
            reader.report.error(
                place,
                format!("the dates of {} are out of order", quoted(path)),
                "expected [first, last]",
            );
            return;
        }
        (None, []) => {
            let message = format!("{} has no date", quoted(path));
            reader.report.error(place, message, "expected `on = DATE` or `between = [DATE, DATE]`");
            return;
        }
        (Some(_), _) => {
            let message = format!("{} has both `on` and `between`", quoted(path));
            reader.report.error(place, message, "expected one of them");
            return;
        }
        (None, dates) => {
            let message = format!("{} falls between {} dates", quoted(path), dates.len());
            reader.report.error(place, message, "expected two: between = [DATE, DATE]");
            return;
        }
    };
    if last < scenario.start || first >= scenario.end {
        let message = format!("{} never happens", quoted(path));
        let expected = format!("the scenario runs from {} to {}", scenario.start, scenario.end);
        reader.report.warning(place, message, expected);
    } else if first < scenario.start || last >= scenario.end {
        let message = format!("{} can fall outside the scenario, where nothing happens", quoted(path));
        let expected = format!("the scenario runs from {} to {}", scenario.start, scenario.end);
        reader.report.warning(place, message, expected);
    }
    if shock.set.is_empty() && shock.add.is_empty() && shock.transfer.is_empty() {
        reader.report.warning(
            place,
            format!("{} changes nothing", quoted(path)),
            "expected `set`, `add` or `transfer`",
        );
    }
    for quantity in shock.set.keys().filter(|quantity| shock.add.contains_key(*quantity)) {
        let message = format!("{} both sets and adds to {}", quoted(path), quoted(quantity));
        reader.report.error(place, message, "expected one of them");
    }
    for transfer in &shock.transfer {
        if transfer.from == transfer.to {
            let message = format!("{} moves fighters from {} to itself", quoted(path), quoted(&transfer.from));
            reader.report.error(place, message, "expected two different groups");
        }
    }
}

/// Warns of actions whose dates leave them no day of the scenario.
fn check_dates_of_actions(reader: &mut Reader<'_>, scenario: &Scenario, root: &Node) {
    for (index, policy) in scenario.policies.iter().enumerate() {
        for action in &policy.actions {
            // An action taken over has its warning where it stands.
            let prefix = format!("policies.{}.", policy.name);
            let own = action.budget.path.starts_with(&prefix);
            let late = action.from.is_some_and(|from| from >= scenario.end);
            let early = action.until.is_some_and(|until| until <= scenario.start);
            if own && (late || early) {
                let message = format!("action {} of {} is never active", quoted(&action.name), quoted(&policy.name));
                let expected = format!("the scenario runs from {} to {}", scenario.start, scenario.end);
                reader.report.warning(item_place(root, "policies", index), message, expected);
            }
        }
    }
}

/// Where the value at a path stands; where what holds it stands, if it is absent.
pub(super) fn place_at(root: &Node, path: &[&str]) -> Place {
    let mut node = root;
    for key in path {
        match node.get(key) {
            Some(below) => node = below,
            None => break,
        }
    }
    node.place
}

pub(super) fn item_place(root: &Node, list: &str, index: usize) -> Place {
    let item = root.get(list).and_then(Node::as_list).and_then(|items| items.get(index));
    item.map_or(root.place, |item| item.place)
}
