//! What a run yields goes to files while what is told of it is computed.

use std::ops::Range;
use std::path::Path;

use crate::experiment::information::Drawn;
use crate::experiment::prepared::Prepared;
use crate::experiment::results::{Outcomes, numbers};
use crate::parallel;
use crate::report::ReportError;
use crate::report::parquet_tables::DrawnParameters;
use crate::report::saved::Saved;
use crate::report::written::{self, Findings, Wanted};
use crate::scenario::uncertain::Uncertain;

/// Figures of drawn parameters that are kept for both; where there are more, each draws them some at a time.
const KEPT: usize = 1 << 21;

/// Writes the trials; meanwhile computes what the report tells of them, and makes its tables, figures and page.
///
/// # Errors
/// The path that cannot be written, and what the system says.
pub fn write_and_make(
    folder: &Path,
    prepared: &Prepared<'_>,
    saved: &Saved,
    outcomes: &Outcomes,
    second: &Outcomes,
    wanted: Wanted,
) -> Result<Findings, ReportError> {
    let uncertain = prepared.uncertain();
    let paths = || uncertain.iter().map(|parameter| parameter.path.as_str());
    let trials: Vec<u64> = numbers(&outcomes.left_out).take(outcomes.trials).collect();
    let few = uncertain.len().saturating_mul(trials.len()) <= KEPT;
    let kept = few.then(|| prepared.drawn(&uncertain, &trials));
    let write = || {
        let values = |some: Range<usize>, of: &[u64]| match &kept {
            Some(kept) if of == trials => kept[some].to_vec(),
            _ => prepared.drawn(&uncertain[some], of),
        };
        let drawn = DrawnParameters { paths: paths().collect(), values: &values };
        written::write_trials(folder, saved, outcomes, second, &drawn)
    };
    let make = || {
        let parameters = written::parameters(saved, paths());
        let mut values = |places: &[usize]| {
            if let Some(kept) = &kept {
                return Ok::<_, ReportError>(places.iter().map(|place| kept[*place].clone()).collect());
            }
            let some: Vec<&Uncertain> = places.iter().map(|place| uncertain[*place]).collect();
            Ok(prepared.drawn(&some, &trials))
        };
        let mut drawn = Drawn { parameters: &parameters, values: &mut values };
        let found = written::find(saved, outcomes, Some(second).filter(|second| second.trials > 0), &mut drawn)?;
        written::make_of(folder, wanted, saved, outcomes, &found)?;
        Ok(found)
    };
    /// Columns of more trials are large: at once, files and figures would take a twentieth more memory than the run does.
    const MANY: usize = 20_000;
    let (written, made) = if outcomes.trials > MANY { (write(), make()) } else { parallel::beside(write, make) };
    written?;
    made
}
