//! The page of a sweep: question, answer with its uncertainty, figures, what was varied, limits, how to repeat it.

use std::collections::BTreeMap;
use std::path::Path;

use super::SweepResults;
use crate::experiment::sweep::figures::Best;
use crate::report::ReportError;
use crate::report::numbers::readable;
use crate::report::page::STYLE;
use crate::report::page::markup::{Cell, escape, figure, paragraph, table};
use crate::report::plots::sweep::Drawn;
use crate::report::whole_file::write_whole;
use crate::scenario::diagnostic::plural;

/// Writes the page; `plots` holds the figures as SVG.
///
/// # Errors
/// [`ReportError::Write`] with the path.
pub fn write(path: &Path, results: &SweepResults, drawn: &[Drawn], plots: &Path) -> Result<(), ReportError> {
    let html = html(results, drawn, plots);
    write_whole(path, |file| std::io::Write::write_all(file, html.as_bytes()))
}

fn html(results: &SweepResults, drawn: &[Drawn], plots: &Path) -> String {
    let title = escape(&results.title);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">To the answer</a>\n<header>\n<h1>{title}</h1>\n"
    );
    let stopped = if results.ended.interrupted { " The sweep was stopped early." } else { "" };
    page.push_str(&format!(
        "<p class=\"faint\">A sweep of {}: {} of {} points, {} trials of each of {} policies at each, seed {}.{stopped}</p>\n",
        escape(results.scenario.trim_end_matches('.')),
        results.ended.points,
        results.wanted,
        results.ended.least_trials,
        results.policies.len(),
        results.seed,
    ));
    if let Some(description) = &results.description {
        page.push_str(&paragraph(description));
    }
    page.push_str("</header>\n<main>\n<section id=\"answer\" class=\"answer\" aria-label=\"Answer\">\n");
    for sentence in answer(results) {
        page.push_str(&paragraph(&sentence));
    }
    page.push_str("</section>\n<section id=\"figures\"><h2>Figures</h2>\n");
    for one in drawn {
        if let Ok(svg) = std::fs::read_to_string(plots.join(format!("{}.svg", one.name))) {
            page.push_str(&figure(&svg, &one.alternative, &one.caption));
        }
    }
    if results.points.len() < results.ended.points {
        let shown = format!(
            "The figures show {} of the {} points, spread over all; the tables hold every one.",
            results.points.len(),
            results.ended.points
        );
        page.push_str(&paragraph(&shown));
    }
    page.push_str("</section>\n<section id=\"varied\"><h2>What was varied</h2>\n");
    page.push_str(&varied(results));
    page.push_str("</section>\n<section id=\"limits\"><h2>Limits</h2>\n<ul>\n");
    for text in limits(results) {
        page.push_str(&format!("<li>{}</li>\n", escape(&text)));
    }
    page.push_str(&format!(
        "</ul>\n</section>\n<section id=\"repeat\"><h2>How to repeat it</h2>\n\
         <p>The same study, scenario, seed and version give the same results to the last bit, on any number of threads. \
         More points, or more trials, leave the trials that were made as they are.</p>\n<pre>{}</pre>\n\
         <p class=\"faint\">{}; seed {}; fingerprint {}.</p>\n</section>\n</main>\n\
         <footer><p>Made by {}; this page holds everything it shows.</p></footer>\n</body>\n</html>\n",
        escape(&results.command),
        escape(&results.program),
        results.seed,
        escape(&results.fingerprint),
        escape(&results.program),
    ));
    page
}

/// Which policy is best where, and how far the trials made can tell.
pub fn answer(results: &SweepResults) -> Vec<String> {
    let told: Vec<Best> = results.points.iter().filter_map(|point| point.best).collect();
    let mut sentences = Vec::new();
    if told.is_empty() {
        sentences.push("The figures show how the outcome changes with what was varied.".to_string());
    } else {
        let mut wins: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for best in &told {
            let count = wins.entry(best.policy).or_default();
            count.0 += 1;
            count.1 += usize::from(best.is_settled());
        }
        let mut order: Vec<(&usize, &(usize, usize))> = wins.iter().collect();
        order.sort_by_key(|(policy, (count, _))| (std::cmp::Reverse(*count), **policy));
        for (policy, (count, settled)) in order {
            let surely = match settled {
                0 => "nowhere with 95 % confidence".to_string(),
                all if all == count => "everywhere there with 95 % confidence".to_string(),
                some => format!("at {some} of them with 95 % confidence"),
            };
            let name = &results.policies[*policy];
            sentences.push(format!(
                "{name} has the lowest mean objective ({}) at {count} of {} points, {surely}.",
                results.objective,
                told.len()
            ));
        }
        let open: Vec<&Best> = told.iter().filter(|best| !best.is_settled()).collect();
        if !open.is_empty() {
            let needed = open.iter().filter_map(|best| best.needed).max();
            let needed = needed.map_or(String::new(), |trials| {
                format!(" About {} trials per point would settle the closest of them.", readable(trials as f64))
            });
            let points = plural(open.len(), "point");
            sentences.push(format!("At {} {points} the trials made do not settle who is best.{needed}", open.len()));
        }
    }
    if results.ended.refused + results.ended.failed_trials > 0 {
        sentences.push(format!(
            "{} {} could not be run and {} {} failed; failed.csv says why. First: {}.",
            results.ended.refused,
            plural(results.ended.refused, "point"),
            results.ended.failed_trials,
            plural(results.ended.failed_trials, "trial"),
            results.failures.first().map_or("no reason given", String::as_str)
        ));
    }
    sentences
}

fn varied(results: &SweepResults) -> String {
    let rows: Vec<Vec<Cell>> = results
        .axes
        .iter()
        .map(|axis| {
            let values = match axis.levels.as_slice() {
                [] => "sampled".to_string(),
                levels if levels.len() <= 8 => {
                    levels.iter().map(|level| axis.shown(*level)).collect::<Vec<_>>().join(", ")
                }
                [first, .., last] => {
                    format!("{} values from {} to {}", axis.levels.len(), axis.shown(*first), axis.shown(*last))
                }
                [only] => axis.shown(*only),
            };
            vec![
                Cell::Head(axis.label.clone()),
                Cell::Text(axis.path.clone()),
                Cell::Text(values),
                Cell::Text(axis.unit.clone()),
                Cell::Text(axis.written.clone()),
            ]
        })
        .collect();
    table("Varied", &["name", "path", "values", "unit", "in the scenario"], &rows, None)
}

fn limits(results: &SweepResults) -> Vec<String> {
    let mut texts = vec![
        "The model explores what follows from its assumptions. It predicts no single event, and no figure here is a forecast."
            .to_string(),
        "All numbers that were not varied are drawn from the scenario's ranges, alike at all points.".to_string(),
        "Intervals tell how sure the simulation is of its own means. They do not tell whether the model is right.".to_string(),
        "A value that was tried is not thereby plausible: the ends of what was varied may lie outside what anyone believes."
            .to_string(),
    ];
    if results.ended.interrupted {
        texts.push("The sweep was stopped early: it has fewer trials or points than asked for.".to_string());
    }
    texts
}
