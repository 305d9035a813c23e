//! Poisson counts by inversion: one uniform, exact to about 1e-13 in probability, monotone in rate and uniform.
//!
//! The count is the smallest k with u < F(k). Small rates search from 0; large ones start at a Cornish-Fisher guess and
//! correct it with the exact distribution function. The column form gives the same bits as the single one.

use super::gamma::{gamma_q, poisson_probability};
use super::lanes::{LANES, Lanes, PACK, lanes_where, mask, pack};
use super::math::exp;
use super::special::normal_quantile;

/// Up to this rate the search starts at 0.
pub(super) const SEARCH_LIMIT: f64 = 48.0;
/// Terms past the mode below this cannot move a running sum that is near 1.
pub(super) const NEGLIGIBLE: f64 = f64::EPSILON / 4.0;
/// Below this, a search meets its sum whatever rounding does to the sum's last digits: nothing else need end it.
pub(super) const FAR: f64 = 1.0 - 1e-9;
/// Rates above this are treated as this, so that counts fit 31 bits.
const LARGEST_RATE: f64 = 2e9;
/// A search from 0 never gets further: at the largest rate searched the term here is below 1e-40.
const LAST_TERM: usize = 200;
/// (k, 1/k), so that the search multiplies instead of dividing; entry 0 is unused.
pub(super) const RECIPROCALS: [(f64, f64); LAST_TERM + 1] = {
    let mut table = [(0.0, 0.0); LAST_TERM + 1];
    let mut k = 1;
    while k <= LAST_TERM {
        table[k] = (k as f64, 1.0 / k as f64);
        k += 1;
    }
    table
};

/// A lower bound of e^-lambda by its alternating series, at least 1 for rates that are not positive: uniforms below it
/// give 0 without an exponential.
#[inline(always)]
pub(super) fn zero_for_sure(lambda: f64) -> f64 {
    1.0 - lambda * (1.0 - lambda * (0.5 - lambda * (1.0 / 6.0)))
}

/// The Poisson count of rate `lambda` at uniform `u` in (0, 1). A rate that is not positive gives 0.
#[inline]
#[must_use]
pub fn poisson(lambda: f64, u: f64) -> u32 {
    if u < zero_for_sure(lambda) || lambda.is_nan() {
        0
    } else if lambda <= SEARCH_LIMIT {
        search(lambda, u)
    } else {
        from_guess(lambda.min(LARGEST_RATE), u)
    }
}

/// One Poisson count a trial; the same bits as [`poisson`].
#[inline(always)]
#[must_use]
pub fn poisson_lanes(lambda: &Lanes, u: &Lanes) -> Lanes<i32> {
    let mut counts = Lanes::of(0);
    // The trials that the squeeze leaves open.
    let mut open = lanes_where(|lane| u[lane] >= zero_for_sure(lambda[lane]));
    // Where most are, all are searched where they stand: those that the squeeze has closed find 0.
    if open.count() > LANES / 2 {
        for (number, counts) in counts.as_chunks_mut::<PACK>().0.iter_mut().enumerate() {
            let positive = |rate: f64| if rate > 0.0 { rate } else { 0.0 };
            let rates = pack(|place| positive(lambda[number * PACK + place]));
            let uniforms = pack(|place| u[number * PACK + place]);
            *counts = poisson_pack(&rates, &uniforms);
        }
        return counts;
    }
    while !open.is_empty() {
        // Places that no trial fills have rate 0.
        let (mut rates, mut uniforms) = ([0.0; PACK], [0.0; PACK]);
        let mut lanes = [0; PACK];
        let mut filled = 0;
        while filled < PACK
            && let Some(lane) = open.next()
        {
            (lanes[filled], rates[filled], uniforms[filled]) = (lane, lambda[lane], u[lane]);
            filled += 1;
        }
        for (&found, &lane) in poisson_pack(&rates, &uniforms).iter().zip(&lanes[..filled]) {
            counts[lane] = found;
        }
    }
    counts
}

/// One Poisson count for each of a pack; the same bits as [`poisson`]. A rate and a uniform of 0 give 0.
#[inline(always)]
fn poisson_pack(rates: &[f64; PACK], uniforms: &[f64; PACK]) -> [i32; PACK] {
    let mut found = [0; PACK];
    let mut searched = true;
    for place in 0..PACK {
        searched &= (rates[place] <= SEARCH_LIMIT) & (uniforms[place] < FAR);
    }
    if searched {
        search_pack(rates, uniforms, &mut found);
    } else {
        for place in 0..PACK {
            found[place] = poisson(rates[place], uniforms[place]) as i32;
        }
    }
    found
}

/// The search from 0 of several trials at once; rates at most [`SEARCH_LIMIT`], uniforms below [`FAR`].
#[inline(always)]
fn search_pack(rates: &[f64; PACK], uniforms: &[f64; PACK], found: &mut [i32; PACK]) {
    let mut term = [0.0; PACK];
    for place in 0..PACK {
        term[place] = exp(-rates[place]);
    }
    let mut sum = term;
    let mut counts = [0_u64; PACK];
    for (_, reciprocal) in &RECIPROCALS[1..] {
        let mut any = 0;
        for place in 0..PACK {
            let running = mask(uniforms[place] >= sum[place]);
            // A mask of all bits is minus one.
            counts[place] = counts[place].wrapping_sub(running);
            any |= running;
        }
        if any == 0 {
            break;
        }
        for place in 0..PACK {
            term[place] *= rates[place] * reciprocal;
            sum[place] += term[place];
        }
    }
    for place in 0..PACK {
        found[place] = counts[place] as i32;
    }
}

/// The search from 0 for one trial.
#[inline]
fn search(lambda: f64, u: f64) -> u32 {
    let mut term = exp(-lambda);
    let mut sum = term;
    let mut count = 0;
    if u < sum {
        return 0;
    }
    for (k, reciprocal) in &RECIPROCALS[1..] {
        count += 1;
        term *= lambda * reciprocal;
        sum += term;
        if u < sum || (term <= NEGLIGIBLE && *k >= lambda) {
            break;
        }
    }
    count
}

/// From a guess of the quantile to the exact one by the distribution function at the guess and exact steps from there.
#[cold]
fn from_guess(lambda: f64, u: f64) -> u32 {
    let z = normal_quantile(u);
    let sigma = libm::sqrt(lambda);
    // Cornish-Fisher to the second order, for the count as a continuous quantity.
    let guess = lambda + sigma * z + (z * z - 1.0) / 6.0 + (z - z * z * z) / (72.0 * sigma) - 0.5;
    let mut count = libm::ceil(guess).max(0.0);
    let mut term = poisson_probability(count, lambda);
    let mut sum = gamma_q(count + 1.0, lambda);
    if u < sum {
        while count > 0.0 && u < sum - term {
            sum -= term;
            term *= count / lambda;
            count -= 1.0;
        }
    } else {
        while u >= sum && !(term <= NEGLIGIBLE && count > lambda) {
            count += 1.0;
            term *= lambda / count;
            sum += term;
        }
    }
    count as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;
    use crate::sampling::lanes::each;
    use proptest::prelude::*;

    const SMALLEST: f64 = f64::EPSILON / 2.0;
    const LARGEST: f64 = 1.0 - f64::EPSILON / 2.0;

    #[test]
    fn counts_change_exactly_where_the_distribution_function_does() {
        for lambda in [1e-6, 0.02, 0.9, 5.0, 15.99, 16.01, 40.0, 199.0, 260.0, 5e3, 1e6] {
            for u in [1e-12, 1e-3, 0.2, 0.5, 0.8, 0.999, 1.0 - 1e-9] {
                let k = poisson(lambda, u);
                let edge = gamma_q(f64::from(k) + 1.0, lambda);
                assert!(u < edge + 1e-13, "{lambda} {u} {k}");
                assert!(k == 0 || u >= gamma_q(f64::from(k), lambda) - 1e-13, "{lambda} {u} {k}");
                if poisson_probability(f64::from(k), lambda) > 1e-12 {
                    assert_eq!(poisson(lambda, edge - 2e-13), k, "below the edge: {lambda} {k}");
                    assert!(poisson(lambda, edge + 2e-13) > k, "above the edge: {lambda} {k}");
                }
            }
        }
    }

    #[test]
    fn extreme_rates_and_uniforms_give_finite_counts_at_once() {
        for lambda in [0.0, -0.0, f64::NAN, -1.0] {
            assert_eq!(poisson(lambda, LARGEST), 0, "{lambda}");
        }
        assert_eq!(poisson(f64::MIN_POSITIVE, LARGEST), 0);
        assert_eq!(poisson(1e-15, LARGEST), 1);
        for lambda in [1e-3, 1.0, 16.0, 17.0, 300.0, 1e5, 1e9] {
            let (low, high) = (f64::from(poisson(lambda, SMALLEST)), f64::from(poisson(lambda, LARGEST)));
            let spread = 9.0 * lambda.sqrt() + 12.0;
            assert!(low <= lambda && low >= lambda - spread, "{lambda}: {low}");
            assert!(high >= lambda && high <= lambda + spread, "{lambda}: {high}");
        }
        assert_eq!(poisson(1e300, 0.5), poisson(LARGEST_RATE, 0.5));
    }

    #[test]
    fn frequencies_follow_the_poisson_law() {
        for (case, lambda) in [0.05, 0.7, 4.0, 15.5, 18.0, 90.0, 400.0].into_iter().enumerate() {
            let stream = TrialKey::new(3, case as u64).stream(1, 1);
            let draws = 40_000;
            let mut counts = vec![0.0; 1000];
            for entity in 0..draws {
                counts[poisson(lambda, stream.uniform(entity, 0, 0)) as usize] += 1.0;
            }
            // Cells of at least 20 expected, the tails together at both ends.
            let (mut chi_square, mut cells) = (0.0, 0.0);
            let (mut expected, mut seen) = (0.0, 0.0);
            let mut left = f64::from(draws);
            for (k, count) in counts.iter().enumerate() {
                expected += f64::from(draws) * poisson_probability(k as f64, lambda);
                seen += count;
                if expected >= 20.0 && left - expected >= 20.0 {
                    chi_square += (seen - expected) * (seen - expected) / expected;
                    cells += 1.0;
                    left -= expected;
                    (expected, seen) = (0.0, 0.0);
                }
            }
            chi_square += (seen - left) * (seen - left) / left;
            // Wilson-Hilferty: the cube root of chi-square over its mean is nearly normal.
            let z = ((chi_square / cells).cbrt() - 1.0 + 2.0 / (9.0 * cells)) / (2.0 / (9.0 * cells)).sqrt();
            assert!(z.abs() < 4.0, "rate {lambda}: chi-square {chi_square} in {cells} cells, z {z}");
        }
    }

    #[test]
    fn columns_and_single_draws_agree_bit_for_bit() {
        let rates: [&dyn Fn(usize) -> f64; 5] =
            [&|_| 0.01, &|lane| 0.1 * lane as f64, &|lane| lane as f64 * 0.5, &|lane| (lane * lane) as f64, &|lane| {
                if lane == 4 { f64::NAN } else { 1.0 - lane as f64 * 0.04 }
            }];
        for (case, rate) in rates.iter().enumerate() {
            for entity in 0..200 {
                let stream = TrialKey::new(7, case as u64).stream(0, entity);
                let lambda: Lanes = each(rate);
                let mut u: Lanes = each(|lane| stream.uniform(lane as u32, 0, 0));
                // Some searched several at a time, some one by one.
                (u[0], u[11], u[21], u[31]) = (SMALLEST, FAR.next_down(), FAR, LARGEST);
                let column = poisson_lanes(&lambda, &u);
                for lane in 0..LANES {
                    assert_eq!(column[lane], poisson(lambda[lane], u[lane]) as i32, "{} {}", lambda[lane], u[lane]);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn more_rate_or_a_larger_uniform_never_gives_fewer(
            log_rate in -12.0..16.0_f64, more in 1e-9..0.5_f64, u in 1e-9..0.999_999_f64, above in 1e-9..1.0_f64,
        ) {
            let lambda = libm::exp(log_rate);
            let count = poisson(lambda, u);
            prop_assert!(poisson(lambda * (1.0 + more), u) >= count);
            prop_assert!(poisson(lambda, u + (1.0 - u) * above * 0.999) >= count);
        }
    }
}
