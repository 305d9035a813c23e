//! Reading conditions of actions, and refusing those that cannot mean what they say.

use super::date::Date;
use super::diagnostic::quoted;
use super::entity::Entity;
use super::field::Value;
use super::policy::{Comparison, Condition, Observable};
use super::reader::{Reader, Site, join};
use super::tree::Node;
use super::uncertain::Uncertain;

/// Window of attacks and killed where none is named, in weeks.
const DEFAULT_WEEKS: u64 = 12;

impl Value for Condition {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        let Some(table) = node.as_table() else {
            reader.wrong_type(site.path, node, "a comparison such as { observe = \"attacks\", above = 60 }");
            return None;
        };
        let combination = ["all", "any", "not"].into_iter().find(|word| table.contains_key(*word));
        let Some(word) = combination else {
            let mut comparison = reader.entity::<Comparison>(site.path, node, &["all", "any", "not"])?;
            if matches!(comparison.observe, Observable::Attacks | Observable::Killed) {
                comparison.weeks = comparison.weeks.or(Some(DEFAULT_WEEKS));
            }
            return Some(Self::Compare(comparison));
        };
        if table.len() > 1 {
            let message = format!("{} has more than `{word}`", quoted(site.path));
            let expected = "`all`, `any` and `not` stand alone in their table";
            reader.report.error(node.place, message, expected);
            return None;
        }
        let inner = &table.get(word)?.node;
        let path = join(site.path, word);
        if word == "not" {
            let site = Site { path: &path, name: word, ..site };
            return Some(Self::Not(Box::new(Self::read(reader, site, inner)?)));
        }
        let Some(items) = inner.as_list() else {
            reader.wrong_type(&path, inner, "a list of conditions");
            return None;
        };
        if items.is_empty() || items.len() > 64 {
            let message = format!("{} has {} conditions", quoted(&path), items.len());
            reader.report.error(inner.place, message, "expected 1 to 64 of them");
            return None;
        }
        let conditions = items.iter().enumerate().map(|(index, item)| {
            let name = index.to_string();
            Self::read(reader, Site { path: &join(&path, &name), name: &name, ..site }, item)
        });
        let conditions: Vec<Option<Self>> = conditions.collect();
        let conditions = conditions.into_iter().collect::<Option<Vec<_>>>()?;
        Some(if word == "all" { Self::All(conditions) } else { Self::Any(conditions) })
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().for_each(|condition| Value::visit(condition, found));
            }
            Self::Not(condition) => Value::visit(condition.as_ref(), found),
            Self::Compare(comparison) => Entity::visit(comparison, found),
        }
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        match self {
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter_mut().for_each(|condition| Value::visit_mut(condition, found));
            }
            Self::Not(condition) => Value::visit_mut(condition.as_mut(), found),
            Self::Compare(comparison) => Entity::visit_mut(comparison, found),
        }
    }
}

/// Checks that every comparison has what it needs and nothing without effect; `None` if not.
pub fn check_condition(reader: &mut Reader<'_>, path: &str, condition: &Condition, node: &Node) -> Option<()> {
    match condition {
        Condition::All(conditions) => check_list(reader, &join(path, "all"), conditions, node.get("all")?),
        Condition::Any(conditions) => check_list(reader, &join(path, "any"), conditions, node.get("any")?),
        Condition::Not(inner) => check_condition(reader, &join(path, "not"), inner, node.get("not")?),
        Condition::Compare(comparison) => {
            let before = reader.report.errors.len() + reader.report.more_errors;
            check_comparison(reader, path, comparison, node);
            (reader.report.errors.len() + reader.report.more_errors == before).then_some(())
        }
    }
}

fn check_list(reader: &mut Reader<'_>, path: &str, conditions: &[Condition], node: &Node) -> Option<()> {
    let checked = conditions.iter().zip(node.as_list()?).enumerate();
    let checked: Vec<Option<()>> = checked
        .map(|(index, (condition, node))| check_condition(reader, &join(path, &index.to_string()), condition, node))
        .collect();
    checked.into_iter().collect()
}

/// The keys that an observable needs, and those that it can also have, besides `observe`.
fn keys_of(observable: Observable) -> (&'static [&'static str], &'static [&'static str]) {
    match observable {
        Observable::Attacks | Observable::Killed => (&[], &["region", "province", "group", "weeks"]),
        Observable::Treasury | Observable::Infighting => (&[], &[]),
        Observable::Tolerance => (&["host", "group"], &[]),
        Observable::Relation => (&["host"], &[]),
        Observable::Ceasefire => (&["group", "is"], &[]),
        Observable::Date => (&[], &["after", "before"]),
    }
}

const THRESHOLDS: [&str; 4] = ["above", "until_below", "below", "until_above"];

fn check_comparison(reader: &mut Reader<'_>, path: &str, comparison: &Comparison, node: &Node) {
    let Some(table) = node.as_table() else { return };
    let (needed, possible) = keys_of(comparison.observe);
    let observed = table.get("observe").and_then(|entry| entry.node.as_text()).unwrap_or_default();
    let figures = !matches!(comparison.observe, Observable::Ceasefire | Observable::Date);
    for key in needed {
        if !table.contains_key(*key) {
            let message = format!("{} observes `{observed}` but has no `{key}`", quoted(path));
            reader.report.error(node.place, message, format!("expected a key `{key}` here"));
        }
    }
    for (key, entry) in table {
        let useful = key == "observe"
            || needed.contains(&key.as_str())
            || possible.contains(&key.as_str())
            || (figures && THRESHOLDS.contains(&key.as_str()));
        if !useful {
            let message = format!("{} has no effect where `{observed}` is observed", quoted(key));
            reader.report.error(entry.key, message, "leave it out");
        }
    }
    if comparison.region.is_some() && comparison.province.is_some() {
        reader.report.error(node.place, format!("{} has both `region` and `province`", quoted(path)), "expected one");
    }
    if comparison.observe == Observable::Date {
        check_dates(reader, path, comparison.after, comparison.before, node);
    } else if figures {
        check_thresholds(reader, path, comparison, node);
    }
}

fn check_dates(reader: &mut Reader<'_>, path: &str, after: Option<Date>, before: Option<Date>, node: &Node) {
    match (after, before) {
        (None, None) => {
            let message = format!("{} compares the date with nothing", quoted(path));
            reader.report.error(node.place, message, "expected `after`, `before` or both here");
        }
        (Some(after), Some(before)) if before <= after => {
            let message = format!("no day is both from {after} on and before {before}");
            reader.report.error(node.place, message, "expected `after` to be earlier than `before`");
        }
        _ => {}
    }
}

/// Exactly one of `above` and `below`; the figure at which it stops on the far side of that at which it starts.
fn check_thresholds(reader: &mut Reader<'_>, path: &str, comparison: &Comparison, node: &Node) {
    let (start, stop, rising) = match (&comparison.above, &comparison.below) {
        (Some(above), None) => (above, &comparison.until_below, true),
        (None, Some(below)) => (below, &comparison.until_above, false),
        (found, _) => {
            let found = if found.is_some() { "both `above` and `below`" } else { "neither `above` nor `below`" };
            reader.report.error(node.place, format!("{} has {found}", quoted(path)), "expected exactly one of them");
            return;
        }
    };
    let (starts, stops, foreign) =
        if rising { ("above", "until_below", "until_above") } else { ("below", "until_above", "until_below") };
    if let Some(entry) = node.as_table().and_then(|table| table.get(foreign)) {
        let message = format!("`{foreign}` has no effect with `{starts}`");
        reader.report.error(entry.key, message, format!("expected `{stops}`"));
    }
    let Some(stop) = stop else { return };
    if !is_ordered(start, stop, rising) {
        let place = node.get(stops).map_or(node.place, |node| node.place);
        let side = if rising { "at most" } else { "at least" };
        let message = format!("{} would stop before it starts", quoted(path));
        reader.report.error(place, message, format!("`{stops}` must be {side} `{starts}` over its whole range"));
    }
}

/// Whether every figure at which a comparison stops is on the far side of every one at which it starts.
fn is_ordered(start: &Uncertain, stop: &Uncertain, rising: bool) -> bool {
    let (start, stop) = (start.distribution.bounds(), stop.distribution.bounds());
    if rising { stop.1 <= start.0 } else { stop.0 >= start.1 }
}

/// Whether that holds for all comparisons in a condition.
pub fn thresholds_are_ordered(condition: &Condition) -> bool {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().all(thresholds_are_ordered),
        Condition::Not(inner) => thresholds_are_ordered(inner),
        Condition::Compare(one) => match (&one.above, &one.until_below, &one.below, &one.until_above) {
            (Some(start), Some(stop), ..) => is_ordered(start, stop, true),
            (.., Some(start), Some(stop)) => is_ordered(start, stop, false),
            _ => true,
        },
    }
}
