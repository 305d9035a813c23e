//! 3.13 Public: cooperation, grievance, writ and confidence. All stay in [0, 1] by form.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::LANES;
use crate::sampling::math::exp;
use crate::world::World;
use crate::world::state::State;
use crate::world::table::Column;
use crate::world::units::{Rate, Share};

parameters! {
    "public", "Cooperation with the state, grievance, the state's writ and investors' confidence.",
    "threat = moving average of attacks a week over threat weeks\ncooperation: to its level at rate return; up at rate policing x level and by outrage per civilian killed by militants; down by harm per bystander harmed by the state\ngrievance: to its level at rate return; x or 1 - x by harm_grievance per bystander (either sign), up by displacement and at rate infighting, down at rate development x felt and dialogue x level\nwrit: to its level at rate return; up at rate policing_writ x level, down by attack_writ per attack a week\nconfidence: down by foreign_attack per attack on foreign targets, up at rate confidence; development is felt after development_lag\nper million people: the effect of one victim is divided by the population in millions";
    /// Yearly rate at which cooperation, grievance and writ return to their levels.
    recover: 0.5, in [0.0, 52.0], plausible [0.25, 1.0], "per year", "assumed", C;
    /// Weeks over which perceived threat is averaged.
    threat: 12.0, in [0.1, 520.0], plausible [6.0, 26.0], "weeks", "assumed", C;
    /// Yearly rate at which full policing raises cooperation.
    policing: 0.5, in [0.0, 52.0], plausible [0.1, 1.0], "per year", "E52 (direction); size assumed", C;
    /// Rise of cooperation per civilian killed by militants, in a region of a million.
    outrage: 0.002, in [0.0, 1.0], plausible [0.0, 0.005], "share per victim and million", "Condra & Shapiro 2012 (direction); size assumed", C;
    /// Fall of cooperation per bystander harmed by the state, in a region of a million.
    harm: 0.004, in [0.0, 1.0], plausible [0.0, 0.01], "share per victim and million", "Condra & Shapiro 2012; E62 (direction); size assumed", C;
    /// Change of grievance per bystander harmed by the state, in a region of a million; either sign.
    harm_grievance: 0.002, in [-1.0, 1.0], plausible [-0.002, 0.008], "share per victim and million", "Condra et al. 2010, Dell & Querubin 2018 (up); Lyall 2009 (down)", C;
    /// Rise of grievance when all people of a region are displaced.
    displacement: 0.5, in [0.0, 1.0], plausible [0.1, 0.8], "share", "E51 (direction); size assumed", C;
    /// Yearly rate at which infighting and imposed politics raise grievance.
    infighting: 0.05, in [0.0, 52.0], plausible [0.0, 0.15], "per year", "E60 (direction); size assumed", C;
    /// Yearly rate at which development fully felt lowers grievance.
    development: 0.5, in [0.0, 52.0], plausible [0.0, 0.8], "per year", "Berman, Shapiro & Felter 2011 (direction); size assumed", C;
    /// Yearly rate at which full dialogue lowers grievance.
    dialogue: 0.3, in [0.0, 52.0], plausible [0.0, 0.6], "per year", "E52 (direction); size assumed", C;
    /// Years until development is felt by two thirds.
    development_lag: 1.0, in [0.01, 100.0], plausible [0.5, 2.0], "years", "E53 (slowly); Berman et al. 2011: half a year", C;
    /// Yearly rate at which full policing raises writ.
    policing_writ: 0.4, in [0.0, 52.0], plausible [0.1, 0.8], "per year", "E52 (direction); size assumed", C;
    /// Yearly rate at which one attack a week lowers writ, in a region of ten million.
    attack_writ: 0.06, in [0.0, 52.0], plausible [0.01, 0.15], "per year and attack a week", "E3 (direction); size assumed", C;
    /// Fall of confidence per attack on foreign targets.
    foreign_attack: 0.04, in [0.0, 1.0], plausible [0.01, 0.1], "share per attack", "E63 (direction); size assumed", C;
    /// Yearly rate at which confidence recovers.
    confidence: 1.0, in [0.0, 52.0], plausible [0.5, 2.0], "per year", "assumed: within two years", C;
}

/// The mechanism.
pub struct Public(Parameters);

impl Public {
    /// Prepared for a block.
    pub fn new(_: &World, drawn: &[Column]) -> Self {
        Self(Parameters::from_drawn(drawn))
    }

    /// Moves the public one step.
    pub fn step(&self, context: &Context, state: &mut State) {
        let p = &self.0;
        let years = context.length.years;
        for region in context.world.layout.regions() {
            for k in 0..LANES {
                let millions = (context.world.region[region].population[k] / 1e6).max(0.01);
                self.people(region, k, millions, context, state);
                let attacks = f64::from(state.regions.attacks[region][k]) / context.length.weeks;
                let fresh = 1.0 - exp(-context.length.weeks / p.threat[k]);
                let threat = &mut state.regions.threat[region][k];
                *threat += fresh * (attacks - *threat);
            }
        }
        for k in 0..LANES {
            let confidence = &mut state.government.confidence[k];
            let hit = 1.0 - exp(-p.foreign_attack[k] * f64::from(state.government.foreign_attacks[k]));
            *confidence = confidence.lowered(Share::nearest(hit)).raised(Rate(p.confidence[k]).within(years));
        }
    }

    fn people(&self, region: crate::world::RegionId, k: usize, millions: f64, context: &Context, state: &mut State) {
        let p = &self.0;
        let years = context.length.years;
        let regions = &mut state.regions;
        let back = Rate(p.recover[k]).within(years);
        let policing = state.effort.policing[region][k];
        let harmed = f64::from(regions.harmed[region][k]) / millions;
        let outraged = f64::from(regions.civilians[region][k]) / millions;
        let felt = &mut regions.development[region][k];
        *felt += (1.0 - exp(-years / p.development_lag[k])) * (state.effort.development[region][k] - *felt);
        let felt = *felt;

        let cooperation = &mut regions.cooperation[region][k];
        *cooperation = cooperation
            .towards(regions.cooperation_base[region][k], back)
            .raised(Rate(p.policing[k] * policing).within(years))
            .raised(per_victim(p.outrage[k] * outraged))
            .lowered(per_victim(p.harm[k] * harmed));

        let displaced = f64::from(regions.displaced[region][k]) / (millions * 1e6);
        let eased = Rate(p.development[k] * felt + p.dialogue[k] * state.effort.dialogue[region][k]).within(years);
        let stirred = Rate(p.infighting[k] * state.government.infighting[k]).within(years);
        let victims = p.harm_grievance[k] * harmed;
        for cause in context.world.layout.causes() {
            let grievance = &mut regions.grievance[(region, cause)][k];
            *grievance = grievance
                .towards(regions.grievance_base[(region, cause)][k], back)
                .raised(per_victim(victims))
                .lowered(per_victim(-victims))
                .raised(Share::nearest(p.displacement[k] * displaced))
                .raised(stirred)
                .lowered(eased);
        }

        let attacks = f64::from(regions.attacks[region][k]) / context.length.weeks;
        let eroded = Rate(p.attack_writ[k] * attacks * 10.0 / millions).within(years);
        let writ = &mut regions.writ[region][k];
        *writ = writ
            .towards(regions.writ_base[region][k], back)
            .raised(Rate(p.policing_writ[k] * policing).within(years))
            .lowered(eroded);
    }
}

/// The share by which so many victims move a level; none where the sum is not positive.
fn per_victim(sum: f64) -> Share {
    if sum > 0.0 { Share::nearest(1.0 - exp(-sum)) } else { Share::ZERO }
}
