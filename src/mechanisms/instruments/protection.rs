//! Protection of foreign projects and infrastructure: moves part of the attacks to other targets (E63).

use super::{HALF, Instrument, REGIONS, raise_by_region};
use crate::scenario::catalog::InstrumentSpec;

pub(super) const INSTRUMENT: Instrument = Instrument {
    spec: InstrumentSpec {
        name: "protection",
        doc: "Protection of foreign projects and infrastructure: moves part of the attacks to other targets (E63).",
        equations: "level in a region = m / (m + half_share x yearly revenue x the regions' share of the people), m = money paid per year",
        targets: &[REGIONS],
        options: &[HALF],
    },
    apply: |_, action, effort, context, state| raise_by_region(action, effort, context, &mut state.effort.protection),
};
