//! Refuses a scenario whose trials would count so many events that they could not end: at check time, with the
//! place, rather than by running for ever.

use super::check::{item_place, place_at};
use super::diagnostic::quoted;
use super::number::shown;
use super::reader::Reader;
use super::tree::Node;
use super::whole::Scenario;

/// Most events of one kind a year that a scenario may ask for.
const MOST_A_YEAR: f64 = 1e6;

/// Reports groups that would make, and actions that would pay for, more events than a trial can count.
pub fn check(reader: &mut Reader<'_>, scenario: &Scenario, root: &Node) {
    for (name, group) in &scenario.groups {
        let attacks = group.strength.distribution.bounds().1 * group.tempo.distribution.bounds().1;
        if attacks > MOST_A_YEAR {
            let message = format!("{} would make up to {} attacks a year", quoted(name), shown(attacks));
            let expected = format!("strength times tempo may be at most {}", shown(MOST_A_YEAR));
            reader.report.error(place_at(root, &["groups", name, "tempo"]), message, expected);
        }
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
            }
        }
    }
}
