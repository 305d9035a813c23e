//! 3.4 Policy: which actions are active, what they are paid, and the effort that follows.
//!
//! Conditions see only what the state can observe. A comparison has hysteresis, an action a minimum duration.

use super::budget;
use super::context::Context;
use super::instruments;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, Lanes, each, lanes_where};
use crate::scenario::policy::{Observable, Truce};
use crate::world::World;
use crate::world::plan::{ActionPlan, ComparisonPlan, ConditionPlan};
use crate::world::state::{Stage, State};
use crate::world::table::Column;
use crate::world::units::Money;

parameters! {
    "policy", "The actions of the policy: conditions on what the state can observe, money, and the effort that follows.",
    "active from its first day to its last while its condition holds, at least its minimum duration\neffort = paid / asked x (1 - effect of infighting)";
}

/// The mechanism.
#[derive(Clone)]
pub struct Policy {
    /// Most money that can be carried over to the next step.
    cap: Lanes<Money>,
}

impl Policy {
    /// Prepared for a block.
    pub fn new(world: &World, _: &[Column]) -> Self {
        Self { cap: world.state.treasury_cap.map(Money::units) }
    }

    /// Decides, pays and turns money into effort.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        remember(context, state);
        state.effort.clear();
        for (index, action) in context.plan.actions.iter().enumerate() {
            let active = decide(index, action, context.step, state);
            state.policy.active[index] = active;
            state.policy.funded[index] = each(|k| f64::from(active[k]));
        }
        if state.government.budgeted {
            budget::pay(context.plan, state);
            budget::lapse(&self.cap, state);
        }
        for (index, action) in context.plan.actions.iter().enumerate() {
            let (funded, effectiveness) = (&state.policy.funded[index], &state.government.effectiveness);
            let effort: Column = each(|k| funded[k] * effectiveness[k]);
            if !lanes_where(|k| effort[k] > 0.0).is_empty() {
                instruments::apply(action.instrument, index, action, &effort, context, state);
            }
        }
    }
}

/// In which trials an action is active in this step.
#[inline(always)]
fn decide(index: usize, action: &ActionPlan, step: usize, state: &mut State) -> Lanes<bool> {
    let open = (action.from..action.until).contains(&step);
    // Without a condition there is nothing to look at, and no minimum to keep to.
    let Some(condition) = &action.when else { return Lanes::of(open) };
    each(|lane| {
        let holds = holds(condition, step, lane, state);
        let was = state.policy.active[index][lane];
        if open && holds && !was {
            state.policy.since[index][lane] = step;
        }
        open && (holds || (was && step < state.policy.since[index][lane] + action.minimum))
    })
}

/// Whether a condition holds; every comparison in it is looked at, so that its memory is right when it matters.
fn holds(condition: &ConditionPlan, step: usize, lane: usize, state: &mut State) -> bool {
    match condition {
        ConditionPlan::All(list) => {
            let holding = list.iter().filter(|c| holds(c, step, lane, state)).count();
            holding == list.len()
        }
        ConditionPlan::Any(list) => list.iter().filter(|c| holds(c, step, lane, state)).count() > 0,
        ConditionPlan::Not(inner) => !holds(inner, step, lane, state),
        ConditionPlan::Compare(comparison) => compare(comparison, step, lane, state),
    }
}

fn compare(c: &ComparisonPlan, step: usize, lane: usize, state: &mut State) -> bool {
    let held = state.policy.watches[c.number].holds[lane];
    let value = match c.observe {
        Observable::Date => return step >= c.after && step < c.before,
        Observable::Ceasefire => return c.group.is_some_and(|g| truce_is(c.is, g, lane, state)),
        Observable::Attacks | Observable::Killed => f64::from(state.policy.watches[c.number].sum[lane]),
        Observable::Treasury => state.government.treasury[lane].get(),
        Observable::Infighting => state.government.infighting[lane],
        Observable::Relation => c.host.map_or(0.0, |h| state.hosts.relation[h][lane]),
        Observable::Tolerance => match (c.group, c.host) {
            (Some(g), Some(h)) => state.hosts.tolerance[(g, h)][lane].get(),
            _ => 0.0,
        },
    };
    let threshold = if held { c.stop[lane] } else { c.start[lane] };
    let now = if c.above { value > threshold } else { value < threshold };
    state.policy.watches[c.number].holds[lane] = now;
    now
}

fn truce_is(is: Option<Truce>, group: crate::world::GroupId, lane: usize, state: &State) -> bool {
    let talks = state.groups.talks[group][lane];
    match is {
        None | Some(Truce::Holding) => matches!(talks.stage, Stage::Ceasefire | Stage::Deal),
        Some(Truce::Deal) => talks.stage == Stage::Deal,
        Some(Truce::Broken) => talks.broken && !matches!(talks.stage, Stage::Ceasefire | Stage::Deal),
        Some(Truce::None) => !talks.broken && !matches!(talks.stage, Stage::Ceasefire | Stage::Deal),
    }
}

/// Enters the last step's attacks and deaths into the windows that comparisons look back on.
fn remember(context: &Context, state: &mut State) {
    for action in &context.plan.actions {
        if let Some(condition) = &action.when {
            remember_in(condition, context.step, state);
        }
    }
}

fn remember_in(condition: &ConditionPlan, step: usize, state: &mut State) {
    match condition {
        ConditionPlan::All(list) | ConditionPlan::Any(list) => list.iter().for_each(|c| remember_in(c, step, state)),
        ConditionPlan::Not(inner) => remember_in(inner, step, state),
        ConditionPlan::Compare(c) if matches!(c.observe, Observable::Attacks | Observable::Killed) => {
            let counted =
                if c.observe == Observable::Attacks { &state.attacks_by_group } else { &state.killed_by_group };
            let mut fresh = Lanes::of(0);
            let mut add = |group| {
                for &region in &c.regions {
                    let counts: &Lanes<i32> = &counted[(group, region)];
                    fresh.iter_mut().zip(counts).for_each(|(sum, n)| *sum += n);
                }
            };
            match c.group {
                Some(group) => add(group),
                None => state.groups.strength.ids().for_each(&mut add),
            }
            let watch = &mut state.policy.watches[c.number];
            let place = step % watch.window.len();
            for lane in 0..LANES {
                watch.sum[lane] += fresh[lane] - watch.window[place][lane];
            }
            watch.window[place] = fresh;
        }
        ConditionPlan::Compare(_) => {}
    }
}
