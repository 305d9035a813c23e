//! Reading a number that may be uncertain: a bare number, or a table with one law, its source, grade, note and unit.

use super::diagnostic::{Place, quoted};
use super::field::{Value, missing};
use super::key::{Fallback, Kind, Limits};
use super::law;
use super::nearest::nearest;
use super::quantity::Quantity;
use super::reader::{Reader, Site, list_names};
use super::tree::{Node, Table, Value as TreeValue};
use super::uncertain::{Distribution, Grade, Uncertain};
use super::unit;

/// Keys that name a law.
pub const LAWS: [&str; 9] =
    ["value", "uniform", "triangular", "pert", "normal", "lognormal", "beta", "loguniform", "choice"];

/// Keys that go with a law.
pub const COMPANIONS: [&str; 7] = ["min", "max", "weights", "source", "grade", "note", "unit"];

impl Value for Uncertain {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        number(reader, site.path, limits_at(site)?, node)
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        match site.key.spec.fallback {
            Fallback::Number(value) => Some(Self::fixed_default(site.path, value, limits_at(site)?)),
            _ => missing(reader, site, owner),
        }
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        found.push(self);
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        found.push(self);
    }
}

/// Unit and range of the numbers of a key; `None` if it holds none.
fn limits_at(site: Site<'_>) -> Option<Limits> {
    match site.key.spec.kind {
        Kind::Number(limits) => Some(limits),
        Kind::Quantity { add } => {
            let limits = Quantity::parse(site.name)?.limits();
            let width = limits.high - limits.low;
            Some(if add { Limits { low: -width, high: width, ..limits } } else { limits })
        }
        _ => None,
    }
}

/// Reads a number within limits, whose every possible value is checked.
pub fn number(reader: &mut Reader<'_>, path: &str, limits: Limits, node: &Node) -> Option<Uncertain> {
    let bare = |value| Uncertain {
        path: path.to_string(),
        distribution: Distribution::Fixed(value),
        source: None,
        grade: Grade::C,
        note: None,
        is_default: false,
        limits,
    };
    match &node.value {
        TreeValue::Whole(_) | TreeValue::Number(_) => {
            let value = law::finite(reader, path, node)?;
            in_range(reader, path, limits, (value, value), node.place).then(|| bare(value))
        }
        TreeValue::Table(table) => {
            let law = law_of(reader, path, table, node.place);
            let provenance = provenance(reader, path, table);
            let factor = match table.get("unit") {
                Some(entry) => unit_factor(reader, limits.unit, &entry.node),
                None => Some(1.0),
            };
            let ((law, law_node), (source, grade, note), factor) = (law?, provenance?, factor?);
            let Some(distribution) = (if factor == 1.0 { Some(law) } else { law.scaled(factor) }) else {
                reader.report.error(law_node.place, "a beta law has no unit", "leave out `unit`, or use another law");
                return None;
            };
            in_range(reader, path, limits, distribution.bounds(), law_node.place).then(|| Uncertain {
                distribution,
                source,
                grade,
                note,
                ..bare(0.0)
            })
        }
        _ => {
            let expected = format!("a number ({}) or a table such as {{ uniform = [low, high] }}", limits.unit);
            reader.wrong_type(path, node, &expected);
            None
        }
    }
}

fn in_range(reader: &mut Reader<'_>, path: &str, limits: Limits, bounds: (f64, f64), place: Place) -> bool {
    let (low, high) = bounds;
    let sound = limits.low <= low && high <= limits.high;
    if !sound {
        let found = if low == high {
            format!("{} is {}", quoted(path), shown(low))
        } else {
            format!("{} can be from {} to {}", quoted(path), shown(low), shown(high))
        };
        let expected = format!("expected from {} to {} ({})", shown(limits.low), shown(limits.high), limits.unit);
        reader.report.error(place, format!("{found}, out of range"), expected);
    }
    sound
}

/// A number as a message shows it: up to six figures.
pub fn shown(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-4..1e7).contains(&size) {
        let decimals = (5 - size.max(1.0).log10().floor() as i32).max(0) as usize;
        let text = format!("{value:.decimals$}");
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
    } else {
        format!("{value:e}")
    }
}

/// The one law that a table names, with the node of its figures.
fn law_of<'t>(reader: &mut Reader<'_>, path: &str, table: &'t Table, place: Place) -> Option<(Distribution, &'t Node)> {
    let known: Vec<&str> = LAWS.into_iter().chain(COMPANIONS).collect();
    reader.refuse_unknown_keys(path, table, &known);
    let all_known = table.keys().all(|key| known.contains(&key.as_str()));
    let mut laws = table.iter().filter(|(key, _)| LAWS.contains(&key.as_str()));
    let Some((name, entry)) = laws.next() else {
        // An unknown key is most likely the law misspelt, and has been reported.
        if all_known {
            let expected = format!("expected one of {}", list_names(LAWS.into_iter()));
            reader.report.error(place, format!("{} has no value and no distribution", quoted(path)), expected);
        }
        return None;
    };
    if let Some((second, entry)) = laws.next() {
        let message = format!("{} has both {} and {}", quoted(path), quoted(name), quoted(second));
        reader.report.error(entry.key, message, "expected one distribution only");
        return None;
    }
    let distribution = law::read(reader, path, name, &entry.node, table)?;
    all_known.then_some((distribution, &entry.node))
}

type Provenance = (Option<String>, Grade, Option<String>);

fn provenance(reader: &mut Reader<'_>, path: &str, table: &Table) -> Option<Provenance> {
    let mut sound = true;
    let mut text = |key: &str, lines: bool| -> Option<String> {
        let node = &table.get(key)?.node;
        let path = format!("{path}.{key}");
        let Some(text) = node.as_text() else {
            reader.wrong_type(&path, node, "a text in quotes");
            sound = false;
            return None;
        };
        sound &= reader.check_text(&path, text, lines, node.place);
        (!text.trim().is_empty()).then(|| text.to_string())
    };
    let source = text("source", true);
    let note = text("note", true);
    let mut grade = Grade::C;
    if let Some(entry) = table.get("grade") {
        match entry.node.as_text() {
            Some("A") => grade = Grade::A,
            Some("B") => grade = Grade::B,
            Some("C") => grade = Grade::C,
            _ => {
                let words = ["A", "B", "C"];
                let help = entry.node.as_text().and_then(|text| nearest(text, words));
                let help = help.map(|word| format!("did you mean \"{word}\"?"));
                let expected = "expected \"A\" (stated by the source), \"B\" (derived from it) or \"C\" (assumed)";
                let message = format!("the grade of {} is none", quoted(path));
                reader.report.error_with_help(entry.node.place, message, expected, help);
                sound = false;
            }
        }
        if grade != Grade::C && source.is_none() && !table.contains_key("source") {
            let message = format!("{} has grade {grade:?} but no source", quoted(path));
            reader.report.error(entry.node.place, message, "a grade of A or B needs a `source`; an assumption is C");
            sound = false;
        }
    }
    sound.then_some((source, grade, note))
}

/// What values in the unit of the file are multiplied by to be in the key's unit.
fn unit_factor(reader: &mut Reader<'_>, of_key: &'static str, node: &Node) -> Option<f64> {
    let Some(text) = node.as_text() else {
        reader.wrong_type("unit", node, "a unit in quotes");
        return None;
    };
    let factor = unit::factor(text, of_key);
    if factor.is_none() {
        let units = unit::accepted(of_key);
        let expected = format!("expected {}", list_names(units.iter().map(String::as_str)));
        reader.report.error(node.place, format!("{} cannot be converted to `{of_key}`", quoted(text)), expected);
    }
    factor
}
