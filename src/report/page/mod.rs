//! `report.html`: one self-contained page that a minister's adviser can read, on screen and on paper.
//!
//! No script, no network: figures travel in the page as images, each with a text for those who do not see it. Every
//! text from the scenario is escaped. The words say what the trials tell and what they do not.

mod assumptions;
mod figures;
pub mod markup;
mod tables;
mod words;

use std::path::Path;

use markup::{escape, paragraph};

use super::error::ReportError;
use super::saved::Saved;
use super::whole_file::write_whole;
use super::written::Findings;
use crate::experiment::results::Outcomes;

/// The style of all pages.
pub(in crate::report) const STYLE: &str = include_str!("style.css");

/// What the page is made of.
pub struct PageInputs<'a> {
    /// The run.
    pub saved: &'a Saved,
    /// Its trials.
    pub outcomes: &'a Outcomes,
    /// What was computed from them.
    pub findings: &'a Findings,
    /// Folder with the figures as SVG; figures that are not there are left out.
    pub plots: &'a Path,
}

/// Writes the page.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write(path: &Path, inputs: &PageInputs<'_>) -> Result<(), ReportError> {
    let html = html(inputs);
    write_whole(path, |file| std::io::Write::write_all(file, html.as_bytes()))
}

const SECTIONS: [(&str, &str); 6] = [
    ("comparison", "Policies compared"),
    ("figures", "Figures"),
    ("channels", "What did it"),
    ("assumptions", "Assumptions"),
    ("limits", "Limits"),
    ("repeat", "How to repeat it"),
];

fn html(inputs: &PageInputs<'_>) -> String {
    let saved = inputs.saved;
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the answer</a>\n<header>\n<h1>{}</h1>\n",
        escape(&saved.title),
        escape(&saved.title)
    );
    page.push_str(&format!(
        "<p class=\"faint\">{} to {}. {} trials of each of {} policies, seed {}.{}</p>\n",
        escape(&saved.horizon.0),
        escape(&saved.horizon.1),
        saved.trials,
        saved.policies.len(),
        saved.seed,
        if saved.interrupted { " The run was stopped early." } else { "" }
    ));
    if let Some(description) = &saved.description {
        page.push_str(&paragraph(description));
    }
    page.push_str("<nav aria-label=\"Sections\"><ul>");
    for (id, title) in SECTIONS {
        page.push_str(&format!("<li><a href=\"#{id}\">{title}</a></li>"));
    }
    page.push_str("</ul></nav>\n</header>\n<main>\n");
    page.push_str("<section id=\"answer\" class=\"answer\" aria-label=\"Question and answer\">\n");
    page.push_str(&words::answer(inputs));
    page.push_str("</section>\n");
    let bodies = [
        tables::comparison(inputs),
        figures::all(inputs),
        tables::channels(inputs),
        assumptions::section(inputs),
        words::limits(inputs),
        words::repeat(inputs),
    ];
    for ((id, title), body) in SECTIONS.iter().zip(bodies) {
        page.push_str(&format!("<section id=\"{id}\"><h2>{title}</h2>\n{body}</section>\n"));
    }
    page.push_str(&format!(
        "</main>\n<footer><p>Made by {}; this page holds everything it shows.</p></footer>\n</body>\n</html>\n",
        escape(&saved.program)
    ));
    page
}
