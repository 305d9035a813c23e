//! Border control and fencing: slows crossing both ways (E54).

use super::{HALF, Instrument, level};
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::{InstrumentSpec, TargetOf, TargetSpec};

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
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
    },
    apply: |_, action, effort, context, state| {
        let hosts = state.effort.border.len();
        let named = if action.hosts.is_empty() { hosts } else { action.hosts.len() };
        for host in context.world.layout.hosts().filter(|h| action.hosts.is_empty() || action.hosts.contains(h)) {
            for k in 0..LANES {
                let half = action.options[0][k] * (context.world.state.revenue[k] + context.world.state.aid[k]);
                let old = &mut state.effort.border[host][k];
                *old += level(action.budget[k] * effort[k] / named as f64, half) * (1.0 - *old);
            }
        }
    },
};
