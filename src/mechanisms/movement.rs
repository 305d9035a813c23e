//! 3.7 Movement: fighters go to shelter or come home; presence drifts to where the state is weak and grievance high.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, Lanes};
use crate::sampling::math::whole_below;
use crate::world::grievances::Grievances;
use crate::world::ids::{Id, identity};
use crate::world::state::State;
use crate::world::table::{Column, column};
use crate::world::units::{Rate, Share};
use crate::world::{RegionId, Table, World};

parameters! {
    "movement", "Fighters move between shelter and home; presence drifts to weakly governed, aggrieved regions.",
    "wanted share sheltered = baseline x tolerance / tolerance at start + pressure P - strike_risk x strikes felt, within [0, 0.95]\nmoved in a step = (wanted S - sheltered) (1 - exp(-rate step)) (1 - border x level), rounded by chance\nshare in region += drift step x share x (appeal - mean appeal), appeal = grievance of the cause - writ";
    /// Yearly rate at which fighters move to where they want to be.
    rate: 1.0, in [0.0, 52.0], plausible [0.5, 2.0], "per year", "assumed", C;
    /// Rise of the wanted share per yearly loss per fighter.
    pressure: 0.8, in [0.0, 20.0], plausible [0.2, 2.0], "share per yearly loss per fighter", "E51 (direction); size assumed", C;
    /// Fall of the wanted share per strike felt a year, per hundred sheltered.
    strike_risk: 0.1, in [0.0, 10.0], plausible [0.0, 0.3], "share per strike a year per 100 sheltered", "E33 (direction); size assumed", C;
    /// Share of crossings that full border control stops.
    border: 0.6, in [0.0, 1.0], plausible [0.3, 0.8], "share", "E54 (direction); size assumed", C;
    /// Yearly rate at which presence drifts.
    drift: 0.3, in [0.0, 12.0], plausible [0.0, 0.8], "per year", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Movement {
    parameters: Parameters,
    /// Share of the way to where they want to be that fighters move in a step.
    moving: Column,
    /// How far presence drifts in a step.
    speed: Column,
    /// Grievances in each region, in the step and of the group at hand, where its trials have causes that differ.
    felt: Table<RegionId, Lanes<Share>>,
}

impl Movement {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let parameters = Parameters::from_drawn(drawn);
        let years = world.layout.step.years;
        Self {
            moving: parameters.rate.map(|rate| Rate(rate).within(years).get()),
            // The form needs speed x appeal below one to keep shares positive; appeal spans [-1, 1].
            speed: parameters.drift.map(|drift| (drift * years).min(0.4)),
            felt: Table::filled(world.region.len(), Lanes::of(Share::ZERO)),
            parameters,
        }
    }

    /// Moves fighters one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        self.shelter(context, state);
        self.drift(state);
    }

    #[inline(always)]
    fn shelter(&self, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let streams = context.streams(STREAM);
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            for host in context.world.layout.hosts() {
                let baseline = &state.groups.sanctuary[(group, host)];
                if baseline.iter().all(|&b| b <= 0.0) {
                    continue;
                }
                let words = streams.uniforms_by(&state.groups.identity[group], host.index() as u32, 0);
                let home = state.in_country_lanes(group);
                let (strength, pressure) = (&state.groups.strength[group], &state.groups.pressure[group]);
                let relocated = &state.groups.relocated[(group, host)];
                let (hosts, border) = (&state.hosts, &state.effort.border[host]);
                let (start, tolerance) = (&hosts.tolerance_start[(group, host)], &hosts.tolerance[(group, host)]);
                let felt = &hosts.strike_risk[(group, host)];
                let mut flow = column(0.0);
                let near = &mut state.groups.sheltered[(group, host)];
                for k in 0..LANES {
                    let welcome = if start[k] > 0.0 { tolerance[k].get() / start[k] } else { 1.0 };
                    let risk = felt[k] * 100.0 / f64::from(near[k].max(100));
                    let wanted = (baseline[k] * welcome + p.pressure[k] * pressure[k] - p.strike_risk[k] * risk)
                        .clamp(0.0, 0.95);
                    // Those a host has moved away count as sheltered: they need no second place.
                    let there = near[k] + relocated[k];
                    let open = 1.0 - p.border[k] * border[k];
                    flow[k] = (wanted * f64::from(strength[k]) - f64::from(there)) * self.moving[k] * open;
                }
                for k in 0..LANES {
                    let going = whole_below(flow[k] + words[k]).max(-near[k]).min(home[k].max(0));
                    near[k] += if (baseline[k] > 0.0) & (strength[k] > 0) { going } else { 0 };
                }
            }
        }
    }

    /// Replicator form: shares that are zero stay zero, and the sum stays one. Leaves what the groups then draw on.
    #[inline(always)]
    fn drift(&mut self, state: &mut State) {
        let (groups, regions) = (&mut state.groups, &state.regions);
        for group in groups.strength.ids() {
            if groups.living[group] == 0 {
                continue;
            }
            let grievances = Grievances::of_group(group, groups, regions);
            let reach = &groups.reach[group];
            let (mut mean, mut sum) = (column(0.0), column(0.0));
            for &region in reach {
                grievances.note(region, &mut self.felt[region]);
                let (grievance, writ) = (grievances.noted(region, &self.felt[region]), &regions.writ[region]);
                let share = &groups.presence[(group, region)];
                for k in 0..LANES {
                    mean[k] += share[k] * (grievance[k].get() - writ[k].get());
                    sum[k] += share[k];
                }
            }
            // By the sum, which is one but for rounding: else what it is off by would grow with every step. A column of its own,
            // so that the sums can stay in registers.
            let mut usual = column(0.0);
            for k in 0..LANES {
                usual[k] = mean[k] / sum[k].max(f64::MIN_POSITIVE);
            }
            let mut drawn = column(0.0);
            for &region in reach {
                let (grievance, writ) = (grievances.noted(region, &self.felt[region]), &regions.writ[region]);
                let share = &mut groups.presence[(group, region)];
                // Written when all is read: vectors without asking whether columns overlap.
                let mut moved = column(0.0);
                for k in 0..LANES {
                    let appeal = grievance[k].get() - writ[k].get();
                    // A group all of which is here has nowhere to drift, whatever rounding says.
                    let pull = if share[k] == sum[k] { 0.0 } else { appeal - usual[k] };
                    moved[k] = share[k] + self.speed[k] * share[k] * pull;
                    drawn[k] += moved[k] * grievance[k].get();
                }
                *share = moved;
            }
            groups.grievance.found_in(state.step)[group] = drawn;
        }
    }
}
