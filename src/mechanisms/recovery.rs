//! 3.8 Recovery: what a group loses in leadership, cohesion and calm comes back; what it has lost in fighters
//! shows as pressure.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::sampling::math::exp;
use crate::world::World;
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::{Rate, Share};

parameters! {
    "recovery", "Leadership, cohesion and trust return to their levels; anger and fear fade; losses show as pressure.",
    "leadership -> level at start at rate leadership (twice that in a truce); cohesion, trust likewise\nretaliation x exp(-step / retaliation weeks); strike suppression halves in suppression weeks\npressure P = moving average over pressure weeks of losses / (S step)\na pressed group with allegiance loses cohesion at rate pressed_cohesion x intensity";
    /// Yearly rate at which leadership recovers.
    leadership: 1.5, in [0.0, 52.0], plausible [0.7, 3.0], "per year", "assumed: within a year", C;
    /// Yearly rate at which cohesion recovers.
    cohesion: 0.5, in [0.0, 52.0], plausible [0.2, 1.0], "per year", "assumed", C;
    /// Yearly rate at which trust returns to its level.
    trust: 0.3, in [0.0, 52.0], plausible [0.1, 0.6], "per year", "assumed", C;
    /// Weeks in which anger fades to a third.
    retaliation: 10.0, in [0.1, 520.0], plausible [5.0, 26.0], "weeks", "assumed; reactions to strikes last weeks (Condra & Shapiro 2012) to months (Lyall 2015)", C;
    /// Weeks in which the suppression by a strike programme halves after it ends.
    suppression: 8.0, in [0.1, 520.0], plausible [4.0, 16.0], "weeks", "Mir & Moore 2019 (that it ends); decay assumed", C;
    /// Weeks over which losses are averaged.
    pressure: 12.0, in [0.1, 520.0], plausible [6.0, 26.0], "weeks", "assumed", C;
    /// Yearly rate at which cohesion falls in a fully pressed group with allegiance.
    pressed_cohesion: 0.8, in [0.0, 52.0], plausible [0.2, 1.5], "per year", "E27 (direction); size assumed", C;
}

/// The mechanism.
pub struct Recovery(Parameters);

impl Recovery {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Recovers one step.
    pub fn step(&self, context: &Context, state: &mut State) {
        let p = &self.0;
        let (years, weeks) = (context.length.years, context.length.weeks);
        let within = |rates: &Column| rates.map(|r| Rate(r).within(years));
        let (leadership, cohesion, trust) = (within(&p.leadership), within(&p.cohesion), within(&p.trust));
        let calm = p.retaliation.map(|w| exp(-weeks / w));
        let fear = p.suppression.map(|w| exp(-std::f64::consts::LN_2 * weeks / w));
        let fresh = p.pressure.map(|w| 1.0 - exp(-weeks / w));
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let groups = &mut state.groups;
            for k in 0..LANES {
                // A truce gives leaders time: they recover twice as fast.
                let pace = if groups.fighting[group][k] < 1.0 { 2.0 } else { 1.0 };
                let level = groups.leadership[group][k];
                let target = groups.leadership_base[group][k];
                let pace = Share::nearest(leadership[k].get() * pace);
                groups.leadership[group][k] = if target > level { level.towards(target, pace) } else { level };
                groups.cohesion[group][k] =
                    groups.cohesion[group][k].towards(groups.cohesion_base[group][k], cohesion[k]);
                let pressed = Rate(p.pressed_cohesion[k] * state.effort.press[group][k]).within(years);
                groups.cohesion[group][k] = groups.cohesion[group][k].lowered(pressed);
                groups.trust[group][k] = groups.trust[group][k].towards(groups.trust_base[group][k], trust[k]);
                groups.retaliation[group][k] *= calm[k];
                groups.suppression[group][k] *= fear[k];
                let strength = f64::from(groups.strength[group][k].max(1));
                let yearly = f64::from(groups.losses[group][k]) / (strength * years);
                let pressure = &mut groups.pressure[group][k];
                *pressure += fresh[k] * (yearly - *pressure);
            }
            groups.losses[group] = [0; LANES];
        }
    }
}
