//! Where the values of what is varied lie along an edge of a panel.

use crate::report::plots::axis::{Scale, bottom};
use crate::report::plots::canvas::{Anchor, Picture, Type, elide, text_width};
use crate::report::plots::palette::{AXIS, MUTED};
use crate::report::plots::sheet::{Frame, LABEL, NOTE};
use crate::report::sweep::ShownAxis;

/// Room below a panel for numbers and the axis's name.
pub(super) const BELOW: f64 = 50.0;

/// The places of an axis's levels on the sheet: cells around them meet half-way to the next level.
pub(super) struct Places {
    levels: Vec<f64>,
    logarithmic: bool,
    scale: Scale,
}

impl Places {
    /// `cells`: the outermost levels have a whole cell; else they lie on the ends.
    pub fn new(axis: &ShownAxis, (from, to): (f64, f64), cells: bool) -> Self {
        let logarithmic = axis.logarithmic && axis.levels.iter().all(|level| *level > 0.0);
        let along = |value: f64| if logarithmic { value.ln() } else { value };
        let levels = axis.levels.clone();
        let (low, high) = match levels.as_slice() {
            [] => (0.0, 1.0),
            [only] => (along(*only) - 0.5, along(*only) + 0.5),
            [first, .., last] if !cells => (along(*first), along(*last)),
            [first, second, ..] => {
                let (last, before) = (levels[levels.len() - 1], levels[levels.len() - 2]);
                let half = |a: f64, b: f64| 0.5 * (along(a) - along(b));
                (along(*first) - half(*second, *first), along(last) + half(last, before))
            }
        };
        Self { levels, logarithmic, scale: Scale::new((low, high), (from, to)) }
    }

    fn along(&self, value: f64) -> f64 {
        if self.logarithmic { value.max(f64::MIN_POSITIVE).ln() } else { value }
    }

    /// Where a value lies.
    pub fn at(&self, value: f64) -> f64 {
        self.scale.at(self.along(value))
    }

    /// The two edges of the cell of a level.
    pub fn cell(&self, index: usize) -> (f64, f64) {
        let here = self.along(self.levels[index]);
        let edge = |other: Option<&f64>, outer: f64| {
            other.map_or(self.scale.at(outer), |other| self.scale.at(0.5 * (here + self.along(*other))))
        };
        let before = index.checked_sub(1).and_then(|before| self.levels.get(before));
        (edge(before, self.scale.low), edge(self.levels.get(index + 1), self.scale.high))
    }

    /// The levels that are written beside the axis where `room` points are needed between two of them.
    fn shown(&self, room: f64) -> Vec<f64> {
        let mut shown: Vec<f64> = Vec::new();
        for level in &self.levels {
            if shown.last().is_none_or(|last| (self.at(*level) - self.at(*last)).abs() >= room) {
                shown.push(*level);
            }
        }
        shown
    }

    /// Numbers and the axis's name below a frame.
    pub fn bottom(&self, picture: &mut Picture, frame: Frame, axis: &ShownAxis) {
        let style = Type { ink: MUTED, ..LABEL };
        let widest = self.levels.iter().map(|level| text_width(&axis.shown(*level), style)).fold(0.0, f64::max);
        for level in self.shown(widest + 10.0) {
            let x = self.at(level);
            picture.line(vec![(x, frame.bottom), (x, frame.bottom + 4.0)], AXIS, 1.0);
            picture.text((x, frame.bottom + 20.0), axis.shown(level), style, Anchor::Middle);
        }
        let words = elide(&named(axis), NOTE, frame.width() + 40.0);
        picture.text(((frame.left + frame.right) / 2.0, frame.bottom + 41.0), words, NOTE, Anchor::Middle);
    }

    /// Numbers left of a frame and the axis's name above it.
    pub fn left(&self, picture: &mut Picture, frame: Frame, axis: &ShownAxis) {
        let style = Type { ink: MUTED, ..LABEL };
        for level in self.shown(20.0) {
            let y = self.at(level);
            picture.text((frame.left - 7.0, y + 5.5), axis.shown(level), style, Anchor::End);
        }
        let room = left_room(axis);
        let words = elide(&format!("↑ {}", named(axis)), NOTE, frame.width() + room);
        picture.text((frame.left - room, frame.top - 9.0), words, NOTE, Anchor::Start);
    }
}

/// Room that [`Places::left`] takes beside the frame.
pub(super) fn left_room(axis: &ShownAxis) -> f64 {
    axis.levels.iter().map(|level| text_width(&axis.shown(*level), LABEL)).fold(0.0, f64::max) + 9.0
}

/// Numbers, or dates and words, and the axis's name below a frame whose points lie anyhow.
pub(super) fn below_plot(picture: &mut Picture, frame: Frame, scale: Scale, axis: &ShownAxis) {
    if axis.names.is_empty() {
        bottom(picture, frame, scale, 6, "");
        let words = elide(&named(axis), NOTE, frame.width() + 40.0);
        picture.text(((frame.left + frame.right) / 2.0, frame.bottom + 42.0), words, NOTE, Anchor::Middle);
    } else {
        Places::new(axis, (frame.left, frame.right), false).bottom(picture, frame, axis);
    }
}

/// Name and unit of an axis.
pub(super) fn named(axis: &ShownAxis) -> String {
    let said = axis.unit.is_empty() || axis.label.to_lowercase().contains(&axis.unit.to_lowercase());
    if said { axis.label.clone() } else { format!("{} ({})", axis.label, axis.unit) }
}
