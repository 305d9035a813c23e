//! Parameters of mechanisms and options of instruments, as the catalog specifies them.

use super::catalog::ParameterSpec;
use super::diagnostic::{Place, quoted};
use super::field::Field;
use super::key::{Limits, Names};
use super::number::number;
use super::reader::{Reader, Site, is_misspelt, join};
use super::tree::{Entry, Node, Table, Value};
use super::uncertain::{Distribution, Uncertain};
use super::whole::MechanismSettings;

/// `[mechanisms.<name>]`: settings of every mechanism of the catalog, in its order.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Mechanisms(pub Vec<MechanismSettings>);

/// `[instruments.<kind>]`: read into [`Reader::instrument_defaults`], from where actions take them.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Instruments;

impl Field for Mechanisms {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self> {
        let tables = named_tables(reader, site, entry, Names::Mechanisms)?;
        let mut settings = Vec::with_capacity(reader.catalog.mechanisms.len());
        let mut sound = true;
        for spec in reader.catalog.mechanisms {
            let path = join(site.path, spec.name);
            let node = tables.and_then(|tables| tables.get(spec.name)).map(|entry| &entry.node);
            let table = node.and_then(Node::as_table);
            let mut on = true;
            if let Some(table) = table {
                let known = ["on"].into_iter().chain(spec.parameters.iter().map(|parameter| parameter.name));
                reader.refuse_unknown_keys(&path, table, &known.collect::<Vec<_>>());
                if let Some(entry) = table.get("on") {
                    match entry.node.value {
                        Value::Flag(flag) => on = flag,
                        _ => {
                            reader.wrong_type(&join(&path, "on"), &entry.node, "`true` or `false`");
                            sound = false;
                        }
                    }
                }
            }
            let place = node.map_or(owner, |node| node.place);
            let known = spec.parameters.iter().map(|parameter| parameter.name);
            let parameters: Vec<Option<Uncertain>> =
                spec.parameters.iter().map(|one| parameter(reader, &path, one, table, place, known.clone())).collect();
            match parameters.into_iter().collect() {
                Some(parameters) => settings.push(MechanismSettings { on, parameters }),
                None => sound = false,
            }
        }
        sound.then_some(Self(settings))
    }
}

impl Field for Instruments {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, _owner: Place) -> Option<Self> {
        let tables = named_tables(reader, site, entry, Names::Instruments)?;
        let mut sound = true;
        for spec in reader.catalog.instruments {
            let path = join(site.path, spec.name);
            let table = tables.and_then(|tables| tables.get(spec.name)).and_then(|entry| entry.node.as_table());
            if let Some(table) = table {
                let known: Vec<&str> = spec.options.iter().map(|option| option.name).collect();
                reader.refuse_unknown_keys(&path, table, &known);
            }
            for option in spec.options {
                let named = table.and_then(|table| table.get(option.name));
                let path = join(&path, option.name);
                let value = match named {
                    Some(entry) => number(reader, &path, limits_of(option), &entry.node),
                    // Where there is no default every action must name it; that is checked there.
                    None if option.default.is_none() => continue,
                    None => default_of(option, &path, reader.ranges),
                };
                sound &= value.is_some();
                reader.instrument_defaults.insert(join(spec.name, option.name), value);
            }
        }
        sound.then_some(Self)
    }
}

/// Checks that a key holds a table of tables by name of the catalog.
fn named_tables<'t>(
    reader: &mut Reader<'_>,
    site: Site<'_>,
    entry: Option<&'t Entry>,
    of: Names,
) -> Option<Option<&'t Table>> {
    let Some(entry) = entry else { return Some(None) };
    let Some(tables) = entry.node.as_table() else {
        reader.wrong_type(site.path, &entry.node, &format!("one table per {}", of.one()));
        return None;
    };
    let mut sound = true;
    for (name, table) in tables {
        sound &= reader.check_name(of, name, table.key);
        if table.node.as_table().is_none() {
            reader.wrong_type(&join(site.path, name), &table.node, "a table of parameters");
            sound = false;
        }
    }
    sound.then_some(Some(tables))
}

/// Reads one parameter from the table that may name it, or takes its default.
fn parameter(
    reader: &mut Reader<'_>,
    path: &str,
    spec: &ParameterSpec,
    table: Option<&Table>,
    owner: Place,
    known: impl Iterator<Item = &'static str> + Clone,
) -> Option<Uncertain> {
    let path = join(path, spec.name);
    if let Some(entry) = table.and_then(|table| table.get(spec.name)) {
        return number(reader, &path, limits_of(spec), &entry.node);
    }
    let default = default_of(spec, &path, reader.ranges);
    if default.is_none() && !is_misspelt(table, known, spec.name) {
        missing_parameter(reader, &path, spec, owner);
    }
    default
}

/// Reports a parameter that has no default and is not named.
pub fn missing_parameter(reader: &mut Reader<'_>, path: &str, spec: &ParameterSpec, owner: Place) {
    let message = format!("{} is not given and has no default", quoted(path));
    let expected = format!("expected a key `{}` here", spec.name);
    reader.report.error_with_help(owner, message, expected, Some(format!("{} ({})", spec.doc, spec.unit)));
}

/// Unit and range of a parameter.
pub fn limits_of(spec: &ParameterSpec) -> Limits {
    Limits { unit: spec.unit, low: spec.low, high: spec.high }
}

/// A parameter that the scenario does not name: a PERT law over its plausible range where it has one and ranges are
/// asked for, else its default; `None` where it has no default.
pub fn default_of(spec: &ParameterSpec, path: &str, ranges: bool) -> Option<Uncertain> {
    let mode = spec.default?;
    let distribution = match spec.plausible {
        Some((low, high)) if ranges && low < high && (low..=high).contains(&mode) => {
            Distribution::Pert { low, mode, high }
        }
        _ => Distribution::Fixed(mode),
    };
    let source = (!spec.source.is_empty()).then(|| spec.source.to_string());
    Some(Uncertain { distribution, source, grade: spec.grade, ..Uncertain::fixed_default(path, mode, limits_of(spec)) })
}
