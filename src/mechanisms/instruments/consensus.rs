//! Political consensus first: shortens infighting and makes a deal easier (E60).

use super::{HALF, level};
use crate::mechanisms::context::Context;
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::InstrumentSpec;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "consensus",
    doc: "Political consensus-building: shortens infighting, makes it rarer, lowers resistance to a deal (E60).",
    equations: "level = m / (m + half_share x yearly revenue), m = money paid per year",
    targets: &[],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    for k in 0..LANES {
        let half = action.options[0][k] * (context.world.state.revenue[k] + context.world.state.aid[k]);
        let old = &mut state.effort.consensus[k];
        // Consensus is built by the quarrelling parties themselves: their quarrel does not weaken the attempt.
        let spent = if effort[k] > 0.0 { effort[k] / state.government.effectiveness[k].max(1e-9) } else { 0.0 };
        *old += level(action.budget[k] * spent, half) * (1.0 - *old);
    }
}
