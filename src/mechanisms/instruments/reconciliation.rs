//! Reconciliation and amnesty: fighters surrender, lastingly only while talks or dialogue go on (E43).

use super::{HALF, Instrument, level};
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
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
    },
    apply: |_, action, effort, context, state| {
        for k in 0..LANES {
            let half = action.options[0][k] * (context.world.state.revenue[k] + context.world.state.aid[k]);
            let raised = level(action.budget[k] * effort[k], half);
            for &group in &action.groups {
                let old = &mut state.effort.reconciliation[group][k];
                *old += raised * (1.0 - *old);
            }
        }
    },
};
