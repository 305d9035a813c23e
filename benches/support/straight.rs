//! The kernel scenario (`benches/kernel.toml`) once more, as a straight program: plain structs, one trial at a time, one
//! generator a trial, samplers of `rand_distr`. It makes the same history by the same equations and counts the same figures;
//! nothing of the engine is in it but the scale of severities, which is solved once for each group.

use jirga::sampling::severity_scale;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Pareto, Poisson};

const REGIONS: usize = 5;
const WEEKS: usize = 260;
const YEARS: usize = 5;
/// Length of a step in years.
const STEP: f64 = 7.0 / 365.25;
/// Exponent of the attack rate in the number of fighters.
const SIZE: f64 = 1.0;
/// The state's writ at the start.
const WRIT: [f64; REGIONS] = [0.6, 0.5, 0.45, 0.55, 0.35];
const TAIL: f64 = 1.5;
const CAP: f64 = 500.0;
/// Shares of security forces, civilians, foreign targets and infrastructure among targets.
const TARGETS: [f64; 4] = [0.6, 0.3, 0.05, 0.05];

/// A group as the scenario has it.
struct Group {
    strength: i32,
    presence: [f64; REGIONS],
    scale: f64,
}

/// A group as it is in a trial.
#[derive(Clone)]
struct Fighters {
    strength: i32,
    leadership: f64,
    excitation: [f64; REGIONS],
    victims: i32,
    recruits: i32,
    exited: i32,
    killed: i32,
    captured: i32,
}

/// Counts by place and year.
#[derive(Clone, Copy, Default)]
struct Counts {
    attacks: i32,
    killed: i32,
    with_attackers: i32,
    bystanders: i32,
}

/// What a trial leaves behind.
#[derive(Default)]
pub struct Outcome {
    by_region: [[Counts; REGIONS]; YEARS],
    fatal: [i32; YEARS],
    killed: [[i32; TARGETS.len()]; YEARS],
    foreign: [i32; YEARS],
    injured: [i32; YEARS],
    attackers: [i32; YEARS],
    operations: [i32; YEARS],
    successful: [i32; YEARS],
    security_losses: [i32; YEARS],
    militants_killed: [i32; YEARS],
    captured: [i32; YEARS],
    leaders: [i32; YEARS],
    strength: [i32; YEARS],
    recruits: i32,
}

impl Outcome {
    /// Figures by the name that the engine gives them.
    pub fn figures(&self) -> [(&'static str, f64); 14] {
        let sum = |years: &[i32; YEARS]| f64::from(years.iter().sum::<i32>());
        let regions = |of: fn(&Counts) -> i32| f64::from(self.by_region.iter().flatten().map(of).sum::<i32>());
        [
            ("attacks", regions(|counts| counts.attacks)),
            ("killed", regions(|counts| counts.killed)),
            ("killed_with_attackers", regions(|counts| counts.with_attackers)),
            ("killed_security", f64::from(self.killed.iter().map(|year| year[0]).sum::<i32>())),
            ("attacks_fatal", sum(&self.fatal)),
            ("attacks_foreign", sum(&self.foreign)),
            ("injured", sum(&self.injured)),
            ("attackers_killed", sum(&self.attackers)),
            ("operations_successful", sum(&self.successful)),
            ("security_killed_operations", sum(&self.security_losses)),
            ("bystanders_home", regions(|counts| counts.bystanders)),
            ("leaders_lost", sum(&self.leaders)),
            ("recruits", f64::from(self.recruits)),
            ("strength", f64::from(self.strength[YEARS - 1])),
        ]
    }
}

/// The scenario.
pub struct Scenario {
    groups: Vec<Group>,
}

impl Scenario {
    pub fn new() -> Self {
        let presence = [
            [0.05, 0.3, 0.2, 0.1, 0.35],
            [0.1905, 0.0952, 0.3333, 0.2381, 0.1429],
            [0.3182, 0.2273, 0.1364, 0.0455, 0.2726],
            [0.1875, 0.0625, 0.375, 0.25, 0.125],
            [0.25, 0.1667, 0.0833, 0.2917, 0.2083],
            [0.1111, 0.3889, 0.2778, 0.1667, 0.0555],
            [0.2632, 0.1579, 0.0526, 0.3158, 0.2105],
        ];
        let group = |g: usize| {
            let scale = severity_scale(1.0 + 0.06 * g as f64, TAIL, CAP as u32);
            Group { strength: 150 + 190 * g as i32, presence: presence[g % 7], scale }
        };
        Self { groups: (0..12).map(group).collect() }
    }
}

fn poisson(rate: f64, generator: &mut impl Rng) -> i32 {
    if rate > 0.0 { Poisson::new(rate).expect("positive and finite").sample(generator) as i32 } else { 0 }
}

fn choice(weights: &[f64], generator: &mut impl Rng) -> usize {
    let mut left = generator.random::<f64>() * weights.iter().sum::<f64>();
    for (place, weight) in weights.iter().enumerate() {
        left -= weight;
        if left < 0.0 {
            return place;
        }
    }
    weights.len() - 1
}

/// One history.
pub fn trial(scenario: &Scenario, number: u64) -> Outcome {
    let mut generator = Xoshiro256PlusPlus::seed_from_u64(number);
    let mut outcome = Outcome::default();
    let begun = |group: &Group| Fighters {
        strength: group.strength,
        leadership: 1.0,
        excitation: std::array::from_fn(|region| {
            0.35 / 0.65 * background(group, f64::from(group.strength), 1.0) * group.presence[region]
        }),
        victims: 0,
        recruits: 0,
        exited: 0,
        killed: 0,
        captured: 0,
    };
    // Nothing of this scenario changes the writ; a program that follows the model looks at it all the same.
    let writ = std::hint::black_box(WRIT);
    let mut all: Vec<Fighters> = scenario.groups.iter().map(begun).collect();
    for week in 0..WEEKS {
        let year = (week * 7 / 365).min(YEARS - 1);
        recruit(scenario, &mut all, &mut generator);
        attack(scenario, &writ, &mut all, year, &mut outcome, &mut generator);
        operate(scenario, &mut all, year, &mut outcome, &mut generator);
        outcome.strength[year] = all.iter().map(|group| group.strength).sum();
    }
    outcome.recruits = all.iter().map(|group| group.recruits).sum();
    debug_assert!(all.iter().zip(&scenario.groups).all(|(now, start)| {
        now.strength == start.strength + now.recruits - now.exited - now.killed - now.captured && now.victims >= 0
    }));
    outcome
}

fn recruit(scenario: &Scenario, all: &mut [Fighters], generator: &mut impl Rng) {
    let exit = 1.0 - f64::exp(-0.05 * STEP);
    for (group, now) in scenario.groups.iter().zip(all) {
        let strength = f64::from(now.strength);
        let room = (1.0 - strength / (2.0 * f64::from(group.strength))).max(0.0);
        let joined = poisson(0.0626 * strength * room * STEP, generator);
        let left = Binomial::new(now.strength as u64, exit).expect("a probability").sample(generator) as i32;
        now.strength += joined - left;
        now.recruits += joined;
        now.exited += left;
    }
}

/// Expected attacks of a group in a step that no earlier attack triggers, everywhere.
fn background(group: &Group, fighters: f64, leadership: f64) -> f64 {
    let crowd = (fighters / f64::from(group.strength)).powf(SIZE - 1.0);
    0.0156 * leadership * fighters * crowd * (1.0 - 0.35) * STEP
}

fn attack(
    scenario: &Scenario,
    writ: &[f64; REGIONS],
    all: &mut [Fighters],
    year: usize,
    outcome: &mut Outcome,
    generator: &mut impl Rng,
) {
    let keep = f64::exp(-1.0 / 4.0);
    for (group, now) in scenario.groups.iter().zip(all) {
        let base = background(group, f64::from(now.strength), now.leadership);
        for region in 0..REGIONS {
            let fall = f64::exp(WRIT[region] - writ[region]);
            let attacks = poisson(base * group.presence[region] * fall + now.excitation[region], generator);
            for _ in 0..attacks {
                let law = Pareto::new(group.scale, TAIL).expect("positive");
                let killed = (law.sample(generator) - group.scale).min(CAP).floor() as i32;
                let injured = poisson(0.5 + 1.4 * f64::from(killed), generator);
                let attackers = poisson(0.15, generator).min(now.strength);
                let target = choice(&TARGETS, generator);
                now.strength -= attackers;
                now.killed += attackers;
                now.victims += killed;
                let counts = &mut outcome.by_region[year][region];
                counts.attacks += 1;
                counts.killed += killed;
                counts.with_attackers += killed + attackers;
                outcome.killed[year][target] += killed;
                outcome.fatal[year] += i32::from(killed > 0);
                outcome.foreign[year] += i32::from(target == 2);
                outcome.injured[year] += injured;
                outcome.attackers[year] += attackers;
            }
            let excited = &mut now.excitation[region];
            *excited = *excited * keep + 0.35 * (1.0 - keep) * f64::from(attacks);
        }
    }
}

fn operate(scenario: &Scenario, all: &mut [Fighters], year: usize, outcome: &mut Outcome, generator: &mut impl Rng) {
    let expected = 100.0 * STEP / 0.5 / REGIONS as f64;
    // All operations of a step see the fighters before it.
    let before: Vec<f64> = all.iter().map(|now| f64::from(now.strength)).collect();
    for region in 0..REGIONS {
        for _ in 0..poisson(expected, generator) {
            outcome.operations[year] += 1;
            outcome.security_losses[year] += poisson(0.17, generator);
            let here: Vec<f64> =
                scenario.groups.iter().zip(&before).map(|(group, before)| group.presence[region] * before).collect();
            let there: f64 = here.iter().sum();
            let density = there / (there + 1500.0);
            let stretched = 1.0 + 0.05 * (REGIONS as f64 - 1.0);
            if generator.random::<f64>() >= (0.5 + 0.5 * density) / stretched {
                if generator.random::<f64>() < 0.1 {
                    outcome.by_region[year][region].bystanders += 1 + poisson(0.5, generator);
                }
                continue;
            }
            let now = &mut all[choice(&here, generator)];
            outcome.successful[year] += 1;
            let killed = poisson(4.5, generator).min(now.strength);
            let captured = poisson(3.0, generator).min(now.strength - killed);
            now.strength -= killed + captured;
            now.killed += killed;
            now.captured += captured;
            outcome.militants_killed[year] += killed;
            outcome.captured[year] += captured;
            if generator.random::<f64>() < 0.03 {
                now.leadership *= 1.0 - 0.15;
                outcome.leaders[year] += 1;
            }
        }
    }
}
