//! What all figures share: title above, caption below, panels between.

use super::canvas::{Anchor, Picture, Type, elide, text_width, wrap};
use super::palette::{BASELINE, Ink, MUTED, TEXT};

/// Width of every figure in points.
pub const WIDTH: f64 = 1200.0;
/// Space around everything.
pub const MARGIN: f64 = 24.0;
/// Words inside figures. At half size still 8 points.
pub const LABEL: Type = Type { size: 16.0, bold: false, ink: TEXT };
/// Words that name.
pub const NAME: Type = Type { bold: true, ..LABEL };
/// Words about the baseline.
pub const BASELINE_WORD: Type = Type { ink: BASELINE, ..NAME };
/// Words that explain.
pub const NOTE: Type = Type { ink: MUTED, ..LABEL };
const TITLE: Type = Type { size: 25.0, bold: true, ink: TEXT };
const CAPTION: Type = Type { size: 14.5, bold: false, ink: MUTED };
const LINE: f64 = 1.35;

/// A rectangle on the sheet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Frame {
    /// Smaller by these distances on each side.
    pub fn inset(self, left: f64, top: f64, right: f64, bottom: f64) -> Self {
        Frame { left: self.left + left, top: self.top + top, right: self.right - right, bottom: self.bottom - bottom }
    }

    /// From left to right.
    pub fn width(&self) -> f64 {
        self.right - self.left
    }
}

/// Words above and below a figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// What the figure shows.
    pub title: String,
    /// How to read it.
    pub explanation: String,
    /// Unit, n, seed, scenario.
    pub caption: String,
}

/// A picture with its words set and room of `height` between them, which is the frame returned.
pub fn sheet(words: &Words, height: f64) -> (Picture, Frame) {
    let width = WIDTH - 2.0 * MARGIN;
    let explanation = wrap(&words.explanation, NOTE, width);
    let caption = wrap(&words.caption, CAPTION, width);
    let title = wrap(&words.title, TITLE, width);
    let under_title = MARGIN + 26.0 + title.len().saturating_sub(1) as f64 * TITLE.size * LINE;
    let top = under_title + explanation.len() as f64 * NOTE.size * LINE + 16.0;
    let bottom = top + height;
    let total = bottom + 18.0 + caption.len() as f64 * CAPTION.size * LINE + MARGIN / 2.0;
    let mut picture = Picture::new(WIDTH, total.ceil());
    let mut lines = |lines: &[String], style: Type, mut y: f64| {
        for line in lines {
            y += style.size * LINE;
            picture.text((MARGIN, y), line.as_str(), style, Anchor::Start);
        }
    };
    lines(&title, TITLE, MARGIN + 20.0 - TITLE.size * LINE);
    lines(&explanation, NOTE, under_title);
    lines(&caption, CAPTION, bottom + 14.0);
    (picture, Frame { left: MARGIN, top, right: WIDTH - MARGIN, bottom })
}

/// Columns for small multiples of `count` panels.
pub fn columns(count: usize) -> usize {
    match count {
        0 | 1 => 1,
        2 | 4 => 2,
        3 | 5..=15 => 3,
        _ => 4,
    }
}

/// Height that a grid of `count` panels takes.
pub fn grid_height(count: usize, panel_height: f64) -> f64 {
    count.div_ceil(columns(count)).max(1) as f64 * panel_height
}

/// Panels of equal size, row by row.
pub fn grid(frame: Frame, count: usize, panel_height: f64) -> Vec<Frame> {
    let columns = columns(count);
    let gap = 22.0;
    let width = (frame.width() - gap * (columns - 1) as f64) / columns as f64;
    (0..count)
        .map(|i| {
            let left = frame.left + (i % columns) as f64 * (width + gap);
            let top = frame.top + (i / columns) as f64 * panel_height;
            Frame { left, top, right: left + width, bottom: top + panel_height }
        })
        .collect()
}

/// Writes a panel's name on top of it, in the baseline's colour and with the word where it is the baseline.
pub fn panel_name(picture: &mut Picture, frame: Frame, name: &str, baseline: bool) {
    let at = (frame.left, frame.top + 18.0);
    if baseline {
        let word = " (baseline)";
        let room = frame.width() - text_width(word, BASELINE_WORD);
        picture.text(at, format!("{}{word}", elide(name, NAME, room)), BASELINE_WORD, Anchor::Start);
    } else {
        picture.text(at, elide(name, NAME, frame.width()), NAME, Anchor::Start);
    }
}

/// How a thing in a panel is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A line.
    Line,
    /// A dashed line.
    Dashes,
    /// A dot on a line.
    Dot,
}

/// Names what a panel shows beside its own policy, in a row below the panel's name.
pub fn panel_key(picture: &mut Picture, frame: Frame, keys: &[(Mark, Ink, &str)]) {
    let mut x = frame.left;
    let y = frame.top + 41.0;
    for (mark, ink, word) in keys {
        let (start, end) = ((x, y - 5.5), (x + 30.0, y - 5.5));
        match mark {
            Mark::Line => picture.line(vec![start, end], *ink, 2.4),
            Mark::Dashes => picture.dashed(&[start, end], *ink, 2.4, (8.0, 3.0)),
            Mark::Dot => {
                picture.line(vec![start, end], *ink, 2.0);
                picture.dot((x + 15.0, y - 5.5), 4.0, *ink);
            }
        }
        let style = Type { ink: *ink, ..NAME };
        picture.text((x + 36.0, y), *word, style, Anchor::Start);
        x += 56.0 + text_width(word, style);
    }
}

/// Writes a row's name on one line or two, centred on the height `middle`.
pub fn row_name(picture: &mut Picture, (left, middle): (f64, f64), width: f64, name: &str, style: Type) {
    let lines = wrap(name, style, width);
    let shown: Vec<String> = match lines.as_slice() {
        [first, rest @ ..] if rest.len() > 1 => vec![first.clone(), elide(&rest.join(" "), style, width)],
        _ => lines,
    };
    let first = middle + 0.35 * style.size - (shown.len().max(1) - 1) as f64 * 9.5;
    for (i, line) in shown.iter().enumerate() {
        picture.text((left, first + i as f64 * 19.0), line.as_str(), style, Anchor::Start);
    }
}
