//! Outcomes against the values of the inputs that swing them most, with the trend of the mean.

use super::super::axis::{Scale, bottom, left, left_room};
use super::super::canvas::Picture;
use super::super::palette::{BASELINE, POLICY};
use super::super::sheet::{Words, grid, grid_height, panel_name, sheet};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::sensitivity::Study;
use crate::scenario::uncertain::Distribution;
use crate::statistics::order::smallest_first;
use crate::statistics::summary::{mean, quantile_of_sorted, sorted_finite, variance};

const PANEL: f64 = 320.0;
/// Panels.
const SHOWN: usize = 6;
/// Dots of a panel; more would only darken it.
const DOTS: usize = 500;
/// Bins that the trend is the mean of.
const BINS: usize = 10;

pub fn draw(study: &Study<'_>, analysis: &Analysis, quantile: fn(&Distribution, f64) -> f64) -> Option<Picture> {
    // Along trajectories inputs keep to a few levels: nothing to see.
    analysis.shares.as_ref()?;
    let mut inputs = super::swinging(analysis, SHOWN);
    // Idle numbers would fill panels; a few are shown where nothing is told from none.
    let sure = inputs.iter().filter(|&&input| analysis.swings[input].is_some_and(|swing| swing.sure)).count();
    inputs.truncate(sure.max(2));
    let unit = super::unit(study, analysis);
    let sample = study.sample;
    let outcomes: Vec<f64> =
        sample.points.iter().map(|&(row, point)| analysis.target.outcomes(study.evaluations, row, point)[0]).collect();
    let sorted = sorted_finite(&outcomes);
    let range = (quantile_of_sorted(&sorted, 0.005)?, quantile_of_sorted(&sorted, 0.98)?);
    if inputs.is_empty() {
        return None;
    }
    let words = Words {
        title: format!("{}: outcomes against the numbers that swing it most", study.target(analysis.target)),
        explanation: format!(
            "Dots: single histories, all numbers varying (at most {DOTS}; the highest fiftieth lies beyond the upper edge). Line \
             and band: mean of each tenth of the sample with its 95 % interval."
        ),
        caption: study.caption(unit),
    };
    let (mut picture, body) = sheet(&words, grid_height(inputs.len(), PANEL));
    let room = left_room(range, 5, (1.0, ""));
    for (&input, frame) in inputs.iter().zip(grid(body, inputs.len(), PANEL)) {
        panel_name(&mut picture, frame, &study.inputs[input].path, false);
        let law = &study.inputs[input].distribution;
        let values: Vec<f64> = sample.levels.iter().map(|levels| quantile(law, levels[input])).collect();
        let ends = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(*v), h.max(*v)));
        let plot = frame.inset(room + 4.0, 34.0, 14.0, 44.0);
        let x = Scale::new(ends, (plot.left, plot.right));
        let y = Scale::new(range, (plot.bottom, plot.top));
        bottom(&mut picture, plot, x, 4, "");
        left(&mut picture, plot, y, 5, (1.0, ""));
        for (value, outcome) in values.iter().zip(&outcomes).filter(|(_, o)| o.is_finite()).take(DOTS) {
            if *outcome <= range.1 {
                picture.dot((x.at(*value), y.at(*outcome)), 2.0, POLICY.faded(0.28));
            }
        }
        let trend = trend(&values, &outcomes);
        let upper = trend.iter().map(|(v, m, e)| (x.at(*v), y.at(m + e)));
        let lower = trend.iter().rev().map(|(v, m, e)| (x.at(*v), y.at(m - e)));
        picture.polygon(upper.chain(lower).collect(), BASELINE.faded(0.25));
        picture.line(trend.iter().map(|(v, m, _)| (x.at(*v), y.at(*m))).collect(), BASELINE, 2.6);
    }
    Some(picture)
}

/// Mean value, mean outcome and half of its 95 % interval in bins of equally many points.
fn trend(values: &[f64], outcomes: &[f64]) -> Vec<(f64, f64, f64)> {
    let order: Vec<usize> = (0..values.len()).filter(|&i| outcomes[i].is_finite()).collect();
    let order = smallest_first(order, |&i| values[i]);
    let n = order.len();
    (0..BINS)
        .filter_map(|bin| {
            let members = &order[bin * n / BINS..(bin + 1) * n / BINS];
            let of = |from: &[f64]| members.iter().map(|&i| from[i]).collect::<Vec<_>>();
            let (x, y) = (of(values), of(outcomes));
            Some((mean(&x)?, mean(&y)?, 1.96 * (variance(&y)? / y.len() as f64).sqrt()))
        })
        .collect()
}
