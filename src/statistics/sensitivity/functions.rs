//! Functions with known sensitivities, over the unit cube, and the reader of SALib's results on them.

/// Ishigami & Homma (1990), a = 7, b = 0.1; inputs uniform in (-pi, pi).
pub mod ishigami {
    use std::f64::consts::PI;

    /// a²/8 + b pi⁴/5 + b² pi⁸/18 + 1/2.
    pub const VARIANCE: f64 = 13.844_587_940_719_254;
    pub const FIRST: [f64; 3] = [0.313_905_191_147_811_4, 0.442_411_144_790_040_7, 0.0];
    pub const TOTAL: [f64; 3] = [0.557_588_855_209_959_3, 0.442_411_144_790_040_7, 0.243_683_664_062_147_9];
    /// Second order of the first and third input; all others are 0.
    pub const SECOND_13: f64 = 0.243_683_664_062_147_9;

    pub fn angle(u: f64) -> f64 {
        PI * (2.0 * u - 1.0)
    }

    pub fn value(u: &[f64]) -> f64 {
        let x: Vec<f64> = u.iter().map(|u| angle(*u)).collect();
        x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
    }

    #[test]
    fn the_constants_follow_from_their_formulas() {
        let v = 49.0 / 8.0 + 0.1 * PI.powi(4) / 5.0 + 0.01 * PI.powi(8) / 18.0 + 0.5;
        let v13 = 0.01 * PI.powi(8) * (1.0 / 18.0 - 1.0 / 50.0);
        let v1 = 0.5 * (1.0 + 0.1 * PI.powi(4) / 5.0).powi(2);
        assert!((VARIANCE - v).abs() < 1e-9 && (SECOND_13 - v13 / v).abs() < 1e-12);
        assert!((FIRST[0] - v1 / v).abs() < 1e-12 && (FIRST[1] - 49.0 / 8.0 / v).abs() < 1e-12);
        assert!((TOTAL[0] - (v1 + v13) / v).abs() < 1e-12);
    }
}

/// Saltelli & Sobol' (1995): product of (|4 u - 2| + a) / (1 + a).
pub mod g_function {
    const A: [f64; 8] = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];

    pub fn value(u: &[f64]) -> f64 {
        u.iter().zip(A).map(|(u, a)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    }

    fn partial(input: usize) -> f64 {
        1.0 / 3.0 / (1.0 + A[input]).powi(2)
    }

    fn closed(members: &[usize]) -> f64 {
        members.iter().map(|&i| 1.0 + partial(i)).product::<f64>() - 1.0
    }

    pub fn first(members: &[usize]) -> f64 {
        closed(members) / closed(&[0, 1, 2, 3, 4, 5, 6, 7])
    }

    pub fn total(members: &[usize]) -> f64 {
        let others: Vec<usize> = (0..8).filter(|i| !members.contains(i)).collect();
        1.0 - first(&others)
    }
}

/// Morris (1991), section 5: 20 inputs; the coefficients that the paper draws from N(0, 1) are (-1)^i and (-1)^(i + j), as in
/// the implementations that are compared with it.
pub mod morris {
    /// Inputs are numbered from 0 here, from 1 in the paper.
    pub fn weight(input: usize, x: f64) -> f64 {
        if [2, 4, 6].contains(&input) { 2.0 * (1.1 * x / (x + 0.1) - 0.5) } else { 2.0 * (x - 0.5) }
    }

    fn sign(exponent: usize) -> f64 {
        if exponent.is_multiple_of(2) { 1.0 } else { -1.0 }
    }

    pub fn first(i: usize) -> f64 {
        if i < 10 { 20.0 } else { sign(i + 1) }
    }

    pub fn second(i: usize, j: usize) -> f64 {
        if i < 6 && j < 6 { -15.0 } else { sign(i + j) }
    }

    pub fn value(x: &[f64]) -> f64 {
        let w: Vec<f64> = x.iter().enumerate().map(|(i, x)| weight(i, *x)).collect();
        let mut y = 0.0;
        for i in 0..20 {
            y += first(i) * w[i];
            for j in i + 1..20 {
                y += second(i, j) * w[i] * w[j];
                for l in (j + 1..5).filter(|_| i < 5) {
                    y += -10.0 * w[i] * w[j] * w[l];
                    y += (l + 1..4).map(|s| 5.0 * w[i] * w[j] * w[l] * w[s]).sum::<f64>();
                }
            }
        }
        y
    }
}

/// The rows of a file, and after a line `expected` those of what SALib makes of them.
pub fn numbers(text: &str) -> (Vec<Vec<f64>>, Vec<Vec<f64>>) {
    let (data, expected) = text.split_once("expected\n").expect("a file with both");
    let rows = |part: &str| {
        let lines = part.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        lines.map(|line| line.split(' ').map(|word| word.parse().expect("a number")).collect()).collect()
    };
    (rows(data), rows(expected))
}
