//! 3.12 Cross-border strikes: losses and fear among the sheltered, harm to civilians, a host provoked (E33).

use super::context::Context;
use super::operations::lose_leader;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::sampling::math::exp;
use crate::sampling::poisson;
use crate::sampling::words::Stream;
use crate::world::World;
use crate::world::effort::StrikeProgramme;
use crate::world::ids::{Id, identity};
use crate::world::ledger::{GroupFlow, Total};
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::{Rate, Share};

parameters! {
    "strikes", "Cross-border strikes kill the sheltered and bystanders, suppress and anger the group, and provoke its host.",
    "n ~ Poisson(tempo step); each kills Poisson(killed) of the sheltered, at most what is there, and Poisson(bystanders) abroad\na faction of the host, drawn by weight, consents or not: reaction = consent or 1\ntolerance += provoke reaction (1 - tolerance), relation -= provoke reaction (1 + relation) / 2, retaliation += anger reaction; a border clash follows with probability clash x reaction\nsuppression -> tempo / (tempo + sustained) at rate 12 a year while the programme runs; strikes felt = moving average a year";
    /// Mean sheltered fighters killed per strike.
    killed: 4.0, in [0.0, 1e4], plausible [1.0, 10.0], "people per strike", "assumed", C;
    /// Mean bystanders killed per strike.
    bystanders: 3.0, in [0.0, 1e4], plausible [0.5, 10.0], "people per strike", "assumed", C;
    /// Chance that a strike loses the group a leader.
    leader: 0.05, in [0.0, 1.0], plausible [0.01, 0.15], "probability", "assumed", C;
    /// Reaction of a host whose deciding faction consents, relative to one that does not.
    consent: 0.3, in [0.0, 1.0], plausible [0.1, 0.5], "ratio", "E33 (direction); size assumed", C;
    /// How far a strike moves tolerance up and the relation down.
    provoke: 0.06, in [0.0, 1.0], plausible [0.02, 0.12], "share", "E33 (direction); size assumed", C;
    /// How far a strike angers the group.
    anger: 0.2, in [0.0, 10.0], plausible [0.0, 0.5], "multiple of tempo", "the literature finds both signs; size assumed", C;
    /// Chance of a border clash after a strike that the host does not consent to.
    clash: 0.1, in [0.0, 1.0], plausible [0.02, 0.3], "probability", "assumed", C;
    /// Mean members of security forces killed in a border clash.
    clash_losses: 2.0, in [0.0, 1e3], plausible [0.5, 5.0], "people per clash", "assumed", C;
    /// Strikes a year at which a programme reaches half of its suppression.
    sustained: 20.0, in [1e-6, 1e4], plausible [8.0, 50.0], "strikes per year", "Mir & Moore 2019 (a sustained programme); size assumed", C;
    /// Share of the leadership lost with a leader.
    leader_share: 0.15, in [0.0, 1.0], plausible [0.05, 0.3], "share", "assumed", C;
    /// Share of the cohesion lost with a leader.
    leader_cohesion: 0.05, in [0.0, 1.0], plausible [0.0, 0.15], "share", "assumed", C;
}

/// Stream of this mechanism's random words.
const STREAM: u32 = identity(SPEC.name);

/// The mechanism.
#[derive(Clone)]
pub struct Strikes(Parameters);

impl Strikes {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Strikes of one step.
    #[inline(always)]
    pub fn step(&self, context: &Context, state: &mut State) {
        let years = context.length.years;
        // Strikes felt fade over half a year whether or not a programme runs.
        let fade = exp(-years / 0.5);
        for group in state.groups.strength.ids() {
            for felt in state.hosts.strike_risk.row_mut(group) {
                for felt in felt.iter_mut() {
                    *felt *= fade;
                }
            }
        }
        let programmes = std::mem::take(&mut state.effort.strikes);
        for programme in &programmes {
            for k in 0..LANES {
                if programme.tempo[k] > 0.0 {
                    self.run(programme, k, context, state);
                }
            }
        }
        state.effort.strikes = programmes;
    }

    fn run(&self, programme: &StrikeProgramme, k: usize, context: &Context, state: &mut State) {
        let p = &self.0;
        let StrikeProgramme { group, host, .. } = *programme;
        let tempo = programme.tempo[k];
        let word = context.stream(STREAM, k);
        let identity = state.groups.identity[group][k];
        let target = tempo / (tempo + p.sustained[k]);
        let suppression = &mut state.groups.suppression[group][k];
        if target > *suppression {
            *suppression += Rate(12.0).within(context.length.years).get() * (target - *suppression);
        }
        let count = poisson(tempo * context.length.years, word.uniform(identity, host.index() as u32, 0));
        for strike in 0..count {
            self.strike(programme, k, strike, word, context, state);
        }
    }

    fn strike(
        &self,
        programme: &StrikeProgramme,
        k: usize,
        number: u32,
        word: Stream,
        context: &Context,
        state: &mut State,
    ) {
        let p = &self.0;
        let StrikeProgramme { group, host, .. } = *programme;
        let address = (host.index() as u32) << 12 | (number + 1).min(4095);
        let identity = state.groups.identity[group][k];
        let u = |draw: u32| word.uniform(identity, address, draw);
        state.ledger.count(Total::Strikes, k, 1);
        let killed = poisson(p.killed[k], u(1)) as i32;
        let killed = state.take_sheltered(group, host, k, killed, GroupFlow::Killed);
        state.ledger.count(Total::MilitantsKilledStrikes, k, killed);
        state.groups.losses[group][k] += killed;
        state.ledger.count(Total::BystandersAbroad, k, poisson(p.bystanders[k], u(2)) as i32);
        if u(3) < p.leader[k] {
            lose_leader(group, k, context.step, p.leader_share[k], p.leader_cohesion[k], state);
        }
        let consents = u(4) < context.world.host[host].consent[k];
        let reaction = if consents { p.consent[k] } else { 1.0 };
        let moved = Share::nearest(p.provoke[k] * reaction);
        let tolerance = &mut state.hosts.tolerance[(group, host)][k];
        *tolerance = tolerance.raised(moved);
        let relation = &mut state.hosts.relation[host][k];
        *relation -= moved.get() * 0.5 * (1.0 + *relation);
        state.groups.retaliation[group][k] += p.anger[k] * reaction;
        state.hosts.strike_risk[(group, host)][k] += 2.0;
        if u(5) < p.clash[k] * reaction {
            state.ledger.count(Total::BorderClashes, k, 1);
            state.ledger.count(Total::SecurityKilledOperations, k, poisson(p.clash_losses[k], u(6)) as i32);
        }
    }
}
