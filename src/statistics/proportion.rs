//! Proportions with the score interval of Wilson.

/// 97.5 % quantile of the standard normal distribution.
pub const NORMAL_975: f64 = 1.959_963_984_540_054;

/// How often something happened, with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// Share of the trials; `None` without trials.
    pub estimate: Option<f64>,
    /// Lower bound; 0 without trials.
    pub low: f64,
    /// Upper bound; 1 without trials.
    pub high: f64,
}

/// Share `count / n` with the interval of Wilson (1927), "Probable inference, the law of succession, and statistical
/// inference", JASA 22: `(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`. It stays in [0, 1] and does not
/// shrink to nothing when an event never or always happens. A count above `n` is taken as `n`.
pub fn wilson(count: u64, n: u64) -> Proportion {
    wilson_with_parts(count.min(n) as f64, n)
}

/// Like [`wilson`] where a trial can count in part (a tie that is split): the mean of `n` values in [0, 1] that sum to
/// `sum`. Their variance is at most `p(1-p)`, so the interval is wide enough. A sum outside 0 to `n` is moved there.
pub fn wilson_with_parts(sum: f64, n: u64) -> Proportion {
    if n == 0 || sum.is_nan() {
        return Proportion { estimate: None, low: 0.0, high: 1.0 };
    }
    let size = n as f64;
    let sum = sum.clamp(0.0, size);
    let p = sum / size;
    let z2 = NORMAL_975 * NORMAL_975;
    let centre = p + z2 / (2.0 * size);
    let half = NORMAL_975 * (p * (1.0 - p) / size + z2 / (4.0 * size * size)).sqrt();
    let scale = 1.0 + z2 / size;
    // At the ends the formula gives 0 and 1 exactly but for rounding.
    let low = if sum == 0.0 { 0.0 } else { ((centre - half) / scale).max(0.0) };
    let high = if sum == size { 1.0 } else { ((centre + half) / scale).min(1.0) };
    Proportion { estimate: Some(p), low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_bounds_match_published_values() {
        // Newcombe (1998), Statistics in Medicine 17, table I, method 3: 81/263, 15/148, 0/20, 1/29.
        for (count, n, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let p = wilson(count, n);
            assert!((p.low - low).abs() < 6e-5 && (p.high - high).abs() < 6e-5, "{count}/{n}: {p:?}");
        }
    }

    #[test]
    fn no_trials_say_nothing_and_ends_are_exact() {
        assert_eq!(wilson(0, 0), Proportion { estimate: None, low: 0.0, high: 1.0 });
        assert_eq!(wilson(9, 9).high, 1.0);
        assert_eq!(wilson(9, 5), wilson(5, 5));
    }
}
