//! The figures of the page, with words for those who do not see them.

use super::PageInputs;
use super::markup::figure;
use crate::experiment::results::total_column;
use crate::report::numbers::readable;
use crate::statistics::summary::summarize;

/// All figures that the run drew.
pub fn all(inputs: &PageInputs<'_>) -> String {
    let saved = inputs.saved;
    let mut html = String::new();
    let first = saved.headline.first().map_or("killed", String::as_str);
    let label = |metric: &str| inputs.findings.metric_label(metric);
    for metric in &saved.headline {
        let name = label(metric);
        let told = told(inputs, metric);
        html.push_str(&one(
            inputs,
            &format!("paired-differences-{metric}"),
            &format!("{name}: mean paired difference of each policy from the baseline with 95 % interval. {told}"),
            &format!("{name}: difference from the baseline, trial by trial under the same random words."),
        ));
        html.push_str(&one(
            inputs,
            &format!("distributions-{metric}"),
            &format!("{name}: distribution over trials under each policy. {told}"),
            &format!("{name}: how the outcomes of single histories spread."),
        ));
        if metric == first || metric == "attacks" {
            html.push_str(&one(
                inputs,
                &format!("fan-{metric}"),
                &format!("{name} in time under each policy, with bands that hold 50 and 90 % of the trials."),
                &format!("{name} in time."),
            ));
        }
    }
    let rest = [
        ("cost", "Mean money spent against mean deaths for each policy, with 95 % intervals.", "Money against deaths."),
        (
            "regret",
            "Mean, 95 % and worst regret of each policy, as a table of shaded cells.",
            "Regret under the objective.",
        ),
        ("strength", "Mean strength of groups in time, stacked, under each policy.", "What becomes of the groups."),
        ("ties", "Ties between groups at the start and at the end under the baseline.", "Ties between groups."),
    ];
    for (name, alternative, caption) in rest {
        html.push_str(&one(inputs, name, alternative, caption));
    }
    html
}

fn one(inputs: &PageInputs<'_>, name: &str, alternative: &str, caption: &str) -> String {
    // A figure may not have been drawn (nothing to show, or figures were not asked for): the page does without.
    let svg = std::fs::read_to_string(inputs.plots.join(format!("{name}.svg")));
    svg.map_or_else(|_| String::new(), |svg| figure(&svg, alternative, caption))
}

/// The medians that a figure shows, in words.
fn told(inputs: &PageInputs<'_>, metric: &str) -> String {
    let outcomes = inputs.outcomes;
    let column = total_column(&outcomes.columns, metric);
    let Some(column) = column else { return String::new() };
    let medians: Vec<String> = outcomes
        .policies
        .iter()
        .filter_map(|policy| {
            let summary = summarize(&policy.values[column].all())?;
            Some(format!("{} {}", policy.label, readable(summary.q50.value)))
        })
        .collect();
    format!("Medians: {}.", medians.join(", "))
}
