//! A block of trials together, state in columns `[group][trial in block]`, in safe Rust; the same words, rates and
//! histories as one trial at a time with merged rates.

use super::addressed::{ATTACKS, Folded, LOSSES, RECRUITMENT, SEED};
use super::kernel::{CAP, GROUPS, Outcome, TAIL_INDEX, WEEKS, World};
use super::packs::Packs;
use jirga::sampling::words::EventWords;
use jirga::sampling::{LANES, Lanes, PACK, Streams, TrialKey, poisson_lanes, severity};

/// The histories of a block, one a trial.
pub fn block(world: &World, folded: &Folded, number: u64) -> Vec<Outcome> {
    let keys: [TrialKey; LANES] = std::array::from_fn(|lane| TrialKey::new(SEED, number * LANES as u64 + lane as u64));
    let mut outcomes = vec![Outcome::empty(); LANES];
    let mut strengths: [Lanes; GROUPS] = std::array::from_fn(|g| Lanes::of(world.groups[g].strength));
    for week in 0..WEEKS {
        week_passes(world, folded, &keys, week, &mut strengths, &mut outcomes);
    }
    for (lane, outcome) in outcomes.iter_mut().enumerate() {
        outcome.strength = strengths.iter().map(|column| column[lane]).sum();
    }
    outcomes
}

fn week_passes(
    world: &World,
    folded: &Folded,
    keys: &[TrialKey; LANES],
    week: usize,
    strengths: &mut [Lanes; GROUPS],
    outcomes: &mut [Outcome],
) {
    let attack_words = Streams::new(keys, ATTACKS, week as u32);
    let loss_words = Streams::new(keys, LOSSES, week as u32);
    let recruit_words = Streams::new(keys, RECRUITMENT, week as u32);
    let mut pull = [Lanes::of(0.0); GROUPS];
    for g in 0..GROUPS {
        for lane in 0..LANES {
            pull[g][lane] = strengths[g][lane] / (strengths[g][lane] + 300.0);
        }
    }
    for (g, group) in world.groups.iter().enumerate() {
        let id = g as u32;
        let strength = strengths[g];
        let mut help = Lanes::of(0.0);
        for &ally in &group.allies {
            for lane in 0..LANES {
                help[lane] += pull[ally][lane];
            }
        }
        let (attack_rate, split) = &folded.attacks[g];
        let mut rate = Lanes::of(0.0);
        for lane in 0..LANES {
            rate[lane] = attack_rate * strength[lane] * (1.0 + 0.4 * help[lane] / (1.0 + help[lane]));
        }
        let attacks = poisson_lanes(&rate, &attack_words.uniforms(id, 0, 0));
        let mut packs = Packs::new(&attacks);
        while let Some((pack, number)) = packs.next() {
            let words = EventWords::of(&pack.map(|(lane, number)| attack_words.stream(lane.into()).event(id, number)));
            let (region, word) = (words.uniforms(0), words.uniforms(1));
            let mut killed = [0; PACK];
            for place in 0..PACK {
                killed[place] = severity(word[place], group.severity_scale, TAIL_INDEX, CAP);
            }
            for place in 0..number {
                let outcome = &mut outcomes[usize::from(pack[place].0)];
                let region = split.index(region[place]);
                outcome.attacks[region] += 1.0;
                outcome.deaths[region] += f64::from(killed[place]);
                outcome.weekly_deaths[week] += f64::from(killed[place]);
            }
        }
        let (loss_rate, split) = &folded.losses[g];
        for lane in 0..LANES {
            rate[lane] = loss_rate * strength[lane];
        }
        let losses = poisson_lanes(&rate, &loss_words.uniforms(id, 0, 0));
        let mut packs = Packs::new(&losses);
        while let Some((pack, number)) = packs.next() {
            let words = EventWords::of(&pack.map(|(lane, number)| loss_words.stream(lane.into()).event(id, number)));
            let region = words.uniforms(0);
            for place in 0..number {
                outcomes[usize::from(pack[place].0)].losses[split.index(region[place])] += 1.0;
            }
        }
        for lane in 0..LANES {
            let room = (1.0 - strength[lane] / group.capacity).max(0.0);
            rate[lane] = group.recruitment_rate * strength[lane] * room;
        }
        let recruits = poisson_lanes(&rate, &recruit_words.uniforms(id, 0, 0));
        for lane in 0..LANES {
            let change = f64::from(recruits[lane]) - f64::from(losses[lane]);
            strengths[g][lane] = (strength[lane] + change).max(0.0);
        }
    }
}
