//! Counter-finance: cuts what groups raise locally and from abroad (E54).

use super::{HALF, Instrument, level, raise};
use crate::sampling::lanes::each;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};
use crate::world::GroupId;
use crate::world::ids::Id;

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
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
    },
    apply: |_, action, effort, context, state| {
        let raised = each(|k| {
            let half = action.options[0][k] * (context.world.state.revenue[k] + context.world.state.aid[k]);
            level(action.budget[k] * effort[k], half)
        });
        let all = if action.groups.is_empty() { context.world.layout.slots } else { 0 };
        for group in action.groups.iter().copied().chain((0..all).map(GroupId::new)) {
            raise(&mut state.effort.counter_finance[group], &raised);
        }
    },
};
