//! Main effects: how much of an outcome's variance goes with one parameter alone.

use super::summary::{mean, variance};

/// Terms of the regression: the parameter and its square.
const TERMS: f64 = 2.0;

/// Share of the variance of `outcome` that a parabola in `parameter` explains, corrected for what chance alone would
/// yield: the adjusted R² of the regression on the parameter and its square, `1 - (1 - R²)(n - 1) / (n - 3)` (Wherry
/// 1931). Its expectation is zero for a parameter without effect, so sums over many parameters are not inflated; a single
/// estimate may be below zero. It estimates the first-order index of the parameter up to what a parabola cannot follow.
/// `None` for fewer than five trials or where either does not vary.
pub fn main_effect(outcome: &[f64], parameter: &[f64]) -> Option<f64> {
    let n = outcome.len().min(parameter.len());
    let (outcome, parameter) = (&outcome[..n], &parameter[..n]);
    if n < 5 {
        return None;
    }
    let (centre, total) = (mean(outcome)?, variance(outcome)? * (n - 1) as f64);
    let (middle, spread) = (mean(parameter)?, variance(parameter)?.sqrt());
    if !(total > 0.0 && spread > 0.0) {
        return None;
    }
    // The linear and the square term made orthogonal: each explains its own part.
    let linear: Vec<f64> = parameter.iter().map(|x| (x - middle) / spread).collect();
    let squares: Vec<f64> = linear.iter().map(|x| x * x).collect();
    let slope = dot(&squares, &linear) / dot(&linear, &linear);
    let level = mean(&squares)?;
    let bent: Vec<f64> = squares.iter().zip(&linear).map(|(s, x)| s - level - slope * x).collect();
    let residual: Vec<f64> = outcome.iter().map(|y| y - centre).collect();
    let explained = |term: &[f64]| {
        let size = dot(term, term);
        // A parameter with two values has no curvature to explain anything with.
        if size > 1e-9 * n as f64 { dot(&residual, term).powi(2) / size } else { 0.0 }
    };
    let r_squared = ((explained(&linear) + explained(&bent)) / total).clamp(0.0, 1.0);
    Some(1.0 - (1.0 - r_squared) * (n as f64 - 1.0) / (n as f64 - 1.0 - TERMS))
}

/// Standard error of the sum of main effects of `parameters` parameters without effect: each adds variance
/// `2 TERMS / n²` (a chi-square with as many degrees of freedom as terms, over n).
pub fn noise_of_sum(parameters: usize, n: usize) -> f64 {
    if n == 0 { 0.0 } else { (2.0 * TERMS * parameters as f64).sqrt() / n as f64 }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::Resampler;

    /// Standard normal values by the sum of twelve uniforms less six, near enough for shares of variance.
    fn normals(n: usize, seed: u64) -> Vec<f64> {
        let mut words = Resampler::new(seed);
        let mut uniform = || words.below(1 << 20) as f64 / f64::from(1 << 20);
        (0..n).map(|_| (0..12).map(|_| uniform()).sum::<f64>() - 6.0).collect()
    }

    #[test]
    fn shares_of_a_sum_of_known_parts_come_out() {
        // y = 2 a + b² + c: variances 4, 2 and 1 for normal a, b, c (1.9 for b², whose fourth moment is 2.9 here).
        let n = 20_000;
        let (a, b, c) = (normals(n, 1), normals(n, 2), normals(n, 3));
        let y: Vec<f64> = (0..n).map(|i| 2.0 * a[i] + b[i] * b[i] + c[i]).collect();
        for (parameter, share) in [(&a, 4.0 / 6.9), (&b, 1.9 / 6.9), (&c, 1.0 / 6.9)] {
            // The standard error of R² is at most 2 R sqrt(1 - R²) ... / sqrt(n) < 1.1 / sqrt(n); four of them.
            assert!((main_effect(&y, parameter).unwrap() - share).abs() < 4.0 * 1.1 / (n as f64).sqrt(), "{share}");
        }
    }

    #[test]
    fn many_parameters_without_effect_sum_to_nothing() {
        let (n, count) = (400, 200);
        let y = normals(n, 0);
        let sum: f64 = (0..count).map(|p| main_effect(&y, &normals(n, p + 1)).unwrap()).sum();
        assert!(sum.abs() < 4.0 * noise_of_sum(count as usize, n), "{sum}");
    }

    #[test]
    fn what_does_not_vary_has_no_effect_to_speak_of() {
        assert_eq!(main_effect(&[1.0; 10], &normals(10, 1)), None);
        assert_eq!(main_effect(&normals(10, 1), &[1.0; 10]), None);
        assert_eq!(main_effect(&[1.0, 2.0], &[1.0, 2.0]), None);
    }
}
