//! Politics: a Markov chain of two states, 0.05 a week into infighting and 0.20 out of it.

use crate::support::*;

const ONSET: f64 = 0.05;
const END: f64 = 0.20;

/// The yearly rate of which a step of a week makes the probability: p = 1 - exp(-rate / weeks per year).
fn yearly(p: f64) -> f64 {
    -(1.0 - p).ln() * WEEKS_PER_YEAR
}

fn politics_alone() -> String {
    // An action that is active in infighting shows each week of it by what is spent.
    format!(
        r#"
schema = 1
title = "Politics alone"
start = 2020-01-01
horizon = "520w"
seed = 21
defaults = "fixed"
splinters = 0
[state]
revenue = 5
infighting = 0.2
treasury = 1000
[regions.one]
population = 1_000_000
[groups.g]
cause = "c"
strength = 100
presence = {{ one = 1.0 }}
tempo = 0
[[policies]]
name = "show"
[[policies.actions]]
kind = "consensus"
budget = 1
when = {{ observe = "infighting", above = 0.5 }}
{off}
[mechanisms.politics]
onset = {onset}
end = {end}
consensus_onset = 0
consensus_end = 0
"#,
        off = off_but(&["politics", "budget", "policy"]),
        onset = yearly(ONSET),
        end = yearly(END),
    )
}

#[test]
fn infighting_takes_its_stationary_share_with_the_variance_of_the_chain() {
    let series = series(&read(&politics_alone()), 0, 8_000);
    let weeks: Vec<Vec<f64>> =
        series.total("spent").iter().map(|w| w.iter().map(|&s| f64::from(u8::from(s > 0.0))).collect()).collect();
    let share: Vec<f64> = weeks.iter().map(|w| mean(w)).collect();
    let stationary = ONSET / (ONSET + END);
    assert_mean(&share, stationary, "share of weeks in infighting");
    // Autocorrelation at lag h is (1 - p - q)^h.
    let decay = 1.0 - ONSET - END;
    let steps = 520;
    let sum: f64 = (1..steps).map(|h| f64::from(steps - h) * decay.powi(h)).sum();
    let exact = stationary * (1.0 - stationary) * (f64::from(steps) + 2.0 * sum) / f64::from(steps).powi(2);
    assert!((exact - 0.002_139_644_97).abs() < 1e-9);
    assert_variance(&share, exact, "variance of that share");
    // Spells that begin in the first 400 weeks end within the horizon but for a chance of 2e-12.
    let mut spells = Vec::new();
    for trial in &weeks {
        for begin in (1..400).filter(|&w| trial[w] > 0.0 && trial[w - 1] == 0.0) {
            spells.push(trial[begin..].iter().take_while(|&&s| s > 0.0).count() as f64);
        }
    }
    assert_mean(&spells, 1.0 / END, "weeks of a spell");
    let products: Vec<f64> = weeks.iter().map(|w| w.windows(5).map(|x| x[0] * x[4]).sum::<f64>() / 516.0).collect();
    let expected = stationary.powi(2) + stationary * (1.0 - stationary) * decay.powi(4);
    assert!((decay.powi(4) - 0.316_406_25).abs() < 1e-12);
    assert_mean(&products, expected, "weeks of infighting four weeks apart");
}

#[test]
fn weeks_of_infighting_are_counted_as_they_are_shown() {
    let scenario = read(&politics_alone());
    let shown = series(&scenario, 0, 64);
    let counted = run(&scenario, 64);
    for (weeks, count) in shown.total("spent").iter().zip(counted.total("infighting_weeks")) {
        assert_eq!(weeks.iter().filter(|&&s| s > 0.0).count() as f64, count);
    }
}
