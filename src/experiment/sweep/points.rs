//! The points of a sweep, each a function of its number, and the scenarios that they need: one for all values of parameters, one
//! for each combination of values of other keys (dates, whole numbers, switches).

use super::axis::Axis;
use super::table::PointTable;
use super::variants::Variants;
use crate::experiment::study::{Giving, Points};
use crate::sampling::design::{Grid, LatinHypercube, Sobol, one_at_a_time};
use crate::scenario::given::{Nature, Varied};
use crate::scenario::study::{Design, Sweep, Vary};
use crate::scenario::uncertain::Distribution;
use crate::scenario::{Limits, Scenario};
use crate::world::draw::quantile;

/// What is wrong with what is varied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisError {
    /// Which of them.
    pub axis: usize,
    /// In words.
    pub message: String,
}

/// How a coordinate of a sampled design becomes a value.
#[derive(Debug, Clone)]
enum Law {
    Range(Vary, f64, f64),
    Own(Distribution),
}

#[derive(Debug, Clone)]
enum Source {
    Grid { grid: Grid, values: Vec<Vec<f64>> },
    Listed { coordinates: Vec<f64> },
    Hypercube { cube: LatinHypercube, laws: Vec<Law> },
    Sequence { sequence: Box<Sobol>, laws: Vec<Law> },
}

/// The points of a sweep.
#[derive(Debug, Clone)]
pub struct SweepPoints {
    /// What is varied, one entry per coordinate.
    pub axes: Vec<Axis>,
    /// How the points were made.
    pub design: Design,
    /// Paths of the parameters, and which coordinates they are.
    paths: Vec<String>,
    parameters: Vec<usize>,
    variants: Variants,
    source: Source,
    len: usize,
}

impl SweepPoints {
    /// The points of a sweep whose keys were checked; `natures` of what is varied, `table` for a design by table. The
    /// scenario has every parameter.
    ///
    /// # Errors
    /// What is no value of its key, out of range, fixed where a law is asked for, or more than can be counted or kept.
    pub fn new(
        sweep: &Sweep,
        scenario: &Scenario,
        natures: &[Nature],
        table: Option<PointTable>,
        seed: u64,
    ) -> Result<Self, Vec<AxisError>> {
        let paths: Vec<String> = match &table {
            Some(table) => table.paths.clone(),
            None => sweep.vary.iter().map(|vary| vary.path.clone()).collect(),
        };
        let mut errors = Vec::new();
        let mut axes = Vec::with_capacity(paths.len());
        let mut laws = Vec::with_capacity(paths.len());
        let mut listed = Vec::with_capacity(paths.len());
        for ((index, path), nature) in paths.iter().enumerate().zip(natures) {
            let vary = sweep.vary.iter().find(|vary| vary.path == *path);
            match axis(sweep, scenario, path, vary, *nature) {
                Ok((axis, values, law)) => {
                    axes.push(axis);
                    laws.extend(law);
                    listed.push(values);
                }
                Err(message) => errors.push(AxisError { axis: index, message }),
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let one_error = |message: String| vec![AxisError { axis: 0, message }];
        let wanted = sweep.points.unwrap_or(1);
        let (source, len) = match sweep.design {
            Design::Grid => {
                let grid = Grid::new(listed.iter().map(Vec::len).collect());
                let len = grid.points().filter(|points| *points <= MOST_POINTS);
                let len = len.ok_or_else(|| one_error(format!("the grid has more than {MOST_POINTS} points")))?;
                (Source::Grid { grid, values: listed }, len as usize)
            }
            Design::OneAtATime => {
                let coordinates = from_base(sweep, scenario, &listed, &mut axes).map_err(one_error)?;
                let len = coordinates.len() / paths.len().max(1);
                (Source::Listed { coordinates }, len)
            }
            Design::Zip => {
                let len = listed.first().map_or(0, Vec::len);
                let coordinates = (0..len).flat_map(|point| listed.iter().map(move |values| values[point])).collect();
                (Source::Listed { coordinates }, len)
            }
            Design::LatinHypercube => {
                let points = u32::try_from(wanted).map_err(|error| one_error(error.to_string()))?;
                let cube = LatinHypercube::new(points, paths.len(), seed);
                (Source::Hypercube { cube, laws }, wanted as usize)
            }
            Design::Sobol => {
                let sequence = Sobol::scrambled(paths.len(), seed).map_err(|error| one_error(error.to_string()))?;
                (Source::Sequence { sequence: Box::new(sequence), laws }, wanted as usize)
            }
            Design::Table => {
                let coordinates = table.map_or(Ok(Vec::new()), |table| table.coordinates(&mut axes))?;
                let len = coordinates.len() / paths.len().max(1);
                (Source::Listed { coordinates }, len)
            }
        };
        let parameters: Vec<usize> = (0..axes.len()).filter(|axis| axes[*axis].is_parameter()).collect();
        let paths = parameters.iter().map(|axis| axes[*axis].path.clone()).collect();
        let variants = Variants::of(&axes);
        let mut points = Self { axes, design: sweep.design, paths, parameters, variants, source, len };
        if !points.variants.is_one() {
            let mut variants = points.variants.clone();
            (0..len)
                .try_for_each(|point| variants.count(&points.coordinates(point), &points.axes))
                .map_err(one_error)?;
            variants.note_levels(&mut points.axes);
            points.variants = variants;
        }
        Ok(points)
    }

    /// Which of [`SweepPoints::variants`] a point needs.
    pub fn variant(&self, point: usize) -> usize {
        if self.variants.is_one() { 0 } else { self.variants.number(&self.coordinates(point)) }
    }

    /// The scenarios that the points need, each as what it is given; a single one without anything where only parameters
    /// are varied.
    pub fn variants(&self) -> Vec<Vec<Varied>> {
        self.variants.given(&self.axes)
    }

    /// The points in the order in which they are run: any beginning of it is spread over all of them. Sampled points are
    /// so in their own order; others are taken by their numbers with the binary digits reversed.
    pub fn spread(&self) -> Box<dyn Iterator<Item = usize> + Send + '_> {
        let len = self.len;
        if matches!(self.source, Source::Hypercube { .. } | Source::Sequence { .. }) || len < 3 {
            return Box::new(0..len);
        }
        let digits = usize::BITS - (len - 1).leading_zeros();
        let reversed = move |index: usize| index.reverse_bits() >> (usize::BITS - digits);
        Box::new((0..1_usize << digits).map(reversed).filter(move |point| *point < len))
    }

    /// The coordinates of a point, one per axis.
    pub fn coordinates(&self, point: usize) -> Vec<f64> {
        let by_law = |levels: Vec<f64>, laws: &[Law]| -> Vec<f64> {
            levels.into_iter().zip(laws).zip(&self.axes).map(|((level, law), axis)| law.value(axis, level)).collect()
        };
        match &self.source {
            Source::Grid { grid, values } => {
                grid.point(point as u64).into_iter().zip(values).map(|(level, values)| values[level]).collect()
            }
            Source::Listed { coordinates } => {
                let width = self.axes.len();
                coordinates[point * width..(point + 1) * width].to_vec()
            }
            Source::Hypercube { cube, laws } => by_law(cube.point(point as u32), laws),
            Source::Sequence { sequence, laws } => by_law(sequence.point(point as u64), laws),
        }
    }
}

/// Most points of a sweep.
const MOST_POINTS: u64 = 1_000_000_000;

/// An axis, its values where they are listed, its law where they are sampled.
fn axis(
    sweep: &Sweep,
    scenario: &Scenario,
    path: &str,
    vary: Option<&Vary>,
    nature: Nature,
) -> Result<(Axis, Vec<f64>, Option<Law>), String> {
    let parameter = scenario.parameter(path).filter(|_| nature == Nature::Parameter);
    let mut axis = Axis::new(path, vary, nature, parameter.map(|one| one.limits));
    let Limits { unit, low, high } = axis.limits;
    let hold = |value: f64| match (low..=high).contains(&value) {
        true => Ok(()),
        false => Err(format!("`{path}` would be {value}, out of range: from {low} to {high} ({unit})")),
    };
    if !matches!(sweep.design, Design::LatinHypercube | Design::Sobol) {
        let values = vary.map_or(Ok(Vec::new()), |vary| axis.listed(vary))?;
        values.iter().try_for_each(|value| hold(*value))?;
        axis.levels.clone_from(&values);
        axis.levels.sort_by(f64::total_cmp);
        axis.levels.dedup();
        return Ok((axis, values, None));
    }
    let range = vary.and_then(|vary| Some((vary, vary.from.as_ref()?, vary.to.as_ref()?)));
    let law = match (range, parameter) {
        (Some((vary, from, to)), _) => {
            let (from, to) = axis.ends(from, to)?;
            hold(from).and_then(|()| hold(to))?;
            Law::Range(vary.clone(), from, to)
        }
        (None, Some(parameter)) if parameter.distribution.is_uncertain() => Law::Own(parameter.distribution.clone()),
        (None, _) => return Err(format!("`{path}` is fixed in the scenario: give `from` and `to`")),
    };
    Ok((axis, Vec::new(), Some(law)))
}

/// One at a time: the points, each base among its axis's levels.
fn from_base(sweep: &Sweep, scenario: &Scenario, listed: &[Vec<f64>], axes: &mut [Axis]) -> Result<Vec<f64>, String> {
    let mut levels: Vec<Vec<f64>> = Vec::with_capacity(listed.len());
    for ((vary, values), axis) in sweep.vary.iter().zip(listed).zip(axes.iter_mut()) {
        let expected = scenario.parameter(&vary.path).map(|one| one.distribution.mean()).or(values.first().copied());
        let base = match &vary.base {
            Some(base) => axis.coordinate(base)?,
            None => expected.unwrap_or(0.0),
        };
        let others = values.iter().copied().filter(|value| *value != base);
        levels.push(std::iter::once(base).chain(others).collect());
        axis.levels.push(base);
        axis.levels.sort_by(f64::total_cmp);
        axis.levels.dedup();
    }
    let counts: Vec<usize> = levels.iter().map(Vec::len).collect();
    let points = one_at_a_time(&counts, &vec![0; counts.len()]);
    Ok(points.iter().flat_map(|point| point.iter().zip(&levels).map(|(level, values)| values[*level])).collect())
}

impl Law {
    fn value(&self, axis: &Axis, level: f64) -> f64 {
        match self {
            Self::Range(vary, from, to) => axis.between(vary, (*from, *to), level),
            Self::Own(law) => quantile(law, level),
        }
    }
}

impl Points for SweepPoints {
    fn paths(&self) -> &[String] {
        &self.paths
    }

    fn giving(&self) -> Giving {
        Giving::Values
    }

    fn len(&self) -> usize {
        self.len
    }

    fn write(&self, point: usize, coordinates: &mut [f64]) {
        let all = self.coordinates(point);
        for (one, axis) in coordinates.iter_mut().zip(&self.parameters) {
            *one = all[*axis];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::setting::Setting;
    use crate::scenario::study::Spacing;
    use crate::scenario::{read_str, template};
    use crate::simulation::catalog;

    fn vary(path: &str, from: f64, to: f64, points: u64, spacing: Spacing) -> Vary {
        let (from, to) = (Some(Setting::Number(from)), Some(Setting::Number(to)));
        Vary {
            path: path.to_string(),
            label: None,
            values: vec![],
            from,
            to,
            points: Some(points),
            spacing,
            base: None,
        }
    }

    fn points(design: Design, wanted: u64, vary: Vec<Vary>) -> Result<SweepPoints, Vec<AxisError>> {
        let text = template::template(&catalog());
        let scenario = read_str("a.toml", &text, &[], &catalog()).expect("the template is sound").scenario;
        let sweep = Sweep {
            schema: 1,
            title: "t".to_string(),
            description: None,
            scenario: String::new(),
            set: vec![],
            policies: vec![],
            trials: 1,
            seed: None,
            metrics: vec![],
            design,
            points: Some(wanted),
            table: None,
            vary,
        };
        SweepPoints::new(&sweep, &scenario, &[Nature::Parameter; 2], None, 1)
    }

    fn two(points: u64) -> Vec<Vary> {
        vec![
            vary("groups.rebels.strength", 100.0, 1000.0, points, Spacing::Log),
            vary("state.revenue", 0.0, 0.9, points, Spacing::Linear),
        ]
    }

    #[test]
    fn a_grid_holds_every_combination_with_round_values_and_exact_ends() {
        let grid = points(Design::Grid, 1, two(4)).expect("sound");
        assert_eq!(grid.len(), 16);
        assert_eq!(grid.axes[1].levels, [0.0, 0.3, 0.6, 0.9]);
        assert_eq!((grid.axes[0].levels[0], grid.axes[0].levels[3]), (100.0, 1000.0));
        assert_eq!(grid.coordinates(5), [grid.axes[0].levels[1], 0.3]);
    }

    #[test]
    fn any_beginning_of_the_order_is_spread_and_the_whole_holds_every_point_once() {
        let grid = points(Design::Grid, 1, two(10)).expect("sound");
        let order: Vec<usize> = grid.spread().collect();
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        // A quarter of the points leaves no gap along the first axis longer than two of its ten levels.
        let mut rows: Vec<usize> = order[..25].iter().map(|point| point / 10).collect();
        rows.sort_unstable();
        assert!(rows.windows(2).all(|pair| pair[1] - pair[0] <= 2) && rows[0] <= 1 && rows[24] >= 8, "{rows:?}");
    }

    #[test]
    fn one_point_at_a_time_leaves_the_others_at_the_base() {
        let mut vary = two(3);
        vary[1].base = Some(Setting::Number(0.9));
        let points = points(Design::OneAtATime, 1, vary).expect("sound");
        let all: Vec<Vec<f64>> = (0..points.len()).map(|point| points.coordinates(point)).collect();
        // The template's rebels are 800 to 1,200; the end of the revenue is the base itself.
        assert_eq!(all.len(), 1 + 2 + 2);
        assert_eq!(all[0], [1000.0, 0.9]);
        assert!(all[1..].iter().all(|point| (point[0] == 1000.0) != (point[1] == 0.9)), "{all:?}");
    }

    #[test]
    fn sampled_points_keep_to_their_ranges_and_a_longer_sequence_begins_like_a_shorter() {
        let few = points(Design::Sobol, 16, two(1)).expect("sound");
        let many = points(Design::Sobol, 64, two(1)).expect("sound");
        for point in 0..16 {
            let at = few.coordinates(point);
            assert!((100.0..=1000.0).contains(&at[0]) && (0.0..=0.9).contains(&at[1]), "{at:?}");
            assert_eq!(at, many.coordinates(point));
        }
    }

    #[test]
    fn a_hypercube_of_twice_as_many_points_begins_like_the_smaller() {
        let few = points(Design::LatinHypercube, 12, two(1)).expect("sound");
        let many = points(Design::LatinHypercube, 24, two(1)).expect("sound");
        assert!((0..12).all(|point| few.coordinates(point) == many.coordinates(point)));
    }

    #[test]
    fn what_cannot_be_is_refused_before_anything_runs() {
        let mut vary = two(3);
        vary[0].from = Some(Setting::Number(-1.0));
        vary[0].spacing = Spacing::Linear;
        let errors = points(Design::Grid, 1, vary).expect_err("strength cannot be negative");
        assert!(errors.len() == 1 && errors[0].axis == 0 && errors[0].message.contains("out of range"), "{errors:?}");
        let mut fixed = two(3);
        (fixed[1].from, fixed[1].to) = (None, None);
        let errors = points(Design::Sobol, 8, fixed).expect_err("the revenue has no law to draw from");
        assert!(errors[0].message.contains("fixed in the scenario"), "{errors:?}");
    }
}
