//! The comparison at the end of a run, for a terminal: differences from the baseline, in honest words.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::numbers::{readable, signed, with_error};
use crate::experiment::compare::{AgainstBaseline, Comparison, Measured, OBJECTIVE, Verdict};
use crate::experiment::results::Outcomes;
use crate::statistics::best::BestMean;

/// Doubt below which a policy is said to be worse than the best.
const DOUBT: f64 = 0.05;

/// Policies by headline metrics: mean difference from the baseline ± half of its 95 % interval, how often better, or that the
/// trials do not tell; how often best, and regret by the objective; then a sentence that names the best policy or says
/// that it is open. Empty for fewer than two policies or trials.
///
/// `headline`: names of metrics; those that the comparison does not hold are left out. `width`: of the terminal in columns,
/// where known.
pub fn comparison_table(
    outcomes: &Outcomes,
    comparison: &Comparison,
    headline: &[String],
    width: Option<u16>,
) -> String {
    let Some(objective) = comparison.measures.first().filter(|_| outcomes.policies.len() > 1 && comparison.trials > 1)
    else {
        return String::new();
    };
    let find = |name: &String| comparison.measures.iter().find(|m| m.name == *name);
    let mut shown: Vec<&Measured> = headline.iter().filter_map(find).collect();
    // Where the objective is a headline metric by another name, one column says both.
    if !shown.iter().any(|m| m.policies.iter().zip(&objective.policies).all(|(a, b)| a.mean == b.mean)) {
        shown.insert(0, objective);
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let titles = shown.iter().map(|m| match m.name == OBJECTIVE {
        true => right(OBJECTIVE.to_string()),
        false => right(format!("{}\n({})", m.name, m.unit)),
    });
    table.set_header(
        std::iter::once(Cell::new("policy"))
            .chain(titles)
            .chain([right("best in".into()), right("regret\nmean, worst".into())]),
    );
    for (p, policy) in outcomes.policies.iter().enumerate() {
        let name = match p == comparison.baseline {
            true => Cell::new(format!("{}\n(baseline)", policy.name)),
            false => Cell::new(&policy.name),
        };
        let differences = shown.iter().map(|m| {
            right(m.policies.get(p).and_then(|policy| policy.against.as_ref()).map_or(String::new(), difference))
        });
        let own = &objective.policies[p];
        let best = own.best.and_then(|b| b.estimate).map_or(String::new(), percent);
        let regret = own.regret.map_or(String::new(), |r| format!("{}\n{}", readable(r.expected), readable(r.worst)));
        table.add_row(std::iter::once(name).chain(differences).chain([right(best), right(regret)]));
    }
    let names: Vec<&str> = outcomes.policies.iter().map(|p| p.name.as_str()).collect();
    let mut text = format!(
        "{table}\nDifference from {} in the same trials: mean ± half of its 95 % interval; share of trials in which the policy is \
         better. Best and regret by the scenario's objective.",
        names[comparison.baseline]
    );
    if let Some(best) = &comparison.best {
        text.push('\n');
        text.push_str(&conclusion(best, comparison.trials_to_name_the_best, &names, comparison.trials));
    }
    text
}

/// Two lines of a cell.
fn difference(against: &AgainstBaseline) -> String {
    let mean = signed(against.difference.mean);
    let Some((low, high)) = against.difference.interval else { return mean };
    if against.verdict() == Verdict::Equal {
        return "no difference".to_string();
    }
    // Student's interval is symmetric: its half-width says as much as its bounds and is shorter.
    let half = 0.5 * (high - low);
    let sign = if against.difference.mean > 0.0 { "+" } else { "" };
    let first = match half > 1e-5 * against.difference.mean.abs() {
        true => format!("{sign}{}", with_error(against.difference.mean, half)),
        false => mean,
    };
    let second = match (against.verdict(), against.better, against.trials_needed) {
        (Verdict::Open, _, Some(trials)) => format!("not told; needs {}", about(trials)),
        (Verdict::Open, _, None) => "not told".to_string(),
        (_, Some(better), _) => match better.share.estimate {
            Some(share) => format!("better in {}", percent(share)),
            None => String::new(),
        },
        _ => String::new(),
    };
    format!("{first}\n{second}").trim_end().to_string()
}

/// Which policy is best by the objective, how sure that is, and what it would take.
fn conclusion(best: &BestMean, needed: Option<u64>, names: &[&str], trials: usize) -> String {
    let name = names[best.index];
    if best.confidence >= 1.0 - DOUBT {
        // Rounded down, as it is a lower bound.
        let sure = (1000.0 * best.confidence).floor() / 10.0;
        return format!("By the objective {name} is best on average; confidence at least {} %.", sure.min(99.9));
    }
    let rivals: Vec<&str> = (0..names.len())
        .filter(|p| *p != best.index && best.doubts[*p] > DOUBT / (names.len() - 1) as f64)
        .map(|p| names[p])
        .collect();
    let needed = match needed {
        Some(needed) if needed > trials as u64 => format!("; it would take {} trials to tell", about(needed)),
        Some(_) => String::new(),
        None => "; no number of trials would, as another does exactly as well".to_string(),
    };
    format!(
        "By the objective {name} has the best mean, but the trials do not tell it from {}{needed}.",
        rivals.join(", ")
    )
}

/// A share as a percentage that is 0 or 100 only where it is exact.
fn percent(share: f64) -> String {
    let rounded = (100.0 * share).round();
    if share > 0.0 && rounded < 1.0 {
        "< 1 %".to_string()
    } else if share < 1.0 && rounded > 99.0 {
        "> 99 %".to_string()
    } else {
        format!("{rounded} %")
    }
}

/// A number of trials to two digits.
fn about(trials: u64) -> String {
    let scale = 10_u64.pow(trials.max(1).ilog10().saturating_sub(1));
    // Rounded up, as fewer would be too few.
    format!("about {}", readable((trials.div_ceil(scale) * scale) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::compare::compare;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};

    fn table(policies: &[(&str, Vec<f64>)], width: Option<u16>) -> String {
        let outcomes = Outcomes {
            left_out: Vec::new(),
            columns: vec![Column { metric: "killed", unit: "people".into(), slice: Slice::Total }],
            trials: policies[0].1.len(),
            policies: policies
                .iter()
                .map(|(name, values)| PolicyOutcomes {
                    name: name.to_string(),
                    values: vec![values.clone().into()],
                    ..PolicyOutcomes::default()
                })
                .collect(),
        };
        let comparison = compare(&outcomes, &[("killed".to_string(), 1.0)].into_iter().collect(), 0).unwrap();
        comparison_table(&outcomes, &comparison, &["killed".into(), "unknown".into()], width)
    }

    fn wave(n: usize, shift: f64, size: f64) -> Vec<f64> {
        (0..n).map(|i| 1000.0 + shift + size * if i % 2 == 0 { 1.0 } else { -1.0 }).collect()
    }

    #[test]
    fn told_differences_say_how_often_better_and_the_best_is_named() {
        let text = table(&[("status-quo", wave(100, 0.0, 0.0)), ("talks", wave(100, -300.0, 50.0))], None);
        assert!(text.contains("\u{2212}300.0 ± 10.0"), "{text}");
        assert!(text.contains("better in 100 %") && text.contains("(baseline)"), "{text}");
        assert!(text.contains("talks is best on average; confidence at least 99.9 %"), "{text}");
        assert!(!text.contains("objective\n") && !text.contains("not told"), "{text}");
    }

    #[test]
    fn where_the_interval_holds_zero_the_table_says_so_and_how_many_trials_it_takes() {
        let text = table(&[("status-quo", wave(100, 0.0, 0.0)), ("talks", wave(100, -1.0, 50.0))], Some(100));
        // ((1.96 + 1.2816) 50.25 / 1)² = 26533
        assert!(text.contains("not told; needs about 27,000"), "{text}");
        assert!(text.contains("talks has the best mean, but the trials do not tell it from status-quo"), "{text}");
        let table_part = text.split("Difference from").next().unwrap();
        assert!(table_part.lines().all(|l| l.chars().count() <= 100), "{text}");
    }

    #[test]
    fn equal_policies_and_too_few_trials_or_policies_are_told_as_such() {
        let same = table(&[("a", wave(9, 0.0, 1.0)), ("b", wave(9, 0.0, 1.0))], None);
        assert!(same.contains("no difference") && same.contains("no number of trials would"), "{same}");
        assert_eq!(table(&[("a", vec![1.0]), ("b", vec![2.0])], None), "");
        assert_eq!(table(&[("a", vec![1.0, 2.0])], None), "");
    }

    #[test]
    fn shares_and_counts_are_rounded_to_the_careful_side() {
        assert_eq!(
            [percent(0.0), percent(0.001), percent(0.5), percent(0.999), percent(1.0)],
            ["0 %", "< 1 %", "50 %", "> 99 %", "100 %"]
        );
        assert_eq!([about(7), about(1234), about(26_533)], ["about 7", "about 1,300", "about 27,000"]);
    }
}
