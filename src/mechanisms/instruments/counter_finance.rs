//! Counter-finance: cuts what groups raise locally and from abroad (E54).

use super::{HALF, level_by_money, raise};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::GroupId;
use crate::world::ids::Id;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "counter-finance",
    doc: "Counter-finance and measures against smuggling: cut what groups raise locally and from abroad (E54).",
    equations: "level = m / (m + half_share x yearly revenue), m = money paid per year",
    targets: &[TargetSpec {
        key: "groups",
        of: TargetOf::Groups,
        many: true,
        required: false,
        doc: "Against whom; all groups, and those born of them, where absent.",
    }],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    let raised = level_by_money(action, effort, 1, context);
    let all = if action.groups.is_empty() { context.world.layout.slots } else { 0 };
    for group in action.groups.iter().copied().chain((0..all).map(GroupId::new)) {
        raise(&mut state.effort.counter_finance[group], &raised);
    }
}
