//! A large operation: army against groups in whole regions, dear and heavy-handed (E51, E61).

use super::{HALF, raise_by_region};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "large-operation",
    doc: "A large operation: weekly attrition, flight into sanctuaries, displaced people, a quick gain of writ that decays after it ends (E51, E61).",
    equations: "level in a region = m / (m + half_share x yearly revenue x the regions' share of the people), m = money paid per year",
    targets: &[TargetSpec {
        key: "regions",
        of: TargetOf::Regions,
        many: true,
        required: true,
        doc: "Regions it is fought in.",
    }],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    raise_by_region(action, effort, context, &mut state.effort.large_operation)
}
