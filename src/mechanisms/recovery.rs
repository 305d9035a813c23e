//! 3.8 Recovery: what a group loses in leadership, cohesion and calm comes back; what it has lost in fighters
//! shows as pressure.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{Lanes, each};
use crate::sampling::math::exp;
use crate::world::World;
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::{Rate, Share, moved};

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
#[derive(Clone)]
pub struct Recovery {
    parameters: Parameters,
    /// Shares of the way back in a step.
    leadership: Lanes<Share>,
    cohesion: Lanes<Share>,
    trust: Lanes<Share>,
    /// What is left of anger and of fear after a step.
    calm: Column,
    fear: Column,
    /// Weight of the step in the average of losses.
    fresh: Column,
}

impl Recovery {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let p = Parameters::from_drawn(drawn);
        let (years, weeks) = (world.layout.step.years, world.layout.step.weeks);
        let within = |rates: &Column| rates.map(|r| Rate(r).within(years));
        Self {
            leadership: within(&p.leadership),
            cohesion: within(&p.cohesion),
            trust: within(&p.trust),
            calm: p.retaliation.map(|w| exp(-weeks / w)),
            fear: p.suppression.map(|w| exp(-std::f64::consts::LN_2 * weeks / w)),
            fresh: p.pressure.map(|w| 1.0 - exp(-weeks / w)),
            parameters: p,
        }
    }

    /// Recovers one step.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        let years = context.length.years;
        for group in state.groups.strength.ids() {
            if state.groups.living[group] == 0 {
                continue;
            }
            let groups = &mut state.groups;
            let (fighting, target) = (&groups.fighting[group], &groups.leadership_base[group]);
            let level = &mut groups.leadership[group];
            *level = each(|k| {
                // A truce gives leaders time: they recover twice as fast.
                let pace = if fighting[k] < 1.0 { 2.0 } else { 1.0 };
                let pace = Share::nearest(self.leadership[k].get() * pace);
                if target[k] > level[k] { level[k].towards(target[k], pace) } else { level[k] }
            });
            let (base, cohesion) = (&groups.cohesion_base[group], &mut groups.cohesion[group]);
            *cohesion = each(|k| cohesion[k].towards(base[k], self.cohesion[k]));
            let press = &state.effort.press[group];
            if press.iter().fold(false, |any, &press| any | (press != 0.0)) {
                let pressed = moved(&each(|k| self.parameters.pressed_cohesion[k] * press[k] * years));
                *cohesion = each(|k| cohesion[k].lowered(pressed[k]));
            }
            let (base, trust) = (&groups.trust_base[group], &mut groups.trust[group]);
            *trust = each(|k| trust[k].towards(base[k], self.trust[k]));
            let (retaliation, suppression) = (&mut groups.retaliation[group], &mut groups.suppression[group]);
            *retaliation = each(|k| retaliation[k] * self.calm[k]);
            *suppression = each(|k| suppression[k] * self.fear[k]);
            let (strength, losses) = (&groups.strength[group], &groups.losses[group]);
            let pressure = &mut groups.pressure[group];
            *pressure = each(|k| {
                let yearly = f64::from(losses[k]) / (f64::from(strength[k].max(1)) * years);
                pressure[k] + self.fresh[k] * (yearly - pressure[k])
            });
            groups.losses[group] = Lanes::of(0);
        }
    }
}
