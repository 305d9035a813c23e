//! Quantities that cannot be mistaken for one another. They cost nothing: each is its number at run time.

use super::table::{Column, column};
use crate::sampling::lanes::{LANES, Lanes, lanes_where};
use crate::sampling::math::{exp, exp_lanes};

/// A number in [0, 1] by construction: no operation on it leads out.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
#[repr(transparent)]
pub struct Share(f64);

impl Share {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// All.
    pub const ONE: Self = Self(1.0);

    /// The share nearest to a number; a number that is none counts as nothing.
    #[inline(always)]
    pub fn nearest(value: f64) -> Self {
        Self(if value > 0.0 { if value < 1.0 { value } else { 1.0 } } else { 0.0 })
    }
    /// Its value in [0, 1].
    #[inline(always)]
    pub fn get(self) -> f64 {
        self.0
    }
    /// What is missing to one.
    #[inline(always)]
    pub fn rest(self) -> Self {
        Self(1.0 - self.0)
    }
    /// Raised by a fraction of what is missing to one: x + f (1 - x).
    #[inline(always)]
    pub fn raised(self, fraction: Share) -> Self {
        Self::nearest(self.0 + fraction.0 * (1.0 - self.0))
    }
    /// Lowered by a fraction of itself: x (1 - f).
    #[inline(always)]
    pub fn lowered(self, fraction: Share) -> Self {
        Self(self.0 * (1.0 - fraction.0))
    }
    /// Moved a fraction of the way to a target: x + f (t - x).
    #[inline(always)]
    pub fn towards(self, target: Share, fraction: Share) -> Self {
        Self::nearest(self.0 + fraction.0 * (target.0 - self.0))
    }
    /// A share of a share.
    #[inline(always)]
    pub fn of(self, other: Share) -> Self {
        Self(self.0 * other.0)
    }
    /// Itself if `holds`, else nothing: by its bits, since loops over a choice of numbers are compiled to branches.
    #[inline(always)]
    pub fn only_if(self, holds: bool) -> Self {
        Self(f64::from_bits(self.0.to_bits() & u64::from(holds).wrapping_neg()))
    }
    /// Itself or the other, one of which is nothing.
    #[inline(always)]
    pub fn or(self, other: Self) -> Self {
        debug_assert!(self.0 == 0.0 || other.0 == 0.0, "one is nothing");
        Self(f64::from_bits(self.0.to_bits() | other.0.to_bits()))
    }
}

/// Events per year.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
#[repr(transparent)]
pub struct Rate(pub f64);

impl Rate {
    /// The chance that something with this rate happens within a time: `hz(r) = 1 - exp(-r t)`.
    #[inline(always)]
    pub fn within(self, years: f64) -> Share {
        Share::nearest(1.0 - exp(-self.0.max(0.0) * years))
    }
}

/// The share moved by so much: 1 - exp(-sum) in every trial, nothing where the sum is not positive.
#[inline(always)]
pub fn moved(sum: &Column) -> Lanes<Share> {
    /// Up to so many positive sums are worked on one by one.
    const FEW: usize = 6;
    let mut shares = Lanes::of(Share::ZERO);
    let positive = lanes_where(|k| sum[k] > 0.0);
    if positive.count() <= FEW {
        for k in positive {
            shares[k] = Share::nearest(1.0 - exp(-sum[k]));
        }
        return shares;
    }
    let mut exponent = column(0.0);
    for k in 0..LANES {
        exponent[k] = if sum[k] > 0.0 { -sum[k] } else { 0.0 };
    }
    let left = exp_lanes(&exponent);
    for k in 0..LANES {
        shares[k] = Share::nearest(1.0 - left[k]);
    }
    shares
}

/// Money in millionths of the scenario's unit: whole, so that accounts balance to the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[repr(transparent)]
pub struct Money(i64);

impl Money {
    /// None.
    pub const ZERO: Self = Self(0);
    const PER_UNIT: f64 = 1e6;

    /// Rounded to the nearest millionth; amounts are limited to 9e12 units by the scenario's own limits.
    #[inline(always)]
    pub fn units(amount: f64) -> Self {
        Self((amount * Self::PER_UNIT + 0.5).floor() as i64)
    }
    /// In the scenario's unit.
    #[inline(always)]
    pub fn get(self) -> f64 {
        self.0 as f64 / Self::PER_UNIT
    }
    /// The part of an amount, rounded down.
    #[inline(always)]
    pub fn part(self, share: Share) -> Self {
        Self(((self.0 as f64 * share.get()) as i64).min(self.0))
    }
}

impl std::ops::Add for Money {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Money {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::ops::AddAssign for Money {
    #[inline(always)]
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl std::ops::SubAssign for Money {
    #[inline(always)]
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

/// Length of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StepLength {
    /// Days, 1 to 30.
    pub days: u32,
    /// Years of 365.25 days.
    pub years: f64,
    /// Weeks.
    pub weeks: f64,
}

impl StepLength {
    /// A step of so many days.
    pub fn days(days: u32) -> Self {
        let d = f64::from(days);
        Self { days, years: d / 365.25, weeks: d / 7.0 }
    }

    /// Whole steps in so many weeks, at least one.
    pub fn steps_in(self, weeks: f64) -> usize {
        ((weeks / self.weeks + 0.5) as usize).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_leaves_the_unit_interval() {
        for value in [-1.0, 0.0, 0.3, 1.0, 7.0, f64::NAN, f64::INFINITY] {
            for fraction in [0.0, 0.5, 1.0] {
                let share = Share::nearest(value);
                let f = Share::nearest(fraction);
                for x in [share, share.raised(f), share.lowered(f), share.towards(Share::ONE, f), share.rest()] {
                    assert!((0.0..=1.0).contains(&x.get()), "{value} {fraction} gave {x:?}");
                }
            }
        }
    }

    #[test]
    fn money_divides_without_losing_a_millionth() {
        let total = Money::units(100.000001);
        let part = total.part(Share::nearest(1.0 / 3.0));
        assert_eq!(part + (total - part), total);
        assert_eq!(total.get(), 100.000001);
    }

    #[test]
    fn a_rate_within_a_time_is_the_exponential_law() {
        assert!((Rate(0.5).within(1.0).get() - 0.393_469_340_287_366_6).abs() < 1e-12);
        assert_eq!(Rate(0.0).within(1.0).get(), 0.0);
    }
}
