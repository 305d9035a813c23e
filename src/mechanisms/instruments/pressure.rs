//! Pressing groups loyal to the state to fight on its side: they may split (E27).

use crate::mechanisms::context::Context;
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "pressure",
    doc: "Presses groups with allegiance to the state to fight on its side: their cohesion falls and they may split, the splinter joining the other side (E27).",
    equations: "cohesion falls at recovery.pressed_cohesion x intensity a year",
    targets: &[TargetSpec {
        key: "groups",
        of: TargetOf::Groups,
        many: true,
        required: true,
        doc: "Groups with allegiance that are pressed.",
    }],
    options: &[ParameterSpec {
        name: "intensity",
        doc: "How hard they are pressed.",
        unit: "share",
        default: Some(0.5),
        low: 0.0,
        high: 1.0,
        plausible: None,
        source: "a choice of the state",
        grade: Grade::C,
    }],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, _: &Context, state: &mut State) {
    for &group in &action.groups {
        let press = &mut state.effort.press[group];
        for k in 0..LANES {
            press[k] = press[k].max(action.options[0][k] * effort[k]);
        }
    }
}
