//! The length of a step is a means of computation: halved, it leaves all means where they were, within 4 standard errors
//! of about one per cent. (A fortnight is a coarse step for this scenario, whose groups lose a third of their fighters a
//! year: strength and attacks are moved by one to three per cent, days by less than can be seen here.)

use crate::support::*;

const EVERYTHING: &str = include_str!("../scenarios/everything.toml");

/// Metrics of which the means are compared.
const METRICS: [&str; 14] = [
    "attacks",
    "killed",
    "strength",
    "sheltered",
    "recruits",
    "militants_killed",
    "operations",
    "strikes",
    "displaced",
    "spent",
    "infighting_weeks",
    "writ",
    "cooperation",
    "grievance",
];

/// An action begins with the first step on or after its day: this day begins a step of every length used here.
const OPERATION: &str = "policies.everything.large-operation.from=2020-06-17";

/// A stage of talks takes a step at least: the rates are those of months, not of days.
const CONTACT: &str = "mechanisms.talks.contact=6";
const CEASEFIRE: &str = "mechanisms.talks.ceasefire=8";

/// Money in hand, with a step's income in it, is larger in longer steps: no condition may look at it here.
const TREASURY: &str = "policies.everything.counter-finance.when={ observe = \"date\", after = 2020-01-01 }";

fn means_agree(coarse: &str, fine: &str, trials: usize) {
    let at = |step: &str| {
        let step = format!("step={step}");
        let sets = [step.as_str(), "horizon=364d", OPERATION, CONTACT, CEASEFIRE, TREASURY].map(str::to_string);
        run_policies(&read_with(EVERYTHING, &sets), vec![0], trials)
    };
    let (a, b) = (at(coarse), at(fine));
    for metric in METRICS {
        let (a, b) = (&a.total(metric), &b.total(metric));
        let error = error_of_mean(a).hypot(error_of_mean(b));
        let gap = (mean(a) - mean(b)) / mean(b).abs();
        println!(
            "{metric}: {coarse} {:.4}, {fine} {:.4}, gap {:+.2} %, error {:.2} %",
            mean(a),
            mean(b),
            100.0 * gap,
            100.0 * error / mean(b)
        );
        assert_near(mean(a), mean(b), error, metric);
    }
}

#[test]
fn halving_the_step_leaves_means_where_they_were() {
    means_agree("14d", "7d", 320);
}

#[test]
fn halving_a_short_step_leaves_means_where_they_were() {
    means_agree("4d", "2d", 480);
}
