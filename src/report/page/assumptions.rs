//! The assumptions of the page: grades, what they are worth knowing, and every parameter with its source.

use super::PageInputs;
use super::markup::{Cell, paragraph, table};
use crate::experiment::compare::OBJECTIVE;
use crate::experiment::information::MeasureSplit;
use crate::report::numbers::readable;

/// The whole section.
pub fn section(inputs: &PageInputs<'_>) -> String {
    let mut html = grades(inputs);
    html.push_str(&split(inputs));
    html.push_str(&worth_knowing(inputs));
    html.push_str(&every_parameter(inputs));
    html
}

fn grades(inputs: &PageInputs<'_>) -> String {
    let meaning = [("A", "stated by the cited source"), ("B", "derived from sourced figures"), ("C", "assumed")];
    let rows: Vec<Vec<Cell>> = meaning
        .iter()
        .map(|(grade, meaning)| {
            let of = |uncertain: bool| {
                let count =
                    inputs.saved.parameters.iter().filter(|p| p.grade == *grade && (!uncertain || p.is_uncertain));
                Cell::Number(count.count().to_string())
            };
            let effect = inputs.findings.information.grades.iter().find(|g| g.grade == *grade);
            let effect = effect.map_or_else(
                || "–".to_string(),
                |g| format!("{:.0} % ± {:.0}", 100.0 * g.share, 100.0 * 2.0 * g.error),
            );
            vec![Cell::Head(format!("{grade}: {meaning}")), of(false), of(true), Cell::Number(effect)]
        })
        .collect();
    let caption = "Parameters by grade. Share: of the variance of the difference between the two best policies, summed \
                   over parameters taken one at a time; what acts only together, and chance, is not in it";
    table(caption, &["Grade", "Parameters", "Drawn in each trial", "Share of variance"], &rows, None)
}

fn split(inputs: &PageInputs<'_>) -> String {
    let (objective, others): (Vec<&MeasureSplit>, Vec<&MeasureSplit>) =
        inputs.findings.information.splits.iter().partition(|s| s.metric == OBJECTIVE);
    let Some(first) = objective.first().or(others.first()) else { return String::new() };
    let caption = format!(
        "Share of the variance that comes from not knowing the parameters; the rest is chance within a history. From two \
         histories of the same parameters in each of {} trials. Last: by how much pairing cuts the variance that is owed to \
         chance, which is all that it can cut",
        first.split.n
    );
    let mut html = String::from("<h3>Ignorance and chance</h3>\n");
    if !objective.is_empty() {
        html.push_str(&split_table(&caption, &objective, inputs));
    }
    if !others.is_empty() {
        html.push_str(&format!(
            "<details><summary>The same for every headline metric ({} measures)</summary>\n{}</details>\n",
            others.len(),
            split_table(&caption, &others, inputs)
        ));
    }
    html
}

fn split_table(caption: &str, splits: &[&MeasureSplit], inputs: &PageInputs<'_>) -> String {
    let rows: Vec<Vec<Cell>> = splits
        .iter()
        .map(|s| {
            let name =
                if s.metric == OBJECTIVE { "Objective".to_string() } else { inputs.findings.metric_label(&s.metric) };
            let label = &inputs.saved.policies[s.policy].label;
            let what = if s.difference { format!("{name}: {label} less baseline") } else { format!("{name}: {label}") };
            let share = s.split.share.map_or("–".to_string(), |x| format!("{:.0} %", 100.0 * x.clamp(0.0, 1.0)));
            let interval = s.split.interval.map_or("–".to_string(), |(l, h)| {
                format!("{:.0} to {:.0} %", 100.0 * l.clamp(0.0, 1.0), 100.0 * h.clamp(0.0, 1.0))
            });
            let pairing = s.pairing_of_chance.map_or("–".to_string(), |factor| format!("{factor:.1}"));
            vec![Cell::Head(what), Cell::Number(share), Cell::Number(interval), Cell::Number(pairing)]
        })
        .collect();
    table(caption, &["Measure", "Owed to parameters", "95 % interval", "Pairing of chance"], &rows, None)
}

fn worth_knowing(inputs: &PageInputs<'_>) -> String {
    let information = &inputs.findings.information;
    if information.parameters.is_empty() {
        return String::new();
    }
    let mut html = String::from("<h3>What would change the answer</h3>\n");
    if let Some(foresight) = information.foresight {
        html.push_str(&paragraph(&format!(
            "Foreseeing everything, chance included, would lower the mean loss by {}. Knowing one parameter before \
             choosing is worth at most what this table says; zero means that shuffled values do as well.",
            readable(foresight)
        )));
    }
    let rows: Vec<Vec<Cell>> = information
        .parameters
        .iter()
        .map(|p| {
            vec![
                Cell::Head(p.path.clone()),
                Cell::Text(p.grade.clone()),
                Cell::Number(format!("{:.1} %", 100.0 * p.main_effect)),
                Cell::Number(readable(p.value.value)),
                Cell::Number(format!("{:.0} %", 100.0 * p.value.switches)),
            ]
        })
        .collect();
    let rivals = information.rivals.map_or(String::new(), |(a, b)| {
        let label = |p: usize| inputs.saved.policies[p].label.as_str();
        format!(" (of the difference between {} and {})", label(a), label(b))
    });
    let caption = format!("The parameters with the largest effect{rivals}; worth in units of the objective");
    let header = ["Parameter", "Grade", "Share of variance", "Worth of knowing it", "Other choice in"];
    html.push_str(&table(&caption, &header, &rows, None));
    html
}

fn every_parameter(inputs: &PageInputs<'_>) -> String {
    let rows: Vec<Vec<Cell>> = inputs
        .saved
        .parameters
        .iter()
        .map(|p| {
            let source = match (&p.source, &p.note) {
                (Some(source), Some(note)) => format!("{source}; {note}"),
                (Some(text), None) | (None, Some(text)) => text.clone(),
                (None, None) if p.is_default => "the engine's default".to_string(),
                (None, None) => "no source given".to_string(),
            };
            vec![
                Cell::Head(p.path.clone()),
                Cell::Text(p.value.clone()),
                Cell::Text(p.grade.clone()),
                Cell::Text(source),
            ]
        })
        .collect();
    format!(
        "<details><summary>Every parameter with its value, grade and source ({})</summary>\n{}</details>\n",
        rows.len(),
        table("All parameters", &["Parameter", "Value", "Grade", "Source"], &rows, None)
    )
}
