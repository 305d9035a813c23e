//! Figures of a sensitivity study, each as SVG and PNG.
//!
//! - `shares-<target>`: share of the variance per group, first order and total, chance as a bar of its own.
//! - `screening-<target>`: mu* against sigma, with the level that chance alone reaches.
//! - `tornado-<target>`: mean outcome at the low and at the high end of the inputs that swing it most.
//! - `scatter-<target>`: outcomes against the values of those inputs, with the trend of the mean.
//! - `distances-<target>`: PAWN distance of the inputs that shift the distribution most, with the level of chance.
//! - `pairs-<target>`: second order of pairs of groups.
//! - `heat-<way>`: every group against every target.

mod heat;
mod scatter;
mod screening;
mod shares;
mod tornado;

use std::path::{Path, PathBuf};

use super::canvas::Picture;
use super::file_names;
use crate::experiment::sensitivity::analysis::Analysis;
use crate::parallel;
use crate::report::error::ReportError;
use crate::report::sensitivity::Study;
use crate::scenario::uncertain::Distribution;
use crate::statistics::order::largest_first;

/// A figure of a study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// What kind: the part of the name before the first `-`.
    pub kind: &'static str,
    /// Index of the target's analysis; `None` for figures of all.
    pub analysis: Option<usize>,
    /// The SVG; the PNG lies beside it.
    pub svg: PathBuf,
}

type Draw<'a> = Box<dyn Fn() -> Option<Picture> + Send + Sync + 'a>;
type Job<'a> = (&'static str, Option<usize>, String, Draw<'a>);

/// Draws all figures into `folder`, which must exist; `quantile` is the value of a law below which a share of it lies.
///
/// # Errors
/// [`ReportError`] with the path of the first figure that could not be written.
pub fn draw_all(
    study: &Study<'_>,
    folder: &Path,
    quantile: fn(&Distribution, f64) -> f64,
) -> Result<Vec<Drawn>, ReportError> {
    let mut jobs: Vec<Job<'_>> = Vec::new();
    for (way, (by, _)) in study.ways().into_iter().enumerate() {
        jobs.push(("heat", None, by.to_string(), Box::new(move || heat::targets(study, way))));
    }
    for (index, analysis) in study.analyses.iter().enumerate() {
        let draws: [(&'static str, Draw<'_>); 6] = [
            ("shares", Box::new(move || shares::draw(study, analysis))),
            ("screening", Box::new(move || screening::draw(study, analysis))),
            ("tornado", Box::new(move || tornado::swings(study, analysis))),
            ("scatter", Box::new(move || scatter::draw(study, analysis, quantile))),
            ("distances", Box::new(move || tornado::distances(study, analysis))),
            ("pairs", Box::new(move || heat::pairs(study, analysis))),
        ];
        let name = study.file_name(analysis.target);
        jobs.extend(draws.into_iter().map(|(kind, draw)| (kind, Some(index), name.clone(), draw)));
    }
    let titles: Vec<String> = jobs.iter().map(|(kind, _, name, _)| format!("{kind}-{name}")).collect();
    let names = file_names(titles.iter().map(String::as_str));
    let written = parallel::each(jobs.len(), |job| -> Result<Option<Drawn>, ReportError> {
        let ((kind, analysis, _, draw), name) = (&jobs[job], &names[job]);
        let Some(picture) = draw() else { return Ok(None) };
        let svg = folder.join(format!("{name}.svg"));
        picture.write(&svg, &folder.join(format!("{name}.png")))?;
        Ok(Some(Drawn { kind, analysis: *analysis, svg }))
    });
    let mut drawn = Vec::new();
    for figure in written {
        drawn.extend(figure?);
    }
    Ok(drawn)
}

/// The inputs that swing the mean outcome most.
fn swinging(analysis: &Analysis, most: usize) -> Vec<usize> {
    let size = |input: usize| analysis.swings[input].map_or(0.0, |s| (s.high - s.low).abs());
    let swinging: Vec<usize> = (0..analysis.swings.len()).filter(|&input| size(input) > 0.0).collect();
    let mut ranked = largest_first(swinging, |input| size(*input));
    ranked.truncate(most);
    ranked
}

/// Unit of a target's metric.
fn unit<'s>(study: &'s Study<'_>, analysis: &Analysis) -> &'s str {
    &study.record.metrics[analysis.target.metric].2
}
