//! `--until`: the rule that ends a run, and what is said of it afterwards.

use indexmap::IndexMap;

use super::Failure;
use crate::experiment::prepared::Prepared;
use crate::experiment::results::Slice;
use crate::experiment::until::{Reached, Rule, Until};
use crate::report::numbers::{readable, signed};

/// Trials per policy at which a run with a rule ends at the latest, where `--trials` does not say otherwise.
pub const MOST_TRIALS: u64 = 100_000;

/// Makes the rule ready for a run of these policies.
pub fn prepare(
    rule: &Rule,
    prepared: &Prepared,
    names: &[&str],
    objective: &IndexMap<String, f64>,
) -> Result<Until, Failure> {
    let columns = prepared.columns();
    let metrics: Vec<&str> = columns.iter().filter(|c| c.slice == Slice::Total).map(|c| c.metric).collect();
    Until::new(rule.clone(), names, &metrics, objective).map_err(|error| Failure::Mistake(format!("--until: {error}")))
}

/// What was reached, in words. `most`: trials at which the run would have ended anyway.
pub fn told(until: &Until, enough: bool, names: &[&str], trials: usize, most: usize) -> String {
    let trials_done = readable(trials as f64);
    let end = if enough {
        format!("reached after {trials_done} trials per policy")
    } else if trials >= most {
        format!(
            "not reached within {trials_done} trials per policy, the most that were allowed; raise it with --trials"
        )
    } else {
        format!("not reached in {trials_done} trials per policy")
    };
    let state = match until.reached() {
        Reached::Difference { mean, half_width, asked } => {
            let known = half_width.map_or("an unknown amount".to_string(), readable);
            format!("difference {} ± {known}, asked for ± {}", signed(mean), readable(asked))
        }
        Reached::Ranking { order, told } => {
            let order: Vec<&str> = order.iter().map(|p| names[*p]).collect();
            let apart = match told {
                0 => "the first is not told from those below".to_string(),
                _ if told == order.len() => "all are told from each other".to_string(),
                _ => format!("told from those below: the first {told}"),
            };
            format!("from the best by the objective: {}; {apart}", order.join(", "))
        }
    };
    format!(
        "--until \"{}\": {end}\n  {state}\n  This holds for looking after every wave (asymptotic confidence sequence); other intervals are those of a \
         number of trials fixed beforehand.",
        until.rule()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::Outcomes;
    use crate::experiment::run::StoppingRule;

    #[test]
    fn words_tell_what_was_reached_and_what_to_do_otherwise() {
        let rule: Rule = "killed: a vs b ± 20".parse().unwrap();
        let mut until = Until::new(rule, &["a", "b"], &["killed"], &IndexMap::new()).unwrap();
        until.enough(&Outcomes::default());
        let short = told(&until, false, &["a", "b"], 500, 500);
        assert!(short.contains("--until \"killed: a vs b ± 20\": not reached within 500 trials"), "{short}");
        assert!(short.contains("raise it with --trials") && short.contains("± an unknown amount"), "{short}");
        let ranking = Until::new("ranking: 1 at 95 %".parse().unwrap(), &["a", "b"], &[], &IndexMap::new()).unwrap();
        let text = told(&ranking, true, &["a", "b"], 2000, 5000);
        assert!(
            text.contains("reached after 2,000 trials")
                && text.contains("a, b; the first is not told from those below"),
            "{text}"
        );
    }
}
