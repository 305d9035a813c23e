//! Stochastic dominance between two samples of losses (smaller is better).
//!
//! First order: at every level the dominating sample is at least as often below it, `F_a(x) >= F_b(x)`; then everyone who
//! prefers less to more prefers `a`. Second order, for losses the increasing convex order (Shaked & Shanthikumar 2007,
//! "Stochastic Orders", theorem 4.A.2): `E max(a - t, 0) <= E max(b - t, 0)` at every `t`; then everyone who moreover
//! minds a large loss more than in proportion prefers `a`. The first implies the second. Both are statements about the
//! samples: where the curves all but touch, other trials may part or cross them.

use super::summary::sorted_finite;

/// The strongest order in which one sample of losses dominates another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// Preferred by everyone who prefers less to more.
    First,
    /// Preferred by everyone who also minds a large loss more than in proportion.
    Second,
}

/// How two samples stand to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dominance {
    /// The order in which the first sample dominates the second, if any; none where they are equally distributed.
    pub dominates: Option<Order>,
    /// The order in which the second dominates the first.
    pub dominated: Option<Order>,
    /// Share of the area between the distribution functions where the first is the worse, 0 to 1: 0 is dominance of first
    /// order, and a value near 0 is "almost" dominance (Leshno & Levy 2002, Management Science 48(8)); `None` where
    /// the samples are equally distributed.
    pub violation: Option<f64>,
}

/// Compares two samples; `None` if one is empty. They may differ in size.
pub fn dominance(first: &[f64], second: &[f64]) -> Option<Dominance> {
    dominance_of_sorted(&sorted_finite(first), &sorted_finite(second))
}

/// Like [`dominance`] for finite values in ascending order.
pub fn dominance_of_sorted(a: &[f64], b: &[f64]) -> Option<Dominance> {
    if a.is_empty() || b.is_empty() {
        return None;
    }
    // From the largest value down: between two neighbouring values x > y the shares above are constant, so the expected
    // excess over t is linear there and it is enough to compare it at the values.
    let (mut i, mut j) = (a.len(), b.len());
    let (mut excess_a, mut excess_b) = (0.0, 0.0);
    let (mut worse, mut better) = (0.0, 0.0);
    let (mut first_holds, mut first_reversed, mut second_holds, mut second_reversed) = (true, true, true, true);
    let mut level = f64::max(a[i - 1], b[j - 1]);
    loop {
        while i > 0 && a[i - 1] >= level {
            i -= 1;
        }
        while j > 0 && b[j - 1] >= level {
            j -= 1;
        }
        // Shares at or above the level, as whole numbers over a common denominator so that equal is equal.
        let above_a = (a.len() - i) as u128 * b.len() as u128;
        let above_b = (b.len() - j) as u128 * a.len() as u128;
        first_holds &= above_a <= above_b;
        first_reversed &= above_b <= above_a;
        let next = match (i, j) {
            (0, 0) => break,
            (0, _) => b[j - 1],
            (_, 0) => a[i - 1],
            _ => f64::max(a[i - 1], b[j - 1]),
        };
        let width = level - next;
        let (share_a, share_b) = ((a.len() - i) as f64 / a.len() as f64, (b.len() - j) as f64 / b.len() as f64);
        excess_a += share_a * width;
        excess_b += share_b * width;
        let area = (share_a - share_b) * width;
        if area > 0.0 {
            worse += area
        } else {
            better -= area
        }
        // Sums of thousands of terms differ by rounding where they are equal.
        let rounding = 1e-12 * (excess_a + excess_b);
        second_holds &= excess_a <= excess_b + rounding;
        second_reversed &= excess_b <= excess_a + rounding;
        level = next;
    }
    // The areas differ by the rounding of their terms at most where the distributions are the same.
    if first_holds && first_reversed {
        return Some(Dominance { dominates: None, dominated: None, violation: None });
    }
    let order = |first: bool, second: bool| match (first, second) {
        (true, _) => Some(Order::First),
        (false, true) => Some(Order::Second),
        _ => None,
    };
    Some(Dominance {
        dominates: order(first_holds, second_holds),
        dominated: order(first_reversed, second_reversed),
        violation: (worse + better > 0.0).then(|| worse / (worse + better)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::resampling::{Resampler, variates::normal};

    #[test]
    fn a_shift_dominates_in_first_order() {
        let d = dominance(&[1.0, 2.0, 3.0], &[2.0, 3.0, 3.0]).unwrap();
        assert_eq!((d.dominates, d.dominated, d.violation), (Some(Order::First), None, Some(0.0)));
        let back = dominance(&[2.0, 3.0, 3.0], &[1.0, 2.0, 3.0]).unwrap();
        assert_eq!((back.dominates, back.dominated, back.violation), (None, Some(Order::First), Some(1.0)));
    }

    #[test]
    fn less_spread_at_an_equal_mean_dominates_in_second_order_only() {
        let d = dominance(&[2.0, 2.0], &[1.0, 3.0]).unwrap();
        assert_eq!((d.dominates, d.dominated, d.violation), (Some(Order::Second), None, Some(0.5)));
        // A smaller mean does not help where the worst is worse.
        let crossing = dominance(&[0.0, 3.1], &[1.0, 3.0]).unwrap();
        assert_eq!((crossing.dominates, crossing.dominated), (None, None));
    }

    #[test]
    fn equal_distributions_do_not_dominate_whatever_their_order_and_size() {
        let d = dominance(&[3.0, 1.0], &[1.0, 1.0, 3.0, 3.0]).unwrap();
        assert_eq!(d, Dominance { dominates: None, dominated: None, violation: None });
        assert_eq!(dominance(&[], &[1.0]), None);
        assert_eq!(dominance(&[f64::NAN], &[1.0]), None);
    }

    #[test]
    fn orders_agree_with_their_definitions_checked_point_by_point() {
        let mut words = Resampler::new(8);
        let mut seen = [0; 3];
        for round in 0..600 {
            let shift = f64::from(round % 3) * 0.8;
            let spread = if round % 2 == 0 { 1.0 } else { 2.0 };
            let mut draw = |shift: f64, spread: f64, n: usize| -> Vec<f64> {
                (0..n).map(|_| (shift + spread * normal(&mut words)).round()).collect()
            };
            let (a, b) = (draw(0.0, 1.0, 6), draw(shift, spread, 4));
            let share = |v: &[f64], x: f64| v.iter().filter(|y| **y <= x).count() as f64 / v.len() as f64;
            let excess = |v: &[f64], t: f64| v.iter().map(|y| (y - t).max(0.0)).sum::<f64>() / v.len() as f64;
            let levels: Vec<f64> = (-20..=20).map(f64::from).collect();
            let first = levels.iter().all(|x| share(&a, *x) >= share(&b, *x) - 1e-9);
            let second = levels.iter().all(|t| excess(&a, *t) <= excess(&b, *t) + 1e-9);
            let same = levels.iter().all(|x| (share(&a, *x) - share(&b, *x)).abs() < 1e-9);
            let want = match (same, first, second) {
                (true, ..) | (_, false, false) => None,
                (_, true, _) => Some(Order::First),
                _ => Some(Order::Second),
            };
            assert_eq!(dominance(&a, &b).unwrap().dominates, want, "{a:?} {b:?}");
            seen[want.map_or(2, |o| o as usize)] += 1;
        }
        assert!(seen.iter().all(|n| *n > 20), "{seen:?}");
    }
}
