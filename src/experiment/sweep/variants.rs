//! The scenarios that the points of a sweep need: one for all values of parameters, one for each combination of values of other
//! keys (dates, whole numbers, switches).

use std::collections::BTreeMap;

use super::axis::Axis;
use crate::scenario::given::Varied;

/// Most scenarios that a sweep may need.
const MOST: usize = 1000;

/// Which keys make scenarios of their own, and the combinations of their values that were met.
#[derive(Debug, Clone)]
pub struct Variants {
    /// Axes that are no parameters.
    settings: Vec<usize>,
    /// Combinations of their coordinates, by bits, with the number of the scenario.
    numbers: BTreeMap<Vec<u64>, usize>,
}

impl Variants {
    /// Those of some axes; no combination was met yet.
    pub fn of(axes: &[Axis]) -> Self {
        let settings = (0..axes.len()).filter(|axis| !axes[*axis].is_parameter()).collect();
        Self { settings, numbers: BTreeMap::new() }
    }

    /// Whether all points need the same scenario.
    pub fn is_one(&self) -> bool {
        self.settings.is_empty()
    }

    fn key(&self, coordinates: &[f64]) -> Vec<u64> {
        self.settings.iter().map(|axis| coordinates[*axis].to_bits()).collect()
    }

    /// Takes the combination at a point in; new ones are numbered in the order in which they come.
    ///
    /// # Errors
    /// There are too many.
    pub fn count(&mut self, coordinates: &[f64], axes: &[Axis]) -> Result<(), String> {
        let next = self.numbers.len();
        self.numbers.entry(self.key(coordinates)).or_insert(next);
        if self.numbers.len() <= MOST {
            return Ok(());
        }
        let paths: Vec<String> = self.settings.iter().map(|axis| format!("`{}`", axes[*axis].path)).collect();
        let paths = paths.join(", ");
        Err(format!("each value of {paths} makes a scenario of its own: more than {MOST} are too many"))
    }

    /// The number of the scenario at a point.
    pub fn number(&self, coordinates: &[f64]) -> usize {
        self.numbers.get(&self.key(coordinates)).copied().unwrap_or(0)
    }

    /// What each scenario is given, by number.
    pub fn given(&self, axes: &[Axis]) -> Vec<Vec<Varied>> {
        let mut all = vec![Vec::new(); self.numbers.len().max(1)];
        for (key, number) in &self.numbers {
            let given = self.settings.iter().zip(key).map(|(axis, bits)| {
                let axis = &axes[*axis];
                Varied { path: axis.path.clone(), value: axis.setting(f64::from_bits(*bits)) }
            });
            all[*number] = given.collect();
        }
        all
    }

    /// Makes the values that were met the levels of their axes, also where they were sampled.
    pub fn note_levels(&self, axes: &mut [Axis]) {
        for (place, axis) in self.settings.iter().enumerate() {
            let levels = &mut axes[*axis].levels;
            *levels = self.numbers.keys().map(|key| f64::from_bits(key[place])).collect();
            levels.sort_by(f64::total_cmp);
            levels.dedup();
        }
    }
}
