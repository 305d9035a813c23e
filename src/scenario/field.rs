//! Reading the value of a key: absent, one, a list, or one per name.

use indexmap::IndexMap;

use super::date::{Date, Span};
use super::diagnostic::{Place, quoted};
use super::entity::{Choice, Entity};
use super::key::{Fallback, Form, Kind, Names, Nested};
use super::nearest::nearest;
use super::quantity;
use super::reader::{Reader, Site, join, list_names};
use super::tree::{Entry, Node, Value as TreeValue};
use super::uncertain::Uncertain;

/// Most items of any list of the format.
const LONGEST_LIST: usize = 1024;

/// The type of a key: reads it whether it is there or not.
pub trait Field: Sized {
    /// Keys or words below it.
    const NESTED: Nested = Nested::None;

    /// Reads it; `None` after an error. `owner` is the table that should hold it.
    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self>;

    /// Appends the uncertain values in it.
    fn visit<'a>(&'a self, _found: &mut Vec<&'a Uncertain>) {}

    /// The same, to change them.
    fn visit_mut<'a>(&'a mut self, _found: &mut Vec<&'a mut Uncertain>) {}
}

/// The type of one value.
pub trait Value: Sized {
    /// Keys or words below it.
    const NESTED: Nested = Nested::None;

    /// Reads it from a node that is there.
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self>;

    /// What it is where absent: an error unless the key has a default.
    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        missing(reader, site, owner)
    }

    /// Appends the uncertain values in it.
    fn visit<'a>(&'a self, _found: &mut Vec<&'a Uncertain>) {}

    /// The same, to change them.
    fn visit_mut<'a>(&'a mut self, _found: &mut Vec<&'a mut Uncertain>) {}
}

/// Reports a required key that is absent.
pub fn missing<T>(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<T> {
    report_missing(reader, site, owner);
    None
}

fn report_missing(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) {
    let holder = site.path.strip_suffix(site.name).map_or("", |rest| rest.trim_end_matches('.'));
    let holder = if holder.is_empty() { "the scenario".to_string() } else { quoted(holder) };
    let expected = format!("expected a key `{}` here", site.name);
    reader.report.error_with_help(
        owner,
        format!("{holder} has no {}", quoted(site.name)),
        expected,
        Some(site.key.doc.to_string()),
    );
}

impl<T: Value> Field for T {
    const NESTED: Nested = T::NESTED;

    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self> {
        match entry {
            Some(entry) => T::read(reader, site, &entry.node),
            None => T::absent(reader, site, owner),
        }
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        Value::visit(self, found);
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        Value::visit_mut(self, found);
    }
}

impl<T: Value> Field for Option<T> {
    const NESTED: Nested = T::NESTED;

    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, _owner: Place) -> Option<Self> {
        entry.map_or(Some(None), |entry| T::read(reader, site, &entry.node).map(Some))
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        self.iter().for_each(|value| value.visit(found));
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        self.iter_mut().for_each(|value| value.visit_mut(found));
    }
}

impl<T: Value> Field for Vec<T> {
    const NESTED: Nested = T::NESTED;

    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self> {
        let Some(entry) = entry else {
            return if site.key.spec.required { missing(reader, site, owner) } else { Some(Vec::new()) };
        };
        let Some(items) = entry.node.as_list() else {
            reader.wrong_type(site.path, &entry.node, "a list");
            return None;
        };
        if items.len() > LONGEST_LIST {
            let message = format!("{} has {} items", quoted(site.path), items.len());
            reader.report.error(entry.node.place, message, format!("at most {LONGEST_LIST}"));
            return None;
        }
        let read = items.iter().enumerate().map(|(index, item)| {
            let name = index.to_string();
            T::read(reader, Site { key: site.key, path: &join(site.path, &name), name: &name }, item)
        });
        // Collected in two steps: the first failure must not stop the reading.
        let read: Vec<Option<T>> = read.collect();
        read.into_iter().collect()
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        self.iter().for_each(|value| value.visit(found));
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        self.iter_mut().for_each(|value| value.visit_mut(found));
    }
}

impl<T: Value> Field for IndexMap<String, T> {
    const NESTED: Nested = T::NESTED;

    fn read(reader: &mut Reader<'_>, site: Site<'_>, entry: Option<&Entry>, owner: Place) -> Option<Self> {
        let Some(entry) = entry else {
            return if site.key.spec.required { missing(reader, site, owner) } else { Some(IndexMap::new()) };
        };
        let Some(table) = entry.node.as_table() else {
            reader.wrong_type(site.path, &entry.node, "a table with one entry per name");
            return None;
        };
        let limit = match site.key.spec.form {
            Form::Declares(of) | Form::PerName(of) => of.limit(),
            Form::One | Form::List => LONGEST_LIST,
        };
        if table.len() > limit {
            let message = format!("{} has {} entries", quoted(site.path), table.len());
            reader.report.error(entry.key, message, format!("at most {limit}"));
            return None;
        }
        let mut read = Some(IndexMap::with_capacity(table.len()));
        for (name, value) in table {
            let name_stands = match site.key.spec.form {
                Form::Declares(_) => reader.check_new_name(name, value.key),
                Form::PerName(Names::Quantities) => quantity::check(reader, name, value.key),
                Form::PerName(of) => reader.check_name(of, name, value.key),
                Form::One | Form::List => true,
            };
            let path = join(site.path, name);
            let value = T::read(reader, Site { key: site.key, path: &path, name }, &value.node);
            match (name_stands, value, read.as_mut()) {
                (true, Some(value), Some(map)) => _ = map.insert(name.clone(), value),
                (true, Some(_), None) => {}
                _ => read = None,
            }
        }
        read
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        self.values().for_each(|value| value.visit(found));
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        self.values_mut().for_each(|value| value.visit_mut(found));
    }
}

impl<E: Entity> Value for E {
    const NESTED: Nested = Nested::Entity(E::META);

    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        reader.entity(site.path, node, &[])
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        if site.key.spec.required { missing(reader, site, owner) } else { reader.absent_entity(site.path, owner) }
    }

    fn visit<'a>(&'a self, found: &mut Vec<&'a Uncertain>) {
        Entity::visit(self, found);
    }

    fn visit_mut<'a>(&'a mut self, found: &mut Vec<&'a mut Uncertain>) {
        Entity::visit_mut(self, found);
    }
}

impl Value for bool {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        if let TreeValue::Flag(flag) = node.value {
            return Some(flag);
        }
        reader.wrong_type(site.path, node, "`true` or `false`");
        None
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        if let Fallback::Flag(flag) = site.key.spec.fallback { Some(flag) } else { missing(reader, site, owner) }
    }
}

impl Value for u64 {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        let (low, high) = match site.key.spec.kind {
            Kind::Whole { low, high } => (low, high),
            _ => (0, Self::MAX),
        };
        let expected = format!("a whole number from {low} to {high}");
        let TreeValue::Whole(whole) = node.value else {
            reader.wrong_type(site.path, node, &expected);
            return None;
        };
        let found = Self::try_from(whole).ok().filter(|whole| (low..=high).contains(whole));
        if found.is_none() {
            let message = format!("{} is {whole}, out of range", quoted(site.path));
            reader.report.error(node.place, message, format!("expected {expected}"));
        }
        found
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        if let Fallback::Whole(whole) = site.key.spec.fallback { Some(whole) } else { missing(reader, site, owner) }
    }
}

impl Value for f64 {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        let Kind::Weight(limits) = site.key.spec.kind else { return None };
        let found = match node.value {
            TreeValue::Whole(whole) => whole as Self,
            TreeValue::Number(number) => number,
            _ => {
                reader.wrong_type(site.path, node, "a number");
                return None;
            }
        };
        if (limits.low..=limits.high).contains(&found) {
            return Some(found);
        }
        let expected = format!("expected a number from {} to {}", limits.low, limits.high);
        reader.report.error(node.place, format!("{} is {found}, out of range", quoted(site.path)), expected);
        None
    }
}

impl Value for String {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        let Some(text) = node.as_text() else {
            let expected = match site.key.spec.kind {
                Kind::Name(of) => format!("the name of a {} in quotes", of.one()),
                _ => "a text in quotes".to_string(),
            };
            reader.wrong_type(site.path, node, &expected);
            return None;
        };
        let sound = match site.key.spec.kind {
            Kind::Name(of) => reader.check_name(of, text, node.place),
            Kind::NewName => reader.check_new_name(text, node.place),
            Kind::LongText => reader.check_text(site.path, text, true, node.place),
            _ => reader.check_text(site.path, text, false, node.place),
        };
        sound.then(|| text.to_string())
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        if let Fallback::Text(text) = site.key.spec.fallback {
            Some(text.to_string())
        } else {
            missing(reader, site, owner)
        }
    }
}

impl Value for Date {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        if let TreeValue::Date(date) = node.value {
            return Some(date);
        }
        reader.wrong_type(site.path, node, "a date such as 2021-08-15, without quotes");
        None
    }
}

impl Value for Span {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        const EXPECTED: &str = "a span of time such as \"10d\", \"12w\", \"18m\" or \"3y\"";
        let Some(text) = node.as_text() else {
            reader.wrong_type(site.path, node, EXPECTED);
            return None;
        };
        let span = Self::parse(text);
        if span.is_none() {
            let message = format!("{} is no span of time", quoted(text));
            reader.report.error(node.place, message, format!("expected {EXPECTED}"));
        }
        span
    }

    fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
        match site.key.spec.fallback {
            Fallback::Text(text) => Self::parse(text),
            _ => missing(reader, site, owner),
        }
    }
}

/// Makes a choice readable as a value. A blanket implementation would collide with that of entities.
macro_rules! choice_values {
    ($($choice:ty),+) => { $(
        impl Value for $choice {
            const NESTED: Nested = Nested::Choices(<$choice as Choice>::WORDS);

            fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
                read_choice(reader, site, node)
            }

            fn absent(reader: &mut Reader<'_>, site: Site<'_>, owner: Place) -> Option<Self> {
                match site.key.spec.fallback {
                    Fallback::Text(word) => variant(word),
                    _ => missing(reader, site, owner),
                }
            }
        }
    )+ };
}

choice_values!(
    super::group::Tie,
    super::policy::Observable,
    super::policy::Truce,
    super::document::Defaults,
    super::study::Design,
    super::study::Spacing,
    super::sensitivity::Method,
    super::sensitivity::By,
    super::sensitivity::OnFailure
);

fn variant<C: Choice>(name: &str) -> Option<C> {
    let index = C::WORDS.iter().position(|word| word.name == name)?;
    C::VARIANTS.get(index).copied()
}

fn read_choice<C: Choice>(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<C> {
    let words = C::WORDS.iter().map(|word| word.name);
    let all = list_names(words.clone());
    let Some(text) = node.as_text() else {
        reader.wrong_type(site.path, node, &format!("one of {all} in quotes"));
        return None;
    };
    let found = variant(text);
    if found.is_none() {
        let help = nearest(text, words).map(|word| format!("did you mean `{word}`?"));
        let message = format!("{} cannot be {}", quoted(site.path), quoted(text));
        reader.report.error_with_help(node.place, message, format!("expected one of {all}"), help);
    }
    found
}
