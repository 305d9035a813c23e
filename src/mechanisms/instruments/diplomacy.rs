//! Regional diplomacy: raises the relation with a host and, through it, lowers its tolerance (E32).

use super::{HALF, level_by_money, raise};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "diplomacy",
    doc: "Regional diplomacy: raises the relation with a host and, through it, lowers its tolerance (E32).",
    equations: "level = m / (m + half_share x yearly revenue), m = money paid per year and host",
    targets: &[TargetSpec {
        key: "hosts",
        of: TargetOf::Hosts,
        many: true,
        required: true,
        doc: "With whom, money divided equally.",
    }],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    let raised = level_by_money(action, effort, action.hosts.len(), context);
    for &host in &action.hosts {
        raise(&mut state.effort.diplomacy[host], &raised);
    }
}
