//! Cumulative distributions: one panel per policy, the baseline's curve in each.

use super::axis::{Scale, bottom, left};
use super::canvas::{Anchor, Picture, Type};
use super::distributions::Shown;
use super::palette::{BASELINE, Ink, POLICY};
use super::sheet::{BASELINE_WORD, NAME, Words, grid, grid_height, panel_name, sheet};
use super::{PlotInputs, lower_first};
use crate::report::numbers::readable;
use crate::statistics::ecdf::Ecdf;
use crate::statistics::summary::quantile_of_sorted;

const PANEL: f64 = 232.0;
/// Points of a curve: about one per point of the sheet.
const POINTS: usize = 320;

pub(super) fn draw(inputs: &PlotInputs<'_>, column: usize) -> Option<Picture> {
    let shown = Shown::of(inputs, column)?;
    let metric = &inputs.outcomes.columns[column];
    let name = inputs.metric_label(metric.metric);
    let count = shown.sorted.len();
    let words = Words {
        title: format!("{name} {}: share of trials at or below each value", inputs.scope(metric.metric)),
        explanation: format!(
            "Across: {}. Up: share of trials. A curve further left means lower values. \
             Dots mark medians; the dashed curve is the baseline.{}",
            lower_first(&inputs.with_unit(metric.metric, &metric.unit)),
            shown.note()
        ),
        caption: inputs.caption(&metric.unit, inputs.outcomes.trials),
    };
    let (mut picture, body) = sheet(&words, grid_height(count, PANEL));
    let baseline = &shown.sorted[inputs.baseline];
    for (p, panel) in grid(body, count, PANEL).into_iter().enumerate() {
        let is_baseline = p == inputs.baseline;
        panel_name(&mut picture, panel, inputs.policy_label(p), is_baseline);
        let plot = panel.inset(58.0, 34.0, 22.0, 40.0);
        let x = Scale::new(shown.range, (plot.left, plot.right));
        let y = Scale::new((0.0, 1.0), (plot.bottom, plot.top));
        bottom(&mut picture, plot, x, 4, "");
        left(&mut picture, plot, y, 2, (100.0, " %"));
        let own = &shown.sorted[p];
        let median = if is_baseline { None } else { curve(&mut picture, (x, y), own, (POLICY, false)) };
        if let Some(median) = median {
            let (at, style) = ((plot.right - 4.0, plot.bottom - 32.0), Type { ink: POLICY, ..NAME });
            picture.text_on_paper(at, format!("median {}", readable(median)), style, Anchor::End);
        }
        // Above the policy's own, so that it shows also where the two agree.
        if let Some(median) = curve(&mut picture, (x, y), baseline, (BASELINE, !is_baseline)) {
            let word = format!("baseline {}", readable(median));
            picture.text_on_paper((plot.right - 4.0, plot.bottom - 10.0), word, BASELINE_WORD, Anchor::End);
        }
    }
    Some(picture)
}

/// Draws one curve with a dot at its median, which is returned; nothing for an empty sample.
fn curve(picture: &mut Picture, (x, y): (Scale, Scale), sorted: &[f64], (ink, dashed): (Ink, bool)) -> Option<f64> {
    let median = quantile_of_sorted(sorted, 0.5)?;
    let ecdf = Ecdf::of(sorted);
    let points: Vec<(f64, f64)> = (0..=POINTS)
        .map(|i| x.low + (x.high - x.low) * i as f64 / POINTS as f64)
        .map(|value| (x.at(value), y.at(ecdf.at(value))))
        .collect();
    if dashed {
        picture.dashed(&points, ink, 2.2, (7.0, 6.0));
    } else {
        picture.line(points, ink, 2.8);
    }
    picture.dot((x.at(median), y.at(0.5)), 5.0, ink);
    Some(median)
}
