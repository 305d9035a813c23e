//! When a run has trials enough: the rule of `--until`, read from text and asked after every wave of blocks.
//!
//! `killed: talks vs status-quo ± 20` ends the run when the mean paired difference is known within 20 either way, `± 5 %`
//! when it is known within 5 % of the second policy's mean; `ranking: 3 at 95 %` when the three policies with the
//! smallest mean objective are told from each other and from all others. The error of looking often is bounded by a
//! confidence sequence ([`crate::statistics::sequential`]): the interval covers the difference after all waves at once with
//! probability 95 % (or as stated), so that it also does after the last. For a ranking that holds for all pairs of
//! policies together, by Bonferroni's inequality. The decision depends on outcomes alone and waves are of fixed size, so
//! the number of trials is the same on every machine and for any number of threads.

use std::fmt;

use indexmap::IndexMap;

use super::compare::{OBJECTIVE, losses_from};
use super::results::Outcomes;
use super::run::StoppingRule;
use crate::statistics::order::ascending;
use crate::statistics::sequential::{ConfidenceSequence, Running};

/// Trials at which the sequences are tightest.
const TIGHTEST_AT: usize = 4000;
/// Probability that an interval of a difference errs at any look.
const ALPHA: f64 = 0.05;

/// A rule as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// A paired difference known well enough.
    Difference {
        /// Name of a metric, or `objective`.
        metric: String,
        /// The policy.
        first: String,
        /// The policy that it is compared with.
        second: String,
        /// How well.
        within: Within,
    },
    /// The first policies told apart by the objective.
    Ranking {
        /// How many.
        first: usize,
        /// With what confidence, above 0 and below 1.
        confidence: f64,
    },
}

/// Half-width of the interval that is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Within {
    /// In the unit of the metric.
    Amount(f64),
    /// As a share of the mean of the second policy.
    Share(f64),
}

/// A rule that cannot be read or does not fit the run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RuleError(String);

const FORMS: &str =
    "write for instance `killed: talks vs status-quo ± 20` (or `+- 20`, or `± 5 %`), or `ranking: 3 at 95 %`";

impl std::str::FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let wrong = |what: &str| RuleError(format!("cannot read `{text}`: {what}; {FORMS}"));
        let (subject, rest) = text.split_once(':').ok_or_else(|| wrong("there is no `:`"))?;
        let subject = subject.trim();
        if subject == "ranking" {
            let (first, confidence) = rest.split_once(" at ").ok_or_else(|| wrong("there is no ` at `"))?;
            let first = first.trim().parse().ok().filter(|n| *n >= 1);
            let first = first.ok_or_else(|| wrong("how many of the first is a whole number from 1"))?;
            let confidence = percentage(confidence).filter(|c| (0.5..1.0).contains(c));
            let confidence = confidence.ok_or_else(|| wrong("the confidence is from 50 % to below 100 %"))?;
            return Ok(Rule::Ranking { first, confidence });
        }
        let separator = ["±", "+-", "+/-"].into_iter().filter_map(|s| Some((rest.rfind(s)?, s.len()))).max();
        let (at, length) = separator.ok_or_else(|| wrong("there is no `±`"))?;
        let (policies, amount) = (&rest[..at], rest[at + length..].trim());
        let (first, second) = policies.split_once(" vs ").ok_or_else(|| wrong("there is no ` vs `"))?;
        let within = match percentage(amount) {
            Some(share) => Within::Share(share),
            None => {
                Within::Amount(amount.replace([',', '_'], "").parse().map_err(|_| wrong("after `±` comes a number"))?)
            }
        };
        let (Within::Amount(size) | Within::Share(size)) = within;
        if !(size.is_finite() && size > 0.0) {
            return Err(wrong("after `±` comes a number above zero"));
        }
        let [metric, first, second] = [subject, first, second].map(|name| name.trim().to_string());
        if metric.is_empty() || first.is_empty() || second.is_empty() {
            return Err(wrong("a name is missing"));
        }
        if first == second {
            return Err(wrong("it takes two different policies"));
        }
        Ok(Rule::Difference { metric, first, second, within })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Difference { metric, first, second, within } => {
                write!(f, "{metric}: {first} vs {second} ± ")?;
                match within {
                    Within::Amount(amount) => write!(f, "{amount}"),
                    Within::Share(share) => write!(f, "{} %", share * 100.0),
                }
            }
            Self::Ranking { first, confidence } => write!(f, "ranking: {first} at {} %", confidence * 100.0),
        }
    }
}

/// `5 %` as 0.05; `None` where there is no percent sign.
fn percentage(text: &str) -> Option<f64> {
    Some(text.trim().strip_suffix('%')?.trim().parse::<f64>().ok()? / 100.0)
}

/// How far a rule was met when the run ended. Numbers are in the unit of the metric.
#[derive(Debug, Clone, PartialEq)]
pub enum Reached {
    /// Of a difference.
    Difference {
        /// Mean paired difference, first less second.
        mean: f64,
        /// Half-width of its interval; `None` for fewer than two trials.
        half_width: Option<f64>,
        /// Half-width that was asked for.
        asked: f64,
    },
    /// Of a ranking.
    Ranking {
        /// Policies (indices) by mean objective, the best first.
        order: Vec<usize>,
        /// So many of the first are told from all below them, counted from the best.
        told: usize,
    },
}

/// A rule at work: takes trials as they come.
#[derive(Debug)]
pub struct Until {
    rule: Rule,
    objective: IndexMap<String, f64>,
    sequence: ConfidenceSequence,
    /// Pairs of policies whose difference is followed, first less second.
    pairs: Vec<(usize, usize)>,
    differences: Vec<Running>,
    /// Mean of each policy's values.
    levels: Vec<Running>,
    /// Trials taken in.
    seen: usize,
}

impl Until {
    /// A rule for a run of these policies. `objective`: weight per unit of each metric; `metrics`: names that the
    /// outcomes hold.
    ///
    /// # Errors
    /// Names that do not exist or do not run.
    pub fn new(
        rule: Rule,
        policies: &[&str],
        metrics: &[&str],
        objective: &IndexMap<String, f64>,
    ) -> Result<Self, RuleError> {
        let position = |name: &str| {
            let known = policies.join(", ");
            policies
                .iter()
                .position(|p| *p == name)
                .ok_or_else(|| RuleError(format!("no policy that runs is called `{name}`; there are {known}")))
        };
        let (pairs, alpha) = match &rule {
            Rule::Difference { metric, first, second, .. } => {
                if metric != OBJECTIVE && !metrics.contains(&metric.as_str()) {
                    return Err(RuleError(format!(
                        "no metric is called `{metric}`; there are {OBJECTIVE}, {}",
                        metrics.join(", ")
                    )));
                }
                (vec![(position(first)?, position(second)?)], ALPHA)
            }
            Rule::Ranking { first, confidence } => {
                if *first >= policies.len() {
                    return Err(RuleError(format!(
                        "a ranking of the first {first} takes more policies than the {} that run",
                        policies.len()
                    )));
                }
                let pairs: Vec<(usize, usize)> =
                    (0..policies.len()).flat_map(|a| (a + 1..policies.len()).map(move |b| (a, b))).collect();
                let alpha = (1.0 - confidence) / pairs.len() as f64;
                (pairs, alpha)
            }
        };
        Ok(Self {
            rule,
            objective: objective.clone(),
            sequence: ConfidenceSequence::tightest_at(TIGHTEST_AT, alpha),
            differences: vec![Running::default(); pairs.len()],
            pairs,
            levels: vec![Running::default(); policies.len()],
            seen: 0,
        })
    }

    /// The rule as written.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// How far it is met with the trials taken in so far.
    pub fn reached(&self) -> Reached {
        let half_width = |running: &Running| self.sequence.half_width(running.n(), running.sd());
        match &self.rule {
            Rule::Difference { within, .. } => {
                let asked = match within {
                    Within::Amount(amount) => *amount,
                    Within::Share(share) => share * self.levels[self.pairs[0].1].mean().abs(),
                };
                let running = &self.differences[0];
                Reached::Difference { mean: running.mean(), half_width: half_width(running), asked }
            }
            Rule::Ranking { .. } => {
                // Policies of equal means stay in the scenario's order.
                let order = ascending(&self.levels.iter().map(Running::mean).collect::<Vec<f64>>());
                let apart = |a: usize, b: usize| {
                    let pair = self.pairs.iter().position(|p| *p == (a.min(b), a.max(b)));
                    pair.is_some_and(|i| {
                        let running = &self.differences[i];
                        half_width(running).is_some_and(|half| running.mean().abs() > half)
                    })
                };
                let told = (0..order.len())
                    .take_while(|rank| order[rank + 1..].iter().all(|below| apart(order[*rank], *below)))
                    .count();
                Reached::Ranking { order, told }
            }
        }
    }

    fn is_met(&self) -> bool {
        match (self.reached(), &self.rule) {
            (Reached::Difference { half_width, asked, .. }, _) => half_width.is_some_and(|half| half <= asked),
            (Reached::Ranking { told, .. }, Rule::Ranking { first, .. }) => told >= *first,
            _ => false,
        }
    }
}

impl StoppingRule for Until {
    fn enough(&mut self, outcomes: &Outcomes) -> bool {
        let from = self.seen;
        let single = match &self.rule {
            Rule::Difference { metric, .. } if metric != OBJECTIVE => Some((metric.clone(), 1.0)),
            _ => None,
        };
        let weights = single.map_or_else(|| self.objective.clone(), |one| IndexMap::from([one]));
        let values: Vec<Vec<f64>> =
            (0..self.levels.len()).map(|policy| losses_from(outcomes, &weights, policy, from)).collect();
        for ((first, second), running) in self.pairs.iter().zip(&mut self.differences) {
            values[*first].iter().zip(&values[*second]).for_each(|(a, b)| running.add(a - b));
        }
        for (values, running) in values.iter().zip(&mut self.levels) {
            values.iter().for_each(|value| running.add(*value));
        }
        self.seen = outcomes.trials;
        self.is_met()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::results::{Column, PolicyOutcomes, Slice};

    fn difference(within: Within) -> Rule {
        Rule::Difference { metric: "killed".into(), first: "talks".into(), second: "status-quo".into(), within }
    }

    #[test]
    fn rules_are_read_in_every_spelling_and_written_back() {
        for (text, within) in [
            ("killed: talks vs status-quo ± 20", Within::Amount(20.0)),
            ("killed:talks vs status-quo+-1,500", Within::Amount(1500.0)),
            ("killed: talks vs status-quo +/- 0.5", Within::Amount(0.5)),
            ("killed: talks vs status-quo ±5%", Within::Share(0.05)),
            ("killed: talks vs status-quo +- 5 %", Within::Share(0.05)),
        ] {
            let rule: Rule = text.parse().unwrap();
            assert_eq!(rule, difference(within), "{text}");
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        let ranking: Rule = "ranking: 3 at 95 %".parse().unwrap();
        assert_eq!(ranking, Rule::Ranking { first: 3, confidence: 0.95 });
        assert_eq!(ranking.to_string(), "ranking: 3 at 95 %");
    }

    #[test]
    fn what_cannot_be_read_is_answered_with_the_forms() {
        for text in [
            "",
            "killed",
            "killed: talks ± 20",
            "killed: talks vs status-quo",
            "killed: a vs b ± x",
            "killed: a vs b ± -3",
            "killed: a vs b ± inf",
            "killed: a vs a ± 3",
            ": a vs b ± 3",
            "ranking: 0 at 95 %",
            "ranking: 2 at 100 %",
            "ranking: 2",
        ] {
            let error = text.parse::<Rule>().unwrap_err().to_string();
            assert!(error.contains("killed: talks vs status-quo ± 20"), "{text}: {error}");
        }
    }

    #[test]
    fn names_that_do_not_run_are_refused() {
        let refuse = |rule: Rule| Until::new(rule, &["talks"], &["killed"], &IndexMap::new()).unwrap_err().to_string();
        assert!(refuse(difference(Within::Amount(1.0))).contains("`status-quo`; there are talks"));
        assert!(refuse("spend: talks vs x ± 1".parse().unwrap()).contains("`spend`; there are objective, killed"));
        assert!(refuse("ranking: 1 at 95 %".parse().unwrap()).contains("the 1 that run"));
    }

    /// Three policies whose killed differ by 10 each with noise of a few, `trials` trials.
    fn outcomes(trials: usize) -> Outcomes {
        let noise = |policy: usize, trial: usize| ((trial * (7 + policy)) % 11) as f64 - 5.0;
        Outcomes {
            left_out: Vec::new(),
            columns: vec![Column { metric: "killed", unit: "people".into(), slice: Slice::Total }],
            trials,
            policies: (0..3)
                .map(|p| PolicyOutcomes {
                    values: vec![(0..trials).map(|t| 100.0 - 10.0 * p as f64 + noise(p, t)).collect()],
                    ..PolicyOutcomes::default()
                })
                .collect(),
        }
    }

    fn until(rule: &str) -> Until {
        let objective = IndexMap::from([("killed".to_string(), 2.0)]);
        Until::new(rule.parse().unwrap(), &["status-quo", "talks", "both"], &["killed"], &objective).unwrap()
    }

    #[test]
    fn a_run_is_enough_when_the_interval_is_as_narrow_as_asked_and_not_before() {
        let mut rule = until("killed: talks vs status-quo ± 0.5");
        let mut trials = 100;
        while !rule.enough(&outcomes(trials)) {
            let Reached::Difference { half_width, asked, .. } = rule.reached() else { panic!() };
            assert!(half_width.unwrap() > asked);
            trials += 100;
            assert!(trials < 10_000);
        }
        let Reached::Difference { mean, half_width, asked } = rule.reached() else { panic!() };
        assert!((mean + 10.0).abs() < 0.2 && half_width.unwrap() <= 0.5 && asked == 0.5, "{mean} {half_width:?}");
        // One look at the end takes in the same trials and finds the same.
        let mut at_once = until("killed: talks vs status-quo ± 0.5");
        assert!(at_once.enough(&outcomes(trials)));
        assert_eq!(at_once.reached(), rule.reached());
    }

    #[test]
    fn a_share_is_of_the_second_policys_mean_and_the_objective_is_a_metric() {
        let mut rule = until("objective: talks vs status-quo ± 5 %");
        rule.enough(&outcomes(1100));
        let Reached::Difference { mean, asked, .. } = rule.reached() else { panic!() };
        assert!((asked - 0.05 * 200.0).abs() < 0.1 && (mean + 20.0).abs() < 0.2, "{asked} {mean}");
    }

    #[test]
    fn a_ranking_is_told_from_the_best_down() {
        let mut rule = until("ranking: 2 at 95 %");
        assert!(!rule.enough(&outcomes(3)));
        assert!(rule.enough(&outcomes(2000)));
        assert_eq!(rule.reached(), Reached::Ranking { order: vec![2, 1, 0], told: 3 });
    }
}
