//! Dialogue with the people of a region: eases grievance (E52).

use super::{HALF, REGIONS, raise_by_region};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::InstrumentSpec;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "dialogue",
    doc: "Dialogue with the people of a region: eases grievance (E52).",
    equations: "level in a region = m / (m + half_share x yearly revenue x the regions' share of the people), m = money paid per year",
    targets: &[REGIONS],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    raise_by_region(action, effort, context, &mut state.effort.dialogue)
}
