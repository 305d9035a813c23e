//! What is kept of a block of trials: outcomes of every trial, and the values of every step where asked for.

use super::metrics::{Kind, METRICS, sum};
use crate::sampling::lanes::{Lanes, each};
use crate::world::ids::{GroupId, Id, ProvinceId};
use crate::world::ledger::RegionFlow;
use crate::world::scene::Layout;
use crate::world::state::State;
use crate::world::{RegionId, World};

/// Which part of the whole an outcome counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Everything, over the whole horizon, or at its end.
    Total,
    /// One year of the scenario.
    Year(usize),
    /// One province over the whole horizon.
    Province(usize),
    /// One province in one year: (year, province).
    YearProvince(usize, usize),
    /// One group over the whole horizon; the last stands for all groups born in the trial.
    Group(usize),
}

/// One outcome: index of the metric, and the part it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// Index in [`METRICS`].
    pub metric: usize,
    /// Part of the whole.
    pub part: Part,
}

/// The outcomes of a scenario, in the order in which they are kept, and where its years end.
#[derive(Debug, Clone)]
pub struct Record {
    /// All outcomes.
    pub outcomes: Vec<Outcome>,
    /// All series kept per step.
    pub series: Vec<Outcome>,
    /// Steps before which each year of the scenario ends; the last is the end.
    pub year_ends: Vec<usize>,
    provinces: usize,
    groups: usize,
}

impl Record {
    /// The record of a scenario. `year_ends` are steps counted from the start, ascending, the last at the end.
    pub fn new(layout: &Layout, year_ends: Vec<usize>) -> Self {
        let provinces = layout.province_names.len();
        let groups = layout.groups + usize::from(layout.slots > layout.groups);
        let mut outcomes = Vec::new();
        let mut series = Vec::new();
        for (metric, m) in METRICS.iter().enumerate() {
            let mut add = |part| outcomes.push(Outcome { metric, part });
            add(Part::Total);
            (0..year_ends.len()).for_each(|y| add(Part::Year(y)));
            if m.region.is_some() {
                (0..provinces).for_each(|p| add(Part::Province(p)));
                for year in 0..year_ends.len() {
                    (0..provinces).for_each(|p| add(Part::YearProvince(year, p)));
                }
            }
            if m.group.is_some() {
                (0..groups).for_each(|g| add(Part::Group(g)));
            }
            if m.series {
                series.push(Outcome { metric, part: Part::Total });
                if m.region.is_some() {
                    series.extend((0..provinces).map(|p| Outcome { metric, part: Part::Province(p) }));
                }
                if m.group.is_some() && matches!(m.spec.name, "strength" | "attacks") {
                    series.extend((0..groups).map(|g| Outcome { metric, part: Part::Group(g) }));
                }
            }
        }
        Self { outcomes, series, year_ends, provinces, groups }
    }
}

/// Outcomes of one block, and trajectories where asked for.
#[derive(Debug, Clone, Default)]
pub struct BlockRecord {
    /// `outcomes[i]` holds outcome `i` of [`Record::outcomes`] for each lane.
    pub outcomes: Vec<Lanes>,
    /// Values of every step, where asked for.
    pub series: Series,
}

/// What is kept of every step, series by series as in [`Record::series`], in one piece of memory: it is large, and goes back
/// to the system when it is let go.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Series {
    steps: usize,
    values: Vec<Lanes<f32>>,
}

impl Series {
    /// So many series of so many steps, all 0.
    pub fn new(series: usize, steps: usize) -> Self {
        Self::of(steps, vec![Lanes::of(0.0); series * steps])
    }

    /// From values, series by series: one per step and lane. Without values there are no steps either.
    pub fn of(steps: usize, values: Vec<Lanes<f32>>) -> Self {
        Self { steps: if values.is_empty() { 0 } else { steps }, values }
    }

    /// The same with room for more steps, which are 0 so far.
    #[must_use]
    pub fn with_room(&self, steps: usize) -> Self {
        if self.values.is_empty() {
            return Self::default();
        }
        let mut longer = Self::new(self.iter().len(), steps);
        longer.iter_mut().zip(self.iter()).for_each(|(long, short)| long[..short.len()].copy_from_slice(short));
        longer
    }

    /// How many steps each has.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The series in order: the values of each step, for each lane.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &[Lanes<f32>]> {
        self.values.chunks_exact(self.steps.max(1))
    }

    /// The same, to be changed.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [Lanes<f32>]> {
        self.values.chunks_exact_mut(self.steps.max(1))
    }

    /// The values of one series in each step, for each lane.
    ///
    /// # Panics
    /// If there are not so many.
    pub fn get(&self, series: usize) -> &[Lanes<f32>] {
        &self.values[series * self.steps..(series + 1) * self.steps]
    }
}

/// Records one block as it runs.
#[derive(Clone)]
pub struct Recorder<'a> {
    record: &'a Record,
    /// Values of flows at the end of the last year.
    year_start: Vec<Lanes>,
    /// Values of flows at the end of the last step, for series.
    step_start: Vec<Lanes>,
    block: BlockRecord,
    year: usize,
}

impl<'a> Recorder<'a> {
    /// A recorder; with trajectories if asked for.
    pub fn new(record: &'a Record, steps: usize, trajectories: bool) -> Self {
        let kept = if trajectories { record.series.len() } else { 0 };
        Self {
            record,
            year_start: vec![Lanes::of(0.0); METRICS.len() * (record.provinces + 1)],
            step_start: vec![Lanes::of(0.0); kept],
            block: BlockRecord {
                outcomes: vec![Lanes::of(0.0); record.outcomes.len()],
                series: Series::new(kept, steps),
            },
            year: 0,
        }
    }

    /// The same, with room for the series of so many steps in all.
    #[must_use]
    pub fn with_room(&self, steps: usize) -> Self {
        let block = BlockRecord { outcomes: self.block.outcomes.clone(), series: self.block.series.with_room(steps) };
        Self { year_start: self.year_start.clone(), step_start: self.step_start.clone(), block, ..*self }
    }

    /// Keeps what the step that just ended is asked for.
    pub fn step(&mut self, state: &State, world: &World) {
        if self.block.series.steps > 0 {
            let all = self.record.series.iter().zip(self.block.series.iter_mut()).enumerate();
            for (index, (series, by_step)) in all {
                let now = value(*series, state, world, self.record);
                let kept = if METRICS[series.metric].kind == Kind::Flow {
                    let before = std::mem::replace(&mut self.step_start[index], now);
                    each(|k| (now[k] - before[k]) as f32)
                } else {
                    each(|k| now[k] as f32)
                };
                by_step[state.step] = kept;
            }
        }
        if self.record.year_ends.get(self.year) == Some(&(state.step + 1)) {
            self.end_year(state, world);
        }
    }

    fn end_year(&mut self, state: &State, world: &World) {
        let year = self.year;
        for (index, outcome) in self.record.outcomes.iter().enumerate() {
            let (whole, place) = match outcome.part {
                Part::Year(y) if y == year => (Part::Total, 0),
                Part::YearProvince(y, p) if y == year => (Part::Province(p), p + 1),
                _ => continue,
            };
            let now = value(Outcome { metric: outcome.metric, part: whole }, state, world, self.record);
            self.block.outcomes[index] = if METRICS[outcome.metric].kind == Kind::Flow {
                let start = &mut self.year_start[outcome.metric * (self.record.provinces + 1) + place];
                let before = std::mem::replace(start, now);
                each(|k| now[k] - before[k])
            } else {
                now
            };
        }
        self.year += 1;
    }

    /// Closes the books.
    pub fn finish(mut self, state: &State, world: &World) -> BlockRecord {
        for (index, outcome) in self.record.outcomes.iter().enumerate() {
            if matches!(outcome.part, Part::Total | Part::Province(_) | Part::Group(_)) {
                self.block.outcomes[index] = value(*outcome, state, world, self.record);
            }
        }
        self.block
    }
}

/// The value of an outcome so far.
fn value(outcome: Outcome, state: &State, world: &World, record: &Record) -> Lanes {
    let metric = &METRICS[outcome.metric];
    match outcome.part {
        Part::Province(p) => metric.region.map_or(Lanes::of(0.0), |flow| province_sum(flow, p, state, world)),
        Part::Group(g) => match metric.group {
            None => Lanes::of(0.0),
            Some(read) => {
                let born = world.layout.groups;
                let slots = if g < born { g..g + 1 } else { born..world.layout.slots };
                debug_assert!(g < record.groups);
                slots.fold(Lanes::of(0.0), |sum, slot| {
                    let one = read(state, GroupId::new(slot));
                    each(|k| sum[k] + one[k])
                })
            }
        },
        _ => (metric.read)(state, world),
    }
}

fn province_sum(flow: RegionFlow, province: usize, state: &State, world: &World) -> Lanes {
    let belongs = |r: &RegionId| world.layout.province[*r] == ProvinceId::new(province);
    sum(world.layout.regions().filter(belongs).map(|region| &state.ledger.region[(flow, region)]))
}
