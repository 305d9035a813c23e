//! One policy resolved against the world: actions with dense targets, steps and drawn numbers.

use super::draw::Drawer;
use super::ids::{GroupId, HostId, RegionId};
use super::scene::Layout;
use super::table::{Column, column};
use super::units::Money;
use crate::sampling::lanes::Lanes;
use crate::scenario::catalog::InstrumentSpec;
use crate::scenario::policy::{Action, Comparison, Condition, Observable, Policy, Truce};
use crate::scenario::whole::Scenario;

/// A policy drawn for a block of trials.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// Its actions, in the order of the scenario.
    pub actions: Vec<ActionPlan>,
    /// Their priorities, each once, lowest first.
    pub priorities: Vec<u64>,
    /// How many comparisons its conditions hold.
    pub comparisons: usize,
}

/// One action, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct ActionPlan {
    /// Index of the instrument in the catalog.
    pub instrument: usize,
    /// Money asked per year.
    pub budget: Column,
    /// The same in a step, in whole millionths.
    pub asked: Lanes<Money>,
    /// Who is paid first: lower before higher.
    pub priority: u64,
    /// First step.
    pub from: usize,
    /// First step no longer.
    pub until: usize,
    /// Condition on what the state can observe.
    pub when: Option<ConditionPlan>,
    /// Steps it stays active at least.
    pub minimum: usize,
    /// Groups that the action names.
    pub groups: Vec<GroupId>,
    /// Hosts that it names.
    pub hosts: Vec<HostId>,
    /// Regions that it names.
    pub regions: Vec<RegionId>,
    /// The instrument's numbers, in the order of its spec.
    pub options: Vec<Column>,
}

/// A condition, resolved.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a policy holds a handful of comparisons; a box would only hide them")]
pub enum ConditionPlan {
    /// All of them hold.
    All(Vec<ConditionPlan>),
    /// One of them holds.
    Any(Vec<ConditionPlan>),
    /// It does not hold.
    Not(Box<ConditionPlan>),
    /// Something observed against a threshold.
    Compare(ComparisonPlan),
}

/// A comparison, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct ComparisonPlan {
    /// Number of the comparison within the policy: where its memory is kept.
    pub number: usize,
    /// What is observed.
    pub observe: Observable,
    /// Regions counted.
    pub regions: Vec<RegionId>,
    /// The group observed, if it is of one.
    pub group: Option<GroupId>,
    /// The host observed, if it is of one.
    pub host: Option<HostId>,
    /// Steps looked back.
    pub window: usize,
    /// True if it holds above `start`, false if below.
    pub above: bool,
    /// Begins to hold beyond this.
    pub start: Column,
    /// Goes on holding until on the other side of this.
    pub stop: Column,
    /// The state of a truce that is asked for, if one is.
    pub is: Option<Truce>,
    /// First step of a date range.
    pub after: usize,
    /// First step after a date range.
    pub before: usize,
}

impl Plan {
    /// Resolves a policy and draws it for the trials of the drawer.
    pub fn draw(
        policy: &Policy,
        scenario: &Scenario,
        layout: &Layout,
        drawer: Drawer<'_>,
        instruments: &[InstrumentSpec],
    ) -> Self {
        let mut resolver = Resolver { scenario, layout, drawer, comparisons: 0 };
        let actions = policy
            .actions
            .iter()
            .filter_map(|action| {
                let instrument = instruments.iter().position(|i| i.name == action.kind)?;
                Some(resolver.action(action, instrument))
            })
            .collect();
        let mut priorities: Vec<u64> = policy.actions.iter().map(|a| a.priority).collect();
        priorities.sort_unstable();
        priorities.dedup();
        Self { actions, priorities, comparisons: resolver.comparisons }
    }
}

struct Resolver<'a> {
    scenario: &'a Scenario,
    layout: &'a Layout,
    drawer: Drawer<'a>,
    comparisons: usize,
}

impl Resolver<'_> {
    fn action(&mut self, action: &Action, instrument: usize) -> ActionPlan {
        let layout = self.layout;
        let budget = self.drawer.column(&action.budget);
        ActionPlan {
            instrument,
            budget,
            asked: budget.map(|yearly| Money::units(yearly * layout.step.years)),
            priority: action.priority,
            from: action.from.map_or(0, |day| self.step_of(day)),
            until: action.until.map_or(usize::MAX, |day| self.step_of(day)),
            when: action.when.as_ref().map(|c| self.condition(c)),
            minimum: action.minimum.as_ref().map_or(0, |span| {
                let days = self.scenario.start.days_until(self.scenario.start + *span).max(0);
                days as usize / layout.step.days as usize
            }),
            groups: action.groups.iter().filter_map(|g| layout.group_names.get(g).copied()).collect(),
            hosts: action.hosts.iter().filter_map(|h| layout.host_names.get(h).copied()).collect(),
            regions: action.regions.iter().filter_map(|r| layout.region_names.get(r).copied()).collect(),
            options: action.options.iter().map(|o| self.drawer.column(o)).collect(),
        }
    }

    /// First step that begins on or after a day.
    fn step_of(&self, day: crate::scenario::date::Date) -> usize {
        let days = self.scenario.start.days_until(day).max(0) as usize;
        days.div_ceil(self.layout.step.days as usize)
    }

    fn condition(&mut self, condition: &Condition) -> ConditionPlan {
        match condition {
            Condition::All(list) => ConditionPlan::All(list.iter().map(|c| self.condition(c)).collect()),
            Condition::Any(list) => ConditionPlan::Any(list.iter().map(|c| self.condition(c)).collect()),
            Condition::Not(inner) => ConditionPlan::Not(Box::new(self.condition(inner))),
            Condition::Compare(comparison) => ConditionPlan::Compare(self.comparison(comparison)),
        }
    }

    fn comparison(&mut self, c: &Comparison) -> ComparisonPlan {
        let layout = self.layout;
        let number = self.comparisons;
        self.comparisons += 1;
        let regions = layout
            .regions()
            .filter(|&r| {
                let named = c.region.as_ref().is_none_or(|n| layout.region_names.get(n) == Some(&r));
                let in_province =
                    c.province.as_ref().is_none_or(|n| layout.province_names.get(n) == Some(&layout.province[r]));
                named && in_province
            })
            .collect();
        let weeks = c.weeks.unwrap_or(12) as f64;
        let above = c.above.is_some();
        let (start, stop) =
            if above { (c.above.as_ref(), c.until_below.as_ref()) } else { (c.below.as_ref(), c.until_above.as_ref()) };
        let start = start.map_or(column(0.0), |v| self.drawer.column(v));
        ComparisonPlan {
            number,
            observe: c.observe,
            regions,
            group: c.group.as_ref().and_then(|g| layout.group_names.get(g).copied()),
            host: c.host.as_ref().and_then(|h| layout.host_names.get(h).copied()),
            window: ((weeks / layout.step.weeks).ceil() as usize).max(1),
            above,
            start,
            stop: stop.map_or(start, |v| self.drawer.column(v)),
            is: c.is,
            after: c.after.map_or(0, |day| self.step_of(day)),
            before: c.before.map_or(usize::MAX, |day| self.step_of(day)),
        }
    }
}
