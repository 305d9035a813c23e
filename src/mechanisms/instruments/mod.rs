//! What the state can do: each instrument turns paid effort into levels that the mechanisms act on.
//!
//! To add one is to add a file and the line that names it below.

use super::context::Context;
use crate::sampling::lanes::{LANES, each};
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;
use crate::world::RegionId;
use crate::world::effort::Levels;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::{Column, column};

mod border_control;
mod consensus;
mod counter_finance;
mod development;
mod dialogue;
mod diplomacy;
mod intelligence_operations;
mod large_operation;
mod policing;
mod pressure;
mod protection;
mod reconciliation;
mod strikes;
mod talks;

/// Lists the instruments once. Each is a file with what the catalog says of it and what it does with paid effort.
macro_rules! instruments {
    ($($name:ident),* $(,)?) => {
        /// What the catalog holds of all instruments.
        pub const SPECS: &[InstrumentSpec] = &[$($name::SPEC),*];

        /// Writes the effort of an action, in [0, 1] per trial. `number` is that of its instrument in [`SPECS`], `index` its own
        /// among the actions of the policy. In line where it is called, for wide vectors.
        #[inline(always)]
        #[allow(unused_assignments, reason = "the last count of the list is not used")]
        pub fn apply(
            number: usize,
            index: usize,
            action: &ActionPlan,
            effort: &Column,
            context: &Context,
            state: &mut State,
        ) {
            let mut next = 0;
            $(
                if number == next {
                    return $name::apply(index, action, effort, context, state);
                }
                next += 1;
            )*
        }
    };
}

instruments! {
    intelligence_operations,
    large_operation,
    strikes,
    talks,
    reconciliation,
    diplomacy,
    policing,
    dialogue,
    development,
    counter_finance,
    border_control,
    protection,
    consensus,
    pressure,
}

/// Key of instruments whose effect saturates with money.
const HALF: ParameterSpec = ParameterSpec {
    name: "half_share",
    doc: "Spending at which half of the full effect is reached, as a share of the state's yearly revenue.",
    unit: "share of yearly revenue",
    default: Some(0.1),
    low: 1e-6,
    high: 100.0,
    plausible: Some((0.04, 0.25)),
    source: "assumed",
    grade: Grade::C,
};

/// Key of instruments that act in some regions.
const REGIONS: TargetSpec = TargetSpec {
    key: "regions",
    of: TargetOf::Regions,
    many: true,
    required: false,
    doc: "Regions it acts in, money divided by population; all where absent.",
};

/// A level by money: m / (m + half), where half is a share of the yearly revenue at the start.
#[inline(always)]
fn level(money: f64, half: f64) -> f64 {
    if money <= 0.0 { 0.0 } else { money / (money + half.max(1e-12)) }
}

/// The level of an action by its money, divided equally among so many.
#[inline(always)]
fn level_by_money(action: &ActionPlan, effort: &Column, among: usize, context: &Context) -> Column {
    let state = &context.world.state;
    each(|k| {
        let half = action.options[0][k] * (state.revenue[k] + state.aid[k]);
        level(action.budget[k] * effort[k] / among as f64, half)
    })
}

/// Levels of several actions add as shares do: 1 - (1 - a)(1 - b).
#[inline(always)]
fn raise(levels: &mut Column, raised: &Column) {
    for k in 0..LANES {
        levels[k] += raised[k] * (1.0 - levels[k]);
    }
}

/// The regions an action names, or all.
#[inline(always)]
fn regions_of<'a>(action: &'a ActionPlan, context: &Context) -> impl Iterator<Item = RegionId> + use<'a> {
    let all = if action.regions.is_empty() { Some(context.world.layout.regions()) } else { None };
    action.regions.iter().copied().chain(all.into_iter().flatten())
}

/// Raises a level per region by the action's money, divided by population: a region's level depends on what is
/// spent per head there.
#[inline(always)]
fn raise_by_region(action: &ActionPlan, effort: &Column, context: &Context, levels: &mut Levels<RegionId>) {
    let world = context.world;
    let mut people = column(0.0);
    for region in regions_of(action, context) {
        for (sum, share) in people.iter_mut().zip(&world.region[region].population_share) {
            *sum += share;
        }
    }
    let mut raised = column(0.0);
    for k in 0..LANES {
        // Both the money and the sum that half the effect needs go by population.
        let half = action.options[0][k] * (world.state.revenue[k] + world.state.aid[k]);
        raised[k] = level(action.budget[k] * effort[k], half * people[k]);
    }
    for region in regions_of(action, context) {
        raise(&mut levels[region], &raised);
    }
}
