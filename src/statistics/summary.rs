//! Mean with its Monte Carlo error, standard deviation, exact quantiles with distribution-free intervals.
//!
//! Quantiles are of type 7 of Hyndman and Fan (1996), "Sample quantiles in statistical packages", The American
//! Statistician 50(4): linear interpolation between order statistics at `h = (n - 1) p`, the default of R and NumPy.
//! Their intervals are between order statistics and assume nothing about the distribution: David and Nagaraja (2003),
//! "Order Statistics", 3rd edition, section 7.1.

/// Confidence level of all intervals of this room.
pub const LEVEL: f64 = 0.95;

/// A quantile with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The estimate.
    pub value: f64,
    /// Bounds of the interval; `None` where the sample is too small for an interval of that confidence.
    pub interval: Option<(f64, f64)>,
}

/// What a sample says about the distribution that it was drawn from. All in the unit of the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Values used.
    pub n: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// Standard deviation (divisor `n - 1`); `None` for a single value.
    pub sd: Option<f64>,
    /// Monte Carlo standard error of the mean, `sd / sqrt(n)`; `None` for a single value.
    pub mc_error: Option<f64>,
    /// 5 % quantile.
    pub q05: Quantile,
    /// Lower quartile.
    pub q25: f64,
    /// Median.
    pub q50: Quantile,
    /// Upper quartile.
    pub q75: f64,
    /// 95 % quantile.
    pub q95: Quantile,
}

/// Samples that are summarized side by side.
pub const PACK: usize = 8;

/// Summary of a sample; `None` if it holds no finite value.
pub fn summarize(values: &[f64]) -> Option<Summary> {
    summary_of(&sorted_finite(values))
}

/// Of finite values in ascending order.
fn summary_of(sorted: &[f64]) -> Option<Summary> {
    Some(of_sorted(sorted, mean(sorted)?, &ranks(sorted.len())))
}

/// [`summarize`] of each sample; fastest for [`PACK`] samples of one size, the same to the bit for any. The samples are sorted
/// where they are: of many trials there is one copy in memory.
pub fn summarize_each(samples: Vec<Vec<f64>>) -> Vec<Option<Summary>> {
    let sorted: Vec<Vec<f64>> = samples.into_iter().map(sort_finite).collect();
    let n = sorted.first().map_or(0, Vec::len);
    match <&[Vec<f64>; PACK]>::try_from(sorted.as_slice()) {
        Ok(pack) if n > 0 && pack.iter().all(|one| one.len() == n) => {
            let ranks = ranks(n);
            pack.iter().zip(means(pack, n)).map(|(one, mean)| Some(of_sorted(one, mean, &ranks))).collect()
        }
        _ => sorted.iter().map(|sorted| summary_of(sorted)).collect(),
    }
}

/// The mean of each of some samples of `n` values, as [`mean`] has it: a division waits for the one before it, and here others
/// go on meanwhile.
fn means(samples: &[Vec<f64>; PACK], n: usize) -> [f64; PACK] {
    let (mut means, mut count) = ([0.0; PACK], 0.0);
    for place in 0..n {
        count += 1.0;
        for (mean, values) in means.iter_mut().zip(samples) {
            *mean += (values[place] - *mean) / count;
        }
    }
    means
}

/// The ranks that enclose the 5 % quantile, the median and the 95 % quantile of `n` values.
fn ranks(n: usize) -> [Option<(usize, usize)>; 3] {
    [0.05, 0.5, 0.95].map(|p| interval_ranks(n, p, LEVEL))
}

/// The caller has seen to it that `sorted` is not empty.
fn of_sorted(sorted: &[f64], mean: f64, ranks: &[Option<(usize, usize)>; 3]) -> Summary {
    let n = sorted.len();
    let sd = variance_about(mean, sorted).map(f64::sqrt);
    let with_interval = |p: f64, ranks: Option<(usize, usize)>| Quantile {
        value: interpolate(sorted, p),
        interval: ranks.map(|(low, high)| (sorted[low], sorted[high])),
    };
    Summary {
        n,
        mean,
        sd,
        mc_error: sd.map(|sd| sd / (n as f64).sqrt()),
        q05: with_interval(0.05, ranks[0]),
        q25: interpolate(sorted, 0.25),
        q50: with_interval(0.5, ranks[1]),
        q75: interpolate(sorted, 0.75),
        q95: with_interval(0.95, ranks[2]),
    }
}

/// The finite values in ascending order.
pub fn sorted_finite(values: &[f64]) -> Vec<f64> {
    sort_finite(values.to_vec())
}

fn sort_finite(mut sorted: Vec<f64>) -> Vec<f64> {
    sorted.retain(|value| value.is_finite());
    match most_whole(&sorted) {
        // Most outcomes are counts of a few hundred or thousand: how often each occurs says it all.
        Some(most) if most < 4 * sorted.len() => {
            let mut counts = vec![0_u32; most + 1];
            sorted.iter().for_each(|value| counts[*value as usize] += 1);
            sorted.clear();
            for (value, count) in counts.into_iter().enumerate() {
                sorted.extend(std::iter::repeat_n(value as f64, count as usize));
            }
        }
        _ => sorted.sort_unstable_by(f64::total_cmp),
    }
    sorted
}

/// The largest of values that all are whole numbers from 0 up; `None` if one is not, to the bit, or there is none.
fn most_whole(values: &[f64]) -> Option<usize> {
    let most = values.iter().fold(0.0, |most, value| if *value > most { *value } else { most });
    // A sum of a whole number and this has no room for fractions.
    let one_is_last = 1.0 / f64::EPSILON;
    let whole =
        |value: &f64| ((value + one_is_last - one_is_last).to_bits() == value.to_bits()) & !value.is_sign_negative();
    // Without a branch, so that the compiler makes vectors of it.
    let all = values.iter().fold(true, |all, value| all & whole(value));
    (all && !values.is_empty()).then_some(most as usize)
}

/// Arithmetic mean of the finite values, by running update so that no sum can overflow; `None` if there is none.
pub fn mean(values: &[f64]) -> Option<f64> {
    let mut mean = 0.0;
    let mut n = 0.0;
    for value in values.iter().filter(|v| v.is_finite()) {
        n += 1.0;
        mean += (value - mean) / n;
    }
    (n > 0.0).then_some(mean)
}

/// Variance (divisor `n - 1`) of the finite values, in two passes; `None` for fewer than two.
pub fn variance(values: &[f64]) -> Option<f64> {
    variance_about(mean(values)?, values)
}

/// The same about their mean.
fn variance_about(centre: f64, values: &[f64]) -> Option<f64> {
    let mut n = 0_usize;
    let mut squares = 0.0;
    for value in values.iter().filter(|v| v.is_finite()) {
        n += 1;
        squares += (value - centre) * (value - centre);
    }
    (n > 1).then(|| squares / (n - 1) as f64)
}

/// Quantile `p` in [0, 1] of values in ascending order (type 7); `None` if there is none.
pub fn quantile_of_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    (!sorted.is_empty()).then(|| interpolate(sorted, p))
}

/// Type 7 interpolation; the caller has seen to it that `sorted` is not empty.
fn interpolate(sorted: &[f64], p: f64) -> f64 {
    let position = (sorted.len() - 1) as f64 * p.clamp(0.0, 1.0);
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

/// Zero-based ranks `(low, high)` of the order statistics that enclose the `p` quantile with at least `level`
/// confidence, each tail holding at most half of the rest; `None` where even the extremes do not suffice.
///
/// The number `K` of values below the quantile is Binomial(n, p), and `X_(l) <= q < X_(u)` means `l <= K < u`
/// (ranks from 1). Weights are built outwards from the mode by the ratio of neighbours, so nothing over- or underflows.
pub fn interval_ranks(n: usize, p: f64, level: f64) -> Option<(usize, usize)> {
    if n == 0 || p <= 0.0 || p >= 1.0 {
        return None;
    }
    let odds = p / (1.0 - p);
    let mode = (((n + 1) as f64 * p).floor() as usize).min(n);
    let negligible = 1e-18;
    let mut below = vec![];
    let mut weight = 1.0;
    for k in (1..=mode).rev() {
        weight *= k as f64 / ((n - k + 1) as f64 * odds);
        if weight < negligible {
            break;
        }
        below.push(weight);
    }
    let first = mode - below.len();
    let mut weights: Vec<f64> = below.into_iter().rev().collect();
    weights.push(1.0);
    weight = 1.0;
    for k in mode..n {
        weight *= (n - k) as f64 / (k + 1) as f64 * odds;
        if weight < negligible {
            break;
        }
        weights.push(weight);
    }
    let tail = weights.iter().sum::<f64>() * (1.0 - level) / 2.0;
    // Largest l with P(K < l) <= tail, and smallest u with P(K >= u) <= tail.
    let mut low = first;
    let mut mass = 0.0;
    for weight in &weights {
        mass += weight;
        if mass > tail {
            break;
        }
        low += 1;
    }
    let mut high = first + weights.len();
    mass = 0.0;
    for weight in weights.iter().rev() {
        mass += weight;
        if mass > tail {
            break;
        }
        high -= 1;
    }
    (low >= 1 && high <= n).then(|| (low - 1, high - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_of_one_to_nine_matches_the_closed_forms() {
        let values: Vec<f64> = (1..=9).rev().map(f64::from).collect();
        let s = summarize(&values).unwrap();
        assert_eq!((s.n, s.mean, s.q25, s.q50.value, s.q75), (9, 5.0, 3.0, 5.0, 7.0));
        assert!((s.sd.unwrap() - 7.5_f64.sqrt()).abs() < 1e-14);
        assert!((s.mc_error.unwrap() - (7.5_f64 / 9.0).sqrt()).abs() < 1e-14);
        // NumPy: quantile(1..9, [.05, .95]) = [1.4, 8.6].
        assert!((s.q05.value - 1.4).abs() < 1e-12 && (s.q95.value - 8.6).abs() < 1e-12);
    }

    #[test]
    fn median_interval_ranks_match_the_published_table() {
        // Conover (1999), table for the sign test: n = 10 gives X(2)..X(9), n = 20 X(6)..X(15), n = 5 none.
        assert_eq!(interval_ranks(10, 0.5, 0.95), Some((1, 8)));
        assert_eq!(interval_ranks(20, 0.5, 0.95), Some((5, 14)));
        assert_eq!(interval_ranks(5, 0.5, 0.95), None);
    }

    #[test]
    fn interval_ranks_cover_at_least_as_often_as_promised_and_not_much_more() {
        for (n, p) in [(100, 0.5), (200, 0.05), (2000, 0.95)] {
            let (low, high) = interval_ranks(n, p, 0.95).unwrap();
            // P(low + 1 <= K <= high) by the plain product formula.
            let log_mass = |k: usize| -> f64 {
                (1..=k).map(|i| ((n - k + i) as f64 / i as f64).ln()).sum::<f64>()
                    + k as f64 * p.ln()
                    + (n - k) as f64 * (1.0 - p).ln()
            };
            let coverage: f64 = (low + 1..=high).map(|k| log_mass(k).exp()).sum();
            assert!((0.95..0.98).contains(&coverage), "n {n}, p {p}: {coverage}");
        }
    }

    #[test]
    fn samples_summarized_side_by_side_are_the_same_to_the_bit() {
        let sample = |shift: usize| -> Vec<f64> {
            (0..300).map(|i| ((i * 7919 + shift) % 211) as f64 * if shift == 3 { 0.1 } else { 1.0 }).collect()
        };
        let mut samples: Vec<Vec<f64>> = (0..PACK).map(sample).collect();
        for _ in 0..3 {
            let alone: Vec<Option<Summary>> = samples.iter().map(|values| summarize(values)).collect();
            assert_eq!(summarize_each(samples.clone()), alone);
            // One of another size, then one more.
            samples[5].push(-4.0);
            samples.rotate_left(1);
        }
        assert_eq!(summarize_each(samples[1..].to_vec()).len(), PACK - 1);
        assert_eq!(summarize_each(vec![Vec::new(); PACK]), [None; PACK]);
    }

    #[test]
    fn counts_are_sorted_as_any_values_are() {
        for odd in [0.0, 3.0, -0.0, -1.0, 0.5, 79.0, 80.0, 81.0, 1e300, 9_007_199_254_740_993.0] {
            let mut values: Vec<f64> = (0..20).map(|i| f64::from(i * 7 % 13)).collect();
            values.push(odd);
            let sorted: Vec<u64> = sorted_finite(&values).into_iter().map(f64::to_bits).collect();
            values.sort_by(f64::total_cmp);
            assert_eq!(sorted, values.into_iter().map(f64::to_bits).collect::<Vec<_>>(), "{odd}");
        }
    }

    #[test]
    fn empty_single_constant_and_broken_samples_yield_no_nan() {
        assert_eq!(summarize(&[]), None);
        assert_eq!(summarize(&[f64::NAN]), None);
        let one = summarize(&[3.0, f64::INFINITY]).unwrap();
        assert_eq!((one.n, one.mean, one.sd, one.mc_error, one.q05.value), (1, 3.0, None, None, 3.0));
        let constant = summarize(&[2.0; 50]).unwrap();
        assert_eq!((constant.sd, constant.q50.interval), (Some(0.0), Some((2.0, 2.0))));
    }
}
