//! Gaussian kernel density estimate on a grid.
//!
//! `f(x) = 1 / (n h) * sum K((x - x_i) / h)` with the standard normal kernel `K` and the bandwidth of Silverman (1986),
//! "Density Estimation for Statistics and Data Analysis", equation 3.31: `h = 0.9 min(sd, IQR / 1.34) n^(-1/5)`.
//! For quantities that cannot be negative the kernel's mass below zero is reflected (section 2.10 there), so that the
//! estimate integrates to one over the values that can occur.

use super::summary::{quantile_of_sorted, sorted_finite, variance};

/// Values are rounded to this share of the bandwidth, which changes the estimate by less than one part in 1,000.
const ROUNDING: f64 = 1.0 / 16.0;
/// The kernel is taken as zero beyond this many bandwidths (its mass there is below 1e-6).
const REACH: f64 = 5.0;

/// A density on an evenly spaced grid.
#[derive(Debug, Clone, PartialEq)]
pub struct Density {
    /// Grid, ascending, in the unit of the values.
    pub x: Vec<f64>,
    /// Density at each grid point, per unit.
    pub density: Vec<f64>,
    /// Bandwidth used, in the unit of the values.
    pub bandwidth: f64,
}

/// Silverman's bandwidth of values in ascending order; `None` for fewer than two values or constant ones.
pub fn silverman_bandwidth(sorted: &[f64]) -> Option<f64> {
    let sd = variance(sorted)?.sqrt();
    let range = quantile_of_sorted(sorted, 0.75)? - quantile_of_sorted(sorted, 0.25)?;
    // Where more than half of the values are equal the interquartile range says nothing of the spread.
    let spread = if range > 0.0 { sd.min(range / 1.34) } else { sd };
    (spread > 0.0).then(|| 0.9 * spread * (sorted.len() as f64).powf(-0.2))
}

/// Density of the values at `points` grid points from `low` to `high`; with `reflect_at_zero` for values that cannot
/// be negative. A constant sample yields a bump one grid step wide; an empty sample or an empty grid yields zeros.
pub fn gaussian_density(values: &[f64], low: f64, high: f64, points: usize, reflect_at_zero: bool) -> Density {
    let step = if points > 1 { (high - low) / (points - 1) as f64 } else { 0.0 };
    let x: Vec<f64> = (0..points).map(|i| low + step * i as f64).collect();
    let sorted = sorted_finite(values);
    if sorted.is_empty() || !step.is_finite() || step <= 0.0 {
        return Density { density: vec![0.0; x.len()], x, bandwidth: 0.0 };
    }
    // A bandwidth below the grid's step would fall between grid points.
    let bandwidth = silverman_bandwidth(&sorted).unwrap_or(0.0).max(step);
    let reflected = reflect_at_zero && sorted[0] >= 0.0;
    let mut density = vec![0.0; points];
    let mut add = |centre: f64, weight: f64| {
        let first = ((centre - REACH * bandwidth - low) / step).ceil().max(0.0);
        let last = ((centre + REACH * bandwidth - low) / step).floor();
        if last < 0.0 || first >= points as f64 {
            return;
        }
        for i in first as usize..=(last as usize).min(points - 1) {
            let z = (x[i] - centre) / bandwidth;
            density[i] += weight * (-0.5 * z * z).exp();
        }
    };
    let width = bandwidth * ROUNDING;
    let mut from = 0;
    while from < sorted.len() {
        let cell = (sorted[from] / width).floor();
        let count = sorted[from..].iter().take_while(|v| (**v / width).floor() == cell).count().max(1);
        let centre = sorted[from..from + count].iter().sum::<f64>() / count as f64;
        add(centre, count as f64);
        if reflected {
            add(-centre, count as f64);
        }
        from += count;
    }
    let scale = 1.0 / (sorted.len() as f64 * bandwidth * (2.0 * std::f64::consts::PI).sqrt());
    for (i, d) in density.iter_mut().enumerate() {
        *d *= if reflected && x[i] < 0.0 { 0.0 } else { scale };
    }
    Density { x, density, bandwidth }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exponential_quantiles(n: usize) -> Vec<f64> {
        (0..n).map(|i| -(1.0 - (i as f64 + 0.5) / n as f64).ln()).collect()
    }

    fn area(d: &Density) -> f64 {
        d.density.iter().sum::<f64>() * (d.x[1] - d.x[0])
    }

    #[test]
    fn rounded_sum_agrees_with_the_plain_definition() {
        let values = exponential_quantiles(500);
        let d = gaussian_density(&values, -1.0, 8.0, 200, false);
        let h = d.bandwidth;
        let peak = d.density.iter().copied().fold(0.0, f64::max);
        for (x, got) in d.x.iter().zip(&d.density) {
            let plain: f64 = values.iter().map(|v| (-0.5 * ((x - v) / h).powi(2)).exp()).sum::<f64>()
                / (500.0 * h * (2.0 * std::f64::consts::PI).sqrt());
            assert!((got - plain).abs() < 1e-3 * peak, "{x}: {got} {plain}");
        }
    }

    #[test]
    fn reflection_keeps_all_mass_at_or_above_zero() {
        let values = exponential_quantiles(2000);
        let d = gaussian_density(&values, 0.0, 12.0, 1201, true);
        // The trapezoid's end weight at zero is half of what `area` counts.
        let total = area(&d) - d.density[0] * 0.005;
        assert!((total - 1.0).abs() < 2e-3, "{total}");
        assert!((d.density[0] - 1.0).abs() < 0.15, "an exponential has density 1 at zero, got {}", d.density[0]);
    }

    #[test]
    fn degenerate_samples_and_grids_yield_finite_numbers() {
        let spike = gaussian_density(&[7.0; 30], 0.0, 10.0, 101, true);
        assert!((area(&spike) - 1.0).abs() < 1e-3);
        assert_eq!(spike.density.iter().position(|d| *d == spike.density[70]), Some(70));
        for d in [
            gaussian_density(&[], 0.0, 1.0, 5, true),
            gaussian_density(&[1.0, 2.0], 1.0, 1.0, 5, true),
            gaussian_density(&[f64::NAN], 0.0, 1.0, 5, false),
            gaussian_density(&[1.0], 0.0, 1.0, 0, false),
        ] {
            assert!(d.density.iter().all(|v| *v == 0.0));
        }
    }
}
