//! 3.7 Movement: fighters go to shelter or come home; presence drifts to where the state is weak and grievance high.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::world::World;
use crate::world::ids::{Id, identity};
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::Rate;

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
pub struct Movement(Parameters);

impl Movement {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Moves fighters one step.
    pub fn step(&self, context: &Context, state: &mut State) {
        self.shelter(context, state);
        self.drift(context, state);
    }

    fn shelter(&self, context: &Context, state: &mut State) {
        let p = &self.0;
        let mut moving = [0.0; LANES];
        for k in 0..LANES {
            moving[k] = Rate(p.rate[k]).within(context.length.years).get();
        }
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
                for k in 0..LANES {
                    let baseline = state.groups.sanctuary[(group, host)][k];
                    let strength = state.groups.strength[group][k];
                    if baseline <= 0.0 || strength == 0 {
                        continue;
                    }
                    let near = state.groups.sheltered[(group, host)][k];
                    let start = state.hosts.tolerance_start[(group, host)][k];
                    let tolerance = state.hosts.tolerance[(group, host)][k].get();
                    let welcome = if start > 0.0 { tolerance / start } else { 1.0 };
                    let risk = state.hosts.strike_risk[(group, host)][k] * 100.0 / f64::from(near.max(100));
                    let wanted = (baseline * welcome + p.pressure[k] * state.groups.pressure[group][k]
                        - p.strike_risk[k] * risk)
                        .clamp(0.0, 0.95);
                    // Those a host has moved away count as sheltered: they need no second place.
                    let there = near + state.groups.relocated[(group, host)][k];
                    let open = 1.0 - p.border[k] * state.effort.border[host][k];
                    let flow = (wanted * f64::from(strength) - f64::from(there)) * moving[k] * open;
                    let home = state.in_country(group, k);
                    let moved = ((flow + words[k]).floor() as i32).clamp(-near, home.max(0));
                    state.groups.sheltered[(group, host)][k] += moved;
                }
            }
        }
    }

    /// Replicator form: shares that are zero stay zero, and the sum stays one.
    fn drift(&self, context: &Context, state: &mut State) {
        let mut speed = [0.0; LANES];
        for k in 0..LANES {
            // The form needs speed x appeal below one to keep shares positive; appeal spans [-1, 1].
            speed[k] = (self.0.drift[k] * context.length.years).min(0.4);
        }
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 || state.groups.reach[group].len() < 2 {
                continue;
            }
            let mut mean = [0.0; LANES];
            for &region in &state.groups.reach[group] {
                let share = &state.groups.presence[(group, region)];
                let appeal = &mut state.scratch[region];
                for k in 0..LANES {
                    let cause = state.groups.cause[group][k];
                    appeal[k] = state.regions.grievance[(region, cause)][k].get() - state.regions.writ[region][k].get();
                    mean[k] += share[k] * appeal[k];
                }
            }
            for &region in &state.groups.reach[group] {
                let appeal = &state.scratch[region];
                let share = &mut state.groups.presence[(group, region)];
                for k in 0..LANES {
                    share[k] += speed[k] * share[k] * (appeal[k] - mean[k]);
                }
            }
        }
    }
}
