//! The regularised incomplete gamma function and the Poisson probabilities, accurate to about 1e-14.
//!
//! Probabilities are written as deviances from their own maximum (Loader 2000, "Fast and accurate computation of
//! binomial probabilities"), which loses no digits for large arguments. The incomplete gamma is its power series or
//! continued fraction, and Temme's uniform expansion (DLMF 8.12) near the mean of large arguments.

use super::math::{exp, ln};
use super::special::normal_cdf;

/// The error of Stirling's formula: ln Gamma(x+1) - ln(sqrt(2 pi x) (x/e)^x), for x > 0.
pub(super) fn stirling_error(x: f64) -> f64 {
    let mut shifted = x;
    let mut sum = 0.0;
    // error(x) = error(x+1) + (x + 1/2) ln(1 + 1/x) - 1 takes small arguments to where the series holds.
    while shifted < 15.0 {
        sum += (shifted + 0.5) * libm::log1p(1.0 / shifted) - 1.0;
        shifted += 1.0;
    }
    let s = 1.0 / (shifted * shifted);
    let series = (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s / 1188.0)))) / shifted;
    sum + series
}

/// The deviance x ln(x/mean) + mean - x, not negative and without cancellation near x = mean; both positive.
pub(super) fn deviance(x: f64, mean: f64) -> f64 {
    let difference = x - mean;
    if difference.abs() >= 0.1 * (x + mean) {
        return x * ln(x / mean) + mean - x;
    }
    let v = difference / (x + mean);
    let square = v * v;
    let mut sum = difference * v;
    let mut term = 2.0 * x * v;
    let mut odd = 3.0;
    loop {
        term *= square;
        let next = sum + term / odd;
        if next == sum {
            return next;
        }
        sum = next;
        odd += 2.0;
    }
}

/// mean^x e^-mean / Gamma(x+1): for whole x the Poisson probability of x. Zero arguments are allowed, negative ones not.
#[must_use]
pub fn poisson_probability(x: f64, mean: f64) -> f64 {
    if x <= 0.0 {
        return exp(-mean);
    }
    if mean <= 0.0 {
        return 0.0;
    }
    exp(-stirling_error(x) - deviance(x, mean)) / libm::sqrt(std::f64::consts::TAU * x)
}

/// Lower regularised incomplete gamma function P(a, x), a > 0, x >= 0.
#[must_use]
pub fn gamma_p(a: f64, x: f64) -> f64 {
    gamma_tails(a, x).0
}

/// Upper regularised incomplete gamma function Q(a, x) = 1 - P(a, x); Q(k+1, mean) is the chance that a Poisson count
/// is at most k.
#[must_use]
pub fn gamma_q(a: f64, x: f64) -> f64 {
    gamma_tails(a, x).1
}

fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if a >= 60.0 && (x - a).abs() < 2.0 * a {
        let eta = libm::copysign(libm::sqrt(2.0 * deviance(a, x) / a), x - a);
        if eta.abs() < 1.0 {
            return temme_tails(a, eta);
        }
    }
    let density = poisson_probability(a, x);
    if x < a + 1.0 {
        let (mut sum, mut term, mut n) = (1.0, 1.0, a);
        while term > sum * 1e-17 {
            n += 1.0;
            term *= x / n;
            sum += term;
        }
        let lower = (density * sum).min(1.0);
        (lower, 1.0 - lower)
    } else {
        // Lentz's method for the continued fraction (DLMF 8.9.2).
        let mut b = x + 1.0 - a;
        let mut c = 1e300;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for i in 1..10_000 {
            let i = f64::from(i);
            let numerator = -i * (i - a);
            b += 2.0;
            d = 1.0 / nonzero(numerator * d + b);
            c = nonzero(b + numerator / c);
            let factor = c * d;
            fraction *= factor;
            if (factor - 1.0).abs() < 1e-16 {
                break;
            }
        }
        let upper = (density * a * fraction).clamp(0.0, 1.0);
        (1.0 - upper, upper)
    }
}

/// Keeps Lentz's method from dividing by zero.
pub(super) fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

/// Taylor coefficients in eta of c_0 .. c_5 of DLMF 8.12.12, from its exact recursion in rational arithmetic.
#[rustfmt::skip]
const TEMME: [&[f64]; 6] = [
    &[
        -0.3333333333333333, 0.08333333333333333, -0.014814814814814815, 0.0011574074074074073,
        0.0003527336860670194, -0.0001787551440329218, 3.919263178522438e-05, -2.185448510679992e-06,
        -1.85406221071516e-06, 8.296711340953087e-07, -1.7665952736826078e-07, 6.707853543401498e-09,
        1.0261809784240309e-08, -4.382036018453353e-09, 9.14769958223679e-10, -2.5514193994946248e-11,
        -5.830772132550426e-11, 2.4361948020667415e-11, -5.0276692801141755e-12, 1.1004392031956135e-13,
        3.371763262400985e-13, -1.392388722418162e-13, 2.8534893807047445e-14, -5.139111834242572e-16,
        -1.9752288294349442e-15, 8.099521156704561e-16, -1.6522531216398162e-16, 2.5305430097478883e-18,
        1.1686939738559576e-17, -4.770037049820485e-18,
    ],
    &[
        -0.001851851851851852, -0.003472222222222222, 0.0026455026455026454, -0.0009902263374485596,
        0.00020576131687242798, -4.018775720164609e-07, -1.8098550334489977e-05, 7.64916091608111e-06,
        -1.6120900894563446e-06, 4.647127802807434e-09, 1.378633446915721e-07, -5.752545603517705e-08,
        1.1951628599778148e-08, -1.7543241719747647e-11, -1.0091543710600413e-09, 4.162792991842583e-10,
        -8.56390702649298e-11, 6.067215101604758e-14, 7.1624989648114856e-12, -2.933186643771437e-12,
        5.996696365683689e-13, -2.1671786527323313e-16, -4.978339972369262e-14, 2.0291628823713425e-14,
        -4.13125571381061e-15, 8.286516239883097e-19,
    ],
    &[
        0.004133597883597883, -0.0026813271604938273, 0.0007716049382716049, 2.0093878600823047e-06,
        -0.0001073665322636516, 5.2923448829120125e-05, -1.2760635188618728e-05, 3.423578734096138e-08,
        1.3721957309062934e-06, -6.298992138380055e-07, 1.4280614206064242e-07, -2.0477098421990866e-10,
        -1.409252991086752e-08, 6.228974084922022e-09, -1.3670488396617114e-09, 9.428356159014678e-13,
        1.2872252400089318e-10, -5.5645956134363323e-11, 1.197593554636698e-11, -4.1689782251838634e-15,
        -1.0940640427884595e-12, 4.662239946390136e-13, -9.905105763906907e-14,
    ],
    &[
        0.0006494341563786008, 0.00022947209362139917, -0.0004691894943952557, 0.00026772063206283885,
        -7.561801671883977e-05, -2.396505113867297e-07, 1.1082654115347302e-05, -5.6749528269915965e-06,
        1.4230900732435883e-06, -2.7861080291528143e-11, -1.6958404091930278e-07, 8.099464905388083e-08,
        -1.9111168485973655e-08, 2.3928620439808118e-12, 2.0620131815488797e-09, -9.460496661855133e-10,
        2.1541049775774907e-10, -1.388823336813903e-14, -2.1894761681963938e-11, 9.790998951171684e-12,
    ],
    &[
        -0.0008618882909167117, 0.0007840392217200666, -0.0002990724803031902, -1.4638452578843418e-06,
        6.641498215465122e-05, -3.968365047179435e-05, 1.1375726970678419e-05, 2.507497226237533e-10,
        -1.6954149536558305e-06, 8.907507532205309e-07, -2.292934834000805e-07, 2.956794137544049e-11,
        2.8865829742708783e-08, -1.4189739437803219e-08, 3.4463580499464896e-09, -2.3024517174528067e-13,
        -3.9409233028046403e-10,
    ],
    &[
        -0.00033679855336635813, -6.972813758365857e-05, 0.0002772753244959392, -0.00019932570516188847,
        6.797780477937208e-05, 1.419062920643967e-07, -1.3594048189768693e-05, 8.018470256334202e-06,
        -2.291481176508095e-06, -3.252473551298454e-10, 3.4652846491085265e-07, -1.8447187191171344e-07,
        4.8240967037894184e-08, -1.7989466721743514e-14,
    ],
];

/// P and Q by Temme's expansion; error below 1e-15 for a >= 60 and |eta| < 1.
fn temme_tails(a: f64, eta: f64) -> (f64, f64) {
    let mut sum = 0.0;
    for coefficients in TEMME.iter().rev() {
        let value = coefficients.iter().rev().fold(0.0, |value, coefficient| value * eta + coefficient);
        sum = sum / a + value;
    }
    let correction = exp(-0.5 * a * eta * eta) / libm::sqrt(std::f64::consts::TAU * a) * sum;
    let z = eta * libm::sqrt(a);
    ((normal_cdf(z) - correction).clamp(0.0, 1.0), (normal_cdf(-z) + correction).clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (a, x, Q(a, x)) from mpmath's gammainc at 40 digits.
    const REFERENCE: &[(f64, f64, f64)] = &[
        (0.5, 0.1, 0.654720846018577),
        (0.5, 3.0, 0.01430587843542964),
        (1.0, 1e-08, 0.9999999900000001),
        (3.0, 2.5, 0.5438131158833295),
        (10.0, 20.0, 0.004995412308307587),
        (17.0, 9.5, 0.9822726430009922),
        (50.0, 50.0, 0.48119168452795674),
        (150.0, 110.0, 0.999830884279656),
        (250.0, 250.0, 0.491589373031009),
        (250.0, 300.0, 0.001377471877528202),
        (1000.0, 880.0, 0.9999605097783414),
        (100000.0, 100900.0, 0.0022655278205633736),
        (1000000.0, 1000000.0, 0.4998670192391274),
        (1000000000.0, 999940000.0, 0.9711120217829903),
    ];

    #[test]
    fn incomplete_gamma_meets_reference_values() {
        for &(a, x, q) in REFERENCE {
            assert!((gamma_q(a, x) - q).abs() < 3e-14, "Q({a}, {x}) = {:e} not {q:e}", gamma_q(a, x));
            assert!((gamma_p(a, x) - (1.0 - q)).abs() < 3e-14, "P({a}, {x})");
        }
    }

    #[test]
    fn both_sides_of_the_expansion_of_large_arguments_agree() {
        // Around |eta| = 1 and a = 60, against the sum of Poisson probabilities.
        for (a, x) in
            [(59.0_f64, 61.0), (60.0, 61.0), (61.0, 70.0), (60.0, 20.0), (60.0, 12.0), (64.0, 140.0), (64.0, 155.0)]
        {
            let sum: f64 = (0..a as u32).map(|k| poisson_probability(f64::from(k), x)).sum();
            assert!((gamma_q(a, x) - sum).abs() < 1e-14, "Q({a}, {x})");
        }
    }

    #[test]
    fn poisson_probabilities_are_their_definition() {
        for mean in [1e-9, 0.3, 7.0, 30.0] {
            let mut direct: f64 = libm::exp(-mean);
            for k in 0..60 {
                let relative = poisson_probability(f64::from(k), mean) / direct - 1.0;
                assert!(relative.abs() < 1e-13, "mean {mean}, k {k}: {relative:e}");
                direct *= mean / f64::from(k + 1);
                if direct < 1e-290 {
                    break;
                }
            }
        }
        assert_eq!(poisson_probability(3.0, 0.0), 0.0);
        assert_eq!(poisson_probability(0.0, 0.0), 1.0);
    }
}
