//! The sentences of the page: what the trials tell, and plainly where they do not.

use super::PageInputs;
use super::markup::{escape, paragraph};
use crate::experiment::compare::{AgainstBaseline, Measured, OBJECTIVE, Verdict};
use crate::report::numbers::{readable, signed};

/// Question and answer.
pub fn answer(inputs: &PageInputs<'_>) -> String {
    let saved = inputs.saved;
    let label = |p: usize| saved.policies[p].label.as_str();
    let mut html = format!(
        "<p><strong>Question.</strong> Which of {} policies does best by the objective ({}), and how sure is that?</p>\n",
        saved.policies.len(),
        escape(&objective(inputs))
    );
    let Some(comparison) = &inputs.findings.comparison else {
        html.push_str(&paragraph("There are no trials to answer it with."));
        return html;
    };
    let Some(best) = &comparison.best else {
        html.push_str(&paragraph("One trial does not tell: run at least two."));
        return html;
    };
    let loss = comparison.measures.iter().find(|m| m.name == OBJECTIVE);
    let sure = match best.confidence {
        c if c >= 0.999 => "The trials leave no doubt that its mean is the lowest of all".to_string(),
        c if c >= 0.95 => format!("With {:.0} % confidence its mean is the lowest of all", 100.0 * c),
        _ => match comparison.trials_to_name_the_best {
            Some(n) if n > saved.trials as u64 => format!(
                "These {} trials do not tell it from the next best; about {} would",
                saved.trials,
                readable(n as f64)
            ),
            _ => "The trials do not tell it from the next best".to_string(),
        },
    };
    let often = loss
        .and_then(|m| m.policies[best.index].best?.estimate)
        .map_or_else(String::new, |share| format!("; in single histories it is the best in {:.0} %", 100.0 * share));
    html.push_str(&format!(
        "<p class=\"lead\"><strong>Answer.</strong> Under the scenario's assumptions {} has the lowest mean loss. {sure}{often}.</p>\n",
        escape(label(best.index))
    ));
    if best.index != saved.baseline
        && let Some(against) = loss.and_then(|m| m.policies[best.index].against.as_ref())
    {
        html.push_str(&paragraph(&format!(
            "Against {} (the baseline) its loss differs by {}.",
            label(saved.baseline),
            difference(against)
        )));
    }
    html.push_str(&paragraph(&warning(inputs)));
    html
}

/// The objective in words.
pub fn objective(inputs: &PageInputs<'_>) -> String {
    let terms: Vec<String> = inputs
        .saved
        .objective
        .iter()
        .map(|(metric, weight)| {
            let name = inputs.findings.metric_label(metric).to_lowercase();
            if *weight == 1.0 { name } else { format!("{} × {name}", readable(*weight)) }
        })
        .collect();
    if terms.is_empty() { "none is stated".to_string() } else { format!("fewer is better: {}", terms.join(" + ")) }
}

/// A mean difference with its interval.
pub fn difference(against: &AgainstBaseline) -> String {
    let mean = signed(against.difference.mean);
    against
        .difference
        .interval
        .map_or(mean.clone(), |(low, high)| format!("{mean} (95 % interval {} to {})", signed(low), signed(high)))
}

/// What the trials say about a difference, in words.
pub fn verdict(measured: &Measured, against: &AgainstBaseline, trials: usize) -> String {
    use crate::experiment::compare::Better;
    let open = || match against.trials_needed {
        Some(n) if n > trials as u64 => format!("the trials do not tell; about {} would", readable(n as f64)),
        _ => "the trials do not tell".to_string(),
    };
    match (against.verdict(), measured.better) {
        (Verdict::Open, _) => open(),
        (Verdict::Equal, _) => "the same in every trial".to_string(),
        (Verdict::Lower, Better::Lower) | (Verdict::Higher, Better::Higher) => "better".to_string(),
        (Verdict::Lower, Better::Higher) | (Verdict::Higher, Better::Lower) => "worse".to_string(),
        (Verdict::Lower, Better::Neither) => "lower".to_string(),
        (Verdict::Higher, Better::Neither) => "higher".to_string(),
    }
}

/// How far the answer rests on assumptions.
fn warning(inputs: &PageInputs<'_>) -> String {
    let assumed = inputs.saved.parameters.iter().filter(|p| p.grade == "C").count();
    let all = inputs.saved.parameters.len();
    let information = &inputs.findings.information;
    let mut text = format!("{assumed} of {all} parameters are assumptions (grade C).");
    if let Some(share) = information.grades.iter().find(|g| g.grade == "C").filter(|g| g.share > 4.0 * g.error) {
        text.push_str(&format!(
            " They account for {:.0} % ± {:.0} of the variance of the difference between the two best policies, each counted alone.",
            100.0 * share.share.min(1.0),
            100.0 * 2.0 * share.error
        ));
    }
    match information.parameters.first().filter(|p| p.value.value > 0.0) {
        Some(first) => text.push_str(&format!(
            " The one that could most change the choice is {} (grade {}): knowing it would lead to another choice in {:.0} % of trials.",
            first.path,
            first.grade,
            100.0 * first.value.switches
        )),
        None => text.push_str(" No single parameter, if known, would change the choice as far as these trials can tell."),
    }
    text
}

/// What the page cannot say.
pub fn limits(inputs: &PageInputs<'_>) -> String {
    let mut html = String::from("<ul>\n");
    let texts = [
        "The model explores what follows from its assumptions. It predicts no single event, and no figure here is a forecast.",
        "Intervals tell how sure the simulation is of its own means. They do not tell whether the model is right.",
        "It works at the level of strategy: counts, rates and shares. Whatever depends on places, persons or tactics is outside it.",
        "Ranges of assumed parameters are the author's judgement. Another author's ranges could give another answer.",
        "Fighters, money and deaths are counted the same way under all policies; what is not counted (rights, law, trust in the state beyond what is modelled) does not enter the objective.",
    ];
    for text in texts {
        html.push_str(&format!("<li>{}</li>\n", escape(text)));
    }
    if inputs.saved.interrupted {
        html.push_str("<li>The run was stopped early: fewer trials were made than asked for.</li>\n");
    }
    if !inputs.saved.left_out.is_empty() {
        html.push_str(&format!("<li>{}</li>\n", escape(&failed(&inputs.saved.left_out))));
    }
    html.push_str("</ul>\n");
    html
}

/// Names at most so many of the trials that failed.
const NAMED: usize = 20;

/// Which trials failed and are in no figure of the page.
fn failed(left_out: &[u64]) -> String {
    let mut numbers: Vec<String> = left_out.iter().take(NAMED).map(u64::to_string).collect();
    if left_out.len() > NAMED {
        numbers.push(format!("{} more", left_out.len() - NAMED));
    }
    let (trials, verb) = if left_out.len() == 1 { ("trial", "is") } else { ("trials", "are") };
    format!(
        "{} {trials} failed and {verb} left out under every policy, number {}. failures.csv has the reasons and the commands that run them again.",
        left_out.len(),
        numbers.join(", ")
    )
}

/// How anyone gets the same page.
pub fn repeat(inputs: &PageInputs<'_>) -> String {
    let saved = inputs.saved;
    format!(
        "<p>The same scenario, seed and version give the same results to the last bit, on any number of threads.</p>\n\
         <pre>{}</pre>\n<p class=\"faint\">{}; seed {}; {} trials per policy; fingerprint {}.</p>\n",
        escape(&saved.command),
        escape(&saved.program),
        saved.seed,
        saved.trials,
        escape(&saved.fingerprint)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_trials_are_named_and_counted_where_there_are_many() {
        assert!(failed(&[17]).starts_with("1 trial failed and is left out under every policy, number 17. "));
        assert!(failed(&[3, 17]).starts_with("2 trials failed and are left out under every policy, number 3, 17. "));
        let many: Vec<u64> = (0..25).collect();
        assert!(failed(&many).contains("18, 19, 5 more. "));
    }
}
