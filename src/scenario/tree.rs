//! A TOML text as a tree whose every node knows where it stands, so that trees of several texts can be merged.

use indexmap::IndexMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::date::Date;
use super::diagnostic::{Place, Report};

/// Deepest nesting of tables and lists.
const DEEPEST: usize = 32;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub place: Place,
    pub value: Value,
}

/// A table: its values with the places of their keys, in the order of the text.
pub type Table = IndexMap<String, Entry>;

/// A key's place and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Place,
    pub node: Node,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Text(String),
    Whole(i128),
    Number(f64),
    Flag(bool),
    Date(Date),
    /// A time, a date with a time, or a day that the calendar has not.
    OtherTime,
    List(Vec<Node>),
    Table(Table),
}

impl Value {
    /// The word for it in a message.
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Whole(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Flag(_) => "true or false",
            Self::Date(_) => "a date",
            Self::OtherTime => "a time",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The table, if it is one.
    pub fn as_table(&self) -> Option<&Table> {
        if let Value::Table(table) = &self.value { Some(table) } else { None }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        if let Value::List(list) = &self.value { Some(list) } else { None }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// The value of a key, if it is a table that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_table()?.get(key).map(|entry| &entry.node)
    }
}

/// Parses a whole text; syntax errors go to the report, what could be read is returned.
pub fn parse(text_index: usize, text: &str, report: &mut Report) -> Node {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        syntax_error(text_index, 0, text.len(), &error, report);
    }
    let whole = Place { text: text_index, start: 0, end: 0 };
    let mut builder = Builder { text: text_index, offset: 0, report };
    Node { place: whole, value: Value::Table(builder.table(table.get_ref(), 0)) }
}

/// Parses the text from `offset` on as one value; `Err` holds its syntax errors.
pub fn parse_value(text_index: usize, text: &str, offset: usize, report: &mut Report) -> Result<Node, Report> {
    let (value, errors) = DeValue::parse_recoverable(&text[offset..]);
    if !errors.is_empty() {
        let mut found = Report::default();
        for error in errors {
            syntax_error(text_index, offset, text.len() - offset, &error, &mut found);
        }
        return Err(found);
    }
    Ok(Builder { text: text_index, offset, report }.node(&value, 0))
}

fn syntax_error(text: usize, offset: usize, length: usize, error: &toml::de::Error, report: &mut Report) {
    let span = error.span().unwrap_or(length..length);
    let place = Place { text, start: offset + span.start, end: offset + span.end };
    report.error(place, format!("this is not TOML: {}", error.message()), "");
}

struct Builder<'r> {
    text: usize,
    offset: usize,
    report: &'r mut Report,
}

impl Builder<'_> {
    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place { text: self.text, start: self.offset + span.start, end: self.offset + span.end }
    }

    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> Table {
        let mut built = Table::with_capacity(table.len());
        for (key, value) in table.iter() {
            let entry = Entry { key: self.place(key.span()), node: self.node(value, depth + 1) };
            built.insert(key.get_ref().to_string(), entry);
        }
        built
    }

    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> Node {
        let place = self.place(value.span());
        let value = match value.get_ref() {
            DeValue::Table(_) | DeValue::Array(_) if depth > DEEPEST => {
                self.report.error(place, format!("nested deeper than {DEEPEST} levels"), "too deep");
                Value::List(Vec::new())
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)),
            DeValue::Array(array) => Value::List(array.iter().map(|item| self.node(item, depth + 1)).collect()),
            DeValue::String(text) => Value::Text(text.to_string()),
            DeValue::Boolean(flag) => Value::Flag(*flag),
            DeValue::Float(float) => Value::Number(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Integer(whole) => match i128::from_str_radix(whole.as_str(), whole.radix()) {
                Ok(whole) => Value::Whole(whole),
                Err(_) => {
                    self.report.error(place, "this whole number has too many digits", "");
                    Value::Whole(0)
                }
            },
            DeValue::Datetime(datetime) => match (datetime.date, datetime.time, datetime.offset) {
                (Some(date), None, None) => {
                    Date::new(i32::from(date.year), date.month, date.day).map_or(Value::OtherTime, Value::Date)
                }
                _ => Value::OtherTime,
            },
        };
        Node { place, value }
    }
}
