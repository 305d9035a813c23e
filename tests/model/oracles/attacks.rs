//! Attack counts: Poisson without excitation, an INGARCH(1, 1) series with it (Ferland, Latour & Oraichi 2006).

use crate::support::*;

/// One group of 100 fighters in one region that only attacks; `weekly` attacks a week before excitation is counted.
pub fn attacks_alone(weekly: f64, horizon: &str, parameters: &str) -> String {
    let tempo = weekly * WEEKS_PER_YEAR / 100.0;
    format!(
        r#"
schema = 1
title = "Attacks alone"
start = 2020-01-01
horizon = "{horizon}"
seed = 20
defaults = "fixed"
splinters = 0
[state]
revenue = 1
[regions.one]
population = 1_000_000
[groups.g]
cause = "c"
strength = 100
presence = {{ one = 1.0 }}
tempo = {tempo}
[[policies]]
name = "none"
{off}
[mechanisms.attacks]
attackers = 0
{parameters}
"#,
        off = off_but(&["attacks"])
    )
}

#[test]
fn without_excitation_attacks_are_poisson() {
    // 3 a week for 52 weeks: mean = variance = 156.
    let scenario = read(&attacks_alone(3.0, "52w", "excitation = 0"));
    let series = series(&scenario, 0, 20_000);
    let weeks = series.total("attacks");
    let years: Vec<f64> = weeks.iter().map(|w| w.iter().sum()).collect();
    assert_eq!(weeks[0].len(), 52);
    assert_mean(&years, 156.0, "attacks in 52 weeks");
    assert_variance(&years, 156.0, "variance of attacks in 52 weeks");
    let count = |test: fn(f64) -> bool| weeks.iter().flatten().filter(|&&n| test(n)).count();
    let all = 20_000 * 52;
    assert_share(count(|n| n == 0.0), all, (-3.0_f64).exp(), "quiet weeks");
    // P(N >= 10) for a mean of 3, summed from the law.
    let mut term = 1.0;
    let mut below = 0.0;
    for n in 1..=10 {
        below += term;
        term *= 3.0 / f64::from(n);
    }
    let rare = 1.0 - (-3.0_f64).exp() * below;
    assert!((rare - 0.001_102_488).abs() < 1e-8, "{rare}");
    assert_share(count(|n| n >= 10.0), all, rare, "weeks of ten attacks and more");
}

#[test]
fn with_excitation_attacks_are_clustered_as_the_ingarch_law_says() {
    // l' = 0.6 + 0.3 n + 0.4 l. Here X' = k X + a (1 - k) n and l = B + X, so k = 0.4 = exp(-1/memory),
    // a = 0.3 / 0.6 = 1/2, and the mean 2 a week is the tempo's.
    let (a, b, mean_rate) = (0.3, 0.4, 2.0);
    let memory = -1.0 / 0.4_f64.ln();
    let scenario = read(&attacks_alone(mean_rate, "780w", &format!("excitation = 0.5\nmemory = {memory}")));
    let series = series(&scenario, 0, 6_000);
    // The first year is left out: there excitation is at its mean and not yet spread about it.
    let later: Vec<&[f64]> = series.total("attacks").iter().map(|weeks| &weeks[52..]).collect();
    let spread = a + b;
    let one = mean_rate * (1.0 - spread * spread + a * a) / (1.0 - spread * spread);
    let lag = |h: i32| mean_rate * a * (1.0 - b * spread) / (1.0 - spread * spread) * f64::powi(spread, h - 1);
    let window = |t: i32| f64::from(t) * one + 2.0 * (1..t).map(|h| f64::from(t - h) * lag(h)).sum::<f64>();
    assert!((one - 2.352_941_176).abs() < 1e-8 && (window(52) - 397.176_470_754).abs() < 1e-6);
    let single: Vec<f64> = later.iter().map(|w| w[200]).collect();
    let sum =
        |from: usize, weeks: usize| -> Vec<f64> { later.iter().map(|w| w[from..from + weeks].iter().sum()).collect() };
    assert_mean(&sum(0, 728), 728.0 * mean_rate, "attacks in fourteen years");
    assert_variance(&single, one, "variance of one week");
    assert_variance(&sum(100, 52), window(52), "variance of 52 weeks");
    // Long-run variance / mean 1 / (1 - a / (1 - b))^2 = 4, nearly reached in fourteen years.
    let fano = window(728) / (728.0 * mean_rate);
    assert!((fano - 4.0).abs() < 0.02, "{fano}");
    let long = sum(0, 728);
    assert_near(
        variance(&long) / (728.0 * mean_rate),
        fano,
        error_of_variance(&long) / (728.0 * mean_rate),
        "variance / mean",
    );
}
