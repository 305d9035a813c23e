//! A number that may be uncertain, with where it comes from.

use serde::{Deserialize, Serialize};

use super::key::Limits;

/// How well a value is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Grade {
    /// Stated by the cited source.
    A,
    /// Derived from sourced figures.
    B,
    /// An assumption.
    C,
}

/// The law of an uncertain value.
///
/// Every law has finite bounds within the range of its key: where a file gives a normal or lognormal law no `min` or
/// `max`, the reader cuts it off at its quantiles 10⁻⁹ and 1 - 10⁻⁹. A cut law is conditioned on staying within its
/// bounds, not clamped to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// This value.
    Fixed(f64),
    /// Every value between two as likely.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Density a triangle.
    Triangular {
        /// Smallest value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Beta law over a range whose mean gives the mode four times the weight of an end.
    Pert {
        /// Smallest value.
        low: f64,
        /// Most likely value.
        mode: f64,
        /// Largest value.
        high: f64,
    },
    /// Normal law, cut.
    Normal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation before the cut.
        sd: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// `median` and the standard deviation of the logarithm.
    Lognormal {
        /// Median before the cut.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// Beta law on 0 to 1.
    Beta {
        /// First shape.
        alpha: f64,
        /// Second shape.
        beta: f64,
    },
    /// Every ratio between two as likely.
    Loguniform {
        /// Smallest value, above 0.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// Weights sum to one.
    Choice {
        /// The values there are.
        values: Vec<f64>,
        /// Probability of each.
        weights: Vec<f64>,
    },
}

/// A value of a scenario with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uncertain {
    /// Dotted path in the scenario, e.g. `groups.rebels.strength`: the name by which it is drawn, set and varied.
    pub path: String,
    /// Its law.
    pub distribution: Distribution,
    /// Where it comes from.
    pub source: Option<String>,
    /// How well it is founded.
    pub grade: Grade,
    /// A remark.
    pub note: Option<String>,
    /// True where the file does not name it and the engine's default stands.
    pub is_default: bool,
    /// Unit and range that its key accepts: a property of the format, hence no part of the scenario's text.
    #[serde(skip)]
    pub limits: Limits,
}

impl Uncertain {
    /// A default of the engine: a fixed assumption.
    pub fn fixed_default(path: &str, value: f64, limits: Limits) -> Self {
        Self {
            path: path.to_string(),
            distribution: Distribution::Fixed(value),
            source: None,
            grade: Grade::C,
            note: None,
            is_default: true,
            limits,
        }
    }
}

impl Distribution {
    /// Lowest and highest value it can take; both finite.
    pub fn bounds(&self) -> (f64, f64) {
        match self {
            Self::Fixed(value) => (*value, *value),
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. }
            | Self::Loguniform { low, high } => (*low, *high),
            Self::Normal { min, max, .. } | Self::Lognormal { min, max, .. } => (*min, *max),
            Self::Beta { .. } => (0.0, 1.0),
            Self::Choice { values, .. } => values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(*value), high.max(*value))),
        }
    }

    /// Its expectation.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Fixed(value) => *value,
            Self::Uniform { low, high } => 0.5 * (low + high),
            Self::Triangular { low, mode, high } => (low + mode + high) / 3.0,
            Self::Pert { low, mode, high } => (low + 4.0 * mode + high) / 6.0,
            Self::Normal { mean, sd, min, max } => {
                let (a, b) = ((min - mean) / sd, (max - mean) / sd);
                let density = |z: f64| libm::exp(-0.5 * z * z) / libm::sqrt(2.0 * std::f64::consts::PI);
                within(mean + sd * (density(a) - density(b)) / mass(a, b), *min, *max)
            }
            Self::Lognormal { median, sigma, min, max } => {
                let scaled = |bound: f64| libm::log(bound / median) / sigma;
                let (a, b) = (scaled(*min), scaled(*max));
                let share = mass(a - sigma, b - sigma) / mass(a, b);
                within(median * libm::exp(0.5 * sigma * sigma) * share, *min, *max)
            }
            Self::Beta { alpha, beta } => alpha / (alpha + beta),
            Self::Loguniform { low, high } => (high - low) / libm::log(high / low),
            Self::Choice { values, weights } => values.iter().zip(weights).map(|(value, weight)| value * weight).sum(),
        }
    }

    /// Whether there is anything to draw.
    pub fn is_uncertain(&self) -> bool {
        let (low, high) = self.bounds();
        low < high
    }

    /// The same law in another unit; `None` for a beta law, which has no unit but a share.
    pub(crate) fn scaled(self, by: f64) -> Option<Self> {
        Some(match self {
            Self::Fixed(value) => Self::Fixed(value * by),
            Self::Uniform { low, high } => Self::Uniform { low: low * by, high: high * by },
            Self::Triangular { low, mode, high } => {
                Self::Triangular { low: low * by, mode: mode * by, high: high * by }
            }
            Self::Pert { low, mode, high } => Self::Pert { low: low * by, mode: mode * by, high: high * by },
            Self::Normal { mean, sd, min, max } => {
                Self::Normal { mean: mean * by, sd: sd * by, min: min * by, max: max * by }
            }
            Self::Lognormal { median, sigma, min, max } => {
                Self::Lognormal { median: median * by, sigma, min: min * by, max: max * by }
            }
            Self::Beta { .. } => return None,
            Self::Loguniform { low, high } => Self::Loguniform { low: low * by, high: high * by },
            Self::Choice { values, weights } => {
                Self::Choice { values: values.into_iter().map(|value| value * by).collect(), weights }
            }
        })
    }
}

/// Probability of a standard normal law between `a` and `b`, kept from zero so that it can divide.
pub(crate) fn mass(a: f64, b: f64) -> f64 {
    let tail = |z: f64| 0.5 * libm::erfc(z / std::f64::consts::SQRT_2);
    // Both from the nearer tail, where the difference loses no digits.
    let mass = if a > 0.0 { tail(a) - tail(b) } else { tail(-b) - tail(-a) };
    mass.max(f64::MIN_POSITIVE)
}

/// `value` moved between the bounds; their middle for what is not a number.
fn within(value: f64, low: f64, high: f64) -> f64 {
    if value.is_nan() { 0.5 * (low + high) } else { value.max(low).min(high) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mean by summing value times density over a fine grid.
    fn mean_by_sum(low: f64, high: f64, density: impl Fn(f64) -> f64) -> f64 {
        let cells = 200_000;
        let width = (high - low) / f64::from(cells);
        let (mut total, mut moment) = (0.0, 0.0);
        for cell in 0..cells {
            let x = low + (f64::from(cell) + 0.5) * width;
            total += density(x);
            moment += x * density(x);
        }
        moment / total
    }

    #[test]
    fn means_of_cut_laws_agree_with_sums_over_their_densities() {
        let normal = Distribution::Normal { mean: 1.0, sd: 2.0, min: 0.5, max: 2.0 };
        let expected = mean_by_sum(0.5, 2.0, |x| (-0.5 * ((x - 1.0) / 2.0_f64).powi(2)).exp());
        assert!((normal.mean() - expected).abs() < 1e-9, "{} {expected}", normal.mean());
        let lognormal = Distribution::Lognormal { median: 3.0, sigma: 0.8, min: 1.0, max: 9.0 };
        let expected = mean_by_sum(1.0, 9.0, |x| (-0.5 * ((x / 3.0).ln() / 0.8_f64).powi(2)).exp() / x);
        assert!((lognormal.mean() - expected).abs() < 1e-8, "{} {expected}", lognormal.mean());
        let loguniform = Distribution::Loguniform { low: 1.0, high: 10.0 };
        assert!((loguniform.mean() - mean_by_sum(1.0, 10.0, |x| 1.0 / x)).abs() < 1e-8);
    }

    #[test]
    fn a_cut_far_in_the_tail_keeps_its_mean_within_its_bounds() {
        let tail = Distribution::Normal { mean: 0.0, sd: 1.0, min: 30.0, max: 31.0 };
        assert!((30.0..=31.0).contains(&tail.mean()));
    }

    #[test]
    fn scaling_keeps_the_law_and_moves_its_mean_and_bounds() {
        let law = Distribution::Lognormal { median: 3.0, sigma: 0.8, min: 1.0, max: 9.0 };
        let scaled = law.clone().scaled(12.0).expect("a lognormal law has a unit");
        assert!((scaled.mean() / law.mean() - 12.0).abs() < 1e-12);
        assert_eq!(scaled.bounds(), (12.0, 108.0));
        assert_eq!(Distribution::Beta { alpha: 1.0, beta: 2.0 }.scaled(2.0), None);
    }
}
