//! Refuses a scenario whose trials would count so many events that they could not end: at check time, with the
//! place, rather than by running for ever.

use super::check::{item_place, place_at};
use super::date::DAYS_PER_YEAR;
use super::diagnostic::quoted;
use super::number::shown;
use super::reader::Reader;
use super::tree::Node;
use super::whole::Scenario;

/// Most events of one kind a year that a scenario may ask for.
const MOST_A_YEAR: f64 = 1e6;

/// Most events of one kind in all the time simulated: counts have room for ten times as many, should anger, allies or growth
/// raise them.
const MOST_IN_ALL: f64 = 2e8;

/// Reports groups that would make, and actions that would pay for, more events than a trial can count.
pub fn check(reader: &mut Reader<'_>, scenario: &Scenario, root: &Node) {
    let years = scenario.start.days_until(scenario.end) as f64 / DAYS_PER_YEAR;
    let mut killed = 0.0;
    for (name, group) in &scenario.groups {
        let attacks = group.strength.distribution.bounds().1 * group.tempo.distribution.bounds().1;
        if attacks > MOST_A_YEAR {
            let message = format!("{} would make up to {} attacks a year", quoted(name), shown(attacks));
            let expected = format!("strength times tempo may be at most {}", shown(MOST_A_YEAR));
            reader.report.error(place_at(root, &["groups", name, "tempo"]), message, expected);
        }
        killed += attacks * group.lethality.distribution.mean().max(1.0) * years;
    }
    if killed > MOST_IN_ALL && reader.report.errors.is_empty() {
        let message = format!("the groups would kill up to {} in {} years", shown(killed), shown(years));
        let expected = format!("at most {}: strength, tempo, lethality or the horizon is too high", shown(MOST_IN_ALL));
        reader.report.error(place_at(root, &["groups"]), message, expected);
    }
    for (index, policy) in scenario.policies.iter().enumerate() {
        for action in &policy.actions {
            let spec = reader.catalog.instruments.iter().find(|spec| spec.name == action.kind);
            let cost = spec.and_then(|spec| spec.options.iter().position(|option| option.name == "cost"));
            let Some(cost) = cost.and_then(|option| action.options.get(option)) else { continue };
            let operations = action.budget.distribution.bounds().1 / cost.distribution.bounds().0;
            if operations > MOST_A_YEAR {
                let message = format!(
                    "action {} would pay for up to {} operations a year",
                    quoted(&action.name),
                    shown(operations)
                );
                let expected = format!("budget divided by cost may be at most {}", shown(MOST_A_YEAR));
                reader.report.error(item_place(root, "policies", index), message, expected);
            } else if operations * years > MOST_IN_ALL {
                let message = format!(
                    "action {} would pay for up to {} operations",
                    quoted(&action.name),
                    shown(operations * years)
                );
                let expected = format!("at most {} in the time simulated", shown(MOST_IN_ALL));
                reader.report.error(item_place(root, "policies", index), message, expected);
            }
        }
    }
}
