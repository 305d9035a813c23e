//! Quantiles and distribution functions of the normal and Student's t law.

use super::beta::Shapes;
use super::math::ln;

/// The standard normal distribution function.
#[must_use]
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The value with standard normal probability `u` in (0, 1) below it, to about 1e-15 (Wichura 1988, algorithm AS241
/// PPND16). 0 and 1 give the infinities.
#[must_use]
pub fn normal_quantile(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(r, &CENTRE);
    }
    let tail = if q < 0.0 { u } else { 1.0 - u };
    if tail <= 0.0 {
        return libm::copysign(f64::INFINITY, q);
    }
    let r = libm::sqrt(-ln(tail));
    let value = if r <= 5.0 { ratio(r - 1.6, &SHOULDER) } else { ratio(r - 5.0, &TAIL) };
    libm::copysign(value, q)
}

/// Numerator and denominator of a rational approximation, lowest order first.
type Ratio = ([f64; 8], [f64; 8]);

fn ratio(r: f64, (numerator, denominator): &Ratio) -> f64 {
    let polynomial = |coefficients: &[f64; 8]| coefficients.iter().rev().fold(0.0, |value, c| value * r + c);
    polynomial(numerator) / polynomial(denominator)
}

const CENTRE: Ratio = (
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
);

const SHOULDER: Ratio = (
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
);

const TAIL: Ratio = (
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
);

/// The value with probability `p` in (0, 1) below it under Student's t with `df` > 0 degrees of freedom, from the
/// inverse incomplete beta function (Abramowitz & Stegun 26.7.1).
#[must_use]
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    let tail = if p < 0.5 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return libm::copysign(f64::INFINITY, p - 0.5);
    }
    let (x, y) = Shapes::new(0.5 * df, 0.5).quantile_tails(2.0 * tail);
    libm::copysign(libm::sqrt(df * y / x), p - 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_meet_wichuras_check_values() {
        // Wichura (1988), section "Test of accuracy".
        for (p, z) in
            [(0.25, -0.674_489_750_196_081_7), (1e-3, -3.090_232_306_167_814), (1e-20, -9.262_340_089_798_408)]
        {
            assert!((normal_quantile(p) / z - 1.0).abs() < 1e-15, "{p}");
        }
        assert_eq!(normal_quantile(0.5), 0.0);
        assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
        assert_eq!(normal_quantile(1.0), f64::INFINITY);
    }

    #[test]
    fn normal_quantile_inverts_the_distribution_function() {
        for i in 1..1000 {
            let u = f64::from(i) / 1000.0;
            assert!((normal_cdf(normal_quantile(u)) - u).abs() < 4e-16, "{u}");
        }
    }

    #[test]
    fn student_quantiles_meet_published_tables() {
        // Abramowitz & Stegun table 26.10 to its three or more digits, and the closed forms of 1 and 2 degrees of freedom.
        for (p, df, t) in [(0.975, 5.0, 2.571), (0.975, 30.0, 2.042), (0.995, 10.0, 3.169), (0.95, 120.0, 1.658)] {
            assert!((student_t_quantile(p, df) - t).abs() < 5e-4, "{p} {df}");
        }
        for p in [1e-6, 0.01, 0.3, 0.5, 0.8, 0.999] {
            let cauchy = -1.0 / libm::tan(std::f64::consts::PI * p);
            let two = (2.0 * p - 1.0) / libm::sqrt(2.0 * p * (1.0 - p));
            assert!((student_t_quantile(p, 1.0) - cauchy).abs() <= 1e-12 * cauchy.abs().max(1.0), "{p}");
            assert!((student_t_quantile(p, 2.0) - two).abs() <= 1e-12 * two.abs().max(1.0), "{p}");
        }
        assert!((student_t_quantile(0.9, 1e8) - normal_quantile(0.9)).abs() < 1e-7);
    }
}
