//! Severities: with scale 1 the model's law is X = 1 + killed with P(X >= x) = x^-tail up to 500. The scenario names the mean.

use super::attacks::attacks_alone;
use crate::support::*;

const CAP: u32 = 500;

/// P(X >= x).
fn tail(x: u32) -> f64 {
    if x > CAP { 0.0 } else { f64::from(x).powf(-1.5) }
}

/// E[X^power].
fn moment(power: i32) -> f64 {
    (1..=CAP).map(|x| f64::from(x).powi(power) * (tail(x) - tail(x + 1))).sum()
}

/// `weekly` attacks a week, severities X - 1.
fn scenario(weekly: f64, horizon: &str) -> String {
    let severities = format!("excitation = 0\ntail = 1.5\nseverity_cap = {}", CAP - 1);
    attacks_alone(weekly, horizon, &severities)
        .replace("[groups.g]", &format!("[groups.g]\nlethality = {}", moment(1) - 1.0))
}

#[test]
fn single_attacks_kill_as_the_cut_power_law_says() {
    assert!((moment(1) - 2.522_977_328_584_38).abs() < 1e-10 && (moment(2) - 84.043_746_659_78).abs() < 1e-7);
    // So few attacks that a week with one has a second with a chance of 0.01: of these weeks X is known by subtraction.
    let series = series(&read(&scenario(0.02, "520w")), 0, 20_000);
    let mut killed: Vec<f64> = Vec::new();
    for (attacks, dead) in series.total("attacks").iter().zip(series.total("killed")) {
        killed.extend(attacks.iter().zip(dead).filter(|(n, _)| **n == 1.0).map(|(_, d)| d + 1.0));
    }
    assert!(killed.len() > 150_000);
    assert_mean(&killed, moment(1), "mean of X");
    assert_mean(&killed.iter().map(|x| x * x).collect::<Vec<_>>(), moment(2), "second moment of X");
    let at_least = |x: u32| killed.iter().filter(|&&k| k >= f64::from(x)).count();
    assert_share(at_least(2), killed.len(), tail(2), "attacks that kill somebody");
    assert_share(at_least(10), killed.len(), tail(10), "X >= 10");
    assert_share(at_least(CAP), killed.len(), tail(CAP), "X at the cap");
}

/// Probabilities of the total of X over 156 attacks in the mean, by Panjer's recursion for compound Poisson laws.
fn total_law(expected: f64, most: usize) -> Vec<f64> {
    let single: Vec<f64> = (0..=CAP).map(|x| if x == 0 { 0.0 } else { tail(x) - tail(x + 1) }).collect();
    let mut law = vec![(-expected).exp(); 1];
    for n in 1..=most {
        let sum: f64 = (1..single.len().min(n + 1)).map(|x| x as f64 * single[x] * law[n - x]).sum();
        law.push(expected / n as f64 * sum);
    }
    law
}

#[test]
fn yearly_totals_are_compound_poisson() {
    let trials = 20_000;
    let run = run(&read(&scenario(3.0, "52w")), trials);
    let totals: Vec<f64> = run.total("attacks").iter().zip(run.total("killed")).map(|(n, k)| n + k).collect();
    assert_mean(&totals, 156.0 * moment(1), "mean of the total of X");
    assert_variance(&totals, 156.0 * moment(2), "variance of the total of X");
    let law = total_law(156.0, 1200);
    for (level, known) in [(0.05, 274), (0.5, 367), (0.95, 607)] {
        let mut below = 0.0;
        let quantile = law.iter().position(|p| {
            below += p;
            below >= level
        });
        assert_eq!(quantile, Some(known), "quantile {level} by the recursion");
        // At the exact quantile the sample's distribution function is within 4 standard errors of the law's.
        let count = totals.iter().filter(|&&t| t <= known as f64).count();
        assert_share(count, trials, law[..=known].iter().sum(), &format!("totals up to {known}"));
    }
}

#[test]
fn the_worst_attack_of_a_year_follows_the_law_of_the_maximum() {
    // Of 156 attacks in the mean, those with X >= x are Poisson with mean 156 P(X >= x). They are spread over 1560 steps,
    // so that single attacks are told apart; a step with two counts as their sum, which moves the shares by under 0.001.
    let series = series(&read(&scenario(0.1, "1560w")), 0, 3_200);
    let worst: Vec<f64> = series
        .total("killed")
        .iter()
        .zip(series.total("attacks"))
        .map(|(k, n)| k.iter().zip(n).filter(|(_, n)| **n > 0.0).map(|(k, n)| k + n).fold(0.0, f64::max))
        .collect();
    let some = |x: u32| 1.0 - (-156.0 * tail(x)).exp();
    // With exactly 156 attacks it would be 1 - 0.999^156 = 0.14451, and 37.05 the median of the maximum.
    assert!((some(100) - 0.144_44).abs() < 1e-4 && some(36) > 0.5 && some(38) < 0.5);
    for x in [100, 38] {
        let years = worst.iter().filter(|&&w| w >= f64::from(x)).count();
        assert_share(years, worst.len(), some(x), &format!("years with an attack of X >= {x}"));
    }
}
