//! Money against deaths: what each policy spends and how many die under it, both as means with 95 % intervals.

use super::PlotInputs;
use super::axis::{Scale, bottom, left, left_room};
use super::canvas::{Anchor, Picture, Type, text_width};
use super::palette::{BASELINE, POLICY};
use super::sheet::{LABEL, NAME, Words, sheet};
use crate::experiment::results::total_column;
use crate::statistics::summary::summarize;

const HEIGHT: f64 = 560.0;
/// Half the width of a 95 % interval in standard errors of the mean.
const NORMAL_975: f64 = 1.96;

/// One policy: (spent, its half-interval, deaths, its half-interval).
type Point = (f64, f64, f64, f64);

pub(super) fn draw(inputs: &PlotInputs<'_>) -> Option<Picture> {
    let outcomes = inputs.outcomes;
    let columns = &outcomes.columns;
    let (spent, deaths) = (total_column(columns, "spent")?, total_column(columns, "deaths")?);
    let mean = |values: &[f64]| {
        let summary = summarize(values)?;
        Some((summary.mean, NORMAL_975 * summary.mc_error.unwrap_or(0.0)))
    };
    let points: Vec<Point> = outcomes
        .policies
        .iter()
        .map(|p| {
            let ((x, dx), (y, dy)) = (mean(&p.values[spent].all())?, mean(&p.values[deaths].all())?);
            Some((x, dx, y, dy))
        })
        .collect::<Option<_>>()?;
    if points.len() < 2 {
        return None;
    }
    let unit = outcomes.columns[spent].unit.as_ref();
    let words = Words {
        title: "Money against deaths".to_string(),
        explanation:
            "Mean over trials of what each policy spends and of all deaths by attacks, operations and strikes, \
                      militants apart; bars are 95 % intervals of the means. Lower and further left is better."
                .to_string(),
        caption: inputs.caption("", outcomes.trials),
    };
    let (mut picture, body) = sheet(&words, HEIGHT);
    let ends = |value: fn(&Point) -> f64, half: fn(&Point) -> f64| {
        let low = points.iter().map(|p| value(p) - half(p)).fold(f64::INFINITY, f64::min);
        let high = points.iter().map(|p| value(p) + half(p)).fold(f64::NEG_INFINITY, f64::max);
        let pad = 0.08 * (high - low);
        (low - pad, high + pad)
    };
    let (x_range, y_range) = (ends(|p| p.0, |p| p.1), ends(|p| p.2, |p| p.3));
    let plot = body.inset(left_room(y_range, 6, (1.0, "")) + 10.0, 30.0, 210.0, 56.0);
    let x = Scale::new(x_range, (plot.left, plot.right));
    let y = Scale::new(y_range, (plot.bottom, plot.top));
    left(&mut picture, plot, y, 6, (1.0, ""));
    bottom(&mut picture, plot, x, 6, "");
    picture.text((body.left, body.top + 14.0), "Deaths (people)", LABEL, Anchor::Start);
    let title = format!("Spent ({unit})");
    picture.text(((plot.left + plot.right) / 2.0, plot.bottom + 46.0), title, LABEL, Anchor::Middle);
    let mut taken: Vec<(f64, f64, f64)> = Vec::new();
    for (p, &(spent, dx, deaths, dy)) in points.iter().enumerate() {
        let baseline = p == inputs.baseline;
        let ink = if baseline { BASELINE } else { POLICY };
        let (cx, cy) = (x.at(spent), y.at(deaths));
        picture.line(vec![(x.at(spent - dx), cy), (x.at(spent + dx), cy)], ink, 2.0);
        picture.line(vec![(cx, y.at(deaths - dy)), (cx, y.at(deaths + dy))], ink, 2.0);
        picture.dot((cx, cy), 5.0, ink);
        let word = if baseline { " (baseline)" } else { "" };
        let name = format!("{}{word}", inputs.policy_label(p));
        let style = Type { ink, bold: baseline, ..if baseline { NAME } else { LABEL } };
        let at = free_place((cx + 9.0, cy - 7.0), text_width(&name, style), &mut taken);
        picture.text_on_paper(at, name, style, Anchor::Start);
    }
    Some(picture)
}

/// A place for a name near its point, moved down until it lies on no name placed before.
fn free_place(at: (f64, f64), width: f64, taken: &mut Vec<(f64, f64, f64)>) -> (f64, f64) {
    let mut y = at.1;
    let clashes = |y: f64, taken: &[(f64, f64, f64)]| {
        taken.iter().any(|&(left, line, w)| (line - y).abs() < 18.0 && at.0 < left + w && left < at.0 + width)
    };
    while clashes(y, taken) {
        y += 6.0;
    }
    taken.push((at.0, y, width));
    (at.0, y)
}
