//! What a study found, in sentences: each says no more than its interval bears.

use super::{Study, way_title};
use crate::experiment::sensitivity::analysis::Analysis;
use crate::report::numbers::readable;
use crate::statistics::order::largest_first;
use crate::statistics::sensitivity::Estimate;

/// The least share that a sentence names: less would be told as 0 %.
const WORTH_TELLING: f64 = 0.005;
/// Names told in a sentence.
const TOLD: usize = 3;

/// Sentences about one target.
pub fn sentences(study: &Study<'_>, analysis: &Analysis) -> Vec<String> {
    match (&analysis.shares, analysis.screened.is_empty()) {
        (Some(_), _) => shares(study, analysis),
        (None, false) => screening(study, analysis),
        (None, true) => vec![format!("{} does not vary, or too few rows are whole.", study.target(analysis.target))],
    }
}

/// `62 % ± 5`.
pub fn percent(estimate: &Estimate) -> String {
    format!("{:.0} % ± {:.0}", 100.0 * estimate.value.clamp(0.0, 1.0), (100.0 * estimate.half_width()).ceil())
}

fn of_what(study: &Study<'_>, analysis: &Analysis) -> String {
    let name = study.target(analysis.target);
    let mut letters = name.chars();
    let lower = letters.next().map_or(String::new(), |first| first.to_lowercase().chain(letters).collect());
    match analysis.target.less {
        None => format!("the variance of {lower}"),
        Some(_) => format!("the variance of the difference in {lower}"),
    }
}

fn shares(study: &Study<'_>, analysis: &Analysis) -> Vec<String> {
    let Some(shares) = &analysis.shares else { return Vec::new() };
    let what = of_what(study, analysis);
    let mut told = Vec::new();
    let lead = |by: &str| if by == "each" { "Of single numbers" } else { way_title(by) };
    let find = |by: &str, name: &str| study.record.groups.iter().position(|g| g.by == by && g.name == name);
    let founded = [
        ("source", "without a source", "parameters without a source"),
        ("grade", "C: assumed", "parameters that are assumptions (grade C)"),
    ];
    for (g, words) in founded.into_iter().filter_map(|(by, name, words)| Some((find(by, name)?, words))) {
        told.push(format!(
            "{} of {what} comes from {words} ({} of {} uncertain numbers).",
            percent(&shares.first[g]),
            study.record.groups[g].members.len(),
            study.inputs.len()
        ));
    }
    if let Some(chance) = &shares.chance {
        told.push(format!("{} is chance within histories, which no knowledge of parameters removes.", percent(chance)));
    }
    for (by, members) in study.ways() {
        if ["grade", "source"].contains(&by) {
            continue;
        }
        let told_from_none = |g: &usize| shares.total[*g].low > 0.0 && shares.total[*g].value >= WORTH_TELLING;
        let leading = members.into_iter().filter(told_from_none).collect();
        let leading: Vec<usize> = largest_first(leading, |g| shares.total[*g].value);
        let names: Vec<String> = leading
            .iter()
            .take(TOLD)
            .map(|&g| format!("{} ({})", study.record.groups[g].name, percent(&shares.total[g])))
            .collect();
        match names.is_empty() {
            true => told.push(format!("{}, no group can be told from none at this number of rows.", lead(by))),
            false => {
                told.push(format!("{}, these matter most, interactions included: {}.", lead(by), names.join(", ")))
            }
        }
    }
    if shares.dropped > 0 {
        let (rows, them) = if shares.dropped == 1 { ("row was", "it") } else { ("rows were", "each of them") };
        told.push(format!("{} base {rows} left out because a trial in {them} failed.", shares.dropped));
    }
    told
}

fn screening(study: &Study<'_>, analysis: &Analysis) -> Vec<String> {
    let groups = &study.record.groups;
    let ranked: Vec<(usize, f64, bool)> = analysis
        .screened
        .iter()
        .enumerate()
        .filter_map(|(g, s)| s.as_ref().map(|s| (g, s.mu_star.value, s.mu_star.low > s.chance.unwrap_or(0.0))))
        .collect();
    let ranked = largest_first(ranked, |one| one.1);
    let sure = ranked.iter().filter(|one| one.2).count();
    let unit = &study.record.metrics[analysis.target.metric].2;
    let names: Vec<String> = ranked
        .iter()
        .filter(|one| one.2)
        .take(TOLD)
        .map(|(g, size, _)| format!("{} ({} {unit} over its whole range)", groups[*g].name, readable(*size)))
        .collect();
    let dropped: usize = analysis.screened.iter().flatten().map(|s| s.dropped).sum();
    let mut told = vec![format!(
        "{}: {sure} of {} {} work more strongly than chance would let them appear to.",
        study.target(analysis.target),
        ranked.len(),
        if groups.first().is_some_and(|g| g.by == "each") { "uncertain numbers" } else { "groups of numbers" }
    )];
    if !names.is_empty() {
        told.push(format!("The strongest: {}.", names.join(", ")));
    }
    if dropped > 0 {
        let effects = if dropped == 1 { "effect was" } else { "effects were" };
        told.push(format!("{dropped} elementary {effects} left out because a trial failed that they need."));
    }
    told
}
