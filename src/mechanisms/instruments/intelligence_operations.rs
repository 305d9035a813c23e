//! Intelligence-based operations: money buys operations, sent where the state perceives threat (E50).

use super::regions_of;
use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, each};
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::{Column, column};

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "intelligence-operations",
    doc: "Intelligence-based operations: money buys operations, sent where the state perceives threat (E50).",
    equations: "operations expected in a step = money paid / cost\nshare of a region = (attacks a week, moving average, + floor x its share of the people) / the sum over regions\nfronts = 1 / sum of squared shares",
    targets: &[TargetSpec {
        key: "regions",
        of: TargetOf::Regions,
        many: true,
        required: false,
        doc: "Regions it is confined to; all where absent.",
    }],
    options: &[
        ParameterSpec {
            name: "cost",
            doc: "Money that one operation costs.",
            unit: "currency per operation",
            default: None,
            low: 1e-9,
            high: 1e9,
            plausible: None,
            source: "the scenario must say",
            grade: Grade::C,
        },
        ParameterSpec {
            name: "floor",
            doc: "Weight of population beside perceived threat when operations are sent out.",
            unit: "attacks a week",
            default: Some(0.3),
            low: 1e-6,
            high: 1e6,
            plausible: Some((0.1, 1.0)),
            source: "assumed",
            grade: Grade::C,
        },
    ],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    let floor = &action.options[1];
    let mut sum = column(0.0);
    for region in regions_of(action, context) {
        let (threat, people) = (&state.regions.threat[region], &context.world.region[region].population_share);
        let weight = &mut state.scratch[region];
        for k in 0..LANES {
            weight[k] = threat[k] + floor[k] * people[k];
            sum[k] += weight[k];
        }
    }
    let cost = &action.options[0];
    let expected: Column = each(|k| action.budget[k] * effort[k] * context.length.years / cost[k]);
    let mut squares = column(0.0);
    for region in regions_of(action, context) {
        let weight = &state.scratch[region];
        let operations = &mut state.effort.operations[region];
        for k in 0..LANES {
            let share = if sum[k] > 0.0 { weight[k] / sum[k] } else { 0.0 };
            squares[k] += share * share;
            operations[k] += expected[k] * share;
        }
    }
    for k in 0..LANES {
        if squares[k] > 0.0 {
            state.effort.fronts[k] = state.effort.fronts[k].max(1.0 / squares[k]);
        }
    }
}
