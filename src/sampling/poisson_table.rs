//! Poisson counts of a rate that stays: its distribution function as a table, found once.

use super::lanes::{Lanes, each};
use super::math::exp;
use super::poisson::{NEGLIGIBLE, RECIPROCALS, SEARCH_LIMIT, poisson, zero_for_sure};
use super::shared::Shared;

/// Cells of (0, 1) for which it is known where a search begins.
const CELLS: usize = 64;

/// A Poisson law of one rate, for many draws; see [`PoissonTable::draw`].
#[derive(Clone, Debug, PartialEq)]
pub struct PoissonTable {
    rate: f64,
    /// Uniforms below this give 0.
    none: f64,
    /// P(count <= k) as the search of [`poisson`] sums it, up to where that stops. Empty for rates that it does not search.
    sums: Vec<f64>,
    /// The count at the lower end of each cell.
    begin: [u8; CELLS],
}

impl PoissonTable {
    /// The law of rate `rate`; not positive or NaN gives 0 always.
    #[must_use]
    pub fn new(rate: f64) -> Self {
        let mut table = Self { rate, none: 0.0, sums: Vec::new(), begin: [0; CELLS] };
        if !(rate > 0.0 && rate <= SEARCH_LIMIT) {
            return table;
        }
        let mut term = exp(-rate);
        let mut sum = term;
        // The search asks its squeeze before the first sum.
        table.none = sum.max(zero_for_sure(rate));
        table.sums.push(table.none);
        for (k, reciprocal) in &RECIPROCALS[1..] {
            term *= rate * reciprocal;
            sum += term;
            if term <= NEGLIGIBLE && *k >= rate {
                break;
            }
            table.sums.push(sum);
        }
        for cell in 0..CELLS {
            let from = cell as f64 / CELLS as f64;
            // At the largest rate searched there are fewer than 200 sums.
            table.begin[cell] = table.sums.iter().take_while(|&&sum| sum <= from).count() as u8;
        }
        table
    }

    /// The count at uniform `u` in (0, 1): bit for bit that of [`poisson`].
    #[inline]
    #[must_use]
    pub fn draw(&self, u: f64) -> u32 {
        if u < self.none {
            return 0;
        }
        if self.sums.is_empty() {
            return poisson(self.rate, u);
        }
        // By way of 32 bits, which takes fewer instructions than the longest integers.
        let cell = ((u * CELLS as f64) as i32 as usize).min(CELLS - 1);
        let sum = |count: usize| self.sums.get(count).copied().unwrap_or(f64::INFINITY);
        // Most cells hold one sum or none: whether it is passed is counted, not guessed by a branch.
        let mut count = usize::from(self.begin[cell]);
        count += usize::from(u >= sum(count));
        while u >= sum(count) {
            count += 1;
        }
        count as u32
    }
}

/// A Poisson law for each trial of a block, one for all trials that have the same rate.
#[derive(Clone, Debug, PartialEq)]
pub struct PoissonTables {
    tables: Shared<PoissonTable>,
    none_below: Lanes,
}

impl PoissonTables {
    /// The laws of rates `rates`.
    #[must_use]
    pub fn new(rates: &Lanes) -> Self {
        let same = |table: &PoissonTable, lane: usize| table.rate.to_bits() == rates[lane].to_bits();
        let tables = Shared::new(same, |lane| PoissonTable::new(rates[lane]));
        let none_below = each(|lane| tables.of(lane).none);
        Self { tables, none_below }
    }

    /// Uniforms below this give 0, in each trial: which draws need be made can be asked of several at once.
    #[inline(always)]
    #[must_use]
    pub fn none_below(&self) -> &Lanes {
        &self.none_below
    }

    /// The count of one trial at uniform `u` in (0, 1).
    #[inline(always)]
    #[must_use]
    pub fn draw(&self, lane: usize, u: f64) -> u32 {
        self.tables.of(lane).draw(u)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::TrialKey;
    use crate::sampling::lanes::LANES;
    use proptest::prelude::*;

    #[test]
    fn a_table_draws_what_the_search_draws() {
        for rate in [-1.0, 0.0, f64::NAN, 1e-300, 1e-6, 0.17, 0.5, 1.0, 3.0, 4.5, 11.0, 30.0, 47.9, 48.0, 48.1, 700.0] {
            let table = PoissonTable::new(rate);
            let stream = TrialKey::new(5, 1).stream(4, 0);
            let edges = [f64::EPSILON / 2.0, 0.25, 0.5, 31.0 / 32.0, 1.0 - f64::EPSILON / 2.0];
            for u in (0..3000).map(|entity| stream.uniform(entity, 0, 0)).chain(edges) {
                assert_eq!(table.draw(u), poisson(rate, u), "rate {rate} at {u}");
            }
        }
    }

    #[test]
    fn trials_draw_from_their_own_law_and_share_it_where_rates_are_the_same() {
        let rates: Lanes = each(|lane| [0.15, f64::NAN, 60.0, 0.15][lane % 4] + (lane / 16) as f64);
        let tables = PoissonTables::new(&rates);
        // No number stays none.
        assert_eq!(tables.tables.made.len(), 5);
        let stream = TrialKey::new(6, 1).stream(4, 0);
        for lane in 0..LANES {
            for entity in 0..200 {
                let u = stream.uniform(entity, lane as u32, 0);
                assert_eq!(tables.draw(lane, u), poisson(rates[lane], u));
                assert!(u >= tables.none_below()[lane] || poisson(rates[lane], u) == 0);
            }
        }
    }

    proptest! {
        #[test]
        fn a_table_draws_what_the_search_draws_at_its_own_steps(rate in 1e-9..60.0_f64) {
            let table = PoissonTable::new(rate);
            for &sum in &table.sums {
                for u in [sum.next_down(), sum, sum.next_up()].into_iter().filter(|&u| u > 0.0 && u < 1.0) {
                    prop_assert_eq!(table.draw(u), poisson(rate, u));
                }
            }
        }
    }
}
