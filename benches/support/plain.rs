//! The straight reference: plain structs, one trial at a time, one generator a trial, samplers of `rand_distr`.

use super::kernel::{CAP, Outcome, REGIONS, TAIL_INDEX, WEEKS, World};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use rand_distr::{Distribution, Pareto, Poisson};

fn poisson(rate: f64, generator: &mut impl Rng) -> f64 {
    if rate > 0.0 { Poisson::new(rate).expect("positive and finite").sample(generator) } else { 0.0 }
}

/// One history.
pub fn trial(world: &World, number: u64) -> Outcome {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(number);
    let mut outcome = Outcome::empty();
    let mut strengths: Vec<f64> = world.groups.iter().map(|group| group.strength).collect();
    let mut next = strengths.clone();
    for week in 0..WEEKS {
        for (g, group) in world.groups.iter().enumerate() {
            let strength = strengths[g];
            let help: f64 = group.allies.iter().map(|&ally| strengths[ally] / (strengths[ally] + 300.0)).sum();
            let tempo = group.attack_rate * (1.0 + 0.4 * help / (1.0 + help));
            let mut lost = 0.0;
            for region in 0..REGIONS {
                let present = strength * group.presence[region];
                let attacks = poisson(tempo * present * world.exposure[region], &mut generator);
                outcome.attacks[region] += attacks;
                for _ in 0..attacks as u32 {
                    let law = Pareto::new(group.severity_scale, TAIL_INDEX).expect("positive");
                    let killed = (law.sample(&mut generator) - group.severity_scale).min(f64::from(CAP)).floor();
                    outcome.deaths[region] += killed;
                    outcome.weekly_deaths[week] += killed;
                }
                let losses = poisson(group.loss_rate * present * world.effort[region], &mut generator);
                outcome.losses[region] += losses;
                lost += losses;
            }
            let room = (1.0 - strength / group.capacity).max(0.0);
            let recruits = poisson(group.recruitment_rate * strength * room, &mut generator);
            next[g] = (strength + recruits - lost).max(0.0);
        }
        strengths.copy_from_slice(&next);
    }
    outcome.strength = strengths.iter().sum();
    outcome
}
