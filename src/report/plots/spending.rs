//! Money spent per year of the scenario, one panel per policy.

use super::PlotInputs;
use super::axis::{Scale, left, left_room};
use super::canvas::{Anchor, Picture, Type};
use super::palette::{AXIS, BASELINE, POLICY};
use super::sheet::{Mark, NOTE, Words, grid, grid_height, panel_key, panel_name, sheet};
use crate::experiment::results::Slice;
use crate::statistics::summary::{Summary, summarize};

const PANEL: f64 = 250.0;
const METRIC: &str = "spent";

pub(super) fn draw(inputs: &PlotInputs<'_>) -> Option<Picture> {
    let outcomes = inputs.outcomes;
    let mut years: Vec<(u16, usize)> = outcomes
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.metric == METRIC)
        .filter_map(|(c, column)| if let Slice::Year(year) = column.slice { Some((year, c)) } else { None })
        .collect();
    years.sort_unstable();
    let unit = &outcomes.columns[years.first()?.1].unit;
    let spent: Vec<Vec<Option<Summary>>> = outcomes
        .policies
        .iter()
        .map(|policy| years.iter().map(|(_, c)| summarize(&policy.values[*c].all())).collect())
        .collect();
    let top = spent.iter().flatten().flatten().map(|s| s.q95.value.max(s.mean)).reduce(f64::max)?;
    let words = Words {
        title: "Spent per year, under each policy".to_string(),
        explanation: format!(
            "Up: {unit} in a year of the scenario. Bars hold the middle 90 % (thin) and 50 % (thick) of trials, dots are \
             means; short lines beside them are the baseline's means."
        ),
        caption: inputs.caption(unit, outcomes.trials),
    };
    let (mut picture, body) = sheet(&words, grid_height(spent.len(), PANEL));
    for (p, panel) in grid(body, spent.len(), PANEL).into_iter().enumerate() {
        let is_baseline = p == inputs.baseline;
        panel_name(&mut picture, panel, inputs.policy_label(p), is_baseline);
        let plot = panel.inset(left_room((0.0, top * 1.06), 5, (1.0, "")), 54.0, 14.0, 40.0);
        let y = Scale::new((0.0, top * 1.06), (plot.bottom, plot.top));
        left(&mut picture, plot, y, 5, (1.0, ""));
        picture.line(vec![(plot.left, plot.bottom), (plot.right, plot.bottom)], AXIS, 1.0);
        let slot = plot.width() / years.len() as f64;
        // `2021/22` needs about 68 points, `21/22` 50.
        let short = slot < 68.0;
        let every = (50.0 / slot).ceil().max(1.0) as usize;
        let ink = if is_baseline { BASELINE } else { POLICY };
        for (i, (year, _)) in years.iter().enumerate() {
            let x = plot.left + (i as f64 + 0.5) * slot;
            if i % every == 0 {
                let style = Type { size: 15.0, ..NOTE };
                picture.text((x, plot.bottom + 20.0), year_label(inputs, *year, short), style, Anchor::Middle);
            }
            if let Some(baseline) = spent[inputs.baseline][i].filter(|_| !is_baseline) {
                let at = y.at(baseline.mean);
                let reach = (slot * 0.42).min(26.0);
                picture.line(vec![(x - reach, at), (x + reach, at)], BASELINE, 2.4);
            }
            if let Some(own) = spent[p][i] {
                picture.line(vec![(x, y.at(own.q05.value)), (x, y.at(own.q95.value))], ink, 2.0);
                picture.line(vec![(x, y.at(own.q25)), (x, y.at(own.q75))], ink.lighter(0.35), 8.0);
                picture.dot((x, y.at(own.mean)), 5.0, ink);
            }
        }
        if !is_baseline {
            panel_key(&mut picture, panel, &[(Mark::Line, BASELINE, "baseline mean")]);
        }
    }
    Some(picture)
}

/// `2021-08-15..2022-08-14` as `2021/22`, or `21/22` where `short`; other names as they are.
fn year_label(inputs: &PlotInputs<'_>, year: u16, short: bool) -> String {
    let label = inputs.labels.years.get(usize::from(year)).cloned().unwrap_or_else(|| format!("year {}", year + 1));
    let ends = label.split_once("..").and_then(|(from, to)| Some((from.get(..4)?, to.get(..4)?)));
    match ends {
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => {
            let digits = |year: &str| year.chars().skip(2).collect::<String>();
            let first = if short { digits(first) } else { first.to_string() };
            format!("{first}/{}", digits(last))
        }
        None => label,
    }
}
