//! A value that a study gives to a key: a number, or whatever else may stand there.

use serde::Serialize;

use super::date::Date;
use super::field::Value;
use super::key::Kind;
use super::reader::{Reader, Site};
use super::tree::{Node, Value as TreeValue};

/// A value as a study file or a command line has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Setting {
    /// A number; a whole one for keys of whole numbers.
    Number(f64),
    /// A day.
    Date(Date),
    /// A switch.
    Flag(bool),
    /// A span of time, a word or a name.
    Text(String),
}

impl Setting {
    /// What a bare word of a command line or of a table means.
    pub fn parse(word: &str) -> Self {
        let word = word.trim();
        let number = || word.replace('_', "").parse::<f64>().ok().filter(|number| number.is_finite());
        match word {
            "true" => Self::Flag(true),
            "false" => Self::Flag(false),
            _ => number()
                .map(Self::Number)
                .or_else(|| Date::parse(word).map(Self::Date))
                .unwrap_or_else(|| Self::Text(word.to_string())),
        }
    }

    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The value as TOML, e.g. after the `=` of `--set`.
    pub fn toml(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Text(text) => toml::Value::String(text.clone()).to_string(),
        }
    }

    /// The value for readers.
    pub fn shown(&self) -> String {
        if let Self::Text(text) = self { text.clone() } else { self.toml() }
    }
}

impl Value for Setting {
    fn read(reader: &mut Reader<'_>, site: Site<'_>, node: &Node) -> Option<Self> {
        let Kind::Setting(limits) = site.key.spec.kind else { return None };
        let number = match &node.value {
            TreeValue::Whole(whole) => *whole as f64,
            TreeValue::Number(number) => *number,
            TreeValue::Date(date) => return Some(Self::Date(*date)),
            TreeValue::Flag(flag) => return Some(Self::Flag(*flag)),
            TreeValue::Text(text) => {
                return reader.check_text(site.path, text, false, node.place).then(|| Self::Text(text.clone()));
            }
            _ => {
                reader.wrong_type(site.path, node, "a number, a date, a span of time, a name or a switch");
                return None;
            }
        };
        if (limits.low..=limits.high).contains(&number) {
            return Some(Self::Number(number));
        }
        let expected = format!("expected a number from {} to {}", limits.low, limits.high);
        let message = format!("{} is {number}, out of range", super::diagnostic::quoted(site.path));
        reader.report.error(node.place, message, expected);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_as_what_may_stand_in_a_file_and_written_as_such() {
        for (word, toml, shown) in [
            ("1_000", "1000", "1000"),
            (" 2.5e1", "25", "25"),
            ("2023-02-28", "2023-02-28", "2023-02-28"),
            ("2023-02-30", "\"2023-02-30\"", "2023-02-30"),
            ("true", "true", "true"),
            ("12w", "\"12w\"", "12w"),
            ("inf", "\"inf\"", "inf"),
        ] {
            let setting = Setting::parse(word);
            assert_eq!((setting.toml().as_str(), setting.shown().as_str()), (toml, shown), "{word}");
        }
    }
}
