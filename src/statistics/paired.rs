//! Paired comparison: trials that share their random words are compared one by one.

use super::student::student_975;
use super::summary::{mean, variance};

/// Mean of paired differences `first - second` with its uncertainty. In the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairedDifference {
    /// Pairs used.
    pub n: usize,
    /// Mean difference.
    pub mean: f64,
    /// 95 % interval by Student's t, `mean ± t(n-1) sd / sqrt(n)`; `None` for a single pair.
    pub interval: Option<(f64, f64)>,
    /// How many times more unpaired trials the same precision would take, `(var a + var b) / var(a - b)`, the factor by
    /// which common random numbers reduce the variance (Law (2015), "Simulation Modeling and Analysis", section 11.2);
    /// above 1 if pairing helped; `None` where all differences are equal.
    pub variance_reduction: Option<f64>,
}

/// Compares two samples trial by trial; pairs with a value that is not finite, and values beyond the shorter sample, are
/// left out. `None` without pairs.
pub fn paired_difference(first: &[f64], second: &[f64]) -> Option<PairedDifference> {
    let (mut a, mut b) = (vec![], vec![]);
    for (x, y) in first.iter().zip(second).filter(|(x, y)| x.is_finite() && y.is_finite()) {
        a.push(*x);
        b.push(*y);
    }
    let differences: Vec<f64> = a.iter().zip(&b).map(|(x, y)| x - y).collect();
    let n = differences.len();
    let centre = mean(&differences)?;
    let spread = variance(&differences);
    let interval = spread.map(|v| {
        let half = student_975(n - 1) * (v / n as f64).sqrt();
        (centre - half, centre + half)
    });
    let variance_reduction = match (spread, variance(&a), variance(&b)) {
        (Some(v), Some(va), Some(vb)) if v > 0.0 => Some((va + vb) / v),
        _ => None,
    };
    Some(PairedDifference { n, mean: centre, interval, variance_reduction })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_matches_a_worked_paired_t_test() {
        // Differences 1, 2, 3, 4: mean 2.5, sd sqrt(5/3), t(3) = 3.18245, half width 2.05423.
        let d = paired_difference(&[2.0, 4.0, 6.0, 8.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        let (low, high) = d.interval.unwrap();
        assert_eq!((d.n, d.mean), (4, 2.5));
        assert!((low - 0.445_74).abs() < 1e-4 && (high - 4.554_26).abs() < 1e-4, "{low} {high}");
        // (20/3 + 5/3) / (5/3)
        assert!((d.variance_reduction.unwrap() - 5.0).abs() < 1e-12);
    }

    #[test]
    fn equal_samples_differ_by_nothing_and_need_no_factor() {
        let d = paired_difference(&[1.0, 5.0, 2.0], &[1.0, 5.0, 2.0]).unwrap();
        assert_eq!((d.mean, d.interval, d.variance_reduction), (0.0, Some((0.0, 0.0)), None));
    }

    #[test]
    fn empty_and_single_pairs_are_answered_without_an_interval() {
        assert_eq!(paired_difference(&[], &[1.0]), None);
        let d = paired_difference(&[3.0, f64::NAN], &[1.0, 1.0]).unwrap();
        assert_eq!((d.n, d.mean, d.interval), (1, 2.0, None));
    }
}
