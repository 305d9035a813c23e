//! What the outcomes owe to chance and what to ignorance, and which parameter, if known, could change the choice.

use indexmap::IndexMap;

use super::compare::losses;
use super::results::{Outcomes, total_column};
use crate::parallel;
use crate::statistics::main_effect::{main_effect, noise_of_sum};
use crate::statistics::order::{ascending, descending, largest_first};
use crate::statistics::value_of_information::{InformationValue, partial_information, perfect_foresight};
use crate::statistics::variance_split::{VarianceSplit, chance, split};

/// Parameters looked at closely: those with the largest main effects on the difference between policies.
const CLOSELY: usize = 12;
/// Parameters whose values are in memory at a time.
const AT_ONCE: usize = 32;
/// Shuffles that a parameter's value is compared with: a test at the 5 % level.
const SHUFFLES: usize = 19;

/// A drawn parameter and how it is founded.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Dotted path.
    pub path: String,
    /// `A`, `B` or `C`.
    pub grade: String,
}

/// Values of parameters: `[parameter][trial]`.
pub type ByTrial = Vec<Vec<f64>>;

/// Drawn parameters, whose values are read some at a time: those of all in all trials may be more than memory should hold.
pub struct Drawn<'a, E> {
    /// The parameters.
    pub parameters: &'a [Parameter],
    /// Values of those of these places, in each trial.
    pub values: &'a mut dyn FnMut(&[usize]) -> Result<ByTrial, E>,
}

/// What knowing one parameter is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterValue {
    /// Dotted path.
    pub path: String,
    /// `A`, `B` or `C`.
    pub grade: String,
    /// Share of the variance of the difference between the two best policies that goes with it alone.
    pub main_effect: f64,
    /// Worth of knowing it before choosing.
    pub value: InformationValue,
}

/// Share of a variance that goes with the parameters of one grade, each alone.
#[derive(Debug, Clone, PartialEq)]
pub struct GradeShare {
    /// `A`, `B` or `C`.
    pub grade: String,
    /// Parameters drawn.
    pub parameters: usize,
    /// Sum of their main effects.
    pub share: f64,
    /// Standard error that parameters without effect would leave.
    pub error: f64,
}

/// One measure of one policy, split into chance and ignorance.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureSplit {
    /// Metric, or `objective`.
    pub metric: String,
    /// Index of the policy; for a difference, of the policy less the baseline.
    pub policy: usize,
    /// True for the difference from the baseline.
    pub difference: bool,
    /// The split.
    pub split: VarianceSplit,
    /// For a difference: the factor by which pairing cuts the variance owed to chance, all that it can cut. What the
    /// parameters do to a difference is no noise.
    pub pairing_of_chance: Option<f64>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Information {
    /// Chance and ignorance of the objective and every headline metric: under the baseline, and of every policy's
    /// difference from it; empty without second histories.
    pub splits: Vec<MeasureSplit>,
    /// Main effects on the difference between the two best policies, by grade.
    pub grades: Vec<GradeShare>,
    /// Worth of foreseeing everything, chance included, in units of the objective.
    pub foresight: Option<f64>,
    /// Parameters by what knowing them is worth, largest first.
    pub parameters: Vec<ParameterValue>,
    /// The two best policies by mean objective, whose difference the effects are on.
    pub rivals: Option<(usize, usize)>,
}

/// Computes it. `second`: a second history of the first trials, if there is one.
///
/// # Errors
/// Values of parameters cannot be read.
pub fn information<E>(
    outcomes: &Outcomes,
    second: Option<&Outcomes>,
    drawn: &mut Drawn<'_, E>,
    objective: &IndexMap<String, f64>,
    headline: &[String],
    baseline: usize,
) -> Result<Information, E> {
    let parameters = drawn.parameters;
    let loss: Vec<Vec<f64>> = (0..outcomes.policies.len()).map(|p| losses(outcomes, objective, p)).collect();
    let slices: Vec<&[f64]> = loss.iter().map(Vec::as_slice).collect();
    let rivals = two_best(&loss);
    let mut effects: Vec<f64> = Vec::new();
    if let Some((best, next)) = rivals {
        let difference: Vec<f64> = loss[next].iter().zip(&loss[best]).map(|(a, b)| a - b).collect();
        let places: Vec<usize> = (0..parameters.len()).collect();
        for some in places.chunks(AT_ONCE) {
            let values = (drawn.values)(some)?;
            effects.extend(parallel::each(values.len(), |p| main_effect(&difference, &values[p]).unwrap_or(0.0)));
        }
    }
    let mut ranked = descending(&effects);
    ranked.truncate(CLOSELY);
    let values = (drawn.values)(&ranked)?;
    let closely = parallel::each(ranked.len(), |rank| {
        let parameter = &parameters[ranked[rank]];
        Some(ParameterValue {
            path: parameter.path.clone(),
            grade: parameter.grade.clone(),
            main_effect: effects[ranked[rank]],
            value: partial_information(&slices, &[&values[rank]], SHUFFLES)?,
        })
    });
    let closely: Vec<ParameterValue> = closely.into_iter().flatten().collect();
    // Parameters of equal worth stay in the order of their effects.
    let closely = largest_first(closely, |one| one.value.value);
    Ok(Information {
        splits: second.map_or_else(Vec::new, |s| splits(outcomes, s, objective, headline, baseline)),
        grades: grades(parameters, &effects, outcomes.trials),
        foresight: if slices.len() > 1 { perfect_foresight(&slices) } else { None },
        parameters: closely,
        rivals,
    })
}

/// Indices of the policies with the smallest and second smallest mean loss.
fn two_best(losses: &[Vec<f64>]) -> Option<(usize, usize)> {
    let mean = |losses: &Vec<f64>| losses.iter().sum::<f64>() / losses.len().max(1) as f64;
    let order = ascending(&losses.iter().map(mean).collect::<Vec<f64>>());
    (order.len() > 1 && !losses[order[0]].is_empty()).then(|| (order[0], order[1]))
}

fn grades(parameters: &[Parameter], effects: &[f64], trials: usize) -> Vec<GradeShare> {
    ["A", "B", "C"]
        .into_iter()
        .map(|grade| {
            let of_grade: Vec<f64> =
                parameters.iter().zip(effects).filter(|(p, _)| p.grade == grade).map(|(_, e)| *e).collect();
            GradeShare {
                grade: grade.to_string(),
                parameters: of_grade.len(),
                share: of_grade.iter().sum(),
                error: noise_of_sum(of_grade.len(), trials),
            }
        })
        .collect()
}

fn splits(
    outcomes: &Outcomes,
    second: &Outcomes,
    objective: &IndexMap<String, f64>,
    headline: &[String],
    baseline: usize,
) -> Vec<MeasureSplit> {
    let n = second.trials.min(outcomes.trials);
    let both = |metric: Option<&str>, policy: usize| -> Option<(Vec<f64>, Vec<f64>)> {
        let of = |from: &Outcomes| match metric {
            None => Some(losses(from, objective, policy)),
            Some(metric) => Some(from.policies[policy].values[total_column(&from.columns, metric)?].part(0..n)),
        };
        Some((of(outcomes)?[..n].to_vec(), of(second)?[..n].to_vec()))
    };
    let metrics = std::iter::once(None).chain(headline.iter().map(|m| Some(m.as_str())));
    let others = (0..outcomes.policies.len()).filter(|policy| *policy != baseline);
    let policies: Vec<usize> = std::iter::once(baseline).chain(others).collect();
    let wanted: Vec<(Option<&str>, usize)> =
        metrics.flat_map(|metric| policies.iter().map(move |policy| (metric, *policy))).collect();
    let found = parallel::each(wanted.len(), |place| {
        let (metric, policy) = wanted[place];
        let (first, again) = both(metric, baseline)?;
        let (split, pairing_of_chance) = if policy == baseline {
            (split(&first, &again)?, None)
        } else {
            let (mine, mine_again) = both(metric, policy)?;
            let less = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a - b).collect() };
            let paired = split(&less(&mine, &first), &less(&mine_again, &again))?;
            let unpaired =
                chance(&mine, &mine_again).zip(chance(&first, &again)).map(|(mine, baseline)| mine + baseline);
            (paired, unpaired.filter(|_| paired.chance > 0.0).map(|sum| sum / paired.chance))
        };
        let metric = metric.unwrap_or(super::compare::OBJECTIVE).to_string();
        Some(MeasureSplit { metric, policy, difference: policy != baseline, split, pairing_of_chance })
    });
    found.into_iter().flatten().collect()
}
