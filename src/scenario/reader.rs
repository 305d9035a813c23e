//! Walking the tree of a scenario: known names, scopes, and what is common to reading any table.

use indexmap::{IndexMap, IndexSet};

use super::catalog::Catalog;
use super::diagnostic::{Place, Report, is_unprintable, quoted};
use super::entity::Entity;
use super::field::Field;
use super::key::{Key, Names};
use super::nearest::nearest;
use super::tree::{Entry, Node, Table, Value};
use super::uncertain::Uncertain;

/// State of reading one scenario.
pub struct Reader<'c> {
    /// What the engine offers.
    pub catalog: &'c Catalog,
    /// Names that the scenario declares.
    pub known: Known,
    /// What was found wrong so far.
    pub report: Report,
    /// Whether a parameter that is not named is drawn from its plausible range (else its default stands).
    pub ranges: bool,
    /// Defaults of instruments' options, by `kind.option`; `None` where the scenario names one that is wrong.
    pub instrument_defaults: IndexMap<String, Option<Uncertain>>,
}

/// Names that the scenario declares, collected before anything is read so that order does not matter.
#[derive(Debug, Default)]
pub struct Known {
    pub groups: IndexSet<String>,
    pub hosts: IndexSet<String>,
    pub regions: IndexSet<String>,
    pub causes: IndexSet<String>,
    pub provinces: IndexSet<String>,
    pub policies: IndexSet<String>,
}

impl Known {
    /// Collects the names from the merged tree, however wrong the rest of it may be.
    pub fn collect(root: &Node) -> Self {
        let keys = |key: &str| -> IndexSet<String> {
            root.get(key).and_then(Node::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
        };
        let mut known = Self {
            groups: keys("groups"),
            hosts: keys("hosts"),
            regions: keys("regions"),
            causes: keys("causes"),
            ..Self::default()
        };
        let text = |entry: &Entry, key: &str| entry.node.get(key).and_then(Node::as_text).map(str::to_string);
        let tables = |key: &str| root.get(key).and_then(Node::as_table).into_iter().flatten();
        for (name, region) in tables("regions") {
            known.provinces.insert(text(region, "province").unwrap_or_else(|| name.clone()));
        }
        known.causes.extend(tables("groups").filter_map(|(_, group)| text(group, "cause")));
        let policies = root.get("policies").and_then(Node::as_list).unwrap_or_default();
        known.policies = policies.iter().filter_map(|one| Some(one.get("name")?.as_text()?.to_string())).collect();
        known
    }
}

/// Where a value stands: its key's metadata, its path, and the last part of it (the name it is for, in a map).
#[derive(Clone, Copy)]
pub struct Site<'a> {
    pub key: &'a Key,
    pub path: &'a str,
    pub name: &'a str,
}

/// A table being read.
pub struct Scope<'r, 'c> {
    pub reader: &'r mut Reader<'c>,
    keys: &'static [Key],
    table: Option<&'r Table>,
    /// Where the table stands, for what it lacks.
    pub place: Place,
    path: &'r str,
}

impl Scope<'_, '_> {
    /// Reads one key. `None` after an error.
    pub fn key<F: Field>(&mut self, name: &str) -> Option<F> {
        // The macro names only keys that its own list has.
        let key = self.keys.iter().find(|key| key.name == name)?;
        let path = join(self.path, name);
        let entry = self.table.and_then(|table| table.get(name));
        if entry.is_none() && key.spec.required && self.is_misspelt(name) {
            return None;
        }
        F::read(self.reader, Site { key, path: &path, name }, entry, self.place)
    }

    fn is_misspelt(&self, name: &str) -> bool {
        is_misspelt(self.table, self.keys.iter().map(|key| key.name), name)
    }
}

impl<'c> Reader<'c> {
    /// A reader that has read nothing.
    pub fn new(catalog: &'c Catalog, report: Report) -> Self {
        Self { catalog, known: Known::default(), report, ranges: true, instrument_defaults: IndexMap::new() }
    }

    /// Reads a table of known keys; a key that is neither known nor among `extra` is an error.
    pub fn entity<E: Entity>(&mut self, path: &str, node: &Node, extra: &[&str]) -> Option<E> {
        let Some(table) = node.as_table() else {
            let expected = format!("expected a table with the keys {}", list_names(E::META.names()));
            self.report.error(node.place, format!("{} is {}", quoted(path), node.value.describe()), expected);
            return None;
        };
        let mut known: Vec<&str> = E::META.names().collect();
        known.extend(extra);
        self.refuse_unknown_keys(path, table, &known);
        E::read_keys(&mut Scope { reader: self, keys: E::META.keys, table: Some(table), place: node.place, path })
    }

    /// Reads a table that is absent: its defaults, or an error for what it must have.
    pub fn absent_entity<E: Entity>(&mut self, path: &str, place: Place) -> Option<E> {
        E::read_keys(&mut Scope { reader: self, keys: E::META.keys, table: None, place, path })
    }

    /// Reports every key of the table that is not among the known ones.
    pub fn refuse_unknown_keys(&mut self, path: &str, table: &Table, known: &[&str]) {
        for (key, entry) in table.iter().filter(|(key, _)| !known.contains(&key.as_str())) {
            self.unknown_key(path, key, entry.key, known);
        }
    }

    /// Reports a key that is not among the known ones.
    pub fn unknown_key(&mut self, path: &str, key: &str, place: Place, known: &[&str]) {
        let owner = if path.is_empty() { String::new() } else { format!(" in {}", quoted(path)) };
        let help = nearest(key, known.iter().copied()).map(|name| format!("did you mean `{name}`?"));
        let expected = format!("expected one of {}", list_names(known.iter().copied()));
        self.report.error_with_help(place, format!("unknown key {}{owner}", quoted(key)), expected, help);
    }

    /// Whether `name` exists; reports it if not.
    pub fn check_name(&mut self, of: Names, name: &str, place: Place) -> bool {
        let (exists, near, all) = {
            let candidates = self.names(of);
            let exists = candidates.contains(&name);
            let near = if exists { None } else { nearest(name, candidates.iter().copied()) };
            (exists, near.map(str::to_string), if exists { String::new() } else { list_names(candidates.into_iter()) })
        };
        if !exists {
            let expected = if all.is_empty() {
                format!("the scenario has no {}", of.many())
            } else {
                format!("expected one of {all}")
            };
            let help = near.map(|near| format!("did you mean `{near}`?"));
            self.report.error_with_help(place, format!("unknown {} {}", of.one(), quoted(name)), expected, help);
        }
        exists
    }

    /// All names of that sort.
    pub fn names(&self, of: Names) -> Vec<&str> {
        let declared = |set| -> Vec<&str> { IndexSet::iter(set).map(String::as_str).collect() };
        match of {
            Names::Groups => declared(&self.known.groups),
            Names::Hosts => declared(&self.known.hosts),
            Names::Regions => declared(&self.known.regions),
            Names::Causes => declared(&self.known.causes),
            Names::Provinces => declared(&self.known.provinces),
            Names::Policies => declared(&self.known.policies),
            Names::Metrics => self.catalog.metrics.iter().map(|metric| metric.name).collect(),
            Names::Mechanisms => self.catalog.mechanisms.iter().map(|mechanism| mechanism.name).collect(),
            Names::Instruments => self.catalog.instruments.iter().map(|instrument| instrument.name).collect(),
            Names::Quantities => Vec::new(),
        }
    }

    /// Reports a value of the wrong type.
    pub fn wrong_type(&mut self, path: &str, node: &Node, expected: &str) {
        // A tree's own errors leave an empty list behind, which has been reported.
        let message = match &node.value {
            Value::OtherTime => format!("{} is a time or a day that the calendar has not", quoted(path)),
            value => format!("{} is {}", quoted(path), value.describe()),
        };
        self.report.error(node.place, message, format!("expected {expected}"));
    }

    /// Whether the text is a name: `[a-z0-9][a-z0-9-]*`, at most 64 letters; reports it if not.
    pub fn check_new_name(&mut self, name: &str, place: Place) -> bool {
        let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let sound = name.len() <= 64
            && name.bytes().next().is_some_and(letter)
            && name.bytes().all(|byte| letter(byte) || byte == b'-');
        if !sound {
            let expected = "expected up to 64 of a-z, 0-9 and `-`, not starting with `-`";
            self.report.error(place, format!("{} cannot be a name", quoted(name)), expected);
        }
        sound
    }

    /// Whether the text can be shown to a reader as it is; reports it if not.
    pub fn check_text(&mut self, path: &str, text: &str, lines: bool, place: Place) -> bool {
        let limit = if lines { 4_000 } else { 200 };
        if text.chars().count() > limit {
            self.report.error(place, format!("{} is too long", quoted(path)), format!("at most {limit} characters"));
            return false;
        }
        if let Some(bad) = text.chars().find(|letter| is_unprintable(*letter) && !(lines && *letter == '\n')) {
            let message = format!("{} holds the character {}", quoted(path), bad.escape_unicode());
            self.report.error(place, message, "expected text without control characters or changes of direction");
            return false;
        }
        true
    }
}

/// Whether an unknown key of the table, which has been reported, was most likely meant to be `name`. Only a few are
/// looked at: a file of nothing but unknown keys must not cost as many searches as it has keys for each absent one.
pub fn is_misspelt<'a>(table: Option<&Table>, known: impl Iterator<Item = &'a str> + Clone, name: &str) -> bool {
    let keys = table.into_iter().flat_map(|table| table.keys());
    let mut unknown = keys.filter(|key| !known.clone().any(|one| one == *key)).take(8);
    unknown.any(|key| nearest(key, known.clone()) == Some(name))
}

/// The dotted path of a key below a path.
pub fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_string() } else { format!("{path}.{key}") }
}

/// Names as a message lists them: the first twelve.
pub fn list_names<'a>(mut names: impl Iterator<Item = &'a str>) -> String {
    list_of(&mut names)
}

fn list_of(names: &mut dyn Iterator<Item = &str>) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut hidden = 0_usize;
    for name in names {
        if shown.len() < 12 {
            shown.push(quoted(name));
        } else {
            hidden += 1;
        }
    }
    let list = shown.join(", ");
    if hidden > 0 { format!("{list} and {hidden} more") } else { list }
}
