//! Figures of a sweep.
//!
//! - One number varied: `lines-<metric>` (means of all policies with their errors), `bands-<metric>` (how single histories
//!   spread), and `best` (who is best where).
//! - Two: `heat-<metric>` and `difference-<metric>` with contours, and `best`.
//! - Three: the same for each level of the third, `heat-<metric>-<policy>`.
//! - One at a time: `lines-<metric>` with a panel for each number.
//! - Sampled points or more numbers: `scatter-<metric>` with a panel for each number.

mod best;
mod contour;
mod heat;
mod lines;
mod place;
mod scatter;

use std::path::Path;

use super::canvas::{Picture, text_width};
use super::file_names;
use super::palette::{BASELINE, Ink, KINDS};
use super::sheet::{Frame, MARGIN, Mark, NAME, WIDTH, panel_key};
use crate::experiment::sweep::figures::{Figures, Measure, PointResult};
use crate::parallel;
use crate::report::ReportError;
use crate::report::numbers::{readable, with_decimals};
use crate::report::sweep::{ShownAxis, SweepResults};
use crate::scenario::study::Design;

/// A figure that was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Name of its files without ending.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub alternative: String,
    /// Its caption on the page.
    pub caption: String,
}

struct Job<'a> {
    drawn: Drawn,
    draw: Box<dyn Fn() -> Option<Picture> + Send + Sync + 'a>,
}

fn job<'a>(name: String, caption: String, draw: impl Fn() -> Option<Picture> + Send + Sync + 'a) -> Job<'a> {
    Job { drawn: Drawn { name, alternative: caption.clone(), caption }, draw: Box::new(draw) }
}

/// What a figure of a measure tells, for those who do not see it.
fn told(results: &SweepResults, measure: usize) -> String {
    let policies = 0..results.policies.len();
    let means = results.points.iter().flat_map(|point| policies.clone().map(move |policy| (point, policy)));
    let means = means.filter_map(|(point, policy)| results.figures(point, policy, measure)).map(|one| one.mean);
    let unit = &results.measures[measure].unit;
    range(means).map_or_else(String::new, |(low, high)| {
        format!(" Means over all points and policies lie from {} to {} ({unit}).", readable(low), readable(high))
    })
}

/// How the points lie.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Layout {
    /// Along one axis; others may move with it.
    Along(usize),
    /// On a rectangle of two axes, once for each level of a third where there is one.
    Over { x: usize, y: usize, each: Option<usize> },
    /// From a base along each of these axes.
    FromBase(Vec<usize>),
    /// Anyhow.
    Scattered(Vec<usize>),
}

fn layout(results: &SweepResults) -> Layout {
    let moving: Vec<usize> = (0..results.axes.len()).filter(|axis| results.axes[*axis].levels.len() != 1).collect();
    let rectangular = || {
        let cells: usize = moving.iter().map(|axis| results.axes[*axis].levels.len()).product();
        cells == results.wanted
    };
    match (results.design, moving.as_slice()) {
        (Design::OneAtATime, _) => Layout::FromBase(moving),
        (Design::Zip, [first, ..]) | (Design::Grid | Design::Table, [first]) => Layout::Along(*first),
        (Design::Grid | Design::Table, [y, x]) if rectangular() => Layout::Over { x: *x, y: *y, each: None },
        (Design::Grid | Design::Table, [each, y, x]) if rectangular() => {
            Layout::Over { x: *x, y: *y, each: Some(*each) }
        }
        _ => Layout::Scattered(moving),
    }
}

/// Draws all figures into `folder`, which must exist, in the order in which a page shows them.
///
/// # Errors
/// [`ReportError`] with the path of the first figure that could not be written.
pub fn draw_all(results: &SweepResults, folder: &Path) -> Result<Vec<Drawn>, ReportError> {
    let layout = layout(results);
    let layout = &layout;
    let mut jobs: Vec<Job<'_>> = Vec::new();
    if results.policies.len() > 1 {
        let caption = "Which policy has the lowest mean objective, and where the trials made do not settle it.";
        jobs.push(job("best".to_string(), caption.to_string(), move || best::draw(results, layout)));
    }
    for (index, measure) in results.measures.iter().enumerate() {
        let first = jobs.len();
        let (name, label) = (&measure.name, &measure.label);
        match layout {
            Layout::Along(axis) => {
                let caption = format!("{label}: mean under each policy, with its 95 % interval.");
                jobs.push(job(format!("lines-{name}"), caption, move || lines::means(results, *axis, index)));
                let caption = format!("{label}: how single histories spread under each policy.");
                jobs.push(job(format!("bands-{name}"), caption, move || lines::bands(results, *axis, index)));
            }
            Layout::FromBase(axes) => {
                let caption = format!("{label}: mean under each policy as one number moves from the base.");
                jobs.push(job(format!("lines-{name}"), caption, move || lines::from_base(results, axes, index)));
            }
            Layout::Over { x, y, each: None } => {
                let caption = format!("{label}: mean under each policy, with lines of equal mean.");
                jobs.push(job(format!("heat-{name}"), caption, move || heat::by_policy(results, (*x, *y), index)));
                if results.policies.len() > 1 {
                    let caption =
                        format!("{label}: mean difference from the baseline; the line is where there is none.");
                    let draw = move || heat::differences(results, (*x, *y), index);
                    jobs.push(job(format!("difference-{name}"), caption, draw));
                }
            }
            Layout::Over { x, y, each: Some(each) } => {
                for (policy, called) in results.policies.iter().enumerate() {
                    let caption = format!("{label} under {called}, for each level of {}.", results.axes[*each].label);
                    let draw = move || heat::by_level(results, (*x, *y, *each), index, policy);
                    jobs.push(job(format!("heat-{name}-{called}"), caption, draw));
                }
            }
            Layout::Scattered(axes) => {
                let caption = format!("{label}: mean at each point under each policy, against each number varied.");
                jobs.push(job(format!("scatter-{name}"), caption, move || scatter::draw(results, axes, index)));
            }
        }
        let told = told(results, index);
        jobs[first..].iter_mut().for_each(|job| job.drawn.alternative.push_str(&told));
    }
    let names = file_names(jobs.iter().map(|job| job.drawn.name.as_str()));
    let written = parallel::each(jobs.len(), |job| -> Result<bool, ReportError> {
        let (job, name) = (&jobs[job], &names[job]);
        let Some(picture) = (job.draw)() else { return Ok(false) };
        picture.write(&folder.join(format!("{name}.svg")), &folder.join(format!("{name}.png")))?;
        Ok(true)
    });
    let mut drawn = Vec::new();
    for ((job, name), written) in jobs.into_iter().zip(names).zip(written) {
        if written? {
            drawn.push(Drawn { name, ..job.drawn });
        }
    }
    Ok(drawn)
}

impl SweepResults {
    fn figures<'a>(&self, point: &'a PointResult, policy: usize, measure: usize) -> Option<&'a Figures> {
        point.figures.get(policy)?.get(measure)?.as_ref()
    }

    /// Colour of a policy: the baseline's own, others in the order of the palette.
    fn ink(&self, policy: usize) -> Ink {
        if policy == self.baseline {
            return BASELINE;
        }
        let others = policy - usize::from(policy > self.baseline);
        let ink = KINDS[others % KINDS.len()];
        // Beyond the colours that can be told apart a second round is paler, and its lines are dashed.
        if others < KINDS.len() { ink } else { ink.lighter(0.45) }
    }

    /// Whether a policy's lines are dashed, see [`SweepResults::ink`].
    fn is_dashed(&self, policy: usize) -> bool {
        policy != self.baseline && policy - usize::from(policy > self.baseline) >= KINDS.len()
    }

    /// Points by their places on two axes: `[column][row]`, those of a level of a third axis where one is given.
    fn cells(&self, (x, y): (usize, usize), level: Option<(usize, f64)>) -> Vec<Vec<Option<&PointResult>>> {
        let mut cells = vec![vec![None; self.axes[y].levels.len()]; self.axes[x].levels.len()];
        let index = |axis: usize, value: f64| self.axes[axis].levels.iter().position(|level| *level == value);
        for point in &self.points {
            if level.is_some_and(|(axis, value)| point.coordinates[axis] != value) {
                continue;
            }
            if let (Some(column), Some(row)) = (index(x, point.coordinates[x]), index(y, point.coordinates[y])) {
                cells[column][row] = Some(point);
            }
        }
        cells
    }

    fn caption(&self, unit: &str) -> String {
        let unit = if unit.is_empty() { String::new() } else { format!("Unit: {unit}. ") };
        let trials = with_decimals(self.ended.least_trials as f64, 0);
        let fixed: Vec<String> =
            self.axes.iter().filter(|axis| axis.levels.len() == 1).map(|axis| at_level(axis, axis.levels[0])).collect();
        let fixed = if fixed.is_empty() { String::new() } else { format!(" {}.", fixed.join(", ")) };
        let points = if self.points.len() == self.wanted {
            format!("{} points", self.wanted)
        } else {
            format!("{} of {} points", self.points.len(), self.wanted)
        };
        format!(
            "{unit}{points}, n = {trials} trials per point and policy, the same random words at all of them. Seed {}. \
             Scenario: {}.{fixed}",
            self.seed,
            self.scenario.trim_end_matches('.')
        )
    }

    /// A metric with its unit, unless the label says it.
    fn with_unit(&self, measure: &Measure) -> String {
        match measure.unit.is_empty() || measure.label.to_lowercase().contains(&measure.unit.to_lowercase()) {
            true => measure.label.clone(),
            false => format!("{} ({})", measure.label, measure.unit),
        }
    }
}

/// Height of a row of [`policy_key`].
const KEY_ROW: f64 = 26.0;

/// Height of the key of policies on a sheet.
fn key_height(results: &SweepResults) -> f64 {
    key_rows(results, WIDTH - 2.0 * MARGIN).len() as f64 * KEY_ROW
}

/// The policies in rows, as many to a row as fit.
fn key_rows(results: &SweepResults, width: f64) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = vec![Vec::new()];
    let mut used = 0.0;
    for (policy, name) in results.policies.iter().enumerate() {
        let needs = 60.0 + text_width(name, NAME);
        if used + needs > width && used > 0.0 {
            rows.push(Vec::new());
            used = 0.0;
        }
        used += needs;
        if let Some(row) = rows.last_mut() {
            row.push(policy);
        }
    }
    rows
}

/// Names the policies in their colours at the top of a frame; what is left of the frame.
fn policy_key(picture: &mut Picture, frame: Frame, results: &SweepResults, mark: Mark) -> Frame {
    let rows = key_rows(results, frame.width());
    for (index, row) in rows.iter().enumerate() {
        let keys: Vec<(Mark, Ink, &str)> = row
            .iter()
            .map(|policy| {
                let mark = if results.is_dashed(*policy) && mark == Mark::Line { Mark::Dashes } else { mark };
                (mark, written(results.ink(*policy)), results.policies[*policy].as_str())
            })
            .collect();
        // The key of a panel begins below the panel's name, of which there is none here.
        let top = frame.top + index as f64 * KEY_ROW - KEY_ROW;
        panel_key(picture, Frame { top, ..frame }, &keys);
    }
    Frame { top: frame.top + rows.len() as f64 * KEY_ROW, ..frame }
}

/// A colour dark enough to write with on paper.
fn written(ink: Ink) -> Ink {
    let (red, green, blue) = ink.rgb;
    let light = 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
    let share = (130.0 / light.max(1.0)).min(1.0);
    let darker = |part: u8| (f64::from(part) * share).round() as u8;
    Ink::solid(darker(red), darker(green), darker(blue))
}

/// Lowest and highest of some numbers; `None` without any.
fn range(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.filter(|value| value.is_finite()).fold(None, |ends: Option<(f64, f64)>, value| {
        Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    })
}

/// The ends of a mean's 95 % interval, by its standard error.
fn mean_ends(figures: &Figures) -> (f64, f64) {
    let half = 1.96 * figures.mc_error.unwrap_or(0.0);
    (figures.mean - half, figures.mean + half)
}

/// The axis's name at a level, e.g. `Tolerance = 0.3`.
fn at_level(axis: &ShownAxis, level: f64) -> String {
    format!("{} = {}", axis.label, axis.shown(level))
}
