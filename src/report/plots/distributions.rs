//! Ridgeline: the density of one outcome per policy on a common axis, with quantile ticks.

use super::PlotInputs;
use super::axis::{Scale, bottom};
use super::canvas::{Anchor, Picture, Type, elide};
use super::palette::{AXIS, BASELINE, PAPER, POLICY};
use super::sheet::{BASELINE_WORD, Frame, LABEL, NAME, NOTE, Words, row_name, sheet};
use crate::report::numbers::{readable, with_decimals};
use crate::statistics::density::gaussian_density;
use crate::statistics::summary::{quantile_of_sorted, sorted_finite};

const ROW: f64 = 58.0;
/// Height of a density's peak; above one row, so that neighbours overlap a little.
const PEAK: f64 = 74.0;
const GRID: usize = 400;
/// The axis ends where at most this share of any policy's trials lies beyond.
const SHOWN: f64 = 0.99;

/// The sorted outcomes of every policy and the range of the axis that shows them, with the share of trials beyond it.
pub(super) struct Shown {
    pub(super) sorted: Vec<Vec<f64>>,
    pub(super) range: (f64, f64),
    beyond: f64,
}

impl Shown {
    /// `None` without any trial.
    pub(super) fn of(inputs: &PlotInputs<'_>, column: usize) -> Option<Self> {
        let sorted: Vec<Vec<f64>> =
            inputs.outcomes.policies.iter().map(|p| sorted_finite(&p.values[column].all())).collect();
        let ends = |p: f64| sorted.iter().filter_map(move |s| quantile_of_sorted(s, p));
        let lowest = ends(0.0).reduce(f64::min)?;
        let mut low = ends(1.0 - SHOWN).reduce(f64::min)?;
        let mut high = ends(SHOWN).reduce(f64::max)?;
        let highest = ends(1.0).reduce(f64::max)?;
        let pad = 0.06 * (high - low);
        high = if highest <= high + pad { highest + pad / 2.0 } else { high };
        low = if lowest >= low - pad { lowest - pad / 2.0 } else { low };
        // Zero is where readers expect the axis to begin, unless that wastes more than a third of it.
        if lowest >= 0.0 && low < 0.35 * high {
            low = 0.0;
        }
        let all: usize = sorted.iter().map(Vec::len).sum();
        let outside: usize = sorted.iter().flatten().filter(|v| **v > high || **v < low).count();
        Some(Shown { range: (low, high), beyond: outside as f64 / all.max(1) as f64, sorted })
    }

    /// A sentence on what lies beyond the axis, empty if nothing does.
    pub(super) fn note(&self) -> String {
        match self.beyond {
            share if share > 0.0 => {
                let percent = if share < 0.001 { "under 0.1".to_string() } else { with_decimals(100.0 * share, 1) };
                format!(" The axis leaves out the outermost tails ({percent} % of all trials).")
            }
            _ => String::new(),
        }
    }
}

pub(super) fn draw(inputs: &PlotInputs<'_>, column: usize) -> Option<Picture> {
    let shown = Shown::of(inputs, column)?;
    let metric = &inputs.outcomes.columns[column];
    let name = inputs.metric_label(metric.metric);
    let rows = shown.sorted.len();
    let words = Words {
        title: format!("{name} {}: distribution under each policy", inputs.scope(metric.metric)),
        explanation: format!(
            "Curves show how often each value occurs, scaled to one height. Ticks mark the 5, 25, 75 and 95 % \
             quantiles, the heavy tick the median.{}",
            shown.note()
        ),
        caption: inputs.caption(&metric.unit, inputs.outcomes.trials),
    };
    let above = PEAK - ROW + 34.0;
    let (mut picture, body) = sheet(&words, above + rows as f64 * ROW + 54.0);
    let plot = body.inset(270.0, above, 190.0, 54.0);
    let scale = Scale::new(shown.range, (plot.left, plot.right));
    bottom(&mut picture, Frame { top: plot.top - 4.0, ..plot }, scale, 8, "");
    let axis_title = inputs.with_unit(metric.metric, &metric.unit);
    picture.text(((plot.left + plot.right) / 2.0, plot.bottom + 45.0), axis_title, LABEL, Anchor::Middle);
    let value_column = plot.right + 18.0;
    picture.text((value_column, body.top + 14.0), "median", NAME, Anchor::Start);
    picture.text((value_column, body.top + 34.0), "5 to 95 %", NOTE, Anchor::Start);
    for (p, sorted) in shown.sorted.iter().enumerate() {
        let base = plot.top + (p + 1) as f64 * ROW - 6.0;
        ridge(&mut picture, scale, base, sorted, if p == inputs.baseline { BASELINE } else { POLICY });
        let label = inputs.policy_label(p);
        if p == inputs.baseline {
            let style = BASELINE_WORD;
            picture.text((body.left, base - 19.0), elide(label, style, 255.0), style, Anchor::Start);
            picture.text((body.left, base + 1.0), "baseline", style, Anchor::Start);
        } else {
            row_name(&mut picture, (body.left, base - 14.0), 255.0, label, LABEL);
        }
        let quantile = |q: f64| quantile_of_sorted(sorted, q).map_or("-".to_string(), readable);
        let style = if p == inputs.baseline { BASELINE_WORD } else { NAME };
        picture.text((value_column, base - 19.0), quantile(0.5), style, Anchor::Start);
        let interval = format!("{} to {}", quantile(0.05), quantile(0.95));
        picture.text((value_column, base + 1.0), interval, Type { size: 15.0, ..NOTE }, Anchor::Start);
    }
    if let Some(median) = quantile_of_sorted(&shown.sorted[inputs.baseline], 0.5) {
        let x = scale.at(median);
        picture.dashed(&[(x, body.top + 22.0), (x, plot.bottom)], BASELINE, 1.6, (7.0, 5.0));
        let word = format!("baseline median {}", readable(median));
        picture.text_on_paper((x.max(plot.left + 90.0), body.top + 14.0), word, BASELINE_WORD, Anchor::Middle);
    }
    Some(picture)
}

/// One density over its base line, with ticks from the base up to the curve.
fn ridge(picture: &mut Picture, scale: Scale, base: f64, sorted: &[f64], ink: super::palette::Ink) {
    let (left, right) = (scale.at(scale.low), scale.at(scale.high));
    picture.line(vec![(left, base), (right, base)], AXIS, 1.0);
    let nonnegative = sorted.first().is_some_and(|v| *v >= 0.0);
    let density = gaussian_density(sorted, scale.low, scale.high, GRID, nonnegative);
    let peak = density.density.iter().copied().fold(0.0, f64::max);
    if peak <= 0.0 {
        return;
    }
    let height = |d: f64| base - PEAK * 0.92 * d / peak;
    let curve: Vec<(f64, f64)> =
        density.x.iter().zip(&density.density).map(|(x, d)| (scale.at(*x), height(*d))).collect();
    let mut area = curve.clone();
    area.extend([(right, base), (left, base)]);
    picture.polygon(area, ink.lighter(0.62).faded(0.85));
    picture.line(curve.clone(), PAPER, 3.0);
    picture.line(curve, ink, 1.6);
    for (q, width) in [(0.05, 1.5), (0.25, 1.5), (0.5, 3.6), (0.75, 1.5), (0.95, 1.5)] {
        let Some(value) = quantile_of_sorted(sorted, q).filter(|v| (scale.low..=scale.high).contains(v)) else {
            continue;
        };
        let position = (value - scale.low) / (scale.high - scale.low) * (GRID - 1) as f64;
        let at = density.density[(position.round() as usize).min(GRID - 1)];
        // Ticks in thin tails would be too short to see.
        let top = height(at).min(base - 9.0);
        picture.line(vec![(scale.at(value), base), (scale.at(value), top)], ink, width);
    }
}
