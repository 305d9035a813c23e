//! What the engine offers to a scenario: its mechanisms' parameters, its instruments and its metrics.
//!
//! The reader of scenarios must not know how anything is simulated. The rooms that do simulate hand it
//! this catalog instead, so a new mechanism or instrument becomes readable, checked, explained and part of
//! the schema by the one line that registers it.

use super::uncertain::Grade;

/// One number that a mechanism or an instrument reads from the scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParameterSpec {
    /// Key in the file.
    pub name: &'static str,
    /// One sentence: what it is.
    pub doc: &'static str,
    /// Unit, `share`, `per year`, `weeks`...
    pub unit: &'static str,
    /// The value where the scenario names none; `None` where the scenario must name one.
    pub default: Option<f64>,
    /// Lowest value accepted.
    pub low: f64,
    /// Highest value accepted.
    pub high: f64,
    /// Plausible range: drawn as a PERT around the default where the scenario names no value.
    pub plausible: Option<(f64, f64)>,
    /// Where the default comes from.
    pub source: &'static str,
    /// How well the default is founded.
    pub grade: Grade,
}

/// A mechanism of the model: a table `[mechanisms.<name>]` in the file.
#[derive(Debug, Clone, Copy)]
pub struct MechanismSpec {
    /// Key of the table.
    pub name: &'static str,
    /// One sentence: what it does.
    pub doc: &'static str,
    /// Its equations, as text, one a line.
    pub equations: &'static str,
    /// Its parameters.
    pub parameters: &'static [ParameterSpec],
}

/// What kind of entity a key of an instrument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetOf {
    /// Groups of the scenario.
    Groups,
    /// Hosts.
    Hosts,
    /// Regions.
    Regions,
}

/// A key of an instrument that names entities of the scenario.
#[derive(Debug, Clone, Copy)]
pub struct TargetSpec {
    /// Key in the file, e.g. `with`, `regions`.
    pub key: &'static str,
    /// What it names.
    pub of: TargetOf,
    /// A list of names if true, one name if false.
    pub many: bool,
    /// An error if absent. Where it is not required and absent, the list is empty.
    pub required: bool,
    /// One sentence.
    pub doc: &'static str,
}

/// An instrument: one `kind` of action.
#[derive(Debug, Clone, Copy)]
pub struct InstrumentSpec {
    /// The `kind` in the file.
    pub name: &'static str,
    /// One sentence: what it does.
    pub doc: &'static str,
    /// Its equations, as text, one a line.
    pub equations: &'static str,
    /// Keys that name entities; at most one per [`TargetOf`].
    pub targets: &'static [TargetSpec],
    /// Keys that hold numbers.
    pub options: &'static [ParameterSpec],
}

/// An outcome that a scenario may name as headline, objective or condition.
#[derive(Debug, Clone, Copy)]
pub struct MetricSpec {
    /// Name in files, e.g. `killed`.
    pub name: &'static str,
    /// Name for readers.
    pub label: &'static str,
    /// Unit; `currency` stands for the scenario's.
    pub unit: &'static str,
    /// One sentence: what it counts.
    pub doc: &'static str,
}

/// Everything the engine offers to a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Catalog {
    /// In the order in which parameters are drawn.
    pub mechanisms: &'static [MechanismSpec],
    /// The kinds of action there are.
    pub instruments: &'static [InstrumentSpec],
    /// The outcomes there are.
    pub metrics: &'static [MetricSpec],
}
