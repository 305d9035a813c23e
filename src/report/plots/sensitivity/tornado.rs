//! Tornado: mean outcome at the low and at the high end of each input; and how far inputs shift the whole distribution.

use super::super::axis::{Scale, bottom};
use super::super::canvas::{Anchor, Picture, Type};
use super::super::palette::{BASELINE, MUTED, POLICY, TEXT};
use super::super::sheet::{BASELINE_WORD, LABEL, NOTE, Words, row_name, sheet};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::numbers::readable;
use crate::report::sensitivity::Study;
use crate::statistics::order::largest_first;
use crate::statistics::sensitivity::Estimate;

const ROW: f64 = 42.0;
/// Inputs shown.
const SHOWN: usize = 15;

/// The tornado.
pub fn swings(study: &Study<'_>, analysis: &Analysis) -> Option<Picture> {
    let inputs = super::swinging(analysis, SHOWN);
    let (mean, unit) = (analysis.mean?, super::unit(study, analysis));
    if inputs.is_empty() {
        return None;
    }
    let words = Words {
        title: format!("{}: what swings the mean", study.target(analysis.target)),
        explanation: "Mean outcome where a number is in the lowest quarter of its range (pale) and in the highest (dark), all \
                      others varying; below each bar the 95 % interval of the high end, the low one taken as it is. Grey: no \
                      more than the luckiest of so many idle numbers would show. \
                      Right: the number's law."
            .to_string(),
        caption: study.caption(unit),
    };
    let (mut picture, body) = sheet(&words, 34.0 + inputs.len() as f64 * ROW + 52.0);
    let plot = body.inset(360.0, 34.0, 230.0, 52.0);
    let of = |input: usize| analysis.swings[input].into_iter();
    let ends = inputs.iter().flat_map(|&i| of(i)).flat_map(|s| [s.low, s.high, s.high - s.error, s.high + s.error]);
    let (low, high) = ends.fold((mean, mean), |(l, h), v| (l.min(v), h.max(v)));
    let pad = 0.03 * (high - low);
    let x = Scale::new((low - pad, high + pad), (plot.left, plot.right));
    bottom(&mut picture, plot, x, 5, "");
    let middle = (plot.left + plot.right) / 2.0;
    picture.text((middle, plot.bottom + 44.0), format!("mean, {unit}"), LABEL, Anchor::Middle);
    for (row, &input) in inputs.iter().enumerate() {
        let y = plot.top + (row as f64 + 0.5) * ROW;
        row_name(&mut picture, (body.left, y), 345.0, &study.inputs[input].path, LABEL);
        for swing in of(input) {
            let ink = if swing.sure { POLICY } else { MUTED };
            picture.rectangle((x.at(mean), y - 11.0), (x.at(swing.low), y + 8.0), ink.lighter(0.55));
            picture.rectangle((x.at(mean), y - 11.0), (x.at(swing.high), y + 8.0), ink);
            let interval = [swing.high - swing.error, swing.high + swing.error].map(|end| (x.at(end), y + 13.0));
            picture.line(interval.to_vec(), ink, 1.6);
        }
        let range = study.inputs[input].range.as_str();
        picture.text((plot.right + 14.0, y + 5.5), range, Type { ink: MUTED, ..LABEL }, Anchor::Start);
    }
    picture.line(vec![(x.at(mean), plot.top - 6.0), (x.at(mean), plot.bottom)], TEXT, 1.6);
    picture.text((x.at(mean), plot.top - 12.0), format!("mean {}", readable(mean)), LABEL, Anchor::Middle);
    Some(picture)
}

/// Bars of PAWN distances.
pub fn distances(study: &Study<'_>, analysis: &Analysis) -> Option<Picture> {
    let level = analysis.distance_of_chance?;
    let ranked: Vec<(usize, Estimate)> =
        analysis.distances.iter().enumerate().filter_map(|(i, d)| Some((i, (*d)?))).collect();
    let mut ranked = largest_first(ranked, |one| one.1.value);
    let above = ranked.iter().filter(|(_, d)| d.value > level).count();
    ranked.truncate(SHOWN);
    let words = Words {
        title: format!("{}: what shifts the whole distribution", study.target(analysis.target)),
        explanation: format!(
            "PAWN: Kolmogorov-Smirnov distance between all outcomes and those where a number lies in one eighth of its range, \
             median over eighths; lines: 95 % intervals. The level of chance is passed by one number in twenty that has no \
             effect; here {above} of {} pass it.",
            study.inputs.len()
        ),
        caption: study.caption(""),
    };
    let (mut picture, body) = sheet(&words, 34.0 + ranked.len() as f64 * ROW + 52.0);
    let plot = body.inset(360.0, 34.0, 90.0, 52.0);
    let most = ranked.iter().map(|(_, d)| d.high).fold(1.3 * level, f64::max);
    let x = Scale::new((0.0, 1.03 * most), (plot.left, plot.right));
    bottom(&mut picture, plot, x, 6, "");
    let middle = (plot.left + plot.right) / 2.0;
    picture.text((middle, plot.bottom + 44.0), "distance, 0 to 1", LABEL, Anchor::Middle);
    for (row, (input, distance)) in ranked.iter().enumerate() {
        let y = plot.top + (row as f64 + 0.5) * ROW;
        let ink = if distance.value > level { POLICY } else { MUTED.lighter(0.45) };
        row_name(&mut picture, (body.left, y), 345.0, &study.inputs[*input].path, LABEL);
        picture.rectangle((plot.left, y - 10.0), (x.at(distance.value), y + 10.0), ink);
        picture.line(vec![(x.at(distance.low), y), (x.at(distance.high), y)], TEXT, 1.6);
        picture.text((body.right, y + 5.5), format!("{:.3}", distance.value), NOTE, Anchor::End);
    }
    picture.dashed(&[(x.at(level), plot.top - 6.0), (x.at(level), plot.bottom)], BASELINE, 2.0, (8.0, 4.0));
    picture.text((x.at(level), plot.top - 12.0), "chance alone", BASELINE_WORD, Anchor::Middle);
    Some(picture)
}
