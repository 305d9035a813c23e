//! Border control and fencing: slows crossing both ways (E54).

use super::{HALF, level_by_money, raise};
use crate::mechanisms::context::Context;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "border-control",
    doc: "Border control and fencing: slows crossing both ways (E54).",
    equations: "level = m / (m + half_share x yearly revenue), m = money paid per year and border",
    targets: &[TargetSpec {
        key: "hosts",
        of: TargetOf::Hosts,
        many: true,
        required: false,
        doc: "Whose borders, money divided equally; all where absent.",
    }],
    options: &[HALF],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, context: &Context, state: &mut State) {
    let hosts = state.effort.border.len();
    let named = if action.hosts.is_empty() { hosts } else { action.hosts.len() };
    let raised = level_by_money(action, effort, named, context);
    for host in context.world.layout.hosts().filter(|h| action.hosts.is_empty() || action.hosts.contains(h)) {
        raise(&mut state.effort.border[host], &raised);
    }
}
