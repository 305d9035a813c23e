//! Regional diplomacy: raises the relation with a host and, through it, lowers its tolerance (E32).

use super::{HALF, Instrument, level};
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
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
    },
    apply: |_, action, effort, context, state| {
        for &host in &action.hosts {
            for k in 0..LANES {
                let half = action.options[0][k] * (context.world.state.revenue[k] + context.world.state.aid[k]);
                let old = &mut state.effort.diplomacy[host][k];
                *old += level(action.budget[k] * effort[k] / action.hosts.len() as f64, half) * (1.0 - *old);
            }
        }
    },
};
