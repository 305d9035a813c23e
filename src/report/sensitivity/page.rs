//! `report.html` of a sensitivity study: what was asked, what was found in sentences, figures, tables, how to repeat it.

use std::fs;
use std::path::Path;

use super::findings::{percent, sentences};
use super::{Study, way_title};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::error::ReportError;
use crate::report::numbers::{readable, with_error};
use crate::report::page::STYLE;
use crate::report::page::markup::{Cell, escape, figure, paragraph, table};
use crate::report::plots::sensitivity::Drawn;
use crate::report::whole_file::write_whole;
use crate::statistics::order::largest_first;

/// Rows of a table; the CSV has all.
const ROWS: usize = 20;

/// Writes the page; `figures` are those drawn, in order.
///
/// # Errors
/// [`ReportError`] with the path.
pub fn write(path: &Path, study: &Study<'_>, figures: &[Drawn]) -> Result<(), ReportError> {
    let html = html(study, figures)?;
    write_whole(path, |file| std::io::Write::write_all(file, html.as_bytes()))
}

fn html(study: &Study<'_>, figures: &[Drawn]) -> Result<String, ReportError> {
    let record = study.record;
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <title>{0}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the answer</a>\n<header>\n<h1>{0}</h1>\n",
        escape(&record.title)
    );
    let stopped = if record.rows < record.wanted {
        format!(" The study was stopped after {} of {} rows.", record.rows, record.wanted)
    } else {
        String::new()
    };
    page.push_str(&format!("<p class=\"faint\">{}{}</p>\n", escape(&study.caption("")), escape(&stopped)));
    if let Some(description) = &record.description {
        page.push_str(&paragraph(description));
    }
    page.push_str("</header>\n<main>\n<section id=\"answer\" class=\"answer\" aria-label=\"What was found\">\n");
    for analysis in study.analyses {
        let told: Vec<String> = sentences(study, analysis);
        page.push_str(&paragraph(&told.join(" ")));
    }
    page.push_str("</section>\n");
    let of_all: Vec<&Drawn> = figures.iter().filter(|figure| figure.analysis.is_none()).collect();
    if !of_all.is_empty() {
        page.push_str("<section id=\"overview\"><h2>What matters for what</h2>\n");
        for drawn in of_all {
            page.push_str(&one_figure(drawn, "Heat map of groups of parameters against outcomes")?);
        }
        page.push_str("</section>\n");
    }
    for (index, analysis) in study.analyses.iter().enumerate() {
        let name = study.target(analysis.target);
        page.push_str(&format!("<section id=\"target-{index}\"><h2>{}</h2>\n", escape(&name)));
        if let (Some(mean), Some(sd)) = (analysis.mean, analysis.sd) {
            let unit = &record.metrics[analysis.target.metric].2;
            page.push_str(&paragraph(&format!(
                "Mean {} {unit}; standard deviation over parameters and chance {}.",
                readable(mean),
                readable(sd)
            )));
        }
        for drawn in figures.iter().filter(|figure| figure.analysis == Some(index)) {
            page.push_str(&one_figure(drawn, &format!("{name}: {}", meaning(drawn.kind)))?);
        }
        page.push_str(&index_tables(study, analysis));
        page.push_str("</section>\n");
    }
    page.push_str("<section id=\"limits\"><h2>Limits</h2>\n");
    page.push_str(&paragraph(
        "Every index is a statement about this model under the ranges that the scenario gives: a wide range that nobody believes \
         makes a number matter. Numbers that the scenario fixes cannot matter here, however little is known of them. First \
         orders and chance do not sum to one where numbers work together; totals count such joint work once for each.",
    ));
    if !record.failures.is_empty() {
        let reasons: Vec<String> =
            study.reasons().into_iter().map(|(reason, count)| format!("{reason} ({count})")).collect();
        page.push_str(&paragraph(&format!(
            "{}; whatever needs {} was left out: {}.",
            match record.failures.len() {
                1 => "1 trial failed".to_string(),
                count => format!("{count} trials failed"),
            },
            if record.failures.len() == 1 { "it" } else { "one of them" },
            reasons.join("; ")
        )));
    }
    page.push_str("</section>\n<section id=\"repeat\"><h2>How to repeat it</h2>\n");
    page.push_str(&format!("<pre>{}</pre>\n", escape(&record.command)));
    page.push_str(&paragraph(
        "The same study with more rows, into the same folder, runs the further rows only and keeps these. Every index is in \
         indices.csv and indices.parquet, every trial in evaluations.parquet, every parameter with its source in inputs.csv.",
    ));
    page.push_str(&format!(
        "</section>\n</main>\n<footer><p>Made by {}; this page holds everything it shows.</p></footer>\n</body>\n</html>\n",
        escape(&record.program)
    ));
    Ok(page)
}

fn meaning(kind: &str) -> &'static str {
    match kind {
        "shares" => "shares of the variance by group of parameters and by chance",
        "screening" => "strength of each parameter against how far it depends on the others",
        "tornado" => "mean outcome at the low and the high end of each parameter",
        "scatter" => "outcomes against the parameters that swing them most",
        "distances" => "how far each parameter shifts the distribution",
        _ => "what pairs of groups do together",
    }
}

fn one_figure(drawn: &Drawn, alternative: &str) -> Result<String, ReportError> {
    let svg = fs::read_to_string(&drawn.svg).map_err(ReportError::read(&drawn.svg))?;
    Ok(figure(&svg, alternative, alternative))
}

fn index_tables(study: &Study<'_>, analysis: &Analysis) -> String {
    let mut html = String::new();
    for (by, mut groups) in study.ways() {
        let name = |g: usize| Cell::Head(study.record.groups[g].name.clone());
        let members = |g: usize| Cell::Number(study.record.groups[g].members.len().to_string());
        if let Some(shares) = &analysis.shares {
            groups = largest_first(groups, |g| shares.total[*g].value);
            let rows: Vec<Vec<Cell>> = groups
                .iter()
                .take(ROWS)
                .map(|&g| {
                    let share = |e| Cell::Number(percent(e));
                    vec![name(g), members(g), share(&shares.first[g]), share(&shares.total[g])]
                })
                .collect();
            html.push_str(&table(way_title(by), &["Group", "Numbers", "Alone", "With others"], &rows, None));
        }
        let screened = |g: usize| analysis.screened.get(g).and_then(Option::as_ref);
        groups.retain(|&g| screened(g).is_some());
        let size = |g: usize| screened(g).map_or(0.0, |s| s.mu_star.value);
        groups = largest_first(groups, |g| size(*g));
        if !groups.is_empty() {
            let rows: Vec<Vec<Cell>> = groups
                .iter()
                .take(ROWS)
                .filter_map(|&g| screened(g).map(|s| (g, s)))
                .map(|(g, s)| {
                    let number = |v: Option<f64>| Cell::Number(v.map_or("–".to_string(), readable));
                    vec![
                        name(g),
                        Cell::Number(with_error(s.mu_star.value, s.mu_star.half_width())),
                        number(Some(s.mu)),
                        number(s.sigma),
                        number(s.chance),
                    ]
                })
                .collect();
            html.push_str(&table(way_title(by), &["Group", "mu*", "mu", "sigma", "mu* of chance"], &rows, None));
        }
    }
    html
}
