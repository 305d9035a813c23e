//! One thing that a sweep varies: how its values become coordinates of points, and coordinates what the scenario is given.
//!
//! Coordinates are plain numbers, so that designs, tables and figures need know nothing of what is varied: a date is a number
//! of days, a span of time likewise, a word its place among those listed.

use crate::scenario::Limits;
use crate::scenario::date::{Date, Span};
use crate::scenario::given::Nature;
use crate::scenario::setting::Setting;
use crate::scenario::study::{Spacing, Vary};

/// One thing that is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Dotted path.
    pub path: String,
    /// Name for readers.
    pub label: String,
    /// Unit and range of its key.
    pub limits: Limits,
    /// The coordinates it takes, ascending; empty where they are sampled.
    pub levels: Vec<f64>,
    /// Whether the values lie at equal ratios.
    pub logarithmic: bool,
    /// What is varied.
    pub nature: Nature,
    /// Spans and words as they were listed, by coordinate.
    listed: Vec<(f64, Setting)>,
}

/// What is accepted of a number that is no parameter; the reader of the scenario knows better.
const ANY: Limits = Limits { unit: "", low: f64::NEG_INFINITY, high: f64::INFINITY };

impl Axis {
    /// An axis without levels; `limits` of a parameter's key.
    pub fn new(path: &str, vary: Option<&Vary>, nature: Nature, limits: Option<Limits>) -> Self {
        let label = vary.and_then(|vary| vary.label.clone()).unwrap_or_else(|| path.to_string());
        Self {
            path: path.to_string(),
            label,
            limits: limits.unwrap_or(ANY),
            levels: Vec::new(),
            logarithmic: vary.is_some_and(|vary| vary.spacing == Spacing::Log),
            nature,
            listed: Vec::new(),
        }
    }

    /// The coordinate of a value.
    ///
    /// # Errors
    /// In words: it is none of its key's.
    pub fn coordinate(&mut self, value: &Setting) -> Result<f64, String> {
        let wrong = |expected: &str| Err(format!("`{}` would be {}: expected {expected}", self.path, value.shown()));
        match (self.nature, value) {
            (Nature::Parameter | Nature::Number, Setting::Number(number)) => Ok(*number),
            (Nature::Parameter | Nature::Number, _) => wrong("a number"),
            (Nature::Whole, Setting::Number(number)) if number.fract() == 0.0 => Ok(*number),
            (Nature::Whole, _) => wrong("a whole number"),
            (Nature::Date, Setting::Date(date)) => Ok(date.julian_day() as f64),
            (Nature::Date, _) => wrong("a date such as 2021-08-15"),
            (Nature::Span, _) => {
                let span = if let Setting::Text(text) = value { Span::parse(text) } else { None };
                let Some(span) = span else { return wrong("a span of time such as 12w") };
                let days = span.days() as f64;
                // Two ways to write as many days are one value.
                if self.listed.iter().all(|(other, _)| *other != days) {
                    self.listed.push((days, value.clone()));
                }
                Ok(days)
            }
            (Nature::Word, _) => {
                if let Some((place, _)) = self.listed.iter().find(|(_, word)| word == value) {
                    return Ok(*place);
                }
                let place = self.listed.len() as f64;
                self.listed.push((place, value.clone()));
                Ok(place)
            }
        }
    }

    /// The coordinates of the values of what is varied, in order: those listed, or those from first to last.
    ///
    /// # Errors
    /// In words: a value is none of its key's.
    pub fn listed(&mut self, vary: &Vary) -> Result<Vec<f64>, String> {
        let ends = vary.from.as_ref().zip(vary.to.as_ref());
        let (Some((from, to)), true) = (ends, vary.values.is_empty()) else {
            return vary.values.iter().map(|value| self.coordinate(value)).collect();
        };
        let (from, to) = self.ends(from, to)?;
        let count = vary.count();
        let last = count.saturating_sub(1).max(1) as f64;
        Ok((0..count).map(|index| self.between(vary, (from, to), index as f64 / last)).collect())
    }

    /// The coordinates of the ends of a range.
    ///
    /// # Errors
    /// In words: words have no range, or an end is no value of the key.
    pub fn ends(&mut self, from: &Setting, to: &Setting) -> Result<(f64, f64), String> {
        if self.nature == Nature::Word {
            return Err(format!("`{}` has no values between two: expected `values`", self.path));
        }
        Ok((self.coordinate(from)?, self.coordinate(to)?))
    }

    /// The coordinate a share of the way between two.
    pub fn between(&self, vary: &Vary, (from, to): (f64, f64), share: f64) -> f64 {
        let between = vary.between(from, to, share);
        match self.nature {
            Nature::Parameter | Nature::Number | Nature::Word => between,
            Nature::Whole | Nature::Date | Nature::Span => between.round(),
        }
    }

    /// Whether every trial can have a value of its own; else each value makes a scenario.
    pub fn is_parameter(&self) -> bool {
        self.nature == Nature::Parameter
    }

    /// What the scenario is given at a coordinate.
    pub fn setting(&self, coordinate: f64) -> Setting {
        let as_listed = || self.listed.iter().find(|(at, _)| *at == coordinate).map(|(_, value)| value.clone());
        match self.nature {
            Nature::Parameter | Nature::Number | Nature::Whole => Setting::Number(coordinate),
            Nature::Date => Date::from_julian_day(coordinate as i64).map_or(Setting::Number(coordinate), Setting::Date),
            Nature::Span | Nature::Word => {
                as_listed().unwrap_or_else(|| Setting::Text(format!("{}d", coordinate.max(0.0) as u64)))
            }
        }
    }

    /// A coordinate in words; `None` where the number itself says it.
    pub fn word(&self, coordinate: f64) -> Option<String> {
        match self.nature {
            Nature::Parameter | Nature::Number | Nature::Whole => None,
            Nature::Date | Nature::Span | Nature::Word => Some(self.setting(coordinate).shown()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(nature: Nature, from: &str, to: &str, points: u64) -> Result<Vec<String>, String> {
        let vary = Vary {
            path: "a.b".to_string(),
            label: None,
            values: vec![],
            from: Some(Setting::parse(from)),
            to: Some(Setting::parse(to)),
            points: Some(points),
            spacing: Spacing::Linear,
            base: None,
        };
        let mut axis = Axis::new("a.b", Some(&vary), nature, None);
        let coordinates = axis.listed(&vary)?;
        Ok(coordinates.into_iter().map(|one| axis.setting(one).shown()).collect())
    }

    #[test]
    fn ranges_of_dates_spans_and_whole_numbers_fall_on_days_and_whole_numbers() {
        let dates = values(Nature::Date, "2023-01-01", "2023-01-11", 4).expect("dates");
        assert_eq!(dates, ["2023-01-01", "2023-01-04", "2023-01-08", "2023-01-11"]);
        assert_eq!(values(Nature::Span, "1w", "1y", 3).expect("spans"), ["1w", "186d", "1y"]);
        assert_eq!(values(Nature::Whole, "1", "6", 3).expect("whole numbers"), ["1", "4", "6"]);
        assert_eq!(values(Nature::Number, "1", "2", 3).expect("numbers"), ["1", "1.5", "2"]);
    }

    #[test]
    fn what_is_no_value_of_its_key_is_refused_in_words() {
        let said = |nature, from| values(nature, from, from, 2).expect_err("no value");
        assert!(said(Nature::Date, "2023").contains("`a.b` would be 2023: expected a date"));
        assert!(said(Nature::Whole, "1.5").contains("expected a whole number"));
        assert!(said(Nature::Span, "soon").contains("expected a span of time"));
        assert!(said(Nature::Word, "yes").contains("no values between two"));
        assert!(said(Nature::Parameter, "yes").contains("expected a number"));
    }

    #[test]
    fn words_are_numbered_in_the_order_in_which_they_come() {
        let mut axis = Axis::new("a.b", None, Nature::Word, None);
        let coordinates: Vec<f64> =
            ["on", "off", "on"].iter().filter_map(|word| axis.coordinate(&Setting::parse(word)).ok()).collect();
        assert_eq!(coordinates, [0.0, 1.0, 0.0]);
        assert_eq!(axis.word(1.0).as_deref(), Some("off"));
    }
}
