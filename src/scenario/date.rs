//! Days and spans of time, as a scenario writes them.
//!
//! A [`Date`] is a civil day without hour or zone: nothing in the model is finer. A [`Span`] keeps the unit it was
//! written in, because "1m" after 31 January is a question of the calendar, not of a number of days.

use std::fmt;
use std::ops::Add;

use serde::{Serialize, Serializer};
use time::{Duration, Month};

/// Mean length of a year in days, the one figure by which rates and spans are converted.
pub const DAYS_PER_YEAR: f64 = 365.25;

/// A civil day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(time::Date);

impl Date {
    /// The day, or `None` if the calendar has no such day. `month` and `day` count from 1.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let month = Month::try_from(month).ok()?;
        time::Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// Reads `2021-08-15`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Year of the common era.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Month, 1 to 12.
    pub fn month(self) -> u8 {
        u8::from(self.0.month())
    }

    /// Day of the month, from 1.
    pub fn day(self) -> u8 {
        self.0.day()
    }

    /// Days from this day to `later`; negative if `later` is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        i64::from(later.0.to_julian_day()) - i64::from(self.0.to_julian_day())
    }

    /// The day's Julian day number.
    pub fn julian_day(self) -> i64 {
        i64::from(self.0.to_julian_day())
    }

    /// The day of a Julian day number, if the calendar has it.
    pub fn from_julian_day(day: i64) -> Option<Self> {
        time::Date::from_julian_day(i32::try_from(day).ok()?).ok().map(Self)
    }

    /// The day `days` later, the calendar's last or first day where it ends.
    pub fn plus_days(self, days: i64) -> Self {
        // A year of the calendar has fewer than 10^7 days in all, so the clamp changes no day that exists.
        let days = Duration::days(days.clamp(-10_000_000, 10_000_000));
        Self(self.0.saturating_add(days))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Unit of a [`Span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpanUnit {
    /// `d`.
    Day,
    /// `w`: seven days.
    Week,
    /// `m`: of the calendar where added to a date, a twelfth of a year as a length.
    Month,
    /// `y`: of the calendar where added to a date, its mean length as a length.
    Year,
}

/// A span of time: `7d`, `12w`, `18m`, `3y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// How many of the unit.
    pub count: u32,
    /// Days, weeks, months or years.
    pub unit: SpanUnit,
}

impl Span {
    /// Reads a whole number up to 99 999 followed by `d`, `w`, `m` or `y`.
    pub fn parse(text: &str) -> Option<Self> {
        let unit = match text.chars().last()? {
            'd' => SpanUnit::Day,
            'w' => SpanUnit::Week,
            'm' => SpanUnit::Month,
            'y' => SpanUnit::Year,
            _ => return None,
        };
        // The unit is one byte long, as the match has shown.
        let digits = &text[..text.len() - 1];
        if digits.is_empty() || digits.len() > 5 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(Self { count: digits.parse().ok()?, unit })
    }

    /// Length in days; months and years by their mean length, rounded.
    pub fn days(self) -> u64 {
        let count = u64::from(self.count);
        match self.unit {
            SpanUnit::Day => count,
            SpanUnit::Week => count * 7,
            SpanUnit::Month => (f64::from(self.count) * DAYS_PER_YEAR / 12.0).round() as u64,
            SpanUnit::Year => (f64::from(self.count) * DAYS_PER_YEAR).round() as u64,
        }
    }
}

/// The day a span later. Months and years keep the day of the month, or take the month's last day where it is
/// shorter; past the end of the calendar (9999-12-31) that day is returned.
impl Add<Span> for Date {
    type Output = Self;

    fn add(self, span: Span) -> Self {
        let months = match span.unit {
            SpanUnit::Day => return self.plus_days(i64::from(span.count)),
            SpanUnit::Week => return self.plus_days(i64::from(span.count) * 7),
            SpanUnit::Month => i64::from(span.count),
            SpanUnit::Year => i64::from(span.count) * 12,
        };
        let total = i64::from(self.year()) * 12 + i64::from(self.month()) - 1 + months;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) as u8 + 1);
        let year = i32::try_from(year).unwrap_or(i32::MAX);
        (28..=self.day())
            .rev()
            .chain(std::iter::once(self.day()))
            .find_map(|day| Self::new(year, month, day))
            .unwrap_or(Self(time::Date::MAX))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            SpanUnit::Day => 'd',
            SpanUnit::Week => 'w',
            SpanUnit::Month => 'm',
            SpanUnit::Year => 'y',
        };
        write!(formatter, "{}{unit}", self.count)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date of the test")
    }

    fn span(text: &str) -> Span {
        Span::parse(text).expect("a span of the test")
    }

    #[test]
    fn a_span_is_added_by_the_calendar() {
        assert_eq!(day("2021-08-15") + span("3y"), day("2024-08-15"));
        assert_eq!(day("2021-08-15") + span("18m"), day("2023-02-15"));
        assert_eq!(day("2024-01-31") + span("1m"), day("2024-02-29"));
        assert_eq!(day("2024-02-29") + span("1y"), day("2025-02-28"));
        assert_eq!(day("2021-12-28") + span("2w"), day("2022-01-11"));
        assert_eq!(day("9990-01-01") + span("99999y"), day("9999-12-31"));
    }

    #[test]
    fn days_between_dates_count_leap_days() {
        assert_eq!(day("2024-02-01").days_until(day("2024-03-01")), 29);
        assert_eq!(day("2024-03-01").days_until(day("2024-02-01")), -29);
    }

    #[test]
    fn what_is_no_date_or_span_is_refused() {
        for text in ["2023-02-29", "2023-13-01", "2023-1-1", "15-08-2021", "", "é"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for text in ["", "d", "7", "7é", "-7d", "1.5y", "123456d", "7 d"] {
            assert_eq!(Span::parse(text), None, "{text}");
        }
        assert_eq!(span("18m").to_string(), "18m");
    }
}
