//! Reconciliation and amnesty: fighters surrender, lastingly only while talks or dialogue go on (E43).

use super::{HALF, level_by_money, raise};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "reconciliation",
    doc: "Reconciliation and amnesty: fighters surrender; the offer wears out in two years without a political process (E43).",
    equations: "level = m / (m + half_share x yearly revenue), m = money paid per year",
    targets: &[TargetSpec {
        key: "with",
        of: TargetOf::Groups,
        many: true,
        required: true,
        doc: "Whose fighters are offered it.",
    }],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    let raised = level_by_money(action, effort, 1, context);
    for &group in &action.groups {
        raise(&mut state.effort.reconciliation[group], &raised);
    }
}
