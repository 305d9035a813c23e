//! Lines along one number: means of all policies with their errors, and how single histories spread.

use super::place::{BELOW, Places};
use super::{Figures, SweepResults, key_height, mean_ends, policy_key, range, written};
use crate::experiment::sweep::figures::PointResult;
use crate::report::plots::axis::{Scale, left, left_room};
use crate::report::plots::canvas::{Anchor, Picture, Type, elide, text_width};
use crate::report::plots::lower_first;
use crate::report::plots::palette::{AXIS, BASELINE, POLICY};
use crate::report::plots::sheet::{Frame, LABEL, Mark, NAME, Words, grid, grid_height, panel_name, sheet};
use crate::statistics::order::smallest_first;

/// Distance between two direct labels.
const LINE: f64 = 20.0;

/// Means of all policies on one panel, each named at its end.
pub(super) fn means(results: &SweepResults, axis: usize, measure: usize) -> Option<Picture> {
    let points: Vec<&PointResult> = sorted(results, axis, |_| true);
    let name = results.with_unit(&results.measures[measure]);
    let words = Words {
        title: format!("{}: mean under each policy", results.measures[measure].label),
        explanation: format!(
            "Each line is the mean over trials as {} changes; the band is its 95 % interval, which tells how sure the \
             simulation is of the mean. The same random words are used at all points and under all policies, so lines move \
             together by less than their bands.",
            lower_first(&results.axes[axis].label)
        ),
        caption: results.caption(&results.measures[measure].unit),
    };
    let height = 430.0_f64.max(results.policies.len() as f64 * LINE + 40.0);
    let (mut picture, body) = sheet(&words, height + BELOW + 26.0);
    picture.text((body.left, body.top + 14.0), format!("↑ {name}"), LABEL, Anchor::Start);
    panel(&mut picture, body.inset(0.0, 26.0, 305.0, BELOW), results, axis, measure, &points, true)?;
    Some(picture)
}

/// One panel for each number varied, from the same base.
pub(super) fn from_base(results: &SweepResults, axes: &[usize], measure: usize) -> Option<Picture> {
    let base = base(results, axes)?;
    let words = Words {
        title: format!("{}: one number at a time", results.measures[measure].label),
        explanation:
            "In each panel one number moves while the others stay at the base. Lines: means under each policy; \
                      bands: their 95 % intervals."
                .to_string(),
        caption: results.caption(&results.measures[measure].unit),
    };
    let panel_height = 300.0;
    let (mut picture, body) = sheet(&words, key_height(results) + grid_height(axes.len(), panel_height));
    let below = policy_key(&mut picture, body, results, Mark::Line);
    for (axis, frame) in axes.iter().zip(grid(below, axes.len(), panel_height)) {
        let others = |point: &PointResult| axes.iter().all(|a| a == axis || point.coordinates[*a] == base[*a]);
        let points = sorted(results, *axis, others);
        panel(&mut picture, frame.inset(0.0, 16.0, 8.0, BELOW + 14.0), results, *axis, measure, &points, false)?;
    }
    Some(picture)
}

/// The coordinates that all points but for one share with the base: on every axis the commonest.
fn base(results: &SweepResults, axes: &[usize]) -> Option<Vec<f64>> {
    let mut base = results.points.first()?.coordinates.clone();
    for axis in axes {
        let count = |level: f64| results.points.iter().filter(|point| point.coordinates[*axis] == level).count();
        let levels = results.axes[*axis].levels.iter().copied();
        base[*axis] = levels.max_by_key(|level| count(*level))?;
    }
    Some(base)
}

fn sorted(results: &SweepResults, axis: usize, belongs: impl Fn(&PointResult) -> bool) -> Vec<&PointResult> {
    smallest_first(results.points.iter().filter(|point| belongs(point)).collect(), |point| point.coordinates[axis])
}

fn panel(
    picture: &mut Picture,
    frame: Frame,
    results: &SweepResults,
    axis: usize,
    measure: usize,
    points: &[&PointResult],
    with_names: bool,
) -> Option<()> {
    let all = points.iter().flat_map(|point| (0..results.policies.len()).map(move |policy| (point, policy)));
    let ends = all.filter_map(|(point, policy)| results.figures(point, policy, measure)).map(mean_ends);
    let (low, high) = range(ends.flat_map(|(low, high)| [low, high]))?;
    let pad = 0.04 * (high - low);
    let (low, high) = (low - pad, high + pad);
    let room = left_room((low, high), 6, (1.0, ""));
    let plot = Frame { left: frame.left + room, ..frame };
    let y = Scale::new((low, high), (plot.bottom, plot.top));
    left(picture, plot, y, 6, (1.0, ""));
    picture.line(vec![(plot.left, plot.bottom), (plot.right, plot.bottom)], AXIS, 1.0);
    let x = Places::new(&results.axes[axis], (plot.left, plot.right), false);
    x.bottom(picture, plot, &results.axes[axis]);
    let mut names: Vec<(f64, usize)> = Vec::new();
    // The baseline last, over the others.
    let order = (0..results.policies.len()).filter(|p| *p != results.baseline).chain([results.baseline]);
    for policy in order {
        let told: Vec<(f64, &Figures)> = points
            .iter()
            .filter_map(|point| Some((x.at(point.coordinates[axis]), results.figures(point, policy, measure)?)))
            .collect();
        let ink = results.ink(policy);
        let lower = told.iter().map(|(x, one)| (*x, y.at(mean_ends(one).0)));
        let upper = told.iter().rev().map(|(x, one)| (*x, y.at(mean_ends(one).1)));
        picture.polygon(lower.chain(upper).collect(), ink.faded(0.16));
        let line: Vec<(f64, f64)> = told.iter().map(|(x, one)| (*x, y.at(one.mean))).collect();
        if results.is_dashed(policy) {
            picture.dashed(&line, ink, 2.6, (9.0, 4.0));
        } else {
            picture.line(line, ink, 2.6);
        }
        told.iter().for_each(|(x, one)| picture.dot((*x, y.at(one.mean)), 3.4, ink));
        names.extend(told.last().map(|(_, one)| (y.at(one.mean), policy)));
    }
    if with_names {
        let names = smallest_first(names, |name| name.0);
        let mut floor = plot.top - LINE;
        let excess = names.len() as f64 * LINE;
        for (index, (at, policy)) in names.iter().enumerate() {
            let highest = plot.bottom - excess + (index + 1) as f64 * LINE;
            let place = at.max(floor + LINE).min(highest.max(floor + LINE));
            floor = place;
            let style = Type { ink: written(results.ink(*policy)), ..NAME };
            picture.line(vec![(plot.right + 3.0, *at), (plot.right + 14.0, place)], style.ink, 1.0);
            let word = if *policy == results.baseline { " (baseline)" } else { "" };
            let room = 285.0 - text_width(word, style);
            let name = format!("{}{word}", elide(&results.policies[*policy], style, room));
            picture.text((plot.right + 18.0, place + 5.5), name, style, Anchor::Start);
        }
    }
    Some(())
}

/// How single histories spread under each policy, the baseline's mean laid over.
pub(super) fn bands(results: &SweepResults, axis: usize, measure: usize) -> Option<Picture> {
    let points = sorted(results, axis, |_| true);
    let panels = results.policies.len();
    let words = Words {
        title: format!("{}: how single histories spread", results.measures[measure].label),
        explanation:
            "Pale band: the middle 90 % of trials; darker band: the middle half; line: the mean. Dashes: the mean \
                      under the baseline."
                .to_string(),
        caption: results.caption(&results.measures[measure].unit),
    };
    let panel_height = 300.0;
    let (mut picture, body) = sheet(&words, grid_height(panels, panel_height));
    let told = |policy: usize| -> Vec<(f64, &Figures)> {
        points.iter().filter_map(|p| Some((p.coordinates[axis], results.figures(p, policy, measure)?))).collect()
    };
    let every = (0..panels).flat_map(told).flat_map(|(_, one)| [one.quantiles[0], one.quantiles[4], one.mean]);
    let (low, high) = range(every)?;
    let room = left_room((low, high), 5, (1.0, ""));
    for (policy, frame) in grid(body, panels, panel_height).into_iter().enumerate() {
        panel_name(&mut picture, frame, &results.policies[policy], policy == results.baseline);
        let plot = frame.inset(room, 30.0, 8.0, BELOW + 14.0);
        let y = Scale::new((low, high), (plot.bottom, plot.top));
        left(&mut picture, plot, y, 5, (1.0, ""));
        let x = Places::new(&results.axes[axis], (plot.left, plot.right), false);
        let ink = if policy == results.baseline { BASELINE } else { POLICY };
        let told_here = told(policy);
        for (from, to, opacity) in [(0, 4, 0.18), (1, 3, 0.32)] {
            let lower = told_here.iter().map(|(at, one)| (x.at(*at), y.at(one.quantiles[from])));
            let upper = told_here.iter().rev().map(|(at, one)| (x.at(*at), y.at(one.quantiles[to])));
            picture.polygon(lower.chain(upper).collect(), ink.faded(opacity));
        }
        let mean =
            |told: &[(f64, &Figures)]| told.iter().map(|(at, one)| (x.at(*at), y.at(one.mean))).collect::<Vec<_>>();
        if policy != results.baseline {
            picture.dashed(&mean(&told(results.baseline)), BASELINE, 2.0, (8.0, 4.0));
        }
        picture.line(mean(&told_here), ink, 2.6);
        picture.line(vec![(plot.left, plot.bottom), (plot.right, plot.bottom)], AXIS, 1.0);
        x.bottom(&mut picture, plot, &results.axes[axis]);
    }
    Some(picture)
}
