//! Scales of severities looked up by their mean, for means that change with every step.

use std::sync::OnceLock;

use super::lanes::Lanes;
use super::math::ln;
use super::severity::{LogMean, severity, severity_scale, severity_scale_from};
use super::shared::Shared;

/// Scales of one (index, cap) by interpolation. A piece is solved when it is first needed, from nothing but its place: a table
/// gives the same scales in whatever order it is asked.
///
/// Quintic Hermite interpolation of the scale over the mean, with exact derivatives: the mean is met to 1e-7 relative
/// between the smallest and largest mean of the table, a thousandth of any sampling error; outside, Halley's method.
#[derive(Clone, Debug, PartialEq)]
pub struct SeverityTable {
    index: f64,
    cap: u32,
    pieces: Vec<Piece>,
}

/// Coefficients of the scale over a piece, in the part of the piece that is passed. Within one line of the cache.
#[derive(Clone, Debug, Default, PartialEq)]
#[repr(align(64))]
struct Piece(OnceLock<[f64; 6]>);

impl SeverityTable {
    /// Means from this to half the cap have pieces.
    const LOWEST: f64 = 1.0 / 1024.0;
    /// Bits of a mean that tell where in its piece it is: those above are its power of two and which eighth of it.
    const WITHIN: u32 = f64::MANTISSA_DIGITS - 1 - 3;

    /// The table for tail index `index` > 0 and largest severity `cap`.
    #[must_use]
    pub fn new(index: f64, cap: u32) -> Self {
        let count = Self::place(0.5 * f64::from(cap.max(1)));
        Self { index, cap, pieces: vec![Piece::default(); count] }
    }

    /// The number of the piece that a mean is in; beyond all others for a mean below the lowest or that is none.
    #[inline(always)]
    fn place(mean: f64) -> usize {
        (mean.to_bits() >> Self::WITHIN).wrapping_sub(Self::LOWEST.to_bits() >> Self::WITHIN) as usize
    }

    /// The scale at which the mean severity is `mean`; 0 for a mean that is not positive.
    #[inline(always)]
    #[must_use]
    pub fn scale(&self, mean: f64) -> f64 {
        let place = Self::place(mean);
        let Some(piece) = self.pieces.get(place) else { return severity_scale(mean, self.index, self.cap) };
        let [a, b, c, d, e, f] = *piece.0.get_or_init(|| self.solve(place));
        // The bits within the piece, moved up to be all that is behind the point.
        let up = f64::MANTISSA_DIGITS - 1 - Self::WITHIN;
        let behind = (mean.to_bits() << up) & ((1 << (f64::MANTISSA_DIGITS - 1)) - 1);
        let t = f64::from_bits(1.0_f64.to_bits() | behind) - 1.0;
        a + t * (b + t * (c + t * (d + t * (e + t * f))))
    }

    /// The coefficients of a piece.
    #[cold]
    fn solve(&self, place: usize) -> [f64; 6] {
        let edge = |place: usize| f64::from_bits(Self::LOWEST.to_bits() + ((place as u64) << Self::WITHIN));
        let (low, high) = (edge(place), edge(place + 1));
        let width = high - low;
        let [left, start, bend] = self.node(low, width, severity_scale(low, self.index, self.cap));
        let near = severity_scale_from(left + start + 0.5 * bend, high, self.index, self.cap);
        let [right, end, bend_at_end] = self.node(high, width, near);
        let rise = right - left;
        [
            left,
            start,
            0.5 * bend,
            10.0 * rise - 6.0 * start - 4.0 * end - 1.5 * bend + 0.5 * bend_at_end,
            -15.0 * rise + 8.0 * start + 7.0 * end + 1.5 * bend - bend_at_end,
            6.0 * rise - 3.0 * (start + end) - 0.5 * (bend - bend_at_end),
        ]
    }

    /// The scale of a mean, and its first two derivatives by the part of a piece of so much width that is passed.
    fn node(&self, mean: f64, width: f64, scale: f64) -> [f64; 3] {
        let LogMean { slope, bend, .. } = LogMean::at(ln(scale), self.index, self.cap);
        // Those of ln(scale) by ln(mean), then of the scale by the mean.
        let (first, second) = (1.0 / slope, -bend / (slope * slope * slope));
        let part = width / mean;
        [scale, part * scale * first, part * part * scale * (first * first + second - first)]
    }

    /// The number killed in an attack of mean severity with this `scale`, at uniform `u`: [`severity`].
    #[inline]
    #[must_use]
    pub fn draw(&self, u: f64, scale: f64) -> u32 {
        severity(u, scale, self.index, self.cap)
    }
}

/// A table of severities for each trial of a block, one for all trials that have the same law.
#[derive(Clone, Debug, PartialEq)]
pub struct SeverityTables(Shared<SeverityTable>);

impl SeverityTables {
    /// The tables for tail indices `index` > 0 and largest severities `cap`.
    #[must_use]
    pub fn new(index: &Lanes, cap: &Lanes<u32>) -> Self {
        let same = |table: &SeverityTable, lane: usize| table.index == index[lane] && table.cap == cap[lane];
        Self(Shared::new(same, |lane| SeverityTable::new(index[lane], cap[lane])))
    }

    /// [`SeverityTable::scale`] of one trial.
    #[inline(always)]
    #[must_use]
    pub fn scale(&self, lane: usize, mean: f64) -> f64 {
        self.0.of(lane).scale(mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::lanes::{LANES, each};
    use crate::sampling::severity_mean;

    #[test]
    fn the_table_meets_the_mean_everywhere() {
        for (index, cap) in [(1.5, 500), (1.0, 60), (2.2, 5)] {
            let table = SeverityTable::new(index, cap);
            for step in -900..=0 {
                let mean = f64::from(cap) * 0.999 * libm::exp(f64::from(step) / 50.0);
                let met = severity_mean(table.scale(mean), index, cap) / mean - 1.0;
                assert!(met.abs() < 1e-7, "{mean} {index} {cap}: {met:e}");
            }
            assert_eq!(table.scale(0.0), 0.0);
        }
    }

    #[test]
    fn trials_have_the_scales_of_their_own_law_and_share_a_table_where_laws_are_the_same() {
        let index: Lanes = each(|lane| 1.3 + 0.1 * (lane % 3) as f64);
        let cap: Lanes<u32> = each(|lane| if lane < 16 { 160 } else { 500 });
        let tables = SeverityTables::new(&index, &cap);
        assert_eq!(tables.0.made.len(), 6);
        for lane in 0..LANES {
            assert_eq!(tables.scale(lane, 2.5), SeverityTable::new(index[lane], cap[lane]).scale(2.5));
        }
    }
}
