//! Pictures: shapes on paper, painted by one function onto SVG and PNG. The only module that knows the drawing library.
//!
//! A picture is a list of shapes in points of a nominal sheet about 1,200 wide. The font is embedded, so figures come
//! out alike on machines without any; SVG keeps its text as text, in DejaVu Sans where the viewer has it.

use std::path::Path;
use std::sync::OnceLock;

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle, register_font};

use super::palette::{Ink, PAPER};
use crate::report::error::ReportError;
use crate::report::whole_file::{WholeFile, filled};

/// PNG pixels per point: sharp on dense screens and on paper.
const PNG_SCALE: f64 = 2.0;
/// SVG units per point; the library rounds coordinates to whole units.
const SVG_SCALE: f64 = 10.0;
/// Height of the font's line per em (ascent and descent), which is what the rasteriser takes for its size.
const LINE_PER_EM: f64 = 1.164;
/// The name under which the font is registered, and what SVG says in its place.
const FAMILY: &str = "sans-serif";
const SVG_FAMILIES: &str = "DejaVu Sans, Verdana, sans-serif";

/// Which end of a text its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Text begins at the position.
    Start,
    /// Text is centred on it.
    Middle,
    /// Text ends there.
    End,
}

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Type {
    /// Size of the em in points.
    pub size: f64,
    /// Whether bold.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
}

#[derive(Debug, Clone, PartialEq)]
enum Shape {
    Polygon { points: Vec<(f64, f64)>, ink: Ink },
    Line { points: Vec<(f64, f64)>, ink: Ink, width: f64 },
    Dot { centre: (f64, f64), radius: f64, ink: Ink },
    Text { at: (f64, f64), text: String, style: Type, anchor: Anchor },
}

/// Shapes on a sheet, later ones over earlier ones; y runs downwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    shapes: Vec<Shape>,
}

impl Picture {
    /// White paper.
    pub fn new(width: f64, height: f64) -> Self {
        Picture { width, height, shapes: vec![] }
    }

    /// A filled area.
    pub fn polygon(&mut self, points: Vec<(f64, f64)>, ink: Ink) {
        if points.len() > 2 {
            self.shapes.push(Shape::Polygon { points, ink });
        }
    }

    /// A filled rectangle between two corners.
    pub fn rectangle(&mut self, (left, top): (f64, f64), (right, bottom): (f64, f64), ink: Ink) {
        self.polygon(vec![(left, top), (right, top), (right, bottom), (left, bottom)], ink);
    }

    /// A line through points.
    pub fn line(&mut self, points: Vec<(f64, f64)>, ink: Ink, width: f64) {
        if points.len() > 1 {
            self.shapes.push(Shape::Line { points, ink, width });
        }
    }

    /// A dashed line through points; dashes and gaps in points.
    pub fn dashed(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, (dash, gap): (f64, f64)) {
        let (mut drawing, mut left) = (true, dash);
        let mut current: Vec<(f64, f64)> = points.first().copied().into_iter().collect();
        for pair in points.windows(2) {
            let ((mut x, mut y), (x1, y1)) = (pair[0], pair[1]);
            loop {
                let rest = (x1 - x).hypot(y1 - y);
                if rest <= left {
                    left -= rest;
                    current.push((x1, y1));
                    break;
                }
                x += (x1 - x) * left / rest;
                y += (y1 - y) * left / rest;
                current.push((x, y));
                let done = std::mem::replace(&mut current, vec![(x, y)]);
                if drawing {
                    self.line(done, ink, width);
                }
                drawing = !drawing;
                left = if drawing { dash } else { gap };
            }
        }
        if drawing {
            self.line(current, ink, width);
        }
    }

    /// A filled circle.
    pub fn dot(&mut self, centre: (f64, f64), radius: f64, ink: Ink) {
        self.shapes.push(Shape::Dot { centre, radius, ink });
    }

    /// Words; `at` is on their baseline.
    pub fn text(&mut self, at: (f64, f64), text: impl Into<String>, style: Type, anchor: Anchor) {
        self.shapes.push(Shape::Text { at, text: text.into(), style, anchor });
    }

    /// Words with white paper behind them, readable over lines.
    pub fn text_on_paper(&mut self, at: (f64, f64), text: impl Into<String>, style: Type, anchor: Anchor) {
        let text = text.into();
        let width = text_width(&text, style);
        let left = at.0
            - match anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => width / 2.0,
                Anchor::End => width,
            };
        let (top, bottom) = (at.1 - 0.8 * style.size, at.1 + 0.25 * style.size);
        self.rectangle((left - 2.0, top), (left + width + 2.0, bottom), PAPER.faded(0.8));
        self.text(at, text, style, anchor);
    }

    /// Writes the picture as SVG and as PNG, each whole or not at all.
    ///
    /// # Errors
    /// [`ReportError`] with the path.
    pub fn write(&self, svg: &Path, png: &Path) -> Result<(), ReportError> {
        self.svg(svg)?.commit()?;
        self.png(png)?.commit()
    }

    /// The picture as SVG in a file that is still to be committed.
    ///
    /// # Errors
    /// [`ReportError`] with the path.
    pub fn svg(&self, path: &Path) -> Result<WholeFile, ReportError> {
        let (width, height) = self.pixels(SVG_SCALE);
        let mut svg = String::new();
        self.paint(SVGBackend::with_string(&mut svg, (width, height)), SVG_SCALE, SVG_TEXT)
            .map_err(|message| ReportError::Draw { path: path.to_path_buf(), message })?;
        let fine = format!("width=\"{width}\" height=\"{height}\"");
        let nominal = format!("width=\"{:.0}\" height=\"{:.0}\"", self.width, self.height);
        let svg = svg
            .replacen(&fine, &nominal, 1)
            .replace(&format!("font-family=\"{FAMILY}\""), &format!("font-family=\"{SVG_FAMILIES}\""));
        filled(path, |writer| std::io::Write::write_all(writer, svg.as_bytes()))
    }

    /// The picture as PNG in a file that is still to be committed; the path must end in `.png`.
    ///
    /// # Errors
    /// [`ReportError`] with the path.
    pub fn png(&self, path: &Path) -> Result<WholeFile, ReportError> {
        let (width, height) = self.pixels(PNG_SCALE);
        let mut pixels = vec![0; width as usize * height as usize * 3];
        self.paint(BitMapBackend::with_buffer(&mut pixels, (width, height)), PNG_SCALE, PNG_TEXT)
            .map_err(|message| ReportError::Draw { path: path.to_path_buf(), message })?;
        filled(path, |writer| {
            let mut encoder = png::Encoder::new(writer, width, height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_depth(png::BitDepth::Eight);
            encoder.set_compression(png::Compression::Fast);
            let mut file = encoder.write_header()?;
            file.write_image_data(&pixels)?;
            Ok(file.finish()?)
        })
    }

    fn pixels(&self, scale: f64) -> (u32, u32) {
        ((self.width * scale).round() as u32, (self.height * scale).round() as u32)
    }

    /// Paints every shape onto a backend whose sheet is `scale` times the picture.
    fn paint<B: DrawingBackend>(&self, mut backend: B, scale: f64, text_fit: TextFit) -> Result<(), String> {
        register_fonts()?;
        let place = |(x, y): (f64, f64)| ((x * scale).round() as i32, (y * scale).round() as i32);
        let fill = |ink: Ink| ShapeStyle { color: colour(ink), filled: true, stroke_width: 1 };
        backend.ensure_prepared().map_err(words)?;
        let corner = place((self.width, self.height));
        backend.draw_rect((0, 0), corner, &fill(PAPER), true).map_err(words)?;
        for shape in &self.shapes {
            match shape {
                Shape::Polygon { points, ink } => {
                    backend.fill_polygon(points.iter().copied().map(place), &fill(*ink)).map_err(words)?;
                }
                Shape::Line { points, ink, width } => {
                    let stroke_width = (width * scale).round().max(1.0) as u32;
                    let style = ShapeStyle { color: colour(*ink), filled: false, stroke_width };
                    let mut path: Vec<_> = points.iter().copied().map(place).collect();
                    path.dedup();
                    backend.draw_path(path, &style).map_err(words)?;
                }
                Shape::Dot { centre, radius, ink } => {
                    let radius = (radius * scale).round() as u32;
                    backend.draw_circle(place(*centre), radius, &fill(*ink), true).map_err(words)?;
                }
                Shape::Text { at, text, style, anchor } => {
                    let em = style.size * scale;
                    let top = (at.0, at.1 - text_fit.baseline_below_top * style.size);
                    let h_pos = match anchor {
                        Anchor::Start => HPos::Left,
                        Anchor::Middle => HPos::Center,
                        Anchor::End => HPos::Right,
                    };
                    let font = font(em * text_fit.size_per_em, style.bold);
                    let ink = colour(style.ink);
                    let style = TextStyle::from(font).color(&ink).pos(Pos::new(h_pos, VPos::Top));
                    backend.draw_text(text, &style, place(top)).map_err(words)?;
                }
            }
        }
        backend.present().map_err(words)
    }
}

/// The drawing library's error in its own words.
fn words(error: impl std::error::Error) -> String {
    error.to_string()
}

/// How a backend takes sizes and places of text: the same em and baseline need other numbers in each.
#[derive(Debug, Clone, Copy)]
struct TextFit {
    size_per_em: f64,
    /// In ems, for text anchored at its top.
    baseline_below_top: f64,
}

/// The rasteriser scales the whole line to the size, and sets the baseline half a line below the top.
const PNG_TEXT: TextFit = TextFit { size_per_em: LINE_PER_EM, baseline_below_top: LINE_PER_EM / 2.0 };
/// The SVG backend divides sizes by 1.24 and sets `dy` to 0.76 em.
const SVG_TEXT: TextFit = TextFit { size_per_em: 1.24, baseline_below_top: 0.76 };

fn colour(ink: Ink) -> RGBAColor {
    RGBAColor(ink.rgb.0, ink.rgb.1, ink.rgb.2, ink.opacity)
}

fn font(size: f64, bold: bool) -> FontDesc<'static> {
    FontDesc::new(FontFamily::SansSerif, size, if bold { FontStyle::Bold } else { FontStyle::Normal })
}

fn register_fonts() -> Result<(), String> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let done = *REGISTERED.get_or_init(|| {
        register_font(FAMILY, FontStyle::Normal, dejavu::sans::regular()).is_ok()
            && register_font(FAMILY, FontStyle::Bold, dejavu::sans::bold()).is_ok()
    });
    if done { Ok(()) } else { Err("the embedded font is damaged".to_string()) }
}

/// Width of words in points.
pub fn text_width(text: &str, style: Type) -> f64 {
    // Measured large, because the library rounds to whole units; the estimate serves where it cannot measure.
    let measured = register_fonts().ok().and_then(|()| {
        let ((left, _), (right, _)) = font(100.0 * LINE_PER_EM, style.bold).layout_box(text).ok()?;
        Some(f64::from(right - left) * style.size / 100.0)
    });
    measured.unwrap_or(0.65 * style.size * text.chars().count() as f64)
}

/// The words, or as many of their first letters as fit into `width` and an ellipsis.
pub fn elide(text: &str, style: Type, width: f64) -> String {
    if text_width(text, style) <= width {
        return text.to_string();
    }
    let letters: Vec<char> = text.chars().collect();
    for kept in (1..letters.len()).rev() {
        let shorter = format!("{}…", letters[..kept].iter().collect::<String>().trim_end());
        if text_width(&shorter, style) <= width {
            return shorter;
        }
    }
    "…".to_string()
}

/// The words broken into lines no wider than `width`; a word longer than that is elided.
pub fn wrap(text: &str, style: Type, width: f64) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match (lines.last_mut(), longer) {
            (Some(line), Some(longer)) if text_width(&longer, style) <= width => *line = longer,
            _ => lines.push(elide(word, style, width)),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::plots::palette::TEXT;

    const STYLE: Type = Type { size: 16.0, bold: false, ink: TEXT };

    #[test]
    fn long_names_are_elided_to_fit_and_short_ones_kept() {
        assert_eq!(elide("Talks", STYLE, 100.0), "Talks");
        let elided = elide("A policy with a name that never seems to end", STYLE, 120.0);
        assert!(elided.ends_with('…') && text_width(&elided, STYLE) <= 120.0, "{elided}");
        assert_eq!(elide("wide", STYLE, 0.0), "…");
        let lines = wrap("one two three four five six", STYLE, 80.0);
        assert!(lines.len() > 1 && lines.iter().all(|l| text_width(l, STYLE) <= 80.0), "{lines:?}");
        assert_eq!(lines.join(" "), "one two three four five six");
    }

    #[test]
    fn dashes_cover_dash_over_dash_and_gap_of_the_way() {
        let mut picture = Picture::new(10.0, 10.0);
        picture.dashed(&[(0.0, 0.0), (50.0, 0.0), (100.0, 0.0)], TEXT, 1.0, (6.0, 4.0));
        let drawn: f64 = picture
            .shapes
            .iter()
            .map(|s| match s {
                Shape::Line { points, .. } => points.windows(2).map(|p| p[1].0 - p[0].0).sum(),
                _ => 0.0,
            })
            .sum();
        assert!((drawn - 60.0).abs() < 1e-9, "{drawn}");
    }

    #[test]
    fn both_formats_come_out_whole_with_text_escaped_and_fonts_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut picture = Picture::new(200.0, 100.0);
        picture.text((10.0, 50.0), "a < b & \"c\"", STYLE, Anchor::Start);
        picture.dot((50.0, 50.0), 4.0, TEXT);
        picture.write(&folder.path().join("a.svg"), &folder.path().join("a.png")).unwrap();
        let svg = std::fs::read_to_string(folder.path().join("a.svg")).unwrap();
        assert!(svg.contains("width=\"200\" height=\"100\" viewBox=\"0 0 2000 1000\""), "{svg}");
        assert!(svg.contains("DejaVu Sans, Verdana") && svg.contains("a &lt; b &amp;"), "{svg}");
        let png = std::fs::read(folder.path().join("a.png")).unwrap();
        assert_eq!((&png[1..4], u32::from_be_bytes(png[16..20].try_into().unwrap())), (&b"PNG"[..], 400));
        assert!(matches!(picture.png(&folder.path().join("no/a.png")), Err(ReportError::Write { .. })));
    }
}
