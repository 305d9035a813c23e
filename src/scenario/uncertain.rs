//! A number that may be uncertain, with where it comes from.

use serde::Serialize;

/// How well a value is founded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Grade {
    /// Stated by the cited source.
    A,
    /// Derived from sourced figures.
    B,
    /// An assumption.
    C,
}

/// The law of an uncertain value.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    Fixed(f64),
    Uniform {
        low: f64,
        high: f64,
    },
    Triangular {
        low: f64,
        mode: f64,
        high: f64,
    },
    Pert {
        low: f64,
        mode: f64,
        high: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
        min: f64,
        max: f64,
    },
    /// `median` and the standard deviation of the logarithm.
    Lognormal {
        median: f64,
        sigma: f64,
        min: f64,
        max: f64,
    },
    Beta {
        alpha: f64,
        beta: f64,
    },
    Loguniform {
        low: f64,
        high: f64,
    },
    /// Weights sum to one.
    Choice {
        values: Vec<f64>,
        weights: Vec<f64>,
    },
}

/// A value of a scenario with its provenance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Uncertain {
    /// Dotted path in the scenario, e.g. `groups.ttp.strength`: the name by which it is drawn, set and varied.
    pub path: String,
    pub distribution: Distribution,
    pub source: Option<String>,
    pub grade: Grade,
    pub note: Option<String>,
    /// True where the file does not name it and the engine's default stands.
    pub is_default: bool,
}
