//! The attack-recruit-operate core that the layouts are measured on: 12 groups in 5 regions over 260 weeks. Each week a
//! group attacks in every region (its allies help), each attack kills a heavy-tailed number, the state's operations cost
//! the group fighters in every region, and it recruits up to a capacity.

pub const GROUPS: usize = 12;
pub const REGIONS: usize = 5;
pub const WEEKS: usize = 260;
pub const TAIL_INDEX: f64 = 1.5;
pub const CAP: u32 = 500;

/// A group's fixed attributes; rates a fighter-week.
#[derive(Clone)]
pub struct Group {
    pub strength: f64,
    pub capacity: f64,
    /// Share of the group in each region.
    pub presence: [f64; REGIONS],
    pub attack_rate: f64,
    pub loss_rate: f64,
    pub recruitment_rate: f64,
    /// Scale of the number killed in an attack.
    pub severity_scale: f64,
    pub allies: Vec<usize>,
}

pub struct World {
    pub groups: Vec<Group>,
    /// Factor on attacks in each region (the state's writ).
    pub exposure: [f64; REGIONS],
    /// Factor on losses in each region (where operations go).
    pub effort: [f64; REGIONS],
}

impl World {
    pub fn new() -> Self {
        let groups = (0..GROUPS)
            .map(|g| {
                let strength = 150.0 + 190.0 * g as f64;
                let mut presence: [f64; REGIONS] = std::array::from_fn(|r| 1.0 + ((g * 3 + r * 5) % 7) as f64);
                let total: f64 = presence.iter().sum();
                presence.iter_mut().for_each(|share| *share /= total);
                Group {
                    strength,
                    capacity: 2.0 * strength,
                    presence,
                    attack_rate: 3e-4,
                    loss_rate: 6e-4,
                    recruitment_rate: 1.2e-3,
                    severity_scale: jirga::sampling::severity_scale(1.0 + 0.06 * g as f64, TAIL_INDEX, CAP),
                    allies: vec![(g + 1) % GROUPS, (g + 5) % GROUPS],
                }
            })
            .collect();
        Self { groups, exposure: [0.8, 1.0, 1.1, 0.9, 1.3], effort: [1.2, 0.7, 1.0, 1.1, 0.9] }
    }
}

/// What a trial leaves behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    pub attacks: [f64; REGIONS],
    pub deaths: [f64; REGIONS],
    pub losses: [f64; REGIONS],
    pub weekly_deaths: Vec<f64>,
    pub strength: f64,
}

impl Outcome {
    pub fn empty() -> Self {
        Self { weekly_deaths: vec![0.0; WEEKS], ..Self::default() }
    }

    /// Attacks, deaths, losses, final strength, deaths in region 2, deaths in week 200.
    pub fn figures(&self) -> [f64; 6] {
        [
            self.attacks.iter().sum(),
            self.deaths.iter().sum(),
            self.losses.iter().sum(),
            self.strength,
            self.deaths[2],
            self.weekly_deaths[200],
        ]
    }
}
