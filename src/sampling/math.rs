//! Elementary functions with the same bits on every machine.
//!
//! [`exp`] is our own, so that it runs over whole columns ([`exp_lanes`]) with the same bits as for one number; it uses
//! only additions, multiplications and bit operations of IEEE 754, never a fused multiply-add. [`ln`] is fdlibm's in the same style, and powers are `libm`'s.

use super::lanes::{LANES, Lanes};

/// Adding and subtracting 1.5 * 2^52 rounds to the nearest integer, which then stands in the low bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// ln 2 in two parts (fdlibm): multiples of the first by integers below 2^11 are exact.
const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The exponential of `x`, within about one unit in the last place over the full range: 0 below -745.2, subnormal
/// results rounded once, infinite above 709.8. `x` must not be NaN.
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    debug_assert!(!x.is_nan(), "exp of NaN");
    // Beyond these bounds the result is 0 or infinite anyway; written as selections, which vectorise.
    let x = if x > -746.0 { x } else { -746.0 };
    let x = if x < 710.0 { x } else { 710.0 };
    let shifted = x * std::f64::consts::LOG2_E + ROUNDER;
    let whole = shifted - ROUNDER;
    let r = (x - whole * LN_2_HIGH) - whole * LN_2_LOW;
    // Taylor to the 13th order: |r| <= 0.3466 leaves 4e-18. In pairs (Estrin), so that one number alone is fast too.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (0.5 + r * (1.0 / 6.0)) + r2 * (1.0 / 24.0 + r * (1.0 / 120.0));
    let middle = (1.0 / 720.0 + r * (1.0 / 5_040.0)) + r2 * (1.0 / 40_320.0 + r * (1.0 / 362_880.0));
    let high =
        (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0)) + r2 * (1.0 / 479_001_600.0 + r * (1.0 / 6_227_020_800.0));
    let tail = low + r4 * (middle + r4 * high);
    let mantissa = 1.0 + (r + r2 * tail);
    // 2^whole in two factors, because 2^whole itself may be subnormal or too large. The low 32 bits of `shifted` hold
    // the integer in two's complement; 2048 more makes it positive.
    let biased = (shifted.to_bits() as u32).wrapping_add(2048);
    let half = biased >> 1;
    let power = |exponent: u32| f64::from_bits(u64::from(exponent.wrapping_sub(1)) << 52);
    mantissa * power(half) * power(biased - half)
}

/// [`exp`] of every trial of a block, bit for bit.
#[inline(always)]
#[must_use]
pub fn exp_lanes(x: &Lanes) -> Lanes {
    let mut result = Lanes::of(0.0);
    for lane in 0..LANES {
        result[lane] = exp(x[lane]);
    }
    result
}

/// The natural logarithm, within one unit in the last place (the algorithm of fdlibm, written without branches so that
/// loops over columns vectorise). `x` positive and normal; others go to `libm`, as 0 gives minus infinity.
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    if (f64::MIN_POSITIVE..f64::INFINITY).contains(&x) { ln_of_normal(x) } else { libm::log(x) }
}

/// [`ln`] of a positive normal number, as every uniform is.
#[inline(always)]
pub(super) fn ln_of_normal(x: f64) -> f64 {
    debug_assert!((f64::MIN_POSITIVE..f64::INFINITY).contains(&x), "{x}");
    /// The upper half of the bits of the root of one half: mantissas are taken from there to the root of 2.
    const ROOT_HALF: u64 = 0x3fe6_a09e << 32;
    /// 2^52 as bits; a small integer in the low bits adds itself.
    const TWO_52: u64 = 0x4330_0000_0000_0000;
    let bits = x.to_bits() + ((0x3ff0_0000 << 32) - ROOT_HALF);
    let exponent = f64::from_bits(TWO_52 | (bits >> 52)) - (4_503_599_627_370_496.0 + 1023.0);
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + ROOT_HALF) - 1.0;
    let half_square = 0.5 * f * f;
    let s = f / (2.0 + f);
    let z = s * s;
    let w = z * z;
    let even = w * (3.999_999_999_940_942e-1 + w * (2.222_219_843_214_978_4e-1 + w * 1.531_383_769_920_937_3e-1));
    let odd = z
        * (6.666_666_666_666_735e-1
            + w * (2.857_142_874_366_239e-1 + w * (1.818_357_216_161_805e-1 + w * 1.479_819_860_511_658_6e-1)));
    s * (half_square + (odd + even)) + exponent * LN_2_LOW - half_square + f + exponent * LN_2_HIGH
}

/// The largest whole number not above `x`, |x| < 2^31, as an integer; unlike a cast it vectorises.
#[inline(always)]
#[must_use]
pub fn whole_below(x: f64) -> i32 {
    debug_assert!(x.abs() < 2_147_483_648.0, "{x}");
    let nearest = (x + ROUNDER) - ROUNDER;
    let floor = if nearest > x { nearest - 1.0 } else { nearest };
    (floor + ROUNDER).to_bits() as u32 as i32
}

/// `base` to the power `exponent - less` in every trial, for positive bases; to about 1e-15 times the logarithm of the
/// result, and exactly 1 for a power of 0 and a base of 1.
#[inline(always)]
pub fn pow_lanes(base: &Lanes, exponent: &Lanes, less: f64) -> Lanes {
    let mut power = Lanes::of(0.0);
    for lane in 0..LANES {
        power[lane] = (exponent[lane] - less) * ln_of_normal(base[lane]);
    }
    exp_lanes(&power)
}

/// `base` to the power `exponent`.
#[inline]
#[must_use]
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::each;

    #[test]
    fn exp_is_within_two_units_in_the_last_place_of_libm() {
        let mut worst = 0;
        for step in -708_000..709_700_i32 {
            let x = f64::from(step) * 1e-3 + 1.234_567e-7;
            worst = worst.max(exp(x).to_bits().abs_diff(libm::exp(x).to_bits()));
        }
        assert!(worst <= 2, "{worst} units in the last place");
    }

    #[test]
    fn exp_is_exact_at_zero_and_honest_at_the_ends() {
        assert_eq!(exp(0.0), 1.0);
        assert_eq!(exp(-746.0), 0.0);
        assert_eq!(exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(exp(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp(710.0), f64::INFINITY);
        assert!(exp(709.7).is_finite());
        for x in [-745.0, -740.0, -720.5, -709.0] {
            assert!(exp(x).to_bits().abs_diff(libm::exp(x).to_bits()) <= 1, "subnormal at {x}");
        }
    }

    #[test]
    fn ln_is_within_one_unit_in_the_last_place_of_libm() {
        let mut worst = 0;
        for step in 1..200_000_u64 {
            for x in [step as f64 / 200_000.0, f64::from_bits(step * 0x29d0_1234_5678)] {
                if x >= f64::MIN_POSITIVE {
                    worst = worst.max(ln(x).to_bits().abs_diff(libm::log(x).to_bits()));
                }
            }
        }
        assert!(worst <= 1, "{worst} units in the last place");
        assert_eq!(ln(1.0), 0.0);
        assert_eq!(ln(0.0), f64::NEG_INFINITY);
        assert!((ln(5e-324) - libm::log(5e-324)).abs() < 1e-12 && ln(-1.0).is_nan());
    }

    #[test]
    fn whole_parts_are_floors() {
        for x in [
            -7.0,
            -6.5,
            -0.3,
            -1e-17,
            0.0,
            0.3,
            0.5,
            0.999_999,
            1.0,
            1.5,
            2.5,
            499.999,
            500.0,
            2_147_483_647.0,
            2_147_483_646.9,
        ] {
            assert_eq!(f64::from(whole_below(x)), x.floor(), "{x}");
        }
    }

    #[test]
    fn columns_of_exp_are_the_single_ones_bit_for_bit() {
        let x: Lanes = each(|lane| lane as f64 * -3.7 + 11.0);
        let column = exp_lanes(&x);
        for lane in 0..LANES {
            assert_eq!(column[lane].to_bits(), exp(x[lane]).to_bits());
        }
    }
}
