//! The points of a sweep, each a function of its number.

use super::table::PointTable;
use crate::experiment::study::{Giving, Points};
use crate::sampling::design::{Grid, LatinHypercube, Sobol, one_at_a_time};
use crate::scenario::study::{Design, Sweep, Vary};
use crate::scenario::uncertain::Distribution;
use crate::scenario::{Limits, Scenario};
use crate::world::draw::quantile;

/// One number that is varied.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Dotted path.
    pub path: String,
    /// Name for readers.
    pub label: String,
    /// Unit and range of its key.
    pub limits: Limits,
    /// The values it takes, ascending; empty where they are sampled.
    pub levels: Vec<f64>,
    /// Whether the values lie at equal ratios.
    pub logarithmic: bool,
}

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
    paths: Vec<String>,
    source: Source,
    len: usize,
}

impl SweepPoints {
    /// The points of a sweep whose keys were checked; `table` for a design by table. The scenario has every path.
    ///
    /// # Errors
    /// What is out of the range of its key, fixed where a law is asked for, or more than can be counted.
    pub fn new(
        sweep: &Sweep,
        scenario: &Scenario,
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
        let sampled = matches!(sweep.design, Design::LatinHypercube | Design::Sobol);
        for (axis, path) in paths.iter().enumerate() {
            let mut fail = |message: String| errors.push(AxisError { axis, message });
            let Some(parameter) = scenario.parameter(path) else {
                fail(format!("`{path}` is not a number of the scenario"));
                continue;
            };
            let vary = sweep.vary.iter().find(|vary| vary.path == *path);
            let range = vary.and_then(|vary| vary.from.zip(vary.to));
            let values = if sampled { Vec::new() } else { vary.map(Vary::listed).unwrap_or_default() };
            let ends = range.filter(|_| sampled).map(|(from, to)| [from, to]);
            let outside = values
                .iter()
                .chain(ends.iter().flatten())
                .find(|value| !(parameter.limits.low..=parameter.limits.high).contains(*value));
            if let Some(value) = outside {
                let Limits { unit, low, high } = parameter.limits;
                fail(format!("`{path}` would be {value}, out of range: from {low} to {high} ({unit})"));
            }
            match (vary.zip(range), &parameter.distribution) {
                (Some((vary, (from, to))), _) => laws.push(Law::Range(vary.clone(), from, to)),
                (None, law) => {
                    if sampled && !law.is_uncertain() {
                        fail(format!("`{path}` is fixed in the scenario: give `from` and `to`"));
                    }
                    laws.push(Law::Own(law.clone()));
                }
            }
            let mut levels = values;
            levels.sort_by(f64::total_cmp);
            levels.dedup();
            axes.push(Axis {
                path: path.clone(),
                label: vary.and_then(|vary| vary.label.clone()).unwrap_or_else(|| path.clone()),
                limits: parameter.limits,
                levels,
                logarithmic: vary.is_some_and(|vary| vary.spacing == crate::scenario::study::Spacing::Log),
            });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let one_error = |message: String| vec![AxisError { axis: 0, message }];
        let wanted = sweep.points.unwrap_or(1);
        let listed: Vec<Vec<f64>> = sweep.vary.iter().map(Vary::listed).collect();
        let (source, len) = match sweep.design {
            Design::Grid => {
                let grid = Grid::new(listed.iter().map(Vec::len).collect());
                let len = grid.points().filter(|points| *points <= MOST_POINTS);
                let len = len.ok_or_else(|| one_error(format!("the grid has more than {MOST_POINTS} points")))?;
                (Source::Grid { grid, values: listed }, len as usize)
            }
            Design::OneAtATime => {
                let coordinates = from_base(sweep, scenario, &listed, &mut axes);
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
                let coordinates = table.map(|table| table.coordinates).unwrap_or_default();
                let len = coordinates.len() / paths.len().max(1);
                for (axis, one) in axes.iter_mut().enumerate() {
                    one.levels = coordinates.iter().skip(axis).step_by(paths.len()).copied().collect();
                    one.levels.sort_by(f64::total_cmp);
                    one.levels.dedup();
                }
                (Source::Listed { coordinates }, len)
            }
        };
        Ok(Self { axes, design: sweep.design, paths, source, len })
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

    /// The coordinates of a point.
    pub fn coordinates(&self, point: usize) -> Vec<f64> {
        let mut coordinates = vec![0.0; self.paths.len()];
        self.write(point, &mut coordinates);
        coordinates
    }
}

/// Most points of a sweep.
const MOST_POINTS: u64 = 1_000_000_000;

/// One at a time: the points, each base among its axis's levels.
fn from_base(sweep: &Sweep, scenario: &Scenario, listed: &[Vec<f64>], axes: &mut [Axis]) -> Vec<f64> {
    let mut levels: Vec<Vec<f64>> = Vec::with_capacity(listed.len());
    for ((vary, values), axis) in sweep.vary.iter().zip(listed).zip(axes.iter_mut()) {
        let expected = || scenario.parameter(&vary.path).map_or(0.0, |one| one.distribution.mean());
        let base = vary.base.unwrap_or_else(expected);
        let others = values.iter().copied().filter(|value| *value != base);
        levels.push(std::iter::once(base).chain(others).collect());
        axis.levels.push(base);
        axis.levels.sort_by(f64::total_cmp);
        axis.levels.dedup();
    }
    let counts: Vec<usize> = levels.iter().map(Vec::len).collect();
    let points = one_at_a_time(&counts, &vec![0; counts.len()]);
    points.iter().flat_map(|point| point.iter().zip(&levels).map(|(level, values)| values[*level])).collect()
}

impl Law {
    fn value(&self, level: f64) -> f64 {
        match self {
            Self::Range(vary, from, to) => vary.between(*from, *to, level),
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
        let by_law = |levels: Vec<f64>, laws: &[Law], coordinates: &mut [f64]| {
            for ((one, level), law) in coordinates.iter_mut().zip(levels).zip(laws) {
                *one = law.value(level);
            }
        };
        match &self.source {
            Source::Grid { grid, values } => {
                for ((one, level), values) in coordinates.iter_mut().zip(grid.point(point as u64)).zip(values) {
                    *one = values[level];
                }
            }
            Source::Listed { coordinates: all } => {
                let width = self.paths.len();
                coordinates.copy_from_slice(&all[point * width..(point + 1) * width]);
            }
            Source::Hypercube { cube, laws } => by_law(cube.point(point as u32), laws, coordinates),
            Source::Sequence { sequence, laws } => by_law(sequence.point(point as u64), laws, coordinates),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::study::Spacing;
    use crate::scenario::{read_str, template};
    use crate::simulation::catalog;

    fn vary(path: &str, from: f64, to: f64, points: u64, spacing: Spacing) -> Vary {
        let ends = (Some(from), Some(to));
        let path = path.to_string();
        Vary { path, label: None, values: vec![], from: ends.0, to: ends.1, points: Some(points), spacing, base: None }
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
        SweepPoints::new(&sweep, &scenario, None, 1)
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
        vary[1].base = Some(0.9);
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
    fn what_cannot_be_is_refused_before_anything_runs() {
        let mut vary = two(3);
        vary[0].from = Some(-1.0);
        vary[0].spacing = Spacing::Linear;
        let errors = points(Design::Grid, 1, vary).expect_err("strength cannot be negative");
        assert!(errors.len() == 1 && errors[0].axis == 0 && errors[0].message.contains("out of range"), "{errors:?}");
        let mut fixed = two(3);
        (fixed[1].from, fixed[1].to) = (None, None);
        let errors = points(Design::Sobol, 8, fixed).expect_err("the revenue has no law to draw from");
        assert!(errors[0].message.contains("fixed in the scenario"), "{errors:?}");
    }
}
