//! Forest plot: mean difference of every policy from the baseline, paired by trial, with 95 % intervals.

use super::axis::{Scale, bottom};
use super::canvas::{Anchor, Picture, Type};
use super::palette::{BASELINE, MUTED, POLICY};
use super::sheet::{BASELINE_WORD, LABEL, NAME, NOTE, Words, row_name, sheet};
use super::{PlotInputs, lower_first};
use crate::report::numbers::{readable, signed};
use crate::statistics::paired::{PairedDifference, paired_difference};

const ROW: f64 = 44.0;

pub(super) fn draw(inputs: &PlotInputs<'_>, column: usize) -> Option<Picture> {
    let outcomes = inputs.outcomes;
    let baseline = outcomes.policies.get(inputs.baseline)?.values[column].all();
    let rows: Vec<(usize, PairedDifference)> = (0..outcomes.policies.len())
        .filter(|p| *p != inputs.baseline)
        .filter_map(|p| Some((p, paired_difference(&outcomes.policies[p].values[column].all(), &baseline)?)))
        .collect();
    if rows.is_empty() {
        return None;
    }
    let metric = &outcomes.columns[column];
    let name = inputs.metric_label(metric.metric);
    let words = Words {
        title: format!("{name} {}: mean difference from the baseline", inputs.scope(metric.metric)),
        explanation: format!(
            "Each trial is compared with the baseline's trial with the same random draws. Dots: mean difference; bars: its \
             95 % interval, which tells how sure the simulation is of the mean, not how far single histories differ. \
             Baseline: {}. Pairing: how many times more trials unpaired runs would need.",
            inputs.policy_label(inputs.baseline)
        ),
        caption: inputs.caption(&metric.unit, outcomes.trials),
    };
    let (mut picture, body) = sheet(&words, 62.0 + rows.len() as f64 * ROW + 54.0);
    let plot = body.inset(280.0, 62.0, 370.0, 54.0);
    let ends = |d: &PairedDifference| d.interval.unwrap_or((d.mean, d.mean));
    let low = rows.iter().map(|(_, d)| ends(d).0).fold(0.0, f64::min);
    let high = rows.iter().map(|(_, d)| ends(d).1).fold(0.0, f64::max);
    let pad = 0.06 * (high - low);
    let x = Scale::new((low - pad, high + pad), (plot.left, plot.right));
    bottom(&mut picture, plot, x, 5, "");
    let axis_title = format!("Difference: {}", lower_first(&inputs.with_unit(metric.metric, &metric.unit)));
    picture.text(((plot.left + plot.right) / 2.0, plot.bottom + 45.0), axis_title, LABEL, Anchor::Middle);
    let zero = x.at(0.0);
    picture.line(vec![(zero, plot.top - 8.0), (zero, plot.bottom)], BASELINE, 3.0);
    picture.text((zero, plot.top - 34.0), "baseline", BASELINE_WORD, Anchor::Middle);
    picture.text((zero - 8.0, plot.top - 14.0), "← less", NOTE, Anchor::End);
    picture.text((zero + 8.0, plot.top - 14.0), "more →", NOTE, Anchor::Start);
    let (mean_column, pairing_column) = (plot.right + 18.0, body.right);
    picture.text((mean_column, plot.top - 14.0), "mean", NOTE, Anchor::Start);
    picture.text((mean_column + 84.0, plot.top - 14.0), "95 % interval", NOTE, Anchor::Start);
    picture.text((pairing_column, plot.top - 14.0), "pairing", NOTE, Anchor::End);
    for (i, (p, difference)) in rows.iter().enumerate() {
        let y = plot.top + (i as f64 + 0.5) * ROW;
        let text = y + 5.5;
        row_name(&mut picture, (body.left, y), 262.0, inputs.policy_label(*p), LABEL);
        let (low, high) = ends(difference);
        // A policy that cannot be told from the baseline is drawn pale.
        let ink = if low > 0.0 || high < 0.0 { POLICY } else { MUTED };
        picture.line(vec![(x.at(low), y), (x.at(high), y)], ink, 3.2);
        for end in [low, high] {
            picture.line(vec![(x.at(end), y - 8.0), (x.at(end), y + 8.0)], ink, 2.0);
        }
        picture.dot((x.at(difference.mean), y), 4.5, ink);
        let mean = signed(difference.mean);
        picture.text((mean_column, text), mean, Type { ink, ..NAME }, Anchor::Start);
        if difference.interval.is_some() {
            let interval = format!("[{}, {}]", signed(low), signed(high));
            picture.text((mean_column + 84.0, text), interval, NOTE, Anchor::Start);
        }
        let factor = difference.variance_reduction.map_or("-".to_string(), |f| {
            format!("× {}", readable(if f < 10.0 { (f * 10.0).round() / 10.0 } else { f.round() }))
        });
        picture.text((pairing_column, text), factor, NOTE, Anchor::End);
    }
    Some(picture)
}
