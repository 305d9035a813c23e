//! The table at the end of a run, for a terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::numbers::{readable, with_error};
use crate::experiment::results::{Labels, Outcomes, total_column};
use crate::statistics::summary::summarize;

/// Policies by headline metrics: mean ± Monte Carlo standard error, and below it median [5 %, 95 %].
///
/// `baseline`: index of the baseline policy, which is marked. `width`: of the terminal in columns, where known. Metrics
/// that the outcomes do not hold are left out.
pub fn summary_table(
    outcomes: &Outcomes,
    labels: &Labels,
    headline: &[String],
    baseline: usize,
    width: Option<u16>,
) -> String {
    let columns: Vec<usize> = headline.iter().filter_map(|name| total_column(&outcomes.columns, name)).collect();
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    if let Some(width) = width {
        table.set_width(width);
    }
    let titles = columns.iter().map(|c| {
        let column = &outcomes.columns[*c];
        Cell::new(format!("{}\n({})", labels.column(column), column.unit)).set_alignment(CellAlignment::Right)
    });
    table.set_header(std::iter::once(Cell::new("policy")).chain(titles));
    for (p, policy) in outcomes.policies.iter().enumerate() {
        let name = match p == baseline {
            true => Cell::new(format!("{}\n(baseline)", policy.name)),
            false => Cell::new(&policy.name),
        };
        let figures = columns.iter().map(|c| {
            let text = match policy.values.get(*c).and_then(|values| summarize(&values.all())) {
                None => "no trials".to_string(),
                Some(s) => {
                    let mean = s.mc_error.map_or_else(|| readable(s.mean), |error| with_error(s.mean, error));
                    let [low, median, high] = [s.q05, s.q50, s.q95].map(|q| readable(q.value));
                    format!("{mean}\n{median} [{low}, {high}]")
                }
            };
            Cell::new(text).set_alignment(CellAlignment::Right)
        });
        table.add_row(std::iter::once(name).chain(figures));
    }
    format!(
        "{table}\n{} trials per policy. First line: mean ± Monte Carlo standard error; second: median [5 %, 95 %].",
        readable(outcomes.trials as f64)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};

    #[test]
    fn table_shows_mean_error_and_quantiles_and_marks_the_baseline() {
        let policy = |name: &str, scale: f64| PolicyOutcomes {
            name: name.into(),
            values: vec![(0..=100).map(|i| f64::from(i) * scale).collect()],
            ..Default::default()
        };
        let outcomes = Outcomes {
            left_out: Vec::new(),
            columns: vec![Column { metric: "killed", unit: "people".into(), slice: Slice::Total }],
            trials: 101,
            policies: vec![policy("talks", 100.0), policy("status-quo", 1.0)],
        };
        let headline = ["killed".to_string(), "unknown".to_string()];
        let text = summary_table(&outcomes, &Labels::default(), &headline, 1, Some(60));
        assert!(text.contains("5,000 ± 292"), "{text}");
        assert!(text.contains("5,000 [500, 9,500]"), "{text}");
        let baseline_line = text.lines().position(|l| l.contains("(baseline)")).unwrap();
        assert!(text.lines().nth(baseline_line - 1).unwrap().contains("status-quo"), "{text}");
        assert!(text.lines().all(|l| l.contains("trials per policy") || l.chars().count() <= 60), "{text}");
    }

    #[test]
    fn no_trials_and_no_policies_make_a_table_all_the_same() {
        let mut outcomes =
            Outcomes { columns: vec![], trials: 0, left_out: vec![], policies: vec![PolicyOutcomes::default()] };
        assert!(summary_table(&outcomes, &Labels::default(), &[], 0, None).contains("0 trials"));
        outcomes.columns.push(Column { metric: "killed", unit: "people".into(), slice: Slice::Total });
        outcomes.policies[0].values.push(vec![].into());
        assert!(summary_table(&outcomes, &Labels::default(), &["killed".into()], 0, None).contains("no trials"));
    }
}
