//! Talks with a group, sincere or as a trap (E40, E41, E42).

use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, Lanes};
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;
use crate::world::effort::TalksOffer;
use crate::world::plan::ActionPlan;
use crate::world::state::State;
use crate::world::table::Column;

const fn choice(name: &'static str, doc: &'static str, unit: &'static str, default: f64, high: f64) -> ParameterSpec {
    ParameterSpec {
        name,
        doc,
        unit,
        default: Some(default),
        low: 0.0,
        high,
        plausible: None,
        source: "a choice of the state",
        grade: Grade::C,
    }
}

pub(super) const SPEC: InstrumentSpec = InstrumentSpec {
    name: "talks",
    doc: "Talks with a group: contact, ceasefire, deal, or collapse; as a trap, leaders are struck during the ceasefire (E40, E41, E42).",
    equations: "see the mechanism `talks`",
    targets: &[
        TargetSpec { key: "with", of: TargetOf::Groups, many: true, required: true, doc: "Groups talked to." },
        TargetSpec {
            key: "mediator",
            of: TargetOf::Hosts,
            many: false,
            required: false,
            doc: "A host that mediates (it must be one that does); none is needed where absent.",
        },
        TargetSpec {
            key: "regions",
            of: TargetOf::Regions,
            many: true,
            required: false,
            doc: "Regions where concessions cost writ and cooperation; all where absent.",
        },
    ],
    options: &[
        choice("concessions", "What is conceded, as a share of all that could be.", "share", 0.3, 1.0),
        choice("consultation", "How far those who could resist a deal are consulted.", "share", 0.3, 1.0),
        choice(
            "trap_after",
            "Weeks of ceasefire after which its leaders are struck; 0 for sincere talks.",
            "weeks",
            0.0,
            520.0,
        ),
    ],
};

#[inline(always)]
pub(super) fn apply(index: usize, action: &ActionPlan, effort: &Column, _: &Context, state: &mut State) {
    for &group in &action.groups {
        let offer = state.effort.talks[group].get_or_insert_with(|| TalksOffer {
            action: index,
            effort: Lanes::of(0.0),
            concessions: action.options[0],
            consultation: action.options[1],
            trap_after: action.options[2],
            mediator: action.hosts.first().copied(),
        });
        for k in 0..LANES {
            if effort[k] <= offer.effort[k] {
                continue;
            }
            // Of two offers to one group, the more serious one counts.
            offer.action = index;
            offer.effort[k] = effort[k];
            offer.concessions[k] = action.options[0][k];
            offer.consultation[k] = action.options[1][k];
            offer.trap_after[k] = action.options[2][k];
            offer.mediator = action.hosts.first().copied();
        }
    }
}
