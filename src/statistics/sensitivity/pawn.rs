//! PAWN: how far knowing an input shifts the whole distribution of an outcome, whatever its shape (Pianosi & Wagener
//! 2018, "Distribution-based sensitivity analysis from a generic input-output sample", Environmental Modelling & Software
//! 108). For skewed outcomes, whose variance a few extremes decide.
//!
//! The sample is cut into slides of equally many points along the input; the index is the Kolmogorov-Smirnov distance
//! between a slide's outcomes and all outcomes, its median over slides. Distances of finite samples are never zero, so the
//! index comes with what an input without effect would show.

use crate::statistics::resampling::Resampler;
use crate::statistics::summary::{quantile_of_sorted, sorted_finite};

/// Shuffles of the sample behind the level that chance reaches.
const SHUFFLES: usize = 200;

/// Distances of one input's slides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pawn {
    /// Median over slides, 0 to 1: the index.
    pub median: f64,
    /// Largest distance of a slide.
    pub max: f64,
    /// The smallest.
    pub min: f64,
}

/// The index of an input: `x[i]` is its value where the outcome was `y[i]`; points that are not finite are left out.
/// `None` with fewer than two points a slide.
pub fn pawn(x: &[f64], y: &[f64], slides: usize) -> Option<Pawn> {
    let (x, y): (Vec<f64>, Vec<f64>) =
        x.iter().zip(y).filter(|(a, b)| a.is_finite() && b.is_finite()).map(|(a, b)| (*a, *b)).unzip();
    if slides < 1 || y.len() < 2 * slides {
        return None;
    }
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]).then(a.cmp(&b)));
    Some(distances(&order, &places(&y), slides))
}

/// The 95 % quantile of the median distance among inputs that have nothing to do with the outcome: it depends on the outcome
/// and the number of slides alone. `None` as for [`pawn`].
pub fn chance_level(y: &[f64], slides: usize, seed: u64) -> Option<f64> {
    let y: Vec<f64> = y.iter().copied().filter(|v| v.is_finite()).collect();
    if slides < 1 || y.len() < 2 * slides {
        return None;
    }
    let places = places(&y);
    let mut order: Vec<usize> = (0..y.len()).collect();
    let mut words = Resampler::new(seed);
    let medians: Vec<f64> = (0..SHUFFLES)
        .map(|_| {
            words.shuffle(&mut order);
            distances(&order, &places, slides).median
        })
        .collect();
    quantile_of_sorted(&sorted_finite(&medians), 0.95)
}

/// Where each outcome stands among the distinct ones, in ascending order, and how many points are at or below each.
struct Places {
    place: Vec<usize>,
    up_to: Vec<usize>,
}

fn places(y: &[f64]) -> Places {
    let mut order: Vec<usize> = (0..y.len()).collect();
    order.sort_by(|&a, &b| y[a].total_cmp(&y[b]));
    let mut place = vec![0; y.len()];
    let mut up_to: Vec<usize> = vec![];
    for (rank, &i) in order.iter().enumerate() {
        if rank == 0 || y[i] > y[order[rank - 1]] {
            up_to.push(rank);
        }
        place[i] = up_to.len() - 1;
        if let Some(last) = up_to.last_mut() {
            *last = rank + 1;
        }
    }
    Places { place, up_to }
}

fn distances(order: &[usize], places: &Places, slides: usize) -> Pawn {
    let n = order.len();
    let all: Vec<f64> = (0..slides)
        .map(|s| {
            let slide = &order[s * n / slides..(s + 1) * n / slides];
            let mut counts = vec![0_u32; places.up_to.len()];
            slide.iter().for_each(|&i| counts[places.place[i]] += 1);
            let mut below = 0;
            let mut distance = 0.0_f64;
            for (count, &up_to) in counts.iter().zip(&places.up_to) {
                below += count;
                let gap = f64::from(below) / slide.len() as f64 - up_to as f64 / n as f64;
                distance = distance.max(gap.abs());
            }
            distance
        })
        .collect();
    let sorted = sorted_finite(&all);
    Pawn {
        median: quantile_of_sorted(&sorted, 0.5).unwrap_or(0.0),
        max: sorted.last().copied().unwrap_or(0.0),
        min: sorted.first().copied().unwrap_or(0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::functions::numbers;
    use super::*;
    use crate::statistics::resampling::variates::uniform;

    #[test]
    fn figures_are_those_of_salib_on_the_same_sample() {
        let (rows, expected) = numbers(include_str!("salib/pawn.txt"));
        let y: Vec<f64> = rows.iter().map(|row| row[3]).collect();
        for input in 0..3 {
            let x: Vec<f64> = rows.iter().map(|row| row[input]).collect();
            let found = pawn(&x, &y, 10).unwrap();
            let theirs = &expected[input];
            // SALib leaves the largest point out of the last slide: with 50 points a slide, a distance there may differ by 1/49.
            for (ours, theirs) in [found.min, found.median, found.max].iter().zip(theirs) {
                assert!((ours - theirs).abs() < 1.0 / 49.0, "input {input}: {ours} {theirs}");
            }
            // The median of ten is of slides that have all their points.
            assert!((found.median - theirs[1]).abs() < 1e-12, "{} {}", found.median, theirs[1]);
        }
        assert_eq!((rows.len(), expected.len()), (500, 3));
    }

    #[test]
    fn an_input_that_decides_the_outcome_stands_out_and_one_that_does_not_stays_at_chance() {
        let mut words = Resampler::new(3);
        let x: Vec<f64> = (0..1000).map(|_| uniform(&mut words)).collect();
        let other: Vec<f64> = (0..1000).map(|_| uniform(&mut words)).collect();
        // The slide of a uniform y = x in [s/10, (s+1)/10] is at most max(s, 9 - s) / 10 away; median 0.7.
        let decided = pawn(&x, &x, 10).unwrap();
        assert!((decided.median - 0.7).abs() < 1e-9 && (decided.max - 0.9).abs() < 1e-9, "{decided:?}");
        let level = chance_level(&x, 10, 1).unwrap();
        let idle = pawn(&other, &x, 10).unwrap();
        assert!(level > 0.05 && level < 0.15 && idle.median < 1.2 * level, "{level} {idle:?}");
    }

    #[test]
    fn chance_reaches_its_level_in_one_input_of_twenty() {
        let mut words = Resampler::new(5);
        let y: Vec<f64> = (0..300).map(|_| (uniform(&mut words) * 4.0).floor()).collect();
        let level = chance_level(&y, 6, 1).unwrap();
        let above = (0..400).filter(|_| {
            let x: Vec<f64> = (0..300).map(|_| uniform(&mut words)).collect();
            pawn(&x, &y, 6).unwrap().median > level
        });
        // Binomial(400, 0.05): 20 with standard deviation 4.4; the level itself, of 200 shuffles, adds as much again and more.
        let above = above.count();
        assert!((2..=48).contains(&above), "{above} of 400");
    }

    #[test]
    fn small_and_constant_samples_yield_no_nan() {
        assert_eq!(pawn(&[1.0; 3], &[1.0; 3], 2), None);
        assert_eq!(pawn(&[1.0, 2.0, 3.0, 4.0], &[5.0; 4], 2).unwrap().max, 0.0);
        assert_eq!(chance_level(&[5.0; 4], 2, 1), Some(0.0));
    }
}
