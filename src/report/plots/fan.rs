//! Fan charts: quantile bands in time, one panel per policy, observed figures and the baseline's median over them.

use super::axis::{Scale, left, left_room, years};
use super::canvas::Picture;
use super::palette::{BASELINE, OBSERVED, POLICY};
use super::sheet::{Mark, Words, grid, grid_height, panel_key, panel_name, sheet};
use super::{ObservedPoint, PlotInputs, lower_first};
use crate::experiment::results::Slice;
use crate::report::bands::{Accumulation, Bands};
use crate::report::calendar::parse_iso;

const PANEL: f64 = 250.0;

/// An observed figure in the chart's terms: days since 1970-01-01, and the value per span.
struct Placed {
    from: f64,
    to: f64,
    value: f64,
}

pub(super) fn draw(inputs: &PlotInputs<'_>, metric: &str) -> Option<Picture> {
    let bands: Vec<Option<&Bands>> = inputs
        .over_time
        .iter()
        .map(|policy| {
            let total = |b: &&Bands| b.column.slice == Slice::Total && b.column.metric == metric;
            policy.bands.iter().find(total).filter(|b| !b.quantiles[2].is_empty())
        })
        .collect();
    let any = bands.iter().flatten().next()?;
    let spans = inputs.spans;
    let days = f64::from(spans.days());
    let per_span = match any.accumulation {
        Accumulation::Flow => format!("per {}", spans.words()),
        Accumulation::Level => format!("at the end of each {}", spans.words()),
    };
    let first = f64::from(spans.starts.first().copied().unwrap_or(0));
    let end = f64::from(spans.starts.last().copied().unwrap_or(0)) + days;
    let mut sources: Vec<&str> = vec![];
    let placed: Vec<Placed> = inputs
        .observed
        .iter()
        .filter(|point| point.metric == metric && point.value.is_finite())
        .filter_map(|point| {
            let placed = place(point, any.accumulation, days)?;
            // A count that began before the scenario does is not comparable with it.
            if placed.from < first || placed.to > end {
                return None;
            }
            if !sources.contains(&point.source.as_str()) {
                sources.push(&point.source);
            }
            Some(placed)
        })
        .collect();
    let observed = match sources.is_empty() {
        true => String::new(),
        false if any.accumulation == Accumulation::Flow => {
            format!(" Black: observed ({}), at its average rate over the time counted.", sources.join(", "))
        }
        false => format!(" Black: observed ({}).", sources.join(", ")),
    };
    let name = inputs.metric_label(metric);
    let baseline = bands.get(inputs.baseline).copied().flatten();
    let (top, cut) = height(&bands, baseline, &placed);
    let cut = if cut { " Bands that reach beyond the top are cut there." } else { "" };
    let words = Words {
        title: format!("{name} {per_span}, in time, under each policy"),
        explanation: format!(
            "Up: {}. Bands hold the middle 90 % (light) and 50 % (dark) of trials in each span, the line is the \
             median.{observed}{cut}",
            lower_first(&inputs.with_unit(metric, &any.column.unit))
        ),
        caption: inputs.caption(&any.column.unit, inputs.trajectory_trials()),
    };
    let (mut picture, body) = sheet(&words, grid_height(bands.len(), PANEL));
    let lowest = bands.iter().flatten().flat_map(|b| &b.quantiles[0]).copied().fold(0.0, f64::min);
    for (p, panel) in grid(body, bands.len(), PANEL).into_iter().enumerate() {
        let is_baseline = p == inputs.baseline;
        panel_name(&mut picture, panel, inputs.policy_label(p), is_baseline);
        let plot = panel.inset(left_room((lowest, top), 5, (1.0, "")), 54.0, 14.0, 40.0);
        let x = Scale::new((first, end), (plot.left, plot.right));
        let y = Scale::new((lowest, top), (plot.bottom, plot.top));
        left(&mut picture, plot, y, 5, (1.0, ""));
        years(&mut picture, plot, x);
        let middle = |span: usize| {
            let at = match any.accumulation {
                Accumulation::Flow => 0.5,
                Accumulation::Level => 1.0,
            };
            x.at(f64::from(spans.starts[span]) + at * days)
        };
        let trace = |values: &[f64]| -> Vec<(f64, f64)> {
            values.iter().take(spans.starts.len()).enumerate().map(|(i, v)| (middle(i), y.at(*v))).collect()
        };
        if let Some(own) = bands[p] {
            let ink = if is_baseline { BASELINE } else { POLICY };
            for (low, high, pale) in [(0, 4, 0.76), (1, 3, 0.45)] {
                let mut area = trace(&own.quantiles[high]);
                area.extend(trace(&own.quantiles[low]).into_iter().rev());
                picture.polygon(area, ink.lighter(pale));
            }
            picture.line(trace(&own.quantiles[2]), ink, if is_baseline { 3.6 } else { 2.4 });
        }
        if let Some(baseline) = baseline.filter(|_| !is_baseline) {
            picture.dashed(&trace(&baseline.quantiles[2]), BASELINE, 2.2, (7.0, 4.0));
        }
        for point in &placed {
            let (from, to) = (x.at(point.from), x.at(point.to));
            let height = y.at(point.value);
            picture.line(vec![(from, height), (to, height)], OBSERVED, 2.0);
            picture.dot(((from + to) / 2.0, height), 4.0, OBSERVED);
        }
        let keys = [(Mark::Dashes, BASELINE, "baseline median"), (Mark::Dot, OBSERVED, "observed")];
        let from = usize::from(is_baseline || baseline.is_none());
        let to = if placed.is_empty() { 1 } else { 2 };
        panel_key(&mut picture, panel, keys.get(from..to).unwrap_or_default());
    }
    Some(picture)
}

/// Top of the axis, and whether bands are cut there: all medians, observed figures and the baseline's bands fit in, and
/// other bands unless they would press everything else to the ground.
fn height(bands: &[Option<&Bands>], baseline: Option<&Bands>, placed: &[Placed]) -> (f64, bool) {
    let highest = |q: usize| bands.iter().flatten().flat_map(|b| &b.quantiles[q]).copied().fold(0.0, f64::max);
    let must = baseline.into_iter().flat_map(|b| &b.quantiles[4]).copied().fold(highest(2), f64::max);
    let must = placed.iter().map(|p| p.value).fold(must, f64::max);
    let all = highest(4);
    let top = if all > 2.0 * must { 1.6 * must } else { all.max(must) };
    (top * 1.04, all > top * 1.04)
}

/// A count over an interval becomes the count that a span of `days` would have at its rate.
fn place(point: &ObservedPoint, accumulation: Accumulation, days: f64) -> Option<Placed> {
    let from = f64::from(parse_iso(&point.from)?);
    let to = f64::from(parse_iso(&point.to)?);
    match accumulation {
        Accumulation::Flow => (to > from).then(|| Placed { from, to, value: point.value * days / (to - from) }),
        Accumulation::Level => (to >= from).then_some(Placed { from, to, value: point.value }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn observed_counts_are_put_at_the_rate_of_a_span() {
        let mut point = ObservedPoint {
            source: "A".into(),
            metric: "killed".into(),
            from: "2021-01-01".into(),
            to: "2022-01-01".into(),
            value: 730.0,
        };
        assert_eq!(place(&point, Accumulation::Flow, 28.0).unwrap().value, 56.0);
        assert_eq!(place(&point, Accumulation::Level, 28.0).unwrap().value, 730.0);
        point.to = point.from.clone();
        assert!(place(&point, Accumulation::Flow, 28.0).is_none());
    }
}
