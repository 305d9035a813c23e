//! A scenario prepared to run: what is the same for all trials is resolved once.

use std::borrow::Cow;

use super::information::ByTrial;
use super::results::{Column, Labels, SeriesColumn, Slice};
use crate::mechanisms::instruments;
use crate::parallel;
use crate::sampling::{LANES, Lanes, TrialKey};
use crate::scenario::date::{Date, Span, SpanUnit};
use crate::scenario::uncertain::Uncertain;
use crate::scenario::whole::Scenario;
use crate::simulation::block::{self, BlockResult};
use crate::simulation::metrics::{CURRENCY, METRICS};
use crate::simulation::record::{Outcome, Part, Record};
use crate::world::draw::Drawer;
use crate::world::given::Given;
use crate::world::plan::Plan;
use crate::world::scene::{Layout, Trials};
use crate::world::{State, World};

/// A scenario with its policies chosen and its names resolved.
pub struct Prepared<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Indices of the policies that run, in order.
    pub policies: Vec<usize>,
    /// Seed of all random words.
    pub seed: u64,
    /// Dense names.
    pub layout: Layout,
    /// What is kept of a trial.
    pub record: Record,
    /// Whether each mechanism of the catalog is on.
    pub on: Vec<bool>,
    /// Policy and trial that panic, for tests.
    #[cfg(test)]
    pub failing: Option<(usize, u64)>,
}

impl<'a> Prepared<'a> {
    /// Prepares a scenario; `policies` are indices into its list.
    pub fn new(scenario: &'a Scenario, policies: Vec<usize>, seed: u64) -> Self {
        let layout = Layout::new(scenario);
        let record = Record::new(&layout, year_ends(scenario, layout.steps));
        Self {
            policies,
            seed,
            record,
            layout,
            on: scenario.mechanisms.iter().map(|m| m.on).collect(),
            scenario,
            #[cfg(test)]
            failing: None,
        }
    }

    /// The world of a block: trials `block * LANES` and following. History 0 is that of the trials themselves, others
    /// have the same parameters and other chance.
    pub fn world(&self, block: u64, history: u64) -> World<'_> {
        self.world_of(&Trials::consecutive(self.seed, block * LANES as u64, history))
    }

    /// The world of any trials, some of whose numbers may be given.
    pub fn world_of<'w>(&'w self, trials: &Trials<'w>) -> World<'w> {
        World::draw(self.scenario, &self.layout, trials)
    }

    /// The parameters that every trial draws.
    pub fn uncertain(&self) -> Vec<&'a Uncertain> {
        self.scenario.parameters().into_iter().filter(|p| p.distribution.is_uncertain()).collect()
    }

    /// What trials of these numbers, in order, draw for some parameters.
    pub fn drawn(&self, parameters: &[&Uncertain], trials: &[u64]) -> ByTrial {
        let block = |number: &u64| number / LANES as u64;
        let drawers: Vec<(Drawer, &[u64])> = trials
            .chunk_by(|one, next| block(one) == block(next))
            .map(|own| {
                let first = block(&own[0]) * LANES as u64;
                (Drawer::new(std::array::from_fn(|lane| TrialKey::new(self.seed, first + lane as u64))), own)
            })
            .collect();
        parallel::each(parameters.len(), |place| {
            let mut values = Vec::with_capacity(trials.len());
            for (drawer, own) in &drawers {
                let column = drawer.column(parameters[place]);
                values.extend(own.iter().map(|number| column[(number % LANES as u64) as usize]));
            }
            values
        })
    }

    /// Runs one block under a policy (an index into `self.policies`).
    pub fn run(&self, world: &World, policy: usize, trajectories: bool) -> BlockResult {
        #[cfg(test)]
        self.fail_where_told(world, policy);
        self.run_watched(world, policy, trajectories, &mut |_| {})
    }

    /// Panics where a test wants it to.
    #[cfg(test)]
    pub fn fail_where_told(&self, world: &World, policy: usize) {
        if let Some((failing, trial)) = self.failing {
            let key = TrialKey::new(self.seed, trial);
            assert!(policy != failing || !world.keys.contains(&key), "trial {trial} fails for the test");
        }
    }

    /// Runs a trial by itself: a block all of whose lanes hold it.
    pub fn run_alone(&self, trial: u64, history: u64, policy: usize, trajectories: bool) -> BlockResult {
        let given = Given::default();
        let trials = Trials { seed: self.seed, trial: Lanes::of(trial), history: Lanes::of(history), given: &given };
        self.run(&self.world_of(&trials), policy, trajectories)
    }

    /// [`Prepared::run`], timed or counted by `after`; see [`block::run_watched`].
    pub fn run_watched(
        &self,
        world: &World,
        policy: usize,
        trajectories: bool,
        after: &mut impl FnMut(&'static str),
    ) -> BlockResult {
        block::run_watched(world, &self.plan(world, policy), &self.on, &self.record, trajectories, after)
    }

    /// [`Prepared::run`] with trajectories; `seen` looks at the state after each step.
    pub fn run_seen(&self, world: &World, policy: usize, seen: &mut impl FnMut(&State)) -> BlockResult {
        block::run_seen(world, &self.plan(world, policy), &self.on, &self.record, true, &mut |_| {}, seen)
    }

    /// A policy (an index into `self.policies`) drawn for a block.
    pub fn plan(&self, world: &World, policy: usize) -> Plan {
        let written = &self.scenario.policies[self.policies[policy]];
        let drawer = Drawer::with(world.parameter_keys, world.given);
        Plan::draw(written, self.scenario, &self.layout, drawer, instruments::SPECS)
    }

    /// Columns of outcomes, in the order of [`Record::outcomes`]. Money has the scenario's currency as unit.
    pub fn columns(&self) -> Vec<Column> {
        let column =
            |o: &Outcome| Column { metric: METRICS[o.metric].spec.name, unit: self.unit(o), slice: slice(o.part) };
        self.record.outcomes.iter().map(column).collect()
    }

    /// Unit of an outcome: money is in the scenario's own currency.
    fn unit(&self, outcome: &Outcome) -> Cow<'static, str> {
        match METRICS[outcome.metric].spec.unit {
            CURRENCY => Cow::Owned(self.scenario.state.currency.clone()),
            unit => Cow::Borrowed(unit),
        }
    }

    /// Columns of trajectories, in the order of [`Record::series`].
    pub fn series(&self) -> Vec<SeriesColumn> {
        let column = |o: &Outcome| SeriesColumn {
            metric: METRICS[o.metric].spec.name,
            unit: self.unit(o),
            slice: slice(o.part),
        };
        self.record.series.iter().map(column).collect()
    }

    /// Names that columns refer to.
    pub fn labels(&self) -> Labels {
        let scenario = self.scenario;
        let mut groups: Vec<String> = self.layout.group_names.keys().cloned().collect();
        let mut group_labels: Vec<String> =
            scenario.groups.iter().map(|(name, g)| g.label.clone().unwrap_or_else(|| name.clone())).collect();
        if self.layout.slots > self.layout.groups {
            groups.push("splinters".to_string());
            group_labels.push("Splinters".to_string());
        }
        Labels {
            years: year_names(scenario, self.record.year_ends.len()),
            provinces: self.layout.province_names.keys().cloned().collect(),
            groups,
            group_labels,
            steps: (0..self.layout.steps).map(|step| self.day_of(step).to_string()).collect(),
        }
    }

    /// First day of a step.
    pub fn day_of(&self, step: usize) -> Date {
        self.scenario.start.plus_days(step as i64 * i64::from(self.layout.step.days))
    }
}

fn slice(part: Part) -> Slice {
    match part {
        Part::Total => Slice::Total,
        Part::Year(y) => Slice::Year(y as u16),
        Part::Province(p) => Slice::Province(p as u16),
        Part::YearProvince(y, p) => Slice::YearProvince(y as u16, p as u16),
        Part::Group(g) => Slice::Group(g as u16),
    }
}

/// First days of the scenario's years, from the second on; the last is the end of the scenario.
fn anniversaries(scenario: &Scenario) -> Vec<Date> {
    let mut days = Vec::new();
    for years in 1.. {
        let day = scenario.start + Span { count: years, unit: SpanUnit::Year };
        // A rest shorter than a month is counted with the year before it.
        if day.plus_days(30) >= scenario.end || days.last() == Some(&day) {
            break;
        }
        days.push(day);
    }
    days.push(scenario.end);
    days
}

/// Steps before which each year ends: the step boundary nearest to the day.
fn year_ends(scenario: &Scenario, steps: usize) -> Vec<usize> {
    let length = scenario.step_days as f64;
    let mut ends: Vec<usize> = anniversaries(scenario)
        .iter()
        .map(|day| (scenario.start.days_until(*day) as f64 / length).round() as usize)
        .map(|end| end.clamp(1, steps.max(1)))
        .collect();
    if let Some(last) = ends.last_mut() {
        *last = steps.max(1);
    }
    ends.dedup();
    ends
}

fn year_names(scenario: &Scenario, years: usize) -> Vec<String> {
    let mut first = scenario.start;
    anniversaries(scenario)
        .into_iter()
        .take(years)
        .map(|next| {
            let name = format!("{first}..{}", next.plus_days(-1));
            first = next;
            name
        })
        .collect()
}
