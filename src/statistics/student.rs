//! Student's t distribution and the tail of the normal one: what intervals of a mean and their planning need.

use super::proportion::NORMAL_975;

/// 97.5 % quantile of Student's t with `df` degrees of freedom (at least 1; 0 is taken as 1).
///
/// Exact for 1 and 2; beyond by Hill (1970), "Algorithm 396: Student's t-quantiles", CACM 13(10), whose error is below
/// 1e-4 from 3 degrees on and falls quickly.
pub fn student_975(df: usize) -> f64 {
    let p = 0.05; // both tails together
    match df {
        0 | 1 => 1.0 / (p * std::f64::consts::FRAC_PI_2).tan(),
        2 => (2.0 / (p * (2.0 - p)) - 2.0).sqrt(),
        _ => {
            let n = df as f64;
            let a = 1.0 / (n - 0.5);
            let b = 48.0 / (a * a);
            let mut c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
            let d = ((94.5 / (b + c) - 3.0) / b + 1.0) * (a * std::f64::consts::FRAC_PI_2).sqrt() * n;
            let mut y = (d * p).powf(2.0 / n);
            if y > 0.05 + a {
                let x = -NORMAL_975;
                y = x * x;
                if df < 5 {
                    c += 0.3 * (n - 4.5) * (x + 0.6);
                }
                c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
                y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
                y = (a * y * y).exp_m1();
            } else {
                y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0) + 0.5 / (n + 4.0)) * y - 1.0)
                    * (n + 1.0)
                    / (n + 2.0)
                    + 1.0 / y;
            }
            (n * y).sqrt()
        }
    }
}

/// Probability that Student's t with `df` degrees of freedom (0 is taken as 1) exceeds `t`; 0.5 for NaN.
///
/// `I_x(df/2, 1/2) / 2` with `x = df / (df + t²)` (Abramowitz & Stegun 1964, 26.5.27), the incomplete beta function by
/// its continued fraction (DLMF 8.17.22).
pub fn student_upper_tail(t: f64, df: usize) -> f64 {
    if t.is_nan() {
        return 0.5;
    }
    if t.is_infinite() {
        return if t > 0.0 { 0.0 } else { 1.0 };
    }
    let df = df.max(1) as f64;
    let square = t * t;
    let both = incomplete_beta(df / (df + square), square / (df + square), df / 2.0, 0.5);
    if t >= 0.0 { both / 2.0 } else { 1.0 - both / 2.0 }
}

/// Regularised incomplete beta function `I_x(a, b)`, with `rest = 1 - x` given apart so that neither loses digits.
fn incomplete_beta(x: f64, rest: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if rest <= 0.0 {
        return 1.0;
    }
    let factor =
        libm::exp(libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log(rest));
    // The fraction converges fast on this side of the mean; the other side is its complement.
    let value = if x < (a + 1.0) / (a + b + 2.0) {
        factor * beta_fraction(x, a, b) / a
    } else {
        1.0 - factor * beta_fraction(rest, b, a) / b
    };
    value.clamp(0.0, 1.0)
}

/// The continued fraction of the incomplete beta function by the method of Lentz.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let away_from_zero = |v: f64| if v.abs() < 1e-300 { 1e-300 } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for m in 1..1000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            step = c * d;
            value *= step;
        }
        if (step - 1.0).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The value that a standard normal variable exceeds with probability `p` (0 < `p` < 1; others are moved there), by
/// halving an interval on the complementary error function: exact to about 1e-14.
pub fn normal_upper_quantile(p: f64) -> f64 {
    let p = if p.is_nan() { 0.5 } else { p.clamp(1e-300, 1.0 - 1e-16) };
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..64 {
        let middle = 0.5 * (low + high);
        let tail = 0.5 * libm::erfc(middle * std::f64::consts::FRAC_1_SQRT_2);
        if tail > p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_match_the_printed_table() {
        for (df, t) in [
            (1, 12.706_204_7),
            (2, 4.302_652_7),
            (3, 3.182_446_3),
            (4, 2.776_445_1),
            (5, 2.570_581_8),
            (10, 2.228_138_9),
            (30, 2.042_272_5),
            (100, 1.983_971_5),
            (1999, 1.961_151_1),
        ] {
            assert!((student_975(df) - t).abs() < 1e-4, "{df}: {} {t}", student_975(df));
        }
    }

    #[test]
    fn upper_tails_match_values_of_scipy() {
        // scipy.stats.t.sf(t, df), SciPy 1.17.1.
        for (t, df, tail) in [
            (0.5, 1, 3.524163823495667e-01),
            (2.0, 3, 6.966298427942152e-02),
            (1.3, 7, 1.173839176961886e-01),
            (2.2, 30, 1.782421999841789e-02),
            (1.96, 1999, 2.506726528879847e-02),
            (4.0, 12, 8.808481221975133e-04),
            (3.0, 999_999, 1.349931270744136e-03),
            (0.01, 100, 4.960206051172142e-01),
        ] {
            let got = student_upper_tail(t, df);
            assert!((got / tail - 1.0).abs() < 1e-9, "{t} {df}: {got} {tail}");
            assert!((student_upper_tail(-t, df) + got - 1.0).abs() < 1e-14);
        }
        assert_eq!([student_upper_tail(f64::INFINITY, 3), student_upper_tail(0.0, 3)], [0.0, 0.5]);
    }

    #[test]
    fn normal_quantiles_match_values_of_scipy() {
        // scipy.stats.norm.isf(p).
        for (p, z) in [
            (0.5, 0.0),
            (0.1, 1.281_551_565_544_600_4),
            (0.0125, 2.241_402_727_604_945),
            (1e-6, 4.753_424_308_822_899),
            (0.9, -1.281_551_565_544_600_4),
        ] {
            assert!((normal_upper_quantile(p) - z).abs() < 1e-12, "{p}: {}", normal_upper_quantile(p));
        }
    }
}
