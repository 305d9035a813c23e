//! What it would be worth to know parameters before choosing among policies, from trials already run.
//!
//! Expected value of partial perfect information (EVPPI) about parameters `theta`, with losses `L_p`:
//! `min over p of E L_p - E min over p of E(L_p | theta)`. Strong, Oakley & Brennan (2014), "Estimating multiparameter
//! partial expected value of perfect information from a probabilistic sensitivity analysis sample: a nonparametric
//! regression approach", Medical Decision Making 34(3): the inner expectation is the fit of a regression of the losses
//! on `theta`; here on natural cubic splines (Hastie, Tibshirani & Friedman 2009, "The Elements of Statistical Learning",
//! section 5.2.1), added up over parameters, on the differences to the policy that is best without knowing more.
//!
//! A fit follows noise too and would find value in anything. Two corrections: the fitted values of each policy are
//! shrunk to the spread that remains after the share of noise (an F statistic of one is shrunk to nothing), and a value
//! that is not larger than those found with the parameters shuffled among trials is reported as zero. Interactions
//! between parameters known together are not fitted, so a joint value is if anything too small.

use super::best::complete_trials;
use super::resampling::Resampler;
use super::summary::{quantile_of_sorted, sorted_finite};

/// Seed of the shuffles.
const SEED: u64 = 0x6b6e_6f77_6c65_6467;
/// Trials wanted per fitted coefficient.
const TRIALS_PER_COEFFICIENT: usize = 20;
/// A parameter with at most so many distinct values is fitted by a mean for each.
const FEW_VALUES: usize = 6;
/// Quantiles at which knots stand (Harrell 2015, "Regression Modeling Strategies", table 2.3).
const KNOTS: [f64; 5] = [0.05, 0.275, 0.5, 0.725, 0.95];

/// What knowing some parameters is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InformationValue {
    /// Trials used.
    pub n: usize,
    /// Loss that knowing them would save on average, in the unit of the losses; zero where shuffled parameters yield as
    /// much.
    pub value: f64,
    /// The estimate before it is compared with shuffled parameters.
    pub estimate: f64,
    /// Largest estimate among the shuffles: what chance alone yields.
    pub noise: f64,
    /// Share of trials in which, knowing them, another policy would be chosen; zero where `value` is.
    pub switches: f64,
    /// The policy chosen without knowing them, with the smallest mean loss.
    pub chosen: usize,
}

/// Value of knowing `parameters[which][trial]` together, for losses `losses[policy][trial]`; compared with `shuffles`
/// shuffles (19 make it a test at the 5 % level). `None` for fewer than two policies, no parameters, or too few trials to
/// fit (40 plus 20 per parameter).
pub fn partial_information(losses: &[&[f64]], parameters: &[&[f64]], shuffles: usize) -> Option<InformationValue> {
    let all: Vec<&[f64]> = losses.iter().chain(parameters).copied().collect();
    let trials: Vec<usize> = complete_trials(&all).collect();
    let n = trials.len();
    if losses.len() < 2 || parameters.is_empty() || n < TRIALS_PER_COEFFICIENT * (2 + parameters.len()) {
        return None;
    }
    let mean = |loss: &[f64]| trials.iter().map(|t| loss[*t] / n as f64).sum::<f64>();
    let means: Vec<f64> = losses.iter().map(|l| mean(l)).collect();
    let chosen = (0..means.len()).fold(0, |best, p| if means[p] < means[best] { p } else { best });
    let others: Vec<Centred> = (0..losses.len())
        .filter(|p| *p != chosen)
        .map(|p| Centred::new(trials.iter().map(|t| losses[p][*t] - losses[chosen][*t]).collect()))
        .collect();
    let columns: Vec<Vec<f64>> = parameters.iter().map(|p| trials.iter().map(|t| p[*t]).collect()).collect();
    let basis = orthonormal_basis(&columns);

    let mut order: Vec<usize> = (0..n).collect();
    let (estimate, switches) = saved(&basis, &others, &order);
    let mut words = Resampler::new(SEED);
    let mut noise: f64 = 0.0;
    for _ in 0..shuffles {
        words.shuffle(&mut order);
        noise = noise.max(saved(&basis, &others, &order).0);
    }
    let told = estimate > noise;
    Some(InformationValue {
        n,
        value: if told { estimate } else { 0.0 },
        estimate,
        noise,
        switches: if told { switches } else { 0.0 },
        chosen,
    })
}

/// What perfect foresight would be worth, chance included: `min over p of mean L_p - mean of min over p of L_p`, an upper
/// bound of what knowledge of parameters can be worth. `None` without trials.
pub fn perfect_foresight(losses: &[&[f64]]) -> Option<f64> {
    let mut means = vec![0.0; losses.len()];
    let (mut least, mut n) = (0.0, 0.0);
    for trial in complete_trials(losses) {
        n += 1.0;
        for (mean, loss) in means.iter_mut().zip(losses) {
            *mean += (loss[trial] - *mean) / n;
        }
        least += (losses.iter().map(|l| l[trial]).fold(f64::INFINITY, f64::min) - least) / n;
    }
    (n > 0.0).then(|| (means.into_iter().fold(f64::INFINITY, f64::min) - least).max(0.0))
}

/// Values less their mean.
struct Centred {
    mean: f64,
    values: Vec<f64>,
    squares: f64,
}

impl Centred {
    fn new(mut values: Vec<f64>) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().map(|v| v / n).sum::<f64>();
        values.iter_mut().for_each(|v| *v -= mean);
        let squares = values.iter().map(|v| v * v).sum();
        Self { mean, values, squares }
    }
}

/// Mean loss saved and share of trials with another choice, where trial `i` has the losses of trial `order[i]`.
fn saved(basis: &[Vec<f64>], others: &[Centred], order: &[usize]) -> (f64, f64) {
    let n = order.len();
    let mut least = vec![0.0_f64; n];
    let mut fitted = vec![0.0; n];
    for other in others {
        fitted.fill(0.0);
        let mut explained = 0.0;
        for column in basis {
            let weight: f64 = column.iter().zip(order).map(|(q, &i)| q * other.values[i]).sum();
            explained += weight * weight;
            fitted.iter_mut().zip(column).for_each(|(f, q)| *f += weight * q);
        }
        let freedom = n.saturating_sub(basis.len() + 1).max(1) as f64;
        let noise = basis.len() as f64 * (other.squares - explained).max(0.0) / freedom;
        let shrink = if explained > noise { ((explained - noise) / explained).sqrt() } else { 0.0 };
        least.iter_mut().zip(&fitted).for_each(|(least, f)| *least = least.min(other.mean + shrink * f));
    }
    let switched = least.iter().filter(|v| **v < 0.0).count() as f64;
    (-least.iter().sum::<f64>() / n as f64, switched / n as f64)
}

/// Columns that span the splines of all parameters, each of length one, at right angles to each other and to the
/// constant (Gram and Schmidt, twice over). What adds nothing new is left out.
fn orthonormal_basis(parameters: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = parameters.first().map_or(0, Vec::len);
    let per_parameter = (n / TRIALS_PER_COEFFICIENT / parameters.len().max(1)).max(1);
    let mut basis: Vec<Vec<f64>> = Vec::new();
    for parameter in parameters {
        for column in spline_columns(parameter, per_parameter) {
            let mut column = Centred::new(column).values;
            let length = |c: &[f64]| c.iter().map(|v| v * v).sum::<f64>().sqrt();
            let before = length(&column);
            for _ in 0..2 {
                for other in &basis {
                    let along: f64 = column.iter().zip(other).map(|(c, q)| c * q).sum();
                    column.iter_mut().zip(other).for_each(|(c, q)| *c -= along * q);
                }
            }
            let after = length(&column);
            if after > 1e-9 * before && after > 0.0 {
                column.iter_mut().for_each(|v| *v /= after);
                basis.push(column);
            }
        }
    }
    basis
}

/// At most `most` functions of a parameter: one indicator for each value where there are few, else the parameter itself
/// and the curved functions of a natural cubic spline.
fn spline_columns(parameter: &[f64], most: usize) -> Vec<Vec<f64>> {
    let sorted = sorted_finite(parameter);
    let mut distinct = sorted.clone();
    distinct.dedup();
    if distinct.len() <= FEW_VALUES && distinct.len() <= most + 1 {
        let indicator = |value: &f64| parameter.iter().map(|v| f64::from(v == value)).collect();
        return distinct.iter().skip(1).map(indicator).collect();
    }
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    let scaled = |value: f64| (value - low) / (high - low).max(f64::MIN_POSITIVE);
    let x: Vec<f64> = parameter.iter().map(|v| scaled(*v)).collect();
    let mut knots: Vec<f64> = KNOTS.iter().filter_map(|p| quantile_of_sorted(&sorted, *p)).map(scaled).collect();
    knots.dedup();
    let mut columns = vec![x.clone()];
    if knots.len() >= 3 && most >= knots.len() - 1 {
        let last = knots[knots.len() - 1];
        let cube = |v: f64| if v > 0.0 { v * v * v } else { 0.0 };
        let bend = |x: f64, knot: f64| (cube(x - knot) - cube(x - last)) / (last - knot);
        let before_last = knots[knots.len() - 2];
        for knot in &knots[..knots.len() - 2] {
            columns.push(x.iter().map(|v| bend(*v, *knot) - bend(*v, before_last)).collect());
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::variates::{normal, uniform};
    use crate::statistics::summary::summarize;

    /// Losses of two policies: chance, and `mean + slope theta + chance`.
    fn linear(n: usize, mean: f64, slope: f64, words: &mut Resampler) -> (Vec<Vec<f64>>, Vec<f64>, Vec<f64>) {
        let theta: Vec<f64> = (0..n).map(|_| normal(words)).collect();
        let other: Vec<f64> = (0..n).map(|_| normal(words)).collect();
        let first: Vec<f64> = (0..n).map(|_| normal(words)).collect();
        let second = theta.iter().map(|t| mean + slope * t + normal(words)).collect();
        (vec![first, second], theta, other)
    }

    fn slices(losses: &[Vec<f64>]) -> Vec<&[f64]> {
        losses.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn linear_gaussian_case_matches_its_closed_form() {
        // min(0, m) - E min(0, m + s theta), E min(0, N(m, s²)) = m Phi(-m/s) - s phi(m/s). By scipy.stats.norm:
        for (mean, slope, truth) in [(0.0, 1.0, 0.398_942_280), (0.5, 1.0, 0.197_796_557), (0.0, 0.3, 0.119_682_684)] {
            let mut words = Resampler::new(12);
            let found: Vec<f64> = (0..40)
                .map(|_| {
                    let (losses, theta, _) = linear(1000, mean, slope, &mut words);
                    partial_information(&slices(&losses), &[&theta], 0).unwrap().value
                })
                .collect();
            let s = summarize(&found).unwrap();
            // A hundredth of a unit is what the shrunk fit may be off on average at 1,000 trials.
            assert!((s.mean - truth).abs() < 0.01 + 4.0 * s.mc_error.unwrap(), "{mean} {slope}: {} {truth}", s.mean);
        }
    }

    #[test]
    fn a_parameter_that_does_not_matter_is_worth_nothing() {
        let mut words = Resampler::new(13);
        let (mut false_alarms, mut sum) = (0.0_f64, 0.0);
        let runs = 200;
        for _ in 0..runs {
            let (losses, theta, other) = linear(400, 0.0, 1.0, &mut words);
            let nothing = partial_information(&slices(&losses), &[&other], 19).unwrap();
            false_alarms += f64::from(nothing.value > 0.0);
            sum += nothing.value;
            let something = partial_information(&slices(&losses), &[&theta], 19).unwrap();
            assert!(something.value > 0.2 && something.switches > 0.2);
        }
        let runs = f64::from(runs);
        assert!(false_alarms / runs <= 0.05 + 4.0 * (0.05 * 0.95 / runs).sqrt(), "{false_alarms}");
        assert!(sum / runs < 0.01, "{}", sum / runs);
    }

    #[test]
    fn curved_effects_few_valued_and_joint_parameters_are_found() {
        let mut words = Resampler::new(14);
        let n = 4000;
        let theta: Vec<f64> = (0..n).map(|_| 2.0 * uniform(&mut words) - 1.0).collect();
        let coin: Vec<f64> = (0..n).map(|_| f64::from(uniform(&mut words) < 0.5)).collect();
        let zero = vec![0.0; n];
        // E min(0, theta² - 1/3) = -(c - c³) / 3 with c = 1 / sqrt 3, that is -0.128300.
        let curved: Vec<f64> = theta.iter().map(|t| t * t - 1.0 / 3.0).collect();
        let found = partial_information(&[&zero, &curved], &[&theta], 19).unwrap();
        assert!((found.value - 0.128_300).abs() < 0.012, "{found:?}");
        let tossed: Vec<f64> = coin.iter().map(|c| if *c > 0.5 { 1.0 } else { -1.0 }).collect();
        let found = partial_information(&[&zero, &tossed], &[&coin], 19).unwrap();
        let worth = coin.iter().sum::<f64>().min(n as f64 - coin.iter().sum::<f64>()) / n as f64;
        assert!((found.value - worth).abs() < 1e-9, "{found:?}");
        let both: Vec<f64> = curved.iter().zip(&tossed).map(|(a, b)| a + b).collect();
        let single = partial_information(&[&zero, &both], &[&coin], 19).unwrap();
        let joint = partial_information(&[&zero, &both], &[&coin, &theta], 19).unwrap();
        assert!(
            joint.value >= single.value - 0.01 && joint.value <= perfect_foresight(&[&zero, &both]).unwrap() + 0.01
        );
    }

    #[test]
    fn foresight_is_the_smallest_expected_regret() {
        assert_eq!(perfect_foresight(&[&[1.0, 4.0], &[3.0, 0.0]]), Some(1.0));
        assert_eq!(perfect_foresight(&[]), None);
    }

    #[test]
    fn constant_parameters_and_small_samples_are_answered() {
        let loss: Vec<f64> = (0..100).map(f64::from).collect();
        let back: Vec<f64> = loss.iter().rev().copied().collect();
        let found = partial_information(&[&loss, &back], &[&[3.0; 100]], 5).unwrap();
        assert_eq!((found.value, found.switches), (0.0, 0.0));
        assert_eq!(partial_information(&[&loss, &back], &[&[3.0; 10]], 5), None);
        assert_eq!(partial_information(&[&loss], &[&back], 5), None);
        assert_eq!(partial_information(&[&loss, &back], &[], 5), None);
    }
}
