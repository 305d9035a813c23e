//! Screening by elementary effects: mu, mu* and sigma (Morris 1991; Campolongo, Cariboni & Saltelli 2007, "An effective
//! screening design for sensitivity analysis of large models", Environmental Modelling & Software 22(10)).

use super::Estimate;
use crate::statistics::resampling::{Resampler, percentile_interval};
use crate::statistics::summary::{mean, variance};

/// Resamples of trajectories behind an interval.
const RESAMPLES: usize = 1000;

/// What screening says of one input, in the outcome's unit per whole range of the input.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screened {
    /// Elementary effects used.
    pub effects: usize,
    /// Elementary effects lost to failed evaluations.
    pub dropped: usize,
    /// Mean effect: which way the input works.
    pub mu: f64,
    /// Mean absolute effect: how strongly it works; bootstrap interval over trajectories.
    pub mu_star: Estimate,
    /// Standard deviation of effects, less what chance adds to it: how far the input's effect depends on the others.
    /// `None` for a single effect.
    pub sigma: Option<f64>,
    /// The mu* that chance alone would show, from the difference of replications; `None` with a single replication.
    pub chance: Option<f64>,
}

/// Elementary effects of one trajectory, shape `[input][replication]`; those of an input are empty if one of its two
/// evaluations failed. `values[point]` are the replications of each point, `None` where it failed; `moves[i]` is the input
/// that moved between points `i` and `i + 1`, and how far, in shares of its range with sign.
pub fn elementary_effects(values: &[Option<Vec<f64>>], moves: &[(usize, f64)]) -> Vec<Vec<f64>> {
    let inputs = moves.iter().map(|(input, _)| input + 1).max().unwrap_or(0);
    let mut effects = vec![vec![]; inputs];
    for (pair, &(input, step)) in values.windows(2).zip(moves) {
        if let (Some(from), Some(to)) = (&pair[0], &pair[1]) {
            effects[input] = from.iter().zip(to).map(|(before, after)| (after - before) / step).collect();
        }
    }
    effects
}

/// Screens all inputs: `effects[trajectory][input][replication]`, as [`elementary_effects`] yields them. `None` for an
/// input without a finite effect.
pub fn screen(effects: &[Vec<Vec<f64>>], seed: u64) -> Vec<Option<Screened>> {
    let inputs = effects.iter().map(Vec::len).max().unwrap_or(0);
    (0..inputs)
        .map(|input| {
            let all: Vec<&[f64]> = effects.iter().filter_map(|t| t.get(input)).map(Vec::as_slice).collect();
            screen_input(&all, seed)
        })
        .collect()
}

fn screen_input(effects: &[&[f64]], seed: u64) -> Option<Screened> {
    let usable = |e: &&&[f64]| !e.is_empty() && e.iter().all(|v| v.is_finite());
    let kept: Vec<&[f64]> = effects.iter().filter(usable).copied().collect();
    let means: Vec<f64> = kept.iter().filter_map(|e| mean(e)).collect();
    let sizes: Vec<f64> = means.iter().map(|e| e.abs()).collect();
    let (mu, value) = (mean(&means)?, mean(&sizes)?);
    let contrasts: Vec<f64> = kept.iter().filter_map(|e| contrast(e)).collect();
    // A contrast of replications has the variance that chance adds to their mean.
    let added = mean(&contrasts.iter().map(|c| c * c).collect::<Vec<_>>()).unwrap_or(0.0);
    let mut words = Resampler::new(seed);
    let resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| (0..sizes.len()).map(|_| sizes[words.below(sizes.len())]).sum::<f64>() / sizes.len() as f64)
        .collect();
    let (low, high) = percentile_interval(&resampled)?;
    Some(Screened {
        effects: kept.len(),
        dropped: effects.len() - kept.len(),
        mu,
        mu_star: Estimate { value, low, high },
        sigma: variance(&means).map(|v| (v - added).max(0.0).sqrt()),
        chance: mean(&contrasts.iter().map(|c| c.abs()).collect::<Vec<_>>()),
    })
}

/// Replications added with changing signs and scaled so that the result varies as their mean does, and is zero but for
/// chance: the error of the mean, as another draw of it. `None` for a single replication.
fn contrast(replications: &[f64]) -> Option<f64> {
    let even = replications.len() / 2 * 2;
    if even == 0 {
        return None;
    }
    let signed: f64 = replications[..even].iter().enumerate().map(|(r, v)| if r % 2 == 0 { *v } else { -v }).sum();
    Some(signed / even as f64 * (even as f64 / replications.len() as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::functions::{morris, numbers};
    use super::*;
    use crate::sampling::design::Trajectories;
    use crate::statistics::resampling::variates::normal;

    fn effects(design: &Trajectories, count: u64, mut f: impl FnMut(&[f64]) -> Vec<f64>) -> Vec<Vec<Vec<f64>>> {
        let one = |index| {
            let (points, moves) = design.trajectory(index);
            let values: Vec<Option<Vec<f64>>> = points.iter().map(|p| Some(f(p))).collect();
            let moves: Vec<_> = moves.iter().map(|m| (m.group, f64::from(m.direction) * Trajectories::STEP)).collect();
            elementary_effects(&values, &moves)
        };
        (0..count).map(one).collect()
    }

    #[test]
    fn the_function_of_morris_is_screened_as_its_formula_says() {
        let design = Trajectories::new((0..20).map(|i| vec![i]).collect(), 2, 11);
        let count = 400;
        let found = screen(&effects(&design, count, |x| vec![morris::value(x)]), 1);
        for (input, got) in found.iter().enumerate().skip(7) {
            // For inputs 8 to 20 the effect is 2 (b_i + sum over j of b_ij w_j): mean and variance over the levels follow.
            let (mut mu, mut square) = (2.0 * morris::first(input), 0.0);
            for other in (0..20).filter(|&j| j != input) {
                let w: Vec<f64> = (0..4).map(|l| morris::weight(other, (f64::from(l) + 0.5) / 4.0)).collect();
                let b = morris::second(input, other);
                mu += 2.0 * b * mean(&w).unwrap();
                square += 4.0 * b * b * variance(&w).unwrap() * 0.75;
            }
            let got = got.unwrap();
            let sigma = square.sqrt();
            assert!((got.mu - mu).abs() < 4.0 * sigma / (count as f64).sqrt(), "input {}: {got:?}, {mu}", input + 1);
            // The standard error of a standard deviation of a sum of many parts is sigma / sqrt(2 n).
            let error = 4.0 * sigma / (2.0 * count as f64).sqrt();
            assert!((got.sigma.unwrap() - sigma).abs() < error, "input {}: {got:?}, {sigma}", input + 1);
        }
        // The paper's figure: 8, 9 and 10 strong and nearly linear, 1 to 7 strong and bent, the rest weak.
        let of = |input: usize| found[input - 1].unwrap();
        let weakest_strong = (1..=10).map(|i| of(i).mu_star.value).fold(f64::INFINITY, f64::min);
        let strongest_weak = (11..=20).map(|i| of(i).mu_star.value).fold(0.0, f64::max);
        assert!(weakest_strong > 2.0 * strongest_weak, "{weakest_strong} {strongest_weak}");
        assert!((1..=7).all(|i| of(i).sigma.unwrap() > 2.0 * of(8).sigma.unwrap()));
    }

    #[test]
    fn figures_are_those_of_salib_on_the_same_sample() {
        let (rows, expected) = numbers(include_str!("salib/morris.txt"));
        // Four inputs: trajectories of five points; columns x1..x4 and y.
        let effects: Vec<_> = rows
            .chunks(5)
            .map(|points| {
                let moves: Vec<(usize, f64)> = points
                    .windows(2)
                    .map(|pair| {
                        let input = (0..4).find(|&i| pair[0][i] != pair[1][i]).unwrap();
                        (input, pair[1][input] - pair[0][input])
                    })
                    .collect();
                elementary_effects(&points.iter().map(|p| Some(vec![p[4]])).collect::<Vec<_>>(), &moves)
            })
            .collect();
        for (input, found) in screen(&effects, 1).into_iter().enumerate() {
            let found = found.unwrap();
            for (ours, theirs) in [found.mu, found.mu_star.value, found.sigma.unwrap()].iter().zip(&expected[input]) {
                assert!((ours - theirs).abs() < 1e-9 * theirs.abs().max(1.0), "{ours} {theirs}");
            }
        }
        assert_eq!((expected.len(), effects.len()), (4, 20));
    }

    #[test]
    fn chance_is_told_apart_from_an_effect() {
        let design = Trajectories::new(vec![vec![0], vec![1]], 2, 5);
        let mut words = Resampler::new(8);
        // 3 x1, and noise of standard deviation 2 in each of two replications.
        let effects = effects(&design, 500, |x| (0..2).map(|_| 3.0 * x[0] + 2.0 * normal(&mut words)).collect());
        let found = screen(&effects, 1);
        let (working, idle) = (found[0].unwrap(), found[1].unwrap());
        // An effect has noise 2 sqrt(2) / 0.5 = 5.66, its mean of two 4, and E|noise| is 4 sqrt(2 / pi) = 3.19 with
        // standard deviation 2.41; over 500 trajectories 0.108.
        let (floor, error) = (3.19, 4.0 * 0.108);
        assert!((working.mu - 3.0).abs() < 4.0 * 4.0 / 500.0_f64.sqrt(), "{working:?}");
        assert!((idle.mu_star.value - floor).abs() < error && (idle.chance.unwrap() - floor).abs() < error);
        assert!(working.mu_star.low > idle.chance.unwrap(), "{working:?}");
        // Sigma is that of the effect itself, which is constant: 16 less 16, with standard error 16 sqrt(2 / 500) each.
        assert!(working.sigma.unwrap() < (4.0 * 16.0 * (2.0 * 2.0 / 500.0_f64).sqrt()).sqrt());
    }

    #[test]
    fn a_failed_evaluation_costs_the_effects_that_need_it() {
        let values = [Some(vec![1.0]), None, Some(vec![2.0]), Some(vec![4.0])];
        let effects = elementary_effects(&values, &[(0, 0.5), (2, 0.5), (1, -0.5)]);
        assert_eq!(effects, [vec![], vec![-4.0], vec![]]);
        let found = screen(&[effects.clone(), vec![vec![1.0], vec![-2.0], vec![]]], 1);
        assert_eq!((found[0].unwrap().effects, found[0].unwrap().dropped), (1, 1));
        assert_eq!((found[1].unwrap().mu, found[2]), (-3.0, None));
        assert_eq!(found[1].unwrap().chance, None);
    }
}
