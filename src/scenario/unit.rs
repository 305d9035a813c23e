//! Converting rates and durations between days, weeks, months and years.

use super::date::DAYS_PER_YEAR;

/// Names of units of time, in the singular, with their length in days.
const TIMES: [(&str, f64); 4] = [("day", 1.0), ("week", 7.0), ("month", DAYS_PER_YEAR / 12.0), ("year", DAYS_PER_YEAR)];

/// What a value in `written` is multiplied by to be in `of_key`; `None` if the two do not fit.
///
/// A key in `... per year` or `... and year` accepts the same with another unit of time, or `per week` for short;
/// a key in `weeks` accepts `days`, `months`, `years`.
pub fn factor(written: &str, of_key: &str) -> Option<f64> {
    if written == of_key {
        return Some(1.0);
    }
    if let Some(days) = duration(of_key) {
        return Some(duration(written)? / days);
    }
    let (stem, days) = rate(of_key)?;
    let (written_stem, written_days) = rate(written)?;
    (written_stem == stem || written_stem == "per ").then_some(days / written_days)
}

/// The units that a key accepts.
pub fn accepted(of_key: &str) -> Vec<String> {
    if duration(of_key).is_some() {
        return TIMES.iter().map(|(name, _)| format!("{name}s")).collect();
    }
    let mut units = vec![of_key.to_string()];
    if rate(of_key).is_some() {
        units.extend(TIMES.iter().map(|(name, _)| format!("per {name}")).filter(|unit| unit != of_key));
    }
    units
}

/// Length in days of `weeks` and the like.
fn duration(unit: &str) -> Option<f64> {
    let name = unit.strip_suffix('s')?;
    TIMES.iter().find(|(time, _)| *time == name).map(|(_, days)| *days)
}

/// What stands before the unit of time of a rate, and the length of that unit in days.
fn rate(unit: &str) -> Option<(&str, f64)> {
    TIMES.iter().find_map(|(time, days)| {
        let stem = unit.strip_suffix(time)?;
        (stem.ends_with("per ") || stem.ends_with("and ")).then_some((stem, *days))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_durations_convert_within_their_family_only() {
        assert_eq!(factor("per year", "per year"), Some(1.0));
        assert_eq!(factor("per week", "attacks per fighter and year"), Some(365.25 / 7.0));
        assert_eq!(factor("attacks per fighter and month", "attacks per fighter and year"), Some(12.0));
        assert_eq!(factor("weeks", "years"), Some(7.0 / 365.25));
        assert_eq!(factor("years", "weeks"), Some(365.25 / 7.0));
        for (written, of_key) in [("per week", "share"), ("weeks", "per year"), ("per week", "weeks"), ("km", "share")]
        {
            assert_eq!(factor(written, of_key), None, "{written} for {of_key}");
        }
        assert_eq!(accepted("weeks"), ["days", "weeks", "months", "years"]);
        assert_eq!(accepted("share"), ["share"]);
    }
}
