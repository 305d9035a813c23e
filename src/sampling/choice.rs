//! Draws among few alternatives, one uniform each.

use super::lanes::{LANES, Lanes, PACK, mask};

/// Whether an event of probability `p` happens: true for the lowest share `p` of the uniforms, so a larger `p` never
/// turns an event off. `p <= 0` never happens, `p >= 1` always.
#[inline(always)]
#[must_use]
pub fn bernoulli(p: f64, u: f64) -> bool {
    u < p
}

/// The index drawn in proportion to `weights` (not negative, need not sum to 1) by inversion of their running sum.
///
/// Never an index of weight 0 (negative or NaN weights count as 0). If no weight is positive, the answer is 0: callers with
/// possibly empty choices ask before.
#[inline(always)]
#[must_use]
pub fn categorical<const N: usize>(weights: &[f64; N], u: f64) -> usize {
    let mut running = [0.0; N];
    let mut total = 0.0;
    for index in 0..N {
        total += if weights[index] > 0.0 { weights[index] } else { 0.0 };
        running[index] = total;
    }
    let target = u * total;
    // Counting all has no branch to guess, and there are few. From the last alternative of any weight on the sum is the total:
    // rounding may leave the target there, but no alternative after that one is drawn.
    running.iter().map(|&sum| usize::from((target >= sum) & (sum < total))).sum()
}

/// How many of an alternative's running sums each trial's target has passed, which is the alternative it draws: the sums rise from
/// one alternative to the next, and a target is a uniform times the last.
#[inline(always)]
#[must_use]
pub fn passed_lanes<'a>(sums: impl Iterator<Item = &'a Lanes> + Clone, target: &Lanes) -> Lanes<u32> {
    let mut passed = Lanes::of(0);
    for from in (0..LANES).step_by(PACK) {
        let mut pack = [0_u64; PACK];
        for sum in sums.clone() {
            let mut any = 0;
            for place in 0..PACK {
                let beyond = mask(target[from + place] >= sum[from + place]);
                // A mask of all bits is minus one.
                pack[place] = pack[place].wrapping_sub(beyond);
                any |= beyond;
            }
            if any == 0 {
                break;
            }
        }
        for place in 0..PACK {
            passed[from + place] = pack[place] as u32;
        }
    }
    passed
}

/// A fixed choice among alternatives, for many draws from the same weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Split {
    /// The running shares below each alternative but the first, up to the last that can be drawn.
    bounds: Vec<f64>,
}

impl Split {
    /// A choice in proportion to `weights` (not positive or NaN counts as 0). If no weight is positive, all draws are 0.
    #[must_use]
    pub fn new(weights: &[f64]) -> Self {
        let positive = |weight: f64| if weight > 0.0 { weight } else { 0.0 };
        let last = weights.iter().rposition(|&weight| weight > 0.0).unwrap_or(0);
        let total: f64 = weights.iter().map(|&weight| positive(weight)).sum();
        let running = weights.iter().take(last).scan(0.0, |sum, &weight| {
            *sum += positive(weight);
            Some(*sum / total)
        });
        Self { bounds: running.collect() }
    }

    /// The alternative at uniform `u`, never one of weight 0; rises with `u`.
    #[inline(always)]
    #[must_use]
    pub fn index(&self, u: f64) -> usize {
        // Counting all bounds has no branch to guess, and there are few.
        self.bounds.iter().map(|&bound| usize::from(u >= bound)).sum()
    }
}

/// `x` rounded down or up so that the mean is `x` exactly; the uniform's upper end rounds up. Monotone in `x` and `u`.
#[inline]
#[must_use]
pub fn round_stochastic(x: f64, u: f64) -> i64 {
    let floor = x.floor();
    floor as i64 + i64::from(u >= 1.0 - (x - floor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;
    use crate::sampling::lanes::each;

    #[test]
    fn a_category_of_weight_zero_is_never_drawn() {
        let edge = [f64::EPSILON / 2.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0 - f64::EPSILON / 2.0];
        for u in edge {
            assert_eq!(categorical(&[0.0, 0.0, 3.0, 0.0], u), 2);
            assert_eq!(Split::new(&[0.0, 0.0, 3.0, 0.0]).index(u), 2);
            assert_eq!(Split::new(&[0.0, f64::NAN]).index(u), 0);
            assert!([1, 3].contains(&categorical(&[0.0, 0.1, 0.0, 0.2, 0.0], u)));
            assert_eq!(categorical(&[f64::NAN, -1.0, 1e-300], u), 2);
        }
        assert_eq!((categorical(&[], 0.5), categorical(&[0.0, -1.0], 0.5)), (0, 0));
        // Where rounding leaves the target at the sum.
        let least = f64::from_bits(1);
        assert_eq!(categorical(&[0.0, least, 0.0], 1.0 - f64::EPSILON / 2.0), 1);
    }

    #[test]
    fn a_column_draws_the_alternative_whose_part_its_target_is_in() {
        let weights = [[0.0, 2.0, 0.0, 1.0, 3.0, 0.0], [1.0, 0.0, 0.0, 0.0, 0.0, 0.5]];
        let weight = |alternative: usize, lane: usize| weights[lane % 2][alternative];
        let sums: [Lanes; 6] =
            std::array::from_fn(|last| each(|lane| (0..=last).map(|below| weight(below, lane)).sum()));
        let stream = TrialKey::new(2, 0).stream(0, 0);
        let edges = [f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0, 1.0 / 3.0];
        for entity in 0..100 {
            let u = edges.get(entity as usize).copied().unwrap_or_else(|| stream.uniform(entity, 0, 0));
            let passed = passed_lanes(sums.iter(), &each(|lane| u * sums[5][lane]));
            for lane in 0..LANES {
                assert_eq!(passed[lane] as usize, categorical(&weights[lane % 2], u), "{u}");
            }
        }
        assert_eq!(passed_lanes([].iter(), &Lanes::of(0.5)), Lanes::of(0));
    }

    #[test]
    fn categories_come_up_in_proportion_to_their_weights() {
        let weights = [2.0, 0.0, 5.0, 1.0];
        let stream = TrialKey::new(1, 0).stream(0, 0);
        let draws = 80_000;
        let mut counts = [0.0; 4];
        for entity in 0..draws {
            counts[categorical(&weights, stream.uniform(entity, 0, 0))] += 1.0;
        }
        let split = Split::new(&weights);
        assert!((0..1000).all(|entity| {
            let u = stream.uniform(entity, 0, 0);
            split.index(u) == categorical(&weights, u)
        }));
        for (count, weight) in counts.iter().zip(weights) {
            let p: f64 = weight / 8.0;
            let sigma = (f64::from(draws) * p * (1.0 - p)).sqrt();
            assert!((count - f64::from(draws) * p).abs() <= 4.0 * sigma, "{counts:?}");
        }
    }

    #[test]
    fn events_of_probability_zero_and_one_are_certain() {
        for u in [f64::EPSILON / 2.0, 0.5, 1.0 - f64::EPSILON / 2.0] {
            assert!(!bernoulli(0.0, u));
            assert!(bernoulli(1.0, u));
        }
        assert!(bernoulli(0.3, 0.29) && !bernoulli(0.3, 0.31));
    }

    #[test]
    fn stochastic_rounding_keeps_integers_and_the_mean() {
        for u in [f64::EPSILON / 2.0, 0.5, 1.0 - f64::EPSILON / 2.0] {
            assert_eq!(round_stochastic(5.0, u), 5);
            assert_eq!(round_stochastic(-2.0, u), -2);
        }
        let n = 10_000;
        let sum: i64 = (0..n).map(|i| round_stochastic(2.3, (f64::from(i) + 0.5) / f64::from(n))).sum();
        assert_eq!(sum, 23_000);
        assert_eq!(round_stochastic(-0.25, 0.2), -1);
        assert_eq!(round_stochastic(-0.25, 0.3), 0);
    }
}
