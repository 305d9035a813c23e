//! Errors and warnings that point at the place.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// Errors and warnings kept of each kind; what exceeds it is counted, not kept.
const KEPT: usize = 100;

/// Longest stretch of a line that is shown to both sides of the place.
const SHOWN: usize = 400;

/// A stretch of one of the texts that a scenario was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Index of the text in [`Sources`].
    pub text: usize,
    /// First byte.
    pub start: usize,
    /// First byte after.
    pub end: usize,
}

/// One text: a file, or a `--set` of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path of the file, or `--set`.
    pub name: String,
    /// All of it.
    pub text: String,
}

/// The texts that a scenario was read from: the file itself first, then its bases, then each `--set`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    /// In the order in which they were read; a [`Place`] names one by its index.
    pub texts: Vec<Source>,
}

impl Sources {
    /// Adds a text and returns its index.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        self.texts.push(Source { name: name.into(), text: text.into() });
        self.texts.len() - 1
    }
}

/// One thing that is wrong (or odd, for a warning).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// Where; `None` where there is no place, e.g. a file that cannot be opened.
    pub place: Option<Place>,
    /// What was expected there.
    pub expected: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything found in reading.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What makes the scenario unusable.
    pub errors: Vec<Diagnostic>,
    /// What is odd and may be meant.
    pub warnings: Vec<Diagnostic>,
    /// Errors beyond those kept.
    pub more_errors: usize,
}

impl Report {
    /// Adds an error.
    pub fn error(&mut self, place: Place, message: impl Into<String>, expected: impl Into<String>) {
        self.push(Diagnostic { message: message.into(), place: Some(place), expected: expected.into(), help: None });
    }

    /// Adds an error with a help line.
    pub fn error_with_help(
        &mut self,
        place: Place,
        message: impl Into<String>,
        expected: impl Into<String>,
        help: Option<String>,
    ) {
        self.push(Diagnostic { message: message.into(), place: Some(place), expected: expected.into(), help });
    }

    /// Adds an error as it is.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        if self.errors.len() < KEPT {
            self.errors.push(diagnostic);
        } else {
            self.more_errors += 1;
        }
    }

    /// The same in the order of the texts.
    pub fn sorted(mut self) -> Self {
        self.errors.sort_by_key(|diagnostic| diagnostic.place);
        self.warnings.sort_by_key(|diagnostic| diagnostic.place);
        self
    }

    /// Adds a warning.
    pub fn warning(&mut self, place: Place, message: impl Into<String>, expected: impl Into<String>) {
        if self.warnings.len() < KEPT {
            let (message, expected) = (message.into(), expected.into());
            self.warnings.push(Diagnostic { message, place: Some(place), expected, help: None });
        }
    }
}

/// Why a scenario was refused: all its errors, and its warnings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.render(false))]
pub struct Problems {
    /// The texts that the places point into.
    pub sources: Sources,
    /// What is wrong, in the order of the texts.
    pub report: Report,
    /// What was refused, for the last line: the scenario, or a study of one.
    pub subject: &'static str,
}

impl Problems {
    /// Orders the findings by place.
    pub fn new(sources: Sources, report: Report) -> Self {
        Self { sources, report: report.sorted(), subject: "scenario" }
    }

    /// The same, found in a study.
    pub fn of_study(self) -> Self {
        Self { subject: "study", ..self }
    }

    /// All errors and warnings as text for a terminal, with the offending text underlined.
    pub fn render(&self, colour: bool) -> String {
        let mut blocks: Vec<String> = Vec::new();
        for diagnostic in &self.report.errors {
            blocks.push(render(diagnostic, Level::ERROR, &self.sources, colour));
        }
        blocks.push(render_all(&self.report.warnings, &self.sources, colour));
        let count = self.report.errors.len() + self.report.more_errors;
        let mut last = format!("{count} {} in the {}; nothing was run", plural(count, "error"), self.subject);
        if self.report.more_errors > 0 {
            last.push_str(&format!(" (the first {KEPT} are shown)"));
        }
        blocks.push(last);
        blocks.retain(|block| !block.is_empty());
        blocks.join("\n\n")
    }
}

/// Warnings as text, in the same form as errors.
pub fn render_all(warnings: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let blocks: Vec<String> = warnings.iter().map(|one| render(one, Level::WARNING, sources, colour)).collect();
    blocks.join("\n\n")
}

/// The word with an `s` where there is not one of it.
pub fn plural(count: usize, word: &str) -> String {
    if count == 1 { word.to_string() } else { format!("{word}s") }
}

/// A name from a file as a message shows it: in back quotes, escaped, shortened.
pub fn quoted(name: &str) -> String {
    let mut shown: String = name.chars().take(60).flat_map(char::escape_debug).collect();
    // Quotes need no escape within back quotes.
    shown = shown.replace("\\\"", "\"").replace("\\'", "'");
    if name.chars().count() > 60 {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// A path as a message shows it: escaped, whole.
fn quoted_plainly(path: &str) -> String {
    path.chars()
        .map(|letter| if is_unprintable(letter) { letter.escape_unicode().to_string() } else { letter.to_string() })
        .collect()
}

/// Line and column, both from 1, the column in characters.
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let at = floor(text, at);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, text[start..at].chars().count() + 1)
}

fn render(diagnostic: &Diagnostic, level: Level<'static>, sources: &Sources, colour: bool) -> String {
    let mut group = level.primary_title(one_line(&diagnostic.message)).elements(Vec::<Origin<'_>>::new());
    if let Some((source, place)) = diagnostic.place.and_then(|place| Some((sources.texts.get(place.text)?, place))) {
        let (line, column) = line_and_column(&source.text, place.start);
        let window = window(&source.text, place);
        let name = quoted_plainly(&source.name);
        let label = (!diagnostic.expected.is_empty()).then(|| visible(&diagnostic.expected));
        let annotation = AnnotationKind::Primary.span(window.marked).label(label);
        let mut snippet = Snippet::source(window.text).line_start(line).annotation(annotation);
        if window.is_cut {
            // The snippet would count its column from where the line was cut.
            group = group.element(Origin::path(name.clone()).line(line).char_column(column));
        } else {
            snippet = snippet.path(name);
        }
        group = group.element(snippet);
    } else if !diagnostic.expected.is_empty() {
        group = group.element(Level::NOTE.message(visible(&diagnostic.expected)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(120).render(&[group])
}

/// What is shown of a line.
struct Window {
    text: String,
    marked: Range<usize>,
    /// Whether the start of the line is missing.
    is_cut: bool,
}

/// The part of the line that the place starts on (a place of many lines is marked on its first).
fn window(text: &str, place: Place) -> Window {
    let start = floor(text, place.start);
    let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    let is_cut = start - line_start > SHOWN;
    let from = if is_cut { floor(text, start - SHOWN / 4) } else { line_start };
    let to = floor(text, line_end.min(start + 2 * SHOWN)).max(start);
    let end = floor(text, place.end.min(start + SHOWN)).clamp(start, to);
    let line = text[from..to].trim_end_matches('\r');
    let (start, end) = ((start - from).min(line.len()), (end - from).min(line.len()));
    let mut shown = visible(&line[..start]);
    let marked_from = shown.len();
    shown.push_str(&visible(&line[start..end]));
    let marked = marked_from..shown.len();
    shown.push_str(&visible(&line[end..]));
    Window { text: shown, marked, is_cut }
}

/// The last boundary between characters that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn one_line(text: &str) -> String {
    visible(&text.replace(['\n', '\r'], " "))
}

/// The text with a mark in place of what would make a terminal show it otherwise than it is: changes of direction,
/// invisible letters, and the controls that the renderer does not show by itself.
pub fn visible(text: &str) -> String {
    let shown = |letter: char| if is_unprintable(letter) && !letter.is_ascii() { '\u{fffd}' } else { letter };
    text.chars().map(shown).collect()
}

/// Control characters, and those that make a terminal show a text otherwise than it is.
pub fn is_unprintable(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, start: usize, end: usize) -> String {
        let mut sources = Sources::default();
        sources.add("a.toml", text);
        let mut report = Report::default();
        report.error_with_help(Place { text: 0, start, end }, "wrong", "expected right", Some("try".to_string()));
        Problems::new(sources, report).render(false)
    }

    #[test]
    fn an_error_shows_file_line_column_and_the_text_underlined() {
        let expected = "\
error: wrong
 --> a.toml:2:5
  |
2 | b = -1
  |     ^^ expected right
  |
  = help: try

1 error in the scenario; nothing was run";
        assert_eq!(shown("a = 1\nb = -1\n", 10, 12), expected);
    }

    #[test]
    fn a_place_far_along_a_long_line_keeps_its_column() {
        let text = format!("x = [{}]", "1, ".repeat(100_000));
        let rendered = shown(&text, 150_002, 150_003);
        assert!(rendered.contains("a.toml:1:150003"), "{rendered}");
        assert!(rendered.len() < 2_000);
    }

    #[test]
    fn nothing_that_deceives_a_terminal_is_shown_and_marks_stay_in_place() {
        let text = "a\u{9b}\u{202e}b = \u{200f}1 \u{7f}\u{1b}[2J\n";
        let from = text.find('1').unwrap();
        let mut sources = Sources::default();
        sources.add("evil\u{1b}[31m\u{202e}.toml", text);
        let mut report = Report::default();
        report.error(Place { text: 0, start: from, end: from + 1 }, "x\u{202e}y", "z\u{9b}");
        let shown = Problems::new(sources, report).render(false);
        assert!(!shown.chars().any(|c| is_unprintable(c) && c != '\n'), "{shown:?}");
        assert!(shown.contains("evil\\u{1b}[31m\\u{202e}.toml:1:9"), "{shown}");
        let (line, mark) = (shown.lines().nth(3).unwrap(), shown.lines().nth(4).unwrap());
        let column = mark.find('^').unwrap();
        assert_eq!(line.chars().nth(column), Some('1'), "{shown}");
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_character_is_moved_not_a_panic() {
        for (start, end) in [(0, 900), (1, 2), (900, 901), (3, 1)] {
            assert!(shown("é\u{202e}\r\nb", start, end).contains("a.toml"));
        }
    }
}
