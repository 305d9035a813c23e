//! Drawing of uncertain values: one random word per value and trial, addressed by the value's dotted path, so
//! that all policies share the draw and no value's draw depends on which others the scenario holds.

use super::given::{Given, NOTHING};
use super::ids::identity;
use super::scene::{GroupDraw, HostDraw, RegionDraw, SOURCES, StateDraw, TARGETS};
use super::table::{Column, column};
use crate::sampling::beta::BetaLaw;
use crate::sampling::lanes::{LANES, each};
use crate::sampling::math::{exp, ln};
use crate::sampling::special::{normal_cdf, normal_quantile};
use crate::sampling::words::{Stream, TrialKey};
use crate::scenario::group::Group;
use crate::scenario::place::{Host, Region, State};
use crate::scenario::uncertain::{Distribution, Uncertain};

/// The stream that parameters are drawn from.
pub const STREAM: u32 = identity("parameters");

/// Draws uncertain values for a block of trials.
pub struct Drawer<'g> {
    streams: [Stream; LANES],
    given: &'g Given,
}

impl Drawer<'static> {
    /// A drawer for the trials with these keys.
    pub fn new(keys: [TrialKey; LANES]) -> Self {
        Drawer::with(keys, &NOTHING)
    }
}

impl<'g> Drawer<'g> {
    /// A drawer for the trials with these keys, in which some numbers have given values.
    pub fn with(keys: [TrialKey; LANES], given: &'g Given) -> Self {
        Self { streams: keys.map(|key| key.stream(STREAM, 0)), given }
    }

    /// One uniform number in (0, 1) per trial for a path; `k` tells apart several of one path.
    pub fn uniforms(&self, path: &str, k: u32) -> Column {
        // Two hashes of the path make 56 bits of address: two values of a scenario practically never collide.
        let entity = identity(path);
        let sub = path.bytes().rev().fold(0x5bd1_e995_u32, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193)) >> 8;
        each(|lane| self.streams[lane].uniform(entity, sub, k))
    }

    /// An uncertain value, given or one draw per trial.
    pub fn column(&self, value: &Uncertain) -> Column {
        if let Some(given) = self.given.column(&value.path, &value.distribution) {
            return given;
        }
        match &value.distribution {
            Distribution::Fixed(x) => column(*x),
            law => quantiles(law, *self.uniforms(&value.path, 0)).into(),
        }
    }

    /// Shares that sum to one in every trial. Those with given values keep them, the others fill the rest.
    pub fn shares<'a>(&self, values: impl Iterator<Item = &'a Uncertain>) -> Vec<Column> {
        let (mut shares, is_given): (Vec<Column>, Vec<bool>) =
            values.map(|v| (self.column(v), self.given.has_values(&v.path))).unzip();
        let Some(last) = shares.len().checked_sub(1) else { return shares };
        for lane in 0..LANES {
            let sum_of = |given: bool| -> f64 {
                shares.iter().zip(&is_given).filter(|(_, is)| **is == given).map(|(share, _)| share[lane]).sum()
            };
            let (taken, others) = (sum_of(true), sum_of(false));
            if taken > 0.0 && others > 0.0 {
                let scale = (1.0 - taken).max(0.0) / others;
                for (share, _) in shares.iter_mut().zip(&is_given).filter(|(_, is)| !**is) {
                    share[lane] *= scale;
                }
            }
            let total: f64 = shares.iter().map(|s| s[lane]).sum();
            if total > 0.0 {
                shares.iter_mut().for_each(|s| s[lane] /= total);
            } else {
                shares.iter_mut().for_each(|s| s[lane] = 1.0 / (last + 1) as f64);
            }
        }
        shares
    }

    /// A group's attributes.
    pub fn group(&self, g: &Group) -> GroupDraw {
        let mix = [&g.targets.security, &g.targets.civilian, &g.targets.foreign, &g.targets.infrastructure];
        let money = [&g.funding.local, &g.funding.diaspora, &g.funding.host];
        GroupDraw {
            strength: self.column(&g.strength),
            tempo: self.column(&g.tempo),
            lethality: self.column(&g.lethality),
            recruitment: self.column(&g.recruitment),
            capacity: self.column(&g.capacity),
            hardline: self.column(&g.hardline),
            independence: self.column(&g.independence),
            leadership: self.column(&g.leadership),
            cohesion: self.column(&g.cohesion),
            trust: self.column(&g.trust),
            demands: self.column(&g.demands),
            age: self.column(&g.age),
            count: self.column(&g.count),
            targets: fixed::<TARGETS>(self.shares(mix.into_iter())),
            funding: fixed::<SOURCES>(self.shares(money.into_iter())),
        }
    }

    /// A region's attributes; the share of the population is filled in when all regions are drawn.
    pub fn region(&self, r: &Region) -> RegionDraw {
        RegionDraw {
            population_share: column(0.0),
            population: self.column(&r.population),
            writ: self.column(&r.writ),
            cooperation: self.column(&r.cooperation),
            foreign_projects: self.column(&r.foreign_projects),
        }
    }

    /// A host's attributes.
    pub fn host(&self, h: &Host) -> HostDraw {
        let mut consenting = column(0.0);
        let mut all = column(0.0);
        for faction in &h.factions {
            let weight = self.column(&faction.weight);
            for lane in 0..LANES {
                all[lane] += weight[lane];
                consenting[lane] += if faction.consents { weight[lane] } else { 0.0 };
            }
        }
        HostDraw {
            relation: self.column(&h.relation),
            capacity: self.column(&h.capacity),
            consent: each(|k| if all[k] > 0.0 { consenting[k] / all[k] } else { 0.0 }),
        }
    }

    /// The state's attributes.
    pub fn state(&self, s: &State) -> StateDraw {
        StateDraw {
            revenue: self.column(&s.revenue),
            aid: self.column(&s.aid),
            treasury: self.column(&s.treasury),
            treasury_cap: self.column(&s.treasury_cap),
            confidence: self.column(&s.confidence),
            infighting: self.column(&s.infighting),
        }
    }
}

/// The first `N` columns of a list that has as many.
fn fixed<const N: usize>(columns: Vec<Column>) -> [Column; N] {
    std::array::from_fn(|i| columns[i])
}

/// The value below which a share `u` of a distribution lies: drawing by it is monotone in `u`.
pub fn quantile(law: &Distribution, u: f64) -> f64 {
    quantiles(law, [u])[0]
}

/// [`quantile`] of several shares.
pub fn quantiles<const N: usize>(law: &Distribution, u: [f64; N]) -> [f64; N] {
    match law {
        Distribution::Fixed(x) => [*x; N],
        Distribution::Uniform { low, high } => u.map(|u| low + u * (high - low)),
        Distribution::Loguniform { low, high } => {
            u.map(|u| exp(ln(*low) + u * (ln(*high) - ln(*low))).clamp(*low, *high))
        }
        Distribution::Triangular { low, mode, high } => {
            let width = high - low;
            if width <= 0.0 {
                return [*low; N];
            }
            let split = (mode - low) / width;
            u.map(|u| {
                if u < split {
                    low + libm::sqrt(u * width * (mode - low))
                } else {
                    high - libm::sqrt((1.0 - u) * width * (high - mode))
                }
            })
        }
        Distribution::Pert { low, mode, high } => {
            let width = high - low;
            if width <= 0.0 {
                return [*low; N];
            }
            // Vose (2008): mean (low + 4 mode + high) / 6, alpha = 1 + 4 (mode - low) / width.
            let alpha = 1.0 + 4.0 * (mode - low) / width;
            let beta = 1.0 + 4.0 * (high - mode) / width;
            BetaLaw::new(alpha, beta).quantiles(u).map(|x| low + width * x)
        }
        Distribution::Normal { mean, sd, min, max } => {
            if *sd <= 0.0 {
                return [mean.clamp(*min, *max); N];
            }
            let (from, to) = (normal_cdf((min - mean) / sd), normal_cdf((max - mean) / sd));
            u.map(|u| (mean + sd * normal_quantile(inside(from + u * (to - from)))).clamp(*min, *max))
        }
        Distribution::Lognormal { median, sigma, min, max } => {
            if *sigma <= 0.0 {
                return [median.clamp(*min, *max); N];
            }
            let at = |x: f64| if x <= 0.0 { 0.0 } else { normal_cdf((ln(x) - ln(*median)) / sigma) };
            let (from, to) = (at(*min), if max.is_finite() { at(*max) } else { 1.0 });
            u.map(|u| (median * exp(sigma * normal_quantile(inside(from + u * (to - from))))).clamp(*min, *max))
        }
        Distribution::Beta { alpha, beta } => BetaLaw::new(*alpha, *beta).quantiles(u),
        Distribution::Choice { values, weights } => u.map(|u| {
            let mut left = u;
            for (value, weight) in values.iter().zip(weights) {
                left -= weight;
                if left < 0.0 && *weight > 0.0 {
                    return *value;
                }
            }
            values.last().copied().unwrap_or(0.0)
        }),
    }
}

/// Keeps a probability off 0 and 1, where the normal quantile is infinite.
fn inside(u: f64) -> f64 {
    u.clamp(1e-300, 1.0 - 1e-16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_monotone_and_stay_in_range() {
        let laws = [
            Distribution::Uniform { low: 1.0, high: 2.0 },
            Distribution::Triangular { low: 1.0, mode: 1.2, high: 2.0 },
            Distribution::Pert { low: 1.0, mode: 2.0, high: 2.0 },
            Distribution::Normal { mean: 1.5, sd: 3.0, min: 1.0, max: 2.0 },
            Distribution::Lognormal { median: 1.5, sigma: 1.0, min: 1.0, max: 2.0 },
            Distribution::Loguniform { low: 1.0, high: 2.0 },
            Distribution::Choice { values: vec![1.0, 1.5, 2.0], weights: vec![0.2, 0.5, 0.3] },
        ];
        for law in &laws {
            let mut last = 1.0;
            for i in 0..=1000 {
                let u = (f64::from(i) + 0.5) / 1001.0;
                let x = quantile(law, u);
                assert!((1.0..=2.0).contains(&x) && x >= last, "{law:?} at {u} gave {x} after {last}");
                last = x;
            }
        }
    }

    #[test]
    fn a_triangular_median_is_where_half_of_the_area_lies() {
        let law = Distribution::Triangular { low: 0.0, mode: 0.0, high: 1.0 };
        assert!((quantile(&law, 0.5) - (1.0 - 0.5_f64.sqrt())).abs() < 1e-12);
    }

    #[test]
    fn draws_depend_on_seed_trial_and_path_alone() {
        let keys = std::array::from_fn(|lane| TrialKey::new(7, lane as u64));
        let drawer = Drawer::new(keys);
        assert_eq!(drawer.uniforms("groups.a.strength", 0), drawer.uniforms("groups.a.strength", 0));
        assert_ne!(drawer.uniforms("groups.a.strength", 0), drawer.uniforms("groups.b.strength", 0));
        assert_ne!(drawer.uniforms("groups.a.strength", 0)[0], drawer.uniforms("groups.a.strength", 0)[1]);
    }
}
