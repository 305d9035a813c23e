//! Dates of steps, as days since 1970-01-01.

use time::{Date, Month};

/// Julian day number of 1970-01-01.
const EPOCH: i32 = 2_440_588;

/// Days since 1970-01-01 of a date `YYYY-MM-DD`; `None` if it is not one.
pub fn parse_iso(text: &str) -> Option<i32> {
    let mut parts = text.trim().splitn(3, '-');
    let year = parts.next()?.parse().ok()?;
    let month = Month::try_from(parts.next()?.parse::<u8>().ok()?).ok()?;
    let day = parts.next()?.parse().ok()?;
    Some(Date::from_calendar_date(year, month, day).ok()?.to_julian_day() - EPOCH)
}

/// Days since 1970-01-01 of the first of January.
pub fn year_start(year: i32) -> Option<i32> {
    Some(Date::from_calendar_date(year, Month::January, 1).ok()?.to_julian_day() - EPOCH)
}

/// Calendar year of a day.
pub fn year_of(day: i32) -> Option<i32> {
    Some(Date::from_julian_day(day.checked_add(EPOCH)?).ok()?.year())
}

/// Days from one step's first day to the next; 7 where the dates do not tell.
pub fn step_days(steps: &[String]) -> i32 {
    match steps {
        [first, second, ..] => match (parse_iso(first), parse_iso(second)) {
            (Some(a), Some(b)) if b > a => b - a,
            _ => 7,
        },
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_count_from_1970_and_nonsense_is_refused() {
        assert_eq!(parse_iso("1970-01-01"), Some(0));
        assert_eq!(parse_iso("2021-08-15"), Some(18_854));
        assert_eq!([parse_iso("2021-02-30"), parse_iso("x"), parse_iso("2021-13-01")], [None; 3]);
        assert_eq!((year_of(18_854), year_start(2021)), (Some(2021), Some(18_628)));
        assert_eq!(step_days(&["2021-08-15".into(), "2021-08-25".into()]), 10);
    }
}
