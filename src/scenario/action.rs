//! Reading one action of a policy: the common keys, and those that its instrument brings.

use super::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use super::condition::check_condition;
use super::date::{Date, Span};
use super::diagnostic::quoted;
use super::entity::{Entity, entity};
use super::key::Names;
use super::number::number;
use super::policy::{Action, Condition};
use super::reader::{Reader, is_misspelt, join, list_names};
use super::settings::{limits_of, missing_parameter};
use super::tree::{Node, Table};
use super::uncertain::Uncertain;

entity! {
    /// An action: an instrument with its money, targets, dates and condition.
    pub struct ActionKeys {
        /// The instrument.
        kind: String = name(Names::Instruments).required(),
        /// Name within the policy; the kind where absent. A policy that extends another replaces actions by name.
        name: Option<String> = new_name(),
        /// Money asked per year while active.
        budget: Uncertain = number("currency per year", 0.0, 1e9).default(0.0),
        /// Who is paid first when money is short: 1 before 2; equals share in proportion.
        priority: u64 = whole(1, 9).default_whole(5),
        /// First day; the scenario's start where absent.
        from: Option<Date> = date(),
        /// First day no longer; never where absent.
        until: Option<Date> = date(),
        /// Active only while this holds.
        when: Option<Condition> = condition(),
        /// Once active, stays so at least this long.
        minimum: Option<Span> = span(),
    }
}

/// The name of an action in a tree: its `name`, or its `kind`.
pub fn name_of(node: &Node) -> Option<&str> {
    node.get("name").or_else(|| node.get("kind")).and_then(Node::as_text)
}

/// Reads an action whose path is `policies.POLICY.NAME`; `None` after an error.
pub fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Action> {
    let Some(table) = node.as_table() else {
        reader.wrong_type(path, node, "a table with a `kind`");
        return None;
    };
    let kind = table.get("kind").and_then(|entry| entry.node.as_text());
    let spec = reader.catalog.instruments.iter().find(|spec| Some(spec.name) == kind);
    // Without a known kind nothing can be said of the keys that are not common.
    if let Some(spec) = spec {
        refuse_foreign_keys(reader, path, spec, table);
    }
    let every: Vec<&str> = table.keys().map(String::as_str).collect();
    let common = reader.entity::<ActionKeys>(path, node, &every);
    let spec = spec?;
    let targets = targets(reader, path, spec, table, node);
    let options = options(reader, path, spec, table, node);
    let (common, (groups, hosts, regions), options) = (common?, targets?, options?);
    if let (Some(from), Some(until)) = (common.from, common.until)
        && until <= from
    {
        let place = table.get("until").map_or(node.place, |entry| entry.node.place);
        reader.report.error(place, format!("{} ends on {until}", quoted(path)), format!("expected a day after {from}"));
        return None;
    }
    if let Some(condition) = &common.when {
        let when = node.get("when").unwrap_or(node);
        check_condition(reader, &join(path, "when"), condition, when)?;
    }
    Some(Action {
        name: common.name.unwrap_or_else(|| common.kind.clone()),
        kind: common.kind,
        budget: common.budget,
        priority: common.priority,
        from: common.from,
        until: common.until,
        when: common.when,
        minimum: common.minimum,
        groups,
        hosts,
        regions,
        options,
    })
}

fn instrument_keys(spec: &InstrumentSpec) -> impl Iterator<Item = &'static str> {
    spec.targets.iter().map(|target| target.key).chain(spec.options.iter().map(|option| option.name))
}

/// The instrument's own keys and the common ones.
fn keys_with(spec: &InstrumentSpec) -> impl Iterator<Item = &'static str> + Clone {
    let own: Vec<&'static str> = instrument_keys(spec).chain(ActionKeys::META.names()).collect();
    own.into_iter()
}

/// A key that is neither common nor the instrument's own is an error; one of another instrument's is told so.
fn refuse_foreign_keys(reader: &mut Reader<'_>, path: &str, spec: &InstrumentSpec, table: &Table) {
    let own: Vec<&str> = instrument_keys(spec).collect();
    let known: Vec<&str> = keys_with(spec).collect();
    for (key, entry) in table.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
        let other = reader.catalog.instruments.iter().find(|other| instrument_keys(other).any(|theirs| theirs == key));
        let Some(other) = other else {
            reader.unknown_key(path, key, entry.key, &known);
            continue;
        };
        let message = format!("{} is not a key of `{}`", quoted(key), spec.name);
        let expected = if own.is_empty() {
            "it has no keys of its own".to_string()
        } else {
            format!("its own keys are {}", list_names(own.iter().copied()))
        };
        let help = Some(format!("`{key}` belongs to `{}`", other.name));
        reader.report.error_with_help(entry.key, message, expected, help);
    }
}

type Targets = (Vec<String>, Vec<String>, Vec<String>);

fn targets(reader: &mut Reader<'_>, path: &str, spec: &InstrumentSpec, table: &Table, node: &Node) -> Option<Targets> {
    let (mut groups, mut hosts, mut regions) = (Vec::new(), Vec::new(), Vec::new());
    let mut sound = true;
    for target in spec.targets {
        let (list, of) = match target.of {
            TargetOf::Groups => (&mut groups, Names::Groups),
            TargetOf::Hosts => (&mut hosts, Names::Hosts),
            TargetOf::Regions => (&mut regions, Names::Regions),
        };
        match table.get(target.key) {
            Some(entry) => match target_names(reader, path, target, of, &entry.node) {
                Some(names) => list.extend(names),
                None => sound = false,
            },
            None if target.required && is_misspelt(Some(table), keys_with(spec), target.key) => sound = false,
            None if target.required => {
                let message = format!("{} has no `{}`", quoted(path), target.key);
                let expected = format!("expected a key `{}` here", target.key);
                reader.report.error_with_help(node.place, message, expected, Some(target.doc.to_string()));
                sound = false;
            }
            None => {}
        }
    }
    sound.then_some((groups, hosts, regions))
}

fn target_names(
    reader: &mut Reader<'_>,
    path: &str,
    target: &TargetSpec,
    of: Names,
    node: &Node,
) -> Option<Vec<String>> {
    let path = join(path, target.key);
    let single = std::slice::from_ref(node);
    let items = if target.many {
        let Some(items) = node.as_list() else {
            reader.wrong_type(&path, node, &format!("a list of names of {}", of.many()));
            return None;
        };
        items
    } else {
        single
    };
    let mut names: Vec<String> = Vec::new();
    let mut sound = true;
    for item in items {
        let Some(name) = item.as_text() else {
            reader.wrong_type(&path, item, &format!("the name of a {} in quotes", of.one()));
            sound = false;
            continue;
        };
        sound &= reader.check_name(of, name, item.place);
        if names.iter().any(|earlier| earlier == name) {
            reader.report.error(item.place, format!("{} is named twice", quoted(name)), "expected each name once");
            sound = false;
        }
        names.push(name.to_string());
    }
    if target.required && items.is_empty() {
        reader.report.error(node.place, format!("{} is empty", quoted(&path)), "expected at least one name");
        sound = false;
    }
    sound.then_some(names)
}

fn options(
    reader: &mut Reader<'_>,
    path: &str,
    spec: &InstrumentSpec,
    table: &Table,
    node: &Node,
) -> Option<Vec<Uncertain>> {
    let mut options = Vec::with_capacity(spec.options.len());
    let mut sound = true;
    for option in spec.options {
        let value = if let Some(entry) = table.get(option.name) {
            number(reader, &join(path, option.name), limits_of(option), &entry.node)
        } else {
            match reader.instrument_defaults.get(&join(spec.name, option.name)) {
                Some(default) => default.clone(),
                None => {
                    if !is_misspelt(Some(table), keys_with(spec), option.name) {
                        missing_parameter(reader, &join(path, option.name), option, node.place);
                    }
                    None
                }
            }
        };
        match value {
            Some(value) => options.push(value),
            None => sound = false,
        }
    }
    sound.then_some(options)
}
