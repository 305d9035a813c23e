//! One trial at a time with addressed words and inversion: once with a draw for every region, once with rates summed
//! over regions and events split afterwards, one word each.

use super::kernel::{CAP, GROUPS, Outcome, REGIONS, TAIL_INDEX, WEEKS, World};
use jirga::sampling::{Split, Stream, TrialKey, poisson, severity};

pub const SEED: u64 = 2026;
pub const ATTACKS: u32 = 10;
pub const LOSSES: u32 = 11;
pub const RECRUITMENT: u32 = 8;

/// Sums over regions that do not change during a trial.
pub struct Folded {
    /// Attack rate a fighter-week without allies, and its split over regions.
    pub attacks: Vec<(f64, Split)>,
    /// Loss rate a fighter-week, and its split.
    pub losses: Vec<(f64, Split)>,
}

impl Folded {
    pub fn new(world: &World) -> Self {
        let fold = |rate: &dyn Fn(usize) -> f64, factor: &[f64; REGIONS]| {
            (0..GROUPS)
                .map(|g| {
                    let parts: [f64; REGIONS] =
                        std::array::from_fn(|r| rate(g) * world.groups[g].presence[r] * factor[r]);
                    (parts.iter().sum(), Split::new(&parts))
                })
                .collect()
        };
        Self {
            attacks: fold(&|g| world.groups[g].attack_rate, &world.exposure),
            losses: fold(&|g| world.groups[g].loss_rate, &world.effort),
        }
    }
}

/// Books `number` attacks of one group in one week: region and severity of each by a word of its own.
#[inline]
pub fn attacks_happen(
    outcome: &mut Outcome,
    stream: Stream,
    week: usize,
    group: u32,
    number: u32,
    split: &Split,
    scale: f64,
) {
    for event in 0..number {
        let region = split.index(stream.uniform(group, event + 1, 0));
        let killed = f64::from(severity(stream.uniform(group, event + 1, 1), scale, TAIL_INDEX, CAP));
        outcome.attacks[region] += 1.0;
        outcome.deaths[region] += killed;
        outcome.weekly_deaths[week] += killed;
    }
}

/// Books `number` fighters lost by one group in one week.
#[inline]
pub fn losses_happen(outcome: &mut Outcome, stream: Stream, group: u32, number: u32, split: &Split) {
    for event in 0..number {
        outcome.losses[split.index(stream.uniform(group, event + 1, 0))] += 1.0;
    }
}

/// One history with one draw for each region.
pub fn trial_by_region(world: &World, number: u64) -> Outcome {
    let key = TrialKey::new(SEED, number);
    let mut outcome = Outcome::empty();
    let mut strengths: [f64; GROUPS] = std::array::from_fn(|g| world.groups[g].strength);
    for week in 0..WEEKS {
        let attack_words = key.stream(ATTACKS, week as u32);
        let loss_words = key.stream(LOSSES, week as u32);
        let recruit_words = key.stream(RECRUITMENT, week as u32);
        let mut next = strengths;
        for (g, group) in world.groups.iter().enumerate() {
            let (id, strength) = (g as u32, strengths[g]);
            let help: f64 = group.allies.iter().map(|&ally| strengths[ally] / (strengths[ally] + 300.0)).sum();
            let tempo = group.attack_rate * (1.0 + 0.4 * help / (1.0 + help));
            let mut lost = 0.0;
            for region in 0..REGIONS {
                let r = region as u32;
                let present = strength * group.presence[region];
                let attacks = poisson(tempo * present * world.exposure[region], attack_words.uniform(id, r, 0));
                outcome.attacks[region] += f64::from(attacks);
                for event in 0..attacks {
                    let u = attack_words.uniform(id, r, event + 1);
                    let killed = f64::from(severity(u, group.severity_scale, TAIL_INDEX, CAP));
                    outcome.deaths[region] += killed;
                    outcome.weekly_deaths[week] += killed;
                }
                let losses = poisson(group.loss_rate * present * world.effort[region], loss_words.uniform(id, r, 0));
                outcome.losses[region] += f64::from(losses);
                lost += f64::from(losses);
            }
            let room = (1.0 - strength / group.capacity).max(0.0);
            let recruits = poisson(group.recruitment_rate * strength * room, recruit_words.uniform(id, 0, 0));
            next[g] = (strength + f64::from(recruits) - lost).max(0.0);
        }
        strengths = next;
    }
    outcome.strength = strengths.iter().sum();
    outcome
}

/// One history with rates merged over regions.
pub fn trial_merged(world: &World, folded: &Folded, number: u64) -> Outcome {
    let key = TrialKey::new(SEED, number);
    let mut outcome = Outcome::empty();
    let mut strengths: [f64; GROUPS] = std::array::from_fn(|g| world.groups[g].strength);
    for week in 0..WEEKS {
        let attack_words = key.stream(ATTACKS, week as u32);
        let loss_words = key.stream(LOSSES, week as u32);
        let recruit_words = key.stream(RECRUITMENT, week as u32);
        let pull: [f64; GROUPS] = std::array::from_fn(|g| strengths[g] / (strengths[g] + 300.0));
        for (g, group) in world.groups.iter().enumerate() {
            let (id, strength) = (g as u32, strengths[g]);
            let mut help = 0.0;
            for &ally in &group.allies {
                help += pull[ally];
            }
            let (attack_rate, split) = &folded.attacks[g];
            let rate = attack_rate * strength * (1.0 + 0.4 * help / (1.0 + help));
            let attacks = poisson(rate, attack_words.uniform(id, 0, 0));
            attacks_happen(&mut outcome, attack_words, week, id, attacks, split, group.severity_scale);
            let (loss_rate, split) = &folded.losses[g];
            let losses = poisson(loss_rate * strength, loss_words.uniform(id, 0, 0));
            losses_happen(&mut outcome, loss_words, id, losses, split);
            let room = (1.0 - strength / group.capacity).max(0.0);
            let recruits = poisson(group.recruitment_rate * strength * room, recruit_words.uniform(id, 0, 0));
            strengths[g] = (strength + f64::from(recruits) - f64::from(losses)).max(0.0);
        }
    }
    outcome.strength = strengths.iter().sum();
    outcome
}
