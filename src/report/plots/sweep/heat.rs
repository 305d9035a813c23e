//! Heat maps over two numbers, with lines of equal value.

use super::contour::contour;
use super::place::{BELOW, Places, left_room as axis_room};
use super::{SweepResults, at_level, range};
use crate::experiment::sweep::figures::PointResult;
use crate::report::numbers::{readable, signed};
use crate::report::plots::axis::Scale;
use crate::report::plots::canvas::{Anchor, Picture, Type, text_width};
use crate::report::plots::palette::{BASELINE, Ink, MUTED, OTHERS, PAPER, POLICY, TEXT};
use crate::report::plots::sheet::{Frame, LABEL, NAME, NOTE, Words, grid, grid_height, panel_name, sheet};

/// Height of the bar of colours above the panels.
const KEY: f64 = 64.0;
/// Lines of equal value, about.
const CONTOURS: usize = 6;

/// What a cell shows: its value, and whether the trials made tell it from zero.
type Cell = Option<(f64, bool)>;

/// Colours of a range of values.
enum Shades {
    /// From pale to dark.
    Rising((f64, f64)),
    /// From blue over white at zero to vermillion; the largest size.
    AroundZero(f64),
}

impl Shades {
    fn ink(&self, value: f64) -> Ink {
        match self {
            Self::Rising((low, high)) => {
                let share = if high > low { (value - low) / (high - low) } else { 0.5 };
                mixed(POLICY.lighter(0.92), Ink::solid(0x00, 0x3a, 0x66), share)
            }
            Self::AroundZero(size) => {
                let share = if *size > 0.0 { (value / size).clamp(-1.0, 1.0) } else { 0.0 };
                mixed(PAPER, if share < 0.0 { POLICY } else { BASELINE }, share.abs())
            }
        }
    }

    fn ends(&self) -> (f64, f64) {
        match self {
            Self::Rising(ends) => *ends,
            Self::AroundZero(size) => (-size, *size),
        }
    }
}

fn mixed(from: Ink, to: Ink, share: f64) -> Ink {
    let share = share.clamp(0.0, 1.0);
    let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * share).round() as u8;
    Ink::solid(mix(from.rgb.0, to.rgb.0), mix(from.rgb.1, to.rgb.1), mix(from.rgb.2, to.rgb.2))
}

/// Words that can be read on a colour.
pub(super) fn ink_on(ground: Ink) -> Ink {
    let light = 0.299 * f64::from(ground.rgb.0) + 0.587 * f64::from(ground.rgb.1) + 0.114 * f64::from(ground.rgb.2);
    if light < 130.0 { PAPER } else { TEXT }
}

/// A panel: its name, whether it is the baseline's, and `cells[column][row]`.
struct Panel {
    name: String,
    is_baseline: bool,
    cells: Vec<Vec<Cell>>,
}

/// Means under each policy.
pub(super) fn by_policy(results: &SweepResults, axes: (usize, usize), measure: usize) -> Option<Picture> {
    let points = results.cells(axes, None);
    let panels = (0..results.policies.len()).map(|policy| Panel {
        name: results.policies[policy].clone(),
        is_baseline: policy == results.baseline,
        cells: cells(&points, |point| results.figures(point, policy, measure).map(|one| (one.mean, true))),
    });
    let words = Words {
        title: format!("{}: mean under each policy", results.measures[measure].label),
        explanation: "Darker is more. Lines join equal means; each cell is a point that was run.".to_string(),
        caption: results.caption(&results.measures[measure].unit),
    };
    draw(results, axes, measure, &words, panels.collect(), false)
}

/// Mean differences from the baseline.
pub(super) fn differences(results: &SweepResults, axes: (usize, usize), measure: usize) -> Option<Picture> {
    let points = results.cells(axes, None);
    let told = |point: &PointResult, policy: usize| {
        let (mean, interval) = results.figures(point, policy, measure)?.difference?;
        Some((mean, interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)))
    };
    let others = (0..results.policies.len()).filter(|policy| *policy != results.baseline);
    let panels = others.map(|policy| Panel {
        name: results.policies[policy].clone(),
        is_baseline: false,
        cells: cells(&points, |point| told(point, policy)),
    });
    let words = Words {
        title: format!("{}: mean difference from the baseline", results.measures[measure].label),
        explanation: format!(
            "Each trial is compared with the baseline's trial with the same random words. Blue: less than under the baseline \
             ({}); vermillion: more; the heavy line is where the mean difference is zero. In brackets where the 95 % \
             interval holds zero.",
            results.policies[results.baseline]
        ),
        caption: results.caption(&results.measures[measure].unit),
    };
    draw(results, axes, measure, &words, panels.collect(), true)
}

/// Means under one policy for each level of a third number.
pub(super) fn by_level(
    results: &SweepResults,
    (x, y, each): (usize, usize, usize),
    measure: usize,
    policy: usize,
) -> Option<Picture> {
    let panels = results.axes[each].levels.iter().map(|level| Panel {
        name: at_level(&results.axes[each], *level),
        is_baseline: false,
        cells: cells(&results.cells((x, y), Some((each, *level))), |point| {
            results.figures(point, policy, measure).map(|one| (one.mean, true))
        }),
    });
    let words = Words {
        title: format!("{} under {}", results.measures[measure].label, results.policies[policy]),
        explanation: "Mean over trials; darker is more. Lines join equal means; each cell is a point that was run."
            .to_string(),
        caption: results.caption(&results.measures[measure].unit),
    };
    draw(results, (x, y), measure, &words, panels.collect(), false)
}

fn cells(points: &[Vec<Option<&PointResult>>], told: impl Fn(&PointResult) -> Cell) -> Vec<Vec<Cell>> {
    points.iter().map(|column| column.iter().map(|point| point.and_then(&told)).collect()).collect()
}

fn draw(
    results: &SweepResults,
    (x, y): (usize, usize),
    measure: usize,
    words: &Words,
    panels: Vec<Panel>,
    around_zero: bool,
) -> Option<Picture> {
    let values = || panels.iter().flat_map(|panel| &panel.cells).flatten().flatten().map(|cell| cell.0);
    let (low, high) = range(values())?;
    let shades = if around_zero { Shades::AroundZero(low.abs().max(high.abs())) } else { Shades::Rising((low, high)) };
    let panel_height = if panels.len() == 1 { 520.0 } else { 400.0 };
    let (mut picture, body) = sheet(words, KEY + grid_height(panels.len(), panel_height));
    key(&mut picture, body, &shades, &results.with_unit(&results.measures[measure]));
    let lines = if around_zero { vec![0.0] } else { Scale::new((low, high), (0.0, 1.0)).ticks(CONTOURS).0 };
    let below = Frame { top: body.top + KEY, ..body };
    for (panel, frame) in panels.iter().zip(grid(below, panels.len(), panel_height)) {
        panel_name(&mut picture, frame, &panel.name, panel.is_baseline);
        let room = axis_room(&results.axes[y]);
        let plot = frame.inset(room, 52.0, 10.0, BELOW + 18.0);
        let across = Places::new(&results.axes[x], (plot.left, plot.right), true);
        let up = Places::new(&results.axes[y], (plot.bottom, plot.top), true);
        shade(&mut picture, &panel.cells, (&across, &up), &shades);
        let at = |places: &Places, axis: usize| -> Vec<f64> {
            results.axes[axis].levels.iter().map(|level| places.at(*level)).collect()
        };
        let (columns, rows) = (at(&across, x), at(&up, y));
        let numbered = has_room(&panel.cells, (&across, &up), &shades);
        for level in &lines {
            let value = |column: usize, row: usize| panel.cells[column][row].map(|cell| cell.0);
            let pieces = contour(&columns, &rows, value, *level);
            for piece in &pieces {
                picture.line(piece.to_vec(), PAPER.faded(0.7), 4.0);
                picture.line(piece.to_vec(), TEXT, if around_zero { 3.0 } else { 1.6 });
            }
            if let Some([(left, top), _]) = pieces.get(pieces.len() / 2).filter(|_| !around_zero && !numbered) {
                let style = Type { size: 13.0, ..LABEL };
                picture.text_on_paper((*left, *top + 4.0), readable(*level), style, Anchor::Middle);
            }
        }
        // Over the lines, so that every number can be read.
        if numbered {
            number(&mut picture, &panel.cells, (&across, &up), &shades);
        }
        across.bottom(&mut picture, plot, &results.axes[x]);
        up.left(&mut picture, plot, &results.axes[y]);
    }
    Some(picture)
}

/// The middle, the width and the height of every cell, with what is in it.
fn boxes<'a>(
    cells: &'a [Vec<Cell>],
    (across, up): (&'a Places, &'a Places),
) -> impl Iterator<Item = (Frame, Cell)> + 'a {
    cells.iter().enumerate().flat_map(move |(column, rows)| {
        rows.iter().enumerate().map(move |(row, cell)| {
            let ((left, right), (bottom, top)) = (across.cell(column), up.cell(row));
            (Frame { left, top, right, bottom }, *cell)
        })
    })
}

fn shade(picture: &mut Picture, cells: &[Vec<Cell>], places: (&Places, &Places), shades: &Shades) {
    for (frame, cell) in boxes(cells, places) {
        let ground = cell.map_or(OTHERS, |(value, _)| shades.ink(value));
        // A hair over the edge: neighbours must not let the paper through.
        picture.rectangle((frame.left, frame.top), (frame.right + 0.5, frame.bottom + 0.5), ground);
    }
}

/// What is written in a cell: three figures are as many as the colours tell.
fn words(cell: Cell, shades: &Shades) -> String {
    match (cell, shades) {
        (None, _) => "failed".to_string(),
        (Some((value, _)), Shades::Rising(_)) => readable(three_figures(value)),
        (Some((value, true)), Shades::AroundZero(_)) => signed(three_figures(value)),
        (Some((value, false)), Shades::AroundZero(_)) => format!("({})", signed(three_figures(value))),
    }
}

/// Rounded to three figures, whole numbers kept whole.
fn three_figures(value: f64) -> f64 {
    if value.abs() >= 1000.0 { value.round() } else { format!("{value:.2e}").parse().unwrap_or(value) }
}

const NUMBER: Type = Type { size: 14.0, ..LABEL };

/// Whether every cell has room for its number.
fn has_room(cells: &[Vec<Cell>], places: (&Places, &Places), shades: &Shades) -> bool {
    boxes(cells, places).all(|(frame, cell)| {
        text_width(&words(cell, shades), NUMBER) < frame.width() - 4.0 && frame.bottom - frame.top > 20.0
    })
}

fn number(picture: &mut Picture, cells: &[Vec<Cell>], places: (&Places, &Places), shades: &Shades) {
    for (frame, cell) in boxes(cells, places) {
        let middle = (0.5 * (frame.left + frame.right), 0.5 * (frame.top + frame.bottom) + 5.0);
        let ground = cell.map_or(OTHERS, |(value, _)| shades.ink(value));
        let text = words(cell, shades);
        // A thin veil of the cell's own colour: a line behind goes on, and does not cross out the figures.
        let half = 0.5 * text_width(&text, NUMBER) + 2.0;
        picture.rectangle((middle.0 - half, middle.1 - 13.0), (middle.0 + half, middle.1 + 4.0), ground.faded(0.75));
        picture.text(middle, text, Type { ink: ink_on(ground), ..NUMBER }, Anchor::Middle);
    }
}

/// The bar of colours with its numbers.
fn key(picture: &mut Picture, body: Frame, shades: &Shades, name: &str) {
    let (left, right) = (body.left, body.left + 360.0);
    let top = body.top + 4.0;
    let (low, high) = shades.ends();
    let scale = Scale::new((low, high), (left, right));
    let steps = 60;
    for step in 0..steps {
        let at = |step: usize| left + (right - left) * step as f64 / f64::from(steps as u32);
        let value = low + (high - low) * (step as f64 + 0.5) / f64::from(steps as u32);
        picture.rectangle((at(step), top), (at(step + 1) + 0.5, top + 16.0), shades.ink(value));
    }
    let (ticks, _) = scale.ticks(5);
    for tick in ticks {
        let text = if matches!(shades, Shades::AroundZero(_)) { signed(tick) } else { readable(tick) };
        picture.line(vec![(scale.at(tick), top + 16.0), (scale.at(tick), top + 21.0)], MUTED, 1.0);
        picture.text((scale.at(tick), top + 36.0), text, NOTE, Anchor::Middle);
    }
    picture.text((right + 18.0, top + 14.0), name, NAME, Anchor::Start);
}
