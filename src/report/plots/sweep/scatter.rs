//! Means at scattered points, against each number that was varied.

use super::{Figures, SweepResults, key_height, policy_key, range};
use crate::experiment::sweep::figures::PointResult;
use crate::report::plots::axis::{Scale, left, left_room};
use crate::report::plots::canvas::Picture;
use crate::report::plots::palette::AXIS;
use crate::report::plots::sheet::{Mark, Words, grid, grid_height, sheet};
use crate::statistics::order::smallest_first;

use super::place::below_plot;

/// Most points drawn: more hide one another.
const MOST: usize = 1000;

pub(super) fn draw(results: &SweepResults, axes: &[usize], measure: usize) -> Option<Picture> {
    let every = results.points.len().div_ceil(MOST).max(1);
    let shown = || results.points.iter().step_by(every);
    let told = |policy: usize| -> Vec<(&PointResult, &Figures)> {
        shown().filter_map(|p| Some((p, results.figures(p, policy, measure)?))).collect()
    };
    let all: Vec<Vec<(&PointResult, &Figures)>> = (0..results.policies.len()).map(told).collect();
    let (low, high) = range(all.iter().flatten().map(|(_, one)| one.mean))?;
    let words = Words {
        title: format!("{}: mean at each point", results.measures[measure].label),
        explanation:
            "Each dot is the mean of a point's trials under a policy; the line joins means over tenths of the points. \
                      All numbers move at once, hence the scatter."
                .to_string(),
        caption: results.caption(&results.measures[measure].unit),
    };
    let panel_height = 300.0;
    let (mut picture, body) = sheet(&words, key_height(results) + grid_height(axes.len(), panel_height));
    let below = policy_key(&mut picture, body, results, Mark::Dot);
    let room = left_room((low, high), 5, (1.0, ""));
    for (axis, frame) in axes.iter().zip(grid(below, axes.len(), panel_height)) {
        let plot = frame.inset(room, 16.0, 8.0, 58.0);
        let y = Scale::new((low, high), (plot.bottom, plot.top));
        let across = shown().map(|point| point.coordinates[*axis]);
        let x = Scale::new(range(across)?, (plot.left, plot.right));
        left(&mut picture, plot, y, 5, (1.0, ""));
        below_plot(&mut picture, plot, x, &results.axes[*axis]);
        for (policy, told) in all.iter().enumerate() {
            let ink = results.ink(policy);
            let dots: Vec<(f64, f64)> = told.iter().map(|(p, one)| (p.coordinates[*axis], one.mean)).collect();
            let dots = smallest_first(dots, |dot| dot.0);
            for (at, mean) in &dots {
                picture.dot((x.at(*at), y.at(*mean)), 2.6, ink.faded(0.45));
            }
            let tenth = dots.len().div_ceil(10).max(1);
            let middle = |part: &[(f64, f64)]| {
                let n = part.len() as f64;
                let sum = part.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
                (x.at(sum.0 / n), y.at(sum.1 / n))
            };
            picture.line(dots.chunks(tenth).map(middle).collect(), ink, 2.6);
        }
        picture.line(vec![(plot.left, plot.bottom), (plot.right, plot.bottom)], AXIS, 1.0);
    }
    Some(picture)
}
