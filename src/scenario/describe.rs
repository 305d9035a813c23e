//! Form, range and default of a key in words, for explanations and the reference.

use super::catalog::ParameterSpec;
use super::key::{Fallback, Form, Key, Kind, Limits, Names, Nested};
use super::number::shown;

/// What may stand at a key, e.g. `number`, `list of names of groups`.
pub fn form(key: &Key) -> String {
    let one = match key.spec.kind {
        Kind::Number(_) => "uncertain number".to_string(),
        Kind::Quantity { add: false } => "uncertain number in the quantity's range".to_string(),
        Kind::Quantity { add: true } => "uncertain change".to_string(),
        Kind::Weight(_) => "number".to_string(),
        Kind::Setting(_) => "number, date, span of time, name or switch".to_string(),
        Kind::Whole { .. } => "whole number".to_string(),
        Kind::Flag => "`true` or `false`".to_string(),
        Kind::Text | Kind::LongText => "text".to_string(),
        Kind::NewName => "name".to_string(),
        Kind::Name(of) => format!("name of a {}", of.one()),
        Kind::Choice => words(key.nested),
        Kind::Date => "date".to_string(),
        Kind::Span => "span of time".to_string(),
        Kind::Table => match key.nested {
            Nested::Entity(meta) => format!("table ({})", meta.name),
            Nested::None | Nested::Choices(_) => "table".to_string(),
        },
        Kind::Condition => "condition".to_string(),
        Kind::Action => "action".to_string(),
        Kind::Policy => "policy".to_string(),
        Kind::Mechanism => "table of parameters".to_string(),
        Kind::Instrument => "table of options".to_string(),
    };
    match key.spec.form {
        Form::One => one,
        Form::List => format!("list of: {one}"),
        Form::PerName(Names::Quantities) => format!("per quantity: {one}"),
        Form::PerName(of) => format!("per {}: {one}", of.one()),
        Form::Declares(of) => format!("per new {}: {one}", of.one()),
    }
}

fn words(nested: Nested) -> String {
    let Nested::Choices(words) = nested else { return "word".to_string() };
    let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.name)).collect();
    words.join(" or ")
}

/// Unit of a key's numbers.
pub fn unit(key: &Key) -> Option<&'static str> {
    match key.spec.kind {
        Kind::Number(limits) | Kind::Weight(limits) | Kind::Setting(limits) => Some(limits.unit),
        _ => None,
    }
}

/// Range of a key's numbers.
pub fn range(key: &Key) -> Option<String> {
    match key.spec.kind {
        Kind::Number(limits) | Kind::Weight(limits) | Kind::Setting(limits) => Some(range_of(limits)),
        // A seed may be anything: its bounds say nothing.
        Kind::Whole { high: u64::MAX, .. } => None,
        Kind::Whole { low, high } => Some(format!("{low} to {high}")),
        _ => None,
    }
}

/// A range in words.
pub fn range_of(limits: Limits) -> String {
    format!("{} to {}", shown(limits.low), shown(limits.high))
}

/// What holds where the key is absent.
pub fn absent(key: &Key) -> String {
    match key.spec.fallback {
        _ if key.spec.required => "required".to_string(),
        Fallback::None => "none".to_string(),
        Fallback::Number(value) => shown(value),
        Fallback::Whole(value) => value.to_string(),
        Fallback::Flag(flag) => flag.to_string(),
        Fallback::Text(text) => format!("\"{text}\""),
    }
}

/// What holds where a parameter of the catalog is absent.
pub fn absent_parameter(spec: &ParameterSpec) -> String {
    match (spec.default, spec.plausible) {
        (None, _) => "required".to_string(),
        (Some(value), None) => shown(value),
        (Some(value), Some((low, high))) => format!("{} ({} to {})", shown(value), shown(low), shown(high)),
    }
}
