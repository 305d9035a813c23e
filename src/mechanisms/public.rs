//! 3.13 Public: cooperation, grievance, writ and confidence. All stay in [0, 1] by form.

use super::context::Context;
use super::parameters::parameters;
use crate::sampling::lanes::{LANES, Lanes, each};
use crate::sampling::math::exp;
use crate::world::state::State;
use crate::world::table::{Column, Counts, Table, column};
use crate::world::units::{Rate, Share, moved};
use crate::world::{RegionId, World};

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
#[derive(Clone)]
pub struct Public {
    parameters: Parameters,
    /// People of a region in millions.
    millions: Table<RegionId, Column>,
    /// Share of the way back to its level that everything goes in a step.
    back: Lanes<Share>,
    /// Weight of the step in the average of attacks.
    fresh: Column,
    /// How much of the development done is newly felt in a step.
    felt: Column,
    /// Share of lost confidence that comes back in a step.
    confidence: Lanes<Share>,
    /// By policing: how far cooperation rises, and writ.
    won: Kept,
    governed: Kept,
    /// By development and dialogue: how far grievance falls.
    eased: Kept,
}

impl Public {
    /// Prepared for a block.
    pub fn new(world: &World, drawn: &[Column]) -> Self {
        let p = Parameters::from_drawn(drawn);
        let (years, weeks) = (world.layout.step.years, world.layout.step.weeks);
        Self {
            millions: Table::new(world.region.iter().map(|r| r.population.map(|n| (n / 1e6).max(0.01))).collect()),
            back: p.recover.map(|r| Rate(r).within(years)),
            fresh: p.threat.map(|w| 1.0 - exp(-weeks / w)),
            felt: p.development_lag.map(|lag| 1.0 - exp(-years / lag)),
            confidence: p.confidence.map(|r| Rate(r).within(years)),
            parameters: p,
            won: Kept::default(),
            governed: Kept::default(),
            eased: Kept::default(),
        }
    }

    /// Moves the public one step.
    #[inline(always)]
    pub fn step(&mut self, context: &Context, state: &mut State) {
        let years = context.length.years;
        let stirred = moved(&product(&self.parameters.infighting, &state.government.infighting, years));
        for region in context.world.layout.regions() {
            self.people(region, &stirred, context, state);
            let attacks = &state.regions.attacks[region];
            let threat = &mut state.regions.threat[region];
            *threat = each(|k| threat[k] + self.fresh[k] * (f64::from(attacks[k]) / context.length.weeks - threat[k]));
        }
        let hit = moved(&product(
            &self.parameters.foreign_attack,
            &each(|k| f64::from(state.government.foreign_attacks[k])),
            1.0,
        ));
        for k in 0..LANES {
            let confidence = &mut state.government.confidence[k];
            *confidence = confidence.lowered(hit[k]).raised(self.confidence[k]);
        }
    }

    #[inline(always)]
    fn people(&mut self, region: RegionId, stirred: &Lanes<Share>, context: &Context, state: &mut State) {
        let p = &self.parameters;
        let years = context.length.years;
        let millions = &self.millions[region];
        let per_million = |counts: &Counts| -> Column { each(|k| f64::from(counts[k]) / millions[k]) };
        let regions = &mut state.regions;
        let policing = &state.effort.policing[region];
        // In most steps nobody is harmed or displaced in any trial: what they would move stays as it is.
        let harmed = some(&regions.harmed[region]).map(per_million);
        let outraged = some(&regions.civilians[region]).map(per_million);
        let attacks = some(&regions.attacks[region]).map(per_million);
        let done = &state.effort.development[region];
        let felt = &mut regions.development[region];
        *felt = each(|k| felt[k] + self.felt[k] * (done[k] - felt[k]));

        let won = self.won.of(policing, || product(&p.policing, policing, years));
        let base = &regions.cooperation_base[region];
        let cooperation = &mut regions.cooperation[region];
        *cooperation = each(|k| cooperation[k].towards(base[k], self.back[k]).raised(won[k]));
        if let Some(outraged) = outraged {
            let outrage = moved(&product(&p.outrage, &outraged, 1.0));
            *cooperation = each(|k| cooperation[k].raised(outrage[k]));
        }
        if let Some(harmed) = harmed {
            let harm = moved(&product(&p.harm, &harmed, 1.0));
            *cooperation = each(|k| cooperation[k].lowered(harm[k]));
        }

        // One after the other the moves of grievance take x to kept x + gained: the same for every cause.
        let (mut kept, mut gained) = (column(1.0), column(0.0));
        if let Some(harmed) = harmed {
            // Either sign: victims raise grievance to one or lower it to nothing.
            let victims = product(&p.harm_grievance, &harmed, 1.0);
            let upset = moved(&each(|k| victims[k].abs()));
            kept = each(|k| upset[k].rest().get());
            gained = each(|k| if victims[k] > 0.0 { upset[k].get() } else { 0.0 });
        }
        if let Some(displaced) = some(&regions.displaced[region]) {
            let share = |k: usize| p.displacement[k] * f64::from(displaced[k]) / (millions[k] * 1e6);
            let uprooted: Column = each(|k| Share::nearest(share(k)).get());
            kept = each(|k| kept[k] * (1.0 - uprooted[k]));
            gained = each(|k| gained[k] * (1.0 - uprooted[k]) + uprooted[k]);
        }
        let dialogue = &state.effort.dialogue[region];
        let easing = each(|k| (p.development[k] * felt[k] + p.dialogue[k] * dialogue[k]) * years);
        let eased = self.eased.of(&easing, || easing);
        for k in 0..LANES {
            let (stirred, rest) = (stirred[k].get(), eased[k].rest().get());
            kept[k] = kept[k] * (1.0 - stirred) * rest;
            gained[k] = (gained[k] * (1.0 - stirred) + stirred) * rest;
        }
        for cause in context.world.layout.causes() {
            let base = &regions.grievance_base[(region, cause)];
            let grievance = &mut regions.grievance[(region, cause)];
            *grievance = each(|k| {
                let back = grievance[k].get() + self.back[k].get() * (base[k].get() - grievance[k].get());
                Share::nearest(kept[k] * back + gained[k])
            });
        }

        let governed = self.governed.of(policing, || product(&p.policing_writ, policing, years));
        let base = &regions.writ_base[region];
        let writ = &mut regions.writ[region];
        *writ = each(|k| writ[k].towards(base[k], self.back[k]).raised(governed[k]));
        if let Some(attacks) = attacks {
            let eroded = moved(&product(&p.attack_writ, &attacks, 10.0 / context.length.weeks * years));
            *writ = each(|k| writ[k].lowered(eroded[k]));
        }
    }
}

/// The share that something moves, kept while its level is the same: an action does alike in all its regions. Nothing moves nothing.
#[derive(Clone)]
struct Kept {
    level: Column,
    share: Lanes<Share>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { level: column(0.0), share: Lanes::of(Share::ZERO) }
    }
}

impl Kept {
    #[inline(always)]
    fn of(&mut self, level: &Column, sum: impl FnOnce() -> Column) -> &Lanes<Share> {
        if (0..LANES).fold(false, |other, k| other | (level[k] != self.level[k])) {
            (self.level, self.share) = (*level, moved(&sum()));
        }
        &self.share
    }
}

/// The counts, if there is anything to count in any trial.
#[inline(always)]
fn some(counts: &Counts) -> Option<&Counts> {
    counts.iter().fold(false, |any, &n| any | (n != 0)).then_some(counts)
}

/// The product of two columns, times a number.
#[inline(always)]
fn product(a: &Column, b: &Column, by: f64) -> Column {
    let mut product = column(0.0);
    for k in 0..LANES {
        product[k] = a[k] * b[k] * by;
    }
    product
}
