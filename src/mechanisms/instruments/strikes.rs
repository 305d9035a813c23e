//! Cross-border strikes on fighters sheltered with a host (E33).

use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, Lanes};
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;
use crate::world::effort::StrikeProgramme;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "cross-border-strikes",
    doc: "Strikes on fighters sheltered with a host: losses and fear there, harm to civilians, a host provoked (E33).",
    equations: "strikes expected in a step = tempo x paid / asked x (1 - effect of infighting) x step",
    targets: &[
        TargetSpec {
            key: "groups",
            of: TargetOf::Groups,
            many: true,
            required: true,
            doc: "Groups struck, strikes divided equally.",
        },
        TargetSpec { key: "host", of: TargetOf::Hosts, many: false, required: true, doc: "On whose soil." },
    ],
    options: &[ParameterSpec {
        name: "tempo",
        doc: "Strikes per year when fully paid.",
        unit: "strikes per year",
        default: None,
        low: 0.0,
        high: 1e4,
        plausible: None,
        source: "a choice of the state",
        grade: Grade::C,
    }],
};

#[inline(always)]
pub(super) fn apply(_: usize, action: &ActionPlan, effort: &Column, _: &Context, state: &mut State) {
    let Some(&host) = action.hosts.first() else { return };
    for &group in &action.groups {
        let mut tempo = Lanes::of(0.0);
        for k in 0..LANES {
            tempo[k] = action.options[0][k] * effort[k] / action.groups.len() as f64;
        }
        state.effort.strikes.push(StrikeProgramme { group, host, tempo });
    }
}
