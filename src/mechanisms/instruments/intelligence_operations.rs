//! Intelligence-based operations: money buys operations, sent where the state perceives threat (E50).

use super::{Instrument, regions_of};
use crate::sampling::lanes::LANES;
use crate::scenario::catalog::{InstrumentSpec, ParameterSpec, TargetOf, TargetSpec};
use crate::scenario::uncertain::Grade;

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
        name: "intelligence-operations",
        doc: "Intelligence-based operations: money buys operations, sent where the state perceives threat (E50).",
        equations: "operations expected in a step = money paid / cost\nshare of a region = (attacks a week, moving average, + floor x its share of the people) / the sum over regions\nfronts = 1 / sum of squared shares",
        targets: &[TargetSpec {
            key: "regions",
            of: TargetOf::Regions,
            many: true,
            required: false,
            doc: "Regions it is confined to; all where absent.",
        }],
        options: &[
            ParameterSpec {
                name: "cost",
                doc: "Money that one operation costs.",
                unit: "currency per operation",
                default: None,
                low: 1e-9,
                high: 1e9,
                plausible: None,
                source: "the scenario must say",
                grade: Grade::C,
            },
            ParameterSpec {
                name: "floor",
                doc: "Weight of population beside perceived threat when operations are sent out.",
                unit: "attacks a week",
                default: Some(0.3),
                low: 1e-6,
                high: 1e6,
                plausible: Some((0.1, 1.0)),
                source: "assumed",
                grade: Grade::C,
            },
        ],
    },
    apply: |_, action, effort, context, state| {
        for k in 0..LANES {
            let expected = action.budget[k] * effort[k] * context.length.years / action.options[0][k];
            let floor = action.options[1][k];
            let weight =
                |region| state.regions.threat[region][k] + floor * context.world.region[region].population_share[k];
            let sum: f64 = regions_of(action, context).map(weight).sum();
            if sum <= 0.0 {
                continue;
            }
            let mut squares = 0.0;
            for region in regions_of(action, context) {
                let share = weight(region) / sum;
                squares += share * share;
                state.effort.operations[region][k] += expected * share;
            }
            state.effort.fronts[k] = state.effort.fronts[k].max(1.0 / squares);
        }
    },
};
