//! Which policy is best where, and where the trials made do not settle it.

use super::heat::ink_on;
use super::place::{BELOW, Places, below_plot, left_room as axis_room, named};
use super::{Layout, SweepResults, at_level, range};
use crate::experiment::sweep::figures::{Best, PointResult};
use crate::report::plots::axis::{Scale, left, left_room};
use crate::report::plots::canvas::{Anchor, Picture, Type, elide, text_width};
use crate::report::plots::palette::{OTHERS, PAPER, TEXT};
use crate::report::plots::sheet::{Frame, LABEL, NAME, NOTE, Words, grid, grid_height, panel_name, sheet};

/// Height of a row of the key.
const KEY_ROW: f64 = 24.0;

pub(super) fn draw(results: &SweepResults, layout: &Layout) -> Option<Picture> {
    let told: Vec<(&PointResult, Best)> = results.points.iter().filter_map(|p| Some((p, p.best?))).collect();
    if told.is_empty() {
        return None;
    }
    let settled = told.iter().filter(|(_, best)| best.is_settled()).count();
    let words = Words {
        title: "Which policy is best where".to_string(),
        explanation: format!(
            "The policy with the lowest mean objective ({}). Full colour: best with 95 % confidence; pale with a question mark: \
             the trials made do not settle it. Settled at {settled} of {} points.",
            results.objective,
            told.len()
        ),
        caption: results.caption(""),
    };
    let winners: Vec<(usize, usize)> = (0..results.policies.len())
        .map(|policy| (policy, told.iter().filter(|(_, best)| best.policy == policy).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    let key_height = winners.len() as f64 * KEY_ROW + 18.0;
    let (panels, panel_height): (usize, f64) = match layout {
        Layout::Over { each: None, .. } => (1, 480.0),
        Layout::Over { each: Some(each), .. } => (results.axes[*each].levels.len(), 360.0),
        Layout::Along(_) => (1, 150.0),
        Layout::FromBase(axes) => (axes.len(), 130.0),
        Layout::Scattered(_) => (1, 480.0),
    };
    let (mut picture, body) = sheet(&words, key_height + grid_height(panels, panel_height));
    for (row, (policy, count)) in winners.iter().enumerate() {
        let y = body.top + row as f64 * KEY_ROW;
        picture.rectangle((body.left, y), (body.left + 26.0, y + 16.0), results.ink(*policy));
        let name = elide(&format!("{} {}", letter(*policy), results.policies[*policy]), NAME, 520.0);
        let width = text_width(&name, NAME);
        picture.text((body.left + 36.0, y + 14.0), name, NAME, Anchor::Start);
        let share = format!("best at {count} of {}", told.len());
        picture.text((body.left + 50.0 + width, y + 14.0), share, NOTE, Anchor::Start);
    }
    let below = Frame { top: body.top + key_height, ..body };
    let frames = grid(below, panels, panel_height);
    match layout {
        Layout::Over { x, y, each: None } => {
            let frame = Frame { right: below.left + 820.0, ..below };
            over(&mut picture, frame, results, (*x, *y), &results.cells((*x, *y), None));
        }
        Layout::Over { x, y, each: Some(each) } => {
            for (level, frame) in results.axes[*each].levels.iter().zip(frames) {
                panel_name(&mut picture, frame, &at_level(&results.axes[*each], *level), false);
                let cells = results.cells((*x, *y), Some((*each, *level)));
                over(&mut picture, frame.inset(0.0, 24.0, 0.0, 8.0), results, (*x, *y), &cells);
            }
        }
        Layout::Along(axis) => strip(&mut picture, below, results, *axis, &told),
        Layout::FromBase(axes) => {
            let base = |axis: usize| {
                let count = |level: f64| told.iter().filter(|(p, _)| p.coordinates[axis] == level).count();
                results.axes[axis].levels.iter().copied().max_by_key(|level| count(*level))
            };
            for (axis, frame) in axes.iter().zip(frames) {
                let others = axes.iter().filter(|other| *other != axis);
                let fixed: Vec<(usize, Option<f64>)> = others.map(|other| (*other, base(*other))).collect();
                let belongs = |point: &PointResult| fixed.iter().all(|(a, at)| Some(point.coordinates[*a]) == *at);
                let here: Vec<(&PointResult, Best)> = told.iter().filter(|(p, _)| belongs(p)).copied().collect();
                strip(&mut picture, frame, results, *axis, &here);
            }
        }
        Layout::Scattered(axes) => scattered(&mut picture, below, results, axes, &told)?,
    }
    Some(picture)
}

fn cell(picture: &mut Picture, results: &SweepResults, corners: [(f64, f64); 2], best: Option<Best>) {
    let [(left, top), (right, bottom)] = corners;
    let ground = match best {
        None => OTHERS,
        Some(best) if best.is_settled() => results.ink(best.policy),
        Some(best) => results.ink(best.policy).lighter(0.62),
    };
    picture.rectangle((left, top), (right, bottom), ground);
    picture.line(vec![(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], PAPER, 1.0);
    // The policy's letter, so that colours need not be told apart.
    if let Some(best) = best.filter(|_| (right - left).abs() > 24.0 && (bottom - top).abs() > 18.0) {
        let doubt = if best.is_settled() { "" } else { "?" };
        let style = Type { ink: ink_on(ground), ..LABEL };
        let middle = (0.5 * (left + right), 0.5 * (top + bottom) + 6.0);
        picture.text(middle, format!("{}{doubt}", letter(best.policy)), style, Anchor::Middle);
    }
}

/// A letter for each policy, as the key names it; beyond the alphabet its number.
fn letter(policy: usize) -> String {
    u8::try_from(policy)
        .ok()
        .filter(|policy| *policy < 26)
        .map_or_else(|| policy.to_string(), |policy| char::from(b'A' + policy).to_string())
}

fn over(
    picture: &mut Picture,
    frame: Frame,
    results: &SweepResults,
    (x, y): (usize, usize),
    cells: &[Vec<Option<&PointResult>>],
) {
    let room = axis_room(&results.axes[y]);
    let plot = frame.inset(room, 26.0, 10.0, BELOW);
    let across = Places::new(&results.axes[x], (plot.left, plot.right), true);
    let up = Places::new(&results.axes[y], (plot.bottom, plot.top), true);
    for (column, rows) in cells.iter().enumerate() {
        for (row, point) in rows.iter().enumerate() {
            let ((left, right), (bottom, top)) = (across.cell(column), up.cell(row));
            cell(picture, results, [(left, top), (right, bottom)], point.and_then(|point| point.best));
        }
    }
    across.bottom(picture, plot, &results.axes[x]);
    up.left(picture, plot, &results.axes[y]);
}

fn strip(picture: &mut Picture, frame: Frame, results: &SweepResults, axis: usize, told: &[(&PointResult, Best)]) {
    let plot = frame.inset(0.0, 6.0, 10.0, BELOW + 10.0);
    let across = Places::new(&results.axes[axis], (plot.left, plot.right), true);
    for (column, level) in results.axes[axis].levels.iter().enumerate() {
        let (left, right) = across.cell(column);
        let best = told.iter().find(|(point, _)| point.coordinates[axis] == *level).map(|(_, best)| *best);
        cell(picture, results, [(left, plot.top), (right, plot.bottom)], best);
    }
    across.bottom(picture, plot, &results.axes[axis]);
}

/// Dots over the first two numbers; rings where it is not settled.
fn scattered(
    picture: &mut Picture,
    frame: Frame,
    results: &SweepResults,
    axes: &[usize],
    told: &[(&PointResult, Best)],
) -> Option<()> {
    let (&x, y) = (axes.first()?, axes.get(1).copied());
    let along = |axis: usize| range(told.iter().map(|(point, _)| point.coordinates[axis]));
    let y_range = y.map_or(Some((0.0, 1.0)), along)?;
    let words = y.map(|y| &results.axes[y]).filter(|axis| !axis.names.is_empty());
    let room = words.map_or_else(|| left_room(y_range, 5, (1.0, "")), axis_room);
    let plot = frame.inset(room, 30.0, 300.0, BELOW + 10.0);
    let across = Scale::new(along(x)?, (plot.left, plot.right));
    let up = Scale::new(y_range, (plot.bottom, plot.top));
    below_plot(picture, plot, across, &results.axes[x]);
    if let Some(y) = y {
        if results.axes[y].names.is_empty() {
            left(picture, plot, up, 5, (1.0, ""));
            picture.text((frame.left, plot.top - 12.0), format!("↑ {}", named(&results.axes[y])), NOTE, Anchor::Start);
        } else {
            Places::new(&results.axes[y], (plot.bottom, plot.top), false).left(picture, plot, &results.axes[y]);
        }
    }
    for (point, best) in told {
        let at = (across.at(point.coordinates[x]), up.at(y.map_or(0.5, |y| point.coordinates[y])));
        picture.dot(at, 6.0, results.ink(best.policy));
        if !best.is_settled() {
            picture.dot(at, 3.6, PAPER);
        }
    }
    picture.text(
        (plot.right + 24.0, plot.top + 12.0),
        "Rings: not settled",
        Type { ink: TEXT, ..LABEL },
        Anchor::Start,
    );
    Some(())
}
