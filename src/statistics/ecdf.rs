//! Empirical distribution function: the share of values at or below `x`.

use super::summary::sorted_finite;

/// The distribution function of a sample, as the distinct values and the share at or below each.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ecdf {
    /// Values used.
    pub n: usize,
    /// Distinct values, ascending.
    pub values: Vec<f64>,
    /// Share of the sample at or below each of `values`; the last is 1.
    pub shares: Vec<f64>,
}

impl Ecdf {
    /// From any sample; empty for an empty one.
    pub fn of(values: &[f64]) -> Self {
        let sorted = sorted_finite(values);
        let n = sorted.len();
        let mut ecdf = Ecdf { n, values: vec![], shares: vec![] };
        for (i, value) in sorted.iter().enumerate() {
            if sorted.get(i + 1) != Some(value) {
                ecdf.values.push(*value);
                ecdf.shares.push((i + 1) as f64 / n as f64);
            }
        }
        ecdf
    }

    /// Share of the sample at or below `x`; zero for an empty sample.
    pub fn at(&self, x: f64) -> f64 {
        match self.values.partition_point(|v| *v <= x) {
            0 => 0.0,
            k => self.shares[k - 1],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_count_values_at_or_below() {
        let ecdf = Ecdf::of(&[3.0, 1.0, 3.0, 2.0, f64::NAN]);
        assert_eq!(ecdf.values, [1.0, 2.0, 3.0]);
        assert_eq!(ecdf.shares, [0.25, 0.5, 1.0]);
        assert_eq!([ecdf.at(0.9), ecdf.at(1.0), ecdf.at(2.5), ecdf.at(9.0)], [0.0, 0.25, 0.5, 1.0]);
    }

    #[test]
    fn empty_sample_has_share_zero_everywhere() {
        assert_eq!(Ecdf::of(&[]).at(1.0), 0.0);
    }
}
