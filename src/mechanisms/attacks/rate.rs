//! How many attacks are expected: what a group can and wants to do, where the state is weak.

use super::Attacks;
use crate::mechanisms::context::Context;
use crate::sampling::lanes::{LANES, add_each, each};
use crate::sampling::math::{exp_lanes, pow_lanes};
use crate::world::GroupId;
use crate::world::ids::Id;
use crate::world::state::{Groups, State};
use crate::world::table::{Column, Counts, column};

/// Most attacks that one group is expected to make in one step.
pub(super) const MOST_ATTACKS: f64 = 2e4;

/// What allies add to a group's tempo and lethality, over what they added at the start, and the allies it was found for.
#[derive(Clone)]
pub(super) struct Help {
    allies: Column,
    start: Column,
    tempo: Column,
    pub(super) lethality: Column,
}

impl Help {
    /// Of a group whose allies have not been looked at.
    pub(super) fn unknown() -> Self {
        Self { allies: column(-1.0), start: column(-1.0), tempo: column(0.0), lethality: column(0.0) }
    }
}

impl Attacks {
    /// Weighs the state's writ in each region where it has changed.
    #[inline(always)]
    pub(super) fn weigh_writ(&mut self, context: &Context, state: &State) {
        for region in context.world.layout.regions() {
            let (start, now) = (&context.world.region[region].writ, &state.regions.writ[region]);
            let (seen, factor) = &mut self.writ[region];
            if (0..LANES).fold(true, |same, k| same & (seen[k] == now[k].get())) {
                continue;
            }
            *seen = each(|k| now[k].get());
            *factor = exp_lanes(&each(|k| self.parameters.writ[k] * (start[k] - seen[k])));
        }
    }

    /// Foreign projects where a group is, by its presence.
    #[inline(always)]
    pub(super) fn weigh_projects(&mut self, group: GroupId, context: &Context, state: &State) {
        let mut mean = column(0.0);
        for &region in &state.groups.reach[group] {
            let projects = &context.world.region[region].foreign_projects;
            add_each(&mut mean, &state.groups.presence[(group, region)], projects, |share, there| share * there);
        }
        self.projects[group] = mean;
    }

    /// Expected attacks of a group in the step; leaves those in each region and the ones before it in the state's scratch.
    #[inline(always)]
    pub(super) fn expected(&mut self, group: GroupId, context: &Context, state: &mut State) -> Column {
        let base = self.base(group, context.length.years, state);
        let p = &self.parameters;
        let fighting = &state.groups.fighting[group];
        let mut sum = column(0.0);
        for &region in &state.groups.reach[group] {
            let share = &state.groups.presence[(group, region)];
            let excited = &mut state.groups.excitation[(group, region)];
            let (_, factor) = &self.writ[region];
            if context.step == 0 {
                // The trial starts amid an ongoing campaign: excitation at its stationary mean.
                for k in 0..LANES {
                    let background = base[k] * share[k] * factor[k];
                    excited[k] = p.excitation[k] / (1.0 - p.excitation[k]) * background;
                }
            }
            for k in 0..LANES {
                let background = base[k] * share[k] * factor[k];
                sum[k] += fighting[k] * (background + excited[k]);
            }
            state.scratch[region] = sum;
        }
        sum
    }

    /// Background rate of a group before it is divided over regions; 0 in trials where it does not fight.
    #[inline(always)]
    fn base(&self, group: GroupId, years: f64, state: &State) -> Column {
        let p = &self.parameters;
        let groups = &state.groups;
        let home = state.in_country_lanes(group);
        let mut fighters: Column = each(|k| f64::from(home[k]));
        for (near, border) in groups.sheltered.row(group).iter().zip(state.effort.border.iter()) {
            for k in 0..LANES {
                fighters[k] += p.infiltration[k] * (1.0 - p.border[k] * border[k]) * f64::from(near[k]);
            }
        }
        let crowd = if self.proportional { column(1.0) } else { self.crowd(&home, &groups.in_country_start[group]) };
        let help = &self.help[group.index()].tempo;
        let (tempo, leadership) = (&groups.tempo[group], &groups.leadership[group]);
        let (retaliation, suppression) = (&groups.retaliation[group], &groups.suppression[group]);
        let (funding, fighting) = (&groups.funding[group], &groups.fighting[group]);
        let mut base = column(0.0);
        for k in 0..LANES {
            // The square root is exact by the standard of floating-point numbers, on every machine.
            let rate = tempo[k]
                * leadership[k].get()
                * fighters[k]
                * crowd[k]
                * help[k]
                * (1.0 + retaliation[k])
                * funding[k].sqrt()
                * (1.0 - (1.0 - p.suppressed[k]) * suppression[k])
                * (1.0 - p.excitation[k])
                * years;
            base[k] = if fighting[k] > 0.0 { rate } else { 0.0 };
        }
        base
    }

    /// (N / N at start)^(size - 1), 1 where there is nobody.
    #[inline(always)]
    fn crowd(&self, home: &Counts, start: &Column) -> Column {
        let mut growth = column(1.0);
        for k in 0..LANES {
            let ratio = f64::from(home[k]) / start[k];
            growth[k] = if home[k] > 0 && start[k] > 0.0 { ratio } else { 1.0 };
        }
        pow_lanes(&growth, &self.parameters.size, 1.0)
    }

    /// Finds the help of a group's allies anew where they have changed.
    #[inline(always)]
    pub(super) fn weigh_help(&mut self, group: GroupId, groups: &Groups) {
        let help = &mut self.help[group.index()];
        let (now, start) = (&groups.allies[group], &groups.allies_start[group]);
        if (0..LANES).fold(true, |same, k| same & (help.allies[k] == now[k]) & (help.start[k] == start[k])) {
            return;
        }
        (help.allies, help.start) = (*now, *start);
        let p = &self.parameters;
        for k in 0..LANES {
            let added = |most: f64| (1.0 + most * saturated(now[k])) / (1.0 + most * saturated(start[k]));
            help.tempo[k] = added(p.ally_tempo[k]);
            help.lethality[k] = added(p.ally_lethality[k]);
        }
    }
}

/// L / (1 + L).
#[inline(always)]
fn saturated(allies: f64) -> f64 {
    allies / (1.0 + allies)
}
